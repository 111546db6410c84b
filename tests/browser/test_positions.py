"""The panel of `02_positions` in a real JupyterLab: after every choice of the hand it shows what the frames say.

All tests share one page and one kernel; each begins with nothing chosen. What ought to be shown is worked out in the
kernel from `corpus.select(explorer.selection)`, not by the code that fills the panel.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import polars as pl
import pytest
from playwright.sync_api import BrowserContext, Locator, expect

import kit
from kit.dates import UNKNOWN
from kit.positions import SILENCE_WORDS
from kit.schema import STANCES
from tests.browser.conftest import ROOT, Book, Lab

NAME = "positions.ipynb"
LISTED = 24  # passages of a kind that the pane lists at once
# In the kernel: what the panel has to show for the explorer's selection, and for one mark that is picked.
FACTS = """
import json
import polars as pl
names = dict(corpus.speakers.select("speaker_id", "name").iter_rows())
texts = dict(corpus.propositions.select("proposition_id", "text").iter_rows())
rank = {document_id: at for at, document_id in enumerate(corpus.documents["document_id"])}

def of(some, whole, things):
    return f"{some} of {whole} {things}"

def passages(ids, statements):
    rows = corpus.passages.filter(pl.col("passage_id").is_in(list(ids)), pl.col("zone") != "furniture").to_dicts()
    for row in sorted(rows, key=lambda row: (rank[row["document_id"]], row["order"])):
        own = statements.filter(pl.col("passage_id") == row["passage_id"]).to_dicts()
        held = {at for one in own for at in range(one["start"] - row["start"], one["end"] - row["start"])}
        evidence = "".join(row["text"][at] for at in sorted(held))
        stances = sorted(f"{one['stance']} {texts[one['proposition_id']]}" for one in own)
        yield [row["passage_id"], row["text"], evidence, stances]

def section(title, all_of_them, most):
    count = str(len(all_of_them)) if len(all_of_them) <= most else f"first {most} of {len(all_of_them)}"
    return [[f"{title} {count}", all_of_them[:most]]] if all_of_them else []

def facts(most, passage_ids=None, **picked):
    selection = explorer.selection
    part = corpus.select(selection)
    said, body = part.statements, part.passages.filter(pl.col("zone") == "body")
    positions = kit.stance_positions(part)
    mark = lambda row: [names[row["speaker_id"]], str(row["stance"]), texts[row["proposition_id"]], row["statements"]]
    moment = ["speaker_id", "stance", "proposition_id", "earliest", "latest", "first_hand"]
    moments = said.group_by(moment).agg(statements=pl.len())
    taken = set(positions.select("speaker_id", "proposition_id").iter_rows())
    columns = corpus.statements["speaker_id"].n_unique()
    on_theme = part.silences.filter(pl.col("proposition_id") == "").height
    framed = positions.group_by("speaker_id", "proposition_id").len().filter(pl.col("len") > 1)
    sure = said.filter(
        pl.lit(not selection.since) | (pl.col("earliest") >= pl.lit(selection.since)),
        pl.lit(not selection.until) | (pl.col("latest") <= pl.lit(selection.until)),
    ).height
    unsure = f" ({said.height - sure} of them only possibly: their date is not sure)" if sure < said.height else ""
    shown, others = said, set(body["passage_id"])
    if picked:
        shown = said.filter(*(pl.col(name).cast(pl.String) == str(value) for name, value in picked.items()))
    if passage_ids is not None:
        shown = said.filter(pl.col("passage_id").is_in(passage_ids))
    if picked or passage_ids is not None:
        others = set(passage_ids or [])
    holding = set(shown["passage_id"])
    rest = "Other selected passages" if shown.height else "Selected passages"
    found = {*body["passage_id"], *said["passage_id"]}
    running = corpus.passages.filter(pl.col("zone") == "body")["passage_id"]
    print(json.dumps({
        "matrix": sorted(map(mark, positions.to_dicts())),
        "printed": sorted(positions["statements"].to_list()),
        "blank": columns * corpus.propositions.height - len(taken) + on_theme,
        "framed": framed.height - (bool(picked) and "stance" not in picked),  # a picked cell has a frame of its own
        "timeline": sorted(map(mark, moments.to_dicts())),
        "summary": " · ".join([
            of(said.height, corpus.statements.height, "statements") + unsure,
            of(len(found), len({*running, *corpus.statements["passage_id"]}), "passages"),
            of(len({one.partition("#")[0] for one in found}), corpus.documents.height, "documents"),
        ]),
        "code": repr(selection),
        "sections": section("Passages with selected statements", list(passages(holding, shown)), most)
        + section(rest, list(passages(others - holding, shown)), most),
        "notices": [],
    }))
