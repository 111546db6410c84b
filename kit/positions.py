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
    return _in_order(corpus, counted)


def _in_order(corpus: Corpus, frame: pl.DataFrame) -> pl.DataFrame:
    speakers = corpus.speakers.select("speaker_id").with_row_index("_speaker")
    propositions = corpus.propositions.select("proposition_id").with_row_index("_proposition")
    joined = frame.join(speakers, on="speaker_id", how="left").join(propositions, on="proposition_id", how="left")
    last = ["stance"] if "stance" in frame.columns else []
    return joined.sort("_speaker", "_proposition", *last).drop("_speaker", "_proposition")


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
    keys = ["speaker_id", "proposition_id"]
    cells = speakers.select("speaker_id").join(whole.propositions.select("proposition_id", "theme_id"), how="cross")
    window = whole.select(
        replace(selection, speakers=(), themes=(), propositions=(), text=None, first_hand=False, modalities=())
    )
    spoke = pl.concat([_themes_of_passages(window), window.statements.select("speaker_id", theme_id="theme_id")])
    open_ones = whole.disagreements.join(window.passages.select("passage_id"), on="passage_id", how="semi")
    no_stance = open_ones.filter(pl.col("resolved_as") == "").select(keys).unique()
    flags = {
        "taken": (selected.statements.select(keys), keys),
        "left-out": (whole.statements.select(keys), keys),
        "coders-disagreed": (no_stance, keys),
        "not-addressed": (spoke.select("speaker_id", "theme_id"), ["speaker_id", "theme_id"]),
        "theme-not-raised": (spoke.select("speaker_id"), ["speaker_id"]),
    }
    for flag, (frame, on) in flags.items():
        cells = cells.join(frame.drop_nulls().unique().with_columns(pl.lit(True).alias(flag)), on=on, how="left")
    cells = _with_coded(cells, window.silences)
    kind = (
        pl.when(pl.col("taken")).then(pl.lit(""))
        .when(pl.col("left-out")).then(pl.lit("left-out"))
        .when(pl.col("coded").is_not_null()).then(pl.col("coded"))
        .when(pl.col("coders-disagreed")).then(pl.lit("coders-disagreed"))
        .when(pl.col("not-addressed")).then(pl.lit("not-addressed"))
        .when(pl.col("theme-not-raised")).then(pl.lit("theme-not-raised"))
        .otherwise(pl.lit("did-not-speak"))
    )  # fmt: skip
    return _in_order(whole, cells.select(*keys, "theme_id", kind.alias("kind"), "passage_ids"))


def _themes_of_passages(corpus: Corpus) -> pl.DataFrame:
    body = corpus.passages.filter(pl.col("zone") == "body").select("speaker_id", theme_id="themes")
    return body.explode("theme_id")


def _with_coded(cells: pl.DataFrame, silences: pl.DataFrame) -> pl.DataFrame:
    """Join the coded silences on their proposition; one that names none says nothing of any cell."""
    keys = ["speaker_id", "proposition_id"]
    kind = pl.col("kind").cast(pl.String).first().alias("coded")
    found = silences.group_by(keys).agg(kind, pl.col("passage_id").alias("passage_ids"))
    return cells.join(found, on=keys, how="left").with_columns(pl.col("passage_ids").fill_null([]))


def matrix_rows(
    whole: Corpus, selected: Corpus, selection: Selection, speakers: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the marks and the cells of a stance matrix, with a `tip` in words and the `passage_ids` behind each.

    Marks: `mark_id`, `speaker_id`, `proposition_id`, `stance`, `statements`, `tip`, and for reading `holder`,
    `proposition`, `documents`, `dates`. Cells, one per holder and proposition, and one per coded silence on a theme as
    a whole (`proposition_id` "theme:…"): `mark_id`, `speaker_id`, `proposition_id`, `kind`, `blank` (the silence in
    words, "" where statements stand), `differs` (two stances or more), `tip`, `statement_ids`.
    """
    names = speakers.select("speaker_id", holder="name")
    heading = pl.format("theme:{}", "theme_id")
    texts = whole.propositions.select("proposition_id", proposition="text")
    texts = texts.vstack(whole.themes.select(heading.alias("proposition_id"), proposition="label"))
    places = names.join(texts, how="cross").with_columns(
        pl.concat_str("speaker_id", "proposition_id", separator="|").alias("cell_id")
    )
    taken = stance_positions(selected).join(places, on=["speaker_id", "proposition_id"], maintain_order="left")
    dates = [in_words(earliest, latest) for earliest, latest in taken.select("earliest", "latest").iter_rows()]
    marks = taken.with_columns(
        pl.concat_str("cell_id", "stance", separator="|").alias("mark_id"), pl.Series("dates", dates, pl.String)
    ).with_columns(
        pl.format(
            "{}: {}\n{}\n{} in {}, {}\n{} in the holder’s own transcript, speech or release",
            "holder", "stance", "proposition", _count("statements"), _count("documents"), "dates", "first_hand",
        ).alias("tip")
    )  # fmt: skip
    on_theme = selected.silences.filter(pl.col("proposition_id") == "")
    of_theme = pl.col("passage_id").unique(maintain_order=True).alias("passage_ids")
    on_theme = on_theme.group_by("speaker_id", "theme_id").agg(pl.col("kind").first(), of_theme)
    on_theme = on_theme.join(names.select("speaker_id"), on="speaker_id")
    on_theme = on_theme.with_columns(heading.alias("proposition_id"), pl.col("kind").cast(pl.String))
    blanks = silences_by_cell(whole, selected, selection, speakers)
    blanks = blanks.vstack(on_theme.select(blanks.columns).sort("speaker_id", "theme_id"))
    stances = taken.group_by("cell_id").agg(
        (pl.col("stance").n_unique() > 1).alias("differs"),
        pl.col("passage_ids").explode().unique().sort().alias("taken_ids"),
        pl.col("statement_ids").explode().sort(),
    )
    cells = (
        blanks.join(places, on=["speaker_id", "proposition_id"], maintain_order="left")
        .join(stances, on="cell_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("differs").fill_null(False),
            pl.coalesce("taken_ids", "passage_ids").alias("passage_ids"),
            pl.col("kind").replace_strict(SILENCE_WORDS, default="").alias("blank"),
            pl.col("cell_id").alias("mark_id"),
        )
        .with_columns(
            pl.when(pl.col("kind") == "")
            .then(pl.format("{}\n{}", "holder", "proposition"))
            .otherwise(pl.format("{}: {}\n{}", "holder", "blank", "proposition"))
            .alias("tip")
        )
    )
    return marks.drop("cell_id"), cells.drop("cell_id", "taken_ids")


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
    basis = (
        pl.when("unknown").then(pl.lit("unknown")).when(pl.col("earliest") == pl.col("latest")).then(pl.lit("stated"))
    )
    marks = marks.with_columns(unknown.alias("unknown")).with_columns(
        basis.otherwise(pl.lit("inferred")).alias("date_basis")
    )
    dates = [in_words(earliest, latest) for earliest, latest in marks.select("earliest", "latest").iter_rows()]
    named = (
        marks.with_columns(pl.Series("dates", dates, pl.String))
        .join(corpus.speakers.select("speaker_id", holder="name"), on="speaker_id", how="left")
        .join(corpus.propositions.select("proposition_id", proposition="text"), on="proposition_id", how="left")
    )
    ordered = named.sort("earliest", "latest", "speaker_id", "stance", "first_hand", "proposition_id")
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
