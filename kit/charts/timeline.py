"""Statements over time: a stated day is a mark, an inferred date a bar, an unknown one stands in its own lane."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import altair as alt
import polars as pl

from kit.charts.rows import EMPTY, GUTTER, HOVER, NOTE, backdrop, down, note, placed_rows
from kit.style import SHAPES, datasets, framed, on, stance_scale

MARKS = tuple("mark_id row_id stance statements first_hand earliest latest unknown lane lanes tip".split())
_WIDTH, _LANE, _STEP = 520, 64, 15


def statements_over_time(
    marks: pl.DataFrame,
    *,
    propositions: pl.DataFrame,
    themes: pl.DataFrame,
    earliest: date,
    latest: date,
    lanes: Mapping[str, int] | None = None,
    undated: bool = False,
    caption: str = "",
) -> alt.LayerChart:
    """Draw when stances were taken on each proposition; marks of one row and one date stand one below the other.

    `marks`, data `marks`: one row per holder, proposition, stance, interval and channel: `mark_id`, `row_id` (a
    proposition_id), `stance`, `statements`, `first_hand` (filled; else hollow), `earliest`, `latest` (Date; an
    open one ends with the axis), `unknown` (Boolean: stands in the lane "date unknown"), `lane` (from 0) of `lanes`,
    `tip` (lines of the hover).
    `propositions`, `themes`: the rows, as in `stance_matrix`. `earliest`, `latest`: the ends of the axis, which stay.
    `lanes`: the most marks that a row has at one time, by proposition_id; `undated`: draw the lane "date unknown".
    """
    wanted = {row_id: 10 + _STEP * most for row_id, most in (lanes or {}).items()}
    layout, height = placed_rows(propositions, themes, wanted)
    gutter = GUTTER + (_LANE if undated else 0)
    data = datasets(rows=(layout, layout.columns), marks=(marks, MARKS), note=NOTE)
    words = "filled: own transcript, speech or release\nhollow: through others · bar: the day lies in it"
    layers = [
        *backdrop(height, _WIDTH, gutter),
        *_marks(earliest, latest, height, gutter, undated),
        note(words, 90 - gutter, -44),
        note(EMPTY, _WIDTH / 2, height / 2, "center"),
        *([note("date\nunknown", -_LANE / 2, -18, "center")] if undated else []),
    ]
    sentence = f"Statements on {propositions.height} propositions, from {earliest.year} to {latest.year}."
    return framed(alt.layer(*layers).resolve_scale(shape="shared"), data, caption, sentence, (_WIDTH, height))


def _marks(earliest: date, latest: date, height: int, gutter: int, undated: bool) -> list[alt.Chart]:
    margin = max((latest - earliest) // 40, timedelta(days=20))
    ends = (max(earliest, date.min + margin) - margin, min(latest, date.max - margin) + margin)
    begin, finish = _when(earliest, latest, ends)
    placed, (y, upper) = _placed(ends), down(height, "spot", "upper")
    # None as the legend of one of the two would take it from all layers.
    stance: dict[str, Any] = {
        "fill": alt.Fill("stance:N", scale=stance_scale(), legend=_legend(gutter)),
        "stroke": alt.Stroke("stance:N", scale=stance_scale(), legend=_legend(gutter)),
    }
    point: dict[str, Any] = {
        "shape": alt.Shape("stance:N", scale=stance_scale(SHAPES.values()), legend=_legend(gutter)),
        "fillOpacity": alt.condition("datum.first_hand", alt.value(1), alt.value(0)),
        "size": alt.condition("datum.mark_id === picked", alt.value(190), alt.value(85)),
        **stance,
        **HOVER,
    }
    sign: dict[str, Any] = {"strokeWidth": 1.4, "opacity": 1}
    stated = placed.transform_filter("!datum.unknown && datum.earliest === datum.latest").mark_point(**sign)
    inferred = placed.transform_filter("!datum.unknown && datum.earliest !== datum.latest")
    bar = inferred.mark_rect(fillOpacity=0.45, strokeWidth=1, cornerRadius=2, xOffset=-2, x2Offset=2)
    beside = inferred.mark_point(xOffset=11, **sign)  # the bar is the date, its sign stands beside it
    layers = [
        bar.encode(begin, upper, x2="finish", y2=alt.Y2("lower"), **stance, **HOVER),
        stated.encode(begin, y, **point),
        beside.encode(finish, y, **point),
    ]
    if undated:
        lane = placed.transform_filter("datum.unknown").mark_point(**sign)
        layers.append(lane.encode(y, x=alt.value(-_LANE / 2), **point))
    return layers


def _when(earliest: date, latest: date, ends: tuple[date, date]) -> tuple[alt.X, alt.X]:
    years = (latest - earliest).days / 365
    ticks: dict[str, Any] = {"format": "%Y", "tickCount": "year" if years < 25 else 10}
    if years <= 2:
        ticks = {"format": "%b %Y", "tickCount": "month"}
    axis = alt.Axis(orient="top", title=None, grid=True, domain=False, labelFontSize=11, **ticks)
    domain = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in ends]
    scale = alt.Scale(domain=domain, nice=False, type="time")
    return alt.X("begin:T", scale=scale, axis=axis), alt.X("finish:T", scale=scale, axis=axis)


def _placed(ends: tuple[date, date]) -> alt.Chart:
    within = ", ".join(f"datetime({day.year}, {day.month - 1}, {day.day})" for day in ends)
    places = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["middle"])
    placed: alt.Chart = on("marks").transform_lookup("row_id", places)
    return placed.transform_calculate(
        spot=f"datum.middle + {_STEP} * (datum.lane - (datum.lanes - 1) / 2)",
        upper="datum.spot - 7.5",
        lower="datum.spot + 7.5",
        begin=f"clamp(toDate(datum.earliest + 'T00:00:00'), {within})",
        finish=f"clamp(toDate(datum.latest + 'T00:00:00'), {within})",
    )


def _legend(gutter: int) -> alt.Legend:
    return alt.Legend(
        title="Stance", orient="none", direction="vertical", legendX=8 - gutter, legendY=-62, symbolOpacity=1
    )
