"""The explorer: controls, charts and passages bound to one selection."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import ipywidgets as widgets
import polars as pl
import traitlets

from kit import style
from kit.controls import CHOICES, Controls
from kit.corpus import Corpus
from kit.dates import UNKNOWN
from kit.errors import SelectionError
from kit.panels import PANELS, Frames, caption
from kit.positions import holders
from kit.reading import Page, Section, passages_html
from kit.selection import Selection
from kit.statements import for_reading
from kit.view import View

_LISTED = 24
_EMPTY = "Nothing in this selection. Take a speaker, a theme, a date or a word of the search away, or press Reset."
_SILENT = "No passage of this selection stands behind this cell."


class Explorer(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """Explore a corpus: choose speakers, themes and dates, see who stands where, and read the words behind every mark.

    `selection` is what the controls say; it filters. Set it, and the controls follow. `picked` is the mark chosen last
    (`{"chart", "mark"}`, or empty); it narrows only the passages shown.

    Parameters
    ----------
    corpus : a Corpus from `kit.load()`.
    selection : the Selection to begin with; its propositions, documents and modalities stay as they are.
    charts : names of charts, in order: matrix, timeline, themes, speakers, words. Default: matrix and timeline, or
        speakers where nothing is coded.

    Raises SelectionError where the selection does not fit the corpus, ValueError for a chart that there is none of.
    """

    selection = traitlets.Instance(Selection)

    def __init__(self, corpus: Corpus, selection: Selection | None = None, charts: Iterable[str] | None = None) -> None:
        self.corpus, self._coded = corpus, not corpus.statements.is_empty()
        names = list(charts) if charts is not None else ["matrix", "timeline"] if self._coded else ["speakers"]
        if unknown := [name for name in names or ["none"] if name not in PANELS]:
            raise ValueError(f"charts: {unknown[0]!r} is not one of {', '.join(PANELS)}")
        if not self._coded:
            names = list(dict.fromkeys("speakers" if name in ("matrix", "timeline") else name for name in names))
        self._panels = {name: PANELS[name] for name in names}
        selection = selection or Selection()
        self._specs: dict[str, dict[str, Any]] = {}
        self._behind: dict[tuple[str, str], dict[str, list[str]]] = {}
        frames = self._frames(corpus.select(selection), selection)
        self.controls = Controls(**_options(corpus))
        self.view = View({name: self._chart(name, frames[name]) for name in names})
        super().__init__([self.controls, self.view], selection=selection)
        self.add_class("kit-explorer")
        self._follow(selection)
        self._show(selection)
        self.controls.observe(self._controls_moved, list(CHOICES))
        self.view.observe(self._picked, "picked")

    @property
    def picked(self) -> Mapping[str, str]:
        """The mark chosen last: `{"chart", "mark"}`, or empty."""
        return self.view.picked

    def _chart(self, name: str, frames: Frames) -> dict[str, Any]:
        panel = self._panels[name]
        with style.unchecked():  # the tests validate every chart: here that would be most of the time to the first one
            spec = panel.draw(self.corpus, frames, self._caption(name)).to_dict(validate=False)
        self._specs[name] = spec
        there, most = self.corpus.statements["speaker_id"].n_unique(), holders(self.corpus).height
        crowded = (
            f": {most} of {there:,} holders, those with most statements" if name == "matrix" and there > most else ""
        )
        return {
            "title": panel.title + crowded,
            "spec": style.without_inks(spec),
            "columns": [list(column) for column in panel.columns],
        }

    def _caption(self, name: str) -> str:
        return caption(self.corpus, positions=name in ("matrix", "timeline"))

    def _shown(self, name: str) -> dict[str, Any]:
        """Give the spec of a chart with the rows and the caption that are shown now."""
        spec, now = self._specs[name], self.view.frames[name]
        params = [{**one, "value": now["params"].get(one["name"], one["value"])} for one in spec["params"]]
        return {**spec, "params": params, "datasets": {**spec["datasets"], **now["rows"]}}

    def _frames(self, selected: Corpus, selection: Selection) -> dict[str, Frames]:
        return {name: panel.rows(self.corpus, selected, selection) for name, panel in self._panels.items()}

    @traitlets.validate("selection")
    def _fits(self, proposal: Mapping[str, Any]) -> Selection:
        selection: Selection = proposal["value"]
        self.corpus.check(selection)
        if hasattr(self, "view") and self.view.notice and selection == self.selection:
            self._follow(selection)  # no change to observe, but the controls say a window that is none
        return selection

    @traitlets.observe("selection")
    def _selection_set(self, change: Mapping[str, Any]) -> None:
        if hasattr(self, "view") and isinstance(change["old"], Selection):
            self._follow(change["new"])
            self._show(change["new"])

    def _follow(self, selection: Selection) -> None:
        """Have the controls say a selection; a speaker or theme that is no chip stays chosen all the same."""
        hidden = self._no_chips(selection)
        chosen = {name: [one for one in getattr(selection, name) if one not in hidden[name]] for name in hidden}
        days = {name: day.isoformat() if (day := getattr(selection, name)) else "" for name in ("since", "until")}
        self.controls.choose(**chosen, **days, text=selection.text or "", first_hand=selection.first_hand)

    def _no_chips(self, selection: Selection) -> dict[str, list[str]]:
        options = {"speakers": self.controls.speaker_options, "themes": self.controls.theme_options}
        chips = {name: {one["id"] for one in offered} for name, offered in options.items()}
        return {name: [one for one in getattr(selection, name) if one not in chips[name]] for name in chips}

    def _controls_moved(self, _: Any) -> None:
        try:
            chosen = {name: getattr(self.controls, name) for name in CHOICES}
            chosen |= {name: [*chosen[name], *ids] for name, ids in self._no_chips(self.selection).items()}
            moved = replace(self.selection, **chosen)
            if moved != self.selection:
                self.selection = moved
            self.view.show(notice="")
        except SelectionError as problem:
            self.view.show(notice=f"{problem} — the view below is the one before.")
        except Exception as problem:  # noqa: BLE001  # the widget's edge: the reader sees it, and the last good view stays
            self.view.show(
                notice=f"A fault in the kit ({type(problem).__name__}: {problem}); the view below is the one before."
            )

    def _picked(self, _: Any) -> None:
        try:
            self.view.show(passages=self._passages(self._selected, self.picked))
        except Exception as problem:  # noqa: BLE001  # the widget's edge
            self.view.show(notice=f"A fault in the kit ({type(problem).__name__}: {problem}).")

    def _show(self, selection: Selection) -> None:
        selected = self.corpus.select(selection)
        shown = self._frames(selected, selection)
        self._behind = {
            (name, row["mark_id"]): row
            for name, frames in shown.items()
            for frame in frames.values()
            if "passage_ids" in frame.columns
            for row in frame.select(_present(frame, ["mark_id", "passage_ids", "statement_ids"])).iter_rows(named=True)
        }
        self._selected = selected
        mark = (str(self.picked.get("chart")), str(self.picked.get("mark")))
        picked = self.picked if mark in self._behind else {}
        self.view.show(
            frames={name: self._sent(name, frames) for name, frames in shown.items()},
            picked=picked,
            passages=self._passages(selected, picked),
            summary=self._summary(selected, selection),
            code=repr(selection),
        )

    def _sent(self, name: str, frames: Frames) -> dict[str, Any]:
        panel = self._panels[name]
        fields = ["mark_id", *(field for field, _ in panel.columns)]
        hidden = ("passage_ids", "statement_ids", "document_ids", "holder", "proposition")
        rows = {
            key: style.rows(frame.drop(hidden, strict=False))
            for key, frame in frames.items()
            if not key.startswith("_")
        }
        listed = [row for key in panel.table for row in style.rows(frames[key].select(_present(frames[key], fields)))]
        return {"rows": rows, "params": {"caption": self._caption(name)}, "table": listed}

    def _passages(self, selected: Corpus, picked: Mapping[str, str]) -> str:
        only = self._behind.get((str(picked.get("chart")), str(picked.get("mark")))) if picked else None
        return str(passages_html(_sections(selected, only, _LISTED), _EMPTY if only is None else _SILENT))

    def _summary(self, selected: Corpus, selection: Selection) -> str:
        """Say what is shown of how much: never a number without its denominator."""
        whole = self.corpus
        passages, of_all = ({*_running(corpus), *corpus.statements["passage_id"]} for corpus in (selected, whole))
        documents = {passage_id.partition("#")[0] for passage_id in passages}
        parts = [_of(len(passages), len(of_all), "passages"), _of(len(documents), whole.documents.height, "documents")]
        if self._coded:
            certain = selected.statements.filter(selection.certainly_in_window()).height
            possible = selected.statements.height - certain
            note = f" ({possible} of them only possibly: their date is not sure)" if possible else ""
            parts.insert(0, _of(selected.statements.height, whole.statements.height, "statements") + note)
        if hidden := [name for name in ("propositions", "documents", "modalities") if getattr(selection, name)]:
            parts.append(f"{' and '.join(hidden)} narrowed in code")
        return " · ".join(parts)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Give the widget, and a picture and a sentence for wherever widgets do not live."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        name = next(iter(self._panels))
        bundle["image/png"] = b64encode(style.png(self._shown(name), scale=1)).decode()
        bundle["text/plain"] = f"{self._panels[name].title}: {self.view.summary}. {self.view.code}"
        return bundle


def _present(frame: pl.DataFrame, fields: list[str]) -> list[str]:
    return [field for field in dict.fromkeys(fields) if field in frame.columns]


def _of(some: int, whole: int, things: str) -> str:
    return f"{some:,} of {whole:,} {things if whole != 1 else things.removesuffix('s')}"


def _options(corpus: Corpus) -> dict[str, Any]:
    """Give what the controls offer: everybody who speaks or holds a position, the themes, the corpus's own dates."""
    held = corpus.statements.group_by("speaker_id").agg(pl.len().alias("statements"))
    spoken = corpus.passages.filter(pl.col("zone") == "body").group_by("speaker_id").agg(pl.len().alias("passages"))
    counted = corpus.speakers.join(held, on="speaker_id", how="left").join(spoken, on="speaker_id", how="left")
    count = "passages" if corpus.statements.is_empty() else "statements"
    listed = counted.filter(pl.any_horizontal(pl.col("statements", "passages").is_not_null())).with_columns(
        pl.col("statements", "passages").fill_null(0)
    )
    groups = _groups(corpus)
    speakers = [
        {"id": row["speaker_id"], "label": row["name"], "count": row[count], **groups[row["speaker_id"]]}
        for row in listed.iter_rows(named=True)
    ]
    order = list(dict.fromkeys(one["group"] for one in speakers))
    speakers.sort(key=lambda one: order.index(one["group"]))
    on = (
        corpus.statements if count == "statements" else corpus.passages.explode("themes").rename({"themes": "theme_id"})
    )
    sizes = dict(on.group_by("theme_id").len().iter_rows())
    themes = [
        {"id": theme_id, "label": label, "count": sizes.get(theme_id, 0)}
        for theme_id, label in corpus.themes.select("theme_id", "label").iter_rows()
    ]
    days = {
        day
        for frame in (corpus.documents, corpus.statements)
        for bound in ("earliest", "latest")
        for day in frame[bound]
    }
    dates = sorted(day.isoformat() for day in days - {*UNKNOWN})
    return {"speaker_options": speakers, "theme_options": themes, "dates": dates, "counted": count}


