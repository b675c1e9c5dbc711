"""The site under a path, and behind a proxy: every link leads to where the visitor came from."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.server.run import make_datasette

from .conftest import PATIENT, Site

PREFIX = "/some/letters/"
PAGES = [
    "",
    "?_search=kaye&_from=nso-group",
    "archive/letters?_year=2021&_size=3",
    "archive/letters/2019-02-18-rights-groups-to-novalpina",
    "archive/organisations",
    "archive/organisations/nso-group",
    "archive/people/david-kaye",
    "archive/topics/due-diligence",
    "archive/events",
    "exchanges",
    "exchanges/2019-02-15-novalpina-to-access-now",
    "unanswered",
    "statements",
    "leads",
    "about",
    "data",
    "archive",
    "archive/never-answered",
    "archive/replies?_sort=days_max",
    "archive?sql=select+1",
    "nothing",
    "sitemap.xml",
    "robots.txt",
    "opensearch.xml",
    "feed.atom",
    "reconcile",
    "datapackage.json",
    "archive/letters.jsonld?_year=2019",
]


@pytest.fixture(scope="module")
def under_a_path(archive_db: Path, real_letters: Path, portal: BlockingPortal) -> Iterator[Site]:
    datasette = make_datasette(archive_db, {**PATIENT, "base_url": PREFIX})
    yield Site(real_letters, archive_db, datasette, portal)
    datasette.get_database("archive").close()


def addresses(text: str) -> list[str]:
    """What a page leads to on this server, with and without its name."""
    found = re.findall(r'(?:href|src|action|content)="([^"#]+)', text)
    found += re.findall(r"https?://localhost[^\s\"'<>{]*", text)
    own = [unescape(it) for it in found if it.startswith(("/", "http://localhost"))]
    return [it.removeprefix("http://localhost").rstrip(".") for it in own]


@pytest.mark.parametrize("path", PAGES)
def test_every_link_bears_the_prefix_once(under_a_path: Site, path: str) -> None:
    # Datasette's client puts the prefix before what is asked of it.
    page = under_a_path.get(f"/{path}")
    assert page.status == (404 if path == "nothing" else 200)
    found = addresses(page.text)
    assert found
    for address in found:
        assert address.startswith(PREFIX), address
        assert not address.startswith(PREFIX + PREFIX[1:]), address


def test_links_of_a_page_lead_somewhere_under_the_prefix(under_a_path: Site) -> None:
    page = under_a_path.get("/archive/letters/2019-02-18-rights-groups-to-novalpina")
    for address in sorted(set(addresses(page.text))):
        if "/-/static-plugins/" not in address:
            assert under_a_path.get(address).status == 200, address


@pytest.mark.parametrize("path", ["/", "/archive/letters/2019-02-18-rights-groups-to-novalpina"])
def test_addresses_are_those_that_the_proxy_was_asked_for(site: Site, path: str) -> None:
    page = site.get(path, headers={"host": "letters.example"})
    assert [link.attributes["href"] for link in page.all("link", rel="canonical")] == [
        f"http://letters.example{path}"
    ]
