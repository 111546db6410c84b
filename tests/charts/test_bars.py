from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import kit
from kit import Selection, schema, style
from kit.charts import passages_by_theme, words_by_speaker
from kit.speech import theme_rates, words_spoken
from kit.style import COLOURS, vega_config
from tests.charts import pictures


def words(frame: pl.DataFrame, whole: pl.DataFrame | None = None) -> dict[str, Any]:
    return pictures.unchecked(lambda: words_by_speaker(frame, whole=whole))


def themes(corpus: kit.Corpus, frame: pl.DataFrame, by: str = "document") -> dict[str, Any]:
    columns = theme_rates(corpus, by)[1]
    return pictures.unchecked(lambda: passages_by_theme(frame, columns=columns, themes=corpus.themes))


def bars(items: list[pictures.Item], tip: str) -> list[pictures.Item]:
    return pictures.shown(items, tip, "rect")


def test_a_bar_is_as_long_as_its_words_and_forms_stand_end_to_end(second: kit.Corpus) -> None:
    rows = words_spoken(second)
    items = pictures.drawn(words(rows))

    lengths = {}
    for row in rows.iter_rows(named=True):
        (bar,) = bars(items, row["tip"])
        lengths.setdefault(row["speaker_id"], []).append((bar.x, bar.x2 or bar.x + bar.width, row["words"]))
    scale = {round((end - begin) / count, 3) for parts in lengths.values() for begin, end, count in parts}
    assert max(scale) == pytest.approx(min(scale), rel=0.01)
    for parts in lengths.values():
        ends = sorted(parts)
        assert all(abs(left[1] - right[0]) < 0.01 for left, right in pairwise(ends))


@pytest.mark.parametrize("version", pictures.VERSIONS)
def test_the_forms_of_a_bar_stand_in_the_order_of_the_legend(second: kit.Corpus, version: str) -> None:
    one = words_spoken(second)[:1]
    columns = (
        [pl.lit(form).alias("form") for form in schema.FORMS],
        [pl.lit(form).alias("tip") for form in schema.FORMS],
    )
    rows = pl.concat([one.with_columns(form, tip, mark_id=tip) for form, tip in zip(*columns, strict=True)])

    for shown in (rows, rows.reverse()):
        items = pictures.drawn(words(shown), version=version)
        places = [bars(items, form)[0].x for form in schema.FORMS]
        assert places == sorted(set(places))


def test_the_speaker_with_most_words_stands_first_and_sums_are_printed_at_the_ends(second: kit.Corpus) -> None:
    rows = words_spoken(second)
    items = pictures.drawn(words(rows))

    order = rows.unique("speaker_id", maintain_order=True)
    axis = [one.words for one in items if one.role == "axis-label" and one.words in order["name"].to_list()]
    assert axis == order["name"].to_list()
    assert order["speaker_words"].is_sorted(descending=True)
    sums = sorted((one.y, one.words) for one in pictures.having(items, "text"))
    assert [words for _, words in sums] == [f"{total:,}" for total in order["speaker_words"]]


def test_each_form_has_its_colour_and_the_legend_names_all_four_in_order(second: kit.Corpus) -> None:
    rows = words_spoken(second)
    items = pictures.drawn(words(rows))

    seen = {row["form"]: {bar.fill for bar in bars(items, row["tip"])} for row in rows.iter_rows(named=True)}
    wanted = dict(zip(schema.FORMS, vega_config()["range"]["ordinal"], strict=True))
    assert seen == {form: {wanted[form]} for form in seen}
    assert len(seen) == 4
    assert [one.words for one in items if one.role == "legend-label"] == list(schema.FORMS)


