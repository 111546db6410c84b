"""What an explorer can show: for each chart, its axes from the whole corpus, and its rows from a selection of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from kit import style
from kit.cache import digest, kept, sources
from kit.changes import changes_over_time
from kit.corpus import Corpus
from kit.dates import UNKNOWN, in_words
from kit.guard import Guard, Side, as_side
from kit.positions import holders, known_days, matrix_rows, over_time, timeline_rows
from kit.schema import DRAWN
from kit.selection import Selection
from kit.speech import theme_rates, words_spoken
from kit.style import as_json

Frames = dict[str, pl.DataFrame]
_READABLE, _FEW = 1_000, 20  # marks of one timeline; columns or bars of one chart
_LEGIBLE = 9  # a number of one digit has room beside two others in a cell of the matrix
_NO_DAYS = {date(2000, 1, 1), date(2000, 12, 31)}  # an axis all the same


@dataclass(frozen=True)
class Panel:
    """One chart of an explorer.

    `rows(whole, selected, selection)` gives its named frames; `table` names those that the table twin lists, in
    `columns` (field, heading). A row with a `mark_id` has the `passage_ids` behind it. `chart` is the function of
    `kit.charts` that draws it, along the `axes(whole)` of a corpus.
    """

    title: str
    rows: Callable[[Corpus, Corpus, Selection], Frames]
    axes: Callable[[Corpus], dict[str, Any]]
    chart: str
    table: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]

    @property
    def drawn(self) -> Mapping[str, tuple[str, ...]]:
        """The frames that the chart takes, with the columns of each."""
        return DRAWN[self.chart]

    def draw(self, whole: Corpus, frames: Frames, caption: str) -> Any:
        """Give the Altair chart of a corpus with these frames."""
        from kit import charts

        given = (frames[name] for name in self.drawn)
        return getattr(charts, self.chart)(*given, caption=caption, **self.axes(whole))

    def spec(self, whole: Corpus, frames: Frames) -> dict[str, Any]:
        """Give the Vega-Lite specification of the chart without rows, as `frames` have them.

        It is kept under all that it depends on: importing Altair and drawing with it takes longer than all the rest of
        a kernel's way to its first chart.
        """

        def make() -> bytes:
            from kit.charts import base

            with base.unchecked():  # the tests validate every chart: here that would take most of the time
                none = {name: frame.clear() for name, frame in frames.items()}
                return json.dumps(self.draw(whole, none, "").to_dict(validate=False)).encode()

        axes = [(name, as_json(axis)) for name, axis in self.axes(whole).items()]
        schemas = [str(frames[name].select(columns).schema) for name, columns in self.drawn.items()]
        spec: dict[str, Any] = json.loads(kept(f"{digest(sources(), self.chart, axes, schemas)}.json", make))
        return spec


def _matrix(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
    marks, cells = matrix_rows(whole, selected, selection, whole.kept(holders))
    silences = cells.filter(pl.col("kind") != "")
    return {
        "marks": marks,
        "cells": cells,
        "_silences": silences.with_columns_seq(stance="blank", statements=pl.lit(0, pl.Int64)),
    }


def _matrix_axes(whole: Corpus) -> dict[str, Any]:
    axes: dict[str, Any] = {"speakers": whole.kept(holders), "propositions": whole.propositions, "themes": whole.themes}
    shown = pl.col("speaker_id").is_in(axes["speakers"]["speaker_id"].to_list())
    counts = whole.statements.filter(shown).group_by("speaker_id", "proposition_id", "stance").len()
    return axes | {"summed": bool((counts["len"] > _LEGIBLE).any())}


def years_in_a_mark(whole: Corpus) -> int:
    """Say how many years one mark of a timeline stands for; 0: each is of one holder, where so many can be read."""
    keys = ["proposition_id", "earliest", "latest", "speaker_id", "stance", "first_hand"]
    if whole.statements.select(keys).n_unique() <= _READABLE:
        return 0
    return next(
        years for years in (1, 2, 5, 10, 25, 100, 10_000) if over_time(whole, years).height <= _READABLE or years > 100
    )


def _timeline(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
    return {"marks": timeline_rows(whole, selected, selection, whole.kept(years_in_a_mark))}


def _timeline_axes(whole: Corpus) -> dict[str, Any]:
    years = whole.kept(years_in_a_mark)
    marks, days = over_time(whole, years), known_days(whole.documents, whole.statements) or _NO_DAYS
    axes: dict[str, Any] = {"propositions": whole.propositions, "themes": whole.themes}
    axes |= {"earliest": min(days), "latest": max(days), "undated": bool(marks["unknown"].any())}
    axes["lanes"] = dict(marks.group_by("row_id", maintain_order=True).agg(pl.col("lanes").max()).iter_rows())
    return axes | {"in_periods": years > 0}


def holder_over_time(
    corpus: Corpus, holder: Side | str, selection: Selection | None = None, guard: Guard | None = None
) -> Any:
    """Draw what one holder said over time: offices as bands, and on each line how a stance compares with the next.

    Arguments as in `changes_over_time`, whose rows are the lines. The rows of the chart are the propositions on which
    the holder took a stance.
    """
    side, selection = as_side(holder), replace(selection or Selection(), speakers=())
    marks, links = over_time(side.of(corpus, selection)), changes_over_time(corpus, side, selection, guard)
    held = corpus.offices.filter(pl.col("speaker_id") == side.speaker_id).with_row_index("at")
    since, until = pl.col("since").cast(pl.String).fill_null("?"), pl.col("until").cast(pl.String).fill_null("?")
    offices = held.select(
        "office", "since", "until", row_id=pl.format("office:{}", "at"),
        tip=pl.format("{}\nsince {}, until {}\n{}", "office", since, until, "known_from"),
    )  # fmt: skip
    days = known_days(corpus.documents, corpus.statements) or _NO_DAYS
    words = f"{side.in_words(corpus)} over time · {caption(corpus, positions=True)}"
    from kit import charts

    return charts.statements_over_time(
        marks,
        propositions=corpus.propositions.filter(pl.col("proposition_id").is_in(marks["row_id"].unique().to_list())),
        themes=corpus.themes,
        earliest=min(days),
        latest=max(days),
        lanes=dict(marks.group_by("row_id").agg(pl.col("lanes").max()).iter_rows()),
        undated=bool(marks["unknown"].any()),
        offices=offices,
        links=_links(links),
        caption=style.wrap(words.replace("\n", " "), 96),
    )


def _links(changes: pl.DataFrame) -> pl.DataFrame:
    rivals = pl.when(pl.col("rivals").list.len() > 0).then(
        pl.format("\nmay explain it: {}", pl.col("rivals").list.join("; "))
    )
    reasons = pl.when(pl.col("reasons").list.len() > 0).then(pl.format(": {}", pl.col("reasons").list.join("; ")))
    tip = pl.concat_str(
        "earlier_dates",
        pl.lit(" – "),
        "later_dates",
        pl.lit("\n"),
        pl.col("change").cast(pl.String),
        reasons.fill_null(""),
        rivals.fill_null(""),
    )
    own = changes.filter(pl.col("proposition_id") == pl.col("later_proposition_id"))  # the others cross: see the table
    change = pl.col("change").cast(pl.String)
    return own.select(row_id="proposition_id", begins="earlier_latest", ends="later_earliest", change=change, tip=tip)


def _speaking(whole: Corpus) -> pl.DataFrame:
    said = words_spoken(whole)
    most = said.unique("speaker_id", keep="first", maintain_order=True).head(_FEW)
    return said.join(most, on="speaker_id", how="semi", maintain_order="left")


def _words(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
    return {
        "rows": words_spoken(selected).join(whole.kept(_speaking), on="speaker_id", how="semi", maintain_order="left")
    }


def _words_axes(whole: Corpus) -> dict[str, Any]:
    return {"whole": whole.kept(_speaking).select("speaker_id", "name", "speaker_words")}


_POSITION = (("holder", "Holder"), ("proposition", "Proposition"), ("stance", "Stance"), ("statements", "Statements"))
_SPOKEN = (("name", "Speaker"), ("form", "Form"), ("words", "Words"), ("passages", "Passages"))
_RATE = (("theme", "Theme"), ("label", "In"), ("passages", "Passages"), ("base_passages", "of"),
         ("per_1000_words", "Per 1,000 words"))  # fmt: skip


def _columns(whole: Corpus, by: str) -> pl.DataFrame:
    """Give the columns of a chart of themes: where there are too many to read, those with most words."""
    columns = theme_rates(whole, by)[1]
    most = columns.top_k(_FEW, by="base_words")
    return columns.join(most, on="column_id", how="semi", maintain_order="left")


def _rates(title: str, by: str) -> Panel:
    def rows(whole: Corpus, selected: Corpus, selection: Selection) -> Frames:
        found = theme_rates(selected, by)[0]
        return {"rows": found.join(whole.kept(_columns, by), on="column_id", how="semi", maintain_order="left")}

    def axes(whole: Corpus) -> dict[str, Any]:
        return {"columns": whole.kept(_columns, by), "themes": whole.themes}

    return Panel(title, rows, axes, "passages_by_theme", ("rows",), _RATE)


POSITIONS = ("matrix", "timeline")  # the charts of what is coded
PANELS: Mapping[str, Panel] = {
    "matrix": Panel("Who stands where", _matrix, _matrix_axes, "stance_matrix", ("marks", "_silences"),
                    (*_POSITION, ("dates", "Dates"))),
    "timeline": Panel("When it was said", _timeline, _timeline_axes, "statements_over_time", ("marks",),
                      (("dates", "Date"), *_POSITION)),
    "themes": _rates("What is spoken about, by document", "document"),
    "speakers": _rates("Who speaks about what", "speaker"),
    "words": Panel("Who speaks how much", _words, _words_axes, "words_by_speaker", ("rows",), _SPOKEN),
}  # fmt: skip


def title(name: str, whole: Corpus) -> str:
    """Give the heading of a chart, which says where it shows less than there is."""
    years = whole.kept(years_in_a_mark) if name == "timeline" else 0
    said = PANELS[name].title + (f": all holders together, {years} year{'s' * (years > 1)} in a mark" if years else "")
    spoken = whole.passages["speaker_id"].n_unique() if name in ("speakers", "words") else 0
    there, most, things = {
        "matrix": (
            whole.statements["speaker_id"].n_unique(),
            whole.kept(holders).height,
            "holders, those with most statements",
        ),
        "themes": (whole.documents.height, _FEW, "documents, those with most words"),
    }.get(name, (spoken, _FEW, "speakers, those with most words"))
    return f"{said}: {most} of {there:,} {things}" if there > most else said


def period(corpus: Corpus) -> str:
    """Say which years the documents of a corpus cover, and how many have no known date."""
    undated = corpus.documents.filter(pl.col("date_basis") == "unknown").height
    known = [day.year for day in known_days(corpus.documents)]
    years = "–".join(str(year) for year in sorted({min(known), max(known)})) if known else ""
    parts = [years, f"{undated} of unknown date" if undated else ""]
    return " and ".join(part for part in parts if part) or in_words(*UNKNOWN)


def how_coded(corpus: Corpus) -> str:
    """Say in one sentence how the statements of a corpus were coded; "" where none are."""
    coder = corpus.coders.filter(pl.col("coder_id") == corpus.coding).to_dicts()
    if not coder:
        return ""
    models = corpus.coders.filter(pl.col("coder_id").is_in(coder[0]["made_from"]))["model"].to_list()
    if len(models) > 1 and models[0] and len(set(models)) == 1:
        same = f"both codings come from the same language model ({models[0]})"
        return f"{coder[0]['name']}: {same}; agreement shows that it repeats itself, not that it is right"
    return str(coder[0]["name"])


def caption(corpus: Corpus, positions: bool = False) -> str:
    """Write the line that a chart of a corpus carries: documents and period, and where nothing is coded, that.

    `positions`: the chart shows positions, so the line also tells how they were coded and what a blank says.
    """
    coded = bool(corpus.whole.statements.height)
    coding = "" if not coded else how_coded(corpus) if positions else None
    return style.caption(corpus.documents.height, period(corpus), coding)
