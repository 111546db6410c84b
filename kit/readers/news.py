"""News articles: the publisher's narration against the quotations of several people; furniture, captions, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from kit.errors import Doubt, WrongKind
from kit.readers import WORDS, Draft, Reading, beginning, own
from kit.readers.attribution import ALIVE, SAY, UNCLEAR, Names, Who, acts, after, before, leading, subject
from kit.readers.offices import fullest_form
from kit.readers.question_time import refuse
from kit.readers.quotations import CLEAN, ENDED, Quote, quotations
from kit.spans import line_of, lines, sentences

_BYLINE = rf"(?:{WORDS['byline']})(?!(?:\S+\s+){{13}})(?!.*[.:]$)"
_SIGNED = re.compile(rf"(?i)(?=.*\d)(?:[\W\d_]|{WORDS['date']})++$|{_BYLINE}")
_FURNITURE = re.compile(rf"(?i)(?P<list>(?:{WORDS['list']})\b.{{0,20}}$)|(?:{WORDS['furniture']})")
_CREDIT = re.compile(f"(?i){WORDS['credit']}")
_LABELLED = r"[A-Z][\w.'’ -]{1,50}(?:\([^)]*\))?\s*:\s+[^\s\"'“‘]"
_WORDS_OF = r"(?:The words were those of|Th(?:at|[eo]se) (?:was|were) the (?:words|view|verdict) of|So said) "
_SPEAKING = r"(?!S?He )([^.?!\"“]+[ ,])(?<!who )was speaking (?:to|at|as|after|ahead|before|during|from|outside|on)\b"
_POSSESSIVES = {"he": "his", "she": "her", "they": "their", "it": "its"}
_SAME = Who("", "same")


@dataclass
class _Line:
    text: str
    start: int
    zone: str = "body"
    quotes: list[Quote] = field(default_factory=list)

    def told(self, number: int | None = None) -> str:
        """Give the line without its quotations: all of it, or what stands ahead of quotation `number`."""
        edges = [0, *(edge for quote in self.quotes for edge in (quote.start, quote.end)), len(self.text)]
        pieces = [self.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
        return " ".join(pieces[: None if number is None else number + 1]).strip()

    @property
    def opens(self) -> bool:
        return bool(self.quotes) and self.quotes[0].start == 0

    @property
    def runs_on(self) -> bool:
        return bool(self.quotes) and not self.quotes[-1].closed


def read(text: str) -> Reading:
    """Read a news article: narration is the publisher's own, each quotation of at least a clause somebody else's.

    Who speaks is read from the words around a quotation; where they leave a choice the quotation stays open, with a
    doubt. Furniture, headings and captions have turn 0. Raises WrongKind, with the reason, for another kind of text.
    """
    page = [_Line(text[start:end].translate(CLEAN), start) for start, end in lines(text)]
    signs = _zones(page)
    names = Names("\n".join(line.text for line in page if line.zone != "furniture"))
    for line in page:
        if line.zone in ("body", "caption"):
            line.quotes = quotations(line.text, names)
            _attribute(line, names)
    refuse(text)
    _refuse(page, signs)
    body = [line for line in page if line.zone == "body"]
    names.learn([line.told() for line in body])
    for group in (body, *([line] for line in page if line.zone == "caption")):
        for at, line in enumerate(group):
            for number, quote in enumerate(line.quotes):
                quote.label = _speaker(group, at, number, names)
    return _assemble(text, page, names)


def _zones(page: list[_Line]) -> bool:
    """Give every line its zone; says whether the page has a date or byline."""
    texts = [line.text for line in page]
    signs, listed, whole = False, False, "\n".join(texts)
    for at, (line, text) in enumerate(zip(page, texts, strict=True)):
        ended, furniture, signed = ENDED.search(text), _FURNITURE.match(text), bool(_SIGNED.match(text))
        if furniture and furniture["list"] and not listed:
            rest = texts[at + 1 :]
            listed = sum(not ENDED.search(other) for other in rest) >= 0.6 * len(rest)
        twin, below = text.rstrip("."), "".join(texts[at + 1 : at + 2])
        if listed or signed or furniture:
            line.zone, signs = "furniture", signs or signed
        elif at == 0 and not ended:
            line.zone = "heading"
        elif _CREDIT.search(text) or len(text.split()) > 4 and (twin in below if ended else whole.count(twin) > 1):
            line.zone = "caption"
        elif not ended and len(text.split()) <= 8 and not re.search(rf"[:,] ?[\"'“]|{SAY}", text):
            line.zone = "heading"
    return signs


def _attribute(line: _Line, names: Names) -> None:
    """Read the words of attribution that stand in the quotation's own line."""
    text, previous = line.text, None
    for quote, following in zip(line.quotes, [*line.quotes[1:], None], strict=False):
        lead, inner = text[previous.end if previous else 0 : quote.start].rstrip(), text[quote.start : quote.end]
        told = [lead[start:end] for start, end in sentences(lead)]
        ahead = before(told[-1], names) if told and told[-1][-1] not in ".?!" else None
        stopped = inner.rstrip("\"'“”) ")[-1:] in ".?!…"
        back = after(text[quote.end : following.start if following else len(text)], stopped, names)
        if previous and (previous.behind and len(told) < 2 or not told):
            single = len(re.findall(rf"{SAY}|according to", lead)) == 1 and "quoting" not in lead
            ahead = _SAME if single or not told else ahead or UNCLEAR
        quote.behind = back is not None and not (ahead and ahead.label)
        quote.who = back[0] if back and quote.behind else ahead
        if ahead and back and ahead.label and "pronoun" not in (ahead.kind, back[0].kind):
            quote.who = ahead if names.identity(ahead.label) == names.identity(back[0].label) else UNCLEAR
        if not quote.who and re.match(r" *[a-z]", text[quote.end :]):
            quote.who = UNCLEAR  # words follow that name the speaker in a way that is not known here
        previous = quote


