"""Dates as people write them ("mid June 2019", "18/02/2019", "before 5 March 2021"), read as EDTF.

Some words can be read in two ways, and then all readings are given, for a person to choose. Single
dates are read by python-dateutil; what stands around them is the grammar of this module. Months and
days of the week may be in English, French, Spanish or German (names by the Unicode CLDR). What
begins with a year of four digits is year, month, day.
"""

import calendar
import datetime
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from babel import Locale
from dateutil import parser as dateutil_parser
from dateutil.relativedelta import relativedelta

from ..records.dates import EdtfDate, parse_date

ACCEPTED = (
    "18 February 2019, 18/02/2019, February 2019, 2019, mid June 2019, spring 2019, "
    "around 14 June 2019, probably 14 June 2019, before 5 March 2021, after 2018, "
    "between 9 and 22 June 2020, 1 to 3 February 2019, June or July 2019, the first week of June "
    "2019, unknown, or EDTF"
)

_ISO = re.compile(r"[1-9]\d{3}-\d\d(?:-\d\d)?")
_YEAR_FIRST = re.compile(r"([1-9]\d{3})([-/.])(\d{1,2})(?:\2(\d{1,2}))?")
_COMPACT = re.compile(r"([1-9]\d{3})(\d\d)(\d\d)?")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
_TIME = re.compile(
    r"(?<=\d)T\d{1,2}(?::\d\d){1,2}\S*|\b\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?"
    r"(?: ?[ap]\.?m\b\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?",
    re.IGNORECASE,
)
_FIRST_SERIAL = datetime.date(1899, 12, 30)  # day 0 of spreadsheets, after their leap day of 1900
_YEAR = re.compile(r"(?<!\d)[1-9]\d{3}(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2([1-9]\d{3})")
_DAY_AND_MONTH = re.compile(r"(\d{1,2}) ([a-z]+)\.? (\d{4})|([a-z]+)\.? (\d{1,2}) (\d{4})")
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
_WEEKS = {"first": 1, "second": 8, "third": 15, "fourth": 22, "1": 1, "2": 8, "3": 15, "4": 22}
_THIRDS = {"first": "early", "second": "mid", "middle": "mid", "third": "late", "last": "late"}
_SEASONS_OF_EDTF = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
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
    stripped = text.strip()
    if match := re.match(r"00(\d\d)\b", stripped):
        years = f"19{match[1]} or 20{match[1]}"
        raise ValueError(f"{text!r} has the year 00{match[1]}; write {years} if that is meant")
    try:
        return [parse_date(stripped)]
    except ValueError:
        pass
    if _SERIAL.fullmatch(stripped):
        day = _FIRST_SERIAL + datetime.timedelta(days=int(stripped[:5]))
        words = parse_date(day.isoformat()).words
        raise ValueError(
            f"{text!r} may be a spreadsheet's number for {words}; write {day} if it is"
        )
    if edtf := _other_edtf(stripped):
        return [parse_date(edtf)]
    plain = _plain(_TIME.sub(" ", stripped))
    impossible = ""
    for pattern, read in _GRAMMAR:
        if match := re.fullmatch(pattern, plain):
            try:
                found = [parse_date(edtf) for edtf in dict.fromkeys(read(*match.groups()))]
            except _OtherDayOfWeekError:
                raise
            except _NoDayError as error:
                impossible = str(error)
                continue
            except (ValueError, OverflowError):  # a day that the calendar has not
                continue
            if found:
                return found
    if impossible:
        raise ValueError(impossible)
    raise ValueError(f"{text!r} is no date that can be read; write {ACCEPTED}")


def left_out(text: str, date: EdtfDate) -> str:
    """What figures a date in words has that its reading has not: a time of day, a second year.

    Empty if there are none.
    """
    kept = set(re.findall(r"\d+", f"{date.text} {date.words}"))
    kept |= {figure.lstrip("0") for figure in kept} | {text for text in kept if len(text) == 4}
    numbers = [figure.lstrip("0") for figure in re.findall(r"\d+", text)]
    whole = "".join(re.findall(r"\d", date.text))
    missing = [figure for figure in numbers if figure and figure not in kept | {whole}]
    return text.strip() if missing else ""


