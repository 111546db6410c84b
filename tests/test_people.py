# ruff: noqa: E501 - each row of the last table is one damage and its message, as it is printed
from __future__ import annotations

import tomllib
from datetime import date

import pytest

from kit.dates import UNKNOWN
from kit.people import People, read_people
from kit.records import Record

RECORDS = """
[[speaker]]
speaker_id = "council"
name = "Northport Council"
kind = "organisation"
aliases = ["the Council", "NC"]

[[speaker]]
speaker_id = "guard"
name = "Coast Guard"
kind = "organisation"

[[speaker]]
speaker_id = "ama-osei"
name = "Ama Osei"
kind = "person"
aliases = ["Lady Osei"]

[[speaker]]
speaker_id = "dana-rooke"
name = "Dana O’Rooke"
kind = "person"

[[speaker]]
speaker_id = "cleo-marsh"
name = "Cleo Marsh-Lund"
kind = "person"

[[office]]
speaker_id = "ama-osei"
office = "Mayor of Northport"
organisation_id = "council"
since = "2016-05-09"
until = "2020-05-08"
known_from = "invented"

[[office]]
speaker_id = "dana-rooke"
office = "Mayor of Northport"
organisation_id = "council"
since = "2020-05-09"
until = ""
known_from = "invented"

[[office]]
speaker_id = "cleo-marsh"
office = "Commander of the Coast Guard"
organisation_id = "guard"
since = "2018-03"
until = "2019-06"
known_from = "invented"

[[office]]
speaker_id = "dana-rooke"
office = "Commander of the Harbour Watch"
organisation_id = "council"
since = ""
until = ""
known_from = "invented"
"""
DAY = (date(2019, 1, 1), date(2019, 1, 1))


def _people(text: str = RECORDS) -> tuple[People, list[str]]:
    record = Record("speakers.toml", tomllib.loads(text), text)
    return read_people(record), [str(problem) for problem in record.problems]


PEOPLE, NO_PROBLEMS = _people()


def test_right_records_are_read_without_a_problem() -> None:
    assert NO_PROBLEMS == []
    assert PEOPLE.speakers["speaker_id"].to_list() == ["council", "guard", "ama-osei", "dana-rooke", "cleo-marsh"]
    assert PEOPLE.speakers["aliases"].to_list()[1] == []


@pytest.mark.parametrize(
    ("printed", "speaker_id"),
    [
        ("Ama Osei", "ama-osei"),
        ("AMA OSEI", "ama-osei"),
        ("Ama\u00a0Osei", "ama-osei"),
        ("Dame Ama Osei", "ama-osei"),
        ("Rt Hon Ama Osei", "ama-osei"),
        ("Ama Osei CBE QPM", "ama-osei"),
        ("Ama Osei AM", "ama-osei"),
        ("Ama Osei, MP", "ama-osei"),
        ("Ama Osei (Mayor of Northport)", "ama-osei"),
        ("Commander Ama Osei", "ama-osei"),
        ("Detective Chief Inspector Ama Osei MBE", "ama-osei"),
        ("Northport Mayor Ama Osei", "ama-osei"),
        ("former Mayor of Northport Ama Osei", "ama-osei"),
        ("Lady Osei", "ama-osei"),
        ("Dana O'Rooke", "dana-rooke"),
        ("Ms Dana O’Rooke", "dana-rooke"),
        ("Cleo Marsh\u2011Lund", "cleo-marsh"),
        ("the council", "council"),
        ("NC", "council"),
        ("The Northport Council", "council"),
    ],
)
def test_a_printed_name_finds_its_speaker(printed: str, speaker_id: str) -> None:
    assert PEOPLE.named(printed) == speaker_id


@pytest.mark.parametrize(
    "printed",
    [
        "",
        " ",
        "Osei",
        "Ms Osei",
        "Ama",
        "Ama Oseis",
        "Amaosei",
        "Ben Adu",
        "The Mayor",
        "(Ama Osei)",
        "Friends of Ama Osei",
        "the late Ama Osei",
        "Kwame Ama Osei",
        "Mrs Ama Osei",
        "Deputy Mayor of Southport Ama Osei",
        "Harbour Master Ama Osei",
        "Ama Osei Junior",
        "South Northport Council",
        "Former Coast Guard",
        "Ama Osei and Dana O’Rooke",
    ],
)
def test_a_part_of_a_name_or_a_stranger_finds_nobody(printed: str) -> None:
    assert PEOPLE.named(printed) is None


