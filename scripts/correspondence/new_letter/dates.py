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
    "between 9 and 22 June 2020, 1 to 3 February 2019, June or July 2019, unknown, or EDTF"
)

_ISO = re.compile(r"[1-9]\d{3}-\d\d(?:-\d\d)?")
_YEAR = re.compile(r"(?<!\d)[1-9]\d{3}(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2([1-9]\d{3})")
_NUMBER_AND_YEAR = re.compile(r"\d{1,2} \d{4}")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_OF_WEEK = re.compile(
    r"\b((?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)\b\.? ?"
)
_PARTS_OF_MONTH = {
    "early": (1, 10),
    "mid": (11, 20),
    "late": (21, 31),
    "first half": (1, 15),
    "second half": (16, 31),
}
_PARTS_OF_YEAR = {
    "early": (1, 4),
    "mid": (5, 8),
    "late": (9, 12),
    "first half": (1, 6),
    "second half": (7, 12),
}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}
# Whatever is given in place of these two is not in the text.
_DEFAULTS = (datetime.datetime(2000, 1, 1), datetime.datetime(2001, 2, 2))  # noqa: DTZ001


_BOUNDED = re.compile(
    r"(?:or before|before|by|or after|after|since|from|until|till|not? later than|"
    r"not? earlier than|earlier than|later than) (?:end|beginning|start)\b"
)
_Span = tuple[str, str]  # two dates such as 2019, 2019-02 or 2019-02-18, perhaps the same


class _OtherDayOfWeekError(ValueError):
    """A date does not fall on the day of the week that is named with it."""


