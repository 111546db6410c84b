"""Codings on disk: each statement found again in its text, character for character, and checked against its passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kit import schema
from kit.codebook import Codebook
from kit.dates import interval
from kit.errors import Problem
from kit.people import People
from kit.records import Place, Record, check_table, keys, twice, unique_tables, unknown
from kit.spans import anchor

Row = dict[str, Any]
_STATEMENT = keys(
    "speaker_id relayed_by mode modality proposition_id stance confidence evidence",
    optional="note said_on before after",
    empty="note",
    types={"relayed_by": list},
    mode=schema.MODES,
    modality=schema.MODALITIES,
    stance=schema.STANCES,
    confidence=schema.CONFIDENCES,
)
_SILENCE = keys(
    "speaker_id proposition_id theme_id kind evidence", "note before after", "proposition_id note", kind=schema.SILENCES
)
_DISAGREEMENT = keys(
    "passage_id speaker_id proposition_id coder_ids stances resolved_as why",
    empty="resolved_as",
    types={"coder_ids": list, "stances": list},
    resolved_as=("", *schema.STANCES),
)
_CODER = keys(
    "coder_id name how model checked_by_person", "made_from", "model", {"made_from": list, "checked_by_person": bool}
)
_TOP = keys("", "statement silence disagreement", types=dict.fromkeys(("statement", "silence", "disagreement"), list))


@dataclass(frozen=True)
class Source:
    """One document as codings need it: its text, dates, publisher, and its passages as rows of the frame.

    `sure`: nothing was wrong in what says whose words they are, so that an open speaker is no consequence of it.
    """

    document_id: str
    text: str
    dates: tuple[Any, Any]
    publisher_id: str | None
    passages: Sequence[Row]
    sure: bool = True


@dataclass
class Coding:
    """What the files of all coders say, as rows of the frames of the same names."""

    codings: list[Row] = field(default_factory=list)
    silences: list[Row] = field(default_factory=list)
    disagreements: list[Row] = field(default_factory=list)
    reviewed: list[Row] = field(default_factory=list)


def read_coders(record: Record, problems: list[Problem]) -> list[Row]:
    """Read `coders.toml`, one row a coder; every problem of the file is added to `problems`."""
    problems += check_table(record, (), record.data, keys("coder", types={"coder": list}), deep=False)
    coders = unique_tables(record, "coder", _CODER, problems)
    known = record.written("coder", "coder_id")
    for coder_id, (place, table) in coders.items():
        problems += unknown(record, (*place, "made_from"), table.get("made_from", []), known - {coder_id} or {""})
    return [{"made_from": [], **table} for _, table in coders.values()]


@dataclass
class CodingReader:
    """Reads the coding files of a corpus one by one into `coding`; every problem is added to `problems`."""

    people: People
    codebook: Codebook
    problems: list[Problem]
    coder_ids: set[str] = field(default_factory=set)
    coding: Coding = field(default_factory=Coding)

    def __post_init__(self) -> None:
        self._theme_of = dict(self.codebook.propositions.select("proposition_id", "theme_id").iter_rows())
        propositions, sure = self.codebook.proposition_ids, self.codebook.sure
        known = {"", *propositions} if propositions or sure else set[str]()
        self._known = {
            "speaker_id": (self.people.ids, "Add it to speakers.toml"),
            "relayed_by": (self.people.ids, "Add it to speakers.toml"),
            "theme_id": (self.codebook.theme_ids, ""),
            "proposition_id": (known, "Write one that stands in codebook.toml"),
            "coder_ids": (self.coder_ids, ""),
            "stances": ({"", *schema.STANCES}, 'Write oppose, mixed or support, or "" for none'),
        }

    def read(self, record: Record, coder_id: str, source: Source) -> None:
        """Read one coder's file about one document."""
        top = {key: value for key, value in record.data.items() if key != "reviewed"}
        self.problems += check_table(record, (), top, _TOP, deep=False)
        self._read_reviewed(record, coder_id, source)
        seen: dict[Any, Place] = {}
        for place, table in record.tables("statement"):
            wrong = check_table(record, place, table, _STATEMENT) or self._check_ids(record, place, table)
            row = None if wrong else self._statement(record, place, table, coder_id, source, wrong)
            wrong += twice(record, place, row["statement_id"], seen) if row else []
            self.coding.codings += [row] if row and not wrong else []
            self.problems += wrong
        for place, table in record.tables("silence"):
            wrong = check_table(record, place, table, _SILENCE) or self._check_ids(record, place, table)
            if not wrong and (found := self._find(record, place, table, source, wrong)):
                row = _fields("silences", {"note": "", **table, **_spot(source, *found), "coder_id": coder_id})
                wrong += twice(record, place, tuple({**row, "note": ""}.values()), seen)
                self.coding.silences.append(row)
            self.problems += wrong
        for place, table in record.tables("disagreement"):
            wrong = check_table(record, place, table, _DISAGREEMENT) or self._check_ids(record, place, table)
            wrong = wrong or self._check_disagreement(record, place, table, source)
            key = tuple(table.get(name) for name in ("passage_id", "speaker_id", "proposition_id"))
            wrong = wrong or twice(record, place, key, seen)
            self.coding.disagreements += [{"document_id": source.document_id, **table}] if not wrong else []
            self.problems += wrong

    def _read_reviewed(self, record: Record, coder_id: str, source: Source) -> None:
        known = {passage["passage_id"] for passage in source.passages}
        reviewed = record.data.get("reviewed")
        if not isinstance(reviewed, list):
            what, remedy = "missing key 'reviewed'", "List the passage_ids that were read"
            if "reviewed" in record.data:
                what = f"reviewed: {str(reviewed)[:60]!r} is not a list of texts"
            self.problems += [record.problem(("reviewed",), what, remedy)] if record.readable else []
            return
        seen: dict[Any, Place] = {}
        for index, passage_id in enumerate(reviewed):
            place, wrong = ("reviewed", index), []
            if not isinstance(passage_id, str) or passage_id not in known:
                what = f"reviewed: {passage_id!r} is no passage of {source.document_id}"
                wrong = [record.problem(place, what, "Review the passages that stand there now")]
            wrong = wrong or twice(record, place, passage_id, seen)
            self.problems += wrong
            self.coding.reviewed += [{"coder_id": coder_id, "passage_id": passage_id}] if not wrong else []

    def _check_ids(self, record: Record, place: Place, table: Mapping[str, Any]) -> list[Problem]:
        wrong = []
        for key, (known, remedy) in self._known.items():
            wrong += unknown(record, (*place, key), table.get(key, []), known, remedy)
        theme_id = self._theme_of.get(table["proposition_id"])
        if not wrong and theme_id and table.get("theme_id", theme_id) != theme_id:
            what = f"theme_id: '{table['theme_id']}' is not the theme of '{table['proposition_id']}'"
            wrong.append(record.problem((*place, "theme_id"), what, f"Write '{theme_id}'"))
        return wrong

    def _find(
        self, record: Record, place: Place, table: Mapping[str, Any], source: Source, wrong: list[Problem]
    ) -> tuple[Row, int, int] | None:
        """Find the evidence in the text and the passage that holds it whole."""
        spans = anchor(source.text, table["evidence"], table.get("before", ""), table.get("after", ""))
        if len(spans) > 1:
            what, remedy = f"stands {len(spans)} times in the text", "Add before or after, the words next to it"
        elif not spans:
            what, remedy = "does not stand in the text, character for character", "Copy the words from the document"
        else:
            start, end = spans[0]
            around = (passage for passage in source.passages if passage["start"] <= start and end <= passage["end"])
            passage = next(around, {"zone": ""})
            if passage["zone"] not in ("", "furniture"):
                return passage, start, end
            what, remedy = "is not within one passage", "Quote from one passage only"
            if passage["zone"]:
                what, remedy = "stands in furniture", "Code running text, not a label or a headline of another page"
        wrong.append(record.problem((*place, "evidence"), f"evidence: {_shown(table['evidence'])} {what}", remedy))
        return None

    def _statement(
        self, record: Record, place: Place, table: Row, coder_id: str, source: Source, wrong: list[Problem]
    ) -> Row | None:
        found = self._find(record, place, table, source, wrong)
        dates = source.dates
        if "said_on" in table:
            try:
                dates = interval(table["said_on"])
            except ValueError as error:
                wrong.append(record.problem((*place, "said_on"), f"said_on: {error}", "Correct the date"))
        if not found:
            return None
        passage, start, end = found
        told = source.sure or passage["speaker_id"]
        if told and (reason := _misfit(table, passage, source.publisher_id)):
            what = f"mode: '{table['mode']}' does not fit the passage: {reason[0]}"
            wrong.append(record.problem((*place, "mode"), what, reason[1]))
        if wrong:
            return None
        speaker_id = table["speaker_id"]
        key = f"{source.document_id}#char={start},{end}/{table['proposition_id']}/{speaker_id}"
        row = {"said_on": None, "note": "", **table, **_spot(source, *found), "earliest": dates[0], "latest": dates[1]}
        row["offices"] = self.people.offices_at(speaker_id, *dates)
        row |= {"statement_id": key, "coder_id": coder_id, "first_hand": table["mode"] == "direct"}
        row["theme_id"] = self._theme_of.get(table["proposition_id"], "")
        return _fields("codings", row)

    def _check_disagreement(self, record: Record, place: Place, table: Row, source: Source) -> list[Problem]:
        if table["passage_id"] not in {passage["passage_id"] for passage in source.passages}:
            what = f"passage_id: '{table['passage_id']}' is no passage of {source.document_id}"
            return [record.problem((*place, "passage_id"), what, "Write one that stands there now")]
        if not len({*table["coder_ids"]}) == len(table["coder_ids"]) == len(table["stances"]):
            what = f"stances: {len(table['stances'])} for {', '.join(table['coder_ids'])}"
            return [record.problem((*place, "stances"), what, 'Give each coder one, "" for none')]
        return []


