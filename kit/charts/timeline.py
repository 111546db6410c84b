"""Statements over time: a stated day is a mark, an inferred date a bar, an unknown one stands in its own lane."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import altair as alt
import polars as pl

from kit.charts.matrix import GUTTER, placed_rows
from kit.style import SHAPES, datasets, framed, ink, on, stance_scale

MARKS = (
    "mark_id",
    "row_id",
    "stance",
    "statements",
    "first_hand",
    "earliest",
    "latest",
    "unknown",
    "lane",
    "lanes",
    "tip",
)
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
    data = datasets(rows=(layout, layout.columns), marks=(marks, MARKS), note=(pl.DataFrame({"row": [0]}), ["row"]))
    rows = on("rows")
    down = alt.Scale(domain=[0, height], range=[0, height], nice=False, zero=False)
    margin = max((latest - earliest) // 40, timedelta(days=20))
    first_and_last = (
        max(earliest, date.min + margin) - margin,
        min(latest, date.max - margin) + margin,
    )
    ends = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in first_and_last]
    within = ", ".join(f"datetime({day.year}, {day.month - 1}, {day.day})" for day in first_and_last)
    years = (latest - earliest).days / 365
    ticks: dict[str, Any] = {"format": "%Y", "tickCount": "year" if years < 25 else 10}
    if years <= 2:
        ticks = {"format": "%b %Y", "tickCount": "month"}
    axis = alt.Axis(orient="top", title=None, grid=True, domain=False, labelFontSize=11, **ticks)
    when = alt.Scale(domain=ends, nice=False, type="time")
    edge, end = alt.value(-gutter), alt.value(_WIDTH)

    top, bottom, first = (alt.Y(f"{name}:Q", scale=down, axis=None) for name in ("top", "bottom", "first"))
    bands = rows.transform_filter("datum.shaded").mark_rect(fill=ink("raised"), fillOpacity=0.6, aria=False)
    lines = rows.mark_rule(stroke=ink("line"), aria=False).encode(y=bottom, x=edge, x2=end)
    words: dict[str, Any] = {
        "align": "left",
        "baseline": "middle",
        "x": 8 - gutter,
        "lineBreak": "\n",
        "fill": ink("text"),
    }
    heading = rows.transform_filter("datum.heading").mark_text(fontWeight="bold", fontSize=12, **words)
    text = rows.transform_filter("!datum.heading").mark_text(fontSize=11, lineHeight=13, **words)

    places = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["middle"])
    placed = on("marks").transform_lookup("row_id", places).transform_calculate(
        spot=f"datum.middle + {_STEP} * (datum.lane - (datum.lanes - 1) / 2)",
        upper="datum.spot - 7.5",
        lower="datum.spot + 7.5",
        begin=f"clamp(toDate(datum.earliest + 'T00:00:00'), {within})",
        finish=f"clamp(toDate(datum.latest + 'T00:00:00'), {within})",
    )  # fmt: skip
    hover: dict[str, Any] = {"tooltip": alt.Tooltip("tip:N"), "description": alt.Description("tip:N")}
    y = alt.Y("spot:Q", scale=down, axis=None)
    fill = alt.Fill("stance:N", scale=stance_scale(), legend=_legend(gutter))  # None here would take it from all layers
    colour = alt.Stroke("stance:N", scale=stance_scale(), legend=_legend(gutter))
    inferred = placed.transform_filter("!datum.unknown && datum.earliest !== datum.latest")
    bar = inferred.mark_rect(fillOpacity=0.45, strokeWidth=1, cornerRadius=2, xOffset=-2, x2Offset=2)
    upper, lower = alt.Y("upper:Q", scale=down, axis=None), alt.Y2("lower")
    bar = bar.encode(
        alt.X("begin:T", scale=when, axis=axis), upper, x2="finish", y2=lower, fill=fill, stroke=colour, **hover
    )
    point: dict[str, Any] = {
        "fill": fill,
        "stroke": colour,
        "shape": alt.Shape("stance:N", scale=stance_scale(SHAPES.values()), legend=_legend(gutter)),
        "fillOpacity": alt.condition("datum.first_hand", alt.value(1), alt.value(0)),
        "size": alt.condition("datum.mark_id === picked", alt.value(190), alt.value(85)),
        **hover,
    }
    stated = placed.transform_filter("!datum.unknown && datum.earliest === datum.latest")
    stated = stated.mark_point(strokeWidth=1.4, opacity=1)
    beside = inferred.mark_point(
        strokeWidth=1.4, opacity=1, xOffset=11
    )  # the bar is the date, its sign stands beside it
    layers = [
        bands.encode(top, alt.Y2("bottom"), x=edge, x2=end), lines, heading.encode(y=first, text="label:N"),
        text.encode(y=first, text="label:N"), bar, stated.encode(alt.X("begin:T", scale=when, axis=axis), y, **point),
        beside.encode(alt.X("finish:T", scale=when, axis=axis), y, **point),
    ]  # fmt: skip
    if undated:
        lane = placed.transform_filter("datum.unknown").mark_point(strokeWidth=1.4, opacity=1)
        layers.append(lane.encode(y, x=alt.value(-_LANE / 2), **point))
    legend = "filled: own transcript, speech or release\nhollow: through others · bar: the day lies in it"
    layers += [
        _note(legend, 90 - gutter, -44, "left"),
        *([_note("date\nunknown", -_LANE / 2, -18, "center")] if undated else []),
    ]
    empty = alt.expr("length(data('marks')) ? '' : 'No statements in this selection.'")
    layers.append(_note(empty, _WIDTH / 2, height / 2, "center"))
    sentence = f"Statements on {propositions.height} propositions, from {earliest.year} to {latest.year}."
    return framed(alt.layer(*layers).resolve_scale(shape="shared"), data, caption, sentence, (_WIDTH, height))


def _note(text: Any, x: float, y: float, align: Any) -> alt.Chart:
    chart: alt.Chart = on("note").mark_text(
        text=text, x=x, y=y, align=align, fontSize=11, fill=ink("muted"), aria=False, lineBreak="\n"
    )
    return chart


def _legend(gutter: int) -> alt.Legend:
    return alt.Legend(
        title="Stance", orient="none", direction="vertical", legendX=8 - gutter, legendY=-62, symbolOpacity=1
    )