def _speaker(body: list[_Line], at: int, number: int, names: Names) -> str | None:
    """Settle who speaks a quotation, from the words of attribution beside it, else from the lines around it."""
    quote, last = body[at].quotes[number], body[at - 1] if at and not body[at].quotes[number].start else None
    who, back = quote.who, last.quotes[-1].label if last and last.quotes else None
    if last and last.runs_on and (not who or who.kind == "pronoun" and not names.clashes(back or "", who.label)):
        who = _SAME
    elif not who:
        who = _around(body, at, names) if quote.start == 0 else _acting(body[at].told(number), names)
    if who == _SAME:
        return body[at].quotes[number - 1].label if number else back
    if who and who.kind == "pronoun":
        return _pronoun(body, at, number, who.label, names)
    return who.label or None if who else None


def _around(body: list[_Line], at: int, names: Names) -> Who | None:
    """Give the speaker of a quotation that opens a line without words of attribution."""
    last = body[at - 1] if at else None
    for line, following in pairwise(body[at : at + 6]):
        if not line.told() and (words := re.match(_WORDS_OF, following.text)):
            return (after(f"said {following.text[words.end() :]}", True, names) or [UNCLEAR])[0]
        if not line.told() and (words := re.match(_SPEAKING, following.text)):
            who, other = subject(words[1], names) or UNCLEAR, _acting(last.text, names) if last else None
            said = last.quotes[-1].label if last and last.quotes else other and other.label
            return who if not said or names.identity(said) == names.identity(who.label) else UNCLEAR
        if line.told() or not line.runs_on or not following.opens:
            break
        if following.quotes[0].behind:
            body[at].quotes[0].behind = True
            return following.quotes[0].who
    if not last or not ENDED.search(body[at].text[: body[at].quotes[0].end]):
        return None
    if last.text.endswith(":"):
        return before(last.text[sentences(last.text)[-1][0] :], names)
    if not last.quotes:
        return _acting(last.text, names)
    back, tail = last.quotes[-1].label, last.text[last.quotes[-1].end :]
    told = after(tail, False, names)
    others = (told[1] if told else tail).strip(" .") or names.people(tail).keys() - {names.identity(back or "")}
    next_one = body[at + 1].quotes[0] if at + 1 < len(body) and body[at + 1].opens else None
    apart = next_one and next_one.behind and next_one.who and next_one.who.kind != "pronoun"
    return None if others or apart else _SAME


def _acting(text: str, names: Names) -> Who | None:
    """Give the subject of the sentence ahead of a quotation when it speaks or turns to others; nobody else is named."""
    who = acts(text[sentences(text)[-1][0] :], names) if text else None
    if not who or who.kind == "pronoun":
        return who
    alone = names.people(text).keys() <= {names.identity(who.label)}
    return who if alone and who.kind == "name" and names.is_person(who.label) else None


def _told(text: str) -> list[str]:
    text = re.sub(r", (?:who|whose|which)\b[^,.]*,", ",", text)  # relative clauses name nobody who speaks
    return [text[start:end] for start, end in sentences(text)]


