"""One hostile corpus goes through every view: nothing in its texts or records becomes markup, code, or a wrong span."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
import vl_convert
from pybtex.database import parse_string

import kit
from kit import Selection, style
from kit.__main__ import main
from kit.explorer import Explorer
from kit.exports import RUNS
from kit.panels import PANELS
from kit.positions import holders
from kit.readers import reader
from kit.reading import table
from kit.verification import report
from tests.charts import pictures
from tests.hostile import ANSWER, ATTACK, ATTACKS, HOSTILE, IDS, LONG, make
from tests.test_exports import markdown, nodes, rows_of, table_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("hostile") / "corpus")


@pytest.fixture(scope="module")
def hostile(folder: Path) -> kit.Corpus:
    return kit.load(folder)


@pytest.fixture(scope="module", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def explorer(hostile: kit.Corpus) -> Explorer:
    return Explorer(hostile, charts=list(PANELS))


@dataclass
class Elements(HTMLParser):
    """The elements and the text of a piece of HTML, as a browser would find them."""

    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


OURS = set("article header b bdi span p cite blockquote mark ul li q h3 div style table thead tbody tr th td".split())


def harmless(html: str) -> str:
    """Assert that HTML holds no element and no attribute but our own; gives its text."""
    found = Elements()
    found.feed(html)
    found.close()
    assert found.tags <= OURS
    assert found.attributes <= {
        "class",
        "data-passage",
        "dir",
        "title",
        "scope",
        "tabindex",
        "role",
        "aria-label",
        "data-statements",
    }
    return found.text


def test_the_corpus_loads_and_every_name_is_as_hostile_as_it_was_written(hostile: kit.Corpus) -> None:
    for name, column in (("speakers", "name"), ("themes", "label"), ("propositions", "text"), ("documents", "title")):
        assert getattr(hostile, name)[column].str.contains(HOSTILE, literal=True).all()
    assert hostile.statements.height == 17 + len(ATTACKS)


def test_nobody_speaks_or_holds_anything_else_because_of_it(hostile: kit.Corpus, second: kit.Corpus) -> None:
    columns = ["document_id", "speaker_id", "form", "zone", "start", "end", "text"]
    renamed = pl.col("document_id", "speaker_id").replace(IDS)

    before = set(second.passages.select(columns).with_columns(renamed).iter_rows())
    assert before <= set(hostile.passages.select(columns).iter_rows())
    added = [row for row in hostile.passages.select(columns).iter_rows() if row not in before]
    assert {(document_id, speaker_id) for document_id, speaker_id, *_ in added} == {(ANSWER, IDS["ama-osei"])}
    assert max(len(text) for *_, text in added) > 1_000_000


def test_every_span_of_a_hostile_text_is_where_it_says(hostile: kit.Corpus) -> None:
    for frame, column in ((hostile.passages, "text"), (hostile.statements, "evidence"), (hostile.silences, "evidence")):
        for document_id, start, end, text in frame.select("document_id", "start", "end", column).iter_rows():
            assert hostile.text(document_id)[start:end] == text
    text, at = hostile.text(ANSWER), 0
    for start, end in hostile.passages.filter(document_id=ANSWER).sort("start").select("start", "end").iter_rows():
        assert text[at:start].strip("\ufeff\u200b \r\n\t\x0b\x0c\u2028\u2029\u0085\xa0") == ""
        at = end
    assert text[at:].strip() == ""


def seen_as(text: str) -> str:
    """Give a text as a page shows it: what HTML has no character for is one replacement character each."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\ufffd", text)