def _other_edtf(text: str) -> str | None:
    """EDTF that the archive has another form for: open ends, sets, unknown digits, seasons."""
    if match := re.fullmatch(r"(\d{4}(?:-\d\d){0,2})/|/(\d{4}(?:-\d\d){0,2})", text):
        return f"{match[1]}/.." if match[1] else f"../{match[2]}"
    if match := re.fullmatch(r"[\[{]([^\[\]{}]+)[\]}]", text):
        parts = [part.strip() for part in re.split(r",|\.\.", match[1]) if part.strip()]
        if all(_ISO.fullmatch(part) or re.fullmatch(r"\d{4}", part) for part in parts):
            first, last = min(parts), max(parts)
            if text[0] == "{":
                return first if first == last else f"{first}/{last}"
            return first if first == last else f"[{first}..{last}]"
    if match := re.fullmatch(r"([1-9]\d{3})-(2[1-4])", text):
        season, year = _SEASONS_OF_EDTF[match[2]], match[1]
        [(first, last)] = (
            _winter(year, str(int(year) + 1)) if season == "winter" else _season(season, year)
        )
        return f"[{first}..{last}]"
    if match := re.fullmatch(r"([1-9]\d{3})(?:-(\d\d|XX|00))?(?:-(?:XX|00))?", text):
        month = match[2] if match[2] and match[2].isdecimal() and match[2] != "00" else ""
        return f"{match[1]}-{month}" if month else match[1]
    if match := re.fullmatch(r"([1-9])(\d{0,2})(X{1,3})", text):
        known = match[1] + match[2]
        if len(known) + len(match[3]) == 4:
            return f"[{known.ljust(4, '0')}..{known.ljust(4, '9')}]"
    if match := re.fullmatch(r"([?~%])(\d{4}(?:-\d\d){0,2})|(\d{4})([?~%])((?:-\d\d){1,2})", text):
        return f"{match[2]}{match[1]}" if match[1] else f"{match[3]}{match[5]}{match[4]}"
    if match := re.fullmatch(r"(\d{4}(?:-\d\d){0,2})[?~%]?/(\d{4}(?:-\d\d){0,2})[?~%]?", text):
        return f"{match[1]}/{match[2]}"
    return None


@cache
def _english() -> dict[str, str]:
    """Names of months and of days of the week in other languages, and the English ones.

    A name that would mean two things is left out.
    """
    english = Locale("en")
    found: dict[str, set[str]] = {}
    for language in ("fr", "es", "de"):
        for kind in ("months", "days"):
            for form in ("wide", "abbreviated"):
                names = getattr(Locale(language), kind)["format"][form]
                for number, name in names.items():
                    plain = _without_accents(name.casefold()).rstrip(".")
                    other = getattr(english, kind)["format"]["wide"][number].casefold()
                    if kind == "months" or form == "wide":
                        found.setdefault(plain, set()).add(other)
    return {name: english for name, meant in found.items() if len(meant) == 1 for english in meant}


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _plain(text: str) -> str:
    """Lower case, single spaces, and none of the words that make no difference."""
    plain = _without_accents(text.casefold()).replace("–", "-").replace("—", "-")
    plain = re.sub(r"\b(?:n|s)\.? ?d\b\.?|\bo\. ?d\.", " undated ", plain)
    plain = re.sub(r"[,()]", " ", plain)
    names = _english()
    plain = re.sub(r"[^\W\d_]+", lambda word: names.get(word[0], word[0]), plain)
    plain = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th|er|\.(?= ?[a-z]))(?=\W|$)", r"\1 ", plain)
    plain = re.sub(r"\b(?:the|of|in|on|at|le|el|den|de|del|du)\b", " ", plain)
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
    if match := _YEAR_FIRST.fullmatch(text):
        return _year_first(*match.groups())
    if match := _COMPACT.fullmatch(text):
        return [_possible("-".join(filter(None, match.groups())))]
    numbers = _NUMBERS.fullmatch(text)
    if numbers and numbers[2] == ".":
        return _parsed(text, day_first=True)  # so written only where the day comes first
    found = [*_parsed(text, day_first=True), *_parsed(text, day_first=False)]
    if numbers and not found and int(numbers[3]) <= 12:
        _possible(f"{numbers[4]}-{int(numbers[3]):02}-{int(numbers[1]):02}")
    return list(dict.fromkeys(found))


