from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

import kit
from kit import Selection, SelectionError
from kit.dates import UNKNOWN
from kit.schema import MODALITIES
from kit.selection import Linked

IDS = st.lists(st.text(max_size=8), max_size=4)
DAYS = st.dates()
SELECTIONS = st.builds(
    lambda days, **rest: Selection(since=min(days) if days else None, until=max(days) if days else None, **rest),
    days=st.lists(DAYS, max_size=2),
    speakers=IDS,
    themes=IDS,
    propositions=IDS,
    documents=IDS,
    text=st.none() | st.text(max_size=12),
    first_hand=st.booleans(),
    modalities=st.lists(st.sampled_from(MODALITIES), max_size=5),
)


@given(SELECTIONS)
def test_a_selection_comes_back_the_same_from_json(selection: Selection) -> None:
    assert Selection.from_json(selection.to_json()) == selection
    assert hash(Selection.from_json(selection.to_json())) == hash(selection)


@given(SELECTIONS)
def test_the_json_of_a_selection_can_be_pasted_into_code(selection: Selection) -> None:
    assert eval(f"kit.Selection.from_json(r'{selection.to_json()}')", {"kit": kit}) == selection


@given(SELECTIONS)
def test_a_selection_prints_as_the_code_that_makes_it(selection: Selection) -> None:
    assert eval(repr(selection), {"kit": kit}) == selection


@given(SELECTIONS, st.randoms())
def test_order_and_repetition_of_ids_do_not_matter(selection: Selection, random: Any) -> None:
    ids = [*selection.speakers, *selection.speakers]
    random.shuffle(ids)

    again = Selection(speakers=ids)

    assert again == Selection(speakers=selection.speakers)
    assert hash(again) == hash(Selection(speakers=selection.speakers))


def test_a_selection_prints_what_it_restricts_and_nothing_else() -> None:
    assert repr(Selection()) == "kit.Selection()"
    assert repr(Selection(speakers=["b", "a", "b"], since=date(2017, 1, 2), text="buy-in", first_hand=True)) == (
        "kit.Selection(speakers=('a', 'b'), since='2017-01-02', text='buy-in', first_hand=True)"
    )


def test_json_holds_what_is_restricted_as_plain_text() -> None:
    selection = Selection(themes=["money"], until="2019-03-12", text="café")

    assert selection.to_json() == '{"themes": ["money"], "until": "2019-03-12", "text": "café"}'


def test_a_selection_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot assign to field 'text'"):
        Selection().text = "soup"  # type: ignore[misc]


@pytest.mark.parametrize("nothing", [{"text": ""}, {"text": " \n"}, {"since": ""}, {"until": None}, {"speakers": []}])
def test_what_restricts_nothing_is_the_empty_selection(nothing: dict[str, Any]) -> None:
    assert Selection(**nothing) == Selection()


