"""Positions: the stances that a holder's statements take on a proposition, and which silence a blank is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from kit.corpus import Corpus
from kit.dates import UNKNOWN, in_words
from kit.selection import Selection

SILENCE_WORDS = {
    "left-out": "statements are here, but the selection leaves them out",
    "asked-not-answered": "asked and not answered",
    "no-stance": "addressed without a stance",
    "coders-disagreed": "the coders disagreed, and no stance stands",
    "not-addressed": "raised the theme, did not address this proposition",
    "theme-not-raised": "spoke, did not raise this theme",
    "did-not-speak": "did not speak in these documents and dates",
}
_CELL = ["speaker_id", "proposition_id"]


def stance_positions(corpus: Corpus) -> pl.DataFrame:
    """Count the statements behind every stance of every holder on every proposition.

    Returns one row per holder, proposition and stance, in the order of the speakers and the codebook: `speaker_id`,
    `proposition_id`, `theme_id`, `stance`, `statements`, `first_hand` (of these, in the holder's own transcript, speech
    or release), `documents` (counts), `document_ids`, `earliest` and `latest` (over all of them), `statement_ids`,
    `passage_ids`. A holder may take several stances; none is reduced to one. No statements give no rows.
    """
    keys = ["speaker_id", "proposition_id", "theme_id", "stance"]
    counted = corpus.statements.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("statements"),
        pl.col("first_hand").sum().cast(pl.Int64),
        pl.col("document_id").n_unique().cast(pl.Int64).alias("documents"),
        pl.col("document_id").unique().sort().alias("document_ids"),
        pl.col("earliest").min(),
        pl.col("latest").max(),
        pl.col("statement_id").sort().alias("statement_ids"),
        pl.col("passage_id").unique().sort().alias("passage_ids"),
    )
    return in_order(corpus, counted)


def in_order(corpus: Corpus, frame: pl.DataFrame) -> pl.DataFrame:
    """Sort rows by the order of the speakers and of the codebook, then by stance where there is one."""
    found, last = frame.lazy(), ["stance"] if "stance" in frame.columns else []
    for ids, key in ((corpus.speakers, "speaker_id"), (corpus.propositions, "proposition_id")):
        found = found.join(ids.lazy().select(key).with_row_index(f"_{key}"), on=key, how="left")
    return found.sort("_speaker_id", "_proposition_id", *last).drop("_speaker_id", "_proposition_id").collect()


def dated(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `dates`, the interval from `earliest` to `latest` in words."""
    words = [in_words(earliest, latest) for earliest, latest in frame.select("earliest", "latest").iter_rows()]
    return frame.with_columns(pl.Series("dates", words, pl.String))


def named(corpus: Corpus, frame: pl.DataFrame) -> pl.DataFrame:
    """Add `holder` to the `speaker_id` of a frame and `proposition` to its `proposition_id`, in words.

    Rows and order stay; an id that the frame does not have is not named.
    """
    holders = corpus.speakers.select("speaker_id", holder="name")
    texts = corpus.propositions.select("proposition_id", proposition="text")
    for words in (holders, texts):
        key = words.columns[0]
        frame = frame.join(words, on=key, how="left", maintain_order="left") if key in frame.columns else frame
    return frame


def holders(corpus: Corpus, most: int = 20) -> pl.DataFrame:
    """Give the speakers whose positions are coded, at most `most`: those with most statements, in the speakers' order.

    Returns `speaker_id`, `name`, `kind`, `aliases`, and `statements`, the count over all documents.
    """
    counts = corpus.statements.group_by("speaker_id").agg(pl.len().cast(pl.Int64).alias("statements"))
    ranked = corpus.speakers.with_row_index("_order").join(counts, on="speaker_id")
    return ranked.sort("statements", "_order", descending=[True, False]).head(most).sort("_order").drop("_order")


