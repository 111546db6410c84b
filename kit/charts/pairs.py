"""Pairs of holders: of the propositions on which two can be compared, on how many they say the same."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from kit.charts.base import datasets, framed, ink, on
from kit.charts.rows import HOVER, NOTE, PICKED, down, legend, note, pixels
from kit.style import wrap

CELLS = ("mark_id", "left_id", "right_id", "kind", "share", "words", "tip")
_WIDE, _HIGH, _LEGEND, _KEY = 43, 34, 370, 200
_X, _Y = _WIDE / 2 - 2, _HIGH / 2 - 2  # half a cell, within its frame
_CUTS = [(max(-_X, at - _Y), min(_X, at + _Y), at) for at in range(-32, 33, 8)]
_HATCH = "".join(f"M{begin},{at - begin}L{end},{at - end}" for begin, end, at in _CUTS)
_FEW = "datum.kind === 'few'"
_NOBODY = alt.expr("length(data('pairs')) ? '' : 'Fewer than two holders: there is no pair.'")


def pairs_matrix(pairs: pl.DataFrame, *, speakers: pl.DataFrame, enough: int = 3, caption: str = "") -> alt.LayerChart:
    """Draw holders by holders: of the propositions on which two can be compared, on how many they say the same.

    `pairs`: one row per pair, as `compare_holders` gives them. A cell prints "same/comparable", as deep as that share;
    with fewer than `enough` comparable propositions it is hatched and says "not enough", and no share is shown; two who
    took a stance on no proposition in common have a dash. A name ends its row and heads its column. `speakers`
    (`speaker_id`, `name`) give names and order, those in no pair left out.

    The data `pairs` are the rows of `pair_cells`. The parameters `caption` and `picked` (a `mark_id`) can be set from
    outside; clicks carry `datum.mark_id`.
    """
    shown = speakers.filter(pl.col("speaker_id").is_in([*pairs["left_id"], *pairs["right_id"]]))
    rows, top, right = [], 0, _LEGEND + _KEY
    for at, (speaker_id, name) in enumerate(shown.select("speaker_id", "name").iter_rows()):
        lines = (label := wrap(name, 34)).split("\n")
        high, right = max(_HIGH, 10 + 13 * len(lines)), max(right, _WIDE * at + 6 * max(map(len, lines)))
        rows.append((speaker_id, label, _WIDE * at, _WIDE * (at + 0.5), top + high / 2))
        top += high
    places = pl.DataFrame(rows, schema=["place_id", "label", "left", "centre", "middle"], orient="row")
    size = (right, max(top, 120))
    cells = pair_cells(pairs, speakers=speakers, enough=enough)
    data = datasets(places=(places, places.columns), pairs=(cells, CELLS), note=NOTE)
    left, centre = (alt.X(f"{name}:Q", scale=pixels(size[0]), axis=None) for name in ("left", "centre"))
    (middle,) = down(size[1], "middle")
    names = on("places").mark_text(align="left", dx=6, lineBreak="\n", lineHeight=13, fill=ink("text"), aria=False)
    signs = f"3/4: on 3 of 4 the same\nhatched: fewer than {enough} can be compared\n–: no proposition in common"
    layers = [*_cells(centre, middle), names.encode(left, middle, text="label:N")]
    layers += [note(signs, _LEGEND, 66), note(_NOBODY, 8, 12)]
    sentence = f"A matrix of {len(rows)} holders by {len(rows)} holders."
    return framed(alt.layer(*layers), data, caption, sentence, size)


def pair_cells(pairs: pl.DataFrame, *, speakers: pl.DataFrame, enough: int = 3) -> pl.DataFrame:
    """Add to each pair what its cell shows: `mark_id`, `kind` ("share", "few", "none"), `share`, `words`, `tip`.

    `left` and `right` are the names. `share` (0–1) is null unless `enough` propositions can be compared.
    """
    names = dict(speakers.select("speaker_id", "name").iter_rows())
    left, right = (pl.col(side).replace_strict(names, default=pl.col(side)) for side in ("left_id", "right_id"))
    shared, common = pl.col("comparable") >= max(enough, 1), pl.col("both") > 0
    share, words = pl.col("same") / pl.col("comparable"), pl.format("{}/{}", "same", "comparable")
    told = pl.format("{} the same, {} partly, {} all different", "same", "partly", "different")
    told = pl.when(shared).then(told).otherwise(pl.lit(f"not enough: fewer than {enough}"))
    both = pl.format("both took a stance on {}, can be compared on {}\n{}", "both", "comparable", told)
    none = pl.lit("no proposition in common")
    return pairs.with_columns(
        left=left,
        right=right,
        mark_id=pl.concat_str("left_id", "right_id", separator="|"),
        kind=pl.when(shared).then(pl.lit("share")).when(common).then(pl.lit("few")).otherwise(pl.lit("none")),
        share=pl.when(shared).then(share),
        words=pl.when(shared).then(words).when(common).then(pl.lit("not\nenough")).otherwise(pl.lit("–")),
        tip=pl.format("{} and {}\n{}", left, right, pl.when(common).then(both).otherwise(none)),
    )


def _cells(centre: alt.X, middle: alt.Y) -> list[alt.Chart]:
    of = [alt.LookupData(alt.NamedData("places"), key="place_id", fields=[field]) for field in ("centre", "middle")]
    cell = on("pairs").transform_lookup("left_id", of[0]).transform_lookup("right_id", of[1]).encode(centre, middle)
    box: dict[str, Any] = {"width": _WIDE - 3, "height": _HIGH - 3, "cornerRadius": 3}
    key = legend("the same, of what can be compared", _LEGEND, 0, format="%", values=[0, 0.5, 1], gradientLength=150)
    key.direction = "horizontal"
    depth = alt.Color("share:Q", scale=alt.Scale(domain=[0, 1]), legend=key)
    shade = cell.transform_filter("datum.kind === 'share'").mark_rect(**box, aria=False).encode(color=depth)
    hatch = cell.transform_filter(_FEW).mark_point(shape=_HATCH, size=4, strokeWidth=1.2, opacity=1, aria=False)
    words: dict[str, Any] = {"lineBreak": "\n", "lineHeight": 11, "dy": alt.expr(f"{_FEW} ? -5 : 0")}
    small = alt.when(_FEW).then(alt.value(11)).otherwise(alt.value(12))
    told = alt.when("datum.kind === 'share'").then(alt.value(ink("text"))).otherwise(alt.value(ink("muted")))
    frame = alt.when(PICKED).then(alt.value(2.5)).otherwise(alt.value(0))
    whole = cell.mark_rect(**box, fill=ink("surface"), fillOpacity=0, stroke=ink("text"))
    return [
        shade,
        hatch.encode(stroke=alt.value(ink("line"))),
        cell.mark_text(**words, aria=False).encode(text="words:N", size=small, fill=told),
        whole.encode(strokeWidth=frame, **HOVER),
    ]
