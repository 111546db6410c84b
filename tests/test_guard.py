from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import date, timedelta
from operator import add
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

import kit
from kit.dates import interval
from kit.errors import SelectionError
from kit.guard import RULES, Guard, Side, as_side, classes, judged, opening, years_between
from kit.selection import Selection
from tests import made
from tests.made import PARAPHRASE, QUOTED, QUOTED_TWICE, TWICE, Statement, statement

DEFAULT = Guard()
OPEN = Guard(relayed=True, questions=True, conditionals=True)
REWORDED = "one is another’s paraphrase, the other the holder’s own words"
THRICE = {"mode": "reported", "relayed_by": ["ben-adu", *TWICE["relayed_by"]]}


def _judged(one: Statement, other: Statement, guard: Guard) -> dict[str, Any]:
    """Judge one pair of statements."""
    left, right = (classes(made.frame(row).lazy()) for row in (one, other))
    pairs = judged(left.join(right, on="proposition_id", suffix="_right"), guard).collect()
    assert pairs.height == 1
    return pairs.row(0, named=True)


def _reasons(one: Statement, other: Statement, guard: Guard = DEFAULT) -> list[str]:
    return _judged(one, other, guard)["reasons"]


def _asked(modality: str, **given: Any) -> Statement:
    return statement(modality=modality, **given)


# ---- the guard as a value


def test_every_rule_has_a_sentence_and_those_that_can_be_lifted_say_what_that_allows() -> None:
    assert set(RULES) == {"version", *(one.name for one in fields(Guard))}
    for name, (sentence, allows) in RULES.items():
        assert sentence[0].isupper(), name
        assert sentence.endswith("."), name
        assert bool(allows) == (name != "version")
    assert str(RULES["years"]) == "The two are at most so many years apart. Lifted: any distance in time counts."
    assert str(RULES["version"]) == RULES["version"].sentence


@pytest.mark.parametrize(
    ("guard", "code"),
    [
        (Guard(), "kit.Guard()"),
        (Guard(relayed=True, least=2), "kit.Guard(relayed=True, least=2)"),
        (
            Guard(questions=True, conditionals=True, years=0.5),
            "kit.Guard(questions=True, conditionals=True, years=0.5)",
        ),
        (Guard(years=0), "kit.Guard(years=0)"),
    ],
)
def test_a_guard_prints_as_the_code_that_makes_it(guard: Guard, code: str) -> None:
    assert repr(guard) == code
    assert eval(code.removeprefix("kit."), {"Guard": Guard}) == guard


def test_equal_guards_are_one_key_and_none_can_be_changed() -> None:
    guard = Guard(years=2)

    assert {guard: 1}[Guard(years=2)] == 1
    with pytest.raises(FrozenInstanceError, match="years"):
        guard.years = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"years": -1}, "years: -1 is no number of years; write 2 or 0.5, or None for no limit"),
        ({"years": "two"}, "years: 'two' is no number of years"),
        ({"years": float("nan")}, "years: nan is no number of years"),
        ({"years": True}, "years: True is no number of years"),
        ({"years": 10**400}, "years: 1000"),
        ({"least": True}, "least: True is no number of statements"),
        ({"least": 0}, "least: 0 is no number of statements; write 1 or more"),
        ({"least": 1.5}, r"least: 1\.5 is no number of statements"),
        ({"least": None}, "least: None is no number of statements"),
        ({"relayed": "no"}, "relayed: 'no' is not True or False"),
        ({"conditionals": 1}, "conditionals: 1 is not True or False"),
    ],
    ids=str,
)
def test_a_guard_of_wrong_values_is_a_selection_error_that_names_them(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SelectionError, match=f"^{sentence}"):
        Guard(**wrong)


def test_lifting_gives_a_guard_without_each_rule_in_force() -> None:
    strict = Guard(years=2, least=3)

    assert Guard().lifted() == {
        "relayed": Guard(relayed=True),
        "questions": Guard(questions=True),
        "conditionals": Guard(conditionals=True),
    }
    assert strict.lifted()["years"] == Guard(least=3)
    assert strict.lifted()["least"] == Guard(years=2)
    assert list(strict.lifted()) == ["relayed", "questions", "conditionals", "years", "least"]
    assert list(replace(OPEN, years=0).lifted()) == ["years"]
    assert OPEN.lifted() == {}


