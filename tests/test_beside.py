"""Two sides beside each other as HTML: frames of our own, and the two corpora."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import kit
from kit.beside import beside_html
from kit.comparer import _beside
from kit.comparison import LEVELS, compare
from kit.positions import SILENCE_WORDS
from kit.style import GLYPHS
from tests.hostile import ATTACK, ODD
from tests.test_hostile import Elements

OURS = set("article header b bdi span p cite blockquote mark ul li q h3 div details summary".split())
PASSAGE = {
    "passage_id": "doc#char=0,40", "text": "We need a boat. We need two. Do we?", "form": "spoken", "speaker": "Ann",
    "offices": ["Chair"], "document": "Minutes", "publisher": "The Club", "dates": "3 May 2020", "editorial": [],
}  # fmt: skip
SAID = {
    "passage_id": "doc#char=0,40", "statement_id": "s1", "start": 0, "end": 15, "holder": "Ann", "offices": ["Chair"],
    "relayers": [], "first_hand": True, "mode": "direct", "modality": "assertion", "stance": "support",
    "proposition": "Buy a boat.", "confidence": "high", "note": "", "proposition_id": "boat", "side": "left",
    "compared": True, "reasons": [],
}  # fmt: skip
ROW = {
    "proposition_id": "boat", "proposition": "Buy a boat.", "theme": "Money", "level": "different", "reasons": [],
    "years": "", "left_silence": "", "right_silence": "",
}  # fmt: skip
LISTS = {"reasons": pl.List(pl.String), "relayers": pl.List(pl.String), "offices": pl.List(pl.String)}


def frame(rows: list[dict[str, Any]], like: dict[str, Any]) -> pl.DataFrame:
    lists = {**LISTS, "editorial": pl.List(pl.List(pl.Int64))}
    made = pl.DataFrame([like, *rows], schema_overrides={key: lists[key] for key in like if key in lists})
    return made[1:]


def beside(rows: list[dict[str, Any]], said: list[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    passage = frame([PASSAGE | changed], PASSAGE)
    two = {"names": ("Ann", "Bo"), "headings": LEVELS, "rows": frame(rows, ROW)}
    return {**two, "passages": passage, "evidence": frame(said, SAID)}


def shown(html: str) -> Elements:
    found = Elements()
    found.feed(html)
    found.close()
    return found


def words(html: str) -> str:
    return " ".join(shown(html).text.split())


def rows_of(html: str) -> list[tuple[str, str]]:
    """Give heading and proposition of every row, in order."""
    pairs, heading = [], ""
    for title, text in re.findall(r"<h3[^>]*>(.*?) <span|<summary><q [^>]*><bdi>(.*?)</bdi>", html):
        heading = title or heading
        if text:
            pairs.append((heading, unescape(text)))
    return pairs


def headings(html: str) -> list[tuple[str, int]]:
    found = re.findall(r'<h3[^>]*>(.*?) <span class="kit-count">(\d+)</span></h3>', html)
    return [(title, int(count)) for title, count in found]


def test_the_headings_stand_in_their_order_with_their_counts_even_where_nothing_is_below() -> None:
    levels = ["partly", "left-only", "same", "right-only", "same"]
    rows = [ROW | {"level": level, "proposition_id": str(at)} for at, level in enumerate(levels)]

    html = str(beside_html(**beside(rows, [])))

    assert headings(html) == [
        ("all different", 0), ("partly the same", 1), ("all the same", 2), ("not comparable", 0), ("only one spoke", 2),
    ]  # fmt: skip
    assert headings(str(beside_html(**beside([], [])))) == [(one, 0) for one in dict.fromkeys(LEVELS.values())]


def test_a_side_shows_each_stance_by_glyph_colour_word_and_count_and_what_was_compared() -> None:
    said = [
        SAID,
        SAID | {"statement_id": "s2", "stance": "oppose", "start": 16, "end": 28},
        SAID | {"statement_id": "s3", "start": 29, "end": 35, "compared": False, "reasons": ["one is a question"]},
        SAID | {"statement_id": "s4", "side": "right", "stance": "mixed"},
    ]

    html = str(beside_html(**beside([ROW], said)))

    assert f'<span class="kit-stance kit-oppose">{GLYPHS["oppose"]} oppose 1</span>' in html
    assert f'<span class="kit-stance kit-support">{GLYPHS["support"]} support 1</span>' in html
    assert html.index("kit-oppose") < html.index("kit-support")
    assert f"2 of 3 statements compared; left out: {GLYPHS['support']} support 1" in words(html)
    assert "1 of 1 statement compared" in words(html)
    assert "1 of 3 statements: not compared: one is a question." in words(html)


def test_the_passage_of_each_side_stands_in_full_with_holder_office_relayers_date_and_document() -> None:
    through = {"side": "right", "relayers": ["Cy", "Di"], "first_hand": False, "mode": "reported", "compared": False}
    said = [SAID, SAID | through | {"statement_id": "s2", "reasons": ["relayed twice", "one is conditional"]}]

    html = str(beside_html(**beside([ROW], said)))

    left, right = re.split(r"</div><div>", html[html.index("kit-words") :], maxsplit=1)
    for side in (left, right):
        assert unescape(re.sub("<[^>]*>", "", side)).count("We need a boat. We need two. Do we?") == 1
        assert re.findall(r"<mark[^>]*>(.*?)</mark>", side) == ["We need a boat."]
        for part in ("Ann", "Chair", "Minutes", "The Club", "3 May 2020"):
            assert part in side
    assert "through" not in left
    assert "Not compared: relayed twice; one is conditional." in right
    assert "Cy" in right
    assert "Di" in right


def test_a_refused_row_says_why_and_a_silent_side_which_silence_it_is() -> None:
    refused = ROW | {"level": "refused", "reasons": ["one is a question", "7 years apart"]}
    silent = ROW | {"level": "left-only", "right_silence": SILENCE_WORDS["asked-not-answered"], "proposition_id": "q"}
    said = [SAID, SAID | {"side": "right", "statement_id": "s2"}, SAID | {"proposition_id": "q", "statement_id": "s3"}]

    told = words(str(beside_html(**beside([refused, silent], said))))

    assert "Not compared: one is a question; 7 years apart." in told
    assert told.count("asked and not answered") == 1
    assert "0 of" not in told.split("only one spoke")[1]


def test_what_differs_stands_open_and_so_does_the_first_row() -> None:
    def opened(*levels: str) -> list[bool]:
        rows = [ROW | {"level": level, "proposition_id": str(at)} for at, level in enumerate(levels)]
        html = str(beside_html(**beside(rows, [])))
        return [" open" in tag for tag in re.findall(r"<details[^>]*>", html)]

    assert opened("different", "partly", "same", "refused") == [True, True, False, False]
    assert opened("same", "same", "left-only") == [True, False, False]


def test_of_very_many_passages_the_first_are_listed_and_the_count_is_said() -> None:
    many = [{"passage_id": f"doc#char={at},{at + 1}"} for at in range(30)]
    said = [SAID | one | {"statement_id": f"s{at}"} for at, one in enumerate(many)]
    two = beside([ROW], said) | {"passages": frame([PASSAGE | one for one in many], PASSAGE)}

    html = str(beside_html(**two))

    assert html.count("<article") == 24
    assert "the first 24 of 30 passages" in words(html)
    assert "support 30" in words(html)


def test_the_distance_in_years_stands_beside_the_theme() -> None:
    html = str(beside_html(**beside([ROW | {"years": "2 to 7 years apart"}, ROW | {"proposition_id": "q"}], [])))

    assert words(html).count("Money · 2 to 7 years apart") == 1
    assert words(html).count("Money") == 2
    assert words(html).count("·") == 1


def test_hostile_words_of_every_kind_are_text() -> None:
    bad = f"{ATTACK} {ODD}"
    texts = dict.fromkeys(("holder", "note", "proposition"), bad)
    lists = {"offices": [bad], "relayers": [bad], "reasons": [bad]}
    said = [SAID | texts | lists | {"compared": False, "end": len(bad)}]
    row = ROW | {"proposition": bad, "theme": bad, "level": "refused", "reasons": [bad], "right_silence": bad}
    changed = {"text": bad, "speaker": bad, "document": bad, "publisher": bad, "offices": [bad]}
    two = beside([row], said, **changed) | {"names": (bad, bad)}

    html = str(beside_html(**two))

    found = shown(html)
    assert found.tags <= OURS
    assert found.attributes <= {"class", "data-passage", "data-statements", "dir", "title", "open"}
    assert found.text.count(ATTACK) > 11
    assert re.findall(r"<mark[^>]*>", html)


@pytest.mark.parametrize("which", ["corpus", "second"])
def test_every_pair_of_holders_shows_each_statement_once_on_its_side(
    which: str, request: pytest.FixtureRequest
) -> None:
    whole: kit.Corpus = request.getfixturevalue(which)
    texts = dict(whole.propositions.select("proposition_id", "text").iter_rows())
    ids = whole.statements["speaker_id"].unique().sort().to_list()
    for left, right in pairwise(ids):
        now = compare(whole, left, right)
        html = str(beside_html(**_beside(whole, now)))

        wanted = [(LEVELS[row["level"]], texts[row["proposition_id"]]) for row in now.rows.to_dicts()]
        assert rows_of(html) == wanted
        counts = Counter(LEVELS[level] for level in now.rows["level"])
        assert headings(html) == [(title, counts[title]) for title in dict.fromkeys(LEVELS.values())]
        both = (pl.col("left_statements") > 0) & (pl.col("right_statements") > 0)
        told = now.rows.filter(both)["proposition_id"].to_list()
        apart = pl.col("compared") & pl.col("proposition_id").is_in(told)  # what was left out has signs of its own
        signs = now.statements.with_columns(apart=apart).n_unique(["side", "proposition_id", "stance", "apart"])
        assert html.count("kit-stance kit-") - html.count("<li ") == signs
        assert html.count("<li ") == now.statements.height
        assert html.count('class="kit-silence"') == now.rows.filter(
            (pl.col("left_statements") == 0) | (pl.col("right_statements") == 0)
        ).height  # fmt: skip


def test_a_statement_of_both_sides_says_that_it_is_compared_with_nothing(corpus: kit.Corpus) -> None:
    holder = corpus.examples["holders"][0]
    now = compare(corpus, holder, kit.Side(holder, until="2018-12-31"))

    html = str(beside_html(**_beside(corpus, now)))

    assert "it belongs to both sides" in words(html)


def test_passages_come_by_date_within_a_side(corpus: kit.Corpus) -> None:
    now = compare(corpus, *corpus.examples["holders"])
    order = {one: at for at, one in enumerate(corpus.documents["document_id"])}

    told = _beside(corpus, now)["evidence"]

    for _, part in told.group_by("proposition_id", "side"):
        places = [order[one.partition("#")[0]] for one in part["passage_id"]]
        assert places == sorted(places)
    assert json.dumps(told["statement_id"].to_list()).count("#") == now.statements.height
