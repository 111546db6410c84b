"""The two widgets in a real JupyterLab, with rows of our own: what the hand does must reach Python, and come back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Book

HOSTILE = "<img src=x onerror=\"document.body.dataset.bitten='yes'\">"
ROWS = [
    {"mark_id": "wren", "bird": "Wren", "day": "2021-03-04", "songs": 3, "tip": f"Wren\n{HOSTILE}"},
    {"mark_id": "rook", "bird": "Rook", "day": "2022-05-06", "songs": 5, "tip": "Rook"},
    {"mark_id": "bold", "bird": HOSTILE, "day": "2023-07-08", "songs": 1, "tip": "?"},
]
SPEC = {
    "data": {"name": "songs", "values": [ROWS[0]]},
    "width": 300,
    "height": 120,
    "params": [{"name": "picked", "value": ""}],
    "mark": {"type": "point", "filled": True, "size": 400, "opacity": 1},
    "encoding": {
        "x": {"field": "day", "type": "temporal", "title": None},
        "y": {"field": "songs", "type": "quantitative"},
        "tooltip": {"field": "tip", "type": "nominal"},
        "stroke": {"condition": {"test": "datum.mark_id === picked", "value": "red"}, "value": None},
    },
}
COLUMNS = [["bird", "Bird"], ["songs", "Songs"]]
VIEW = f"""
import json
from kit.view import View
rows = json.loads({json.dumps(json.dumps(ROWS))})
spec = json.loads({json.dumps(json.dumps(SPEC))})
charts = {{name: {{"title": name.title(), "spec": spec, "columns": {COLUMNS}}} for name in ("first", "second")}}
v, asked = View(charts), []
v.on_msg(lambda _, content, __: asked.append(content["type"]))
def show(some, chart="first"):
    said = f"{{len(some)}} of {{len(rows)}} songs"
    v.show(frames={{chart: {{"rows": {{"songs": some}}, "table": some}}}}, summary=said)
