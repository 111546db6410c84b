"""The stance matrix: propositions by theme down the side, holders along the top, one mark per stance that occurs."""

from __future__ import annotations

import altair as alt
import polars as pl

from kit.style import SHAPES, framed, lookup, named, stance_scale, wrap

MARKS = ("mark_id", "speaker_id", "proposition_id", "stance", "statements", "tip")
CELLS = ("mark_id", "speaker_id", "proposition_id", "kind", "blank", "differs", "tip")
BLANKS = {
    "did-not-speak": ("has no words here", "M-.12,0A.12,.12 0 1 1 .12,0A.12,.12 0 1 1 -.12,0Z"),
    "theme-not-raised": ("theme not raised", "M-.35,0A.35,.35 0 1 1 .35,0A.35,.35 0 1 1 -.35,0Z"),
    "not-addressed": ("not addressed", "M-.4,0H.4"),
    "no-stance": ("took no stance", "M-.5,.12C-.25,-.4 .25,.4 .5,-.12"),
    "asked-not-answered": ("asked, not answered", "M-.32,-.4C-.3,-.95 .4,-.95 .4,-.4C.4,-.05 0,-.05 0,.3M0,.6V.72"),
}
_COLUMN, _GUTTER, _TOP = 44, 252, 118


def stance_matrix(
    marks: pl.DataFrame,
    cells: pl.DataFrame,
    *,
    speakers: pl.DataFrame,
    propositions: pl.DataFrame,
    themes: pl.DataFrame,
    caption: str = "",
    coded: bool = True,
) -> alt.LayerChart:
    """Draw who stands where: a mark per stance that a holder takes on a proposition, of one size, its count below.

    `marks`, data `marks`: one row per holder, proposition and stance: `mark_id`, `speaker_id`, `proposition_id`,
    `stance`, `statements` (how many), `tip` (lines of the hover).
    `cells`, data `cells`: one row per holder and proposition: the same ids, `kind` (a key of `BLANKS`, empty where there
    are marks), `blank` (the silence in words, empty where there are marks), `differs` (Boolean: outlined), `tip`.
    `speakers` (`speaker_id`, `name`), `propositions` (`proposition_id`, `theme_id`, `text`) and `themes` (`theme_id`,
    `label`) give the axes and their order, whatever the marks; more than 20 holders cannot be read. `coded=False`: the
    note in an empty matrix says that nothing is coded, rather than that nothing is selected.

    The parameters `caption` and `picked` (a `mark_id`) can be set from outside; clicks carry `datum.mark_id`.
    """
    layout, height = _layout(propositions, themes)
    ids, width = speakers["speaker_id"].to_list(), max(_COLUMN * speakers.height, _COLUMN)
    names = {key: wrap(name, 20) for key, name in speakers.select("speaker_id", "name").iter_rows()}
    places = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["top", "middle", "bottom"])
    axis = alt.Axis(
        orient="top", title=None, labelExpr=lookup(names), labelAngle=-55, labelAlign="left", labelBaseline="middle",
        labelOverlap=False, labelPadding=6, grid=True, bandPosition=0, domain=False, ticks=False,
    )  # fmt: skip
    column = alt.X("speaker_id:N", scale=alt.Scale(type="band", domain=ids, padding=0), axis=axis)
    down = alt.Scale(domain=[0, height], range=[0, height], nice=False, zero=False)
    top, middle, bottom = (alt.Y(f"{name}:Q", scale=down, axis=None) for name in ("top", "middle", "bottom"))
    hover = {"tooltip": alt.Tooltip("tip:N"), "description": alt.Description("tip:N")}
    picked = "datum.mark_id === picked"

    rows = alt.Chart(named("rows", layout, layout.columns)).encode(y=middle)
    left, right = alt.value(-_GUTTER), alt.value(width)
    band = rows.transform_filter("datum.shaded").mark_rect(style="kit-band", aria=False).encode(top, alt.Y2("bottom"))
    band = band.encode(x=left, x2=right)
    line = rows.mark_rule(style="kit-line", aria=False).encode(y=bottom, x=left, x2=right)
    words = {"align": "left", "baseline": "middle", "x": 8 - _GUTTER, "lineBreak": "\n"}
    heading = rows.transform_filter("datum.heading").mark_text(style="kit-heading", **words).encode(text="label:N")
    label = rows.transform_filter("!datum.heading").mark_text(**words).encode(text="label:N")

    cell = alt.Chart(named("cells", cells, CELLS)).transform_lookup("proposition_id", places)
    box = cell.mark_rect(style="kit-cell", cornerRadius=3).encode(
        column, top, y2="bottom", **hover,
        strokeWidth=alt.when(picked).then(alt.value(2.5)).when("datum.differs").then(alt.value(1.2)).otherwise(alt.value(0)),
    )  # fmt: skip
    glyphs = alt.Scale(domain=list(BLANKS), range=[path for _, path in BLANKS.values()])
    silence = cell.transform_filter("datum.kind").mark_point(style="kit-blank", size=90, strokeWidth=1.1).encode(
        column, middle, **hover, shape=alt.Shape("kind:N", scale=glyphs, legend=_legend(
            "A blank", lookup({kind: text for kind, (text, _) in BLANKS.items()}), 110)),
    )  # fmt: skip

    mark = alt.Chart(named("marks", marks, MARKS)).transform_lookup("proposition_id", places)
    mark = mark.encode(column, middle, **hover, xOffset=alt.XOffset("stance:N", scale=stance_scale([8, _COLUMN - 8])))
    point = mark.mark_point(style="kit-mark", filled=True, opacity=1, yOffset=-6).encode(
        color=alt.Color("stance:N", scale=stance_scale(), legend=_legend("Stance", None, 8)),
        shape=alt.Shape("stance:N", scale=stance_scale(SHAPES.values()), legend=_legend("Stance", None, 8)),
        size=alt.condition(picked, alt.value(190), alt.value(95)),
        strokeWidth=alt.condition(picked, alt.value(2), alt.value(0)),
    )
    count = mark.mark_text(style="kit-small", baseline="middle", yOffset=9, aria=False).encode(text="statements:Q")
    empty = "No statements in this selection." if coded else "No positions are coded in these documents."
    note = alt.Chart(named("note", pl.DataFrame({"row": [0]}), ["row"])).mark_text(
        style="kit-note", align="center", x=width / 2, y=height / 2, aria=False,
        text=alt.expr(f"length(data('marks')) ? '' : '{empty}'"),
    )  # fmt: skip
    key = "number: statements · framed cell: the stances differ"
    key = alt.Chart(named("note", pl.DataFrame({"row": [0]}), ["row"])).mark_text(
        style="kit-note", align="left", x=8 - _GUTTER, y=-10, text=key, aria=False)
    chart = alt.layer(band, line, heading, label, box, silence, point, count, note, key)
    sentence = f"A matrix of {propositions.height} propositions by {speakers.height} holders."
    return framed(chart.resolve_scale(color="independent", shape="independent"), caption, sentence, width, height)


def _legend(title: str, words: str | None, x: int) -> alt.Legend:
    given = {"labelExpr": words} if words else {}
    return alt.Legend(title=title, orient="none", direction="vertical", legendX=x - _GUTTER, legendY=-_TOP, **given)


def _layout(propositions: pl.DataFrame, themes: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Place a heading per theme and its propositions below it, each as high as its lines need, in pixels from the top."""
    placed, top = [], 0
    for number, (theme_id, name) in enumerate(themes.select("theme_id", "label").iter_rows()):
        own = propositions.filter(pl.col("theme_id") == theme_id).select("proposition_id", "text").rows()
        for row_id, text in [(f"theme:{theme_id}", wrap(name, 36)), *((key, wrap(text, 44)) for key, text in own)] if own else []:
            lines, heading = text.count("\n") + 1, row_id.startswith("theme:")
            bottom = top + (10 + 14 * lines if heading else max(34, 10 + 13 * lines))
            placed.append((row_id, text, heading, number % 2 == 1, top, (top + bottom) / 2, bottom))
            top = bottom
    columns = ["row_id", "label", "heading", "shaded", "top", "middle", "bottom"]
    return pl.DataFrame(placed, schema=columns, orient="row"), max(top, 34)
