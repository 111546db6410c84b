"""Question Time answers: a lead question, the first answer by whoever stands under "Answered By", labelled turns."""

from __future__ import annotations

import re
from typing import NamedTuple

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, unsure
from kit.spans import fold, lines

_FIELD = re.compile(
    r"(?i)(?:(?:(?P<asker>(?:question (?:asked )?|asked )by|member name|from(?=:\s*(?-i:[A-Z])))|"
    r"(?P<asked>asked of|to(?=:\s*(?-i:[A-Z])))|(?P<answerer>answered by|for answer by))"
    r"(?:\s*:|(?=\s*$|\s+[^:.?!]{1,40}$))|key information$|(?:answered on|categor|date|group|meeting|organisation|"
    r"party|portfolio|question (?:no|ref|title|type)|reference|session|status|subject|topic|type)[\w ]{0,9}:)\s*"
)
_PART = re.compile(
    r"(?i)(?:(?:main|supplementary|follow[- ]?up) )?(?:(?P<asks>question)|answer|response|reply)"
    r"(?: (?:from|by) (?P<who>[^:.?!]{2,60}(?=:?$)))?(?:s?:?$|\s*:\s*| for\b[^.?!]{1,99}$)"
)
_WRITTEN = re.compile(
    r"(?i)written (?:response|answer|reply)(?: (?:from|by) ([^,.:]{2,60}?))?(?:,? (?:received|on|sent)\b.*)?[.:]?$"
)
_MARKED = re.compile(r"(?i)(?:.*:\s*)?written(?:$| (?:answer|question|repl|response))|\w+ are drafting a response")
_AFTER = re.compile(
    r"(?i)(?:back to|share\b|related|print\b)[^.?!]{0,40}|(?:next|previous) question|question \d+ was taken\b.*"
)
_LINK = r"(?:of|for|the|and|de|da|di|du|la|le|van|von|der|den|bin|al|el)"
_WORD = r"(?:(?:[dl]['’])?[^\W\d_a-z][\w'’‑-]*|(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Prof|Rev|Rt|Hon|Cllr)\.)"
_NAME = rf"{_WORD}(?:\s{{1,3}}(?:{_LINK}\s{{1,3}}){{0,3}}{_WORD}){{0,7}}"
_SEAT = r"\b(?:AM|MP|MSP|MS|MLA|MEP|TD|QC|KC|QPM|QFSM|JP|[CDKMO]BE)\b"
_LABEL = re.compile(
    rf"(?P<core>{_NAME})(?P<office>,\s+{_NAME}|(?:\s{{0,2}}[(\[][^()\[\]]{{0,120}}[)\]]){{0,2}})"
    rf"(?:\s*[:;：](?!//)\s*|(?P<gap>$|(?:\s{{2,}}|\s[-–—]\s|\s)(?=[^\W_a-z])(?!{_SEAT})))"
)
_UNNAMED = re.compile(
    r"(?i)((?:an? |the |one )?(?:(?:deputy|vice|acting|male|female|un\w+|audience)[ -])*(?:chair(?:man|woman|person)?|"
    r"speaker|voice|audience|members?)(?: \d+| (?:of|from) the (?:public|audience|floor|gallery))?)\s*[:：]\s*"
)
TITLE = (
    r"(?i:(?:(?:the )?(?:rt|right) hon|(?:the )?(?:(?:right|very) )?rev\w*|mrs?|ms|miss|mx|dr|prof\w*|sir|dame|lord|"
    r"lady|baron|baroness|cllr|councillor)\b\.?\s+)"
)
POST = (
    r"(?i:\b(?:\w+[ty]or|chancellor|\w+ioner|chair\w*|chief|deputy|assistant|commander|captain|colonel|constable|"
    r"inspector|head|superintendent|officer|executive|secretary|minister|president|leader|member|manager|clerk|speaker|"
    r"adviser|\w+master|\w*teacher)\b)"
)
_POST = re.compile(rf"{POST}|{_SEAT}")
_HELD = re.compile(rf"(?:{_POST.pattern})(?:\W*$|,| (?:of|for|to) )")
_PHRASE = re.compile(r"((?:\S+\s+){0,7}?\S+?)\s*[:：](?!//)(?:\W+([^\W\d])|\W*$)")
_NO_NAME = re.compile(
    r"[\"']|(?:i|we|you|he|she|it|they|th(?:is|at|ese|ose|ere|en|us|anks?)|my|our|your|his|her|their|here|in|on|at|to|and|"
    r"but|or|if|wh\w+|how|let|read|see|as|with|no|yes|not|so|now|first\w*|second\w*|third\w*|next|finally|also|note|point|"
    r"item|part|example|however|again|today|source|conclusion|summary|one|two|three|is|are|do|does)\b"
)


