"""News articles: the publisher's narration against the quotations of several people; furniture, captions, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading
from kit.readers.attribution import ANYBODY, FINITE, SAY, UNCLEAR, Names, Who, acts, after, before, leading
from kit.spans import line_of, lines, sentences, strip_span

_CLEAN = dict.fromkeys(map(ord, "‘’‛"), "'") | dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 9), " ")
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
    r"|(?:you )?(?:may|might) also like|trending|read next|around the \w+)\b.{0,20}$",
    _I,
)
_CREDIT = re.compile(
    r"[.\s(|](?:picture|pic|photo(?:graph)?|image|credit|source)s?(?: credit)?s?(?:\s*:|\s+by\b)[^.]{0,60}\.?\)?$"
    r"|^(?:picture|photo(?:graph)?|image|media)s?(?: (?:source|caption|credit))?\s*[:,]"
    r"|\((?:pictured?|left|right|file)\b[^)]*\)[^.!?]*$",
    _I,
)
_ENDED = re.compile(r"[.?!…:,;–—-]\W*$")
_ELIDED = r"(?:em|til|cause|tis|twas|n|bout|round|\d0s)\b"
_OPENING = re.compile(rf"[“„]|(?<![\w.,?!])\"(?=\S)|(?<![^\s(\[—–/:,-])'(?=\S)(?!{_ELIDED})")
_SALUTATION = re.compile(
    r"ladies and gentlemen|distinguished guests|good (?:morning|afternoon|evening)\b|^(?:dear|friends)\b.*,", _I
)
_LABELLED = re.compile(r"[A-Z][\w.'’ -]{1,50}(?:\([^)]*\))?\s*:\s+[^\s\"'“‘]")
_SAME = Who("", "same")


@dataclass
class _Quote:
    """A quotation within its line; `behind`: its words of attribution follow it; `continues`: the one ahead goes on."""

    start: int
    end: int
    closed: bool
    who: Who | None = None
    behind: bool = False
    label: str | None = None
    continues: bool = False


@dataclass
class _Line:
    text: str
    start: int
    zone: str = "body"
    quotes: list[_Quote] = field(default_factory=list)

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
    page = [_Line(text[start:end].translate(_CLEAN), start) for start, end in lines(text)]
    signs = _zones(page)
    names = Names("\n".join(line.text for line in page if line.zone != "furniture"))
    for line in page:
        if line.zone in ("body", "caption"):
            line.quotes = _quotations(line.text, names)
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
        ended, following = bool(_ENDED.search(text)), rest[0] if rest else ""
        lists = bool(_LIST.match(text))
        listed = listed or lists and sum(not _ENDED.search(other) for other in rest) >= 0.6 * len(rest)
        signed = bool(_DATE.fullmatch(text) or _BYLINE.match(text))
        twin = size > 2 and following.rstrip(".").startswith(text.rstrip(".")) or zone == "caption" and back == text
        quoting = re.search(r"[:,] ?[\"'“]", text)
        titled = at == 1 and zone == "heading" and re.match(r"\d|by |published|updated", following, _I)
        between = not re.search(r"[\"'“]", text) and back[:1] in ('"', "'", "“") and following[:1] in ('"', "'", "“")
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


def _quotations(text: str, names: Names) -> list[_Quote]:
    """Find the quotations that count; partial ones stay in the narration, inner ones in the outer quotation."""
    found, at = list[_Quote](), 0
    while match := _OPENING.search(text, at):
        start, closed = match.start(), _close(text, match.start(), names)
        if closed is None and match[0] == "'" and text[:start].rstrip()[-1:] not in ("", ":", ","):
            at = match.end()
            continue
        at = closed or len(text)
        while closed and text[at : at + 1] in tuple(".,;:!?)]…"):
            at += 1
        gap = text[found[-1].end if found else 0 : start]
        told = after(gap, False, names) if found else None
        resumes = told and not told[1] and gap.rstrip().endswith(",")
        if found and not re.search(r"\w", gap):
            found[-1].end, found[-1].closed = at, closed is not None
        elif resumes or _counts(text, start, at, closed is None, names):
            found.append(_Quote(start if re.search(r"\w", gap) else 0, at, closed is not None))
    if found and not re.search(r"\w", text[found[-1].end :]):
        found[-1].end = len(text)
    return found


def _close(text: str, start: int, names: Names) -> int | None:
    """Find where the quotation that opens at `start` ends, apostrophes and inner ones told apart; None: nowhere."""
    single, depth, firm = text[start] == "'", 0, None
    for match in re.compile("'" if single else "[\"“”„]").finditer(text, start):
        at, left, rest = match.start(), text[: match.start()][-1:], text[match.end() :]
        if match[0] in "“„" or match[0] != "”" and left in ("", *" ([—–-/:") and rest[:1].strip():
            depth += at == start or not re.match(_ELIDED, rest)
        elif not single or not rest[:1].isalnum() and left != " ":
            owner = single and depth == 1 and left in "sn" and rest[:1] == " "
            if owner and re.match(r"[^'\"]*(?:'(?=\w)[^'\"]*)*[^\s']'(?!\w)", rest):
                continue
            depth -= 1
            if depth == 0:
                return match.end()
            if firm is None and left in ".,?!" and after(rest, left != ",", names):
                firm = match.end()
    return firm


def _counts(text: str, start: int, end: int, unclosed: bool, names: Names) -> bool:
    """Say whether a quotation holds at least a clause or stands as its own sentence."""
    lead, inner, rest = text[:start].rstrip(), text[start:end].strip("\"'“”„ ,.)"), text[end:]
    words, verb, upper = re.findall(r"[\w'-]+", inner), re.search(FINITE, inner), inner[:1].isupper()
    opening = inner[: verb.start()].split() if verb else []
    plain = 0 < len(opening) < 5 and not {"that", "which", "who", "to", "where"} & set(opening)
    pronoun = re.match(r"(?:I|we|you|he|she|it|they|there|this|that|these|those)(?: \w|'\w)", inner, _I)
    clause = len(words) > 2 and bool(pronoun or verb and (upper or plain) or upper and len(words) > 7)
    ended, told = unclosed or bool(_ENDED.search(text[start:end])), bool(after(rest, False, names))
    title = len(words) > 1 and all(word[0].isupper() for word in words if len(word) > 3)
    if title and not re.search(r"[.?!]\W*$", text[start:end]):
        return told and ended and not lead
    if not lead or lead[-1] in ".?!”\"'":
        told = told or bool(re.match(r" *[a-z]+ed\b", rest))
        return clause or ended and upper and (told or not rest.strip() or len(words) > 2)
    if lead[-1] in ":,–—-":
        return clause or lead[-1] == ":" and upper and ended
    runs_in = re.search(rf"(?:{SAY}|\bthat|\w+ing)$|\b(?:told|tells|asked|warned|urged) (?:\w+ ){{0,3}}\w+$", lead)
    return clause and bool(runs_in) and not re.search(r"\b(?:the|an?|of|this|his|her|their|its|to|for|with)$", lead)


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
    if not last or not _ENDED.search(line.text[: quote.end]):
        return None
    if last.text.endswith(":"):
        return _settle(before(last.text[sentences(last.text)[-1][0] :], names), body, at, number, names)
    if not last.quotes:
        return _acting(last.text, body, at, number, names)
    back, tail = last.quotes[-1].label, last.text[last.quotes[-1].end :]
    told = after(tail, False, names)
    if not back or (told[1] if told else tail).strip(" .") or names.people(tail) - {names.identity(back)}:
        return None
    following = body[at + 1].quotes[0] if at + 1 < len(body) and body[at + 1].opens else None
    other = following.who if following and following.behind else None
    if other and other.kind != "pronoun" and names.identity(other.label) != names.identity(back):
        return None
    quote.continues = True
    return back


def _settle(who: Who | None, body: list[_Line], at: int, number: int, names: Names) -> str | None:
    if who and who.kind == "pronoun":
        return _pronoun(body, at, number, who.label, names)
    return who.label or None if who else None


def _acting(text: str, body: list[_Line], at: int, number: int, names: Names) -> str | None:
    """Give the subject of the sentence ahead of a quotation when it speaks or turns to others; nobody else is named."""
    spans = sentences(text)
    who = acts(text[spans[-1][0] :], names) if spans else None
    if who is None or who.kind == "pronoun":
        return _settle(who, body, at, number, names)
    if who.kind == "name":
        return who.label if names.people(text) <= {names.identity(who.label)} and names.is_person(who.label) else None
    return who.label if not names.people(text) and re.match(r"(?:the|an?) .*[^s]$", who.label, _I) else None


def _pronoun(body: list[_Line], at: int, number: int, pronoun: str, names: Names) -> str | None:
    """Settle "he", "she", "they", "it" where the lines just ahead leave one candidate."""
    quote, pool, recent = body[at].quotes[number], dict[str, str](), ""
    more = re.search(r"\b(?:add(?:ed|s)|continued|went on)\b", body[at].told())
    for step in range(at, max(at - 4, -1), -1):
        line, spoken = body[step], body[step].quotes if step < at else body[step].quotes[:number]
        text = line.told(number if step == at else None)
        people = {key for key in names.people(text) if not names.clashes(key, pronoun)}
        told = [text[a:b] for a, b in sentences(text)][: -1 if step == at and not quote.behind else None]
        if told and not recent and not spoken and pronoun in ("he", "she"):
            recent = told[0] if told[-1].startswith(pronoun.title()) else told[-1]
            who = acts(recent, names)
            if who and who.kind == "common":
                return who.label if not people and names.may_be(who.label, pronoun) else None
            acting, who = bool(who), who or leading(recent)
            if who and people <= {names.identity(who.label)} and names.is_person(who.label):
                others = re.search(r"\b(?:he|she|him|his|her)\b", body[at].text[quote.start : quote.end], _I)
                first = step == at or not any(who.label.split(" ")[-1] in early.text for early in body[:step])
                known = [names.pronouns.get(names.identity(said.label or "")) for said in body[max(step - 1, 0)].quotes]
                sole = first and not others and pronoun not in known
                if acting or sole or names.identity(who.label) in names.pronouns:
                    return who.label
        unnamed = not spoken and any(ANYBODY.match(sentence) and not leading(sentence) for sentence in told)
        if unnamed or any(said.label is None for said in spoken):
            return None
        said_by = {names.identity(said.label): said.label for said in spoken if said.label}
        pool = {key: key for key in people} | pool | said_by
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
    opening = [line.told()[:120] for line in page[:10] if line.zone == "body"]
    silent = not any(line.quotes for line in page) and not any(re.search(SAY, told) for told in body)
    reasons = {
        "the text is empty": not page,
        "the lines 'Question By:', 'Asked Of:', 'Answered By:' are those of a question and its answer": fields > 1,
        "most lines are markup": sum(text[0] in "<{" for text in texts) > len(texts) / 2,
        "most lines are bullets": sum(text[0] in "-*•–·" for text in texts) > len(texts) / 2,
        "many lines start with a speaker's label, as in a transcript": (
            sum(map(bool, map(_LABELLED.match, texts))) > max(3, 0.3 * len(texts))
        ),
        "it opens with a salutation, as a speech does": any(map(_SALUTATION.search, opening)),
        "most paragraphs are in the first person, as in a speech": first > max(1, 0.5 * len(body)),
        "it has no byline, date, quotation or words of attribution": not signs and len(body) < 3 and silent,
    }
    for reason, found in reasons.items():
        if found:
            raise WrongKind(reason)


def _assemble(text: str, page: list[_Line], names: Names) -> Reading:
    drafts, doubts, turn, last = list[Draft](), list[Doubt](), 0, ""
    body = [line for line in page if line.zone == "body"]
    goes_on = {id(line) for line, following in pairwise(body) if following.opens}
    for line in page:
        number, at, in_body = line_of(text, line.start), line.start, line.zone == "body"
        for quote in line.quotes:
            start, end, label = line.start + quote.start, line.start + quote.end, quote.label
            drafts += _narrated(text, at, start, line.zone)
            key = names.identity(label) if label else last if quote.continues else f"?{start}"
            if in_body:
                turn, last = turn + (key != last), key
            name = names.fullest(label) if label else None
            name = None if name == label else name
            drafts.append(Draft(start, end, "quoted", line.zone, False, label, name, turn if in_body else 0))
            if label is None:
                remedy = "add the speaker under [labels] in the document's record"
                what = "a quotation has no attribution that is certain"
                doubts.append(Doubt(number, what, text[start:end][:40], remedy))
            at = end
        drafts += _narrated(text, at, line.start + len(line.text), line.zone)
        if line.runs_on and in_body and id(line) not in goes_on:
            remedy = "check that it ends with its paragraph"
            doubts.append(Doubt(number, "a quotation is never closed", text[start:end][:40], remedy))
    return Reading(tuple(drafts), tuple(doubts))


def _narrated(text: str, start: int, end: int, zone: str) -> list[Draft]:
    start, end = strip_span(text, start, end)
    return [Draft(start, end, "narrated", zone, True)] if start < end else []
