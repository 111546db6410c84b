"""Question Time answers: a lead question, the first answer by whoever is named under "Answered By", labelled turns.

A label is a name-like phrase that opens a line and that something else on the page bears out; a phrase that only may be
one opens a turn without a speaker, and a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, beginning
from kit.spans import fold, line_of, lines

_FIELD = re.compile(
    r"(?i)(?:(?P<main>question (?:asked )?by|asked by|asked of|answered by|session date|meeting date)"
    r"(?:\s*:|(?=\s*$|\s+[^:.?!]{1,40}$))|key information$|(?:answered on|categor|date|group|meeting|organisation|"
    r"party|question (?:no|ref|title|type)|reference|session|status|subject|topic|type)[\w ]{0,9}:)\s*(?P<value>.*)"
)
_PART = re.compile(r"(?i)(?:((?:main )?questions?|answers?|answer for\b[^.?!]{1,200}):?$|(?:question|answer)\s*:\s*)")
_WRITTEN = re.compile(
    r"(?i)written (?:response|answer|reply)(?: (?:from|by) ([^,.:]{2,60}?))?(?:,? (?:received|on|sent)\b.*)?[.:]?$"
)
_MARKED = re.compile(r"(?i)\bwritten(?:$| (?:answer|question|repl|response))|^\w+ are drafting a response")
_AFTER = re.compile(r"(?i)back to top|share(?: this.*)?|related .*|print(?: this page)?|(?:next|previous) question")
_LINK = r"(?:of|for|the|and|de|da|di|du|la|le|van|von|der|den|bin|al|el)"
_WORD = r"(?:(?:[dl]['’])?[^\W\d_a-z][\w'’‑-]*|(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Prof|Rev|Rt|Hon|Cllr)\.)"
_CORE = rf"(?P<core>{_WORD}(?:GAP(?:{_LINK}GAP){{0,3}}{_WORD}){{0,7}})"
_OFFICE = r"(?P<office>(?:\s{0,2}[(\[][^()\[\]]{0,120}[)\]]){0,2}"
_COLON = re.compile(_CORE.replace("GAP", r"\s{1,3}") + _OFFICE + r"|,\s+[^:.;!?]{2,80})(?P<gap>\s*[:;：](?!//)\s*)")
_PLAIN = re.compile(_CORE.replace("GAP", r"\s") + _OFFICE + r")(?P<gap>$|(?:\s{2,}|\s[-–—]\s|\s)(?=[^\W_a-z]))")
_NOBODY = re.compile(
    r"(?i)((?:(?:an?|the|one|male|female|un\w+|audience|several) )*(?:speakers?|voices?|audience|members?)"
    r"(?: (?:\d+|(?:of|from) the (?:public|audience|floor|gallery)))?)\s*[:：]\s*"
)
_CHAIR = re.compile(r"(?i)(?:the )?(?:(?:deputy|vice|acting)[ -])?chair(?:man|woman|person)?")
_TITLE = re.compile(
    r"(?i)(?:(?:the )?(?:rt|right) hon|mrs?|ms|miss|mx|madam|dr|prof\w*|sir|dame|lord|lady|baron|baroness|cllr|rev)"
    r"\b\.?\s+"
)
_RANK = re.compile(r"(?:Commander|Captain|Colonel|Inspector|Superintendent|Chief|Deputy|Assistant|Director) ")
_SEATS = r"(?:AM|MP|MSP|MS|MLA|MEP|TD|QC|KC|QPM|QFSM|JP|[CDKMO]BE)"
_LETTERS = re.compile(rf"{_SEATS}$")
_HOLDER = r"(?:(?<!m)ent|ant|er|or|ist|man|head|clerk|executive|secretary)"
_SHORT = re.compile(r"((?:\S+\s+){0,7}?\S*[^\s\d])\s*[:：](?=\W*(?:\s|$))\W*(?=[^\W\d_a-z]|$)")
_MAYBE = re.compile(
    rf"[^\W\d_a-z][\w'’-]+ {_SEATS}\b|[A-Z][\w-]+ [A-Z][\w-]+['’]s? [a-z]+$|\b(?:Mrs?|Ms|Miss|Dr) [A-Z][\w'’-]+$"
)
_NO_POST = r"(?i:.*\b(?:ahead|import\w*|recent|differ\w*|list|floor|(?:numb|matt|ord|pow|oth|aft|quart|\w*emb)er)\b)"
_POST = re.compile(
    rf"(?!{_NO_POST})(?:The )?(?=[A-Z])(?:\w+ \w*{_HOLDER}|\w*(?i:{_HOLDER}) (?:of|for|to) (?:the )?\w+)(?: [A-Z]\w+)*"
)
_ROLE = re.compile(rf"chair$|\w \w*{_HOLDER}$|{_HOLDER}(?: of | for |,)")
_NO_NAME = re.compile(
    r"(?:i|we|you|he|she|it|they|th(?:is|at|ese|ose|ere|en|us|anks?)|my|our|your|his|her|their|here|in|on|at|from|to|"
    r"and|but|or|if|wh\w+|how|let|read|see|as|with|no|yes|not|so|now|first\w*|second\w*|third\w*|next|finally|also|note|"
    r"point|item|part|example|however|again|today|source|question|answer|conclusion|summary|one|two|three|is|are|do|does)\b"
)
_OPEN = "leave it open: the page does not say for certain who speaks"


@dataclass(frozen=True)
class _Label:
    """A speaker's label at the start of a line (`sure`), or what may be one; `end` counts from the line's start."""

    printed: str
    name: str | None = None
    end: int = 0
    sure: bool = True


class _Page:
    """What bears a label out: names under the page's fields, words it has in lower case, phrases that come again."""

    def __init__(self, text: str, printed: list[str]) -> None:
        self.folded, self.known, self.again = " ".join(fold(text).split()), dict[str, str](), set[str]()
        self.common = set(re.findall(r"\b[a-zà-ÿ][\w'’-]+", text))
        for line, after in zip(printed, [*printed[1:], ""], strict=True):
            if (found := _FIELD.match(line)) and found["main"] and "date" not in fold(found["main"]):
                parts = re.split(r"[(),\[\]]", found["value"] or (after if _is_value(after) else ""))
                self.known |= {_bare(part): part.strip(" :") for part in parts if part.strip(" :")}
        since: dict[str, bool] = {}  # phrases so far, and whether somebody else was sure to speak since
        for label in [self.label(line) for line in printed if not _FIELD.match(line)]:
            if label:
                self.again |= {fold(label.printed)} if since.get(fold(label.printed)) else set()
                since = {key: after or label.sure for key, after in since.items()} | {fold(label.printed): False}

    def label(self, line: str) -> _Label | None:
        """Give the label that opens a line, sure or not; None: the line certainly opens with none."""
        if found := _NOBODY.match(line):
            return _Label(found[1], None, found.end())
        if label := self._label(line):
            return label
        phrase = short[1] if (short := _SHORT.match(line)) else ""
        named = any(" " in key and re.search(rf"\b{re.escape(key)}\b", fold(phrase)) for key in self.known)
        maybe = named or _MAYBE.search(phrase) or _POST.fullmatch(phrase)
        return _Label(phrase, None, len(line), False) if maybe else None

    def office(self, printed: str) -> str | None:
        """Give the fuller form of an office that stands under a field ("The Chair of the Board"); several joined."""
        bare = _bare(printed)
        fuller = (name for key, name in self.known.items() if key.startswith((f"{bare} of ", f"{bare} for ")))
        return " or ".join(fuller) or None

    def _label(self, line: str) -> _Label | None:
        found = _COLON.match(line) or _PLAIN.match(line)
        if not found or _NO_NAME.match(fold(found["core"])):
            return None
        core, office, rest, colon = found["core"], found["office"], line[found.end() :], found.re is _COLON
        words, bare, within, printed = core.split(), _bare(core), fold(office).strip(" ()[],"), core + office
        plain = _plain(core)
        letters = words[len(plain.split()) :]
        persons = {key: name for key, name in self.known.items() if not re.search(" of | for ", key)}
        fuller = [name for key, name in persons.items() if key.endswith(f" {bare}")]
        offices = self.office(core) if core.startswith("The ") else None
        topic = self.common.issuperset(fold(word) for word in words)
        known = len(fuller) == 1 or bare in self.known or bool(offices)
        person = len(words) - len(letters) > 1 and not topic and not re.search(r"\b(?:of|for|and)\b|^The\b", core)
        known |= person and any(f" {key} " in f" {within} " for key in self.known)
        tail = fold(" ".join(letters) or office.strip())
        borne = (
            _LETTERS.match((letters or [office.strip(" ()[]")])[-1])
            or (_TITLE.match(core) and fold(words[-1]) not in self.common)
            or (colon and rest.startswith(("Thank", "Good morning", "Good afternoon")))
            or (not re.search(r"\d", within) and (_ROLE.search(within) or (within and _RANK.match(core))))
            or (tail and any(f"{key} {tail}" in self.folded for key in self.known))  # as behind a name under the fields
        )
        sure = known or fold(printed) in self.again or bool(_CHAIR.fullmatch(core)) or (person and bool(borne))
        aside = office.startswith(",") and (not known or len(words) == 1)
        if aside or (re.match(r"(?:Mr|Madam)\b", core) and not fuller):
            sure = False  # "Mr Chair:" and "Chairman, Mr Doe:" may as well be words of the speech
        if (rest[:1].islower() and not (sure and known)) or (rest[:1].isdigit() and not sure):
            return None
        if not sure and (topic or (len(words) == 1 and (not colon or bool(office) or core.endswith("ly")))):
            return None
        if not colon and rest and len(found["gap"]) < 2:  # a single space sets no label off
            sure = sure and bool(office or letters)
            if not (sure or (known and len(words) > 1)) or re.match(r"[A-Z]{2,5}\b", rest):
                return None
        if not (colon or sure or known) and (len(words) > 5 or (rest and not person)):
            return None
        one = len(fuller) == 1 and not re.match(r"M(?:rs?|s|iss)\b", core)  # "Mr" fits no first name for certain
        name = fuller[0] if one else offices or (plain if person or (known and " " in plain) else printed)
        return _Label(printed, None if name == printed else name, found.end(), sure and rest[:1] not in tuple("\"“‘'"))


