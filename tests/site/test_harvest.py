"""What crawlers and browsers ask for by convention, and the service for OpenRefine."""

import json
import re
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from .conftest import Site

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_the_site_map_lists_every_letter_and_page_with_a_day(site: Site) -> None:
    page = site.get("/sitemap.xml")
    assert page.headers["content-type"] == "application/xml; charset=utf-8"
    urls = ElementTree.fromstring(page.text).findall(f"{SITEMAP}url")
    found = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in urls}
    assert len(found) == len(urls)
    for register in ("letters", "organisations", "people", "topics", "events"):
        rows = site.ask(f"/archive/{register}.json?_shape=array&_size=max&_col=id")
        assert {f"http://localhost/archive/{register}/{row['id']}" for row in rows} <= set(found)
    assert all(day and len(day) == 10 for day in found.values())


def test_every_page_of_the_site_map_is_there(site: Site) -> None:
    urls = ElementTree.fromstring(site.get("/sitemap.xml").text).iter(f"{SITEMAP}loc")
    for address in [url.text for url in urls][::9]:
        assert site.get(address.removeprefix("http://localhost")).status == 200, address


def test_the_site_map_tells_when_a_letter_was_corrected_and_leaves_out_withdrawn_ones(
    made_up: Site,
) -> None:
    urls = ElementTree.fromstring(made_up.get("/sitemap.xml").text).findall(f"{SITEMAP}url")
    days = {
        url.findtext(f"{SITEMAP}loc").rpartition("/")[2]: url.findtext(f"{SITEMAP}lastmod")
        for url in urls
    }
    corrected = made_up.ask("/archive/corrections.json?_shape=array&_size=max")
    assert corrected
    for row in corrected:
        assert days[row["letter"]] == max(
            other["date"] for other in corrected if other["letter"] == row["letter"]
        )
    withdrawn = made_up.ask("/archive/withdrawn.json?_shape=array")
    assert withdrawn
    assert not {row["id"] for row in withdrawn} & days.keys()


def test_a_site_map_too_long_for_one_file_comes_in_parts(
    site: Site, fresh_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = site.get("/sitemap.xml").text
    monkeypatch.setattr("correspondence.site.pages.crawlers.MOST_ADDRESSES", 100)
    index = ElementTree.fromstring(fresh_site.get("/sitemap.xml").text)
    assert index.tag == f"{SITEMAP}sitemapindex"
    parts = [part.text.removeprefix("http://localhost") for part in index.iter(f"{SITEMAP}loc")]
    assert parts[0] == "/sitemap-1.xml"
    found = [
        url.text
        for part in parts
        for url in ElementTree.fromstring(fresh_site.get(part).text).iter(f"{SITEMAP}loc")
    ]
    assert found == [url.text for url in ElementTree.fromstring(whole).iter(f"{SITEMAP}loc")]
    assert fresh_site.get(f"/sitemap-{len(parts) + 1}.xml").status == 404


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/archive/letters/2019-02-18-rights-groups-to-novalpina", True),
        ("/about", True),
        ("/-/static-plugins/correspondence/site.css?0123", True),
    ],
)
def test_crawlers_may_read_pages(site: Site, path: str, may: bool) -> None:
    rules = RobotFileParser()
    rules.parse(site.get("/robots.txt").text.splitlines())
    assert rules.can_fetch("*", f"http://localhost{path}") is may


def test_crawlers_are_kept_off_filters_and_sql(site: Site) -> None:
    # Python's parser knows no wildcards, which all large crawlers do.
    lines = site.get("/robots.txt").text.splitlines()
    assert {"Disallow: /*?", "Allow: /-/static-plugins/"} <= set(lines)
    assert "Sitemap: http://localhost/sitemap.xml" in lines


def test_a_browser_can_offer_the_search(site: Site) -> None:
    [link] = site.get("/").all("link", rel="search")
    page = site.get(link.attributes["href"])
    assert page.headers["content-type"].startswith("application/opensearchdescription+xml")
    description = ElementTree.fromstring(page.text)
    assert 1 <= len(description.findtext(f"{OPENSEARCH}ShortName")) <= 16
    [html, _] = description.findall(f"{OPENSEARCH}Url")
    found = html.attrib["template"].replace("{searchTerms}", "kaye")
    assert site.get(found.removeprefix("http://localhost")).entries


def reconcile(site: Site, queries: Any) -> Any:
    return site.ask("/reconcile", [("queries", json.dumps(queries))])


def test_the_reconciliation_service_says_what_it_is(site: Site) -> None:
    manifest = site.ask("/reconcile")
    assert {"0.2"} <= set(manifest["versions"])
    assert manifest["name"]
    assert manifest["identifierSpace"]
    assert site.get("/reconcile").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("Citizen Lab", "organisations/citizen-lab"),
        ("the citizen lab", "organisations/citizen-lab"),
        ("Novalpina", "organisations/novalpina-capital"),
        ("NSO Group", "organisations/nso-group"),
        ("Kaye, David", "people/david-kaye"),
        ("Agnes Callamard", "people/agnes-callamard"),
    ],
)
def test_a_name_finds_its_entry(site: Site, name: str, entry: str) -> None:
    best = reconcile(site, {"q": {"query": name}})["q"]["result"][0]
    assert best["id"] == entry
    view = site.ask("/reconcile")["view"]["url"].replace("{{id}}", entry)
    assert site.get(view.removeprefix("http://localhost")).status == 200


