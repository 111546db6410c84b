"""The citation pack: what a selection shows, with what is needed to cite it and to check it against the sources later.

Its checks find slips of a hand or a spreadsheet; they are no seal against somebody who makes new ones.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from kit.corpus import Corpus
from kit.dates import UNKNOWN
from kit.selection import Selection
from kit.spans import occurrences
from kit.statements import documents_in_words, for_reading

_COLUMNS = (
    "quotation document_id start end title publisher source date date_basis said_on rights sha256 speaker holder "
    "offices relayed_by mode modality stance proposition confidence first_hand passage_id statement_id proposition_id "
    "proposition_version coding corpus_version codebook_version selection"
).split()
_VERIFIED: dict[str, Any] = dict.fromkeys("file line document_id quotation outcome what".split(), pl.String)
_VERIFIED |= {"line": pl.Int64, "outcome": pl.Enum(["found", "moved", "changed", "missing", "edited"])}
_SUMS, _VERSIONS = "SHA256SUMS", {"corpus": "version", "codebook": "codebook_version"}
_CSL = {"answer": "hearing", "briefing": "report", "news": "article-newspaper", "speech": "speech"}
_URL = re.compile(r"https?://[!-;=?-\[\]-z|~]+")  # no space, brace, bracket or backslash: it stands as it is anywhere
_RUNS = re.compile("^'*[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20]")  # a spreadsheet takes such a cell for a formula
_SHIELD = re.compile(f"^'(?={_RUNS.pattern[1:]})")
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|^$=#@]|:(?=//)|(?<=www)\.|^(?:[+:-]|[0-9]+[.)])", re.IGNORECASE)
_ENTRY = re.compile(r"^(?=>|\[\^\d+\]: )((?:>.*\n)*)(?:(?!>|\[\^\d+\]: ).*\n)*(?:\[\^\d+\]: (.*))?", re.MULTILINE)
_TAIL = re.compile(
    r"(?<!\S)(?P<document_id>\S+)#char=(?P<start>\d+),(?P<end>\d+); sha256 (?P<sha256>\S*)"
    r"(?:; proposition (?P<proposition_id>\S+), version (?P<proposition_version>\S+))?(?P<check>; check \S+)$"
)
_TEX = {one: f"\\{one}" for one in "&%$#_"} | {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}"}
_TEX |= {"}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


class PackError(ValueError):
    """A file is no citation pack or a damaged one, or cannot be read or written; the message is one line."""


def citation_pack(
    corpus: Corpus, selection: Selection, pictures: Mapping[str, bytes] | None = None, made: date | None = None
) -> dict[str, bytes]:
    """Give the files of a citation pack, name to content; a selection of nothing gives them without quotations.

    Quoted are the evidence of each selected statement and each other selected passage of the running text, in
    `passages.md` (with footnotes) and `passages.csv` (RFC 4180; UTF-8 with the byte order mark without which
    spreadsheets garble it; an apostrophe before what they would run). `references.json` (CSL-JSON) and `references.bib`
    (BibTeX) hold one item per document quoted; then `selection.json`, the `pictures` as given, and `SHA256SUMS`.
    `corpus`: `corpus.select(selection)`, or the whole to select from; `made`: the day the pack bears, else today.
    Raises PackError for a picture that is not named as one.
    """
    corpus = corpus.select(selection) if corpus.whole is corpus else corpus
    rows, pictures, table = _rows(corpus, selection), pictures or {}, io.StringIO()
    if odd := [name for name in pictures if not re.fullmatch(r"\w[\w .()-]*\.(?:svg|png)", name)]:
        raise PackError(f"pictures: {odd[0]!r} is no name of a picture, such as matrix.svg or matrix.png")
    cells = [[*_COLUMNS, "check"], *([*row.values(), _check(row)] for row in rows)]
    csv.writer(table).writerows([_RUNS.sub(r"'\g<0>", cell) for cell in row] for row in cells)
    documents = _documents(corpus.whole, {row["document_id"] for row in rows})
    references = [_reference(document) for document in documents.values()]
    head = _head(corpus, selection, rows, f"made on {made or date.today()}", [*pictures])
    texts = {
        "passages.md": head + "".join(_entries(rows, documents)),
        "passages.csv": f"\ufeff{table.getvalue()}",
        "references.json": json.dumps([item for item, _ in references], ensure_ascii=False, indent=1),
        "references.bib": "\n".join(entry for _, entry in references),
        "selection.json": selection.to_json(),
    }
    pack = {name: text.encode() for name, text in texts.items()} | {**pictures}
    return pack | {_SUMS: "".join(sorted(_sums(pack))).encode()}


def zipped(pack: Mapping[str, bytes]) -> bytes:
    """Give the files of `citation_pack` as one .zip; the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, file in pack.items():
            archive.writestr(zipfile.ZipInfo(name), file, zipfile.ZIP_DEFLATED)  # dated 1980, whenever made
    return content.getvalue()


