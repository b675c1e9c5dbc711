"""Links that services have decorated lead to the same pages as without what they added."""

import pytest

from .conftest import Site

STRAY = "fbclid=IwAR0x&utm_source=news%20letter&utm_medium=social&ref=hn&_ga=1.2&_hsenc=p2&x=1"
ADDRESSES = [
    "/",
    "/?_topic=transparency",
    "/?_search=pegasus&_from=nso-group",
    "/about",
    "/data",
    "/exchanges",
    "/statements?_kind=request",
    "/unanswered",
    "/leads",
    "/contribute",
    "/archive/letters",
    "/archive/letters?form=letter",
    "/archive/letters.json?_shape=array&form__not=letter",
    "/archive/letters.csv?_year=2020",
    "/archive/letters.ris?_from=nso-group",
    "/archive/letters/2019-02-18-rights-groups-to-novalpina",
    "/archive/letters/2019-02-18-rights-groups-to-novalpina.yml",
    "/archive/organisations",
    "/archive/organisations/nso-group",
    "/archive/people",
    "/archive/topics",
    "/archive/events",
    "/archive/answers",
    "/archive/sources.json",
    "/feed.atom",
    "/changes.atom",
    "/cmif.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/opensearch.xml",
    "/datapackage.json",
    "/health",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_decorated_link_leads_to_the_same_page(site: Site, address: str) -> None:
    plain = site.get(address)
    decorated = site.get(f"{address}{'&' if '?' in address else '?'}{STRAY}")
    assert decorated.status == plain.status == 200
    for name in ("fbclid", "utm_", "ref=hn", "_hsenc"):
        assert name not in decorated.text
    assert decorated.headers.get("etag") == plain.headers.get("etag")
    if "feed" not in address and "changes" not in address:
        assert decorated.text == plain.text


@pytest.mark.parametrize(
    "address",
    [
        "/?_fron=nso-group",
        "/archive/letters?_fron=nso-group",
        "/archive/letters?titel=x",
        "/archive/letters?mood__exact=x",
        "/statements?_kinds=request",
        "/exchanges?_nexxt=1",
    ],
)
def test_a_mistyped_filter_is_still_reported(site: Site, address: str) -> None:
    page = site.get(address)
    assert page.status == 400
    assert "did you mean" in page.words or "no column" in page.words


@pytest.mark.parametrize(
    "address",
    [
        "/archive/letters.ris?_size=max",
        "/?_shape=array",
        "/statements?_size=10&_shape=array",
        "/feed.atom?_size=max",
        "/about?_labels=on",
    ],
)
def test_what_a_table_understands_is_ignored_where_it_has_no_meaning(
    site: Site, address: str
) -> None:
    assert site.get(address).status == 200


def test_parameters_of_a_query_may_have_any_name(site: Site) -> None:
    sql = "/archive.json?sql=select+:ref+as+it&ref=hn&_shape=array"
    assert site.ask(sql) == [{"it": "hn"}]
    assert site.ask(f"{sql}&fbclid=x") == [{"it": "hn"}]


def test_what_pages_read_themselves_is_kept(site: Site) -> None:
    letter = "2019-02-18-rights-groups-to-novalpina"
    assert "Correct a record" in site.get(f"/contribute?letter={letter}&fbclid=x").words
