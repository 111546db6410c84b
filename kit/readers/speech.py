"""Speeches: furniture of the page, title and dateline, then one speaker's words to the end, bullets among them."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from string import capwords

from kit.errors import Doubt, WrongKind
from kit.readers import WORDS, Draft, Reading, beginning, unsure
from kit.readers.attribution import BODIES, Names
from kit.readers.briefing import BULLET, FIRST_PERSON
from kit.readers.offices import POST, TITLE, fullest_form, without_letters
from kit.readers.question_time import refuse
from kit.spans import fold, lines

_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?:[^‘’']|[’'](?=\w))*(?:[’'](?!\w)|$)")
_SPEECH = rf"(?i:{WORDS['speech']})"
_TELLS = re.compile(rf"\b(?:{_SPEECH}|{WORDS['tells']})")
_GREETING = re.compile(rf"(?i)(?:{WORDS['greeting']})\b|.*\b(?:{WORDS['greeted']})")
_META = re.compile(rf"(?i){WORDS['dated']}|(?:{WORDS['meta']})\s*:")
_SHORT = r"(?:[^.!?]|\.(?=\w))"
_SITE = re.compile(rf"(?i)(?:{WORDS['site']})\b{_SHORT}{{0,100}}(?<![:;,])|{WORDS['page']}")
_CAPTION, _CHART = (re.compile(f"(?i){WORDS[name]}") for name in ("caption", "chart"))
_CLOSING = re.compile(rf"(?i)(?P<end>{WORDS['end']})|(?:{WORDS['closing']})\b{_SHORT}{{0,60}}(?:\?.*)?")
_FLOOR = re.compile(r"(?i)(?:q ?(?:&|and) ?a|discussion|questions?(?: (?:and|from|to|put|taken)\b[^.!?:]{0,40})?)\W*$")
_CAP = r"(?!(?i:at|in|on|to|for|the|from|with|and|of|by)\b)[^\W\d_a-z](?:[\w'’‑-]*\w)?\.?"
_NAME = rf"{_CAP}(?:\s+(?:(?:de|da|di|la|le|van|von|der|bin|al)\s+)*{_CAP}){{0,5}}"
_WHO = rf"(?P<who>[Tt]he\s+{_NAME}\s+(?:of|for)\s+(?:the\s+)?{_NAME}|(?:[Tt]he\s+)?{_NAME})(?!\w|['’](?!s\b)\w)"
_ASKER = re.compile(
    rf"(?:Q(?:uestion)?\s?\d*[.:)]\s+)?(?:(?P<post>(?i:{WORDS['floor']})(?: \d+)?)|(?P<who>{_NAME})"
    r"(?P<of>,\s[^,.:?!]+|\s*\([^)]*\))?)\s*:\s"
)
_ADDRESSED = re.compile(rf"{FIRST_PERSON.pattern}|(?i:\byou)|{_ASKER.pattern}")
_ASKED = re.compile(rf"(?:{WORDS['heads']})\b(?!.*\b(?:{WORDS['person']}|it|th(?:is|at|ey)|s?he)\b)[^.!?]*\?")
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
    r"(?:(?i:in full|(?:full )?(?:text|transcript))(?:\s+of|:)\s+)?(?:(?:[Tt]he|our|new)\s+)*"
    rf"(?:(?:[A-Z][a-z]+\s+)?(?=[a-z]){POST}\s+)*{_WHO}['’]s?\s+(?i:(?:(?:full|keynote|opening|closing|maiden|first)\s+)*"
    r"(?:speech|remarks))\b",
    rf"(?:\w+:\s+|(?:[^,.!?]*\s)?{_LED}{_OWNED})?{_WHO}(?:,[^,.!?]*,|,|\s*\([^)]*\))?\s+(?i:address(?:es|ed)|(?<=[,)]\s)"
    rf"(?:told|presented)|(?:speaks|spoke|speaking) (?:to|at)|(?:{WORDS['gives']}) (?:[\w'’-]+ ){{0,6}}{_SPEECH})\b",
    rf"{_WHO}(?:,[^,.]*,)?\s+(?:(?:was|has been) (?:sworn|\w*elected|named|appointed|installed)|became|resigned)\b"
    rf"(?:(?!{_CAP}\s+{_CAP}|\bby {_CAP}).)*\b(?:[Tt]his|[Hh]ere) is (?:what s?he\b|h(?:is|er)\s(?:\w+\s)*?{_SPEECH})",
]
_THING = re.compile(rf"(?:{BODIES.pattern}|{_SPEECH})$")
_BYLINE = [rf"(?i:by|author:)\s+{_WHO}$"]
_TOLD = re.compile(r"['’]s?\s+(?:\w+\s+)*speech\b|\b(?:spoke|said|told|gives?|gave|deliver\w*|address(?:es|ed))\b")

_Who = tuple[str | None, str | None]  # the label, and the name where the page prints a fuller one


def read(text: str) -> Reading:
    """Read a page with one speech: every line a passage, spoken by whomever title, standfirst or byline name.

    Where the page names nobody, or two, there is no label but a doubt; in questions after the speech, and where the
    speaker has a label too, whoever is named. Raises WrongKind for fields of a question, bullets, turns of several
    speakers, and text in which hardly anybody says "I" or "we".
    """
    spans = lines(text)
    printed = [text[start:end] for start, end in spans]
    first_person = [bool(FIRST_PERSON.search(_QUOTED.sub("", line))) for line in printed]
    head = _head(printed, first_person)
    close = next((at for at in range(head + 1, len(spans)) if _closes(printed, at)), len(spans))
    refuse(text)
    _refuse_other_kinds(printed)
    addressed = sum(first_person[at] or bool(_GREETING.match(printed[at])) for at in range(head, close))
    if addressed <= 0.2 * (close - head):
        raise WrongKind("hardly anybody speaks in the first person outside quotations")
    label, name = _speaker(printed[:head])
    speaker, passages, doubts = name or label, list[Draft](), list[Doubt]()
    subheads = _subheads(printed, first_person, head)
    if label is None:
        what, remedy = "the page does not name one speaker", "add `speaker_id` to the document’s record"
        doubts.append(Doubt(1, what, beginning(printed[0]), remedy))
    speech = takewhile(lambda line: not _FLOOR.match(line), printed[head:close])
    labelled = any((found := _label(line, speaker)) and found[1] for line in speech)  # the speaker too: all turns are
    names, turn, who = (Names("\n".join(printed)), 0, (None, None)) if labelled else (None, 1, (label, name))
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        zone = "furniture" if at >= close else _zone(printed, subheads, at, head, speaker or "")
        opens = zone == "heading" and at > head and _FLOOR.match(line)
        names = None if opens else names
        new = (None, None) if opens else _label(line, speaker, turn > 1, names) if zone == "body" else None
        turn, who = (turn + 1, new) if new else (turn, who)
        if not (new[1] or (names and new[0])) if new else zone == "body" and turn == 0:
            doubts.append(unsure(text, start, end, "somebody else may have the word"))
        if zone != "body":
            passages.append(Draft(start, end, "written", zone, own=True))
            continue
        sure = names or turn == 1 or new or first_person[at]  # else it may be told of the discussion
        passages.append(Draft(start, end, "spoken", "body", False, *(who if sure else (None, None)), turn))
        if not names and turn > 1 and not who[1] and (new or line[-1] == "?"):
            who = None, None  # who goes on may be the one who was asked
    return Reading(tuple(passages), tuple(doubts))


def _zone(printed: list[str], subheads: set[int], at: int, head: int, speaker: str) -> str:
    line, inner = printed[at], fold(printed[at]).strip("\"'. ")
    others = (fold(other) for number, other in enumerate(printed) if number != at)
    quoted = re.fullmatch(r"[\"'].*[\"']", fold(line)) and len(inner.split()) > 4
    if _CAPTION.match(line) or _CHART.match(line) or (quoted and any(inner in other for other in others)):
        return "caption"
    person = " " in speaker and not re.search(rf"{POST}$|\b(?:of|for)\b", speaker)
    named = (fold(speaker), " ".join(fold(without_letters(speaker)).split()[-2:])) if person else ()
    own = re.search(r"\b(?:I|[Mm]y|me)\b", _QUOTED.sub("", line)) or _ASKER.match(line)
    told = at >= head and fold(line).startswith(named) and not own  # as nobody begins to speak
    if told or _SITE.fullmatch(line) or (at < head and _META.match(line)):
        return "furniture"
    return "heading" if at < head or at in subheads or _FLOOR.match(line) else "body"


def _subheads(printed: list[str], first_person: list[bool], head: int) -> set[int]:
    """Find short lines above a paragraph that end no sentence; where there are several, short questions too."""
    found, asked = set[int](), set[int]()
    for at, (line, below) in enumerate(pairwise(printed[head:]), head):
        spoken = first_person[at] and not re.match(rf"(?:{WORDS['heads']}) ", line)
        listed = BULLET.match(line) and not re.match(r"\d+[.)] [A-Z]", line)
        heads = len(line.split()) <= 8 and len(below.split()) > 12 and (line[0].isupper() or line[0].isdigit())
        if heads and not (spoken or listed or _GREETING.match(line) or printed[at - 1][-1] in ",:;"):
            found |= {at} if line[-1] not in ".!?,;:…”\"'’-–—)" else set()
            asked |= {at} if _ASKED.fullmatch(line) else set()
    return found | (asked if len(found) > 1 else set())


def _refuse_other_kinds(printed: list[str]) -> None:
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
        long = words[at] > 12 or _ASKER.match(line)
        told = not re.search(r"\bI\b", line) and (line[-1] not in ".!?,:;…" or _TOLD.search(line))
        if _META.match(line) or _SITE.fullmatch(line) or _CAPTION.match(line):
            page.append(at)
        elif at and (_GREETING.match(line) or (first_person[at] and long and not told)):
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


def _closes(printed: list[str], at: int) -> bool:
    """Say whether the speech ends above a line: at the page's own, or at thanks behind which nobody is addressed."""
    found = _CLOSING.fullmatch(printed[at])
    thanked = re.match(r"(?i)thank", printed[at - 1]) and len(printed[at - 1].split()) <= 12
    if 2 * at <= len(printed) or not (found or thanked):
        return False
    rest = [_QUOTED.sub("", line) for line in printed[at:]]
    said = any(re.search(r"\bI\b", line) for line in rest)
    below = takewhile(lambda line: not (_CLOSING.fullmatch(line) or _SITE.fullmatch(line)), rest)
    told = re.search(r"\w", rest[0]) and not any(_ADDRESSED.search(line) or _FLOOR.match(line) for line in below)
    return bool((found and found["end"]) or (not said and (found or told)))


