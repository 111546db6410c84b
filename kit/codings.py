"""Codings on disk: each statement found again in its text, character for character, and checked against its passage."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from kit import schema
from kit.codebook import Codebook
from kit.dates import interval
from kit.people import People
from kit.readers import beginning
from kit.records import Key, Known, Place, Record, keys
from kit.spans import anchor

Row = dict[str, Any]
_TOP = {"reviewed": Key(many=True)}
_TOP |= dict.fromkeys(("statement", "silence", "disagreement"), Key(dict, many=True, optional=True))
_STATEMENT = keys(
    "statements",
    "speaker_id relayed_by mode modality proposition_id stance confidence evidence",
    optional="note said_on before after version",
    empty="note",
)
_SILENCE = keys(
    "silences", "speaker_id proposition_id theme_id kind evidence", "note before after", empty="proposition_id note"
)
_STANCES = ("", *schema.STANCES)
_SAME_SILENCE = "speaker_id proposition_id theme_id kind evidence before after"
_DISAGREEMENT = keys("disagreements", "passage_id speaker_id proposition_id coder_ids why") | {
    "stances": Key(many=True, choices=_STANCES, empty=True),
    "resolved_as": Key(choices=_STANCES, empty=True),
}
_CODER = keys("coders", "coder_id name how model checked_by_person", "made_from", empty="model")


@dataclass(frozen=True)
class Source:
    """One document as it was read: rows of `passages`, `doubts`, its own (`about`), and what codings need besides.

    `sure`: nothing was wrong in what says whose words they are, so that an open speaker is no consequence of it.
    """

    document_id: str
    text: str
    dates: tuple[date, date]
    publisher_id: str | None
    sure: bool
    about: Row
    passages: Sequence[Row] = ()
    doubts: Sequence[Row] = ()


def read_coders(record: Record) -> list[Row]:
    """Read `coders.toml`, one row a coder."""
    record.check((), record.data, {"coder": Key(dict, many=True)})
    known = {"made_from": Known(record.written("coder", "coder_id"))}
    return [{"made_from": [], **table} for _, table in record.tables("coder", _CODER, known)]


@dataclass
class Codings:
    """Reads coding files one by one; gathers rows of the frames of the same names."""

    people: People
    codebook: Codebook
    coder_ids: set[str] = field(default_factory=set)
    coders: list[Row] = field(default_factory=list)
    codings: list[Row] = field(default_factory=list)
    silences: list[Row] = field(default_factory=list)
    disagreements: list[Row] = field(default_factory=list)
    reviewed: list[Row] = field(default_factory=list)
    marks: list[Row] = field(default_factory=list)

    def read(self, record: Record, coder_id: str, source: Source) -> None:
        """Read one coder's file about one document."""
        ids = {passage["passage_id"] for passage in source.passages}
        passages = Known(ids, f"no passage of {source.document_id}", "Write one that stands there now")
        known = self.people.known | self.codebook.known | dict.fromkeys(("passage_id", "reviewed"), passages)
        known["coder_ids"] = Known(self.coder_ids)
        seen: dict[Any, Place] = {}
        if record.check((), record.data, _TOP, known):
            for index, passage_id in enumerate(record.data.get("reviewed", [])):
                record.once(("reviewed", index), passage_id, seen)
                self.reviewed.append({"coder_id": coder_id, "passage_id": passage_id})
        for place, table in record.tables("statement", _STATEMENT, known):
            if row := self._statement(record, place, table, source):
                record.once(place, row["statement_id"], seen)
                self.codings.append(row | {"coder_id": coder_id})
        for place, table in record.tables("silence", _SILENCE, known, _SAME_SILENCE):
            theme_id = self.codebook.theme_of.get(table["proposition_id"], table["theme_id"])
            if table["theme_id"] != theme_id:
                what = f"theme_id: '{table['theme_id']}' is not the theme of '{table['proposition_id']}'"
                record.wrong((*place, "theme_id"), what, f"Write '{theme_id}'")
            if found := _find(record, place, table, source):
                row = {"note": "", **found, **table, "coder_id": coder_id}
                self.silences.append(schema.fields("silences", row))
        same = "passage_id speaker_id proposition_id"
        for place, table in record.tables("disagreement", _DISAGREEMENT, known, same):
            coders, stances = table["coder_ids"], table["stances"]
            if not len({*coders}) == len(coders) == len(stances):
                what = f"stances: {len(stances)} for {', '.join(coders)}"
                record.wrong((*place, "stances"), what, 'Give each coder one, "" for none')
            self.disagreements.append({"document_id": source.document_id, **table})

    def _statement(self, record: Record, place: Place, table: Row, source: Source) -> Row | None:
        found = _find(record, place, table, source)
        if not found:
            return None
        told = source.sure or found["speaker_id"]
        if told and (reason := _misfit(table, found, source.publisher_id)):
            what = f"mode: '{table['mode']}' does not fit the passage: {reason[0]}"
            record.wrong((*place, "mode"), what, reason[1])
        dates = interval(table["said_on"]) if "said_on" in table else source.dates
        speaker_id, proposition_id = table["speaker_id"], table["proposition_id"]
        newest = self.codebook.version_of.get(proposition_id, 0)
        if table.get("version", 0) > newest > 0:
            what = f"version: the codebook has '{proposition_id}' in version {newest}, not {table['version']}"
            record.wrong((*place, "version"), what, "Correct the version here, or the codebook")
        span = f"{source.document_id}#char={found['start']},{found['end']}"
        computed = {
            "statement_id": f"{span}/{proposition_id}/{speaker_id}",
            "offices": self.people.offices_at(speaker_id, *dates),
            "first_hand": table["mode"] == "direct",
            "theme_id": self.codebook.theme_of.get(proposition_id, ""),
            "earliest": dates[0],
            "latest": dates[1],
            "version": table.get("version", newest),
        }
        return schema.fields("codings", {"said_on": None, "note": "", **found, **table, **computed, "coder_id": ""})


