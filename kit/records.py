"""TOML records: one checker for what every table may hold, and the line of each key, which tomllib does not tell."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from kit.dates import interval
from kit.errors import Problem
from kit.schema import FRAMES

Place = tuple[str | int, ...]
Fault = tuple[str, str] | None  # what is wrong with a value, and the remedy
_ONE: dict[type, str] = {str: "text in quotation marks", int: "a whole number", bool: "true or false", dict: "a table"}
_MANY: dict[type, str] = {str: "a list of texts", dict: "an array of tables"}
_COLUMNS = {pl.Int64: int, pl.Boolean: bool}
_DATES = ("date", "since", "until", "said_on")


@dataclass(frozen=True)
class Key:
    """What a key must hold: its type (`many`: a list of these), its closed set of values, an EDTF date (`dated`)."""

    type: type = str
    many: bool = False
    optional: bool = False
    choices: Sequence[str] = ()
    empty: bool = False
    dated: bool = False
    own: bool = False  # the id of the table itself

    def fault(self, value: Any) -> Fault:
        """Say what is wrong with a value, or with an element of a list."""
        given: type = type(value)
        if given is not self.type:
            shown = repr(value) if given is str else str(value)
            return f"{shown:.60} is not {_ONE[self.type]}", "Correct the value"
        if isinstance(value, int) and not 0 <= value < 2**31:
            return f"{value} is below 0 or too large", "Correct the value"
        if self.choices and value not in self.choices:
            near = get_close_matches(value, self.choices, 1)
            named = ", ".join(choice or "nothing" for choice in self.choices)
            return f"{value!r} is not one of {named}", f"Write '{near[0]}'" if near else "Choose one of these"
        if self.type is str and not value.strip() and not self.empty:
            return "is empty", "Remove it" if self.many else "Write it, or 'not known' where it is not known"
        if self.own and not re.fullmatch(r"[A-Za-z0-9_-]+", value):
            return f"{value!r} is no id", "Write letters (a to z), digits, hyphens and underscores only"
        if self.dated and value:
            try:
                interval(value)
            except ValueError as error:
                return str(error), 'Write a date, or "" where it is open' if self.empty else "Correct the date"
        return None


@dataclass(frozen=True)
class Known:
    """The texts that a key may name (none: nothing can be said), what any other is called, and the remedy."""

    ids: Collection[str]
    other: str = "unknown"
    remedy: str = ""

    def fault(self, value: str) -> Fault:
        """Say that a value is not known."""
        if not self.ids or value in self.ids:
            return None
        named = [one or '""' for one in sorted(self.ids)]
        one_of = f"Write one of {', '.join(named[:12])}{', …' * (len(named) > 12)}"
        return f"'{value}' is {self.other}", self.remedy or one_of


def keys(frame: str, required: str, optional: str = "", empty: str = "") -> dict[str, Key]:
    """Say what a table holds; where a frame has a column of a key's name, its type and closed set are the column's."""
    told = {}
    for name in f"{required} {optional}".split():
        column = FRAMES.get(frame, {}).get(name, pl.String)
        told[name] = Key(
            _COLUMNS.get(column, str),
            many=column == pl.List,
            optional=name in optional.split(),
            choices=column.categories.to_list() if column == pl.Enum else (),
            empty=name in empty.split(),
            dated=name in _DATES,
            own=name == f"{frame[:-1]}_id",
        )
    return told


@dataclass(frozen=True)
class Record:
    """One TOML file: `path` as messages name it, `data` as tomllib reads `text`, and where its problems are added.

    `readable` is False for a file that could not be read: that is said already, and its keys are not missed as well.
    """

    path: str
    data: dict[str, Any]
    text: str = ""
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True

    @cached_property
    def _lines(self) -> dict[Place, int]:
        return locate(self.text)

    def line(self, *place: str | int) -> int:
        """Give the line of a key (`"statement", 2, "stance"`), else of the nearest table around it, else 0."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 0)

    def wrong(self, place: Place, what: str, remedy: str) -> None:
        """Add a problem at a place of this record."""
        self.problems.append(Problem(self.path, self.line(*place), what, remedy))

    def once(self, place: Place, key: object, seen: dict[Any, Place]) -> bool:
        """Say whether a thing stands here for the first time; else its problem names both lines."""
        first = seen.setdefault(key, place)
        if first != place:
            what = f"{place[-1]}: the same '{key}'" if isinstance(place[-1], str) else f"the same {place[0]}"
            self.wrong(place, f"{what} stands on line {self.line(*first)}", "Remove one of the two")
        return first == place

    def check(
        self, place: Place, table: Mapping[str, Any], keys: Mapping[str, Key], known: Mapping[str, Known] | None = None
    ) -> bool:
        """Check the keys of one table, add what is wrong, and say whether nothing is."""
        before = len(self.problems)
        missing = [name for name in keys if name not in table]
        for name in sorted(table.keys() - keys.keys()):
            near = get_close_matches(name, missing, 1)
            missing = [one for one in missing if one not in near]
            remedy = f"Write '{near[0]}'" if near else f"Remove it; the keys here are {', '.join(sorted(keys))}"
            self.wrong((*place, name), f"unknown key '{name}'", remedy)
        for name in missing:
            if not keys[name].optional and self.readable:
                self.wrong(place, f"missing key '{name}'", f"Add {name} = …")
        for name, key in keys.items():
            if name in table:
                self._check_value((*place, name), table[name], key, (known or {}).get(name))
        return len(self.problems) == before

    def _check_value(self, place: Place, value: Any, key: Key, known: Known | None) -> None:
        elements = {place: value}
        if key.many:
            if not isinstance(value, list) or (key.type is dict and not value and not key.optional):
                self.wrong(place, f"{place[-1]}: {value!r} is not {_MANY[key.type]}", "Correct the value")
                return
            elements = {(*place, index): one for index, one in enumerate(value)}
        for at, one in elements.items():
            if fault := key.fault(one) or (known and known.fault(one)):
                self.wrong(at, f"{place[-1]}: {fault[0]}", fault[1])

    def tables(
        self, kind: str, keys: Mapping[str, Key], known: Mapping[str, Known] | None = None, same: str = ""
    ) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Give each table `[[kind]]` in which nothing is wrong, with its place; no id, nor the keys `same`, repeat."""
        own, seen = f"{kind}_id", dict[Any, Place]()
        for place, table in self._written(kind):
            if not self.check(place, table, keys, known):
                continue
            key = table[own] if own in keys else tuple(table.get(name) for name in same.split())
            if not key or self.once((*place, own) if own in keys else place, key, seen):
                yield place, table

    def written(self, kind: str, name: str) -> set[str]:
        """Give every text under `name` in an array of tables, whatever else may be wrong with its table."""
        return {table[name] for _, table in self._written(kind) if isinstance(table.get(name), str)}

    def _written(self, kind: str) -> Iterator[tuple[Place, dict[str, Any]]]:
        found = self.data.get(kind, [])
        for index, table in enumerate(found if isinstance(found, list) else []):
            if isinstance(table, dict):
                yield (kind, index), table


def entries(folder: Path, reads: str, problems: list[Problem], remedy: str) -> list[Path] | None:
    """Give what a folder holds and something `reads` (a pattern of names; a folder's ends in "/"), or None.

    What nothing reads is a problem; hidden files are let be.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        named = {path: re.fullmatch(reads, f"{path.name}{'/' * path.is_dir()}") for path in paths}
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        problems.append(Problem(str(folder), 0, f"cannot be read ({reason})", "Add the folder, or allow it to be read"))
        return None
    problems += [Problem(str(path), 0, "nothing reads this", remedy) for path in paths if not named[path]]
    return [path for path in paths if named[path]]


def read_text(path: Path, problems: list[Problem]) -> str | None:
    """Read a file as UTF-8 with nothing translated or removed; None, and a problem, where that cannot be done."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        what = f"byte {error.object[error.start]:#04x} is not UTF-8"
        problems.append(Problem(str(path), line, what, "Save the text as UTF-8; its bytes are kept as they are"))
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        problems.append(Problem(str(path), 0, what, "Add the file, or allow it to be read"))
    return None


def read_record(path: Path, problems: list[Problem]) -> Record:
    """Read a TOML file; not readable, and a problem names the line, where it is missing, not UTF-8 or not TOML."""
    unread = Record(str(path), {}, "", problems, readable=False)
    if (text := read_text(path, problems)) is None:
        return unread
    text = text.removeprefix("\ufeff")
    try:
        data = tomllib.loads(text)
        repr(data)  # a number that cannot be printed is refused here
        return Record(str(path), data, text, problems)
    except (ValueError, RecursionError) as error:  # of the last two sorts: numbers too long, brackets too deep
        what, _, where = str(error).partition(" (at ")
        at = re.match(r"line (\d+)", where)
        line = int(at[1]) if at else text.count("\n") + 1 if where else 0
        remedy = "Mend the syntax on this line or the one before it"
        problems.append(Problem(str(path), line, f"not TOML: {what}", remedy))
    return unread


def locate(text: str) -> dict[Place, int]:
    """Give the line, from 1, of every table, key and array element of a text that tomllib accepts."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}  # of each array the elements, or tables, so far
    table: Place = ()
    for line, piece, found in _pieces(text):
        is_header = piece.lstrip().startswith("[")
        last = _place(() if is_header else table, found, line, lines, counts)
        table = last if is_header else table
    return lines


def _place(place: Place, value: Any, line: int, lines: dict[Place, int], counts: dict[Place, int]) -> Place:
    """Give all that a value holds the line where it has none yet; returns the last place, of a header its table's."""
    if isinstance(value, list):
        first = counts.get(place, 0)
        counts[place] = first + len(value)
        value = dict(enumerate(value, first))
    elif place in counts:
        place = (*place, counts[place] - 1)
    last = place
    for key, one in value.items() if isinstance(value, dict) else ():
        lines.setdefault((*place, key), line)
        last = _place((*place, key), one, line, lines, counts)
    return last


def _pieces(text: str) -> Iterator[tuple[int, str, Any]]:
    """Give each statement with its line, and as tomllib reads it; an array of several lines comes in several pieces."""
    piece, begin = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        piece += f"{line}\n"
        if (found := _read(piece)) is not None:
            yield begin, piece, found
            piece, begin = "", number + 1
        elif _read(f"{piece}0]") is not None:  # an array that lacks its next element
            found = _read(f"{piece}]")
            yield begin, piece, found
            names = []
            while isinstance(found, dict):
                ((name, found),) = found.items()
                names.append(json.dumps(name, ensure_ascii=False))
            piece, begin = f"{'.'.join(names)} = [", number + 1


def _read(piece: str) -> Any:
    with suppress(tomllib.TOMLDecodeError):
        return tomllib.loads(piece)
    return None
