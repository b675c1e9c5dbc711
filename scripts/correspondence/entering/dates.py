"""Dates as people write them ("mid June 2019", "18/02/2019", "before 5 March 2021"), read as EDTF.

Some words can be read in two ways, and then all readings are given, for a person to choose. Single
dates are read by python-dateutil; what stands around them is the grammar of this module.
"""

import calendar
import datetime
import re
from collections.abc import Callable

from dateutil import parser as dateutil_parser
from dateutil.relativedelta import relativedelta

from ..records.dates import EdtfDate, parse_date

ACCEPTED = (
    "18 February 2019, 18/02/2019, February 2019, 2019, mid June 2019, spring 2019, "
    "around 14 June 2019, probably 14 June 2019, before 5 March 2021, after 2018, "
    "between 9 and 22 June 2020, 1 to 3 February 2019, unknown, or EDTF"
)

_YEAR = re.compile(r"(?<!\d)[1-9]\d{3}(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2([1-9]\d{3})")
_NUMBER_AND_YEAR = re.compile(r"\d{1,2} \d{4}")
_PARTS_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_PARTS_OF_YEAR = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}
_HALVES = {"first": (1, 6), "second": (7, 12)}
# Whatever is given in place of these two is not in the text.
_DEFAULTS = (datetime.datetime(2000, 1, 1), datetime.datetime(2001, 2, 2))  # noqa: DTZ001


def readings(text: str) -> list[EdtfDate]:
    """What a date in plain words may mean, in EDTF; the likeliest first.

    Raises:
        ValueError: it is no date that can be read; the message says which are.
    """
    try:
        return [parse_date(text.strip())]
    except ValueError:
        pass
    plain = _plain(text)
    for pattern, read in _GRAMMAR:
        if match := re.fullmatch(pattern, plain):
            try:
                found = [parse_date(edtf) for edtf in read(*match.groups())]
            except (ValueError, OverflowError):  # a day that the calendar has not
                continue
            if found:
                return found
    raise ValueError(f"{text!r} is no date that can be read; write {ACCEPTED}")


def _plain(text: str) -> str:
    """Lower case, single spaces, and none of the words that make no difference."""
    plain = text.casefold().replace("–", "-").replace(",", " ")
    plain = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", plain)
    plain = re.sub(r"\b(?:the|of|in|on|at)\b", " ", plain)
    plain = re.sub(r"\b(?:beginning|start)\b", "early", plain)
    plain = re.sub(r"\b(?:middle|mid-)\b|\bmid-", "mid ", plain)
    return " ".join(re.sub(r"\bend\b", "late", plain).replace("fall ", "autumn ").split())


def _single(text: str) -> list[str]:
    """One day, month or year; two readings where day and month may be exchanged."""
    numbers = _NUMBERS.fullmatch(text)
    if numbers and numbers[2] == ".":
        return _parsed(text, day_first=True)  # so written only where the day comes first
    return list(dict.fromkeys([*_parsed(text, day_first=True), *_parsed(text, day_first=False)]))


def _parsed(text: str, *, day_first: bool) -> list[str]:
    if not _YEAR.search(text) or _NUMBER_AND_YEAR.fullmatch(text):
        return []
    try:
        one, other = (
            dateutil_parser.parse(text, dayfirst=day_first, default=default, ignoretz=True)
            for default in _DEFAULTS
        )
    except (ValueError, OverflowError):
        return []
    has_month, has_day = one.month == other.month, one.day == other.day
    if one.year != other.year or (has_day and not has_month) or one.time() != datetime.time():
        return []
    return [f"{one:%Y-%m-%d}"[: 10 if has_day else 7 if has_month else 4]]


