"""Reports opened from disk in a real Chromium: drawn, told at a mark, readable by all; asking and running nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

import kit
from kit import style
from kit.reports import write_reports
from tests import hostile

ROOT = Path(__file__).parents[2]
NAMES = ("02_positions", "03_over_time", "04_compare")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("reports")
    paths = [ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES]
    assert write_reports(paths, output, ROOT / "corpus", kit.Selection(), date(2026, 1, 31)) == 0
    return output


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Give a page; at the end fail on whatever it asked for or complained of."""
    page, said, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def behind(chart: str, mark: Locator) -> dict[str, Any]:
    """Give the row of a mark by the statements that it names."""
    marks = kit.Explorer(kit.load(ROOT / "corpus")).behind(chart).values()
    named = (mark.get_attribute("data-statements") or "").split("\n")
    return next(dict(one) for one in marks if one["statement_ids"] == named)


def colour(page: Page, selector: str, name: str) -> str:
    read = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    numbers = page.evaluate(read, [selector, name]).removeprefix("rgb(").removesuffix(")").split(",")
    return "#" + "".join(f"{int(number):02x}" for number in numbers)


@pytest.mark.parametrize(
    ("name", "dark", "width"),
    [
        ("02_positions", False, 1300),
        ("02_positions", True, 420),
        ("03_over_time", True, 1300),
        ("04_compare", False, 420),
        ("04_compare", True, 1300),
    ],
)
def test_a_report_fits_its_window_and_has_no_serious_fault_for_anybody(
    page: Page, folder: Path, name: str, dark: bool, width: int
) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto((folder / f"{name}.html").as_uri())

    expect(page.locator(".kit-drawn svg")).to_have_count(2)
    assert "</" not in page.locator("body").inner_text()  # markup that was escaped once too often
    faults = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in faults if fault["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert colour(page, ".kit-report", "backgroundColor") == style.COLOURS[dark]["surface"]
    assert colour(page, ".kit-drawn svg .role-title-text text", "fill") == style.COLOURS[dark]["muted"]
    pictures = Path(__file__).parent / "pictures"
    pictures.mkdir(exist_ok=True)
    page.screenshot(path=pictures / f"report-{name}-{width}-{'dark' if dark else 'light'}.png")


@pytest.mark.parametrize("width", [1300, 420])
def test_the_words_of_a_passage_follow_its_head_whatever_stands_beside_them(
    page: Page, folder: Path, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto((folder / "03_over_time.html").as_uri())
    found = page.locator(".kit-page > .kit-passage:has(.kit-statements)")

    assert found.count() > 3
    for at in range(found.count()):
        found.nth(at).scroll_into_view_if_needed()
        head, words, link, beside = (
            found.nth(at).locator(part).first.bounding_box() or {}
            for part in ("> .kit-holder", "> .kit-text", "> .kit-anchor", "> .kit-statements")
        )
        assert link["y"] < head["y"] + head["height"] < words["y"] + 40
        assert words["y"] < head["y"] + head["height"] + 60
        assert (beside["x"] >= link["x"] + link["width"]) == (width > 1000)


def test_what_the_mouse_rests_on_is_told_at_once(page: Page, folder: Path) -> None:
    page.goto((folder / "02_positions.html").as_uri())
    mark = page.locator(".kit-drawn path[data-statements]").last
    told = page.locator(".kit-tooltip")

    expect(told).to_be_hidden()
    mark.hover()
    expect(told).to_be_visible()
    assert told.text_content() == behind("timeline", mark)["tip"]
    page.locator("h1").hover()
    expect(told).to_be_hidden()


def test_a_drawing_is_one_picture_to_a_screen_reader_where_its_table_follows(page: Page, folder: Path) -> None:
    page.goto((folder / "02_positions.html").as_uri())

    for figure in page.locator("figure").all():
        read = figure.aria_snapshot().splitlines()
        assert len(read) == 2
        assert f'img "{figure.locator(".kit-drawn").get_attribute("aria-label")}"' in read[1]


def test_on_paper_a_report_is_light_shows_every_table_and_has_no_code(page: Page, folder: Path) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    page.goto((folder / "02_positions.html").as_uri())

    assert colour(page, ".kit-report", "backgroundColor") == style.COLOURS[False]["surface"]
    assert colour(page, ".kit-drawn svg .role-title-text text", "fill") == style.COLOURS[False]["muted"]
    expect(page.locator("details:not(.kit-code) .kit-table tbody tr").first).to_be_visible()
    expect(page.locator(".kit-code").first).to_be_hidden()
    assert page.locator(".kit-passages").first.evaluate("one => one.scrollHeight <= one.clientHeight + 2")
    expect(page.locator("details.kit-document:not([open]) .kit-text").first).to_be_visible()


def test_without_a_script_the_charts_are_drawn_and_the_browser_tells_what_they_say(
    context: BrowserContext, folder: Path
) -> None:
    plain = context.browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto((folder / "02_positions.html").as_uri())

    expect(page.locator(".kit-drawn svg")).to_have_count(2)
    assert page.locator(".kit-drawn path > title").count() > 100
    page.locator("summary", has_text="Table of these marks").first.click()
    page.locator(".kit-table td a").first.click()
    expect(page.locator("article:target .kit-evidence").first).to_be_in_viewport()
    plain.close()


@pytest.mark.parametrize(("dark", "width"), [(False, 1300), (True, 360)])
def test_a_click_on_a_mark_opens_its_passages_with_its_own_evidence_marked(
    page: Page, folder: Path, dark: bool, width: int
) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / "02_positions.html").as_uri())
    statements = kit.load(ROOT / "corpus").statements
    opened = page.locator("dialog")

    # Of a passage with several statements, only the mark's own is told.
    several = statements.filter(statements["passage_id"].is_duplicated())["statement_id"].to_list()
    mark = next(one for one in page.locator(".kit-drawn path[data-statements]").all()
                if one.get_attribute("data-statements") in several)  # fmt: skip
    mark.click(force=True)
    row = behind("matrix", mark)
    evidence = statements.filter(statements["statement_id"].is_in(row["statement_ids"]))["evidence"].to_list()
    expect(opened).to_be_visible()
    assert page.locator("#behind").inner_text().endswith(f"{len(row['passage_ids'])} passage")
    assert "".join(opened.locator(".kit-evidence:not(.kit-other)").all_text_contents()) == "".join(evidence)
    expect(opened.locator("li:visible")).to_have_count(len(row["statement_ids"]))
    assert opened.locator(".kit-other").count() > 0
    faults = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in faults if fault["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    pictures = Path(__file__).parent / "pictures"
    pictures.mkdir(exist_ok=True)
    page.screenshot(path=pictures / f"report-mark-{width}-{'dark' if dark else 'light'}.png")

    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    mark.click(force=True)
    opened.locator(".kit-anchor").first.click()
    expect(opened).to_be_hidden()
    expect(page.locator("article:target")).to_be_in_viewport()


def test_a_click_on_a_pair_opens_the_words_of_both(page: Page, folder: Path) -> None:
    page.goto((folder / "04_compare.html").as_uri())
    behind = kit.Comparer(kit.load(ROOT / "corpus")).behind("pairs")
    statements = kit.load(ROOT / "corpus").statements

    mark = page.locator(".kit-drawn path[data-statements]").first
    mark.click(force=True)

    named = (mark.get_attribute("data-statements") or "").split("\n")
    row = next(one for one in behind.values() if one["statement_ids"] == named)
    evidence = statements.filter(statements["statement_id"].is_in(named))["evidence"].to_list()
    words = " ".join("".join(page.locator("dialog blockquote").all_text_contents()).split())
    assert [one for one in evidence if " ".join(one.split()) not in words] == []
    expect(page.locator("dialog li:visible")).to_have_count(len(named))
    assert page.locator("dialog article").count() == len(row["passage_ids"])
    assert len({*statements.filter(statements["statement_id"].is_in(named))["speaker_id"]}) == 2


def test_by_keyboard_the_table_of_a_chart_leads_to_the_passages_and_back(page: Page, folder: Path) -> None:
    page.goto((folder / "02_positions.html").as_uri())

    page.locator("summary", has_text="Table of these marks").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the table, which may be wider than its place
    page.keyboard.press("Tab")
    link = page.locator(".kit-table td a").first
    expect(link).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("article:target")).to_be_in_viewport()
    assert page.url.endswith(link.get_attribute("href") or "none")
    page.go_back()
    expect(page.locator("article:target")).to_have_count(0)
    expect(link).to_be_in_viewport()


