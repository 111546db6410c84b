"""What a hand, a browser, a kernel and a hostile corpus can do to the panels: nothing runs, breaks or stays stale."""

# ruff: noqa: E501  (scripts for the page)

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
import polars as pl
import pytest
from playwright.sync_api import BrowserContext, Locator, expect

import kit
from kit.spans import fold
from tests.browser.conftest import ROOT, Book, Lab
from tests.browser.test_looks import FAULTS
from tests.hostile import ATTACKS, make

SECOND = ROOT / "tests" / "second_corpus"
SOME = "charts=['matrix', 'timeline', 'words']"

# All that one panel shows and offers: fields, chips with their counts, words, passages, every mark and row.
SHOWN = r"""(panel) => {
    const all = (selector) => [...panel.querySelectorAll(selector)];
    const words = ".kit-chip, .kit-summary, .kit-notice, .kit-foot code, .kit-chosen, .kit-period, .kit-effect, .kit-state";
    const marks = "g[class*='role-'] > path, g[class*='role-'] > text, g[class*='role-'] > g > g > text";
    return {
        fields: all("select, input:not([placeholder^=Find])").map((one) => one.type === "checkbox" ? one.checked : one.value),
        words: all(words).map((one) => [one.className, one.ariaPressed, one.textContent]),
        passages: all(".kit-passages").map((one) => one.innerHTML),
        charts: all(".kit-chart").map((one) => [one.dataset.chart,
            [...one.querySelectorAll("svg " + marks)].map((mark) => mark.outerHTML.replace(/url\([^)]*\)/, "")).sort()]),
        rows: all(".kit-twin tr").map((one) => one.textContent),
        changes: all(".kit-changes").map((one) => one.textContent),
    };
}"""
# Many changes of everything that a hand can change, without waiting for an answer to any; the same from the same seed.
CHANGE = r"""async (panel, [times, seed]) => {
    const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const one = (list) => list[Math.floor(chance() * list.length)];
    const all = (selector) => [...panel.querySelectorAll(selector)].filter((node) => node.checkVisibility());
    const fire = (node, ...names) => names.forEach((name) => node.dispatchEvent(new Event(name, { bubbles: true })));
    const acts = [
        () => one(all(".kit-chip")).click(),
        () => one(all(".kit-chip")).click(),
        () => one(all(".kit-all, .kit-twin tbody button"))?.click(),
        () => one(all("input[type=checkbox]")).click(),
        () => {
            const field = one(all(".kit-controls select, input[type=range], input[type=number], .kit-controls input[type=search]"));
            if (field.type === "range") field.value = Math.floor(chance() * (+field.max + 1));
            else if (field.type === "search") field.value = one(["", "n", "night", "the", "zzz", "ferry"]);
            else if (field.type === "number") field.value = one(+field.min ? ["1", "2"] : ["", "0", "1", "2.5"]);
            else field.selectedIndex = Math.floor(chance() * field.options.length);
            fire(field, "input", ...(chance() < 0.5 || field.type !== "search" ? ["change"] : []));
        },
    ];
    for (let time = 0; time < times; time++) {
        one(acts)();
        if (time % 3 === 0) await new Promise((done) => setTimeout(done, chance() * 12));
    }
    // A window that ends before it begins would leave the view before it: dates are taken back, and what was picked.
    for (const field of all("[aria-label$=': from'], [aria-label$=': until']")) {
        field.selectedIndex = 0;
        fire(field, "change");
    }
    panel.querySelector(".kit-view").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
}"""


def shown(panel: Locator) -> Any:
    return panel.evaluate(SHOWN)


def same(book: Book, one: Callable[[], Any], other: Callable[[], Any]) -> Any:
    """Wait until two things are the same; fail with the difference where they do not come to be."""
    with suppress(AssertionError):
        book.until(lambda: one() == other())
    assert one() == other()
    return one()


# ---- quick changes, copies, tabs, reloads and kernels that end