# ---- each rule alone


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({}, {}, None),
        ({}, QUOTED, None),
        (QUOTED, QUOTED, None),
        ({}, PARAPHRASE, REWORDED),
        (QUOTED, PARAPHRASE, REWORDED),
        (PARAPHRASE, PARAPHRASE, None),
        (PARAPHRASE, PARAPHRASE | {"relayed_by": ["dana-rooke"]}, None),
        ({}, TWICE, "relayed twice"),
        ({}, QUOTED_TWICE, "relayed twice"),
        (PARAPHRASE, TWICE, "relayed twice"),
        (PARAPHRASE, QUOTED_TWICE, "relayed twice"),
        (TWICE, TWICE, None),
        (QUOTED_TWICE, QUOTED_TWICE, None),
        (QUOTED, THRICE, "relayed 3 times"),
        (TWICE, THRICE, "relayed 3 times"),
        (TWICE, QUOTED_TWICE, REWORDED),  # as often, but not in the same way
    ],
)
def test_what_came_another_way_is_refused_unless_relayed_statements_count(
    one: dict[str, Any], other: dict[str, Any], reason: str | None
) -> None:
    expected = [reason] if reason else []

    assert _reasons(statement(**one), statement(**other)) == expected
    assert _reasons(statement(**other), statement(**one)) == expected
    assert _reasons(statement(**one), statement(**other), Guard(relayed=True)) == []
    assert _reasons(statement(**one), statement(**other), replace(OPEN, relayed=False)) == expected


QUESTION, CONDITION = "one is a question", "one is conditional"


@pytest.mark.parametrize(
    ("one", "other", "reasons", "if_questions", "if_conditionals"),
    [
        ("assertion", "action", [], [], []),
        ("question", "question", [], [], []),
        ("conditional", "conditional", [], [], []),
        ("assertion", "question", [QUESTION], [], [QUESTION]),
        ("action", "question", [QUESTION], [], [QUESTION]),
        ("assertion", "conditional", [CONDITION], [CONDITION], []),
        ("action", "conditional", [CONDITION], [CONDITION], []),
        ("question", "conditional", [QUESTION, CONDITION], [CONDITION], [QUESTION]),
    ],
)
def test_questions_and_conditionals_meet_only_their_like_unless_the_reader_says_so(
    one: str, other: str, reasons: list[str], if_questions: list[str], if_conditionals: list[str]
) -> None:
    for left, right in ((one, other), (other, one)):
        assert _reasons(_asked(left), _asked(right)) == reasons
        assert _reasons(_asked(left), _asked(right), Guard(questions=True)) == if_questions
        assert _reasons(_asked(left), _asked(right), Guard(conditionals=True)) == if_conditionals
        assert _reasons(_asked(left), _asked(right), OPEN) == []


def test_two_versions_of_a_proposition_are_never_compared() -> None:
    old, new = statement(version=1), statement(version=2)

    assert _reasons(old, new) == ["coded on versions 1 and 2 of the proposition"]
    assert _reasons(new, old, OPEN) == ["coded on versions 2 and 1 of the proposition"]
    assert _reasons(new, new) == []


@pytest.mark.parametrize(
    ("one", "other", "limit", "reason"),
    [
        ("2016-07-01", "2019-03-12", None, None),
        ("2016-07-01", "2019-03-12", 3, None),
        ("2016-07-01", "2019-03-12", 2.5, "2 years apart"),
        ("2018-01-01", "2019-03-12", 1, "1 year apart"),
        ("2019-01-01", "2019-03-12", 0.1, "less than a year apart"),
        ("2019-03-12", "2019-03-12", 0, None),
        ("2019-03-11", "2019-03-12", 0, "less than a year apart"),
        ("2019", "2019-03-12", 0, None),
        ("2016/2018", "2017/2020", 0, None),
        ("2016/2018-06-30", "2019-03-12", 1, None),  # from the nearest ends
        ("2010/2012", "2016/2018", 3, "3 years apart"),
        ("XXXX", "2019-03-12", None, None),
        ("XXXX", "2019-03-12", 100, "a date is unknown"),
        ("XXXX", "XXXX", 100, "a date is unknown"),
        ("../2019", "2019-03-12", 100, "a date is unknown"),
        ("2019/..", "2019-03-12", 100, "a date is unknown"),
    ],
)
def test_statements_further_apart_than_the_limit_are_refused_and_say_how_far(
    one: str, other: str, limit: float | None, reason: str | None
) -> None:
    for left, right in ((one, other), (other, one)):
        reasons = _reasons(statement(when=left), statement(when=right), Guard(years=limit))
        assert reasons == ([reason] if reason else [])