def test_passages_show_hostile_text_as_text_with_the_evidence_marked(hostile: kit.Corpus, explorer: Explorer) -> None:
    evidence = dict(hostile.statements.filter(document_id=ANSWER).select("passage_id", "evidence").iter_rows())
    read: dict[str, str] = {}
    for proposition_id in hostile.propositions["proposition_id"]:
        explorer.selection = Selection(propositions=[proposition_id])
        html = explorer.view.passages
        assert ATTACK in harmless(html)
        assert "\x00" not in html
        for article in html.split("</article>"):
            passage = re.search('data-passage="([^"]+)"', article)
            marked = Elements()
            marked.feed("".join(re.findall(r"<mark [^>]*>(.*?)</mark>", article, flags=re.DOTALL)))
            marked.close()
            if passage and marked.text:
                read[passage[1]] = marked.text

    assert {key: text for key, text in read.items() if key in evidence} == {
        key: seen_as(text) for key, text in evidence.items()
    }
    assert len(evidence) > len(ATTACKS)


def test_every_pick_and_every_selection_gives_harmless_passages(explorer: Explorer) -> None:
    explorer.selection = Selection()
    picked = 0
    for chart, frame in explorer.view.frames.items():
        for row in frame["table"]:
            explorer.view.picked = {"chart": chart, "mark": row["mark_id"]}
            harmless(explorer.view.passages)
            picked += 1
    assert picked > 80
    explorer.view.picked = {}
    for words in (ATTACK, "<script>", "\x00", "\u202e", "onerror", ".*", "(", "\\", *ATTACKS.values()):
        explorer.controls.text = words
        harmless(explorer.view.passages)
        assert explorer.view.notice == ""
    explorer.controls.text = ATTACK
    assert explorer.view.summary.startswith("1 of 38 statements · 2 of ")
    assert Selection.from_json(explorer.selection.to_json()) == explorer.selection


def test_a_very_long_line_is_shown_in_part_and_says_so(explorer: Explorer) -> None:
    explorer.selection = Selection(text="word after word")

    text = harmless(explorer.view.passages)
    assert "characters left out …]" in text
    assert 1_000 < text.count("word after word, ") * len("word after word, ") < 6_000


def test_tables_and_pages_show_every_hostile_word_as_text(hostile: kit.Corpus) -> None:
    pages = [kit.passages(hostile), table(hostile.about)]
    frames = [getattr(hostile, name) for name in kit.schema.FRAMES]
    frames += [kit.documents_in_words(hostile), kit.positions_in_words(hostile), kit.disagreements_in_words(hostile)]
    frames += [
        kit.coder_agreement(hostile),
        kit.holders_named_differently(hostile),
        kit.stance_positions(hostile),
        kit.words_spoken(hostile),
        kit.theme_quality(hostile),
    ]
    frames += [*kit.theme_rates(hostile, "document"), *kit.theme_rates(hostile, "speaker")]
    pages += [table(frame) for frame in frames]
    pages.append(table(pl.DataFrame({f"{HOSTILE}": [1]})))

    shown = 0
    for page in pages:
        bundle = page._repr_mimebundle_()
        shown += ATTACK in harmless(bundle["text/html"])
        assert "\x00" not in bundle["text/html"]
    assert shown > 12


def drawable(node: object) -> None:
    """Assert that nothing in a specification holds a character that XML has not: drawing it would end the process."""
    if isinstance(node, dict):
        for value in node.values():
            drawable(value)
    elif isinstance(node, list):
        for value in node:
            drawable(value)
    elif isinstance(node, str):
        assert re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", node) == []
        assert re.findall(r"\\u(?:00(?:0[0-8bcef]|1.)|fff[ef])", node) == []  # as JSON within an expression


def drawn_words(corpus: kit.Corpus, name: str) -> list[str]:
    """Give the words that a chart of a corpus draws as its labels."""
    rows = [corpus.propositions["text"], corpus.themes["label"]]
    of = {
        "matrix": [corpus.kept(holders)["name"], *rows],
        "timeline": rows,
        "themes": [corpus.documents["title"], corpus.themes["label"]],
        "speakers": [kit.theme_rates(corpus, "speaker")[1]["label"], corpus.themes["label"]],
        "words": [kit.words_spoken(corpus)["name"]],
    }
    return [style.drawable(text) for series in of[name] for text in series]


