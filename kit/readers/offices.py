"""What else a text prints of an office, its holder, place or body, so that it is not taken for somebody else's."""

from __future__ import annotations

import re
from functools import cache

from kit.readers.attribution import BODIES, MODIFIERS, NAME, Names, plain

_OTHER = rf"(?i:\b(?:{'|'.join(MODIFIERS)}))"
_FORMER = re.compile(rf"(?:(?i:the|an?) )?{_OTHER} .*[A-Z][\w-]* ([A-Z][\w'-]+ [A-Z][\w'-]+)")


def fullest_form(label: str, names: Names) -> str | None:
    """Give the fullest form that the text prints for a label; several that may differ are joined by "or".

    For a name that is the longest form of the name; for an office ("the Mayor") its holder or, where no holder is
    named, the office with its place or body ("Mayor of Northport"). None: the text prints no more than the label.
    """
    full, former = names.fullest(label), _FORMER.fullmatch(label)
    if full != label and (full or former and not BODIES.search(former[1])):
        return full or (former[1] if former else None)
    office, found, held = re.sub(r"^(?:the|an?|our) ", "", label, flags=re.IGNORECASE), dict[str, None](), set[str]()
    is_person = cache(names.is_person)
    for match in re.finditer(rf"(?<![\w-])(?i:{re.escape(office)})(?![\w-])", names.text):
        ahead, behind = (
            names.text[max(match.start() - 99, 0) : match.start()],
            names.text[match.end() : match.end() + 99],
        )
        if re.search(rf"{_OTHER}[ -]$", ahead):
            continue
        place, owner = re.match(rf" (?:of|for|from) (?:the )?{NAME}", behind), None
        beside, persons, form = behind[place.end() :] if place else behind, list[str](), office
        if office != label:  # without an article it may be a name, and what stands around a name are other names
            owner, apart = re.search(rf"({NAME})('s)? $", ahead), [re.match(rf", ({NAME})[,.](?! and )", beside)]
            if beside[:1] in (",", "."):
                apart.append(re.search(rf"({NAME}), (?:the )?{re.escape(owner[0]) if owner else ''}$", ahead))
            persons = [person[1] for person in apart if person and is_person(person[1])]
        if owner and (owned := " ".join(plain(owner[1]))):
            form = f"{office} of {owned}" if owner[2] else f"{owned} {office}"
        form += place[0] if place else ""
        if office != label and (named := re.match(rf" {NAME}", beside)):
            persons = [form + named[0]]
        found |= dict.fromkeys(persons or [form])
        held |= {office, form} if persons else {office}
    every = found.keys() - held
    return " or ".join(one for one in found if one in every and not any(one != other in one for other in every)) or None
