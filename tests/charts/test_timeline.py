from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from kit.charts import statements_over_time
from kit.dates import UNKNOWN
from kit.style import COLOURS, SHAPES
from tests.charts import pictures

FIRST, LAST = date(2016, 1, 1), date(2020, 1, 1)
STATED = (date(2018, 1, 1), date(2018, 1, 1))
INFERRED = (date(2016, 7, 1), date(2017, 7, 1))
PROPOSITIONS = pl.DataFrame({"proposition_id": ["p", "q"], "theme_id": ["t", "t"], "text": ["One thing.", "Another thing."]})
THEMES = pl.DataFrame({"theme_id": ["t"], "label": ["Theme"]})
SCHEMA = {
    "mark_id": pl.String, "row_id": pl.String, "stance": pl.String, "statements": pl.Int64, "first_hand": pl.Boolean,
    "earliest": pl.Date, "latest": pl.Date, "unknown": pl.Boolean, "lane": pl.Int64, "lanes": pl.Int64, "tip": pl.String,
}  # fmt: skip


def mark(tip: str, dates: tuple[date, date], **more: Any) -> dict[str, Any]:
    row = {"mark_id": tip, "row_id": "p", "stance": "support", "statements": 1, "first_hand": True, "lane": 0, "lanes": 1}
    return {**row, "earliest": dates[0], "latest": dates[1], "unknown": dates == UNKNOWN, "tip": tip, **more}


def chart(
    marks: list[dict[str, Any]],
    *,
    lanes: Mapping[str, int] | None = None,
    undated: bool = True,
    days: tuple[date, date] = (FIRST, LAST),
) -> dict[str, Any]:
    axes = {"propositions": PROPOSITIONS, "themes": THEMES, "earliest": days[0], "latest": days[1]}
    frame = pl.DataFrame(marks, schema=SCHEMA)
    spec: dict[str, Any] = statements_over_time(frame, lanes=lanes, undated=undated, **axes).to_dict()
    return spec


def place_of(items: list[pictures.Item], day: date) -> float:
    """Find where a day stands, from the axis labels of two years."""
    years = {one.words: one.x for one in items if one.role == "axis-label"}
    begin, end = date(2017, 1, 1), date(2019, 1, 1)
    share = (day - begin) / (end - begin)
    return float(years["2017"] + share * (years["2019"] - years["2017"]))


def bars(items: list[pictures.Item], tip: str) -> list[pictures.Item]:
    return pictures.shown(items, tip, "rect")


def test_a_stated_day_is_a_mark_at_its_place_and_no_bar() -> None:
    items = pictures.drawn(chart([mark("one day", STATED)]))

    (point,) = pictures.shown(items, "one day")
    assert point.x == pytest.approx(place_of(items, STATED[0]), abs=1)
    assert bars(items, "one day") == []


def test_an_inferred_date_is_a_bar_over_its_whole_interval() -> None:
    items = pictures.drawn(chart([mark("some day", INFERRED)]))

    (bar,) = bars(items, "some day")
    assert (bar.x, bar.x2) == (
        pytest.approx(place_of(items, INFERRED[0]), abs=1), pytest.approx(place_of(items, INFERRED[1]), abs=1),
    )  # fmt: skip
    (point,) = pictures.shown(items, "some day")
    assert bar.x < point.x < bar.x2
    assert bar.y < point.y < bar.y2


def test_an_unknown_date_stands_in_a_lane_of_its_own_left_of_the_axis() -> None:
    items = pictures.drawn(chart([mark("no day", UNKNOWN), mark("one day", STATED)]))

    (lane,) = (one for one in items if one.words == "date unknown")
    (point,) = pictures.shown(items, "no day")
    assert point.x == lane.x
    assert point.x < place_of(items, FIRST) - 20
    assert bars(items, "no day") == []
    assert point.y == pictures.shown(items, "one day")[0].y


def test_the_lane_of_unknown_dates_is_there_only_where_it_is_asked_for() -> None:
    assert "date unknown" in pictures.texts(pictures.drawn(chart([])))
    assert "date unknown" not in pictures.texts(pictures.drawn(chart([], undated=False)))


@pytest.mark.parametrize("dates", [(date.min, STATED[0]), (STATED[0], date.max)], ids=["until", "from"])
def test_an_interval_open_on_one_side_is_a_bar_that_ends_with_the_axis(dates: tuple[date, date]) -> None:
    items = pictures.drawn(chart([mark("open", dates)]))

    (bar,), (point,) = bars(items, "open"), pictures.shown(items, "open")
    grid = [one for one in items if one.role == "axis-label"]
    assert bar.x < point.x < bar.x2
    assert bar.x >= place_of(items, FIRST - timedelta(days=40))
    assert bar.x2 <= place_of(items, LAST + timedelta(days=40))
    known = bar.x2 if dates[0] == date.min else bar.x
    assert known == pytest.approx(place_of(items, STATED[0]), abs=1)
    assert grid


