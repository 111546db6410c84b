"""What an explorer can show: for each chart, its axes from the whole corpus, and its rows from a selection of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from kit import charts, style
from kit.corpus import Corpus
from kit.dates import UNKNOWN, in_words
from kit.positions import holders, matrix_rows, over_time
from kit.selection import Selection
from kit.speech import theme_rates, words_spoken

Frames = dict[str, pl.DataFrame]
_ANY = (date(2000, 1, 1), date(2000, 12, 31))  # no date at all: an axis all the same


@dataclass(frozen=True)
class Panel:
    """One chart of an explorer.

    `rows(whole, selected, selection)` gives its named frames; `table` names those that the table twin lists, in
    `columns` (field, heading). A row with a `mark_id` has the `passage_ids` behind it. `draw(whole, frames, caption)`
    gives the Altair chart.
    """

    title: str
    rows: Callable[[Corpus, Corpus, Selection], Frames]
    draw: Callable[[Corpus, Frames, str], Any]
    table: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


def _matrix(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
    marks, cells = matrix_rows(whole, selected, selection, holders(whole))
    spoken = cells.filter(pl.col("kind") != "").with_columns(
        pl.col("blank").alias("stance"), pl.lit(0).alias("statements")
    )
    return {"marks": marks, "cells": cells, "_silences": spoken}


def _draw_matrix(whole: Corpus, frames: Frames, caption: str) -> Any:
    axes = {"speakers": holders(whole), "propositions": whole.propositions, "themes": whole.themes}
    return charts.stance_matrix(frames["marks"], frames["cells"], caption=caption, **axes)


def _timeline(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
    return {"marks": over_time(selected)}


def _draw_timeline(whole: Corpus, frames: Frames, caption: str) -> Any:
    marks = over_time(whole)
    days = _known_days(whole.documents, whole.statements)
    earliest, latest = (min(days), max(days)) if days else _ANY
    lanes = dict(marks.group_by("row_id").agg(pl.col("lanes").max()).iter_rows())
    axes: dict[str, Any] = {
        "propositions": whole.propositions,
        "themes": whole.themes,
        "undated": bool(marks["unknown"].any()),
    }
    return charts.statements_over_time(
        frames["marks"], **axes, earliest=earliest, latest=latest, lanes=lanes, caption=caption
    )


def _known_days(*frames: pl.DataFrame) -> set[date]:
    """Give the first and last days of all intervals; the open end of one is no day."""
    return {day for frame in frames for column in ("earliest", "latest") for day in frame[column]} - {*UNKNOWN}


def _themes(by: str) -> tuple[Callable[..., Frames], Callable[..., Any]]:
    def rows(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
        return {"rows": theme_rates(selected, by)[0]}

    def draw(whole: Corpus, frames: Frames, caption: str) -> Any:
        columns = theme_rates(whole, by)[1]
        return charts.passages_by_theme(frames["rows"], columns=columns, themes=whole.themes, caption=caption)

    return rows, draw


def _words(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
    return {"rows": words_spoken(selected)}


def _draw_words(whole: Corpus, frames: Frames, caption: str) -> Any:
    return charts.words_by_speaker(frames["rows"], whole=words_spoken(whole), caption=caption)


_POSITION = (("holder", "Holder"), ("proposition", "Proposition"), ("stance", "Stance"), ("statements", "Statements"))
_RATE = (
    ("theme", "Theme"),
    ("label", "In"),
    ("passages", "Passages"),
    ("base_passages", "of"),
    ("per_1000_words", "Per 1,000 words"),
)
PANELS: Mapping[str, Panel] = {
    "matrix": Panel(
        "Who stands where", _matrix, _draw_matrix, ("marks", "_silences"), (*_POSITION, ("dates", "Dates"))
    ),
    "timeline": Panel("When it was said", _timeline, _draw_timeline, ("marks",), (("dates", "Date"), *_POSITION)),
    "themes": Panel("What is spoken about, by document", *_themes("document"), ("rows",), _RATE),
    "speakers": Panel("Who speaks about what", *_themes("speaker"), ("rows",), _RATE),
    "words": Panel(
        "Who speaks how much", _words, _draw_words, ("rows",),
        (("name", "Speaker"), ("form", "Form"), ("words", "Words"), ("passages", "Passages")),
    ),
}  # fmt: skip


def period(corpus: Corpus) -> str:
    """Say which years the documents of a corpus cover, and how many have no known date."""
    undated = corpus.documents.filter(pl.col("date_basis") == "unknown").height
    known = [day.year for day in _known_days(corpus.documents)]
    years = "–".join(str(year) for year in sorted({min(known), max(known)})) if known else ""
    parts = [years, f"{undated} of unknown date" if undated else ""]
    return " and ".join(part for part in parts if part) or in_words(*UNKNOWN)


def how_coded(corpus: Corpus) -> str:
    """Say in one sentence how the statements of a corpus were coded; "" where none are."""
    coder = corpus.coders.filter(pl.col("coder_id") == corpus.coding).to_dicts()
    if not coder:
        return ""
    sources = corpus.coders.filter(pl.col("coder_id").is_in(coder[0]["made_from"]))
    models = set(sources["model"]) - {""}
    if sources.height > 1 and len(models) == 1 and sources.filter(pl.col("model") == "").is_empty():
        same = f"both codings come from the same language model ({models.pop()})"
        return f"{coder[0]['name']}: {same}; agreement shows that it repeats itself, not that it is right"
    return str(coder[0]["name"])


def caption(corpus: Corpus, positions: bool = False) -> str:
    """Write the line that a chart of a corpus carries: documents and period, and where nothing is coded, that.

    `positions`: the chart shows positions, so the line also tells how they were coded and what a blank says.
    """
    coded = bool(corpus.whole.statements.height)
    coding = "" if not coded else how_coded(corpus) if positions else None
    return style.caption(corpus.documents.height, period(corpus), coding)
