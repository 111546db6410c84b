"""The citation pack: what a selection shows, with what is needed to cite it and to check it against the sources later.

Its checks find slips of a hand or a spreadsheet; they are no seal against somebody who makes new ones.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from kit.corpus import Corpus
from kit.dates import UNKNOWN
from kit.errors import visible
from kit.selection import Selection
from kit.statements import documents_in_words, for_reading

COLUMNS = (
    "quotation document_id start end title publisher source date date_basis said_on rights sha256 speaker form holder "
    "offices relayed_by mode modality stance proposition confidence first_hand passage_id statement_id proposition_id "
    "proposition_version coding corpus_version codebook_version entry selection"
).split()
_Files = Mapping[str, bytes]  # name to content
SUMS, _VERSIONS = "SHA256SUMS", {"corpus": "version", "codebook": "codebook_version"}
MARKED = "The last line of this text marks every line: python3 -m kit verify names one that was edited by hand."
_OWN = ("spoken", "written")  # forms of passages; in the two others somebody else stands between
_SAID = {form: f"{{}}, {form}" for form in _OWN} | {"narrated": "narrated by {publisher}"}
_SAID |= {"quoted": "{}, quoted in {title}, through {publisher}"}
_SAID |= {"coded": "{}: {stance}. {proposition} Mode {mode}, {modality}, confidence {confidence}"}
_CSL = {"answer": "hearing", "briefing": "report", "news": "article-newspaper", "speech": "speech"}
_URL = re.compile(r"https?://[!-;=?-\[\]-z|~]+")  # no space, brace, bracket or backslash: it stands as it is anywhere
RUNS = re.compile("^'*[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20]")  # a spreadsheet takes such a cell for a formula
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|^$=#@]|:(?=//)|(?<=www)\.|^(?:[+:-]|[0-9]+[.)])", re.IGNORECASE)
_TEX = {one: f"\\{one}" for one in "&%$#_"} | {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}"}
_TEX |= {"}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


class PackError(ValueError):
    """A file is no citation pack or a damaged one, or cannot be read or written; the message is one line."""


def citation_pack(
    corpus: Corpus, selection: Selection, pictures: _Files | None = None, made: date | None = None, about: str = ""
) -> dict[str, bytes]:
    """Give the files of a citation pack, name to content; a selection of nothing gives them without quotations.

    Quoted are the evidence of each selected statement and each other selected passage of the running text (under
    `first_hand` only what is spoken or written), in `passages.md` (with footnotes) and `passages.csv` (RFC 4180; UTF-8
    with the byte order mark without which spreadsheets garble it; an apostrophe before what they would run).
    `references.json` (CSL-JSON) and `references.bib` (BibTeX) hold one item per document quoted; then `selection.json`,
    the `pictures` as given, and `SHA256SUMS`. The last line of `passages.md`, the `check` of each row and `SHA256SUMS`
    (for all other text) mark every line: `verify` names one that was edited by hand. `corpus`: that which was selected,
    `corpus.select(selection)`, or the whole to select from; `made`: the day the pack bears, else today; `about`: more
    lines on what it shows. Raises PackError for a picture that is not named as one.
    """
    corpus = corpus.select(selection) if corpus.whole is corpus else corpus
    rows, pictures, table = _rows(corpus, selection), pictures or {}, io.StringIO()
    if odd := [name for name in pictures if not re.fullmatch(r"\w[\w .()-]*\.(?:svg|png)", name)]:
        raise PackError(f"pictures: {odd[0]!r} is no name of a picture, such as matrix.svg or matrix.png")
    cells = [[*COLUMNS, "check"], *([*row.values(), f"lines:{marks_of(joined(*row.values()))}"] for row in rows)]
    csv.writer(table).writerows([RUNS.sub(r"'\g<0>", cell) for cell in row] for row in cells)
    documents = _documents(corpus.whole, {row["document_id"] for row in rows})
    references = [_reference(document) for document in documents.values()]
    more = [*about.splitlines(), *[f"Pictures: {', '.join(pictures)}."] * bool(pictures)]
    head = _head(corpus, selection, rows, f"made on {made or date.today()}", more)
    texts = {
        "passages.md": _marked(head + "".join(_entries(rows, documents)), "[//]: # (lines {})"),
        "passages.csv": f"\ufeff{table.getvalue()}",
        "references.json": json.dumps([item for item, _ in references], ensure_ascii=False, indent=1),
        "references.bib": "\n".join(entry for _, entry in references),
        "selection.json": selection.to_json(),
    }
    pack = {name: text.encode() for name, text in texts.items()} | {**pictures}
    others = [name for name in sorted(pack) if name.endswith((".bib", ".json", ".svg"))]
    marks = [f"# lines of {name} {marks_of(text_of(pack[name]))}" for name in others]
    return pack | {SUMS: _marked("\n".join([*sorted(sums_of(pack)), *marks]), "# lines {}").encode()}


def zipped(pack: _Files) -> bytes:
    """Give the files of `citation_pack` as one .zip; the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, file in pack.items():
            archive.writestr(zipfile.ZipInfo(name), file, zipfile.ZIP_DEFLATED)  # dated 1980, whenever made
    return content.getvalue()