@pytest.mark.parametrize("years", [1, 2, 5, 7, 8, 100])
def test_the_same_day_of_a_later_year_is_that_many_years_apart(years: int) -> None:
    one, other = statement(when="2016-09-14"), statement(when=f"{2016 + years}-09-14")
    words = "1 year apart" if years == 1 else f"{years} years apart"

    assert _reasons(one, other, Guard(years=0)) == [words]
    assert _reasons(one, other, Guard(years=years)) == []


def test_years_between_are_the_least_that_the_intervals_allow_and_null_where_a_date_is_unknown() -> None:
    def years(one: str, other: str) -> float | None:
        return _judged(statement(when=one), statement(when=other), Guard())["years"]

    assert years("2016-01-01", "2018-01-01") == pytest.approx(2, abs=0.01)
    assert years("2016/2017-12-31", "2019-07-01/2020") == pytest.approx(1.5, abs=0.01)
    assert years("2019-07-01/2020", "2016/2017-12-31") == pytest.approx(1.5, abs=0.01)
    assert years("2016", "2016-05-01") == years("2016/2018", "2017/2020") == 0
    assert years("2016", "XXXX") is None
    assert years("2016", "2015/..") is None


@given(
    days=st.lists(st.dates(date(1, 1, 2), date(9999, 12, 30)), min_size=1, max_size=4),
    lengths=st.lists(st.sampled_from([0, 0, 0, 1, 40, 2000]), min_size=30, max_size=30),
    years=st.floats(0, 9999.9)
    | st.builds(add, st.integers(0, 30) | st.integers(0, 9000), st.sampled_from([0, 0, 0.5, 0.998, 0.9995])),
)
def test_two_intervals_are_so_far_apart_exactly_where_what_they_open_does_not_overlap(
    days: list[date], lengths: list[int], years: float
) -> None:
    whole = [(day, int(years) + more) for day in days for more in (0, 1) if day.year + years < 9997]
    later = [day.replace(year=day.year + by, day=min(day.day, 28)) for day, by in whole]
    near = [day + timedelta(days=by) for day in later for by in (-1, 0, 1)]  # about a whole number of years away
    each = [(day, min(day, date(9999, 1, 1)) + timedelta(by)) for day, by in zip([*days, *near], lengths, strict=False)]
    given = pl.DataFrame(each, {"earliest": pl.Date, "latest": pl.Date}, orient="row").with_row_index("at")
    given = given.filter(pl.col("earliest") <= pl.col("latest"))

    pairs = opening(given.lazy(), years).join(opening(given.lazy(), years), how="cross", suffix="_right")
    overlap = (pl.col("opens") <= pl.col("latest_right")) & (pl.col("opens_right") <= pl.col("latest"))

    assert pairs.filter(overlap != (years_between() <= years)).collect().height == 0
    assert pairs.collect().height == given.height**2


def test_an_unknown_date_opens_nothing() -> None:
    when = [interval(one) for one in ("2019", "XXXX", "2019/..", "../2019")]
    given = pl.DataFrame(when, {"earliest": pl.Date, "latest": pl.Date}, orient="row")

    assert opening(given.lazy(), 1).collect().rows() == [(*when[0], date(2018, 1, 1))]


def test_every_rule_that_a_pair_breaks_is_named_in_the_order_of_the_rules() -> None:
    one = statement(when="2014-01-01")
    other = _asked("question", when="2019-03-12", version=2, **TWICE)

    assert _reasons(one, other, Guard(years=1)) == [
        "coded on versions 1 and 2 of the proposition",
        "relayed twice",
        "one is a question",
        "5 years apart",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same", "opposed"),
    [
        ("support", "support", True, False),
        ("oppose", "oppose", True, False),
        ("mixed", "mixed", True, False),
        ("support", "oppose", False, True),
        ("mixed", "oppose", False, False),
        ("support", "mixed", False, False),
    ],
)
def test_only_support_and_oppose_are_opposed(one: str, other: str, same: bool, opposed: bool) -> None:
    for left, right in ((one, other), (other, one)):
        pair = _judged(statement(stance=left), statement(stance=right), Guard())
        assert (pair["same"], pair["opposed"]) == (same, opposed)


# ---- classes


def test_statements_that_no_rule_tells_apart_are_one_class() -> None:
    alike = made.frame(
        statement(),
        statement(modality="action", document_id=made.SPEECH, confidence="low", offices=["Mayor of Northport"]),
        statement(stance="oppose"),
    )

    folded = classes(alike.lazy()).collect().sort("stance", descending=True)

    assert [sorted(ids) for ids in folded["statement_id"]] == [["s00", "s01"], ["s02"]]


