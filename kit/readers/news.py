"""News articles: the publisher's narration against the quotations of several people; page furniture, captions, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kit.errors import Doubt, WrongKind
from kit.readers import Draft, Reading
from kit.readers.attribution import FINITE, SAY, Names, Who, acts, after, before
from kit.spans import line_of, lines, sentences

_CLEAN = {**dict.fromkeys(map(ord, "‘’‛"), "'"), **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 9), " ")}
_I = re.IGNORECASE
_DATE = re.compile(
    r"(?:[\W\d_]|published|(?:last |first )?updated|posted|modified|date|at|on|am|pm|bst|gmt|by|edited|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?"
    r"|fri|sat(?:ur)?|sun)(?:day)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|st|nd|rd|th|hours?|minutes?|days?|ago|today|yesterday)+", _I)  # fmt: skip
_BYLINE = re.compile(r"(?:(?:words |reporting |story )?by [A-Z]|@\w+$|\S+@\S+\.\w+$)(?!.*[.:]$)", _I)
_FURNITURE = re.compile(
    r"(?:listen to this article|loading audio|advert|share\b|copy (?:this )?link|sign up\b|subscribe\b|follow us|comments?$|view comments|skip to"
    r"|this video|(?:read|watch|listen|see) (?:more|also|next|now)\b(?!.*\w\.$)|(?:read|watch|listen|related|more|also read|exclusive)\s*[:|]"
    r"|related\b(?=.{0,20}$)|recommended\b(?=.{0,20}$)|getty images$|\d+ (?:min read|comments))", _I)  # fmt: skip
_LIST = re.compile(
    r"(?:see )?more (?:latest|top|from|stories|news|on this)\b.{0,40}$|(?:most (?:read|popular|viewed)|related (?:stor|article|topic|content|news|link)"
    r"\w*|top stories|latest (?:news|stories|headlines)|(?:you )?(?:may|might) also like|trending|read next|around the \w+|popular)\b.{0,20}$", _I)  # fmt: skip
_CREDIT = re.compile(
    r"[.\s(|](?:picture|pic|photo(?:graph)?|image|credit|source)s?(?: credit)?s?(?:\s*:|\s+by\b)[^.]{0,60}\.?\)?$"
    r"|^(?:picture|photo(?:graph)?|image|media)s?(?: (?:source|caption|credit))?\s*[:,]|\((?:pictured?|left|right|file)\)[^.!?]*$", _I)  # fmt: skip
_TERMINAL = re.compile(r"[.?!…:,;–—-]\W*$")
_SALUTATION = re.compile(r"(?:ladies and gentlemen|distinguished guests|good (?:morning|afternoon|evening),? |(?:dear|friends|colleagues)\b.*,)", _I)
_LABELLED = re.compile(r"[A-Z][\w.'’ -]{1,50}(?:\([^)]*\))?\s*:\s+[^\s\"'“‘]")
_LABELS = "add the speaker under [labels] in the document's record"


@dataclass
class _Quote:
    start: int
    end: int
    closed: bool
    who: Who | None = None
    side: str = ""
    label: str | None = None
    continues: bool = False


@dataclass
class _Line:
    text: str
    start: int
    zone: str = "body"
    quotes: list[_Quote] = field(default_factory=list)

    @property
    def narration(self) -> str:
        text = self.text
        for quote in self.quotes:
            text = text[: quote.start] + " " * (quote.end - quote.start) + text[quote.end :]
        return text.strip()

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
    names.learn([line.narration for line in body])
    for group in (body, *([line] for line in page if line.zone == "caption")):
        for at, line in enumerate(group):
            for number, quote in enumerate(line.quotes):
                quote.label = _speaker(group, at, number, names)
    return _assemble(text, page, names)


def _zones(page: list[_Line]) -> bool:
    """Give every line its zone; says whether the page has a date or byline."""
    signs, listed = False, False
    for at, line in enumerate(page):
        text, rest = line.text, page[at + 1 :]
        ended, words = bool(_TERMINAL.search(text)), len(text.split())
        twin = any(len(text) > 12 and other.text.rstrip(".").startswith(text.rstrip(".")) for other in rest[:1])
        if _LIST.match(text):
            listed = not rest or sum(not _TERMINAL.search(other.text) for other in rest) >= 0.6 * len(rest)
            line.zone = "furniture"
        elif listed or _FURNITURE.match(text):
            line.zone = "furniture"
        elif _DATE.fullmatch(text) and re.search(r"\d", text) or words < 15 and _BYLINE.match(text):
            line.zone, signs = "furniture", True
        elif _CREDIT.search(text) or twin or at and page[at - 1].zone == "caption" and page[at - 1].text == text:
            line.zone = "caption"
        elif not ended and at == 0 and words <= 30:
            line.zone = "heading"
        elif not ended and words >= 6 and not re.search(r"[:,] ?[\"'“]", text) and _repeats(line, page):
            line.zone = "caption"
        elif not ended and at == 1 and page[0].zone == "heading" and rest and (_DATE.fullmatch(rest[0].text) or _BYLINE.match(rest[0].text)):
            line.zone = "heading"
        elif not ended and words <= 8 and not re.search(rf"[:,] ?[\"'“]|\b{SAY}\b", text):
            line.zone = "heading"
        elif not ended and 0 < at < len(page) - 1 and rest[0].text[0] in "\"'“" and text[0] not in "\"'“" and not re.search(r"[\"'“]", text):
            line.zone = "caption"
    return signs


def _repeats(line: _Line, page: list[_Line]) -> bool:
    words = set(re.findall(r"\w+", line.text.lower()))
    return any(len(words & set(re.findall(r"\w+", other.text.lower()))) >= 0.8 * len(words) for other in page if other is not line)


def _quotations(text: str, names: Names) -> list[_Quote]:
    """Find the quotations that count; partial ones stay in the narration, and so does a quotation inside a quotation."""
    found: list[_Quote] = []
    at = 0
    while match := re.compile(r"[“„]|(?<![\w.,?!])\"(?=\S)|(?<![^\s(\[—–/:,-])'(?=\S)(?!(?:em|til|cause|tis|twas|n|bout|round|\d0s)\b)").search(text, at):
        start, end = match.start(), _close(text, match.start(), names)
        lead = text[:start].rstrip()
        if end is None and match[0] == "'" and lead and lead[-1] not in ":,":
            at = match.end()
            continue
        at = end or len(text)
        while end and at < len(text) and text[at] in ".,;:!?)]…":
            at += 1
        quote = _Quote(start, at, end is not None)
        gap = text[found[-1].end : start] if found else text[:start]
        if found and not re.search(r"\w", gap) or _counts(text, quote, names):
            if not re.search(r"\w", gap) and found:
                found[-1] = _Quote(found[-1].start, at, quote.closed)
            else:
                found.append(_Quote(start if re.search(r"\w", gap) else 0, at, quote.closed))
    if found and not re.search(r"\w", text[found[-1].end :]):
        found[-1].end = len(text)
    return found


def _close(text: str, start: int, names: Names) -> int | None:
    """Find where the quotation that opens at `start` ends, apostrophes and inner quotations told apart; None: nowhere."""
    single, depth, firm = text[start] == "'", 0, None
    for at in range(start, len(text)):
        if text[at] not in ("'" if single else "\"“”„"):
            continue
        left, right = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if text[at] in "“„" or text[at] != "”" and (not left or left in " ([—–-/:") and right.strip():
            depth += not single or at == start or not re.match(r"(?:em|til|cause|tis|twas|n|bout|round|\d0s)\b", text[at + 1 :])
        elif single and (right.isalnum() or left in " "):
            continue
        elif single and depth == 1 and left in "sn" and right == " " and re.search(r"^[^'\"]*(?:'(?=\w)[^'\"]*)*[^\s']'(?!\w)", text[at + 1 :]):
            continue
        else:
            depth -= 1
            if depth == 0:
                return at + 1
            if firm is None and left in ".,?!" and after(text[at + 1 :], left != ",", names):
                firm = at + 1
    return firm


def _counts(text: str, quote: _Quote, names: Names) -> bool:
    """Say whether a quotation holds at least a clause or stands as its own sentence."""
    lead, inner, rest = text[: quote.start].rstrip(), text[quote.start : quote.end].strip("\"'“”„ ,.)"), text[quote.end :]
    ended = not quote.closed or bool(re.search(r"[.,?!…–—-]\W*$", text[quote.start : quote.end]))
    words = re.findall(r"[\w'-]+", inner)
    if not words:
        return False
    verb = re.search(FINITE, inner)
    opening = inner[: verb.start()].split() if verb else []
    pronoun = re.match(r"(?:I|we|you|he|she|it|they|there|this|that|these)(?: \w|'\w)", inner, _I)
    clause = len(words) > 2 and bool(
        pronoun or verb and (inner[0].isupper() or 0 < len(opening) < 5 and not {"that", "which", "who", "to", "where"} & set(opening))
        or inner[0].isupper() and len(words) > 7)  # fmt: skip
    if len(words) > 1 and all(word[0].isupper() for word in words if len(word) > 3) and not text[quote.start : quote.end].rstrip("\"'”")[-1:] in ".?!":
        return bool(after(rest, False, names)) and ended and not lead
    if not lead or lead[-1] in ".?!”\"'":
        return clause or ended and inner[0].isupper() and (not rest.strip() or bool(after(rest, False, names)))
    if lead[-1] == ":":
        return clause or inner[0].isupper() and ended
    if lead[-1] in ",–—-":
        return clause
    return clause and bool(re.search(rf"\b(?:{SAY}|that|\w+ing)$|\b(?:told|tells|asked|warned|urged) (?:\w+ ){{0,3}}\w+$", lead)) and not re.search(
        r"\b(?:the|a|an|of|this|his|her|their|its|to|for|with)$", lead)


def _attribute(line: _Line, names: Names) -> None:
    """Read the words of attribution that stand in the quotation's own line."""
    text, quotes = line.text, line.quotes
    for at, quote in enumerate(quotes):
        start = quotes[at - 1].end if at else 0
        stop = quotes[at + 1].start if at + 1 < len(quotes) else len(text)
        lead, inner = text[start : quote.start].rstrip(), text[quote.start : quote.end].rstrip("\"'“”) ")
        told = [lead[a:b] for a, b in sentences(lead)]
        ahead = before(told[-1], names) if told and told[-1][-1] not in ".?!" else None
        behind = after(text[quote.end : stop], inner[-1:] in ".?!…", names)
        previous = quotes[at - 1] if at else None
        if previous and previous.side == "after" and len(told) <= 1:
            one = len(re.findall(rf"\b(?:{SAY}|according to)\b", lead)) == 1 and "quoting" not in lead
            ahead = Who("", "same") if one else ahead or Who("", "unclear")
        elif previous and not ahead and not told:
            ahead = Who("", "same")
        if ahead and behind and behind[0].kind != "pronoun" and ahead.kind not in ("same", "pronoun"):
            agree = names.identity(ahead.label) == names.identity(behind[0].label)
            quote.who, quote.side = (ahead if agree else Who("", "unclear")), "before"
        elif ahead and not (ahead.kind in ("same", "unclear") and behind):
            quote.who, quote.side = ahead, "before"
        elif behind:
            quote.who, quote.side = behind[0], "after"


