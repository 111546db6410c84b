"""Documents on disk: a text as received with its record, read into passages, each with whose words it is."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from kit import readers, schema
from kit.codings import Row, Source
from kit.dates import UNKNOWN, interval
from kit.errors import Doubt, Problem, WrongKind
from kit.people import People
from kit.records import Key, Known, Record, entries, keys, read_record, read_text
from kit.spans import fold, line_of, lines

_DOCUMENT = keys(
    "documents",
    "title kind date date_basis date_note publisher source rights sha256",
    optional="speaker_id",
    empty="date_note",
) | {"labels": Key(dict, optional=True)}


def read_documents(folder: Path, people: People, problems: list[Problem]) -> dict[str, Source | None]:
    """Read the folder `documents`: every document_id with what was read, or None where something is wrong there."""
    remedy = "Move it elsewhere, or save its text as <document_id>.txt, with <document_id>.toml"
    ids = "letters (a to z), digits, hyphens and underscores"
    paths = entries(folder, r"[A-Za-z0-9_-]+\.(txt|toml)", problems, f"{remedy}; an id is made of {ids}")
    if paths == []:
        remedy = "Add <document_id>.txt and <document_id>.toml"
        problems.append(Problem(str(folder), 0, "holds no document", remedy))
    names = sorted({path.stem for path in paths or []})
    return {document_id: _read_document(folder / f"{document_id}.txt", people, problems) for document_id in names}


def _read_document(path: Path, people: People, problems: list[Problem]) -> Source | None:
    record, text = read_record(path.with_suffix(".toml"), problems), read_text(path, problems)
    if text is None or not record.readable:
        return None
    publisher_id = people.named(str(record.data.get("publisher")))
    known = people.known | ({"publisher": Known(())} if publisher_id else {})
    if written := lines(text):
        digest = hashlib.sha256(text.encode()).hexdigest()
        remedy = "Restore the text as received, or write the new sum if it is a new version"
        known["sha256"] = Known([digest], f"not that of {path.name}, which is {digest}", remedy)
    else:
        remedy = "Put the document’s text there, or remove its record"
        problems.append(Problem(str(path), 0, "the text is empty", remedy))
    record.check((), record.data, _DOCUMENT, known)
    if isinstance(labels := record.data.get("labels"), dict):
        record.check(("labels",), labels, dict.fromkeys(labels, Key()), dict.fromkeys(labels, known["speaker_id"]))
    if not written or not record.check((), record.data, _DOCUMENT):  # wrong of other files: it is read all the same
        return None
    dates = _dates(record)
    computed = {"document_id": path.stem, "earliest": dates[0], "latest": dates[1], "characters": len(text)}
    about = {**record.data, **computed, "words": None}
    source = Source(path.stem, text, dates, publisher_id, not problems, schema.fields("documents", about))
    try:
        reading = readers.reader(record.data["kind"])(text)
    except WrongKind as error:
        what = f"kind: '{record.data['kind']}' does not fit the text: {error}"
        record.wrong(("kind",), what, f"Write one of {', '.join(schema.KINDS)}")
        return None
    return _resolved(source, reading, people, record.data)


def _dates(record: Record) -> tuple[date, date]:
    written, basis = record.data["date"], record.data["date_basis"]
    dates = interval(written)
    if (dates == UNKNOWN) != (basis == "unknown"):
        what = f"date_basis: '{basis}' does not fit the date '{written}'"
        record.wrong(("date_basis",), what, "XXXX goes with unknown, and only with it")
    if basis == "inferred" and not record.data["date_note"]:
        what = "date_note: is empty, but the date is inferred"
        record.wrong(("date_note",), what, "Say from what it was inferred")
    return dates


def _resolved(source: Source, reading: readers.Reading, people: People, record: Row) -> Source:
    """Give the source with its passages and doubts; a label that nobody answers to is a doubt once."""
    ids = people.known["speaker_id"].ids
    labels = {fold(label): str(speaker_id) for label, speaker_id in record.get("labels", {}).items()}
    default = record.get("speaker_id") if record["kind"] == "speech" and record.get("speaker_id") in ids else None
    remedy = "add the speaker to speakers.toml, or the label under [labels] in the document’s record"
    answers: dict[tuple[str | None, str | None], str | None] = {}
    passages, doubts = [], []
    for order, draft in enumerate(reading.passages, 1):
        key = (draft.label, draft.name)
        if draft.label is not None and not draft.own and key not in answers:
            stated = labels.get(fold(draft.label)) or labels.get(fold(draft.name or ""))
            resolved = people.resolve(draft.label, draft.name, source.dates, source.publisher_id)
            answers[key], reason = (stated, "") if stated in ids else resolved
            if not answers[key]:
                line = line_of(source.text, draft.start)
                doubts.append(Doubt(line, f"speaker not resolved: {reason}", draft.label, remedy))
        speaker_id = source.publisher_id if draft.own else answers.get(key, default if draft.turn == 1 else None)
        passages.append(_passage(source, order, draft, speaker_id))
    doubts += [doubt for doubt in reading.doubts if not (default and "speaker_id" in doubt.remedy)]
    told = [{"document_id": source.document_id, **asdict(doubt)} for doubt in doubts]
    return replace(source, passages=passages, doubts=told)


def _passage(source: Source, order: int, draft: readers.Draft, speaker_id: str | None) -> Row:
    row = {
        **vars(draft),
        "passage_id": f"{source.document_id}#char={draft.start},{draft.end}",
        "document_id": source.document_id,
        "order": order,
        "speaker_id": speaker_id,
        "speaker_label": draft.label,
        **dict.fromkeys(("text", "words", "themes")),  # follow when all documents are read
        "earliest": source.dates[0],
        "latest": source.dates[1],
    }
    return schema.fields("passages", row)