@pytest.mark.parametrize("name", PANELS)
def test_a_chart_of_hostile_words_is_drawn_with_the_words_as_text(hostile: kit.Corpus, name: str) -> None:
    panel = PANELS[name]
    caption = f"caption {HOSTILE}"
    spec = panel.draw(hostile, panel.rows(hostile, hostile, Selection()), caption).to_dict()

    drawable(spec)
    squeezed = "".join("".join(pictures.texts(pictures.drawn(spec))).split())
    assert all("".join(words[:90].split()) in squeezed for words in drawn_words(hostile, name))
    assert squeezed.count("<script>") > 3
    for version in pictures.VERSIONS:
        svg = vl_convert.vegalite_to_svg(json.dumps(style.in_theme(spec, False)), vl_version=version)
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
        assert tags <= {"svg", "g", "path", "rect", "line", "text", "tspan", "defs", "clipPath", "title"}
    png = style.png(spec, scale=0.1)
    assert pictures.pixels(png)[0] > 20


@pytest.mark.parametrize("name", PANELS)
def test_no_hostile_word_gets_into_an_expression_but_as_a_string(hostile: kit.Corpus, name: str) -> None:
    panel = PANELS[name]
    rows = panel.rows(hostile, hostile, Selection())
    spec = pictures.unchecked(lambda: panel.draw(hostile, rows, HOSTILE))

    def expressions(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("expr", "labelExpr", "calculate", "filter", "test") and isinstance(value, str):
                    yield value
                yield from expressions(value)
        elif isinstance(node, list):
            for value in node:
                yield from expressions(value)

    found = list(expressions({key: value for key, value in spec.items() if key != "datasets"}))
    assert found
    for expression in found:
        bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', "''", expression)
        assert "script" not in bare
        assert "alert" not in bare


def test_the_explorer_offers_hostile_names_and_has_its_picture_and_sentence(explorer: Explorer) -> None:
    explorer.selection = Selection()

    assert all(HOSTILE in one["label"] for one in explorer.controls.speaker_options)
    drawable([explorer.view.charts, explorer.view.frames])
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"]
    assert bundle["text/plain"].startswith("Who stands where: 38 of 38 statements")


@pytest.mark.parametrize("kind", ["answer", "briefing", "news", "speech"])
def test_a_reader_takes_a_line_of_a_million_characters(second: kit.Corpus, kind: str) -> None:
    document_id = second.documents.filter(kind=kind)["document_id"].item()
    text = second.text(document_id)
    middle = text.index("\n", len(text) // 2) + 1
    mark = "- " if kind == "briefing" else ""
    longer = f"{text[:middle]}\n{mark}{LONG}“{LONG.strip()}.” {HOSTILE}\n\n{text[middle:]}"

    passages = reader(kind)(longer).passages

    covered = [longer[one.start : one.end] for one in passages]
    assert sum(map(len, covered)) > 2_000_000
    assert "".join("".join(covered).split()) == "".join(re.sub("[\u200b\ufeff]", " ", longer).split())


SVG = set("svg g path rect line text tspan defs clipPath title linearGradient stop style".split())


def test_every_chart_shown_alone_is_a_drawing_with_the_words_as_text(hostile: kit.Corpus) -> None:
    pairs = kit.pairs_matrix(kit.compare_holders(hostile), speakers=hostile.speakers)
    words = kit.words_by_speaker(kit.words_spoken(hostile), caption=kit.caption(hostile, positions=True))
    charts = [pairs, words, kit.holder_over_time(hostile, "__proto__")]
    for chart in charts:
        bundle, _ = chart._repr_mimebundle_()

        found = Elements()
        found.feed(re.sub("<style>.*?</style>", "", bundle["text/html"], flags=re.DOTALL))
        assert found.tags <= {tag.lower() for tag in SVG} | {"div", "figure", "img"}
        assert not [name for name in found.attributes if name.startswith("on") or name in ("href", "xlink:href")]
        assert "<script>alert(1)" in "".join(found.text.split())
        drawable(bundle["application/vnd.vegalite.v5+json"])


def test_what_compares_and_counts_lists_every_hostile_word_as_text(hostile: kit.Corpus) -> None:
    comparison = kit.compare(hostile, "__proto__", "toString")
    frames = [
        comparison.rows,
        comparison.statements,
        kit.named(hostile, comparison.rows),
        kit.compare_holders(hostile),
        kit.rules_lifted(hostile, comparison),
        kit.levels_that_change(hostile, comparison),
        kit.named(hostile, kit.cells_that_change(hostile)),
        *(kit.changes_over_time(hostile, holder) for holder in hostile.statements["speaker_id"].unique()),
        kit.statements_in_window(hostile, Selection(since="2019-01-01", until="2021-12-31")),
    ]

    assert sum(frame.height for frame in frames) > 80
    for frame in frames:
        harmless(table(frame)._repr_mimebundle_()["text/html"])
    assert ATTACK in harmless(str(table(kit.named(hostile, comparison.rows)).html))
    for words in (comparison.summary, kit.agreement_in_words(hostile), comparison.left.in_words(hostile)):
        assert ATTACK in words or "script" not in words


def test_ids_that_javascript_has_on_every_object_are_drawn_as_any_other(
    hostile: kit.Corpus, second: kit.Corpus
) -> None:
    """Ids alone are exchanged, so there have to be the same words and marks; marks of one row change places."""
    frames = {name: getattr(second, name) for name in kit.schema.FRAMES}
    ids = pl.col(pl.String).replace(IDS)
    renamed = {
        name: frame.with_columns(ids, pl.col(pl.List(pl.String)).list.eval(pl.element().replace(IDS)))
        for name, frame in frames.items()
    }
    other = replace(second, texts={IDS.get(key, key): text for key, text in second.texts.items()}, **renamed)
    for name, panel in PANELS.items():
        drawn = [
            (
                sorted((item.mark, item.x, item.y) for item in items),
                sorted((item.words, item.description or "") for item in items),
            )
            for one in (second, other)
            for rows in [panel.rows(one, one, Selection())]
            for items in [pictures.drawn(pictures.unchecked(partial(panel.draw, one, rows, "caption")))]
        ]
        assert drawn[0] == drawn[1], name


@pytest.mark.parametrize("which", ["explorer", "comparer"])
def test_every_file_of_a_hostile_pack_is_what_it_says_and_every_quotation_is_found_again(
    hostile: kit.Corpus, which: str, tmp_path: Path
) -> None:
    panels = {"explorer": partial(Explorer, charts=["timeline", "speakers"]), "comparer": kit.Comparer}
    pack = panels[which](hostile).pack()
    kit.write_pack(tmp_path / "pack.zip", pack)

    found = kit.verify(tmp_path / "pack.zip", hostile)
    assert set(found["outcome"]) == {"found"}
    told, code = report(tmp_path / "pack.zip", hostile)
    assert code == 0
    assert all(line.isprintable() for line in told.split("\n"))
    rows = rows_of(pack)
    assert len(rows) > 3
    for row in rows:
        text = hostile.text(row["document_id"])[int(row["start"]) : int(row["end"])]
        assert row["quotation"] == text
    assert not [cell for row in table_of(pack) for cell in row.values() if RUNS.match(cell) and cell[0] != "'"]
    kinds = {node["type"] for node in nodes(markdown(pack))}
    assert kinds <= {
        "heading", "paragraph", "text", "softbreak", "blank_line", "block_quote", "block_code", "footnote_ref",
        "footnotes", "footnote_item",
    }  # fmt: skip
    quoted = hostile.documents.filter(pl.col("document_id").is_in([row["document_id"] for row in rows]))
    titles = quoted["title"].to_list()
    assert [item["title"] for item in json.loads(pack["references.json"])] == titles
    assert [*parse_string(pack["references.bib"].decode(), "bibtex").entries] == quoted["document_id"].to_list()
    assert Selection.from_json(pack["selection.json"].decode())
    for name, content in pack.items():
        if name.endswith(".svg"):
            elements = [*ElementTree.fromstring(content).iter()]
            assert {one.tag.rpartition("}")[2] for one in elements} <= SVG
            assert not [name for one in elements for name in one.attrib if "href" in name or name.startswith("on")]
        if name.endswith(".png"):
            assert content[:8] == b"\x89PNG\r\n\x1a\n"
            assert max(struct.unpack(">II", content[16:24])) < 9_000


@pytest.mark.parametrize("words", ["W" * 9_000, "\n" * 2_000 + "x", "漢" * 9_000])
def test_names_of_any_length_make_no_giant_of_any_chart(second: kit.Corpus, words: str) -> None:
    columns = {"speakers": "name", "themes": "label", "propositions": "text", "documents": "title"}
    columns |= {"offices": "office", "coders": "name"}
    long = {name: getattr(second, name).with_columns(pl.lit(words).alias(of)) for name, of in columns.items()}
    whole = replace(second, **long)
    caption = kit.caption(whole, positions=True)
    charts = [partial(panel.draw, whole, panel.rows(whole, whole, Selection()), caption) for panel in PANELS.values()]
    charts.append(partial(kit.pairs_matrix, kit.compare_holders(whole), speakers=whole.speakers, caption=caption))
    charts.append(partial(kit.holder_over_time, whole, "cleo-marsh"))

    for chart in charts:
        assert max(pictures.size(pictures.unchecked(chart))) < 5_000


def test_the_checker_prints_no_character_of_a_hostile_corpus_that_a_terminal_would_obey(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder)]) == 0

    said = capsys.readouterr().out
    assert said.startswith("no problems in 4 documents")
    assert all(line.isprintable() for line in said.rstrip("\n").split("\n"))


