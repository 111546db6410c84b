"""The ledger in words: ids joined with names, offices and dates, for tables and for reading."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from kit.corpus import Corpus
from kit.dates import in_words
from kit.positions import stance_positions
from kit.spans import editorial


def _dates(frame: pl.DataFrame) -> pl.DataFrame:
    words = [in_words(earliest, latest) for earliest, latest in frame.select("earliest", "latest").iter_rows()]
    return frame.with_columns(pl.Series("dates", words, pl.String))


def _named(corpus: Corpus, frame: pl.DataFrame) -> pl.DataFrame:
    holders = corpus.speakers.select("speaker_id", holder="name")
    texts = corpus.propositions.select("proposition_id", proposition="text")
    joined = frame.join(holders, on="speaker_id", how="left", maintain_order="left")
    return joined.join(texts, on="proposition_id", how="left", maintain_order="left")


def documents_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `documents`, one row each in the order of their dates, with `date` in words beside the other columns."""
    return _dates(corpus.documents).rename({"dates": "date"})


def positions_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `stance_positions` with `holder`, `proposition` and `dates` for reading; rows and order are the same."""
    return _dates(_named(corpus, stance_positions(corpus)))


def disagreements_in_words(corpus: Corpus) -> pl.DataFrame:
    """Give `disagreements` with `holder` and `proposition` for reading, one row each; what is not coded says so."""
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
            units.filter(pl.col("coder_id") == coder).join(shared, on="passage_id", how="semi")
            for coder in (first, second)
        )
        both = mine.join(theirs, on=keys)
        same = both.filter(pl.col("stance") == pl.col("stance_right")).height
        counts = (shared.height, both.height, same, mine.height - both.height, theirs.height - both.height)
        rows.append((f"{first}, {second}", *counts))
    columns = ["coders", "passages", "both", "same_stance", "only_first", "only_second"]
    return pl.DataFrame(
        rows, schema={name: pl.Int64 if name != "coders" else pl.String for name in columns}, orient="row"
    )


def for_reading(whole: Corpus, passages: pl.DataFrame, statements: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Join what stands beside passages and evidence when they are read; `passages` keep their order.

    Returns two frames. Passages: `passage_id`, `text`, `form`, `speaker`, `offices`, `document`, `publisher`, `dates`,
    `editorial`. Evidence, one row per statement in one of these passages: `passage_id`, `start` and `end` within the
    passage's text, `holder`, `offices`, `relayers` (names), `first_hand`, `mode`, `modality`, `stance`, `proposition`,
    `confidence`, `note`.
    """
    names = dict(whole.speakers.select("speaker_id", "name").iter_rows())
    documents = documents_in_words(whole).select(
        "document_id",
        "publisher",
        document="title",
        dates=pl.when(pl.col("date_basis") == "stated")
        .then("date")
        .otherwise(pl.format("{} ({})", "date", "date_basis")),
    )
    told = passages.join(documents, on="document_id", how="left", maintain_order="left")
    spoken = [editorial(text) if form == "spoken" else [] for text, form in passages.select("text", "form").iter_rows()]
    told = told.with_columns(
        pl.col("speaker_id").replace_strict(names, default=None).fill_null(_unresolved()).alias("speaker"),
        pl.Series("editorial", [[list(span) for span in spans] for spans in spoken], pl.List(pl.List(pl.Int64))),
    ).join(_offices(whole, passages), on="passage_id", how="left", maintain_order="left")
    begins = passages.select("passage_id", begin="start")
    evidence = _named(
        whole, statements.join(begins, on="passage_id").sort("start", "end", "statement_id")
    ).with_columns(
        pl.col("start", "end") - pl.col("begin"),
        pl.col("relayed_by").list.eval(pl.element().replace_strict(names, default=pl.element())).alias("relayers"),
    )
    shown = "passage_id text form speaker offices document publisher dates editorial".split()
    said = "start end holder offices relayers first_hand mode modality stance proposition confidence note".split()
    return told.with_columns(pl.col("offices").fill_null([])).select(shown), evidence.select("passage_id", *said)


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
