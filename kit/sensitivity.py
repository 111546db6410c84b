"""Sensitivity: what would change if fewer statements counted, or if another coder's coding were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from kit.comparison import LEVELS, Comparison, paired
from kit.corpus import Corpus
from kit.guard import RULES, Guard
from kit.positions import in_order
from kit.selection import Selection

# What is left out in turn: its words, and which statements stay.
LEFT_OUT = {
    "only own transcripts, speeches and releases": pl.col("first_hand"),
    "no questions and no conditionals": ~pl.col("modality").is_in(["question", "conditional"]),
    "no statements of low confidence": pl.col("confidence") != "low",
}
_CELL = ["speaker_id", "proposition_id"]
_COMPARABLE = ["different", "partly", "same"]


def variations(selected: Corpus) -> Iterator[tuple[str, Corpus]]:
    """Give each way to count fewer statements or to read another coding: its words, and the corpus as it then is."""
    for words, stays in LEFT_OUT.items():
        yield words, replace(selected, statements=selected.statements.filter(stays))
    for coder_id, name in selected.coders.select("coder_id", "name").iter_rows():
        if coder_id != selected.coding:
            statements = selected.codings.filter(pl.col("coder_id") == coder_id)
            yield f"the coding of {name} alone", replace(selected, statements=statements, coding=coder_id)


def cells_that_change(corpus: Corpus, selection: Selection | None = None) -> pl.DataFrame:
    """Tell which cells of the stance matrix would show other stances, by variation.

    Returns one row per variation, holder and proposition whose stances differ, in the order of `variations`, speakers
    and codebook: `variation` (words), `speaker_id`, `proposition_id`, `stances` and `statements` now, and the same as
    `then_stances` and `then_statements`. A cell whose stances stay while its count shrinks is no row. Nothing coded, or
    nothing that would change, gives no rows.
    """
    selected = corpus.select(selection or Selection())
    now, changed = _cells(selected), []
    for words, varied in variations(selected):
        then = _cells(varied).rename({name: f"then_{name}" for name in ("stances", "statements")})
        both = now.join(then, on=_CELL, how="full", coalesce=True).with_columns(
            pl.col("stances", "then_stances").fill_null([]), pl.col("statements", "then_statements").fill_null(0)
        )
        differ = both.filter(pl.col("stances") != pl.col("then_stances"))
        changed.append(in_order(corpus, differ).select(pl.lit(words).alias("variation"), pl.all()))
    return pl.concat(changed)


def _cells(selected: Corpus) -> pl.DataFrame:
    return selected.statements.group_by(_CELL).agg(
        pl.col("stance").unique().sort().alias("stances"), pl.len().cast(pl.Int64).alias("statements")
    )


def levels_that_change(corpus: Corpus, comparison: Comparison) -> pl.DataFrame:
    """Tell which propositions of a comparison would come out otherwise, by variation.

    Returns one row per variation and proposition whose level differs, in the order of `variations` and the codebook:
    `variation` (words), `proposition_id`, `level` now, `then_level`; null where no side would have a stance.
    """
    sides = [list(variations(side)) for side in comparison.narrowed(corpus)]
    every = _apart((words, corpus.propositions) for words, _ in sides[0])
    varied = [replace(corpus, statements=_apart((words, one.statements) for words, one in side)) for side in sides]
    now = comparison.rows.select("level", asked="proposition_id")
    then = _levels(varied, comparison.guard)
    for levels, key in ((now, "asked"), (then, "proposition_id")):
        every = every.join(levels, on=key, how="left", maintain_order="left")
    differ = every.filter(pl.col("level").ne_missing(pl.col("then_level")))
    return differ.select("variation", pl.col("asked").alias("proposition_id"), "level", "then_level")


def _apart(varied: Iterable[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """Stack the rows of each variation with a `proposition_id` of its own (`asked`: the real), for one comparison."""
    frames = []
    for at, (words, frame) in enumerate(varied):
        own = pl.format("{} {}", pl.lit(at), "proposition_id")
        frames.append(frame.with_columns(variation=pl.lit(words), asked="proposition_id", proposition_id=own))
    return pl.concat(frames)


def _levels(narrowed: list[Corpus], guard: Guard) -> pl.DataFrame:
    """Give what level each proposition comes out at, `then_level`: as `compared` does, without reasons and dates."""
    spoke = pl.concat(
        one.statements.select("proposition_id", only=pl.lit(only))
        for one, only in zip(narrowed, ("left-only", "right-only"), strict=True)
    )
    levels = spoke.group_by("proposition_id").agg(pl.col("only").unique())
    levels = levels.join(paired(narrowed, guard)[1], on="proposition_id", how="left")
    both = pl.when(pl.col("only").list.len() > 1).then(pl.col("level").fill_null("refused"))
    level = both.otherwise(pl.col("only").list.first()).cast(pl.Enum(list(LEVELS)))
    return levels.select("proposition_id", then_level=level)


def rules_lifted(corpus: Corpus, comparison: Comparison) -> pl.DataFrame:
    """Tell what each rule that can be lifted does to a comparison.

    Returns one row per rule in force, and per rule that the guard has lifted: `rule` (a field of Guard), `allows`
    (words), `in_force` (Boolean), `comparable` (propositions now), `more` (those that lifting it would add, or has
    added, to what could be compared with it), `otherwise` (those comparable either way that come out otherwise).
    """
    narrowed, in_force, given, rows = comparison.narrowed(corpus), comparison.guard.lifted(), comparison.guard, []
    strict = {name: replace(given, **{name: False}) for name in ("relayed", "questions", "conditionals")}
    levels = comparison.rows.select("proposition_id", "level")
    now = levels.filter(pl.col("level").is_in(_COMPARABLE)).height
    for name, guard in (strict | in_force).items():
        both = levels.join(_levels(narrowed, guard), on="proposition_id")
        fine = both.filter(pl.col("then_level").is_in(_COMPARABLE))
        differ = fine.filter(pl.col("level") != pl.col("then_level"), pl.col("level").is_in(_COMPARABLE))
        rows.append((name, RULES[name].allows, name in in_force, now, abs(fine.height - now), differ.height))
    types: dict[str, Any] = {"rule": pl.String, "allows": pl.String, "in_force": pl.Boolean}
    counts = dict.fromkeys(("comparable", "more", "otherwise"), pl.Int64)
    return pl.DataFrame(rows, schema=types | counts, orient="row")
