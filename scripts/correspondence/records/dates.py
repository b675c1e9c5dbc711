"""Dates as the archive knows them: EDTF text with the first and last day that it allows.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019 (https://www.loc.gov/standards/datetime/).
The archive accepts the part of levels 0 and 1 (and the "one of a set" of level 2) in which a letter
can be dated; bounds are the strict ones, so "about 14 June" is bounded by 14 June itself.
"""

import calendar
import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

Precision = Literal["day", "month", "year", "range", "open", "unknown"]

_SINGLE = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?"
_FORMS = {
    "unknown": re.compile(r"XXXX"),
    "single": re.compile(rf"({_SINGLE})([?~%]?)"),
    "one of": re.compile(rf"\[({_SINGLE})?\.\.({_SINGLE})?\]"),
    "span": re.compile(rf"({_SINGLE}|\.\.)/({_SINGLE}|\.\.)"),
}
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
ACCEPTED_FORMS = (
    "2019-02-18, 2019-02, 2019, 2019-06-14~ (about), 2019-06-14? (probably), "
    "[2020-06-09..2020-06-22] (one day within), [..2021-03-05] (not later than), "
    "2019-02-01/2019-02-03 (lasting), ../2021-03-05 (start open) or XXXX (unknown)"
)


class Placement(NamedTuple):
    """Where a date stands in a list by year and month; ``None`` is "not known"."""

    year: int | None
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """One date of the archive.

    ``earliest`` and ``latest`` are the first and last possible day, both inclusive; ``None`` is an
    end that is open or unknown. Build one with :func:`parse_date`.
    """

    text: str
    earliest: datetime.date | None
    latest: datetime.date | None
    precision: Precision
    qualifier: Literal["", "about", "probably", "probably about"] = ""

    def __str__(self) -> str:
        return self.text

    @property
    def placement(self) -> Placement:
        """The year, month and day in which a list shows this date.

        A date whose bounds disagree on the day (month, year) has no day (month) of its own; one
        that touches two years is filed under the year of its first bound, or its only one.
        """
        first, last = self.earliest or self.latest, self.latest or self.earliest
        if first is None or last is None:
            return Placement(None, None, None)
        open_ended = self.earliest is None or self.latest is None
        if open_ended or first.year != last.year:
            return Placement(first.year, None, None)
        if first.month != last.month:
            return Placement(first.year, None, None)
        return Placement(first.year, first.month, first.day if first == last else None)

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, month and day, as far as they are known, of a date that is no range; else empty."""
        match = _FORMS["single"].fullmatch(self.text)
        return tuple(int(part) for part in match[1].split("-")) if match else ()

    @property
    def words(self) -> str:
        """The date in English words, with its uncertainty: "about 14 June 2019"."""
        if self.precision == "unknown":
            return "date unknown"
        if match := _FORMS["single"].fullmatch(self.text):
            plain = _single_words(match[1])
            return f"{self.qualifier} {plain}" if self.qualifier else plain
        if match := _FORMS["one of"].fullmatch(self.text):
            if not match[1]:
                return f"not later than {_single_words(match[2])}"
            if not match[2]:
                return f"not earlier than {_single_words(match[1])}"
            return (
                f"between {_without_repetition(match[1], match[2])} and {_single_words(match[2])}"
            )
        start, end = self.text.split("/")
        if start == "..":
            return f"until {_single_words(end)}"
        if end == "..":
            return f"from {_single_words(start)}"
        return f"{_without_repetition(start, end)} to {_single_words(end)}"


def parse_date(text: str) -> EdtfDate:
    """Parse EDTF text.

    Raises:
        ValueError: the text is not EDTF of the accepted forms, names a day that does not exist, or
            ends before it begins; the message says which, and what is accepted.
    """
    return _parse(text)


# An archive repeats its dates.
@lru_cache(maxsize=50_000)
def _parse(text: str) -> EdtfDate:
    form, match = next(
        ((name, found) for name, form in _FORMS.items() if (found := form.fullmatch(text))),
        (None, None),
    )
    if form is None or match is None:
        raise ValueError(f"{text!r} is not a date that the archive reads; write {ACCEPTED_FORMS}")
    if form == "unknown":
        return EdtfDate(text, None, None, "unknown")
    if form == "single":
        earliest, latest = _bounds(match[1])
        precision = _precision_of(match[1])
        return EdtfDate(text, earliest, latest, precision, _QUALIFIERS[match[2]])
    return _parse_range(text, match[1], match[2])


_QUALIFIERS: dict[str, Literal["", "about", "probably", "probably about"]] = {
    "": "",
    "~": "about",
    "?": "probably",
    "%": "probably about",
}


def _parse_range(text: str, start: str | None, end: str | None) -> EdtfDate:
    start, end = start if start != ".." else None, end if end != ".." else None
    earliest = _bounds(start)[0] if start else None
    latest = _bounds(end)[1] if end else None
    if earliest is None and latest is None:
        raise ValueError(f"{text!r} is open at both ends; write XXXX where the date is unknown")
    if earliest is None or latest is None:
        return EdtfDate(text, earliest, latest, "open")
    if latest < earliest:
        raise ValueError(f"{text!r} ends before it begins; write the earlier date first")
    return EdtfDate(text, earliest, latest, "range")


def _bounds(single: str) -> tuple[datetime.date, datetime.date]:
    """First and last day of ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""
    year, month, day = (*map(int, single.split("-")), 0, 0)[:3]
    try:
        first = datetime.date(year, month or 1, day or 1)
        last_month = month or 12
        last = datetime.date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        raise ValueError(f"{single!r} is no date: {_why_not(year, month, day)}") from None
    if single.endswith("-00"):
        raise ValueError(f"{single!r} has day 00; write {single[:7]} where the day is unknown")
    return first, last


def _why_not(year: int, month: int, day: int) -> str:
    """Why a day is not in the calendar."""
    if not year:
        return "there is no year 0000"
    days = calendar.monthrange(year, month)[1]
    return f"{_MONTHS[month - 1]} {year} has {days} days, not {day}"


def _precision_of(single: str) -> Precision:
    return ("year", "month", "day")[single.count("-")]


def _single_words(single: str) -> str:
    year, *rest = single.split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) == 2 else f"{month} {year}"


def _without_repetition(start: str, end: str) -> str:
    """The start in words, less the year (and month) that the end says again."""
    words = _single_words(start)
    if start.count("-") == end.count("-") == 2 and start[:7] == end[:7]:
        return words.split()[0]
    if "-" in start and "-" in end and start[:4] == end[:4]:
        return words.rsplit(" ", 1)[0]
    return words
