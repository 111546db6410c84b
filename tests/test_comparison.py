from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import kit
from kit import schema
from kit.comparison import LEVELS, Comparison, compare, compare_holders, compared
from kit.errors import SelectionError
from kit.guard import Guard, Side, as_side
from kit.positions import SILENCE_WORDS, holders
from kit.selection import Selection
from tests import made
from tests.made import PARAPHRASE, QUOTED, QUOTED_TWICE, TWICE, Statement, statement

OPEN = Guard(relayed=True, questions=True, conditionals=True)
REWORDED = "one is another’s paraphrase, the other the holder’s own words"
YEAR_2018 = Side("sadiq-khan", since="2018-01-01", until="2018-12-31")
STANCES = pl.List(pl.Enum(schema.STANCES))
ROWS = {
    "proposition_id": pl.String, "theme_id": pl.String, "level": pl.Enum(list(LEVELS)),
    "left_statements": pl.Int64, "left_stances": STANCES, "left_compared": pl.Int64,
    "left_statement_ids": pl.List(pl.String),
    "right_statements": pl.Int64, "right_stances": STANCES, "right_compared": pl.Int64,
    "right_statement_ids": pl.List(pl.String),
    "reasons": pl.List(pl.String), "least_years": pl.Float64, "most_years": pl.Float64,
    "left_silence": pl.String, "right_silence": pl.String,
}  # fmt: skip
OF_PAIRS = {"left_id": pl.String, "right_id": pl.String} | dict.fromkeys(
    ["both", "comparable", "same", "partly", "different"], pl.Int64
)
GUARDS = [
    Guard(),
    OPEN,
    Guard(relayed=True),
    Guard(questions=True, conditionals=True),
    Guard(least=2),
    Guard(years=0.1),
    replace(OPEN, years=3, least=2),
]


def _row(comparison: Comparison, proposition_id: str = "run-all-night") -> dict[str, Any]:
    return comparison.rows.row(by_predicate=pl.col("proposition_id") == proposition_id, named=True)


def _levels(comparison: Comparison) -> dict[str, str]:
    return dict(comparison.rows.select("proposition_id", "level").iter_rows())


def _ama_and_ben(second: kit.Corpus, *said: Statement, guard: Guard | None = None, **chosen: Any) -> Comparison:
    """Compare what Ama and Ben said."""
    return compare(made.corpus_of(second, *said), "ama-osei", "ben-adu", Selection(**chosen), guard)


def _ben(stance: str = "support", **given: Any) -> Statement:
    return statement("ben-adu", stance, **given)


# ---- four places of the real corpus that are easily misread


@pytest.mark.parametrize("other", ["ken-marsh", "sadiq-khan"])
def test_the_tail_of_a_relayed_concern_is_no_statement_of_the_man_whose_concern_it_is(
    corpus: kit.Corpus, other: str
) -> None:
    """“the length of time it takes” (2023): one man's concern, as another tells it, as a newspaper quotes him."""
    strict, lifted = (compare(corpus, "mark-rowley", other, guard=guard) for guard in (None, Guard(relayed=True)))
    there = strict.statements.filter(speaker_id="mark-rowley").row(0, named=True)

    assert "the length of time it takes" in there["evidence"]
    assert there["relayed_by"] == ["sadiq-khan", "lbc"]
    assert _row(strict, "investigations-too-slow")["level"] == "refused"
    assert _row(strict, "investigations-too-slow")["reasons"] == ["relayed twice"]
    assert (there["compared"], there["reasons"]) == (False, ["relayed twice"])
    assert _row(lifted, "investigations-too-slow")["level"] == "same"
    assert _row(lifted, "investigations-too-slow")["reasons"] == []


def test_a_conditional_is_not_set_against_what_was_announced(corpus: kit.Corpus) -> None:
    """“if armed patrols became routine” (2018) against the patrols that were announced in 2016."""
    strict = compare(corpus, YEAR_2018, "metropolitan-police")
    there = strict.statements.filter(side="left", proposition_id="visible-armed-patrols").row(0, named=True)
    lifted = compare(corpus, YEAR_2018, "metropolitan-police", guard=Guard(conditionals=True))

    assert "if armed patrols became routine" in there["evidence"]
    assert (there["modality"], there["compared"], there["reasons"]) == ("conditional", False, ["one is conditional"])
    assert _row(strict, "visible-armed-patrols")["level"] == "refused"
    assert "one is conditional" in _row(strict, "visible-armed-patrols")["reasons"]
    assert _row(lifted, "visible-armed-patrols")["level"] == "different"


def test_a_conditional_does_not_count_beside_what_the_same_holder_asserted(corpus: kit.Corpus) -> None:
    strict = _row(compare(corpus, "sadiq-khan", "metropolitan-police"), "visible-armed-patrols")
    lifted = compare(corpus, "sadiq-khan", "metropolitan-police", guard=Guard(conditionals=True))

    assert strict["left_stances"] == ["oppose", "support"]
    assert (strict["level"], strict["left_statements"], strict["left_compared"]) == ("same", 2, 1)
    assert _row(lifted, "visible-armed-patrols")["level"] == "partly"


def test_a_question_with_an_embedded_claim_is_compared_only_if_the_reader_says_so(corpus: kit.Corpus) -> None:
    """“Did you have concerns about that because I believe …” (2018), and a conditional for an answer."""

    def consult(guard: Guard) -> dict[str, Any]:
        return _row(compare(corpus, "joanne-mccartney", YEAR_2018, guard=guard), "consult-on-armed-deployment")

    asked = corpus.statements.filter(speaker_id="joanne-mccartney", proposition_id="consult-on-armed-deployment")
    assert asked["evidence"].item().startswith("Did you have concerns about that because I believe")
    assert consult(Guard())["reasons"] == ["one is a question", "one is conditional"]
    assert consult(Guard(questions=True))["reasons"] == ["one is conditional"]
    assert consult(Guard(conditionals=True))["reasons"] == ["one is a question"]
    assert consult(Guard())["level"] == consult(Guard(questions=True))["level"] == "refused"
    assert consult(Guard(questions=True, conditionals=True))["level"] == "same"


