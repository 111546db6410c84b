"""The explorer and the comparer for everybody: by keyboard alone, for a screen reader, in every theme and contrast.

All tests share one page and one kernel with both panels in one notebook; what they change they put back.
"""

from __future__ import annotations

from base64 import b64encode
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
    "from kit.controls import Controls\n"
    "many = Controls(speaker_options=[{'id': str(i), 'label': f'One {i}'} for i in range(60)]); many",
)
PANELS = pytest.mark.parametrize("panel", [".kit-explorer", ".kit-comparer"])
# What a key might do to a notebook: its cells, their text and runs, which is active, in which mode, and open dialogs.
NOTEBOOK = """() => {
    const { widgets, activeCellIndex, mode } = jupyterapp.shell.currentWidget.content;
    const cells = widgets.map(({ model }) => [model.id, model.type, model.sharedModel.source, model.executionCount]);
    return [cells, activeCellIndex, mode, document.querySelectorAll(".jp-Dialog").length];
}"""
# The focus, and whether it can be seen: an outline of two pixels, on a slider at its thumb, with nothing on top.
FOCUS = """async () => {
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);  // what is seen gets its true height
    const node = document.activeElement, slider = node.type === "range";
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    const { x, y, width, height } = node.getBoundingClientRect();
    const top = document.elementFromPoint(x + Math.min(width / 2, 10), y + Math.min(height / 2, 10));
    const seen = slider ? node.matches(":focus-visible")
        : outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && node.contains(top);
    return [order.indexOf(node), seen, node.outerHTML.slice(0, 100)];
}"""
# Every stop that a panel ought to have, in the order in which it stands there: of a row or table of buttons, one.
ORDER = """(panel) => {
    const can = "button, input, select, summary, [tabindex='0']", all = [...panel.querySelectorAll(can)];
    const rows = new Set(), first = (row) => !rows.has(row) && rows.add(row);
    const row = (node) => node.matches("input") ? null : node.closest("[role=toolbar], tbody");
    globalThis.order = all.filter((node) => node.checkVisibility() && (!row(node) || first(row(node))));
    return order.length;
}"""
# The greatest contrast (WCAG 2.2) of the pixels on a line with the first of them: what is painted, not what is meant.
CONTRAST = """async ([picture, [x, y], [dx, dy], steps]) => {
    const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    pen.drawImage(bitmap, 0, 0);
    const all = Array.from({ length: steps }, (_, at) => {
        const [r, g, b] = [...pen.getImageData(Math.round(x + at * dx), Math.round(y + at * dy), 1, 1).data]
            .map((one) => (one <= 10 ? one / 3294.6 : ((one / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    });
    return Math.max(...all.map((one) => Math.max(one / all[0], all[0] / one)));
}"""
# What a screen reader says by itself: each change of a live region, by its class.
LISTEN = """() => {
    globalThis.said = [];
    for (const node of document.querySelectorAll(".kit :is([aria-live], [role=status], [role=alert], output)")) {
        const seen = { childList: true, characterData: true, subtree: true };
        new MutationObserver(() => said.push(node.className)).observe(node, seen);
    }
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
    shared.page.evaluate(OPEN, False)
    shared.python("explorer.view.picked = {}; explorer.selection = kit.Selection()")
    yield shared
    assert (shared.outside, shared.errors) == ([], [])


def first_chip(book: Book) -> Locator:
    return book.page.locator(".kit-explorer .kit-chip").first


def label(book: Book, chart: str) -> str:
    return str(book.page.locator(f"[data-chart={chart}] .vega-embed").get_attribute("aria-label"))


def contrast(book: Book, start: tuple[float, float], step: tuple[int, int], steps: int) -> float:
    picture = b64encode(book.page.screenshot()).decode()
    return float(book.page.evaluate(CONTRAST, [picture, start, step, steps]))


def thumb(slider: Locator) -> tuple[float, float]:
    """Give the middle of the thumb of a range."""
    box: Any = slider.bounding_box()
    at = slider.evaluate("node => node.value / node.max")
    return box["x"] + 8 + (box["width"] - 16) * at, box["y"] + box["height"] / 2


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
    assert count > 12


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
        for key in (*"ddabxzm00", "Shift+Enter", "Escape", "Enter", "Enter", "ArrowDown", "ArrowLeft", "Home", "End"):
            target.press(key)

        assert page.evaluate(NOTEBOOK) == before, place
    page.locator(f"{panel} .kit-twin summary").first.click()


@PANELS
def test_a_row_of_chips_is_one_stop_in_which_arrow_keys_home_and_end_move(book: Book, panel: str) -> None:
    page, row = book.page, book.page.locator(f"{panel} [role=toolbar]").first
    chips, keys = row.locator(".kit-chip:visible"), page.keyboard
    last = chips.count() - 1
    chips.nth(0).focus()

    for key, at in (("ArrowLeft", 0), ("ArrowRight", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", last),
                    ("ArrowRight", last), ("ArrowLeft", last - 1), ("Home", 0), ("ArrowRight", 1)):  # fmt: skip
        keys.press(key)
        expect(chips.nth(at)).to_be_focused()
        assert row.locator("[tabindex='0']").count() == 1
    keys.press("Shift+Tab")
    expect(row.locator(":focus")).to_have_count(0)
    keys.press("Tab")
    expect(chips.nth(1)).to_be_focused()  # where the reader was
    for key in ("Space", "Enter"):
        keys.press(key)
        expect(chips.nth(1)).to_have_attribute("aria-pressed", str(key == "Space").lower())
    keys.press("Tab")
    expect(row.locator(":focus")).to_have_count(0)


def test_the_focus_passes_on_from_a_button_that_goes(book: Book) -> None:
    page, chip, many = book.page, first_chip(book), book.page.locator(".kit-controls:not(.widget-box *)")
    chip.press("Enter")
    chip.press("Home")
    all_of_them = page.get_by_role("button", name="Speakers: all").first
    expect(all_of_them).to_be_focused()
    all_of_them.press("Enter")
    expect(chip).to_be_focused()

    search = page.locator(".kit-explorer").get_by_label("Search the passages")
    search.fill("police")
    page.get_by_role("button", name="Search: all").first.press("Enter")
    expect(search).to_be_focused()

    book.python("many.speakers = ['3', '7']")
    shown = many.locator(".kit-chip:visible")
    expect(shown).to_have_count(2)
    shown.first.press("Enter")
    expect(shown).to_have_count(1)
    expect(shown).to_be_focused()
    shown.press("Enter")
    expect(many.get_by_role("searchbox", name="Find: Speakers")).to_be_focused()


def test_a_table_is_one_stop_in_which_arrow_keys_move_and_the_focus_is_never_lost(book: Book) -> None:
    page, twin = book.page, book.page.locator(".kit-explorer [data-chart=timeline] .kit-twin")
    buttons, summary = twin.locator("tbody button"), twin.locator("summary")
    summary.press("Enter")
    expect(buttons.first).to_be_visible()
    page.keyboard.press("Tab")
    expect(twin.locator("tbody :focus")).to_have_count(1)
    page.keyboard.press("End")
    expect(buttons.last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(buttons.nth(-2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(buttons.first).to_be_focused()
    assert page.evaluate("() => { globalThis.order = []; return document.activeElement.tabIndex; }") == 0
    assert page.evaluate(FOCUS)[1]
    page.keyboard.press("Tab")
    expect(twin.locator(":focus")).to_have_count(0)

    buttons.first.focus()
    book.python("explorer.selection = kit.Selection(text='no passage says this')")

    expect(buttons).to_have_count(0)
    expect(summary).to_be_focused()
    summary.press("Enter")


def test_a_reader_goes_by_keyboard_from_the_cell_above_through_both_panels(book: Book) -> None:
    page, keys = book.page, book.page.keyboard
    table, chosen = page.locator(".kit-explorer .kit-twin summary").first, page.locator(".kit-explorer .kit-chosen")
    here = "node => node === document.activeElement"

    def tab_to(target: Locator, most: int) -> None:
        for _ in range(most):
            keys.press("Tab")
            if target.evaluate(here):
                return
        pytest.fail(f"{target} is more than {most} stops away: {page.evaluate('document.activeElement.outerHTML')}")

    page.locator(".jp-CodeCell .cm-content").first.click()
    keys.press("Escape")
    tab_to(table, 12)
    keys.press("Enter")
    expect(page.locator(".kit-explorer tbody button").first).to_be_visible()
    keys.press("Tab")
    keys.press("Home")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator(".kit-explorer tbody button").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(chosen).not_to_be_empty()
    tab_to(page.locator(".kit-explorer .kit-passages"), 4)
    skip = page.get_by_role("button", name="Skip to the comparison")
    tab_to(skip, 8)
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    expect(page.locator(".kit-comparer .kit-passages")).to_be_focused()
    page.evaluate(OPEN, False)
    for _ in range(40):
        keys.press("Tab")
        if page.evaluate("document.activeElement.closest('.kit-comparer')") is None:
            return
    pytest.fail("no way out of the comparer")
    page.evaluate(OPEN, False)


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


def test_a_drawing_is_one_picture_to_a_screen_reader_and_its_table_the_marks(book: Book) -> None:
    page = book.page
    for chart in ("matrix", "timeline", "pairs"):
        figure = page.locator(f"[data-chart={chart}]")
        read = figure.aria_snapshot()
        assert figure.get_by_role("img").count() == 1
        assert "rows of the table below" in read
        assert len(read.splitlines()) < 8, read


def test_what_a_change_brought_is_said_once_and_a_refusal_is_an_alert(book: Book) -> None:
    page = book.page
    page.evaluate(LISTEN)
    first_chip(book).click()
    page.wait_for_timeout(1000)
    assert page.evaluate("said") == ["kit-summary"]
    page.evaluate("() => { said.length = 0; }")

    page.locator(".kit-explorer input[type=range]").last.press("ArrowLeft")
    page.wait_for_timeout(1000)
    assert page.evaluate("said") == ["kit-summary"]
    page.evaluate("() => { said.length = 0; }")

    page.locator(".kit-comparer .kit-chip").first.click()
    page.wait_for_timeout(1000)
    assert page.evaluate("said") == ["kit-summary"]
    page.locator(".kit-comparer .kit-chip").first.click()

    book.python("explorer.controls.choose(since='2020-01-01', until='2019-01-01')")
    expect(page.locator(".kit-explorer").get_by_role("alert")).not_to_be_empty()


def test_a_group_of_controls_says_what_it_controls_and_how_much_of_it_is_chosen(book: Book) -> None:
    group = book.page.get_by_role("toolbar", name="Themes all")
    expect(group).to_have_count(1)

    group.get_by_role("button").nth(1).click()

    expect(book.page.get_by_role("toolbar", name="Themes 1 of")).to_have_count(1)
    office = book.page.locator(".kit-explorer .kit-group-title").first.inner_text()
    expect(book.page.get_by_role("toolbar").get_by_role("group", name=office, exact=True)).to_have_count(1)


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


@pytest.mark.parametrize("look", ["light", "dark", "forced-light", "forced-dark"])
def test_what_can_be_operated_has_an_edge_and_the_focus_a_ring_of_three_to_one(book: Book, look: str) -> None:
    page, forced, dark = book.page, look.startswith("forced"), look.endswith("dark")
    slider, twin = page.locator(".kit-explorer input[type=range]").first, page.locator(".kit-explorer .kit-twin").first
    free = {  # with nothing close to the left of it
        "chosen chip": ".kit-explorer .kit-chip[aria-pressed=true]", "search": ".kit-explorer input[type=search]",
        "box": ".kit-explorer input[type=checkbox]", "reset": ".kit-reset", "copy": ".kit-foot .kit-button",
        "show all": ".kit-explorer .kit-pane-head .kit-button", "side": ".kit-comparer select",
        "years": ".kit-comparer input[type=number]", "mark": ".kit-explorer .kit-twin tbody button",
    }  # fmt: skip
    edged = {
        **{name: place for name, place in free.items() if name != "mark"},
        "chip": ".kit-explorer .kit-chip[aria-pressed=false]:not(.kit-none)", "empty chip": ".kit-explorer .kit-none",
    }  # fmt: skip
    edges, rings = dict[str, float](), dict[str, float]()
    first_chip(book).click()
    slider.press("ArrowRight")
    twin.locator("summary").press("Enter")
    twin.locator("tbody button").first.press("Enter")
    page.mouse.move(0, 0)
    try:
        if forced:
            page.emulate_media(forced_colors="active", color_scheme="dark" if dark else "light")
        else:
            book.theme(dark)
        page.wait_for_timeout(1000)
        for name, place in {**edged, **free}.items():
            target = page.locator(place).first
            page.keyboard.press("Tab")  # from now on by keyboard: a ring shows
            target.focus()
            box: Any = target.bounding_box()
            left, middle = box["x"], box["y"] + box["height"] / 2
            if name in free:
                rings[name] = contrast(book, (left - 7, middle), (1, 0), 6)
            if name in edged:
                target.blur()
                edges[name] = contrast(book, (left - 3, middle), (1, 0), 7)
        page.keyboard.press("Tab")
        slider.focus()
        left, middle = thumb(slider)
        rings["thumb"] = contrast(book, (left, middle - 15), (0, 1), 6)
        slider.blur()
        start = slider.bounding_box()["x"] + 8  # type: ignore[index]
        edges["thumb"] = contrast(book, (left, middle - 12), (0, 1), 8)
        edges["track"] = contrast(book, ((start + left) / 2, middle - 8), (0, 1), 8)
        edges["chosen track"] = contrast(book, (left + 12, middle - 8), (0, 1), 8)
    finally:
        page.emulate_media(forced_colors="none", color_scheme="light")
        book.theme(False)
        page.evaluate(OPEN, False)
    assert {name: round(ratio, 2) for name, ratio in edges.items() if ratio < 3} == {}
    assert {name: round(ratio, 2) for name, ratio in rings.items() if ratio < 3} == {}


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
