from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

import kit
from kit import schema
from kit.changes import RIVALS, changes_over_time, statements_in_window
from kit.errors import SelectionError
from kit.guard import Guard, Side
from kit.selection import Selection
from tests import made
from tests.made import PARAPHRASE, QUOTED, THEMES, TWICE, Statement, statement

OPEN = Guard(relayed=True, questions=True, conditionals=True)
KINDS = pl.Enum(["reversed", "shifted", "same", "not comparable"])
STANCES, IDS = pl.List(pl.Enum(schema.STANCES)), pl.List(pl.String)
COLUMNS = {
    "theme_id": pl.String, "proposition_id": pl.String, "later_proposition_id": pl.String,
    "proposition": pl.String, "change": KINDS, "reasons": IDS, "rivals": IDS, "years": pl.Float64,
    "earlier_stances": STANCES, "earlier_dates": pl.String, "earlier_earliest": pl.Date, "earlier_latest": pl.Date,
    "earlier_statement_ids": IDS, "earlier_passage_ids": IDS,
    "later_stances": STANCES, "later_dates": pl.String, "later_earliest": pl.Date, "later_latest": pl.Date,
    "later_statement_ids": IDS, "later_passage_ids": IDS,
}  # fmt: skip


def _changes(second: kit.Corpus, *said: Statement, guard: Guard | None = None, **chosen: Any) -> pl.DataFrame:
    return changes_over_time(made.corpus_of(second, *said), "ama-osei", Selection(**chosen), guard)


def _then(stance: str = "support", when: str = "2018-03-12", **given: Any) -> Statement:
    return statement("ama-osei", stance, when=when, **given)


def _later(stance: str = "support", when: str = "2021-06-04", **given: Any) -> Statement:
    return statement("ama-osei", stance, when=when, **given)


def _pairs(found: pl.DataFrame) -> list[tuple[list[str], list[str]]]:
    return found.select("earlier_statement_ids", "later_statement_ids").rows()


# ---- the change


@pytest.mark.parametrize(
    ("earlier", "later", "change"),
    [
        (["support"], ["support"], "same"),
        (["mixed"], ["mixed", "mixed"], "same"),
        (["support"], ["oppose"], "reversed"),
        (["oppose", "oppose"], ["support"], "reversed"),
        (["support"], ["mixed"], "shifted"),
        (["mixed"], ["oppose"], "shifted"),
        (["support", "oppose"], ["oppose"], "shifted"),
        (["support", "mixed"], ["oppose"], "shifted"),
    ],
)
def test_what_was_said_at_two_dates_is_the_same_shifted_or_reversed(
    second: kit.Corpus, earlier: list[str], later: list[str], change: str
) -> None:
    found = _changes(second, *map(_then, earlier), *map(_later, later))
    row = found.row(0, named=True)

    assert (found.height, row["change"], row["reasons"], row["rivals"]) == (1, change, [], [])
    assert (row["proposition_id"], row["later_proposition_id"], row["theme_id"]) == ("run-all-night",) * 2 + (
        "service",
    )
    stances = [sorted(set(one), key=schema.STANCES.index) for one in (earlier, later)]
    assert [row["earlier_stances"], row["later_stances"]] == stances
    assert [len(row["earlier_statement_ids"]), len(row["later_statement_ids"])] == [len(earlier), len(later)]
    assert (row["earlier_dates"], row["later_dates"]) == ("12 March 2018", "4 June 2021")
    assert row["years"] == pytest.approx(3.23, abs=0.02)


@pytest.mark.parametrize(
    ("other", "reason", "lifted"),
    [
        ({"modality": "question"}, "one is a question", Guard(questions=True)),
        ({"modality": "conditional"}, "one is conditional", Guard(conditionals=True)),
        (TWICE, "relayed twice", Guard(relayed=True)),
        ({"version": 2}, "coded on versions 1 and 2 of the proposition", None),
    ],
)
def test_what_cannot_be_compared_says_why_and_is_no_change(
    second: kit.Corpus, other: dict[str, Any], reason: str, lifted: Guard | None
) -> None:
    strict = _changes(second, _then(), _later("oppose", **other)).row(0, named=True)

    assert (strict["change"], strict["reasons"]) == ("not comparable", [reason])
    if lifted:
        loose = _changes(second, _then(), _later("oppose", **other), guard=lifted).row(0, named=True)
        assert (loose["change"], loose["reasons"]) == ("reversed", [])
        assert loose["rivals"] == strict["rivals"] != []  # what the guard allows stays an explanation


