"""Walking the pages of a list shows each letter once, with the same counts on every page."""

import csv
import io
import re
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from ..conftest import Archive
from ..sites import serve
from .answers import Page, Pairs
from .conftest import Site

ORDERS: list[Pairs] = [
    [],
    [("_sort", "sort_key")],
    [("_sort_desc", "sort_key")],
    [("_sort", "id")],
    [("_sort_desc", "id")],
]
FILTERS: list[Pairs] = [
    [],
    [("_year", "2019")],
    [("_with", "amber"), ("_with", "basalt"), ("_not_topic", "mines")],
    [("_search", "gravel OR pebbles"), ("_after", "2019-02")],
    [("_not_answered", "answered"), ("_not_form", "statement")],
]
by_filter = pytest.mark.parametrize("chosen", FILTERS, ids=lambda pairs: str([p[1] for p in pairs]))
by_order = pytest.mark.parametrize("order", ORDERS, ids=lambda pairs: str(*pairs))


def in_order(site: Site, order: Pairs, chosen: Pairs) -> list[str]:
    """The letters of a list in one piece, put in order here."""
    rows = site.ask("/archive/letters.json?_size=max&_shape=objects&_nofacet=1", chosen)["rows"]
    argument, column = order[0] if order else ("_sort", "sort_key")
    rows.sort(key=lambda row: row[column], reverse=argument == "_sort_desc")
    return [row["id"] for row in rows]


def facets_of(page: Page) -> Any:
    if "facet_results" not in page.text:
        return page.facets
    facets = page.json["facet_results"].items()
    return {name: [(v["value"], v["count"]) for v in facet["results"]] for name, facet in facets}


@by_filter
@by_order
def test_the_table_as_json(made_up: Site, order: Pairs, chosen: Pairs) -> None:
    address = "/archive/letters.json?_shape=objects&_size=7"
    pages = list(made_up.walk(address, [*order, *chosen]))
    assert len(pages) > 3
    walked = [row["id"] for page in pages for row in page.json["rows"]]
    assert walked == in_order(made_up, order, chosen)
    assert all(facets_of(page) == facets_of(pages[0]) for page in pages)
    totals = {page.json["filtered_table_rows_count"] for page in pages}
    assert totals == {len(walked)}


@by_filter
@by_order
def test_the_table_as_a_page(made_up: Site, order: Pairs, chosen: Pairs) -> None:
    pages = list(made_up.walk("/archive/letters?_size=9", [*order, *chosen]))
    assert len(pages) > 3
    walked = [letter for page in pages for letter in page.entries]
    assert walked == in_order(made_up, order, chosen)
    assert all(facets_of(page) == facets_of(pages[0]) for page in pages)


@by_filter
@by_order
def test_the_table_as_csv_in_one_stream(made_up: Site, order: Pairs, chosen: Pairs) -> None:
    page = made_up.get("/archive/letters.csv?_stream=1&_size=7", [*order, *chosen])
    assert page.status == 200
    rows = csv.DictReader(io.StringIO(page.text))
    assert [row["id"] for row in rows] == in_order(made_up, order, chosen)


@by_filter
@pytest.mark.parametrize("order", ORDERS[:3], ids=lambda pairs: str(*pairs))
def test_the_timeline(made_up: Site, order: Pairs, chosen: Pairs) -> None:
    pages = list(made_up.walk("/?_size=8", [*order, *chosen]))
    assert len(pages) > 3
    walked = [letter for page in pages for letter in page.entries]
    assert walked == in_order(made_up, order, chosen)
    assert all(facets_of(page) == facets_of(pages[0]) for page in pages)
    assert all(f"{len(walked)} letter" in page.words for page in pages)


@pytest.mark.parametrize("path", ["/", "/archive/letters", "/archive/letters.json"])
@pytest.mark.parametrize("column", ["title", "year", "date", "nothing"])
@pytest.mark.parametrize("argument", ["_sort", "_sort_desc"])
def test_an_order_with_ties_is_not_offered(
    site: Site, path: str, argument: str, column: str
) -> None:
    assert site.get(path, [(argument, column)]).status == 400


@pytest.mark.parametrize("path", ["/", "/archive/letters", "/archive/letters.json"])
def test_two_orders_at_once_are_refused(site: Site, path: str) -> None:
    assert site.get(f"{path}?_sort=sort_key&_sort_desc=sort_key").status == 400


def test_the_timeline_offers_its_other_order_with_the_choices(site: Site) -> None:
    choices = [("_from", "nso-group"), ("_year", "2021")]
    oldest = site.get("/", choices)
    other = next(link for link in oldest.links if "_sort_desc=sort_key" in link)
    newest = site.get(other)
    assert newest.entries == oldest.entries[::-1]
    assert any(
        site.get(link).entries == oldest.entries for link in newest.links if link[1:2] == "?"
    )


def place(date: str) -> tuple[int, ...] | None:
    """Year, month and day of a date that names no more than one, unknown ones after all others."""
    named = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?[~?%]?", date)
    return named and tuple(int(part or 99) for part in named.groups())


def test_the_order_is_that_of_the_dates_with_unknown_days_and_months_last(made_up: Site) -> None:
    rows = made_up.ask("/archive/letters.json?_size=max&_shape=objects&_nofacet=1")["rows"]
    places = [place(row["date"]) for row in rows if place(row["date"])]
    assert len(places) > 50
    assert places == sorted(places)
    assert rows[-1]["date"] == "XXXX"


@pytest.mark.parametrize("order", [[], [("_sort_desc", "sort_key")]], ids=["oldest", "newest"])
def test_letters_stand_under_their_year_and_month(made_up: Site, order: Pairs) -> None:
    rows = made_up.ask("/archive/letters.json?_size=max&_shape=objects&_nofacet=1")["rows"]
    dates = {row["id"]: row["date"] for row in rows}
    months = "January February March April May June July August September October November December"
    year = month = ""
    seen = 0
    for element in made_up.get("/?_size=1000", order).elements:
        if element.tag == "h2":
            year, month = element.text, ""
        if element.tag == "h3":
            month = element.text
        if element.attributes.get("id") in dates and element.tag == "li":
            date = place(dates[element.attributes["id"]])
            expected = "unknown" if date is None or date[1] == 99 else months.split()[date[1] - 1]
            if date:
                assert str(date[0]) in year
            if date or dates[element.attributes["id"]] == "XXXX":
                assert expected in (f"{year} {month}" if date is None else month)
            seen += 1
    assert seen == len(dates)


def test_a_page_beyond_the_end_says_so(site: Site) -> None:
    page = site.get("/?_next=99999")
    assert page.entries == []
    assert "The list ends before this page." in page.words


def test_an_archive_without_letters_says_so(archive: Archive, portal: BlockingPortal) -> None:
    for path in archive.folder.glob("2019/*.yml"):
        path.unlink()
    for register in ("people", "topics", "organisations"):
        archive.write(f"register/{register}.yml", "[]\n")
    with serve(archive.folder.absolute(), portal) as site:
        page = site.get("/")
    assert page.status == 200
    assert "The archive has no letters yet." in page.words
    assert "Remove a filter" not in page.words


def test_a_heading_tells_bounds_from_days(site: Site) -> None:
    [heading] = site.get("/?_after=2019-03&_before=2020-02-10").all("h1")
    assert heading.text.endswith("letters: from March 2019, until 10 February 2020")
