"""TOML records with the line of every key, and the checks of their keys; tomllib alone knows no lines."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kit.errors import Problem

Place = tuple[str | int, ...]
_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_PART = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_OTHER = re.compile(r"[^,\]}#\r\n]+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TOO_MUCH = re.compile(r"\w{4000}|(?:[\[{][^\[{\]}]*){100}")


@dataclass(frozen=True)
class Record:
    """One TOML file: `path` as messages name it, `data` as tomllib reads it, and the line of every key and element.

    `readable` is False for a file that could not be read: that is said already, and its keys are not missed as well.
    """

    path: str
    data: dict[str, Any]
    lines: Mapping[Place, int] = field(default_factory=dict, repr=False)
    readable: bool = True

    def line(self, *place: str | int) -> int:
        """Give the line of a key (`"statement", 2, "stance"`), else of the nearest table around it, else 0."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)

    def problem(self, place: Place, what: str, remedy: str) -> Problem:
        """Make a Problem at a place of this record."""
        return Problem(self.path, self.line(*place), what, remedy)

    def tables(self, key: str) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Give each table of an array of tables with its place; nothing where the key holds anything else."""
        found = self.data.get(key, [])
        for index, table in enumerate(found if isinstance(found, list) else []):
            if isinstance(table, dict):
                yield (key, index), table

    def written(self, key: str, name: str) -> set[str]:
        """Give every text under `name` in an array of tables, whatever else may be wrong with its table."""
        return {table[name] for _, table in self.tables(key) if isinstance(table.get(name), str)}


def one_of(ids: Iterable[str], otherwise: str) -> str:
    """Name what may be written: the first ids there are, else what to do where there is none."""
    return f"Write one of {', '.join(named[:12])}{', …' * (len(named) > 12)}" if (named := [*ids]) else otherwise


def entries(folder: Path, problems: list[Problem], endings: tuple[str, ...], remedy: str = "") -> list[Path] | None:
    """Give what a folder holds with these endings ("/": a folder), or None; what is neither nor hidden is a problem."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        problems.append(Problem(str(folder), 0, f"cannot be read ({reason})", "Add the folder, or allow it to be read"))
        return None
    reads = {path: f"/{path.name}{'/' * os.path.isdir(path)}".endswith(endings) for path in paths}
    problems += [Problem(str(path), 0, "nothing reads this", remedy) for path in paths if not reads[path]]
    return [path for path in paths if reads[path]]


def read_text(path: Path, shown: str, problems: list[Problem]) -> str | None:
    """Read a file as UTF-8 with nothing translated or removed; None, and a problem, where that cannot be done."""
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"byte {raw[error.start]:#04x} is not UTF-8"
        problems.append(Problem(shown, line, what, "Save the text as UTF-8; its bytes are kept as they are"))
    except OSError as error:
        problems.append(Problem(shown, 0, f"cannot be read ({error.strerror})", "Add the file, or allow it to be read"))
    return None


def read_record(path: Path, shown: str, problems: list[Problem]) -> Record | None:
    """Read a TOML file; None, and a problem that names the line, where it is missing, not UTF-8 or not TOML."""
    text = read_text(path, shown, problems)
    if text is None:
        return None
    text = text.removeprefix("\ufeff")
    try:
        data = tomllib.loads(text)
        repr(data)  # a number that cannot be printed is refused here
        return Record(shown, data, locate(text))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        what = str(error).split(" (at ")[0]
        problems.append(Problem(shown, line, f"not TOML: {what}", "Mend the syntax on this line or the one before it"))
    except (ValueError, RecursionError):
        much = _TOO_MUCH.search(text)
        line = text.count("\n", 0, much.start()) + 1 if much else 0
        problems.append(Problem(shown, line, "a number is too long, or brackets nest too deeply", "Correct the value"))
    return None


def locate(text: str) -> dict[Place, int]:
    """Give the line, from 1, of every table, key and array element of a text that tomllib accepts."""
    return _Locator(text).read()


