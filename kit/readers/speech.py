"""Speeches: furniture of the page, title and dateline, then one speaker's words to the end, bullets among them."""

from __future__ import annotations

import re

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, beginning
from kit.readers.briefing import BULLET, FIELD
from kit.spans import fold, line_of, lines

_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me)\b")
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?:[^‘’']|[’'](?=\w))*(?:[’'](?!\w)|$)")
_SAID = re.compile(r"\b(?:said|says|told|added|adds|warned|insisted|according to|announced)\b")
_LABELLED = re.compile(r"((?:[^\W\d_a-z][\w'’-]+\s+){1,4}[^\W\d_a-z][\w'’-]+(?:\s*\([^)]*\))?)\s*:\s*[^\W_a-z]")
_SPEECH = r"(?i:speech|remarks|lecture|address|keynote|statement)"
_TELLS = re.compile(rf"\b(?:{_SPEECH}|spoke|speaking|addressed|delivered)\b")
_GREETING = re.compile(
    r"(?i)(?:thank(?:s| you)|good (?:morning|afternoon|evening)|dear|friends|colleagues|hello|welcome)\b|"
    r".*\b(?:ladies and gentlemen|distinguished guests|excellenc|my lords|it(?: i|['’])s an? (?:\w+ )?(?:pleas|hono))"
)
_MONTH = r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_META = re.compile(
    rf"(?i)[^.!?]{{0,40}}(?:{_MONTH} \d\d?|\b\d\d?(?:st|nd|rd|th)? {_MONTH}),? \d{{4}}\b[^.!?]{{0,30}}$|"
    r"\d{1,4}[/.-]\d\d?[/.-]\d{1,4}\b|(?:(?:delivered|given) (?:on|at|by)|location|venue|event|(?:first )?published|"
    r"updated|from|date|speaker|author|topics?)\s*:|(?:published|updated|delivered on) |by (?-i:[A-Z])[^.]{2,60}$|"
    r"\W*(?:please )?check against delivery|\W*transcript of the"
)
_SITE = re.compile(
    r"(?i)(?:follow|skip to|share|listen to|subscribe|sign (?:in|up)|back to|read more)\b[^.!?]{0,60}|advertisement|"
    r"menu|print(?: this page)?|home(?:\s*[>/|»].*)?|search|speech(?:es)?|news|blog post|loading.*"
)
_CAPTION = re.compile(r"(?i)\[[^\]]*\]$|\([^)]*\)$|(?:picture|photo(?:graph)?|image)s?(?: by| credit)?\s*:")
_NOTES = re.compile(r"(?i)notes? (?:to|for) editors?:?")
_CLOSING = re.compile(
    r"(?i)ends\W*|(?:share|related|contacts?|media|press|topics?|tags|about|more|follow|sign up|published|explore|"
    r"print|updates|is this page|read more|(?:for )?further information|back to)\b[^.!?]{0,50}\??"
)
_OTHERS = re.compile(
    r"(?i)(q(?:uestion)?(?: \d+)?|a(?:nswer)?|(?:audience )?(?:member|question)|moderator|interviewer|chair)\s*:\s|"
    r"(q ?(?:&|and) ?a|questions?(?: and answers?)?)\W*$"
)
_CAP = r"(?!(?i:at|in|on|to|for|the|from|with|and|of|by)\b)[^\W\d_a-z](?:[\w'’‑-]*\w)?\.?"
_NAME = rf"{_CAP}(?:\s+(?:(?:de|da|di|la|le|van|von|der|bin|al)\s+)*{_CAP}){{0,5}}"
_WHO = rf"(?P<who>[Tt]he\s+{_NAME}\s+(?:of|for)\s+(?:the\s+)?{_NAME}|(?:[Tt]he\s+)?{_NAME})(?!\w|['’](?!s\b)\w)"
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (  # the plainer the attribution, the earlier
        rf"(?:.*\b(?:{_SPEECH}(?:\s+[a-z]+){{0,3}}?|(?i:delivered|given))\s+by|(?i:speaker))\s*:?\s+{_WHO}",
        rf"(?:.*\band\s+)?(?=(?:[Tt]he )?Rt\.? Hon|Sir\b|Dame\b|Dr\b|Baroness\b|Lord\b|Lady\b){_WHO}$",
        rf"{_WHO}['’]s?\s+(?:(?i:full|keynote|opening|closing|maiden|first)\s+)*(?i:speech|remarks|statement)\b",
        rf"{_WHO}\s+(?i:gives?|gave|delivers?|delivered|makes?|made)\s+(?:[a-z]+\s+){{0,4}}{_SPEECH}\b",
        rf"{_WHO}\s+(?i:addresses|addressed|speaks (?:to|at)|spoke (?:to|at))\b",
        rf"(?i:by|author:)\s+{_WHO}$",
    )
)
_TOLD = re.compile(r"['’]s?\s+(?:\w+\s+)*speech\b|\b(?:spoke|said|told|gives?|gave|deliver\w*|address(?:es|ed))\b")


def read(text: str) -> Reading:
    """Read a page with one speech: every line a passage, spoken by whomever title, standfirst or byline name.

    Lines above and below the speech are headings, captions and furniture. Where the page names nobody, or two, there
    is no label but one doubt; questions after the speech carry the label that is printed ("Question"). Raises WrongKind
    for fields of a question, bullets, turns of several speakers, and text in which hardly anybody says "I" or "we".
    """
    spans = lines(text)
    printed = [text[start:end] for start, end in spans]
    first_person = [bool(_FIRST_PERSON.search(_QUOTED.sub("", line))) for line in printed]
    _refuse_other_kinds(printed, first_person)
    head = _head(printed, first_person)
    close = next((at for at in range(head + 1, len(spans)) if _closes(printed, first_person, at)), len(spans))
    label, turn, passages, doubts = _speaker(printed[:head]), 1, list[Draft](), list[Doubt]()
    if label is None:
        remedy = "add `speaker_id` to the document's record"
        doubts.append(Doubt(1, "the page does not name one speaker", beginning(printed[0]), remedy))
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        above, page = at < head, _META.match(line) if at < head else None
        if _CAPTION.match(line):
            passages.append(Draft(start, end, "written", "caption", own=True))
        elif at >= close or page or _SITE.fullmatch(line):
            passages.append(Draft(start, end, "written", "furniture", own=True))
        elif above or _is_heading(printed, first_person, at):
            passages.append(Draft(start, end, "written", "heading", own=True))
        else:
            if others := _OTHERS.match(line):
                turn, label = turn + 1, others[1] or others[2]
                remedy = "leave it open: the page does not say for certain who speaks"
                doubts.append(Doubt(line_of(text, start), "somebody else may have the word", beginning(line), remedy))
            passages.append(Draft(start, end, "spoken", label=label, turn=turn))
    return Reading(tuple(passages), tuple(doubts))


def _refuse_other_kinds(printed: list[str], first_person: list[bool]) -> None:
    if any(FIELD.match(line) for line in printed):
        raise WrongKind("it has the fields of a question and its answer")
    if 2 * sum(bool(BULLET.match(line)) for line in printed) > len(printed):
        raise WrongKind("more than half of its lines are bullets")
    labels = [found[1] for line in printed if (found := _LABELLED.match(line))]
    if sum(labels.count(label) > 1 for label in set(labels)) > 1:
        raise WrongKind("several speakers take turns")
    share = sum(first_person) / max(len(printed), 1) + 0.15 * any(_TELLS.search(line) for line in printed[:12])
    reported = sum(bool(_QUOTED.search(line) and _SAID.search(_QUOTED.sub("", line))) for line in printed)
    if share < 0.2 or not any(first_person) or (share < 0.3 and reported > 1):
        raise WrongKind("hardly anybody speaks in the first person outside quotations")


def _head(printed: list[str], first_person: list[bool]) -> int:
    """Count the lines above the speech: all down to the last dateline or field, a title, and what only tells of it."""
    words = [len(line.split()) for line in printed]
    starts = (at for at, line in enumerate(printed) if _GREETING.match(line) or (first_person[at] and words[at] > 12))
    first = min(next((at for at in starts if at), len(printed)), 20)
    above = [at for at in range(first) if _is_page(printed[at])]
    head = above[-1] + 1 if above else 0
    titled = len(above) < head
    while head < len(printed) and not _GREETING.match(printed[head]) and words[head] <= 40:
        line, after = printed[head], printed[min(head + 1, len(printed) - 1)]
        short = line[-1] not in ".!,:;…" and words[head] <= 20 and not (first_person[head] and titled)
        if not short and (first_person[head] or not (_TELLS.search(line) or _GREETING.match(after))):
            break
        head, titled = head + 1, True
    return head


def _is_page(line: str) -> bool:
    return bool(_META.match(line) or _SITE.fullmatch(line) or _CAPTION.match(line))


def _is_heading(printed: list[str], first_person: list[bool], at: int) -> bool:
    line, after = printed[at], printed[at + 1] if at + 1 < len(printed) else ""
    short = len(line.split()) <= 8 and line[-1] not in ".!?,;:…”\"'’-–—)" and printed[at - 1][-1] not in ",:;"
    spoken = first_person[at] or _GREETING.match(line) or BULLET.match(line) or not line[0].isupper()
    return short and not spoken and len(after.split()) > 12


def _closes(printed: list[str], first_person: list[bool], at: int) -> bool:
    line, below = printed[at], 2 * at > len(printed) and len(printed[at].split()) <= 8
    return below and bool(_NOTES.fullmatch(line) or (_CLOSING.fullmatch(line) and not any(first_person[at:])))


def _speaker(above: list[str]) -> str | None:
    """Give the one speaker that the lines above the speech name, as printed; None where they name nobody, or two."""
    for pattern in _NAMED:
        found = {fold(match["who"]): match["who"] for line in above if (match := pattern.match(line))}
        longest = max(found, key=len, default="")
        reporter = pattern is _NAMED[-1] and any(_TOLD.search(line) for line in above)
        if found:
            return found[longest] if all(other in longest for other in found) and not reporter else None
    return None
