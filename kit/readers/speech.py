"""Speeches: furniture of the page, title and dateline, then one speaker's words to the end; bullets are part of them."""

from __future__ import annotations

import re

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading
from kit.spans import fold, line_of, lines

_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me)\b")
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?:[^‘’']|[’'](?=\w))*(?:[’'](?!\w)|$)")
_SAID = re.compile(r"\b(?:said|says|told|added|adds|warned|insisted|according to|announced)\b")
_BULLET = re.compile(r"[-–—*+·▪◦‣○●■]\s|[•∙]\s*\S|\(?\d{1,2}[.)]\s")
_LABELLED = re.compile(r"((?:[^\W\d_a-z][\w'’-]+\s+){1,4}[^\W\d_a-z][\w'’-]+(?:\s*\([^)]*\))?)\s*:\s*[^\W_a-z]")
_SPEECH = r"(?i:speech|remarks|lecture|address|keynote|statement)"
_GREETING = re.compile(
    r"(?i)(?:thank(?:s| you)|good (?:morning|afternoon|evening)|dear|friends|colleagues|hello|welcome)\b|"
    r".*\b(?:ladies and gentlemen|distinguished guests|excellenc(?:y|ies)|my lords|(?:it is|it['’]s) an? (?:\w+ )?(?:pleasure|hono[u]?r|privilege))\b"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_META = re.compile(
    rf"(?i)[^.!?]{{0,40}}(?:\b{_MONTH} \d{{1,2}}|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}),? \d{{4}}\b[^.!?]{{0,30}}$|\d{{1,4}}[/.-]\d\d?[/.-]\d{{1,4}}\b|"
    r"(?:delivered (?:on|at|by)|given (?:on|at|by)|location|venue|event|(?:first |last )?(?:published|updated)|from|date|speaker|author|topics?)"
    r"\s*:|(?:published|updated|delivered on) |by (?-i:[A-Z])[^.]{2,60}$|\W*(?:please )?check against delivery|\W*transcript of the"
)
_SITE = re.compile(
    r"(?i)(?:follow|skip to|share|listen to|subscribe|sign (?:in|up)|back to|read more)\b[^.!?]{0,50}|advertisement|print(?: this page)?|"
    r"home(?:\s*[>/|»].*)?|menu|search|speech(?:es)?|news|blog post|loading.*"
)
_TOLD = re.compile(r"['’]s?\s+(?:\w+\s+)*speech\b|\b(?:spoke|said|told|gives?|gave|delivers?|delivered|address(?:es|ed))\b")
_CAPTION = re.compile(r"(?i)\[[^\]]*\]$|\([^)]*\)$|(?:picture|photo(?:graph)?|image)s?(?: by| credit)?\s*:")
_NOTES = re.compile(r"(?i)notes? (?:to|for) editors?:?")
_CLOSING = re.compile(
    r"(?i)ends\W*|(?:share|related|contacts?|media|press|topics?|tags|about|more|follow|sign up|published|explore|print|updates|is this page|"
    r"read more|further information|back to)\b[^.!?]{0,50}\??"
)
_ASKED = re.compile(
    r"(?i)(q(?:uestion)?(?: \d+)?|a(?:nswer)?|(?:audience )?(?:member|question)|moderator|interviewer|host|chair)\s*:\s|"
    r"(q ?(?:&|and) ?a|questions?(?: and answers?)?)\W*$"
)
_CAP = r"(?!(?i:at|in|on|to|for|the|from|with|and|of|by)\b)[^\W\d_a-z](?:[\w'’‑-]*\w)?\.?"
_NAME = rf"{_CAP}(?:\s+(?:(?:de|da|di|la|le|van|von|der|bin|al)\s+)*{_CAP}){{0,5}}"
_WHO = rf"(?P<who>[Tt]he\s+{_NAME}\s+(?:of|for)\s+(?:the\s+)?{_NAME}|(?:[Tt]he\s+)?{_NAME})(?!['’]?\w)"
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (  # the plainer the attribution, the earlier
        rf"(?i:.*\b(?:{_SPEECH}(?:\s+[a-z]+){{0,3}}?|delivered|given)\s+by|speaker|(?:delivered|given) by)\s*:?\s+{_WHO}",
        rf"(?=(?:The )?Rt\.? Hon|Sir\b|Dame\b|Dr\b|Baroness\b|Lord\b|Lady\b){_WHO}$",
        rf"{_WHO}['’]s?\s+(?:(?i:full|keynote|opening|closing|maiden|first|inaugural|conference)\s+)*(?i:speech|remarks|statement)\b",
        rf"{_WHO}\s+(?i:gives?|gave|delivers?|delivered|makes?|made)\s+(?:[a-z]+\s+){{0,4}}{_SPEECH}\b",
        rf"{_WHO}\s+(?i:addresses|addressed|speaks (?:to|at)|spoke (?:to|at))\b",
        rf"(?i:by|author:)\s+{_WHO}$",
    )
)


def read(text: str) -> Reading:
    """Read a page with one speech: every line a passage, spoken by whom title, standfirst or byline name as they print it.

    Lines above and below the speech are headings, captions and furniture. Where the page names nobody, or two, the label is
    left out, with one doubt; questions put after the speech carry the label that is printed ("Question"). Raises WrongKind
    for fields of a question, bullets, turns of several speakers, and text in which hardly anybody says "I" or "we".
    """
    spans = lines(text)
    printed = [text[start:end] for start, end in spans]
    first_person = [bool(_FIRST_PERSON.search(_QUOTED.sub("", line))) for line in printed]
    _refuse_other_kinds(printed, first_person)
    head = _head(printed, first_person)
    title = next((at for at in range(head) if not (_META.match(printed[at]) or _SITE.fullmatch(printed[at]))), None)
    label = _speaker(printed[:head])
    close = next((at for at in range(head + 1, len(spans)) if _closes(printed, first_person, at)), len(spans))
    turn, passages, doubts = 1, list[Draft](), list[Doubt]()
    if label is None:
        remedy = "add `speaker_id` to the document's record"
        doubts.append(Doubt(line_of(text, spans[title or 0][0]), "the page does not name one speaker", printed[title or 0][:60], remedy))
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        asked = _ASKED.match(line) if at >= head else None
        if _CAPTION.match(line):
            passages.append(Draft(start, end, "written", "caption", own=True))
        elif at < head and not (_META.match(line) or _SITE.fullmatch(line)) or (at >= head and _is_heading(printed, first_person, at)):
            passages.append(Draft(start, end, "written", "heading", own=True))
        elif at < head or at >= close or _SITE.fullmatch(line):
            passages.append(Draft(start, end, "written", "furniture", own=True))
        else:
            if asked:
                turn, label = turn + 1, asked[1] or asked[2]
                remedy = "leave it open: the page does not say for certain who speaks"
                doubts.append(Doubt(line_of(text, start), "others than the speaker have the word", line[:60], remedy))
            passages.append(Draft(start, end, "spoken", label=label, turn=turn))
    return Reading(tuple(passages), tuple(doubts))


def _refuse_other_kinds(printed: list[str], first_person: list[bool]) -> None:
    if any(re.match(r"(?i)(?:question by|asked of|answered by)\s*:", line) for line in printed):
        raise WrongKind("it has the fields of a question and its answer")
    if 2 * sum(bool(_BULLET.match(line)) for line in printed) > len(printed):
        raise WrongKind("more than half of its lines are bullets")
    labels = [found[1] for line in printed if (found := _LABELLED.match(line))]
    if sum(labels.count(label) > 1 for label in set(labels)) > 1:
        raise WrongKind("several speakers take turns")
    share = sum(first_person) / max(len(printed), 1)
    share += 0.15 * any(re.search(rf"\b(?:{_SPEECH}|(?i:delivered))\b", line) for line in printed[:12])
    reported = sum(bool(_QUOTED.search(line) and _SAID.search(_QUOTED.sub("", line))) for line in printed)
    if share < 0.2 or not any(first_person) or (share < 0.3 and reported >= 2):
        raise WrongKind("hardly anybody speaks in the first person outside quotations")


def _head(printed: list[str], first_person: list[bool]) -> int:
    """Count the lines above the speech: all down to the last dateline or field, a title, and what only tells of the speech."""
    words = [len(line.split()) for line in printed]
    begins = [bool(_GREETING.match(line)) or (first_person[at] and words[at] > 12) for at, line in enumerate(printed)]
    first = next((at for at in range(1, len(printed)) if begins[at]), len(printed))
    above = [at for at, line in enumerate(printed[: min(first, 20)]) if _is_page(line)]
    at = above[-1] + 1 if above else 0
    titled = len(above) < at
    while at < len(printed) and not _GREETING.match(printed[at]) and words[at] <= 40:
        plain = printed[at][-1] not in ".!,:;…" and words[at] <= 20 and not (first_person[at] and titled)
        tells = re.search(rf"{_SPEECH}|\b(?:spoke|speaking|addressed|delivered)\b", printed[at]) or _GREETING.match(printed[min(at + 1, len(printed) - 1)])
        if not plain and (first_person[at] or not tells):
            break
        titled, at = True, at + 1
    return at


def _is_page(line: str) -> bool:
    return bool(_META.match(line) or _SITE.fullmatch(line) or _CAPTION.match(line))


def _is_heading(printed: list[str], first_person: list[bool], at: int) -> bool:
    line, after = printed[at], printed[at + 1] if at + 1 < len(printed) else ""
    plain = len(line.split()) <= 8 and line[-1] not in ".!?,;:…”\"'’-–—)" and line[0].isupper() and printed[at - 1][-1] not in ",:;"
    return plain and not (first_person[at] or _GREETING.match(line)) and len(after.split()) > 12


def _closes(printed: list[str], first_person: list[bool], at: int) -> bool:
    below = 2 * at > len(printed) and len(printed[at].split()) <= 8
    return below and bool(_NOTES.fullmatch(printed[at]) or (_CLOSING.fullmatch(printed[at]) and not any(first_person[at:])))


def _speaker(above: list[str]) -> str | None:
    """Give the one speaker that the lines above the speech name, as printed; None where they name nobody, or two."""
    for pattern in _NAMED:
        found = {fold(match["who"]): match["who"] for line in above if (match := pattern.match(line))}
        longest = max(found, key=len, default="")
        if found:
            told = pattern is _NAMED[-1] and any(_TOLD.search(line) for line in above)  # the byline may be the reporter's
            return found[longest] if all(other in longest for other in found) and not told else None
    return None
