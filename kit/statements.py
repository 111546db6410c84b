"""The ledger in words: ids joined with names, offices and dates, for tables and for reading."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from kit.corpus import Corpus
from kit.dates import in_words
from kit.positions import stance_positions


def _dates(frame: pl.DataFrame) -> pl.DataFrame:
    words = [in_words(earliest, latest) for earliest, latest in frame.select("earliest", "latest").iter_rows()]
    return frame.with_columns(pl.Series("dates", words, pl.String))


def _named(corpus: Corpus, frame: pl.DataFrame) -> pl.DataFrame:
    holders = corpus.speakers.select("speaker_id", holder="name")
    texts = corpus.propositions.select("proposition_id", proposition="text")
    joined = frame.join(holders, on="speaker_id", how="left", maintain_order="left")
    return joined.join(texts, on="proposition_id", how="left", maintain_order="left")


def documents_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `documents`, one row each in the order of their dates, with `date` in words; the other columns as they are."""
    return _dates(corpus.documents).rename({"dates": "date"})


def positions_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `stance_positions` with `holder`, `proposition` and `dates` for reading; rows and order are the same."""
    return _dates(_named(corpus, stance_positions(corpus)))


def disagreements_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `disagreements` with `holder` and `proposition` for reading, one row each; "" under stances means not coded."""
    shown = pl.col("stances").list.eval(pl.when(pl.element() == "").then(pl.lit("none")).otherwise(pl.element()))
    resolved = pl.when(pl.col("resolved_as") == "").then(pl.lit("not coded")).otherwise("resolved_as")
    return _named(corpus, corpus.disagreements).with_columns(shown, resolved.alias("resolved_as"))


def coders_compared(corpus: Corpus) -> pl.DataFrame:
    """Count how far each two coders coded alike, in the passages that both reviewed; no coefficient, plain counts.

    A unit is one holder's stance on one proposition in one passage; several stances of one coder there count as mixed.
    Returns one row per pair of coders who coded by themselves (made from no other): `coders`, `passages` (reviewed by
    both), `both` (units that both coded), `same_stance` (of these), `only_first`, `only_second` (units that one coded).
    """
    alone = corpus.coders.filter(pl.col("made_from").list.len() == 0)["coder_id"].to_list()
    keys = ["passage_id", "speaker_id", "proposition_id"]
    stance = pl.col("stance").cast(pl.String)
    one = pl.when(stance.n_unique() == 1).then(stance.first()).otherwise(pl.lit("mixed"))
    units = corpus.codings.group_by("coder_id", *keys).agg(one.alias("stance"))
    rows = []
    for first, second in combinations(alone, 2):
        read = corpus.reviewed.filter(pl.col("coder_id").is_in([first, second])).group_by("passage_id")
        shared = read.agg(pl.col("coder_id").n_unique().alias("coders")).filter(pl.col("coders") == 2)
        mine, theirs = (
            units.filter(pl.col("coder_id") == coder).join(shared, on="passage_id", how="semi") for coder in (first, second)
        )
        both = mine.join(theirs, on=keys)
        same = both.filter(pl.col("stance") == pl.col("stance_right")).height
        counts = (shared.height, both.height, same, mine.height - both.height, theirs.height - both.height)
        rows.append((f"{first}, {second}", *counts))
    columns = ["coders", "passages", "both", "same_stance", "only_first", "only_second"]
    return pl.DataFrame(rows, schema={name: pl.Int64 if name != "coders" else pl.String for name in columns}, orient="row")
