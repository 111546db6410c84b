"""Reports: what is executed, what stands in the page and in the executed notebook, and that nothing runs there."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

import kit
from kit.reports import ReportError, write_reports
from tests import hostile

ROOT = Path(__file__).resolve().parent.parent
SECOND = ROOT / "tests" / "second_corpus"
CHOSEN = kit.Selection(themes=["money"], since="2019-01-01")
DAY = date(2026, 1, 31)
FOREIGN = "from IPython.display import HTML\nprint('<u>printed</u>')\nHTML('<script>alert(1)</script><i>x</i>')"
_VOID = {"meta", "img", "br", "link", "hr", "input"}


@dataclass
class Seen(HTMLParser):
    """A page as a browser finds it: its elements with their attributes, its text, and what is left open."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.inside.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.inside):
            self.texts[tag][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def seen(page: Path) -> Seen:
    found = Seen()
    found.feed(page.read_text(encoding="utf-8"))
    return found


def book(path: Path, *code: str) -> Path:
    """Write a notebook whose first cells are those of all notebooks."""
    cells = [
        nbformat.v4.new_markdown_cell("# Invented\n\nA *notebook* of <b>tests</b>."),
        *map(nbformat.v4.new_code_cell, code),
    ]
    start = ["import kit", "corpus = kit.load()\nselection = kit.Selection(first_hand=True)"]
    cells[1:1] = map(nbformat.v4.new_code_cell, start)
    cells[2].metadata.tags = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def outputs(path: Path) -> list[Any]:
    return [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of reports of two notebooks: a panel, static charts and a comparer are among them."""
    output = tmp_path_factory.mktemp("reports") / "new" / "folder"
    paths = [ROOT / "notebooks" / f"{name}.ipynb" for name in ("02_positions", "04_compare")]
    assert write_reports(paths, output, SECOND, CHOSEN, DAY) == 0
    return output


@pytest.fixture(scope="module")
def page(reports: Path) -> Seen:
    return seen(reports / "02_positions.html")


# ---- the same again


def test_the_same_selection_gives_the_same_bytes_from_another_folder_and_in_another_order(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = shutil.copytree(SECOND, tmp_path / "elsewhere" / "corpus")
    notebooks = shutil.copytree(ROOT / "notebooks", tmp_path / "elsewhere" / "notebooks")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    write_reports(
        [notebooks / f"{name}.ipynb" for name in ("04_compare", "02_positions")], tmp_path, corpus, CHOSEN, DAY
    )

    written = sorted(path.name for path in reports.iterdir())
    assert written == ["02_positions.html", "02_positions.ipynb", "04_compare.html", "04_compare.ipynb"]
    assert [name for name in written if (reports / name).read_bytes() != (tmp_path / name).read_bytes()] == []


@pytest.mark.parametrize("name", ["02_positions", "04_compare"])
def test_neither_file_tells_of_this_machine_or_this_run(reports: Path, name: str) -> None:
    for path in (reports / f"{name}.html", reports / f"{name}.ipynb"):
        text = re.sub(r"[A-Za-z0-9+/]{200,}=*", "", path.read_text(encoding="utf-8"))  # pictures

        assert [part for part in (str(ROOT), str(reports), str(SECOND), str(Path.home()), "/tmp") if part in text] == []
        assert [
            part for part in ("IPY_MODEL", "model_id", "iopub", "widget-state", "widget-view") if part in text
        ] == []
        assert re.findall(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", text) == []


# ---- the executed notebook


def test_the_executed_notebook_is_valid_and_says_what_was_asked_for(reports: Path) -> None:
    notebook = nbformat.read(reports / "02_positions.ipynb", 4)

    nbformat.validate(notebook)
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    at = tags.index(["injected-parameters"])
    assert tags[at - 1] == ["parameters"]
    assert notebook.cells[at].source.splitlines()[1:] == [
        "import kit",
        "corpus = kit.load()",
        f"selection = {CHOSEN!r}",
    ]
    assert "kit.reports" not in "".join(cell.source for cell in notebook.cells)


def test_a_panel_becomes_its_charts_with_the_same_frames_as_in_the_panel(reports: Path, second: kit.Corpus) -> None:
    explorer = kit.Explorer(second, CHOSEN)

    charts = [output for output in outputs(reports / "02_positions.ipynb") if "image/png" in output.get("data", {})]

    specs = [chart.data["application/vnd.vegalite.v5+json"] for chart in charts]
    rows = [frame["rows"] for frame in explorer.view.frames.values()]
    assert len(specs) == len(rows) == 2
    for spec, shown in zip(specs, rows, strict=True):
        assert {name: spec["datasets"][name] for name in shown} == shown
    assert all(explorer.view.summary in chart.data["text/plain"] for chart in charts)
    assert [chart.metadata["image/png"]["alt"] for chart in charts] == [chart.data["text/plain"] for chart in charts]


@pytest.mark.parametrize("name", ["02_positions", "04_compare"])
def test_other_viewers_show_every_chart_as_a_drawing_or_a_picture_with_its_words(reports: Path, name: str) -> None:
    charts = [one for one in outputs(reports / f"{name}.ipynb") if "image/png" in one.get("data", {})]
    exported, _ = HTMLExporter().from_filename(str(reports / f"{name}.ipynb"))

    assert len(charts) == 2
    for chart in charts:
        assert chart.data["image/png"].strip() in exported.replace("\n", "")
        assert chart.data["text/plain"].split(":")[0] in exported
    assert "widget-view" not in exported


# ---- the page


def test_a_page_has_a_language_a_title_one_main_heading_and_links_to_all_its_parts(page: Seen) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    links = [link["href"] for link in page.all("a")]
    parts = [link for link in links if not link.startswith("#passage-")]

    assert page.all("html") == [{"lang": "en-GB"}]
    assert page.texts["h1"] == ["Positions"]
    assert page.texts["title"][0].startswith("Positions · ")
    assert len(ids) == len(set(ids))
    assert len(parts) == len(page.texts["h2"]) - 1  # all but that of the contents
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert page.inside == []


def test_a_page_says_what_was_selected_of_how_much_and_how_it_was_made(page: Seen, second: kit.Corpus) -> None:
    told = dict(zip(page.texts["dt"], page.texts["dd"], strict=True))

    assert told["Selection"] == "themes: Money · since: 2019-01-01"
    assert told["Shown"] == kit.Explorer(second, CHOSEN).view.summary
    assert told["Selection as code"] == repr(CHOSEN)
    assert kit.Selection.from_json(told["Selection as JSON"]) == CHOSEN
    assert told["Made on"] == "2026-01-31, from 02_positions.ipynb"
    assert second.about["title"] in told["Corpus"]
    assert f"codebook version {second.about['codebook_version']}" in told["Corpus"]
    assert re.fullmatch(r"sha256 [0-9a-f]{64}, over .+", told["Checksum"])
    assert f"kit {kit.__version__}, Python 3." in told["Versions"]
    assert "polars 2." in told["Versions"]
    assert kit.agreement_in_words(second) in told["Coding"]


def test_a_page_shows_the_passages_and_the_charts_of_its_panel(page: Seen, second: kit.Corpus) -> None:
    explorer = kit.Explorer(second, CHOSEN)
    chosen = second.select(CHOSEN)
    body = chosen.passages.filter(zone="body")["passage_id"]
    rows = [len(frame["table"]) for frame in explorer.view.frames.values()]

    in_panel = {one["data-passage"] for one in page.all("article") if "id" in one}
    assert in_panel >= {*body, *chosen.statements["passage_id"]} > set()
    assert {"Who stands where", "When it was said"} <= set(page.texts["h3"])
    assert len(page.all("svg")) == len(page.all("figure")) == 2
    drawn = [one["aria-label"] for one in page.all("div") if one.get("role") == "img"]
    assert drawn == [
        f"{title}: {explorer.view.summary}. {count} marks, rows of the table below."
        for title, count in zip(("Who stands where", "When it was said"), rows, strict=True)
    ]
    assert [shape for shape in page.all("path") if "role" in shape or "aria-label" in shape] == []
    assert page.all("img") == []


def test_every_mark_names_the_passages_and_statements_behind_it_and_its_row_links_to_them(
    page: Seen, second: kit.Corpus
) -> None:
    explorer = kit.Explorer(second, CHOSEN)
    ids = {one["data-passage"]: one["id"] for one in reversed(page.all("article")) if "id" in one}
    behind = [explorer.behind(name) for name in explorer.view.charts]

    named = {
        (one["data-passages"], one.get("data-statements", "")) for one in page.all("path") if "data-passages" in one
    }
    wanted = {
        ("\n".join(mark["passage_ids"]), "\n".join(mark["statement_ids"] or []))
        for marks in behind
        for mark in marks.values()
        if mark["passage_ids"]
    }
    assert named == wanted != set()
    linked = [link["href"].removeprefix("#") for link in page.all("a") if "~" not in link["href"]]
    listed = [
        ids[passage_id]
        for name, marks in zip(explorer.view.charts, behind, strict=True)
        for row in explorer.view.frames[name]["table"]
        for passage_id in marks[row["mark_id"]]["passage_ids"]
    ]
    assert [link for link in linked if link.startswith("passage-")][: len(listed)] == listed != []


def test_a_chart_without_a_table_tells_its_marks_in_words(reports: Path) -> None:
    page = seen(reports / "04_compare.html")

    assert page.texts["summary"].count("In words, mark by mark") == 1  # the panel's own chart has its table
    assert any("took a stance on" in item for item in page.texts["li"])


def test_a_passage_shown_twice_has_an_id_at_each_place_and_links_lead_to_their_own(tmp_path: Path) -> None:
    panel = "kit.Explorer(corpus, selection, ['timeline'])"
    write_reports([book(tmp_path / "own.ipynb", panel, panel)], tmp_path / "out", SECOND, None, DAY)

    page = seen(tmp_path / "out/own.html")
    ids = [one["id"] for one in page.all("article")]
    first, again = ids[: len(ids) // 2], ids[len(ids) // 2 :]
    assert again == [f"{one}~2" for one in first] != []
    links = [link["href"][1:] for link in page.all("a") if link["href"].startswith("#passage-")]
    assert set(links) == set(ids)


def test_a_page_asks_for_nothing_and_allows_nothing_but_its_own_script_and_style(page: Seen) -> None:
    policy = next(one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    (script,), (sheet,) = page.texts["script"], page.texts["style"]
    sums = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, sheet)]

    assert policy == (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{sums[0]}'; style-src 'sha256-{sums[1]}'"
    )
    asked = [
        value for _, one in page.elements for name, value in one.items() if name in ("src", "href", "action", "data")
    ]
    assert [value for value in asked if not value.startswith(("#", "data:image/"))] == []
    assert not re.search(r"url\((?!#)|@import", sheet)


# ---- what is executed


def test_what_is_not_asked_for_stays_as_the_notebook_says(tmp_path: Path) -> None:
    notebook = book(tmp_path / "own.ipynb", "selection")

    write_reports([notebook], tmp_path / "out", None, None, DAY)

    executed = nbformat.read(tmp_path / "out/own.ipynb", 4)
    told = dict(zip(*(seen(tmp_path / "out/own.html").texts[tag] for tag in ("dt", "dd")), strict=True))
    assert [cell.metadata for cell in executed.cells if "injected-parameters" in cell.metadata.get("tags", [])] == []
    assert told["Selection as code"] == "kit.Selection(first_hand=True)"
    assert told["Selection"] == "own transcript, speech or release only"


def test_an_executed_notebook_can_be_executed_again(reports: Path, tmp_path: Path) -> None:
    other = kit.Selection(until="2018-12-31")

    assert write_reports([reports / "02_positions.ipynb"], tmp_path, SECOND, other, DAY) == 0

    sources = [cell.source for cell in nbformat.read(tmp_path / "02_positions.ipynb", 4).cells]
    assert [source for source in sources if repr(CHOSEN) in source] == []
    assert sum(repr(other) in source for source in sources) == 1


def test_a_failing_cell_is_named_and_the_other_report_is_written_with_what_it_shows_as_text(tmp_path: Path) -> None:
    said: list[str] = []
    paths = [
        book(tmp_path / "wrong.ipynb", "corpus", "x = 1\nx.missing"),
        book(tmp_path / "dead.ipynb", "import os\nos._exit(3)"),
        book(tmp_path / "lost.ipynb", "selection = None"),
        book(tmp_path / "sound.ipynb", "import warnings\nwarnings.warn('careful')", FOREIGN, "corpus.speakers"),
    ]

    failed = write_reports(paths, tmp_path / "out", SECOND, None, DAY, said.append)

    assert failed == 3
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["sound.html", "sound.ipynb"]
    faults = [line for line in said if "nothing is written" in line]
    assert faults[0].startswith("wrong.ipynb, code cell 4 of 4, line 2: AttributeError: 'int' object has no attribute")
    assert faults[1].startswith("dead.ipynb, code cell 3 of 3: the kernel ended by itself")
    assert faults[2].startswith("lost.ipynb, after its last cell, where `corpus` and `selection` are those of the cell")
    assert "1 of 4  wrong.ipynb" in said
    assert "  code cell 2 of 4" in said
    assert any("UserWarning: careful" in line for line in said)
    page = seen(tmp_path / "out/sound.html")
    assert "UserWarning" not in page.texts["body"][0]
    # HTML that the kit did not make is shown as the text that stands in for it, and a print as it is.
    assert {"i", "u", "table"}.isdisjoint(tag for tag, _ in page.elements)
    shown = [text for text in page.texts["pre"] if text.startswith(("<u>", "<IPython", "shape: "))]
    assert [text.split()[0] for text in shown] == ["<u>printed</u>", "<IPython.core.display.HTML", "shape:"]


# ---- what will not do


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.ipynb", None, r"missing\.ipynb: cannot be read: No such file"),
        ("text.ipynb", "words", r"text\.ipynb: is no notebook"),
        ("list.ipynb", "[1]", r"list\.ipynb: is no notebook"),
        (
            "empty.ipynb",
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            r"no cell has the tag `param",
        ),
    ],
)
def test_a_notebook_that_will_not_do_is_named_before_anything_is_executed(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    said: list[str] = []
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")

    with pytest.raises(ReportError, match=message):
        write_reports([book(tmp_path / "own.ipynb"), tmp_path / name], tmp_path / "out", SECOND, None, DAY, said.append)

    assert said == []


def test_a_folder_that_will_not_do_is_named(tmp_path: Path) -> None:
    notebook, other = book(tmp_path / "own.ipynb"), tmp_path / "file"
    other.write_text("kept")
    (tmp_path / "more").mkdir()
    again = book(tmp_path / "more" / "own.ipynb")

    for output, message in {
        other: "file: is no folder to write in",
        other / "x": "x: is no folder to write in",
    }.items():
        with pytest.raises(ReportError, match=message):
            write_reports([notebook], output, SECOND, None, DAY)
    with pytest.raises(ReportError, match=r"own\.ipynb itself lies there and would be overwritten"):
        write_reports([notebook], tmp_path, SECOND, None, DAY)
    with pytest.raises(ReportError, match="two notebooks are called own"):
        write_reports([notebook, again], tmp_path / "out", SECOND, None, DAY)
    assert other.read_text() == "kept"


def test_a_selection_that_does_not_fit_is_refused_before_anything_is_executed(tmp_path: Path) -> None:
    with pytest.raises(kit.SelectionError, match="themes: 'mony' is not in this corpus; did you mean 'money'"):
        write_reports([book(tmp_path / "own.ipynb")], tmp_path / "out", SECOND, kit.Selection(themes=["mony"]), DAY)

    assert not (tmp_path / "out").exists()


# ---- a hostile corpus


def test_nothing_of_a_hostile_corpus_becomes_an_element_of_the_page(tmp_path: Path) -> None:
    corpus, said = hostile.make(tmp_path / "corpus"), list[str]()
    code = ["kit.Explorer(corpus, selection)", "kit.Comparer(corpus)", "kit.table(corpus.documents)", "corpus.about"]
    notebook, chosen = book(tmp_path / "own.ipynb", *code), kit.Selection(text="<script>")

    assert write_reports([notebook], tmp_path / "out", corpus, chosen, DAY, said.append) == 0, said

    page, raw = seen(tmp_path / "out/own.html"), (tmp_path / "out/own.html").read_text(encoding="utf-8")
    tags, names = {tag for tag, _ in page.elements}, {name for _, one in page.elements for name in one}
    assert page.inside == []
    assert len(page.all("script")) == len(page.all("style")) == len(page.all("body")) == 1
    assert {"img", "iframe", "form", "object", "template", "textarea", "foreignobject"} & tags == set()
    assert {name for name in names if name.startswith("on")} == set()
    assert {link["href"][0] for link in page.all("a")} == {"#"}
    assert "<script>alert(1)</script>" in "".join(page.texts["dd"])
    assert hostile.ATTACKS["template"] in page.texts["body"][0]
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", raw)