def _pronoun(body: list[_Line], at: int, number: int, pronoun: str, names: Names) -> str | None:
    """Settle "he", "she", "they", "it": the last speaker, or the subject just ahead, where nobody else is named."""
    line, named = body[at], list[str]()
    told, spoken = _told(line.told(number)), line.quotes[:number]
    if not line.quotes[number].behind:
        at, told = (at, told) if told else (at - 1, _told(body[at - 1].told()))
        named, told = [re.sub(rf"^{pronoun.title()}\b.*", "", sentence) for sentence in told[-1:]], told[:-1]
    near, form = bool(told), re.compile(rf"\b{pronoun}\b|^(?:{_POSSESSIVES[pronoun]}) ", re.IGNORECASE)
    while at and not spoken and (not told or re.match(rf"{pronoun}\b", told[0], re.IGNORECASE) and not near):
        named += told
        at, told, spoken = at - 1, _told(body[at - 1].told()), body[at - 1].quotes
    recent = told[0] if told and form.search(told[-1]) and not names.people(told[-1]) else " ".join(told[-1:])
    acting = acts(recent, names)
    if spoken:
        who: Who | None = Who(spoken[-1].label or "", "same")
        sure = bool(re.search(r"\b(?:add(?:ed|s)|continued|went on|Asked|Pressed)\b", line.told()))
    else:
        who = acting if acting and acting.kind in ("name", "common") else leading(recent, names)
        sure = near or who == acting
    if not who or not who.label or not (sure or _fits(body, at, who, pronoun, names)):
        return None
    others = [label for key, label in names.people(" ".join(named + told)).items() if key != names.identity(who.label)]
    alone = all(names.clashes(label, pronoun) or re.search(rf"\b{re.escape(label)}\b", who.label) for label in others)
    if not alone or names.clashes(who.label, pronoun) or not names.may_be(who, pronoun):
        return None
    if pronoun in ("he", "she"):
        names.pronouns.setdefault(names.identity(who.label), pronoun)
    return who.label


def _fits(body: list[_Line], at: int, who: Who, pronoun: str, names: Names) -> bool:
    """Say whether a pronoun can mean who is named in a line: a known one does; else nobody near may fit as well."""
    key, line = names.identity(who.label), body[at]
    if pronoun in ("they", "it") or key in names.pronouns:
        return True
    if not line.quotes:
        known = {names.pronouns.get(names.identity(quote.label or "")) for quote in body[at - 1].quotes if at}
        return pronoun not in known and not any(who.label.split(" ")[-1] in other.text for other in body[:at])
    others = names.people("\n".join(other.text for other in body[max(0, at - 2) : at + 1])).items()
    unnamed = re.search(rf"(?<!, )\b(?:an?|the|his|her|whose) (?:[a-z-]+ )?{ALIVE}\b", line.told())
    return not unnamed and all(other == key or names.clashes(label, pronoun) for other, label in others)


def _refuse(page: list[_Line], signs: bool) -> None:
    told = [words for line in page if line.zone != "furniture" and (words := line.told())]

    def count(pattern: str) -> int:
        return sum(bool(re.match(pattern, words)) for words in told)

    half = max(1, 0.5 * len(told))
    reasons = {
        "the text is empty": not page,
        "most lines are bullets or markup": count(r"[-*•–·<{]") > half,
        "many lines start with a speaker’s label, as in a transcript": count(_LABELLED) > max(3, 0.3 * len(told)),
        "it has a salutation, as a speech has": count(r"(?i)dear .*,|.*\bladies and gentlemen|good (morn|after|even)"),
        "most lines are in the first person, as in a speech": count(r".*\b(I|my|My|[Ww]e|[Oo]ur)\b") > half,
        "it has no byline, date or quotation": not signs and len(told) < 4 and not any(line.quotes for line in page),
    }
    if reason := next((reason for reason, found in reasons.items() if found), None):
        raise WrongKind(reason)


def _assemble(text: str, page: list[_Line], names: Names) -> Reading:
    drafts, doubts, turn, last = list[Draft](), list[Doubt](), 0, ""
    labels = {quote.label for line in page for quote in line.quotes}
    names_of = {label: fullest_form(label, names) if label else None for label in labels}
    body = [line for line in page if line.zone == "body"]
    goes_on = {id(line) for line, following in pairwise(body) if following.opens}
    for line in page:
        at, in_body = line.start, line.zone == "body"
        for quote in line.quotes:
            start, end, label = line.start + quote.start, line.start + quote.end, quote.label
            drafts += own(text, at, start, "narrated", line.zone)
            key = names.identity(label) if label else f"?{start}"
            if in_body:
                turn, last = turn + (key != last), key
            drafts.append(Draft(start, end, "quoted", line.zone, False, label, names_of[label], turn if in_body else 0))
            if label is None:
                remedy = "add the speaker under [labels] in the document’s record"
                what = "a quotation has no attribution that is certain"
                doubts.append(Doubt(line_of(text, start), what, beginning(text[start:end]), remedy))
            at = end
        drafts += own(text, at, line.start + len(line.text), "narrated", line.zone)
        if line.runs_on and in_body and id(line) not in goes_on:
            what, remedy = "a quotation is never closed", "check that it ends with its paragraph"
            doubts.append(Doubt(line_of(text, start), what, beginning(text[start:end]), remedy))
    return Reading(tuple(drafts), tuple(doubts))
