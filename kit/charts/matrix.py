"""The stance matrix: propositions by theme down the side, holders along the top, one mark per stance that occurs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from kit.style import SHAPES, datasets, framed, ink, lookup, on, stance_scale, wrap

MARKS = ("mark_id", "speaker_id", "proposition_id", "stance", "statements", "tip")
CELLS = ("mark_id", "speaker_id", "proposition_id", "kind", "blank", "differs", "tip")
BLANKS = {
    "did-not-speak": ("did not speak", "M-.1,0A.1,.1 0 1 1 .1,0A.1,.1 0 1 1 -.1,0Z"),
    "theme-not-raised": ("theme not raised", "M-.3,0A.3,.3 0 1 1 .3,0A.3,.3 0 1 1 -.3,0Z"),
    "not-addressed": ("not addressed", "M-.4,0H.4"),
    "no-stance": ("took no stance", "M-.5,.12C-.25,-.4 .25,.4 .5,-.12"),
    "asked-not-answered": ("asked, not answered", "M-.32,-.4C-.3,-.95 .4,-.95 .4,-.4C.4,-.05 0,-.05 0,.3M0,.6V.75"),
    "coders-disagreed": ("coders disagreed", "M-.45,-.15H.45M-.45,.2H.45M-.2,.55L.2,-.5"),
    "left-out": ("left out by selection", "M-.25,.3L.25,-.3"),
}
GUTTER = 236
_COLUMN, _TOP, _APART = 40, 130, 12


def stance_matrix(
    marks: pl.DataFrame,
    cells: pl.DataFrame,
    *,
    speakers: pl.DataFrame,
    propositions: pl.DataFrame,
    themes: pl.DataFrame,
    caption: str = "",
) -> alt.LayerChart:
    """Draw who stands where: a mark per stance that a holder takes on a proposition, of one size, its count below.

    `marks`, data `marks`: one row per holder, proposition and stance: `mark_id`, `speaker_id`, `proposition_id`,
    `stance`, `statements` (how many), `tip` (lines of the hover).
    `cells`, data `cells`: one row per holder and proposition: the same ids, `kind` (a key of `BLANKS`; "" where there
    are marks), `blank` (the silence in words, empty where there are marks), `differs` (Boolean: outlined), `tip`.
    `speakers` (`speaker_id`, `name`), `propositions` (`proposition_id`, `theme_id`, `text`) and `themes` (`theme_id`,
    `label`) give the axes and their order, whatever the marks; more than 20 holders cannot be read.

    The parameters `caption` and `picked` (a `mark_id`) can be set from outside; clicks carry `datum.mark_id`.
    """
    layout, height = placed_rows(propositions, themes)
    columns, width = _columns(speakers), max(_COLUMN * speakers.height, _COLUMN)
    note = pl.DataFrame({"row": [0]})
    data = datasets(
        rows=(layout, layout.columns),
        columns=(columns, columns.columns),
        marks=(marks, MARKS),
        cells=(cells, CELLS),
        note=(note, ["row"]),
    )
    rows, heads = on("rows"), on("columns")
    down, across = (alt.Scale(domain=[0, size], range=[0, size], nice=False, zero=False) for size in (height, width))
    top, middle, bottom, first = (
        alt.Y(f"{name}:Q", scale=down, axis=None) for name in ("top", "middle", "bottom", "first")
    )
    left, centre = (alt.X(f"{name}:Q", scale=across, axis=None) for name in ("left", "centre"))
    edge, end = alt.value(-GUTTER), alt.value(width)

    bands = rows.transform_filter("datum.shaded").mark_rect(fill=ink("raised"), aria=False)
    lines = rows.mark_rule(stroke=ink("line"), aria=False).encode(y=bottom, x=edge, x2=end)
    gaps = heads.mark_rule(stroke=ink("line"), strokeDash=[1, 3], aria=False).encode(
        x=left, y=alt.value(0), y2=alt.value(height)
    )
    words: dict[str, Any] = {
        "align": "left",
        "baseline": "middle",
        "x": 8 - GUTTER,
        "lineBreak": "\n",
        "fill": ink("text"),
    }
    heading = rows.transform_filter("datum.heading").mark_text(fontWeight="bold", fontSize=12, **words)
    text = rows.transform_filter("!datum.heading").mark_text(fontSize=11, lineHeight=13, **words)
    names = heads.mark_text(
        angle=308, align="left", baseline="middle", fontSize=11, lineBreak="\n", fill=ink("text"), y=-8
    )

    hover: dict[str, Any] = {"tooltip": alt.Tooltip("tip:N"), "description": alt.Description("tip:N")}
    is_picked = "datum.mark_id === picked"
    cell = _placed("cells").mark_rect(cornerRadius=3, fill=ink("surface"), fillOpacity=0, stroke=ink("text"))
    box = cell.encode(
        left, top, x2="right", y2="bottom", **hover,
        strokeWidth=alt.when(is_picked).then(alt.value(2.5)).when("datum.differs").then(alt.value(1)).otherwise(alt.value(0)),
    )  # fmt: skip
    glyphs = alt.Scale(domain=list(BLANKS), range=[path for _, path in BLANKS.values()])
    blanks = {kind: words for kind, (words, _) in BLANKS.items()}
    silence = _placed("cells").transform_filter("datum.kind")
    silence = silence.mark_point(stroke=ink("muted"), fill="transparent", size=130, strokeWidth=1.2).encode(
        centre,
        middle,
        **hover,
        shape=alt.Shape("kind:N", scale=glyphs, legend=_legend("A blank cell", 116, lookup(blanks))),
    )
    mark = _placed("marks").transform_calculate(
        spot=f"datum.centre + {_APART} * (datum.stance === 'support' ? 1 : datum.stance === 'oppose' ? -1 : 0)"
    )
    mark = mark.encode(alt.X("spot:Q", scale=across, axis=None), middle, **hover)
    point = mark.mark_point(filled=True, opacity=1, yOffset=-6, stroke=ink("text")).encode(
        color=alt.Color("stance:N", scale=stance_scale(), legend=_legend("Stance", 8)),
        shape=alt.Shape("stance:N", scale=stance_scale(SHAPES.values()), legend=_legend("Stance", 8)),
        size=alt.condition(is_picked, alt.value(190), alt.value(100)),
        strokeWidth=alt.condition(is_picked, alt.value(1.5), alt.value(0)),
    )
    count = mark.mark_text(fontSize=10, fill=ink("text"), baseline="middle", yOffset=9, aria=False)
    small = words | {"fontSize": 11, "fill": ink("muted"), "aria": False}
    key = on("note").mark_text(text="number: statements\nframe: stances differ", y=-56, **small)
    empty = alt.expr("length(data('marks')) ? '' : 'No statements in this selection.'")
    nothing = on("note").mark_text(text=empty, y=-14, **small)
    chart = alt.layer(
        bands.encode(top, alt.Y2("bottom"), x=edge, x2=end), lines, gaps, heading.encode(y=first, text="label:N"),
        text.encode(y=first, text="label:N"), names.encode(centre, text="label:N"), box, silence, point,
        count.encode(text="statements:Q"), key, nothing,
    )  # fmt: skip
    sentence = f"A matrix of {propositions.height} propositions by {speakers.height} holders."
    return framed(
        chart.resolve_scale(color="independent", shape="independent"), data, caption, sentence, (width, height)
    )


def _placed(name: str) -> alt.Chart:
    """Put rows where their holder and proposition stand: the places are looked up, so that rows carry ids only."""
    down = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["top", "middle", "bottom"])
    across = alt.LookupData(alt.NamedData("columns"), key="column_id", fields=["left", "centre", "right"])
    return on(name).transform_lookup("proposition_id", down).transform_lookup("speaker_id", across)


def _legend(title: str, x: int, words: str | None = None) -> alt.Legend:
    given: dict[str, Any] = {"labelExpr": words} if words else {}
    return alt.Legend(title=title, orient="none", direction="vertical", legendX=x - GUTTER, legendY=-_TOP, **given)


def _columns(speakers: pl.DataFrame) -> pl.DataFrame:
    placed = [
        (speaker_id, wrap(name, 20), _COLUMN * at, _COLUMN * (at + 0.5), _COLUMN * (at + 1))
        for at, (speaker_id, name) in enumerate(speakers.select("speaker_id", "name").iter_rows())
    ]
    return pl.DataFrame(placed, schema=["column_id", "label", "left", "centre", "right"], orient="row")


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
        lines = [(f"theme:{theme_id}", wrap(name, 36), True), *((key, wrap(text, 41), False) for key, text in own)]
        for row_id, text, heading in lines if own else []:
            more = 13 * text.count("\n")
            high = 24 + more if heading else max(38, 24 + more, (heights or {}).get(row_id, 0))
            middle = top + high / 2
            placed.append((row_id, text, heading, shaded, top, middle - more / 2, middle, top + high))
            top += high
        shaded = shaded != bool(own)
    columns = ["row_id", "label", "heading", "shaded", "top", "first", "middle", "bottom"]
    return pl.DataFrame(placed, schema=columns, orient="row"), max(top, 34)
