from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from unicodedata import category

import polars as pl
import pytest
from hypothesis import given, strategies as st

import kit
from kit import Selection, charts
from kit.reading import Article, Page, articles, chart_bundle, listed_html, table
from kit.statements import for_reading

TEXT = "Well [laughter] I would say so, and I would say it twice."
PASSAGE: dict[str, Any] = {
    "passage_id": "doc#char=0,57", "text": TEXT, "form": "spoken", "speaker": "Ama Osei", "offices": ["Mayor"],
    "document": "A title", "publisher": "A publisher", "dates": "12 March 2019", "editorial": [],
}  # fmt: skip
EVIDENCE: dict[str, Any] = {
    "passage_id": "doc#char=0,57", "statement_id": "s1", "start": 0, "end": 4, "holder": "Ama Osei",
    "offices": ["Mayor"], "relayers": [], "first_hand": True, "mode": "direct", "modality": "assertion",
    "stance": "support", "confidence": "high", "proposition": "One should say so.", "note": "",
}  # fmt: skip
_LISTS = {"offices": pl.List(pl.String), "relayers": pl.List(pl.String), "editorial": pl.List(pl.List(pl.Int64))}


def frame(rows: list[dict[str, Any]], like: dict[str, Any]) -> pl.DataFrame:
    kinds = {bool: pl.Boolean, int: pl.Int64, str: pl.String}
    return pl.DataFrame(rows, schema={key: _LISTS.get(key) or kinds[type(value)] for key, value in like.items()})


def section(
    passages: list[dict[str, Any]], evidence: list[dict[str, Any]], title: str = "Passages", more: int = 0
) -> tuple[str, int, list[Article]]:
    return title, len(passages) + more, articles(frame(passages, PASSAGE), frame(evidence, EVIDENCE))


def read(text: str, spans: list[tuple[int, int, str]], editorial: list[list[int]] | None = None) -> Seen:
    passage = PASSAGE | {"text": text, "editorial": editorial or []}
    evidence = [EVIDENCE | {"start": start, "end": end, "stance": stance} for start, end, stance in spans]
    return seen(str(listed_html([section([passage], evidence)], "nothing")))


