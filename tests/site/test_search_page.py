"""``/search``: one search for everything that has a page, and what it makes of what people type."""

import pytest

from .conftest import Site

MEXICO = "2019-02-18-rights-groups-to-novalpina"


def found(site: Site, words: str) -> list[str]:
    """The ids of the letters that a search shows, best first."""
    page = site.get("/search", [("q", words)])
    assert page.status == 200
    return [e.attributes["id"] for e in page.all("li") if e.attributes.get("class") == "entry"]


def kinds(site: Site, words: str) -> list[str]:
    page = site.get("/search", [("q", words)])
    return [e.attributes["id"] for e in page.all("section")]


def test_letters_come_first_and_then_all_other_kinds(site: Site) -> None:
    assert kinds(site, "citizen lab") == [
        "letters", "statements", "events", "people", "organisations", "topics", "exchanges",
        "leads",
    ]  # fmt: skip


def test_each_kind_says_how_many_there_are_and_leads_to_all_of_them(site: Site) -> None:
    page = site.get("/search?q=citizen+lab")
    assert "Events (" in page.words
    [more] = [link for link in page.links if "_kind=events" in link]
    every = site.get(more)
    assert every.status == 200
    listed = [link for link in every.links if link.startswith("/archive/events/")]
    assert f"Events ({len(listed)})" in page.words
    assert site.get("/search?q=x&_kind=planets").status == 400


def test_what_was_found_is_marked_and_leads_to_its_page(site: Site) -> None:
    page = site.get("/search?q=mexico")
    assert {e.text for e in page.all("mark")} == {"Mexico"}
    for link in page.links:
        assert link.startswith("http") or site.get(link).status in (200, 302), link


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Mexico's", "mexico"),
        ("Mexico’s", "mexico"),
        ("mexi\u00adco", "mexico"),
        ("U.N.", "UN"),
        ("u.n", "UN"),
        ("Citizenlab", "citizen lab"),
        ("al-jazeera", '"al jazeera"'),
        ("surveilance", "surveillance"),
        ("pegasis", "pegasus"),
        ("the letters of mexico", "letters mexico"),
    ],
)
def test_what_is_meant_is_found(site: Site, typed: str, same: str) -> None:
    assert found(site, same)
    assert set(found(site, typed)) == set(found(site, same))


def test_a_short_name_finds_letters_that_have_the_long_one(site: Site) -> None:
    assert len(found(site, "UNGPs")) == 10
    assert "UNGPs" not in " ".join(path.read_text() for path in site.folder.glob("2*/*.yml"))


@pytest.mark.parametrize(
    "typed",
    ["18 February 2019", "February 18, 2019", "18/02/2019", "2019-02-18", "18.2.2019"],
)
def test_a_letter_is_found_by_its_day_before_those_that_mention_it(site: Site, typed: str) -> None:
    assert found(site, typed)[0] == MEXICO


def test_letters_of_a_month_are_found_by_it(site: Site) -> None:
    first = found(site, "february 2019")[:3]
    assert all(letter.startswith("2019-02") for letter in first)


def test_where_no_letter_has_all_words_those_with_most_are_shown(site: Site) -> None:
    page = site.get("/search?q=moratorium+zebra")
    assert "No letter has all of these words. These have 1 of the 2." in page.words
    assert found(site, "moratorium zebra")


@pytest.mark.parametrize("typed", ["AND", "the", "of the"])
def test_words_that_are_everywhere_find_nothing(site: Site, typed: str) -> None:
    assert found(site, typed) == []
    assert "These words are in almost every text" in site.get("/search", [("q", typed)]).words


def test_words_near_each_other_are_found(site: Site) -> None:
    near, far = found(site, "NEAR(spyware abuses, 3)"), found(site, "spyware abuses")
    assert near
    assert set(near) <= set(far)


def test_an_id_leads_straight_to_the_letter(site: Site) -> None:
    page = site.get(f"/search?q={MEXICO}")
    assert page.headers["location"] == f"/archive/letters/{MEXICO}"


def test_the_field_is_in_the_header_of_every_page(site: Site) -> None:
    for path in ("/", "/about", f"/archive/letters/{MEXICO}", "/archive/sources", "/nothing"):
        [form] = [e for e in site.get(path).all("form") if "find" in e.attributes.get("class", "")]
        assert form.attributes["action"] == "/search"


def test_without_words_it_says_what_it_searches(site: Site) -> None:
    page = site.get("/search")
    assert "Letters, statements, events, people" in page.words
