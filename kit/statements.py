"""The ledger in words: ids joined with names, offices and dates, for tables and for reading."""

from __future__ import annotations

import polars as pl

from kit.corpus import Corpus
from kit.positions import dated, named, stance_positions
from kit.spans import editorial


def documents_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `documents`, one row each in the order of their dates, with `date` in words beside the other columns."""
    return dated(corpus.documents).rename({"dates": "date"})


def positions_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `stance_positions` with `holder`, `proposition` and `dates` for reading; rows and order are the same."""
    return dated(named(corpus, stance_positions(corpus)))


def disagreements_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `disagreements` with `holder` and `proposition` for reading, one row each; what is not coded says so."""
    shown = pl.col("stances").list.eval(pl.when(pl.element() == "").then(pl.lit("none")).otherwise(pl.element()))
    resolved = pl.when(pl.col("resolved_as") == "").then(pl.lit("not coded")).otherwise("resolved_as")
    return named(corpus, corpus.disagreements).with_columns(shown, resolved.alias("resolved_as"))


def for_reading(whole: Corpus, passages: pl.DataFrame, statements: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Join what stands beside passages and evidence when they are read; `passages` keep their order.

    Returns two frames. Passages: `passage_id`, `text`, `form`, `speaker`, `offices`, `document`, `publisher`, `dates`,
    `editorial`. Evidence, one row per statement in one of these passages: `passage_id`, `statement_id`, `start` and
    `end` within the passage's text, `holder`, `offices`, `relayers` (names), `first_hand`, `mode`, `modality`,
    `stance`, `proposition`, `confidence`, `note`.
    """
    names = dict(whole.speakers.select("speaker_id", "name").iter_rows())
    here = whole.documents.join(passages, on="document_id", how="semi", maintain_order="left")
    documents = (
        dated(here)
        .rename({"dates": "date"})
        .select(
            "document_id",
            "publisher",
            document="title",
            dates=pl.when(pl.col("date_basis") == "stated")
            .then("date")
            .otherwise(pl.format("{} ({})", "date", "date_basis")),
        )
    )
    told = passages.join(documents, on="document_id", how="left", maintain_order="left")
    spoken = [editorial(text) if form == "spoken" else [] for text, form in passages.select("text", "form").iter_rows()]
    told = told.with_columns(
        pl.col("speaker_id").replace_strict(names, default=None).fill_null(_unresolved()).alias("speaker"),
        pl.Series("editorial", [[list(span) for span in spans] for spans in spoken], pl.List(pl.List(pl.Int64))),
    ).join(_offices(whole, passages), on="passage_id", how="left", maintain_order="left")
    begins = passages.select("passage_id", begin="start")
    evidence = named(whole, statements.join(begins, on="passage_id").sort("start", "end", "statement_id")).with_columns(
        pl.col("start", "end") - pl.col("begin"),
        pl.col("relayed_by").list.eval(pl.element().replace_strict(names, default=pl.element())).alias("relayers"),
    )
    shown = "passage_id text form speaker offices document publisher dates editorial".split()
    said = "passage_id statement_id start end holder offices relayers first_hand mode modality stance proposition"
    return told.with_columns(pl.col("offices").fill_null([])).select(shown), evidence.select(
        *said.split(), "confidence", "note"
    )


def _unresolved() -> pl.Expr:
    printed = pl.format("{} (not resolved)", "speaker_label")
    return pl.when(pl.col("speaker_label").is_null()).then(pl.lit("speaker not known")).otherwise(printed)


def _offices(whole: Corpus, passages: pl.DataFrame) -> pl.DataFrame:
    """Give the offices that each passage's speaker held through its interval."""
    held = passages.select("passage_id", "speaker_id", "earliest", "latest").join(whole.offices, on="speaker_id")
    through = held.filter(
        pl.col("since").is_null() | (pl.col("since") <= pl.col("earliest")),
        pl.col("until").is_null() | (pl.col("until") >= pl.col("latest")),
    )
    return through.group_by("passage_id", maintain_order=True).agg(pl.col("office").alias("offices"))