def test_a_name_that_is_the_very_same_is_a_match_and_others_are_none(site: Site) -> None:
    found = reconcile(site, {"a": {"query": "Amnesty International"}, "b": {"query": "Novalp"}})
    assert found["a"]["result"][0]["match"] is True
    assert found["a"]["result"][0]["score"] == 100
    assert not any(candidate["match"] for candidate in found["b"]["result"])
    assert not reconcile(site, {"q": {"query": "zzzz"}})["q"]["result"]


def test_a_type_and_a_limit_narrow_the_search(site: Site) -> None:
    query = {"query": "Peel", "type": "people", "limit": 1}
    [only] = reconcile(site, {"q": query})["q"]["result"]
    assert only["id"].startswith("people/")
    query["type"] = [{"id": "organisations"}]
    found = reconcile(site, {"q": query})["q"]["result"]
    assert all(candidate["id"].startswith("organisations/") for candidate in found)


def test_questions_may_come_by_post(site: Site) -> None:
    async def ask() -> Any:
        data = {"queries": json.dumps({"q": {"query": "NSO Group"}})}
        return await site.datasette.client.post("/reconcile", data=data)

    answer = site.portal.call(ask)
    assert answer.json()["q"]["result"][0]["id"] == "organisations/nso-group"


def test_a_question_may_be_nested_however_deep(site: Site) -> None:
    async def ask() -> Any:
        return await site.datasette.client.post("/reconcile", data={"queries": "[" * 50_000})

    assert site.portal.call(ask).status_code == 400


def test_a_question_of_too_many_entries_is_refused(site: Site) -> None:
    wanted = {"ids": [f"people/{n}" for n in range(1_001)], "properties": [{"id": "url"}] * 1_000}

    async def ask() -> Any:
        return await site.datasette.client.post("/reconcile", data={"extend": json.dumps(wanted)})

    answer = site.portal.call(ask)
    assert answer.status_code == 400
    assert "at most 1,000 entries" in answer.text


def test_a_question_that_is_too_long_is_refused(site: Site) -> None:
    async def ask() -> Any:
        return await site.datasette.client.post("/reconcile", data={"queries": "x" * 1_100_000})

    assert site.portal.call(ask).status_code == 413


@pytest.mark.parametrize(
    "arguments",
    [
        {"queries": "{"},
        {"queries": "[]"},
        {"queries": '{"q": 1}'},
        {"queries": '{"q": {"query": 1}}'},
        {"queries": '{"q": {"query": "x", "limit": "y"}}'},
        {"extend": "{}"},
        {"queries": json.dumps({"q": {"query": "x" * 501}})},
        {"extend": '{"ids": ["x"], "properties": [{"id": "password"}]}'},
    ],
)
def test_a_question_that_is_none_is_refused_with_a_reason(
    site: Site, arguments: dict[str, str]
) -> None:
    page = site.get("/reconcile", list(arguments.items()))
    assert page.status == 400
    assert page.headers["content-type"] == "application/json; charset=utf-8"
    reason = "queries is|a name has|a query is|limit is|extend is|no property"
    assert re.search(reason, page.json["error"], re.IGNORECASE)


def test_more_may_be_asked_of_an_entry_that_was_found(site: Site) -> None:
    ids = ["organisations/nso-group", "people/david-kaye", "people/nobody"]
    offered = [it["id"] for it in site.ask("/reconcile/properties")["properties"]]
    request = {"ids": ids, "properties": [{"id": name} for name in offered]}
    answer = site.ask("/reconcile", [("extend", json.dumps(request))])
    assert [meta["id"] for meta in answer["meta"]] == offered
    assert answer["rows"]["organisations/nso-group"]["country"] == [{"str": "IL"}]
    assert answer["rows"]["people/david-kaye"]["name"] == [{"str": "David Kaye"}]
    assert not any(answer["rows"]["people/nobody"].values())


def test_entries_are_suggested_while_a_name_is_typed(site: Site) -> None:
    found = [it["id"] for it in site.ask("/reconcile/suggest?prefix=nov")["result"]]
    assert "organisations/novalpina-capital" in found
    assert site.ask("/reconcile/suggest")["result"] == []


def test_suggestions_go_on_where_the_cursor_stands(site: Site) -> None:
    found = site.ask("/reconcile/suggest?prefix=n")["result"]
    assert len(found) > 2
    assert site.ask("/reconcile/suggest?prefix=n&cursor=2")["result"] == found[2:]
    for cursor in ("-1", "two", "9" * 5_000):
        assert site.get("/reconcile/suggest", [("prefix", "n"), ("cursor", cursor)]).status == 400


def test_only_questions_may_be_asked_by_post(site: Site) -> None:
    for path, methods in (("/reconcile", "GET, HEAD, POST"), ("/reconcile/suggest", "GET, HEAD")):
        assert site.get(path, method="OPTIONS").headers["allow"] == methods
