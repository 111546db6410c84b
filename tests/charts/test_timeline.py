from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from kit import style
from kit.charts import statements_over_time
from kit.dates import UNKNOWN
from kit.style import COLOURS, SHAPES
from tests.charts import pictures

FIRST, LAST = date(2016, 1, 1), date(2020, 1, 1)
STATED = (date(2018, 1, 1), date(2018, 1, 1))
INFERRED = (date(2016, 7, 1), date(2017, 7, 1))
PROPOSITIONS = pl.DataFrame(
    {"proposition_id": ["p", "q"], "theme_id": ["t", "t"], "text": ["One thing.", "Another thing."]}
)
THEMES = pl.DataFrame({"theme_id": ["t"], "label": ["Theme"]})
SCHEMA = {
    "mark_id": pl.String, "row_id": pl.String, "stance": pl.String, "statements": pl.Int64, "first_hand": pl.Boolean,
    "earliest": pl.Date, "latest": pl.Date, "unknown": pl.Boolean, "lane": pl.Int64, "lanes": pl.Int64,
    "tip": pl.String,
}  # fmt: skip


def mark(tip: str, dates: tuple[date, date], **more: Any) -> dict[str, Any]:
    row = {
        "mark_id": tip,
        "row_id": "p",
        "stance": "support",
        "statements": 1,
        "first_hand": True,
        "lane": 0,
        "lanes": 1,
    }
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
    return pictures.unchecked(lambda: statements_over_time(frame, lanes=lanes, undated=undated, **axes))


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


def day_of(items: list[pictures.Item], tip: str) -> float:
    """Find where the day of a stated mark stands, to the pixel's fraction."""
    return float(pictures.shown(items, tip)[0].x)


@pytest.mark.parametrize("version", pictures.VERSIONS)
@pytest.mark.parametrize("dates", [INFERRED, (date(2016, 7, 1), date(2016, 7, 2))], ids=["year", "two days"])
def test_an_inferred_date_is_a_bar_over_its_whole_interval_with_its_sign_beside_it(
    dates: tuple[date, date], version: str
) -> None:
    ends = [mark(name, (day, day)) for name, day in zip(("first", "last"), dates, strict=True)]
    items = pictures.drawn(chart([mark("some day", dates), *ends]), version=version)

    begin, finish = day_of(items, "first"), day_of(items, "last")
    assert (begin, finish) == tuple(pytest.approx(place_of(items, day), abs=1) for day in dates)
    (bar,) = bars(items, "some day")
    assert (bar.x, bar.x2 or bar.x + bar.width) == (pytest.approx(begin - 2), pytest.approx(finish + 2))
    (point,) = pictures.shown(items, "some day")
    assert point.x == pytest.approx(finish + 11)
    assert point.y == pytest.approx((bar.y + bar.y2) / 2)
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
    far = date(1900, 1, 1), date(2100, 1, 1)
    ends = [mark(name, (day, day)) for name, day in zip(("before", "after", "known"), (*far, STATED[0]), strict=True)]
    items = pictures.drawn(chart([mark("open", dates), *ends]))

    # what lies beyond an end of the axis is drawn at it
    before, after, known = (day_of(items, tip) for tip in ("before", "after", "known"))
    assert place_of(items, FIRST - timedelta(days=40)) <= before <= place_of(items, FIRST)
    assert place_of(items, LAST) <= after <= place_of(items, LAST + timedelta(days=40))
    begin, finish = (before, known) if dates[0] == date.min else (known, after)
    (bar,), (point,) = bars(items, "open"), pictures.shown(items, "open")
    assert (bar.x, bar.x2) == (pytest.approx(begin - 2), pytest.approx(finish + 2))
    assert point.x == pytest.approx(finish + 11)
    assert known == pytest.approx(place_of(items, STATED[0]), abs=1)