def readings(text: str) -> list[EdtfDate]:
    """What a date in plain words may mean, in EDTF; the likeliest first.

    Raises:
        ValueError: it is no date that can be read; the message says which are. Or the day of the
            week that it names is another, and nobody but the writer can tell what is meant.
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
            except _OtherDayOfWeekError:
                raise
            except (ValueError, OverflowError):  # a day that the calendar has not
                continue
            if found:
                return found
    raise ValueError(f"{text!r} is no date that can be read; write {ACCEPTED}")


def _plain(text: str) -> str:
    """Lower case, single spaces, and none of the words that make no difference."""
    plain = re.sub(r"[,()]", " ", text.casefold().replace("–", "-"))
    plain = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", plain)
    plain = re.sub(r"\b(?:the|of|in|on|at)\b", " ", plain)
    plain = " ".join(plain.split())
    # An end and a beginning are early and late parts, but where they bound something.
    if not _BOUNDED.match(plain):
        plain = re.sub(r"\b(?:beginning|start)\b", "early", plain)
        plain = re.sub(r"\bend\b", "late", plain)
    plain = re.sub(r"\b(?:middle|mid-)\b|\bmid-", "mid ", plain)
    return " ".join(plain.replace("fall ", "autumn ").split())


def _single(text: str) -> list[str]:
    """One day, month or year; two readings where day and month may be exchanged."""
    if named := _DAY_OF_WEEK.search(text):
        return _falling_on(named[1], _single(_DAY_OF_WEEK.sub("", text, count=1).strip()))
    if _ISO.fullmatch(text):  # which dateutil would take for day before month, if told so
        parse_date(text)
        return [text]
    numbers = _NUMBERS.fullmatch(text)
    if numbers and numbers[2] == ".":
        return _parsed(text, day_first=True)  # so written only where the day comes first
    return list(dict.fromkeys([*_parsed(text, day_first=True), *_parsed(text, day_first=False)]))


def _falling_on(name: str, found: list[str]) -> list[str]:
    """Those days that fall on a day of the week; a month or a year falls on none."""
    fall = {
        day: _DAYS[datetime.date.fromisoformat(day).weekday()] for day in found if len(day) == 10
    }
    meant = [day for day, falls_on in fall.items() if falls_on.startswith(name)]
    if fall and not meant:
        told = " and ".join(
            f"{parse_date(day).words} was a {falls_on.capitalize()}"
            for day, falls_on in fall.items()
        )
        raise _OtherDayOfWeekError(
            f"{told}; look which of them the letter has, and write the date alone"
        )
    return meant


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


def _both(first: str, last: str) -> list[tuple[_Span, _Span]]:
    """Two dates, of which the first may leave its month and year to the last: "9", "22 June"."""
    words = last.split()
    # A number alone is a day of the month that the last date names.
    sizes = [len(words) - 1] if first.isdecimal() and len(first) < 3 else range(len(words))
    for size in sizes:
        if start := _spans(" ".join([first, *words[len(words) - size :]])):
            return [(a, b) for a in start for b in _spans(last) if a[0] <= b[1]]
    return []


def _part(part: str, text: str) -> list[_Span]:
    """The early, mid or late part of a month or year, or a half of it."""
    found = []
    for one in _single(text):
        if len(one) == 4:
            first, last = _PARTS_OF_YEAR[part]
            found.append((f"{one}-{first:02}", f"{one}-{last:02}"))
        elif len(one) == 7:
            first, last = _PARTS_OF_MONTH[part]
            last = min(last, calendar.monthrange(int(one[:4]), int(one[5:]))[1])
            found.append((f"{one}-{first:02}", f"{one}-{last:02}"))
    return found


def _season(season: str, year: str) -> list[_Span]:
    first, last = _SEASONS[season]
    return [(f"{year}-{first:02}", f"{year}-{last:02}")]


def _winter(year: str, next_year: str | None) -> list[_Span]:
    """Winter belongs to two years: which is meant is said by "2019/20" alone."""
    starts = [int(year)] if next_year else [int(year), int(year) - 1]
    if next_year and not str(int(year) + 1).endswith(next_year):
        return []
    return [(f"{start}-12", f"{start + 1}-02") for start in starts]


_PARTS: list[tuple[str, Callable[..., list[_Span]]]] = [
    (r"(early|mid|late|(?:first|second) half) (.+)", _part),
    (r"(spring|summer|autumn) (\d{4})", _season),
    (r"winter (\d{4})(?:[/-](\d{2,4}))?", _winter),
]
"""What is not named by a single date: its first and last day or month."""


def _spans(text: str) -> list[_Span]:
    """The first and last of what a text names: of a day, month or year it is itself both."""
    for pattern, read in _PARTS:
        if match := re.fullmatch(pattern, text):
            return read(*match.groups())
    return [(one, one) for one in _single(text)]


def _part_or_single(text: str) -> list[str]:
    return [first if first == last else f"[{first}..{last}]" for first, last in _spans(text)]


def _between(first: str, last: str) -> list[str]:
    return [f"[{a}..{b}]" for (a, _), (_, b) in _both(first, last)]


def _either(first: str, last: str) -> list[str]:
    """One of two that follow each other: nothing lies between them that was not named."""
    if _DAY_OF_WEEK.fullmatch(first):  # "Saturday or Sunday 7 March" names one day, and is unsure
        return []
    pairs = _both(first, last)
    return [f"[{a}..{b}]" for (a, end), (start, b) in pairs if _day_after(end) == _first_day(start)]


def _lasting(first: str, last: str) -> list[str]:
    return [f"{a}/{b}" for (a, end), (start, b) in _both(first, last) if a == end and start == b]


def _around(text: str) -> list[str]:
    return [f"{one}~" for one in _single(text)]


def _probably(text: str) -> list[str]:
    return [f"{one}?" for one in _single(text)]


def _first_day(single: str) -> datetime.date | None:
    return parse_date(single).earliest


def _day_after(single: str) -> datetime.date:
    last = parse_date(single).latest or datetime.date.max
    return last + datetime.timedelta(days=1)


def _before(text: str) -> list[str]:
    return [f"[..{_moved(first, -1)}]" for first, _ in _spans(text)]


def _after(text: str) -> list[str]:
    return [f"[{_moved(last, 1)}..]" for _, last in _spans(text)]


def _by(text: str) -> list[str]:
    return [f"[..{last}]" for _, last in _spans(text)]


def _not_before(text: str) -> list[str]:
    return [f"[{first}..]" for first, _ in _spans(text)]


def _moved(single: str, by: int) -> str:
    """The day, month or year before or after one."""
    size = len(single)
    first = datetime.date.fromisoformat(f"{single}-01-01"[:10])
    step = {10: relativedelta(days=by), 7: relativedelta(months=by), 4: relativedelta(years=by)}
    return (first + step[size]).isoformat()[:size]


_GRAMMAR: list[tuple[str, Callable[..., list[str]]]] = [
    (r"unknown|not known|no date|undated|\?", lambda: ["XXXX"]),
    (r"(?:before|or before|by|not? later than|earlier than) end (.+)", _by),
    (r"(?:after|or after|not? earlier than) (?:beginning|start) (.+)", _not_before),
    (r"(?:since|from) (?:beginning|start) (.+)", lambda d: [f"{one}/.." for one in _single(d)]),
    (r"(?:until|till) end (.+)", lambda d: [f"../{one}" for one in _single(d)]),
    (r"(?:before|earlier than) (?:beginning|start) (.+)", _before),
    (r"(?:after|later than) end (.+)", _after),
    (r"between (.+?) and (.+)", _between),
    (r"(?:around|(?:or )?about|circa|ca\.?|c\.|approximately|~) ?(.+)", _around),
    (r"(?:probably|perhaps|possibly|maybe|likely) (.+)", _probably),
    (r"(.+?) ?\?", _probably),
    (r"(?:or before|by|not? later than|not after|latest) (.+)", _by),
    (r"(.+) (?:or (?:before|earlier)|latest)", _by),
    (r"(?:or after|not? earlier than|not before|earliest) (.+)", _not_before),
    (r"(.+) (?:or (?:after|later)|earliest)", _not_before),
    (r"(?:before|earlier than) (.+)", _before),
    (r"(?:after|later than) (.+)", _after),
    (r"(?:either )?(.+?) or (.+)", _either),
    (r"(?:from )?(.+?) (?:to|until|till|-) (.+)", _lasting),
    (r"(\d{1,2})-(\d{1,2} .+)", _lasting),
    (r"(?:since|from) (.+)", lambda d: [f"{one}/.." for one in _single(d)]),
    (r"(?:until|till) (.+)", lambda d: [f"../{one}" for one in _single(d)]),
    (r"(.+)", _part_or_single),
]
"""What stands around dates, tried in order, and the EDTF that it makes of them."""