TEXT, RECORD = f"documents/{ANSWER}.txt", f"documents/{ANSWER}.toml"
REFUSED = {
    "half of a pair": (TEXT, b"stranded", b"\xed\xa0\x80", f"{TEXT}:12: byte 0xed is not UTF-8. Save"),
    "a NUL of two bytes": (TEXT, b"stranded", b"\xc0\x80", f"{TEXT}:12: byte 0xc0 is not UTF-8. Save"),
    "beyond the last character": (TEXT, b"stranded", b"\xf4\x90\x80\x80", f"{TEXT}:12: byte 0xf4 is not UTF-8. Save"),
    "a NUL in a record": (RECORD, b"Northport", b"\x00", f"{RECORD}:6: not TOML: Illegal character '\\x00'. Mend"),
    "a DEL in a record": (RECORD, b"Northport", b"\x7f", f"{RECORD}:6: not TOML: Illegal character '\\x7f'. Mend"),
    "half of a pair in a record": (
        RECORD, b"Northport", rb"\ud800", f"{RECORD}:6: not TOML: Escaped character is not a Unicode scalar value. Mend"
    ),
    "markup as an id": (
        "codebook.toml", b'proposition_id = "sell-a-boat"', b'proposition_id = "<b>"',
        "codebook.toml:54: proposition_id: '<b>' is no id. Write letters",
    ),
    "a publisher that a terminal obeys": (
        RECORD, b"Northport", rb"\u001b[2J\u202e", f"{RECORD}:6: publisher: '\\x1b[2J\\u202e Council' is no speaker"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_format_forbids_is_refused_with_its_place_and_the_remedy(copy_of_second: Any, what: str) -> None:
    name, old, new, problem = REFUSED[what]
    path = copy_of_second.path / name
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))

    assert [said for said in copy_of_second.problems() if said.startswith(problem)]
    assert all(said.isprintable() for said in copy_of_second.problems())


def test_a_file_whose_name_a_terminal_would_obey_is_named_on_one_line(copy_of_second: Any) -> None:
    (copy_of_second.path / "documents" / "a\n\x1b[2Jb.txt").write_bytes(b"words")

    (problem,) = copy_of_second.problems()
    assert problem.startswith("documents/a\\n\\x1b[2Jb.txt: nothing reads this.")
