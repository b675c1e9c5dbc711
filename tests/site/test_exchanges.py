"""Exchanges: chains of replies in order, with the days between, and their index."""

import re
from collections import defaultdict

import pytest

from .conftest import Site

FEBRUARY_TO_MAY = "2019-02-15-novalpina-to-citizen-lab"


def components(replies: list[tuple[str, str]]) -> list[set[str]]:
    """Letters connected by replies, found anew."""
    of: dict[str, set[str]] = {}
    for one, two in replies:
        joined = of.get(one, {one}) | of.get(two, {two})
        of |= dict.fromkeys(joined, joined)
    return [set(found) for found in {frozenset(group) for group in of.values()}]


def replies_of(site: Site) -> list[tuple[str, str, str]]:
    rows = site.ask("/archive/replies.json?_size=max&_shape=objects&_labels=off")["rows"]
    return [(row["in_reply_to"], row["letter"], row["certainty"]) for row in rows]


def test_the_exchange_of_february_to_may_2019_is_in_order_with_its_days(site: Site) -> None:
    page = site.get(f"/exchanges/{FEBRUARY_TO_MAY}")
    assert page.entries == [
        "2019-02-15-novalpina-to-citizen-lab",
        "2019-02-18-rights-groups-to-novalpina",
        "2019-02-citizen-lab-to-novalpina",
        "2019-03-01-novalpina-to-rights-groups",
        "2019-03-06-citizen-lab-to-novalpina",
        "2019-04-15-rights-groups-to-novalpina",
        "2019-05-15-novalpina-to-rights-groups",
    ]
    between = [e.text for e in page.all("p", **{"class": "between"})]
    assert between == [
        "3 days later",
        "Which of these two came first is not certain",
        "1 to 14 days later",
        "5 days later",
        "40 days later",
        "30 days later",
    ]
    told = {e.attributes["id"]: e.text for e in page.all("li") if "id" in e.attributes}
    march = told["2019-03-01-novalpina-to-rights-groups"]
    assert re.search(r"Answers: 18 February 2019 \(.*?\), after 11 days", march)
    assert re.search(r"Answers \(inferred\): between 15 and 28 February.*after 1 to 14 days", march)
    may = told["2019-05-15-novalpina-to-rights-groups"]
    assert "No answer known as of 23 November 2026: 2,749 days" in may


def test_each_letter_is_drawn_as_a_link_with_date_sender_and_recipient(site: Site) -> None:
    page = site.get(f"/exchanges/{FEBRUARY_TO_MAY}")
    marks = [e for e in page.all("a") if "mark" in e.attributes.get("class", "")]
    assert [e.attributes["href"].removeprefix("#") for e in marks] == page.entries
    assert (
        marks[3]
        .attributes["aria-label"]
        .startswith("1 March 2019, from Novalpina Capital to Amnesty International, R3D")
    )
    assert not page.all("svg", role="img")
    dashed = [e for e in page.all("path") if e.attributes.get("class") == "reply inferred"]
    assert len([e for e in dashed if e.within("svg").attributes.get("role") == "group"]) == 2


@pytest.mark.parametrize("archive", ["site", "made_up"])
def test_every_chain_of_replies_is_one_page_and_no_answer_precedes_its_letter(
    archive: str, request: pytest.FixtureRequest
) -> None:
    served: Site = request.getfixturevalue(archive)
    replies = replies_of(served)
    groups = components([(asked, answer) for asked, answer, _ in replies])
    links = served.get("/exchanges").links
    listed = [link.split("/")[-1] for link in links if link.startswith("/exchanges/")]
    assert len(listed) == len(groups)
    found = set()
    for exchange in listed:
        shown = served.get(f"/exchanges/{exchange}").entries
        found.add(frozenset(shown))
        for asked, answer, _ in replies:
            assert asked not in shown or shown.index(asked) < shown.index(answer)
    assert found == {frozenset(group) for group in groups}


def test_a_member_redirects_to_its_exchange_and_others_are_not_found(site: Site) -> None:
    member = "2019-03-06-citizen-lab-to-novalpina"
    answer = site.get(f"/exchanges/{member}")
    assert answer.status in (301, 302)
    assert answer.headers["location"] == f"/exchanges/{FEBRUARY_TO_MAY}#{member}"
    assert site.get("/exchanges/nobody-to-nobody").status == 404
    alone = "2019-09-03-johnson-to-osy-technologies"
    assert site.get(f"/exchanges/{alone}").status == 404


def test_a_former_id_redirects_too(made_up: Site) -> None:
    exchange = made_up.ask("/archive/letters/2019-letter-005.json?_shape=objects")["rows"]
    answer = made_up.get("/exchanges/2019-former-id")
    if exchange and exchange[0]["exchange"]:
        assert answer.status in (301, 302)
    else:
        assert answer.status == 404


def test_the_index_tells_length_span_and_longest_wait(site: Site) -> None:
    page = site.get("/exchanges")
    rows: dict[str, list[str]] = defaultdict(list)
    for cell in page.all("td"):
        row = cell.within("tr")
        header = next((e.text for e in page.all("th") if e.within("tr") is row), "")
        rows[header].append(cell.text)
    assert rows["Novalpina Capital, The Citizen Lab, Access Now and 7 others"] == [
        "7 2 replies (inferred)",
        "15 February 2019",
        "15 May 2019",
        "70 days",
        "to 1 letter",
    ]
    assert rows["NSO Group and UN Rapporteur on expression"][3] == "0 to 440 days (inferred)"
    assert "2 may be the same document" in rows["NSO Group and UN Rapporteur on expression"][0]
    assert rows["NSO Group and Human Rights Watch What followed"][3] == "147 to 177 days"
    # What a letter's names bring along is said where the names stand.
    assert "This archive does not list her under Novalpina" in page.words


@pytest.mark.parametrize("path", ["/exchanges", f"/exchanges/{FEBRUARY_TO_MAY}"])
def test_unknown_arguments_are_refused(site: Site, path: str) -> None:
    assert site.get(f"{path}?_form=letter").status == 400
    answer = site.get(f"{path}?_nxt=100")
    assert answer.status == 400
    assert "did you mean &#39;_next&#39;?" in answer.text
    assert site.get(f"{path}?_next=x").status == 400