CELLS = (
    f"import kit; corpus = kit.load({str(SECOND)!r})",
    f"explorer = kit.Explorer(corpus, {SOME}); explorer",
    "explorer",
    "other = kit.Explorer(corpus, kit.Selection(themes=['money'])); other",
    "comparer = kit.Comparer(corpus); comparer",
    "comparer",
    f"kit.Explorer(corpus, explorer.selection, {SOME})",
    "kit.Comparer.from_json(corpus, comparer.to_json())",
)
EXPLORER, AGAIN, OTHER, COMPARER, COMPARER_AGAIN, FRESH, FRESH_COMPARER = range(1, 8)
NAME = "robust.ipynb"
LOST = "until you run the cells again (menu Run, Run All Cells)."


def panel(book: Book, cell: int) -> Locator:
    return book.page.locator(".jp-CodeCell").nth(cell).locator(".kit-explorer, .kit-comparer")


def opened(book: Book) -> Book:
    """Wait until all panels are drawn, and open their tables and lists, whose rows are made when they are."""
    expect(book.page.locator(".kit-explorer, .kit-comparer")).to_have_count(len(CELLS) - 1)
    book.drawn()
    book.page.set_default_timeout(10_000)
    book.page.evaluate(
        "() => document.querySelectorAll('.kit-twin, .kit-changes').forEach((one) => { one.open = true; })"
    )
    return book


@pytest.fixture(scope="module")
def shared(lab: Lab, context: BrowserContext) -> Iterator[Book]:
    book = Book(lab, context.new_page())
    book.watch()
    opened(book.write(*CELLS, name=NAME).run())
    yield book
    book.page.close(run_before_unload=False)
    lab.end_kernels()


@pytest.fixture
def book(shared: Book) -> Iterator[Book]:
    yield shared
    assert (shared.outside, shared.errors) == ([], [])


def settled(book: Book, cell: int) -> None:
    """Wait until nothing moves any more: a search waits for another key, a change for the one before it."""
    before = None
    while before != (before := shown(panel(book, cell))):
        book.page.wait_for_timeout(700)
        book.idle()


def run_cell(book: Book, cell: int) -> Locator:
    """Run one cell again, and give its new panel with its lists open."""
    book.page.evaluate(
        """async (cell) => {
            jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
            await jupyterapp.commands.execute("notebook:run-cell");
        }""",
        cell,
    )
    return opened(book) and panel(book, cell)


@pytest.mark.parametrize(
    ("cell", "again", "fresh"), [(EXPLORER, AGAIN, FRESH), (COMPARER, COMPARER_AGAIN, FRESH_COMPARER)]
)
def test_after_a_hundred_quick_changes_everything_is_as_in_a_fresh_panel(
    book: Book, cell: int, again: int, fresh: int
) -> None:
    other = shown(panel(book, OTHER))
    before = shown(panel(book, cell))

    panel(book, cell).evaluate(CHANGE, [100, 7 + cell])

    settled(book, cell)
    run_cell(book, fresh)
    after = same(book, lambda: shown(panel(book, cell)), lambda: shown(panel(book, fresh)))
    assert after != before
    same(book, lambda: shown(panel(book, again)), lambda: shown(panel(book, cell)))
    assert shown(panel(book, OTHER)) == other


def first_chip(book: Book, cell: int) -> Locator:
    return panel(book, cell).locator(".kit-chip").first


def test_a_page_loaded_again_and_a_second_tab_show_all_panels_as_they_are_and_stay_in_step(
    book: Book, context: BrowserContext
) -> None:
    own = [EXPLORER, AGAIN, OTHER, COMPARER, COMPARER_AGAIN]
    before = [shown(panel(book, cell)) for cell in own]
    book.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    book.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")

    opened(book.open(NAME))
    second = Book(book.lab, context.new_page())
    second.watch()
    opened(second.open(NAME))

    for tab in (book, second):
        for cell, seen in zip(own, before, strict=True):
            same(tab, lambda tab=tab, cell=cell: shown(panel(tab, cell)), lambda seen=seen: seen)
    for cell in (EXPLORER, COMPARER):
        first_chip(second, cell).click()  # who is chosen in one tab is chosen in the other, in both copies
        was = before[own.index(cell)]
        for tab, at in ((second, cell), (book, cell), (book, cell + 1)):
            book.until(lambda tab=tab, at=at, was=was: shown(panel(tab, at))["words"] != was["words"])
            same(book, lambda tab=tab, at=at: shown(panel(tab, at)), lambda cell=cell: shown(panel(book, cell)))
    assert shown(panel(book, OTHER)) == before[2]
    assert (second.outside, second.errors) == ([], [])
    second.page.close(run_before_unload=False)


