"""The panel of `04_compare` in a real JupyterLab: after every choice of the hand it shows what the frames say.

All tests share one page and one kernel; each begins as the panel opens. What ought to be shown is worked out in the
kernel from `kit.compare` and `kit.compare_holders`, not by the code that fills the panel.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import BrowserContext, Locator, expect

import kit
from kit.comparison import LEVELS
from tests.browser.conftest import ROOT, Book, Lab
from tests.browser.test_positions import OVERLAPS

NAME = "comparer.ipynb"
FACTS = f"""
import json
import polars as pl
LEVELS = {dict(LEVELS)!r}
texts = dict(corpus.propositions.select("proposition_id", "text").iter_rows())
start = comparer.controls.chosen

def facts():
    now = comparer.comparison
    wanted = kit.compare(corpus, now.left, now.right, now.selection, now.guard)
    pairs = kit.compare_holders(corpus, now.selection, now.guard).to_dicts()
    share = "{{same}}/{{comparable}}".format_map
    words = [share(one) if one["comparable"] > 2 else "notenough" if one["both"] else "–" for one in pairs]
    print(json.dumps({{
        "sides": [now.left.in_words(corpus), now.right.in_words(corpus)],
        "rows": [[LEVELS[row["level"]], texts[row["proposition_id"]],
                  [row[f"{{side}}_silence"] or "" for side in ("left", "right")]]
                 for row in wanted.rows.to_dicts()],
        "counts": [[LEVELS[one] for one in wanted.rows["level"]].count(it) for it in dict.fromkeys(LEVELS.values())],
        "cells": sorted(words),
        "more": kit.rules_lifted(corpus, wanted)["more"].to_list(),
        "code": comparer.code,
        "notices": [],
    }}))
