"""What else a text prints of an office, its holder, place or body, so that it is not taken for somebody else's."""

from __future__ import annotations

import re

from kit.readers.attribution import BODIES, MODIFIERS, NAME, Names, plain

_OTHER = rf"(?i:\b(?:{'|'.join(MODIFIERS)}))"
_FORMER = re.compile(rf"(?:(?i:the|an?) )?{_OTHER} .*[A-Z][\w-]* ([A-Z][\w'-]+ [A-Z][\w'-]+)")


def fullest_form(label: str, names: Names) -> str | None:
    """Give the fullest printed form of a name, or an office's holder, else its place; "or" joins several; or None."""
    full, former = names.fullest(label), _FORMER.fullmatch(label)
    if full != label and (full or former and not BODIES.search(former[1])):
        return full or (former[1] if former else None)
    office, found, held = re.sub(r"^(?i:the|an?|our|its|their) ", "", label), dict[str, None](), set[str]()
    printed = (
        rf"(?:({NAME}), (?:the )?)?(?:({NAME})('s)? )?(?<![\w-])((?i:{re.escape(office)}))(?![\w-])"
        rf"( (?:of|for|from) (?:the )?{NAME})?( {NAME})?(?:, ({NAME})(?=[,.])(?! and ))?"
    )
    for match in re.finditer(printed, names.text):
        ahead, owner, owns, _, place, named, behind = match.groups("")
        if re.search(rf"{_OTHER}[ -]$", names.text[: match.start(4)]):
            continue
        if office == label:  # without an article it may be a name, and what stands around a name are other names
            ahead = owner = named = behind = ""
        owned = " ".join(plain(owner))
        form = (f"{office} of {owned}" if owned and owns else f"{owned} {office}".strip()) + place
        apart = (behind, ahead if names.text[match.end() :][:1] in (",", ".") else "")
        persons = [form + named] if named else [person for person in apart if person and names.is_person(person)]
        found |= dict.fromkeys(persons or [form])
        held |= {office, form} if persons else {office}
    every = found.keys() - held
    return " or ".join(one for one in found if one in every and not any(one != other in one for other in every)) or None
