"""Links that last: for machines in headers, into pages by anchors, away to sources and copies."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from anyio.from_thread import BlockingPortal
from signposting.linkheader import find_signposting_http_link

from ..conftest import Archive
from ..sites import Site, serve
from .answers import Element, Page

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def letters(site: Site) -> list[str]:
    return [path.stem for path in sorted(site.folder.glob("[0-9]*/*.yml"))]


# --- Signposting (https://signposting.org/FAIR/), read by the package of that name


def test_every_letter_has_its_signposts(site: Site) -> None:
    for letter in letters(site):
        page = site.get(f"/archive/letters/{letter}")
        permalink = f"http://localhost/archive/letters/{letter}"
        found = find_signposting_http_link([page.headers["link"]], permalink)
        assert found.citeAs.target == permalink
        assert found.license.target == "https://creativecommons.org/licenses/by/4.0/"
        assert "https://schema.org/AboutPage" in {each.target for each in found.types}
        assert {each.target for each in found.items} == {f"{permalink}.yml"}
        assert len(found.describedBy) > 8
        assert all(each.type for each in found.describedBy)
        assert found.collection.target == "http://localhost/"


def test_signposts_lead_to_what_they_say(site: Site) -> None:
    letter = letters(site)[0]
    permalink = f"http://localhost/archive/letters/{letter}"
    page = site.get(f"/archive/letters/{letter}")
    found = find_signposting_http_link([page.headers["link"]], permalink)
    for each in (*found.describedBy, *found.items):
        answer = site.get(each.target.removeprefix("http://localhost"))
        assert answer.status == 200
        assert answer.headers["content-type"].partition(";")[0] == each.type


# --- anchors


def sources_of(page: Page) -> list[Element]:
    """The entries of the section of sources."""
    return [
        e
        for e in page.all("li")
        if any(a.tag == "section" and a.attributes.get("class") == "sources" for a in e.around)
    ]


def anchors(page: Page) -> dict[str, str]:
    """The anchor of each source by its address."""
    found = {}
    for item in sources_of(page):
        link = next(a for a in page.all("a") if a.within("li") is item)
        found[link.attributes["href"]] = item.attributes["id"]
    return found


def test_anchors_of_sources_stay_when_they_are_ordered_anew(
    archive: Archive, portal: BlockingPortal, tmp_path: Path
) -> None:
    name = "2019-02-18-watch-to-acme"
    text = (archive.folder / f"2019/{name}.yml").read_text()
    head, _, first = text.partition("sources:\n")
    others = [first.replace("/letter", f"/{other}") for other in ("copy", "news")]

    def found(sources: list[str]) -> dict[str, str]:
        archive.write(f"2019/{name}.yml", f"{head}sources:\n{''.join(sources)}")
        with serve(archive.folder.absolute(), portal) as site:
            return anchors(site.get(f"/archive/letters/{name}"))

    before = found([first, others[0]])
    assert all(anchor.startswith("source-") for anchor in before.values())
    assert found([others[0], first]) == before
    after = found([others[1], others[0], first])
    assert before.items() <= after.items()
    assert len(set(after.values())) == 3


def test_every_anchor_of_a_letter_is_its_own(site: Site) -> None:
    for letter in letters(site):
        page = site.get(f"/archive/letters/{letter}")
        ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
        assert len(ids) == len(set(ids))
        record = read(next(site.folder.glob(f"*/{letter}.yml")))
        assert {f"statement-{each['id']}" for each in record.get("statements", [])} <= {*ids}
        assert len([each for each in ids if each.startswith("source-")]) == len(record["sources"])


# --- Robust Links (https://robustlinks.mementoweb.org/spec/)


def check_sources(page: Page, sources: list[dict[str, str]]) -> None:
    items = sources_of(page)
    assert len(items) == len(sources)
    for item, source in zip(items, sources, strict=True):
        link, *others = [a for a in page.all("a") if a.within("li") is item]
        assert link.attributes["href"] == source["url"]
        assert link.attributes["data-originalurl"] == source["url"]
        assert link.attributes.get("data-versionurl") == source.get("archived")
        assert DAY.fullmatch(link.attributes["data-versiondate"])
        if "accessed" in source and "archived" not in source:
            assert link.attributes["data-versiondate"] == source["accessed"]
        archived = [source["archived"]] if "archived" in source else []
        assert [other.attributes["href"] for other in others] == archived
        assert all("noopener" in a.attributes["rel"] for a in (link, *others))


def test_sources_of_letters_are_robust_links(site: Site) -> None:
    for letter in letters(site):
        record = read(next(site.folder.glob(f"*/{letter}.yml")))
        check_sources(site.get(f"/archive/letters/{letter}"), record["sources"])


def test_sources_of_events_are_robust_links(site: Site) -> None:
    for event in read(site.folder / "register/events.yml"):
        check_sources(site.get(f"/archive/events/{event['id']}"), event["sources"])


def test_every_link_to_a_source_is_robust_wherever_it_stands(site: Site) -> None:
    as_of = read(site.folder / "archive.yml")["as_of"]
    found = 0
    for path in (
        "/leads",
        "/archive/people/yana-peel",
        "/archive/people/david-kaye",
        "/archive/letters/2019-06-18-citizen-lab-to-novalpina",
        "/archive/sources?_size=20",
        "/archive/people",
    ):
        for link in site.get(path).all("a"):
            href = link.attributes["href"]
            is_away = href.startswith("http") and not href.startswith("http://localhost")
            if is_away and "license" not in link.attributes.get("rel", ""):
                found += 1
                if "web.archive.org" in href or "wikidata.org" in href:
                    continue
                assert link.attributes["data-originalurl"] == href, (path, href)
                assert DAY.fullmatch(link.attributes["data-versiondate"])
                assert link.attributes["data-versiondate"] <= as_of
                assert "noopener" in link.attributes["rel"]
    assert found > 40


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        ("archived: https://web.archive.org/web/20200102030405/https://example.org/", "2020-01-02"),
        ("archived: https://archive.example/x\n    accessed: 2020-03-04", "2020-03-04"),
        ("accessed: 2020-03-04", "2020-03-04"),
        ("format: html", "2021-01-31"),
    ],
)
def test_the_day_of_a_link_is_that_of_the_copy_or_of_the_last_look(
    archive: Archive, portal: BlockingPortal, keys: str, day: str
) -> None:
    name = "2019-02-18-watch-to-acme"
    archive.replace(f"2019/{name}.yml", "archived: https://archive.example/letter", keys)
    with serve(archive.folder.absolute(), portal) as site:
        page = site.get(f"/archive/letters/{name}")
    (link,) = [a for a in page.all("a") if "data-versiondate" in a.attributes]
    assert link.attributes["data-versiondate"] == day