@pytest.mark.parametrize(
    "other",
    [
        {"speaker_id": "ben-adu"}, {"proposition_id": "raise-fares"}, {"version": 2}, {"stance": "mixed"},
        {"when": "2019-03-13"}, {"modality": "question"}, PARAPHRASE, TWICE,
    ],
    ids=str,
)  # fmt: skip
def test_statements_that_a_rule_tells_apart_are_two_classes(other: dict[str, Any]) -> None:
    assert classes(made.frame(statement(), statement(**other)).lazy()).collect().height == 2


@pytest.mark.parametrize(
    ("guard", "kinds", "channels"),
    [
        (DEFAULT, ["plain", "plain", "question", "conditional"], ["own", "own", "reported 1", "quoted 2"]),
        (Guard(questions=True), ["plain", "plain", "plain", "conditional"], ["own", "own", "reported 1", "quoted 2"]),
        (Guard(conditionals=True), ["plain", "plain", "question", "plain"], ["own", "own", "reported 1", "quoted 2"]),
        (Guard(relayed=True), ["plain", "plain", "question", "conditional"], ["any"] * 4),
    ],
    ids=repr,
)
def test_a_guard_merges_what_it_does_not_tell_apart(guard: Guard, kinds: list[str], channels: list[str]) -> None:
    ways = [{}, QUOTED, PARAPHRASE, QUOTED_TWICE]
    said = [
        _asked(modality, **way)
        for modality, way in zip(["assertion", "action", "question", "conditional"], ways, strict=True)
    ]

    found = guard.merged(classes(made.frame(*said).lazy())).explode("statement_id").sort("statement_id").collect()

    assert (found["kind"].to_list(), found["channel"].to_list()) == (kinds, channels)


@given(one=made.STATEMENTS, other=made.STATEMENTS, guard=made.GUARDS)
def test_the_keys_that_a_guard_merges_are_equal_exactly_where_it_finds_nothing_wrong(
    one: Statement, other: Statement, guard: Guard
) -> None:
    guard, keys = replace(guard, years=None), ["version", "channel", "kind"]
    other = {**other, "proposition_id": one["proposition_id"]}
    left, right = (guard.merged(classes(made.frame(row).lazy())).select(keys).collect() for row in (one, other))

    assert left.equals(right) == (_reasons(one, other, guard) == []) == made.may_meet(one, other, guard)


@given(one=made.STATEMENTS, other=made.STATEMENTS, guard=made.GUARDS)
def test_a_pair_is_judged_alike_from_either_side(one: Statement, other: Statement, guard: Guard) -> None:
    other = {**other, "proposition_id": one["proposition_id"]}
    there, back = _judged(one, other, guard), _judged(other, one, guard)

    assert len(there["reasons"]) == len(back["reasons"])
    assert [there[name] for name in ("same", "opposed", "years")] == [
        back[name] for name in ("same", "opposed", "years")
    ]
    assert (there["reasons"] == []) == made.may_meet(one, other, guard)


@given(pair=st.tuples(made.STATEMENTS, made.STATEMENTS), guard=made.GUARDS)
def test_lifting_a_rule_never_adds_a_reason(pair: tuple[Statement, Statement], guard: Guard) -> None:
    one, other = pair[0], {**pair[1], "proposition_id": pair[0]["proposition_id"]}

    for lifted in guard.lifted().values():
        assert set(_reasons(one, other, lifted)) <= set(_reasons(one, other, guard))


# ---- sides


@pytest.mark.parametrize(
    ("side", "code"),
    [
        (Side("ama-osei"), "kit.Side(speaker_id='ama-osei')"),
        (Side("a", "Mayor", "2018-01-01", "2019-12-31"),
         "kit.Side(speaker_id='a', office='Mayor', since='2018-01-01', until='2019-12-31')"),
        (Side("a", since=date(2018, 1, 1)), "kit.Side(speaker_id='a', since='2018-01-01')"),
    ],
)  # fmt: skip
def test_a_side_prints_as_the_code_that_makes_it(side: Side, code: str) -> None:
    assert repr(side) == code
    assert eval(code.removeprefix("kit."), {"Side": Side}) == side


def test_a_speaker_id_stands_for_all_of_that_holder() -> None:
    assert as_side("ben-adu") == Side("ben-adu")
    assert as_side(Side("ben-adu", "Mayor")) == Side("ben-adu", "Mayor")


