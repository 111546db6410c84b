"""Speeches: furniture of the page, title and dateline, then one speaker's words to the end, bullets among them."""

from __future__ import annotations

import re
from itertools import takewhile

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, beginning, unsure
from kit.readers.attribution import BODIES, Names
from kit.readers.briefing import BULLET, FIELD, FIRST_PERSON
from kit.readers.offices import fullest_form
from kit.readers.question_time import POST, TITLE
from kit.spans import fold, lines

_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?:[^‘’']|[’'](?=\w))*(?:[’'](?!\w)|$)")
_SPEECH = r"(?i:speech|remarks|lecture|address|keynote|statement)"
_TELLS = re.compile(
    rf"\b(?:{_SPEECH}|spoke|speaking|addressed|delivered)\b|"
    r"\b(?:[Tt]his|[Hh]ere) is what [^.,;:]+ (?:said(?: to [^.,;:]+)?|told [^.,;:]+)[.:]$"
)
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
_SHORT = r"(?:[^.!?]|\.(?=\w))"
_SITE = re.compile(
    r"(?i)(?:follow|skip to|share|listen to|subscribe|sign (?:in|up)|back to|read more|download|watch|donate)\b"
    rf"{_SHORT}{{0,100}}(?<![:;,])|menu|print(?: this page)?|home(?:\s*[>/|»].*)?|search|speech(?:es)?|news|blog post|"
    r"advertisement|.*\b(?:sign up|subscribe)\b.*\b(?:newsletter|bulletin|updates|alerts|emails?)\b.{0,40}|"
    r"(?:this|below|the following) is (?:an?|the) [\w -]*(?:version|transcript|text)\b.*"
)
_CAPTION = re.compile(
    r"(?i)\[[^\]]*\]$|\([^)]*\)$|(?:[^.!?]*(?:[.|] |\( ?))?(?:picture|photo(?:graph)?|image)s?(?: by| credit)?\s*:"
    r"[^.!?]{0,60}$"
)
_CLOSING = re.compile(
    r"(?i)(?P<end>notes? (?:to|for) editors?:?|ends\W*|\[\d{1,2}\] .*|registered charity\b.*|"
    r"a (?:message|note) from the editor\b.*)|(?:related|tags|topics?|(?:media|press) office|"
    r"(?:(?:media|press) )?contacts?|(?:is|was) this (?:page|article)|share (?:this|on)|about "
    r"(?:us|the (?:author|speaker)|(?-i:[A-Z]\w+))|(?:you )?(?:may|might) also like|support (?:us|our work)|(?:for )?"
    r"further information|(?:more|also|other|previous) (?:from|news|stories|speeches|lectures))"
    rf"\b{_SHORT}{{0,60}}(?:\?.*)?"
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
    r"(?:(?i:in full|(?:full )?(?:text|transcript))(?:\s+of|:)\s+)?(?:(?:[Tt]he|our|new)\s+)*"
    rf"(?:(?=[a-z]){POST}\s+)*{_WHO}['’]s?\s+(?:(?i:full|keynote|opening|closing|maiden|first)\s+)*(?i:speech|remarks)\b",
    rf"(?:(?:[^,.!?]*\s)?{_LED}{_OWNED})?{_WHO}(?:,[^,.!?]*,|,|\s*\([^)]*\))?\s+(?i:address(?:es|ed)|(?<=[,)]\s)"
    rf"(?:told|presented)|(?:speaks|spoke) (?:to|at)|(?:gives?|gave|delivers?|delivered|makes?|made) (?:[a-z]+ ){{0,4}}"
    rf"{_SPEECH})\b",
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
    _refuse_other_kinds(printed)
    addressed = sum(first_person[at] or bool(_GREETING.match(printed[at])) for at in range(head, close))
    if addressed <= 0.2 * (close - head):
        raise WrongKind("hardly anybody speaks in the first person outside quotations")
    label, name = _speaker(printed[:head])
    speaker, passages, doubts = name or label, list[Draft](), list[Doubt]()
    if label is None:
        remedy = "add `speaker_id` to the document's record"
        doubts.append(Doubt(1, "the page does not name one speaker", beginning(printed[0]), remedy))
    speech = takewhile(lambda line: not _FLOOR.match(line), printed[head:close])
    labelled = any((found := _label(line, speaker)) and found[1] for line in speech)  # the speaker too: all turns are
    names, turn, who = (Names("\n".join(printed)), 0, (None, None)) if labelled else (None, 1, (label, name))
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        zone = "furniture" if at >= close else _zone(printed, first_person, at, head)
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


def _zone(printed: list[str], first_person: list[bool], at: int, head: int) -> str:
    line, inner, after = printed[at], fold(printed[at]).strip("\"'. "), "".join(printed[at + 1 : at + 2])
    others = (fold(other) for number, other in enumerate(printed) if number != at)
    quoted = re.fullmatch(r"[\"'].*[\"']", fold(line)) and len(inner.split()) > 4
    if _CAPTION.match(line) or (quoted and any(inner in other for other in others)):
        return "caption"
    if _SITE.fullmatch(line) or (at < head and _META.match(line)):
        return "furniture"
    if at < head or _FLOOR.match(line):
        return "heading"
    short = len(line.split()) <= 8 and line[-1] not in ".!?,;:…”\"'’-–—)" and printed[at - 1][-1] not in ",:;"
    spoken = first_person[at] and not re.match(r"(?:What|Why|How|Where|When|Who|The|Our|My|About|An?|Two|Three) ", line)
    listed = BULLET.match(line) and not re.match(r"\d+[.)] [A-Z]", line)
    heads = short and (line[0].isupper() or line[0].isdigit()) and len(after.split()) > 12
    return "heading" if heads and not (spoken or listed or _GREETING.match(line)) else "body"


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
    found = _CLOSING.fullmatch(printed[at]) if 2 * at > len(printed) else None
    said = found and any(re.search(r"\bI\b", _QUOTED.sub("", line)) for line in printed[at:])
    return bool(found and (found["end"] or not said))


def _speaker(above: list[str]) -> _Who:
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


def _label(line: str, speaker: str | None, floor: bool = False, names: Names | None = None) -> _Who | None:
    """Give the label that opens a line, None where it only may be one, and the speaker's name where it is theirs."""
    found = _ASKER.match(line)
    if not found:
        return None
    who, of = found["post"] or found["who"], found["of"] or ""
    office, titled = re.search(rf"{POST}$", who), re.match(TITLE, who)
    if speaker and _words(who) <= _words(speaker):
        whole = office or re.search(r"\b(?:of|for)\b", speaker)
        last = re.search(rf"\b{re.escape(who.split()[-1])}(?:\s[A-Z]{{2,}})*$", speaker)
        if _words(who) == _words(speaker) or (last and not whole):
            return who, speaker
    asks = of[-1:] == ")" and line[-1] == "?"
    if not (floor or names or found["post"] or asks or re.search(POST, of)):
        return (None, None) if titled and not office else None
    shown = of or titled or found.start("who") > 0 or line[-1] == "?" or (names and names.is_person(who))
    return (who if found["post"] or (shown and " " in who and not office) else None), None