# Holds what widgets tell the kernel, as a slow line would; what is run in the kernel still arrives.
HOLD = """() => {
    const send = WebSocket.prototype.send, held = [];
    WebSocket.prototype.send = function (message) {
        const text = typeof message === "string" ? message : new TextDecoder().decode(message);
        if (text.includes('"comm_msg"')) held.push([this, message]);
        else send.call(this, message);
    };
    globalThis.release = () => {
        WebSocket.prototype.send = send;
        for (const [socket, message] of held) send.call(socket, message);
    };
}"""


def test_what_is_chosen_in_code_while_a_choice_is_on_its_way_is_shown_whole(book: Book) -> None:
    explorer, code = panel(book, EXPLORER), panel(book, EXPLORER).locator(".kit-foot code")
    chip = explorer.locator(".kit-chip", has=book.page.get_by_text("Service", exact=True))
    service, narrowed = kit.Selection(themes=["service"]), kit.Selection(propositions=["run-all-night"])
    book.python("explorer.view.picked = {}; explorer.selection = kit.Selection()")
    for selection in (kit.Selection(), service, kit.Selection()):
        expect(code).to_have_text(repr(selection))
        settled(book, EXPLORER)
        chip.click()
    expect(code).to_have_text(repr(service))
    settled(book, EXPLORER)

    book.page.evaluate(HOLD)
    chip.click()
    expect(code).to_have_text(repr(kit.Selection()))  # as it was shown before
    book.python(f"explorer.selection = {narrowed!r}")
    expect(code).to_have_text(repr(narrowed))
    book.page.evaluate("release()")

    run_cell(book, FRESH)
    same(book, lambda: shown(panel(book, EXPLORER)), lambda: shown(panel(book, FRESH)))


def test_when_the_kernel_is_restarted_every_panel_says_what_to_do_and_answers_nothing_until_then(book: Book) -> None:
    before = {cell: shown(panel(book, cell)) for cell in (EXPLORER, OTHER, COMPARER)}

    book.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")

    for cell, seen in before.items():
        expect(panel(book, cell).locator(".kit-notice")).to_contain_text(LOST)
        with pytest.raises(AssertionError):
            expect(first_chip(book, cell)).to_be_focused(timeout=1)
        first_chip(book, cell).evaluate("node => node.focus()")
        assert not first_chip(book, cell).evaluate("node => node === document.activeElement")
        panel(book, cell).locator(".kit-twin tbody button").first.click()
        after = shown(panel(book, cell))
        assert {**after, "words": 0} == {**seen, "words": 0}
        assert [one for one in after["words"] if "kit-notice" not in one[0]] == [
            one for one in seen["words"] if "kit-notice" not in one[0]
        ]
    opened(book.run())
    same(book, lambda: shown(panel(book, EXPLORER)), lambda: shown(panel(book, FRESH)))
    same(book, lambda: shown(panel(book, COMPARER)), lambda: shown(panel(book, FRESH_COMPARER)))
    first_chip(book, OTHER).click()
    book.until(lambda: book.python("print(len(other.selection.speakers))") == "1")
    expect(panel(book, OTHER).locator(".kit-notice")).to_be_hidden()
    expect(first_chip(book, EXPLORER)).to_have_attribute("aria-pressed", "false")


# ---- a search for anything

SEARCH = """async (panel, words) => {
    const box = panel.querySelector("[aria-label='Search the passages']"), code = panel.querySelector(".kit-foot code");
    const before = code.textContent, started = performance.now();
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
    while (code.textContent === before && performance.now() - started < 5000) await new Promise(requestAnimationFrame);
    return performance.now() - started;
}"""
PARAGRAPH = "Thank you. I want the ferry to sail all night"
WANTED = [
    "ferry", "[", "\\", "(?", "(a+)+$", ".*", "\\d{1", "*", "👩🏽‍🚒", "\u202e", "\x00", "e" + "\u0301" * 99, "thank\u00a0YOU. i WANT",
    PARAGRAPH, "f" * 10_000, "[(" * 5_000, "ferry " * 1_667, "漢" * 10_000, "'", '"', "</script>", "${x}", "{{x}}",
]  # fmt: skip


