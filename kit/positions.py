"""Positions: the stances that a holder's statements take on a proposition, and which silence a blank is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

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
COMPUTED = ("not-addressed", "theme-not-raised", "did-not-speak")  # the other silences were coded
# `select_seq` and `with_columns_seq`: of so few rows all columns are made before a second thread has begun with one.
_APART = 16  # of the whole time: a bar's sign beside it and the next mark have room
_CELL = ["speaker_id", "proposition_id"]
_SPOKEN = ["speaker_id", "theme_id", "document_id", "earliest", "latest"]


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
    last = [name for name in ("stance",) if name in frame.columns]
    places = {"speaker_id": corpus.speakers, "proposition_id": corpus.propositions}
    # A codebook's headings ("theme:…") and whoever the corpus does not have come first, as they are.
    order = [pl.col(key).cast(pl.Enum(ids[key]), strict=False).to_physical() for key, ids in places.items()]
    return frame.sort(*order, *last, maintain_order=True)


def dated(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `dates`, the interval from `earliest` to `latest` in words."""
    words = [_said(earliest, latest) for earliest, latest in zip(frame["earliest"], frame["latest"], strict=True)]
    return frame.with_columns_seq(pl.Series("dates", words, pl.String))


_said = lru_cache(maxsize=10_000)(in_words)


def named(corpus: Corpus, frame: pl.DataFrame) -> pl.DataFrame:
    """Add `holder` to the `speaker_id` of a frame and `proposition` to its `proposition_id`, in words.

    Rows and order stay; an id that the frame does not have is not named.
    """
    holders = corpus.speakers.select_seq("speaker_id", holder="name")
    texts = corpus.propositions.select_seq("proposition_id", proposition="text")
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
    cells = whole.kept(_silences, _window(selection), tuple(speakers["speaker_id"]))
    held = selected.statements.select(_CELL).unique().with_columns(_held=pl.lit(True))
    kind = pl.when(pl.col("_held").is_null()).then("kind").otherwise(pl.lit("")).alias("kind")
    return cells.join(held, on=_CELL, how="left", maintain_order="left").with_columns(kind).drop("_held")


def _window(selection: Selection) -> Selection:
    """Give the documents and dates of a selection, by which silences are told."""
    return Selection(documents=selection.documents, since=selection.since, until=selection.until)


def _silences(whole: Corpus, window: Selection, speakers: tuple[str, ...]) -> pl.DataFrame:
    """Give the kind of silence that every cell would be if none of its statements were selected."""
    held = pl.DataFrame({"speaker_id": speakers}, schema={"speaker_id": pl.String})
    cells = held.join(whole.propositions.select("proposition_id", "theme_id"), how="cross")
    there = window.of_statements()
    raised = pl.concat([whole.kept(_raised).filter(there), whole.statements.filter(there).select(_SPOKEN)])
    no_stance = whole.kept(_without_stance).filter(there)
    by_cell = whole.silences.filter(there).group_by(_CELL)  # one that names no proposition says nothing of any cell
    coded = by_cell.agg(
        pl.col("kind").cast(pl.String).first().alias("coded"),
        passage_ids=pl.col("passage_id").unique(maintain_order=True),
    )
    found = cells.join(coded, on=_CELL, how="left")
    for kind, frame, on in (
        ("left-out", whole.statements, _CELL),
        ("coders-disagreed", no_stance, _CELL),
        ("not-addressed", raised, ["speaker_id", "theme_id"]),
        ("theme-not-raised", raised, ["speaker_id"]),
    ):
        there_is = frame.select(on).drop_nulls().unique().with_columns(pl.lit(kind).alias(kind))
        found = found.join(there_is, on=on, how="left")
    first = ("left-out", "coded", "coders-disagreed", "not-addressed", "theme-not-raised", pl.lit("did-not-speak"))
    found = found.select(*_CELL, "theme_id", pl.coalesce(*first).alias("kind"), pl.col("passage_ids").fill_null([]))
    return in_order(whole, found)


def _raised(whole: Corpus) -> pl.DataFrame:
    """Give who raised which theme in which document: what the running text of a corpus says, without its passages."""
    body = whole.passages.filter(pl.col("zone") == "body").rename({"themes": "theme_id"}).select(_SPOKEN)
    return body.explode("theme_id").unique()


def _without_stance(whole: Corpus) -> pl.DataFrame:
    where = whole.passages.select("passage_id", "document_id", "earliest", "latest")
    return whole.disagreements.filter(pl.col("resolved_as") == "").drop("document_id").join(where, on="passage_id")