def _groups(corpus: Corpus) -> dict[str, dict[str, str]]:
    """Give each speaker's organisation and office, by the first office held while the corpus's documents were made."""
    names = dict(corpus.speakers.select("speaker_id", "name").iter_rows())
    first, last = corpus.documents["earliest"].min(), corpus.documents["latest"].max()
    during = corpus.offices.filter(
        pl.col("since").is_null() | (pl.col("since") <= last), pl.col("until").is_null() | (pl.col("until") >= first)
    )
    groups = {
        row["speaker_id"]: {"group": row["name"] if row["kind"] == "organisation" else "No office known", "office": ""}
        for row in corpus.speakers.iter_rows(named=True)
    }
    for speaker_id, office, organisation_id in (
        during.select("speaker_id", "office", "organisation_id").reverse().iter_rows()
    ):
        groups[speaker_id] = {"group": names[organisation_id], "office": office}
    return groups


def _running(corpus: Corpus) -> pl.Series:
    """Give the ids of the passages of the running text: headlines, captions and furniture repeat it or are none."""
    return corpus.passages.filter(pl.col("zone") == "body")["passage_id"]


def _sections(selected: Corpus, only: Mapping[str, list[str]] | None, most: int) -> list[Section]:
    """Give the passages that hold selected statements, then the other selected ones; `only`: those of one mark."""
    whole, statements, others = selected.whole, selected.statements, _running(selected).to_list()
    if only is not None:  # the passage of a silence may be another's words, which the selection itself leaves out
        others = only["passage_ids"]
        ids = only.get("statement_ids")
        chosen = pl.col("passage_id").is_in(others) if ids is None else pl.col("statement_id").is_in(ids)
        statements = statements.filter(chosen)
    order = whole.documents.select("document_id").with_row_index("_document")
    everything = whole.passages.join(order, on="document_id", how="left").sort("_document", "order")
    is_holding = pl.col("passage_id").is_in(statements["passage_id"].unique().to_list())
    named = "Passages with selected statements", "Other selected passages" if statements.height else "Selected passages"
    sections = []
    for title, these in zip(named, (is_holding, pl.col("passage_id").is_in(others) & ~is_holding), strict=True):
        passages = everything.filter(these)
        sections.append(Section(title, passages.height, *for_reading(whole, passages.head(most), statements)))
    return sections


def passages(corpus: Corpus, most: int = 40) -> Page:
    """Show the passages of a corpus or of a selection of it, those with statements first, the evidence marked.

    At most `most` passages of each kind are listed; the heading says how many there are.
    """
    sections = _sections(corpus, None, most)
    counts = " and ".join(f"{section.total} {section.title.lower()}" for section in sections)
    return Page(passages_html(sections, _EMPTY), f"{counts}.")
