"""Verification: every quotation of a citation pack sought again in the sources, years later."""

from __future__ import annotations

import csv
import io
import re
import zipfile
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
_QUOTING = ("passages.md", "passages.csv")
_SHIELD = re.compile(f"^'(?={RUNS.pattern[1:]})")
_ENTRY = re.compile(r"^(?=>|\[\^\d+\]: )((?:>.*\n)*)(?:(?!>|\[\^\d+\]: ).*\n)*(?:\[\^\d+\]: (.*))?", re.MULTILINE)
_TAIL = re.compile(
    r"(?<!\S)(?P<document_id>\S+)#char=(?P<start>\d+),(?P<end>\d+); sha256 (?P<sha256>\S*); entry (?P<entry>\S+ of \S+)"
    r"(?:; proposition (?P<proposition_id>\S+), version (?P<proposition_version>\S+))?(?P<check>; check \S+)$"
)


def verify(path: str | Path, corpus: Corpus) -> pl.DataFrame:
    """Compare every quotation of a citation pack with the documents of a corpus.

    `path`: the .zip, or its passages.csv or passages.md alone. Returns one row per quotation, in the order of files and
    lines: `file`, `line` (where it begins), `document_id`, `quotation`, `outcome`, `what` (in words). Outcomes: found
    (at its place), moved (elsewhere in its document; the nearest is named), changed (no longer in it), missing (no such
    document), edited (not as it was written; `what` adds how its quotation fares). A file that lost entries, or is not
    as the sums in the .zip say, has a row too, line 0. Of a pack of nothing: no row. Raises PackError for what is none.
    """
    (contents, is_zip), rows = _contents(Path(path)), list[tuple[Any, ...]]()
    kept = contents.pop(SUMS, None) if is_zip else None
    sums = sums_of({document_id: text.encode() for document_id, text in corpus.texts.items()})
    versions = dict(corpus.propositions.select("proposition_id", pl.col("version").cast(pl.String)).iter_rows())
    quoting = [name for name in contents if name in _QUOTING or not is_zip]
    for name in quoting:
        entries = [*_read(name, contents[name])]
        for line, cells, is_whole in entries:
            document_id, proposition_id = cells["document_id"], cells["proposition_id"]
            outcome, what = _place(cells, corpus.texts.get(document_id))
            if outcome == "found" and f"{cells['sha256']}  {document_id}" not in sums:
                what += "; the document has changed elsewhere"
            if (now := versions.get(proposition_id, "")) != cells["proposition_version"]:
                now = now or ("gone" if versions else "not known")
                what += f"; proposition {proposition_id}, version {cells['proposition_version']}, now {now}"
            if not is_whole:
                outcome, what = "edited", f"not as it was written; its quotation: {outcome}, {what}"
            rows.append((name, line, document_id, cells["quotation"], outcome, what))
        there = f"{len({cells['entry'] or line for line, cells, _ in entries})}"
        told = {cells["entry"].partition(" of ")[2] for _, cells, is_whole in entries if is_whole}
        if told - {there}:
            rows.append((name, 0, "", "", "edited", f"has {there} entries, was written with {', '.join(sorted(told))}"))
    if not rows and (kept is None or not quoting):
        raise PackError(f"{path}: has no quotation, or is no citation pack")
    unlike = {SUMS: "is missing: only the entries were checked"} if is_zip else {}
    if kept is not None:
        unlike = dict(_against(kept, contents, {row[0] for row in rows if row[4] == "edited"}))
    rows += [(name, 0, "", "", "edited", what) for name, what in unlike.items()]
    return pl.DataFrame(rows, schema=_VERIFIED, orient="row")


def report(path: str | Path, corpus: Corpus) -> tuple[str, int]:
    """Say line by line what `verify` finds, with the exit code: 0 where all is found. Raises PackError as it does."""
    rows = verify(path, corpus)
    lines = [f"{file}:{line}: {outcome}: {what}" for file, line, _, _, outcome, what in rows.iter_rows()]
    counts = ", ".join(f"{number:,} {outcome}" for outcome, number in Counter(rows["outcome"]).items())
    alone = "; only the entries were checked, not what stands around them" * (Path(path).name in {*rows["file"]})
    lines.append(f"{counts}{alone}" or "a pack of nothing: no quotation to check")
    return "\n".join(visible(line, "\\x{:02x}") for line in lines), int(not {*rows["outcome"]} <= {"found"})


def _contents(path: Path) -> tuple[dict[str, bytes], bool]:
    """Give the files of a pack, without a folder around all of them, and whether it is a .zip."""
    try:
        content = path.read_bytes()
        if not content.startswith(b"PK"):
            return {path.name: content}, False
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if not re.match("__MACOSX/|.*/$", name)]
            folders = {name.rpartition("/")[0] for name in names}
            around = len(f"{folders.pop()}/".lstrip("/")) if len(folders) == 1 else 0
            return {name[around:]: archive.read(name) for name in names}, True
    except Exception as error:  # whatever a damaged file makes its readers raise
        reason = getattr(error, "strerror", None) or f"a damaged .zip or path ({error})"
        raise PackError(f"{path}: cannot be read: {reason}") from error


def _against(kept: bytes, contents: Mapping[str, bytes], edited: set[str]) -> Iterator[tuple[str, str]]:
    """Name each file that is not as the sums in its pack say."""
    lines = {line for line in kept.decode(errors="replace").splitlines() if line}
    named = {line[66:] for line in lines}
    for name in sorted({line[66:] for line in lines ^ sums_of(contents)}):
        changed = "changed outside the quotations" if {name} & {*_QUOTING} - edited else "changed"
        how = "added" if name not in named else changed if name in contents else "taken out"
        yield name or SUMS, f"not as {SUMS} says: {how}" if name else "has a line that is no sum"


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
    text = re.sub(r"\\(.)|&#([0-9]{1,7});", lambda found: found[1] or chr(min(int(found[2]), 0x10FFFF)), text)
    return text.encode(errors="replace").decode()  # halves of a pair are no characters
