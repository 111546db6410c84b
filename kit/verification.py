"""Verification: every quotation of a citation pack sought again in the sources, years later."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from kit.corpus import Corpus
from kit.exports import COLUMNS, RUNS, SUMS, PackError, check_of, sums_of, visible
from kit.spans import occurrences

_VERIFIED: dict[str, Any] = dict.fromkeys("file line document_id quotation outcome what".split(), pl.String)
_VERIFIED |= {"line": pl.Int64, "outcome": pl.Enum(["found", "moved", "changed", "missing", "edited"])}
_SHIELD = re.compile(f"^'(?={RUNS.pattern[1:]})")
_ENTRY = re.compile(r"^(?=>|\[\^\d+\]: )((?:>.*\n)*)(?:(?!>|\[\^\d+\]: ).*\n)*(?:\[\^\d+\]: (.*))?", re.MULTILINE)
_TAIL = re.compile(
    r"(?<!\S)(?P<document_id>\S+)#char=(?P<start>\d+),(?P<end>\d+); sha256 (?P<sha256>\S*)"
    r"(?:; proposition (?P<proposition_id>\S+), version (?P<proposition_version>\S+))?(?P<check>; check \S+)$"
)


def verify(path: str | Path, corpus: Corpus) -> pl.DataFrame:
    """Compare every quotation of a citation pack with the documents of a corpus.

    `path`: the .zip, or its passages.csv or passages.md alone. Returns one row per quotation, in the order of files and
    lines: `file`, `line` (where it begins), `document_id`, `quotation`, `outcome`, `what` (in words). Outcomes: found
    (at its place), moved (elsewhere in its document; the nearest is named), changed (no longer in it), missing (no such
    document), edited (the entry is not as it was written; `what` adds how its quotation fares). A file of the .zip that
    was changed otherwise has a row too, line 0; an entry that was taken out is noticed only there. Raises PackError for
    what is no pack, is damaged or has no quotation.
    """
    path, rows = Path(path), []
    contents = _contents(path)
    sums = dict(corpus.documents.select("document_id", "sha256").iter_rows())
    versions = dict(corpus.propositions.select("proposition_id", pl.col("version").cast(pl.String)).iter_rows())
    kept = {*contents.pop(SUMS, b"").decode(errors="replace").splitlines(keepends=True)}
    for name, content in contents.items():
        for line, cells, is_whole in _read(name, content):
            document_id, proposition_id = cells["document_id"], cells["proposition_id"]
            outcome, what = _place(cells, corpus.texts.get(document_id))
            if outcome == "found" and cells["sha256"] != sums[document_id]:
                what += "; the document has changed elsewhere"
            if (now := versions.get(proposition_id, "")) != cells["proposition_version"]:
                what += f"; proposition {proposition_id}, version {cells['proposition_version']}, now {now or 'gone'}"
            if not is_whole:
                outcome, what = "edited", f"not as it was written; its quotation: {outcome}, {what}"
            rows.append((name, line, document_id, cells["quotation"], outcome, what))
    if not rows:
        raise PackError(f"{path}: has no quotation, or is no citation pack")
    if path.name not in contents:
        others = {line[66:-1] or SUMS for line in kept ^ sums_of(contents)} - {
            row[0] for row in rows if row[4] == "edited"
        }
        what = f"not as {SUMS} says: something was changed, added, taken out or moved"
        rows += [(name, 0, "", "", "edited", what) for name in sorted(others)]
    return pl.DataFrame(rows, schema=_VERIFIED, orient="row")


def report(path: str | Path, corpus: Corpus) -> tuple[str, int]:
    """Say line by line what `verify` finds, with the exit code: 0 where all is found. Raises PackError as it does."""
    rows = verify(path, corpus)
    lines = [f"{file}:{line}: {outcome}: {what}" for file, line, _, _, outcome, what in rows.iter_rows()]
    lines.append(", ".join(f"{number:,} {outcome}" for outcome, number in Counter(rows["outcome"]).items()))
    return "\n".join(visible(line, "\\x{:02x}") for line in lines), int({*rows["outcome"]} != {"found"})


def _contents(path: Path) -> dict[str, bytes]:
    try:
        content = path.read_bytes()
        if not content.startswith(b"PK"):
            return {path.name: content}
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"a damaged .zip ({error})"
        raise PackError(f"{path}: cannot be read: {reason}") from error


def _read(name: str, content: bytes) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Give the line where each entry of a file begins, what it says, and whether it is as it was written."""
    text, line, at = content.decode("utf-8-sig", errors="replace"), 1, 0
    if name.endswith(".csv"):
        csv.field_size_limit(2**31 - 1)  # a passage may be longer than csv expects
        reader, line = csv.DictReader(io.StringIO(text, newline="")), 2
        if missing := {*COLUMNS, "check"} - {*(reader.fieldnames or [])}:
            raise PackError(f"{name!r}: has no column '{min(missing)}' in line 1, so it is no passages.csv of a pack")
        for row in reader:
            cells = {column: _SHIELD.sub("", row[column] or "") for column in COLUMNS}
            yield line, cells, row["check"] == check_of(cells)
            line = reader.line_num + 1
    if name.endswith(".md"):
        text = text.replace("\r\n", "\n") + "\n"
        for match in _ENTRY.finditer(text):
            line, at = line + text.count("\n", at, match.start()), match.start()
            tail = _TAIL.search(match[2] or "")
            told = tail.groupdict("") if tail else dict.fromkeys(_TAIL.groupindex, "")
            cells = {key: _unplain(value) for key, value in told.items()}
            cells["quotation"] = _unplain(re.sub("^> ?", "", match[1].removesuffix("\n"), flags=re.MULTILINE))
            yield line, cells, cells["check"] == f"; check {check_of(match[0].removesuffix(cells['check']))}"


def _place(cells: Mapping[str, str], text: str | None) -> tuple[str, str]:
    """Say where the quotation of an entry stands now in the text of its document."""
    document_id, quotation = cells["document_id"], cells["quotation"]
    start = int(cells["start"]) if re.fullmatch("[0-9]{1,15}", cells["start"]) else -1
    if text is None:
        return "missing", f"no document '{document_id}' in this corpus"
    if start >= 0 and quotation and text.startswith(quotation, start):
        return "found", f"{document_id}#char={start},{start + len(quotation)}"
    if not (places := occurrences(text, quotation)):
        return "changed", f"no longer in {document_id}"
    near = min(places, key=lambda place: abs(place - start))
    among = f", the nearest of {len(places)} places" if len(places) > 1 else ""
    return "moved", f"now {document_id}#char={near},{near + len(quotation)}{among}"


def _unplain(text: str) -> str:
    return re.sub(r"\\(.)|&#([0-9]{1,7});", lambda found: found[1] or chr(min(int(found[2]), 0x10FFFF)), text)