class _Label(NamedTuple):
    printed: str
    name: str | None = None
    end: int = 0  # counted from the line's start
    sure: bool = True


class _Page:
    """What bears a label out: names under the page's fields, words it has in lower case, phrases that come again."""

    def __init__(self, text: str, printed: list[str]) -> None:
        self.fields = _fields(printed)
        self.common = set(re.findall(r"\b[a-zà-ÿ][\w'’-]+", text))
        named = ",".join(value for role, value in self.fields.values() if role)
        parts = [part.strip() for part in re.split(r"[(),\[\]]| and (?=[Tt]he )", named)]
        self.known = {_bare(part): part for part in parts if part}
        self.again, seen, stretch = set[str](), dict[str, int](), 0
        for label in [self.label(line) for at, line in enumerate(printed) if at not in self.fields]:
            if label and label.sure:
                stretch += 1  # somebody was sure to speak since
            elif label and seen.setdefault(fold(label.printed), stretch) < stretch:
                self.again.add(fold(label.printed))

    def label(self, line: str) -> _Label | None:
        """Give the label that opens a line, or (not `sure`) may do so; None: the line certainly opens with none."""
        if found := _UNNAMED.match(line):
            return _Label(found[1], self.office(found[1]), found.end())
        if _NO_NAME.match(fold(line)):
            return None
        found = _LABEL.match(line)
        sure = self._sure(found) if found else None
        return sure or (_Label(maybe, sure=False) if (maybe := self._maybe(line, found)) else None)

    def office(self, printed: str) -> str | None:
        """Give the fuller form of an office that stands under a field ("The Chair of the Board"); several joined."""
        starts = tuple(f"{_bare(printed)} {link} " for link in ("of", "for"))
        return " or ".join(name for key, name in self.known.items() if key.startswith(starts)) or None

    def _sure(self, found: re.Match[str]) -> _Label | None:
        core, office, gap, rest = *found.group("core", "office", "gap"), found.string[found.end() :]
        plain, bare, printed = _plain(core), _bare(core), core + office
        people = {key: name for key, name in self.known.items() if not re.search(" (?:of|for) ", key)}
        names = [name for key, name in people.items() if key.endswith(f" {bare}")]
        fuller = names[0] if len(names) == 1 else self.office(core) if core.startswith("The ") else None
        known = bool(fuller) or bare in self.known
        person = " " in plain and not re.search(r"\b(?:of|for|and)\b|^The\b", core) and not self.has(core)
        titled = re.match(TITLE, core) and not self.has(core.split()[-1])
        seated = re.search(rf"{_SEAT}\W*$", core)
        in_office = office and (_HELD.search(office) or _POST.match(core) or _bare(office.strip(" ()[]")) in self.known)
        held = person and bool(titled or seated or in_office)
        reasons_against = (
            not (known or held or fold(printed) in self.again),
            re.match(r"(?:Mr|Madam|Lord|Lady)\b", core) and _POST.search(core),  # "Mr Chair: …" may address him
            office[:1] == "," and not held,  # and so may "Chairman, Mr Doe: …"
            rest[:1] in tuple("\"“‘'") or (rest[:1].islower() and not known),  # words that are told of, not said
            gap == " " and not (office or seated),  # a single space sets no label off
        )
        if any(reasons_against):
            return None
        fits = fuller and not re.match(r"M(?:rs?|s|iss)\b", core)  # "Mr" fits no first name for certain
        name = fuller if fits else plain if person or known else printed
        return _Label(printed, None if name == printed else name, found.end())

    def _maybe(self, line: str, found: re.Match[str] | None) -> str:
        """Give what may be a label: words ahead of a colon in lower case, with capitals or a post; a name set apart."""
        if phrase := _PHRASE.match(line):
            words = re.findall(r"[^\W\d_][\w'’-]*", phrase[1])
            capitals = sum(word[0].isupper() for word in words)
            whole = found and not found["gap"]
            named = 1 < capitals >= len(words) / 2 or (len(words) < 5 and _POST.search(phrase[1]))
            alone = capitals == len(words) == 1 and not (phrase[1].endswith("ly") or self.has(phrase[1]))
            may = (named or alone) and not (phrase[2] or "").islower() or (named and whole)
            return phrase[1] if line[0].islower() or may else ""
        core, gap = found.group("core", "gap") if found else ("", None)
        apart = _bare(core) in self.known if gap == " " else gap is not None
        return core if apart and (" " in core or _POST.fullmatch(core)) else ""

    def has(self, phrase: str) -> bool:
        return self.common.issuperset(fold(phrase).split())


