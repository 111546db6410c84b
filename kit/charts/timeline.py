"""Statements over time: a stated day is a mark, an inferred date a bar, an unknown one stands in its own lane."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import altair as alt
import polars as pl

from kit.charts.base import datasets, framed, ink, on, stance_scale
from kit.charts.rows import EMPTY, GUTTER, HOVER, NOTE, PICKED, backdrop, down, legend, note, placed_rows
from kit.schema import DRAWN
from kit.style import SHAPES

OFFICES = ("row_id", "office", "since", "until", "tip")
LINKS = ("row_id", "begins", "ends", "change", "tip")
MARKS = DRAWN["statements_over_time"]["marks"]
_HALF = "toDate((+datum.begin + +datum.finish) / 2)"
_WIDTH, _LANE, _STEP, _HELD = 390, 60, 15, ":offices"


def statements_over_time(
    marks: pl.DataFrame,
    *,
    propositions: pl.DataFrame,
    themes: pl.DataFrame,
    earliest: date,
    latest: date,
    lanes: Mapping[str, int] | None = None,
    undated: bool = False,
    offices: pl.DataFrame | None = None,
    links: pl.DataFrame | None = None,
    in_periods: bool = False,
    caption: str = "",
) -> alt.LayerChart:
    """Draw when stances were taken on each proposition; marks of one row and one date stand one below the other.

    `marks`, data `marks`: one row per holder, proposition, stance, interval and channel: `mark_id`, `row_id` (a
    proposition_id), `stance`, `statements`, `first_hand` (filled; else hollow), `earliest`, `latest` (Date; an
    open one ends with the axis), `unknown` (Boolean: stands in the lane "date unknown"), `lane` (from 0) of `lanes`,
    `tip` (lines of the hover).
    `propositions`, `themes`: the rows, as in `stance_matrix`. `earliest`, `latest`: the ends of the axis, which stay.
    `lanes`: the most marks that a row has at one time, by proposition_id; `undated`: draw the lane "date unknown".
    `offices`: bands in rows of their own: `row_id`, `office`, `since`, `until` (Date; null is open), `tip`. `links`:
    lines between what is compared in a row: `row_id`, `begins`, `ends` (Date), `change` (words on the line, where there
    is room; dashed where it is "not comparable"), `tip`. `in_periods`: the marks are sums over periods, and the sign of
    each stands in the middle of its bar.
    """
    wanted = {row_id: 10 + _STEP * most for row_id, most in (lanes or {}).items()}
    held = pl.DataFrame(schema=dict.fromkeys(OFFICES, pl.String)) if offices is None else offices
    lines = pl.DataFrame(schema=dict.fromkeys(LINKS, pl.String)) if links is None else links
    themes = themes.select("theme_id", "label").vstack(pl.DataFrame({"theme_id": _HELD, "label": "Offices held"}))
    more = held.select(pl.col("row_id").alias("proposition_id"), pl.lit(_HELD).alias("theme_id"), text="office")
    layout, height = placed_rows(propositions.select(more.columns).vstack(more), themes, wanted)
    gutter = GUTTER + (_LANE if undated else 0)
    data = datasets(
        rows=(layout, layout.columns), marks=(marks, MARKS), note=NOTE, offices=(held, OFFICES), links=(lines, LINKS)
    )
    words = "filled: own transcript, speech or release\nhollow: through others · bar: the day lies in it"
    if in_periods:
        words = "a mark: all statements of a stance in its bar’s years\nfilled: all own transcript, speech or release"
    layers = [
        *backdrop(height, _WIDTH, gutter),
        *_marks(
            earliest,
            latest,
            height,
            gutter,
            undated,
            in_periods,
            with_offices=bool(held.height),
            with_links=bool(lines.height),
        ),
        note(words, 196 - gutter, -52.5),
        note(EMPTY, _WIDTH / 2, height / 2, "center"),
        *([note("date\nunknown", -_LANE / 2, -18, "center")] if undated else []),
    ]
    sentence = f"Statements on {propositions.height} propositions, from {earliest.year} to {latest.year}."
    return framed(alt.layer(*layers).resolve_scale(shape="shared"), data, caption, sentence, (_WIDTH, height))


def _marks(
    earliest: date,
    latest: date,
    height: int,
    gutter: int,
    undated: bool,
    in_periods: bool,
    with_offices: bool,
    with_links: bool,
) -> list[alt.Chart]:
    margin = max((latest - earliest) // 40, timedelta(days=20))
    ends = (max(earliest, date.min + margin) - margin, min(latest, date.max - margin) + margin)
    begin, finish = _when(earliest, latest, ends)
    placed, (y, upper, middle) = _placed(ends), down(height, "spot", "upper", "middle")
    # None as the legend of one of the two would take it from all layers.
    key = legend(None, 4 - gutter, -58, symbolOpacity=1)
    key.direction = "horizontal"
    fill, stroke = (channel("stance:N", scale=stance_scale(), legend=key) for channel in (alt.Fill, alt.Stroke))
    stance: dict[str, Any] = {"fill": fill, "stroke": stroke, **HOVER}
    point: dict[str, Any] = {
        "shape": alt.Shape("stance:N", scale=stance_scale(SHAPES.values()), legend=key),
        "fillOpacity": alt.condition("datum.first_hand", alt.value(1), alt.value(0)),
        "size": alt.condition(PICKED, alt.value(190), alt.value(85)),
        **stance,
    }
    sign: dict[str, Any] = {"strokeWidth": 1.4, "opacity": 1}
    stated = placed.transform_filter("!datum.unknown && datum.earliest === datum.latest").mark_point(**sign)
    inferred = placed.transform_filter("!datum.unknown && datum.earliest !== datum.latest")
    bar = inferred.mark_rect(fillOpacity=0.45, strokeWidth=1, cornerRadius=2, xOffset=-2, x2Offset=2)
    # The bar is the date, and its sign stands beside it; bars of periods stand side by side themselves.
    at = alt.X("half:T", scale=begin["scale"]) if in_periods else finish
    beside = inferred.mark_point(xOffset=0 if in_periods else 11, **sign)
    layers = [
        *(_bands(ends, begin, upper) if with_offices else []),
        *(_links(ends, begin, middle) if with_links else []),
        bar.encode(begin, upper, x2="finish", y2=alt.Y2("lower"), **stance),
        stated.encode(begin, y, **point),
        beside.encode(at, y, **point),
    ]
    if undated:
        lane = placed.transform_filter("datum.unknown").mark_point(**sign)
        layers.append(lane.encode(y, x=alt.value(-_LANE / 2), **point))
    return layers


def _bands(ends: tuple[date, date], begin: alt.X, upper: alt.Y) -> list[alt.Chart]:
    places = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["middle"])
    bands = on("offices").transform_lookup("row_id", places)
    open_ends = {"begin": f"datum.since ? {_clamped('since', ends)} : {_day(ends[0])}"}
    open_ends["finish"] = f"datum.until ? {_clamped('until', ends)} : {_day(ends[1])}"
    bands = bands.transform_calculate(upper="datum.middle - 8", lower="datum.middle + 8", **open_ends)
    box = bands.mark_rect(fill=ink("line"), stroke=ink("muted"), strokeWidth=0.6, cornerRadius=2)
    return [box.encode(begin, upper, x2="finish", y2=alt.Y2("lower"), **HOVER)]


def _links(ends: tuple[date, date], begin: alt.X, middle: alt.Y) -> list[alt.Chart]:
    places = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["middle"])
    links = on("links").transform_lookup("row_id", places)
    links = links.transform_calculate(begin=_clamped("begins", ends), finish=_clamped("ends", ends))
    links = links.transform_calculate(half=_HALF)
    dash = alt.condition("datum.change === 'not comparable'", alt.value([3, 3]), alt.value([1, 0]))
    line = links.mark_rule(stroke=ink("muted"), strokeWidth=1.2, xOffset=7, x2Offset=-7)
    wide = f"datum.finish - datum.begin > ({_day(ends[1])} - {_day(ends[0])}) / 5"  # where the words have room
    word = links.transform_filter(wide).mark_text(fontSize=11, dy=-7, fill=ink("muted"), aria=False)
    half = alt.X("half:T", scale=begin["scale"])
    return [
        line.encode(begin, middle, x2="finish", strokeDash=dash, **HOVER),
        word.encode(half, middle, text="change:N"),
    ]


def _when(earliest: date, latest: date, ends: tuple[date, date]) -> tuple[alt.X, alt.X]:
    years = (latest - earliest).days / 365
    ticks: dict[str, Any] = {"format": "%Y", "tickCount": "year" if years < 25 else 10}
    if years <= 2:
        ticks = {"format": "%b %Y", "tickCount": "month"}
    axis = alt.Axis(orient="top", title=None, grid=True, domain=False, **ticks)
    domain = [alt.expr(_day(day)) for day in ends]
    scale = alt.Scale(domain=domain, nice=False, type="time")
    return alt.X("begin:T", scale=scale, axis=axis), alt.X("finish:T", scale=scale, axis=axis)


def _placed(ends: tuple[date, date]) -> alt.Chart:
    places = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["middle"])
    placed: alt.Chart = on("marks").transform_lookup("row_id", places)
    return placed.transform_calculate(
        spot=f"datum.middle + {_STEP} * (datum.lane - (datum.lanes - 1) / 2)",
        upper="datum.spot - 6",
        lower="datum.spot + 6",
        begin=_clamped("earliest", ends),
        finish=_clamped("latest", ends),
    ).transform_calculate(half=_HALF)


def _clamped(field: str, ends: tuple[date, date]) -> str:
    return f"clamp(toDate(datum.{field} + 'T00:00:00'), {_day(ends[0])}, {_day(ends[1])})"


def _day(day: date) -> str:
    return f"toDate('{day}T00:00:00')"  # Vega's own `datetime` takes a year below 100 for one of the last century
