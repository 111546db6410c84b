from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import kit
from kit import Selection, schema
from kit.charts import passages_by_theme, words_by_speaker
from kit.speech import theme_rates, words_spoken
from kit.style import COLOURS, vega_config
from tests.charts import pictures


def words(frame: pl.DataFrame, whole: pl.DataFrame | None = None) -> dict[str, Any]:
    spec: dict[str, Any] = words_by_speaker(frame, whole=whole).to_dict()
    return spec


def themes(corpus: kit.Corpus, frame: pl.DataFrame, by: str = "document") -> dict[str, Any]:
    columns = theme_rates(corpus, by)[1]
    spec: dict[str, Any] = passages_by_theme(frame, columns=columns, themes=corpus.themes).to_dict()
    return spec


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

    axis, as_whole = ([(label.words, label.x, label.y) for label in of if label.role == "axis-label"] for of in (items, full))
    assert axis == as_whole
    place = {label.words: label.y for label in full if label.role == "axis-label"}["Ben Adu"]
    (bar,) = bars(items, one["tip"].item())
    assert bar.y < place < bar.y + (bar.height or bar.y2 - bar.y)


def test_passages_of_an_unknown_speaker_stand_under_words_of_their_own(second: kit.Corpus) -> None:
    assert second.passages.filter(pl.col("speaker_id").is_null(), zone="body").height
    seen = pictures.texts(pictures.drawn(words(words_spoken(second))))

    assert "not resolved" in seen


def test_the_picked_bar_is_outlined(second: kit.Corpus) -> None:
    rows = words_spoken(second)
    items = pictures.drawn(pictures.replaced(words(rows), {"picked": rows["mark_id"][0]}))

    assert bars(items, rows["tip"][0])[0].stroke == COLOURS[False]["text"]
    assert bars(items, rows["tip"][1])[0].stroke == "transparent"


def test_each_cell_prints_its_passages_and_their_rate_and_a_zero_prints_nothing(second: kit.Corpus) -> None:
    none = pl.when(pl.col("theme_id") == "money").then(0).otherwise("passages")
    rows = theme_rates(second, "document")[0].with_columns(none.alias("passages"))
    items = pictures.drawn(themes(second, rows))

    printed = [one.words for one in pictures.having(items, "text")]
    some = rows.filter(pl.col("passages") > 0)
    counts, rates = ([words for words in printed if ("." in words) is rate] for rate in (False, True))
    assert sorted(map(int, counts)) == sorted(some["passages"])
    assert sorted(map(float, rates)) == pytest.approx(sorted(some["per_1000_words"]), abs=0.06)
    assert some.height < rows.height


@pytest.mark.parametrize("by", ["document", "speaker"])
def test_each_column_is_headed_by_its_whole_title_and_its_base(second: kit.Corpus, by: str) -> None:
    columns = theme_rates(second, by)[1]
    seen = pictures.texts(pictures.drawn(themes(second, theme_rates(second, by)[0], by)))

    heads = [f"{label} of {base:,}" for label, base in columns.select("label", "base_passages").iter_rows()]
    assert [text for text in seen if text in heads] == heads


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
        assert sum(" of " in text for text in pictures.texts(items)) >= second.documents.height


def test_themes_keep_the_order_of_the_codebook_and_their_whole_labels(second: kit.Corpus) -> None:
    labels = ["Zebras first", "A theme whose label is as long as a sentence that nobody wants to read aloud", "Middle"]
    other = replace(second, themes=second.themes.with_columns(pl.Series("label", labels)))
    items = pictures.drawn(themes(other, theme_rates(other, "document")[0]))

    places = [next(one.y for one in items if one.role == "axis-label" and one.words == label) for label in labels]
    assert places == sorted(places)


def test_a_frame_without_a_needed_column_is_refused_by_name(second: kit.Corpus) -> None:
    with pytest.raises(ValueError, match="rows: the frame lacks words_share, tip; it has mark_id"):
        words_by_speaker(words_spoken(second).select("mark_id", "speaker_id", "name", "form", "words", "passages", "speaker_words"))
    with pytest.raises(ValueError, match="rows: the frame lacks tip; it has"):
        themes(second, theme_rates(second, "document")[0].drop("tip"))
