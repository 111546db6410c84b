"""Documents on disk: a text as received with its record, read into passages, each with whose words it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from kit import readers, schema
from kit.codings import Source
from kit.dates import UNKNOWN, interval
from kit.errors import Doubt, Problem, WrongKind
from kit.people import People
from kit.records import Place, Record, check_id, check_table, entries, keys, read_record, read_text
from kit.spans import count_words, editorial, fold, line_of, lines

Row = dict[str, Any]
_DOCUMENT = keys(
    "title kind date date_basis date_note publisher source rights sha256",
    optional="speaker_id labels",
    empty="date_note",
    types={"labels": dict},
    kind=schema.KINDS,
    date_basis=schema.DATE_BASES,
)


@dataclass
class Documents:
    """Reads the folder `documents` of a corpus: rows of `documents`, `passages`, `doubts`, a Source and a text each."""

    folder: Path
    people: People
    problems: list[Problem]
    sources: dict[str, Source] = field(default_factory=dict)
    documents: list[Row] = field(default_factory=list)
    doubts: list[Row] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    listed: bool = True

    def read(self) -> None:
        """Read every text and record; what is wrong is added to `problems`, and the reading goes on."""
        remedy = "Move it elsewhere, or save its text as <document_id>.txt, with <document_id>.toml"
        paths = entries(self.folder, self.problems, (".txt", ".toml"), remedy)
        self.listed = paths is not None
        names = sorted({path.stem for path in paths or []})
        if self.listed and not names:
            what = "holds no document"
            self.problems.append(Problem(str(self.folder), 0, what, "Add <document_id>.txt and <document_id>.toml"))
        for document_id in names:
            path = self.folder / f"{document_id}.txt"
            if odd := check_id(str(path), 0, "document_id", document_id):
                self.problems += odd
                continue
            record = read_record(path.with_suffix(".toml"), str(path.with_suffix(".toml")), self.problems)
            text = read_text(path, str(path), self.problems)
            if record is None or text is None:
                continue
            wrong = check_table(record, (), record.data, _DOCUMENT)
            dates = self._dates(record)
            self.problems += wrong + self._check_text(record, text, path)
            if not wrong and lines(text):
                self._read_document(document_id, text, record, dates)
        self.unread = {*names} - self.sources.keys()

    def _check_text(self, record: Record, text: str, path: Path) -> list[Problem]:
        wrong = []
        digest, written = hashlib.sha256(text.encode()).hexdigest(), record.data.get("sha256")
        if not lines(text):
            remedy = "Put the document's text there, or remove its record"
            wrong.append(Problem(str(path), 0, "the text is empty", remedy))
        elif isinstance(written, str) and written and written != digest:
            what = f"sha256: '{written}' is not that of {path.name}, which is {digest}"
            remedy = "Restore the text as received, or write the new sum if it is a new version"
            wrong.append(record.problem(("sha256",), what, remedy))
        publisher, known = record.data.get("publisher"), self.people.ids
        if known and isinstance(publisher, str) and publisher and not self.people.named(publisher):
            what = f"publisher: '{publisher}' is no speaker"
            wrong.append(record.problem(("publisher",), what, "Add a [[speaker]] of this name to speakers.toml"))
        labels = record.data.get("labels")
        labels = labels.items() if isinstance(labels, dict) else ()
        named: dict[Place, Any] = {("labels", key): value for key, value in labels}
        if isinstance(record.data.get("speaker_id"), str):
            named["speaker_id",] = record.data["speaker_id"]
        for place, value in named.items():
            if not isinstance(value, str) or (known and value not in known):
                what = f"{place[-1]}: {value!r} is no speaker"
                wrong.append(record.problem(place, what, "Add a [[speaker]] with this speaker_id to speakers.toml"))
        return wrong

    def _dates(self, record: Record) -> tuple[date, date]:
        written, basis = record.data.get("date"), record.data.get("date_basis")
        try:
            dates = interval(written) if isinstance(written, str) and written else UNKNOWN
        except ValueError as error:
            self.problems.append(record.problem(("date",), f"date: {error}", "Write an EDTF date, XXXX where unknown"))
            return UNKNOWN
        fits = (dates == UNKNOWN) == (basis == "unknown")
        if isinstance(written, str) and written and basis in schema.DATE_BASES and not fits:
            what = f"date_basis: '{basis}' does not fit the date '{written}'"
            self.problems.append(record.problem(("date_basis",), what, "XXXX goes with unknown, and only with it"))
        if basis == "inferred" and record.data.get("date_note") == "":
            what = "date_note: is empty, but the date is inferred"
            self.problems.append(record.problem(("date_note",), what, "Say from what it was inferred"))
        return dates

    def _read_document(self, document_id: str, text: str, record: Record, dates: tuple[date, date]) -> None:
        source = Source(document_id, text, dates, self.people.named(record.data["publisher"]), [], not self.problems)
        try:
            reading = readers.reader(record.data["kind"])(text)
        except WrongKind as error:
            what = f"kind: '{record.data['kind']}' does not fit the text: {error}"
            self.problems.append(record.problem(("kind",), what, f"Write one of {', '.join(schema.KINDS)}"))
            return
        speakers, rows, doubts = _Speakers(self.people, record.data, source), [], []
        for order, draft in enumerate(reading.passages, 1):
            speaker_id, doubt = speakers.of(draft, text)
            doubts += [doubt] if doubt else []
            rows.append(_passage_row(source, order, draft, speaker_id))
        doubts += [doubt for doubt in reading.doubts if not (speakers.default and "speaker_id" in doubt.remedy)]
        self.doubts += [{"document_id": document_id, **asdict(doubt)} for doubt in doubts]
        self.sources[document_id] = replace(source, passages=rows)
        written = {key: record.data[key] for key in schema.FRAMES["documents"] if key in record.data}
        counts = {"characters": len(text), "words": count_words(text)}
        interval_ = {"earliest": dates[0], "latest": dates[1]}
        self.documents.append({"document_id": document_id, **written, **interval_, **counts})


class _Speakers:
    """Whose words a draft is, in one document; each label that nobody answers to is a doubt once."""

    def __init__(self, people: People, record: Mapping[str, Any], source: Source) -> None:
        self.people, self.source = people, source
        labels = record.get("labels", {}).items()
        self.labels = {fold(label): speaker_id for label, speaker_id in labels if str(speaker_id) in people.ids}
        self.default = record.get("speaker_id") if record["kind"] == "speech" else None
        self.default = self.default if self.default in people.ids else None
        self.found: dict[tuple[str, str | None], str | None] = {}

    def of(self, draft: readers.Draft, text: str) -> tuple[str | None, Doubt | None]:
        if draft.own:
            return self.source.publisher_id, None
        if draft.label is None:
            return self.default, None
        key = (draft.label, draft.name)
        if key in self.found:
            return self.found[key], None
        stated = self.labels.get(fold(draft.label)) or self.labels.get(fold(draft.name or ""))
        resolved = self.people.resolve(*key, self.source.dates, self.source.publisher_id)
        speaker_id, reason = (stated, "") if stated else resolved
        self.found[key] = speaker_id
        remedy = "add the speaker to speakers.toml, or the label under [labels] in the document's record"
        doubt = Doubt(line_of(text, draft.start), f"speaker not resolved: {reason}", draft.label, remedy)
        return speaker_id, None if speaker_id else doubt


def _passage_row(source: Source, order: int, draft: readers.Draft, speaker_id: str | None) -> Row:
    words = source.text[draft.start : draft.end]
    inserted = sum(count_words(words[start:end]) for start, end in editorial(words)) if draft.form == "spoken" else 0
    return {
        "passage_id": f"{source.document_id}#char={draft.start},{draft.end}",
        "document_id": source.document_id,
        "order": order,
        "turn": draft.turn,
        "speaker_id": speaker_id,
        "speaker_label": draft.label,
        "form": draft.form,
        "zone": draft.zone,
        "start": draft.start,
        "end": draft.end,
        "text": words,
        "words": count_words(words) - inserted,
        "themes": [],
        "earliest": source.dates[0],
        "latest": source.dates[1],
    }
