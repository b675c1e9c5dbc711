"""Which organisation or person a name may mean, for OpenRefine and its like.

Answers are those of the Reconciliation Service API 0.2
(https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/). Names, short
names and aliases count, capitals and diacritics do not; the score is 100 where they are the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from rapidfuzz import fuzz, process

from ...formats.publication import Publication
from ...records.archive import Frame
from ...records.folding import fold
from ...records.model import Organisation, Person

TYPES = {"organisations": "Organisations", "people": "People"}
"""What may be asked for, by the names of the registers."""

PROPERTIES = {
    "name": "Name",
    "aliases": "Other names",
    "kind": "Kind of organisation",
    "country": "Country (ISO 3166-1)",
    "url": "Web site",
    "wikidata": "Wikidata id",
    "letters": "Address of their letters",
}
"""What may be asked of an entry that was found."""

MOST_QUERIES = 100
MOST_IDS = 1_000
LONGEST_NAME = 500
_LIMIT = 5
_MOST = 50
_LEAST_SCORE = 60
Entry = Organisation | Person


class BadQuery(ValueError):
    """A query that is not one; the message says what it should be."""


def manifest(publication: Publication) -> dict[str, Any]:
    """What the service is and offers."""
    address = publication.address
    service = f"{address}/reconcile"
    return {
        "versions": ["0.1", "0.2"],
        "name": publication.frame.info.title,
        "identifierSpace": f"{address}/archive/",
        "schemaSpace": f"{address}/archive/",
        "documentation": f"{address}/data#reconciliation",
        "defaultTypes": [{"id": kind, "name": name} for kind, name in TYPES.items()],
        "view": {"url": f"{address}/archive/{{{{id}}}}"},
        "suggest": {"entity": {"service_url": service, "service_path": "/suggest"}},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
        "batchSize": MOST_QUERIES,
    }


def reconcile(frame: Frame, queries: Any) -> dict[str, Any]:
    """Candidates for each of some queries, by the keys of the queries.

    Raises:
        BadQuery: they are no mapping of queries, or too many.
    """
    if not isinstance(queries, dict):
        raise BadQuery('queries is a mapping such as {"q0": {"query": "Citizen Lab"}}')
    if len(queries) > MOST_QUERIES:
        raise BadQuery(f"at most {MOST_QUERIES} queries are answered at once")
    return {key: {"result": _candidates(frame, query)} for key, query in queries.items()}


def suggest(frame: Frame, prefix: str, passed: int = 0) -> dict[str, Any]:
    """Entries one of whose names holds a word that begins so, but for the first ones passed."""
    wanted = fold(prefix)
    found = (
        {"id": entry_id, "name": entry.name, "notable": [_type_of(entry_id)]}
        for entry_id, entry in _entries(frame, tuple(TYPES))
        if wanted and any(f" {wanted}" in f" {fold(name)}" for name in _names(entry))
    )
    return {"result": list(islice(found, passed, passed + _MOST))}


def extend(publication: Publication, request: Any) -> dict[str, Any]:
    """Values of properties of entries.

    Raises:
        BadQuery: the request is not ``{"ids": [...], "properties": [{"id": ...}]}``.
    """
    try:
        ids = [str(entry_id) for entry_id in request["ids"]]
        wanted = list(dict.fromkeys(str(wanted["id"]) for wanted in request["properties"]))
    except (KeyError, TypeError) as error:
        raise BadQuery('extend is {"ids": [...], "properties": [{"id": ...}]}') from error
    if len(ids) > MOST_IDS:
        raise BadQuery(f"at most {MOST_IDS:,} entries are told of at once")
    for name in wanted:
        if name not in PROPERTIES:
            raise BadQuery(f"there is no property {name!r}; there are {', '.join(PROPERTIES)}")
    entries = dict(_entries(publication.frame, tuple(TYPES)))
    return {
        "meta": [{"id": name, "name": PROPERTIES[name]} for name in wanted],
        "rows": {
            entry_id: {
                name: [{"str": text} for text in _values(publication, entry_id, entries, name)]
                for name in wanted
            }
            for entry_id in ids
        },
    }


def _candidates(frame: Frame, query: Any) -> list[dict[str, Any]]:
    if not isinstance(query, dict) or not isinstance(query.get("query"), str):
        raise BadQuery('a query is a mapping such as {"query": "Citizen Lab"}')
    if len(query["query"]) > LONGEST_NAME:
        raise BadQuery(f"a name has at most {LONGEST_NAME} characters")
    limit = query.get("limit", _LIMIT)
    if not isinstance(limit, int) or limit < 1:
        raise BadQuery("limit is a whole number above zero")
    named = dict(_entries(frame, _types(query.get("type"))))
    scores = _scores(query["query"], named)
    best = sorted(scores.items(), key=lambda it: (-it[1], it[0]))[: min(limit, _MOST)]
    same = [entry_id for entry_id, score in scores.items() if score == 100]
    return [
        {
            "id": entry_id,
            "name": named[entry_id].name,
            "type": [_type_of(entry_id)],
            "score": round(score, 1),
            "match": same == [entry_id],
        }
        for entry_id, score in best
    ]


def _types(wanted: Any) -> tuple[str, ...]:
    """The registers that a query asks for; a type that there is not is none of them."""
    if not wanted:
        return tuple(TYPES)
    kinds = wanted if isinstance(wanted, list) else [wanted]
    names = [kind.get("id") if isinstance(kind, dict) else kind for kind in kinds]
    return tuple(kind for kind in TYPES if kind in names)


def _scores(name: str, named: Mapping[str, Entry]) -> dict[str, float]:
    """How like a name the most similar name of each entry is, from 0 to 100."""
    folded = fold(name)
    choices = {
        (entry_id, number): fold(other)
        for entry_id, entry in named.items()
        for number, other in enumerate(_names(entry))
    }
    scores: dict[str, float] = {}
    for other, score, (entry_id, _) in process.extract(
        folded, choices, scorer=fuzz.token_ratio, score_cutoff=_LEAST_SCORE, limit=None
    ):
        # The measure calls names the same, too, that only hold the same words.
        kept = score if other == folded else min(score, 99.0)
        scores[entry_id] = max(kept, scores.get(entry_id, 0))
    return scores


def _entries(frame: Frame, registers: Iterable[str]) -> Iterator[tuple[str, Entry]]:
    """Entries by their path within the archive, which is their identifier."""
    for register in registers:
        for entry in getattr(frame.registers, register).values():
            yield f"{register}/{entry.id}", entry


def _names(entry: Entry) -> Iterator[str]:
    yield entry.name
    if isinstance(entry, Organisation) and entry.short_name:
        yield entry.short_name
    yield from entry.aliases


def _type_of(entry_id: str) -> dict[str, str]:
    kind = entry_id.partition("/")[0]
    return {"id": kind, "name": TYPES[kind]}


def _values(
    publication: Publication, entry_id: str, entries: Mapping[str, Entry], name: str
) -> list[str]:
    entry = entries.get(entry_id)
    if entry is None:
        return []
    if name == "aliases":
        return list(entry.aliases)
    if name == "letters":
        kind, _, own_id = entry_id.partition("/")
        argument = "_with" if kind == "organisations" else "_person"
        return [f"{publication.address}/?{argument}={own_id}"]
    value = getattr(entry, name, None)
    return [value] if value else []
