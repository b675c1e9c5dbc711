"""GraphML, read by networkx: who wrote to whom, and how often."""

import sqlite3
from collections import Counter
from contextlib import closing
from io import BytesIO

import networkx

from ..sites import Site
from .conftest import Listed
from .expected import Letter, bounds, read_letters

Graph = networkx.DiGraph


def read(content: bytes) -> Graph:
    return networkx.read_graphml(BytesIO(content))


def ends(letter: Letter) -> list[tuple[str, str]]:
    """From whom to whom a letter went: organisations, or people where none is named."""

    def side(key: str) -> list[str]:
        found = [
            party.get("organisation")
            or (f"person:{party['person']}" if "person" in party else "unknown")
            for party in letter.of(key)
        ]
        return list(dict.fromkeys(found)) or ["public"]

    return [(sender, recipient) for sender in side("from") for recipient in side("to")]


def check(graph: Graph, letters: tuple[Letter, ...]) -> None:
    counts = Counter(pair for letter in letters for pair in ends(letter))
    assert {(one, other): data["weight"] for one, other, data in graph.edges(data=True)} == counts
    for one, other, data in graph.edges(data=True):
        between = [letter for letter in letters if (one, other) in ends(letter)]
        assert data["letters"].split() == [letter.id for letter in between]
        assert data["permalinks"].split() == [letter.permalink for letter in between]
        days = [bounds(letter.date) for letter in between]
        assert data["first"] == min((first for first, _ in days if first), default="")
        assert data["last"] == max((last for _, last in days if last), default="")


def test_a_list_is_read_back(listed: Listed) -> None:
    graph = read(listed.as_file("graphml").content)
    check(graph, listed.letters)
    assert graph.graph["licence"].startswith("CC BY 4.0")
    assert graph.graph["source"].startswith("http://localhost/archive/letters")


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("graphml"):
        check(read(page.content), (letter,))


def test_weights_are_those_that_sql_counts(site: Site, made_up: Site) -> None:
    sql = """
        with side as (
          select letter, side, coalesce(organisation, 'person:' || person, 'unknown') as who
          from correspondents
        )
        select sender.who, coalesce(recipient.who, 'public'), count(distinct sender.letter)
        from side as sender
        left join side as recipient on recipient.letter = sender.letter and recipient.side = 'to'
        where sender.side = 'from' group by 1, 2
    """
    for archive in (site, made_up):
        with closing(sqlite3.connect(archive.database)) as connection:
            counted = {(one, other): number for one, other, number in connection.execute(sql)}
        graph = read(archive.get("/archive/letters.graphml").content)
        found = {(one, other): data["weight"] for one, other, data in graph.edges(data=True)}
        assert found == counted


def test_nodes_bear_names_kinds_and_pages(everything: Listed) -> None:
    graph = read(everything.as_file("graphml").content)
    names = {
        name.plain
        for letter in everything.letters
        for name in (*letter.senders, *letter.recipients)
    }
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert {name for name in labels if name not in names} == set()
    for node, data in graph.nodes(data=True):
        assert data["kind"]
        if node not in ("public", "unknown"):
            assert everything.site.get(data["page"].removeprefix("http://localhost")).status == 200


def test_a_graph_knows_every_letter(doubtful: Site) -> None:
    graph = read(doubtful.get("/archive/letters.graphml").content)
    listed = [one for _, _, data in graph.edges(data=True) for one in data["letters"].split()]
    assert {*listed} == {*read_letters(doubtful.folder)}