def silences_by_cell(whole: Corpus, selected: Corpus, selection: Selection, speakers: pl.DataFrame) -> pl.DataFrame:
    """Say for every holder and proposition without a selected statement which kind of silence that is.

    `whole`: the corpus; `selected`: the same after `select(selection)`; `speakers`: the holders of the axis. Returns
    one row per holder and proposition: `speaker_id`, `proposition_id`, `theme_id`, `kind` (a key of SILENCE_WORDS; ""
    where statements stand), `passage_ids` (of a coded silence). What was coded as silence, or resolved as no stance, is
    said before what is computed: speaking and raising a theme are counted over the documents and dates of the
    selection.
    """
    keys = _CELL
    cells = speakers.select("speaker_id").join(whole.propositions.select("proposition_id", "theme_id"), how="cross")
    window = whole.select(
        replace(selection, speakers=(), themes=(), propositions=(), text=None, first_hand=False, modalities=())
    )
    body = window.passages.lazy().filter(pl.col("zone") == "body").select("speaker_id", theme_id="themes")
    spoke = pl.concat([body.explode("theme_id"), window.statements.lazy().select("speaker_id", "theme_id")])
    no_stance = whole.disagreements.lazy().filter(pl.col("resolved_as") == "")
    no_stance = no_stance.join(window.passages.lazy().select("passage_id"), on="passage_id", how="semi")
    by_cell = window.silences.lazy().group_by(keys)  # one that names no proposition says nothing of any cell
    coded = by_cell.agg(pl.col("kind").cast(pl.String).first().alias("coded"), passage_ids="passage_id")
    found, kinds = cells.lazy().join(coded, on=keys, how="left"), []
    for kind, frame, on in (  # the first that fits is said
        ("", selected.statements.lazy(), keys),
        ("left-out", whole.statements.lazy(), keys),
        ("coded", coded, keys),
        ("coders-disagreed", no_stance, keys),
        ("not-addressed", spoke, ["speaker_id", "theme_id"]),
        ("theme-not-raised", spoke, ["speaker_id"]),
    ):
        there = frame.select(on).drop_nulls().unique().with_columns(pl.lit(True).alias(f"_{kind}"))
        found = found.join(there, on=on, how="left")
        kinds.append(pl.when(pl.col(f"_{kind}")).then("coded" if kind == "coded" else pl.lit(kind)))
    first = pl.coalesce(*kinds, pl.lit("did-not-speak"))
    found = found.with_columns(pl.col("passage_ids").fill_null([]), kind=first)
    return in_order(whole, found.select(*keys, "theme_id", "kind", "passage_ids").collect())