def _plain(core: str) -> str:
    """Drop the letters after a name: "Jane Doe OBE" is Jane Doe."""
    return re.sub(r"(?<=[a-z'’.])(?:\s+[A-Z]{2,5})+$", "", core.strip(" :"))


def _bare(core: str) -> str:
    return re.sub(r"^the ", "", re.sub(r"\s+", " ", fold(_TITLE.sub("", _plain(core)))))


def _is_value(line: str) -> bool:
    said = re.search(r"[.?!]$|:\s*\S", line) or len(line.split()) > 12
    return not (said or _FIELD.match(line) or _PART.match(line))


class _Turns:
    """The passages so far, who asks and answers by the fields, whose turn the next words open (`fresh`) or continue."""

    def __init__(self, text: str, page: _Page, form: str) -> None:
        self.text, self.page, self.form, self.turn = text, page, form, 0
        self.passages, self.doubts, self.named = list[Draft](), list[Doubt](), dict[str, _Label]()
        self.to(None)

    def to(self, speaker: _Label | None, role: str = "") -> None:
        self.fresh, self.speaker, self.role = True, speaker, role

    def name(self, role: str, value: str, answer_follows: bool) -> None:
        """Take a field's value: who asks or answers from here; nobody for certain where two fields compete."""
        before, plain = self.named.get(role), _plain(re.split(r"[(,\[]", value)[0])
        full = plain if " " in plain and plain != value and not plain.startswith("The ") else None
        self.named[role] = who = _Label(value, full or self.page.office(value))
        if role == "asker" and self.turn:
            self.named.pop("answerer", None)
        unasked = self.fresh and self.role == "asker" and role == "answerer"
        competing = self.fresh and self.role == role and before not in (None, who)
        if unasked and answer_follows:
            self.to(self.named.get("asker"), "asker")
        else:
            self.to(None if unasked or competing else who, role)

    def aside(self, start: int, end: int, zone: str = "furniture") -> None:
        self.passages.append(Draft(start, end, "written", zone, own=True))

    def say(self, start: int, end: int) -> None:
        label, name = (self.speaker.printed, self.speaker.name) if self.speaker else (None, None)
        self.turn += self.fresh
        self.passages.append(Draft(start, end, self.form, label=label, name=name, turn=self.turn))
        if self.fresh and not label:
            where = beginning(self.text[start:end])
            self.doubts.append(Doubt(line_of(self.text, start), "a turn has no certain speaker", where, _OPEN))
        self.fresh = False

    def line(self, start: int, end: int) -> None:
        """Take a line that is neither field nor title: a part's heading, a label with or without words, or words."""
        line, after = self.text[start:end], end
        part, written, label = _PART.match(line), _WRITTEN.match(line), self.page.label(line)
        role = "asker" if "question" in fold(line)[:13] else "answerer"
        alone = label is not None and label.end == len(line) and ":" not in line
        if part and (part[1] or self.fresh or (self.role == "asker" and role == "answerer")):
            if not (self.fresh and self.role == role):
                self.to(self.named.get(role), role)
            after = start + part.end()
        elif written:
            self.form = "written"
            self.to(_Label(written[1]) if written[1] else self.named.get("answerer"))
        elif label and alone and self.fresh and self.role == "answerer" and self.speaker:
            key = _bare(self.speaker.printed)  # the same person's label, or one more who answers
            self.to(label if _bare(label.printed) == key or f"({key}" in fold(label.printed) else None, "answerer")
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
    fields = [_FIELD.match(line) for line in printed]
    main = [fold(found["main"] or "") if found else "" for found in fields]
    if len({key[:6] for key in main if key and "date" not in key}) < 2:
        raise WrongKind("it has no two of the fields Question By, Asked Of and Answered By")
    head = next(at for at, found in enumerate(fields) if found)
    titles, below = [fold(line) for line in printed[:head]], {fold(line) for line in printed[head:]}
    title = next((at for at, line in enumerate(titles) if {line, f"answer for {line}"} & below), 0)
    answered = main.index("answered by") if "answered by" in main else len(main)
    top = max(at for at, key in enumerate(main) if key and at <= answered)  # up to here a short line is the page's
    page = [line for at, line in enumerate(printed) if at < head or fields[at] or " are drafting " in line[:40]]
    form = "written" if any(_MARKED.search(line) for line in page) else "spoken"
    turns, waiting, closed = _Turns(text, _Page(text, printed), form), "", False
    for at, ((start, end), line) in enumerate(zip(spans, printed, strict=True)):
        found, asking = fields[at], turns.fresh and turns.role == "asker"
        taken = bool(found) and at >= head and bool(main[at] or turns.fresh or waiting)
        if waiting in ("asker", "answerer") and (taken or not _is_value(line)):
            turns.to(None, waiting)  # the field before has no value
        if taken or (waiting and _is_value(line)):
            if taken:
                waiting = "answerer" if main[at][:8] == "answered" else "asker" if main[at][-2:] == "by" else "other"
            value, closed = (found["value"] if found else line).strip(" :"), False
            turns.aside(start, end)
            if value and waiting in ("asker", "answerer"):
                follows = any(re.match("(?i)answer(?:$|:| for)", later) for later in printed[at + 1 :])
                turns.name(waiting, value, follows)
            waiting = "" if value else waiting
            continue
        closed, waiting = closed or (not turns.fresh and bool(_AFTER.fullmatch(line))), ""
        again = fold(line) in titles and not (asking and line.endswith("?"))
        group = asking and len(line.split()) <= 5 and not re.search(r"(?:^| )[a-z]{4}", line)
        short = at < top and len(line.split()) <= 12 and line[-1] not in ".?!"
        if at < head or closed or again or short or (group and _is_value(line)):
            turns.aside(start, end, "heading" if at == title and at < head else "furniture")
        else:
            turns.line(start, end)
    if not turns.turn:
        raise WrongKind("it has the fields of a question, but neither a question nor an answer")
    return Reading(tuple(turns.passages), tuple(turns.doubts))