@pytest.mark.parametrize(
    ("dates", "speaker_id"),
    [
        ((date(2016, 5, 9), date(2016, 5, 9)), "ama-osei"),
        ((date(2020, 5, 8), date(2020, 5, 8)), "ama-osei"),
        ((date(2020, 5, 9), date(2020, 5, 9)), "dana-rooke"),
        ((date(2030, 1, 1), date(2030, 12, 31)), "dana-rooke"),
        ((date(2016, 5, 8), date(2016, 5, 8)), None),
        ((date(2020, 5, 1), date(2020, 5, 31)), None),
        (UNKNOWN, None),
    ],
)
@pytest.mark.parametrize("label", ["The Mayor", "Mayor", "Mayor of Northport", "the  mayor of\u00a0Northport"])
def test_an_office_is_the_person_who_held_it_through_the_whole_interval(
    label: str, dates: tuple[date, date], speaker_id: str | None
) -> None:
    found, reason = PEOPLE.resolve(label, None, dates, "council")

    assert found == speaker_id
    assert bool(reason) == (speaker_id is None)


def test_nobody_in_office_and_no_such_office_are_told_apart() -> None:
    assert (
        PEOPLE.resolve("The Mayor", None, UNKNOWN, None)[1]
        == "'The Mayor' is an office that nobody recorded held at that date"
    )
    assert PEOPLE.resolve("The Admiral", None, DAY, None)[1] == "no speaker and no office is called 'The Admiral'"


def test_two_holders_at_one_date_leave_an_office_unresolved() -> None:
    both, _ = _people(RECORDS.replace('until = "2020-05-08"', 'until = "2021"'))

    found, reason = both.resolve("The Mayor", None, (date(2020, 6, 1), date(2020, 6, 1)), None)

    assert found is None
    assert reason == "'The Mayor' is an office that two persons held at that date"


@pytest.mark.parametrize(
    ("publisher", "speaker_id"), [("guard", "cleo-marsh"), ("council", "dana-rooke"), (None, None), ("lund", None)]
)
def test_where_several_have_such_an_office_only_that_of_the_publisher_counts(
    publisher: str | None, speaker_id: str | None
) -> None:
    found, reason = PEOPLE.resolve("The Commander", None, DAY, publisher)

    assert found == speaker_id
    assert speaker_id or reason == "several organisations have an office called 'The Commander', the publisher has none"


def test_the_full_name_of_an_office_needs_no_publisher() -> None:
    assert PEOPLE.resolve("Commander of the Coast Guard", None, DAY, None) == ("cleo-marsh", "")


def test_a_name_wins_over_an_office_and_the_fuller_name_over_the_label() -> None:
    assert PEOPLE.resolve("The Mayor", "Cleo Marsh-Lund", DAY, "council") == ("cleo-marsh", "")
    assert PEOPLE.resolve("The Council", "somebody", DAY, "council") == ("council", "")


@pytest.mark.parametrize("name", ["Ben Adu", "Mayor of Southport", "Mayor of Northport or Mayor of Southport"])
def test_an_office_that_the_text_gives_to_another_holder_or_place_stays_open(name: str) -> None:
    assert PEOPLE.resolve("The Mayor", name, DAY, "council") == (None, f"no speaker and no office is called '{name}'")


def test_an_office_with_its_own_place_is_found_by_the_fuller_form() -> None:
    assert PEOPLE.resolve("The Mayor", "Mayor of Northport", DAY, None) == ("ama-osei", "")


def test_a_label_and_a_fuller_form_of_two_speakers_stay_open() -> None:
    found = PEOPLE.resolve("the Council", "Ama Osei", DAY, None)

    assert found == (None, "'Ama Osei' and 'the Council' are two speakers")