@pytest.mark.parametrize("guard", GUARDS, ids=repr)
def test_masks_and_anonymity_are_two_propositions_and_no_row_compares_them(corpus: kit.Corpus, guard: Guard) -> None:
    """2016: one opposes masked spokesmen, the other supports anonymous officers; it only looks like a disagreement."""
    exchange = compare(corpus, "len-duvall", "sadiq-khan", Selection(themes=["communication"]), guard)
    masks, names = _row(exchange, "masked-spokespeople"), _row(exchange, "anonymous-armed-officers")

    assert (masks["left_stances"], masks["right_stances"], masks["level"]) == (["oppose"], [], "left-only")
    assert (names["left_stances"], names["right_stances"], names["level"]) == ([], ["support"], "right-only")
    assert masks["right_silence"] == names["left_silence"] == SILENCE_WORDS["not-addressed"]
    assert not exchange.statements.filter(
        pl.col("proposition_id").is_in([masks["proposition_id"], names["proposition_id"]])
    )["compared"].any()


# ---- levels


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (["support"], ["support"], "same"),
        (["support", "support"], ["support"], "same"),
        (["mixed"], ["mixed"], "same"),
        (["support"], ["oppose"], "different"),
        (["oppose", "oppose"], ["support"], "different"),
        (["support", "oppose"], ["support"], "partly"),
        (["support", "oppose"], ["oppose", "support"], "partly"),
        (["mixed"], ["support"], "partly"),
        (["mixed"], ["oppose"], "partly"),
        (["mixed", "oppose"], ["support"], "partly"),
        (["support"], [], "left-only"),
        ([], ["mixed"], "right-only"),
    ],
)
def test_a_level_says_how_far_the_stances_of_two_sides_are_the_same(
    second: kit.Corpus, left: list[str], right: list[str], level: str
) -> None:
    found = _ama_and_ben(second, *(statement(stance=one) for one in left), *(_ben(one) for one in right))

    assert _levels(found) == {"run-all-night": level}
    stances = [sorted(set(one), key=schema.STANCES.index) for one in (left, right)]
    assert [_row(found)["left_stances"], _row(found)["right_stances"]] == stances
    spoke = bool(left and right)
    assert _row(found)["left_compared"] == len(left) * spoke
    assert _row(found)["right_compared"] == len(right) * spoke
    assert found.statements["compared"].to_list() == [spoke] * (len(left) + len(right))


def test_rows_stand_by_level_and_then_in_the_order_of_the_codebook(second: kit.Corpus) -> None:
    different = statement(proposition_id="sell-a-boat"), _ben("oppose", proposition_id="sell-a-boat")
    partly = statement(proposition_id="raise-fares"), _ben("mixed", proposition_id="raise-fares")
    second_refused = statement(proposition_id="second-deckhand"), _ben(proposition_id="second-deckhand", **TWICE)
    first_refused = statement(), _ben(**PARAPHRASE)

    mingled = _ama_and_ben(second, *first_refused, *second_refused, *partly, *different)
    only = _ama_and_ben(
        second, _ben(), statement(proposition_id="raise-fares"), statement(proposition_id="sell-a-boat")
    )

    assert list(_levels(mingled).items()) == [
        ("sell-a-boat", "different"), ("raise-fares", "partly"),
        ("run-all-night", "refused"), ("second-deckhand", "refused"),
    ]  # fmt: skip
    assert list(_levels(only).items()) == [
        ("raise-fares", "left-only"), ("sell-a-boat", "left-only"), ("run-all-night", "right-only"),
    ]  # fmt: skip
    assert mingled.rows["theme_id"].to_list() == ["money", "money", "service", "safety"]
    assert made.comparable(mingled.rows) == 2
    assert made.comparable(only.rows) == 0


def test_a_row_counts_names_and_dates_what_it_compares(second: kit.Corpus) -> None:
    found = _row(
        _ama_and_ben(
            second,
            statement(when="2014-03-12"),
            statement("ama-osei", "oppose", when="XXXX"),
            statement(modality="question", when="2010-01-01"),
            _ben(when="2019-03-12"),
            _ben("mixed", when="2016-03-11", **QUOTED),
        )
    )

    assert (found["left_statements"], found["left_compared"]) == (3, 2)
    assert (found["right_statements"], found["right_compared"]) == (2, 2)
    assert (found["left_statement_ids"], found["right_statement_ids"]) == (["s00", "s01", "s02"], ["s03", "s04"])
    assert (found["left_stances"], found["right_stances"]) == (["oppose", "support"], ["mixed", "support"])
    assert found["least_years"] == pytest.approx(2, abs=0.01)
    assert found["most_years"] == pytest.approx(5, abs=0.01)
    assert found["reasons"] == ["one is a question"]


