"""Speeches: furniture of the page, title and dateline, then one speaker's words to the end, bullets among them."""

from __future__ import annotations

import re
from itertools import takewhile

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, beginning
from kit.readers.attribution import BODIES, Names
from kit.readers.briefing import BULLET, FIELD, FIRST_PERSON
from kit.readers.offices import fullest_form
from kit.readers.question_time import POST, TITLE
from kit.spans import fold, line_of, lines

_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?:[^‘’']|[’'](?=\w))*(?:[’'](?!\w)|$)")
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
    r"(?i)(?:follow|skip to|share|listen to|subscribe|sign (?:in|up)|back to|read more|download|watch|donate)\b"
    r"[^.!?]{0,60}|menu|print(?: this page)?|home(?:\s*[>/|»].*)?|search|speech(?:es)?|news|blog post|advertisement|"
    r".*\b(?:sign up|subscribe)\b.*\b(?:newsletter|bulletin|updates|alerts|emails?)\b.{0,40}|"
    r"(?:this|below|the following) is (?:an?|the) [\w -]*(?:version|transcript|text)\b.*"
)
_CAPTION = re.compile(
    r"(?i)\[[^\]]*\]$|\([^)]*\)$|(?:[^.!?]*[.|(] )?(?:picture|photo(?:graph)?|image)s?(?: by| credit)?\s*:[^.!?]{0,60}$"
)
_CLOSING = re.compile(
    r"(?i)(?P<end>notes? (?:to|for) editors?:?|ends\W*)|(?:related|contacts?|(?:media|press) (?:contacts?|office)|tags|"
    r"topics?|(?:is|was) this (?:page|article)|about (?:us|the (?:author|speaker)|(?-i:[A-Z]\w+))|share (?:this|on)|"
    r"(?:you )?(?:may|might) also like|(?:more|also) (?:from|news|stories|speeches)|support (?:us|our work)|"
    r"(?:for )?further information)\b[^.!?]{0,50}(?:\?.{0,20})?"
)
_FLOOR = re.compile(r"(?i)(?:q ?(?:&|and) ?a|discussion|questions?(?: (?:and|from|to|put|taken)\b[^.!?:]{0,40})?)\W*$")
_CAP = r"(?!(?i:at|in|on|to|for|the|from|with|and|of|by)\b)[^\W\d_a-z](?:[\w'’‑-]*\w)?\.?"
_NAME = rf"{_CAP}(?:\s+(?:(?:de|da|di|la|le|van|von|der|bin|al)\s+)*{_CAP}){{0,5}}"
_WHO = rf"(?P<who>[Tt]he\s+{_NAME}\s+(?:of|for)\s+(?:the\s+)?{_NAME}|(?:[Tt]he\s+)?{_NAME})(?!\w|['’](?!s\b)\w)"
_ASKER = re.compile(
    rf"(?:Q(?:uestion)?\s?\d*[.:)]\s+)?(?:(?P<post>(?i:q(?:uestion)?|a(?:nswer)?|(?:audience )?(?:member|question)"
    rf"(?: of the \w+)?|moderator|interviewer|chair)(?: \d+)?)|(?P<who>{_NAME})(?P<of>,\s[^,.:?!]+|\s*\([^)]*\))?)"
    r"\s*:\s"
)
_OWNED = r"(?:[Oo]ur|[Ii]ts|[Tt]he(?= [a-z])) [\w'’ -]+,\s+"
_LED = "".join(rf"(?<!\b{word} )" for word in ("to", "of", "by", "for", "from", "with", "and"))
_PLAIN = [
    rf"(?:.*\b(?:{_SPEECH}(?:\s+[a-z]+){{0,3}}?|(?i:delivered|given)(?:\s[^.,]*(?<!ed)(?<!en))?)\s+by|(?i:speaker))"
    rf"\s*:?\s+(?:{_OWNED})?{_WHO}",
    rf"(?:.*\band\s+)?(?=(?:[Tt]he )?Rt\.? Hon){_WHO}$",
]
_NAMED = [
    rf"(?={TITLE}){_WHO}(?:,[^,.!?]*|\s*\([^)]*\))?$",
    rf"{_WHO},\s+(?:[A-Z][\w-]*\s+){{0,4}}{POST}(?:$|(?:\s+(?:of|for|to|at)\b|,)[^.!?]*$)",
    rf"{_WHO}['’]s?\s+(?:(?i:full|keynote|opening|closing|maiden|first)\s+)*(?i:speech|remarks|statement)\b",
    rf"(?:(?:[^,.!?]*\s)?{_LED}{_OWNED})?{_WHO}(?:,[^,.!?]*,|,|\s*\([^)]*\))?\s+(?i:address(?:es|ed)|(?<=[,)]\s)"
    rf"(?:told|presented)|(?:speaks|spoke) (?:to|at)|(?:gives?|gave|delivers?|delivered|makes?|made) (?:[a-z]+ ){{0,4}}"
    rf"{_SPEECH})\b",
]
_THING = re.compile(rf"(?:{BODIES.pattern}|{_SPEECH})$")
_BYLINE = [rf"(?i:by|author:)\s+{_WHO}$"]
_TOLD = re.compile(r"['’]s?\s+(?:\w+\s+)*speech\b|\b(?:spoke|said|told|gives?|gave|deliver\w*|address(?:es|ed))\b")


def read(text: str) -> Reading:
    """Read a page with one speech: every line a passage, spoken by whomever title, standfirst or byline name.

    Lines above and below the speech are headings, captions and furniture. Where the page names nobody, or two, there
    is no label but one doubt; questions after the speech carry the label that is printed, or none. Raises WrongKind for
    fields of a question, bullets, turns of several speakers, and text in which hardly anybody says "I" or "we".
    """
    spans = lines(text)
    printed = [text[start:end] for start, end in spans]
    first_person = [bool(FIRST_PERSON.search(_QUOTED.sub("", line))) for line in printed]
    head = _head(printed, first_person)
    close = next((at for at in range(head + 1, len(spans)) if _closes(printed, at)), len(spans))
    _refuse_other_kinds(printed)
    addressed = sum(first_person[at] or bool(_GREETING.match(printed[at])) for at in range(head, close))
    if addressed <= 0.2 * (close - head):
        raise WrongKind("hardly anybody speaks in the first person outside quotations")
    label, name = _speaker(printed[:head])
    speaker, turn, passages, doubts = name or label, 1, list[Draft](), list[Doubt]()
    if label is None:
        remedy = "add `speaker_id` to the document's record"
        doubts.append(Doubt(1, "the page does not name one speaker", beginning(printed[0]), remedy))
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        zone = "furniture" if at >= close else _zone(printed, first_person, at, head)
        opens = zone == "heading" and at > head and bool(_FLOOR.match(line))
        asker = (None, None) if opens else _asker(line, turn > 1, speaker) if zone == "body" else None
        if asker:
            turn, (label, name) = turn + 1, asker
            if not name:
                remedy = "leave it open: the page does not say for certain who speaks"
                doubts.append(Doubt(line_of(text, start), "somebody else may have the word", beginning(line), remedy))
        sure = turn == 1 or asker or first_person[at]  # else it may be told of the discussion
        who = (label, name) if sure else (None, None)
        aside = Draft(start, end, "written", zone, own=True)
        passages.append(Draft(start, end, "spoken", "body", False, *who, turn) if zone == "body" else aside)
        if zone == "body" and turn > 1 and not name and (asker or line[-1] == "?"):
            label = None  # who goes on may be the one who was asked
    return Reading(tuple(passages), tuple(doubts))


def _zone(printed: list[str], first_person: list[bool], at: int, head: int) -> str:
    line, inner = printed[at], fold(printed[at]).strip("\"'. ")
    others = (fold(other) for number, other in enumerate(printed) if number != at)
    pulled = (
        re.fullmatch(r"[\"'].*[\"']", fold(line)) and len(inner.split()) > 4 and any(inner in other for other in others)
    )
    if pulled or _CAPTION.match(line):
        return "caption"
    if _SITE.fullmatch(line) or (at < head and _META.match(line)):
        return "furniture"
    return "heading" if at < head or _FLOOR.match(line) or _is_heading(printed, first_person, at) else "body"


def _refuse_other_kinds(printed: list[str]) -> None:
    if any(FIELD.match(line) for line in printed):
        raise WrongKind("it has the fields of a question and its answer")
    if 2 * sum(bool(BULLET.match(line)) for line in printed) > len(printed):
        raise WrongKind("more than half of its lines are bullets")
    said = takewhile(lambda line: not _FLOOR.match(line), printed)
    labels = [found["who"] for line in said if (found := _ASKER.match(line)) and " " in (found["who"] or "")]
    if sum(labels.count(label) > 1 for label in set(labels)) > 1:
        raise WrongKind("several speakers take turns")


def _head(printed: list[str], first_person: list[bool]) -> int:
    """Count the lines above the speech: all down to the last dateline or field, a title, and what only tells of it."""
    words, page = [len(line.split()) for line in printed], list[int]()
    for at, line in enumerate(printed[:20]):
        told = not re.search(r"\bI\b", line) and (line[-1] not in ".!?,:;…" or _TOLD.search(line))
        if _META.match(line) or _SITE.fullmatch(line) or _CAPTION.match(line):
            page.append(at)
        elif at and (_GREETING.match(line) or (first_person[at] and words[at] > 12 and not told)):
            break
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
    spoken = first_person[at] and not re.match(r"(?:What|Why|How|Where|When|Who|The|Our|My|About|An?|Two|Three) ", line)
    listed = BULLET.match(line) and not re.match(r"\d+[.)] [A-Z]", line)
    begins = line[0].isupper() or line[0].isdigit()
    return short and begins and not (spoken or listed or _GREETING.match(line)) and len(after.split()) > 12


def _closes(printed: list[str], at: int) -> bool:
    found = _CLOSING.fullmatch(printed[at]) if 2 * at > len(printed) else None
    said = found and any(re.search(r"\bI\b", _QUOTED.sub("", line)) for line in printed[at:])
    return bool(found and (found["end"] or not said))


def _speaker(above: list[str]) -> tuple[str | None, str | None]:
    """Give the one speaker whom the lines above the speech name, as printed, and who holds it if it is an office.

    Nothing where they name nobody, or two.
    """
    found = set[str]()
    for patterns in (_PLAIN, _NAMED, [] if any(_TOLD.search(line) for line in above) else _BYLINE):
        matches = (re.match(pattern, line) for pattern in patterns for line in above[pattern == _NAMED[0] :])
        found = found or {match["who"] for match in matches if match and not _THING.search(match["who"])}
    people = {who for who in found if " " in who and not re.search(rf"{POST}$|\b(?:of|for)\b", who)}
    offices, longest = sorted(found - people), max(sorted(people), key=len, default="")
    held = fullest_form(f"the {offices[0]}", Names("\n".join(above))) if offices else None
    apart = offices and people and longest.split()[-1] not in (held or "")
    if apart or len(offices) > 1 or not found or not all(_words(who) <= _words(longest) for who in people):
        return None, None
    return (longest, None) if people else (offices[0], held)


def _words(who: str) -> set[str]:
    return set(fold(re.sub(TITLE, "", who)).split())


def _asker(line: str, floor: bool, speaker: str | None) -> tuple[str | None, str | None] | None:
    """Give the label that opens a line, None where it only may be one, and the speaker's name where it is theirs."""
    found = _ASKER.match(line)
    if not found:
        return None
    who = found["post"] or found["who"]
    office, titled = re.search(rf"{POST}$", who), re.match(TITLE, who)
    if not (floor or found["post"] or found["of"] and found["of"][-1] == ")" and line[-1] == "?"):
        return (None, None) if titled and not office else None
    if speaker and (_words(who) == _words(speaker) if office else _words(who) <= _words(speaker)):
        return who, speaker
    shown = found["of"] or titled or found.start("who") > 0 or line[-1] == "?"
    return (who if found["post"] or (shown and " " in who and not office) else None), None