def test_own_words_are_filled_and_words_through_others_hollow_in_the_same_colour_and_shape() -> None:
    items = pictures.drawn(chart([mark("own", STATED), mark("relayed", STATED, first_hand=False)]))

    (own,), (relayed,) = pictures.shown(items, "own"), pictures.shown(items, "relayed")
    assert (own.fillOpacity, relayed.fillOpacity) == (1, 0)
    assert own.stroke == relayed.stroke == COLOURS[False]["support"]
    assert own.shape == relayed.shape == SHAPES["support"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_stance_is_told_by_colour_and_shape_wherever_the_mark_stands(dark: bool) -> None:
    places = {"day": STATED, "bar": INFERRED, "lane": UNKNOWN}
    marks = [mark(f"{name} {stance}", dates, stance=stance) for name, dates in places.items() for stance in SHAPES]
    items = pictures.drawn(chart(marks), dark)

    for stance, shape in SHAPES.items():
        for name in places:
            (point,) = pictures.shown(items, f"{name} {stance}")
            assert (point.stroke, point.shape) == (COLOURS[dark][stance], shape)
        assert bars(items, f"bar {stance}")[0].fill == COLOURS[dark][stance]


def test_the_legend_lists_the_stances_in_their_order_once() -> None:
    items = pictures.drawn(chart([mark("one day", STATED)]))

    assert [one.words for one in items if one.role == "legend-label"] == ["oppose", "mixed", "support"]
    symbols = [one for one in items if one.role == "legend-symbol"]
    assert [one.shape for one in symbols] == list(SHAPES.values())
    assert [one.fill for one in symbols] == [COLOURS[False][stance] for stance in SHAPES]
    assert {value for one in symbols for value in (one.opacity, one.fillOpacity)} <= {1, None}


def test_marks_of_one_row_and_day_stand_apart_within_the_row() -> None:
    marks = [mark(f"mark {lane}", STATED, lane=lane, lanes=5) for lane in range(5)]
    items = pictures.drawn(chart([*marks, mark("other row", STATED, row_id="q")], lanes={"p": 5}))

    places = [pictures.shown(items, f"mark {lane}")[0].y for lane in range(5)]
    assert min(b - a for a, b in itertools.pairwise(places)) >= 10
    (text,), (below,) = ([one for one in items if one.words == words] for words in ("One thing.", "Another thing."))
    assert abs(sum(places) / 5 - text.y) < 1
    assert max(places) + 7 < (text.y + below.y) / 2 + 20 < pictures.shown(items, "other row")[0].y + 20


def test_the_axis_stays_whatever_is_drawn() -> None:
    spec, far = chart([]), (date(2031, 1, 1), date(2031, 1, 1))
    marks = ([mark("in", STATED)], [mark("far off", far)])
    rows = (style.rows(pl.DataFrame(one, schema=SCHEMA)) for one in marks)
    shown = [spec, *(pictures.replaced(spec, marks=one) for one in rows)]
    axes = [[(one.words, one.x) for one in pictures.drawn(one) if one.role == "axis-label"] for one in shown]

    assert axes[0] == axes[1] == axes[2]
    assert [words for words, _ in axes[0]] == ["2016", "2017", "2018", "2019", "2020"]


@pytest.mark.parametrize("days", [(STATED[0], STATED[0]), (date(2019, 5, 2), date(2019, 5, 20))], ids=["day", "weeks"])
def test_an_axis_of_a_day_or_of_weeks_still_says_when(days: tuple[date, date]) -> None:
    axis = [one.words for one in pictures.drawn(chart([], days=days)) if one.role == "axis-label"]

    assert any(str(days[0].year) in words for words in axis)


@pytest.mark.parametrize("first", [date(1990, 1, 1), date(1900, 6, 1), date(1066, 1, 1), date(1996, 1, 1)], ids=str)
def test_an_axis_of_more_than_25_years_has_about_ten_ticks_and_one_of_fewer_a_tick_a_year(first: date) -> None:
    last, short = date(2023, 6, 1), date(first.year + 24, 6, 1)
    many, few = (
        [one.words for one in pictures.drawn(chart([], days=(first, day))) if one.role == "axis-label"]
        for day in (last, short)
    )

    assert 6 <= len(many) <= 16
    years = [int(words) for words in many]
    assert len({b - a for a, b in itertools.pairwise(years)}) == 1
    assert first.year <= years[0] < years[-1] <= last.year + 1
    assert {str(year) for year in range(first.year + 1, short.year + 1)} <= set(few)


@pytest.mark.parametrize("version", pictures.VERSIONS)
@pytest.mark.parametrize(
    "days",
    [
        (date.min, date.min), (date.max, date.max), (date(1, 1, 5), date(3, 1, 1)),
        (date(9990, 1, 1), date(9999, 12, 30)), (date(1, 1, 2), date(9999, 12, 30)), (date.min, date(2020, 1, 1)),
        (date(2016, 1, 1), date.max),
    ],
    ids=str,
)  # fmt: skip
def test_an_axis_that_begins_in_year_1_or_ends_in_year_9999_is_drawn(days: tuple[date, date], version: str) -> None:
    marks = [mark("first", (days[0], days[0])), mark("last", (days[1], days[1]))]
    items = pictures.drawn(chart(marks, days=days), version=version)

    places = [day_of(items, tip) for tip in ("first", "last")]
    assert all(0 <= place <= 520 for place in places)
    assert places == sorted(places)


@pytest.mark.parametrize("version", pictures.VERSIONS)
def test_years_below_100_are_years_of_the_first_century(version: str) -> None:
    some, then, last = date(20, 1, 1), date(50, 1, 1), date(99, 12, 31)
    marks = [mark("a day", (then, then)), mark("between", (some, then))]
    items = pictures.drawn(chart(marks, days=(date(1, 1, 1), last)), version=version)

    years = {one.words: one.x for one in items if one.role == "axis-label"}
    assert day_of(items, "a day") == pytest.approx(years["0050"], abs=1)
    (bar,) = bars(items, "between")
    assert (bar.x + 2, bar.x2 - 2) == (pytest.approx(years["0020"], abs=1), pytest.approx(years["0050"], abs=1))


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