def test_the_statements_of_both_sides_say_whether_and_why_not_each_was_compared(second: kit.Corpus) -> None:
    said = [
        statement(), statement(modality="question"), statement(proposition_id="sell-a-boat"),
        _ben(), _ben(modality="question", **TWICE), _ben(version=2),
    ]  # fmt: skip
    found = _ama_and_ben(second, *said).statements

    assert found.columns[: len(made.COLUMNS)] == list(made.COLUMNS)
    assert set(found.columns) == {*made.COLUMNS, "reasons", "side", "compared"}
    assert found.select("statement_id", "side", "compared").rows() == [
        ("s00", "left", True), ("s01", "left", False), ("s02", "left", False),
        ("s03", "right", True), ("s04", "right", False), ("s05", "right", False),
    ]  # fmt: skip
    assert [sorted(reasons) for reasons in found["reasons"]] == [
        [], ["one is a question", "relayed twice"], [],
        [], ["relayed twice"], ["coded on versions 1 and 2 of the proposition"],
    ]  # fmt: skip  # the second has two counterparts, each of which one rule parts it from


def test_a_statement_is_refused_for_what_parts_it_from_its_nearest_counterpart(second: kit.Corpus) -> None:
    found = _ama_and_ben(second, statement(), _ben(modality="question", **TWICE), _ben(modality="conditional"))

    assert [sorted(reasons) for reasons in found.statements["reasons"]] == [
        ["one is conditional"], ["one is a question", "relayed twice"], ["one is conditional"]
    ]  # fmt: skip


def test_the_same_comparison_gives_the_same_rows_each_time(second: kit.Corpus) -> None:
    refused = [PARAPHRASE, TWICE, {"modality": "question"}, {"modality": "conditional"}, {"version": 2}]
    corpus = made.corpus_of(second, statement(), *(_ben(**one) for one in refused))
    first, *again = (compare(corpus, "ama-osei", "ben-adu") for _ in range(20))

    assert all(one.rows.equals(first.rows) for one in again)
    assert all(one.statements.equals(first.statements) for one in again)


def test_two_versions_of_a_proposition_are_refused_with_their_numbers(second: kit.Corpus) -> None:
    found = _row(_ama_and_ben(second, statement(version=1), _ben(version=2), guard=OPEN))

    assert found["level"] == "refused"
    assert found["reasons"] == ["coded on versions 1 and 2 of the proposition"]


def test_what_is_refused_for_its_distance_says_it_in_years(second: kit.Corpus) -> None:
    found = _ama_and_ben(second, statement(when="2012-01-01"), _ben("oppose", when="2019-03-12"), guard=Guard(years=5))

    assert _row(found)["level"] == "refused"
    assert _row(found)["reasons"] == ["7 years apart"]
    assert _row(_ama_and_ben(second, statement(when="2012-01-01"), _ben("oppose")))["level"] == "different"


@pytest.mark.parametrize(("years", "level"), [(None, "partly"), (100, "same")])
def test_a_limit_in_years_leaves_out_what_has_no_date(second: kit.Corpus, years: float | None, level: str) -> None:
    found = _ama_and_ben(
        second, statement(), statement("ama-osei", "oppose", when="XXXX"), _ben(), guard=Guard(years=years)
    )

    assert _row(found)["level"] == level
    assert _row(found)["reasons"] == ([] if years is None else ["a date is unknown"])


# ---- how many statements


def test_a_side_with_fewer_comparable_statements_than_asked_is_refused_and_says_how_many(second: kit.Corpus) -> None:
    said = [statement(), statement(when="2018-03-12"), _ben("oppose"), _ben("oppose", modality="question")]
    found = _ama_and_ben(second, *said, guard=Guard(least=2))

    assert _row(found)["level"] == "refused"
    assert _row(found)["reasons"] == ["1 of the 2 statements asked of each side can be compared"]
    assert (_row(found)["left_compared"], _row(found)["right_compared"]) == (0, 0)
    assert not found.statements["compared"].any()
    assert _row(_ama_and_ben(second, *said, guard=Guard(least=2, questions=True)))["level"] == "different"


def test_where_nothing_was_compared_no_distance_is_told(second: kit.Corpus) -> None:
    found = _row(_ama_and_ben(second, statement(when="2012-01-01"), _ben(), guard=Guard(least=2)))

    assert found["level"] == "refused"
    assert (found["least_years"], found["most_years"]) == (None, None)


def test_where_no_statement_can_be_compared_the_rules_are_the_reason_and_not_the_number(second: kit.Corpus) -> None:
    found = _row(_ama_and_ben(second, statement(), _ben(**TWICE), guard=Guard(least=2)))

    assert found["reasons"] == ["relayed twice"]


def test_every_statement_counts_that_meets_any_of_the_other_side(second: kit.Corpus) -> None:
    own, twice = [statement(), _ben()], [statement(**QUOTED_TWICE), _ben(**QUOTED_TWICE)]

    assert _row(_ama_and_ben(second, *own, *twice, guard=Guard(least=2)))["level"] == "same"
    assert _row(_ama_and_ben(second, *own, *twice[:1], guard=Guard(least=2)))["level"] == "refused"


# ---- one person on both sides


def _offices(second: kit.Corpus) -> kit.Corpus:
    """Ama in two offices, the second of which she holds beside the first for a while."""
    mayor, warden = "Mayor of Northport", "Warden of the Quay"
    office = second.offices.filter(speaker_id="ama-osei").with_columns(office=pl.lit(warden))
    said = [
        statement(offices=[mayor]), statement("ama-osei", "oppose", offices=[warden]),
        statement("ama-osei", "oppose", "raise-fares", offices=[mayor, warden]),
        statement("ama-osei", "support", "raise-fares", offices=[mayor]),
        statement(proposition_id="second-deckhand", offices=[]),
    ]  # fmt: skip
    return replace(made.corpus_of(second, *said), offices=pl.concat([second.offices, office]))


