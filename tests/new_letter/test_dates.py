"""Dates in plain words: what they are read as, and which of them can be read in two ways."""

import datetime
import re

import pytest
from correspondence.new_letter.dates import left_out, readings
from correspondence.records.dates import parse_date
from hypothesis import given
from hypothesis import strategies as st

PHRASES = """
# A year of four digits comes first; then month and day.
2019-2-8 | 2019-02-08
2019/2/8 | 2019-02-08
2019.2.8 | 2019-02-08
2020-3-4 | 2020-03-04
2020/3/4 | 2020-03-04
2020/03/04 | 2020-03-04
2020.03.04 | 2020-03-04
2019/12/31 | 2019-12-31
around 2020/3/4 | 2020-03-04~
before 2020-3-4 | [..2020-03-03]
between 2020/3/4 and 2020/3/9 | [2020-03-04..2020-03-09]
2019.06 | 2019-06
2019-6 | 2019-06
20190218 | 2019-02-18
201902 | 2019-02
2019-06-00 | 2019-06
2019-00-00 | 2019
2019-00 | 2019
# A time of day is left out.
2019-02-18T23:30:00+02:00 | 2019-02-18
2019-02-18T10:00Z | 2019-02-18
2019-02-18T10:00:00.000Z | 2019-02-18
2019-02-18 10:00 | 2019-02-18
10:30 5 March 2021 | 2021-03-05
5 March 2021, 10:30 am | 2021-03-05
Mon, 18 Feb 2019 10:00:00 +0100 | 2019-02-18
# EDTF that the archive writes in another way.
1544-06-10/ | 1544-06-10/..
/1544-04-10 | ../1544-04-10
2019/ | 2019/..
/2019 | ../2019
2019-06/ | 2019-06/..
[1542-05-05,1542-05-06] | [1542-05-05..1542-05-06]
[2019-02, 2019-03] | [2019-02..2019-03]
{2019-02-01,2019-02-03} | 2019-02-01/2019-02-03
[2019-02-18] | 2019-02-18
2019-XX | 2019
2019-XX-XX | 2019
2019-06-XX | 2019-06
201X | [2010..2019]
19XX | [1900..1999]
2019-21 | [2019-03..2019-05]
2019-22 | [2019-06..2019-08]
2019-23 | [2019-09..2019-11]
2019-24 | [2019-12..2020-02]
2019?-06 | 2019-06?
?2019 | 2019?
~2019-06 | 2019-06~
1836/1840~ | 1836/1840
2021-04-27/2021-04-28 | 2021-04-27/2021-04-28
2019-06-14% | 2019-06-14%
../2021-03-05 | ../2021-03-05
XXXX | XXXX
# German, French and Spanish.
18. Februar 2019 | 2019-02-18
Montag, den 18. Februar 2019 | 2019-02-18
1. März 2019 | 2019-03-01
März 2019 | 2019-03
3. Dez. 2019 | 2019-12-03
Dez. 2019 | 2019-12
Juni 2019 | 2019-06
7. Juli 2020 | 2020-07-07
31. Oktober 2019 | 2019-10-31
18 février 2019 | 2019-02-18
18 fevrier 2019 | 2019-02-18
lundi 18 février 2019 | 2019-02-18
le 3 août 2020 | 2020-08-03
1er mars 2019 | 2019-03-01
décembre 2019 | 2019-12
14 juillet 2020 | 2020-07-14
22 juin 2020 | 2020-06-22
1 de mayo de 2019 | 2019-05-01
18 de febrero de 2019 | 2019-02-18
lunes, 18 de febrero de 2019 | 2019-02-18
octubre de 2019 | 2019-10
3 de agosto de 2020 | 2020-08-03
enero de 2021 | 2021-01
15 de diciembre del 2020 | 2020-12-15
around 18 février 2019 | 2019-02-18~
before 18. Februar 2019 | [..2019-02-17]
# Weeks, thirds and halves.
first week of June 2019 | [2019-06-01..2019-06-07]
the second week of June 2019 | [2019-06-08..2019-06-14]
3rd week of June 2019 | [2019-06-15..2019-06-21]
fourth week of June 2019 | [2019-06-22..2019-06-28]
last week of June 2019 | [2019-06-24..2019-06-30]
last week of February 2020 | [2020-02-23..2020-02-29]
week of 12 June 2019 | [2019-06-10..2019-06-16]
in the week of 10 June 2019 | [2019-06-10..2019-06-16]
first third of June 2019 | [2019-06-01..2019-06-10]
second third of June 2019 | [2019-06-11..2019-06-20]
last third of June 2019 | [2019-06-21..2019-06-30]
second half of 2019 | [2019-07..2019-12]
early 2020 | [2020-01..2020-04]
mid 2020 | [2020-05..2020-08]
before the first week of June 2019 | [..2019-05-31]
after the last week of June 2019 | [2019-07-01..]
around mid June 2019 | [2019-06-11..2019-06-20]
about the end of June 2019 | [2019-06-21..2019-06-30]
c. early 1675 | [1675-01..1675-04]
mid June to late July 2019 | [2019-06-11..2019-07-31]
# One of several, and what lasted.
March/April 2019 | [2019-03..2019-04]
March-April 2019 | [2019-03..2019-04]
March – April 2019 | [2019-03..2019-04]
1 March or 15 May 2019 | [2019-03-01..2019-05-15]
5 or 9 June 2020 | [2020-06-05..2020-06-09]
13 June 1699-30 June 1699 | 1699-06-13/1699-06-30
2019-06-10 – 2019-06-12 | 2019-06-10/2019-06-12
1-3 February 2019 | 2019-02-01/2019-02-03
from 1 to 3 February 2019 | 2019-02-01/2019-02-03
February to April 2019 | 2019-02/2019-04
2018 to 2019 | 2018/2019
# About, probably, and undated.
c 1713 | 1713~
c1713 | 1713~
ca 1713 | 1713~
ca. June 1713 | 1713-06~
circa 1713 | 1713~
approximately June 2019 | 2019-06~
~ 2019 | 2019~
perhaps June 2019 | 2019-06?
2019 ? | 2019?
18 February 2019? | 2019-02-18?
n.d. | XXXX
n. d. | XXXX
nd | XXXX
s.d. | XXXX
o.D. | XXXX
undated | XXXX
no date | XXXX
ohne Datum | XXXX
sans date | XXXX
sin fecha | XXXX
n.d. (6 February 1639) | 1639-02-06?
undated (c. 1668) | 1668~
# Years with two numbers, which began in March.
Jan 1688/9 | 1689-01
Feb 1700/1 | 1701-02
10 January 1675/6 | 1676-01-10
23 February 1668/9 | 1669-02-23
20 March 1699/1700 | 1700-03-20
# In other ways.
18 Feb. 2019 | 2019-02-18
Feb. 2019 | 2019-02
18-Feb-2019 | 2019-02-18
Feb 18 2019 | 2019-02-18
1 May 2019 (Wednesday) | 2019-05-01
Wed 1 May 2019 | 2019-05-01
27.4.2021 | 2021-04-27
27-04-2021 | 2021-04-27
4/27/2021 | 2021-04-27
"""
"""A date as people write it, and what it is read as, in EDTF."""


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        *(line.split(" | ") for line in PHRASES.splitlines() if " | " in line),
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
        ("2019.1", ["2019-01", "2019-10"]),  # a spreadsheet writes October so, too
        ("June 2019/20", ["2019-06", "2020-06"]),
        ("June 2019-20", ["2019-06", "2020-06"]),
        ("2/12 May 1667", ["1667-05-02", "1667-05-12"]),  # in two calendars
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
        "between 22 and 9 June 2020",
        "Mar 2019/5",
        "early/mid June 2019",
        "Saturday or Sunday 7 March 2021",
        "winter 2019/25",
        "Monday February 2019",
        "9 2020",
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
        ("30 February 2019", "'2019-02-30' is no date: February 2019 has 28 days, not 30"),
        ("31 June 2019", "June 2019 has 30 days, not 31"),
        ("February 30, 2020", "February 2020 has 29 days, not 30"),
        ("31/04/2019", "April 2019 has 30 days, not 31"),
        ("20190230", "February 2019 has 28 days, not 30"),
        ("2019-13-01", "there is no month 13 in 2019"),
        ("43514", "may be a spreadsheet's number for 18 February 2019; write 2019-02-18 if it is"),
        ("43514.5", "may be a spreadsheet's number for 18 February 2019"),
        ("0019-06-05", "has the year 0019; write 1919 or 2019 if that is meant"),
        ("Wed 05/03/2021", "5 March 2021 was a Friday and 3 May 2021 was a Monday; look"),
    ],
)
def test_what_contradicts_the_calendar_is_said(written, told):
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


def figures(text):
    return [figure.lstrip("0") for figure in re.findall("[0-9]+", text) if figure.strip("0")]


@given(
    st.dates(min_value=datetime.date(1000, 1, 1)),
    st.sampled_from(["{d:%Y-%m-%d}", "{d.day} {d:%B %Y}", "{d:%B} {d.year}", "{d:%Y%m%d}"]),
    st.sampled_from(
        ["{}", "around {}", "before {}", "{} 10:45", "{}T10:45Z", "week of {}", "{}/9"]
    ),
)
def test_every_figure_is_in_the_reading_or_said_to_be_left_out(day, form, around):
    written = around.format(form.format(d=day))
    try:
        found = readings(written)
    except ValueError:
        return
    for date in found:
        kept = figures(f"{date.text} {date.words}") + figures(date.text.replace("-", ""))
        missing = [figure for figure in figures(written) if figure not in kept]
        assert bool(missing) <= bool(left_out(written, date)), (written, date)