def _find(record: Record, place: Place, table: Row, source: Source) -> Row | None:
    """Give the passage that holds the evidence whole, with the evidence's own start and end."""
    spans = anchor(source.text, table["evidence"], table.get("before", ""), table.get("after", ""))
    if len(spans) == 1:
        ((start, end),) = spans
        at = bisect(source.passages, start, key=itemgetter("start")) - 1
        inside = [passage for passage in source.passages[at : at + 1] if end <= passage["end"]]
        if inside and inside[0]["zone"] != "furniture":
            return {**inside[0], "start": start, "end": end}
        what, remedy = "is not within one passage", "Quote from one passage only"
        if inside:
            what, remedy = "stands in furniture", "Code running text, not a label or a headline of another page"
    elif spans:
        what, remedy = f"stands {len(spans)} times in the text", "Add before or after, the words next to it"
    else:
        what, remedy = "does not stand in the text, character for character", "Copy the words from the document"
    record.wrong((*place, "evidence"), f"evidence: '{beginning(table['evidence'])}' {what}", remedy)
    return None


def _misfit(table: Row, passage: Row, publisher_id: str | None) -> tuple[str, str] | None:
    """Say why a mode or a chain of relayers does not fit a passage, and what would; None: it fits."""
    own, quoted = passage["speaker_id"] == table["speaker_id"], passage["form"] == "quoted"
    if table["mode"] == "direct":
        if not passage["speaker_id"] and not quoted:
            what = f"its speaker is not resolved: {passage['speaker_label'] or 'there is no label'}"
            return what, "Add the name or office to speakers.toml, or the label (of a speech: speaker_id) to its record"
        if quoted or not own:
            return "these are not the holder’s own words, spoken or published by the holder", "Write quoted or reported"
        return ("nobody stands between", "Leave relayed_by empty: []") if table["relayed_by"] else None
    if own and not quoted:
        return "the holder speaks or publishes here", "Write direct, with relayed_by = []"
    speaker_id = None if own else passage["speaker_id"]
    publisher = publisher_id if passage["form"] in ("quoted", "narrated") else None
    tail = [relayer for relayer in dict.fromkeys((speaker_id, publisher)) if relayer]
    if table["relayed_by"][-len(tail) :] != tail if tail else not table["relayed_by"]:
        chain = ", ".join(tail) or "whoever relays it"
        return f"the words reach the reader through {chain}", f"End relayed_by with {chain}"
    return None
