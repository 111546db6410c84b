"""The explorer: controls, charts and passages bound to one selection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import polars as pl
import traitlets

from kit import style
from kit.bound import Bound
from kit.controls import CHOICES, Controls
from kit.corpus import Corpus
from kit.exports import citation_pack
from kit.panels import PANELS, POSITIONS, Frames, caption, known_days
from kit.positions import holders, named
from kit.reading import Page, Section, passages_html
from kit.selection import Selection
from kit.sensitivity import cells_that_change, variations
from kit.statements import for_reading
from kit.view import View

_LISTED = 24
_EMPTY = "Nothing in this selection. Take a speaker, a theme, a date or a word of the search away, or press Reset."
_SILENT = "No passage of this selection stands behind this cell."
_CHANGES = "What would change: cells of the matrix that would show other stances"
_IDS, _READ = ("passage_ids", "statement_ids", "document_ids"), ("holder", "proposition")


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
        self._caption, self._passage_count = cache(partial(_caption, corpus)), len(_passage_ids(corpus))
        self._select(selection)
        self.controls = Controls(**_options(corpus))
        offered = {"speakers": self.controls.speaker_options, "themes": self.controls.theme_options}
        self._chips = {name: {one["id"] for one in options} for name, options in offered.items()}
        self.view = View({name: self._chart(name) for name in names})
        super().__init__([self.controls, self.view], selection=selection)
        self.add_class("kit-explorer")
        self._follow(selection)
        self._show(selection)
        self.observe(self._selection_set, "selection")
        self.controls.observe(self._controls_moved, list(CHOICES))
        self.view.observe(self._picked, "picked")
        self.view.on_msg(self._asked)

    def pack(self) -> dict[str, bytes]:
        """Give the citation pack of the selection, its charts among it."""
        return citation_pack(self._selected, self.selection, self._pictures())

    def _changes(self) -> dict[str, Any]:
        shown = holders(self.corpus)["speaker_id"].to_list()
        in_matrix = pl.col("speaker_id").is_in(shown)
        found = named(self.corpus, cells_that_change(self.corpus, self.selection).filter(in_matrix))
        stances = pl.col("stances", "then_stances").cast(pl.List(pl.String)).list.join(", ").replace("", "no stance")
        told = {words: list[str]() for words, _ in variations(self.corpus)}
        for words, *cell in found.select("variation", "holder", "proposition", stances).iter_rows():
            told[words].append("{}: {} ({} → {})".format(*cell))
        cells = self._selected.statements.filter(in_matrix).n_unique(["speaker_id", "proposition_id"])
        listed = [
            {"words": f"{words}: {len(rows)}, beside {cells} that show stances now", "propositions": rows}
            for words, rows in told.items()
        ]
        return {"changed": _CHANGES, "changes": listed}

    @property
    def picked(self) -> Mapping[str, str]:
        """The mark chosen last: `{"chart", "mark"}`, or empty."""
        return self.view.picked

    def _select(self, selection: Selection) -> None:
        selected = self.corpus.select(selection)
        self._selected, self._shown = selected, self._frames(selected, selection)

    def _frames(self, selected: Corpus, selection: Selection) -> dict[str, Frames]:
        return {name: panel.rows(self.corpus, selected, selection) for name, panel in self._panels.items()}

    def _chart(self, name: str) -> dict[str, Any]:
        panel, none = self._panels[name], {key: frame.clear() for key, frame in self._shown[name].items()}
        with style.unchecked():  # the tests validate every chart: here that would be most of the time to the first one
            spec = panel.draw(self.corpus, none, "").to_dict(validate=False)
        there, most = self.corpus.statements["speaker_id"].n_unique(), holders(self.corpus).height
        crowded = f": {most} of {there:,} holders, those with most statements" if there > most else ""
        title = panel.title + (crowded if name == "matrix" else "")
        return {"title": title, "spec": style.without_inks(spec), "columns": panel.columns}

    @traitlets.validate("selection")
    def _fits(self, proposal: Mapping[str, Any]) -> Selection:
        selection: Selection = proposal["value"]
        self.corpus.check(selection)
        if self.view.notice and selection == self.selection:
            self._follow(selection)  # no change to observe, but the controls say a window that is none
        return selection

    def _selection_set(self, change: Mapping[str, Any]) -> None:
        self._follow(change["new"])
        self._select(change["new"])
        self._show(change["new"])

    def _follow(self, selection: Selection) -> None:
        """Have the controls say a selection."""
        chosen = {name: [one for one in getattr(selection, name) if one in ids] for name, ids in self._chips.items()}
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
            self.view.show(passages=self._passages(self.picked))

    def _show(self, selection: Selection) -> None:
        picked = self.picked if self._behind(self.picked) else {}
        frames = {name: self._sent(name, selection) for name in self._panels}
        texts = {"summary": self._summary(selection), "code": repr(selection), "link": selection.to_json()}
        if self._coded and not self.view.changes:
            self.view.show(changes={"changed": _CHANGES})
        self.view.show(frames, picked=picked, passages=self._passages(picked), **texts)

    def _sent(self, name: str, selection: Selection) -> dict[str, Any]:
        """Give the rows of a chart, its caption and the rows of its table."""
        panel, frames = self._panels[name], self._shown[name]
        rows = {key: style.rows(frame.drop(_IDS, strict=False)) for key, frame in frames.items()}
        fields = ["mark_id", *(field for field, _ in panel.columns)]
        listed = [{field: row[field] for field in fields if field in row} for key in panel.table for row in rows[key]]
        drawn = {key: [_without(row, _READ) for row in some] for key, some in rows.items() if not key.startswith("_")}
        caption = self._caption(name in POSITIONS, selection.documents)
        return {"rows": drawn, "params": {"caption": caption}, "table": listed}

    def _behind(self, picked: Mapping[str, str]) -> dict[str, Any] | None:
        """Give the row of the mark that is picked, with the ids of the passages and statements behind it."""
        for frame in self._shown.get(picked.get("chart", ""), {}).values():
            for row in frame.filter(mark_id=str(picked.get("mark"))).iter_rows(named=True):
                return row
        return None

    def _passages(self, picked: Mapping[str, str]) -> str:
        only = self._behind(picked)
        return str(passages_html(_sections(self._selected, only, _LISTED), _EMPTY if only is None else _SILENT))

    def _summary(self, selection: Selection) -> str:
        """Say what is shown of how much: never a number without its denominator."""
        whole, selected = self.corpus, self._selected
        passages = _passage_ids(selected)
        documents = {passage_id.partition("#")[0] for passage_id in passages}
        parts = [_of(len(passages), self._passage_count, "passages")]
        parts.append(_of(len(documents), whole.documents.height, "documents"))
        if self._coded:
            shown = selected.statements.height
            possible = shown - selected.statements.filter(selection.certainly_in_window()).height
            note = f" ({possible} of them only possibly: their date is not sure)" if possible else ""
            parts.insert(0, _of(shown, whole.statements.height, "statements") + note)
        if hidden := [name for name in ("propositions", "documents", "modalities") if getattr(selection, name)]:
            parts.append(f"{' and '.join(hidden)} narrowed in code")
        return " · ".join(parts)


def _without(row: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    return {field: value for field, value in row.items() if field not in fields}


def _caption(corpus: Corpus, positions: bool, documents: tuple[str, ...]) -> str:
    chosen = pl.col("document_id").is_in(documents)
    return caption(replace(corpus, documents=corpus.documents.filter(chosen)) if documents else corpus, positions)


def _of(some: int, whole: int, things: str) -> str:
    return f"{some:,} of {whole:,} {things if whole != 1 else things.removesuffix('s')}"


def _options(corpus: Corpus) -> dict[str, Any]:
    """Give what the controls offer: everybody who speaks or holds a position, the themes, the corpus's own dates."""
    held, spoken = corpus.statements, corpus.passages.filter(pl.col("zone") == "body")
    counted, speaking, on = "statements", held, held["theme_id"]
    if held.is_empty():
        counted, speaking, on = "passages", spoken, corpus.passages["themes"].explode()
    there = {*held["speaker_id"], *spoken["speaker_id"]}
    counts, groups, sizes = Counter(speaking["speaker_id"]), _groups(corpus), Counter(on)
    speakers = [
        {"id": speaker_id, "label": name, "count": counts[speaker_id], **groups[speaker_id]}
        for speaker_id, name in corpus.speakers.select("speaker_id", "name").iter_rows()
        if speaker_id in there
    ]
    order = list(dict.fromkeys(one["group"] for one in speakers))
    speakers.sort(key=lambda one: order.index(one["group"]))
    themes = [
        {"id": theme_id, "label": label, "count": sizes[theme_id]}
        for theme_id, label in corpus.themes.select("theme_id", "label").iter_rows()
    ]
    dates = sorted(day.isoformat() for day in known_days(corpus.documents, corpus.statements))
    return {"speaker_options": speakers, "theme_options": themes, "dates": dates, "counted": counted}


