"""Names, offices and labels of turns: what a text prints of each, so that none is taken for somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from kit.readers import WORDS
from kit.readers.attribution import BODIES, NAME, Names, plain
from kit.spans import fold

SEAT = rf"\b(?:{WORDS['seat']})\b"
TITLE = rf"(?i:(?:{WORDS['honorific']})\b\.?\s+)"
POST = rf"(?i:\b(?:{WORDS['post']})\b)"
HOLDS = re.compile(rf"{POST}|{SEAT}")
_LINK = r"(?:of|for|the|and|de|da|di|du|la|le|van|von|der|den|bin|al|el)"
_WORD = r"(?:(?:[dl]['’])?[^\W\d_a-z][\w'’‑-]*|(?:[A-Z]|(?i:Mr|Mrs|Ms|Dr|St|Prof|Rev|Rt|Hon|Cllr))\.)"
_NAME = rf"{_WORD}(?:\s{{1,3}}(?:{_LINK}\s{{1,3}}){{0,3}}{_WORD}){{0,7}}"
_LABEL = re.compile(
    rf"(?P<core>{_NAME})(?P<office>,\s+{_NAME}|(?:\s{{0,2}}[(\[][^()\[\]]{{0,120}}[)\]]){{0,2}})"
    rf"(?:\s*[:;：](?!//)\s*|(?P<gap>$|(?:\s{{2,}}|\s[-–—]\s|\s)(?=[^\W_a-z])(?!{SEAT})))"
)
_UNNAMED = re.compile(rf"(?i)((?:an? |the |one )?(?:{WORDS['unnamed']})(?: \d+|{WORDS['of_public']})?)\s*[:：]\s*")
_HELD = re.compile(rf"(?:{HOLDS.pattern})(?:\W*$|,| (?:of|for|to) )")
_PHRASE = re.compile(r"(?=[^:：]*+[:：])((?:\S+\s+){0,7}?\S+?)\s*[:：](?!//)(?:\W+([^\W\d])|\W*$)")
_NO_NAME = re.compile(rf"[\"']|(?:{WORDS['no_label']})\b")
ENDED = re.compile(r"[.?!…][\"'”’)\]]*$")
_TIME = re.compile(r"\d\d?[:.]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?")
_OTHER = rf"(?i:\b(?:{WORDS['modifier']}))"
_BEHIND = re.compile(rf"( (?:of|for|from) (?:the )?{NAME})?( {NAME})?(?:, ({NAME})(?=[,.])(?! and ))?")
_FORMER = re.compile(rf"(?:(?i:the|an?) )?{_OTHER} .*[A-Z][\w-]* ([A-Z][\w'-]+ [A-Z][\w'-]+)")


def without_letters(name: str) -> str:
    """Leave out letters behind a name: "Jane Doe OBE" is Jane Doe, but "Ms DOE" is not Ms."""
    plain = re.sub(r"(?<=[a-z'’.])(?:\s+[A-Z]{2,5})+$", "", name.strip(" :"))
    return name.strip(" :") if re.fullmatch(TITLE, f"{plain} ") else plain


def bare(name: str) -> str:
    """Fold a name without title, article and letters, so that its forms compare."""
    return re.sub(r"^the ", "", re.sub(r"\s+", " ", fold(re.sub(TITLE, "", without_letters(name)))))


def fullest_form(label: str, names: Names) -> str | None:
    """Give the fullest printed form of a name, or an office's holder, else its place; "or" joins several; or None."""
    full, former = names.fullest(label), _FORMER.fullmatch(label)
    if full != label and (full or former and not BODIES.search(former[1])):
        return full or (former[1] if former else None)
    office, found, held = re.sub(r"^(?i:the|an?|our|its|their) ", "", label), dict[str, None](), set[str]()
    alone = office == label  # without an article it may be a name, and what stands around a name are other names
    for (ahead, owner, owns, _), (place, named, behind), end in _printed(office, alone, names):
        if alone:
            named = behind = ""
        owned = " ".join(plain(owner))
        form = (f"{office} of {owned}" if owned and owns else f"{owned} {office}".strip()) + place
        apart = (behind, ahead if end in (",", ".") else "")
        persons = [form + named] if named else [person for person in apart if person and names.is_person(person)]
        found |= dict.fromkeys(persons or [form])
        held |= {office, form} if persons else {office}
    every = found.keys() - held
    return " or ".join(one for one in found if one in every and not any(one != other in one for other in every)) or None