def test_the_search_takes_anything_as_it_stands_and_as_fast_as_a_word(book: Book, second: kit.Corpus) -> None:
    explorer = panel(book, EXPLORER)
    book.python("explorer.selection = kit.Selection()")
    took = {}
    for words in WANTED:
        took[words] = explorer.evaluate(SEARCH, words)

        chosen = kit.Selection(text=words)
        plain = fold(" ".join(words.split()))
        body = second.passages.filter(zone="body")["text"]
        found = [text for text in body if plain in fold(" ".join(text.split()))]
        expect(explorer.locator(".kit-foot code")).to_have_text(repr(chosen))
        expect(explorer.locator(".kit-notice")).to_be_hidden()
        assert second.select(chosen).passages.filter(zone="body")["text"].to_list() == found
        explorer.evaluate(SEARCH, "")
    assert max(took.values()) < 1_000, took
    assert median(took.values()) < 200, took


def test_a_search_of_nothing_or_of_half_a_character_finds_what_is_left_of_it(book: Book) -> None:
    explorer = panel(book, EXPLORER)
    for words, code in {"ferry\ud83d": "kit.Selection(text='ferry\ufffd')", " " * 10_000: "kit.Selection()"}.items():
        explorer.evaluate(SEARCH, words)

        expect(explorer.locator(".kit-foot code")).to_have_text(code)
        expect(explorer.locator(".kit-notice")).to_be_hidden()
    explorer.get_by_label("Search the passages").fill("")
    hint = explorer.get_by_placeholder("Exact words, no wildcards")
    assert "no character stands for others" in str(hint.get_attribute("title"))


def test_what_is_too_long_to_search_for_is_said_and_the_last_good_view_stays(book: Book) -> None:
    explorer = panel(book, EXPLORER)
    explorer.evaluate(SEARCH, "ferry")
    before = shown(explorer)["passages"]

    explorer.get_by_label("Search the passages").fill("long " * 20_000)

    expect(explorer.locator(".kit-notice")).to_contain_text("has 100,000 characters; search for 20,000 at most")
    assert shown(explorer)["passages"] == before
    explorer.get_by_label("Search the passages").fill("")
    expect(explorer.locator(".kit-foot code")).to_have_text("kit.Selection()")
    expect(explorer.locator(".kit-notice")).to_be_hidden()


# ---- a hostile corpus

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # shown as a replacement character
# Whether anything of the corpus ran, or became an element that is none of ours.
BITTEN = """() => [globalThis.bitten ?? null,
    document.querySelectorAll(".kit :is(script, iframe, object, embed, video, a:not([href^='#']))").length,
    [...document.querySelectorAll(".kit *")].filter((one) => [...one.attributes].some((of) => /^on/.test(of.name))).length]"""
MARKED = """() => [...document.querySelectorAll(".kit-passage")].map((one) => [one.dataset.passage,
    [...one.querySelectorAll("blockquote mark")].map((mark) => mark.textContent).join("")])"""
