"""Briefings: more bullets than paragraphs, headings between; the words are the publisher's, but for statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from itertools import takewhile
from operator import attrgetter
from typing import NamedTuple

from kit.errors import Doubt, WrongKind
from kit.readers import WORDS, Draft, Reading, own, unsure
from kit.readers.attribution import BODIES, UNCLEAR, Names, Who, acts, after, before, subject
from kit.readers.offices import POST, fullest_form
from kit.readers.question_time import refuse
from kit.readers.quotations import CLEAN, Quote, quotations
from kit.spans import sentences, strip_span

BULLET = re.compile(r"[-–—*+·▪▸►◦‣○●■o]\s|[•∙]\s*(?=\S)|\(?\d{1,2}[.)]\s|\(?[a-z][.)]\s|\(?[ivx]{1,4}[.)]\s")
_BREAK, _SPACE = r"\r\n\v\f\x85\u2028\u2029", r"[^\S\r\n\v\f\x85\u2028\u2029]"
_LINES = re.compile(  # with those below that are indented, or go on in a small letter
    rf"(?<![^{_BREAK}])({_SPACE}*)\S[^{_BREAK}]*"
    rf"(?:\r?\n(?!{_SPACE}*(?:{BULLET.pattern}))(?:\1{_SPACE}+(?=\S)|{_SPACE}*(?=[a-z]))[^{_BREAK}]+)*"
)
FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me)\b")
_ONE_PERSON = re.compile(r"\bI(?:'| [a-z]{2,})|\b[Mm]y\b")
_QUESTION = re.compile(r"(?<![^.?!])[^.?!]++\?")
_SAID = re.compile(rf"(?i:{WORDS['statement']})s? (?:by|from) |.*\b(?:said|says|added|told)\b")


class _Paragraph(NamedTuple):
    start: int
    words: str
    sign: int  # characters of a bullet's sign
    heading: bool
    prose: bool


def read(text: str) -> Reading:
    """Read a briefing: a bullet with its sign, or a paragraph, is a passage; a short line without full stop a heading.

    Quotations, and words behind a name or "Statement by …" and a colon, are passages of whomever the words beside them
    name; where these name nobody for certain, and where somebody says "I", there is no speaker, and a doubt. Raises
    WrongKind where there are not more bullets than paragraphs, or fields of a question stand.
    """
    page = _paragraphs(text)
    bullets, prose = sum(bool(part.sign) for part in page), sum(part.prose for part in page)
    refuse(text)
    if bullets < 2 or bullets <= prose:
        raise WrongKind(f"it has {bullets} bullets and {prose} paragraphs; a briefing has more bullets")
    names = Names("\n".join(_flat(part.words[part.sign :]) for part in page))
    fullest, passages, doubts = cache(partial(fullest_form, names=names)), list[Draft](), list[Doubt]()
    for (at, words, _, heading, _), said in zip(page, _said(page, names), strict=True):
        stop = at + len(words)
        for start, end, who in said:
            label = who.label if who.kind == "name" or re.search(r".[A-Z]", who.label) else None
            passages += own(text, at, start, "written", turn=1)
            passages.append(Draft(start, end, "quoted", "body", False, label, fullest(label) if label else None, 1))
            if not label:
                doubts.append(unsure(text, start, end, "a statement has no speaker"))
            at = end
        passages += own(text, at, stop, "written", "heading" if heading else "body", int(not heading))
    return Reading(tuple(passages), tuple(doubts))


def _paragraphs(text: str) -> list[_Paragraph]:
    page = list[_Paragraph]()
    for start, end in (strip_span(text, *match.span()) for match in _LINES.finditer(text)):
        words, bullet = text[start:end].translate(CLEAN), BULLET.match(text, start)
        if words:
            asks = words[-1] == "?" and not (page and page[-1].prose)
            heading = not bullet and end - start <= 80 and (words[-1] not in ".!?;:,…\"”'" or asks)
            sign = bullet.end() - start if bullet else 0
            page.append(_Paragraph(start, words, sign, heading, not (bullet or heading)))
    return page


def _said(page: list[_Paragraph], names: Names) -> Iterator[list[tuple[int, int, Who]]]:
    """Give what somebody says in each paragraph: start, end, and who."""
    statement, running = list[Who](), None  # who says the next paragraphs; whose quotation or "X said:" goes on
    for at, (start, words, sign, heading, prose) in enumerate(page):
        end, statement, running = start + len(words), statement if prose else [], running if prose else None
        quotes = [] if heading or statement else _attributed(words[sign:], running, names)
        lead, _, rest = words[sign:].partition(": ")
        said, running = list[tuple[int, int, Who]](), None
        if statement:
            said = [(start, end, statement.pop(0))]
        elif quotes:
            said = [(start + sign + quote.start, start + sign + quote.end, quote.who or UNCLEAR) for quote in quotes]
            whole = quotes[0].start == 0 and quotes[-1].end == len(words)
            running = quotes[-1].who if whole or not quotes[-1].closed else None
        elif prose and words[-1] == ":":
            following = [part.words for part in takewhile(attrgetter("prose"), page[at + 1 :])]
            running = _introduced(words[:-1], " ".join(following), names)
            if running and following and following[0][0] not in "\"'“":
                own = max((number for number, part in enumerate(following) if FIRST_PERSON.search(part)), default=0)
                statement = [running] * (own + 1) + [UNCLEAR] * (len(following) - own - 1)
        elif not heading and (who := _introduced(lead, rest, names)):
            said = [(end - len(rest), end, who)]
        elif not heading and _ONE_PERSON.search(_QUESTION.sub("", words)):
            said = [(start + sign, end, UNCLEAR)]
        yield said


def _introduced(lead: str, words: str, names: Names) -> Who | None:
    """Give whom the words ahead of a colon name as the speaker of those behind it; None: they are no such words."""
    lead = _flat(lead)
    if words and _SAID.match(lead):
        return before(lead, names) or UNCLEAR
    who = subject(f"{lead},", names) if FIRST_PERSON.search(words) else None
    if not who or who.kind == "pronoun" or " " not in who.label:
        return None
    titled = re.match(rf"{POST}(?: [A-Z][^ ]+){{2}}$", who.label) and not BODIES.search(who.label)
    return who if titled or names.is_person(who.label) else UNCLEAR


def _attributed(text: str, who: Who | None, names: Names) -> list[Quote]:
    """Give a paragraph's quotations, each with whom the words beside it name; `who` has the word, if anybody has."""
    quotes, told = quotations(text, names), ""
    stops = [quote.start for quote in quotes] + [len(text)]
    lead = _flat(text[: stops[0]])
    for quote, stop in zip(quotes, stops[1:], strict=True):
        inner, behind, told = text[quote.start : quote.end], _flat(text[quote.end : stop]), f"{told} {lead}"
        last = lead[sentences(lead)[-1][0] :] if lead else ""
        ahead = before(last, names) if last and last[-1] not in ".?!" else None
        ahead = ahead or (_introduced(last[:-1], "I", names) if last.endswith(":") else None)
        back = after(behind, inner.rstrip("\"'“”) ")[-1:] in ".?!…", names)
        if ahead or back:
            who = UNCLEAR if ahead and back else ahead or (back and back[0])
        elif last:
            who = acts(last, names)
            alone = who and who.kind == "name" and names.people(last).keys() == {names.identity(who.label)}
            who = who if who and (alone or who.kind == "pronoun") else UNCLEAR
        if who and who.kind == "pronoun":
            people = names.people(told)
            known = [label for label in people.values() if not names.clashes(label, who.label)]
            who = Who(known[0], "name") if len(people) == len(known) == 1 and who.label in ("he", "she") else UNCLEAR
        quote.who, lead = who, back[1] if back else behind
    return quotes


def _flat(words: str) -> str:
    return " ".join(words.split())