@dataclass
class Seen(HTMLParser):
    """What a page shows: its tags, and each character of the quoted texts with the classes of what it stands in."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    characters: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    opened: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.opened.append((tag, frozenset((dict(attrs).get("class") or "").split())))

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        within = [tag for tag, _ in self.opened]
        if "blockquote" in within:
            classes = frozenset[str]().union(*(names for _, names in self.opened[within.index("blockquote") + 1 :]))
            self.characters += [(character, classes) for character in data]

    @property
    def text(self) -> str:
        return "".join(character for character, _ in self.characters)

    def of(self, name: str) -> str:
        """Give the characters that stand in something of this class."""
        return "".join(character for character, classes in self.characters if name in classes)


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    parser.close()
    assert parser.opened == []
    return parser


def as_shown(text: str) -> str:
    """Give a text with a replacement character for each one that HTML does not have."""
    return "".join("\ufffd" if category(one) == "Cc" and one not in "\t\n\r" else one for one in text)


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@st.composite
def _passages(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]], list[list[int]]]:
    text = draw(ANY_TEXT)
    places = st.integers(0, len(text))
    span = st.tuples(places, places).map(sorted)
    stances = st.sampled_from(["oppose", "mixed", "support"])
    spans = draw(st.lists(st.tuples(span, stances), max_size=6))
    return text, [(start, end, stance) for (start, end), stance in spans], draw(st.lists(span, max_size=3))


@given(_passages())
def test_without_its_tags_a_passage_is_its_text_and_every_character_has_exactly_its_marks(
    passage: tuple[str, list[tuple[int, int, str]], list[list[int]]],
) -> None:
    text, spans, editorial = passage

    page = read(text, spans, editorial)

    assert page.text == as_shown(text)
    for at, (_, classes) in enumerate(page.characters):
        stances = {f"kit-{stance}" for start, end, stance in spans if start <= at < end}
        inserted = {"kit-editorial"} if any(start <= at < end for start, end in editorial) else set()
        assert classes == stances | inserted | ({"kit-evidence"} if stances else set())


@given(_passages())
def test_only_tags_of_our_own_get_into_a_page(passage: tuple[str, list[tuple[int, int, str]], list[list[int]]]) -> None:
    text, spans, editorial = passage
    row = (
        PASSAGE
        | dict.fromkeys(("text", "speaker", "document", "publisher"), text)
        | {"offices": [text], "editorial": editorial}
    )
    said = (
        EVIDENCE
        | dict.fromkeys(("holder", "proposition", "note"), text)
        | {"offices": [text], "relayers": [text, text]}
    )

    evidence = [said | {"start": start, "end": end, "stance": stance} for start, end, stance in spans]
    page = seen(str(listed_html([section([row], evidence, title=text)], text)))

    ours = set("article header b bdi span p cite blockquote mark ul li q h3".split())
    assert {tag for tag, _ in page.tags} <= ours
    given = {name for _, attributes in page.tags for name in attributes}
    assert given <= {"class", "data-passage", "data-statements", "dir", "title"}


def test_overlapping_and_nested_evidence_is_marked_wherever_either_stands() -> None:
    page = read(TEXT, [(16, 30, "support"), (24, 40, "oppose"), (27, 29, "mixed")])

    assert page.of("kit-support") == TEXT[16:30]
    assert page.of("kit-oppose") == TEXT[24:40]
    assert page.of("kit-mixed") == TEXT[27:29]
    assert page.text == TEXT


def test_evidence_at_both_ends_is_marked_to_the_last_character() -> None:
    page = read(TEXT, [(0, 4, "support"), (len(TEXT) - 6, len(TEXT), "oppose")])

    assert (page.of("kit-support"), page.of("kit-oppose")) == (TEXT[:4], TEXT[-6:])


def test_an_editors_words_are_told_apart_within_evidence_too() -> None:
    page = read(TEXT, [(0, 30, "support")], [[5, 15]])

    assert page.of("kit-editorial") == "[laughter]"
    assert page.of("kit-support") == TEXT[:30]
    assert page.text == TEXT


def test_editorial_brackets_are_the_editors_in_speech_and_the_authors_in_writing(second: kit.Corpus) -> None:
    bracket = pl.col("text").str.contains("[of Northport, Cleo Marsh]", literal=True)
    spoken = second.passages.filter(bracket)
    written = spoken.with_columns(pl.lit("written").cast(spoken["form"].dtype).alias("form"))

    pages = [
        seen(str(listed_html([("P", 1, articles(*for_reading(second, passages, second.statements)))], "")))
        for passages in (spoken, written)
    ]
    assert [page.of("kit-editorial") for page in pages] == ["[of Northport, Cleo Marsh]", ""]
    assert [page.text for page in pages] == [spoken["text"].item()] * 2


@pytest.mark.parametrize(
    ("more", "said"),
    [(0, "40"), (1, "first 40 of 41"), (12_000, "first 40 of 12,040")],
    ids=["all", "one more", "many more"],
)
def test_a_heading_counts_the_passages_and_says_how_many_are_left_out(more: int, said: str) -> None:
    rows = [PASSAGE | {"passage_id": f"doc#char={at},{at + 1}"} for at in range(40)]

    html = str(listed_html([section(rows, [], "Other selected passages", more)], "nothing"))

    assert f'<h3 class="kit-section">Other selected passages <span class="kit-count">{said}</span></h3>' in html
    assert html.count("<article") == 40


def test_sections_without_passages_are_left_out_and_nothing_at_all_is_said_in_words() -> None:
    assert "Second" not in listed_html([section([PASSAGE], [], "First"), section([], [], "Second")], "nothing")
    assert (
        listed_html([section([], [])], "Take <i>less</i>.") == '<p class="kit-empty">Take &lt;i&gt;less&lt;/i&gt;.</p>'
    )


LONG = "".join(f"sentence number {number}. " for number in range(20_000))


@pytest.mark.parametrize("at", [0, 200_000, len(LONG) - 40], ids=["start", "middle", "end"])
def test_of_a_very_long_text_the_surroundings_of_the_evidence_are_shown_and_the_rest_is_counted(at: int) -> None:
    page = read(LONG, [(at, at + 40, "support")])

    assert page.of("kit-support") == LONG[at : at + 40]
    assert len(page.text) < 6_000
    own = "".join(character for character, classes in page.characters if "kit-editorial" not in classes)
    begin = LONG.index(own)
    before, after = begin, len(LONG) - begin - len(own)
    told = [f"[… {characters:,} characters left out …]" for characters in (before, after) if characters]
    assert page.of("kit-editorial") == "".join(told)
    assert begin <= at < at + 40 <= begin + len(own)


def test_of_a_very_long_text_without_evidence_the_beginning_is_shown() -> None:
    page = read(LONG, [])

    beginning, _, told = page.text.partition("[… ")
    assert LONG.startswith(beginning)
    assert 500 < len(beginning) < 6_000
    assert told == f"{len(LONG) - len(beginning):,} characters left out …]"


def test_of_a_very_long_text_with_evidence_far_apart_what_lies_between_is_counted() -> None:
    last = len(LONG)
    page = read(
        LONG,
        [(last - 30, last, "oppose"), (0, 30, "support"), (200_000, 200_030, "mixed"), (200_500, 200_530, "mixed")],
    )

    assert (page.of("kit-support"), page.of("kit-oppose")) == (LONG[:30], LONG[-30:])
    assert page.of("kit-mixed") == LONG[200_000:200_030] + LONG[200_500:200_530]
    own = "".join(character for character, classes in page.characters if "kit-editorial" not in classes)
    told = [int(number.replace(",", "")) for number in re.findall(r"\[… ([\d,]+) characters left out …\]", page.text)]
    assert len(told) == 2
    assert len(own) + sum(told) == last
    assert len(own) < 12_000


def test_a_text_of_ordinary_length_is_shown_whole() -> None:
    text = LONG[:5_500]

    assert read(text, [(10, 20, "support")]).text == text


def test_a_passage_says_whose_words_in_which_office_where_and_when() -> None:
    words = " ".join(" ".join(seen(str(listed_html([section([PASSAGE], [])], ""))).words).split())

    for said in ("Ama Osei Mayor", "A title", "A publisher", "12 March 2019", TEXT):
        assert said in words


@pytest.mark.parametrize(
    ("stance", "verb"), [("support", "▲ supports"), ("mixed", "◆ both affirms and denies"), ("oppose", "▼ opposes")]
)
def test_a_statement_is_told_in_words_with_its_sign(stance: str, verb: str) -> None:
    row = EVIDENCE | {"stance": stance, "note": "A note."}
    words = " ".join(seen(str(listed_html([section([PASSAGE], [row])], ""))).words)

    for said in (
        verb,
        "One should say so.",
        "own transcript, speech or release",
        "assertion",
        "confidence high",
        "A note.",
    ):
        assert said in words


def test_relayers_are_named_nearest_the_holder_first_and_the_mode_is_said() -> None:
    row = EVIDENCE | {"relayers": ["Ama Osei", "Northport Post"], "first_hand": False, "mode": "reported"}
    html = str(listed_html([section([PASSAGE], [row])], ""))
    words = "".join(seen(html).words)

    assert "through Ama Osei, Northport Post · reported" in words
    assert "own transcript" not in words


def test_a_direction_override_in_a_name_is_kept_to_that_name() -> None:
    html = str(listed_html([section([PASSAGE | {"speaker": "\u202eevil"}], [])], ""))

    assert "<bdi>\u202eevil</bdi>" in html


def test_a_nul_is_shown_as_the_replacement_character_and_moves_nothing() -> None:
    page = read("a\x00b", [(1, 3, "support")])

    assert (page.text, page.of("kit-support")) == ("a\ufffdb", "\ufffdb")


def test_a_page_carries_the_style_the_html_and_a_sentence() -> None:
    bundle = Page(listed_html([], "<nothing>"), "A sentence.")._repr_mimebundle_()

    assert bundle["text/plain"] == "A sentence."
    assert bundle["text/html"].startswith('<div class="kit kit-page mathjax_ignore tex2jax_ignore"><style>')
    assert bundle["text/html"].endswith('</style><p class="kit-empty">&lt;nothing&gt;</p></div>')


def test_the_passages_of_a_corpus_are_listed_with_their_numbers(second: kit.Corpus) -> None:
    page = kit.passages(second.select(Selection()), most=3)
    body = second.passages.filter(zone="body").height
    holding = second.statements["passage_id"].n_unique()

    assert page.sentence == f"{holding} passages with selected statements and {body - holding} other selected passages."
    assert page.html.count("<article") == 6
    assert f"first 3 of {holding}" in page.html
    assert f"first 3 of {body - holding}" in page.html


def test_evidence_and_its_statement_name_each_other() -> None:
    page = seen(
        str(
            listed_html(
                [section([PASSAGE], [EVIDENCE | {"end": 6}, EVIDENCE | {"statement_id": "s2", "start": 3}])], ""
            )
        )
    )

    named = [(tag, one["data-statements"]) for tag, one in page.tags if "data-statements" in one]
    assert named == [("mark", "s1"), ("mark", "s1\ns2"), ("mark", "s1"), ("li", "s1"), ("li", "s2")]


def test_folded_passages_stand_by_document_and_the_first_few_open() -> None:
    rows = [PASSAGE | {"passage_id": str(at), "document": f"Paper {at // 10}"} for at in range(30)]
    one, two = section(rows, []), section(rows[:1], [], "Others")

    page = seen(str(listed_html([("Empty", 0, []), one, two], "nothing", folded=True)))

    folds = [attributes for tag, attributes in page.tags if tag == "details"]
    assert ["open" in attributes for attributes in folds] == [True, True, False, False]
    assert [tag for tag, _ in page.tags if tag in ("h3", "details")] == ["h3", *["details"] * 3, "h3", "details"]
    assert [tag for tag, _ in page.tags].count("article") == 31


def test_a_drawing_names_what_is_behind_a_mark_even_where_two_marks_say_the_same() -> None:
    rows = [{"mark_id": f"{name}|spoken", "speaker_id": name, "name": name, "form": "spoken", "words": 5, "passages": 1,
             "words_share": 0.5, "speaker_words": 5, "tip": "the <same>"} for name in ("a", "b")]  # fmt: skip
    chart = charts.words_by_speaker(pl.DataFrame(rows), whole=pl.DataFrame(rows)).to_dict()
    named = {"a|spoken": {"data-a": 'p"1\np2'}, "b|spoken": {"data-a": "p3", "data-b": "s"}, "c": {"data-a": "none"}}

    page = seen(chart_bundle(chart, named)[0]["text/html"])

    marks = [one for tag, one in page.tags if tag == "path" and "data-a" in one]
    assert [(one["data-a"], one.get("data-b")) for one in marks] == [('p"1\np2', None), ("p3", "s")]
    assert {one["aria-label"] for one in marks} == {"the <same>"}


def test_a_chart_is_shown_as_a_drawing_with_a_hover_to_every_mark_and_a_picture_behind_it() -> None:
    hostile = '</title><script>bite()</script> "a" & b'
    pair = {"left_id": "a", "right_id": "b", "both": 4, "comparable": 4, "same": 3, "partly": 1, "different": 0}
    names = pl.DataFrame({"speaker_id": ["a", "b"], "name": [hostile, "Bo"]})
    bundle, _ = charts.pairs_matrix(pl.DataFrame([pair]), speakers=names)._repr_mimebundle_()
    page = Seen()
    page.feed(bundle["text/html"])

    tags = [tag for tag, _ in page.tags]
    assert {"svg", "style", "figure", "img"} <= set(tags)
    assert "script" not in tags
    assert ("div", {"class": "kit-drawing", "style": "display: none"}) in page.tags  # till the sheet shows it
    (picture,) = (attributes for tag, attributes in page.tags if tag == "img")
    assert picture["alt"] == bundle["text/plain"] == "A matrix of 2 holders by 2 holders."
    assert picture["src"] == f"data:image/png;base64,{bundle['image/png']}"
    said = [attributes["aria-label"] for tag, attributes in page.tags if tag == "path" and "aria-label" in attributes]
    assert [words.split("\n") for words in said if words] == [
        [f"{hostile} and Bo", "both took a stance on 4, can be compared on 4", "3 the same, 1 partly, 0 all different"]
    ]
    titles = re.findall(r"<title>(.*?)</title>", bundle["text/html"], flags=re.DOTALL)
    assert [unescape(title) for title in titles] == said


def cells(page: Page) -> list[list[str]]:
    """Give the texts of a table's cells, heads first."""
    rows: list[list[str]] = []

    class Cells(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "tr":
                rows.append([])
            elif tag in ("td", "th"):
                rows[-1].append("")
            else:
                assert tag in ("table", "thead", "tbody", "div"), tag

        def handle_data(self, data: str) -> None:
            rows[-1][-1] += data

    parser = Cells()
    parser.feed(str(page.html))
    parser.close()
    return rows


def test_a_table_shows_every_row_and_cuts_no_text() -> None:
    text = "<b>words</b> & more " * 400
    page = table(
        pl.DataFrame({"a_name": [text, "short"], "many": [1_234_567, 2], "rate": [0.5, None], "on": [True, False]})
    )

    assert cells(page) == [
        ["a name", "many", "rate", "on"],
        [text, "1,234,567", "0.50", "yes"],
        ["short", "2", "–", "no"],
    ]
    assert page.sentence == "A table of 2 rows: a_name, many, rate, on."


def test_a_table_of_some_columns_shows_these_in_the_order_asked_for(second: kit.Corpus) -> None:
    page = table(second.speakers, "name", "aliases", "kind")

    assert cells(page)[:3] == [["name", "aliases", "kind"], ["Northport Council", "the Council", "organisation"],
                               ["Northport Harbour Authority", "the Authority, NHA", "organisation"]]  # fmt: skip
    assert len(cells(page)) == second.speakers.height + 1


def test_a_table_of_a_column_that_is_not_there_is_refused_and_the_columns_are_named(second: kit.Corpus) -> None:
    with pytest.raises(ValueError, match="columns: 'nmae' is not one of speaker_id, name, kind, aliases"):
        table(second.speakers, "speaker_id", "nmae")


def test_a_table_of_nothing_says_so(second: kit.Corpus) -> None:
    page = table(second.speakers.clear(), "name")

    assert "Nothing to list here." in page.html
    assert page.sentence == "Nothing to list here."


def test_a_mapping_is_shown_as_names_and_values() -> None:
    page = table({"title": "A <corpus>", "languages": ["en", "fr"]})

    assert cells(page) == [["title", "A <corpus>"], ["languages", "en, fr"]]
    assert page.sentence == "A table of 2 rows: key, value."


@given(ANY_TEXT)
def test_a_cell_is_its_text_whatever_stands_in_it(text: str) -> None:
    page = table(pl.DataFrame({"column": [text], text or "other": [[text, text]]}))

    assert cells(page)[1:] == [[as_shown(text), as_shown(f"{text}, {text}")]]