def test_one_person_is_compared_in_two_offices(second: kit.Corpus) -> None:
    corpus = _offices(second)
    found = compare(corpus, Side("ama-osei", "Mayor of Northport"), Side("ama-osei", "Warden of the Quay"))

    assert _levels(found)["run-all-night"] == "different"
    assert "second-deckhand" not in _levels(found)
    assert found.summary.startswith("1 of 2 propositions on which both took a stance can be compared: 1 all different")


def test_a_statement_that_belongs_to_both_sides_is_compared_with_nothing(second: kit.Corpus) -> None:
    corpus = _offices(second)
    found = compare(corpus, Side("ama-osei", "Mayor of Northport"), Side("ama-osei", "Warden of the Quay"))
    fares = _row(found, "raise-fares")

    assert (fares["left_statement_ids"], fares["right_statement_ids"]) == (["s02", "s03"], ["s02"])
    assert (fares["level"], fares["left_compared"], fares["right_compared"]) == ("refused", 0, 0)
    assert not found.statements.filter(statement_id="s02")["compared"].any()
    assert found.summary.endswith(" Statements that belong to both sides, compared with nothing: 1.")


def test_a_row_refused_because_its_statements_belong_to_both_sides_says_so(second: kit.Corpus) -> None:
    found = compare(_offices(second), Side("ama-osei", "Mayor of Northport"), Side("ama-osei", "Warden of the Quay"))

    assert _row(found, "raise-fares")["reasons"] == ["it belongs to both sides"]
    assert found.statements.filter(statement_id="s02")["reasons"].to_list() == [["it belongs to both sides"]] * 2


def test_whatever_is_refused_says_why(corpus: kit.Corpus) -> None:
    offices = corpus.offices.group_by("speaker_id").agg("office").filter(pl.col("office").list.len() > 1)
    sides = [[Side(speaker, office) for office in held[:2]] for speaker, held in offices.sort("speaker_id").iter_rows()]
    assert sides

    for left, right in sides:
        refused = compare(corpus, left, right).rows.filter(level="refused")
        assert (refused["reasons"].list.len() > 0).all(), (left, right)


def test_a_holder_beside_itself_is_compared_with_nothing(second: kit.Corpus) -> None:
    found = compare(second, "ama-osei", "ama-osei")

    assert set(found.rows["level"]) == {"refused"}
    assert not found.statements["compared"].any()
    assert found.summary == (
        "0 of 3 propositions on which both took a stance can be compared."
        " Statements that belong to both sides, compared with nothing: 3."
    )


def test_one_person_is_compared_in_two_periods(corpus: kit.Corpus) -> None:
    before = Side("sadiq-khan", until="2016-12-31")
    found = compare(corpus, before, YEAR_2018)

    assert _levels(found)["armed-presence-reassures"] == "partly"
    assert _levels(found)["routine-arming"] == "same"
    assert _levels(found)["visible-armed-patrols"] == "refused"
    assert _row(found, "visible-armed-patrols")["reasons"] == ["one is conditional"]
    assert _row(found, "routine-arming")["least_years"] == pytest.approx(2.264, abs=0.01)


def test_what_two_periods_share_is_compared_with_nothing(second: kit.Corpus) -> None:
    corpus = made.corpus_of(
        second, statement(when="2018-05-01"), statement(when="XXXX"), statement("ama-osei", "oppose", when="2019-05-01")
    )
    found = compare(corpus, Side("ama-osei", until="2018-12-31"), Side("ama-osei", since="2019-01-01"))

    assert (_row(found)["left_statement_ids"], _row(found)["right_statement_ids"]) == (["s00", "s01"], ["s01", "s02"])
    assert (_row(found)["level"], _row(found)["left_compared"], _row(found)["right_compared"]) == ("different", 1, 1)
    assert found.summary.endswith(" Statements that belong to both sides, compared with nothing: 1.")


# ---- the selection, silences and the summary


def test_the_selection_narrows_both_sides_and_its_speakers_are_ignored(second: kit.Corpus) -> None:
    plain = compare(second, "ama-osei", "ben-adu")
    themed = compare(second, "ama-osei", "ben-adu", Selection(themes=["money"]))

    assert set(_levels(themed)) == {"raise-fares"} < set(_levels(plain))
    assert compare(second, "ama-osei", "ben-adu", Selection(speakers=["emil-sand"])).rows.equals(plain.rows)
    assert compare(second, "ama-osei", "ben-adu", Selection(speakers=["emil-sand"])).selection == Selection()
    assert set(_levels(compare(second, "ama-osei", "emil-sand", Selection(first_hand=True))).values()) == {"left-only"}
    assert compare(second, "ama-osei", "ben-adu", Selection(until="2018-12-31")).rows.height == 0


def test_a_side_without_a_statement_says_which_silence_that_is(second: kit.Corpus) -> None:
    found = compare(second, "cleo-marsh", "deckhands-union")
    narrowed = compare(second, "cleo-marsh", "emil-sand", Selection(first_hand=True))

    assert _row(found, "raise-fares")["left_silence"] == SILENCE_WORDS["no-stance"]
    assert _row(found, "second-deckhand")["right_silence"] == SILENCE_WORDS["theme-not-raised"]
    assert (_row(found)["left_silence"], _row(found)["right_silence"]) == ("", "")
    assert _row(narrowed)["right_silence"] == SILENCE_WORDS["left-out"]


def test_a_side_silent_in_its_period_is_told_as_silent_in_it(second: kit.Corpus) -> None:
    found = compare(second, Side("cleo-marsh", until="2019-12-31"), "ama-osei")

    elsewhere = "took a stance, but not in this office or period, or the selection leaves it out"
    assert found.rows["left_silence"].to_list() == [elsewhere] * 2 + [SILENCE_WORDS["did-not-speak"]]
    assert found.rows["proposition_id"].to_list() == ["run-all-night", "second-deckhand", "raise-fares"]


