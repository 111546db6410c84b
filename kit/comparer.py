"""The comparer: two sides, the guard and the pairs of all holders, bound to one comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import polars as pl
import traitlets

from kit import style
from kit.beside import LISTED, beside_html
from kit.bound import REMEMBERED, Bound
from kit.charts import pair_cells, pairs_matrix
from kit.charts.base import unchecked
from kit.charts.pairs import CELLS
from kit.choices import Choices, examples, offered, said
from kit.comparison import LEVELS, SIDES, Comparison, compare, compare_holders
from kit.corpus import Corpus
from kit.exports import citation_pack
from kit.guard import Guard, Side, as_side
from kit.listing import sections
from kit.panels import caption
from kit.positions import holders, named
from kit.reading import listed_html
from kit.selection import Linked, Selection, from_object, json_value
from kit.sensitivity import levels_that_change, rules_lifted, variations
from kit.statements import for_reading
from kit.view import View

_NOT_CODED = "No positions are coded in this corpus, so there is nothing to compare."
_NOBODY = "No speaker is known in this corpus, so there is nobody to compare."
_PARTS = {"left": Side, "right": Side, "guard": Guard}  # of the JSON, beside the selection
_BEHIND = "Passages behind the pairs of all holders"
_NARROWED = ("themes", "since", "until", "first_hand")
_COLUMNS = (
    ("left", "Holder"), ("right", "and holder"), ("shown", "The same / can be compared"), ("partly", "Partly the same"),
    ("different", "All different"), ("both", "Both took a stance"),
)  # fmt: skip


class Comparer(Bound):
    """Compare two holders side by side: what may be set beside what, why not otherwise, and the words of both.

    `comparison` is the Comparison that is shown; `choose` another, and the controls follow. A pair that is picked in
    the matrix of all holders becomes the two sides. `code` is the line that makes the panel again.

    Parameters
    ----------
    corpus : a Corpus from `kit.load()`.
    left, right : a speaker_id, or a Side for one office or period of a holder. Default: the holders of the corpus's
        example, else those with most statements.
    selection : what is looked at; its speakers are ignored.
    guard : what may be compared beyond RULES.

    Raises SelectionError for what the corpus does not have; what is chosen later, the panel answers in words.
    """

    comparison: Comparison = traitlets.Instance(Comparison, allow_none=True)  # type: ignore[assignment]  # until chosen

    def __init__(
        self,
        corpus: Corpus,
        left: Side | str | None = None,
        right: Side | str | None = None,
        selection: Selection | None = None,
        guard: Guard | None = None,
    ) -> None:
        self.corpus, self._holders = corpus, holders(corpus)
        kept = lru_cache(REMEMBERED)
        self._compared, self._paired = kept(partial(compare, corpus)), kept(self._pair_up)
        self._read, self._effects = kept(self._tell), kept(partial(_told, corpus))
        self.controls, self.view = Choices(), View({"pairs": self._chart()}, passages_first=True)
        super().__init__([self.controls, self.view])
        self.add_class("kit-comparer")
        if corpus.speakers.is_empty():
            self.view.show(summary=_NOBODY)
            return
        first, second = examples(corpus)
        self.choose(left or first, right or second, selection or Selection(), guard or Guard())
        self.controls.offered = offered(corpus) | {"start": self.controls.chosen}
        self.controls.observe(self._moved, "chosen")
        self.view.observe(self._picked, "picked")
        self.view.on_msg(self._asked)

    @classmethod
    def from_json(cls, corpus: Corpus, text: str) -> Comparer:
        """Open the panel that gave this text by *Copy as JSON*; an explorer's is the selection of a new one.

        Raises SelectionError for a text that is neither, and for what the corpus does not have.
        """
        selection, given = Selection.from_json(text), json_value(text)
        parts = {key: from_object(kind, given[key], key) for key, kind in _PARTS.items() if key in given}
        return cls(corpus, selection=selection, **parts)

    def to_json(self) -> str:
        """Give both sides, the guard and the selection of both holders as JSON, for any panel's `from_json`."""
        return self._selection().to_json()

    def choose(
        self,
        left: Side | str | None = None,
        right: Side | str | None = None,
        selection: Selection | None = None,
        guard: Guard | None = None,
    ) -> None:
        """Compare other sides, in another selection or under another guard; what is not given stays.

        Raises SelectionError for what the corpus does not have; then the panel stays as it was.
        """
        with self._alone:
            now = self.comparison
            sides = as_side(left or now.left), as_side(right or now.right)
            new = self._compared(*sides, selection or now.selection, guard or now.guard)
            (self._pairs, frames), texts = self._paired(new.selection, new.guard), self._read(new)
            self.comparison, self.controls.chosen = new, said(new)
            texts = {**texts, "code": self.code, "link": self.to_json(), "notice": ""}
            self.view.show(frames, picked=self._pair(), **texts)
            self.controls.told = self._effects(new)  # takes longer than all the rest, which the reader has by now

    def pack(self) -> dict[str, bytes]:
        """Give the citation pack of the statements on the two sides, with the matrix of pairs and this panel's JSON."""
        selected, shown = self.corpus.select(self._selection()), self.comparison.statements
        held = {
            f"{one}s": getattr(selected, f"{one}s").join(shown, on=f"{one}_id", how="semi", maintain_order="left")
            for one in ("statement", "passage")
        }
        return citation_pack(replace(selected, **held), self._selection(), self._pictures(), about=self._about())

    def reading(self, most: int = LISTED) -> str:
        """Give both sides as HTML, beside each other, then what stands behind all pairs, folded by document.

        At most `most` passages of a side on one proposition, and as many behind the pairs.
        """
        if not self.comparison:
            return ""
        _, total, listed = sections(self._of_holders(), None, most)[0]
        behind = listed_html([(_BEHIND, total, listed)], "", folded=True)
        return _reading(self.corpus, self.comparison, most) + str(behind)

    def behind(self, chart: str) -> dict[str, Mapping[str, Any]]:
        """Give each pair with the `passage_ids` and `statement_ids` of both on what both took a stance on."""
        if not self.comparison:
            return {}
        held = self._of_holders().statements.group_by("speaker_id", "proposition_id", maintain_order=True)
        own = held.agg(passage_ids="passage_id", statement_ids="statement_id")
        both = self._pairs.select("mark_id", "left_id", "right_id").join(own, left_on="left_id", right_on="speaker_id")
        both = both.join(own.rename({"speaker_id": "right_id"}), on=["right_id", "proposition_id"])
        ids = (pl.concat_list(name, f"{name}_right").alias(name) for name in ("passage_ids", "statement_ids"))
        rows = both.group_by("mark_id").agg(one.explode().unique(maintain_order=True) for one in ids)
        return {row["mark_id"]: row for row in rows.iter_rows(named=True)}

    def _of_holders(self) -> Corpus:
        """Give what is selected, narrowed to the statements of the holders in the matrix of pairs."""
        selected = self.corpus.select(self.comparison.selection)
        shown = pl.col("speaker_id").is_in(self._holders["speaker_id"].to_list())
        return replace(selected, statements=selected.statements.filter(shown))

    def _about(self) -> str:
        """Say what was compared with what, under which rules, and what came of it."""
        now = self.comparison
        names = [side.in_words(self.corpus) for side in (now.left, now.right)]
        lines = [f"This comparison: {self.code}", now.summary]
        for row in named(self.corpus, now.rows).iter_rows(named=True):
            parts = [f"{row['proposition']} {LEVELS[row['level']]}"]
            for side, name in zip(SIDES, names, strict=True):
                stood = ", ".join(row[f"{side}_stances"]) or row[f"{side}_silence"]
                of = f" ({row[f'{side}_compared']} of {row[f'{side}_statements']} statements compared)"
                parts.append(f"{name}: {stood}{of * bool(row[f'{side}_statements'])}")
            parts += [f"not compared: {'; '.join(row['reasons'])}"] * bool(row["reasons"])
            lines.append(". ".join(parts))
        return "\n".join(lines)

    def _selection(self) -> Linked:
        """Give the selection of both holders, whose JSON says the sides and the guard, too."""
        now, parts = self.comparison, said(self.comparison)
        both = replace(now.selection, speakers=(now.left.speaker_id, now.right.speaker_id))
        return Linked(**vars(both), beside={key: parts[key] for key in _PARTS})

    @property
    def code(self) -> str:
        """The line that makes this panel again."""
        now = self.comparison
        sides = [repr(side.speaker_id if side == Side(side.speaker_id) else side) for side in (now.left, now.right)]
        values = {"selection": now.selection, "guard": now.guard}
        given = [f"{name}={value!r}" for name, value in values.items() if value != type(value)()]
        return f"kit.Comparer({', '.join(['corpus', *sides, *given])})"

    def _chart(self) -> dict[str, Any]:
        pairs, there = compare_holders(self.corpus), self.corpus.statements["speaker_id"].n_unique()
        with unchecked():  # the tests validate it
            spec = pairs_matrix(pairs, speakers=self._holders).to_dict(validate=False)
        most = self._holders.height
        crowded = f": {most} of {there:,} holders, those with most statements" if there > most else ""
        return {"title": f"All pairs of holders{crowded}", "spec": style.without_inks(spec), "columns": _COLUMNS}

    def _pair_up(self, selection: Selection, guard: Guard) -> tuple[pl.DataFrame, dict[str, bytes]]:
        """Give the cells of all pairs, and the chart of them."""
        pairs = compare_holders(self.corpus, selection, guard, self._holders["speaker_id"])
        cells = pair_cells(pairs, speakers=self._holders)
        words = pl.when(kind="none").then(pl.lit("none in common")).otherwise(pl.col("words").str.replace("\n", " "))
        rows = {"pairs": style.rows(cells.select(CELLS))}
        table = style.rows(cells.with_columns(shown=words).select("mark_id", *dict(_COLUMNS)))
        frame = {"rows": rows, "params": {"caption": caption(self.corpus, positions=True)}, "table": table}
        return cells, self.view.written({"pairs": frame})

    def _tell(self, now: Comparison) -> dict[str, str]:
        """Give what the view says of a comparison."""
        own, whole = now.statements["statement_id"].n_unique(), self.corpus.statements.height
        counted = f"{now.summary} Statements of the two: {own:,} of {whole:,}{_possible(now)}."
        return {"summary": counted if whole else _NOT_CODED, "passages": _reading(self.corpus, now)}

    def _pair(self) -> dict[str, str]:
        """Give the mark of the pair that is shown; none where a side is not all of a holder."""
        sides = self.comparison.left, self.comparison.right
        ids = [side.speaker_id for side in sides if side == Side(side.speaker_id)]
        marks = self._pairs.filter(pl.col("left_id").is_in(ids), pl.col("right_id").is_in(ids))["mark_id"]
        return {"chart": "pairs", "mark": marks[0]} if len(marks) else {}

    def _moved(self, _: Any) -> None:
        with self._telling():
            chosen, now = self.controls.chosen, self.comparison
            if chosen == said(now):
                self.view.show(notice="")
                return
            left, right = (Side(**{key: one for key, one in chosen[side].items() if one}) for side in SIDES)
            narrowed = replace(now.selection, **{name: chosen[name] for name in _NARROWED})
            self.choose(left, right, narrowed, Guard(**chosen["guard"]))

    def _picked(self, _: Any) -> None:
        with self._telling():
            picked = self._pairs.filter(mark_id=self.view.picked.get("mark", "")).to_dicts()
            if picked and self.view.picked != self._pair():
                self.choose(picked[0]["left_id"], picked[0]["right_id"])
            self.view.show(picked=self._pair())