def test_only_what_can_be_compared_makes_the_change(second: kit.Corpus) -> None:
    row = _changes(second, _then(), _then("oppose", modality="conditional"), _later()).row(0, named=True)

    assert (row["change"], row["reasons"]) == ("same", [])
    assert row["earlier_stances"] == ["oppose", "support"]


def test_every_reason_is_told_once_where_nothing_can_be_compared(second: kit.Corpus) -> None:
    found = _changes(second, _then(), _then(), _later(**TWICE), _later(modality="question"), _later(**TWICE))

    assert found["change"].to_list() == ["not comparable"]
    assert sorted(found["reasons"].item()) == ["one is a question", "relayed twice"]


@pytest.mark.parametrize(("years", "change"), [(None, "reversed"), (5, "reversed"), (2, "not comparable")])
def test_a_limit_in_years_holds_for_changes_too(second: kit.Corpus, years: float | None, change: str) -> None:
    found = _changes(second, _then(), _later("oppose"), guard=Guard(years=years))

    assert found["change"].to_list() == [change]
    assert found["reasons"].to_list() == [["3 years apart"] if change == "not comparable" else []]


@pytest.mark.parametrize(("least", "change"), [(1, "reversed"), (2, "reversed"), (3, "not comparable")])
def test_as_many_statements_are_asked_of_each_date_as_of_each_side(second: kit.Corpus, least: int, change: str) -> None:
    found = _changes(second, _then(), _then(), _later("oppose"), _later("oppose"), guard=Guard(least=least))

    assert found["change"].to_list() == [change]
    assert bool(found["reasons"].item().len()) == (change == "not comparable")


# ---- rival explanations, each alone


def _with_another_kind(second: kit.Corpus) -> dict[str, Any]:
    kinds = dict(second.documents.select("document_id", "kind").iter_rows())
    assert kinds[made.SPEECH] != kinds[made.ANSWER]
    return {"document_id": made.SPEECH}


@pytest.mark.parametrize(
    ("rival", "other"),
    [
        ("office", {"offices": ["Mayor of Northport"]}),
        ("office", {"offices": ["Warden", "Mayor of Northport"]}),
        ("relay", QUOTED),
        ("relay", PARAPHRASE),
        ("modality", {"modality": "question"}),
        ("modality", {"modality": "conditional"}),
        ("kind", {"document_id": made.SPEECH}),
        (None, {"modality": "action"}),
        (None, {"confidence": "low"}),
        (None, {"version": 2}),
    ],
)
def test_each_rival_explanation_is_tested_on_its_own(
    second: kit.Corpus, rival: str | None, other: dict[str, Any]
) -> None:
    _with_another_kind(second)

    for guard in (None, OPEN):
        for pair in ((_then(), _later("oppose", **other)), (_then(**other), _later("oppose"))):
            assert _changes(second, *pair, guard=guard)["rivals"].to_list() == [[RIVALS[rival]] if rival else []]


def test_no_rival_explains_what_is_alike_at_both_dates(second: kit.Corpus) -> None:
    alike = {"offices": ["Warden", "Mayor"], "modality": "conditional", "document_id": made.SPEECH, **TWICE}
    found = _changes(second, _then(**alike), _later("oppose", **{**alike, "offices": ["Mayor", "Warden"]}))

    assert found.select("change", "rivals").rows() == [("reversed", [])]


def test_one_office_after_another_is_another_office(second: kit.Corpus) -> None:
    found = _changes(second, _then(offices=["Warden"]), _later("oppose", offices=["Mayor of Northport"]))

    assert found["rivals"].to_list() == [[RIVALS["office"]]]