NOTEBOOK = (
    "explorer = kit.Explorer(corpus, selection, ['matrix', 'timeline', 'themes', 'speakers', 'words']); explorer",
    "comparer = kit.Comparer(corpus, '__proto__', 'toString'); comparer",
    "kit.holder_over_time(corpus, '__proto__')",
    "kit.words_by_speaker(kit.words_spoken(corpus), caption=kit.caption(corpus))",
    "kit.pairs_matrix(kit.compare_holders(corpus), speakers=corpus.speakers)",
    "kit.table(corpus.passages)",
    "kit.passages(corpus)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("hostile") / "corpus")


@pytest.fixture(scope="module")
def hostile(folder: Path) -> kit.Corpus:
    return kit.load(folder)


def faults(book: Book) -> list[list[str]]:
    """Give what breaks the layout; marks in a heap on one letter, and lines that a chip clips, may cover another."""
    found = book.page.evaluate(FAULTS)
    return [fault for fault in found if fault[0] != "one covers the other" and "\u0489" not in fault[-1]]


def marked(book: Book, corpus: kit.Corpus) -> int:
    """Assert that of each passage what is marked is its evidence; gives how many passages have some."""
    texts = dict(corpus.passages.select("passage_id", "text").iter_rows())
    starts = dict(corpus.passages.select("passage_id", "start").iter_rows())
    number = 0
    for passage_id, seen in book.page.evaluate(MARKED):
        held = corpus.statements.filter(passage_id=passage_id)
        places = {at for start, end in held.select("start", "end").iter_rows() for at in range(start, end)}
        wanted = "".join(texts[passage_id][at - starts[passage_id]] for at in sorted(places))
        assert seen in ("", CONTROL.sub("\ufffd", wanted))
        number += bool(seen)
    return number


def test_nothing_of_a_hostile_corpus_runs_or_breaks_the_layout_in_any_view(
    lab: Lab, context: BrowserContext, folder: Path, hostile: kit.Corpus, tmp_path: Path
) -> None:
    book = Book(lab, context.new_page())
    book.watch()
    book.page.on("dialog", lambda dialog: book.errors.append(f"a dialog: {dialog.message}"))
    start = f"import kit; corpus = kit.load({str(folder)!r}); selection = kit.Selection()"
    book.write(start, *NOTEBOOK, name="hostile.ipynb").run().drawn()
    page = book.page
    page.set_default_timeout(20_000)

    for cell in page.locator(".jp-CodeCell").all():
        cell.scroll_into_view_if_needed()
        page.wait_for_timeout(100)
    page.evaluate(
        "() => document.querySelectorAll('.kit-twin, .kit-changes, .kit-compared').forEach((one) => { one.open = true; })"
    )
    explorer = page.locator(".kit-explorer")
    for figure in explorer.locator(".kit-chart").all():
        figure.locator(".kit-stage svg [aria-label]").last.hover(force=True)
        figure.locator(".kit-twin tbody button").first.click()
    for words in (ATTACKS["script"], ATTACKS["expression"], ATTACKS["template"]):
        explorer.get_by_label("Search the passages").fill(words)
        expect(explorer.locator(".kit-foot code")).to_have_text(repr(kit.Selection(text=words)))
        expect(explorer.locator(".kit-tally", has_not_text=re.compile(r"^\d+$"))).to_have_count(0)
    explorer.get_by_role("button", name="Copy as JSON").click()
    with page.expect_download() as download:
        explorer.get_by_role("button", name="Citation pack (.zip)").click()
    download.value.save_as(tmp_path / "pack.zip")
    explorer.get_by_role("button", name="Reset").click()
    expect(explorer.locator(".kit-foot code")).to_have_text("kit.Selection()")
    book.idle().drawn()

    assert page.evaluate(BITTEN) == [None, 0, 0]
    assert page.locator(".kit :is(.kit-failure, .kit-notice):visible").all_text_contents() == []
    assert faults(book) == []
    assert max(page.locator(".jp-OutputArea-output").evaluate_all("all => all.map((one) => one.offsetHeight)")) < 40_000
    assert marked(book, hostile) > 40
    assert set(kit.verify(tmp_path / "pack.zip", hostile)["outcome"]) == {"found"}
    assert (book.outside, book.errors) == ([], [])
    book.picture("hostile")
    page.close(run_before_unload=False)
    lab.end_kernels()


def test_nothing_of_a_hostile_corpus_runs_or_breaks_the_layout_in_a_report_opened_from_disk(
    lab: Lab, context: BrowserContext, folder: Path, hostile: kit.Corpus, tmp_path: Path
) -> None:
    start = ["import kit", "corpus = kit.load()\nselection = kit.Selection()"]
    cells = [nbformat.v4.new_code_cell(cell) for cell in (*start, *NOTEBOOK)]
    cells[1].metadata.tags = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "own.ipynb")
    command = [
        sys.executable,
        "-m",
        "kit",
        "run",
        tmp_path / "own.ipynb",
        "--corpus",
        folder,
        "--output",
        tmp_path / "out",
    ]

    ran = subprocess.run([*command, "--search", "e"], cwd=ROOT, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    book = Book(lab, context.new_page())
    book.watch()
    book.page.on("dialog", lambda dialog: book.errors.append(f"a dialog: {dialog.message}"))
    book.page.goto((tmp_path / "out" / "own.html").as_uri())
    book.page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for mark in book.page.locator("svg [aria-label]:has(title), .kit-drawing [role=graphics-symbol]").all()[:5]:
        mark.hover(force=True)

    assert book.page.evaluate(BITTEN) == [None, 0, 0]
    assert faults(book) == []
    assert book.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert marked(book, hostile) > 40
    assert (book.outside, book.errors) == ([], [])
    book.picture("hostile-report")
    book.page.close(run_before_unload=False)


# ---- five hundred holders


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowd") / "corpus"
    size = ("--passages", "10000", "--holders", "500", "--statements", "2000")
    subprocess.run([sys.executable, ROOT / "benchmarks" / "generate.py", folder, *size], check=True)
    return folder


def test_with_five_hundred_holders_chips_give_way_to_a_search_and_every_chart_says_what_it_leaves_out(
    lab: Lab, context: BrowserContext, crowd: Path
) -> None:
    corpus = kit.load(crowd)
    name, speaker_id = corpus.speakers.filter(pl.col("speaker_id").is_in(corpus.statements["speaker_id"].implode()))[
        "name", "speaker_id"
    ].row(-1)
    book = Book(lab, context.new_page())
    book.watch()
    book.write(
        f"import kit; corpus = kit.load({str(crowd)!r})",
        "explorer = kit.Explorer(corpus); explorer",
        "comparer = kit.Comparer(corpus); comparer",
        name="crowd.ipynb",
    ).run().drawn()
    explorer, comparer = book.page.locator(".kit-explorer"), book.page.locator(".kit-comparer")
    chips = explorer.locator(".kit-row", has=book.page.get_by_text("Speakers", exact=True)).locator(".kit-chip:visible")
    expect(explorer.locator("[data-chart=matrix] h3")).to_have_text(
        "Who stands where: 20 of 500 holders, those with most statements"
    )
    expect(explorer.locator("[data-chart=timeline] h3")).to_have_text(
        "When it was said: all holders together, 1 year in a mark"
    )
    expect(comparer.locator("[data-chart=pairs] h3")).to_have_text(
        "All pairs of holders: 20 of 500 holders, those with most statements"
    )
    marks = explorer.locator("[data-chart=timeline] .kit-twin summary").inner_text()
    assert 0 < int(re.findall(r"(\d+)\)", marks)[0]) <= 1_000
    expect(chips).to_have_count(0)
    book.picture("crowd-explorer")

    explorer.get_by_role("searchbox", name="Find: Speakers").fill(name)
    chips.filter(has_text=name).first.click()
    expect(explorer.locator(".kit-foot code")).to_have_text(repr(kit.Selection(speakers=[speaker_id])))
    explorer.get_by_role("searchbox", name="Find: Speakers").fill("")
    expect(chips).to_have_count(1)
    for width in (900, 1300):
        book.page.set_viewport_size({"width": width, "height": 1000})
        book.page.wait_for_timeout(200)
        assert book.page.evaluate(FAULTS) == []
    comparer.scroll_into_view_if_needed()
    book.picture("crowd-comparer")
    for side in ("Left", "Right"):
        holder = comparer.get_by_label(f"{side}: holder")
        counts = [
            int(re.findall(r"\((\d+|no) st", one)[0].replace("no", "0"))
            for one in holder.locator("option").all_inner_texts()
        ]
        assert len(counts) == corpus.speakers.height
        assert not any(counts[counts.index(0) :])  # who took no stance stands last
    comparer.get_by_label("Left: holder").select_option(speaker_id)
    comparer.get_by_label("Right: from").fill("2001-05-06")
    expect(comparer.locator(".kit-foot code")).to_contain_text(f"kit.Comparer(corpus, '{speaker_id}', kit.Side(")
    expect(comparer.locator(".kit-foot code")).to_contain_text("since=")
    expect(comparer.locator(".kit-sides b").first).to_contain_text(name)

    assert (book.outside, book.errors) == ([], [])
    book.page.close(run_before_unload=False)
    lab.end_kernels()