def _told(corpus: Corpus, now: Comparison) -> dict[str, Any]:
    """Say what each rule, if lifted, would add, and what each way to count would change."""
    lifted = rules_lifted(corpus, now).select("rule", "in_force", "more", "otherwise").iter_rows()
    rules = {name: _effect(*effect) for name, *effect in lifted}
    changed = named(corpus, levels_that_change(corpus, now))
    changes: dict[str, list[str]] = {words: [] for words, _ in variations(corpus)}
    for words, proposition, *levels in changed.select("variation", "proposition", "level", "then_level").iter_rows():
        before, then = (LEVELS.get(level, "nobody spoke") for level in levels)
        changes[words].append(f"{proposition} ({before} → {then})")
    of = corpus.propositions.height
    told = [{"words": f"{words}: {len(rows)} of {of}", "propositions": rows} for words, rows in changes.items()]
    some = sum(map(bool, changes.values()))
    changed_in_words = f"What would change, and when: {some} of {len(told)} ways to count"
    return {"rules": rules, "changes": told, "changed": changed_in_words}


def _effect(in_force: bool, more: int, otherwise: int) -> str:
    """Say what lifting a rule would do, or has done."""
    added = f"{more or 'no'} more proposition{'' if more == 1 else 's'}"
    changed = f", {otherwise} come{'s' if otherwise == 1 else ''} out otherwise" if otherwise else ""
    return f"{'would bring' if in_force else 'has brought'} {added}{changed}"


