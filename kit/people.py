"""Who is who, and who held which office when: labels as printed to persons and organisations, or to nobody."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from kit import schema
from kit.dates import interval
from kit.errors import Problem
from kit.records import Place, Record, check_table, keys, twice, unique_tables
from kit.spans import fold

_SPEAKER = keys("speaker_id name kind", "aliases note", types={"aliases": list}, kind=schema.SPEAKER_KINDS)
_OFFICE = keys("speaker_id office organisation_id since until known_from", empty="since until")
_TOP = keys("speaker", "office", types={"speaker": list, "office": list})
_ARTICLE = re.compile(r"^(?:the|our|a)\s+")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)\s*$")
_FORMERLY = ("former", "then")  # somebody who held an office is the same person
_AFTER_NAME = re.compile(r"(?:,?\s+(?:AM|MP|MSP|MS|MLA|TD|MEP|QC|KC|QPM|[CDKMO]BE|Esq)\b\.?)+$")
_BEFORE_NAME = re.compile(
    r"^(?:(?:Mr|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Baroness|Baron|Rev|Cllr|Councillor|(?:The\s+)?Rt|Hon|"
    r"Detective|Chief|Deputy|Assistant|Acting|Constable|Sergeant|Inspector|Superintendent|Commander|Captain|Colonel|Major|"
    r"General|President|Minister|Secretary|Director|Judge|Bishop)\b\.?\s+)+"
)


@dataclass(frozen=True)
class People:
    """The speakers of a corpus and their offices, ready for questions."""

    speakers: pl.DataFrame
    offices: pl.DataFrame
    ids: set[str]  # as written, also in a record that has a problem
    _names: dict[str, set[str]]
    _held: list[dict[str, Any]]

    def named(self, printed: str) -> str | None:
        """Give the one speaker with this name or alias; titles, ranks and letters around it do not matter."""
        whole = _PARENTHESIS.sub("", printed).strip()
        bare = _AFTER_NAME.sub("", whole)
        for form in (printed, whole, bare, _BEFORE_NAME.sub("", bare)):
            found = self._names.get(_plain(form), set())
            if len(found) == 1:
                return next(iter(found))
        return self._behind_office(_plain(_BEFORE_NAME.sub("", bare)))

    def _behind_office(self, printed: str) -> str | None:
        """Give the speaker whose name ends a label that begins with words of that speaker's own office."""
        words, found = printed.split(), set[str]()
        for at in range(1, len(words) - 1):
            ids = self._names.get(" ".join(words[at:]), set())
            rows = [row for row in self._held if row["speaker_id"] in ids] if ids else []
            offices = ((row["speaker_id"], {*_plain(row["office"]).split(), *_FORMERLY}) for row in rows)
            found |= {speaker_id for speaker_id, office in offices if office.issuperset(words[:at])}
        return found.pop() if len(found) == 1 else None

    def offices_at(self, speaker_id: str, earliest: date, latest: date) -> list[str]:
        """Give the offices that a speaker held through the whole interval, in the order of the records."""
        return [
            row["office"] for row in self._held if row["speaker_id"] == speaker_id and _through(row, earliest, latest)
        ]

    def resolve(
        self, label: str, name: str | None, dates: tuple[date, date], organisation_id: str | None
    ) -> tuple[str | None, str]:
        """Give the speaker behind a printed label, or None and the reason in words.

        A name wins over an office. An office ("The Commissioner") means the one person who held it through the whole
        interval of `dates`; where several organisations have such an office, that of `organisation_id` (the publisher).
        Where `name` is the fuller form of an office, it must be that of the same office; else it is somebody else's.
        """
        forms = [form for form in (name, label) if form]
        if found := {speaker_id for form in forms if (speaker_id := self.named(form))}:
            return (found.pop(), "") if len(found) == 1 else (None, f"'{name}' and '{label}' are two speakers")
        held = [row for row in self._held if all(_is_office(form, row["office"]) for form in forms)]
        if not held or not forms:
            return None, f"no speaker and no office is called '{name or label}'"
        if len({row["organisation_id"] for row in held}) > 1:
            held = [row for row in held if row["organisation_id"] == organisation_id]
            if not held:
                return None, f"several organisations have an office called '{label}', the publisher has none"
        holders = {row["speaker_id"] for row in held if _through(row, *dates)}
        if len(holders) == 1:
            return next(iter(holders)), ""
        return None, f"'{label}' is an office that {'two persons' if holders else 'nobody recorded'} held at that date"


def _plain(printed: str) -> str:
    return _ARTICLE.sub("", re.sub(r"\s+", " ", fold(printed)).strip(" ,:;."))


def _is_office(label: str, office: str) -> bool:
    wanted, held = _plain(label), _plain(office)
    return bool(wanted) and (held == wanted or held.startswith((f"{wanted} of ", f"{wanted} for ")))


def _through(row: dict[str, Any], earliest: date, latest: date) -> bool:
    return (row["since"] or date.min) <= earliest and latest <= (row["until"] or date.max)


def read_people(record: Record, problems: list[Problem]) -> People:
    """Read `speakers.toml`: the frames `speakers` and `offices`, with every problem of the file added to `problems`.

    An office counts from the latest day that `since` allows to the earliest that `until` allows; empty: open.
    """
    problems += check_table(record, (), record.data, _TOP, deep=False)
    speakers, names = _read_speakers(record, problems)
    ids = record.written("speaker", "speaker_id")
    offices: list[dict[str, Any]] = []
    seen: dict[Any, Place] = {}
    for place, table in record.tables("office"):
        wrong = check_table(record, place, table, _OFFICE)
        for key in ("speaker_id", "organisation_id"):
            if isinstance(table.get(key), str) and table[key] not in ids:
                what = f"{key}: '{table[key]}' is no speaker"
                wrong.append(record.problem((*place, key), what, "Add a [[speaker]] with this speaker_id"))
        bounds = {}
        for key, side in (("since", 1), ("until", 0)):
            try:
                bounds[key] = interval(table[key])[side] if table.get(key) else None
            except (ValueError, TypeError) as error:
                wrong.append(record.problem((*place, key), f"{key}: {error}", 'Write a date, or "" where it is open'))
        closed = not wrong and bounds["since"] and bounds["until"]
        if closed and interval(table["since"])[0] > interval(table["until"])[1]:
            what = f"until: the office ends ({table['until']}) before it begins ({table['since']})"
            wrong.append(record.problem((*place, "until"), what, "Correct one of the two dates"))
        same = tuple(table.get(name) for name in ("speaker_id", "office", "organisation_id", "since"))
        wrong = wrong or twice(record, place, same, seen)
        problems += wrong
        if not wrong:
            offices.append({**table, **bounds})
    return People(
        schema.frame("speakers", speakers.values()), schema.frame("offices", offices), ids, dict(names), offices
    )


def _read_speakers(record: Record, problems: list[Problem]) -> tuple[dict[str, Any], dict[str, set[str]]]:
    speakers: dict[str, Any] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for speaker_id, (place, table) in unique_tables(record, "speaker", _SPEAKER, problems).items():
        row = {"aliases": [], **table}
        row.pop("note", None)
        speakers[speaker_id] = row
        for printed in (row["name"], *row["aliases"]):
            taken = names[_plain(printed)]
            if taken - {speaker_id}:
                what = f"'{printed}' already names {', '.join(sorted(taken))}"
                problems.append(record.problem(place, what, "Give each name and alias to one speaker only"))
            taken.add(speaker_id)
    return speakers, names
