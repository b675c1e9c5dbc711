"""The registers as pages, and as Datasette's tables at the same addresses."""

import pytest

from .answers import Page
from .conftest import Site

REGISTERS = ["organisations", "people", "topics", "events"]


@pytest.mark.parametrize("register", REGISTERS)
def test_every_entry_is_listed_with_a_link_to_its_page(site: Site, register: str) -> None:
    rows = site.ask(f"/archive/{register}.json?_size=max&_shape=objects")["rows"]
    page = site.get(f"/archive/{register}")
    expected = {f"/archive/{register}/{row['id']}" for row in rows}
    found = {link for link in page.links if link.startswith(f"/archive/{register}/")}
    assert found == expected
    for link in sorted(expected)[:5]:
        assert site.get(link).status == 200


@pytest.mark.parametrize("register", REGISTERS)
def test_the_table_is_one_link_away_and_the_data_stay_where_they_are(
    site: Site, register: str
) -> None:
    page = site.get(f"/archive/{register}")
    assert f"/archive/{register}?_size=100" in page.links
    table = site.get(f"/archive/{register}?_size=100")
    assert table.status == 200
    assert table.text != page.text
    assert site.get(f"/archive/{register}?_sort=id").status == 200
    for suffix in ("json", "csv"):
        assert site.get(f"/archive/{register}.{suffix}").status == 200
        assert site.get(f"{first_link(page, register)}.{suffix}").status == 200


def first_link(page: Page, register: str) -> str:
    return next(link for link in page.links if link.startswith(f"/archive/{register}/"))


@pytest.mark.parametrize("register", REGISTERS)
def test_the_place_in_the_list_is_an_argument_of_ours(site: Site, register: str) -> None:
    whole, rest = site.get(f"/archive/{register}"), site.get(f"/archive/{register}?_next=2")
    own = [link for link in whole.links if link.startswith(f"/archive/{register}/")]
    assert first_link(rest, register) == list(dict.fromkeys(own))[2]
    assert f"/archive/{register}" in rest.links


@pytest.mark.parametrize(
    "path", ["/archive/topics/nothing", "/archive/events/never", "/archive/topics/mexico.xml"]
)
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert site.get(path).status == 404


def test_a_topic_lists_its_letters_and_statements(site: Site) -> None:
    page = site.get("/archive/topics/due-diligence")
    letters = site.get("/?_topic=due-diligence").entries
    linked = {link.split("/")[-1] for link in page.links if "/archive/letters/" in link}
    assert set(letters) <= linked
    assert f"Letters {len(letters)}" in page.words
    assert "Requests and commitments 4" in page.words


def test_an_event_has_sources_and_the_letters_around_it(site: Site) -> None:
    page = site.get("/archive/events/2019-02-14-buyout-public")
    assert "/archive/letters/2019-02-15-novalpina-to-access-now" in page.links
    assert any(link.startswith("https://business-humanrights.org/") for link in page.links)
    assert "does not say that they have to do with it" in page.words


def test_events_outside_the_span_say_so(site: Site) -> None:
    headings = [e.text for e in site.get("/archive/events").all("h2")]
    assert headings[0] == "2018 Before the span of this archive"
    assert "2019" in headings
