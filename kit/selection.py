"""What the reader chose, as a value: frozen, hashable, printed as the code that makes it, to and from JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import polars as pl

from kit.errors import SelectionError
from kit.schema import MODALITIES
from kit.spans import search_pattern

_LISTS = ("speakers", "themes", "propositions", "documents", "modalities")


@dataclass(frozen=True)
class Selection:
    """A choice of speakers, themes, propositions, documents, dates, words; what is left out is not restricted.

    Parameters
    ----------
    speakers, themes, propositions, documents : ids; order and repetition do not matter.
    since, until : first and last day, both included, a `date` or ISO text; what touches the window stays.
    text : words to be found, literally, case-blind, kinds of space, hyphen and quotation mark alike.
    first_hand : only statements in the holder's own transcript, speech or release.
    modalities : values of `schema.MODALITIES`.

    Raises SelectionError for a value of the wrong type, a date that is none, a window that ends before it begins.

    >>> Selection(themes=["terrorism"], since="2017-01-01")
    kit.Selection(themes=('terrorism',), since='2017-01-01')
    """

    speakers: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    propositions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    text: str | None = None
    first_hand: bool = False
    modalities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in _LISTS:
            object.__setattr__(self, name, _ids(name, getattr(self, name)))
        for name in ("since", "until"):
            object.__setattr__(self, name, _day(name, getattr(self, name)))
        if unknown := [value for value in self.modalities if value not in MODALITIES]:
            raise SelectionError(f"modalities: {unknown[0]!r} is not one of {', '.join(MODALITIES)}")
        if self.since and self.until and self.since > self.until:
            raise SelectionError(f"since: {self.since} is later than until: {self.until}; exchange the two")
        if self.text is not None and not isinstance(self.text, str):
            raise SelectionError(f"text: {self.text!r} is not text; put the words in quotation marks")
        object.__setattr__(self, "text", self.text if self.text and self.text.strip() else None)
        if not isinstance(self.first_hand, bool):
            raise SelectionError(f"first_hand: {self.first_hand!r} is not True or False")

    def __repr__(self) -> str:
        return f"kit.Selection({', '.join(f'{key}={value!r}' for key, value in self._chosen().items())})"

    def to_json(self) -> str:
        """Give the selection as JSON, only what is restricted, keys in the order of the fields."""
        return json.dumps(self._chosen(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Selection:
        """Read a selection from JSON; raises SelectionError for what is not one, and names the key."""
        try:
            chosen = json.loads(text)
        except json.JSONDecodeError as error:
            raise SelectionError(f"line {error.lineno}: not JSON ({error.msg}); paste the whole text again") from error
        if not isinstance(chosen, dict):
            raise SelectionError("a selection is a JSON object in braces; paste the whole text again")
        if unknown := chosen.keys() - {field.name for field in fields(cls)}:
            raise SelectionError(f"unknown key '{min(unknown)}'; the keys are {', '.join(f.name for f in fields(cls))}")
        return cls(**chosen)

    def _chosen(self) -> dict[str, Any]:
        chosen = {key: value for key, value in asdict(self).items() if value}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in chosen.items()}

    def in_window(self) -> pl.Expr:
        """Test that an interval `earliest`–`latest` touches the window."""
        return self._window("latest", "earliest")

    def certainly_in_window(self) -> pl.Expr:
        """Test that an interval `earliest`–`latest` lies wholly in the window; an unknown date lies in no dated one."""
        known = (pl.col("earliest") > date.min) | (pl.col("latest") < date.max)
        return self._window("earliest", "latest") & (known if self.since or self.until else True)

    def _window(self, begins: str, ends: str) -> pl.Expr:
        return (pl.col(begins) >= (self.since or date.min)) & (pl.col(ends) <= (self.until or date.max))

    def of_passages(self) -> pl.Expr:
        """Test a row of `passages`: whoever speaks, any of its themes, words, dates, document."""
        parts = [self.in_window(), *_among(speaker_id=self.speakers, document_id=self.documents)]
        if self.themes:
            parts.append(pl.col("themes").list.set_intersection(list(self.themes)).list.len() > 0)
        if self.text:
            parts.append(pl.col("text").str.contains(search_pattern(self.text)))
        return pl.all_horizontal(parts)

    def of_statements(self) -> pl.Expr:
        """Test a row of `statements` by holder, proposition, theme, dates, document, modality; words are not tested."""
        parts = [self.in_window(), *_among(speaker_id=self.speakers, theme_id=self.themes, document_id=self.documents)]
        parts += _among(proposition_id=self.propositions, modality=self.modalities)
        if self.first_hand:
            parts.append(pl.col("first_hand"))
        return pl.all_horizontal(parts)


def _among(**columns: tuple[str, ...]) -> list[pl.Expr]:
    return [pl.col(column).cast(pl.String).is_in(list(ids)) for column, ids in columns.items() if ids]


def _ids(name: str, values: Any) -> tuple[str, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise SelectionError(f"{name}: {values!r} is not a list of ids; write [{values!r}]")
    ids = tuple(values)
    if wrong := [value for value in ids if not isinstance(value, str)]:
        raise SelectionError(f"{name}: {wrong[0]!r} is not an id in quotation marks")
    return tuple(sorted(set(ids)))


def _day(name: str, value: Any) -> date | None:
    if value is None or value == "" or type(value) is date:
        return value or None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise SelectionError(f"{name}: {value!r} is not a day; write it as 2016-09-14") from error