def _fields(printed: list[str]) -> dict[int, tuple[str, str]]:
    """Give the lines of the fields, values below them included: whom each names (nothing: nobody), and its value."""
    fields: dict[int, tuple[str, str]] = {}
    for at, line in enumerate(printed):
        if found := _FIELD.match(line):
            role, value = found.lastgroup or "", line[found.end() :].strip(" :")
            after = "".join(printed[at + 1 : at + 2])
            if not value and _is_value(after):
                value, fields[at + 1] = after.strip(" :"), (role and "asked", "")
            fields[at] = role, value
    return fields


def _is_value(line: str) -> bool:
    said = re.search(r"[.?!:]$|:\s*\S|^[\[(]", line) or len(line.split()) > 12
    return bool(line) and not (said or any(known.match(line) for known in (_FIELD, _PART, _WRITTEN)))


def _plain(core: str) -> str:
    return re.sub(r"(?<=[a-z'’.])(?:\s+[A-Z]{2,5})+$", "", core.strip(" :"))  # "Jane Doe OBE" is Jane Doe


def _bare(core: str) -> str:
    return re.sub(r"^the ", "", re.sub(r"\s+", " ", fold(re.sub(TITLE, "", _plain(core)))))


class _Turns:
    """The passages so far, who asks and answers by the fields, whose turn the next words open (`fresh`) or continue."""

    def __init__(self, text: str, page: _Page, form: str) -> None:
        self.text, self.page, self.form, self.turn = text, page, form, 0
        self.passages, self.doubts, self.named = list[Draft](), list[Doubt](), dict[str, _Label]()
        self.to(None)

    def to(self, speaker: _Label | None, role: str = "") -> None:
        self.fresh, self.speaker, self.role = True, speaker, role

    def name(self, role: str, value: str) -> None:
        """Take a field's value: who asks or answers from here; nobody where it has none or two fields compete."""
        before, plain = self.named.get(role), _plain(re.split(r"[(,\[]", value)[0])
        full = plain if " " in plain and plain != value and not plain.startswith("The ") else None
        joint = re.search(r" and [Tt]he ", value)  # not all of whom need be speaking
        who = _Label(value, full or self.page.office(value)) if value and not joint else None
        self.named = {} if role == "asker" and self.turn else self.named
        unasked = self.fresh and self.role == "asker" and role == "answerer"
        competing = self.fresh and self.role == role and before not in (None, who)
        self.named |= {role: who} if who else {}
        self.to(None if unasked or competing else who, role)

    def aside(self, start: int, end: int, zone: str = "furniture") -> None:
        self.passages.append(Draft(start, end, "written", zone, own=True))

    def say(self, start: int, end: int) -> None:
        label, name = (self.speaker.printed, self.speaker.name) if self.speaker else (None, None)
        self.turn += self.fresh
        self.passages.append(Draft(start, end, self.form, label=label, name=name, turn=self.turn))
        if self.fresh and not label:
            self.doubts.append(unsure(self.text, start, end, "a turn has no certain speaker"))
        self.fresh = False

    def line(self, start: int, end: int) -> None:
        """Take a line that is neither field nor title: a part's heading, a label with or without words, or words."""
        line, after = self.text[start:end], end
        part, written, label = _PART.match(line), _WRITTEN.match(line), self.page.label(line)
        role = "asker" if part and part["asks"] else "answerer"
        if part and (part.end() == len(line) or self.fresh or (self.role == "asker" and role == "answerer")):
            if part["who"]:  # nobody, where the page does not bear the name out
                who = self.page.label(f"{part['who']}:")
                self.named[role] = who if who and who.sure else _Label(part["who"])
                self.to(self.named[role], role)
            elif not (self.fresh and self.role == role):
                self.to(self.named.get(role), "" if role == "asker" and self.turn else role)  # no group: maybe a name
            after = start + part.end()
        elif written:
            self.to(_Label(written[1]) if written[1] else self.named.get("answerer"))
        elif label and label.end == len(line) and self.fresh and self.role == "answerer" and self.speaker:
            key, full, own = (
                _bare(self.speaker.printed),
                self.speaker.name or self.speaker.printed,
                _bare(label.printed),
            )
            if f" {_bare(full)}".endswith(f" {own}") and not re.search(r" (?:of|for) ", full):
                self.to(_Label(label.printed, None if full == label.printed else full), "answerer")
            else:  # an office and its holder, or one more who answers
                self.to(label if own == key or f"({key}" in fold(label.printed) else None, "answerer")
        elif not re.fullmatch(r"\[[^\]]*\]|\([^)]*\)", line):
            after = start + label.end if label and label.sure else start
            if label:
                self.to(label if label.sure else None)
        if heading := self.text[start:after].rstrip():
            self.aside(start, start + len(heading))
        if after < end:
            self.say(after, end)