@pytest.mark.parametrize(
    ("own", "within", "expected"),
    [
        ((None, None), (None, None), {}),
        (("2018-01-01", None), (None, None), {"since": "2018-01-01"}),
        ((None, None), ("2017-01-01", "2020-01-01"), {"since": "2017-01-01", "until": "2020-01-01"}),
        (("2018-01-01", "2021-01-01"), ("2017-01-01", "2020-01-01"), {"since": "2018-01-01", "until": "2020-01-01"}),
        ((date(2016, 1, 1), date(2016, 1, 1)), (None, "2016-01-01"), {"since": "2016-01-01", "until": "2016-01-01"}),
    ],
)
def test_the_selection_of_a_side_is_its_holder_in_what_both_periods_share(
    own: tuple[Any, Any], within: tuple[Any, Any], expected: dict[str, Any]
) -> None:
    side = Side("ama-osei", since=own[0], until=own[1])
    around = Selection(since=within[0], until=within[1], speakers=["ben-adu"], themes=["money"])

    assert side.selection(around) == Selection(speakers=["ama-osei"], themes=["money"], **expected)


def test_a_period_outside_the_selected_dates_is_a_selection_error() -> None:
    within = Selection(since="2020-01-01")

    with pytest.raises(
        SelectionError, match=r"^kit\.Side\(.*'2018-12-31'\): its period lies outside the selected dates"
    ):
        Side("ama-osei", until="2018-12-31").selection(within)


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ({"since": "soon"}, "since: 'soon' is not a day; write it as 2016-09-14"),
        ({"since": "2020-01-01", "until": "2019-01-01"}, "since: 2020-01-01 is later than until: 2019-01-01"),
    ],
)
def test_a_side_with_a_period_that_is_none_is_a_selection_error(period: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SelectionError, match=f"^{sentence}"):
        Side("ama-osei", **period)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"speaker_id": ["ama-osei"]}, r"speakers: \['ama-osei'\] is not an id in quotation marks"),
        ({"speaker_id": "ama-osei", "office": None}, "office: None is not text; put its name in quotation marks"),
    ],
)
def test_a_side_of_wrong_values_is_a_selection_error_that_names_them(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SelectionError, match=f"^{sentence}"):
        Side(**wrong)


@pytest.mark.parametrize(
    ("side", "sentence"),
    [
        (Side("ama-ossei"), "speakers: 'ama-ossei' is not in this corpus; did you mean 'ama-osei'"),
        (Side("ama-osei", "Mayor"), "office: 'Mayor' is no office of 'ama-osei'; there is 'Mayor of Northport'$"),
        (Side("ben-adu", "Mayor"), "office: 'Mayor' is no office of 'ben-adu'; there is none that is known$"),
    ],
)
def test_a_side_that_the_corpus_does_not_have_is_a_selection_error(
    second: kit.Corpus, side: Side, sentence: str
) -> None:
    with pytest.raises(SelectionError, match=f"^{sentence}"):
        side.of(second, Selection())


def test_an_office_keeps_what_was_said_in_it_in_the_statements_and_in_every_coding(second: kit.Corpus) -> None:
    offices = [["Mayor of Northport"], [], ["Warden", "Mayor of Northport"]]
    said = [statement(offices=held) for held in offices]
    theirs = [statement(offices=held, coder_id="reader-one") for held in offices]
    corpus = made.corpus_of(second, *said, *theirs)

    narrowed = Side("ama-osei", "Mayor of Northport").of(corpus, Selection())

    assert narrowed.statements["statement_id"].to_list() == ["s00", "s02"]
    assert narrowed.codings["statement_id"].to_list() == ["s00", "s02", "s03", "s05"]


def test_a_period_keeps_what_touches_it(second: kit.Corpus) -> None:
    when = ["2018-12-31", "2018/2019", "2019-06-01", "2020-01-01", "XXXX"]
    corpus = made.corpus_of(second, *(statement(when=one) for one in when))

    narrowed = Side("ama-osei", since="2019-01-01", until="2019-12-31").of(corpus, Selection())

    assert narrowed.statements["statement_id"].to_list() == ["s01", "s02", "s04"]


def test_a_side_is_told_in_words(second: kit.Corpus) -> None:
    assert Side("ama-osei").in_words(second) == "Ama Osei"
    told = Side("ama-osei", "Mayor of Northport", "2018-01-01", date(2019, 12, 31)).in_words(second)
    assert told == "Ama Osei, Mayor of Northport, from 2018-01-01, until 2019-12-31"


def test_no_statements_give_no_classes_and_no_pairs() -> None:
    empty = classes(made.frame().lazy())
    pairs = judged(empty.join(empty, on="proposition_id", suffix="_right"), Guard(years=1)).collect()

    assert pairs.height == 0
    types = [pairs.schema[name] for name in ("reasons", "same", "opposed", "years")]
    assert types == [pl.List(pl.String), pl.Boolean, pl.Boolean, pl.Float64]
