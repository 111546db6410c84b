"""Questions and answers: a lead question, answers of whoever fields or headings name, labelled turns."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import NamedTuple

from kit.errors import Doubt, WrongKind
from kit.readers import WORDS, Draft, Reading, own, unsure
from kit.readers.offices import ENDED, TITLE, Label, Labels, bare
from kit.spans import fold, lines

_ROLES = "|".join(rf"(?P<{role}>{WORDS[role]})" for role in ("asker", "asked", "answerer"))
_FIELD = rf"(?:{_ROLES})(?:\s*:|(?=\s*$|\s+[^:.?!]{{1,80}}:?$))|key information$|(?:{WORDS['field']})[\w ]{{0,9}}:"
_FIELDS = re.compile(rf"(?i)(?:{_FIELD})\s*")
_NUMBER = r"[ .]*(?:no\.? ?)?\(?\d{1,5}\)?[\s.)–—-]*"
_WHO = r"\b(?=[^\W\d_])(?:[^:.?!]|(?<![a-z]{5})\.(?=\s)){2,110}?"
_ASKS = r"(?P<asks>p?q(?:uestion)?|(?=from .{2,99} to ))"
_PART = rf"(?:{_NUMBER})?(?P<again>(?:{WORDS['qualifier']}) )*(?:{_ASKS}|{WORDS['answer']})"
_WHEN = r"(?:,? (?:received|on|sent)\b[^?!]*\d[^?!]*|:)?$"
_COLON = "(?=.*+(?<=:))"  # at the end
_HEADINGS = (  # say whose words follow: in a line of their own or, where they name nobody, ahead of a colon
    rf"(?!report){_PART}s?(?P<number>{_NUMBER})?(?:\s*:\s*|\s*$| for\b[^.?!]{{1,99}}$|{_WHEN})",
    rf"{_PART}(?P<number>{_NUMBER})?\s*(?P<by>\b(?:from|by|of) )?(?P<who>{_WHO})(?: to (?P<whom>{_WHO}))?{_WHEN}",
    rf"{_COLON}(?P<by>(?P<who>{_WHO})['’]s?) (?=\S+(?: \S+)?:$){_PART}:$",
    rf"{_COLON}(?P<who>{_WHO}) (?P<again>(?P<asks>asked|put)(?: [^:.?!]{{1,40}} question)?|{WORDS['replied']}):$",
)
_HEADING, _GROUPS = [re.compile(f"(?i){pattern}") for pattern in _HEADINGS], "asks number by who whom again".split()
_REPORTED = re.compile(rf"[Nn]otes?\s*:|({_WHO}) (?:{WORDS['reported']})\b(?!.*\b(?:{WORDS['person']})\b)[^:?!]*$")
_ASIDE, _AFTER, _MARKED = (re.compile(f"(?i){WORDS[name]}") for name in ("aside", "after", "in_writing"))


class _Heading(NamedTuple):
    asks: bool
    end: int
    who: Label | None
    whom: Label | None
    opens: bool  # one more question, so that nobody who spoke before goes on


class _Page:
    """The lines of a page, and which of them are fields, headings of who asks or answers next, and labels."""

    def __init__(self, text: str) -> None:
        self.spans = lines(text)
        self.printed = [text[start:end] for start, end in self.spans]
        self.fields = _fields(self.printed)
        found = [match for line in self.printed for pattern in _HEADING[1:3] if (match := pattern.match(line))]
        cast = [value for role, value in self.fields.values() if role]
        cast += [name for match in found for key in ("who", "whom") if (name := match.groupdict().get(key))]
        rest = [(at, line) for at, line in enumerate(self.printed) if at not in self.fields]
        self.known = Labels(text, cast, [line for _, line in rest])
        headings = ((at, self.heading(line, *self.fields.get(at, ()))) for at, line in enumerate(self.printed))
        self.headings = {at: heading for at, heading in headings if heading}
        self.labels = {at: label for at, line in rest if at not in self.headings and (label := self.known.label(line))}
        self.turns = [at for at, label in self.labels.items() if label.sure]

    def asks(self) -> bool:
        """Say whether two fields, headings, or turns in quick exchange show a question and its answer."""
        fields = {role for role, _ in self.fields.values()} - {"", "value"}
        sure = [one for one in self.headings.values() if not one.asks or (one.opens and one.who)]
        roles = fields | {"asker" if one.asks else "answerer" for one in sure}
        edges, people = [*self.turns, len(self.printed)], {self.labels[at].printed for at in self.turns}
        longest = max((end - start for start, end in pairwise(edges)), default=0)  # a speech is most of its page
        quick = len(self.turns) > 2 and 2 * longest <= edges[-1] - edges[0] and len(people) > 1
        long = [at for at, line in enumerate(self.printed) if len(line.split()) > 12]
        above = bisect_left(long, self.head())  # more than an introduction: something else with questions behind
        shown = len(roles) > 1 or (quick and "question" in fold(" ".join(self.printed)))
        return len(fields) > 1 or (shown and (above < 3 or 4 * above <= len(long)))

    def heading(self, line: str, role: str | None = None, value: str = "") -> _Heading | None:
        """Read a line that says who asks or answers next; None where it is none, or names nobody for certain."""
        if role in ("asker", "answerer"):
            joint = re.search(r" and [Tt]he ", value)  # not all of whom need be speaking
            who = self.who(value, True) if value and not joint else None
            return _Heading(role == "asker", 0, who, None, role == "asker")
        for found in filter(None, (pattern.match(line) for pattern in _HEADING)):
            asks, number, by, name, whom, again = map(found.groupdict().get, _GROUPS)
            who = self.who(name.strip(), bool(by)) if name else None
            if role is None and (who or number or not name):
                title = asks is not None and number and _is_value(line[found.end() :])
                opens = asks is not None and bool(number or who) and not again
                asked, end = self.who(whom, True) if whom else None, len(line) if title else found.end()
                return _Heading(asks is not None, end, who, asked, opens)
        return None

    def who(self, printed: str, sure: bool) -> Label | None:
        """Read whom a heading names; `sure`: a speaker even where nothing bears it out, as behind "from" or "by"."""
        label, parts = self.known.label(f"{printed}:"), map(str.strip, re.split(r"[(),\[\]]", printed))
        titled = next((part for part in parts if re.match(TITLE, part)), None)
        name = label.name or label.printed if label and label.sure else titled
        return Label(printed, None if name == printed else name) if sure or (label and label.sure) else None

    def head(self) -> int:
        """Count the lines above the first field, or without two of them above the first heading or label with words."""
        opening = [at for at, heading in self.headings.items() if heading.who or heading.opens]
        said = [(at, self.printed[at][label.end :], label.sure) for at, label in self.labels.items()]
        opening += [at for at, words, sure in said if len(words.split()) > 12 or (sure and not _is_value(words))]
        fields = [at for at, (role, _) in self.fields.items() if role]
        return min(self.fields if len(fields) > 1 else [*fields, *opening], default=0)

    def subheads(self) -> set[int]:
        """Find short lines without a full stop: behind words that end and ahead of a turn or of nothing, or a time."""
        opens, end = {*self.fields, *self.headings, *self.turns}, len(self.printed)
        ahead, values = opens | {end}, {at for at, line in enumerate(self.printed) if _is_value(line)}
        for at in sorted(values - opens - {0}, reverse=True):
            ahead |= {at} if at + 1 in ahead and not self.printed[at][0].islower() else set()
        found = {at for at in values if self.printed[max(at - 2, 0)] in self.known.timed}
        for at in sorted(ahead - opens - {end}):
            found |= {at} if at - 1 in found or ENDED.search(self.printed[at - 1]) else set()
        return found


def _fields(printed: list[str]) -> dict[int, tuple[str, str]]:
    """Give the lines of the fields, values below them included: whom each names (nothing: nobody), and its value."""
    fields: dict[int, tuple[str, str]] = {}
    for at, line in enumerate(printed):
        if found := _FIELDS.match(line):
            role, value = found.lastgroup or "", line[found.end() :].strip(" :")
            after = "".join(printed[at + 1 : at + 2])
            if not value and _is_value(after):
                value, fields[at + 1] = after.strip(" :"), (role and "value", "")
            fields[at] = role, value
    return fields


def _is_value(line: str) -> bool:
    said = re.search(r"[.?!:]$|:\s*\S|^[\[(]", line) or len(line.split()) > 12
    return bool(line) and not (said or any(known.match(line) for known in (_FIELDS, *_HEADING[:2])))


class _Turns:
    """The passages so far, who asks and answers by the fields, whose turn the next words open (`fresh`) or continue."""

    def __init__(self, text: str, page: _Page, form: str) -> None:
        self.text, self.page, self.form, self.turn = text, page, form, 0
        self.passages, self.doubts, self.named = list[Draft](), list[Doubt](), dict[str, Label]()
        self.to(None)

    def to(self, speaker: Label | None, role: str = "") -> None:
        self.fresh, self.speaker, self.role = True, speaker, role

    def head(self, heading: _Heading) -> None:
        """Take a field or heading: from here whom it names, else who asks or answers; nobody where two compete."""
        role, fresh = "asker" if heading.asks else "answerer", self.fresh
        before, unasked = self.named.get(role), fresh and self.role == "asker" and not heading.asks
        self.named = {} if heading.opens and self.turn else self.named  # one more question forgets who answered
        self.named |= {key: one for key, one in (("answerer", heading.whom), (role, heading.who)) if one}
        who = heading.who or (self.named.get(role) if heading.end else None)
        competing = fresh and self.role == role and before not in (None, who)
        more = heading.asks and self.turn and not heading.opens  # no group stands below a supplementary question
        self.to(None if unasked or competing else who, "" if more else role)

    def aside(self, start: int, end: int, zone: str = "furniture") -> None:
        self.passages += own(self.text, start, end, "written", zone)

    def say(self, start: int, end: int) -> None:
        label, name = (self.speaker.printed, self.speaker.name) if self.speaker else (None, None)
        self.turn += self.fresh
        self.passages.append(Draft(start, end, self.form, label=label, name=name, turn=self.turn))
        if self.fresh and not label:
            self.doubts.append(unsure(self.text, start, end, "a turn has no certain speaker"))
        self.fresh = False

    def line(self, at: int, start: int, end: int) -> None:
        """Take a line that is neither field nor title: a heading, a label with or without words, or words."""
        line, heading, label = self.text[start:end], self.page.headings.get(at), self.page.labels.get(at)
        answers = heading and self.role == "asker" and not heading.asks
        if heading and (heading.end == len(line) or heading.opens or self.fresh or answers):
            self.head(heading)
            after = start + heading.end
        elif label and label.end == len(line) and self.fresh and self.role == "answerer" and self.speaker:
            full = self.speaker.name or self.speaker.printed
            same = f" {bare(full)}".endswith(f" {bare(label.printed)}")
            office = f"({bare(self.speaker.printed)}" in fold(label.printed)  # and its holder; else one more answers
            self.to(Label(label.printed, full) if same else label if office else None, "answerer")
            after = end
        else:
            reported = None if label else _REPORTED.match(line)
            if label or (reported and (not reported[1] or self.page.who(reported[1], False))):  # told in minutes
                self.to(label if label and label.sure else None)
            after = start + (label.end if label else 0)
        self.aside(start, after)
        if after < end:
            self.say(after, end)


def refuse(text: str) -> None:
    """Raise WrongKind if a text is of this kind: readers of other kinds refuse it."""
    if _Page(text).asks():
        raise WrongKind("it has the fields of a question and its answer, or headings or turns of who asks and answers")


def read(text: str) -> Reading:
    """Read a page of questions and answers: every line a passage, a label and the words behind it two.

    The title is a heading; fields, groups, repeated titles, headings and labels are furniture. Turns are written where
    the page says so, else spoken. Raises WrongKind where nothing shows who asks and who answers, and without turns.
    """
    page = _Page(text)
    printed, subheads = page.printed, page.subheads()
    if not page.asks():
        raise WrongKind("it has no two of the fields Question By, Asked Of, Answered By, nor turns that ask and answer")
    head = page.head()
    titles, below = [fold(line) for line in printed[:head]], {fold(line) for line in printed[head:]}
    title = next((at for at, line in enumerate(titles) if {line, f"answer for {line}"} & below), 0)
    answers = [at for at, heading in page.headings.items() if heading.end and not heading.asks]
    marked = [at for at, line in enumerate(printed) if _MARKED.match(line) and at < max(answers, default=at) + 2]
    form = "written" if marked and 2 * len(marked) >= len(answers) else "spoken"
    turns, closed = _Turns(text, page, form), False
    for at, ((start, end), line) in enumerate(zip(page.spans, printed, strict=True)):
        role, _ = page.fields.get(at, (None, ""))
        heading, label = page.headings.get(at), page.labels.get(at)
        asking = turns.role == "asker" and turns.fresh
        closed = closed and not (heading and (heading.who or heading.end == 0))
        closed = closed or bool(not turns.fresh and _AFTER.fullmatch(line))
        again = fold(line) in titles and not (asking and line.endswith("?"))
        group = asking and not (heading or (label and label.sure)) and _is_value(line) and "." not in line
        if heading and heading.end == 0:
            turns.head(heading)
        field = role or (role == "" and turns.fresh)
        if at < head or field or closed or again or group or at in subheads or _ASIDE.fullmatch(line):
            turns.aside(start, end, "heading" if at == title and at < head else "furniture")
            if at in subheads and not turns.fresh:
                turns.to(None)
        else:
            turns.line(at, start, end)
    if not turns.turn:
        raise WrongKind("it has the fields of a question, but neither a question nor an answer")
    return Reading(tuple(turns.passages), tuple(turns.doubts))
