"""How the panels and charts look: four widths, two themes, one kernel; nothing overflows, overlaps or is cut off.

What a person has to judge is kept as pictures (`pictures/`, not committed).
"""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import BrowserContext, expect

import kit
from kit import style
from tests.browser.conftest import Book, Lab
from tests.browser.test_positions import OVERLAPS

CELLS = (
    "import kit; corpus = kit.load()",
    "explorer = kit.Explorer(corpus); explorer",
    "comparer = kit.Comparer(corpus); comparer",
    "kit.words_by_speaker(kit.words_spoken(corpus), caption=kit.caption(corpus))",
    "kit.holder_over_time(corpus, corpus.statements['speaker_id'][0])",
    "kit.table(kit.documents_in_words(corpus))",
)
CHARTS_OF_OURS = ".kit :is(.kit-stage, .kit-drawing) svg"
CHARTS = OVERLAPS.replace(".kit-explorer .kit-stage svg", CHARTS_OF_OURS)
# What stands out of the box that holds it, and pairs of words of which one covers the other. Where something scrolls,
# only what is in sight there counts.
FAULTS = r"""() => {
    const scrolls = (node) => /auto|scroll/.test(getComputedStyle(node).overflowX);
    const out = [], panels = [...document.querySelectorAll(".kit")].filter((node) => !node.parentNode.closest(".kit"));
    const name = (node) => `${node.className} ${node.textContent.trim().slice(0, 40)}`;
    for (const panel of panels) {
        const right = panel.getBoundingClientRect().right + 1, words = [];
        if (panel.scrollWidth > panel.clientWidth + 1) out.push(["wider than its page", panel.className]);
        for (const node of panel.querySelectorAll("*:not(svg *)")) {
            if (!node.checkVisibility({ contentVisibilityAuto: true })) continue;
            const { clipPath, position } = getComputedStyle(node), box = node.getBoundingClientRect();
            if (clipPath !== "none" || position === "fixed" || !box.width) continue;
            const boxes = [];
            for (let up = node.parentElement; up !== panel.parentElement; up = up.parentElement) {
                if (scrolls(up)) boxes.push(up.getBoundingClientRect());
            }
            if (!boxes.length && box.right > right) out.push(["beyond its panel", name(node)]);
            if (!scrolls(node) && node.clientWidth && node.scrollWidth > node.clientWidth + 1) {
                if (!node.querySelector("svg")) out.push(["holds more than it has room for", name(node)]);
            }
            const own = [...node.childNodes].find((one) => one.nodeType === 3 && one.data.trim());
            if (!own || node.matches("option, style, select")) continue;
            const range = document.createRange();
            range.selectNodeContents(own);
            if (scrolls(node)) boxes.push(box);
            for (const { left, right: end, top, bottom, width } of range.getClientRects()) {
                const inSight = width > 1 && boxes.every((one) => top >= one.top - 1 && bottom <= one.bottom + 1);
                const line = { left, right: Math.min(end, ...boxes.map((one) => one.right)), top, bottom };
                if (inSight) words.push([own.data.trim(), line, node]);
            }
        }
        words.sort(([, one], [, other]) => one.top - other.top);
        words.forEach(([text, one, node], at) => {
            for (let next = at + 1; next < words.length && words[next][1].top < one.bottom - 3; next++) {
                const [other, box, beside] = words[next];
                if (beside.closest(".kit-sides") !== node.closest(".kit-sides")) continue;  // stays while others scroll
                const across = Math.min(one.right, box.right) - Math.max(one.left, box.left);
                const down = Math.min(one.bottom, box.bottom) - Math.max(one.top, box.top);
                if (across > 1 && down > 3) out.push(["one covers the other", text.slice(0, 40), other.slice(0, 40)]);
            }
        });
    }
    for (const svg of document.querySelectorAll(".kit :is(.kit-stage, .kit-drawing) svg")) {
        const whole = svg.getBoundingClientRect();
        for (const text of svg.querySelectorAll("text")) {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            const inside = left > whole.left - 2 && right < whole.right + 2 && top > whole.top - 2;
            if (!inside || bottom > whole.bottom + 2) out.push(["outside its chart", text.textContent]);
        }
    }
    return out;
}"""

