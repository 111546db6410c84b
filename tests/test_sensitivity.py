from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import kit
from kit import schema
from kit.comparison import LEVELS, compare
from kit.guard import RULES, Guard, Side
from kit.selection import Selection
from kit.sensitivity import LEFT_OUT, cells_that_change, levels_that_change, rules_lifted, variations
from tests import made
from tests.made import QUOTED, TWICE, Statement, statement

OWN, PLAIN, SURE = LEFT_OUT
SIDES = made.HOLDERS[:2]
STANCES = pl.List(pl.Enum(schema.STANCES))
CELLS = {
    "variation": pl.String, "speaker_id": pl.String, "proposition_id": pl.String,
    "stances": STANCES, "statements": pl.Int64, "then_stances": STANCES, "then_statements": pl.Int64,
}  # fmt: skip
OF_LEVELS = {
    "variation": pl.String, "proposition_id": pl.String,
    "level": pl.Enum(list(LEVELS)), "then_level": pl.Enum(list(LEVELS)),
}  # fmt: skip
LIFTED = {
    "rule": pl.String,
    "allows": pl.String,
    "in_force": pl.Boolean,
    "comparable": pl.Int64,
    "more": pl.Int64,
    "otherwise": pl.Int64,
}
SETTINGS = [
    ({}, Guard()),
    ({"themes": ["armed-deployment", "public-confidence"], "since": "2016-08-01"}, Guard(conditionals=True)),
    ({"first_hand": True}, Guard(questions=True, least=2)),
    ({}, Guard(relayed=True, questions=True, conditionals=True, years=3)),
]
STAYS: dict[str, Callable[[Statement], bool]] = {
    OWN: lambda row: row["mode"] == "direct",
    PLAIN: lambda row: row["modality"] in ("assertion", "action"),
    SURE: lambda row: row["confidence"] != "low",
}


def _other_codings(corpus: kit.Corpus) -> dict[str, str]:
    """Give the words of each other coding, and its coder."""
    return {
        f"the coding of {name} alone": coder
        for coder, name in corpus.coders.select("coder_id", "name").iter_rows()
        if coder != corpus.coding
    }


@pytest.fixture(scope="module")
def codings(corpus: kit.Corpus, root: Path) -> dict[str, kit.Corpus]:
    """The real corpus in each other coding, read anew."""
    return {words: kit.load(root / "corpus", coding=coder) for words, coder in _other_codings(corpus).items()}


# ---- variations


def test_a_variation_leaves_out_what_it_says_or_reads_another_coding(second: kit.Corpus) -> None:
    said = [statement(), statement(**QUOTED), statement(modality="question"), statement(modality="conditional"),
            statement(modality="action"), statement(confidence="low"), statement(confidence="medium"),
            statement(coder_id="reader-two"), statement(coder_id="reader-one")]  # fmt: skip

    found = {
        words: one.statements["statement_id"].to_list() for words, one in variations(made.corpus_of(second, *said))
    }

    assert found == {
        OWN: ["s00", "s02", "s03", "s04", "s05", "s06"],
        PLAIN: ["s00", "s01", "s04", "s05", "s06"],
        SURE: ["s00", "s01", "s02", "s03", "s04", "s06"],
        "the coding of First coding alone": ["s08"],
        "the coding of Second coding alone": ["s07"],
    }
    assert list(found)[:3] == list(LEFT_OUT)


def test_the_coding_that_is_read_is_not_a_variation_of_itself(second: kit.Corpus, root: Path) -> None:
    other = kit.load(root / "tests" / "second_corpus", coding="reader-one")

    assert [one.coding for words, one in variations(other)] == ["reader-one"] * 3 + ["reader-two", "agreed"]
    assert list(_other_codings(second).values()) == ["reader-one", "reader-two"]


# ---- cells


def test_a_cell_is_listed_with_its_stances_and_counts_now_and_then(second: kit.Corpus) -> None:
    said = [
        statement(), statement("ama-osei", "oppose", **QUOTED),
        statement(proposition_id="raise-fares", confidence="low"),
        statement("ben-adu", "mixed"), statement("ben-adu", "mixed", modality="question"),
        *(statement(coder_id=coder, **given) for coder in ("reader-one", "reader-two") for given in
          ({}, {"stance": "oppose"}, {"proposition_id": "raise-fares"}, {"speaker_id": "ben-adu", "stance": "mixed"})),
        statement("cleo-marsh", coder_id="reader-two"),
    ]  # fmt: skip
    found = cells_that_change(made.corpus_of(second, *said))

    assert dict(found.schema) == CELLS
    assert found.rows() == [
        (OWN, "ama-osei", "run-all-night", ["oppose", "support"], 2, ["support"], 1),
        (SURE, "ama-osei", "raise-fares", ["support"], 1, [], 0),
        ("the coding of Second coding alone", "cleo-marsh", "run-all-night", [], 0, ["support"], 1),
    ]


