"""The stance matrix: propositions by theme down the side, holders along the top, one mark per stance that occurs."""

from __future__ import annotations

import altair as alt
import polars as pl

from kit.charts.base import datasets, framed, ink, on, stance_scale
from kit.charts.rows import EMPTY, GUTTER, HOVER, NOTE, PICKED, backdrop, down, legend, note, pixels, placed_rows
from kit.schema import DRAWN
from kit.style import SHAPES, lookup, wrap

MARKS, CELLS = DRAWN["stance_matrix"].values()
BLANKS = {
    "did-not-speak": ("did not speak", "M-.1,0A.1,.1 0 1 1 .1,0A.1,.1 0 1 1 -.1,0Z"),
    "theme-not-raised": ("theme not raised", "M-.3,0A.3,.3 0 1 1 .3,0A.3,.3 0 1 1 -.3,0Z"),
    "not-addressed": ("not addressed", "M-.4,0H.4"),
    "no-stance": ("took no stance", "M-.5,.12C-.25,-.4 .25,.4 .5,-.12"),
    "asked-not-answered": ("asked, not answered", "M-.32,-.4C-.3,-.95 .4,-.95 .4,-.4C.4,-.05 0,-.05 0,.3M0,.6V.75"),
    "coders-disagreed": ("coders disagreed", "M-.45,-.15H.45M-.45,.2H.45M-.2,.55L.2,-.5"),
    "left-out": ("left out by selection", "M-.25,.3L.25,-.3"),
}
_LEGENDS, _LINE = 124, 24  # how high the legend of blanks is, and the line above it and the names
_DIFFER = "M-1.1,.7L-.55,-.7L0,.7ZM.1,-.7L.65,.7L1.2,-.7Z"


