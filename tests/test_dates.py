from __future__ import annotations

from datetime import date

import edtf
import pytest
from hypothesis import given, strategies as st

from kit.dates import UNKNOWN, in_words, interval

DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))
YEARS = st.integers(1000, 2999)


@pytest.mark.parametrize(
    ("written", "earliest", "latest"),
    [
        ("2016-09-14", date(2016, 9, 14), date(2016, 9, 14)),
        ("2016-09", date(2016, 9, 1), date(2016, 9, 30)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("20XX", date(2000, 1, 1), date(2099, 12, 31)),
        ("2016-XX", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-08-XX", date(2016, 8, 1), date(2016, 8, 31)),
        ("2016-XX-XX", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-21", date(2016, 3, 1), date(2016, 5, 31)),
        ("2016-24", date(2016, 12, 1), date(2017, 2, 28)),
        ("2016-07-15/2016-08-13", date(2016, 7, 15), date(2016, 8, 13)),
        ("2016-07/2017", date(2016, 7, 1), date(2017, 12, 31)),
        ("2016/..", date(2016, 1, 1), date.max),
        ("../2016-05", date.min, date(2016, 5, 31)),
        ("2016/", date(2016, 1, 1), date.max),
        ("/2016", date.min, date(2016, 12, 31)),
        ("../..", *UNKNOWN),
        ("XXXX", *UNKNOWN),
        ("XXXX-XX-XX", *UNKNOWN),
    ],
)
def test_each_shape_of_a_date_means_the_days_it_can_be(written: str, earliest: date, latest: date) -> None:
    assert interval(written) == (earliest, latest)


@pytest.mark.parametrize("mark", ["?", "~", "%"])
@pytest.mark.parametrize("written", ["2016", "2016-08", "2016-08-03", "201X"])
def test_doubt_about_a_date_does_not_widen_it(written: str, mark: str) -> None:
    assert interval(written + mark) == interval(written)


@pytest.mark.parametrize(
    "written",
    [
        "", "/", "//", "yesterday", "14 September 2016", "2016-9-14", "2016/08/03", "16-08-03", "2016-13", "2016-00",
        "2016-02-30", "2015-02-29", "2016-XX-03", "20X6", "2016-08-03T10:00",
        " 2016", "2016 ", "2016-08-", "-2016", "2016-25-01", "2016-21-01",
        "٢٠١٦", "2016-08-3X", "a/b", "2016/2017/2018", "2016..", "..", "0000", "2016-08-03\n", "Y12016",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_and_named(written: str) -> None:
    with pytest.raises(ValueError, match=r"is not an EDTF date|is not a day of the calendar") as raised:
        interval(written)

    assert repr(written) in str(raised.value)


@pytest.mark.parametrize("written", ["2017/2016", "2016-08-13/2016-07-15", "2016-09/2016-08"])
def test_an_interval_that_ends_before_it_begins_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=rf"'{written}' ends before it begins"):
        interval(written)


# What the independent package `edtf` reads; `lower_strict` and `upper_strict` do not widen for ? and ~ either.
@given(
    st.one_of(
        DAYS.map(date.isoformat),
        st.builds("{:04}-{:02}".format, YEARS, st.integers(1, 12)),
        YEARS.map(str),
        st.builds("{:03}X".format, st.integers(100, 299)),
        st.builds("{:02}XX".format, st.integers(10, 29)),
        st.builds("{:04}-{:02}-XX".format, YEARS, st.integers(1, 12)),
        st.builds("{:04}-XX".format, YEARS),
        st.builds("{:04}-XX-XX".format, YEARS),
    ),
    st.sampled_from(["", "?", "~", "%"]),
)
def test_dates_are_read_as_the_package_edtf_reads_them(written: str, mark: str) -> None:
    theirs = edtf.parse_edtf(written + mark)
    lower, upper = theirs.lower_strict(), theirs.upper_strict()

    assert interval(written + mark) == (date(*lower[:3]), date(*upper[:3]))


@given(DAYS, DAYS)
def test_intervals_are_read_as_the_package_edtf_reads_them(one: date, other: date) -> None:
    first, last = sorted([one, other])
    written = f"{first.isoformat()}/{last.isoformat()}"
    theirs = edtf.parse_edtf(written)

    assert interval(written) == (date(*theirs.lower_strict()[:3]), date(*theirs.upper_strict()[:3])) == (first, last)


@given(st.text(max_size=12) | st.text("0123456789X-/.?~% ", max_size=24))
def test_any_text_is_an_interval_in_order_or_a_value_error_that_names_it(written: str) -> None:
    try:
        earliest, latest = interval(written)
    except ValueError as error:
        assert repr(written) in str(error)  # noqa: PT017  # a text may be either
    else:
        assert earliest <= latest


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2016-09-04", "4 September 2016"),
        ("2016-09", "September 2016"),
        ("2016-02", "February 2016"),
        ("2016", "2016"),
        ("2016-07-15/2016-08-13", "between 15 July 2016 and 13 August 2016"),
        ("2016-01-01/2017-12-31", "between 1 January 2016 and 31 December 2017"),
        ("../2016-05-01", "until 1 May 2016"),
        ("2016-05-01/..", "from 1 May 2016"),
        ("XXXX", "date unknown"),
    ],
)
def test_an_interval_is_said_in_words(written: str, words: str) -> None:
    assert in_words(*interval(written)) == words
