"""unAPI, by which Zotero saves letters with their recipients (https://unapi.info/specs/)."""

import rispy
from lxml import etree

from ..sites import Site
from .made_up import WITHDRAWN

LETTER = "2019-02-18-rights-groups-to-novalpina"
FORMATS = {
    "ris": "application/x-research-info-systems",
    "bib": "application/x-bibtex",
    "csljson": "application/vnd.citationstyles.csl+json",
}


def formats(site: Site, path: str, status: int) -> etree._Element:
    page = site.get(path)
    assert page.status == status
    assert page.headers["content-type"] == "application/xml; charset=utf-8"
    tree = etree.fromstring(page.content)
    assert tree.tag == "formats"
    assert {each.get("name"): each.get("type") for each in tree} == FORMATS
    return tree


def test_without_an_id_it_lists_its_formats(site: Site) -> None:
    assert formats(site, "/unapi", 200).get("id") is None


def test_with_an_id_it_lists_those_of_the_letter(site: Site) -> None:
    assert formats(site, f"/unapi?id={LETTER}", 300).get("id") == LETTER


def test_with_a_format_it_gives_the_letter(site: Site) -> None:
    for name, media_type in FORMATS.items():
        page = site.get(f"/unapi?id={LETTER}&format={name}")
        assert page.status == 200
        assert page.headers["content-type"].startswith(media_type)
        assert page.content == site.get(f"/archive/letters/{LETTER}.{name}").content
    (reference,) = rispy.loads(site.get(f"/unapi?id={LETTER}&format=ris").text)
    assert reference["type_of_reference"] == "PCOMM"  # an item "Letter" of Zotero
    assert reference["authors"][0] == "Amnesty International"
    assert reference["secondary_authors"] == ["Novalpina Capital"]
    assert reference["type_of_work"] == "Open letter"
    assert reference["language"] == "en"
    assert "Mexico" in reference["keywords"]
    assert reference["urls"] == [f"http://localhost/archive/letters/{LETTER}"]


def test_what_it_does_not_know(site: Site, made_up: Site) -> None:
    assert site.get("/unapi?id=2019-nobody").status == 404
    assert site.get("/unapi?id=2019-nobody&format=ris").status == 404
    assert site.get("/unapi?id=").status == 404
    assert made_up.get(f"/unapi?id={WITHDRAWN}&format=ris").status == 404
    assert site.get(f"/unapi?id={LETTER}&format=mods").status == 406
    assert site.get(f"/unapi?id={LETTER}&format=").status == 406
    assert site.get(f"/unapi?id={LETTER}&fromat=ris").status == 400


def test_every_page_names_the_server(site: Site) -> None:
    for path in ("/", "/archive/letters", f"/archive/letters/{LETTER}", "/about"):
        (link,) = site.get(path).all("link", rel="unapi-server")
        assert link.attributes["type"] == "application/xml"
        assert site.get(link.attributes["href"]).status == 200


def test_a_letter_offers_itself(site: Site) -> None:
    (offered,) = site.get(f"/archive/letters/{LETTER}").all("abbr", **{"class": "unapi-id"})
    assert offered.attributes["title"] == LETTER


def test_lists_offer_the_letters_that_they_show(site: Site) -> None:
    chosen = "_from=nso-group&_search=pegasus"
    for path in (
        "/",
        f"/?{chosen}&_order=relevance",
        f"/archive/letters?{chosen}",
        "/unanswered",
        "/exchanges/2019-02-15-novalpina-to-access-now",
    ):
        page = site.get(path)
        offered = [e.attributes["title"] for e in page.all("abbr", **{"class": "unapi-id"})]
        assert offered
        assert offered == page.entries


def test_the_fallback_says_that_it_is_a_letter(site: Site) -> None:
    page = site.get(f"/archive/letters/{LETTER}")
    meta = [(e.attributes.get("name"), e.attributes.get("content")) for e in page.all("meta")]
    assert ("z:itemType", "letter") in meta
    assert ("citation_title", "Open letter to Novalpina Capital") in meta
    assert ("citation_author", "Amnesty International") in meta
    assert ("citation_date", "2019/2/18") in meta
