"""Dates as the corpus writes them: the common subset of EDTF (ISO 8601-2:2019), each an interval of whole days."""

from __future__ import annotations

import calendar
import re
from datetime import date

UNKNOWN = (date.min, date.max)
_SEASONS = {"21": (3, 5), "22": (6, 8), "23": (9, 11), "24": (12, 2)}
_SHAPE = re.compile(
    r"(?P<year>\d{2}(?:\d\d|\dX|XX)|XXXX)(?:-(?:XX(?:-XX)?|(?P<month>\d\d)(?:-(?P<day>\d\d|XX))?))?[?~%]?", re.ASCII
)
_MONTHS = [*calendar.month_name]


def interval(edtf: str) -> tuple[date, date]:
    """Read an EDTF date or interval as its earliest and latest day, both included.

    Years, months, days, seasons, unspecified digits (`201X`, `2016-08-XX`) and intervals (`a/b`; `..` or nothing: open)
    are read; `?`, `~` and `%` qualify a date and do not widen it. `XXXX` is any day at all. Raises ValueError that
    names the value, for what is none.
    """
    parts = edtf.split("/")
    if len(parts) > 2 or parts == ["", ""]:
        raise ValueError(f"{edtf!r} is not an EDTF date")
    earliest = date.min if parts[0] in ("", "..") and len(parts) == 2 else _bounds(parts[0], edtf)[0]
    latest = date.max if parts[-1] in ("", "..") and len(parts) == 2 else _bounds(parts[-1], edtf)[1]
    if earliest > latest:
        raise ValueError(f"{edtf!r} ends before it begins")
    return earliest, latest


def _bounds(part: str, whole: str) -> tuple[date, date]:
    match = _SHAPE.fullmatch(part)
    if not match:
        shapes = "2016-09-14, 2016-09, 2016, 2016-07-15/2016-08-13 or XXXX"
        raise ValueError(f"{whole!r} is not an EDTF date such as {shapes}")
    year, month, day = match["year"], match["month"], match["day"]
    if year == "XXXX":
        return UNKNOWN
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    try:
        if not month or "X" in year:
            return date(max(first, 1), 1, 1), date(last, 12, 31)
        begin, end = _SEASONS[month] if month in _SEASONS and not day else (int(month), int(month))
        if day in (None, "XX"):
            return date(first, begin, 1), _last_day(last + (end < begin), end)
        return date(first, begin, int(day)), date(last, end, int(day))
    except ValueError as error:
        raise ValueError(f"{whole!r} is not a day of the calendar") from error


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def in_words(earliest: date, latest: date) -> str:
    """Say an interval for reading: one day, one month, one year, two bounds, or that the date is not known."""
    if (earliest, latest) == UNKNOWN:
        return "date unknown"
    if earliest == latest:
        return _day(earliest)
    if earliest == date.min or latest == date.max:
        return f"until {_day(latest)}" if earliest == date.min else f"from {_day(earliest)}"
    if (earliest.month, earliest.day, latest.month, latest.day) == (1, 1, 12, 31) and earliest.year == latest.year:
        return str(earliest.year)
    if earliest.day == 1 and latest == _last_day(earliest.year, earliest.month):
        return f"{_MONTHS[earliest.month]} {earliest.year}"
    return f"between {_day(earliest)} and {_day(latest)}"


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month]} {day.year}"
