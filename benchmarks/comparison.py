"""Time comparing two holders, all pairs of holders, sensitivity and change over time, each beside the same in pandas.

For the five documents, and for a corpus made here: 50,000 statements by 500 holders on 40 propositions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from importlib.util import find_spec
from itertools import combinations
from random import Random
from statistics import median
from time import process_time
from typing import Any

from load import ROOT, line, machine, timed

SEED, STATEMENTS, HOLDERS, PROPOSITIONS, THEMES, DOCUMENTS = 20260, 50_000, 500, 40, 8, 1_000
TURNS, TOP = 5, 5
# How often what occurs, roughly as in the transcripts and news of the five documents.
WAYS = {("direct", 0): 60, ("quoted", 1): 20, ("reported", 1): 14, ("reported", 2): 5, ("quoted", 2): 1}
MODALITIES = {"assertion": 70, "action": 8, "question": 14, "conditional": 8}
CONFIDENCES = {"high": 60, "medium": 30, "low": 10}
KEYS = ["version", "channel", "kind"]
VARIATIONS: list[Callable[[Any], Any]] = [
    lambda said: said[said["first_hand"]],
    lambda said: said[said["kind"] == "plain"],
    lambda said: said[said["confidence"] != "low"],
]
LIFTED: list[Callable[[Any], Any]] = [
    lambda said: said.assign(channel="any"),
    lambda said: said.assign(kind=said["kind"].replace("question", "plain")),
    lambda said: said.assign(kind=said["kind"].replace("conditional", "plain")),
]


def made(statements: int = STATEMENTS, holders: int = HOLDERS, seed: int = SEED) -> Any:
    """Make a corpus: few holders say much and many little, and each leans one way on a proposition; three codings."""
    import polars as pl

    import kit
    from kit import schema

    chance, whole = Random(seed), range(statements)
    speakers = [f"holder-{at:03}" for at in range(holders)]
    propositions = [(f"proposition-{at:02}", f"theme-{at % THEMES}") for at in range(PROPOSITIONS)]
    documents = [_document(at, chance, schema.KINDS) for at in range(DOCUMENTS)]

    def drawn(weights: dict[Any, int]) -> list[Any]:
        return chance.choices(list(weights), list(weights.values()), k=statements)

    def frame(name: str, rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
        columns = schema.FRAMES[name]
        empty = {one: [] if kind == pl.List(pl.String) else None for one, kind in columns.items()}
        empty |= {one: "" for one, kind in columns.items() if kind == pl.String}
        return pl.DataFrame([empty | row for row in rows], schema=columns)

    leaning = {(one, key): chance.choice(schema.STANCES[::2]) for one in speakers for key, _ in propositions}
    who = chance.choices(speakers, [1 / (10 + at) for at in range(holders)], k=statements)
    what, where = chance.choices(propositions, k=statements), chance.choices(documents, k=statements)
    ways, modalities, confidences = drawn(WAYS), drawn(MODALITIES), drawn(CONFIDENCES)
    agreed = []
    for at in whole:
        (mode, relays), document = ways[at], where[at]
        stance = leaning[who[at], what[at][0]] if chance.random() < 0.8 else chance.choice(schema.STANCES)
        agreed.append({
            "statement_id": f"s{at:06}", "document_id": document["document_id"], "passage_id": f"p{at:06}",
            "speaker_id": who[at], "offices": ["first" if document["earliest"] < date(2012, 1, 1) else "second"],
            "relayed_by": chance.sample(speakers, relays), "first_hand": mode == "direct", "mode": mode,
            "modality": modalities[at], "proposition_id": what[at][0], "theme_id": what[at][1], "stance": stance,
            "confidence": confidences[at], "start": 0, "end": 40, "earliest": document["earliest"],
            "latest": document["latest"], "coder_id": "agreed", "version": 1,
        })  # fmt: skip
    others = [
        row | {"coder_id": coder} | ({"stance": chance.choice(schema.STANCES)} if chance.random() < 0.05 else {})
        for coder in ("coder-a", "coder-b")
        for row in agreed
        if chance.random() > 0.05
    ]
    passages = (
        {
            "passage_id": row["passage_id"], "document_id": row["document_id"], "order": at, "turn": at,
            "speaker_id": row["speaker_id"], "form": "spoken", "zone": "body", "start": 0, "end": 40, "words": 8,
            "text": "Eight words that stand for what was said.", "themes": [row["theme_id"]],
            "earliest": row["earliest"], "latest": row["latest"],
        }
        for at, row in enumerate(agreed)
    )  # fmt: skip
    offices = ({"speaker_id": one, "office": office} for one in speakers for office in ("first", "second"))
    coders = [
        {"coder_id": "agreed", "made_from": ["coder-a", "coder-b"]},
        {"coder_id": "coder-a"},
        {"coder_id": "coder-b"},
    ]
    rows: dict[str, Iterable[dict[str, Any]]] = {
        "documents": documents,
        "speakers": ({"speaker_id": one, "name": one.title(), "kind": "person"} for one in speakers),
        "offices": offices,
        "passages": passages,
        "themes": ({"theme_id": f"theme-{at}", "label": f"Theme {at}"} for at in range(THEMES)),
        "propositions": ({"proposition_id": one, "theme_id": theme, "version": 1} for one, theme in propositions),
        "statements": agreed,
        "codings": agreed + others,
        "coders": ({"name": one["coder_id"]} | one for one in coders),
    }
    frames = {name: frame(name, rows.get(name, ())) for name in schema.FRAMES}
    return kit.Corpus({"title": "Made for a benchmark"}, "agreed", {}, texts={}, **frames)


def _document(at: int, chance: Random, kinds: tuple[str, ...]) -> dict[str, Any]:
    """Make a document of one day, of a month or so (one in ten), or without a date (one in thirty)."""
    day = date(2000, 1, 1) + timedelta(days=chance.randrange(25 * 365))
    unknown, wide = chance.random() < 1 / 30, chance.random() < 1 / 10
    dates = (date.min, date.max) if unknown else (day, day + timedelta(days=30 * wide))
    basis = "unknown" if unknown else "inferred" if wide else "stated"
    return {
        "document_id": f"document-{at:04}", "title": f"Document {at}", "kind": chance.choice(kinds),
        "earliest": dates[0], "latest": dates[1], "date_basis": basis, "characters": 40, "words": 8,
    }  # fmt: skip


# ---- the same in pandas: levels and counts; no reasons, silences, rivals or words


def in_pandas(statements: Any) -> Any:
    """Give statements as pandas likes them, with what the rules look at worked out beforehand."""
    import pandas as pd

    frame = pd.DataFrame(statements.drop("offices").to_dict(as_series=False))
    relays = frame["relayed_by"].map(len)
    own = (frame["mode"] != "reported") & (relays < 2)
    frame["channel"] = (frame["mode"] + relays.astype(str)).mask(own, "own")
    frame["kind"] = frame["modality"].replace({"assertion": "plain", "action": "plain"})
    for column in ("earliest", "latest"):
        frame[column] = frame[column].astype("datetime64[s]")
    for column in ("speaker_id", "proposition_id", "stance", "channel", "kind"):
        frame[column] = frame[column].astype("category")
    return frame


def levels_in_pandas(one: Any, other: Any) -> dict[str, str]:
    """Compare the statements of two holders, proposition by proposition."""
    pairs = one.merge(other, on=["proposition_id", *KEYS], suffixes=("", "_right"))
    stances = pairs["stance"].astype(str), pairs["stance_right"].astype(str)
    same = stances[0] == stances[1]
    opposed = ~same & (stances[0] != "mixed") & (stances[1] != "mixed")
    folded = (
        pairs.assign(same=same, opposed=opposed).groupby("proposition_id", observed=True)[["same", "opposed"]].all()
    )
    left, right = set(one["proposition_id"]), set(other["proposition_id"])
    levels = dict.fromkeys(left & right, "refused")
    levels |= dict.fromkeys(left - right, "left-only") | dict.fromkeys(right - left, "right-only")
    for proposition, alike, unlike in folded.itertuples():
        levels[proposition] = "same" if alike else "different" if unlike else "partly"
    return levels


def compare_in_pandas(said: Any, left: str, right: str) -> dict[str, str]:
    return levels_in_pandas(said[said["speaker_id"] == left], said[said["speaker_id"] == right])


def matrix_in_pandas(said: Any, order: list[str], years: int | None = None, least: int = 1) -> Any:
    """Count for every two holders how many propositions are the same, partly so, different: cells first, then pairs.

    Of many cells with dates one proposition at a time: the pairs of all would not fit into memory.
    """
    import pandas as pd

    at = said["speaker_id"].map({one: at for at, one in enumerate(order)}).astype("Int64")
    held = said.assign(at=at)[at.notna()].astype({"at": "int64"})
    alone = held[["at", "proposition_id"]].drop_duplicates()
    both = alone.merge(alone, on="proposition_id", suffixes=("", "_right"))
    both = both[both["at"] < both["at_right"]].groupby(["at", "at_right"]).size()
    keys, dates = ["proposition_id", *KEYS], ["earliest", "latest"] if years else []
    if years:
        held = held[(held["earliest"].dt.year > date.min.year) & (held["latest"].dt.year < date.max.year)]
    bits = held["stance"].astype(str).map({"oppose": 1, "mixed": 2, "support": 4})
    once = held.assign(bits=bits).groupby(["at", *keys, *dates, "bits"], observed=True).size().rename("number")
    cells = once.reset_index().groupby(["at", *keys, *dates], observed=True).agg({"bits": "sum", "number": "sum"})
    cells = cells.reset_index().reset_index(names="row")
    if years:
        cells["limit"] = cells["latest"] + pd.DateOffset(years=years)
    many = years and len(cells) > 10_000
    parts = [own for _, own in cells.groupby("proposition_id", observed=True)] if many else [cells]
    levels = [_levels_of_pairs(part, keys, bool(years), least) for part in parts]
    counts = pd.concat(levels).groupby(level=["at", "at_right"]).value_counts().unstack(fill_value=0)
    return counts.reindex(both.index, fill_value=0).assign(both=both)


def _levels_of_pairs(cells: Any, keys: list[str], dated: bool, least: int) -> Any:
    """Give the level of every two holders on every proposition."""
    import pandas as pd

    pairs, pair = cells.merge(cells, on=keys, suffixes=("", "_right")), ["at", "at_right", "proposition_id"]
    pairs = pairs[pairs["at"] < pairs["at_right"]]
    if dated:
        near = (pairs["earliest"] <= pairs["limit_right"]) & (pairs["earliest_right"] <= pairs["limit"])
        pairs = pairs[near]
    one, other = pairs["bits"], pairs["bits_right"]
    pairs = pairs.assign(same=(one == other) & one.isin([1, 2, 4]), opposed=((one | other) == 5) & ((one & other) == 0))
    folded = pairs.groupby(pair, observed=True)[["same", "opposed"]].all()
    if least > 1:
        for end in ("", "_right"):
            met = pairs[[*pair, f"row{end}", f"number{end}"]].drop_duplicates([*pair, f"row{end}"])
            folded = folded[met.groupby(pair, observed=True)[f"number{end}"].sum().reindex(folded.index) >= least]
    level = pd.Series("partly", folded.index).mask(folded["opposed"], "different")
    return level.mask(folded["same"], "same")


def cells_in_pandas(said: Any, codings: list[Any]) -> int:
    """Count the cells whose stances differ, over all variations."""

    def stances(frame: Any) -> dict[tuple[str, str], frozenset[str]]:
        return frame.groupby(["speaker_id", "proposition_id"], observed=True)["stance"].agg(frozenset).to_dict()

    now, changed = stances(said), 0
    for then in (stances(other) for other in [*(leave(said) for leave in VARIATIONS), *codings]):
        changed += sum(now.get(cell) != then.get(cell) for cell in now.keys() | then.keys())
    return changed


def changed_levels_in_pandas(said: Any, codings: list[Any], left: str, right: str) -> int:
    now, changed = compare_in_pandas(said, left, right), 0
    narrow = said[said["speaker_id"].isin([left, right])]
    for other in [*(leave(narrow) for leave in VARIATIONS), *codings]:
        then = compare_in_pandas(other, left, right)
        changed += sum(now.get(one) != then.get(one) for one in now.keys() | then.keys())
    return changed


def lifted_in_pandas(said: Any, left: str, right: str) -> list[int]:
    """Count what could be compared beside what can, by each rule that is lifted."""

    def comparable(frame: Any) -> int:
        return sum(level in ("same", "partly", "different") for level in compare_in_pandas(frame, left, right).values())

    narrow = said[said["speaker_id"].isin([left, right])]
    return [comparable(lift(narrow)) - comparable(narrow) for lift in LIFTED]


def changes_in_pandas(said: Any, holder: str) -> dict[str, int]:
    """Count how neighbouring dates on one proposition compare; another proposition of the theme is left out."""
    import pandas as pd

    when = ["proposition_id", "earliest", "latest"]
    own = said[(said["speaker_id"] == holder) & (said["earliest"] > pd.Timestamp(date.min).as_unit("s"))]
    moments = own[when].drop_duplicates()
    pairs = moments.merge(moments, on="proposition_id", suffixes=("", "_later"))
    pairs = pairs[pairs["latest"] < pairs["earliest_later"]]
    first = pairs.groupby(when, observed=True)["latest_later"].transform("min")
    pairs = pairs[pairs["earliest_later"] <= first].reset_index(names="pair")
    later = own.rename(columns={"earliest": "earliest_later", "latest": "latest_later"})
    told = pairs.merge(own, on=when).merge(
        later, on=["proposition_id", "earliest_later", "latest_later", *KEYS], suffixes=("", "_right"), how="left"
    ).dropna(subset="stance_right")  # fmt: skip
    stances = told["stance"].astype(str), told["stance_right"].astype(str)
    same = stances[0] == stances[1]
    told = told.assign(same=same, reversed=~same & (stances[0] != "mixed") & (stances[1] != "mixed"))
    folded = told.groupby("pair")[["same", "reversed"]].all()
    counts = {name: int(folded[name].sum()) for name in ("same", "reversed")}
    counts["shifted"] = len(folded) - sum(counts.values())
    return counts | {"not comparable": len(pairs) - len(folded)}


# ---- both


def time_corpus(name: str, corpus: Any, goal: float, turns: int) -> None:
    """Time everything on one corpus, in turn with pandas, which must find the same."""
    import polars as pl

    from kit.changes import changes_over_time
    from kit.comparison import compare, compare_holders
    from kit.guard import Guard
    from kit.positions import holders
    from kit.sensitivity import cells_that_change, levels_that_change, rules_lifted

    said = in_pandas(corpus.statements)
    codings = [
        in_pandas(corpus.codings.filter(coder_id=one)) for one in corpus.coders["coder_id"] if one != corpus.coding
    ]
    top = corpus.statements["speaker_id"].value_counts(sort=True)["speaker_id"].to_list()[:TOP]
    pairs, everybody = list(combinations(top, 2)), holders(corpus, len(corpus.speakers))["speaker_id"].to_list()
    compared = {pair: compare(corpus, *pair) for pair in pairs}

    def levels(pair: tuple[str, str]) -> dict[str, str]:
        return dict(compare(corpus, *pair).rows.select("proposition_id", "level").iter_rows())

    def changes(holder: str) -> dict[str, int]:
        found = changes_over_time(corpus, holder).filter(pl.col("proposition_id") == pl.col("later_proposition_id"))
        counts = dict(found["change"].cast(pl.String).value_counts().iter_rows())
        return {one: counts.get(one, 0) for one in ("same", "reversed", "shifted", "not comparable")}

    def matrix(asked: tuple[list[str], dict[str, int]]) -> tuple[int, ...]:
        found = compare_holders(corpus, guard=Guard(**asked[1]), speakers=asked[0])
        return found.select("both", "same", "partly", "different").sum().row(0)

    def matrix_beside(asked: tuple[list[str], dict[str, int]]) -> tuple[int, ...]:
        found = matrix_in_pandas(said, asked[0], **asked[1])
        return tuple(int(found[one].sum()) if one in found else 0 for one in ("both", "same", "partly", "different"))

    twenty = holders(corpus)["speaker_id"].to_list()
    rules = {"": {}, ", at most 5 years apart": {"years": 5}, ", 2 statements of each": {"least": 2}}
    cases: list[tuple[str, Callable[[Any], Any], Callable[[Any], Any], list[Any], int]] = [
        ("compare", levels, lambda pair: compare_in_pandas(said, *pair), pairs, turns),
        *((f"compare_holders, {who}{rule}", matrix, matrix_beside, [(ids, given)], turns)
          for who, ids in {f"{len(ids)} holders": ids for ids in (twenty, everybody)}.items()
          for rule, given in rules.items()),
        ("cells_that_change", lambda _: cells_that_change(corpus).height,
         lambda _: cells_in_pandas(said, codings), [None], turns),
        ("levels_that_change", lambda pair: levels_that_change(corpus, compared[pair]).height,
         lambda pair: changed_levels_in_pandas(said, codings, *pair), pairs, turns),
        ("rules_lifted", lambda pair: rules_lifted(corpus, compared[pair])["more"].to_list(),
         lambda pair: lifted_in_pandas(said, *pair), pairs, turns),
        ("changes_over_time", changes, lambda one: changes_in_pandas(said, one), top, turns),
    ]  # fmt: skip
    print(f"{name}: {corpus.statements.height} statements, {len(everybody)} holders")
    for what, ours, theirs, asked, times in cases:
        kit_times, processor, pandas_times = [], [], []
        for one in asked:
            assert ours(one) == theirs(one), f"pandas differs: {what}, {one}: {ours(one)} and {theirs(one)}"
            for _ in range(times):
                pandas_times.append(timed(theirs, one))
                started = process_time()
                kit_times.append(timed(ours, one))
                processor.append(process_time() - started)
        beside = f"processor {1000 * median(processor):.1f} ms   pandas {1000 * median(pandas_times):.1f} ms"
        print(f"{line(what, kit_times, pandas_times, 'pandas', goal)}   {beside}")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    if not find_spec("pandas"):
        sys.exit("This compares with pandas, and there is none here: pip install -e '.[benchmark]'")
    import polars as pl

    import kit

    print(f"{machine('polars', 'pandas')}; polars uses {pl.thread_pool_size()} threads (POLARS_MAX_THREADS), pandas 1")
    time_corpus("five documents", kit.load(ROOT / "corpus"), 0.050, TURNS)
    time_corpus("made", made(), 0.500, TURNS)


if __name__ == "__main__":
    main()
