"""What letters ask, promise, refuse and claim: chosen, counted, and read with what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cachetools import LRUCache

from ...records.archive import Frame
from ...records.vocabulary import How, StatementKind
from ..archive import Archive
from .facets import Value

NOT_TAKEN_UP = "not taken up"
OUTCOMES = (*How, NOT_TAKEN_UP)
LABELS = {"kind": "Kind", "outcome": "What became of it", "topic": "Topic", "party": "Party"}
"""The arguments by which statements are chosen, without their underscore, and their labels."""

_OF = "statements.letter = {0}.{1} and statements.id = {0}.statement"
_TAKEN = f"taken_up where {_OF.format('taken_up', 'statement_letter')}"
_PARTIES = f"statement_parties where {_OF.format('statement_parties', 'letter')}"
_PARTY = "coalesce(statement_parties.organisation, statement_parties.person)"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Filter:
    """The values chosen, by facet; of one facet any, of different facets all."""

    chosen: Mapping[str, tuple[str, ...]]

    @property
    def pairs(self) -> list[Pair]:
        """The choices as arguments of an address."""
        return [(f"_{facet}", value) for facet in LABELS for value in self.chosen.get(facet, ())]

    @property
    def query(self) -> str:
        """The choices as the query of an address."""
        return f"?{urlencode(self.pairs)}" if self.pairs else ""

    def without(self, pair: Pair) -> "Filter":
        """The other choices."""
        return read(other for other in self.pairs if other != pair)

    def where(self, but: str = "") -> tuple[str, dict[str, str]]:
        """The condition in SQL, without the choices of one facet, and its parameters."""
        clauses: list[str] = []
        parameters: dict[str, str] = {}
        for facet, values in self.chosen.items():
            if facet == but or not values:
                continue
            names = {f"{facet}_{number}": value for number, value in enumerate(values)}
            parameters |= names
            clauses.append(_clause(facet, ", ".join(f":{name}" for name in names)))
        return " and ".join(clauses) or "true", parameters


def read(pairs: Iterable[Pair]) -> Filter:
    """The choices among the arguments of an address."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        facet = name[1:]
        if facet in LABELS and value:
            chosen[facet] = tuple(dict.fromkeys((*chosen.get(facet, ()), value)))
    return Filter(chosen)


def _clause(facet: str, marks: str) -> str:
    """One facet's condition; the fixed words that it is put together from are ours."""
    if facet == "party":
        return (
            "(statements.letter, statements.id) in (select letter, statement from "
            f"statement_parties where organisation in ({marks}) or person in ({marks}))"
        )
    if facet == "outcome":
        return (
            f"(exists (select 1 from {_TAKEN} and how in ({marks})) or "
            f"('{NOT_TAKEN_UP}' in ({marks}) and not exists (select 1 from {_TAKEN})))"
        )
    return f"statements.{facet} in ({marks})"


_COUNTS = {
    "kind": "select kind as value, count(*) as number from statements where {} group by kind",
    "topic": "select topic as value, count(*) as number from statements "
    "where topic is not null and {} group by topic",
    "party": f"select {_PARTY} as value, "
    "count(distinct statements.rowid) as number "
    f"from statements join statement_parties on {_OF.format('statement_parties', 'letter')} "
    "where {} group by 1",
    "outcome": "select coalesce(how, '" + NOT_TAKEN_UP + "') as value, "
    "count(distinct statements.rowid) as number "
    f"from statements left join taken_up on {_OF.format('taken_up', 'statement_letter')} "
    "where {} group by 1",
}


REMEMBERED = 64
"""Choices whose facets are remembered, since every page of their list shows the same."""

Facets = dict[str, list[Value]]


def _memory() -> "LRUCache[str, Facets]":
    return LRUCache(REMEMBERED)


async def facets(database: Archive, frame: Frame, choice: Filter) -> Facets:
    """The values of every facet with exact counts, made under the choices of the other facets."""
    remembered = database.kept(_memory)
    found = remembered.get(choice.query)
    if found is None:
        found = {facet: await _values(database, frame, choice, facet) for facet in _COUNTS}
        remembered[choice.query] = found
    return found


async def _values(database: Archive, frame: Frame, choice: Filter, facet: str) -> list[Value]:
    """The values of one facet, those chosen among them even where nothing bears them."""
    condition, parameters = choice.where(but=facet)
    rows = await database.execute(_COUNTS[facet].format(condition), parameters)
    counts = {row["value"]: row["number"] for row in rows}
    chosen = choice.chosen.get(facet, ())
    values = _ordered(facet, {**dict.fromkeys(chosen, 0), **counts}, frame)
    return [
        Value(value, label_of(frame, facet, value), number, value in chosen)
        for value, number in values
    ]


def _ordered(facet: str, counts: Mapping[str, int], frame: Frame) -> list[tuple[str, int]]:
    """Values in the order of their vocabulary, or the most frequent first."""
    fixed = {"kind": tuple(StatementKind), "outcome": OUTCOMES}.get(facet, ())
    return sorted(
        counts.items(),
        key=lambda item: (
            fixed.index(item[0]) if item[0] in fixed else len(fixed),
            -item[1],
            label_of(frame, facet, item[0]).casefold(),
        ),
    )


def label_of(frame: Frame, facet: str, value: str) -> str:
    """A value as the page names it; one that nothing bears is its own label."""
    registers = frame.registers
    if facet == "party":
        if organisation := registers.organisations.get(value):
            return organisation.label
        return registers.people[value].name if value in registers.people else value
    if facet == "topic" and value in registers.topics:
        return registers.topics[value].name
    return value.capitalize()


async def count(database: Archive, choice: Filter) -> int:
    """How many statements are chosen."""
    condition, parameters = choice.where()
    rows = await database.execute(f"select count(*) from statements where {condition}", parameters)
    return int(rows.single_value())


async def chosen(
    database: Archive, choice: Filter, offset: int, size: int
) -> list[tuple[str, str]]:
    """Letter and id of the statements chosen, in the order of the letters."""
    condition, parameters = choice.where()
    rows = await database.execute(
        "select statements.letter, statements.id from statements "
        "join letters on letters.id = statements.letter "
        f"where {condition} order by letters.sort_key, statements.position "
        "limit :limit offset :offset",
        {**parameters, "limit": size, "offset": offset},
    )
    return [(row["letter"], row["id"]) for row in rows]


async def outcomes(
    database: Archive, letters: Sequence[str]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Where the statements of some letters are taken up, and how; earliest first."""
    marks = ", ".join("?" * len(letters))
    rows = await database.execute(
        "select taken_up.* from taken_up join letters on letters.id = taken_up.letter "
        f"where statement_letter in ({marks}) order by letters.sort_key, position",
        list(letters),
    )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["statement_letter"], row["statement"]), []).append(dict(row))
    return found
