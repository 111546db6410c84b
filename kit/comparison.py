"""Comparison: two sides set beside each other, proposition by proposition, as far as the guard lets them be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import polars as pl

from kit.corpus import Corpus
from kit.dates import UNKNOWN, in_words
from kit.guard import Guard, Side, as_side, classes, judged, windows
from kit.positions import holders
from kit.selection import Selection

LEVELS = {
    "different": "all different",
    "partly": "partly the same",
    "same": "all the same",
    "refused": "not comparable",
    "left-only": "only one spoke",
    "right-only": "only one spoke",
}
SIDES = ("left", "right")
_SHARED = "it belongs to both sides"


@dataclass(frozen=True, eq=False)  # frames have no equality of their own
class Comparison:
    """Two sides compared. `rows`: one row per proposition that at least one side took a stance on.

    Columns of `rows`, sorted by `level` (an Enum of LEVELS), then in the codebook's order: `proposition_id`,
    `theme_id`, `level`; for `left_` and `right_` each: `statements` (count), `stances`, `compared` (how many of the
    statements were compared), `statement_ids`; `reasons` (why nothing, or not all, was compared), `least_years` and
    `most_years` between compared statements (null where unknown); `left_silence` and `right_silence` (in words; ""
    where that side has statements). `kit.named` adds the propositions in words.

    `statements`: those of both sides, as in the corpus, with `side` ("left", "right"), `compared` (Boolean) and
    `reasons` (why this one was compared with nothing: the rules that it breaks beside its nearest counterpart).
    """

    left: Side
    right: Side
    selection: Selection
    guard: Guard
    rows: pl.DataFrame = field(repr=False)
    statements: pl.DataFrame = field(repr=False)
    summary: str

    def narrowed(self, corpus: Corpus) -> list[Corpus]:
        """Give a corpus narrowed to each of the two sides."""
        return [side.of(corpus, self.selection) for side in (self.left, self.right)]


def compare(
    corpus: Corpus,
    left: Side | str,
    right: Side | str,
    selection: Selection | None = None,
    guard: Guard | None = None,
) -> Comparison:
    """Set two sides beside each other, proposition by proposition, comparing only what can be compared.

    `left`, `right`: a speaker_id, or a Side for one office or period of a holder. `selection` narrows what is looked at
    (its speakers are ignored); `guard` says what the reader lets be compared beyond RULES. A statement that belongs to
    both sides, as two periods may share one, is compared with nothing. A stance coded mixed is partly the same as any
    other; two that are each other's opposite are different.

    No statement on one side, or no proposition in common, gives no comparable row and a `summary` that says so. Raises
    SelectionError for a speaker, office or period that the corpus does not have.
    """
    guard, selection = guard or Guard(), replace(selection or Selection(), speakers=())
    sides = as_side(left), as_side(right)
    narrowed = [side.of(corpus, selection) for side in sides]
    rows, statements, shared = compared(corpus, narrowed, guard)
    for name, side, selected in zip(SIDES, sides, narrowed, strict=True):
        silence = side.silences(corpus, selected, selection).rename({"silence": f"{name}_silence"})
        rows = rows.join(silence, on="proposition_id", how="left", maintain_order="left")
    summary = _summary([side.in_words(corpus) for side in sides], corpus.documents, rows, statements, shared)
    return Comparison(*sides, selection, guard, rows, statements, summary)


def compared(corpus: Corpus, narrowed: Sequence[Corpus], guard: Guard) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Compare the statements of two corpora narrowed to a side each: `rows` and `statements` of a Comparison.

    The rows lack the silences. The third value is the number of statements that belong to both, compared with nothing.
    """
    pairs, folded, shared = paired(narrowed, guard)
    told = pl.concat(_told(side, one, folded, pairs) for side, one in zip(SIDES, narrowed, strict=True))
    twice = pl.when(pl.col("statement_id").is_in(shared)).then(pl.lit([_SHARED])).otherwise("reasons")
    statements = told.with_columns(reasons=twice).collect()
    return _rows(corpus, folded, statements), statements, len(shared)