def _possible(now: Comparison) -> str:
    """Say how many statements touch the dates only possibly; "" where none does."""
    left, right = (~side.selection(now.selection).certainly_in_window() for side in (now.left, now.right))
    unsure = now.statements.filter(pl.when(side="left").then(left).otherwise(right))["statement_id"].n_unique()
    return f" ({unsure} of them only possibly in the dates: their date is not sure)" if unsure else ""


def _beside(corpus: Corpus, now: Comparison) -> dict[str, Any]:
    """Join what stands in a row and in its passages."""
    found = corpus.whole.passages.join(now.statements, on="passage_id", how="semi")
    found = found.sort(pl.col("document_id").cast(pl.Enum(corpus.documents["document_id"])), "order")
    once = now.statements.unique("statement_id").drop("side", "compared", "reasons")
    passages, evidence = for_reading(corpus.whole, found, once)
    sides = now.statements.select("statement_id", "proposition_id", "side", "compared", "reasons")
    told = passages.select("passage_id").join(evidence, on="passage_id", maintain_order="left_right")
    told = told.join(sides, on="statement_id", maintain_order="left_right")
    rows = named(corpus, now.rows).with_columns(pl.col("level").cast(pl.String), years=_years())
    rows = rows.join(corpus.themes.select("theme_id", theme="label"), on="theme_id", how="left", maintain_order="left")
    seen = corpus.documents.join(now.statements.filter("compared"), on="document_id", how="semi", maintain_order="left")
    names = now.left.in_words(corpus), now.right.in_words(corpus)
    given = {"names": names, "headings": LEVELS, "rows": rows, "passages": passages, "evidence": told}
    return given | {"documents": seen["title"].to_list()}


def _reading(corpus: Corpus, now: Comparison, most: int = LISTED) -> str:
    return str(beside_html(**_beside(corpus, now), most=most))


def _years() -> pl.Expr:
    """Say how far apart the compared statements are, from one year up."""
    least, most = (pl.col(f"{name}_years").floor().cast(pl.Int64) for name in ("least", "most"))
    range_ = pl.when(least == 0).then(pl.format("up to {}", most)).otherwise(pl.format("{} to {}", least, most))
    span = pl.when(least == most).then(most.cast(pl.String)).otherwise(range_)
    unit = pl.when(most == 1).then(pl.lit("year")).otherwise(pl.lit("years"))
    return pl.when(most > 0).then(pl.format("{} {} apart", span, unit)).otherwise(pl.lit(""))
