"""Dates in plain words: what they are read as, and which of them can be read in two ways."""

import datetime

import pytest
from correspondence.new_letter.dates import readings
from correspondence.records.dates import parse_date
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("18 February 2019", "2019-02-18"),
        ("February 18th, 2019", "2019-02-18"),
        ("the 18th of Feb 2019", "2019-02-18"),
        ("Monday, 18 February 2019", "2019-02-18"),
        ("18/02/2019", "2019-02-18"),
        ("02/18/2019", "2019-02-18"),
        ("05.03.2021", "2021-03-05"),
        ("2019/02/18", "2019-02-18"),
        ("February 2019", "2019-02"),
        ("03/2021", "2021-03"),
        ("2019", "2019"),
        ("around 14 June 2019", "2019-06-14~"),
        ("c. 2019", "2019~"),
        ("probably 14 June 2019", "2019-06-14?"),
        ("early June 2019", "[2019-06-01..2019-06-10]"),
        ("mid June 2019", "[2019-06-11..2019-06-20]"),
        ("mid-June 2019", "[2019-06-11..2019-06-20]"),
        ("at the end of February 2020", "[2020-02-21..2020-02-29]"),
        ("late 2019", "[2019-09..2019-12]"),
        ("spring 2019", "[2019-03..2019-05]"),
        ("in the fall of 2019", "[2019-09..2019-11]"),
        ("winter 2019/20", "[2019-12..2020-02]"),
        ("first half of 2020", "[2020-01..2020-06]"),
        ("first half of June 2019", "[2019-06-01..2019-06-15]"),
        ("in the second half of February 2020", "[2020-02-16..2020-02-29]"),
        ("June 2019?", "2019-06?"),
        ("14 June 2019 (?)", "2019-06-14?"),
        ("June or July 2019", "[2019-06..2019-07]"),
        ("either 28 or 29 February 2020", "[2020-02-28..2020-02-29]"),
        ("28 February or 1 March 2019", "[2019-02-28..2019-03-01]"),
        ("2018 or 2019", "[2018..2019]"),
        ("late 2019 or early 2020", "[2019-09..2020-04]"),
        ("between late June and early July 2019", "[2019-06-21..2019-07-10]"),
        ("on or about 14 June 2019", "2019-06-14~"),
        ("5 March 2021 (Friday)", "2021-03-05"),
        ("winter 2019/2020", "[2019-12..2020-02]"),
        ("Fri 5/3/2021", "2021-03-05"),
        ("between Tuesday 9 and Monday 22 June 2020", "[2020-06-09..2020-06-22]"),
        ("before 5 March 2021", "[..2021-03-04]"),
        ("before March 2021", "[..2021-02]"),
        ("after 31 December 2018", "[2019-01-01..]"),
        ("after 2018", "[2019..]"),
        ("before mid June 2019", "[..2019-06-10]"),
        ("after spring 2019", "[2019-06..]"),
        ("by 5 March 2021", "[..2021-03-05]"),
        ("by the end of March 2021", "[..2021-03]"),
        ("before the end of 2019", "[..2019]"),
        ("before the beginning of 2019", "[..2018]"),
        ("after the beginning of 2019", "[2019..]"),
        ("after the end of June 2019", "[2019-07..]"),
        ("from the beginning of 2019", "2019/.."),
        ("until the end of 2019", "../2019"),
        ("on or before 5 March 2021", "[..2021-03-05]"),
        ("5 March 2021 or earlier", "[..2021-03-05]"),
        ("5 March 2021 at the latest", "[..2021-03-05]"),
        ("at the latest 5 March 2021", "[..2021-03-05]"),
        ("on or after March 2021", "[2021-03..]"),
        ("March 2021 at the earliest", "[2021-03..]"),
        ("no later than 5 March 2021", "[..2021-03-05]"),
        ("not before March 2021", "[2021-03..]"),
        ("between 9 and 22 June 2020", "[2020-06-09..2020-06-22]"),
        ("between 9 May and 22 June 2020", "[2020-05-09..2020-06-22]"),
        ("between December 2018 and 3 February 2019", "[2018-12..2019-02-03]"),
        ("1 to 3 February 2019", "2019-02-01/2019-02-03"),
        ("9–22 June 2020", "2020-06-09/2020-06-22"),
        ("from March 2016", "2016-03/.."),
        ("until 5 March 2021", "../2021-03-05"),
        ("unknown", "XXXX"),
        ("2019-06-14~", "2019-06-14~"),
    ],
)
def test_a_date_in_plain_words_is_read(written, edtf):
    assert readings(written) == [parse_date(edtf)]
    assert readings(f"  {written.upper()} ") == [parse_date(edtf)] or "XXXX" in written


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("05/03/2021", ["2021-03-05", "2021-05-03"]),
        ("before 05/03/2021", ["[..2021-03-04]", "[..2021-05-02]"]),
        ("winter 2019", ["[2019-12..2020-02]", "[2018-12..2019-02]"]),
    ],
)
def test_what_can_be_read_in_two_ways_is_read_in_both(written, edtf):
    assert readings(written) == [parse_date(text) for text in edtf]


@pytest.mark.parametrize(
    "written",
    [
        "soon",
        "5 March",
        "18/02/19",
        "31 February 2019",
        "between 22 and 9 June 2020",
        "5 or 9 June 2020",
        "Saturday or Sunday 7 March 2021",
        "winter 2019/25",
        "Monday February 2019",
        "9 2020",
        "10:30 5 March 2021",
        "2019-02-30",
        "after 9999",
        "",
    ],
)
def test_what_is_no_date_is_refused_with_what_can_be_read(written):
    with pytest.raises(ValueError, match="is no date that can be read; write 18 February 2019"):
        readings(written)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Monday, 19 February 2019", "19 February 2019 was a Tuesday; look which of them"),
        ("before Mon 19 February 2019", "19 February 2019 was a Tuesday; look which of them"),
        ("Wed 05/03/2021", "5 March 2021 was a Friday and 3 May 2021 was a Monday; look"),
    ],
)
def test_a_date_on_another_day_of_the_week_is_asked_about(written, told):
    with pytest.raises(ValueError, match=told):
        readings(written)


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_a_day_in_words_is_that_day(day):
    date = parse_date(day.isoformat())
    assert readings(date.words) == [date]


@given(st.dates(min_value=datetime.date(1000, 1, 2), max_value=datetime.date(9998, 12, 30)))
def test_a_day_as_iso_has_it_is_that_day_whatever_stands_around_it(day):
    """Its month and day are never exchanged, as those of 05/03/2021 may be."""
    iso, later = day.isoformat(), (day + datetime.timedelta(days=1)).isoformat()
    earlier = (day - datetime.timedelta(days=1)).isoformat()
    for written, edtf in [
        (f"{day:%A} {iso}", iso),
        (f"probably {iso}", f"{iso}?"),
        (f"before {iso}", f"[..{earlier}]"),
        (f"after {iso}", f"[{later}..]"),
        (f"by {iso}", f"[..{iso}]"),
        (f"between {iso} and {later}", f"[{iso}..{later}]"),
        (f"{iso} to {later}", f"{iso}/{later}"),
        (f"{iso} or {later}", f"[{iso}..{later}]"),
    ]:
        assert readings(written) == [parse_date(edtf)], written


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        found = readings(text)
    except ValueError:
        return
    assert found
