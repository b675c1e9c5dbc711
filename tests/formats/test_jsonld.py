"""JSON-LD, parsed by rdflib without a network and asked by SPARQL; on pages found by extruct."""

import json
from typing import Any

import extruct
import pytest
import rdflib
from rdflib.namespace import SDO

from ..sites import Site
from .conftest import Listed
from .expected import ADDRESS, Letter, is_exact, read_letters

# rdflib warns of what it uses itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

PREFIXES = f"""
prefix s: <{SDO}>
prefix dcterms: <http://purl.org/dc/terms/>
prefix cito: <http://purl.org/spar/cito/>
"""
FACTS = {
    "senders": "?letter s:sender/s:name ?value",
    "recipients": "?letter s:recipient/(s:name|s:audienceType) ?value",
    "title": "?letter s:name ?value",
    "date": "?letter dcterms:date ?value",
    "exact date": "?letter s:dateSent ?value",
    "url": "?letter s:url ?value",
    "replies to": "?letter cito:repliesTo ?value",
    "sources": "?letter s:isBasedOn ?value",
    "licence": "?letter s:license ?value",
}


def read(text: str) -> rdflib.Graph:
    """The statements; nothing that would have to be fetched is among the contexts."""
    assert all(isinstance(context, dict) for context in contexts(json.loads(text)))
    return rdflib.Graph().parse(data=text, format="json-ld")


def contexts(data: Any) -> list[Any]:
    """Every context in a document."""
    if isinstance(data, list):
        return [found for part in data for found in contexts(part)]
    if isinstance(data, dict):
        own = [value for key, value in data.items() if key == "@context"]
        return own + contexts([value for key, value in data.items() if key != "@context"])
    return []


def letters_in(graph: rdflib.Graph) -> dict[str, dict[str, set[str]]]:
    letters: dict[str, dict[str, set[str]]] = {
        str(row[0]): {fact: set() for fact in FACTS}
        for row in graph.query(f"{PREFIXES} select ?letter {{ ?letter a s:Message }}")
    }
    for fact, pattern in FACTS.items():
        asked = f"{PREFIXES} select ?letter ?value {{ ?letter a s:Message . {pattern} }}"
        for letter, value in graph.query(asked):
            letters[str(letter)][fact].add(str(value))
    return letters


def expected(letter: Letter) -> dict[str, set[str]]:
    return {
        "senders": {name.cited for name in letter.senders},
        "recipients": {name.cited for name in letter.recipients},
        "title": {letter.title},
        "date": {letter.date},
        "exact date": {letter.date} if is_exact(letter.date) else set(),
        "url": {letter.permalink},
        "replies to": set(letter.replies_to),
        "sources": {source["url"] for source in letter.of("sources")},
        "licence": {"https://creativecommons.org/licenses/by/4.0/"},
    }


def test_a_list_is_read_back(listed: Listed) -> None:
    found = letters_in(read(listed.as_file("jsonld").text))
    assert found == {letter.permalink: expected(letter) for letter in listed.letters}


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("jsonld"):
        assert letters_in(read(page.text)) == {letter.permalink: expected(letter)}


def test_every_term_of_schema_org_is_one(doubtful: Site, site: Site) -> None:
    for archive in (doubtful, site):
        graph = read(archive.get("/archive/letters.jsonld").text)
        used = {*graph.predicates(), *graph.objects(None, rdflib.RDF.type)}
        ours = {term for term in used if str(term).startswith(str(SDO))}
        assert {term for term in ours if term not in SDO} == set()
        assert SDO.Message in ours


def test_whoever_is_inferred_bears_no_bracket_elsewhere(doubtful: Site) -> None:
    """That a name stands in brackets is said of a letter, and never of the person."""
    graph = read(doubtful.get("/archive/letters.jsonld").text)
    named = graph.query(
        f"{PREFIXES} select ?who ?name {{ ?who s:name ?name . filter isIRI(?who) }}"
    )
    about = [
        (who, str(name)) for who, name in named if "/letters/" not in who and "#archive" not in who
    ]
    assert about
    assert len({who for who, _ in about}) == len({*about})
    assert not [name for _, name in about if name.startswith("[")]


def test_the_page_of_every_letter_says_the_same(everything: Listed) -> None:
    graph = everything.as_file("jsonld").json
    nodes = {node["@id"]: node for node in graph["@graph"]}
    for letter in everything.letters:
        page = everything.site.get(f"/archive/letters/{letter.id}")
        (found,) = extruct.extract(page.text, base_url=ADDRESS, syntaxes=["json-ld"])["json-ld"]
        assert found == {"@context": graph["@context"], **nodes[letter.permalink]}
    assert letters_in(read(json.dumps(found))) == {letter.permalink: expected(letter)}


def test_copies_and_corrections_are_told(hostile: Site) -> None:
    letters = read_letters(hostile.folder)
    graph = read(hostile.get("/archive/letters.jsonld").text)
    for fact in ("s:ccRecipient", "s:correction/s:text"):
        asked = f"{PREFIXES} select distinct ?letter {{ ?letter {fact} ?value }}"
        assert {str(row[0]) for row in graph.query(asked)} == {
            letter.permalink for letter in letters.values()
        }
