"""News articles: the publisher's narration against the quotations of several people; furniture, captions, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading, beginning
from kit.readers.attribution import ANYBODY, SAY, UNCLEAR, Names, Who, acts, after, before, leading
from kit.readers.offices import fullest_form
from kit.readers.quotations import CLEAN, ENDED, Quote, quotations
from kit.spans import line_of, lines, sentences, strip_span

_I = re.IGNORECASE
_DATE = re.compile(
    r"(?=.*\d)(?:[\W\d_]|published|(?:last |first )?updated|posted|modified|date|at|on|am|pm|bst|gmt|by|(?:mon|tues?"
    r"|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?"
    r"|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|st|nd|rd|th|hours?|minutes?|days?"
    r"|ago|today|yesterday)++",
    _I,
)
_BYLINE = re.compile(
    r"(?:(?:(?:words|reporting|story|exclusive) )?by [A-Z]|@\w+$|\S+@\S+\.\w+$)(?!(?:\S+\s+){13})(?!.*[.:]$)", _I
)
_FURNITURE = re.compile(
    r"(?:listen to this article|loading audio|advert|share\b|copy (?:this )?link|sign up\b|subscribe\b|follow us"
    r"|comments?$|view comments|skip to|this video|(?:read|watch|listen|see) (?:more|also|next|now)\b(?!.*\w\.$)"
    r"|(?:read|watch|listen|related|more|also read|exclusive)\s*[:|]|(?:related|recommended)\b(?=.{0,20}$)"
    r"|getty images$|\d+ (?:min read|comments))",
    _I,
)
_LIST = re.compile(
    r"(?:see )?more (?:latest|top|from|stories|news|on this)\b.{0,40}$|(?:most (?:read|popular|viewed)"
    r"|related (?:stor|article|topic|content|news|link)\w*|top stories|latest (?:news|stories|headlines)"
    r"|(?:you )?(?:may|might) also like|trending|read (?:next|more)|around the \w+)\b.{0,20}$",
    _I,
)
_CREDIT = re.compile(
    r"[.\s(|](?:picture|pic|photo(?:graph)?|image|credit|source)s?(?: credit)?s?(?:\s*:|\s+by\b)[^.]{0,60}\.?\)?$"
    r"|^(?:picture|photo(?:graph)?|image|media)s?(?: (?:source|caption|credit))?\s*[:,]"
    r"|\((?:pictured?|left|right|file)\b[^)]*\)[^.!?]*$",
    _I,
)
_SALUTATION = re.compile(
    r"ladies and gentlemen|distinguished guests|good (?:morning|afternoon|evening)\b|^(?:dear|friends)\b.*,", _I
)
_LABELLED = re.compile(r"[A-Z][\w.'’ -]{1,50}(?:\([^)]*\))?\s*:\s+[^\s\"'“‘]")
_SAME = Who("", "same")


@dataclass
class _Line:
    text: str
    start: int
    zone: str = "body"
    quotes: list[Quote] = field(default_factory=list)

    def told(self, number: int | None = None) -> str:
        """Give the line without its quotations: all of it, or what stands ahead of quotation `number`."""
        ends = [0, *(quote.end for quote in self.quotes)]
        starts = [*(quote.start for quote in self.quotes), len(self.text)]
        pieces = [self.text[start:end] for start, end in zip(ends, starts, strict=True)]
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
    signs = listed = False
    bags = [set(re.findall(r"\w+", line.text.lower())) for line in page]
    for at, line in enumerate(page):
        text, size, zone = line.text, len(line.text.split()), page[at - 1].zone if at else ""
        rest, back = [other.text for other in page[at + 1 :]], page[at - 1].text if at else ""
        ended, following, lists = ENDED.search(text), rest[0] if rest else "", bool(_LIST.match(text))
        listed = listed or lists and sum(not ENDED.search(other) for other in rest) >= 0.6 * len(rest)
        signed = bool(_DATE.fullmatch(text) or _BYLINE.match(text))
        twin = size > 2 and following.rstrip(".").startswith(text.rstrip(".")) or zone == "caption" and back == text
        quoting = re.search(r"[:,] ?[\"'“]", text)
        titled = zone == "heading" and re.match(r"\d|by |published|updated", following, _I)
        between = back[:1] in ('"', "'", "“") and following[:1] in ('"', "'", "“")
        if listed or signed or lists or _FURNITURE.match(text):
            line.zone, signs = "furniture", signs or signed
        elif _CREDIT.search(text) or twin:
            line.zone = "caption"
        elif not ended and (at == 0 and size <= 30 or titled):
            line.zone = "heading"
        elif not ended and not quoting:
            repeats = size > 5 and sum(len(bags[at] & bag) >= 0.8 * len(bags[at]) for bag in bags) > 1
            crosshead = size <= 8 and not re.search(SAY, text)
            line.zone = "caption" if repeats or between else "heading" if crosshead else "body"
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
        quote.behind = back is not None and (not ahead or ahead.kind in ("same", "unclear"))
        quote.who = back[0] if back and quote.behind else ahead
        if ahead and back and {ahead.kind, back[0].kind} <= {"name", "common"}:
            quote.who = ahead if names.identity(ahead.label) == names.identity(back[0].label) else UNCLEAR
        if not quote.who and re.match(r" *[a-z]", text[quote.end :]):
            quote.who = UNCLEAR  # words follow that name the speaker in a way that is not known here
        previous = quote


def _speaker(body: list[_Line], at: int, number: int, names: Names) -> str | None:
    """Settle who speaks a quotation, from the words of attribution beside it, else from the lines around it."""
    line, quote = body[at], body[at].quotes[number]
    last, who = (body[at - 1] if at and quote.start == 0 else None), quote.who
    if last and last.runs_on and (not who or who.kind == "pronoun"):
        quote.continues, back = True, last.quotes[-1].label
        if back and not (who and names.clashes(back, who.label)):
            return back
    if who == _SAME:
        quote.continues = True
        return line.quotes[number - 1].label
    if who:
        return _settle(who, body, at, number, names)
    if quote.start:
        return _acting(line.told(number), body, at, number, names)
    for step in range(at, min(at + 3, len(body) - 1)):
        if body[step].told() or not body[step].runs_on or not body[step + 1].opens:
            break
        if (first := body[step + 1].quotes[0]).behind:
            return _settle(first.who, body, at, 0, names)
    if not last or not ENDED.search(line.text[: quote.end]):
        return None
    if last.text.endswith(":"):
        return _settle(before(last.text[sentences(last.text)[-1][0] :], names), body, at, number, names)
    if not last.quotes:
        return _acting(last.text, body, at, number, names)
    back, tail = last.quotes[-1].label, last.text[last.quotes[-1].end :]
    told = after(tail, False, names)
    if not back or (told[1] if told else tail).strip(" .") or names.people(tail).keys() - {names.identity(back)}:
        return None
    following = body[at + 1].quotes[0] if at + 1 < len(body) and body[at + 1].opens else None
    if following and following.behind and following.who and following.who.kind != "pronoun":
        return None
    quote.continues = True
    return back


def _settle(who: Who | None, body: list[_Line], at: int, number: int, names: Names) -> str | None:
    if who and who.kind == "pronoun":
        return _pronoun(body, at, number, who.label, names)
    return who.label or None if who else None


def _acting(text: str, body: list[_Line], at: int, number: int, names: Names) -> str | None:
    """Give the subject of the sentence ahead of a quotation when it speaks or turns to others; nobody else is named."""
    who = acts(text[sentences(text)[-1][0] :], names) if text else None
    if who is None or who.kind == "pronoun":
        return _settle(who, body, at, number, names)
    if who.kind == "name":
        alone = names.people(text).keys() <= {names.identity(who.label)}
        return who.label if alone and names.is_person(who.label) else None
    return who.label if not names.people(text) and re.match(r"(?:the|an?) .*[^s]$", who.label, _I) else None


def _pronoun(body: list[_Line], at: int, number: int, pronoun: str, names: Names) -> str | None:
    """Settle "he", "she", "they", "it" where the lines just ahead leave one candidate."""
    quote, pool, recent, human = body[at].quotes[number], dict[str, str](), "", pronoun in ("he", "she")
    more = re.search(r"\b(?:add(?:ed|s)|continued|went on)\b", body[at].told())
    for step in range(at, max(at - 4, -1), -1):
        line, spoken = body[step], body[step].quotes if step < at else body[step].quotes[:number]
        text = line.told(number if step == at else None)
        people = {key: label for key, label in names.people(text).items() if not names.clashes(key, pronoun)}
        told = [text[a:b] for a, b in sentences(text)][: -1 if step == at and not quote.behind else None]
        if told and not recent and not spoken:
            recent = told[0] if told[-1].startswith(pronoun.title()) else told[-1]
            who = acts(recent, names)
            if who and who.kind == "common":
                alone = all(label in who.label for label in people.values())
                return who.label if alone and names.may_be(who.label, pronoun) else None
            acting = who and who.kind == "name"
            who = who if acting else leading(recent, names)
            if who and not human:
                return who.label if names.may_be(who.label, pronoun) else None
            if who and people.keys() <= {names.identity(who.label)} and names.is_person(who.label):
                first = not any(who.label.split(" ")[-1] in early.text for early in body[:step])
                known = [names.pronouns.get(names.identity(said.label or "")) for said in body[max(step - 1, 0)].quotes]
                fresh = step == at or first and pronoun not in known
                if acting or fresh or names.identity(who.label) in names.pronouns:
                    return who.label
        unnamed = not spoken and any(ANYBODY.match(sentence) and not leading(sentence, names) for sentence in told)
        if unnamed or any(said.label is None for said in spoken):
            return None
        said_by = {names.identity(said.label): said.label for said in spoken if said.label}
        pool = people | pool | said_by
        if spoken and (more or names.pronouns.get(names.identity(spoken[-1].label or "")) == pronoun):
            break
    fit = [label for label in pool.values() if not names.clashes(label, pronoun)]
    if len(fit) != 1 or not names.may_be(fit[0], pronoun):
        return None
    names.pronouns.setdefault(names.identity(fit[0]), pronoun)
    return fit[0]


def _refuse(page: list[_Line], signs: bool) -> None:
    """Raise WrongKind where the page has the signs of another kind, or none of an article."""
    texts = [line.text for line in page if line.zone != "furniture"] or [line.text for line in page]
    body = [told for line in page if line.zone in ("body", "caption") and (told := line.told())]
    first = sum(bool(re.search(r"\b(?:I|I'm|my|[Ww]e|[Oo]ur|My)\b", told)) for told in body)
    fields = sum(bool(re.match(r"(?:question by|asked of|answered by)\s*:", line.text, _I)) for line in page)
    labelled = sum(bool(_LABELLED.match(text)) for text in texts)
    opening = [line.told()[:120] for line in page[:10] if line.zone == "body"]
    silent = not any(line.quotes for line in page) and not any(re.search(SAY, told) for told in body)
    reasons = {
        "the text is empty": not page,
        "the lines 'Question By:', 'Asked Of:', 'Answered By:' are those of a question and its answer": fields > 1,
        "most lines are markup": sum(text[0] in "<{" for text in texts) > len(texts) / 2,
        "most lines are bullets": sum(text[0] in "-*•–·" for text in texts) > len(texts) / 2,
        "many lines start with a speaker's label, as in a transcript": labelled > max(3, 0.3 * len(texts)),
        "it opens with a salutation, as a speech does": any(map(_SALUTATION.search, opening)),
        "most paragraphs are in the first person, as in a speech": first > max(1, 0.5 * len(body)),
        "it has no byline, date, quotation or words of attribution": not signs and len(body) < 3 and silent,
    }
    if reason := next((reason for reason, found in reasons.items() if found), None):
        raise WrongKind(reason)


def _assemble(text: str, page: list[_Line], names: Names) -> Reading:
    drafts, doubts, turn, last = list[Draft](), list[Doubt](), 0, ""
    body = [line for line in page if line.zone == "body"]
    labels = {quote.label for line in page for quote in line.quotes if quote.label}
    forms = {label: fullest_form(label, names) for label in labels}
    goes_on = {id(line) for line, following in pairwise(body) if following.opens}
    for line in page:
        number, at, in_body = line_of(text, line.start), line.start, line.zone == "body"
        for quote in line.quotes:
            start, end, label = line.start + quote.start, line.start + quote.end, quote.label
            drafts += _narrated(text, at, start, line.zone)
            key = names.identity(label) if label else last if quote.continues else f"?{start}"
            if in_body:
                turn, last = turn + (key != last), key
            name = forms[label] if label else None
            drafts.append(Draft(start, end, "quoted", line.zone, False, label, name, turn if in_body else 0))
            if label is None:
                remedy = "add the speaker under [labels] in the document's record"
                what = "a quotation has no attribution that is certain"
                doubts.append(Doubt(number, what, beginning(text[start:end]), remedy))
            at = end
        drafts += _narrated(text, at, line.start + len(line.text), line.zone)
        if line.runs_on and in_body and id(line) not in goes_on:
            remedy = "check that it ends with its paragraph"
            doubts.append(Doubt(number, "a quotation is never closed", beginning(text[start:end]), remedy))
    return Reading(tuple(drafts), tuple(doubts))


def _narrated(text: str, start: int, end: int, zone: str) -> list[Draft]:
    start, end = strip_span(text, start, end)
    return [Draft(start, end, "narrated", zone, True)] if start < end else []
