"""Dates: what is accepted, which days it allows, and how it reads."""

import datetime
import re

import pytest
from correspondence.records.dates import parse_date
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision", "words"),
    [
        ("2019-02-18", "2019-02-18", "2019-02-18", "day", "18 February 2019"),
        ("2020-02", "2020-02-01", "2020-02-29", "month", "February 2020"),
        ("2021", "2021-01-01", "2021-12-31", "year", "2021"),
        ("2019-06-14~", "2019-06-14", "2019-06-14", "day", "about 14 June 2019"),
        ("2019-06?", "2019-06-01", "2019-06-30", "month", "probably June 2019"),
        ("2021%", "2021-01-01", "2021-12-31", "year", "probably about 2021"),
        (
            "[2020-06-09..2020-06-22]",
            "2020-06-09",
            "2020-06-22",
            "range",
            "between 9 and 22 June 2020",
        ),
        ("[2019-10..2020-01]", "2019-10-01", "2020-01-31", "range", None),
        ("[..2021-03-05]", None, "2021-03-05", "open", "not later than 5 March 2021"),
        ("[2021-03..]", "2021-03-01", None, "open", "not earlier than March 2021"),
        ("2019-02-01/2019-02-03", "2019-02-01", "2019-02-03", "range", "1 to 3 February 2019"),
        ("2019-05-30/2019-06-02", "2019-05-30", "2019-06-02", "range", "30 May to 2 June 2019"),
        ("2019/2021", "2019-01-01", "2021-12-31", "range", "2019 to 2021"),
        ("../2021-03-05", None, "2021-03-05", "open", "until 5 March 2021"),
        ("2021-03-05/..", "2021-03-05", None, "open", "from 5 March 2021"),
        ("XXXX", None, None, "unknown", "date unknown"),
        ("9999-12-31", "9999-12-31", "9999-12-31", "day", "31 December 9999"),
    ],
)
def test_a_date_has_bounds_and_words(text, earliest, latest, precision, words):
    date = parse_date(text)
    bounds = [day and day.isoformat() for day in (date.earliest, date.latest)]
    assert [*bounds, date.precision] == [earliest, latest, precision]
    assert words is None or date.words == words
    assert str(date) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2019-02-30", "'2019-02-30' is no date: February 2019 has 28 days, not 30"),
        ("2019-02-29", "'2019-02-29' is no date: February 2019 has 28 days, not 29"),
        ("[2019-02-01..2019-02-30]", "'2019-02-30' is no date: February 2019 has 28 days, not 30"),
        ("0000", "'0000' is no date: there is no year 0000"),
        ("2019-06-00", "'2019-06-00' has day 00; write 2019-06 where the day is unknown"),
        (
            "2019-03/2019-02",
            "'2019-03/2019-02' ends before it begins; write the earlier date first",
        ),
        ("[2020..2019]", "'[2020..2019]' ends before it begins; write the earlier date first"),
        ("../..", "'../..' is open at both ends; write XXXX where the date is unknown"),
        ("[..]", "'[..]' is open at both ends; write XXXX where the date is unknown"),
    ],
)
def test_an_impossible_date_is_refused(text, why):
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "today", "20190218", "1550448000", "18.02.2019", "2019-2-18", "2019-13", "2019-00"),
        *(
            "2019-02-18T10:00",
            "2019-02-18 ",
            "2019-02-18\n",
            "\uff12\uff10\uff11\uff19",
            "-2019",
            "2019-XX",
        ),
        *("2019-21", "[2019-02-18]", "{2019,2020}", "2019~/2020", "Y20190"),
    ],
)
def test_what_is_no_date_is_refused_with_what_is_accepted(text):
    with pytest.raises(ValueError, match="is not a date that the archive reads; write 2019-02-18,"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "placement"),
    [
        ("2019-02-18", (2019, 2, 18)),
        ("2019-02-18~", (2019, 2, 18)),
        ("2019-02", (2019, 2, None)),
        ("2019", (2019, None, None)),
        ("[2020-06-09..2020-06-22]", (2020, 6, None)),
        ("2019-05-30/2019-06-02", (2019, None, None)),
        ("[2019-10-18..2020-12-31]", (2019, None, None)),
        ("[..2021-03-05]", (2021, None, None)),
        ("XXXX", (None, None, None)),
    ],
)
def test_a_date_stands_no_more_exactly_than_it_is_known(text, placement):
    assert parse_date(text).placement == placement


YEARS = st.integers(1, 9999).map("{:04}".format)
MONTHS = st.dates().map("{:%Y-%m}".format).filter(lambda month: len(month) == 7)
DAYS = st.dates().map(datetime.date.isoformat)
SINGLES = YEARS | MONTHS | DAYS
RANGES = st.lists(SINGLES, min_size=2, max_size=2).map(sorted)
DATES = st.one_of(
    st.builds("{}{}".format, SINGLES, st.sampled_from(["", "~", "?", "%"])),
    SINGLES.flatmap(lambda day: st.sampled_from([f"[{day}..]", f"[..{day}]", f"../{day}"])),
    RANGES.flatmap(lambda ends: st.sampled_from(["/".join(ends), f"[{'..'.join(ends)}]"])),
)


@given(DATES)
def test_any_date_is_consistent_in_itself(text):
    date = parse_date(text)
    assert date.words
    bounds = [day for day in (date.earliest, date.latest) if day]
    assert bounds == sorted(bounds)
    assert date.placement.year in {day.year for day in bounds}
    for part in ("month", "day"):
        placed = getattr(date.placement, part)
        assert placed is None or {getattr(day, part) for day in bounds} == {placed}


@given(st.text() | st.from_regex(r"\A[0-9XT~?%./\[\]:-]{1,25}\Z"))
def test_any_text_is_a_date_or_is_refused_in_a_sentence(text):
    def read() -> str:
        try:
            return parse_date(text).text
        except ValueError as error:
            return str(error)

    assert read() == text or repr(text) in read() or re.search("is no date: |day 00", read())


@given(
    st.dates(datetime.date(1000, 1, 1)).map(str),
    st.sampled_from([4, 7, 10]),
    st.sampled_from(["", "~", "?", "%"]),
)
def test_bounds_are_the_strict_ones_of_edtf(day, length, qualifier):
    text = day[:length]
    date, other = parse_date(f"{text}{qualifier}"), parse_edtf(text)
    assert date.earliest.timetuple()[:3] == other.lower_strict()[:3]
    assert date.latest.timetuple()[:3] == other.upper_strict()[:3]