def write_pack(path: str | Path, pack: _Files) -> None:
    """Write the files of `citation_pack` as one .zip, wholly or not at all; raises PackError where that fails."""
    try:
        with TemporaryDirectory(dir=Path(path).parent) as folder:
            Path(folder, "part").write_bytes(zipped(pack))
            Path(folder, "part").replace(path)
    except (OSError, ValueError) as error:
        raise PackError(f"{path}: cannot be written: {getattr(error, 'strerror', error)}") from error


def _running(corpus: Corpus, selection: Selection) -> pl.DataFrame:
    """Give the passages of the running text; under `first_hand` those that their speaker speaks or writes."""
    return corpus.passages.filter(pl.col("zone") == "body", pl.col("form").is_in(_OWN) | (not selection.first_hand))


def _rows(corpus: Corpus, selection: Selection) -> list[dict[str, str]]:
    """Give a row per selected statement and per other selected passage, in the order of documents and texts."""
    whole, statements = corpus.whole, corpus.statements.rename({"evidence": "quotation"})
    others = _running(corpus, selection).drop("form").join(corpus.statements, on="passage_id", how="anti")
    quoted = pl.concat([statements, others.rename({"text": "quotation"})], how="diagonal_relaxed")
    behind = whole.passages.join(quoted, on="passage_id", how="semi")
    spoken = for_reading(whole, behind, corpus.statements.clear())[0]
    names = dict(whole.speakers.select("speaker_id", "name").iter_rows())
    same = {f"{of}_version": str(corpus.about.get(key, "")) for of, key in _VERSIONS.items()}
    coded = pl.col("stance").is_not_null()
    return (
        quoted.join(whole.documents.with_row_index("_at"), on="document_id", suffix="_of")
        .join(whole.propositions, on="proposition_id", how="left")
        .join(spoken, on="passage_id", suffix="_held")
        .sort("_at", "start", "end", "statement_id")
        .with_columns(
            pl.when(coded).then(pl.col("relayed_by").list.eval(pl.element().replace(names)).list.join("; "))
            .when(pl.col("form") == "quoted").then("publisher").alias("relayed_by"),
            pl.when("first_hand").then(pl.lit("yes")).when(coded).then(pl.lit("no")).alias("first_hand"),
            pl.when(pl.col("said_on").is_not_null()).then(_days("earliest", "latest")).alias("said_on"),
            date=_days("earliest_of", "latest_of"), holder=pl.when(coded).then(pl.col("speaker_id").replace(names)),
            offices=pl.coalesce("offices", "offices_held").list.join("; "), proposition="text",
            proposition_version="version", entry=pl.format("{} of {}", pl.int_range(1, pl.len() + 1), pl.len()),
            coding=pl.lit(corpus.coding), selection=pl.lit(selection.to_json()),
            **{key: pl.lit(same[key]) for key in same},
        )
        .select(pl.col(COLUMNS).cast(pl.String).fill_null("")).to_dicts()
    )  # fmt: skip


def _days(earliest: str, latest: str) -> pl.Expr:
    """Write an interval as EDTF, both ends even where they are one day: spreadsheets leave that as it is."""
    ends = (pl.col(end).replace(dict.fromkeys(UNKNOWN)).cast(pl.String).fill_null("..") for end in (earliest, latest))
    return pl.concat_str(*ends, separator="/").replace("../..", "")


def _documents(whole: Corpus, ids: set[str]) -> dict[str, dict[str, Any]]:
    """Give these documents by id, with the `author`: whoever alone speaks or writes all of the running text."""
    body = whole.passages.filter(pl.col("zone") == "body").join(whole.speakers, on="speaker_id", how="left")
    own = pl.col("form").is_in(_OWN).all() & (pl.col("speaker_id").n_unique() == 1)
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