def _year_first(year: str, sign: str, month: str, day: str | None) -> list[str]:
    """Year, month and day in this order, as they stand; day and month 00 are not known."""
    if sign == "." and day is None and month == "1":  # a spreadsheet writes October so, too
        return [f"{year}-01", f"{year}-10"]
    if sign == "/" and day is None:
        return []  # two years, or a year and a month
    if int(month) > 12:
        raise _NoDayError(f"there is no month {month} in {year}; write year, month and day")
    parts = [f"{int(part):02}" for part in (month, day) if part and int(part)]
    return [_possible("-".join([year, *parts]))]


class _NoDayError(ValueError):
    """A day that the calendar has not; the message says why."""


def _possible(single: str) -> str:
    try:
        parse_date(single)
    except ValueError as error:
        raise _NoDayError(str(error)) from None
    return single


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
    if (
        re.search(r"\d/\d", text)
        and not _NUMBERS.search(text)
        and not re.fullmatch(r"\d{1,2}/\d{4}", text)
    ):
        return []  # two years or days, of which dateutil would take one for a month
    try:
        one, other = (
            dateutil_parser.parse(text, dayfirst=day_first, default=default, ignoretz=True)
            for default in _DEFAULTS
        )
    except (ValueError, OverflowError):
        if match := _DAY_AND_MONTH.fullmatch(text):
            day, month, year = match[1] or match[5], match[2] or match[4], match[3] or match[6]
            _refuse_day(month, int(day), int(year))
        return []
    has_month, has_day = one.month == other.month, one.day == other.day
    if one.year != other.year or (has_day and not has_month) or one.time() != datetime.time():
        return []
    return [f"{one:%Y-%m-%d}"[: 10 if has_day else 7 if has_month else 4]]


def _refuse_day(month: str, day: int, year: int) -> None:
    """Say why a day is none, if it is of a month that there is."""
    beginnings = [name.casefold()[:3] for name in calendar.month_name]
    if number := month[:3] in beginnings and beginnings.index(month[:3]):
        _possible(f"{year}-{number:02}-{day:02}")


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


def _week(which: str, text: str) -> list[_Span]:
    """A week of a month, counted from its first day; the last are its last seven days."""
    found = []
    for one in _single(text):
        if len(one) == 7:
            days = calendar.monthrange(int(one[:4]), int(one[5:]))[1]
            first = days - 6 if which == "last" else _WEEKS[which]
            found.append((f"{one}-{first:02}", f"{one}-{first + 6:02}"))
    return found


def _week_of(text: str) -> list[_Span]:
    """The week, Monday to Sunday, in which a day is."""
    found = []
    for one in _single(text):
        if len(one) == 10:
            day = datetime.date.fromisoformat(one)
            monday = day - datetime.timedelta(days=day.weekday())
            found.append((f"{monday}", f"{monday + datetime.timedelta(days=6)}"))
    return found


def _third(which: str, text: str) -> list[_Span]:
    return _part(_THIRDS[which], text)


def _dual(month: str, year: str, second: str) -> list[_Span]:
    """A year that began in March has two numbers in January to March: "Jan 1688/9" is in 1689.

    Of other months, the two are years of which one is meant.
    """
    years = [int(year), int(year) + 1]
    if not str(years[1]).endswith(second):
        return []
    later = _single(f"{month} {years[1]}")
    if any(one[5:7] <= "03" for one in later):
        return [(one, one) for one in later]
    return [(one, one) for y in years for one in _single(f"{month} {y}")]


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
    (r"(first|second|third|fourth|last|[1-4]) week (.+)", _week),
    (r"week (.+)", _week_of),
    (r"(first|second|middle|third|last) third (.+)", _third),
    (r"((?:\d{1,2} )?[a-z]{3,9}) (\d{4})[/-](\d{1,2}|\d{4})", _dual),
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
    """One of two; what lies between them is allowed, too, since the archive has no sets."""
    if _DAY_OF_WEEK.fullmatch(first):  # "Saturday or Sunday 7 March" names one day, and is unsure
        return []
    return [f"[{a}..{b}]" for (a, _), (_, b) in _both(first, last)]


