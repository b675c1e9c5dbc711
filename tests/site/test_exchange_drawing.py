"""The drawing of an exchange: to scale, in order, and nothing hides anything else."""

import datetime
from itertools import combinations, pairwise

from correspondence.records.dates import parse_date
from correspondence.site.drawings.exchange import Drawing, Point, draw
from correspondence.site.drawings.time_scale import TARGET
from correspondence.site.lists.reply_order import Dated, Placed, Reply, in_order
from hypothesis import given
from hypothesis import strategies as st

LANES = [(0, "Sellers"), (1, "Watchdogs"), (3, "Others")]
DAYS = st.dates(datetime.date(2019, 1, 1), datetime.date(2024, 12, 31))
AS_OF = datetime.date(2025, 6, 30)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def point(number: int, at: datetime.date, lane: int = 0, **more) -> Point:
    given = {"earliest": at, "latest": at, "is_vague": False, "status": "answered", **more}
    words = {"date": f"{at:%d %B %Y}", "sender": "Somebody and 3 others", "text": "text"}
    return Point(id=f"letter-{number}", lane=lane, at=at, **given, **words)


def drawn(*days: str, **more) -> Drawing:
    points = [point(number, day(text), number % 3) for number, text in enumerate(days)]
    return draw(points, [], LANES, {}, AS_OF, "", **more)


def places(drawing: Drawing) -> list[float]:
    return [mark.y for mark in drawing.marks]


def test_time_is_to_scale() -> None:
    one, two, three, four = places(drawn("2019-01-01", "2019-01-31", "2019-03-02", "2019-05-01"))
    assert round((three - two) / (two - one), 3) == 1
    assert round((four - three) / (two - one), 3) == 2


@given(st.lists(st.tuples(DAYS, st.integers(0, 2)), min_size=1, max_size=40))
def test_no_mark_and_no_label_hides_another(letters: list[tuple[datetime.date, int]]) -> None:
    points = [point(n, at, lane) for n, (at, lane) in enumerate(sorted(letters))]
    drawing = draw(points, [], LANES, {}, AS_OF, "")
    for one, two in combinations(drawing.marks, 2):
        assert max(abs(one.x - two.x), abs(one.y - two.y)) >= TARGET - 0.01
    for one, two in pairwise(drawing.marks):
        assert one.y <= two.y
        assert two.label_y - one.label_y >= (one.label_height + two.label_height) / 2
    assert drawing.marks[0].label_y - drawing.marks[0].label_height / 2 > 18 * len(LANES)
    assert drawing.marks[-1].label_y < drawing.height


def test_a_silence_longer_than_a_screen_is_broken_and_says_so() -> None:
    days = [f"2019-01-{number:02}" for number in range(1, 11)]
    points = [point(n, day(text)) for n, text in enumerate([*days, "2024-01-10"])]
    drawing = draw(points, [], LANES, {"letter-10": "1,826 days"}, AS_OF, "")
    ys = places(drawing)
    assert [ys[-2] < y < ys[-1] for y in drawing.breaks] == [True]
    assert drawing.gaps[-1].lines == ["1,826 days", "(shortened)"]
    assert not any(abs(y - drawing.breaks[0]) < 20 for y, _ in drawing.ticks)


def test_a_silence_that_lasts_runs_to_the_state_of_knowledge() -> None:
    points = [point(0, day("2019-01-01")), point(1, day("2019-02-01"), status="no answer known")]
    drawing = draw(points, [], LANES, {}, AS_OF, "no answer known: 2,341 days")
    assert len(drawing.silences) == 1
    assert drawing.end
    assert drawing.marks[-1].y < drawing.breaks[-1] < drawing.end
    answered = draw([point(0, day("2019-01-01"))], [], LANES, {}, AS_OF, "")
    assert answered.end is None
    assert not answered.breaks


def test_bars_show_the_days_that_are_possible_and_exact_days_have_none() -> None:
    vague = point(1, day("2019-02-15"), earliest=day("2019-02-01"), latest=day("2019-02-28"))
    drawing = draw([point(0, day("2019-01-01")), vague], [], LANES, {}, AS_OF, "")
    exact, uncertain = drawing.marks
    assert exact.bar is None
    start, end = uncertain.bar
    assert start < uncertain.y < end
    per_day = (uncertain.y - exact.y) / 45
    assert round(end - start, 3) == round(27 * per_day, 3)


def test_replies_are_drawn_from_letter_to_answer() -> None:
    points = [point(0, day("2019-01-01")), point(1, day("2019-02-01"), 1)]
    replies = [("letter-0", "letter-1", True), ("letter-0", "elsewhere", False)]
    drawing = draw(points, replies, LANES, {}, AS_OF, "")
    assert [inferred for _, inferred in drawing.replies] == [True]


def chain(dates: dict[str, str], replies: list[tuple[str, str]]) -> list[Placed]:
    letters = [Dated(key, parse_date(date), n) for n, (key, date) in enumerate(dates.items())]
    return in_order(letters, [Reply(asked, answer, False, None, None) for asked, answer in replies])


def test_an_uncertain_letter_stands_between_what_it_answers_and_what_answers_it() -> None:
    placed = chain(
        {"first": "2021-01-11", "last": "2021-04-27", "between": "2021"},
        [("first", "between"), ("between", "last")],
    )
    assert [place.id for place in placed] == ["first", "between", "last"]
    assert placed[1].at == day("2021-03-05")


def test_days_between_letters_that_no_reply_links() -> None:
    sure, doubtful, after_about = chain({"a": "2019-02", "b": "2019-03-01", "c": "2019-03~"}, [])[
        :3
    ]
    assert sure.since is None
    assert (doubtful.since, doubtful.certain) == ((1, 28), True)
    assert (after_about.since, after_about.certain) == (None, True)
    overlapping = chain({"a": "2019-02-18", "b": "[2019-02-15..2019-02-28]"}, [])[1]
    assert (overlapping.since, overlapping.certain) == (None, False)


def test_a_letter_without_any_date_stands_last_and_is_not_drawn() -> None:
    placed = chain({"a": "XXXX", "b": "2019-02-18"}, [])
    assert [(place.id, place.at) for place in placed] == [("b", day("2019-02-18")), ("a", None)]


def test_a_date_that_contradicts_a_reply_is_left_as_it_is() -> None:
    placed = chain({"asked": "2019-06-18~", "answer": "2019-06-14"}, [("asked", "answer")])
    assert [place.id for place in placed] == ["asked", "answer"]
    assert placed[0].at == placed[1].at == day("2019-06-18")
