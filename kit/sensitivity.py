"""Sensitivity: what would change if fewer statements counted, or if another coder's coding were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from kit.comparison import COMPARABLE, Comparison, comparable, compared
from kit.corpus import Corpus
from kit.guard import RULES
from kit.positions import in_order
from kit.selection import Selection

# What is left out in turn: its words, and which statements stay.
LEFT_OUT = {
    "only own transcripts, speeches and releases": pl.col("first_hand"),
    "no questions and no conditionals": ~pl.col("modality").is_in(["question", "conditional"]),
    "no statements of low confidence": pl.col("confidence") != "low",
}
_CELL = ["speaker_id", "proposition_id"]


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
    propositions = corpus.propositions.select("proposition_id")
    now, changed = comparison.rows.select("proposition_id", "level"), []
    for (words, left), (_, right) in zip(*map(variations, comparison.narrowed(corpus)), strict=True):
        then = compared(corpus, [left, right], comparison.guard)[0].select("proposition_id", then_level="level")
        both = propositions
        for levels in (now, then):
            both = both.join(levels, on="proposition_id", how="left", maintain_order="left")
        differ = both.filter(pl.col("level").ne_missing(pl.col("then_level")))
        changed.append(differ.select(pl.lit(words).alias("variation"), pl.all()))
    return pl.concat(changed)


def rules_lifted(corpus: Corpus, comparison: Comparison) -> pl.DataFrame:
    """Tell what each rule that can be lifted does to a comparison.

    Returns one row per rule in force, and per rule that the guard has lifted: `rule` (a field of Guard), `allows`
    (words), `in_force` (Boolean), `comparable` (propositions now), `more` (those that lifting it would add, or has
    added, to what could be compared with it), `otherwise` (those comparable either way that come out otherwise).
    """
    narrowed, now, rows = comparison.narrowed(corpus), comparable(comparison.rows), []
    in_force, given = comparison.guard.lifted(), comparison.guard
    strict = {name: replace(given, **{name: False}) for name in ("relayed", "questions", "conditionals")}
    levels = comparison.rows.select("proposition_id", "level")
    for name, guard in (strict | in_force).items():
        then = compared(corpus, narrowed, guard)[0]
        both = levels.join(then.select("proposition_id", then="level"), on="proposition_id")
        differ = both.filter(
            pl.col("level") != pl.col("then"), *(pl.col(of).is_in(COMPARABLE) for of in ("level", "then"))
        )
        rows.append((name, RULES[name].allows, name in in_force, now, abs(comparable(then) - now), differ.height))
    types: dict[str, Any] = {"rule": pl.String, "allows": pl.String, "in_force": pl.Boolean}
    counts = dict.fromkeys(("comparable", "more", "otherwise"), pl.Int64)
    return pl.DataFrame(rows, schema=types | counts, orient="row")