# The charts that scroll sideways, and the size of every letter of a chart as it stands on the page.
LETTERS = """() => {
    const charts = [...document.querySelectorAll(".kit-charts")].filter((one) => one.scrollWidth > one.clientWidth + 1);
    const sizes = [...document.querySelectorAll(".kit-stage svg")].flatMap((svg) => {
        const scale = svg.getBoundingClientRect().width / svg.getAttribute("width");
        return [...svg.querySelectorAll("text")].map((text) => scale * parseFloat(text.getAttribute("font-size")));
    });
    return [charts.map((one) => one.textContent.slice(0, 40)), sizes];
}"""
# The lightness (0 to 255) of every panel's ground, of its words, and of the words of its charts.
LIGHTNESS = r"""() => {
    const light = (colour) => Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number));
    const all = (selector) => [...document.querySelectorAll(selector)];
    const of = (selector, name) => all(selector).map((one) => light(getComputedStyle(one)[name]));
    return [of(".kit-view", "backgroundColor"), [...of(".kit-summary", "color"), ...of(".kit-stage svg text", "fill")]];
}"""


@pytest.fixture(scope="module")
def shared(lab: Lab, context: BrowserContext) -> Iterator[Book]:
    book = Book(lab, context.new_page())
    book.watch()
    book.write(*CELLS, name="looks.ipynb").run().drawn()
    book.page.set_default_timeout(10_000)
    book.page.evaluate("() => jupyterapp.shell.collapseLeft()")
    yield book
    book.page.close(run_before_unload=False)
    lab.end_kernels()


@pytest.fixture
def book(shared: Book) -> Iterator[Book]:
    yield shared
    shared.page.set_viewport_size({"width": 1300, "height": 1000})
    shared.theme(dark=False)
    assert (shared.outside, shared.errors) == ([], [])


def sized(book: Book, width: int, height: int) -> None:
    """Give the window a size, and bring everything into its place once, as reading does."""
    book.page.set_viewport_size({"width": width, "height": height})
    for cell in book.page.locator(".jp-CodeCell").all():
        cell.scroll_into_view_if_needed()
    book.page.wait_for_timeout(100)


def top_of(book: Book, selector: str) -> float:
    box = book.page.locator(selector).first.bounding_box()
    assert box
    return box["y"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(900, 1000), (1100, 800), (1366, 768), (1900, 1050)])