def test_another_relayer_is_another_way(second: kit.Corpus) -> None:
    found = _changes(second, _then(**QUOTED), _later("oppose", mode="quoted", relayed_by=["dana-rooke"]))

    assert found.select("change", "rivals").rows() == [("reversed", [RIVALS["relay"]])]


def test_all_rivals_are_listed_in_their_order(second: kit.Corpus) -> None:
    other = {"modality": "question", "offices": ["Warden"], "document_id": made.SPEECH, **PARAPHRASE}
    found = _changes(second, _then(), _later(**other), guard=OPEN)

    assert found["rivals"].to_list() == [[RIVALS[name] for name in ("office", "relay", "modality", "kind")]]


def test_the_words_of_the_modality_rival_are_true_where_both_sides_hold_on_something(second: kit.Corpus) -> None:
    """A question beside a conditional: neither is plain, so the rival cannot say “on one side only”."""
    found = _changes(second, _then(modality="question"), _later(modality="conditional"))

    assert all("one side only" not in rival for rival in found["rivals"].item())


# ---- another proposition of the theme


def test_another_proposition_of_the_theme_is_paired_and_never_compared(second: kit.Corpus) -> None:
    found = _changes(
        second, _then(proposition_id="raise-fares"), _later("oppose", proposition_id="sell-a-boat"), guard=OPEN
    )

    assert found.select("theme_id", "proposition_id", "later_proposition_id", "change").rows() == [
        ("money", "raise-fares", "sell-a-boat", "not comparable")
    ]
    assert found["reasons"].to_list() == found["rivals"].to_list() == [[RIVALS["proposition"]]]
    texts = dict(second.propositions.select("proposition_id", "text").iter_rows())
    assert found["proposition"].to_list() == [f"{texts['raise-fares']} → {texts['sell-a-boat']}"]


def test_a_proposition_is_told_in_its_own_words(second: kit.Corpus) -> None:
    assert _changes(second, _then(), _later())["proposition"].to_list() == [second.propositions["text"][0]]


def test_other_themes_are_not_paired(second: kit.Corpus) -> None:
    assert _changes(second, _then(), _later("oppose", proposition_id="second-deckhand")).height == 0


def test_where_the_proposition_is_taken_up_again_the_others_of_that_date_are_not_paired_with_it(
    second: kit.Corpus,
) -> None:
    fares, boat = {"proposition_id": "raise-fares"}, {"proposition_id": "sell-a-boat"}

    together = _changes(second, _then(**fares), _later(**fares), _later(**boat))
    between = _changes(second, _then(**fares), _later(when="2020-01-01", **boat), _later(**fares))
    after = _changes(second, _then(**fares), _later(**fares), _later(when="2023-01-01", **boat))

    assert _pairs(together) == [(["s00"], ["s01"])]
    assert _pairs(between) == [(["s00"], ["s01"]), (["s00"], ["s02"]), (["s01"], ["s02"])]
    assert between["change"].to_list() == ["not comparable", "same", "not comparable"]
    assert _pairs(after) == [(["s00"], ["s01"]), (["s01"], ["s02"])]


# ---- which dates are paired


def test_only_neighbouring_dates_are_paired(second: kit.Corpus) -> None:
    said = [_then(when=when, stance=stance) for when, stance in
            [("2020", "oppose"), ("2016", "support"), ("2018-05-01", "oppose"), ("2018-05-01", "support")]]  # fmt: skip
    found = _changes(second, *said)

    assert _pairs(found) == [(["s01"], ["s02", "s03"]), (["s02", "s03"], ["s00"])]
    assert found["earlier_dates"].to_list() == ["2016", "1 May 2018"]
    assert found["years"].to_list() == pytest.approx([1.33, 1.67], abs=0.02)  # from end to beginning
    days = [date(2016, 1, 1), date(2016, 12, 31), date(2018, 5, 1), date(2018, 5, 1)]
    assert found.select("earlier_earliest", "earlier_latest", "later_earliest", "later_latest").row(0) == tuple(days)