def test_a_cell_that_only_shrinks_is_not_listed(second: kit.Corpus) -> None:
    said = [statement(), statement(confidence="low"), statement(modality="conditional"), statement(**TWICE)]
    corpus = made.corpus_of(second, *said, *(statement(coder_id=one) for one in ("reader-one", "reader-two")))

    assert cells_that_change(corpus).height == 0


def test_cells_stand_in_the_order_of_variations_speakers_and_codebook(second: kit.Corpus) -> None:
    order = [["ama-osei", "ben-adu", "cleo-marsh"], ["run-all-night", "second-deckhand", "sell-a-boat"]]
    said = [
        statement(one, proposition_id=other, confidence="low", **TWICE)
        for one in order[0][::-1]
        for other in order[1][::-1]
    ]

    found = cells_that_change(made.corpus_of(second, *said))

    cells = [(one, other) for one in order[0] for other in order[1]]
    assert found.select("speaker_id", "proposition_id").rows() == cells * 4
    assert found["variation"].unique(maintain_order=True).to_list() == [OWN, SURE, *_other_codings(second)]


def _cells(statements: pl.DataFrame) -> dict[tuple[str, str], tuple[list[str], int]]:
    found: dict[tuple[str, str], list[str]] = {}
    for speaker, proposition, stance in statements.select("speaker_id", "proposition_id", "stance").iter_rows():
        found.setdefault((speaker, proposition), []).append(stance)
    return {cell: (sorted(set(one), key=schema.STANCES.index), len(one)) for cell, one in found.items()}


def _changed(now: pl.DataFrame, then: pl.DataFrame) -> set[tuple[Any, ...]]:
    before, after, none = _cells(now), _cells(then), ([], 0)
    pairs = ((cell, before.get(cell, none), after.get(cell, none)) for cell in before.keys() | after.keys())
    return {
        (*cell, tuple(one[0]), one[1], tuple(other[0]), other[1]) for cell, one, other in pairs if one[0] != other[0]
    }


def _listed(found: pl.DataFrame, variation: str) -> set[tuple[Any, ...]]:
    rows = found.filter(variation=variation).drop("variation").rows()
    assert len(rows) == len({row[:2] for row in rows})
    return {tuple(tuple(one) if isinstance(one, list) else one for one in row) for row in rows}


@pytest.mark.parametrize("chosen", [chosen for chosen, _ in SETTINGS], ids=str)
def test_cells_of_the_real_corpus_change_as_a_count_of_what_stays_says(
    corpus: kit.Corpus, codings: dict[str, kit.Corpus], chosen: dict[str, Any]
) -> None:
    selection = Selection(**chosen)
    found, now = cells_that_change(corpus, selection), corpus.select(selection).statements

    for words, stays in STAYS.items():
        left = pl.DataFrame([row for row in now.iter_rows(named=True) if stays(row)], schema=now.schema)
        assert _listed(found, words) == _changed(now, left), words
    for words, other in codings.items():
        assert _listed(found, words) == _changed(now, other.select(selection).statements), words
    assert set(found["variation"]) <= {*STAYS, *codings}


CODED = st.builds(
    lambda row, **given: {**row, **given},
    made.STATEMENTS,
    confidence=st.sampled_from(schema.CONFIDENCES),
    coder_id=st.sampled_from(["agreed", "agreed", "reader-one"]),
)


@settings(max_examples=40)
@given(said=st.lists(CODED, max_size=14))
def test_cells_change_as_a_count_of_what_stays_says_whatever_is_coded(
    second: kit.Corpus, said: list[Statement]
) -> None:
    corpus = made.corpus_of(second, *said)
    found, now = cells_that_change(corpus), made.frame(*said).filter(coder_id="agreed")

    for words, stays in STAYS.items():
        left = pl.DataFrame([row for row in now.iter_rows(named=True) if stays(row)], schema=made.COLUMNS)
        assert _listed(found, words) == _changed(now, left), words
    for words, coder in _other_codings(corpus).items():
        assert _listed(found, words) == _changed(now, made.frame(*said).filter(coder_id=coder)), words