@pytest.mark.parametrize("modifier", ["former", "then", "late", "acting", "night", "next", "Shadow", "Deputy", "ex-"])
def test_a_modified_office_is_not_the_office(modifier: str) -> None:
    assert PEOPLE.resolve(f"the {modifier} Mayor of Northport", None, DAY, "council")[0] is None


@pytest.mark.parametrize(
    "label", ["Mayor of", "Mayor of North", "May", "Deputy Mayor", "The Mayor of Southport", "of", "the", ""]
)
def test_what_is_only_like_an_office_is_none(label: str) -> None:
    assert PEOPLE.resolve(label, None, DAY, "council")[0] is None


def test_offices_of_a_month_count_for_the_days_that_are_certain() -> None:
    assert PEOPLE.offices_at("cleo-marsh", date(2018, 3, 31), date(2019, 6, 1)) == ["Commander of the Coast Guard"]
    assert PEOPLE.offices_at("cleo-marsh", date(2018, 3, 30), date(2019, 6, 1)) == []
    assert PEOPLE.offices_at("cleo-marsh", date(2018, 3, 31), date(2019, 6, 2)) == []


def test_open_bounds_hold_for_ever_and_several_offices_come_in_the_order_of_the_records() -> None:
    assert PEOPLE.offices_at("dana-rooke", *UNKNOWN) == ["Commander of the Harbour Watch"]
    assert PEOPLE.offices_at("dana-rooke", date(2021, 1, 1), date.max) == [
        "Mayor of Northport",
        "Commander of the Harbour Watch",
    ]
    assert PEOPLE.offices_at("ama-osei", *UNKNOWN) == []


def test_offices_are_a_frame_with_the_certain_days_and_null_where_open() -> None:
    rows = PEOPLE.offices.select("since", "until").rows()

    assert rows == [
        (date(2016, 5, 9), date(2020, 5, 8)),
        (date(2020, 5, 9), None),
        (date(2018, 3, 31), date(2019, 6, 1)),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"2020-05-08"', '"2015"', "until: the office ends (2015) before it begins (2016-05-09). Correct one of the two dates"),
        ('"2020-05-08"', '"soon"', "until: 'soon' is not an EDTF date such as 2016-09-14, 2016-09, 2016, 2016-07-15/2016-08-13 or XXXX. Write a date, or \"\" where it is open"),
        ('organisation_id = "guard"', 'organisation_id = "gard"', "organisation_id: 'gard' is no speaker. Add a [[speaker]] with this speaker_id to speakers.toml"),
        ('speaker_id = "cleo-marsh"\noffice', 'speaker_id = "cleo"\noffice', "speaker_id: 'cleo' is no speaker. Add a [[speaker]] with this speaker_id to speakers.toml"),
        ('name = "Cleo Marsh-Lund"', 'name = "ama osei"', "'ama osei' already names ama-osei. Give each name and alias to one speaker only"),
        ('speaker_id = "guard"', 'speaker_id = "council"', "speaker_id: the same 'council' stands on line 3. Remove one of the two"),
        ('kind = "person"', 'kind = "persons"', "kind: 'persons' is not one of person, organisation. Write 'person'"),
    ],
)  # fmt: skip
def test_a_wrong_record_is_a_problem_with_its_line(old: str, new: str, problem: str) -> None:
    text = RECORDS.replace(old, new, 1)

    _, problems = _people(text)

    what = problem.split(":")[0]
    wanted = problems[0]
    assert wanted.endswith(f": {problem}")
    line = int(wanted.split(":")[1])
    key = what if "'" not in what else "[[speaker]]"
    assert key in text.splitlines()[line - 1]


def test_a_name_that_two_answer_to_finds_neither() -> None:
    both, problems = _people(RECORDS.replace('name = "Cleo Marsh-Lund"', 'name = "Ama Osei"'))

    assert len(problems) == 1
    assert both.named("Ama Osei") is None


def test_the_same_name_with_another_kind_of_hyphen_or_quotation_mark_is_the_same() -> None:
    _, problems = _people(RECORDS + '\n[[speaker]]\nspeaker_id = "x"\nname = "dana o\'rooke"\nkind = "person"\n')

    assert [problem.split(": ", 1)[1] for problem in problems] == [
        "'dana o'rooke' already names dana-rooke. Give each name and alias to one speaker only"
    ]