def _speaker(above: list[str]) -> _Who:
    """Give the one speaker whom the lines above the speech name, as printed, and who holds it if it is an office.

    Nothing where they name nobody, or two.
    """
    found, cased = set[str](), {line: capwords(line, " ") if line.isupper() else line for line in above}
    for patterns in (_PLAIN, _NAMED, [] if any(_TOLD.search(line) for line in above) else _BYLINE):
        tried = [(re.match(form, cased[line]), line) for form in patterns for line in above[form == _NAMED[0] :]]
        named = {line[slice(*match.span("who"))] for match, line in tried if match and not _THING.search(match["who"])}
        found = found or named
    people = {who for who in found if " " in who and not re.search(rf"{POST}$|\b(?:of|for)\b", who)}
    offices, longest = sorted(found - people), max(sorted(people), key=len, default="")
    office = re.sub("^(?i:the )?", "the ", offices[0], count=1) if offices else ""
    held = fullest_form(office, Names("\n".join(above))) if office else None
    apart = offices and people and longest.split()[-1] not in (held or "")
    if apart or len(offices) > 1 or not found or not all(_words(who) <= _words(longest) for who in people):
        return None, None
    return (longest, None) if people else (offices[0], held)


def _words(who: str) -> set[str]:
    return set(fold(re.sub(TITLE, "", who)).split())


def _label(line: str, speaker: str | None, floor: bool = False, names: Names | None = None) -> _Who | None:
    """Give the label that opens a line, None where it only may be one, and the speaker's name where it is theirs."""
    found = _ASKER.match(line)
    if not found:
        return None
    who, of = found["post"] or found["who"], found["of"] or ""
    office, titled = re.search(rf"{POST}$", who), re.match(TITLE, who)
    if speaker and _words(who) <= _words(speaker):
        last = re.search(rf"\b{re.escape(who.split()[-1])}(?:\s[A-Z]{{2,}})*$", speaker)
        if _words(who) == _words(speaker) or (last and not (office or re.search(r"\b(?:of|for)\b", speaker))):
            return who, speaker
    asks = of[-1:] == ")" and line[-1] == "?"
    if not (floor or names or found["post"] or asks or re.search(POST, of)):
        return (None, None) if titled and not office else None
    shown = of or titled or found.start("who") > 0 or line[-1] == "?" or (names and names.is_person(who))
    return (who if found["post"] or (shown and " " in who and not office) else None), None
