"""The geometry of the drawing: what stands where, and that nothing hides anything else."""

import datetime
from itertools import combinations

from correspondence.site.drawings.timeline_shapes import TARGET, Dot, Happening, narrow, wide
from hypothesis import given
from hypothesis import strategies as st

LANES = ["Sellers", "Watchdogs", "Others"]
DAYS = st.dates(datetime.date(2019, 1, 1), datetime.date(2021, 12, 31))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def dot(name: str, first: str, last: str | None = None, lane: int = 0, **more: bool) -> Dot:
    return Dot(name, lane, day(first), day(last or first), "answered", name, **more)


def apart(marks) -> bool:
    """Whether every two marks leave room for targets of their own."""
    return all(
        abs(one.x - two.x) >= TARGET - 0.01 or abs(one.y - two.y) >= TARGET - 0.01
        for one, two in combinations(marks, 2)
    )


@given(st.lists(st.tuples(DAYS, st.integers(0, 2)), min_size=1, max_size=60))
def test_no_two_letters_of_a_drawing_share_a_target(letters):
    dots = [Dot(str(n), lane, date, date, "answered", "") for n, (date, lane) in enumerate(letters)]
    assert apart(wide(dots, [], [], LANES).marks)
    assert apart(narrow(dots, [], [], LANES).marks)


@given(st.lists(st.tuples(DAYS, st.integers(0, 2)), min_size=1, max_size=60))
def test_every_mark_stands_within_the_drawing(letters):
    dots = [Dot(str(n), lane, date, date, "answered", "") for n, (date, lane) in enumerate(letters)]
    for drawing in (wide(dots, [], [], LANES), narrow(dots, [], [], LANES)):
        assert len(drawing.marks) == len(dots)
        for mark in drawing.marks:
            assert 0 <= mark.x <= drawing.width
            assert drawing.top <= mark.y <= drawing.height


def test_time_runs_to_the_right_in_the_wide_drawing_and_down_in_the_narrow_one():
    dots = [dot("early", "2019-02-18"), dot("late", "2020-06-09", lane=1)]
    early, late = wide(dots, [], [], LANES).marks
    assert early.x < late.x
    early, late = narrow(dots, [], [], LANES).marks
    assert early.y < late.y


def test_an_uncertain_date_has_a_bar_from_its_first_to_its_last_day():
    dots = [dot("sure", "2019-02-18"), dot("unsure", "2019-06-01", "2019-08-31")]
    sure, unsure = wide(dots, [], [], LANES).marks
    assert sure.bar is None
    assert unsure.bar[0] < unsure.x < unsure.bar[1]


def test_a_letter_that_is_about_a_day_has_a_short_bar():
    (mark,) = wide([dot("vague", "2019-06-14", is_vague=True)], [], [], LANES).marks
    assert mark.bar == (mark.x - 12, mark.x + 12)


def test_a_letter_without_any_date_is_not_drawn():
    dots = [Dot("undated", 0, None, None, "answered", ""), dot("dated", "2019-02-18")]
    assert [mark.dot.id for mark in wide(dots, [], [], LANES).marks] == ["dated"]
    assert [mark.dot.id for mark in narrow(dots, [], [], LANES).marks] == ["dated"]


def test_an_archive_without_dates_is_an_empty_drawing():
    undated = [Dot("undated", 0, None, None, "answered", "")]
    assert wide(undated, [], [], LANES).marks == []
    assert narrow(undated, [], [], LANES).marks == []


def test_a_reply_of_the_same_day_swings_out_instead_of_becoming_a_stroke():
    dots = [dot("asked", "2019-02-18"), dot("answer", "2019-02-18", lane=1)]
    (curve,) = wide(dots, [("asked", "answer", True)], [], LANES).curves
    start, *control = curve.path.removeprefix("M").replace("C", " ").split()
    assert curve.is_inferred
    assert float(control[0].split(",")[0]) > float(start.split(",")[0]) + 15


def test_a_reply_of_the_same_month_swings_down_in_the_narrow_drawing():
    dots = [dot("asked", "2019-02-18"), dot("answer", "2019-02-20", lane=1)]
    (curve,) = narrow(dots, [("asked", "answer", False)], [], LANES).curves
    start, *control = curve.path.removeprefix("M").replace("C", " ").split()
    assert float(control[0].split(",")[1]) > float(start.split(",")[1]) + 10


def test_a_reply_has_the_colour_of_who_answers():
    dots = [dot("asked", "2019-02-18"), dot("answer", "2019-02-20", lane=1)]
    for draw in (wide, narrow):
        (curve,) = draw(dots, [("asked", "answer", False)], [], LANES).curves
        assert curve.lane == 1


def test_a_reply_to_a_letter_that_was_not_chosen_is_faint():
    dots = [dot("asked", "2019-02-18", is_faint=True), dot("answer", "2019-03-01", lane=1)]
    (curve,) = wide(dots, [("asked", "answer", False)], [], LANES).curves
    assert curve.is_faint


def test_labels_of_events_do_not_overlap():
    dots = [dot("first", "2019-01-01"), dot("last", "2019-12-31")]
    events = [
        Happening(str(n), day(f"2019-06-{n + 1:02d}"), "", "A label of some length")
        for n in range(6)
    ]
    flags = wide(dots, [], events, LANES).flags
    assert len({flag.y for flag in flags}) == 6


@given(st.lists(st.dates(datetime.date(2019, 1, 1), datetime.date(2019, 12, 31)), max_size=12))
def test_no_line_of_an_event_crosses_the_label_of_another(dates):
    dots = [dot("first", "2019-01-01"), dot("last", "2021-12-31")]
    events = [Happening(str(n), date, "", "Some label") for n, date in enumerate(dates)]
    flags = wide(dots, [], events, LANES).flags
    assert len(flags) == len(dates)
    for line in flags:
        for label in flags:
            is_crossed = label.x < line.x < label.x + label.length and line.y < label.y
            assert not is_crossed, (line, label)


def test_labels_of_events_that_are_far_apart_stand_side_by_side():
    dots = [dot("first", "2019-01-01"), dot("last", "2021-12-31")]
    events = [Happening(str(year), day(f"{year}-02-01"), "", "A label") for year in (2019, 2020)]
    assert len({flag.y for flag in wide(dots, [], events, LANES).flags}) == 1


def test_a_label_at_the_edge_stands_left_of_its_line():
    dots = [dot("first", "2019-01-01"), dot("last", "2019-12-31")]
    event = Happening("late", day("2019-12-30"), "", "A label of so many words that it is long")
    drawing = wide(dots, [], [event], LANES)
    (flag,) = drawing.flags
    assert flag.is_left
    assert flag.x - flag.length > 0


def test_months_without_a_letter_are_told_in_the_narrow_drawing():
    dots = [dot("first", "2019-01-10"), dot("last", "2019-05-10")]
    assert [row.label for row in narrow(dots, [], [], LANES).rows] == [
        "Jan 2019",
        "3 months without a letter",
        "May 2019",
    ]


def test_what_followed_the_span_is_marked():
    dots = [dot("within", "2021-02-18"), dot("after", "2022-02-18")]
    drawing = wide(dots, [], [], LANES, day("2021-12-31"))
    within, after = drawing.marks
    assert within.x < drawing.followed < after.x
