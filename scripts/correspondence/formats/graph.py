"""Who wrote to whom, as a directed graph in GraphML, which Gephi and networkx open.

A correspondent is their organisation, or the person where no organisation is named, as in the
facets. An edge stands for the letters from one to the other; copies make no edge.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO

import networkx

from ..records.model import Correspondent, Letter
from .publication import Publication


def write_graphml(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """A graph of correspondents; ``weight`` counts letters, ``letters`` lists their ids."""
    graph: networkx.DiGraph[str] = networkx.DiGraph(name=publication.frame.info.title)
    graph.graph["licence"] = publication.licence
    graph.graph["source"] = publication.home
    for letter in letters:
        for sender in _nodes(letter.from_, graph, publication):
            for recipient in _nodes(letter.to, graph, publication) or _public(graph):
                _add_letter(graph, sender, recipient, letter, publication)
    file = BytesIO()
    networkx.write_graphml(graph, file, named_key_ids=True, prettyprint=True)
    yield file.getvalue()


def _nodes(
    parties: Iterable[Correspondent], graph: "networkx.DiGraph[str]", publication: Publication
) -> list[str]:
    """The nodes of some correspondents, each once, made where they are not there yet."""
    registers, address = publication.frame.registers, publication.address
    found = []
    for party in parties:
        lane = publication.frame.lane_of(party.organisation).name
        if party.organisation:
            organisation = registers.organisations[party.organisation]
            node = organisation.id
            about = {"label": organisation.name, "kind": organisation.kind, "lane": lane}
            about["page"] = f"{address}/archive/organisations/{node}"
            about["wikidata"] = organisation.wikidata or ""
        elif party.person:
            person = registers.people[party.person]
            node = f"person:{person.id}"
            about = {"label": person.name, "kind": "person", "lane": lane}
            about["page"] = f"{address}/archive/people/{person.id}"
            about["wikidata"] = person.wikidata or ""
        else:
            node, about = "unknown", {"label": "unknown", "kind": "unknown", "lane": lane}
        graph.add_node(node, **about)
        found.append(node)
    return list(dict.fromkeys(found))


def _public(graph: "networkx.DiGraph[str]") -> list[str]:
    graph.add_node("public", label="the public", kind="public")
    return ["public"]


def _add_letter(
    graph: "networkx.DiGraph[str]",
    sender: str,
    recipient: str,
    letter: Letter,
    publication: Publication,
) -> None:
    if not graph.has_edge(sender, recipient):
        graph.add_edge(sender, recipient, weight=0, letters="", first="", last="", permalinks="")
    edge = graph.edges[sender, recipient]
    edge["weight"] += 1
    edge["letters"] = f"{edge['letters']} {letter.id}".strip()
    edge["permalinks"] = f"{edge['permalinks']} {publication.permalink(letter.id)}".strip()
    if day := letter.date.earliest:
        edge["first"] = min(filter(None, (edge["first"], day.isoformat())))
    if day := letter.date.latest:
        edge["last"] = max(edge["last"], day.isoformat())