@pytest.mark.parametrize("other", ["XXXX", "2021/..", "../2021", "2018", "2018-03-12", "2018-01-01/2022-01-01"])
def test_dates_without_an_order_are_not_paired(second: kit.Corpus, other: str) -> None:
    assert _changes(second, _then(), _later("oppose", when=other)).height == 0


@pytest.mark.parametrize(("earlier", "later"), [("../2017", "2021"), ("2017", "2021/.."), ("2017", "XXXX")])
def test_open_and_unknown_dates_are_paired_with_nothing(second: kit.Corpus, earlier: str, later: str) -> None:
    assert _changes(second, _then(when=earlier), _later("oppose", when=later)).height == 0


def test_dates_that_overlap_each_other_are_both_paired_with_an_earlier_one(second: kit.Corpus) -> None:
    """Neither of the two later dates lies between the first and the other: a reversal in either must show."""
    found = _changes(second, _then(when="2016"), _later(when="2018"), _later("oppose", when="2018-06-01"))

    assert sorted(_pairs(found)) == [(["s00"], ["s01"]), (["s00"], ["s02"])]
    assert sorted(found["change"].cast(pl.String)) == ["reversed", "same"]


def test_dates_that_overlap_each_other_are_both_paired_with_a_later_one(second: kit.Corpus) -> None:
    found = _changes(second, _then("oppose", when="2016"), _then(when="2016-06-01"), _later())

    assert sorted(_pairs(found)) == [(["s00"], ["s02"]), (["s01"], ["s02"])]


def test_pairs_stand_in_the_order_of_the_codebook_and_then_of_their_dates(second: kit.Corpus) -> None:
    days, propositions = ["2021-01-01", "2019-01-01", "2020-01-01"], ["raise-fares", "run-all-night", "second-deckhand"]
    found = _changes(second, *(_then(when=day, proposition_id=one) for one in propositions for day in days))

    assert found["proposition_id"].to_list() == [one for one in THEMES if one in propositions for _ in "12"]
    assert found["earlier_dates"].to_list() == ["1 January 2019", "1 January 2020"] * 3


# ---- whose, and of what


def test_only_the_holder_is_looked_at_in_the_office_and_period_that_is_meant(second: kit.Corpus) -> None:
    mayor = "Mayor of Northport"
    said = [
        _then(when="2017-01-01", offices=[mayor]), _then("oppose", when="2018-01-01"),
        _then(when="2019-01-01", offices=[mayor]), _then(when="2020-01-01", offices=[mayor]),
        statement("ben-adu", "oppose", when="2018-06-01"),
    ]  # fmt: skip
    corpus = made.corpus_of(second, *said)

    assert _pairs(changes_over_time(corpus, Side("ama-osei"))) == [
        (["s00"], ["s01"]),
        (["s01"], ["s02"]),
        (["s02"], ["s03"]),
    ]
    assert _pairs(changes_over_time(corpus, Side("ama-osei", mayor))) == [(["s00"], ["s02"]), (["s02"], ["s03"])]
    assert _pairs(changes_over_time(corpus, Side("ama-osei", until="2018-12-31"))) == [(["s00"], ["s01"])]


def test_the_selection_narrows_what_is_paired_and_its_speakers_are_ignored(second: kit.Corpus) -> None:
    said = [_then(), _later("oppose"), _then(proposition_id="raise-fares"), _later(proposition_id="raise-fares")]

    assert _pairs(_changes(second, *said, themes=["money"])) == [(["s02"], ["s03"])]
    assert _changes(second, *said, speakers=["ben-adu"]).equals(_changes(second, *said))
    assert _changes(second, *said, since="2019-01-01").height == 0


@pytest.mark.parametrize("kind", ["never speaks", "one date", "nothing selected", "nothing coded"])
def test_without_two_dates_there_are_no_rows_but_the_columns(
    kind: str, second: kit.Corpus, copy_of_second: Any
) -> None:
    copy_of_second.uncode()
    found = {
        "never speaks": lambda: changes_over_time(second, "ivo-lund"),
        "one date": lambda: _changes(second, _then(), _then("oppose")),
        "nothing selected": lambda: _changes(second, _then(), _later(), text="walrus"),
        "nothing coded": lambda: changes_over_time(kit.load(copy_of_second.path), "ama-osei"),
    }[kind]()

    assert (found.height, dict(found.schema)) == (0, COLUMNS)