def test_a_generator_or_a_set_of_ids_is_a_list_of_ids() -> None:
    assert (
        Selection(speakers=(name for name in "ba")) == Selection(speakers={"a", "b"}) == Selection(speakers=["a", "b"])
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"speakers": "ama-osei"}, r"speakers: 'ama-osei' is not a list of ids; write \['ama-osei'\]"),
        ({"themes": 7}, r"themes: 7 is not a list of ids; write \[7\]"),
        ({"documents": None}, r"documents: None is not a list of ids"),
        ({"propositions": ["a", 3]}, r"propositions: 3 is not an id in quotation marks"),
        ({"speakers": [["a"]]}, r"speakers: \['a'\] is not an id in quotation marks"),
        (
            {"modalities": ["assertion", "shout"]},
            r"modalities: 'shout' is not one of assertion, question, conditional, action",
        ),
        ({"since": "14 September 2016"}, r"since: '14 September 2016' is not a day; write it as 2016-09-14"),
        ({"until": "2016-02-30"}, r"until: '2016-02-30' is not a day"),
        ({"since": "2016"}, r"since: '2016' is not a day"),
        ({"since": 2016}, r"since: 2016 is not a day"),
        ({"until": datetime(2016, 9, 14, 12)}, r"until: datetime.datetime\(2016, 9, 14, 12, 0\) is not a day"),
        (
            {"since": "2017-01-02", "until": "2017-01-01"},
            r"since: 2017-01-02 is later than until: 2017-01-01; exchange the two",
        ),
        ({"text": 5}, r"text: 5 is not text; put the words in quotation marks"),
        ({"text": False}, r"text: False is not text"),
        ({"first_hand": "yes"}, r"first_hand: 'yes' is not True or False"),
        ({"first_hand": 1}, r"first_hand: 1 is not True or False"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_the_remedy(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        Selection(**wrong)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"line 1: not JSON \(.*\); paste the whole text again"),
        ('{"text": "soup"', r"line 1: not JSON"),
        ('{\n"text": soup}', r"line 2: not JSON"),
        ('{"text": "soup', r"paste the whole text again, between r' and '$"),
        ("[" * 100_000, r"line 1: not JSON \(maximum recursion depth"),
        (f'{{"text": {"1" * 5000}}}', r"line 1: not JSON \(Exceeds the limit"),
        ('{"text": "\\ud800"}', r"line 1: not JSON \(.*surrogates not allowed\)"),
        ({"text": "soup"}, r"line 1: not JSON \(.* not dict\)"),
        ("[]", r"a selection is a JSON object in braces, not \[\]; paste the whole text again"),
        ('"text"', r"a selection is a JSON object in braces"),
        ("null", r"a selection is a JSON object in braces"),
        ('{"speaker": []}', r"unknown key 'speaker'; the keys are speakers, themes,"),
        ('{"speakers": "a"}', r"speakers: 'a' is not a list of ids"),
        ('{"speakers": null}', r"speakers: None is not a list of ids"),
        ('{"since": 3}', r"since: 3 is not a day"),
        ('{"first_hand": "true"}', r"first_hand: 'true' is not True or False"),
        ('{"since": "2019-01-01", "until": "2018-01-01"}', r"exchange the two"),
    ],
)
def test_text_that_is_no_selection_is_refused_with_the_reason(text: Any, message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        Selection.from_json(text)


def test_of_the_json_of_a_comparison_the_selection_is_read() -> None:
    beside = {"left": {"speaker_id": "a"}, "right": {"speaker_id": "b"}, "guard": {"least": 2}}
    linked = Linked(themes=["money"], until="2019-03-12", beside=beside)

    assert list(json.loads(linked.to_json())) == ["left", "right", "guard", "themes", "until"]
    assert json.loads(linked.to_json()).items() >= beside.items()
    assert Selection.from_json(linked.to_json()) == Selection(themes=["money"], until="2019-03-12")
    assert repr(linked) == "kit.Selection(themes=('money',), until='2019-03-12')"


def test_an_unknown_keyword_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'speaker'"):
        Selection(speaker=["ama-osei"])  # type: ignore[call-arg]


KNOWN = DAYS.filter(lambda day: date.min < day < date.max)
INTERVALS = st.tuples(KNOWN, KNOWN).map(lambda pair: (min(pair), max(pair))) | st.just(UNKNOWN)
WINDOWS = st.lists(st.none() | KNOWN, min_size=2, max_size=2).filter(lambda w: None in w or w[0] <= w[1])


@given(INTERVALS, WINDOWS)
def test_an_interval_stays_when_a_day_of_it_is_in_the_window_and_is_certain_when_all_are(
    interval: tuple[date, date], window: list[date | None]
) -> None:
    selection = Selection(since=window[0], until=window[1])
    since, until = window[0] or date.min, window[1] or date.max
    row = pl.DataFrame({"earliest": [interval[0]], "latest": [interval[1]]})

    possible, certain = row.select(selection.in_window(), certain=selection.certainly_in_window()).row(0)

    assert possible == (max(interval[0], since) <= min(interval[1], until))
    assert certain == (since <= interval[0] and interval[1] <= until)
    assert possible or not certain


def test_an_unknown_date_is_possible_in_every_window_and_certain_in_none() -> None:
    row = pl.DataFrame({"earliest": [UNKNOWN[0]], "latest": [UNKNOWN[1]]})

    for window in ({"since": "2016-01-01"}, {"until": "2016-01-01"}, {"since": "0001-01-01", "until": "9999-12-31"}):
        selection = Selection(**window)
        assert row.select(selection.in_window(), certain=selection.certainly_in_window()).row(0) == (True, False)


@pytest.mark.parametrize("words", ["f", "- ", "“’", "θ", "ſ ", "ꭰ", "漢", "[", "\\", "\U0001f469"])
def test_the_longest_search_is_made_and_a_longer_one_refused_with_the_number_and_the_remedy(words: str) -> None:
    longest = (words * 20_000)[:20_000]
    passages = pl.DataFrame({"text": ["f", f"A {longest.upper()} b"]})

    assert passages.filter(Selection(text=longest).of_passages())["text"].to_list() == [passages["text"][1]]
    with pytest.raises(SelectionError, match=r"^text: it has 20,001 characters; search for 20,000 at most$"):
        Selection(text=f"{longest}x")


def test_json_is_made_of_the_fields_in_their_order() -> None:
    every = Selection(["a"], ["b"], ["c"], ["d"], "2016-01-01", "2017-01-01", "e", True, ["question"])

    assert list(json.loads(every.to_json())) == [
        "speakers", "themes", "propositions", "documents", "since", "until", "text", "first_hand", "modalities",
    ]  # fmt: skip