ELSEWHERE = "took a stance, but not in this office or period, or the selection leaves it out"
ASKED, SPOKE = SILENCE_WORDS["asked-not-answered"], SILENCE_WORDS["theme-not-raised"]
RAISED, SILENT = SILENCE_WORDS["not-addressed"], SILENCE_WORDS["did-not-speak"]
TERMS = {"Mayor": (2010, 2014), "Warden": (2015, 2019), "Pilot": (2020, 2024)}


def _terms(second: kit.Corpus, *said: Statement) -> kit.Corpus:
    """Ama in three offices: as mayor of 2012 she raises money, as warden of 2016 service only, as pilot nothing."""

    def spoken(year: int, theme_id: str) -> pl.DataFrame:
        one, day = second.passages.filter(zone="body").head(1), pl.date(year, 6, 1)
        return one.with_columns(
            speaker_id=pl.lit("ama-osei"), themes=pl.lit([theme_id]), earliest=day, latest=day,
            passage_id=pl.lit(f"in-{year}"),
        )  # fmt: skip

    office = second.offices.filter(speaker_id="ama-osei").head(1)
    held = [
        office.with_columns(office=pl.lit(name), since=pl.date(since, 1, 1), until=pl.date(until, 12, 31))
        for name, (since, until) in TERMS.items()
    ]
    others = [_ben(proposition_id=one) for one in made.THEMES]
    return replace(
        made.corpus_of(second, *said, *others),
        offices=pl.concat(held),
        passages=pl.concat([spoken(2012, "money"), spoken(2016, "service")]),
        silences=second.silences.clear(),
        disagreements=second.disagreements.clear(),
    )


def _silences(corpus: kit.Corpus, *sides: Side, **chosen: Any) -> list[list[str]]:
    """Give the silence of each side on what Ben spoke about: service, safety, and twice money."""
    found = [compare(corpus, side, "ben-adu", Selection(**chosen)).rows for side in sides]
    told = [dict(rows.select("proposition_id", "left_silence").iter_rows()) for rows in found]
    return [[one[proposition] for proposition in made.THEMES] for one in told]


IN_OFFICE = [Side("ama-osei", name) for name in TERMS]
IN_PERIOD = [Side("ama-osei", since=f"{since}-01-01", until=f"{until}-12-31") for since, until in TERMS.values()]


@pytest.mark.parametrize("sides", [IN_OFFICE, IN_PERIOD], ids=["office", "period"])
def test_a_silence_is_told_from_what_was_said_in_that_office_or_period_alone(
    second: kit.Corpus, sides: list[Side]
) -> None:
    corpus = _terms(second)

    assert _silences(corpus, *sides) == [
        [SPOKE, SPOKE, RAISED, RAISED],
        [RAISED, SPOKE, SPOKE, SPOKE],
        [SILENT] * 4,
    ]
    assert _silences(corpus, Side("ama-osei")) == [[RAISED, SPOKE, RAISED, RAISED]]


@pytest.mark.parametrize("sides", [IN_OFFICE, IN_PERIOD], ids=["office", "period"])
def test_a_relayed_statement_raises_its_theme_in_its_own_office_or_period_alone(
    second: kit.Corpus, sides: list[Side]
) -> None:
    corpus = _terms(second, statement(proposition_id="raise-fares", when="2021-05-01", offices=["Pilot"], **TWICE))

    assert _silences(corpus, *sides) == [
        [SPOKE, SPOKE, ELSEWHERE, RAISED],
        [RAISED, SPOKE, ELSEWHERE, SPOKE],
        [SPOKE, SPOKE, "", RAISED],
    ]
    left_out = SILENCE_WORDS["left-out"]
    assert _silences(corpus, sides[2], first_hand=True) == [[SPOKE, SPOKE, left_out, RAISED]]


@pytest.mark.parametrize("sides", [IN_OFFICE, IN_PERIOD], ids=["office", "period"])
def test_what_was_coded_as_silence_is_told_in_its_own_office_or_period_alone(
    second: kit.Corpus, sides: list[Side]
) -> None:
    corpus = _terms(second, statement(proposition_id="sell-a-boat", when="2021-05-01", offices=["Pilot"]))
    asked = second.silences.filter(kind="asked-not-answered").head(1).with_columns(
        speaker_id=pl.lit("ama-osei"), proposition_id=pl.lit("sell-a-boat"), theme_id=pl.lit("money"),
        passage_id=pl.lit("in-2016"), earliest=pl.date(2016, 6, 1), latest=pl.date(2016, 6, 1),
    )  # fmt: skip
    disagreed = second.disagreements.filter(resolved_as="").head(1).with_columns(
        speaker_id=pl.lit("ama-osei"), proposition_id=pl.lit("second-deckhand"), passage_id=pl.lit("in-2012")
    )  # fmt: skip

    found = _silences(replace(corpus, silences=asked, disagreements=disagreed), *sides)

    assert [one[3] for one in found] == [ELSEWHERE, ASKED, ""]
    assert [one[1] for one in found] == [SILENCE_WORDS["coders-disagreed"], SPOKE, SPOKE]


def test_an_office_held_in_two_terms_is_both_and_an_undated_passage_lies_in_none(second: kit.Corpus) -> None:
    corpus = _terms(second)
    again = corpus.offices.filter(office="Pilot").with_columns(since=pl.date(2012, 1, 1), until=pl.date(2012, 12, 31))
    undated = corpus.passages.head(1).with_columns(earliest=pl.date(1, 1, 1), latest=pl.date(9999, 12, 31))
    twice = replace(corpus, offices=pl.concat([corpus.offices, again]))

    assert _silences(twice, Side("ama-osei", "Pilot")) == _silences(corpus, Side("ama-osei", "Mayor"))
    assert _silences(replace(corpus, passages=undated), Side("ama-osei", "Mayor")) == [[SILENT] * 4]


