"""The citation pack: it quotes to the character, readers of each format take it, and every change is named."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import citeproc
import mistune
import polars as pl
import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source import DateRange
from citeproc.source.json import CiteProcJSON
from hypothesis import example, given, strategies as st
from pybtex import plugin
from pybtex.database import BibliographyData, parse_string
from pybtex.richtext import Text

import kit
from kit import Selection, schema
from kit.exports import MARKED, PackError, citation_pack, write_pack
from kit.verification import verify

DAY = date(2024, 2, 29)
ANSWER = "2019-03-12-questions-night-ferry"
SPEECH = "2020-harbour-master-winter-speech"
ODD = "\u202egnirts\u202c \x00\x1b\x85\u2028\u00a0\ufeff \U0001f469\u200d\U0001f692 e\u0301 ﷽"
MARKUP = (
    "=1+1 <b>bold</b> <script>alert(1)</script> *a* _b_ `c` ~~d~~ ==e== $f$ ^g^ [^1] [h](http://i.j) ![k](l) &amp; "
    "&#42; \\ | www.example.org http://example.org me@example.org {x} % # @misc{y, \\textbf{z}} #char=1,2; sha256 0; "
    "check 0"
)
BLOCKS = "# head\n\n\n---\n\n===\n> quote\n- item\n+ item\n* item\n\ttab\n    code\n```\nx\n```"
TEXTS = [
    f"{MARKUP} {ODD}", BLOCKS, "1. one\n2) two", " both ends \r\n\r ", "[^1]: no footnote; sha256 0; check 0",
    "a|b\n-|-\nc|d", ": term\n~ x", "'=1", "''-x", "＝1", "\\", "&#38;#38;", "    code",
]  # fmt: skip


def built(second: kit.Corpus, text: str, name: str = "") -> kit.Corpus:
    """Give a corpus of one statement whose evidence is `text`; `name`, where given, is what everything is called."""
    statement = second.statements.filter(document_id=ANSWER).head(1)
    whole = f"before\n{text}\nafter"
    statement = statement.with_columns(evidence=pl.lit(text), start=pl.lit(7), end=pl.lit(7 + len(text)))
    frames: dict[str, Any] = {"statements": statement, "texts": {**second.texts, ANSWER: whole}}
    if name:
        called = pl.lit(name)
        frames["documents"] = second.documents.with_columns(
            title=called, publisher=called, source=called, rights=called
        )
        frames["speakers"] = second.speakers.with_columns(name=called)
        frames["propositions"] = second.propositions.with_columns(text=called)
        frames["coders"] = second.coders.with_columns(name=called, how=called)
        frames["about"] = {"title": name, "version": name, "codebook_version": name}
        frames["statements"] = statement.with_columns(
            pl.lit([name]).alias("offices"), pl.lit([name]).alias("relayed_by")
        )
    corpus = replace(second, **frames)
    return replace(corpus.select(Selection()), passages=corpus.passages.clear())


def written(path: Path, corpus: kit.Corpus, selection: Selection | None = None) -> Path:
    write_pack(path, citation_pack(corpus, selection or Selection(), {"matrix.svg": b"<svg/>"}, DAY))
    return path


def table_of(pack: dict[str, bytes]) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(pack["passages.csv"].decode("utf-8-sig"), newline=""))]


def rows_of(pack: dict[str, bytes]) -> list[dict[str, str]]:
    """Give the table with the apostrophes that keep spreadsheets from running it taken off."""
    return [
        {key: re.sub("^'(?='*[-=+@\t\r\n＝＋－＠])", "", cell) for key, cell in row.items()} for row in table_of(pack)
    ]


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    for node in tree:
        yield node
        yield from nodes(node.get("children", []))


def shown(node: dict[str, Any]) -> str:
    """Give the characters that a node shows; the reader keeps character references until it writes HTML."""
    return "".join(html.unescape(one.get("raw", "\n" if one["type"] == "softbreak" else "")) for one in nodes([node]))


EVERY_PLUGIN = (
    "footnotes table strikethrough url math mark insert superscript subscript def_list task_lists abbr spoiler".split()
)


def markdown(pack: dict[str, bytes]) -> list[dict[str, Any]]:
    """Read passages.md with every extension that the reader knows: what is escaped must stay so in all of them."""
    tree = mistune.create_markdown(renderer="ast", plugins=EVERY_PLUGIN)(pack["passages.md"].decode())
    assert isinstance(tree, list)
    return tree


# ---- what is in a pack


def test_a_pack_quotes_every_selected_statement_and_other_passage_once_in_both_files(corpus: kit.Corpus) -> None:
    selected = corpus.select(Selection())
    body = selected.passages.filter(pl.col("zone") == "body")["passage_id"]
    others = {*body} - {*selected.statements["passage_id"]}

    pack = citation_pack(selected, Selection(), made=DAY)

    rows = rows_of(pack)
    assert sorted(row["statement_id"] for row in rows if row["statement_id"]) == sorted(
        corpus.statements["statement_id"]
    )
    assert {row["passage_id"] for row in rows if not row["statement_id"]} == others
    assert len(rows) == corpus.statements.height + len(others)
    order = corpus.documents["document_id"].to_list()
    places = [(order.index(row["document_id"]), int(row["start"]), int(row["end"])) for row in rows]
    assert places == sorted(places)
    assert pack["passages.md"].decode().count("\n## ") == corpus.documents.height
    assert pack["passages.md"].decode().count("\n\n[^") == len(rows)


def test_each_row_tells_whose_position_it_is_through_whom_and_where_it_stands(corpus: kit.Corpus) -> None:
    relayed = corpus.statements.filter(pl.col("relayed_by").list.len() > 1).row(0, named=True)
    names = dict(corpus.speakers.select("speaker_id", "name").iter_rows())

    rows = rows_of(citation_pack(corpus, Selection(propositions=[relayed["proposition_id"]]), made=DAY))

    row = next(row for row in rows if row["statement_id"] == relayed["statement_id"])
    document = corpus.documents.row(by_predicate=pl.col("document_id") == relayed["document_id"], named=True)
    assert row["relayed_by"] == "; ".join(names[one] for one in relayed["relayed_by"])
    assert row["holder"] == names[relayed["speaker_id"]]
    assert row["offices"] == "; ".join(relayed["offices"])
    assert (
        row["quotation"] == corpus.text(row["document_id"])[int(row["start"]) : int(row["end"])] == relayed["evidence"]
    )
    assert [row[key] for key in ("stance", "mode", "modality", "confidence")] == [
        relayed[key] for key in ("stance", "mode", "modality", "confidence")
    ]
    assert (row["first_hand"], row["title"], row["sha256"]) == ("no", document["title"], document["sha256"])
    assert row["date"] == f"{document['earliest']}/{document['latest']}"
    assert Selection.from_json(row["selection"]) == Selection(propositions=[relayed["proposition_id"]])


def test_a_passage_without_a_statement_names_its_speaker_and_no_holder_or_stance(corpus: kit.Corpus) -> None:
    pack = citation_pack(corpus, Selection(speakers=["sadiq-khan"]), made=DAY)

    rows = [row for row in rows_of(pack) if not row["statement_id"]]

    assert {row["speaker"] for row in rows} == {"Sadiq Khan"}
    assert {row["offices"] for row in rows} == {"Mayor of London"}
    empty = ("holder", "stance", "proposition", "modality", "mode", "confidence", "first_hand", "relayed_by")
    assert {row[key] for row in rows for key in empty} == {""}
    assert {row["form"] for row in rows} == {"spoken"}
    assert "\nSadiq Khan (Mayor of London), spoken; 14 September 2016 (stated).[^" in pack["passages.md"].decode()


NEWS = "2023-09-25-lbc-armed-officers-step-back"


def test_every_row_bears_the_form_of_its_passage(corpus: kit.Corpus) -> None:
    forms = dict(corpus.passages.select("passage_id", "form").iter_rows())

    rows = rows_of(citation_pack(corpus, Selection(), made=DAY))

    assert {row["form"] for row in rows} == {*schema.FORMS}
    assert [row["form"] for row in rows] == [forms[row["passage_id"]] for row in rows]


def test_words_that_another_quotes_or_narrates_say_so_where_no_statement_of_theirs_is_selected(
    corpus: kit.Corpus,
) -> None:
    uncoded = replace(corpus, statements=corpus.statements.clear())
    title = corpus.documents.filter(document_id=NEWS)["title"][0]

    pack = citation_pack(uncoded, Selection(documents=[NEWS]), made=DAY)

    rows, text = rows_of(pack), pack["passages.md"].decode()
    assert {(row["form"], row["relayed_by"]) for row in rows} == {("quoted", "LBC"), ("narrated", "")}
    assert text.count(f"\nSadiq Khan (Mayor of London), quoted in {title}, through LBC; 25 September 2023 (") > 1
    assert text.count("\nnarrated by LBC; 25 September 2023 (stated).[^") == sum(
        row["form"] == "narrated" for row in rows
    )
    assert "\nSadiq Khan (Mayor of London); " not in text
    assert "\nSadiq Khan (Mayor of London), spoken" not in text


def test_at_first_hand_a_pack_has_no_words_that_another_quotes_or_narrates(corpus: kit.Corpus) -> None:
    selection = Selection(first_hand=True)
    body = corpus.passages.filter(pl.col("zone") == "body", pl.col("form").is_in(["spoken", "written"]))
    coded = corpus.statements.filter("first_hand")
    whole = {*body["passage_id"], *coded["passage_id"]}

    pack = citation_pack(corpus, selection, made=DAY)
    of_news = citation_pack(corpus, replace(selection, documents=(NEWS,)), made=DAY)

    rows = rows_of(pack)
    assert {row["form"] for row in rows if not row["statement_id"]} == {"spoken", "written"}
    assert {row["passage_id"] for row in rows} == whole
    assert len(whole) < corpus.passages.filter(pl.col("zone") == "body").height
    assert f" · {len(whole)} of {len(whole)} passages at first hand · " in pack["passages.md"].decode()
    assert rows_of(of_news) == []
    assert f" · 0 of {len(whole)} passages at first hand · " in of_news["passages.md"].decode()


@pytest.mark.parametrize(
    "about", ["kit.compare(corpus, 'a_b', \"c\")\n3 of 7 *pairs*", "> no quotation\n[^1]: none; check 0"]
)
def test_what_else_is_told_of_a_pack_stands_in_its_head(second: kit.Corpus, tmp_path: Path, about: str) -> None:
    pack = citation_pack(second, Selection(), made=DAY, about=about)
    (tmp_path / "passages.md").write_bytes(pack["passages.md"])

    told = [shown(node) for node in markdown(pack) if node["type"] == "paragraph"]
    at = next(at for at, words in enumerate(told) if words.startswith("What it shows: "))
    assert told[at + 1 : at + 3] == about.split("\n")
    assert {*verify(tmp_path / "passages.md", second)["outcome"]} == {"found"}


def test_the_markdown_tells_corpus_coding_selection_and_counts_with_their_denominators(corpus: kit.Corpus) -> None:
    corpus = replace(corpus, about={**corpus.about, "codebook_version": 7})
    selection = Selection(themes=["accountability"], documents=["2023-09-25-lbc-armed-officers-step-back"])
    selected = corpus.select(selection)

    text = citation_pack(selected, selection, {"a.svg": b"", "b (1).png": b""}, DAY)["passages.md"].decode()

    made = "Citation pack made on 2024-02-29; corpus version 1, codebook version 7."
    assert text.startswith(f"# {corpus.about['title']}\n\n{made} {MARKED}\n\n")
    assert f"    {selection!r}\n    {selection.to_json()}\n" in text
    assert f"What it shows: {selected.statements.height} of {corpus.statements.height} statements · " in text
    assert " · 1 of 5 documents.\n" in text
    assert "How it was coded: Agreed coding of two runs of a language model. Made from coder-a and coder-b" in text
    assert "Pictures: a.svg, b (1).png.\n" in text
    assert "Rights: Text of LBC, by Fraser Knight" in text
    assert "&#" not in text.split("\n## ")[0]


def test_a_position_that_the_text_dates_otherwise_says_so_beside_the_date_of_the_document(corpus: kit.Corpus) -> None:
    dated = corpus.statements.filter(pl.col("said_on") == "2016-01").row(0, named=True)

    pack = citation_pack(corpus, Selection(documents=[dated["document_id"]]), made=DAY)

    row = next(row for row in rows_of(pack) if row["statement_id"] == dated["statement_id"])
    assert (row["said_on"], row["date"], row["date_basis"]) == (
        "2016-01-01/2016-01-31",
        "2016-07-15/2016-08-13",
        "inferred",
    )
    said = "; dated by its text 2016-01-01/2016-01-31; between 15 July 2016 and 13 August 2016 (inferred).[^"
    assert said in pack["passages.md"].decode()


def test_an_unknown_date_is_no_date_in_any_file(second: kit.Corpus) -> None:
    pack = citation_pack(second, Selection(documents=["night-ferry-briefing"]), made=DAY)

    assert {(row["date"], row["date_basis"]) for row in rows_of(pack)} == {("", "unknown")}
    assert "issued" not in json.loads(pack["references.json"])[0]
    assert b"year" not in pack["references.bib"]
    assert b"note = {date unknown}" in pack["references.bib"]
    assert not re.search(rb"0001-01-01|9999-12-31", b"".join(pack.values()))


def test_a_corpus_without_a_coding_gives_its_passages(copy_of_second: Any) -> None:
    copy_of_second.uncode()
    corpus = kit.load(copy_of_second.path)

    pack = citation_pack(corpus, Selection(text="fare"), made=DAY)

    assert rows_of(pack)
    assert {row["holder"] for row in rows_of(pack)} == {""}
    assert b"How it was coded" not in pack["passages.md"]
    assert b"0 of 0 statements" in pack["passages.md"]


def test_a_selection_of_nothing_gives_all_files_and_no_quotation(corpus: kit.Corpus) -> None:
    pack = citation_pack(corpus, Selection(since="1900-01-01", until="1900-12-31"), made=DAY)

    names = ["passages.md", "passages.csv", "references.json", "references.bib", "selection.json", "SHA256SUMS"]
    assert [*pack] == names
    assert rows_of(pack) == []
    assert json.loads(pack["references.json"]) == []


def test_the_selection_of_a_pack_opens_the_same_view_again(corpus: kit.Corpus) -> None:
    selection = Selection(
        speakers=["sadiq-khan"], since="2016-01-01", text="“armed” — é\u2028", modalities=["question"]
    )

    pack = citation_pack(corpus, selection, made=DAY)

    assert Selection.from_json(pack["selection.json"].decode()) == selection


def test_the_whole_corpus_is_selected_from_and_a_selection_is_taken_as_it_is(corpus: kit.Corpus) -> None:
    selection = Selection(themes=["resources"])
    narrowed = replace(corpus.select(selection), statements=corpus.select(selection).statements.head(1))

    assert citation_pack(corpus, selection, made=DAY) == citation_pack(corpus.select(selection), selection, made=DAY)
    assert sum(row["stance"] != "" for row in rows_of(citation_pack(narrowed, selection, made=DAY))) == 1


def test_pictures_are_in_the_pack_as_given_and_every_file_under_its_sum(corpus: kit.Corpus) -> None:
    pack = citation_pack(corpus, Selection(), {"matrix.svg": b"<svg/>", "matrix.png": b"\x89PNG"}, DAY)

    lines = pack.pop("SHA256SUMS").decode().splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines if not line.startswith("# lines "))
    assert (pack["matrix.svg"], pack["matrix.png"]) == (b"<svg/>", b"\x89PNG")
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in pack.items()}


@pytest.mark.parametrize("name", ["../a.svg", "passages.csv", "a/b.png", "", "a\n.svg", ".svg", "SHA256SUMS", "a.html"])
def test_a_picture_that_is_not_named_as_one_is_refused(corpus: kit.Corpus, name: str) -> None:
    with pytest.raises(PackError, match=r"is no name of a picture, such as matrix\.svg"):
        citation_pack(corpus, Selection(), {name: b""})


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="this system has no sha256sum")
def test_the_usual_tool_reads_the_sums_and_passes_over_the_marks_of_lines(second: kit.Corpus, tmp_path: Path) -> None:
    pack = citation_pack(second, Selection(), {"a.svg": b"<svg/>", "b (1).png": b"\x89PNG"}, DAY)
    for name, content in pack.items():
        (tmp_path / name).write_bytes(content)

    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")
    assert sorted(told.stdout.splitlines()) == sorted(f"{name}: OK" for name in pack if name != "SHA256SUMS")


def test_the_marks_of_lines_are_not_shown_by_a_reader_of_markdown(second: kit.Corpus) -> None:
    text = citation_pack(second, Selection(), made=DAY)["passages.md"].decode()
    above, last = text[: text.rindex("\n[//]: # (lines ")], text[text.rindex("(lines ") + 7 :].removesuffix(")\n")

    for plugins in ([], EVERY_PLUGIN):
        read = mistune.create_markdown(plugins=plugins)

        assert len(last) == 4 * (text.count("\n"))
        assert read(text) == read(above)


def test_the_same_selection_gives_the_same_bytes_and_leaves_nothing_beside_them(
    corpus: kit.Corpus, tmp_path: Path
) -> None:
    first, again = written(tmp_path / "a.zip", corpus), written(tmp_path / "b.zip", corpus)

    assert first.read_bytes() == again.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "b.zip"}


def test_a_pack_without_a_day_bears_todays(corpus: kit.Corpus) -> None:
    before = date.today()

    text = citation_pack(corpus, Selection())["passages.md"].decode()

    assert any(f"made on {day};" in text for day in (before, date.today()))


def test_a_pack_under_a_name_that_no_file_can_have_is_told_in_one_line(second: kit.Corpus, tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"cannot be written: .*null (byte|character)"):
        write_pack(tmp_path / "a\0b.zip", {})
    with pytest.raises(PackError, match=r"cannot be read: .*null (byte|character)"):
        verify(tmp_path / "a\0b.zip", second)


@pytest.mark.parametrize("where", ["no/pack.zip", "file/pack.zip"])
def test_a_pack_that_cannot_be_written_says_so_in_a_line(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(PackError, match=rf"^.*{where}: cannot be written: N"):
        write_pack(tmp_path / where, {"a": b""})


def test_a_pack_that_fails_half_way_leaves_the_one_before_and_no_piece(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.zip", {"a": b"1"})
    before = (tmp_path / "a.zip").read_bytes()

    with pytest.raises(TypeError):
        write_pack(tmp_path / "a.zip", {"a": b"2", "b": None})  # type: ignore[dict-item]

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.zip", before)]


# ---- hostile text


@given(text=st.text(min_size=1), ending=st.sampled_from([".csv", ".md"]))
@example(text=TEXTS[0], ending=".md")
def test_any_quotation_comes_back_to_the_character(
    second: kit.Corpus, tmp_path_factory: pytest.TempPathFactory, text: str, ending: str
) -> None:
    path = tmp_path_factory.mktemp("pack", numbered=True) / f"passages{ending}"
    corpus = built(second, text)
    path.write_bytes(citation_pack(corpus, Selection(), made=DAY)[path.name])

    found = verify(path, corpus)

    assert found.select("quotation", "outcome").rows() == [(text, "found")]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ending", [".csv", ".md"])
def test_hostile_words_and_names_come_back_to_the_character(
    second: kit.Corpus, tmp_path: Path, text: str, ending: str
) -> None:
    path = tmp_path / f"passages{ending}"
    corpus = built(second, text, name=f"{text}\n{text}")
    path.write_bytes(citation_pack(corpus, Selection(text=text), made=DAY)[path.name])

    found = verify(path, corpus)

    assert found.select("quotation", "outcome").rows() == [(text, "found")]


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" \n"), min_size=1))
@example(text=BLOCKS.replace("\t", ""))
@example(text=MARKUP)
@example(text="    code")
def test_markdown_shows_a_quotation_as_its_characters_and_nothing_else(second: kit.Corpus, text: str) -> None:
    tree = markdown(citation_pack(built(second, text), Selection(), made=DAY))

    quotations = [node for node in tree if node["type"] == "block_quote"]
    assert len(quotations) == 1
    kinds = {node["type"] for node in nodes(quotations[0]["children"])}
    assert kinds <= {"paragraph", "text", "softbreak", "blank_line"}
    assert "".join(shown(quotations[0]).split()) == "".join(text.split())


@pytest.mark.parametrize("text", TEXTS)
def test_no_hostile_name_becomes_markup(second: kit.Corpus, text: str) -> None:
    tree = markdown(citation_pack(built(second, text, name=text), Selection(), made=DAY))

    kinds = [node["type"] for node in nodes(tree)]
    plain = {"heading", "paragraph", "text", "softbreak", "blank_line", "block_quote", "block_code"}
    assert {*kinds} <= {*plain, "footnote_ref", "footnotes", "footnote_item"}
    lines = (
        citation_pack(built(second, text, name=text), Selection(text=ODD), made=DAY)["passages.md"].decode().split("\n")
    )
    assert [line for line in lines if not line.isprintable()] == []
    assert [kinds.count(kind) for kind in ("heading", "block_quote", "footnote_ref", "footnote_item")] == [2, 1, 1, 1]


def test_a_reader_of_markdown_finds_every_quotation_of_the_corpus_and_its_footnote(corpus: kit.Corpus) -> None:
    pack = citation_pack(corpus, Selection(), made=DAY)
    rows = rows_of(pack)

    tree = markdown(pack)

    quotations = [" ".join(shown(node).split()) for node in tree if node["type"] == "block_quote"]
    assert quotations == [" ".join(row["quotation"].split()) for row in rows]
    notes = [shown(node) for node in nodes(tree) if node["type"] == "footnote_item"]
    assert len(notes) == len(rows)
    for row, note in zip(rows, notes, strict=True):
        assert row["title"] in note
        assert f"{row['document_id']}#char={row['start']},{row['end']}; sha256 {row['sha256']}" in note
        assert row["source"] in note
    links = {node["attrs"]["url"] for node in nodes(tree) if node["type"] == "link"}
    assert links == {source for source in corpus.documents["source"] if source.startswith("http")}


def test_an_address_in_a_quotation_is_not_made_a_link_where_bare_ones_are(second: kit.Corpus) -> None:
    words = "www.a.org WWW.b.org https://c.org d@e.org"

    text = citation_pack(built(second, words), Selection(), made=DAY)["passages.md"].decode()

    assert "\n> www\\.a.org WWW\\.b.org https\\://c.org d\\@e.org\n" in text


def test_the_table_is_read_alike_by_csv_and_by_polars(second: kit.Corpus, corpus: kit.Corpus) -> None:
    for one in (corpus, built(second, TEXTS[0], name=TEXTS[3])):
        pack = citation_pack(one, Selection(), made=DAY)
        content = pack["passages.csv"]

        frame = pl.read_csv(content, infer_schema=False)

        assert frame.columns[0] == "quotation"
        assert frame.fill_null("").to_dicts() == table_of(pack)


def test_the_table_is_utf_8_with_a_byte_order_mark_and_lines_as_in_rfc_4180(corpus: kit.Corpus) -> None:
    content = citation_pack(corpus, Selection(themes=["resources"]), made=DAY)["passages.csv"]

    assert content.startswith("\ufeffquotation,document_id,start,end,".encode())
    assert content.endswith(b"\r\n")
    assert "’".encode() in content


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'=", "''@"])
def test_no_cell_of_the_table_is_run_by_a_spreadsheet(second: kit.Corpus, begins: str) -> None:
    words = f"{begins}HYPERLINK(A1)"

    row = table_of(citation_pack(built(second, words, name=words), Selection(), made=DAY))[0]

    assert row["quotation"] == row["title"] == row["holder"] == row["rights"] == f"'{words}"
    assert not [key for key, cell in row.items() if re.match("[-=+@\t\r\n＝＋－＠]", cell)]


# ---- references


def bibliography(content: bytes) -> tuple[CiteProcJSON, list[str]]:
    items = json.loads(content)
    source = CiteProcJSON(items)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    made = CitationStylesBibliography(style, source, formatter.plain)
    for item in items:
        made.register(Citation([CitationItem(item["id"])]))
    return source, [str(entry) for entry in made.bibliography()]


@pytest.mark.filterwarnings("error:The following arguments:UserWarning")  # what the reader does not know
def test_a_reader_of_csl_json_takes_every_reference_and_prints_it(corpus: kit.Corpus) -> None:
    source, printed = bibliography(citation_pack(corpus, Selection(), made=DAY)["references.json"])

    assert sorted(source) == sorted(corpus.documents["document_id"])
    assert len(printed) == corpus.documents.height
    for title in corpus.documents["title"]:
        assert any(title in entry for entry in printed)
    assert any(entry.startswith("Cressida Dick (2017)") and entry.endswith(".") for entry in printed)


@pytest.mark.filterwarnings("error:The following arguments:UserWarning")
def test_references_say_of_dates_and_sources_what_is_known(corpus: kit.Corpus, second: kit.Corpus) -> None:
    content = citation_pack(corpus, Selection(), made=DAY)["references.json"]
    source, _ = bibliography(content)
    items = {item["id"]: item for item in json.loads(content)}

    inferred = items["2016-met-operation-hercules"]
    assert inferred["issued"] == {"date-parts": [[2016, 7, 15], [2016, 8, 13]], "circa": True}
    assert isinstance(source[inferred["id"]]["issued"], DateRange)
    assert inferred.keys() == {"id", "type", "title", "author", "publisher", "issued"}  # its source is not known
    answer = items["2016-09-14-mqt-operation-hercules"]
    assert answer["issued"] == {"date-parts": [[2016, 9, 14]]}
    assert answer["URL"] == "https://www.london.gov.uk/questions/2016/3305"
    assert "author" not in answer  # two persons speak
    assert items["2023-09-25-lbc-armed-officers-step-back"]["container-title"] == "LBC"
    assert {item["id"]: item["type"] for item in items.values()} == {
        "2016-met-operation-hercules": "report",
        "2016-09-14-mqt-operation-hercules": "hearing",
        "2017-07-20-met-mansion-house-speech": "speech",
        "2018-12-20-mqt-armed-patrols": "hearing",
        "2023-09-25-lbc-armed-officers-step-back": "article-newspaper",
    }


def test_an_open_date_is_told_in_words_and_a_source_that_is_no_address_as_it_is(second: kit.Corpus) -> None:
    documents = second.documents.with_columns(latest=pl.lit(date.max), source=pl.lit("Box 7, the town's archive"))
    pack = citation_pack(replace(second, documents=documents), Selection(documents=[ANSWER]), made=DAY)

    item = json.loads(pack["references.json"])[0]

    assert item["issued"] == {"literal": "from 12 March 2019 (stated)"}
    assert bibliography(pack["references.json"])[1]
    assert item["source"] == "Box 7, the town's archive"
    assert "URL" not in item
    assert parse_string(pack["references.bib"].decode(), "bibtex").entries[ANSWER].fields["note"].startswith("Box 7, ")
    assert rows_of(pack)[0]["date"] == "2019-03-12/.."


def test_one_who_is_only_quoted_is_no_author(second: kit.Corpus) -> None:
    quoted = replace(
        second, passages=second.passages.with_columns(pl.lit("quoted", schema.FRAMES["passages"]["form"]).alias("form"))
    )
    packs = [citation_pack(one, Selection(documents=[SPEECH]), made=DAY) for one in (second, quoted)]

    speech, same = (json.loads(pack["references.json"])[0] for pack in packs)

    assert speech["author"] == [{"literal": "Cleo Marsh"}]
    assert "author" not in same
    assert b"author" not in packs[1]["references.bib"]


def test_every_kind_of_document_has_a_type_that_csl_knows(second: kit.Corpus) -> None:
    types = Path(citeproc.__file__).with_name("data") / "schema" / "schemas" / "styles" / "csl-types.rnc"
    known = re.findall(r'"([a-z_-]+)"', types.read_text(encoding="utf-8"))

    items = json.loads(citation_pack(second, Selection(), made=DAY)["references.json"])

    assert {*second.documents["kind"]} == {*schema.KINDS}
    assert len(items) == len(schema.KINDS)
    assert {item["type"] for item in items} <= {*known}


def read_bibtex(content: bytes) -> BibliographyData:
    return parse_string(content.decode(), "bibtex")  # raises where anything is not BibTeX


def from_latex(text: str) -> str:
    """Give what LaTeX prints for a field; some commands the reader leaves as they are."""
    told = str(Text.from_latex(text)).replace(r"\$", "$")
    for command, character in {"asciicircum": "^", "braceleft": "{", "braceright": "}"}.items():
        told = told.replace(rf"\text{command} ", character)
    return " ".join(told.split())


def test_a_reader_of_bibtex_takes_every_reference_under_its_document_id_and_prints_it(corpus: kit.Corpus) -> None:
    data = read_bibtex(citation_pack(corpus, Selection(), made=DAY)["references.bib"])

    style = plugin.find_plugin("pybtex.style.formatting", "plain")()
    text = plugin.find_plugin("pybtex.backends", "text")()
    printed = [entry.text.render(text) for entry in style.format_bibliography(data)]

    assert [*data.entries] == corpus.documents["document_id"].to_list()
    assert any(entry.startswith("Cressida Dick. Commissioner gives key note speech") for entry in printed)
    for row in corpus.documents.iter_rows(named=True):
        fields = data.entries[row["document_id"]].fields
        assert from_latex(fields["title"]) == row["title"]
        assert fields.get("url", "not known") == row["source"]


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_names_stay_in_their_field_of_the_references(second: kit.Corpus, text: str) -> None:
    pack = citation_pack(built(second, "words", name=text), Selection(), made=DAY)

    entries = read_bibtex(pack["references.bib"]).entries

    told = " ".join("".join("\ufffd" if re.match(r"[\x00-\x08\x0e-\x1b]", one) else one for one in text).split())
    assert [*entries] == [ANSWER]
    assert {*entries[ANSWER].fields} == {"title", "howpublished", "year", "note"}
    for field in ("title", "howpublished"):
        assert from_latex(entries[ANSWER].fields[field]) == told
    item = json.loads(pack["references.json"])[0]
    assert item["title"] == item["publisher"] == item["source"] == text


def test_a_position_told_by_another_names_whose_words_are_quoted(corpus: kit.Corpus) -> None:
    told = corpus.statements.filter(pl.col("evidence") == "you have reinstated it").row(0, named=True)
    selection = Selection(propositions=[told["proposition_id"]], speakers=[told["speaker_id"]])

    text = citation_pack(corpus, selection, made=DAY)["passages.md"].decode()

    entry = text[text.index("> you have reinstated it") :].split("[^")[0]
    assert "Sadiq Khan (Mayor of London), relayed by Len Duvall, in the words of Len Duvall: support." in entry
    assert "in the words of Sadiq Khan" not in text
