"""The small drawing on a letter's page: the exchange that the letter belongs to."""

import datetime
from collections import Counter
from itertools import pairwise

from correspondence.site.drawings.exchange import Point
from correspondence.site.drawings.exchange_small import MOST, WIDTH, draw_glimpse, first_around
from correspondence.site.drawings.time_scale import TARGET
from hypothesis import given
from hypothesis import strategies as st

from .conftest import Site

FIRST = "2019-02-15-novalpina-to-citizen-lab"
MARCH = "2019-03-01-novalpina-to-rights-groups"
LAST = "2019-05-15-novalpina-to-rights-groups"
ALONE = "2019-09-03-johnson-to-osy-technologies"
LANES = [(0, "Sellers"), (3, "Others")]
DAYS = st.dates(datetime.date(2019, 1, 1), datetime.date(2024, 12, 31))


def point(number: int, at: datetime.date, lane: int = 0, **more: object) -> Point:
    given = {"earliest": at, "latest": at, "is_vague": False, "status": "answered", **more}
    words = {"date": f"{at:%d %B %Y}", "sender": "Somebody", "text": "text"}
    return Point(id=f"letter-{number}", lane=lane, at=at, **given, **words)


def drawing_of(site: Site, letter_id: str) -> list[dict[str, str]]:
    """The attributes of what stands in the drawing on a letter's page."""
    page = site.get(f"/archive/letters/{letter_id}")
    assert page.faults == []
    drawings = [e for e in page.all("svg") if "glimpse" in e.attributes["class"]]
    return [e.attributes for e in page.elements if drawings and drawings[0] in e.around]


def test_the_other_letters_of_the_exchange_are_links_in_order(site: Site) -> None:
    drawn = drawing_of(site, MARCH)
    links = [it for it in drawn if "href" in it]
    assert [link["href"].rsplit("/")[-1] for link in links] == [
        FIRST,
        "2019-02-18-rights-groups-to-novalpina",
        "2019-02-citizen-lab-to-novalpina",
        "2019-03-06-citizen-lab-to-novalpina",
        "2019-04-15-rights-groups-to-novalpina",
        LAST,
    ]
    assert links[0]["aria-label"].startswith(
        "15 February 2019, from Novalpina Capital to The Citizen Lab: Letter to the Citizen Lab"
    )
    assert links[-1]["aria-label"].endswith("(no answer known)")


def test_this_letter_is_marked_and_is_no_link(site: Site) -> None:
    (here,) = [it for it in drawing_of(site, MARCH) if it.get("role") == "img"]
    assert here["aria-label"].startswith("This letter: 1 March 2019, from Novalpina Capital to")
    assert "this letter" in site.get(f"/archive/letters/{MARCH}").words


def test_replies_are_lines_and_inferred_ones_are_dashed(site: Site, database) -> None:
    counted = "select certainty, count(*) from replies join letters on letters.id = letter {} 1"
    known = dict(database.execute(counted.format(f"where exchange = '{FIRST}' group by")))
    classes = [it.get("class") for it in drawing_of(site, MARCH)]
    assert classes.count("reply inferred") == known["inferred"]
    assert classes.count("reply") == sum(known.values()) - known["inferred"]


def test_a_letter_without_an_answer_and_its_silence_are_seen(site: Site) -> None:
    classes = [it.get("class") for it in drawing_of(site, LAST)]
    assert classes.count("silence") == 1


def test_a_letter_alone_has_no_drawing(site: Site) -> None:
    assert drawing_of(site, ALONE) == []


@given(st.lists(st.tuples(DAYS, st.integers(0, 1)), min_size=1, max_size=MOST))
def test_every_mark_can_be_hit_and_stands_within(letters: list[tuple[datetime.date, int]]) -> None:
    points = [point(n, at, lane) for n, (at, lane) in enumerate(sorted(letters))]
    spots = draw_glimpse(points, [], LANES, "letter-0").spots
    assert all(two.x - one.x >= TARGET - 0.01 for one, two in pairwise(spots))
    assert all(TARGET / 2 <= spot.x <= WIDTH - TARGET / 2 for spot in spots)


def test_a_longer_wait_is_a_wider_gap() -> None:
    days = [datetime.date(2019, 1, 1), datetime.date(2019, 1, 5), datetime.date(2019, 3, 1)]
    points = [point(n, at) for n, at in enumerate(days)]
    one, two, three = draw_glimpse(points, [], LANES, "letter-1").spots
    assert three.x - two.x > two.x - one.x


def test_of_a_long_exchange_the_letters_around_this_one_are_drawn() -> None:
    ids = [str(number) for number in range(40)]
    assert first_around(ids, "0") == 0
    assert first_around(ids, "20") + MOST // 2 == 20
    assert first_around(ids, "39") == 40 - MOST
    assert first_around(ids[:3], "2") == 0


def test_only_the_lanes_of_the_letters_drawn_are_drawn() -> None:
    drawing = draw_glimpse([point(0, datetime.date(2019, 1, 1), lane=1)], [], LANES, "letter-0")
    assert [name for _, _, name in drawing.lanes] == ["Others"]


def test_every_letter_of_an_exchange_has_its_drawing_unless_no_date_is_known(made_up: Site) -> None:
    arguments = "_size=max&_shape=objects&exchange__notblank=1"
    rows = made_up.ask(f"/archive/letters.json?{arguments}")["rows"]
    assert max(Counter(row["exchange"] for row in rows).values()) > MOST
    for row in rows:
        drawn = drawing_of(made_up, row["id"])
        here = [it for it in drawn if it.get("role") == "img"]
        if row["date_earliest"] or row["date_latest"]:
            assert len(here) == 1
        assert len([it for it in drawn if "href" in it]) + len(here) <= MOST