def test_a_part_is_reached_by_keyboard_and_by_its_link(page: Page, folder: Path) -> None:
    page.goto((folder / "04_compare.html").as_uri())

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")

    expect(page.locator("h2:target")).to_have_text(first)


def test_nothing_of_a_hostile_corpus_runs_in_its_report(page: Page, tmp_path: Path) -> None:
    cells = ["import kit", "corpus = kit.load()\nselection = kit.Selection()", "kit.Explorer(corpus, selection)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.cells[1].metadata.tags = ["parameters"]
    nbformat.write(notebook, tmp_path / "own.ipynb")
    write_reports(
        [tmp_path / "own.ipynb"], tmp_path / "out", hostile.make(tmp_path / "corpus"), None, date(2026, 1, 31)
    )

    page.goto((tmp_path / "out/own.html").as_uri())
    marks = page.locator(".kit-drawn path[data-passages]")
    for mark in (marks.first, marks.last):
        mark.hover(force=True)
        mark.click(force=True)
        expect(page.locator("dialog article").first).to_be_visible()
        page.keyboard.press("Escape")

    assert page.evaluate("globalThis.bitten") is None
    assert page.locator(".kit-report > *").count() == 5  # header, nav, main, footer, and what the mouse rests on


def test_even_markup_that_got_into_a_report_would_not_run(
    context: BrowserContext, folder: Path, tmp_path: Path
) -> None:
    attack = '<script>window.bitten = 1</script><img src="https://example.org/x" onerror="window.bitten = 2">'
    text = (folder / "04_compare.html").read_text(encoding="utf-8").replace("<main>", f"<main>{attack}")
    (tmp_path / "spoilt.html").write_text(text, encoding="utf-8")
    page, said, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: asked.append(str(request.failure)))

    page.goto((tmp_path / "spoilt.html").as_uri())

    assert page.evaluate("window.bitten") is None
    assert len([line for line in said if "Content Security Policy" in line]) >= 2
    assert asked == ["csp"]
    page.close()