def write_pack(path: str | Path, pack: Mapping[str, bytes]) -> None:
    """Write the files of `citation_pack` as one .zip, wholly or not at all; raises PackError where that fails."""
    content = zipped(pack)
    try:
        with TemporaryDirectory(dir=Path(path).parent) as folder:
            Path(folder, "part").write_bytes(content)
            Path(folder, "part").replace(path)
    except OSError as error:
        raise PackError(f"{path}: cannot be written: {error.strerror}") from error


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
    kept = {*contents.pop(_SUMS, b"").decode(errors="replace").splitlines(keepends=True)}
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
        others = {line[66:-1] or _SUMS for line in kept ^ _sums(contents)} - {
            row[0] for row in rows if row[4] == "edited"
        }
        what = f"not as {_SUMS} says: something was changed, added, taken out or moved"
        rows += [(name, 0, "", "", "edited", what) for name in sorted(others)]
    return pl.DataFrame(rows, schema=_VERIFIED, orient="row")


def report(path: str | Path, corpus: Corpus) -> tuple[str, int]:
    """Say line by line what `verify` finds, with the exit code: 0 where all is found. Raises PackError as it does."""
    rows = verify(path, corpus)
    lines = [f"{file}:{line}: {outcome}: {what}" for file, line, _, _, outcome, what in rows.iter_rows()]
    lines.append(", ".join(f"{number:,} {outcome}" for outcome, number in Counter(rows["outcome"]).items()))
    return "\n".join(_visible(line, "\\x{:02x}") for line in lines), int({*rows["outcome"]} != {"found"})


def _rows(corpus: Corpus, selection: Selection) -> list[dict[str, str]]:
    """Give a row per selected statement and per other selected passage, in the order of documents and texts."""
    whole, statements = corpus.whole, corpus.statements.rename({"evidence": "quotation"})
    others = corpus.passages.filter(pl.col("zone") == "body").join(statements, on="passage_id", how="anti")
    quoted = pl.concat([statements, others.rename({"text": "quotation"})], how="diagonal_relaxed")
    behind = whole.passages.join(quoted, on="passage_id", how="semi")
    spoken = for_reading(whole, behind, corpus.statements.clear())[0].select("passage_id", "speaker", held="offices")
    names = dict(whole.speakers.select("speaker_id", "name").iter_rows())
    same = {f"{of}_version": str(corpus.about.get(key, "")) for of, key in _VERSIONS.items()}
    same |= {"coding": corpus.coding, "selection": selection.to_json()}
    coded = pl.col("stance").is_not_null()
    return (
        quoted.join(whole.documents.with_row_index("_at"), on="document_id", suffix="_of")
        .join(spoken, on="passage_id")
        .join(whole.propositions, on="proposition_id", how="left")
        .sort("_at", "start", "end", "statement_id")
        .with_columns(
            pl.col("relayed_by").list.eval(pl.element().replace(names)).list.join("; "),
            pl.when("first_hand").then(pl.lit("yes")).when(coded).then(pl.lit("no")).alias("first_hand"),
            pl.when(pl.col("said_on").is_not_null()).then(_days("earliest", "latest")).alias("said_on"),
            date=_days("earliest_of", "latest_of"), holder=pl.when(coded).then(pl.col("speaker_id").replace(names)),
            offices=pl.coalesce("offices", "held").list.join("; "), proposition="text", proposition_version="version",
            **{key: pl.lit(same[key]) for key in same},
        )
        .select(pl.col(_COLUMNS).cast(pl.String).fill_null("")).to_dicts()
    )  # fmt: skip