def stance_matrix(
    marks: pl.DataFrame,
    cells: pl.DataFrame,
    *,
    speakers: pl.DataFrame,
    propositions: pl.DataFrame,
    themes: pl.DataFrame,
    summed: bool = False,
    caption: str = "",
) -> alt.LayerChart:
    """Draw who stands where: a mark per stance that a holder takes on a proposition, of one size, its count below.

    `summed`: one count below all marks of a cell, for corpora with more statements than numbers beside each other fit.

    A row has a sign at its head where, of those who took a stance on it, not all took the same.

    `marks`, data `marks`: one row per holder, proposition and stance: `mark_id`, `speaker_id`, `proposition_id`,
    `stance`, `statements` (how many), `tip` (lines of the hover).
    `cells`, data `cells`: one row per holder and proposition: the same ids, `kind` (a key of `BLANKS`; "" where there
    are marks), `blank` (the silence in words, empty where there are marks), `differs` (Boolean: outlined), `tip`.
    `speakers` (`speaker_id`, `name`), `propositions` (`proposition_id`, `theme_id`, `text`) and `themes` (`theme_id`,
    `label`) give the axes and their order, whatever the marks; more than 20 holders cannot be read.

    The parameters `caption` and `picked` (a `mark_id`) can be set from outside; clicks carry `datum.mark_id`.
    """
    layout, height = placed_rows(propositions, themes)
    column = min(40, max(26, 400 // max(speakers.height, 1)))  # as wide as a chart beside passages has room for
    columns, width = _columns(speakers, column), column * max(speakers.height, 1)
    places = {"rows": (layout, layout.columns), "columns": (columns, columns.columns)}
    data = datasets(**places, marks=(marks, MARKS), cells=(cells, CELLS), note=NOTE)
    above = max(_LEGENDS, *(14 + 5.5 * len(line) for line in "\n".join(columns["label"]).split("\n")))
    left, centre, spot = (alt.X(f"{name}:Q", scale=pixels(width), axis=None) for name in ("left", "centre", "spot"))
    top, middle = down(height, "top", "middle")
    apart = min(0.3 * column, 8.5)  # room for a digit, and for the sign in its cell
    layers = [
        *backdrop(height, width, GUTTER),
        *_heads(left, centre, height),
        _tints(alt.X("from_x:Q", scale=pixels(width), axis=None), top, apart),
        *_cells(left, centre, top, middle),
        _marks(spot, middle, apart, -above - _LINE),
        _counts(centre if summed else spot, middle, apart, summed),
        *_differing(middle, -above - _LINE + 5.5),
        note(
            f"{'sum' if summed else 'number'}: statements · frame: several stances", 196 - GUTTER, -above - _LINE + 5.5
        ),
        note("holders differ", 460 - GUTTER, -above - _LINE + 5.5),
        note(EMPTY, 8, 8 - above),
    ]
    chart = alt.layer(*layers).resolve_scale(color="independent", shape="independent")
    sentence = f"A matrix of {propositions.height} propositions by {speakers.height} holders."
    return framed(chart, data, caption, sentence, (width, height))


def _heads(left: alt.X, centre: alt.X, height: int) -> list[alt.Chart]:
    heads = on("columns")
    gaps = heads.mark_rule(stroke=ink("line"), strokeDash=[1, 3], aria=False)
    names = heads.mark_text(
        angle=300, align="left", baseline="middle", lineBreak="\n", lineHeight=12, fill=ink("text"), y=-7
    )
    return [gaps.encode(x=left, y=alt.value(0), y2=alt.value(height)), names.encode(centre, text="label:N")]


def _tints(start: alt.X, top: alt.Y, apart: float) -> alt.Chart:
    """Fill a cell with a breath of its stance's colour, or of each beside the other: two colours show from afar."""
    fill = alt.Fill("stance:N", scale=stance_scale(), legend=None)
    mark = _standing(on("marks"), apart).transform_joinaggregate(
        stances="count()", groupby=["speaker_id", "proposition_id"]
    )
    mark = mark.transform_calculate(
        from_x=f"datum.stances > 1 ? datum.spot - {apart / 2} : datum.left + 1",
        to_x=f"datum.stances > 1 ? datum.spot + {apart / 2} : datum.right - 1",
    )
    tint = mark.mark_rect(fillOpacity=0.16, cornerRadius=3, aria=False, yOffset=1.5, y2Offset=-1.5)
    tints: alt.Chart = tint.encode(start, top, x2="to_x", y2="bottom", fill=fill)
    return tints


def _cells(left: alt.X, centre: alt.X, top: alt.Y, middle: alt.Y) -> list[alt.Chart]:
    width = alt.when(PICKED).then(alt.value(2.5)).when("datum.differs").then(alt.value(1)).otherwise(alt.value(0))
    box = _placed(on("cells")).mark_rect(cornerRadius=3, fill=ink("surface"), fillOpacity=0, stroke=ink("text"))
    box = box.encode(left, top, x2="right", y2="bottom", strokeWidth=width, **HOVER)
    glyphs = alt.Scale(domain=list(BLANKS), range=[path for _, path in BLANKS.values()])
    words = lookup({kind: words for kind, (words, _) in BLANKS.items()})
    signs = legend("A blank cell", 4 - GUTTER, -_LEGENDS, labelExpr=words, symbolSize=130)
    silence = _placed(on("cells")).transform_filter("datum.kind")
    silence = silence.mark_point(
        stroke=ink("muted"), fill="transparent", opacity=1, strokeOpacity=0.7, size=230, strokeWidth=1.3
    )
    return [box, silence.encode(centre, middle, shape=alt.Shape("kind:N", scale=glyphs, legend=signs), **HOVER)]


def _marks(spot: alt.X, middle: alt.Y, apart: float, key: float) -> alt.Chart:
    mark = _standing(on("marks"), apart).encode(spot, middle, **HOVER)
    stances = legend(None, 4 - GUTTER, key, symbolStrokeWidth=0)
    stances.direction = "horizontal"
    point = mark.mark_point(filled=True, opacity=1, yOffset=-6, stroke=ink("text")).encode(
        color=alt.Color("stance:N", scale=stance_scale(), legend=stances),
        shape=alt.Shape("stance:N", scale=stance_scale(SHAPES.values()), legend=stances),
        size=alt.condition(PICKED, alt.value(150), alt.value(min(100, apart * apart))),
        strokeWidth=alt.condition(PICKED, alt.value(1.5), alt.value(0)),
    )
    marks: alt.Chart = point
    return marks


def _counts(across: alt.X, middle: alt.Y, apart: float, summed: bool) -> alt.Chart:
    rows = on("marks")
    if summed:
        rows = rows.transform_aggregate(statements="sum(statements)", groupby=["speaker_id", "proposition_id"])
    short = "datum.statements < 1e4 ? datum.statements : format(datum.statements, '.2~s')"
    text = (
        _standing(rows, apart)
        .transform_calculate(short=short)
        .mark_text(fill=ink("text"), baseline="middle", yOffset=9, aria=False)
    )
    counts: alt.Chart = text.encode(across, middle, text="short:N")
    return counts


def _differing(middle: alt.Y, key: float) -> list[alt.Chart]:
    sign = {"shape": _DIFFER, "size": 100, "filled": True, "opacity": 1, "fill": ink("text"), "aria": False}
    rows = on("marks").transform_aggregate(
        marks="count()", holders="distinct(speaker_id)", stances="distinct(stance)", groupby=["proposition_id"]
    )
    rows = rows.transform_filter("datum.marks < datum.holders * datum.stances")
    rows = rows.transform_lookup("proposition_id", alt.LookupData(alt.NamedData("rows"), "row_id", ["middle"]))
    here = rows.mark_point(**sign, x=7 - GUTTER).encode(middle, tooltip=alt.value("Holders differ on this."))
    return [here, on("note").mark_point(**sign, x=448 - GUTTER, y=key)]


def _standing(rows: alt.Chart, apart: float) -> alt.Chart:
    """Put each mark where its stance has its place in every cell, whether others are there or not."""
    side = "(datum.stance === 'support' ? 1 : datum.stance === 'oppose' ? -1 : 0)"
    standing: alt.Chart = _placed(rows).transform_calculate(spot=f"datum.centre + {apart} * {side}")
    return standing


def _placed(rows: alt.Chart) -> alt.Chart:
    """Put rows where their holder and proposition stand: the places are looked up, so that rows carry ids only."""
    down = alt.LookupData(alt.NamedData("rows"), key="row_id", fields=["top", "middle", "bottom"])
    across = alt.LookupData(alt.NamedData("columns"), key="column_id", fields=["left", "centre", "right"])
    return rows.transform_lookup("proposition_id", down).transform_lookup("speaker_id", across)


def _columns(speakers: pl.DataFrame, wide: int) -> pl.DataFrame:
    placed = [
        (speaker_id, _head(name), wide * at, wide * (at + 0.5), wide * (at + 1))
        for at, (speaker_id, name) in enumerate(speakers.select("speaker_id", "name").iter_rows())
    ]
    return pl.DataFrame(placed, schema=["column_id", "label", "left", "centre", "right"], orient="row")


def _head(name: str) -> str:
    """Break a name into two lines where two are enough: a third would stand in the next column's."""
    return next((lines for width in (26, 34) if (lines := wrap(name, width)).count("\n") < 2), wrap(name, 48, most=4))