@pytest.mark.parametrize(
    ("said", "summary"),
    [
        (
            [statement(), _ben("oppose"), statement(proposition_id="raise-fares"), _ben(proposition_id="raise-fares")],
            "2 of 2 propositions on which both took a stance can be compared: "
            "1 all different, 0 partly the same, 1 all the same (1 of 4 documents, 2019).",
        ),
        (
            [statement(document_id=made.SPEECH, when="2014"), _ben("mixed", when="2018-01-01/2019-02-01")],
            "1 of 1 proposition on which both took a stance can be compared: "
            "0 all different, 1 partly the same, 0 all the same "
            "(2 of 4 documents, 2014–2019).",
        ),
        (
            [statement(when="XXXX"), _ben(document_id=made.SPEECH, when="XXXX")],
            "1 of 1 proposition on which both took a stance can be compared: "
            "0 all different, 0 partly the same, 1 all the same "
            "(2 of 4 documents, date unknown).",
        ),
        (  # a document of which nothing could be compared is not counted, nor its date
            [statement(), _ben(), _ben(document_id=made.SPEECH, when="2010", modality="question")],
            "1 of 1 proposition on which both took a stance can be compared: "
            "0 all different, 0 partly the same, 1 all the same (1 of 4 documents, 2019).",
        ),
        (
            [statement(), _ben(**PARAPHRASE)],
            "0 of 1 proposition on which both took a stance can be compared.",
        ),
        (
            [statement(), _ben(proposition_id="raise-fares")],
            "Ama Osei and Ben Adu took no stance on any proposition in common.",
        ),
        ([statement()], "Ben Adu: no statement in this selection, so there is nothing to compare."),
        ([], "Ama Osei and Ben Adu: no statement in this selection, so there is nothing to compare."),
    ],
)  # fmt: skip
def test_the_summary_says_how_much_could_be_compared(second: kit.Corpus, said: list[Statement], summary: str) -> None:
    assert _ama_and_ben(second, *said).summary == summary


# ---- what bad input gets


def test_a_holder_who_never_speaks_gets_a_sentence_and_the_rows_of_the_other(second: kit.Corpus) -> None:
    found = compare(second, "ivo-lund", "ama-osei")

    assert found.summary == "Ivo Lund: no statement in this selection, so there is nothing to compare."
    assert set(found.rows["level"]) == {"right-only"}
    assert found.rows.height == 3
    assert (found.rows["left_statements"] == 0).all()
    assert (found.rows["left_stances"].list.len() == 0).all()


@pytest.mark.parametrize("kind", ["nobody speaks", "nothing selected", "nothing coded"])
def test_without_statements_the_rows_are_empty_and_have_their_columns(
    kind: str, second: kit.Corpus, copy_of_second: Any
) -> None:
    copy_of_second.uncode()
    found = {
        "nobody speaks": lambda: compare(second, "ivo-lund", "northport-post"),
        "nothing selected": lambda: compare(second, "ama-osei", "ben-adu", Selection(text="walrus")),
        "nothing coded": lambda: compare(kit.load(copy_of_second.path), "ama-osei", "ben-adu"),
    }[kind]()

    assert found.rows.height == found.statements.height == 0
    assert dict(found.rows.schema) == ROWS
    assert {"side", "compared", "reasons", *schema.FRAMES["statements"]} <= set(found.statements.columns)
    assert found.statements.schema["reasons"] == pl.List(pl.String)
    assert found.summary.endswith("no statement in this selection, so there is nothing to compare.")


def test_the_rows_of_every_comparison_have_the_same_columns(corpus: kit.Corpus) -> None:
    assert dict(compare(corpus, "sadiq-khan", "len-duvall").rows.schema) == ROWS
    assert dict(compare(corpus, "mark-rowley", "len-duvall").rows.schema) == ROWS


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        ("ama-osey", "ben-adu", "speakers: 'ama-osey' is not in this corpus; did you mean 'ama-osei'"),
        ("ama-osei", "nobody", "speakers: 'nobody' is not in this corpus"),
        ("ama-osei", Side("ben-adu", "Mayor"), "office: 'Mayor' is no office of 'ben-adu'; there is none"),
    ],
)  # fmt: skip
def test_a_side_that_is_not_in_the_corpus_is_a_selection_error(
    second: kit.Corpus, left: Any, right: Any, sentence: str
) -> None:
    with pytest.raises(SelectionError, match=f"^{sentence}"):
        compare(second, left, right)


def test_a_period_outside_the_selected_dates_is_a_selection_error(second: kit.Corpus) -> None:
    with pytest.raises(SelectionError, match="its period lies outside the selected dates; change one of the two"):
        compare(second, Side("ama-osei", until="2018-12-31"), "ben-adu", Selection(since="2019-01-01"))


def test_a_comparison_narrows_a_corpus_to_its_sides(second: kit.Corpus) -> None:
    left, right = compare(second, "ama-osei", "ben-adu", Selection(themes=["money"])).narrowed(second)

    assert left.statements.select("speaker_id", "theme_id").rows() == [("ama-osei", "money")]
    assert right.statements.select("speaker_id", "theme_id").rows() == [("ben-adu", "money")]


# ---- many holders