def _groups(corpus: Corpus) -> dict[str, dict[str, str]]:
    """Give each speaker's organisation and office, by the first office held while the corpus's documents were made."""
    names = dict(corpus.speakers.select("speaker_id", "name").iter_rows())
    groups = {
        speaker_id: {"group": name if kind == "organisation" else "No office known", "office": ""}
        for speaker_id, name, kind in corpus.speakers.select("speaker_id", "name", "kind").iter_rows()
    }
    first, last = corpus.documents["earliest"].min(), corpus.documents["latest"].max()
    during = corpus.offices.filter(
        pl.col("since").is_null() | (pl.col("since") <= last), pl.col("until").is_null() | (pl.col("until") >= first)
    )
    for one in during.reverse().iter_rows(named=True):
        groups[one["speaker_id"]] = {"group": names[one["organisation_id"]], "office": one["office"]}
    return groups


def _running(corpus: Corpus) -> pl.Series:
    """Give the ids of the passages of the running text: headlines, captions and furniture repeat it or are none."""
    return corpus.passages.filter(pl.col("zone") == "body")["passage_id"]


def _passage_ids(corpus: Corpus) -> set[str]:
    return {*_running(corpus), *corpus.statements["passage_id"]}


def _sections(selected: Corpus, only: Mapping[str, list[str]] | None, most: int) -> list[Section]:
    """Give the passages that hold selected statements, then the other selected ones; `only`: those of one mark."""
    whole, statements, others = selected.whole, selected.statements, _running(selected).to_list()
    if only is not None:  # the passage of a silence may be another's words, which the selection itself leaves out
        others, ids = only["passage_ids"], only.get("statement_ids")
        chosen = pl.col("passage_id").is_in(others) if ids is None else pl.col("statement_id").is_in(ids)
        statements = statements.filter(chosen)
    holding, by_date = set(statements["passage_id"]), pl.Enum(whole.documents["document_id"])
    found = whole.passages.filter(pl.col("passage_id").is_in([*holding, *others]))
    found = found.sort(pl.col("document_id").cast(by_date), "order")
    is_holding = pl.col("passage_id").is_in(list(holding))
    first, then = found.filter(is_holding), found.filter(~is_holding)
    told, evidence = for_reading(whole, pl.concat([first.head(most), then.head(most)]), statements)
    listed = min(first.height, most)
    return [
        Section("Passages with selected statements", first.height, told[:listed], evidence),
        Section("Other selected passages" if holding else "Selected passages", then.height, told[listed:], evidence),
    ]


def passages(corpus: Corpus, most: int = 40) -> Page:
    """Show the passages of a corpus or of a selection of it, those with statements first, the evidence marked.

    At most `most` passages of each kind are listed; the heading says how many there are.
    """
    sections = _sections(corpus, None, most)
    counts = " and ".join(f"{section.total} {section.title.lower()}" for section in sections)
    return Page(passages_html(sections, _EMPTY), f"{counts}.")
