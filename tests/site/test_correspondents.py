"""Organisations and people: what they sent and received, and how long answers took."""

import re
from statistics import median
from typing import Any

import pytest
from correspondence.records.dates import parse_date
from correspondence.site.lists.correspondent_stats import Tally
from correspondence.site.lists.response_times import Answer, Wait, Waits, first_waits, together

from .answers import Page
from .conftest import Site
from .test_unanswered import expects, letters_of, replies_of


def fact(page: Page, term: str) -> str:
    """What stands beside a term."""
    terms = [e.text for e in page.all("dt")]
    return page.all("dd")[terms.index(term)].text


def parties(letter: dict[str, Any], side: str, key: str = "organisation") -> set[str]:
    return {who[key] for who in letter.get(side, []) if key in who}


def wait_of(asked: dict[str, Any], answers: list[tuple[dict[str, Any], bool]]) -> Wait:
    """A letter's wait for the first of its answers, computed anew from the files."""
    stated = [answer for answer, inferred in answers if not inferred]
    dates = [parse_date(answer["date"]) for answer in (stated or [a for a, _ in answers])]
    sent = parse_date(asked["date"])
    bounds = [sent.earliest, sent.latest, *(b for d in dates for b in (d.earliest, d.latest))]
    if sent.qualifier or any(date.qualifier for date in dates) or None in bounds:
        return Wait(not stated, None, None)
    low = min(max(0, (date.earliest - sent.latest).days) for date in dates)
    return Wait(not stated, low, min((date.latest - sent.earliest).days for date in dates))


@pytest.mark.parametrize("archive", ["site", "made_up"])
def test_the_numbers_are_those_of_the_files(archive: str, request: pytest.FixtureRequest) -> None:
    served: Site = request.getfixturevalue(archive)
    letters = letters_of(served.folder)
    answers: dict[str, list[tuple[dict[str, Any], bool]]] = {}
    for letter in letters.values():
        for asked, inferred in replies_of(letter).items():
            answers.setdefault(asked, []).append((letter, inferred))
    everybody = {o for x in letters.values() for side in ("from", "to") for o in parties(x, side)}
    page = served.get("/archive/organisations")
    for organisation in everybody:
        sent = {i: x for i, x in letters.items() if organisation in parties(x, "from")}
        received = [i for i, x in letters.items() if organisation in parties(x, "to")]
        waits = [wait_of(x, answers[i]) for i, x in sent.items() if i in answers]
        of = sum(expects(x) or i in answers for i, x in sent.items())
        row = next(e for e in page.all("tr", id=f"organisation-{organisation}"))
        cells = [e.text for e in page.all("td") if e.within("tr") is row]
        assert cells[0].split()[0] == str(len(sent))
        assert cells[1].split()[0] == str(len(received))
        if sent and of:
            assert cells[2].startswith(f"known to {len(waits)} of {of} letter")
            inferred = sum(wait.inferred for wait in waits)
            assert (f"{inferred} of them (inferred)" in cells[2]) == bool(inferred)
        told = together(waits)
        assert cells[3].startswith(told.median)
        assert cells[4].removesuffix(" (inferred)") == told.longest


def test_a_wait_runs_to_the_first_answer_and_stated_answers_come_first() -> None:
    waits = first_waits(
        [
            Answer("a", False, 30, 40),
            Answer("a", False, 10, 50),
            Answer("a", True, 1, 1),
            Answer("b", True, 3, 3),
            Answer("b", True, None, None),
        ]
    )
    assert waits == {"a": Wait(False, 10, 40), "b": Wait(True, None, None)}


def test_median_and_longest_have_bounds() -> None:
    several = [Wait(False, 0, 13), Wait(False, 11, 11), Wait(True, 5, 40), Wait(False, None, None)]
    assert together(several) == Waits(3, 1, 1, "5 to 13 days", "11 to 40 days", True)
    assert together([Wait(False, 11, 11)]) == Waits(1, 0, 0, "11 days", "11 days", False)
    assert together([Wait(False, 3, 3), Wait(False, 4, 4)]).median == "3½ days"
    assert median([3, 4]) == 3.5
    assert together([]) == Waits()
    assert Tally().to_its.of == 0


def test_an_organisation_tells_of_answers_to_it_and_by_it(site: Site) -> None:
    page = site.get("/archive/organisations/nso-group")
    # There may be more letters by now than there were.
    assert int(fact(page, "Sent")) >= 10
    received = re.fullmatch(
        r"(\d+), \d+ of them \(inferred\), and (\d+) copies", fact(page, "Received")
    )
    assert (int(received[1]), int(received[2])) >= (10, 2)
    answered = r"known to \d+ of \d+ letters, \d+ of them \(inferred\)"
    waited = rf"{answered} Waited: median \d+ to \d+ days"
    assert re.match(waited, fact(page, "Answers to letters sent"))
    assert re.match(answered, fact(page, "Own answers"))
    assert "2 of the records may be the same document" in fact(page, "Beside these")
    assert fact(page, "Country") == "Israel"
    assert "Also NSO Group Technologies, NSO" in page.words
    for link in ("/?_from=nso-group&_to=citizen-lab", "/?_with=nso-group&_topic=great-ipwn"):
        assert link in page.links
        assert re.search(r"\d+ letters", site.get(link).words)


def test_the_letters_counted_with_a_correspondent_are_those_that_the_link_finds(
    site: Site,
) -> None:
    page = site.get("/archive/organisations/citizen-lab")
    counted = [
        e for e in page.all("a") if re.match(r"/\?_from=[^&]+&_to=", e.attributes.get("href", ""))
    ]
    assert counted
    for link in counted:
        assert len(site.get(link.attributes["href"]).entries) == int(link.text)


def test_a_person_has_offices_with_dates_and_sources(site: Site) -> None:
    page = site.get("/archive/people/stephen-peel")
    assert "Board member, Global Witness, from December 2015, until February 2019" in page.words
    assert fact(page, "Sent") == "4, 3 of them (inferred)"


@pytest.mark.parametrize(
    "path",
    [
        "/archive/people",
        "/archive/people/yana-peel",
        "/archive/organisations/citizen-lab",
        "/archive/topics/transparency",
        "/unanswered",
        "/exchanges",
        "/exchanges/2019-06-novalpina-to-public",
    ],
)
def test_a_notice_stands_where_the_name_does(site: Site, path: str) -> None:
    page = site.get(path)
    assert "Yana Peel" in page.words
    assert "This archive does not list her under Novalpina" in page.words


def test_long_lists_of_letters_go_on_on_the_timeline(made_up: Site) -> None:
    page = made_up.get("/archive/organisations/basalt")
    total = len([x for x in letters_of(made_up.folder).values() if "basalt" in parties(x, "from")])
    assert total < 50 or "/?_from=basalt" in page.links
    assert f"Letters sent {total}" in page.words