@pytest.mark.parametrize("kind", ["nothing selected", "nothing coded"])
def test_without_statements_no_cell_changes(kind: str, second: kit.Corpus, copy_of_second: Any) -> None:
    copy_of_second.uncode()
    found = {
        "nothing selected": lambda: cells_that_change(second, Selection(text="walrus")),
        "nothing coded": lambda: cells_that_change(kit.load(copy_of_second.path)),
    }[kind]()

    assert (found.height, dict(found.schema)) == (0, CELLS)


# ---- levels of a comparison


def _levels(corpus: kit.Corpus, *given: Any) -> dict[str, str]:
    return dict(compare(corpus, *given).rows.select("proposition_id", "level").iter_rows())


@pytest.mark.parametrize(("chosen", "guard"), SETTINGS, ids=str)
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sadiq-khan", "metropolitan-police"),
        ("joanne-mccartney", Side("sadiq-khan", since="2018-01-01")),
        (Side("sadiq-khan", until="2017-12-31"), Side("sadiq-khan", office="Mayor of London", since="2017-01-01")),
        ("mark-rowley", "ken-marsh"),
    ],
    ids=str,
)
def test_levels_change_as_comparing_what_stays_says(
    corpus: kit.Corpus, codings: dict[str, kit.Corpus], left: Any, right: Any, chosen: dict[str, Any], guard: Guard
) -> None:
    selection, expected = Selection(**chosen), []
    comparison = compare(corpus, left, right, selection, guard)
    now = dict(comparison.rows.select("proposition_id", "level").iter_rows())
    varied = [
        (words, replace(corpus, statements=pl.DataFrame(
            [row for row in corpus.statements.iter_rows(named=True) if stays(row)], schema=corpus.statements.schema)))
        for words, stays in STAYS.items()
    ]  # fmt: skip
    for words, other in [*varied, *codings.items()]:
        then = _levels(other, left, right, selection, guard)
        expected += [
            (words, one, now.get(one), then.get(one))
            for one in corpus.propositions["proposition_id"]
            if now.get(one) != then.get(one)
        ]

    found = levels_that_change(corpus, comparison)

    assert found.rows() == expected
    assert dict(found.schema) == OF_LEVELS


def _by_rules(rows: list[Statement], guard: Guard) -> dict[str, str]:
    """Give the level of the first two holders on each proposition, the rules tried on every two statements."""
    cells = {
        one: [[row for row in rows if (row["speaker_id"], row["proposition_id"]) == (who, one)] for who in SIDES]
        for one in made.THEMES
    }
    return {one: made.level(*sides, guard) for one, sides in cells.items() if any(sides)}


@settings(max_examples=40)
@given(said=st.lists(CODED, max_size=14), guard=made.GUARDS)
def test_levels_change_as_the_rules_say_of_what_stays(second: kit.Corpus, said: list[Statement], guard: Guard) -> None:
    corpus, rows = made.corpus_of(second, *said), made.rows(*said)
    agreed = [row for row in rows if row["coder_id"] == "agreed"]
    left = {words: [row for row in agreed if stays(row)] for words, stays in STAYS.items()}
    left |= {
        words: [row for row in rows if row["coder_id"] == coder] for words, coder in _other_codings(corpus).items()
    }
    now, expected = _by_rules(agreed, guard), []
    for words, stay in left.items():
        then = _by_rules(stay, guard)
        changed = [one for one in corpus.propositions["proposition_id"] if now.get(one) != then.get(one)]
        expected += [(words, one, now.get(one), then.get(one)) for one in changed]

    assert levels_that_change(corpus, compare(corpus, *SIDES, guard=guard)).rows() == expected


def test_a_level_is_null_where_no_side_has_a_stance(second: kit.Corpus) -> None:
    said = [statement(**TWICE), statement("ben-adu", "oppose", proposition_id="raise-fares", coder_id="reader-one"),
            statement(**TWICE, coder_id="reader-one"), statement(**TWICE, coder_id="reader-two")]  # fmt: skip
    corpus = made.corpus_of(second, *said)

    assert levels_that_change(corpus, compare(corpus, "ama-osei", "ben-adu")).rows() == [
        (OWN, "run-all-night", "left-only", None),
        ("the coding of First coding alone", "raise-fares", None, "right-only"),
    ]


def test_nothing_compared_changes_no_level(second: kit.Corpus, copy_of_second: Any) -> None:
    copy_of_second.uncode()
    uncoded = kit.load(copy_of_second.path)

    for corpus, selection in ((uncoded, Selection()), (second, Selection(text="walrus"))):
        found = levels_that_change(corpus, compare(corpus, "ama-osei", "ben-adu", selection))
        assert (found.height, dict(found.schema)) == (0, OF_LEVELS)


