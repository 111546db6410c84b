"""What the matrix and the timeline share: propositions by theme down the side, notes, and places in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from kit.charts.base import ink, on
from kit.style import balanced, wrap

GUTTER, _INDENT, _LINE = 212, 18, 14  # a proposition stands in from its theme's heading
NOTE = (pl.DataFrame({"row": [0]}), ["row"])
EMPTY = alt.expr("length(data('marks')) ? '' : 'No statements in this selection.'")
PICKED = "datum.mark_id === picked"
HOVER: dict[str, Any] = {"tooltip": alt.Tooltip("tip:N"), "description": alt.Description("tip:N")}


def pixels(size: int) -> alt.Scale:
    """Give the scale of places that are pixels already."""
    return alt.Scale(domain=[0, size], range=[0, size], nice=False, zero=False)


def down(height: int, *names: str) -> list[alt.Y]:
    """Give the channel of each column of places, in pixels from the top."""
    return [alt.Y(f"{name}:Q", scale=pixels(height), axis=None) for name in names]


def note(text: Any, x: float, y: float, align: Any = "left") -> alt.Chart:
    """Write a small line, or several, at a place in pixels."""
    chart: alt.Chart = on("note").mark_text(
        text=text, x=x, y=y, align=align, fill=ink("muted"), aria=False, lineBreak="\n"
    )
    return chart


def legend(title: str | None, x: float, y: float, **given: Any) -> alt.Legend:
    """Put a legend at a place in pixels, where it stays while rows change."""
    return alt.Legend(title=title, orient="none", direction="vertical", legendX=x, legendY=y, **given)


def backdrop(height: int, width: int, gutter: int) -> list[alt.Chart]:
    """Draw the data `rows` of `placed_rows`: bands by theme, a line below each row, headings and propositions."""
    rows, edge, end = on("rows"), alt.value(-gutter), alt.value(width)
    top, bottom, first = down(height, "top", "bottom", "first")
    words: dict[str, Any] = {"align": "left", "baseline": "middle", "lineBreak": "\n", "fill": ink("text")}
    bands = rows.transform_filter("datum.shaded").mark_rect(fill=ink("raised"), fillOpacity=0.6, aria=False)
    heading = rows.transform_filter("datum.heading").mark_text(fontWeight="bold", x=4 - gutter, **words)
    text = rows.transform_filter("!datum.heading").mark_text(x=_INDENT - gutter, **words)
    return [
        bands.encode(top, alt.Y2("bottom"), x=edge, x2=end),
        rows.mark_rule(stroke=ink("line"), aria=False).encode(y=bottom, x=edge, x2=end),
        heading.encode(y=first, text="label:N"),
        text.encode(y=first, text="label:N"),
    ]


def placed_rows(
    propositions: pl.DataFrame, themes: pl.DataFrame, heights: Mapping[str, int] | None = None
) -> tuple[pl.DataFrame, int]:
    """Place a heading per theme and its propositions below it, each as high as its lines need or `heights` asks.

    Returns the places in pixels from the top (`row_id`, `label`, `heading`, `shaded`, `top`, `first` line, `middle`,
    `bottom`), and the height of all.
    """
    placed, top, shaded = [], 0, False
    for theme_id, name in themes.select("theme_id", "label").iter_rows():
        own = propositions.filter(pl.col("theme_id") == theme_id).select("proposition_id", "text").rows()
        lines = [(f"theme:{theme_id}", wrap(name, 30), True), *((key, balanced(text, 33), False) for key, text in own)]
        for row_id, text, heading in lines if own else []:
            more = _LINE * text.count("\n")
            high = 26 + more if heading else max(38, 24 + more, (heights or {}).get(row_id, 0))
            middle = top + high / 2
            placed.append((row_id, text, heading, shaded, top, middle - more / 2, middle, top + high))
            top += high
        shaded = shaded != bool(own)
    columns = ["row_id", "label", "heading", "shaded", "top", "first", "middle", "bottom"]
    return pl.DataFrame(placed, schema=columns, orient="row"), max(top, 34)