def _speaker(body: list[_Line], at: int, number: int, names: Names) -> str | None:
    """Settle who speaks a quotation, from the words of attribution beside it, else from the lines around it."""
    line, quote = body[at], body[at].quotes[number]
    last, who = (body[at - 1] if at and quote.start == 0 else None), quote.who
    if last and last.runs_on and (not who or who.kind == "pronoun"):
        quote.continues = True
        back = last.quotes[-1].label
        if back and not (who and names.clashes(back, who.label)):
            return back
    if who and who.kind == "same":
        quote.continues = True
        return line.quotes[number - 1].label
    if who or quote.start:
        return _settle(who, body, at, number, names) if who else _acting(line.text[: quote.start], body, at, number, names)
    ahead, ended = None, _TERMINAL.search(line.text[: quote.end])
    for step in range(at, min(at + 3, len(body) - 1)):
        if body[step].narration or not body[step].runs_on or not body[step + 1].opens or ahead:
            break
        first = body[step + 1].quotes[0]
        ahead = _settle(first.who, body, at, 0, names) if first.side == "after" else None
    if ahead or not last or not ended or line.runs_on and at + 1 < len(body) and body[at + 1].opens and body[at + 1].quotes[0].side == "after":
        return ahead
    if last.text.endswith(":"):
        return _settle(before(last.text[sentences(last.text)[-1][0] :], names), body, at, number, names)
    if not last.quotes:
        return _acting(last.text, body, at, number, names)
    back, tail = last.quotes[-1].label, last.text[last.quotes[-1].end :]
    told = after(tail, False, names)
    if back and not (told[1] if told else tail).strip(" .") and not names.people(tail) - {names.identity(back)}:
        quote.continues = True
        return back
    return None


