"""Every notebook in a real JupyterLab: it opens, runs to its end, and what it draws and lists can be seen, light and dark."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from kit import style

if TYPE_CHECKING:
    from tests.browser.conftest import Book

NOTEBOOKS = [path.stem for path in sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))]
# What a notebook shows, in its order: a panel by its charts, a static chart by what it tells a screen reader, a table by
# its number of rows (none is empty) and passages as "passages"; code that shows nothing is left out.
PANEL, CHART, TABLE, PASSAGES, TEXT = "panel", "chart", "table", "passages", "text"
SHOWN = {
    "00_start_here": [TABLE, PANEL],
    "01_documents": [TABLE, TABLE, TABLE, CHART, CHART, TABLE, TABLE],
    "02_positions": [PANEL, TEXT, TABLE, PASSAGES],
    "03_over_time": [PANEL, PANEL, PASSAGES],
    "06_check_the_coding": [TABLE, TABLE, TABLE, TABLE, PASSAGES],
}
LOOK = """cell => {
    const box = (node) => { const { width, height } = node.getBoundingClientRect(); return Math.min(width, height); };
    const all = (selector) => [...cell.querySelectorAll(`.jp-OutputArea ${selector}`)];
    const palette = (canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height), colours = {};
        for (let at = 0; at < data.length; at += 4) {
            const colour = "#" + [0, 1, 2].map((i) => data[at + i].toString(16).padStart(2, "0")).join("");
            colours[colour] = (colours[colour] ?? 0) + 4 / data.length;
        }
        return colours;
    };
    const stages = all(".kit-stage");
    return {
        panels: stages.map((stage) => stage.querySelectorAll("svg .mark-symbol.role-mark path[aria-label]").length),
        failures: all(".kit-failure, .kit-notice").filter(box).map((node) => node.innerText),
        charts: all(".jp-RenderedVegaCommon5").map((chart) => ({
            said: chart.innerText, marks: chart.querySelectorAll("svg .role-mark path[aria-label]").length,
            palettes: [...chart.querySelectorAll("canvas")].filter(box).map(palette),
        })),
        rows: all(".kit-table tbody tr").filter(box).length,
        passages: all(".kit-page .kit-passage blockquote").filter((node) => node.innerText.trim()).length,
        text: all(".jp-OutputArea-output").map((out) => out.innerText).join(""),
    };
}"""


def kind(seen: dict[str, Any]) -> str:
    """Say what an output is, when it shows what such an output has to show; else what is wrong with it."""
    if seen["panels"]:
        return PANEL if all(seen["panels"]) and not seen["failures"] else f"a panel of {seen['panels']}: {seen['failures']}"
    if seen["charts"]:
        inks = {ink for ramp in style.vega_config()["range"].values() for ink in ramp}
        (chart,) = seen["charts"]
        share = sum(share for palette in chart["palettes"] for ink, share in palette.items() if ink in inks)
        drawn = chart["marks"] or share > 0.02
        return CHART if drawn and "rror" not in chart["said"] else f"a chart without marks: {chart['said']}"
    if seen["passages"]:
        return PASSAGES
    if seen["rows"]:
        return TABLE
    return TEXT if seen["text"].startswith("kit.") else f"not expected: {seen['text'][:300]}"


def pictures(book: Book, name: str, theme: str) -> None:
    """Take a picture of the notebook (of its first 6,000 pixels), and of its first panel on a wider screen."""
    page, size = book.page, book.page.viewport_size
    scroller = page.locator(".jp-WindowedPanel-outer")
    page.set_viewport_size({"width": 1300, "height": min(scroller.evaluate("node => node.scrollHeight") + 150, 6000)})
    scroller.evaluate("node => node.scrollTo(0, 0)")
    book.picture(f"{name}-{theme}")
    if SHOWN[name].count(PANEL):
        page.set_viewport_size({"width": 1600, "height": 1300})
        page.locator(".kit-explorer").first.evaluate("node => node.scrollIntoView({ block: 'start' })")
        book.picture(f"{name}-panel-{theme}")
    page.set_viewport_size(size)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_opens_runs_and_shows_every_chart_and_table_in_light_and_dark(book: Book, name: str) -> None:
    book.open(f"{name}.ipynb").run()
    cells = book.page.locator(".jp-CodeCell").filter(has=book.page.locator(".jp-OutputArea-output"))

    expect(cells).to_have_count(len(SHOWN[name]))
    for cell, expected in zip(cells.all(), SHOWN[name], strict=True):
        cell.scroll_into_view_if_needed()  # what is not in sight may not be drawn yet
        seen = ""
        with suppress(AssertionError):
            book.until(lambda cell=cell, expected=expected: kind(cell.evaluate(LOOK)) == expected)
        seen = kind(cell.evaluate(LOOK))
        assert seen == expected

    ran = "jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code').map(c => c.model.executionCount)"
    assert book.page.evaluate(ran) == list(range(1, book.page.locator(".jp-CodeCell").count() + 1))
    pictures(book, name, "light")
    try:
        book.theme(dark=True)
        for caption in book.page.locator(".kit-stage svg .role-title-text text").all():
            expect(caption).to_have_attribute("fill", style.COLOURS[True]["muted"])
        pictures(book, name, "dark")
    finally:
        book.theme(dark=False)


def test_a_request_to_anywhere_else_is_blocked_and_recorded(book: Book) -> None:
    book.page.goto(f"{book.lab.url}/static/favicons/favicon.ico")
    tried = """url => fetch(url, { mode: "no-cors" }).then(() => "answered", () => "blocked")"""

    answers = [book.page.evaluate(tried, url) for url in ("https://example.org/a", "http://192.0.2.1/b")]

    assert answers == ["blocked", "blocked"]
    assert book.outside == ["https://example.org/a", "http://192.0.2.1/b"]
    assert len(book.errors) == 2
    book.outside.clear()
    book.errors.clear()
