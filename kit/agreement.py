"""How far coders agree, as the codebook defines it: on what is found in a passage, and on its stance."""

from __future__ import annotations

from random import Random

import polars as pl

from kit.corpus import Corpus
from kit.positions import named
from kit.schema import STANCES

_VALUES = (*STANCES, "coded", "none")
_ALONE = "fewer than two codings made alone: agreement cannot be computed"
_THEMES = pl.concat_list(pl.lit(""), "theme_id").alias("theme_id")  # what is of one theme is of all themes, "", too
# Pairs of unlike values for each value but one: summed up over units, the observed; of all values together, expected.
_COUNT = pl.sum_horizontal(_VALUES)
_UNLIKE = (_COUNT**2 - pl.sum_horizontal(pl.col(value) ** 2 for value in _VALUES)) / (_COUNT - 1)


def coder_agreement(corpus: Corpus, resamples: int = 1000, seed: int = 1) -> pl.DataFrame:
    """Compute Krippendorff's alpha of the coders who worked alone, over all themes and by theme, with its interval.

    Passages are the body passages that every coder made from no other reviewed, of the whole corpus, whatever is
    selected of it. Two measures, never one. *found*: a unit is one passage and one proposition, its value coded or
    none; none beside none counts. *stance*: a unit is one holder on one proposition in one passage that two coders or
    more coded; stances of one coder that differ count as mixed. The interval (95 %, percentiles): the passages, as many
    as there are, are drawn with replacement `resamples` times, from the start `seed`; a draw in which no value varies
    is left out. An interval from 1 to 1 says only that nothing differed in these passages.

    Returns one row per theme and measure that has units, and first the two of all themes: `theme_id` ("": all),
    `theme`, `measure`, `alpha` (1: alike; 0: as by chance), `low`, `high`, `agreed_share` (0–1), `units`, `agreed` (of
    these, all who coded gave one value), `coders` (ids), `passages` (drawn from), `note` (why alpha is null).

    Source: K. Krippendorff, Content Analysis (2004), chapter 11, and Computing Krippendorff's Alpha-Reliability (2011),
    section C: nominal data, any number of observers, missing data.
    """
    coders, passages, codings = _made_alone(corpus.whole)
    texts = corpus.propositions.select(_THEMES).explode("theme_id").group_by("theme_id").len("propositions")
    rows = pl.DataFrame({"theme_id": "", "label": "all themes"}).vstack(corpus.themes.select("theme_id", "label"))
    rows = rows.join(texts, on="theme_id", how="left", maintain_order="left")
    rows = rows.join(pl.DataFrame({"measure": ["found", "stance"]}), how="cross", maintain_order="left_right")
    sums = _sums(codings, len(coders), passages.height, resamples, seed)
    # Where nobody found anything, nothing stands in a frame: most units of "found" are counted here.
    silent = pl.when(measure="found").then(pl.col("propositions") * passages.height - pl.col("units")).otherwise(0)
    alpha = pl.when(_UNLIKE > 0).then(1 - pl.col("unlike") / _UNLIKE).round(12)  # whatever the order of adding
    why = pl.lit("not defined: no variation" if len(coders) > 1 else _ALONE)
    return (
        rows.join(sums, on=["theme_id", "measure"], how="left", maintain_order="left")
        .fill_null(0)
        .with_columns(pl.col("units", "agreed") + silent, pl.col("none") + silent * len(coders))
        .with_columns(alpha=alpha, agreed_share=(pl.col("agreed") / pl.col("units")).fill_nan(None))
        .group_by("theme_id", pl.col("label").alias("theme"), "measure", maintain_order=True)
        .agg(
            pl.col("alpha").filter(draw=0).first(),
            pl.col("alpha").filter(pl.col("draw") > 0).quantile(0.025, "linear").alias("low"),
            pl.col("alpha").filter(pl.col("draw") > 0).quantile(0.975, "linear").alias("high"),
            pl.col("agreed_share", "units", "agreed").filter(draw=0).first(),
            pl.lit(", ".join(coders)).alias("coders"),
            pl.lit(passages.height, pl.Int64).alias("passages"),
        )
        .filter((pl.col("theme_id") == "") | (pl.col("units") > 0))
        .with_columns(note=pl.when(pl.col("alpha").is_null()).then(why).otherwise(pl.lit("")))
    )


