"""Every notebook in a real JupyterLab: it opens, runs to its end, and shows what it draws and lists, light and dark."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from kit import style

if TYPE_CHECKING:
    from tests.browser.conftest import Book

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = [path.stem for path in sorted(FOLDER.glob("*.ipynb"))]
# What each notebook shows below its code cells, in order. Every chart has marks in it; no table or list is empty.
CHART, TABLE, PASSAGES, CODE, NOTHING = "a chart", "a table", "passages", "code", "nothing, in words"
SHOWN = {
    "00_start_here": [TABLE, "a panel: matrix"],
    "01_documents": [TABLE, TABLE, TABLE, CHART, CHART, TABLE, TABLE],
    "02_positions": ["a panel: matrix, timeline", CODE, TABLE, PASSAGES],
    "03_over_time": ["a panel: timeline", CHART, TABLE, TABLE, PASSAGES],
    "04_compare": ["a panel: pairs", TABLE, TABLE, TABLE, CHART, TABLE, TABLE, TABLE],
    "06_check_the_coding": [TABLE, TABLE, TABLE, TABLE, NOTHING, TABLE, PASSAGES],
}
LOOK = """cell => {
    const box = (node) => { const { width, height } = node.getBoundingClientRect(); return Math.min(width, height); };
    const all = (selector) => [...cell.querySelectorAll(`.jp-OutputArea ${selector}`)];
    const marks = ".role-mark path[aria-label]", symbols = ".kit-stage svg .mark-symbol.role-mark path[aria-label], "
        + "[data-chart=pairs] .kit-stage svg .mark-rect.role-mark path[aria-label]";
    return {
        panels: all("[data-chart]").map((chart) => [chart.dataset.chart, chart.querySelectorAll(symbols).length]),
        failures: all(".kit-failure, .kit-notice").filter(box).map((node) => node.innerText),
        charts: all(".kit-drawing svg").filter(box).map((svg) => svg.querySelectorAll(marks).length),
        rows: all(".kit-table tbody tr").filter(box).length,
        passages: all(".kit-page .kit-passage blockquote").filter((node) => node.innerText.trim()).length,
        text: all(".jp-OutputArea-output").map((out) => out.innerText).join(""),
    };
}"""


def kind(seen: dict[str, Any]) -> str:
    """Say what stands below a cell, when it shows what such a thing has to show; else what is wrong with it."""
    if seen["panels"]:
        whole = all(marks for _, marks in seen["panels"]) and not seen["failures"]
        return f"a panel: {', '.join(name for name, _ in seen['panels'])}" if whole else f"not a whole panel: {seen}"
    if seen["charts"]:
        return CHART if all(seen["charts"]) else "a chart without marks"
    if seen["passages"] or seen["rows"]:
        return PASSAGES if seen["passages"] else TABLE
    if seen["text"] == "Nothing to list here.":
        return NOTHING
    return CODE if seen["text"].startswith("kit.Selection(") else f"something else: {seen['text'][:300]}"


def pictures(book: Book, name: str, theme: str) -> None:
    """Take a picture of the notebook (of its first 6,000 pixels), and of its first panel on a wider screen."""
    page, size = book.page, book.page.viewport_size
    scroller = page.locator(".jp-WindowedPanel-outer")
    page.set_viewport_size({"width": 1300, "height": min(scroller.evaluate("node => node.scrollHeight") + 150, 6000)})
    scroller.evaluate("node => node.scrollTo(0, 0)")
    book.picture(f"{name}-{theme}")
    if page.locator(".kit-explorer").count():
        page.set_viewport_size({"width": 1600, "height": 1300})
        page.locator(".kit-explorer").first.evaluate("node => node.scrollIntoView({ block: 'start' })")
        book.picture(f"{name}-panel-{theme}")
    page.set_viewport_size(size)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_opens_runs_and_shows_every_chart_and_table_in_light_and_dark(book: Book, name: str) -> None:
    (book.lab.folder / f"{name}.ipynb").write_bytes((FOLDER / f"{name}.ipynb").read_bytes())
    book.open(f"{name}.ipynb").run()
    cells = book.page.locator(".jp-CodeCell").filter(has=book.page.locator(".jp-OutputArea-output"))

    for cell, shown in zip(cells.all(), SHOWN[name], strict=False):  # an error in a cell has to be told before a count
        cell.scroll_into_view_if_needed()  # what is not in sight may not be drawn yet
        with suppress(AssertionError):
            book.until(lambda cell=cell, shown=shown: kind(cell.evaluate(LOOK)) == shown)
        assert kind(cell.evaluate(LOOK)) == shown
    expect(cells).to_have_count(len(SHOWN[name]))
    ran = book.page.evaluate("""() => jupyterapp.shell.currentWidget.content.widgets
        .map((cell) => cell.model).filter(({ type }) => type === "code").map(({ executionCount }) => executionCount)""")
    assert ran == list(range(1, book.page.locator(".jp-CodeCell").count() + 1))
    pictures(book, name, "light")
    try:
        book.theme(dark=True)
        for caption in book.page.locator(".kit-stage svg .role-title-text text").all():
            expect(caption).to_have_attribute("fill", style.COLOURS[True]["muted"])
        expect(book.page.locator("#jupyterlab-splash")).to_have_count(0)
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