def test_fewer_rows_keep_the_speakers_and_the_scale_of_the_whole(second: kit.Corpus) -> None:
    rows = words_spoken(second)
    one = words_spoken(second.select(Selection(speakers=["ben-adu"])))
    items, full = pictures.drawn(words(one, rows)), pictures.drawn(words(rows))

    axis, as_whole = (
        [(label.words, label.x, label.y) for label in of if label.role == "axis-label"] for of in (items, full)
    )
    assert axis == as_whole
    place = {label.words: label.y for label in full if label.role == "axis-label"}["Ben Adu"]
    (bar,) = bars(items, one["tip"].item())
    assert bar.y < place < bar.y + (bar.height or bar.y2 - bar.y)


def test_passages_of_an_unknown_speaker_stand_under_words_of_their_own(second: kit.Corpus) -> None:
    assert second.passages.filter(pl.col("speaker_id").is_null(), zone="body").height
    seen = pictures.texts(pictures.drawn(words(words_spoken(second))))

    assert "not resolved" in seen


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_bar_has_a_thin_outline_and_the_picked_one_a_stronger_and_thicker_one(
    second: kit.Corpus, dark: bool
) -> None:
    rows = words_spoken(second)
    spec = words(rows)
    none, one = (
        pictures.drawn(spec, dark),
        pictures.drawn(pictures.replaced(spec, {"picked": rows["mark_id"][0]}), dark),
    )

    (picked,) = bars(one, rows["tip"][0])
    others = [*(bars(none, tip)[0] for tip in rows["tip"]), *(bars(one, tip)[0] for tip in rows["tip"][1:])]
    assert len(others) == 2 * rows.height - 1 > 2
    assert {bar.stroke for bar in others} == {COLOURS[dark]["muted"]}
    assert picked.stroke == COLOURS[dark]["text"] != COLOURS[dark]["muted"]
    assert 0 < max(bar.strokeWidth for bar in others) <= 1 < picked.strokeWidth
    assert len({bar.strokeWidth for bar in others}) == 1


def test_each_cell_prints_its_passages_and_their_rate_and_a_zero_prints_nothing(second: kit.Corpus) -> None:
    none = pl.when(pl.col("theme_id") == "money").then(0).otherwise("passages")
    rows = theme_rates(second, "document")[0].with_columns(none.alias("passages"))
    items = pictures.drawn(themes(second, rows))

    printed = [one.words for one in pictures.having(items, "text") if not one.words.startswith("of ")]
    some = rows.filter(pl.col("passages") > 0)
    counts, rates = ([words for words in printed if ("." in words) is rate] for rate in (False, True))
    assert sorted(map(int, counts)) == sorted(some["passages"])
    assert sorted(map(float, rates)) == pytest.approx(sorted(some["per_1000_words"]), abs=0.06)
    assert some.height < rows.height


def bases(items: list[pictures.Item]) -> dict[float, str]:
    """Give the base that is printed above each column, by the column's place."""
    printed = [one for one in pictures.having(items, "text") if one.words.startswith("of ")]
    assert len({one.x for one in printed}) == len(printed)
    return {round(one.x): one.words for one in printed}


@pytest.mark.parametrize("by", ["document", "speaker"])
def test_each_column_is_headed_by_its_whole_title_and_its_base_above_the_cells(second: kit.Corpus, by: str) -> None:
    rows, columns = theme_rates(second, by)
    counts = Counter(row[f"{by}_id"] for row in second.passages.to_dicts() if row["zone"] == "body")

    for version in pictures.VERSIONS:
        items = pictures.drawn(themes(second, rows, by), version=version)
        titles = columns["label"].to_list()
        heads = {one.words: one for one in items if one.role == "axis-label" and one.words in titles}
        assert list(heads) == titles
        assert bases(items) == {
            round(heads[label].x): f"of {counts[column_id]:,}"
            for column_id, label in columns.select("column_id", "label").iter_rows()
        }
        top = min(one.y for one in pictures.having(items, "rect"))
        below = max(head.y + 13 * (len(head.text) if isinstance(head.text, list) else 1) for head in heads.values())
        printed = [one for one in pictures.having(items, "text") if one.words.startswith("of ")]
        assert all(below <= one.y - 5 < one.y + 5 < top for one in printed)
        ends = {head.y + 13 * (len(head.text) if isinstance(head.text, list) else 1) for head in heads.values()}
        assert max(ends) - min(ends) < 0.01