"""
# In the page: what the panel shows.
SEEN = r"""() => {
    const panel = document.querySelector(".kit-explorer"), stage = (name) => `[data-chart=${name}] .kit-stage svg `;
    const all = (selector, within = panel) => [...within.querySelectorAll(selector)];
    const label = (path) => path.getAttribute("aria-label").split("\n");
    const mark = ([who, proposition, ...more]) => {
        const [holder, stance] = who.split(/: (?=\w+$)/);
        return [holder, stance, proposition, +more.join(" ").match(/(\d+) statement/)[1]];
    };
    const order = (marks) => marks.map((one) => [JSON.stringify(one.slice(0, 3)), one]).sort().map(([, one]) => one);
    const symbols = (name) => all(stage(name) + ".mark-symbol.role-mark path[aria-label]").map(label);
    const evidence = (passage) => all("blockquote mark", passage).map((one) => one.textContent).join("");
    const stances = (passage) => all(".kit-statements li", passage).map((one) => {
        const said = one.querySelector(".kit-stance").className.match(/kit-(support|oppose|mixed)/)[1];
        return `${said} ${one.querySelector(".kit-proposition").textContent}`;
    });
    const sections = [];
    for (const node of panel.querySelector(".kit-passages").children) {
        if (node.matches(".kit-section")) sections.push([node.textContent.trim(), []]);
        if (node.matches(".kit-passage")) {
            const text = node.querySelector("blockquote").textContent;
            sections.at(-1)[1].push([node.dataset.passage, text, evidence(node), stances(node).sort()]);
        }
    }
    return {
        matrix: symbols("matrix").filter((lines) => lines.length > 2).map(mark),
        printed: all(stage("matrix") + ".mark-text.role-mark text").map((one) => one.textContent)
            .filter((text) => /^\d+$/.test(text)).map(Number),
        blank: symbols("matrix").filter((lines) => lines.length === 2).length,
        framed: all(stage("matrix") + ".mark-rect.role-mark path[stroke-width='1']").length,
        timeline: symbols("timeline").map(mark),
        summary: panel.querySelector(".kit-summary").textContent,
        code: panel.querySelector(".kit-foot code").textContent,
        sections,
        notices: all(".kit-notice, .kit-failure").map((one) => one.textContent).filter(Boolean),
    };
}"""
# Every word of the axes and legends with its place in its chart: not the counts, nor the note of an empty selection.
AXES = r"""() => [...document.querySelectorAll(".kit-explorer .kit-stage svg")].flatMap((svg) => {
    const origin = svg.getBoundingClientRect();
    return [["size", origin.width, origin.height], ...[...svg.querySelectorAll("text")]
        .filter((node) => !/^\d{0,3}$|No statements|number: statements/.test(node.textContent))
        .map((node) => [node, node.getBoundingClientRect()])
        .map(([node, box]) => [node.textContent, box.x - origin.x, box.y - origin.y])
        .map(([text, ...at]) => [text, ...at.map((one) => Math.round(one + 0.05))])];  // far off, halves are blurred
})"""

# Pairs of lines of text, slanted ones too, of which one has a point well inside the other.
OVERLAPS = r"""() => [...document.querySelectorAll(".kit-explorer .kit-stage svg")].flatMap((svg) => {
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
    const lines = texts.flatMap((text) => text.children.length ? [...text.children] : [text]).map((line) => {
        const text = line.closest("text"), size = parseFloat(getComputedStyle(text).fontSize), to = text.getScreenCTM();
        const from = line.getStartPositionOfChar(0), width = line.getComputedTextLength();
        const inside = (point) => {
            const { x, y } = point.matrixTransform(to.inverse());
            return x > from.x && x < from.x + width && y < from.y && y > from.y - size * 0.7;
        };
        const steps = [...Array(24).keys()].map((step) => (step + 0.5) / 24);
        const points = steps.flatMap((step) => [0.1, 0.6].map((up) =>
            new DOMPoint(from.x + width * step, from.y - size * up).matrixTransform(to)));
        return { words: line.textContent, inside, points };
    });
    return lines.flatMap((one) => lines
        .filter((other) => other !== one && one.points.some(other.inside))
        .map((other) => [one.words, other.words]));
})"""


@pytest.fixture(scope="module")
def shared(lab: Lab, context: BrowserContext) -> Iterator[Book]:
    """Open and run the notebook once, under a name of its own, since one test saves it."""
    (lab.folder / NAME).write_bytes((ROOT / "notebooks/02_positions.ipynb").read_bytes())
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
    """Give the panel with nothing chosen; at the end nothing may have left the loopback or gone wrong."""
    shared.python("explorer.view.picked = {}; explorer.selection = kit.Selection()")
    agree(shared)
    yield shared
    assert (shared.outside, shared.errors) == ([], [])


def seen(book: Book) -> dict[str, Any]:
    shown = book.page.evaluate(SEEN)
    return {**shown, **{name: sorted(shown[name]) for name in ("matrix", "printed", "timeline")}}


def agree(book: Book, **picked: Any) -> dict[str, Any]:
    """Wait until the panel shows what the frames say; fail with the difference where it does not come to that."""
    said = book.python(f"facts({LISTED}, **{picked!r})")
    assert said.startswith("{"), said
    wanted: dict[str, Any] = json.loads(said)
    with suppress(AssertionError):
        book.until(lambda: seen(book) == wanted)
    assert seen(book) == wanted
    return wanted


def chosen(book: Book, selection: kit.Selection) -> dict[str, Any]:
    """Wait until a choice has reached Python, and the panel shows what the frames then say."""
    with suppress(AssertionError):
        book.until(lambda: book.python("print(explorer.selection)") == repr(selection))
    assert book.python("print(explorer.selection)") == repr(selection)
    return agree(book)


def chip(book: Book, name: str) -> Locator:
    return book.page.locator(".kit-controls .kit-chip", has=book.page.get_by_text(name, exact=True)).first


def thumb(book: Book, name: str) -> Locator:
    return book.page.get_by_role("slider", name=name, exact=True)


def days(corpus: kit.Corpus) -> list[date]:
    """Give the places of the date range: every day on which something may begin or end."""
    frames = (corpus.documents, corpus.statements)
    return sorted({day for frame in frames for day in (*frame["earliest"], *frame["latest"])} - {*UNKNOWN})


def marks(book: Book, chart: str = "matrix") -> Locator:
    return book.page.locator(f"[data-chart={chart}] .kit-stage svg .mark-symbol.role-mark path[aria-label]")


def mark(book: Book, row: dict[str, Any], chart: str = "matrix") -> Locator:
    """Find the mark of a row of `stance_positions` (with names) by what it says to a screen reader."""
    said = f"{row['name']}: {row['stance']}\n{row['text']}\n"
    says = json.dumps(said, ensure_ascii=False).replace("\\n", "\\a ")  # CSS writes \n as \a
    return marks(book, chart).and_(book.page.locator(f"path[aria-label^={says}]"))


def silences(book: Book, words: str) -> Locator:
    return marks(book).and_(book.page.locator(f"path[aria-label*={json.dumps(words, ensure_ascii=False)}]"))


@pytest.fixture(scope="module")
def positions(corpus: kit.Corpus) -> list[dict[str, Any]]:
    """Give the rows of `stance_positions` with the names that marks bear, those of most statements first."""
    rows = kit.stance_positions(corpus).join(corpus.speakers, on="speaker_id")
    rows = rows.join(corpus.propositions, on="proposition_id")
    return rows.sort("statements", "speaker_id", "proposition_id", "stance", descending=True).to_dicts()


@pytest.fixture(scope="module")
def holders(corpus: kit.Corpus) -> list[dict[str, Any]]:
    """Give the holders, those with most statements first."""
    return corpus.statements.group_by("speaker_id").len().join(corpus.speakers, on="speaker_id").sort(
        "len", "speaker_id", descending=True
    ).to_dicts()  # fmt: skip


def test_a_chip_chosen_by_mouse_shows_that_holder_and_the_axes_stay(panel: Book, holders: list[dict[str, Any]]) -> None:
    before = panel.page.evaluate(AXES)
    holder = holders[0]

    chip(panel, holder["name"]).click()

    shown = chosen(panel, kit.Selection(speakers=[holder["speaker_id"]]))
    expect(chip(panel, holder["name"])).to_have_attribute("aria-pressed", "true")
    assert {row[0] for row in shown["matrix"]} == {holder["name"]}
    assert panel.page.evaluate(AXES) == before
    chip(panel, holder["name"]).click()
    chosen(panel, kit.Selection())


def test_a_chip_is_chosen_by_keyboard_and_keeps_the_focus(panel: Book, holders: list[dict[str, Any]]) -> None:
    name = holders[1]["name"]
    target = chip(panel, name)
    panel.page.locator(".kit-chip").first.focus()
    for _ in range(panel.page.locator(".kit-chip").count()):
        if target.evaluate("node => node === document.activeElement"):
            break
        panel.page.keyboard.press("ArrowRight")

    panel.page.keyboard.press("Space")

    chosen(panel, kit.Selection(speakers=[holders[1]["speaker_id"]]))
    expect(target).to_be_focused()
    panel.page.keyboard.press("Space")
    chosen(panel, kit.Selection())


def test_several_speakers_and_a_theme_are_chosen_together(
    panel: Book, corpus: kit.Corpus, holders: list[dict[str, Any]]
) -> None:
    before = panel.page.evaluate(AXES)
    theme = corpus.themes.filter(pl.col("theme_id") == corpus.examples["theme_id"]).to_dicts()[0]
    two = [holder["speaker_id"] for holder in holders[:2]]

    chip(panel, theme["label"]).click()
    alone = chosen(panel, kit.Selection(themes=[theme["theme_id"]]))
    chip(panel, holders[0]["name"]).click()
    chip(panel, holders[1]["name"]).click()

    both = chosen(panel, kit.Selection(speakers=two, themes=[theme["theme_id"]]))
    assert 0 < len(both["matrix"]) < len(alone["matrix"])
    assert panel.page.evaluate(AXES) == before
    panel.page.get_by_role("button", name="Speakers: all", exact=True).click()
    chosen(panel, kit.Selection(themes=[theme["theme_id"]]))


def test_the_date_range_moves_by_arrow_keys_and_tells_certain_from_possible(panel: Book, corpus: kit.Corpus) -> None:
    dates = days(corpus)
    before = panel.page.evaluate(AXES)

    thumb(panel, "From").press("ArrowRight")

    cut = chosen(panel, kit.Selection(since=dates[1]))
    assert "only possibly" in cut["summary"]
    for _ in dates[2:]:
        thumb(panel, "From").press("ArrowRight")
    thumb(panel, "From").press("ArrowLeft")
    chosen(panel, kit.Selection(since=dates[-2]))
    thumb(panel, "To").press("ArrowLeft")
    one = chosen(panel, kit.Selection(since=dates[-2], until=dates[-2]))
    assert re.search(r"^\d+ of \d+ statements · .* · 1 of \d+ documents$", one["summary"])
    assert panel.page.evaluate(AXES) == before


def test_words_typed_into_the_search_select_and_single_keys_stay_in_the_box(panel: Book, corpus: kit.Corpus) -> None:
    word = corpus.examples["word"]
    box = panel.page.get_by_label("Search the passages")

    box.press_sequentially(word)

    found = chosen(panel, kit.Selection(text=word))
    assert len(found["matrix"]) > 0
    expect(box).to_be_focused()
    box.fill("zzz nowhere")
    none = chosen(panel, kit.Selection(text="zzz nowhere"))
    assert (none["matrix"], none["timeline"], none["sections"]) == ([], [], [])
    expect(panel.page.locator(".kit-passages")).to_contain_text("Nothing in this selection.")
    box.fill("")
    chosen(panel, kit.Selection())


def test_blanks_alone_search_for_nothing_and_stay_in_the_box_before_a_word(panel: Book) -> None:
    box = panel.page.get_by_label("Search the passages")
    box.press_sequentially(" ")
    panel.page.wait_for_timeout(300)
    assert panel.python("print(explorer.selection)") == repr(kit.Selection())

    box.press_sequentially("armed", delay=30)

    expect(box).to_have_value(" armed")
    chosen(panel, kit.Selection(text=" armed"))
    panel.page.get_by_role("button", name="Search: all", exact=True).click()
    chosen(panel, kit.Selection())
    expect(box).to_have_value("")


def test_the_first_hand_box_leaves_out_what_came_through_others(panel: Book, corpus: kit.Corpus) -> None:
    box = panel.page.get_by_role("checkbox")
    before = panel.page.evaluate(AXES)

    box.press("Space")

    shown = chosen(panel, kit.Selection(first_hand=True))
    assert sum(row[3] for row in shown["matrix"]) == corpus.statements["first_hand"].sum() < corpus.statements.height
    assert panel.page.evaluate(AXES) == before
    box.press("Space")
    chosen(panel, kit.Selection())


def test_reset_takes_every_choice_back(panel: Book, corpus: kit.Corpus, holders: list[dict[str, Any]]) -> None:
    dates = days(corpus)
    theme = corpus.themes.to_dicts()[0]
    chip(panel, holders[0]["name"]).click()
    chip(panel, theme["label"]).click()
    thumb(panel, "To").press("ArrowLeft")
    panel.page.get_by_role("checkbox").check()
    panel.page.get_by_label("Search the passages").fill("e")
    chosen(panel, kit.Selection(
        speakers=[holders[0]["speaker_id"]], themes=[theme["theme_id"]], until=dates[-2], first_hand=True, text="e"
    ))  # fmt: skip

    panel.page.get_by_role("button", name="Reset").click()

    chosen(panel, kit.Selection())
    expect(panel.page.locator(".kit-chip[aria-pressed=true]")).to_have_count(0)
    expect(panel.page.get_by_label("Search the passages")).to_have_value("")
    expect(panel.page.get_by_role("checkbox")).not_to_be_checked()


def test_a_selection_set_in_python_moves_the_controls(panel: Book, holders: list[dict[str, Any]]) -> None:
    speaker_id = holders[2]["speaker_id"]

    panel.python(f"explorer.selection = kit.Selection(speakers=[{speaker_id!r}], text='e', first_hand=True)")

    agree(panel)
    expect(panel.page.locator(".kit-chip[aria-pressed=true]")).to_have_count(1)
    expect(chip(panel, holders[2]["name"])).to_have_attribute("aria-pressed", "true")
    expect(panel.page.get_by_label("Search the passages")).to_have_value("e")
    expect(panel.page.get_by_role("checkbox")).to_be_checked()


@contextmanager
def slow(book: Book, seconds: int) -> Iterator[None]:
    """Have the kernel wait before it looks at a choice."""
    book.python(
        "import time; look = explorer.controls.set_state\n"
        f"explorer.controls.set_state = lambda state: (time.sleep({seconds}), look(state))"
    )
    yield
    book.python("del explorer.controls.set_state")


RUNS = "() => [...document.querySelectorAll('.kit-explorer .kit-stage')].map((stage) => stage.dataset.runs)"


def test_what_was_chosen_before_is_shown_before_the_kernel_answers_and_drawn_once(
    panel: Book, holders: list[dict[str, Any]]
) -> None:
    name, selection = holders[1]["name"], kit.Selection(speakers=[holders[1]["speaker_id"]])
    chip(panel, name).click()
    one = chosen(panel, selection)
    chip(panel, name).click()
    everything = chosen(panel, kit.Selection())
    panel.page.get_by_role("button", name="Reset").click()  # there is nothing to reset

    for shown, asked in ((one, selection), (everything, kit.Selection())):
        with slow(panel, 4):
            began = time.monotonic()
            chip(panel, name).click()
            panel.until(lambda shown=shown: seen(panel) == shown)
            assert time.monotonic() - began < 3
            drawn = panel.page.evaluate(RUNS)
            assert chosen(panel, asked) == shown
            assert panel.page.evaluate(RUNS) == drawn


def test_what_was_chosen_before_is_not_shown_once_code_has_narrowed_what_no_control_says(
    panel: Book, corpus: kit.Corpus
) -> None:
    theme = corpus.examples["theme_id"]
    name = corpus.themes.filter(theme_id=theme)["label"][0]
    documents = [corpus.documents["document_id"][-1]]
    for themes in ([theme], []):
        chip(panel, name).click()
        chosen(panel, kit.Selection(themes=themes))
    panel.python(f"explorer.selection = kit.Selection(documents={documents!r})")
    expect(panel.page.locator(".kit-summary")).to_contain_text("documents narrowed in code")
    panel.idle()
    before = seen(panel)

    with slow(panel, 2):
        chip(panel, name).click()
        panel.page.wait_for_timeout(500)
        assert seen(panel) == before
    now = kit.Selection(themes=[theme], documents=documents)
    panel.until(lambda: seen(panel)["code"] == repr(now))
    expect(panel.page.locator(".kit-summary")).to_contain_text("documents narrowed in code")


def test_passages_of_a_mark_are_not_kept_as_those_of_the_selection(
    panel: Book, positions: list[dict[str, Any]]
) -> None:
    row = positions[0]
    picked = {name: row[name] for name in ("speaker_id", "proposition_id", "stance")}
    chip(panel, row["name"]).click()
    one = chosen(panel, kit.Selection(speakers=[row["speaker_id"]]))
    mark(panel, row).click()
    agree(panel, **picked)
    chip(panel, row["name"]).click()
    panel.until(lambda: panel.python("print(explorer.selection)") == repr(kit.Selection()))
    agree(panel, **picked)
    panel.page.get_by_role("button", name="Show all passages").click()
    everything = chosen(panel, kit.Selection())

    for shown in (one, everything):
        chip(panel, row["name"]).click()
        panel.until(lambda shown=shown: seen(panel) == shown)


def test_a_page_that_is_not_where_its_kernel_is_gets_the_whole_view_again(panel: Book) -> None:
    summary = panel.page.locator(".kit-summary")
    panel.python("before = explorer.view.summary, explorer.view.answered")
    panel.python("explorer.view._trait_values['summary'] = 'something else'")  # a change that is sent to nobody
    expect(summary).not_to_have_text("something else")

    panel.python("explorer.view.answered = {'asked': 0, 'link': 'of another selection'}")

    expect(summary).to_have_text("something else")
    panel.python("explorer.view.summary, explorer.view.answered = before")


def test_a_mark_clicked_in_the_matrix_opens_its_passages_and_no_other(
    panel: Book, positions: list[dict[str, Any]]
) -> None:
    before = panel.page.evaluate(AXES)
    for row in (positions[0], positions[-1], next(row for row in positions if row["stance"] == "mixed")):
        clicked = mark(panel, row)
        small = clicked.get_attribute("d")

        clicked.click()

        shown = agree(panel, **{name: row[name] for name in ("speaker_id", "proposition_id", "stance")})
        assert [len(found) for _, found in shown["sections"]] == [len(row["passage_ids"])]
        assert clicked.get_attribute("d") != small
        for words in (row["name"], row["text"], row["stance"]):
            expect(panel.page.locator(".kit-chosen")).to_contain_text(words)
        assert panel.page.evaluate(AXES) == before
    clicked.click()
    agree(panel)
    expect(panel.page.locator(".kit-pane-head")).to_be_hidden()


def test_a_mark_clicked_in_the_timeline_opens_the_passages_of_its_date(panel: Book, corpus: kit.Corpus) -> None:
    keys = ["speaker_id", "proposition_id", "stance", "earliest", "latest", "first_hand"]
    moments = corpus.statements.group_by(keys).agg(pl.len().alias("statements"))
    alone = moments.filter(pl.len().over("speaker_id", "proposition_id", "stance") == 1)
    named = alone.join(corpus.speakers, on="speaker_id").join(corpus.propositions, on="proposition_id")
    row = named.sort("statements", *keys, descending=True).to_dicts()[0]

    mark(panel, row, "timeline").click()

    agree(panel, **{name: row[name] for name in keys[:3]}, earliest=row["earliest"].isoformat())
    expect(panel.page.locator(".kit-chosen")).to_contain_text(row["name"])


def test_a_mark_chosen_stays_chosen_while_the_selection_holds_it_and_no_longer(
    panel: Book, positions: list[dict[str, Any]], holders: list[dict[str, Any]]
) -> None:
    row = positions[0]
    picked = {name: row[name] for name in ("speaker_id", "proposition_id", "stance")}
    other = next(one for one in holders if one["speaker_id"] != row["speaker_id"])
    mark(panel, row).click()
    agree(panel, **picked)

    chip(panel, row["name"]).click()
    panel.until(lambda: row["speaker_id"] in panel.python("print(explorer.selection)"))
    agree(panel, **picked)

    chip(panel, row["name"]).click()
    chip(panel, other["name"]).click()
    chosen(panel, kit.Selection(speakers=[other["speaker_id"]]))
    expect(panel.page.locator(".kit-pane-head")).to_be_hidden()


def test_every_mark_and_every_silence_has_its_row_in_the_table(panel: Book, holders: list[dict[str, Any]]) -> None:
    twin = panel.page.locator("[data-chart=matrix] .kit-twin")
    twin.evaluate("node => { node.open = true; }")  # its rows are made when it is opened
    for selection in (f"kit.Selection(speakers=[{holders[0]['speaker_id']!r}])", "kit.Selection()"):
        panel.python(f"explorer.selection = {selection}")
        shown = agree(panel)
        expect(twin.locator("tbody tr").first).to_be_visible()

        rows = panel.page.locator("[data-chart=matrix] .kit-twin tbody tr")
        cells = rows.evaluate_all("rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))")

        listed = sorted([holder, stance, text, int(count)] for holder, text, stance, count, _ in cells if int(count))
        assert listed == shown["matrix"]
        assert len(cells) - len(listed) == shown["blank"]
        assert all(stance for _, _, stance, _, _ in cells)


def test_a_mark_is_chosen_by_keyboard_in_the_table_and_escape_lets_it_go(
    panel: Book, positions: list[dict[str, Any]]
) -> None:
    row = positions[1]
    table = panel.page.locator("[data-chart=matrix] .kit-twin")
    table.evaluate("node => { node.open = false; }")
    table.locator("summary").press("Enter")
    label = "; ".join([row["name"], row["text"], row["stance"], str(row["statements"])])
    button = table.get_by_role("button", name=re.compile(f"^{re.escape(label)}"))
    button.focus()

    panel.page.keyboard.press("Enter")

    agree(panel, **{name: row[name] for name in ("speaker_id", "proposition_id", "stance")})
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    panel.page.keyboard.press("Escape")
    agree(panel)
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(panel.page.locator(".kit-pane-head")).to_be_hidden()
    table.evaluate("node => { node.open = false; }")


def test_a_coded_silence_says_which_it_is_and_opens_its_passage(panel: Book, corpus: kit.Corpus) -> None:
    rows = corpus.silences.join(corpus.speakers, on="speaker_id").to_dicts()
    assert {row["kind"] for row in rows} == {"asked-not-answered", "no-stance"}
    for row in rows:
        words = SILENCE_WORDS[row["kind"]]
        silence = silences(panel, f"{row['name']}: {words}").first

        silence.hover(force=True)  # its thin sign, or the cell around it: both have the same words

        expect(panel.page.locator(".kit-tooltip")).to_contain_text(words)
        silence.click(force=True)
        agree(panel, passage_ids=[row["passage_id"]])
        expect(panel.page.locator(".kit-chosen")).to_contain_text(words)
        expect(panel.page.locator(f'.kit-passage[data-passage="{row["passage_id"]}"]')).to_be_visible()


def test_a_silence_that_no_passage_shows_is_said_in_words(panel: Book) -> None:
    words = SILENCE_WORDS["theme-not-raised"]

    silences(panel, words).first.click(force=True)

    agree(panel, passage_ids=[])
    expect(panel.page.locator(".kit-chosen")).to_contain_text(words)
    pane = panel.page.locator(".kit-passages")
    expect(pane).not_to_be_empty()
    expect(pane).not_to_contain_text("Nothing in this selection")


def test_a_click_beside_the_marks_of_a_cell_opens_what_stands_behind_all_of_them(
    panel: Book, positions: list[dict[str, Any]]
) -> None:
    stances: dict[tuple[str, str], set[str]] = {}
    for row in positions:
        stances.setdefault((row["name"], row["text"]), set()).add(row["stance"])
    row = next(row for row in positions if stances[row["name"], row["text"]] == {"support", "oppose"})
    start = json.dumps(row["name"])
    boxes = panel.page.locator("[data-chart=matrix] .kit-stage svg .mark-rect.role-mark")
    box = boxes.locator(f"path[aria-label^={start}][aria-label*={json.dumps(row['text'], ensure_ascii=False)}]")

    box.hover()  # its middle, where `mixed` would stand

    expect(panel.page.locator(".kit-tooltip")).to_contain_text(row["text"])
    expect(panel.page.locator(".kit-tooltip p").first).not_to_have_text(re.compile(r":\s*$"))
    box.click()
    agree(panel, speaker_id=row["speaker_id"], proposition_id=row["proposition_id"])


def test_the_cells_below_follow_the_panel_when_they_are_run_again(panel: Book, holders: list[dict[str, Any]]) -> None:
    chip(panel, holders[0]["name"]).click()
    shown = chosen(panel, kit.Selection(speakers=[holders[0]["speaker_id"]]))
    notebook = "globalThis.jupyterapp.shell.currentWidget.content"
    at = f"{notebook}.widgets.findIndex((cell) => cell.model.sharedModel.source === 'explorer.selection')"
    panel.page.evaluate(f"{notebook}.activeCellIndex = {at}")

    panel.page.evaluate("globalThis.jupyterapp.commands.execute('notebook:run-all-below')")

    cells = panel.page.locator(".jp-CodeCell")
    expect(cells.nth(3).locator(".jp-OutputArea-output")).to_contain_text(shown["code"])
    expect(cells.nth(4).locator(".kit-table tbody tr")).to_have_count(len(shown["matrix"]))
    counts = [len(found) for _, found in shown["sections"]]
    expect(cells.nth(5).locator(".kit-passage")).to_have_count(sum(counts))
    panel.idle()


def test_the_pack_of_the_panel_comes_as_a_download_and_is_found_again(
    panel: Book, corpus: kit.Corpus, tmp_path: Path
) -> None:
    chip(panel, "Terrorism").click()
    chosen(panel, kit.Selection(themes=["terrorism"]))

    with panel.page.expect_download() as download:
        panel.page.get_by_role("button", name="Citation pack (.zip)").click()
    download.value.save_as(tmp_path / download.value.suggested_filename)

    found = kit.verify(tmp_path / "citation-pack.zip", corpus)
    evidence = corpus.select(kit.Selection(themes=["terrorism"])).statements["evidence"]
    assert set(found["outcome"]) == {"found"}
    assert {*evidence} <= {*found.filter(file="passages.csv")["quotation"]}


def test_the_panel_says_how_far_coders_agree_and_what_would_change(panel: Book, corpus: kit.Corpus) -> None:
    expect(panel.page.locator(".kit-aside")).to_contain_text("not that the holder has no view")
    expect(panel.page.locator(".kit-aside")).to_contain_text("Krippendorff")
    changes = panel.page.locator(".kit-view .kit-changes")

    changes.locator("summary").click()

    first_hand = kit.cells_that_change(corpus).filter(pl.col("variation").str.contains("own transcripts")).height
    expect(changes.locator("b").first).to_contain_text(f": {first_hand}, beside")
    chip(panel, "Terrorism").click()
    chosen(panel, kit.Selection(themes=["terrorism"]))
    fewer = kit.cells_that_change(corpus, kit.Selection(themes=["terrorism"]))
    fewer = fewer.filter(pl.col("variation").str.contains("own transcripts"))
    expect(changes.locator("b").first).to_contain_text(f": {fewer.height}, beside")
    changes.locator("summary").click()


def test_keys_pressed_in_the_panel_change_no_cell(panel: Book) -> None:
    notebook = "globalThis.jupyterapp.shell.currentWidget.content"
    state = f"[{notebook}.widgets.map((cell) => cell.model.id), {notebook}.activeCellIndex, {notebook}.mode]"
    places = (".kit-chip", ".kit-controls input[type=search]", "input[type=range]", ".kit-own input", ".kit-reset",
              ".kit-twin summary", ".kit-passages", ".kit-foot code")  # fmt: skip
    for place in places:
        panel.page.locator(place).first.focus()
        before = panel.page.evaluate(state)

        for key in ("d", "d", "a", "x", "z", "ArrowDown", "ArrowUp", "Shift+M", "0", "0"):
            panel.page.keyboard.press(key)

        assert panel.page.evaluate(state) == before, place
    expect(panel.page.get_by_role("dialog")).to_have_count(0)


def test_the_chart_says_which_shape_and_colour_is_which_stance(panel: Book) -> None:
    for chart in ("matrix", "timeline"):
        words = panel.page.locator(f"[data-chart={chart}] .kit-stage svg .role-legend-label text").all_text_contents()

        assert [word for word in words if word in STANCES] == list(STANCES)


def test_no_word_of_a_chart_covers_another(panel: Book) -> None:
    assert panel.page.evaluate(OVERLAPS) == []


def test_a_page_loaded_again_shows_chart_and_choice_as_they_were(panel: Book, positions: list[dict[str, Any]]) -> None:
    row = positions[0]
    picked = {name: row[name] for name in ("speaker_id", "proposition_id", "stance")}
    chip(panel, row["name"]).click()
    chosen(panel, kit.Selection(speakers=[row["speaker_id"]]))
    mark(panel, row).click()
    agree(panel, **picked)
    panel.page.evaluate("globalThis.jupyterapp.commands.execute('docmanager:save')")
    panel.page.wait_for_function("!globalThis.jupyterapp.shell.currentWidget.context.model.dirty")

    panel.open(NAME).drawn()

    agree(panel, **picked)
    expect(chip(panel, row["name"])).to_have_attribute("aria-pressed", "true")
    expect(panel.page.locator(".kit-chosen")).to_contain_text(row["text"])


def test_a_copy_opened_elsewhere_without_a_kernel_shows_the_picture(panel: Book, context: BrowserContext) -> None:
    panel.page.evaluate("globalThis.jupyterapp.commands.execute('docmanager:save')")
    panel.page.wait_for_function("!globalThis.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = nbformat.read(panel.lab.folder / NAME, as_version=4)
    saved.metadata = {}  # names no kernel, and unlike what was signed here: elsewhere a copy is not trusted either
    nbformat.write(saved, panel.lab.folder / "copy.ipynb")
    copy = Book(panel.lab, context.new_page())
    copy.watch()

    copy.page.goto(f"{copy.lab.url}/lab/tree/copy.ipynb?reset&token={copy.lab.token}")
    copy.page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()

    picture = copy.page.locator(".jp-OutputArea-output.jp-RenderedImage img")
    expect(picture).to_have_count(1)
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("node => node.decode().then(() => node.naturalWidth)") > 600
    assert copy.page.get_by_text("Error displaying widget").count() == 0
    assert (copy.outside, copy.errors) == ([], [])
    copy.picture("02_positions-copy")
    copy.page.close(run_before_unload=False)