def _spot(source: Source, passage: Row, start: int, end: int) -> Row:
    place = {"document_id": source.document_id, "passage_id": passage["passage_id"], "start": start, "end": end}
    return {**place, "earliest": source.dates[0], "latest": source.dates[1]}


def _fields(name: str, row: Row) -> Row:
    return {column: row[column] for column in schema.FRAMES[name]}


def _misfit(table: Mapping[str, Any], passage: Row, publisher_id: str | None) -> tuple[str, str] | None:
    """Say why a mode or a chain of relayers does not fit a passage, and what would; None: it fits."""
    own = passage["speaker_id"] == table["speaker_id"]
    first_hand = own and passage["form"] in ("spoken", "written", "narrated")
    if table["mode"] == "direct":
        if not passage["speaker_id"] and passage["form"] != "quoted":
            what = f"its speaker is not resolved: {passage['speaker_label'] or 'there is no label'}"
            return what, "Add the name or office to speakers.toml, or the label (of a speech: speaker_id) to its record"
        if not first_hand:
            return "these are not the holder's own words, spoken or published by the holder", "Write quoted or reported"
        return ("nobody stands between", "Leave relayed_by empty: []") if table["relayed_by"] else None
    if first_hand:
        return "the holder speaks or publishes here", "Write direct, with relayed_by = []"
    speaker_id = None if own else passage["speaker_id"]
    publisher = publisher_id if passage["form"] in ("quoted", "narrated") else None
    tail = [relayer for relayer in dict.fromkeys((speaker_id, publisher)) if relayer]
    if table["relayed_by"][-len(tail) :] != tail if tail else not table["relayed_by"]:
        chain = ", ".join(tail) or "whoever relays it"
        return f"the words reach the reader through {chain}", f"End relayed_by with {chain}"
    return None


def _shown(evidence: str) -> str:
    words = " ".join(evidence.split())
    return f"'{words}'" if len(words) <= 60 else f"'{words[:40]} … {words[-15:]}'"