def matrix_rows(
    whole: Corpus, selected: Corpus, selection: Selection, speakers: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the marks and the cells of a stance matrix, with a `tip` in words and the `passage_ids` behind each.

    Marks: `mark_id`, `speaker_id`, `proposition_id`, `stance`, `statements`, `tip`, and for reading `holder`,
    `proposition`, `documents`, `dates`. Cells, one per holder and proposition, and one per coded silence on a theme as
    a whole (`proposition_id` "theme:…"): `mark_id`, `speaker_id`, `proposition_id`, `kind`, `blank` (the silence in
    words, "" where statements stand), `differs` (two stances or more), `tip`, `statement_ids`.
    """
    axis = tuple(speakers["speaker_id"])
    taken = _chosen(_taken, whole, selected, selection, axis)
    stances = taken.group_by("cell_id").agg(
        pl.len().alias("stances"),
        pl.col("passage_ids").explode().unique().sort().alias("taken_ids"),
        pl.col("statement_ids").explode().sort(),
    )
    cells = whole.kept(_blanks, _window(selection), axis)
    if not (on_theme := selected.silences.filter(pl.col("proposition_id") == "")).is_empty():
        told = _in_words(_on_themes(on_theme), whole.kept(_places, axis))
        cells = cells.vstack(told.select(cells.columns))
    stands = pl.col("stances").is_not_null()
    cells = cells.join(stances, left_on="mark_id", right_on="cell_id", how="left", maintain_order="left")
    cells = cells.with_columns_seq(
        pl.when(stands).then(pl.lit("")).otherwise("kind").alias("kind"),
        pl.when(stands).then(pl.lit("")).otherwise("blank").alias("blank"),
        pl.when(stands).then("stand_tip").otherwise("tip").alias("tip"),
        pl.coalesce("taken_ids", "passage_ids").alias("passage_ids"),
        differs=pl.col("stances").fill_null(0) > 1,
    )
    return taken.select_seq(pl.exclude("cell_id")), cells.select_seq(pl.exclude("taken_ids", "stances", "stand_tip"))


def _taken(selected: Corpus, speakers: tuple[str, ...]) -> pl.DataFrame:
    """Give the marks of a stance matrix, each with the `cell_id` that it stands in."""
    names = selected.whole.kept(_places, speakers)
    on_axis = replace(selected, statements=selected.statements.filter(pl.col("speaker_id").is_in(speakers)))
    taken = dated(stance_positions(on_axis).join(names, on=_CELL, how="inner", maintain_order="left"))
    tip = pl.format(
        "{}: {}\n{}\n{} in {}, {}\n{} in the holder’s own transcript, speech or release",
        "holder", "stance", "proposition", _count("statements"), _count("documents"), "dates", "first_hand",
    )  # fmt: skip
    return taken.with_columns_seq(mark_id=pl.concat_str("cell_id", "stance", separator="|"), tip=tip)


def _chosen(
    make: Callable[..., pl.DataFrame], whole: Corpus, selected: Corpus, selection: Selection, *given: Any
) -> pl.DataFrame:
    """Give the marks that `make` makes of a selection, where each is of one holder and one proposition.

    Other holders, propositions or themes are then a filter of the marks that were made without choosing any.
    """
    if selection == selection.for_all():
        return make(selected, *given)
    return whole.kept(_made, make, selection.for_all(), *given).filter(selection.of_positions())


def _made(whole: Corpus, make: Callable[..., pl.DataFrame], selection: Selection, *given: Any) -> pl.DataFrame:
    return make(whole.for_all(selection), *given)


def _places(whole: Corpus, speakers: tuple[str, ...]) -> pl.DataFrame:
    """Give the words of every cell of a matrix, and of the headings of its themes ("theme:…")."""
    texts = whole.propositions.select("proposition_id", proposition="text")
    texts = texts.vstack(whole.themes.select(_heading(), proposition="label"))
    held = whole.speakers.filter(pl.col("speaker_id").is_in(speakers)).select("speaker_id", holder="name")
    return held.join(texts, how="cross").with_columns(cell_id=pl.concat_str(*_CELL, separator="|"))


def _blanks(whole: Corpus, window: Selection, speakers: tuple[str, ...]) -> pl.DataFrame:
    return _in_words(whole.kept(_silences, window, speakers), whole.kept(_places, speakers))


def _in_words(silences: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    told = silences.join(names, on=_CELL, maintain_order="left").rename({"cell_id": "mark_id"})
    told = told.with_columns_seq(blank=pl.col("kind").replace_strict(SILENCE_WORDS))
    stand_tip = pl.format("{}\n{}", "holder", "proposition")
    return told.with_columns_seq(tip=pl.format("{}: {}\n{}", "holder", "blank", "proposition"), stand_tip=stand_tip)


def _on_themes(silences: pl.DataFrame) -> pl.DataFrame:
    ids = pl.col("passage_id").unique(maintain_order=True).alias("passage_ids")
    found = silences.group_by("speaker_id", "theme_id").agg(pl.col("kind").first().cast(pl.String), ids)
    return found.with_columns_seq(_heading()).sort("speaker_id", "theme_id")


def _heading() -> pl.Expr:
    return pl.format("theme:{}", "theme_id").alias("proposition_id")


def _count(column: str) -> pl.Expr:
    word = pl.when(pl.col(column) == 1).then(pl.lit(column.removesuffix("s"))).otherwise(pl.lit(column))
    return pl.format("{} {}", pl.col(column), word)


def over_time(corpus: Corpus, years: int = 0) -> pl.DataFrame:
    """Give the marks of a timeline: one row per holder, proposition, stance, interval and first-hand or relayed.

    Columns: `mark_id`, `row_id` (the proposition), `theme_id`, `speaker_id`, `holder`, `proposition`, `stance`,
    `statements`, `first_hand`, `earliest`, `latest`, `date_basis` (stated, inferred, unknown), `unknown` (Boolean),
    `dates` in words, `lane` (from 0) of `lanes` (marks of one row too near to stand side by side), `passage_ids`,
    `statement_ids`, `tip`; by date, holder and stance.

    `years`: so many calendar years in one mark, of all holders together (`speaker_id` is ""; `first_hand`: all are);
    an interval that ends in another mark's years lies across both. Each stance has a lane, such intervals the last.
    """
    return _in_lanes(corpus, _in_time(corpus, years), years)


def timeline_rows(whole: Corpus, selected: Corpus, selection: Selection, years: int) -> pl.DataFrame:
    """Give `over_time(selected, years)` of what `selection` leaves of the `whole`."""
    if years:
        return over_time(selected, years)
    return _in_lanes(selected, _chosen(_in_time, whole, selected, selection))


def _in_time(corpus: Corpus, years: int = 0) -> pl.DataFrame:
    keys = ["proposition_id", "earliest", "latest", "speaker_id", "stance", "first_hand"]
    said, of_mark = corpus.statements, [*keys[:-2], "stance"] if years else keys
    if years:
        said = said.with_columns(*_periods(years), speaker_id=pl.lit(""))
    marks = said.group_by(of_mark).agg(
        pl.len().cast(pl.Int64).alias("statements"),
        pl.col("passage_id").unique().sort().alias("passage_ids"),
        pl.col("statement_id").sort().alias("statement_ids"),
        pl.col("theme_id").first(),
        *([pl.col("first_hand").all()] if years else []),
    )
    basis = (
        pl.when(_UNKNOWN).then(pl.lit("unknown")).when(pl.col("earliest") == pl.col("latest")).then(pl.lit("stated"))
    )
    marks = marks.with_columns_seq(unknown=_UNKNOWN, date_basis=basis.otherwise(pl.lit("inferred")))
    marks = named(corpus, dated(marks)).with_columns_seq(pl.col("holder").fill_null("All holders"))
    ordered = marks.sort("earliest", "latest", "speaker_id", "stance", "first_hand", "proposition_id")
    hand = pl.when("first_hand").then(pl.lit("own transcript, speech or release")).otherwise(pl.lit("through others"))
    return ordered.with_columns_seq(
        pl.col("proposition_id").alias("row_id"),
        pl.concat_str([pl.col(key).cast(pl.String) for key in keys], separator="|").alias("mark_id"),
        pl.format(
            "{}: {}\n{}\n{}, {}, {}", "holder", "stance", "proposition", "dates", _count("statements"), hand
        ).alias("tip"),
    )


_UNKNOWN = (pl.col("earliest") == UNKNOWN[0]) & (pl.col("latest") == UNKNOWN[1])


def _periods(years: int) -> list[pl.Expr]:
    """Widen each known end of an interval to that of its period of so many calendar years."""
    first, last = (pl.col(end).dt.year() // years * years for end in ("earliest", "latest"))
    begins, ends = pl.date(first.clip(1), 1, 1), pl.date(last + years - 1, 12, 31)
    known = {"earliest": pl.col("earliest") > UNKNOWN[0], "latest": pl.col("latest") < UNKNOWN[1]}
    return [
        pl.when(known[end]).then(to).otherwise(end).alias(end) for end, to in (("earliest", begins), ("latest", ends))
    ]


def _in_lanes(corpus: Corpus, ordered: pl.DataFrame, years: int = 0) -> pl.DataFrame:
    if years:
        across = pl.col("latest").dt.year() - pl.col("earliest").dt.year() >= years
        lane = pl.when(across & ~pl.col("unknown")).then(3).otherwise(pl.col("stance").to_physical())
        return ordered.with_columns_seq(lane.cast(pl.Int64).alias("lane"), lanes=pl.lit(4, pl.Int64))
    row = ("proposition_id", "unknown")
    before = pl.col("latest").cum_max().shift().over(row)
    apart = pl.col("earliest") - before > corpus.whole.kept(_span) / _APART
    ordered = ordered.with_columns_seq(apart.fill_null(True).cum_sum().over(row).alias("cluster"))
    places = pl.int_range(pl.len()).over(*row, "cluster").alias("lane")
    return ordered.with_columns_seq(places, pl.len().cast(pl.Int64).over(*row, "cluster").alias("lanes"))


def _span(whole: Corpus) -> timedelta:
    """Give the whole time of a corpus, along which its statements are drawn whatever is selected."""
    days = known_days(whole.documents, whole.statements)
    return max(days) - min(days) if days else timedelta()


def known_days(*frames: pl.DataFrame) -> set[date]:
    """Give the first and last days of all intervals; the open end of one is no day."""
    return {day for frame in frames for column in ("earliest", "latest") for day in frame[column]} - {*UNKNOWN}