def test_nothing_overflows_or_covers_another(book: Book, width: int, height: int, dark: bool) -> None:
    book.theme(dark).drawn()
    for panel in ("comparer", "explorer"):
        sized(book, width, height)
        book.page.locator(f".kit-{panel}").evaluate("node => node.scrollIntoView({ block: 'start' })")
        book.page.mouse.move(0, 0)

        assert book.page.evaluate(FAULTS) == []
        book.picture(f"{panel}-{width}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize(("width", "height"), [(683, 384), (950, 525)])
def test_at_twice_the_size_nothing_is_cut_off(book: Book, width: int, height: int) -> None:
    sized(book, width, height)

    assert book.page.evaluate(FAULTS) == []
    book.picture(f"explorer-200-per-cent-{width}")


@pytest.mark.parametrize("width", [683, 900, 950, 1020, 1060, 1100, 1366, 1900])
def test_charts_fit_their_place_in_letters_that_can_be_read(book: Book, width: int) -> None:
    sized(book, width, 1000)

    scrolled, letters = book.page.evaluate(LETTERS)
    assert scrolled == []
    assert min(letters) >= (10 if width < 700 else 11)  # 683 is 1,366 at 200 %


def test_a_wide_pane_has_the_statements_in_its_margin(book: Book) -> None:
    sized(book, 1900, 1050)

    passage = book.page.locator(".kit-explorer .kit-passage:has(.kit-statements)").first
    said, noted = (passage.locator(one).bounding_box() for one in (".kit-text", ".kit-statements"))
    pane = book.page.locator(".kit-explorer .kit-pane").bounding_box()
    assert said
    assert noted
    assert pane
    assert noted["x"] > said["x"] + said["width"]
    assert noted["y"] < said["y"]
    assert noted["x"] + noted["width"] > pane["x"] + pane["width"] - 40


def test_paper_is_light_whatever_the_theme_and_shows_what_is_chosen_only(book: Book) -> None:
    book.theme(dark=True).drawn()
    book.page.emulate_media(media="print")

    grounds, words = book.page.evaluate(LIGHTNESS)
    assert min(grounds) == 255
    assert max(words) < 128
    assert book.page.evaluate(FAULTS) == []
    expect(book.page.locator(".kit-explorer .kit-chip:visible, .kit-view .kit-button:visible")).to_have_count(0)
    expect(book.page.locator(".kit-explorer .kit-summary")).to_be_visible()
    book.page.emulate_media(media="screen")


def test_the_head_of_the_comparer_leaves_room_for_what_is_compared(book: Book) -> None:
    sized(book, 1366, 768)

    assert top_of(book, ".kit-comparer .kit-beside") - top_of(book, ".kit-comparer") < 360
    summary = book.page.locator(".kit-comparer .kit-summary")
    assert summary.evaluate("node => node.offsetHeight / parseFloat(getComputedStyle(node).lineHeight)") < 2
    rules = book.page.locator(".kit-sentences")
    rules.locator("summary").click()
    for sentence in (one.sentence for one in kit.RULES.values()):
        expect(rules.get_by_text(sentence)).to_be_visible()
    rules.locator("summary").click()


def test_no_word_of_a_chart_covers_another(book: Book) -> None:
    assert book.page.locator(CHARTS_OF_OURS).count() == 5
    assert book.page.evaluate(CHARTS) == []


def test_controls_leave_room_for_the_chart_on_a_low_screen(book: Book) -> None:
    sized(book, 1366, 768)

    assert top_of(book, ".kit-explorer .kit-stage") - top_of(book, ".kit-explorer") < 320
    for chip in book.page.locator(".kit-explorer .kit-chip:visible").all():
        assert chip.evaluate("node => node.offsetHeight") >= 24  # to be hit by a finger
    office = book.page.locator(".kit-explorer .kit-chip-office").first
    assert office.inner_text() in str(office.locator("..").get_attribute("title"))


@pytest.mark.parametrize(("width", "beside"), [(900, False), (1280, True), (1900, True)])
def test_passages_stand_beside_the_charts_as_soon_as_there_is_room(book: Book, width: int, beside: bool) -> None:
    sized(book, width, 900)

    lower = top_of(book, ".kit-explorer .kit-pane") - top_of(book, ".kit-explorer .kit-charts")
    assert (lower < 5) == beside


def test_lines_of_a_passage_are_no_longer_than_the_eye_follows(book: Book) -> None:
    sized(book, 1900, 1050)

    widths = book.page.locator(".kit-explorer .kit-text").evaluate_all(
        "nodes => nodes.slice(0, 5).map((node) => node.offsetWidth / parseFloat(getComputedStyle(node).fontSize))"
    )
    assert max(widths) < 36  # in ems: about 75 characters


def test_a_chart_shown_alone_follows_the_theme_at_once(book: Book) -> None:
    fills = "nodes => [...new Set(nodes.map((node) => getComputedStyle(node).fill))]"
    seen = []
    for dark in (False, True, False):
        book.theme(dark)
        texts = book.page.locator(".kit-drawing svg .role-title-text text, .kit-drawing svg .role-title text")
        colour = style.COLOURS[dark]["muted"]
        wanted = f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"
        assert texts.evaluate_all(fills) == [wanted]
        seen.append(wanted)
    assert len(set(seen)) == 2
    assert book.page.locator(".kit-drawing svg").count() == 2
    expect(book.page.locator(".kit-drawing + img").first).to_be_hidden()


def test_a_page_that_does_not_trust_a_chart_shows_its_picture(lab: Lab, context: BrowserContext) -> None:
    corpus = kit.load()
    bundle, _ = kit.words_by_speaker(kit.words_spoken(corpus))._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
    cell = nbformat.v4.new_code_cell("a_chart", outputs=[output], execution_count=1)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), lab.folder / "untrusted.ipynb")
    book = Book(lab, context.new_page())
    book.watch()

    book.page.goto(f"{lab.url}/lab/tree/untrusted.ipynb?reset&token={lab.token}")
    book.page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()

    picture = book.page.get_by_role("img", name=bundle["text/plain"])
    expect(picture).to_be_visible()
    assert picture.evaluate("node => node.decode().then(() => node.naturalWidth)") > 400
    assert book.page.locator(".jp-OutputArea-output").inner_text().strip() == ""
    assert (book.outside, book.errors) == ([], [])
    book.page.close(run_before_unload=False)
