"""What a search engine or a shared link shows of a page: title, description, address."""

import html
import re
from urllib.parse import quote

import pytest

from .answers import Page
from .conftest import Site

LETTER = "2019-02-18-rights-groups-to-novalpina"
PAGES = {
    "timeline": "/",
    "table of letters": "/archive/letters",
    "letter": f"/archive/letters/{LETTER}",
    "organisations": "/archive/organisations",
    "organisation": "/archive/organisations/nso-group",
    "people": "/archive/people",
    "person": "/archive/people/david-kaye",
    "topics": "/archive/topics",
    "topic": "/archive/topics/due-diligence",
    "events": "/archive/events",
    "event": "/archive/events/2019-05-whatsapp-vulnerability",
    "exchanges": "/exchanges",
    "exchange": "/exchanges/2019-02-15-novalpina-to-citizen-lab",
    "unanswered": "/unanswered",
    "statements": "/statements",
    "open questions": "/leads",
    "about": "/about",
    "data": "/data",
    "database": "/archive",
    "table": "/archive/correspondents",
    "view": "/archive/answers",
    "row": "/archive/statements/2019-02-15-novalpina-to-citizen-lab,claim-due-diligence",
    "worked question": "/archive/never-answered",
}
WITHOUT_ADDRESS = {
    "query": f"/archive?sql={quote('select id from letters')}",
    "not found": "/nothing",
    "not understood": "/?_frm=x",
}
every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


def title(page: Page) -> str:
    (found,) = [e for e in page.all("title") if not e.within("svg")]
    return found.text


def metas(page: Page, key: str) -> dict[str, str]:
    found = [e.attributes for e in page.all("meta") if key in e.attributes]
    found = [it for it in found if it[key] != "citation_author"]  # of whom there may be several
    assert len({it[key] for it in found}) == len(found), "a meta element stands twice"
    return {it[key]: it["content"] for it in found}


def test_every_page_has_a_title_and_a_description_of_its_own(site: Site) -> None:
    pages = [site.get(path) for path in (*PAGES.values(), *WITHOUT_ADDRESS.values())]
    titles = [title(page) for page in pages]
    assert len(set(titles)) == len(pages)
    assert all("The NSO letters" in found for found in titles)
    descriptions = [metas(page, "name")["description"] for page in pages]
    assert len(set(descriptions)) >= len(pages) - 1  # the timeline's may be that of the archive
    for found in descriptions:
        assert 20 <= len(found) <= 300
        assert not re.search(r"[<>]|&\w+;|\bNone\b", found)
        assert found == " ".join(found.split())


@every_page
def test_a_shared_link_says_the_same_as_the_page(site: Site, path: str) -> None:
    page = site.get(path)
    address = f"http://localhost{path}"
    (canonical,) = page.all("link", rel="canonical")
    assert canonical.attributes["href"] == address
    shared = metas(page, "property")
    assert shared["og:url"] == address
    assert shared["og:site_name"] == "The NSO letters"
    assert shared["og:title"]
    assert shared["og:title"] in title(page)
    assert shared["og:description"] == metas(page, "name")["description"]
    assert shared["og:type"] == ("article" if path == PAGES["letter"] else "website")


@pytest.mark.parametrize("path", WITHOUT_ADDRESS.values(), ids=WITHOUT_ADDRESS.keys())
def test_what_is_not_to_be_linked_names_no_address(site: Site, path: str) -> None:
    page = site.get(path)
    assert not page.all("link", rel="canonical")
    assert "og:url" not in metas(page, "property")


def test_a_list_of_choices_is_shared_with_them_and_named_by_them(site: Site) -> None:
    page = site.get("/?_from=nso-group&_year=2019")
    assert title(page) == "2 letters: NSO Group, 2019 · The NSO letters"
    shared = metas(page, "property")
    assert html.unescape(shared["og:url"]) == "http://localhost/?_from=nso-group&_year=2019"
    (canonical,) = page.all("link", rel="canonical")
    assert canonical.attributes["href"] == "http://localhost/"


def test_a_letter_is_shared_with_date_correspondents_and_picture(site: Site) -> None:
    page = site.get(PAGES["letter"])
    shared = metas(page, "property")
    assert shared["og:description"].startswith("18 February 2019: Amnesty International")
    assert shared["og:image"] == f"http://localhost{PAGES['letter']}.png"
    assert shared["og:image:alt"]