# ---- rules


@pytest.mark.parametrize("guard", [Guard(), Guard(relayed=True), Guard(years=2, least=2), Guard(years=0)], ids=repr)
@pytest.mark.parametrize(
    ("left", "right"),
    [("sadiq-khan", "len-duvall"), ("joanne-mccartney", "sadiq-khan"), ("mark-rowley", "ken-marsh"),
     ("metropolitan-police", "sadiq-khan")],
)  # fmt: skip
def test_a_lifted_rule_counts_what_comparing_without_it_gives(
    corpus: kit.Corpus, left: str, right: str, guard: Guard
) -> None:
    comparison = compare(corpus, left, right, guard=guard)
    now = made.comparable(comparison.rows)

    found = rules_lifted(corpus, comparison)

    assert dict(found.schema) == LIFTED
    in_force = found.filter("in_force").drop("in_force", "otherwise")
    assert sorted(in_force.rows()) == sorted(
        (rule, RULES[rule][1], now, made.comparable(compare(corpus, left, right, guard=lifted).rows) - now)
        for rule, lifted in guard.lifted().items()
    )
    assert (found["more"] >= 0).all()


@settings(max_examples=40)
@given(said=st.lists(made.STATEMENTS, max_size=14), guard=made.GUARDS)
def test_a_lifted_rule_counts_what_the_rules_say_without_it(
    second: kit.Corpus, said: list[Statement], guard: Guard
) -> None:
    corpus, rows = made.corpus_of(second, *said), made.rows(*said)
    now, fine = _by_rules(rows, guard), ("same", "partly", "different")

    for rule, _, in_force, count, more, otherwise in rules_lifted(
        corpus, compare(corpus, *SIDES, guard=guard)
    ).iter_rows():
        then = _by_rules(rows, guard.lifted()[rule] if in_force else replace(guard, **{rule: False}))
        counts = [sum(level in fine for level in levels.values()) for levels in (now, then)]
        changed = [one for one in now if now[one] != then[one] and {now[one], then[one]} <= {*fine}]
        assert (count, more, otherwise) == (counts[0], abs(counts[1] - counts[0]), len(changed)), rule


def test_a_rule_that_is_lifted_tells_what_that_has_added(corpus: kit.Corpus) -> None:
    strict, loose = (compare(corpus, "mark-rowley", "ken-marsh", guard=Guard(relayed=of)) for of in (False, True))

    found = rules_lifted(corpus, loose).filter(rule="relayed")

    assert found.rows() == [("relayed", RULES["relayed"].allows, False, 1, 1, 0)]
    assert made.comparable(loose.rows) - made.comparable(strict.rows) == 1


def test_relayed_statements_make_one_more_comparable_where_only_that_rule_stood_in_the_way(corpus: kit.Corpus) -> None:
    found = rules_lifted(corpus, compare(corpus, "mark-rowley", "ken-marsh"))

    assert found.rows() == [
        ("relayed", RULES["relayed"].allows, True, 0, 1, 0),
        ("questions", RULES["questions"].allows, True, 0, 0, 0),
        ("conditionals", RULES["conditionals"].allows, True, 0, 0, 0),
    ]


def test_two_rules_that_stand_in_the_way_together_are_lifted_in_vain_one_by_one(corpus: kit.Corpus) -> None:
    """2018: a question about consultation, and a conditional for an answer."""
    there = Selection(propositions=["consult-on-armed-deployment"])

    assert rules_lifted(corpus, compare(corpus, "joanne-mccartney", "sadiq-khan", there))["more"].sum() == 0
    loose = compare(corpus, "joanne-mccartney", "sadiq-khan", there, Guard(questions=True))
    assert rules_lifted(corpus, loose).filter(rule="conditionals")["more"].item() == 1


def test_where_every_rule_is_lifted_none_is_in_force(second: kit.Corpus) -> None:
    guard = Guard(relayed=True, questions=True, conditionals=True)
    found = rules_lifted(second, compare(second, "ama-osei", "ben-adu", guard=guard))

    assert (found["in_force"].to_list(), dict(found.schema)) == ([False] * 3, LIFTED)


def test_without_statements_lifting_adds_nothing(second: kit.Corpus) -> None:
    found = rules_lifted(second, compare(second, "ivo-lund", "northport-post"))

    assert found["more"].to_list() == found["comparable"].to_list() == [0, 0, 0]