show(rows); show(rows, "second")
song = "<article class='kit-passage'><blockquote class='kit-text'>Tea-kettle.</blockquote></article>"
v.show(passages=song, code="Songs()")
"""
CONTROLS = """
from kit.controls import Controls
from kit.view import View
c = Controls(
    view=View({}),
    speaker_options=[
        {"id": i, "label": i.title(), "group": "Garden", "office": "Singer"} for i in ("wren", "rook")
    ],
    theme_options=[{"id": "dawn", "label": "Dawn"}],
    dates=["2021-03-04", "2022-05-06", "2023-07-08"],
)
"""


def marks(figure: Locator) -> Locator:
    return figure.locator(".kit-stage svg .role-mark path")


def runs(figure: Locator) -> int:
    return int(figure.locator(".kit-stage").get_attribute("data-runs") or 0)


def state(book: Book, expression: str) -> Any:
    return json.loads(book.python(f"import json; print(json.dumps({expression}))"))


@pytest.fixture
def view(book: Book) -> Book:
    book.write(VIEW, "v").run().drawn()
    return book


def test_a_mark_chosen_by_mouse_reaches_python_and_is_let_go_by_the_same_click_or_escape(view: Book) -> None:
    first = view.drawn("first")
    expect(marks(first)).to_have_count(3)

    marks(first).nth(1).click()

    pane = view.page.locator(".kit-pane-head")
    expect(pane).to_contain_text("Rook")
    expect(marks(first).nth(1)).to_have_attribute("stroke", "red")
    view.until(lambda: state(view, "v.picked") == {"chart": "first", "mark": "rook"})
    marks(first).nth(1).click()
    expect(pane).to_be_hidden()
    view.until(lambda: state(view, "v.picked") == {})
    marks(first).nth(0).click()
    expect(pane).to_contain_text("Wren")
    view.page.locator(".kit-passages").press("Escape")
    expect(pane).to_be_hidden()
    view.until(lambda: state(view, "v.picked") == {})


def test_a_mark_is_chosen_by_keyboard_in_the_table_and_the_focus_stays(view: Book) -> None:
    first = view.drawn("first")
    first.locator("summary").press("Enter")
    button = first.get_by_role("button", name="Rook; 5")

    button.press("Enter")

    expect(button).to_have_attribute("aria-pressed", "true")
    view.until(lambda: state(view, "v.picked") == {"chart": "first", "mark": "rook"})
    view.python("show(rows[:2])")
    expect(first.locator("tbody tr")).to_have_count(2)
    expect(button).to_be_focused()
    expect(first.locator("details")).to_have_attribute("open", "")
    view.page.get_by_role("button", name="Show all passages").click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_change_runs_the_chart_that_changed_and_no_other(view: Book) -> None:
    first, second = view.drawn("first"), view.drawn("second")
    before = runs(first), runs(second)

    view.python("show(rows[1:])")

    expect(marks(first)).to_have_count(2)
    expect(marks(second)).to_have_count(3)
    expect(view.page.locator(".kit-summary")).to_have_text("2 of 3 songs")
    assert (runs(first) > before[0], runs(second)) == (True, before[1])


def test_the_marks_of_rows_that_stay_are_not_drawn_again(view: Book) -> None:
    first = view.drawn("first")
    marks(first).evaluate_all("nodes => nodes.forEach((node, at) => { node.dataset.drawn = at; })")
    before = runs(first)

    view.python("show([rows[2], {**rows[0], 'songs': 4}, rows[1]])")

    view.until(lambda: runs(first) > before)
    expect(marks(first)).to_have_count(3)
    kept = marks(first).evaluate_all("nodes => nodes.map((node) => node.dataset.drawn).filter(Boolean)")
    assert sorted(kept) == ["1", "2"]


def test_dates_of_rows_that_come_later_are_read_as_dates(view: Book) -> None:
    first = view.drawn("first")
    view.python("show([{**rows[0], 'day': '1999-01-02'}])")

    expect(marks(first)).to_have_count(1)

    assert "1999" in first.locator(".kit-stage svg").inner_html()


def test_text_of_rows_is_never_taken_for_markup(view: Book) -> None:
    first = view.drawn("first")
    first.locator("summary").click()
    marks(first).nth(0).hover()

    expect(view.page.locator(".kit-tooltip")).to_have_text(f"Wren{HOSTILE}")
    expect(first.locator("tbody button").nth(2)).to_have_text(HOSTILE)
    marks(first).nth(2).click()
    expect(view.page.locator(".kit-chosen")).to_have_text(HOSTILE)
    assert view.page.locator(".kit img").count() == 0
    assert view.page.evaluate("document.body.dataset.bitten") is None


def test_the_charts_follow_the_theme_and_keep_their_rows(view: Book) -> None:
    first = view.drawn("first")
    view.python("show(rows[:2])")
    expect(marks(first)).to_have_count(2)
    colour = "() => document.querySelector('.kit-stage svg .role-axis-label text').getAttribute('fill')"
    light = view.page.evaluate(colour)

    view.theme(dark=True)

    view.page.wait_for_function(f"({colour})() !== '{light}'")
    expect(marks(first)).to_have_count(2)
    view.picture("view-dark")
    view.theme(dark=False)
    view.page.wait_for_function(f"({colour})() === '{light}'")


def test_what_cannot_be_drawn_is_said_in_words_and_the_last_good_view_stays(view: Book) -> None:
    first = view.drawn("first")

    view.python("v.show(frames={'first': {'rows': {'nests': rows}, 'table': []}})")

    failure = first.locator(".kit-failure")
    expect(failure).to_contain_text("nests")
    expect(marks(first)).to_have_count(3)
    expect(marks(view.drawn("second"))).to_have_count(3)
    view.python("show(rows[:1])")
    expect(failure).to_be_hidden()
    expect(marks(first)).to_have_count(1)


def test_a_second_display_and_a_reloaded_page_show_the_present_state(view: Book) -> None:
    view.python("show(rows[:2])")
    expect(marks(view.drawn("first"))).to_have_count(2)
    view.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    view.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")

    view.open("written.ipynb")

    expect(marks(view.drawn("first"))).to_have_count(2)
    expect(view.page.locator(".kit-passages")).to_contain_text("Tea-kettle.")
    saved = (view.lab.folder / "written.ipynb").read_text(encoding="utf-8")
    assert len(saved) < 100_000


def test_the_script_is_sent_once_for_all_the_views_of_a_page(book: Book) -> None:
    book.write(
        VIEW, "w = View(charts); w.on_msg(lambda _, content, __: asked.append(content['type'])); w", "v", "v"
    ).run()

    expect(book.page.locator(".kit-view")).to_have_count(3)
    expect(book.page.locator(".kit-stage svg")).to_have_count(6)
    assert state(book, "asked").count("script") <= 1


def test_the_charts_are_drawn_while_the_kernel_is_still_at_work(book: Book) -> None:
    book.write(VIEW, "v", "import time; time.sleep(30)")
    book.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")

    book.drawn("first", timeout=20_000)

    expect(book.page.locator(".jp-InputPrompt").last).to_have_text("[*]:")


def test_single_keys_in_the_panel_do_not_reach_the_notebook(book: Book) -> None:
    book.write(CONTROLS, "c").run()
    cells = book.page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()

    chip = book.page.get_by_role("button", name=re.compile("^Wren"))
    chip.focus()
    for key in ("d", "d", "a", "x", "ArrowDown", "ArrowUp"):
        book.page.keyboard.press(key)

    assert cells.count() == before
    expect(chip).to_be_focused()
    book.page.keyboard.press("Control+s")
    book.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")


def test_every_control_reaches_python_and_follows_it_without_losing_the_focus(book: Book) -> None:
    book.write(CONTROLS, "c").run()
    page = book.page
    chosen = "[c.speakers, c.themes, c.since, c.until, c.text, c.first_hand]"
    rook, low, high = page.get_by_role("button", name=re.compile("^Rook")), *(page.locator("input[type=range]").all())

    rook.click()
    page.get_by_role("button", name=re.compile("^Dawn")).press("Space")
    low.press("ArrowRight")
    high.press("ArrowLeft")
    page.get_by_label("Search the passages").fill("chirp")
    page.get_by_role("checkbox").check()
    expect(page.locator(".kit-period")).to_have_text("6 May 2022 – 6 May 2022")
    want = [["rook"], ["dawn"], "2022-05-06", "2022-05-06", "chirp", True]
    book.until(lambda: state(book, chosen) == want)

    rook.focus()
    book.python(
        "c.view.show(counts={'speakers': {one['id']: 7 for one in c.speaker_options}});"
        "c.choose(speakers=['wren'], until='')"
    )
    expect(rook).to_contain_text("7")
    expect(rook).to_have_attribute("aria-pressed", "false")
    expect(rook).to_be_focused()
    expect(page.locator(".kit-period")).to_have_text("6 May 2022 – 8 Jul 2023")
    page.get_by_role("button", name="Reset").click()
    book.until(lambda: state(book, chosen) == [[], [], "", "", "", False])
    expect(page.get_by_label("Search the passages")).to_have_value("")
    expect(page.get_by_role("checkbox")).not_to_be_checked()


def test_many_speakers_are_found_by_a_search_box_and_the_chosen_stay_as_chips(book: Book) -> None:
    many = "c = Controls(speaker_options=[{'id': str(i), 'label': f'Åsa {i}'} for i in range(60)], speakers=['7'])"
    book.write(CONTROLS, many, "c").run()
    chips = book.page.locator(".kit-chip:visible")
    expect(chips).to_have_count(1)

    book.page.get_by_role("searchbox", name="Find: Speakers").fill("asa 1")

    expect(chips).to_have_count(12)
    chips.nth(0).click()
    book.until(lambda: state(book, "c.speakers") == ["1", "7"])
    book.page.get_by_role("searchbox", name="Find: Speakers").fill("")
    expect(chips).to_have_count(2)


def test_a_cell_that_raises_fails_the_run(book: Book) -> None:
    book.write("1 / 0", "2", name="raises.ipynb")

    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        book.run()


def test_a_chart_that_is_made_anew_after_many_runs_shows_what_it_showed(book: Book) -> None:
    few = "from kit.view import View\nView._esm = View._esm.replace('REMADE = 500', 'REMADE = 3')"
    book.write(few, VIEW, "v", "View._esm = View._esm.replace('REMADE = 3', 'REMADE = 500')").run()
    first = book.drawn("first")
    first.locator(".kit-stage > div").evaluate("node => { node.dataset.made = 'first'; }")

    for many in (1, 2, 3, 1, 2, 3, 1, 2):
        before = runs(first)
        book.python(f"show(rows[:{many}])")
        book.until(lambda before=before: runs(first) > before)
        expect(marks(first)).to_have_count(many)
    assert runs(first) > 6
    assert first.locator(".kit-stage > div").count() == 1
    expect(first.locator(".kit-stage > div[data-made]")).to_have_count(0)
    marks(first).first.click()
    book.until(lambda: state(book, "v.picked") == {"chart": "first", "mark": ROWS[0]["mark_id"]})