@pytest.mark.parametrize(
    ("holder", "sentence"),
    [
        ("ama-osey", "speakers: 'ama-osey' is not in this corpus; did you mean 'ama-osei'"),
        (Side("ama-osei", "Warden"), "office: 'Warden' is no office of 'ama-osei'"),
    ],
)
def test_a_holder_that_the_corpus_does_not_have_is_a_selection_error(
    second: kit.Corpus, holder: Any, sentence: str
) -> None:
    with pytest.raises(SelectionError, match=f"^{sentence}"):
        changes_over_time(second, holder)


def test_the_same_pairs_come_in_the_same_words_each_time(second: kit.Corpus) -> None:
    others = [PARAPHRASE, TWICE, {"modality": "question"}, {"modality": "conditional"}]
    corpus = made.corpus_of(second, _then(version=2), *(_later(**one) for one in others))
    first, *again = (changes_over_time(corpus, "ama-osei") for _ in range(20))

    assert all(one.equals(first) for one in again)


# ---- the real corpus


def _of(corpus: kit.Corpus, guard: Guard | None = None) -> dict[str, dict[str, Any]]:
    found = changes_over_time(corpus, "sadiq-khan", guard=guard)
    assert dict(found.schema) == COLUMNS
    return {row["proposition_id"]: row for row in found.iter_rows(named=True)}


def test_a_conditional_of_2018_is_no_reversal_of_what_was_said_in_2016(corpus: kit.Corpus) -> None:
    strict, loose = (_of(corpus, guard)["visible-armed-patrols"] for guard in (None, Guard(conditionals=True)))

    assert (strict["change"], strict["reasons"]) == ("not comparable", ["one is conditional"])
    assert (loose["change"], loose["reasons"]) == ("reversed", [])
    assert strict["rivals"] == loose["rivals"] == [RIVALS["modality"]]
    assert (strict["earlier_dates"], strict["later_dates"]) == ("14 September 2016", "20 December 2018")
    assert strict["years"] == pytest.approx(2.26, abs=0.01)


def test_a_reversal_over_resources_comes_with_what_else_could_explain_it(corpus: kit.Corpus) -> None:
    """Reported by somebody else in a speech of 2017, quoted by a newspaper in 2023."""
    row = _of(corpus)["enough-resources"]

    assert (row["earlier_stances"], row["later_stances"]) == (["oppose"], ["support"])
    assert row["rivals"][:2] == [RIVALS["relay"], RIVALS["kind"]]
    assert row["change"] == "reversed"  # a paraphrase of 2017 beside one of 2023; the quotation is not compared


def test_a_single_exchange_has_no_change(corpus: kit.Corpus) -> None:
    """Masks and anonymity, 2016: one date."""
    assert changes_over_time(corpus, "len-duvall").height == 0


def test_a_stance_kept_over_years_is_the_same(corpus: kit.Corpus) -> None:
    assert _of(corpus)["routine-arming"]["change"] == "same"
    assert _of(corpus)["recognise-firearms-officers"]["later_dates"] == "25 September 2023"


# ---- how many fall in a window