def paired(narrowed: Sequence[Corpus], guard: Guard) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Judge all pairs of classes of two sides: the pairs, how each proposition comes out, the ids that both have."""
    shared = list(set.intersection(*(set(one.statements["statement_id"]) for one in narrowed)))
    left, right = (classes(one.statements.lazy().filter(~pl.col("statement_id").is_in(shared))) for one in narrowed)
    pairs = judged(left.join(right, on="proposition_id", suffix="_right"), guard).collect()
    return pairs, _folded(pairs.lazy(), guard).collect(), shared


def compare_holders(
    corpus: Corpus,
    selection: Selection | None = None,
    guard: Guard | None = None,
    speakers: Iterable[str] | None = None,
) -> pl.DataFrame:
    """Count, for every two holders, on how many propositions they can be compared, and how far they then agree.

    `speakers`: the holders, else those with most statements, at most 20 (the selection's speakers are ignored). Returns
    one row per pair, in the speakers' order: `left_id`, `right_id`, `both` (propositions on which both took a stance),
    `comparable` (of these), and of the comparable ones `same`, `partly`, `different`. A pair without a proposition in
    common has zeros.
    """
    guard, wanted = guard or Guard(), holders(corpus)["speaker_id"].to_list() if speakers is None else speakers
    chosen = replace(selection or Selection(), speakers=wanted)  # type: ignore[arg-type]  # takes any list of ids
    listed = pl.col("speaker_id").is_in(chosen.speakers)
    order = corpus.speakers.select("speaker_id").filter(listed).with_row_index("at")
    held = classes(corpus.select(chosen).statements.lazy()).join(order.lazy(), on="speaker_id").collect()
    spoke = held.group_by("proposition_id", "at").agg(pl.col("statement_id").list.len().sum())
    lanes = _Lanes(order.height, guard.least, max(1, corpus.propositions.height, *spoke["statement_id"]))
    counts = {name: [0] * order.height for name in ("both", "comparable", "same", "different")}
    for everybody in spoke.group_by("proposition_id").agg("at")["at"].to_list():
        together = sum(lanes.each[at] for at in everybody)
        for at in everybody:
            counts["both"][at] += together
    for at, same, mixed, opposed in _meetings(held.lazy(), guard, lanes):
        counts["comparable"][at] += same | mixed | opposed
        counts["same"][at] += same & ~(mixed | opposed)
        counts["different"][at] += opposed & ~(same | mixed)
    pairs = order.join(order, how="cross").with_columns(**{name: lanes.column(rows) for name, rows in counts.items()})
    ids = pl.col("speaker_id").alias("left_id"), pl.col("speaker_id_right").alias("right_id")
    partly = (pl.col("comparable") - pl.col("same") - pl.col("different")).alias("partly")
    pairs = pairs.filter(pl.col("at") < pl.col("at_right"))
    return pairs.select(*ids, "both", "comparable", "same", partly, "different")


class _Lanes:
    """Numbers for many holders in one integer, a lane of bytes each; a join would make a row of every two that meet."""

    def __init__(self, holders: int, least: int, most: int) -> None:
        size = next(size for size in (1, 2, 4, 8) if most < 2 ** (8 * size - 1))  # the highest bit stays free
        self.size, self.length, self.top = size, holders * size, 8 * size - 1
        self.each = [1 << 8 * size * at for at in range(holders)]
        self.ones = sum(self.each)
        self.lacking = {one: self.ones * max(0, (1 << self.top) - one) for one in (1, least)}

    def at_least(self, least: int, numbers: int) -> int:
        """Give 1 in each lane whose number is at least this, 0 in the others: what it lacked sets the highest bit."""
        return (numbers + self.lacking[least] >> self.top) & self.ones

    def mutual(self, rows: dict[int, int]) -> Iterator[tuple[int, int]]:
        """Give each row i with 1 in lane j where that and lane i of row j are 1."""
        flat = b"".join(rows.get(at, 0).to_bytes(self.length, "little") for at in range(len(self.each)))
        column = bytearray(self.length)
        for at, row in rows.items():
            column[:: self.size] = flat[at * self.size :: self.length]
            yield at, row & int.from_bytes(column, "little")

    def column(self, rows: list[int]) -> pl.Series:
        """Give the numbers of all lanes, row after row."""
        kind = {1: pl.UInt8, 2: pl.UInt16, 4: pl.UInt32, 8: pl.UInt64}[self.size]
        whole = pl.Series([row.to_bytes(self.length, "little") for row in rows], dtype=pl.Binary)
        return whole.bin.reinterpret(dtype=pl.Array(kind, len(self.each))).explode().cast(pl.Int64)


def _meetings(held: pl.LazyFrame, guard: Guard, lanes: _Lanes) -> Iterator[tuple[int, ...]]:
    """Give by proposition each holder, and who (1 in a lane) is met with the same stance, one mixed, the opposite.

    Like `judged`, pair by pair: a row meets all that opened before it ends, less what had ended before it opened.
    """
    rows = windows(held, guard).with_row_index("row").collect()
    days = rows.unpivot(["opens", "latest"], index=["class", "row"])  # on one day all open before one ends
    order = days.sort("class", "value", maintain_order=True)["row"].to_list()
    holder, stances, number, about = (rows[name].to_list() for name in ("at", "stance", "number", "proposition_id"))
    for _, passing in groupby(order, about.__getitem__):
        seen, many = defaultdict[int, list[int]](lambda: [0, 0, 0]), Counter[int]()
        opened, ended, before = [0, 0, 0], [0, 0, 0], dict[int, list[int]]()
        for row in passing:
            at, stance, own = holder[row], stances[row], lanes.each[holder[row]]
            if row not in before:
                before[row] = [*ended]
                opened[stance] += own
                continue
            ended[stance] += own
            each, was = seen[at], before[row]
            there = opened[0] - was[0], opened[1] - was[1], opened[2] - was[2]
            for other in (0, 1, 2):
                each[abs(stance - other)] |= there[other]  # 0 apart: the same, 1: one is mixed, 2: the opposite
            if guard.least > 1:
                many[at] += lanes.at_least(1, there[0] | there[1] | there[2]) * number[row]
        enough = {at: lanes.at_least(guard.least, numbers) for at, numbers in many.items()}
        mutual = dict(lanes.mutual(enough)) if enough else {}
        for at, each in seen.items():
            yield at, *(lanes.at_least(1, numbers) & mutual.get(at, lanes.ones) for numbers in each)


def _folded(pairs: pl.LazyFrame, guard: Guard) -> pl.LazyFrame:
    """Give a row per proposition on which both sides took a stance: the compared ids, the level, `few`, the years."""
    fine = pl.col("reasons").list.len() == 0
    folded = pairs.group_by("proposition_id").agg(
        pl.col("statement_id").filter(fine).explode().unique().sort().alias("left_ids"),
        pl.col("statement_id_right").filter(fine).explode().unique().sort().alias("right_ids"),
        (~pl.col("same")).filter(fine).any().alias("differ"),
        pl.col("opposed").filter(fine).all(),
        pl.col("years").filter(fine).min().alias("least_years"),
        pl.col("years").filter(fine).max().alias("most_years"),
    )
    fewer = pl.min_horizontal(pl.col("left_ids", "right_ids").list.len())
    few = pl.format("{} of the {} statements asked of each side can be compared", fewer, pl.lit(guard.least))
    agreed = pl.when(~pl.col("differ")).then(pl.lit("same")).when("opposed").then(pl.lit("different"))
    level = pl.when(fewer < guard.least).then(pl.lit("refused")).otherwise(agreed.otherwise(pl.lit("partly")))
    ids, years = pl.col("left_ids", "right_ids"), pl.col("least_years", "most_years")
    refused = pl.col("level") == "refused"
    return folded.with_columns(level=level, few=pl.when((fewer > 0) & (fewer < guard.least)).then(few)).with_columns(
        pl.when(refused).then(ids.list.head(0)).otherwise(ids).name.keep(),
        pl.when(refused).then(None).otherwise(years).name.keep(),
    )


def _told(side: str, selected: Corpus, folded: pl.DataFrame, pairs: pl.DataFrame) -> pl.LazyFrame:
    """Give one side's statements with `compared`, and the `reasons` of those whose every counterpart is refused."""
    ids = pl.col("statement_id" if side == "left" else "statement_id_right").alias("statement_id")
    each, broken = pairs.lazy().select(ids, "reasons").explode("statement_id"), pl.col("reasons").list.len()
    nearest = each.filter(broken == broken.min().over("statement_id"), broken > 0)
    reasons = nearest.group_by("statement_id").agg(pl.col("reasons").explode().unique().sort())
    seen = folded[f"{side}_ids"].explode().drop_nulls().to_list()
    told = selected.statements.lazy().join(reasons, on="statement_id", how="left", maintain_order="left")
    return told.with_columns(
        pl.col("reasons").fill_null([]), side=pl.lit(side), compared=pl.col("statement_id").is_in(seen)
    )


def _rows(corpus: Corpus, folded: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    counts = []
    for side in SIDES:
        its = pl.col("side") == side
        counts += [
            its.sum().cast(pl.Int64).alias(f"{side}_statements"),
            pl.col("stance").filter(its).unique().sort().alias(f"{side}_stances"),
            (its & pl.col("compared")).sum().cast(pl.Int64).alias(f"{side}_compared"),
            pl.col("statement_id").filter(its).alias(f"{side}_statement_ids"),
        ]
    reasons = pl.col("reasons").explode().drop_nulls().unique().sort()
    said = statements.lazy().group_by("proposition_id").agg(*counts, reasons)
    spoke = [pl.col(f"{side}_statements") > 0 for side in SIDES]
    only = pl.when(spoke[0]).then(pl.lit("left-only")).otherwise(pl.lit("right-only"))
    level = pl.when(spoke[0] & spoke[1]).then(pl.col("level").fill_null("refused")).otherwise(only)
    told = pl.when(pl.col("few").is_null()).then("reasons").otherwise(pl.concat_list("few"))
    given = [f"{side}_{name}" for side in SIDES for name in ("statements", "stances", "compared", "statement_ids")]
    rows = (
        corpus.propositions.lazy()
        .select("proposition_id", "theme_id")
        .join(said, on="proposition_id", maintain_order="left")
        .join(folded.lazy(), on="proposition_id", how="left", maintain_order="left")
        .with_columns(level=level.cast(pl.Enum(list(LEVELS))), reasons=told)
        .sort("level", maintain_order=True)
    )
    return rows.select("proposition_id", "theme_id", "level", *given, "reasons", "least_years", "most_years").collect()


def _summary(
    names: list[str], documents: pl.DataFrame, rows: pl.DataFrame, statements: pl.DataFrame, shared: int
) -> str:
    """Say how much could be compared, out of how much, in how many documents and over which period."""
    if silent := [name for name, side in zip(names, SIDES, strict=True) if side not in statements["side"]]:
        return f"{' and '.join(silent)}: no statement in this selection, so there is nothing to compare."
    twice = f" Statements that belong to both sides, compared with nothing: {shared}." if shared else ""
    counts = dict(rows.group_by(pl.col("level").cast(pl.String)).len().iter_rows())
    both, *found = (sum(counts.get(level, 0) for level in levels) for levels in (list(LEVELS)[:4], *zip(LEVELS)))
    if not both:
        return f"{' and '.join(names)} took no stance on any proposition in common.{twice}"
    comparable = both - found[3]
    parts = [f"{count} {words}" for count, words in zip(found[:3], LEVELS.values(), strict=False)]
    seen = statements.filter(pl.col("compared"))
    where = f"{seen['document_id'].n_unique():,} of {documents.height:,} document{'s' * (documents.height != 1)}"
    told = f": {', '.join(parts)} ({where}, {_period(seen)})" if comparable else ""
    things = f"proposition{'s' * (both != 1)} on which both took a stance"
    return f"{comparable} of {both} {things} can be compared{told}.{twice}"


def _period(statements: pl.DataFrame) -> str:
    is_known = (pl.col("earliest") > UNKNOWN[0]) & (pl.col("latest") < UNKNOWN[1])
    known, undated = statements.filter(is_known), statements.filter(~is_known).height
    if known.is_empty():
        return in_words(*UNKNOWN)
    ends = known.select(pl.col("earliest").min().dt.year(), pl.col("latest").max().dt.year()).row(0)
    return "–".join(map(str, sorted({*ends}))) + f", statements of unknown date: {undated}" * bool(undated)
