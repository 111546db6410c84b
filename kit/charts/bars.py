"""Who speaks how much, and about what: words as bars, passages by theme as cells with their numbers printed."""

from __future__ import annotations

import altair as alt
import polars as pl

from kit.charts.base import datasets, framed, ink, on
from kit.charts.rows import HOVER, PICKED
from kit.schema import DRAWN, FORMS
from kit.style import lookup, own, wrap

WORDS, RATES = (DRAWN[chart]["rows"] for chart in ("words_by_speaker", "passages_by_theme"))


def words_by_speaker(rows: pl.DataFrame, *, whole: pl.DataFrame | None = None, caption: str = "") -> alt.LayerChart:
    """Draw how many words each speaker has, by form, the longest first; the sum is printed at the end of the bar.

    `rows`, data `rows`: one row per speaker and form, as `words_spoken` gives them: `mark_id`, `speaker_id`, `name`,
    `form`, `words`, `passages`, `words_share` (0–1), `speaker_words` (over all forms), `tip`. `whole`: such rows of the
    whole corpus, which give the axes where `rows` are a selection of it.
    """
    order = (rows if whole is None else whole).unique("speaker_id", keep="first", maintain_order=True)
    names, high = _labels(order.select("speaker_id", "name"), 30)
    axis = alt.Axis(title=None, labelExpr=lookup(names), labelPadding=8, domain=False, ticks=False, aria=False)
    y = alt.Y("speaker_id:N", scale=alt.Scale(domain=list(names), padding=0.25), axis=axis)
    across = alt.Scale(domain=[0, max([*order["speaker_words"], 1]) * 1.12], nice=False)
    words = alt.Axis(title="words", tickCount=5, domain=False, format=",d")
    forms = alt.Color("form:O", scale=alt.Scale(domain=list(FORMS)), legend=alt.Legend(title="Form", orient="top"))
    bars = on("rows").transform_calculate(rank=f"indexof({list(FORMS)}, datum.form)").mark_bar()
    bars = bars.encode(y, alt.X("words:Q", scale=across, stack="zero", axis=words), forms, alt.Order("rank:Q"), **HOVER)
    bars = bars.encode(stroke=_outline("muted"), strokeWidth=alt.condition(PICKED, alt.value(2), alt.value(0.6)))
    sums = on("rows").transform_aggregate(total="max(speaker_words)", groupby=["speaker_id"])
    sums = sums.mark_text(align="left", dx=5, fill=ink("text"), aria=False)
    sums = sums.encode(y, alt.X("total:Q", scale=across), text=alt.Text("total:Q", format=",d"))
    sentence, size = f"Words of {len(names)} speakers, by form.", (460, max(max(28, high) * len(names), 40))
    return framed(alt.layer(bars, sums), datasets(rows=(rows, WORDS)), caption, sentence, size)


def passages_by_theme(
    rows: pl.DataFrame, *, columns: pl.DataFrame, themes: pl.DataFrame, caption: str = ""
) -> alt.LayerChart:
    """Draw how many passages carry each theme, by document or by speaker; each cell and column prints its count.

    `rows`, data `rows`: one row per theme and column, as `theme_rates` gives them: `mark_id`, `theme_id`, `column_id`,
    `passages`, `base_passages`, `passages_share` (0–1; its root is the cell's depth, so that small shares differ),
    `per_1000_words`, `tip`. The `base_passages` of each column stand above it. `columns` (`column_id`, `label`) and
    `themes` (`theme_id`, `label`) give the axes and their order.
    """
    heads, tall = _labels(columns.select("column_id", "label"), 15, most=24)
    names, high = _labels(themes.select("theme_id", "label"), 36)
    # A head ends above its column, however many lines it has.
    away = {"condition": {"test": "true", "expr": f"20 + 13 * length({lookup(heads)})"}, "value": tall + 20}
    top = alt.Axis(orient="top", title=None, labelExpr=lookup(heads), labelAngle=0, labelBaseline="top", domain=False,
                   ticks=False, labelOverlap=False, labelPadding=away, aria=False)  # fmt: skip
    side = alt.Axis(title=None, labelExpr=lookup(names), domain=False, ticks=False, labelPadding=8, aria=False)
    x = alt.X("column_id:N", scale=alt.Scale(domain=list(heads), padding=0), axis=top)
    y = alt.Y("theme_id:N", scale=alt.Scale(domain=list(names), padding=0), axis=side)
    depth = alt.Color("passages_share:Q", scale=alt.Scale(domain=[0, 1], type="sqrt"), legend=None)
    cells = on("rows").mark_rect(cornerRadius=3, strokeWidth=2).encode(x, y, depth, stroke=_outline("surface"), **HOVER)
    some = on("rows").encode(x, y).transform_filter("datum.passages > 0")
    numbers = some.mark_text(fontSize=13, fill=ink("text"), aria=False, yOffset=-6).encode(text="passages:Q")
    rates = some.mark_text(fontSize=11, fill=ink("text"), aria=False, yOffset=9)
    rates = rates.encode(text=alt.Text("per_1000_words:Q", format=".1f"))
    bases = on("rows").transform_aggregate(base="max(base_passages)", groupby=["column_id"]).encode(x)
    bases = bases.mark_text(y=-10, aria=False, fill=ink("muted"))
    bases = bases.encode(text=alt.value(alt.expr("'of ' + format(datum.base, ',d')")))
    signs = "number: passages about the theme; below it, per 1,000 words · depth: share of the passages, by its root\n"
    sentence = f"Passages on {len(names)} themes in {len(heads)} columns."
    size = (max(100 * len(heads), 100), max(38, high) * max(len(names), 1))
    return framed(alt.layer(cells, numbers, rates, bases), datasets(rows=(rows, RATES)), caption, sentence, size, signs)


def _labels(named: pl.DataFrame, width: int, most: int = 12) -> tuple[dict[str, str], int]:
    """Give the words drawn for each id, as a chart has it, and the pixels that the tallest takes."""
    words = dict(zip(own(named.to_series(0)), (wrap(name, width, most) for name in named.to_series(1)), strict=True))
    return words, 13 * max([1 + one.count("\n") for one in words.values()], default=1)


def _outline(unpicked: str) -> alt.Condition:
    return alt.when(PICKED).then(alt.value(ink("text"))).otherwise(alt.value(ink(unpicked)))