def _days(earliest: str, latest: str) -> pl.Expr:
    """Write an interval as EDTF, both ends even where they are one day: spreadsheets leave that as it is."""
    ends = (pl.col(end).replace(dict.fromkeys(UNKNOWN)).cast(pl.String).fill_null("..") for end in (earliest, latest))
    return pl.concat_str(*ends, separator="/").replace("../..", "")


def _documents(whole: Corpus, ids: set[str]) -> dict[str, dict[str, Any]]:
    """Give these documents by id, with the `author`: whoever alone speaks or writes all of the running text."""
    body = whole.passages.filter(pl.col("zone") == "body").join(whole.speakers, on="speaker_id", how="left")
    own = pl.col("form").is_in(["spoken", "written"]).all() & (pl.col("speaker_id").n_unique() == 1)
    authors = body.group_by("document_id").agg(pl.when(own).then(pl.col("name").first()).alias("author"))
    told = documents_in_words(whole).join(authors, on="document_id", how="left", maintain_order="left")
    based = pl.when(pl.col("date_basis") != "unknown").then(pl.format("{} ({})", "date", "date_basis"))
    known = pl.col("publisher", "source", "author").replace("not known", "").fill_null("")
    told = told.with_columns(known, based.otherwise("date").alias("date"))
    return {row["document_id"]: row for row in told.iter_rows(named=True) if row["document_id"] in ids}