def test_every_two_holders_are_counted_by_level(second: kit.Corpus) -> None:
    said = [
        statement(), _ben("oppose"), statement("cleo-marsh", "mixed"),
        statement(proposition_id="raise-fares"), _ben(proposition_id="raise-fares"),
        statement(proposition_id="sell-a-boat"), _ben(proposition_id="sell-a-boat", **TWICE),
    ]  # fmt: skip
    found = compare_holders(made.corpus_of(second, *said))

    assert dict(found.schema) == OF_PAIRS
    assert found.rows() == [
        ("ama-osei", "ben-adu", 3, 2, 1, 0, 1),
        ("ama-osei", "cleo-marsh", 1, 1, 0, 1, 0),
        ("ben-adu", "cleo-marsh", 1, 1, 0, 1, 0),
    ]


def test_pairs_stand_in_the_order_of_the_speakers_and_those_with_nothing_in_common_have_zeros(
    second: kit.Corpus,
) -> None:
    found = compare_holders(second, speakers=["ivo-lund", "emil-sand", "ama-osei", "emil-sand"])

    assert found.select("left_id", "right_id").rows() == [
        ("ama-osei", "emil-sand"), ("ama-osei", "ivo-lund"), ("emil-sand", "ivo-lund"),
    ]  # fmt: skip
    assert found.filter(right_id="ivo-lund").select(pl.exclude("left_id", "right_id").sum()).row(0) == (0,) * 5


def test_unless_named_the_holders_are_the_twenty_with_most_statements(second: kit.Corpus) -> None:
    many = [f"holder-{at:02}" for at in range(25)]
    speakers = (
        second.speakers.head(1)
        .select(pl.all().exclude("speaker_id"))
        .join(pl.DataFrame({"speaker_id": many}), how="cross")
    )
    said = [statement(one) for at, one in enumerate(many) for _ in range(1 + (at >= 5))]
    corpus = replace(made.corpus_of(second, *said), speakers=speakers.select(second.speakers.columns))

    assert set(compare_holders(corpus)["left_id"]) | {"holder-24"} == set(many[5:])
    assert compare_holders(corpus).height == 20 * 19 // 2
    assert compare_holders(corpus, speakers=many).height == 25 * 24 // 2


def test_the_selection_of_a_matrix_narrows_statements_and_its_speakers_are_ignored(second: kit.Corpus) -> None:
    whole, money = (compare_holders(second, Selection(themes=themes)) for themes in ([], ["money"]))
    row = (pl.col("left_id") == "ama-osei") & (pl.col("right_id") == "ben-adu")

    assert [one.row(by_predicate=row, named=True)["both"] for one in (whole, money)] == [2, 1]
    assert compare_holders(second, Selection(speakers=["ama-osei"])).equals(whole)
    assert compare_holders(second, Selection(until="2018-01-01"))["both"].sum() == 0


@pytest.mark.parametrize("speakers", [[], ["ama-osei"]], ids=str)
def test_fewer_than_two_holders_make_no_pair_but_the_columns(second: kit.Corpus, speakers: list[str]) -> None:
    found = compare_holders(second, speakers=speakers)

    assert found.height == 0
    assert dict(found.schema) == OF_PAIRS


def test_a_corpus_without_a_coding_makes_no_pair(copy_of_second: Any) -> None:
    copy_of_second.uncode()

    found = compare_holders(kit.load(copy_of_second.path))

    assert (found.height, dict(found.schema)) == (0, OF_PAIRS)


@pytest.mark.parametrize(
    ("speakers", "sentence"),
    [
        (["ama-osei", "ama-osey"], "speakers: 'ama-osey' is not in this corpus; did you mean 'ama-osei'"),
        ("ama-osei", "speakers: 'ama-osei' is not a list of ids"),
    ],
)
def test_holders_that_the_corpus_does_not_have_are_a_selection_error(
    second: kit.Corpus, speakers: Any, sentence: str
) -> None:
    with pytest.raises(SelectionError, match=f"^{sentence}"):
        compare_holders(second, speakers=speakers)


# ---- both ways to compare, and a third in plain Python


def _counts(rows: pl.DataFrame) -> tuple[int, ...]:
    levels = rows["level"].cast(pl.String).to_list()
    both = [level for level in levels if not level.endswith("-only")]
    return (len(both), made.comparable(rows), *(both.count(level) for level in ("same", "partly", "different")))


@pytest.mark.parametrize("guard", GUARDS, ids=repr)
@pytest.mark.parametrize("which", ["corpus", "second"])
def test_pair_by_pair_the_matrix_counts_what_the_comparison_shows(
    which: str, guard: Guard, request: pytest.FixtureRequest
) -> None:
    corpus: kit.Corpus = request.getfixturevalue(which)
    ids = holders(corpus)["speaker_id"].to_list()
    narrowed = {one: as_side(one).of(corpus, Selection()) for one in ids}
    found = {(row[0], row[1]): row[2:] for row in compare_holders(corpus, guard=guard).iter_rows()}

    assert list(found) == list(combinations(ids, 2))
    for left, right in found:
        rows, _, shared = compared(corpus, [narrowed[left], narrowed[right]], guard)
        assert (shared, found[left, right]) == (0, _counts(rows)), (left, right)


@settings(max_examples=40)
@given(said=st.lists(made.STATEMENTS, max_size=14), guard=made.GUARDS)
def test_the_matrix_and_the_comparison_agree_on_whatever_is_said(
    second: kit.Corpus, said: list[Statement], guard: Guard
) -> None:
    corpus = made.corpus_of(second, *said)

    found = compare_holders(corpus, guard=guard, speakers=made.HOLDERS)

    for left, right, *counts in found.iter_rows():
        rows, *_ = compared(corpus, [as_side(one).of(corpus, Selection()) for one in (left, right)], guard)
        assert tuple(counts) == _counts(rows), (left, right)


