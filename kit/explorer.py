"""The explorer: controls, charts and passages bound to one selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any

import polars as pl
import traitlets

from kit import style
from kit.bound import REMEMBERED, Bound
from kit.controls import CHOICES, Controls
from kit.corpus import Corpus
from kit.exports import citation_pack
from kit.listing import EMPTY, passages_shown, sections, split
from kit.options import counts, options
from kit.panels import PANELS, POSITIONS, Frames, caption, title
from kit.positions import holders, named
from kit.reading import listed_html
from kit.selection import Selection
from kit.sensitivity import cells_that_change, variations
from kit.view import View

_LISTED = 24  # passages of each kind
_SILENT = "No passage of this selection stands behind this cell."
_LEFT_OUT = "Passages behind blank cells, which the selection itself leaves out"
_CHANGES = "What would change: cells of the matrix that would show other stances"
_IDS = ("passage_ids", "statement_ids", "document_ids")


class Explorer(Bound):
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
        names = list(POSITIONS if charts is None else charts)
        if unknown := [name for name in names or ["none"] if name not in PANELS]:
            raise ValueError(f"charts: {unknown[0]!r} is not one of {', '.join(PANELS)}")
        if not self._coded:
            names = list(dict.fromkeys("speakers" if name in POSITIONS else name for name in names))
        selection = selection or Selection()
        self._panels = {name: PANELS[name] for name in names}
        self._caption = cache(partial(_caption, corpus))
        self._found, self._told = lru_cache(2)(self._find), lru_cache(REMEMBERED)(self._tell)
        self.controls = Controls(**options(corpus))
        offered = {"speakers": self.controls.speaker_options, "themes": self.controls.theme_options}
        self._chips = {name: [one["id"] for one in options] for name, options in offered.items()}
        shown = self._found(selection)[1]
        self.view = View({name: self._chart(name, shown[name]) for name in names})
        self.controls.view = self.view
        super().__init__([self.controls, self.view], selection=selection)
        self.add_class("kit-explorer")
        self._follow(selection)
        self._told(Selection())  # the rows of the whole corpus come first: most selections show them again
        self._show(selection)
        self.observe(self._selection_set, "selection")
        self.controls.observe(self._controls_moved, list(CHOICES))
        self.view.observe(self._picked, "picked")
        self.view.on_msg(self._asked)

    def pack(self) -> dict[str, bytes]:
        """Give the citation pack of the selection, its charts among it."""
        return citation_pack(self._found(self.selection)[0], self.selection, self._pictures())

    def reading(self, most: int) -> str:
        """Give the passages of the selection as HTML, at most `most` of each kind; those of a document fold together.

        Behind a blank cell may be words that the selection itself leaves out: they come last.
        """
        selected = self._found(self.selection)[0]
        marks = [one for name in self._panels for one in self.behind(name).values()]
        blank = {one for mark in marks for one in mark["passage_ids"]}
        blank.difference_update(*(frame["passage_id"] for frame in selected.kept(split)))
        _, total, left_out = sections(selected, {"passage_ids": list(blank)}, most)[1]
        listed = [*sections(selected, None, most), (_LEFT_OUT, total, left_out)]
        return str(listed_html(listed, EMPTY, folded=True))

    def behind(self, chart: str) -> dict[str, Mapping[str, Any]]:
        """Give the row of every mark of a chart, with the `passage_ids` and `statement_ids` behind it."""
        frames = (frame for frame in self._found(self.selection)[1][chart].values() if "mark_id" in frame.columns)
        return {row["mark_id"]: row for frame in frames for row in frame.iter_rows(named=True)}

    def _changes(self) -> dict[str, Any]:
        shown = holders(self.corpus)["speaker_id"].to_list()
        in_matrix = pl.col("speaker_id").is_in(shown)
        found = named(self.corpus, cells_that_change(self.corpus, self.selection).filter(in_matrix))
        stances = pl.col("stances", "then_stances").cast(pl.List(pl.String)).list.join(", ").replace("", "no stance")
        told = {words: list[str]() for words, _ in variations(self.corpus)}
        for words, *cell in found.select("variation", "holder", "proposition", stances).iter_rows():
            told[words].append("{}: {} ({} → {})".format(*cell))
        cells = self._found(self.selection)[0].statements.filter(in_matrix).n_unique(["speaker_id", "proposition_id"])
        listed = [
            {"words": f"{words}: {len(rows)}, beside {cells} that show stances now", "propositions": rows}
            for words, rows in told.items()
        ]
        return {"changed": _CHANGES, "changes": listed}

    @property
    def picked(self) -> Mapping[str, str]:
        """The mark chosen last: `{"chart", "mark"}`, or empty."""
        return self.view.picked

    def _find(self, selection: Selection) -> tuple[Corpus, dict[str, Frames]]:
        """Give what is selected, and the frames of every chart."""
        selected = self.corpus.select(selection)
        return selected, {name: panel.rows(self.corpus, selected, selection) for name, panel in self._panels.items()}

    def _tell(self, selection: Selection) -> tuple[dict[str, bytes], dict[str, Any]]:
        """Give what the view shows of a selection: frames and texts."""
        selected, shown = self._found(selection)
        frames = {name: self._sent(name, selection, shown[name]) for name in self._panels}
        texts: dict[str, Any] = {"summary": self._summary(selected, selection), "code": repr(selection)}
        texts |= {"link": selection.to_json(), "passages": _passages(selected), "counts": counts(selected, selection)}
        return self.view.written(frames), texts

    def _chart(self, name: str, shown: Frames) -> dict[str, Any]:
        panel = self._panels[name]
        spec = panel.spec(self.corpus, shown)
        return {"title": title(name, self.corpus), "spec": style.without_inks(spec), "columns": panel.columns}

    @traitlets.validate("selection")
    def _fits(self, proposal: Mapping[str, Any]) -> Selection:
        selection: Selection = proposal["value"]
        self.corpus.check(selection)
        if self.view.notice and selection == self.selection:
            self._follow(selection)  # no change to observe, but the controls say a window that is none
        return selection

    def _selection_set(self, _: Any) -> None:
        with self._alone:
            self._follow(self.selection)
            self._show(self.selection)

    def _follow(self, selection: Selection) -> None:
        """Have the controls say a selection, in their own order: another is sent back to a page that said the same."""
        chosen = {name: [one for one in ids if one in getattr(selection, name)] for name, ids in self._chips.items()}
        days = {name: str(getattr(selection, name) or "") for name in ("since", "until")}
        self.controls.choose(**chosen, **days, text=selection.text or "", first_hand=selection.first_hand)

    def _controls_moved(self, _: Any) -> None:
        with self._telling():
            chosen = {name: getattr(self.controls, name) for name in CHOICES}
            for name, ids in self._chips.items():  # a speaker or theme that is no chip stays chosen all the same
                chosen[name] = [*chosen[name], *(one for one in getattr(self.selection, name) if one not in ids)]
            self.selection = replace(self.selection, **chosen)
            self.view.show(notice="")

    def _picked(self, _: Any) -> None:
        with self._telling():
            only = self._behind(self.picked, self.selection)
            answered = {**self.view.answered, "picked": self.picked}
            self.view.show(passages=_passages(self._found(self.selection)[0], only), answered=answered)

    def _show(self, selection: Selection) -> None:
        frames, texts = self._told(selection)
        picked = self.picked
        if only := picked and self._behind(picked, selection):
            texts = {**texts, "passages": _passages(self._found(selection)[0], only)}
        if self._coded and not self.view.changes:
            self.view.show(changes={"changed": _CHANGES})
        picked = picked if only else {}
        answered = {"asked": self.controls.asked, "link": texts["link"], "picked": picked}
        self.view.show(frames, picked=picked, answered=answered, **texts)

    def _sent(self, name: str, selection: Selection, shown: Frames) -> dict[str, Any]:
        """Give the rows of a chart, its caption and the rows of its table."""
        panel = self._panels[name]
        fields = ["mark_id", *(field for field, _ in panel.columns)]
        columns = {key: [field for field in fields if field in shown[key].columns] for key in panel.table}
        listed = [style.drawable_frame(shown[key].select_seq(of)) for key, of in columns.items()]
        drawn = {key: style.drawable_frame(shown[key].select_seq(of)) for key, of in panel.drawn.items()}
        caption = self._caption(name in POSITIONS, selection.documents)
        return {"rows": drawn, "params": {"caption": caption}, "table": pl.concat(listed, how="diagonal")}

    def _behind(self, picked: Mapping[str, str], selection: Selection) -> dict[str, Any] | None:
        """Give the row of the mark that is picked, with the ids of the passages and statements behind it."""
        for frame in self._found(selection)[1].get(picked.get("chart", ""), {}).values():
            for row in frame.filter(mark_id=str(picked.get("mark"))).iter_rows(named=True):
                return row
        return None

    def _summary(self, selected: Corpus, selection: Selection) -> str:
        """Say what is shown of how much: never a number without its denominator."""
        whole = self.corpus
        passages, documents = passages_shown(selected)
        parts = [_of(passages, whole.kept(passages_shown)[0], "passages")]
        parts.append(_of(documents, whole.documents.height, "documents"))
        if self._coded:
            shown = selected.statements.height
            windowed = selection.since or selection.until
            sure = selected.statements.filter(selection.certainly_in_window()).height if windowed else shown
            possible = shown - sure
            note = f" ({possible} of them only possibly: their date is not sure)" if possible else ""
            parts.insert(0, _of(shown, whole.statements.height, "statements") + note)
        if hidden := [name for name in ("propositions", "documents", "modalities") if getattr(selection, name)]:
            parts.append(f"{' and '.join(hidden)} narrowed in code")
        return " · ".join(parts)


def _passages(selected: Corpus, only: Mapping[str, Any] | None = None) -> str:
    listed = sections(selected, only, _LISTED)
    return str(listed_html(listed, EMPTY if only is None else _SILENT))


def _caption(corpus: Corpus, positions: bool, documents: tuple[str, ...]) -> str:
    chosen = pl.col("document_id").is_in(documents)
    return caption(replace(corpus, documents=corpus.documents.filter(chosen)) if documents else corpus, positions)


def _of(some: int, whole: int, things: str) -> str:
    return f"{some:,} of {whole:,} {things if whole != 1 else things.removesuffix('s')}"