def holders_named_differently(corpus: Corpus) -> pl.DataFrame:
    """List the passages and propositions in which coders who worked alone named different holders only.

    Each found a statement there, so *found* counts them as alike, and *stance* has no unit of them. One row each, by
    passage: `passage_id`, `proposition_id`, `coder_ids` and `speaker_ids` (lists, side by side), `holders` (list of
    "coder: holder", in names), `proposition`, `passage` (its words). None: no rows.
    """
    unit = ["place", "proposition_id", "passage_id", "passage"]
    apart = (pl.col("coder_id").n_unique() > 1) & (pl.col("speaker_id").n_unique() == pl.len())
    found = _made_alone(corpus.whole)[2].unique([*unit, "coder_id", "speaker_id"]).filter(apart.over(unit))
    return (
        named(corpus, found.join(corpus.coders.select("coder_id", coder="name"), on="coder_id"))
        .sort(*unit, "coder_id", "speaker_id")
        .group_by(*unit, "proposition", maintain_order=True)
        .agg(coder_ids="coder_id", speaker_ids="speaker_id", holders=pl.format("{}: {}", "coder", "holder"))
        .select("passage_id", "proposition_id", "coder_ids", "speaker_ids", "holders", "proposition", "passage")
    )


def agreement_in_words(corpus: Corpus) -> str:
    """Say in one sentence how far coders agree over all themes, and what that does not mean; "" where none coded."""
    coders, told = _made_alone(corpus.whole)[0], []
    if len(coders) < 2:
        return f"{_ALONE.capitalize()}." if coders else ""
    for row in coder_agreement(corpus).head(2).iter_rows(named=True):
        alpha = row["note"] or f"{row['alpha']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        told.append(f"{row['measure']} {alpha}, {row['agreed']:,} of {row['units']:,} units alike")
    models = set(corpus.coders.filter(pl.col("coder_id").is_in(coders))["model"])
    same = f"the codings come from the same language model ({min(models)}); agreement shows that it repeats itself"
    means = same if len(models) == 1 and "" not in models else "agreement shows that the coding can be repeated"
    measure = "Krippendorff’s alpha, 95\u00a0% interval"
    return f"Coders’ agreement ({measure}): {'; '.join(told)}; {means}, not that it is right."


def _made_alone(whole: Corpus) -> tuple[list[str], pl.DataFrame, pl.DataFrame]:
    """Give the coders made from no other, the body passages that all of them reviewed, and their codings of these."""
    coders = whole.coders.filter(pl.col("made_from").list.len() == 0)["coder_id"].to_list()
    alone = pl.col("coder_id").is_in(coders)
    by_all = whole.reviewed.filter(alone).group_by("passage_id").len().filter(len=max(len(coders), 2))
    body = whole.passages.filter(zone="body").join(by_all, on="passage_id", how="semi", maintain_order="left")
    places = body.select("passage_id", passage="text").with_row_index("place")
    return coders, places, whole.codings.filter(alone).join(places, on="passage_id")


def _sums(codings: pl.DataFrame, coders: int, passages: int, resamples: int, seed: int) -> pl.DataFrame:
    """Add up the units in which somebody found something, in each draw; draw 0 is the passages as they are."""
    drawn = Random(seed).choices(range(passages), k=resamples * passages) if passages else []
    draws = pl.LazyFrame({"place": [*range(passages), *drawn]}, schema={"place": pl.UInt32}).with_row_index("draw")
    unit, stance = ["theme_id", "measure", "place", "proposition_id", "speaker_id"], pl.col("stance").cast(pl.String)
    one = pl.when(stance.n_unique() == 1).then(stance.first()).otherwise(pl.lit("mixed"))
    codings = codings.with_columns(_THEMES, measure=pl.lit("stance")).explode("theme_id")
    taken = codings.group_by(*unit, "coder_id").agg(value=one)
    found = taken.with_columns(measure=pl.lit("found"), speaker_id=pl.lit(""), value=pl.lit("coded")).unique()
    counts = [(pl.col("value") == value).sum().cast(pl.Int64).alias(value) for value in _VALUES]
    units = pl.concat([taken, found]).group_by(unit).agg(*counts, units=1)
    units = units.with_columns(none=pl.when(measure="found").then(coders - pl.col("coded")).otherwise(0))
    units = units.filter(_COUNT > 1).with_columns(unlike=_UNLIKE, agreed=_UNLIKE == 0)
    held = units.drop("proposition_id", "speaker_id").group_by("theme_id", "measure", "place").sum().lazy()
    drawn_units = draws.with_columns(pl.col("draw") // max(passages, 1)).join(held, on="place").drop("place")
    return drawn_units.group_by("theme_id", "measure", "draw").sum().collect(engine="streaming")  # spares memory