@settings(max_examples=60)
@given(said=st.lists(made.STATEMENTS, max_size=14), guard=made.GUARDS)
def test_levels_are_those_of_the_rules_tried_on_every_two_statements(
    second: kit.Corpus, said: list[Statement], guard: Guard
) -> None:
    corpus, rows = made.corpus_of(second, *said), made.rows(*said)
    expected = {}
    for proposition in {row["proposition_id"] for row in rows}:
        left, right = (
            [row for row in rows if (row["speaker_id"], row["proposition_id"]) == (one, proposition)]
            for one in made.HOLDERS[:2]
        )
        if left or right:
            expected[proposition] = made.level(left, right, guard)

    found = compare(corpus, *made.HOLDERS[:2], guard=guard)

    assert _levels(found) == expected
    for row in found.statements.iter_rows(named=True):
        others = [
            other for other in rows
            if other["speaker_id"] in made.HOLDERS[:2] and other["speaker_id"] != row["speaker_id"]
            and other["proposition_id"] == row["proposition_id"]
        ]  # fmt: skip
        meets = any(made.may_meet(row, other, guard) for other in others)
        assert row["compared"] == (meets and expected[row["proposition_id"]] != "refused")
        assert bool(row["reasons"]) == (bool(others) and not meets)


@settings(max_examples=40)
@given(said=st.lists(made.STATEMENTS, max_size=10), guard=made.GUARDS)
def test_a_comparison_read_from_the_other_side_says_the_same(
    second: kit.Corpus, said: list[Statement], guard: Guard
) -> None:
    corpus = made.corpus_of(second, *said)
    there, back = (compare(corpus, *sides, guard=guard) for sides in (made.HOLDERS[:2], made.HOLDERS[1::-1]))
    mirrored = {"left-only": "right-only", "right-only": "left-only"}

    assert _levels(there) == {key: mirrored.get(level, level) for key, level in _levels(back).items()}
    assert there.rows["left_compared"].sum() == back.rows["right_compared"].sum()
    assert there.rows["most_years"].sum() == pytest.approx(back.rows["most_years"].sum())


MANY = [f"holder-{at}" for at in range(6)]


def _said(seed: int) -> list[Statement]:
    """Make statements of six holders over six years by chance: days, weeks, months; many so many years to the day."""
    chance, said = Random(seed), []
    for _ in range(chance.randrange(90)):
        day = date(chance.randrange(2014, 2020), 3, 1) + timedelta(days=chance.randrange(-1, 2))
        if chance.random() < 0.4:
            day += timedelta(days=chance.randrange(365))
        until = day + timedelta(days=chance.choice([0, 0, 0, 0, 10, 200, 900]))
        when = chance.choice([f"{day}/{until}"] * 17 + ["XXXX", f"{day}/..", f"../{day}"])
        given: dict[str, Any] = {}
        if chance.random() < 0.5:
            given = {"modality": chance.choice(schema.MODALITIES), "version": chance.choice([1, 1, 2])}
            given |= chance.choice(made.WAYS)
        said.append(
            statement(chance.choice(MANY), chance.choice(schema.STANCES), chance.choice([*made.THEMES]), when, **given)
        )
    return said


def _with_holders(second: kit.Corpus, *said: Statement) -> kit.Corpus:
    speakers = [second.speakers.head(1).with_columns(speaker_id=pl.lit(one)) for one in MANY]
    return replace(made.corpus_of(second, *said), speakers=pl.concat(speakers))


@pytest.mark.parametrize("lifted", [Guard(), OPEN, Guard(relayed=True), Guard(questions=True)], ids=repr)
@pytest.mark.parametrize("years", [None, 0, 0.3, 1, 2.999, 3])
@pytest.mark.parametrize("least", [1, 2, 4, 10**30])
def test_the_matrix_is_that_of_the_rules_tried_on_every_two_statements(
    second: kit.Corpus, lifted: Guard, years: float | None, least: int
) -> None:
    guard = replace(lifted, years=years, least=least)
    for seed in range(3):
        said = made.rows(*_said(seed))
        cells: dict[tuple[str, str], list[Statement]] = {}
        for row in said:
            cells.setdefault((row["speaker_id"], row["proposition_id"]), []).append(row)

        found = compare_holders(_with_holders(second, *said), guard=guard, speakers=MANY)

        expected = []
        for pair in combinations(MANY, 2):
            sides = ([cells.get((one, proposition), []) for one in pair] for proposition in made.THEMES)
            levels = [made.level(*side, guard) for side in sides if all(side)]
            counts = [levels.count(level) for level in ("same", "partly", "different")]
            expected.append((*pair, len(levels), sum(counts), *counts))
        assert found.rows() == expected, seed


@pytest.mark.parametrize("times", [127, 200, 40_000])
def test_the_matrix_counts_a_holder_of_any_number_of_statements(second: kit.Corpus, times: int) -> None:
    """The second says it on so many days, the first once, the third only asks."""
    once = made.frame(statement(MANY[0], when="2019"), statement(MANY[2], "oppose", when="2019", modality="question"))
    day = pl.date(2019, 1, 1) + pl.duration(days=pl.int_range(pl.len()))
    often = pl.concat([made.frame(statement(MANY[1], "oppose"))] * times).with_columns(earliest=day, latest=day)
    corpus = replace(_with_holders(second), statements=pl.concat([once, often]))

    for least, compared_with in ((1, 1), (2, 0)):
        for years in (None, 200):
            found = compare_holders(corpus, guard=Guard(least=least, years=years), speakers=MANY[:3])
            assert found["comparable"].to_list() == found["different"].to_list() == [compared_with, 0, 0]
            assert found["both"].to_list() == [1, 1, 1]
