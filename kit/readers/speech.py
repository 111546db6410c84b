"""Speeches: furniture of the page, title and dateline, then one speaker's words to the end, bullets among them."""

from __future__ import annotations

import re

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, beginning
from kit.readers.briefing import BULLET, FIELD
from kit.spans import fold, line_of, lines

_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me)\b")
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?:[^‘’']|[’'](?=\w))*(?:[’'](?!\w)|$)")
_LABELLED = re.compile(r"((?:[^\W\d_a-z][\w'’-]+\s+){1,4}[^\W\d_a-z][\w'’-]+(?:\s*\([^)]*\))?)\s*:\s*[^\W_a-z]")
_SPEECH = r"(?i:speech|remarks|lecture|address|keynote|statement)"
_TELLS = re.compile(rf"\b(?:{_SPEECH}|spoke|speaking|addressed|delivered)\b")
_GREETING = re.compile(
    r"(?i)(?:thank(?:s| you)|good (?:morning|afternoon|evening)|dear|friends|colleagues|hello|welcome)\b|"
    r".*\b(?:ladies and gentlemen|distinguished guests|excellenc|my lords|it(?: i|['’])s an? (?:\w+ )?(?:pleas|hono))"
)
_DATE = r"(?:[a-z]{3,9}\.? \d\d?|\d\d?(?:st|nd|rd|th)? [a-z]{3,9}),? \d{4}\b"
_META = re.compile(
    rf"(?i)(?:[^.!?]{{0,40}}\b)?{_DATE}[^.!?]{{0,30}}$|(?:published|updated|delivered on) |by (?-i:[A-Z])[^.]{{2,60}}$|"
    r"(?:(?:delivered|given) (?:on|at|by)|location|venue|event|(?:first )?published|updated|from|date|author)\s*:|"
    r"\W*(?:please )?check against delivery|\W*transcript of the"
)
_SITE = re.compile(
    r"(?i)(?:follow|skip to|share|listen to|subscribe|sign (?:in|up)|back to|read more)\b[^.!?]{0,60}|advertisement|"
    r"menu|print(?: this page)?|home(?:\s*[>/|»].*)?|search|speech(?:es)?|news|blog post"
)
_CAPTION = re.compile(r"(?i)\[[^\]]*\]$|\([^)]*\)$|(?:picture|photo(?:graph)?|image)s?(?: by| credit)?\s*:")
_CLOSING = re.compile(
    r"(?i)(notes? (?:to|for) editors?:?|ends\W*)|(?:share|related|contacts?|media|press|topics?|tags|about|more|follow|"
    r"sign up|published|print|(?:for )?further information|back to)\b[^.!?]{0,50}\??"
)
_OTHERS = re.compile(
    r"(?i)(q(?:uestion)?(?: \d+)?|a(?:nswer)?|(?:audience )?(?:member|question)|moderator|interviewer|chair)\s*:\s|"
    r"(q ?(?:&|and) ?a|questions?(?: and answers?)?)\W*$"
)
_CAP = r"(?!(?i:at|in|on|to|for|the|from|with|and|of|by)\b)[^\W\d_a-z](?:[\w'’‑-]*\w)?\.?"
_NAME = rf"{_CAP}(?:\s+(?:(?:de|da|di|la|le|van|von|der|bin|al)\s+)*{_CAP}){{0,5}}"
_WHO = rf"(?P<who>[Tt]he\s+{_NAME}\s+(?:of|for)\s+(?:the\s+)?{_NAME}|(?:[Tt]he\s+)?{_NAME})(?!\w|['’](?!s\b)\w)"
_NAMED = [
    rf"(?:.*\b(?:{_SPEECH}(?:\s+[a-z]+){{0,3}}?|(?i:delivered|given))\s+by|(?i:speaker))\s*:?\s+{_WHO}",
    rf"(?:.*\band\s+)?(?=(?:[Tt]he )?Rt\.? Hon|Sir\b|Dame\b|Dr\b|Baroness\b|Lord\b|Lady\b){_WHO}$",
    rf"{_WHO}['’]s?\s+(?:(?i:full|keynote|opening|closing|maiden|first)\s+)*(?i:speech|remarks|statement)\b",
    rf"{_WHO}\s+(?i:gives?|gave|delivers?|delivered|makes?|made)\s+(?:[a-z]+\s+){{0,4}}{_SPEECH}\b",
    rf"{_WHO}\s+(?i:addresses|addressed|speaks (?:to|at)|spoke (?:to|at))\b",
    rf"(?i:by|author:)\s+{_WHO}$",
]  # the plainer the attribution, the earlier
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
    head = _head(printed, first_person)
    close = next((at for at in range(head + 1, len(spans)) if _closes(printed, first_person, at)), len(spans))
    _refuse_other_kinds(printed)
    addressed = sum(first_person[at] or bool(_GREETING.match(printed[at])) for at in range(head, close))
    if addressed <= 0.2 * (close - head):
        raise WrongKind("hardly anybody speaks in the first person outside quotations")
    label, turn, passages, doubts = _speaker(printed[:head]), 1, list[Draft](), list[Doubt]()
    if label is None:
        remedy = "add `speaker_id` to the document's record"
        doubts.append(Doubt(1, "the page does not name one speaker", beginning(printed[0]), remedy))
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        zone = "body"
        if _CAPTION.match(line):
            zone = "caption"
        elif at >= close or _SITE.fullmatch(line) or (at < head and _META.match(line)):
            zone = "furniture"
        elif at < head or _is_heading(printed, first_person, at):
            zone = "heading"
        elif others := _OTHERS.match(line):
            turn, label = turn + 1, others[1] or others[2]
            remedy = "leave it open: the page does not say for certain who speaks"
            doubts.append(Doubt(line_of(text, start), "somebody else may have the word", beginning(line), remedy))
        aside = Draft(start, end, "written", zone, own=True)
        passages.append(Draft(start, end, "spoken", label=label, turn=turn) if zone == "body" else aside)
    return Reading(tuple(passages), tuple(doubts))


def _refuse_other_kinds(printed: list[str]) -> None:
    if any(FIELD.match(line) for line in printed):
        raise WrongKind("it has the fields of a question and its answer")
    if 2 * sum(bool(BULLET.match(line)) for line in printed) > len(printed):
        raise WrongKind("more than half of its lines are bullets")
    labels = [found[1] for line in printed if (found := _LABELLED.match(line))]
    if sum(labels.count(label) > 1 for label in set(labels)) > 1:
        raise WrongKind("several speakers take turns")


def _head(printed: list[str], first_person: list[bool]) -> int:
    """Count the lines above the speech: all down to the last dateline or field, a title, and what only tells of it."""
    words, page = [len(line.split()) for line in printed], list[int]()
    for at, line in enumerate(printed[:20]):
        if at and (_GREETING.match(line) or (first_person[at] and words[at] > 12)):
            break
        if _META.match(line) or _SITE.fullmatch(line) or _CAPTION.match(line):
            page.append(at)
    head = page[-1] + 1 if page else 0
    titled = len(page) < head
    while head < len(printed) and not _GREETING.match(printed[head]):
        line, spoken = printed[head], first_person[head]
        short = line[-1] not in ".!,:;…" and words[head] <= 20 and not (spoken and titled)
        if not short and (spoken or not _TELLS.search(line)):
            break
        head, titled = head + 1, True
    return head


def _is_heading(printed: list[str], first_person: list[bool], at: int) -> bool:
    line, after = printed[at], printed[at + 1] if at + 1 < len(printed) else ""
    short = len(line.split()) <= 8 and line[-1] not in ".!?,;:…”\"'’-–—)" and printed[at - 1][-1] not in ",:;"
    spoken = first_person[at] or _GREETING.match(line) or BULLET.match(line) or not line[0].isupper()
    return short and not spoken and len(after.split()) > 12


def _closes(printed: list[str], first_person: list[bool], at: int) -> bool:
    found = _CLOSING.fullmatch(printed[at]) if 2 * at > len(printed) else None
    return bool(found and (found[1] or not any(first_person[at:])))


def _speaker(above: list[str]) -> str | None:
    """Give the one speaker that the lines above the speech name, as printed; None where they name nobody, or two."""
    for pattern in _NAMED:
        found = {fold(match["who"]): match["who"] for line in above if (match := re.match(pattern, line))}
        longest = max(found, key=len, default="")
        reporter = pattern is _NAMED[-1] and any(_TOLD.search(line) for line in above)
        if found:
            return found[longest] if all(other in longest for other in found) and not reporter else None
    return None