def _settle(who: Who | None, body: list[_Line], at: int, number: int, names: Names) -> str | None:
    if who and who.kind == "pronoun":
        return _pronoun(body, at, number, who.label, names)
    return who.label or None if who else None


def _acting(text: str, body: list[_Line], at: int, number: int, names: Names) -> str | None:
    """Give the subject of the sentence ahead of a quotation when it speaks or turns to others, and nobody else is named."""
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
    for step in range(at, max(at - 4, -1), -1):
        spoken = body[step].quotes if step < at else body[step].quotes[:number]
        text = _Line(body[step].text[: quote.start] if step == at else body[step].text, 0, quotes=spoken).narration
        whole = [text[a:b] for a, b in sentences(text)][: -1 if step == at and quote.side == "before" else None]
        if whole and not recent and not spoken and pronoun in ("he", "she"):
            recent = whole[-1]
            who = acts(recent, names)
            acting = bool(who and who.kind == "name")
            who = who if acting else names.leading(recent)
            if who and names.people(text) <= {names.identity(who.label)} and names.is_person(who.label) and not names.clashes(who.label, pronoun):
                other = re.search(r"\b(?:he|she|him|his|her)\b", body[at].text[quote.start : quote.end])
                new = step == at or not any(who.label.split(" ")[-1] in line.text for line in body[:step])
                known = [names.pronouns.get(names.identity(said.label)) for said in (body[step - 1].quotes if step else []) if said.label]
                if acting or names.identity(who.label) in names.pronouns or new and not other and pronoun not in known:
                    return who.label
        pool |= {key: key for key in names.people(text) if key not in pool}
        if any(said.label is None for said in spoken):
            return None
        pool |= {names.identity(said.label): said.label for said in spoken if said.label}
        if spoken:
            break
    fit = [label for label in pool.values() if not names.clashes(label, pronoun)]
    if len(fit) != 1 or not names.may_be(fit[0], pronoun):
        return None
    names.pronouns.setdefault(names.identity(fit[0]), pronoun)
    return fit[0]


