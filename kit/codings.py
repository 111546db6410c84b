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
from kit.records import Place, Record, check_table, keys, unique_tables
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
    coders = unique_tables(record, "coder", _CODER, problems).values()
    return [{"made_from": [], **table} for _, table in coders]


@dataclass
class CodingReader:
    """Reads the coding files of a corpus one by one into `coding`; every problem is added to `problems`."""

    people: People
    codebook: Codebook
    problems: list[Problem]
    coding: Coding = field(default_factory=Coding)

    def __post_init__(self) -> None:
        self._speakers, self._themes = self.people.ids, self.codebook.theme_ids
        self._propositions = dict(self.codebook.propositions.select("proposition_id", "theme_id").iter_rows())

    def read(self, record: Record, coder_id: str, source: Source) -> None:
        """Read one coder's file about one document."""
        top = {key: value for key, value in record.data.items() if key != "reviewed"}
        self.problems += check_table(record, (), top, _TOP, deep=False)
        self._read_reviewed(record, coder_id, source)
        seen: dict[str, Place] = {}
        for place, table in record.tables("statement"):
            wrong = check_table(record, place, table, _STATEMENT) or self._check_ids(record, place, table)
            row = None if wrong else self._statement(record, place, table, coder_id, source, wrong)
            if row and row["statement_id"] in seen:
                line = record.line(*seen[row["statement_id"]])
                what = f"the same statement stands on line {line}"
                wrong.append(record.problem(place, what, "Remove one of the two"))
            elif row:
                seen[row["statement_id"]] = place
                self.coding.codings.append(row)
            self.problems += wrong
        for place, table in record.tables("silence"):
            wrong = check_table(record, place, table, _SILENCE) or self._check_ids(record, place, table)
            found = None if wrong else self._find(record, place, table, source, wrong)
            if found:
                extra = {"coder_id": coder_id, "note": table.get("note", "")}
                row = _fields("silences", {**table, **_spot(source, *found), **extra})
                self.coding.silences.append(row)
            self.problems += wrong
        self._read_disagreements(record, source)

    def _read_reviewed(self, record: Record, coder_id: str, source: Source) -> None:
        known = {passage["passage_id"] for passage in source.passages}
        reviewed = record.data.get("reviewed")
        if not isinstance(reviewed, list):
            if record.readable:
                self.problems.append(
                    record.problem((), "missing key 'reviewed'", "List the passage_ids that were read")
                )
            return
        for index, passage_id in enumerate(reviewed):
            if passage_id in known:
                self.coding.reviewed.append({"coder_id": coder_id, "passage_id": passage_id})
            else:
                what = f"reviewed: {passage_id!r} is no passage of {source.document_id}"
                self.problems.append(
                    record.problem(("reviewed", index), what, "Review the passages that stand there now")
                )

    def _check_ids(self, record: Record, place: Place, table: Mapping[str, Any]) -> list[Problem]:
        wrong = []
        for key, known in (("speaker_id", self._speakers), ("theme_id", self._themes)):
            if key in table and known and table[key] not in known:
                what = f"{key}: '{table[key]}' is unknown"
                remedy = (
                    "Add it to speakers.toml" if known is self._speakers else f"Write one of {', '.join(sorted(known))}"
                )
                wrong.append(record.problem((*place, key), what, remedy))
        for index, speaker_id in enumerate(table.get("relayed_by", [])):
            if self._speakers and speaker_id not in self._speakers:
                what = f"relayed_by: '{speaker_id}' is unknown"
                wrong.append(record.problem((*place, "relayed_by", index), what, "Add it to speakers.toml"))
        proposition_id, known = table["proposition_id"], self.codebook.proposition_ids
        if known and proposition_id not in known and ("theme_id" not in table or proposition_id):
            what = f"proposition_id: '{proposition_id}' is unknown"
            wrong.append(record.problem((*place, "proposition_id"), what, "Write one that stands in codebook.toml"))
        return wrong

    def _find(
        self, record: Record, place: Place, table: Mapping[str, Any], source: Source, wrong: list[Problem]
    ) -> tuple[Row, int, int] | None:
        """Find the evidence in the text and the passage that holds it whole."""
        spans = anchor(source.text, table["evidence"], table.get("before", ""), table.get("after", ""))
        at, shown = (*place, "evidence"), _shown(table["evidence"])
        if len(spans) != 1:
            times = (
                f"stands {len(spans)} times in the text"
                if spans
                else "does not stand in the text, character for character"
            )
            remedy = "Add before or after, the words next to it" if spans else "Copy the words from the document"
            wrong.append(record.problem(at, f"evidence: {shown} {times}", remedy))
            return None
        start, end = spans[0]
        for passage in source.passages:
            if passage["start"] <= start and end <= passage["end"]:
                return passage, start, end
        wrong.append(record.problem(at, f"evidence: {shown} is not within one passage", "Quote from one passage only"))
        return None

    def _statement(
        self,
        record: Record,
        place: Place,
        table: Mapping[str, Any],
        coder_id: str,
        source: Source,
        wrong: list[Problem],
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
            wrong.append(
                record.problem(
                    (*place, "mode"), f"mode: '{table['mode']}' does not fit the passage: {reason[0]}", reason[1]
                )
            )
        if wrong:
            return None
        speaker_id = table["speaker_id"]
        key = f"{source.document_id}#char={start},{end}/{table['proposition_id']}/{speaker_id}"
        row = {"said_on": None, "note": "", **table, **_spot(source, *found), "earliest": dates[0], "latest": dates[1]}
        row["offices"] = self.people.offices_at(speaker_id, *dates)
        row |= {"statement_id": key, "coder_id": coder_id, "first_hand": table["mode"] == "direct"}
        row["theme_id"] = self._propositions.get(table["proposition_id"], "")
        return _fields("codings", row)

    def _read_disagreements(self, record: Record, source: Source) -> None:
        known = {passage["passage_id"] for passage in source.passages}
        for place, table in record.tables("disagreement"):
            wrong = check_table(record, place, table, _DISAGREEMENT) or self._check_ids(record, place, table)
            if not wrong and table["passage_id"] not in known:
                what = f"passage_id: '{table['passage_id']}' is no passage of {source.document_id}"
                wrong.append(record.problem((*place, "passage_id"), what, "Write one that stands there now"))
            if not wrong and len(table["coder_ids"]) != len(table["stances"]):
                what = f"stances: {len(table['stances'])} for {len(table['coder_ids'])} coder_ids"
                wrong.append(record.problem((*place, "stances"), what, 'Give one each, "" for none'))
            if not wrong:
                self.coding.disagreements.append({"document_id": source.document_id, **table})
            self.problems += wrong


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