WINDOWS = [{}, {"since": "2019-06-01"}, {"until": "2020-10-15"}, {"since": "2020-10-15", "until": "2021-06-04"}]


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("which", ["corpus", "second"])
def test_what_certainly_and_possibly_falls_in_a_window_is_counted_apart(
    which: str, window: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    whole: kit.Corpus = request.getfixturevalue(which)
    since, until = (date.fromisoformat(window[end]) if end in window else None for end in ("since", "until"))
    expected: dict[str, list[int]] = {}
    for row in whole.statements.iter_rows(named=True):
        inside = (not since or since <= row["earliest"]) and (not until or row["latest"] <= until)
        touching = (not since or since <= row["latest"]) and (not until or row["earliest"] <= until)
        counts = expected.setdefault(row["speaker_id"], [0, 0, 0])
        for at, counted in enumerate((inside, touching and not inside, True)):
            counts[at] += counted

    found = statements_in_window(whole, Selection(**window))

    order = [one for one in whole.speakers["speaker_id"] if one in expected]
    assert [row[0] for row in found.iter_rows()] == order
    assert {row[0]: list(row[2:]) for row in found.iter_rows()} == expected
    assert found.columns == ["speaker_id", "holder", "certainly", "possibly", "all"]
    names = dict(whole.speakers.select("speaker_id", "name").iter_rows())
    assert found["holder"].to_list() == [names[one] for one in order]


def test_only_the_dates_of_a_selection_count_for_its_window(second: kit.Corpus) -> None:
    narrow = Selection(since="2019-06-01", speakers=["ama-osei"], themes=["money"], first_hand=True, text="ferry")

    found = statements_in_window(second.select(narrow), narrow)

    assert found.equals(statements_in_window(second, Selection(since="2019-06-01")))


def test_where_nothing_is_coded_no_holder_is_counted(copy_of_second: Any) -> None:
    copy_of_second.uncode()

    found = statements_in_window(kit.load(copy_of_second.path), Selection(since="2019-06-01"))

    assert found.height == 0
    assert found.schema == {"speaker_id": pl.String, "holder": pl.String} | dict.fromkeys(
        ["certainly", "possibly", "all"], pl.Int64
    )


# ---- beside plain Python

WHEN = ["2016-02-01", "2017-05-20", "2017", "2017-03-01/2019-11-03", "2019-11-03", "2019-12-01", "2023-01", "XXXX"]


def _moved(row: Statement, when: str, proposition_id: str) -> Statement:
    """Let Ama say it, then and on that proposition."""
    given = ("stance", "mode", "relayed_by", "modality", "version")
    return statement(when=when, proposition_id=proposition_id, **{key: row[key] for key in given})


PROPOSITIONS = st.sampled_from(["raise-fares", "sell-a-boat", "run-all-night"])
SAID = st.lists(st.builds(_moved, made.STATEMENTS, st.sampled_from(WHEN), PROPOSITIONS), max_size=12)


def _paired(said: list[Statement], guard: Guard) -> list[tuple[Any, ...]]:
    """Pair moments by the words of the docstring."""
    moments = {(row["proposition_id"], row["earliest"], row["latest"]) for row in said if row["latest"] < date.max}
    pairs = []
    for moment in moments:
        later = [other for other in moments if THEMES[other[0]] == THEMES[moment[0]] and other[1] > moment[2]]
        again = [other for other in later if other[0] == moment[0]]
        first = [other for other in later if not any(between[2] < other[1] for between in later)]
        paired = [other for other in again if not any(between[2] < other[1] for between in again)]
        if not any(other in again for other in first):
            paired += first
        for other in paired:
            ours, theirs = (
                [row for row in said if (row["proposition_id"], row["earliest"], row["latest"]) == one]
                for one in (moment, other)
            )
            level = made.level(ours, theirs, guard) if other in again else "refused"
            change = {"refused": "not comparable", "different": "reversed", "partly": "shifted"}.get(level, level)
            ids = [[row["statement_id"] for row in rows] for rows in (ours, theirs)]
            pairs.append((moment[0], other[0], *ids, change))
    return sorted(pairs)


@given(said=SAID, guard=made.GUARDS)
def test_changes_are_those_of_the_rules_tried_on_every_two_statements(
    second: kit.Corpus, said: list[Statement], guard: Guard
) -> None:
    found = _changes(second, *said, guard=guard)

    ids, change = ["earlier_statement_ids", "later_statement_ids"], pl.col("change").cast(pl.String)
    told = found.select("proposition_id", "later_proposition_id", *ids, change)
    assert sorted(told.rows()) == _paired(made.rows(*said), guard)
    assert ((found["reasons"].list.len() > 0) == (found["change"] == "not comparable")).all()