def matrix_rows(
    whole: Corpus, selected: Corpus, selection: Selection, speakers: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the marks and the cells of a stance matrix, with a `tip` in words and the `passage_ids` behind each.

    Marks: `mark_id`, `speaker_id`, `proposition_id`, `stance`, `statements`, `tip`, and for reading `holder`,
    `proposition`, `documents`, `dates`. Cells, one per holder and proposition, and one per coded silence on a theme as
    a whole (`proposition_id` "theme:…"): `mark_id`, `speaker_id`, `proposition_id`, `kind`, `blank` (the silence in
    words, "" where statements stand), `differs` (two stances or more), `tip`, `statement_ids`.
    """
    heading = pl.format("theme:{}", "theme_id").alias("proposition_id")
    texts = whole.propositions.select("proposition_id", proposition="text")
    texts = texts.vstack(whole.themes.select(heading, proposition="label"))
    places = speakers.select("speaker_id", holder="name").join(texts, how="cross")
    places = places.with_columns(cell_id=pl.concat_str("speaker_id", "proposition_id", separator="|"))
    taken = dated(stance_positions(selected).join(places, on=_CELL, maintain_order="left"))
    tip = pl.format(
        "{}: {}\n{}\n{} in {}, {}\n{} in the holder’s own transcript, speech or release",
        "holder", "stance", "proposition", _count("statements"), _count("documents"), "dates", "first_hand",
    )  # fmt: skip
    marks = taken.with_columns(mark_id=pl.concat_str("cell_id", "stance", separator="|"), tip=tip)
    on_theme = selected.silences.filter(pl.col("proposition_id") == "").join(speakers, on="speaker_id", how="semi")
    on_theme = on_theme.group_by("speaker_id", "theme_id").agg(
        pl.col("kind").first().cast(pl.String), pl.col("passage_id").unique(maintain_order=True).alias("passage_ids")
    )
    blanks = silences_by_cell(whole, selected, selection, speakers)
    blanks = blanks.vstack(on_theme.with_columns(heading).select(blanks.columns).sort("speaker_id", "theme_id"))
    return marks.drop("cell_id"), _cells(blanks.join(places, on=_CELL, maintain_order="left"), taken)


def _cells(blanks: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    stances = taken.group_by("cell_id").agg(
        (pl.col("stance").n_unique() > 1).alias("differs"),
        pl.col("passage_ids").explode().unique().sort().alias("taken_ids"),
        pl.col("statement_ids").explode().sort(),
    )
    cells = blanks.join(stances, on="cell_id", how="left", maintain_order="left").with_columns(
        pl.col("differs").fill_null(False),
        pl.coalesce("taken_ids", "passage_ids").alias("passage_ids"),
        blank=pl.col("kind").replace_strict(SILENCE_WORDS, default=""),
        mark_id="cell_id",
    )
    silent = pl.when(pl.col("kind") != "").then(pl.format("{}: {}\n{}", "holder", "blank", "proposition"))
    tip = silent.otherwise(pl.format("{}\n{}", "holder", "proposition"))
    return cells.with_columns(tip=tip).drop("cell_id", "taken_ids")


def _count(column: str) -> pl.Expr:
    word = pl.when(pl.col(column) == 1).then(pl.lit(column.removesuffix("s"))).otherwise(pl.lit(column))
    return pl.format("{} {}", pl.col(column), word)


def over_time(corpus: Corpus) -> pl.DataFrame:
    """Give the marks of a timeline: one row per holder, proposition, stance, interval and first-hand or relayed.

    Columns: `mark_id`, `row_id` (the proposition), `speaker_id`, `holder`, `proposition`, `stance`, `statements`,
    `first_hand`, `earliest`, `latest`, `date_basis` (stated, inferred, unknown), `unknown` (Boolean), `dates` in words,
    `lane` (from 0) of `lanes` (marks of one row within a thirtieth of the whole time), `passage_ids`, `statement_ids`,
    `tip`; by date, holder and stance.
    """
    keys = ["proposition_id", "earliest", "latest", "speaker_id", "stance", "first_hand"]
    marks = corpus.statements.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("statements"),
        pl.col("passage_id").unique().sort().alias("passage_ids"),
        pl.col("statement_id").sort().alias("statement_ids"),
    )
    unknown = (pl.col("earliest") == UNKNOWN[0]) & (pl.col("latest") == UNKNOWN[1])
    basis = pl.when(unknown).then(pl.lit("unknown")).when(pl.col("earliest") == pl.col("latest")).then(pl.lit("stated"))
    marks = marks.with_columns(unknown=unknown, date_basis=basis.otherwise(pl.lit("inferred")))
    marks = named(corpus, dated(marks))
    ordered = marks.sort("earliest", "latest", "speaker_id", "stance", "first_hand", "proposition_id")
    known = ordered.filter(pl.col("earliest") > UNKNOWN[0], pl.col("latest") < UNKNOWN[1])
    span = known.select(pl.col("latest").max() - pl.col("earliest").min()).item() or timedelta()
    apart = (pl.col("earliest") - pl.col("latest").shift().over("proposition_id")) > span / 30
    ordered = ordered.with_columns(apart.fill_null(True).cum_sum().over("proposition_id").alias("cluster"))
    hand = pl.when("first_hand").then(pl.lit("own transcript, speech or release")).otherwise(pl.lit("through others"))
    return ordered.with_columns(
        pl.col("proposition_id").alias("row_id"),
        pl.concat_str([pl.col(key).cast(pl.String) for key in keys], separator="|").alias("mark_id"),
        pl.int_range(pl.len()).over("proposition_id", "cluster").alias("lane"),
        pl.len().cast(pl.Int64).over("proposition_id", "cluster").alias("lanes"),
        pl.format(
            "{}: {}\n{}\n{}, {}, {}", "holder", "stance", "proposition", "dates", _count("statements"), hand
        ).alias("tip"),
    )
