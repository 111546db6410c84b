"""Who is who, and who held which office when: labels as printed to persons and organisations, or to nobody."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from kit import schema
from kit.dates import interval
from kit.records import Key, Known, Record, keys
from kit.spans import fold

_TOP = {"speaker": Key(dict, many=True), "office": Key(dict, many=True, optional=True)}
_SPEAKER = keys("speakers", "speaker_id name kind", "aliases note")
_OFFICE = keys("offices", "speaker_id office organisation_id since until known_from", empty="since until")
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
    """The speakers of a corpus and their offices, ready for questions; `known`: for each key that names a speaker."""

    speakers: pl.DataFrame
    offices: pl.DataFrame
    known: dict[str, Known]
    _names: dict[str, set[str]]
    _held: list[dict[str, Any]]

    def named(self, printed: str) -> str | None:
        """Give the one speaker with this name or alias; titles, ranks and letters around it do not matter."""
        whole = _PARENTHESIS.sub("", printed).strip()
        bare = _AFTER_NAME.sub("", whole)
        untitled = _BEFORE_NAME.sub("", bare)
        for form in (printed, whole, bare, untitled):
            found = self._names.get(_plain(form), set())
            if len(found) == 1:
                return next(iter(found))
        return self._behind_office(_plain(untitled).split())

    def _behind_office(self, words: list[str]) -> str | None:
        """Give the speaker whose name ends a label that begins with words of that speaker's own office."""
        found = set()
        for at in range(1, len(words) - 1):
            named = self._names.get(" ".join(words[at:]), set())
            for row in self._held:
                office = {*_plain(row["office"]).split(), *_FORMERLY}
                if row["speaker_id"] in named and office.issuperset(words[:at]):
                    found.add(row["speaker_id"])
        return found.pop() if len(found) == 1 else None

    def offices_at(self, speaker_id: str, earliest: date, latest: date) -> list[str]:
        """Give the offices that a speaker held through the whole interval, in the order of the records."""
        mine = [row for row in self._held if row["speaker_id"] == speaker_id]
        return [row["office"] for row in mine if _through(row, earliest, latest)]

    def resolve(
        self, label: str, name: str | None, dates: tuple[date, date], organisation_id: str | None
    ) -> tuple[str | None, str]:
        """Give the speaker behind a printed label, or None and the reason in words.

        A name wins over an office. An office ("The Commissioner") means the one person who held it through the whole
        interval of `dates`; where several organisations have such an office, that of `organisation_id` (the publisher).
        Where `name` is the fuller form of an office, it must be that of the same office; else it is somebody else's.
        """
        forms = [form for form in (name, label) if form]
        if found := {self.named(form) for form in forms} - {None}:
            return (found.pop(), "") if len(found) == 1 else (None, f"'{name}' and '{label}' are two speakers")
        held = [row for row in self._held if forms and all(_is_office(form, row["office"]) for form in forms)]
        if not held:
            return None, f"no speaker and no office is called '{name or label}'"
        if len({row["organisation_id"] for row in held}) > 1:
            held = [row for row in held if row["organisation_id"] == organisation_id]
            if not held:
                return None, f"several organisations have an office called '{label}', the publisher has none"
        holders = {row["speaker_id"] for row in held if _through(row, *dates)}
        if len(holders) == 1:
            return holders.pop(), ""
        return None, f"'{label}' is an office that {'two persons' if holders else 'nobody recorded'} held at that date"


@lru_cache(maxsize=4096)
def _plain(printed: str) -> str:
    return _ARTICLE.sub("", " ".join(fold(printed).split()).strip(" ,:;."))


def _is_office(label: str, office: str) -> bool:
    wanted, held = _plain(label), _plain(office)
    return bool(wanted) and (held == wanted or held.startswith((f"{wanted} of ", f"{wanted} for ")))


def _through(row: dict[str, Any], earliest: date, latest: date) -> bool:
    return (row["since"] or date.min) <= earliest and latest <= (row["until"] or date.max)


def read_people(record: Record) -> People:
    """Read `speakers.toml`.

    An office counts from the latest day that `since` allows to the earliest that `until` allows; empty: open.
    """
    record.check((), record.data, _TOP)
    speakers: list[dict[str, Any]] = []
    names: dict[str, set[str]] = defaultdict(set)
    for place, table in record.tables("speaker", _SPEAKER):
        row = schema.fields("speakers", {"aliases": [], **table})
        speakers.append(row)
        for printed in (row["name"], *row["aliases"]):
            taken = names[_plain(printed)]
            if taken - {row["speaker_id"]}:
                what = f"'{printed}' already names {', '.join(sorted(taken))}"
                record.wrong(place, what, "Give each name and alias to one speaker only")
            taken.add(row["speaker_id"])
    remedy = "Add a [[speaker]] with this speaker_id to speakers.toml"
    ids = Known(record.written("speaker", "speaker_id"), "no speaker", remedy)
    known = dict.fromkeys(("speaker_id", "organisation_id", "relayed_by", "holders"), ids)
    remedy = "Add a [[speaker]] of this name to speakers.toml"
    known["publisher"] = Known(record.written("speaker", "name"), "no speaker", remedy)
    offices: list[dict[str, Any]] = []
    for place, table in record.tables("office", _OFFICE, known, "speaker_id office organisation_id since"):
        since, until = (interval(table[key] or "../..") for key in ("since", "until"))
        if since[0] > until[1]:
            what = f"until: the office ends ({table['until']}) before it begins ({table['since']})"
            record.wrong((*place, "until"), what, "Correct one of the two dates")
        bounds = {"since": since[1] if table["since"] else None, "until": until[0] if table["until"] else None}
        offices.append({**table, **bounds})
    return People(schema.frame("speakers", speakers), schema.frame("offices", offices), known, dict(names), offices)