"""
SEEN = r"""() => {
    const panel = document.querySelector(".kit-comparer"), stage = "[data-chart=pairs] .kit-stage svg ";
    const all = (selector, within = panel) => [...within.querySelectorAll(selector)];
    const text = (node) => node?.textContent ?? "";
    const rows = [];
    let heading = "";
    for (const node of panel.querySelector(".kit-beside").children) {
        if (node.matches(".kit-section")) heading = node.firstChild.textContent.trim();
        if (!node.matches(".kit-compared")) continue;
        const sides = all(".kit-heads > div", node).map((side) => text(side.querySelector(".kit-silence")));
        rows.push([heading, text(node.querySelector("summary .kit-proposition")), sides]);
    }
    return {
        sides: all(".kit-sides b").map(text),
        rows,
        counts: all(".kit-beside .kit-section .kit-count").map((node) => +text(node)),
        cells: all(stage + ".mark-text.role-mark text").map(text)
            .filter((one) => /^(\d+\/\d+|–|notenough)$/.test(one)).sort(),
        more: all(".kit-effect").map(text).filter(Boolean).map((one) => +one.match(/(\d+) more/)?.[1] || 0),
        code: text(panel.querySelector(".kit-foot code")),
        notices: all(".kit-notice, .kit-failure").map(text).filter(Boolean),
    };
}"""

SET = """() => [...document.querySelectorAll(".kit-comparing :is(select, input, .kit-chip)")]
    .map((one) => one.type === "checkbox" ? one.checked : one.ariaPressed ?? one.value)"""


@pytest.fixture(scope="module")
def shared(lab: Lab, context: BrowserContext) -> Iterator[Book]:
    (lab.folder / NAME).write_bytes((ROOT / "notebooks/04_compare.ipynb").read_bytes())
    book = Book(lab, context.new_page())
    book.watch()
    book.open(NAME).run().drawn()
    book.page.set_default_timeout(10_000)
    assert book.python(FACTS) == ""
    yield book
    book.page.close(run_before_unload=False)
    lab.end_kernels()


@pytest.fixture
def panel(shared: Book) -> Iterator[Book]:
    """Give the panel as it opens; at the end nothing may have left the loopback or gone wrong."""
    shared.python("comparer.controls.chosen = start")
    agree(shared)
    yield shared
    assert (shared.outside, shared.errors) == ([], [])


def agree(book: Book) -> dict[str, Any]:
    """Wait until the panel shows what the frames say; fail with the difference where it does not come to that."""

    def both() -> tuple[dict[str, Any], dict[str, Any]]:
        said = book.python("facts()")
        assert said.startswith("{"), said
        return book.page.evaluate(SEEN), json.loads(said)

    with suppress(AssertionError):
        book.until(lambda: (lambda pair: pair[0] == pair[1])(both()))
    seen, wanted = both()
    assert seen == wanted
    return wanted


def sides(book: Book, left: str, right: str) -> dict[str, Any]:
    """Wait until two speakers are compared, and the panel shows it."""
    code = "print(comparer.comparison.left.speaker_id, comparer.comparison.right.speaker_id)"
    book.until(lambda: book.python(code) == f"{left} {right}")
    return agree(book)


def cell(book: Book, row: dict[str, Any]) -> Locator:
    says = json.dumps(f"{row['left']} and {row['right']}\n", ensure_ascii=False).replace("\\n", "\\a ")
    return book.page.locator(f"[data-chart=pairs] .kit-stage svg .mark-rect path[aria-label^={says}]")


def rule(book: Book, words: str) -> Locator:
    return book.page.locator(".kit-rule", has_text=words).locator("input")


@pytest.fixture(scope="module")
def pairs(corpus: kit.Corpus) -> list[dict[str, Any]]:
    """Give the rows of `compare_holders` with both names, those with most in common first."""
    names = dict(corpus.speakers.select("speaker_id", "name").iter_rows())
    rows = kit.compare_holders(corpus).sort("both", "left_id", "right_id", descending=True)
    named = [pl.col(f"{side}_id").replace_strict(names).alias(side) for side in ("left", "right")]
    return rows.with_columns(named).to_dicts()


def test_the_panel_opens_on_the_example_with_head_rows_and_pairs(panel: Book, corpus: kit.Corpus) -> None:
    shown = agree(panel)

    assert len(shown["rows"]) > 5
    assert any("/" in one for one in shown["cells"])
    assert shown["cells"].count("notenough") > 5
    summary = kit.compare(corpus, *corpus.examples["holders"]).summary
    expect(panel.page.locator(".kit-comparer .kit-summary")).to_contain_text(summary)
    expect(panel.page.locator(".kit-comparer .kit-summary")).to_contain_text(f"of {corpus.statements.height}.")
    aside = panel.page.locator(".kit-comparer .kit-aside")
    expect(aside).to_contain_text("not that the holder has no view.")
    expect(aside).to_contain_text(kit.agreement_in_words(corpus))
    assert panel.page.evaluate(OVERLAPS.replace(".kit-explorer", ".kit-comparer")) == []


def test_a_pair_clicked_in_the_matrix_opens_as_left_and_right(panel: Book, pairs: list[dict[str, Any]]) -> None:
    for row in (pairs[1], next(row for row in pairs if 0 < row["comparable"] < 3), pairs[-1]):
        cell(panel, row).click()

        sides(panel, row["left_id"], row["right_id"])
        expect(panel.page.get_by_label("Left: holder")).to_have_value(row["left_id"])
        expect(panel.page.get_by_label("Right: holder")).to_have_value(row["right_id"])
        expect(cell(panel, row)).to_have_attribute("stroke-width", "2.5")
        expect(panel.page.locator(".kit-sides")).to_be_in_viewport()
    cell(panel, row).click()
    panel.page.keyboard.press("Escape")
    sides(panel, row["left_id"], row["right_id"])
    expect(cell(panel, row)).to_have_attribute("stroke-width", "2.5")


def test_a_pair_is_chosen_by_keyboard_in_the_table(panel: Book, pairs: list[dict[str, Any]]) -> None:
    row = pairs[2]
    table = panel.page.locator("[data-chart=pairs] .kit-twin")
    table.locator("summary").press("Enter")
    expect(table.locator("tbody tr")).to_have_count(len(pairs))
    button = table.locator(f"[data-mark='{row['left_id']}|{row['right_id']}']")
    button.focus()

    panel.page.keyboard.press("Enter")

    sides(panel, row["left_id"], row["right_id"])
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    table.evaluate("node => { node.open = false; }")


def test_a_rule_lifted_by_keyboard_changes_rows_and_head_by_what_was_said(panel: Book, corpus: kit.Corpus) -> None:
    pairs = kit.compare_holders(corpus).filter(pl.col("both") > pl.col("comparable")).to_dicts()
    row = next(
        row for row in pairs
        if kit.rules_lifted(corpus, kit.compare(corpus, row["left_id"], row["right_id"]))["more"][0]
    )  # fmt: skip
    panel.python(f"comparer.choose({row['left_id']!r}, {row['right_id']!r})")
    before = sides(panel, row["left_id"], row["right_id"])
    box = rule(panel, kit.RULES["relayed"].allows)
    more = before["more"][0]
    plural = "" if more == 1 else "s"
    expect(panel.page.locator(".kit-effect").first).to_contain_text(f"would bring {more} more proposition{plural}")

    box.press("Space")

    panel.until(lambda: panel.python("print(comparer.comparison.guard)") == "kit.Guard(relayed=True)")
    after = agree(panel)
    assert sum(after["counts"][:3]) == sum(before["counts"][:3]) + more
    assert after["counts"][3] == before["counts"][3] - more
    compared = f"{row['comparable'] + more} of {row['both']} proposition"
    expect(panel.page.locator(".kit-comparer .kit-summary")).to_contain_text(compared)
    expect(box).to_be_focused()
    box.press("Space")
    assert agree(panel) == before


def years_lost(corpus: kit.Corpus, row: dict[str, Any]) -> bool:
    """Say whether fewer propositions of a pair can be compared within a year."""
    near = kit.compare_holders(corpus, guard=kit.Guard(years=1), speakers=[row["left_id"], row["right_id"]])
    return bool(near["comparable"].item() < row["comparable"])


def test_years_are_typed_and_a_wrong_number_is_said_in_words(
    panel: Book, corpus: kit.Corpus, pairs: list[dict[str, Any]]
) -> None:
    row = next(row for row in pairs if row["comparable"] and years_lost(corpus, row))
    panel.python(f"comparer.choose({row['left_id']!r}, {row['right_id']!r})")
    years = panel.page.get_by_label("at most so many years apart")
    before = sides(panel, row["left_id"], row["right_id"])

    years.fill("1")
    years.press("Tab")

    panel.until(lambda: panel.python("print(comparer.comparison.guard)") == "kit.Guard(years=1)")
    assert sum(agree(panel)["counts"][:3]) < sum(before["counts"][:3])
    years.fill("-3")
    years.press("Tab")
    notice = panel.page.locator(".kit-comparer .kit-notice")
    expect(notice).to_have_text("years: -3 is no number of years; write 2 or 0.5, or None for no limit"
                                " — the view below is the one before.")  # fmt: skip
    assert panel.page.evaluate(SEEN)["counts"] != before["counts"]
    years.fill("")
    years.press("Tab")
    panel.until(lambda: panel.python("print(comparer.comparison.guard)") == "kit.Guard()")
    assert agree(panel) == before


def test_a_number_that_is_being_typed_stays_while_something_else_changes(panel: Book) -> None:
    years = panel.page.get_by_label("at most so many years apart")
    years.fill("2.5")

    panel.python("comparer.choose(selection=kit.Selection(first_hand=True))")

    code = panel.page.locator(".kit-comparer .kit-foot code")
    expect(code).to_contain_text("first_hand=True")
    agree(panel)
    expect(years).to_have_value("2.5")
    years.press("Tab")
    expect(code).to_contain_text("guard=kit.Guard(years=2.5)")
    agree(panel)


def test_holder_office_period_themes_and_dates_are_chosen_and_reset_takes_all_back(
    panel: Book, corpus: kit.Corpus
) -> None:
    opened = agree(panel)
    holder, office = corpus.offices.filter(pl.col("speaker_id") != corpus.examples["holders"][0]).select(
        "speaker_id", "office"
    ).row(0)  # fmt: skip
    theme = corpus.themes.filter(theme_id=corpus.examples["theme_id"])["label"].item()
    page = panel.page

    page.get_by_label("Left: holder").select_option(holder)
    page.get_by_label("Left: office").select_option(office)
    page.get_by_label("Right: until").select_option(index=2)
    page.locator(".kit-comparing .kit-chip", has=page.get_by_text(theme, exact=True)).click()
    page.get_by_label("Dates: from").select_option(index=1)
    page.get_by_label("own transcript, speech or release only").check()

    code = page.locator(".kit-comparer .kit-foot code")
    for part in (office, "until=", corpus.examples["theme_id"], "since=", "first_hand=True"):
        expect(code).to_contain_text(part)
    agree(panel)
    page.get_by_role("button", name="Reset").click()
    panel.until(lambda: panel.python("print(comparer.code)") == opened["code"])
    assert agree(panel) == opened


def test_what_is_copied_as_json_and_pasted_into_another_notebook_opens_the_same_view(
    panel: Book, corpus: kit.Corpus, context: BrowserContext
) -> None:
    holder, office = corpus.offices.row(0, named=True)["speaker_id"], corpus.offices.row(0, named=True)["office"]
    page, foot = panel.page, panel.page.locator(".kit-comparer .kit-foot")
    page.get_by_label("Left: holder").select_option(holder)
    page.get_by_label("Left: office").select_option(office)
    page.get_by_label("Right: until").select_option(index=3)
    page.locator(".kit-comparing .kit-chip").first.click()
    rule(panel, kit.RULES["relayed"].allows).check()
    page.get_by_label("at most so many years apart").fill("2.5")
    page.get_by_label("at most so many years apart").press("Tab")
    expect(foot.locator("code")).to_contain_text("kit.Guard(relayed=True, years=2.5)")
    shown, chosen = agree(panel), page.evaluate(SET)

    foot.get_by_role("button", name="Copy as JSON").click()
    expect(foot.locator("code")).to_contain_text('{"left": ')
    text = foot.locator("code").inner_text()
    other = Book(panel.lab, context.new_page())
    other.watch()
    other.write("import kit\ncorpus = kit.load()", f"kit.Comparer.from_json(corpus, r'{text}')").run().drawn()

    other.until(lambda: other.page.evaluate(SEEN)["sides"])
    assert {**shown, **other.page.evaluate(SEEN)} == shown
    assert other.page.evaluate(SET) == chosen
    assert (other.outside, other.errors) == ([], [])
    other.page.close(run_before_unload=False)


def test_keys_pressed_in_the_controls_change_no_cell(panel: Book) -> None:
    notebook = "globalThis.jupyterapp.shell.currentWidget.content"
    state = f"[{notebook}.widgets.map((cell) => cell.model.id), {notebook}.activeCellIndex, {notebook}.mode]"
    for place in ("select", "input[type=number]", ".kit-chip", "input[type=checkbox]", "summary"):
        panel.page.locator(f".kit-comparing {place}").first.focus()
        before = panel.page.evaluate(state)

        for key in ("ArrowDown", "ArrowUp", "d", "d", "a", "x", "z", "Shift+M"):
            panel.page.keyboard.press(key)

        assert panel.page.evaluate(state) == before, place
    expect(panel.page.get_by_role("dialog")).to_have_count(0)


def test_a_row_opens_its_words_and_what_would_change_opens_its_list(panel: Book, corpus: kit.Corpus) -> None:
    row = panel.page.locator(".kit-compared").nth(1)
    expect(row.locator("blockquote").first).to_be_hidden()

    row.locator("summary").press("Enter")

    expect(row.locator("blockquote").first).to_be_visible()
    assert row.locator("mark").count() > 0
    changes = panel.page.locator(".kit-comparing .kit-changes")
    now = kit.compare(corpus, *corpus.examples["holders"])
    expect(changes.locator("ul").first).to_be_hidden()
    changes.locator("summary").press("Enter")
    expect(changes.locator("li li")).to_have_count(kit.levels_that_change(corpus, now).height)
    changes.evaluate("node => { node.open = false; }")


def test_both_sides_stand_beside_each_other_or_below_where_it_is_narrow(panel: Book) -> None:
    two = panel.page.locator(".kit-sides > div")

    wide = [two.nth(at).bounding_box() for at in (0, 1)]
    assert wide[0]["y"] == wide[1]["y"]
    panel.page.set_viewport_size({"width": 760, "height": 1000})
    panel.page.wait_for_timeout(300)
    narrow = [two.nth(at).bounding_box() for at in (0, 1)]
    assert narrow[0]["x"] == narrow[1]["x"]
    assert narrow[0]["y"] < narrow[1]["y"]
    panel.picture("04_compare-narrow", panel.page.locator(".kit-comparer"))
    panel.page.set_viewport_size({"width": 1300, "height": 1000})


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pictures_for_people_to_look_at(panel: Book, dark: bool, pairs: list[dict[str, Any]]) -> None:
    panel.python(f"comparer.choose({pairs[1]['left_id']!r}, {pairs[1]['right_id']!r})")
    panel.page.set_viewport_size({"width": 1300, "height": 2800})
    panel.page.locator(".jp-WindowedPanel-outer").evaluate("node => node.scrollTo(0, 0)")
    panel.theme(dark).drawn()
    agree(panel)

    path = panel.picture(f"04_compare-panel-{'dark' if dark else 'light'}", panel.page.locator(".kit-comparer"))

    assert path.stat().st_size > 50_000
    panel.theme(False).drawn()
    panel.page.set_viewport_size({"width": 1300, "height": 1000})
