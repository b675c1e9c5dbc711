"""The same choice gives the same letters on every page and in every format, and all of them."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import feedparser
import networkx
import openpyxl
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ..site.answers import Page, Pairs
from ..sites import Site
from .conftest import file
from .making import MANY

CORRESPONDENCE = "{http://www.tei-c.org/ns/1.0}correspDesc"


def last(addresses: Any) -> list[str]:
    """The ids in permalinks."""
    return [str(address).rpartition("/")[2] for address in addresses]


def of_graph(content: bytes) -> list[str]:
    graph = networkx.read_graphml(io.BytesIO(content))
    edges = graph.edges(data=True)
    return sorted({letter for _, _, data in edges for letter in data["letters"].split()})


def of_spreadsheet(content: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["Letters"]
    return [str(row[0]) for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]


IDS: dict[str, Callable[[Page], list[str]]] = {
    "ris": lambda page: [reference["id"] for reference in rispy.loads(page.text)],
    "bib": lambda page: re.findall(r"(?m)^@misc\{(.+),$", page.text),
    "csljson": lambda page: [item["id"] for item in page.json],
    "cmif": lambda page: last(
        each.get("ref") for each in etree.fromstring(page.content).iter(CORRESPONDENCE)
    ),
    "xlsx": lambda page: of_spreadsheet(page.content),
    "atom": lambda page: last(entry.id for entry in feedparser.parse(page.content).entries),
    "jsonfeed": lambda page: last(item["id"] for item in page.json["items"]),
    "jsonld": lambda page: last(node["@id"] for node in page.json["@graph"]),
    "graphml": lambda page: of_graph(page.content),
    "jsonl": lambda page: [json.loads(line)["id"] for line in page.text.splitlines()],
    "yml": lambda page: re.findall(r"(?m)^---\n# (.+)\.yml, ", page.text),
}


def in_format(site: Site, suffix: str, arguments: Pairs) -> list[str]:
    return IDS[suffix](file(site, "/archive/letters", suffix, arguments))


def in_timeline(site: Site, arguments: Pairs) -> list[str]:
    return [letter for page in site.walk("/", arguments) for letter in page.entries]


def in_table(site: Site, arguments: Pairs) -> list[str]:
    return [letter for page in site.walk("/archive/letters", arguments) for letter in page.entries]


def in_json(site: Site, arguments: Pairs) -> list[str]:
    pages = site.walk("/archive/letters.json", [*arguments, ("_shape", "objects")])
    return [row["id"] for page in pages for row in page.json["rows"]]


def in_csv(site: Site, arguments: Pairs) -> list[str]:
    page = file(site, "/archive/letters", "csv", [*arguments, ("_stream", "on"), ("_size", "max")])
    return [row["id"] for row in csv.DictReader(io.StringIO(page.text))]


CHOICES: list[Pairs] = [
    [],
    [("_from", "amber")],
    [("_from", "amber"), ("_from", "basalt"), ("_not_form", "letter")],
    [("_search", "granite OR pebbles")],
    [("_after", "2019-03"), ("_before", "2020-02-05")],
    [("_search", "from:cobalt -marble"), ("_topic", "rivers"), ("_year", "2019")],
]
CONDITIONS: list[Pairs] = [
    [("form", "letter")],
    [("date_earliest__gt", "2019-02-09")],
    [("language__isnull", "1"), ("_to", "amber")],
    [("title__contains", "slate"), ("form__in", "letter,e-mail"), ("_search", "gravel")],
]


@pytest.mark.parametrize("arguments", CHOICES, ids=str)
def test_a_choice_gives_the_same_letters_everywhere(made_up: Site, arguments: Pairs) -> None:
    shown = in_timeline(made_up, arguments)
    assert shown
    assert in_table(made_up, arguments) == shown
    check(made_up, arguments, shown)


@pytest.mark.parametrize("arguments", CONDITIONS, ids=str)
def test_conditions_on_columns_do_too(made_up: Site, arguments: Pairs) -> None:
    shown = in_table(made_up, arguments)
    assert 0 < len(shown) < len(in_table(made_up, []))
    check(made_up, arguments, shown)


def check(site: Site, arguments: Pairs, shown: list[str]) -> None:
    assert in_json(site, arguments) == shown
    assert in_csv(site, arguments) == shown
    for suffix in IDS:
        wanted = sorted(shown) if suffix == "graphml" else shown
        assert in_format(site, suffix, arguments) == wanted


FACET_VALUES = {
    "from": "amber basalt cobalt".split(),
    "to": "amber dolomite".split(),
    "with": "garnet feldspar".split(),
    "topic": "mines rivers".split(),
    "year": "2019 2020 2021".split(),
    "form": ["letter", "open letter", "statement"],
    "answered": ["answered", "no answer known"],
    "attestation": ["cited", "text seen"],
    "language": ["en", "fr"],
}
chosen = st.sampled_from(sorted(FACET_VALUES)).flatmap(
    lambda name: st.tuples(
        st.sampled_from([f"_{name}", f"_not_{name}"]), st.sampled_from(FACET_VALUES[name])
    )
)
limits = st.tuples(
    st.sampled_from(["_after", "_before"]), st.sampled_from(["2019-03", "2020", "2019-02-09"])
)
searches = st.tuples(
    st.just("_search"),
    st.sampled_from(["granite", "marb*", "-slate", "to:amber OR gravel", '"letter 1"']),
)


@given(
    st.lists(chosen | limits | searches, max_size=4, unique_by=lambda pair: pair[0]),
    st.lists(st.sampled_from(sorted(IDS)), min_size=2, max_size=2, unique=True),
)
@settings(max_examples=15)
def test_any_choice_gives_the_same_letters(
    made_up: Site, arguments: Pairs, suffixes: list[str]
) -> None:
    shown = in_timeline(made_up, arguments)
    assert in_csv(made_up, arguments) == shown
    for suffix in suffixes:
        assert sorted(in_format(made_up, suffix, arguments)) == sorted(shown)


@pytest.mark.parametrize("suffix", IDS)
def test_where_nothing_is_chosen_the_file_is_sound_and_empty(made_up: Site, suffix: str) -> None:
    assert in_format(made_up, suffix, [("_search", "nosuchword")]) == []


@pytest.mark.parametrize("suffix", [suffix for suffix in IDS if suffix != "graphml"])
def test_the_order_of_the_table_is_that_of_the_file(made_up: Site, suffix: str) -> None:
    arguments = [("_sort_desc", "sort_key"), ("_from", "amber")]
    assert in_format(made_up, suffix, arguments) == in_table(made_up, arguments)


@pytest.mark.parametrize("suffix", IDS)
def test_what_a_table_shows_of_letters_changes_no_file(made_up: Site, suffix: str) -> None:
    shown: Pairs = [("_col", "title"), ("_shape", "array"), ("_labels", "on"), ("_nl", "on")]
    assert in_format(made_up, suffix, [*shown, ("_from", "amber")]) == in_format(
        made_up, suffix, [("_from", "amber")]
    )


def test_nothing_is_cut_where_a_page_ends(many: Site) -> None:
    for suffix in IDS:
        found = in_format(many, suffix, [])
        assert (suffix, len(found), len({*found})) == (suffix, MANY, MANY)


def test_downloads_come_in_the_order_of_the_page(made_up: Site) -> None:
    page = made_up.get("/", [("_sort_desc", "sort_key")])
    [link] = [link for link in page.links if "/archive/letters.jsonl?" in link]
    files = [json.loads(line)["id"] for line in made_up.get(link).text.splitlines()]
    oldest = [
        json.loads(line)["id"] for line in made_up.get("/archive/letters.jsonl").text.splitlines()
    ]
    assert files == oldest[::-1]