def test_what_the_numbers_are_is_said_whatever_the_caption(second: kit.Corpus) -> None:
    spec = pictures.replaced(themes(second, theme_rates(second, "document")[0]), {"caption": "of another selection"})

    (title,) = (one.words for one in pictures.drawn(spec) if one.role == "title-text")
    assert title.startswith("number: passages about the theme; below it, per 1,000 words")
    assert title.endswith("of another selection")


@pytest.mark.parametrize("by", ["document", "speaker"])
def test_the_base_of_a_column_follows_the_rows_that_come_later_and_its_head_stays(second: kit.Corpus, by: str) -> None:
    spec = themes(second, theme_rates(second, by)[0], by)
    selected = second.select(Selection(text="night"))
    later = theme_rates(selected, by)[0]

    full = pictures.drawn(spec)
    items = pictures.drawn(pictures.replaced(spec, rows=style.rows(later)))

    heads, as_before = ([(one.words, one.x, one.y) for one in of if one.role == "axis-label"] for of in (items, full))
    assert heads == as_before
    assert not any("of " in words and words[-1].isdigit() for words, _, _ in heads)
    counts = Counter(row[f"{by}_id"] for row in selected.passages.to_dicts() if row["zone"] == "body")
    assert sorted(bases(items).values()) == sorted(f"of {counts[one]}" for one in set(later["column_id"]))
    assert bases(items) != bases(full)
    assert bases(pictures.drawn(pictures.replaced(spec, rows=[]))) == {}


def test_a_deeper_cell_is_a_larger_share(second: kit.Corpus) -> None:
    rows = theme_rates(second, "document")[0].sort("passages_share")
    items = pictures.drawn(themes(second, rows))

    depths = [sum(map(int, bars(items, tip)[0].fill[4:-1].split(","))) for tip in rows["tip"]]
    assert depths == sorted(depths, reverse=True)
    assert len(set(depths)) > 3


def test_a_column_without_passages_has_no_cells_and_keeps_its_head(second: kit.Corpus) -> None:
    selected = second.select(Selection(documents=["night-ferry-briefing"]))
    rows = theme_rates(selected, "document")[0]
    assert rows.filter(pl.col("base_passages") == 0)["passages_share"].is_null().all()

    for version in pictures.VERSIONS:
        items = pictures.drawn(themes(second, rows), version=version)
        cells = {one.x for one in pictures.having(items, "rect")}
        assert len(cells) == 1
        heads, titles = [one.words for one in items if one.role == "axis-label"], second.documents["title"].to_list()
        assert [one for one in heads if one in titles] == titles
        own = second.passages.filter(document_id="night-ferry-briefing", zone="body").height
        assert Counter(bases(items).values()) == {f"of {own}": 1, "of 0": second.documents.height - 1}


def test_themes_keep_the_order_of_the_codebook_and_their_whole_labels(second: kit.Corpus) -> None:
    labels = ["Zebras first", "A theme whose label is as long as a sentence that nobody wants to read aloud", "Middle"]
    other = replace(second, themes=second.themes.with_columns(pl.Series("label", labels)))
    items = pictures.drawn(themes(other, theme_rates(other, "document")[0]))

    places = [next(one.y for one in items if one.role == "axis-label" and one.words == label) for label in labels]
    assert places == sorted(places)


def test_a_frame_without_a_needed_column_is_refused_by_name(second: kit.Corpus) -> None:
    with pytest.raises(ValueError, match="rows: the frame lacks words_share, tip; it has mark_id"):
        words_by_speaker(
            words_spoken(second).select("mark_id", "speaker_id", "name", "form", "words", "passages", "speaker_words")
        )
    with pytest.raises(ValueError, match="rows: the frame lacks tip; it has"):
        themes(second, theme_rates(second, "document")[0].drop("tip"))