def _reference(of: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Give a document as an item of CSL-JSON and as an entry of BibTeX; what is not known is left out."""
    days, kind, source, note = [of["earliest"], of["latest"]], _CSL[of["kind"]], of["source"], of["date"]
    issued: dict[str, Any] = {"date-parts": [[day.year, day.month, day.day] for day in dict.fromkeys(days)]}
    issued = {"literal": note} if {*days} & {*UNKNOWN} else issued
    issued |= {"circa": True} if of["date_basis"] == "inferred" else {}
    is_url, publishes = _URL.fullmatch(source), "container-title" if kind.startswith("article") else "publisher"
    item = {"id": of["document_id"], "type": kind, "title": of["title"], publishes: of["publisher"]}
    item |= {"URL" if is_url else "source": source, "author": of["author"] and [{"literal": of["author"]}]}
    item["issued"] = of["date_basis"] != "unknown" and issued
    fields = {key: f"{{{_tex(of[key])}}}" for key in ("author", "title") if of[key]}
    fields |= {"howpublished": _tex(of["publisher"]), "year": str(days[0].year) * (days[0].year == days[1].year)}
    fields |= {"note": note, "url": source} if is_url else {"note": f"{_tex(source)}. {note}".lstrip(". ")}
    lines = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items() if value)
    # Every other type of entry demands an author, whom an article need not name.
    return {key: value for key, value in item.items() if value}, f"@misc{{{of['document_id']},\n{lines}}}\n"


def _head(corpus: Corpus, selection: Selection, rows: list[dict[str, str]], made: str, pictures: list[str]) -> str:
    """Give the head of passages.md: which corpus, how it was coded, what was selected, how much of how much."""
    whole, about = corpus.whole, {key: _plain(str(value)) for key, value in corpus.about.items()}
    coders = whole.coders.filter(pl.col("coder_id") == corpus.coding).select("name", "how").iter_rows()
    running = {*whole.passages.filter(pl.col("zone") == "body")["passage_id"], *whole.statements["passage_id"]}
    there = {"statement": whole.statements.height, "passage": len(running), "document": whole.documents.height}
    counts = (f"{len({row[f'{of}_id'] for row in rows} - {''}):,} of {there[of]:,} {of}s" for of in there)
    versions = (f"{of} version {about.get(key) or 'not known'}" for of, key in _VERSIONS.items())
    parts = [f"# {about.get('title', '')}", f"Citation pack {made}; {', '.join(versions)}."]
    parts += [f"How it was coded: {_plain(name)}. {_plain(' '.join(how.split()))}" for name, how in coders]
    code = f"    {selection!r}\n    {json.dumps(json.loads(selection.to_json()))}"
    parts += [f"What it shows: {' · '.join(counts)}.", code]
    parts += [f"Pictures: {', '.join(map(_plain, pictures))}."] * bool(pictures)
    return "\n\n".join(parts) + "\n"


def _entries(rows: list[dict[str, str]], documents: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Give each row as a quotation with its footnote, under the heading of its document."""
    before = ""
    for number, row in enumerate(rows, 1):
        of = {key: _plain(value) for key, value in (row | {"date": documents[row["document_id"]]["date"]}).items()}
        if _URL.fullmatch(row["source"]):
            of["source"] = f"<{row['source']}>"
        said = (of["holder"] or of["speaker"]) + f" ({of['offices']})" * bool(row["offices"])
        said += f", relayed by {of['relayed_by']}" * bool(row["relayed_by"])
        if row["stance"]:
            said += ": {stance}. {proposition} Mode {mode}, {modality}, confidence {confidence}".format(**of)
        said += "; dated by its text {said_on}".format(**of) * bool(row["said_on"])
        where = "{title}. {publisher}, {date}. Source: {source}. ".format(**of)
        where += "{document_id}#char={start},{end}; sha256 {sha256}".format(**of)
        where += "; proposition {proposition_id}, version {proposition_version}".format(**of) * bool(row["stance"])
        quoted = "\n".join(f"> {_plain(line)}".rstrip() for line in row["quotation"].split("\n"))
        entry = f"{quoted}\n\n{said}; {of['date']}.[^{number}]\n\n[^{number}]: {where}"
        if before != (before := row["document_id"]):
            yield "\n## {title}\n\n{publisher}, {date}. Rights: {rights}\n".format(**of)
        yield f"\n{entry}; check {_check(entry)}\n"


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
        if missing := {*_COLUMNS, "check"} - {*(reader.fieldnames or [])}:
            raise PackError(f"{name!r}: has no column '{min(missing)}' in line 1, so it is no passages.csv of a pack")
        for row in reader:
            cells = {column: _SHIELD.sub("", row[column] or "") for column in _COLUMNS}
            yield line, cells, row["check"] == _check(cells)
            line = reader.line_num + 1
    if name.endswith(".md"):
        text = text.replace("\r\n", "\n") + "\n"
        for match in _ENTRY.finditer(text):
            line, at = line + text.count("\n", at, match.start()), match.start()
            tail = _TAIL.search(match[2] or "")
            told = tail.groupdict("") if tail else dict.fromkeys(_TAIL.groupindex, "")
            cells = {key: _unplain(value) for key, value in told.items()}
            cells["quotation"] = _unplain(re.sub("^> ?", "", match[1].removesuffix("\n"), flags=re.MULTILINE))
            yield line, cells, cells["check"] == f"; check {_check(match[0].removesuffix(cells['check']))}"


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


def _sums(pack: Mapping[str, bytes]) -> set[str]:
    return {f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in pack.items()}


def _check(entry: str | Mapping[str, str]) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(entry).encode()).hexdigest()[:12]}"


def _visible(text: str, number: str) -> str:
    return (
        text if text.isprintable() else "".join(one if one.isprintable() else number.format(ord(one)) for one in text)
    )


@lru_cache(10_000)
def _plain(line: str) -> str:
    """Write a line so that Markdown shows its characters and nothing else."""
    marked = _MARKUP.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line)
    return re.sub("^ +|(?<! ) +$", lambda spaces: "&#32;" * len(spaces[0]), _visible(marked, "&#{};"))


def _unplain(text: str) -> str:
    return re.sub(r"\\(.)|&#([0-9]{1,7});", lambda found: found[1] or chr(min(int(found[2]), 0x10FFFF)), text)


def _tex(text: str) -> str:
    shown = ("\ufffd" if one < " " or "\x7f" <= one < "\xa0" else one for one in " ".join(text.split()))
    return re.sub("(?<=[-'`,<>?!])(?=[-'`,<>])", "{}", "".join(_TEX.get(one, one) for one in shown))