def _head(corpus: Corpus, selection: Selection, rows: list[dict[str, str]], made: str, more: list[str]) -> str:
    """Give the head of passages.md: which corpus, how it was coded, what was selected, how much of how much."""
    whole, about = corpus.whole, {key: _plain(str(value)) for key, value in corpus.about.items()}
    coders = whole.coders.filter(pl.col("coder_id") == corpus.coding).select("name", "how").iter_rows()
    coded = whole.statements.filter(pl.col("first_hand") | (not selection.first_hand))["passage_id"]
    running = {*_running(whole, selection)["passage_id"], *coded}
    there = {"statement": whole.statements.height, "passage": len(running), "document": whole.documents.height}
    counts = [f"{len({row[f'{of}_id'] for row in rows} - {''}):,} of {there[of]:,} {of}s" for of in there]
    counts[1] += " at first hand" * selection.first_hand
    versions = (f"{of} version {about.get(key) or 'not known'}" for of, key in _VERSIONS.items())
    parts = [f"# {about.get('title', '')}", f"Citation pack {made}; {', '.join(versions)}. {MARKED}"]
    parts += [f"How it was coded: {_plain(name)}. {_plain(' '.join(how.split()))}" for name, how in coders]
    code = f"    {selection!r}\n    {json.dumps(json.loads(selection.to_json()))}"
    parts += [f"What it shows: {' · '.join(counts)}.", *map(_plain, more), code]
    return "\n\n".join(parts) + "\n"


def _entries(rows: list[dict[str, str]], documents: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Give each row as a quotation with its footnote, under the heading of its document."""
    before = ""
    for number, row in enumerate(rows, 1):
        of = {key: _plain(value) for key, value in (row | {"date": documents[row["document_id"]]["date"]}).items()}
        of["source"] = f"<{row['source']}>" if _URL.fullmatch(row["source"]) else of["source"]
        said = (of["holder"] or of["speaker"]) + f" ({of['offices']})" * bool(row["offices"])
        said += f", relayed by {of['relayed_by']}" * bool(row["relayed_by"] and row["stance"])
        said += f", in the words of {of['speaker']}" * bool(row["stance"] and row["speaker"] != row["holder"])
        said = _SAID["coded" if row["stance"] else row["form"]].format(said, **of)
        said += "; dated by its text {said_on}".format(**of) * bool(row["said_on"])
        where = "{title}. {publisher}, {date}. Source: {source}. ".format(**of)
        where += "{document_id}#char={start},{end}; sha256 {sha256}; entry {entry}".format(**of)
        where += "; proposition {proposition_id}, version {proposition_version}".format(**of) * bool(row["stance"])
        quoted = "\n".join(f"> {_plain(line)}".rstrip() for line in row["quotation"].split("\n"))
        entry = f"{quoted}\n\n{said}; {of['date']}.[^{number}]\n\n[^{number}]: {where}"
        if before != (before := row["document_id"]):
            yield "\n## {title}\n\n{publisher}, {date}. Rights: {rights}\n".format(**of)
        yield f"\n{entry}; check {check_of(entry)}\n"


def sums_of(pack: _Files) -> set[str]:
    """Give the lines of SHA256SUMS for the files of a pack."""
    return {f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in pack.items()}


def check_of(entry: str) -> str:
    """Give the short check of an entry of passages.md: it differs where that was changed."""
    return f"sha256:{hashlib.sha256(json.dumps(entry).encode()).hexdigest()[:12]}"


def mark_of(line: str) -> str:
    """Give the mark of a line, four characters: it differs where a hand has changed the line."""
    return base64.urlsafe_b64encode(hashlib.sha256(line.encode()).digest()[:3]).decode()


def marks_of(text: str) -> str:
    """Give the marks of all lines of a text, then the mark of these marks, as one word."""
    marks = "".join(map(mark_of, text.split("\n")))
    return marks + mark_of(marks)


def text_of(content: bytes) -> str:
    """Give the text of a file without what programs change unasked: byte order mark, line ends, empty last lines."""
    return joined(content.decode("utf-8-sig", errors="replace")).rstrip("\n")


def joined(*cells: str) -> str:
    """Give the cells of a row as a text of as many lines as they take in the table, whatever ended these lines."""
    return re.sub("\r\n?", "\n", "\x1f".join(cells))


def _marked(text: str, last: str) -> str:
    return f"{text}\n{last.format(marks_of(text))}\n"


@lru_cache(10_000)
def _plain(line: str) -> str:
    """Write a line so that Markdown shows its characters and nothing else."""
    marked = _MARKUP.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line)
    return re.sub("^ +|(?<! ) +$", lambda spaces: "&#32;" * len(spaces[0]), visible(marked, "&#{};"))


def _tex(text: str) -> str:
    shown = ("\ufffd" if one < " " or "\x7f" <= one < "\xa0" else one for one in " ".join(text.split()))
    return re.sub("(?<=[-'`,<>?!])(?=[-'`,<>])", "{}", "".join(_TEX.get(one, one) for one in shown))