def test_own_words_are_filled_and_words_through_others_hollow_in_the_same_colour_and_shape() -> None:
    items = pictures.drawn(chart([mark("own", STATED), mark("relayed", STATED, first_hand=False)]))

    (own,), (relayed,) = pictures.shown(items, "own"), pictures.shown(items, "relayed")
    assert (own.fillOpacity, relayed.fillOpacity) == (1, 0)
    assert own.stroke == relayed.stroke == COLOURS[False]["support"]
    assert own.shape == relayed.shape == SHAPES["support"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("stance", SHAPES)
def test_stance_is_told_by_colour_and_shape_wherever_the_mark_stands(stance: str, dark: bool) -> None:
    marks = [mark(tip, dates, stance=stance) for tip, dates in (("a", STATED), ("b", INFERRED), ("c", UNKNOWN))]
    items = pictures.drawn(chart(marks), dark)

    for tip in "abc":
        (point,) = pictures.shown(items, tip)
        assert (point.stroke, point.shape) == (COLOURS[dark][stance], SHAPES[stance])
    assert bars(items, "b")[0].fill == COLOURS[dark][stance]


def test_the_legend_lists_the_stances_in_their_order_once() -> None:
    items = pictures.drawn(chart([mark("one day", STATED)]))

    assert [one.words for one in items if one.role == "legend-label"] == ["oppose", "mixed", "support"]
    symbols = [one for one in items if one.role == "legend-symbol"]
    assert [one.shape for one in symbols] == list(SHAPES.values())
    assert [one.fill for one in symbols] == [COLOURS[False][stance] for stance in SHAPES]
    assert {one.opacity for one in symbols} <= {1, None}


def test_marks_of_one_row_and_day_stand_apart_within_the_row() -> None:
    marks = [mark(f"mark {lane}", STATED, lane=lane, lanes=5) for lane in range(5)]
    items = pictures.drawn(chart([*marks, mark("other row", STATED, row_id="q")], lanes={"p": 5}))

    places = [pictures.shown(items, f"mark {lane}")[0].y for lane in range(5)]
    assert min(b - a for a, b in zip(places, places[1:], strict=False)) >= 10
    (text,), (below,) = ([one for one in items if one.words == words] for words in ("One thing.", "Another thing."))
    assert abs(sum(places) / 5 - text.y) < 1
    assert max(places) + 7 < (text.y + below.y) / 2 + 20 < pictures.shown(items, "other row")[0].y + 20


def test_the_axis_stays_whatever_is_drawn() -> None:
    axes = [
        [(one.words, one.x) for one in pictures.drawn(chart(marks)) if one.role == "axis-label"]
        for marks in ([], [mark("one day", STATED)], [mark("far off", (date(2031, 1, 1), date(2031, 1, 1)))])
    ]

    assert axes[0] == axes[1] == axes[2]
    assert [words for words, _ in axes[0]] == ["2016", "2017", "2018", "2019", "2020"]


@pytest.mark.parametrize("days", [(STATED[0], STATED[0]), (date(2019, 5, 2), date(2019, 5, 20))], ids=["day", "weeks"])
def test_an_axis_of_a_day_or_of_weeks_still_says_when(days: tuple[date, date]) -> None:
    axis = [one.words for one in pictures.drawn(chart([], days=days)) if one.role == "axis-label"]

    assert any(str(days[0].year) in words for words in axis)


def test_the_picked_mark_is_larger() -> None:
    spec = pictures.replaced(chart([mark("one", STATED), mark("two", INFERRED)]), {"picked": "two"})
    items = pictures.drawn(spec)

    assert pictures.shown(items, "two")[0].size > pictures.shown(items, "one")[0].size


def test_without_statements_the_timeline_says_so() -> None:
    said = "No statements in this selection."

    assert said in pictures.texts(pictures.drawn(chart([])))
    assert said not in pictures.texts(pictures.drawn(chart([mark("one day", STATED)])))


def test_a_frame_without_a_needed_column_is_refused_by_name() -> None:
    frame = pl.DataFrame([mark("one day", STATED)], schema=SCHEMA).drop("lane")

    with pytest.raises(ValueError, match="marks: the frame lacks lane; it has mark_id"):
        statements_over_time(frame, propositions=PROPOSITIONS, themes=THEMES, earliest=FIRST, latest=LAST)
