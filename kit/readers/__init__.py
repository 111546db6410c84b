"""Readers: one module a kind of document, text in, passages out; no reader opens a file or knows a name."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import get_data
from textwrap import shorten

from kit.errors import Doubt
from kit.spans import line_of, strip_span

_LISTS = tomllib.loads((get_data(__name__, "words.toml") or b"").decode())
WORDS = {name: "|".join(words.splitlines()) for name, words in _LISTS.items()}  # alternatives for `re`


@dataclass(frozen=True)
class Draft:
    """One passage as a reader sees it, before anybody is resolved.

    `start`, `end`: characters of the text, end exclusive, without white space around. `form`, `zone`: values of
    `schema.FORMS`, `schema.ZONES`. `own`: the publisher's words (narration, headings, furniture, an unsigned release).
    Else `label` is the speaker as printed ("Ms Osei", "The Mayor"; None: the text does not say) and `name` the fullest
    form the same text prints for that speaker ("Ama Osei"; None: the label). `turn`: from 1; 0 outside every turn.
    """

    start: int
    end: int
    form: str
    zone: str = "body"
    own: bool = False
    label: str | None = None
    name: str | None = None
    turn: int = 0


@dataclass(frozen=True)
class Reading:
    """What a reader found: passages in the order of the text, never overlapping, and what it was not sure of."""

    passages: tuple[Draft, ...]
    doubts: tuple[Doubt, ...] = ()


def own(text: str, start: int, end: int, form: str, zone: str = "body", turn: int = 0) -> list[Draft]:
    """Give the publisher's words between two characters as a passage; none where there is nothing but white space."""
    start, end = strip_span(text, start, end)
    return [Draft(start, end, form, zone, own=True, turn=turn)] if start < end else []


def beginning(words: str) -> str:
    """Give the first words of a passage, as a doubt shows where it stands; "…" where they go on."""
    return shorten(words, 60, placeholder=" …", break_on_hyphens=False)


def unsure(text: str, start: int, end: int, what: str) -> Doubt:
    """Give the doubt that a passage has no certain speaker."""
    remedy = "leave it open: the page does not say for certain who speaks"
    return Doubt(line_of(text, start), what, beginning(text[start:end]), remedy)


def reader(kind: str) -> Callable[[str], Reading]:
    """Give the reader for one kind of document (a value of `schema.KINDS`); each raises WrongKind, with the reason."""
    name = "question_time" if kind == "answer" else kind
    read: Callable[[str], Reading] = import_module(f"kit.readers.{name}").read
    return read
