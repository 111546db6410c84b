"""Verification: every quotation of a citation pack sought again in the sources, years later, and every edit named."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import polars as pl

from kit.corpus import Corpus
from kit.errors import visible
from kit.exports import COLUMNS, MARKED, RUNS, SUMS, PackError, check_of, joined, mark_of, sums_of, text_of
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
_MARKS_ABOVE = re.compile(r"^(?:\[//\]: # \(lines (\S+)\)|# lines (\S+))$", re.MULTILINE)
_MARKS_OF = re.compile(r"^# lines of (.+) (\S+)$", re.MULTILINE)
_Row = tuple[str, int, str, str, str, str]  # as in _VERIFIED
_Entry = tuple[int, int, Mapping[str, str], bool]  # its first and last line, what it says, whether it is as written
_Edits = dict[int, str]  # by line


def verify(path: str | Path, corpus: Corpus) -> pl.DataFrame:
    """Compare every quotation of a citation pack with the documents of a corpus, and every line with its mark.

    `path`: the .zip, or its passages.csv or passages.md alone. Returns one row per quotation, and one per edit outside
    them, in the order of files and lines: `file`, `line` (where it begins, or was first edited; 0 for a whole file),
    `document_id`, `quotation`, `outcome`, `what` (in words). Outcomes: found (at its place), moved (elsewhere in its
    document; the nearest is named), changed (no longer in it), missing (no such document), edited (not as it was
    written; of an entry `what` adds how its quotation fares). Line ends, a byte order mark and how cells are quoted do
    not matter. Marks show an edit by hand, not one by somebody who makes new marks. Of a pack of nothing: no row.
    Raises PackError for what is none.
    """
    (contents, is_zip), rows = _contents(Path(path)), list[_Row]()
    sums = contents.pop(SUMS, None) if is_zip else None
    digests = sums_of({document_id: text.encode() for document_id, text in corpus.texts.items()})
    versions = dict(corpus.propositions.select("proposition_id", pl.col("version").cast(pl.String)).iter_rows())
    quoting = [name for name in contents if name in _QUOTING or not is_zip]
    if not quoting:
        raise PackError(f"{path}: has no quotation, or is no citation pack")
    for name in quoting:
        entries, edits = _read(name, contents[name])
        fates = [_fate(cells, corpus, digests, versions) for _, _, cells, _ in entries]
        rows += sorted(_rows(name, entries, fates, edits | _order(entries)), key=lambda row: row[1])
    if sums is not None:
        rows += _against(text_of(sums), contents, {*quoting})
    elif is_zip:
        rows.append((SUMS, 0, "", "", "edited", f"is missing: only {' and '.join(quoting)} could be checked"))
    return pl.DataFrame(rows, schema=_VERIFIED, orient="row")


def report(path: str | Path, corpus: Corpus) -> tuple[str, int]:
    """Say line by line what `verify` finds amiss, and the counts; with the exit code: 0 where all is found.

    What is found has a line per document, and only where there is a remark on it. Raises PackError as `verify` does.
    """
    rows = verify(path, corpus)
    found, amiss = rows.filter(outcome="found"), rows.filter(pl.col("outcome") != "found")
    lines = [f"{file}:{line}: {outcome}: {what}" for file, line, _, _, outcome, what in amiss.iter_rows()]
    remarks = Counter((of, what.partition("; ")[2]) for of, what in found.select("document_id", "what").iter_rows())
    lines += [f"{of}: {number:,} found; {remark}" for (of, remark), number in remarks.items() if remark]
    counted = rows.group_by("outcome").len().sort("outcome").iter_rows()
    counts = ", ".join(f"{number:,} {outcome}" for outcome, number in counted)
    lines.append(counts or "a pack of nothing: no quotation to check")
    return "\n".join(visible(line) for line in lines), int(not amiss.is_empty())


def _rows(name: str, entries: list[_Entry], fates: list[tuple[str, str]], edits: _Edits) -> Iterator[_Row]:
    """Give a row per entry, and one per edit that is in none of the edited entries."""
    within = set[int]()
    for (line, last, cells, is_whole), (outcome, what) in zip(entries, fates, strict=True):
        if not is_whole:
            outcome, what = "edited", f"not as it was written; its quotation: {outcome}, {what}"
            within.update(range(line, last + 1))
            line = next((at for at in range(line, last + 1) if at in edits), line)
        yield name, line, cells["document_id"], cells["quotation"], outcome, what
    yield from ((name, at, "", "", "edited", what) for at, what in edits.items() if at not in within)


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


def _against(sums: str, contents: Mapping[str, bytes], done: set[str]) -> Iterator[_Row]:
    """Name each edit of the sums in a pack, and of each file but those already done that is not as they say."""
    yield from ((SUMS, at, "", "", "edited", what) for at, what in _above(sums).items())
    lines = {line for line in sums.split("\n") if line[66:] and not line.startswith("#")}
    named, marks = {line[66:] for line in lines}, dict[str, str](_MARKS_OF.findall(sums))
    for name in sorted({line[66:] for line in lines ^ sums_of(contents)}):
        how = "added" if name not in named else "changed" if name in contents else "taken out"
        edits = {} if name in done else _edits(text_of(contents.get(name, b"")), marks.get(name, ""))
        edits = {0: f"not as {SUMS} says: {how}"} if edits is None or how != "changed" else edits
        yield from ((name, at, "", "", "edited", what) for at, what in edits.items())


def _read(name: str, content: bytes) -> tuple[list[_Entry], _Edits]:
    """Give the entries of a file, and its edits by line."""
    if name.endswith(".csv"):
        return _table(name, content.decode("utf-8-sig", errors="replace"))
    text = text_of(content)
    entries = _entries(text) if name.endswith(".md") else []
    if not entries and MARKED not in text:
        raise PackError(f"{name!r}: has no quotation, or is no citation pack")
    return entries, _above(text)


def _table(name: str, text: str) -> tuple[list[_Entry], _Edits]:
    csv.field_size_limit(2**31 - 1)  # a passage may be longer than csv expects
    parted = re.match('"?quotation"?([;\t])', text)  # as some spreadsheets do
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=parted[1] if parted else ",")
    entries, header, wanted = list[_Entry](), [*(reader.fieldnames or [])], [*COLUMNS, "check"]
    if missing := {*wanted} - {*header}:
        raise PackError(f"{name!r}: has no column '{min(missing)}' in line 1, so it is no passages.csv of a pack")
    edits = {} if header == wanted else {1: "the columns are not as they were written"}
    for row in reader:
        cells = {column: _SHIELD.sub("", row[column] or "") for column in COLUMNS}
        check, written, last = row["check"] or "", joined(*cells.values()), reader.line_num
        first = last - written.count("\n")
        within = _edits(written, check.removeprefix("lines:"))
        is_whole = None not in row and within == {}
        entries.append((first, last, cells, is_whole))
        if not is_whole:  # the check, if it was edited itself, stands in the last line of its row
            of_row = {min(first + at - 1, last): what for at, what in (within or {}).items()}
            edits |= of_row or {last if check else first: ""}
    return entries, edits


def _entries(text: str) -> list[_Entry]:
    line, at, entries = 1, 0, list[_Entry]()
    for match in _ENTRY.finditer(f"{text}\n"):
        line, at = line + text.count("\n", at, match.start()), match.start()
        tail = _TAIL.search(match[2] or "")
        told = tail.groupdict("") if tail else dict.fromkeys(_TAIL.groupindex, "")
        cells = {key: _unplain(value) for key, value in told.items()}
        cells["quotation"] = _unplain(re.sub("^> ?", "", match[1].removesuffix("\n"), flags=re.MULTILINE))
        is_whole = cells["check"] == f"; check {check_of(match[0].removesuffix(cells['check']))}"
        entries.append((line, line + match[0].count("\n") + 1, cells, is_whole))  # with the empty line behind
    return entries


def _order(entries: list[_Entry]) -> _Edits:
    """Name the line from which the entries stand in another order or number than they were written in."""
    before, due, of, line = 0, 1, 0, 1
    for first, last, cells, is_whole in entries:
        told = re.fullmatch("([0-9]{1,9}) of ([0-9]{1,9})", cells["entry"]) if is_whole else None
        if told and not before < int(told[1]) <= due:
            return {first: f"entry {told[0]} stands here, where entry {due} was due"}
        before, due, of = (int(told[1]), int(told[1]) + 1, int(told[2])) if told else (before, due + 1, of)
        line = last + 1
    return {line: f"nothing stands here, where entry {due} of {of} was due"} if due <= of else {}


def _above(text: str) -> _Edits:
    """Compare a text with the marks in its last line."""
    lines = [*_MARKS_ABOVE.finditer(text)]
    edits = _edits(text, lines[-1][1] or lines[-1][2], lines[-1][0]) if lines else None
    gone = {text.count("\n") + 1: "the line of marks, which was the last, was edited or taken out"}
    return gone if edits is None else edits


def _edits(text: str, marks: str, *more: str) -> _Edits | None:
    """Name each line that no mark of a text (or of `more`) is of, and the first that is not as the mark in its place.

    Lines taken out, doubled or moved behind that one are not named; None where the marks themselves were edited.
    """
    *kept, last = re.findall("(?s).{1,4}", marks) or [""]
    if last != mark_of("".join(kept)):
        return None
    kept, now = [*kept, *map(mark_of, more)], [mark_of(line) for line in text.split("\n")]
    known, unlike = {*kept}, (at for at, (one, other) in enumerate(zip_longest(kept, now), 1) if one != other)
    edits = dict.fromkeys(islice(unlike, 1), "here lines were taken out, added or moved")
    return edits | {at: "not as it was written" for at, mark in enumerate(now, 1) if mark not in known}


def _fate(cells: Mapping[str, str], corpus: Corpus, digests: set[str], versions: Mapping[str, str]) -> tuple[str, str]:
    """Say how the quotation of an entry fares in the corpus, with remarks on its document and its proposition."""
    document_id, proposition_id = cells["document_id"], cells["proposition_id"]
    outcome, what = _place(cells, corpus.texts.get(document_id))
    if outcome == "found" and f"{cells['sha256']}  {document_id}" not in digests:
        what += "; the document has changed elsewhere"
    if (now := versions.get(proposition_id, "")) != cells["proposition_version"]:
        now = now or ("gone" if versions else "not known")
        what += f"; proposition {proposition_id}, version {cells['proposition_version']}, now {now}"
    return outcome, what


def _place(cells: Mapping[str, str], text: str | None) -> tuple[str, str]:
    """Say where the quotation of an entry stands now in the text of its document."""
    document_id, quotation = cells["document_id"], cells["quotation"]
    start, end = (int(cells[key]) if re.fullmatch("[0-9]{1,15}", cells[key]) else -1 for key in ("start", "end"))
    if text is None:
        return "missing", f"no document '{document_id}' in this corpus"
    if start >= 0 and quotation and joined(text[start:end]) == joined(quotation):
        return "found", f"{document_id}#char={start},{end}"
    if not (places := occurrences(text, quotation)):
        return "changed", f"no longer in {document_id}"
    near = min(places, key=lambda place: abs(place - start))
    among = f", the nearest of {len(places)} places" if len(places) > 1 else ""
    return "moved", f"now {document_id}#char={near},{near + len(quotation)}{among}"


def _unplain(text: str) -> str:
    text = re.sub(r"\\(.)|&#([0-9]{1,7});", lambda found: found[1] or chr(min(int(found[2]), 0x10FFFF)), text)
    return text.encode(errors="replace").decode()  # halves of a pair are no characters
