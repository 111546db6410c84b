"""What the reader chose, as a value: frozen, hashable, printed as the code that makes it, to and from JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from typing import Any

import polars as pl

from kit.errors import SelectionError
from kit.schema import MODALITIES
from kit.spans import search_pattern

_BESIDE = ("left", "right", "guard")  # what a comparer's JSON says besides its selection
_MOST = 20_000  # characters of a search: with ten thousand more, some make too large a regular expression
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
        if self.text and len(self.text) > _MOST:
            raise SelectionError(f"text: it has {len(self.text):,} characters; search for {_MOST:,} at most")
        object.__setattr__(self, "text", self.text if self.text and self.text.strip() else None)
        if not isinstance(self.first_hand, bool):
            raise SelectionError(f"first_hand: {self.first_hand!r} is not True or False")

    def __repr__(self) -> str:
        return f"kit.Selection({', '.join(f'{key}={value!r}' for key, value in self._chosen().items())})"

    def to_json(self) -> str:
        """Give the selection as JSON, only what is restricted, keys in the order of the fields.

        It has no apostrophe, so in code it stands between r' and '.
        """
        return _json(self._chosen())

    @classmethod
    def from_json(cls, text: str) -> Selection:
        """Read a selection from what any panel gives as JSON; of a comparer's, the selection of both holders.

        Raises SelectionError for what is none, and names the key.
        """
        selection: Selection = from_object(cls, json_value(text), "a selection", _BESIDE)
        return selection

    def _chosen(self) -> dict[str, Any]:
        chosen = {one.name: value for one in fields(Selection) if (value := getattr(self, one.name))}
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

    def of_passages(self) -> list[pl.Expr]:
        """Test a row of `passages`: whoever speaks, any of its themes, words, dates, document; nothing chosen: none."""
        parts = _among(speaker_id=self.speakers, document_id=self.documents)
        if self.since or self.until:
            parts.append(self.in_window())
        if self.themes:
            parts.append(pl.col("themes").list.set_intersection(list(self.themes)).list.len() > 0)
        if self.text:
            parts.append(pl.col("text").str.contains(search_pattern(self.text)))
        return parts

    def of_statements(self) -> pl.Expr:
        """Test a row of `statements` by holder, proposition, theme, dates, document, modality; words are not tested."""
        parts = [self.in_window(), self.of_positions(), *_among(document_id=self.documents, modality=self.modalities)]
        if self.first_hand:
            parts.append(pl.col("first_hand"))
        return pl.all_horizontal(parts)

    def for_all(self) -> Selection:
        """Give the selection as it is where no speakers, themes and propositions are chosen."""
        return replace(self, speakers=(), themes=(), propositions=())

    def of_positions(self) -> pl.Expr:
        """Test a row by holder, proposition and theme."""
        chosen = {"speaker_id": self.speakers, "proposition_id": self.propositions, "theme_id": self.themes}
        return pl.all_horizontal(True, *_among(**chosen))


@dataclass(frozen=True, repr=False)
class Linked(Selection):
    """The selection of a panel that shows more than a selection says; `beside` is the rest, and stands in its JSON."""

    beside: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def to_json(self) -> str:
        """Give all that the panel shows as JSON, the selection last."""
        return _json({**self.beside, **self._chosen()})


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False).replace("'", r"\u0027")


def json_value(text: str) -> Any:
    """Read JSON; raises SelectionError for what is none."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # refuses what is half a character
        return value
    except (ValueError, TypeError, RecursionError) as error:
        line, why = getattr(error, "lineno", 1), getattr(error, "msg", error)
        raise SelectionError(f"line {line}: not JSON ({why}); paste the whole text again, between r' and '") from error


def from_object(kind: type[Any], given: Any, name: str, beside: Iterable[str] = ()) -> Any:
    """Make a dataclass of the JSON object of this name, without the keys `beside`; raises SelectionError."""
    if not isinstance(given, dict):
        raise SelectionError(f"{name} is a JSON object in braces, not {given!r}; paste the whole text again")
    known = {one.name: one.default for one in fields(kind)}
    if unknown := given.keys() - {*known, *beside}:
        raise SelectionError(f"{name}: unknown key '{min(unknown)}'; the keys are {', '.join([*known, *beside])}")
    if missing := [key for key, default in known.items() if default is MISSING and key not in given]:
        raise SelectionError(f"{name}: no key '{missing[0]}'; paste the whole text again")
    return kind(**{key: value for key, value in given.items() if key in known})


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