def _both(first: str, last: str) -> list[tuple[str, str]]:
    """Two dates, of which the first may leave its month and year to the last: "9", "22 June"."""
    words = last.split()
    # A number alone is a day of the month that the last date names.
    sizes = [len(words) - 1] if first.isdecimal() and len(first) < 3 else range(len(words))
    for size in sizes:
        if start := _single(" ".join([first, *words[len(words) - size :]])):
            return [(a, b) for a in start for b in _single(last) if a <= b]
    return []


def _between(first: str, last: str) -> list[str]:
    return [f"[{a}..{b}]" for a, b in _both(first, last)]


def _lasting(first: str, last: str) -> list[str]:
    return [f"{a}/{b}" for a, b in _both(first, last)]


def _around(text: str) -> list[str]:
    return [f"{one}~" for one in _single(text)]


def _probably(text: str) -> list[str]:
    return [f"{one}?" for one in _single(text)]


def _before(text: str) -> list[str]:
    return [f"[..{_moved(one, -1)}]" for one in _single(text)]


def _after(text: str) -> list[str]:
    return [f"[{_moved(one, 1)}..]" for one in _single(text)]


def _moved(single: str, by: int) -> str:
    """The day, month or year before or after one."""
    size = len(single)
    first = datetime.date.fromisoformat(f"{single}-01-01"[:10])
    step = {10: relativedelta(days=by), 7: relativedelta(months=by), 4: relativedelta(years=by)}
    return (first + step[size]).isoformat()[:size]


def _part(part: str, text: str) -> list[str]:
    """The early, mid or late part of a month or year."""
    found = []
    for one in _single(text):
        if len(one) == 4:
            first, last = _PARTS_OF_YEAR[part]
            found.append(f"[{one}-{first:02}..{one}-{last:02}]")
        elif len(one) == 7:
            first, last = _PARTS_OF_MONTH[part]
            last = min(last, calendar.monthrange(int(one[:4]), int(one[5:]))[1])
            found.append(f"[{one}-{first:02}..{one}-{last:02}]")
    return found


def _months_of(year: str, first: int, last: int) -> list[str]:
    return [f"[{year}-{first:02}..{year}-{last:02}]"]


def _winter(year: str, next_year: str | None) -> list[str]:
    """Winter belongs to two years: which is meant is said by "2019/20" alone."""
    starts = [int(year)] if next_year else [int(year), int(year) - 1]
    return [f"[{start}-12..{start + 1}-02]" for start in starts]


_GRAMMAR: list[tuple[str, Callable[..., list[str]]]] = [
    (r"unknown|not known|no date|undated|\?", lambda: ["XXXX"]),
    (r"between (.+?) and (.+)", _between),
    (r"(?:around|about|circa|ca\.?|c\.|approximately|~) ?(.+)", _around),
    (r"(?:probably|perhaps|possibly|maybe|likely) (.+)", _probably),
    (r"(?:before|earlier than) (.+)", _before),
    (r"(?:after|later than) (.+)", _after),
    (r"(?:by|not? later than|not after) (.+)", lambda d: [f"[..{one}]" for one in _single(d)]),
    (r"(?:not? earlier than|not before) (.+)", lambda d: [f"[{one}..]" for one in _single(d)]),
    (r"(early|mid|late) (.+)", _part),
    (r"(spring|summer|autumn) (\d{4})", lambda season, y: _months_of(y, *_SEASONS[season])),
    (r"winter (\d{4})(?:[/-](\d{2,4}))?", _winter),
    (r"(first|second) half (\d{4})", lambda half, y: _months_of(y, *_HALVES[half])),
    (r"(?:from )?(.+?) (?:to|until|till|-) (.+)", _lasting),
    (r"(\d{1,2})-(\d{1,2} .+)", _lasting),
    (r"(?:since|from) (.+)", lambda d: [f"{one}/.." for one in _single(d)]),
    (r"(?:until|till) (.+)", lambda d: [f"../{one}" for one in _single(d)]),
    (r"(.+)", _single),
]
"""What stands around dates, tried in order, and the EDTF that it makes of them."""