def _lasting(first: str, last: str) -> list[str]:
    """A time; of which beginning and end are vague themselves, it is some day within."""
    return [
        f"{a}/{b}" if (a, b) == (end, start) else f"[{a}..{b}]"
        for (a, end), (start, b) in _both(first, last)
    ]


def _dual_day(old: str, new: str, month: str) -> list[str]:
    """A day in two calendars: which of them is meant somebody has to say."""
    return [*_single(f"{old} {month}"), *_single(f"{new} {month}")]


def _around(text: str) -> list[str]:
    return [f"{first}~" if first == last else f"[{first}..{last}]" for first, last in _spans(text)]


def _probably(text: str) -> list[str]:
    return [f"{one}?" for one in _single(text)]


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


def _undated_but(plain: str) -> list[str]:
    """A date that an editor supplies: what the first rule that fits makes of it."""
    for pattern, read in _GRAMMAR:
        if (match := re.fullmatch(pattern, plain)) and (found := read(*match.groups())):
            return found
    return []


_GRAMMAR: list[tuple[str, Callable[..., list[str]]]] = [
    (r"unknown|not known|no date|undated|\?|sans date|ohne datum|sin fecha", lambda: ["XXXX"]),
    (r"undated ((?:c\.? |ca\.? |circa |about ).+)", _undated_but),
    (r"undated (.+)", _probably),
    (r"(?:before|or before|by|not? later than|earlier than) end (.+)", _by),
    (r"(?:after|or after|not? earlier than) (?:beginning|start) (.+)", _not_before),
    (r"(?:since|from) (?:beginning|start) (.+)", lambda d: [f"{one}/.." for one in _single(d)]),
    (r"(?:until|till) end (.+)", lambda d: [f"../{one}" for one in _single(d)]),
    (r"(?:before|earlier than) (?:beginning|start) (.+)", _before),
    (r"(?:after|later than) end (.+)", _after),
    (r"between (.+?) and (.+)", _between),
    (
        r"(?:around|(?:or )?about|circa|ca\.?|c\.?|approximately|~|vers|um|hacia)"
        r"(?: |(?=\d)|(?<=[.~]))(.+)",
        _around,
    ),
    (r"(?:probably|perhaps|possibly|maybe|likely) (.+)", _probably),
    (r"(.+?) ?\?", _probably),
    (r"(?:or before|by|not? later than|not after|latest) (.+)", _by),
    (r"(.+) (?:or (?:before|earlier)|latest)", _by),
    (r"(?:or after|not? earlier than|not before|earliest) (.+)", _not_before),
    (r"(.+) (?:or (?:after|later)|earliest)", _not_before),
    (r"(?:before|earlier than) (.+)", _before),
    (r"(?:after|later than) (.+)", _after),
    (r"(?:either )?(.+?) or (.+)", _either),
    (r"([a-z]+) ?[/-] ?([a-z]+ \d{4})", _either),
    (r"(\d{1,2})/(\d{1,2}) ([a-z]+ \d{4})", _dual_day),
    (r"(.+\d{4})-(\d{1,2} .+)", _lasting),
    (r"(?:from )?(.+?) (?:to|until|till|-) (.+)", _lasting),
    (r"(\d{1,2})-(\d{1,2} .+)", _lasting),
    (r"(?:since|from) (.+)", lambda d: [f"{one}/.." for one in _single(d)]),
    (r"(?:until|till) (.+)", lambda d: [f"../{one}" for one in _single(d)]),
    (r"(.+)", _part_or_single),
]
"""What stands around dates, tried in order, and the EDTF that it makes of them."""
