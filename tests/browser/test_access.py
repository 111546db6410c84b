"""The explorer and the comparer for everybody: by keyboard alone, for a screen reader, in every theme and contrast.

All tests share one page and one kernel with both panels in one notebook; what they change they put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.conftest import Book, Lab

CELLS = (
    "import kit; corpus = kit.load()",
    "explorer = kit.Explorer(corpus); explorer",
    "comparer = kit.Comparer(corpus); comparer",
    "kit.words_by_speaker(kit.words_spoken(corpus), caption=kit.caption(corpus))",
    "kit.table(corpus.speakers)",
    "kit.passages(corpus, most=3)",
)
PANELS = pytest.mark.parametrize("panel", [".kit-explorer", ".kit-comparer"])
# What a key might do to a notebook: its cells, their text and runs, which is active, in which mode, and open dialogs.
NOTEBOOK = """() => {
    const { widgets, activeCellIndex, mode } = jupyterapp.shell.currentWidget.content;
    const cells = widgets.map(({ model }) => [model.id, model.type, model.sharedModel.source, model.executionCount]);
    return [cells, activeCellIndex, mode, document.querySelectorAll(".jp-Dialog").length];
}"""
# The focus, and whether it can be seen: an outline of two pixels, on a slider at its thumb.
FOCUS = """() => {
    const node = document.activeElement, slider = node.type === "range" && "::-webkit-slider-thumb";
    const { outlineStyle, outlineWidth } = getComputedStyle(node, slider || null);
    const seen = slider ? node.matches(":focus-visible") : outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
    return [order.indexOf(node), seen, node.outerHTML.slice(0, 100)];
}"""
# Everything in a panel that the keyboard ought to reach, in the order in which it stands there.
ORDER = """(panel) => {
    const can = "button, input, select, summary, [tabindex='0']", all = [...panel.querySelectorAll(can)];
    globalThis.order = all.filter((node) => node.checkVisibility());
    return order.length;
}"""

OPEN = "(open) => document.querySelectorAll('.kit :is(.kit-twin, .kit-changes)').forEach((one) => { one.open = open; })"


@pytest.fixture(scope="module")
def shared(lab: Lab, context: BrowserContext) -> Iterator[Book]:
    book = Book(lab, context.new_page())
    book.watch()
    book.write(*CELLS, name="access.ipynb").run().drawn()
    book.page.set_default_timeout(10_000)
    yield book
    book.page.close(run_before_unload=False)
    lab.end_kernels()


@pytest.fixture
def book(shared: Book) -> Iterator[Book]:
    """Give both panels as they opened; at the end nothing may have left the loopback or gone wrong."""
    shared.python("explorer.view.picked = {}; explorer.selection = kit.Selection()")
    yield shared
    assert (shared.outside, shared.errors) == ([], [])


def first_chip(book: Book) -> Locator:
    return book.page.locator(".kit-explorer .kit-chip").first


def label(book: Book, chart: str) -> str:
    return str(book.page.locator(f"[data-chart={chart}] .vega-embed").get_attribute("aria-label"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_anything_of_ours(book: Book, dark: bool) -> None:
    page = book.page
    try:
        book.theme(dark)
        first_chip(book).click()
        page.evaluate(OPEN, True)
        page.locator(".kit-explorer .kit-twin button").first.click()
        expect(page.locator(".kit-explorer .kit-pane-head")).to_be_visible()
        page.wait_for_timeout(1000)  # a colour on its way between two themes has the contrast of neither

        found = Axe().run(page, context=".kit").response
    finally:
        page.evaluate(OPEN, False)
        book.theme(False)
    grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in grave] == []
    tried = {one["id"] for one in found["passes"]}
    assert {"color-contrast", "button-name", "label", "aria-valid-attr-value", "summary-name"} <= tried


@PANELS
def test_tab_goes_through_a_panel_in_the_order_in_which_it_stands_there_and_out_again(book: Book, panel: str) -> None:
    page = book.page
    count = page.locator(panel).evaluate(ORDER)
    page.evaluate("() => order[0].focus()")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUS)[0] == -1

    steps = []
    for _ in range(count + 1):
        page.keyboard.press("Tab")
        steps.append(page.evaluate(FOCUS))

    assert [step for step, *_ in steps] == [*range(count), -1]
    assert [html for _, seen, html in steps[:-1] if not seen] == []
    assert count > 30


@PANELS
def test_no_key_pressed_in_a_panel_does_anything_to_a_cell(book: Book, panel: str) -> None:
    page = book.page
    places = (
        ".kit-chip", "select", "input[type=search]", "input[type=number]", "input[type=range]", "input[type=checkbox]",
        ".kit-button", "summary", ".kit-twin button", ".kit-passages", ".kit-foot code",
    )  # fmt: skip
    page.locator(f"{panel} .kit-twin summary").first.click()
    page.locator(f"{panel} .kit-twin button").first.focus()  # of the cells, this one is active from now on
    before = page.evaluate(NOTEBOOK)
    for place in places:
        target = page.locator(f"{panel} {place}").first
        if not target.count():
            continue
        for key in (*"ddabxzm00", "Shift+Enter", "Escape", "Enter", "Enter", "ArrowDown"):
            target.press(key)

        assert page.evaluate(NOTEBOOK) == before, place
    page.locator(f"{panel} .kit-twin summary").first.click()


def test_keys_of_jupyterlab_s_own_still_work_in_a_panel(book: Book) -> None:
    page, saved = book.page, "!jupyterapp.shell.currentWidget.context.model.dirty"
    page.evaluate("() => { jupyterapp.shell.currentWidget.context.model.dirty = true; }")
    first_chip(book).press("Control+s")
    page.wait_for_function(saved)

    before = page.evaluate("jupyterapp.shell.leftCollapsed")
    for collapsed in (not before, before):
        first_chip(book).press("Alt+1")
        page.wait_for_function(f"jupyterapp.shell.leftCollapsed === {str(collapsed).lower()}")


def test_a_mark_is_picked_and_let_go_by_keyboard_and_its_passages_read(book: Book) -> None:
    page = book.page
    summary = page.locator(".kit-explorer .kit-twin summary").first
    summary.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    chosen = page.locator(".kit-explorer .kit-chosen")
    expect(chosen).not_to_be_empty()
    expect(chosen).to_have_attribute("aria-live", "polite")
    assert page.locator(".kit-explorer .kit-passage").count() > 0
    page.keyboard.press("Escape")
    expect(page.locator(".kit-explorer .kit-pane-head")).to_be_hidden()
    summary.press("Enter")


def test_a_chart_is_described_by_what_it_shows_now(book: Book) -> None:
    whole = book.page.locator(".kit-explorer .kit-summary").inner_text()
    assert whole in label(book, "matrix")
    assert whole in label(book, "timeline")
    marks = len(book.page.locator("[data-chart=timeline] .mark-symbol.role-mark path[aria-label]").all())
    assert f"{marks} marks" in label(book, "timeline")

    first_chip(book).click()

    book.until(lambda: whole not in label(book, "timeline"))
    assert book.page.locator(".kit-explorer .kit-summary").inner_text() in label(book, "timeline")


def test_a_group_of_controls_says_what_it_controls_and_how_much_of_it_is_chosen(book: Book) -> None:
    group = book.page.get_by_role("group", name="Themes all")
    expect(group).to_have_count(1)

    group.get_by_role("button").nth(1).click()

    expect(book.page.get_by_role("group", name="Themes 1 of")).to_have_count(1)


def test_what_is_chosen_can_be_told_where_the_reader_s_own_colours_replace_ours(book: Book) -> None:
    page, ground = book.page, "node => getComputedStyle(node).backgroundColor"
    on, off = first_chip(book), page.locator(".kit-explorer .kit-chip").nth(1)
    on.click()
    expect(on).to_have_attribute("aria-pressed", "true")
    page.mouse.move(0, 0)
    try:
        page.emulate_media(forced_colors="active")
        assert on.evaluate(ground) != off.evaluate(ground)
        stage: Any = page.locator(".kit-stage").first
        assert stage.evaluate("node => getComputedStyle(node).forcedColorAdjust") == "none"
        assert stage.evaluate(ground) == page.locator(".kit").first.evaluate(
            "node => { node.style.color = 'var(--kit-surface)'; node.style.forcedColorAdjust = 'none';"
            " const { color } = getComputedStyle(node); node.removeAttribute('style'); return color; }"
        )
    finally:
        page.emulate_media(forced_colors="none")


def test_nothing_of_ours_moves_for_a_reader_who_asked_for_no_motion(book: Book) -> None:
    moving = """() => [...document.querySelectorAll(".kit, .kit *")].filter((node) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(node);
        return parseFloat(transitionDuration) || animationName !== "none" || scrollBehavior === "smooth";
    }).length"""

    assert book.page.evaluate(moving) == 0
    try:
        book.page.emulate_media(reduced_motion="no-preference")
        assert book.page.evaluate(moving) > 0
    finally:
        book.page.emulate_media(reduced_motion="reduce")