def _printed(office: str, alone: bool, names: Names) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Find an office in a text: what stands ahead of it (not if `alone`) and behind it, and the next character."""
    ahead, folded = "()()()" if alone else rf"(?:({NAME}), (?:the )?)?(?:({NAME})('s)? )?", fold(office)
    printed = re.compile(rf"{ahead}(?<![\w-])((?i:{re.escape(office)}))(?![\w-])")
    for piece in [piece for piece, words in names.pieces if folded in words]:
        end = 0
        while (found := printed.search(piece, end)) and (behind := _BEHIND.match(piece, found.end())):
            start, end = found.start(4), behind.end()
            if not re.search(rf"{_OTHER}[ -]$", piece[max(0, start - 40) : start]):
                yield found.groups(""), behind.groups(""), piece[end : end + 1]


class Label(NamedTuple):
    """The label of a turn as `printed`, its fuller `name`, where it ends in the line, and whether it is `sure`."""

    printed: str
    name: str | None = None
    end: int = 0
    sure: bool = True


class Labels:
    """What bears a label out: names that the page gives, words in lower case, phrases that come again, times below."""

    def __init__(self, text: str, given: list[str], printed: list[str]) -> None:
        self.common = set(re.findall(r"\b[a-zà-ÿ][\w'’-]+", text))
        timed = {line for line, below in pairwise(printed) if _TIME.fullmatch(below) and _LABEL.fullmatch(line)}
        self.timed = timed if len(timed) > 1 else set[str]()
        parts = [part.strip() for part in re.split(r"[(),\[\]]| and (?=[Tt]he )", ",".join(given))]
        self.known = {bare(part): part for part in parts if part}
        self.people = {key: name for key, name in self.known.items() if not re.search(" (?:of|for) ", key)}
        self.again, self.read, seen, stretch, last = set[str](), dict[str, Label | None](), dict[str, int](), 0, ""
        for line, below in pairwise([*printed, ""]):
            label = self.label(line)
            if not label or (label.printed == line and not ENDED.search(below)):
                continue  # a line of its own is a label only above words
            if label.sure or (not given and label.printed == line != last):
                stretch, last = stretch + 1, line  # somebody spoke since
            if not label.sure and seen.setdefault(fold(label.printed), stretch) < stretch:
                self.again.add(fold(label.printed))
                self.read.clear()  # it may bear others out

    def label(self, line: str) -> Label | None:
        """Give the label that opens a line, or (not `sure`) may do so; None: the line certainly opens with none."""
        if line in self.timed:
            return Label(line, None, len(line))
        if found := _UNNAMED.match(line):
            return Label(found[1], self.office(found[1]), found.end())
        if _NO_NAME.match(fold(line[:40])):
            return None
        found = _LABEL.match(line)
        if found and (opening := line[: found.end() + 1]) not in self.read:
            self.read[opening] = self._sure(found)
        sure = self.read[opening] if found else None
        return sure or (Label(maybe, sure=False) if (maybe := self._maybe(line, found)) else None)

    def office(self, printed: str) -> str | None:
        """Give the fuller form of an office that stands under a field ("The Chair of the Board"); several joined."""
        starts = tuple(f"{bare(printed)} {link} " for link in ("of", "for"))
        return " or ".join(name for key, name in self.known.items() if key.startswith(starts)) or None

    def _sure(self, found: re.Match[str]) -> Label | None:
        core, office, gap, rest = *found.group("core", "office", "gap"), found.string[found.end() :]
        plain, key, printed = without_letters(core), bare(core), core + office
        names = [name for known, name in self.people.items() if known.endswith(f" {key}")]
        fuller = names[0] if len(names) == 1 else self.office(core) if core.startswith("The ") else None
        known = bool(fuller) or key in self.known
        person = " " in plain and not re.search(rf"\b(?:of|for|and)\b|^The\b|{POST}$", core) and not self._has(core)
        titled = re.match(TITLE, core) and not self._has(core.split()[-1])
        seated = re.search(rf"{SEAT}\W*$", core)
        in_office = office and (_HELD.search(office) or HOLDS.match(core) or bare(office.strip(" ()[]")) in self.known)
        held = person and bool(titled or seated or in_office)
        reasons_against = (
            not (known or held or {fold(core), fold(printed)} & self.again or re.match(rf"\s*[(\[]{TITLE}", office)),
            re.match(r"(?:Mr|Madam|Lord|Lady)\b", core) and HOLDS.search(core),  # "Mr Chair: …" may address him
            office[:1] == "," and not held,  # and so may "Chairman, Mr Doe: …"
            rest[:1] in tuple("\"“‘'") or (rest[:1].islower() and not known),  # words that are told of, not said
            gap == " " and not (office or seated),  # a single space sets no label off
        )
        if any(reasons_against):
            return None
        fits = fuller and not re.match(r"M(?:rs?|s|iss)\b", core)  # "Mr" fits no first name for certain
        name = fuller if fits else plain if person or known else printed
        return Label(printed, None if name == printed else name, found.end())

    def _maybe(self, line: str, found: re.Match[str] | None) -> str:
        """Give what may be a label: words ahead of a colon in lower case, with capitals or a post; a name set apart."""
        if phrase := _PHRASE.match(line):
            words = re.findall(r"[^\W\d_][\w'’-]*", phrase[1])
            capitals = sum(word[0].isupper() for word in words)
            whole = found and not found["gap"]
            named = 1 < capitals >= len(words) / 2 or (len(words) < 5 and HOLDS.search(phrase[1]))
            alone = capitals == len(words) == 1 and not (phrase[1].endswith("ly") or self._has(phrase[1]))
            may = (named or alone) and not (phrase[2] or "").islower() or (named and whole)
            return phrase[1] if line[0].islower() or may else ""
        core, gap = found.group("core", "gap") if found else ("", None)
        apart = bare(core) in self.known if gap == " " else gap is not None
        return core if apart and (" " in core or HOLDS.fullmatch(core)) else ""

    def _has(self, phrase: str) -> bool:
        return self.common.issuperset(fold(phrase).split())