def read(text: str) -> Reading:
    """Read a page of questions and answers: every line a passage, a label and the words behind it two.

    The title is a heading; fields, groups, repeated titles and labels are furniture. Turns are written where the page
    says so, else spoken. Raises WrongKind without two of the fields "Question By", "Asked Of", "Answered By", or turns.
    """
    spans = lines(text)
    printed = [text[start:end] for start, end in spans]
    page = _Page(text, printed)
    if len({role for role, _ in page.fields.values()} & {"asker", "asked", "answerer"}) < 2:
        raise WrongKind("it has no two of the fields Question By, Asked Of and Answered By")
    head, closed = min(page.fields), False
    answered = next((at for at, (role, _) in page.fields.items() if role == "answerer"), 0)
    titles, below = [fold(line) for line in printed[:head]], {fold(line) for line in printed[head:]}
    title = next((at for at, line in enumerate(titles) if {line, f"answer for {line}"} & below), 0)
    turns = _Turns(text, page, "written" if any(map(_MARKED.match, printed)) else "spoken")
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        role, value = page.fields.get(at, (None, ""))
        field, asking = role or (role == "" and turns.fresh), turns.role == "asker" and turns.fresh
        closed = (closed and not role) or (not turns.fresh and bool(_AFTER.fullmatch(line)))
        again = fold(line) in titles and not (asking and line.endswith("?"))
        label = page.label(line) if asking else None
        short = (at < answered or (asking and not (label and label.sure))) and _is_value(line) and "." not in line
        if role in ("asker", "answerer"):
            turns.name(role, value)
        if at < head or field or closed or again or short:
            turns.aside(start, end, "heading" if at == title and at < head else "furniture")
        else:
            turns.line(start, end)
    if not turns.turn:
        raise WrongKind("it has the fields of a question, but neither a question nor an answer")
    return Reading(tuple(turns.passages), tuple(turns.doubts))