def _refuse(page: list[_Line], signs: bool) -> None:
    """Raise WrongKind where the page has the signs of another kind, or none of an article."""
    texts = [line.text for line in page if line.zone != "furniture"] or [line.text for line in page]
    body = [line.narration for line in page if line.zone in ("body", "caption") and line.narration]
    first = sum(bool(re.search(r"\b(?:I|I'm|my|we|our|We|Our|My)\b", text)) for text in body)
    if not page:
        raise WrongKind("the text is empty")
    if sum(bool(re.match(r"(?:question by|asked of|answered by)\s*:", line.text, _I)) for line in page) > 1:
        raise WrongKind("the lines 'Question By:', 'Asked Of:', 'Answered By:' are those of a question and its answer")
    if sum(text[0] in "-*•–·" for text in texts) > len(texts) / 2:
        raise WrongKind("most lines are bullets")
    if sum(bool(_LABELLED.match(text)) for text in texts) > max(3, 0.3 * len(texts)):
        raise WrongKind("many lines start with a speaker's label, as in a transcript")
    if any(_SALUTATION.search(line.narration[:120]) for line in page[:10] if line.zone == "body"):
        raise WrongKind("it opens with a salutation, as a speech does")
    if first > max(1, 0.5 * len(body)):
        raise WrongKind("most paragraphs are in the first person, as in a speech")
    if not signs and not any(line.quotes for line in page) and len(body) < 3 and not any(re.search(rf"\b{SAY}\b", text) for text in body):
        raise WrongKind("it has no byline, date, quotation or words of attribution, as an article has")


def _assemble(text: str, page: list[_Line], names: Names) -> Reading:
    drafts, doubts = [], []
    turn, last = 0, ""
    for line in page:
        at = 0
        for quote in line.quotes:
            drafts += _narrated(line, at, quote.start)
            key = names.identity(quote.label) if quote.label else last if quote.continues else f"?{line.start + quote.start}"
            if line.zone == "body":
                turn, last = turn + (key != last), key
            name = names.fullest(quote.label) if quote.label else None
            drafts.append(Draft(line.start + quote.start, line.start + quote.end, "quoted", line.zone, False, quote.label,
                                name if name != quote.label else None, turn if line.zone == "body" else 0))  # fmt: skip
            where = text[line.start + quote.start :][:40].split("\n")[0].strip()
            if quote.label is None:
                doubts.append(Doubt(line_of(text, line.start), "a quotation has no attribution that is certain", where, _LABELS))
            at = quote.end
        drafts += _narrated(line, at, len(line.text))
    body = [line for line in page if line.zone == "body"]
    for line, following in zip(body, [*body[1:], None]):
        if line.runs_on and not (following and following.opens):
            where = line.text[line.quotes[-1].start :][:40].strip()
            doubts.append(Doubt(line_of(text, line.start), "a quotation is never closed", where, "check that it ends with its paragraph"))
    return Reading(tuple(drafts), tuple(sorted(doubts, key=lambda doubt: doubt.line)))


def _narrated(line: _Line, start: int, end: int) -> list[Draft]:
    piece = line.text[start:end]
    left, right = start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
    return [Draft(line.start + left, line.start + right, "narrated", line.zone, True)] if left < right else []