class _Locator:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.lines = text, 0, dict[Place, int]()
        self.counted, self.line = 0, 1

    def read(self) -> dict[Place, int]:
        table: Place = ()
        arrays: dict[Place, int] = {}
        while self._skip() < len(self.text):
            if self.text[self.at] == "[":
                nested = self.text.startswith("[[", self.at)
                self.at += 1 + nested
                self._skip()
                table = self._resolve(self._key(), arrays, nested)
                self.lines.setdefault(table, self._line())
                self.at = self.text.index("]", self.at) + 1 + nested
            else:
                self._pair(table)
        return self.lines

    def _resolve(self, keys: Place, arrays: dict[Place, int], nested: bool) -> Place:
        place: Place = ()
        for position, key in enumerate(keys):
            place += (key,)
            self.lines.setdefault(place, self._line())
            if nested and position == len(keys) - 1:
                arrays[place] = arrays.get(place, -1) + 1
            if place in arrays:
                place += (arrays[place],)
        return place

    def _skip(self) -> int:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _line(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line

    def _key(self) -> Place:
        match = _KEY.match(self.text, self.at)
        if not match:
            raise ValueError(f"no key at character {self.at}")
        self.at = match.end()
        if not {'"', "'"} & {*match[0]}:
            return tuple(_BARE.findall(match[0]))
        found: Any = tomllib.loads(f"{match[0]} = 0")
        place: Place = ()
        while isinstance(found, dict):
            (key, found), *_ = found.items()
            place += (key,)
        return place

    def _pair(self, table: Place) -> None:
        line, keys = self._line(), self._key()
        for depth in range(1, len(keys) + 1):
            self.lines.setdefault(table + keys[:depth], line)
        self.at = self.text.index("=", self.at) + 1
        self._value(table + keys)

    def _value(self, place: Place) -> None:
        while self.text[self.at] in " \t":
            self.at += 1
        opening = self.text[self.at]
        if opening in "[{":
            self.at += 1
            index = 0
            while self.text[self._skip()] not in "]}":
                if opening == "{":
                    self._pair(place)
                else:
                    self.lines[(*place, index)] = self._line()
                    self._value((*place, index))
                index += 1
            self.at += 1
            return
        match = (_STRING if opening in "\"'" else _OTHER).match(self.text, self.at)
        self.at = match.end() if match else self.at + 1


@dataclass(frozen=True)
class Key:
    """What a key of a table must hold: its type, whether it may be left out, and the closed set of its values."""

    type: type = str
    optional: bool = False
    choices: Sequence[str] = ()
    empty: bool = False


def keys(
    required: str,
    optional: str = "",
    empty: str = "",
    types: Mapping[str, type] | None = None,
    **choices: Sequence[str],
) -> dict[str, Key]:
    """Say what a table holds: names of keys in one line each, which of them may be empty, and which are not text."""
    named = [(name, False) for name in required.split()] + [(name, True) for name in optional.split()]
    return {
        name: Key((types or {}).get(name, str), may, choices.get(name, ()), name in empty.split())
        for name, may in named
    }


def check_table(
    record: Record, place: Place, table: Mapping[str, Any], keys: Mapping[str, Key], deep: bool = True
) -> list[Problem]:
    """Check one table's keys: unknown, missing, of another type, empty where text is needed, or outside a closed set.

    `deep`: a list must hold texts; else it is an array of tables, which are checked one by one.
    """
    problems: list[Problem] = []
    misspelt = set()
    for name in sorted(table.keys() - keys.keys()):
        near = [key for key in get_close_matches(name, keys) if key not in table][:1]
        misspelt |= set(near)
        hint = f"Write '{near[0]}'" if near else f"Remove it; the keys here are {', '.join(sorted(keys))}"
        problems.append(record.problem((*place, name), f"unknown key '{name}'", hint))
    for name, key in keys.items():
        if name not in table:
            if not key.optional and name not in misspelt and record.readable:
                problems.append(record.problem(place, f"missing key '{name}'", f"Add {name} = …"))
            continue
        value, at = table[name], (*place, name)
        inner = str if deep else dict
        elements = value if key.type is list and isinstance(value, list) else []
        if type(value) is not key.type or not all(isinstance(element, inner) for element in elements):
            wanted = {str: "text in quotation marks", int: "a whole number", bool: "true or false"}
            wanted[list] = "a list of texts" if deep else f"an array of tables [[{name}]]"
            dated = isinstance(value, date | time)
            shown = str(value) if dated else repr(value)
            what = f"{name}: {shown if len(shown) < 80 else f'{shown[:60]} …'} is not {wanted.get(key.type, 'a table')}"
            remedy = "Write it in quotation marks" if dated and key.type is str else "Correct the value"
            problems.append(record.problem(at, what, remedy))
        elif isinstance(value, int) and not 0 <= value < 2**31:
            problems.append(record.problem(at, f"{name}: {value} is below 0 or too large", "Correct the value"))
        elif key.choices and value not in key.choices:
            what = f"{name}: {value!r} is not one of {', '.join(choice or 'nothing' for choice in key.choices)}"
            near = get_close_matches(str(value), key.choices, 1)
            problems.append(record.problem(at, what, f"Write '{near[0]}'" if near else "Choose one of these"))
        elif value == "" and not key.empty:
            problems.append(record.problem(at, f"{name}: is empty", "Write it, or 'not known' where it is not known"))
    return problems


def check_id(path: str, line: int, name: str, value: str) -> list[Problem]:
    """Check that a text can be an id: paths, links and ids of passages are made of it."""
    remedy = "Write letters (a to z), digits, hyphens and underscores only"
    return [] if _BARE.fullmatch(value) else [Problem(path, line, f"{name}: {value!r} is no id", remedy)]


def unknown(record: Record, place: Place, value: Any, known: Iterable[str], remedy: str = "") -> list[Problem]:
    """Give a problem for each text of a key that is not among those known; none known: nothing can be said."""
    values = {place: value} if isinstance(value, str) else {(*place, index): one for index, one in enumerate(value)}
    wrong = {at: one for at, one in values.items() if known and one not in known}
    remedy = remedy or (one_of(sorted(known), "") if wrong else "")
    return [record.problem(at, f"{place[-1]}: '{one}' is unknown", remedy) for at, one in wrong.items()]


def twice(record: Record, place: Place, key: object, seen: dict[Any, Place]) -> list[Problem]:
    """Give a problem where the same thing stands further up; else it is `seen` from here on."""
    if (first := seen.setdefault(key, place)) == place:
        return []
    return [record.problem(place, f"the same {place[0]} stands on line {record.line(*first)}", "Remove one of the two")]


def unique_tables(
    record: Record, kind: str, keys: Mapping[str, Key], problems: list[Problem]
) -> dict[str, tuple[Place, dict[str, Any]]]:
    """Give the tables `[[kind]]` that have no problem, with their places, by a `<kind>_id` that must not repeat."""
    found: dict[str, tuple[Place, dict[str, Any]]] = {}
    for place, table in record.tables(kind):
        wrong, key = check_table(record, place, table, keys), f"{kind}_id"
        wrong = wrong or check_id(record.path, record.line(*place, key), key, table[key])
        if not wrong and table[key] in found:
            wrong.append(record.problem((*place, key), f"{key}: '{table[key]}' is there twice", "Join the two"))
        problems += wrong
        if not wrong:
            found[table[key]] = (place, table)
    return found
