"""Facets: how many letters stand under each value, given everything else that is chosen.

A facet is counted under all other choices but not under its own, so that one can see what adding a
second value would bring; a chosen value stays in sight even where its count is 0. A letter counts
once under each of its values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.database import Database
from datasette.facets import Facet
from datasette.filters import Filters
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request
from pyroaring import BitMap

from .choices import FACETS, Choices, Conditions, from_pairs
from .value_sets import counts_among


@dataclass(frozen=True)
class Value:
    """One value of a facet, its count, and whether it is chosen."""

    value: str
    label: str
    count: int
    selected: bool


async def count_facets(database: Database, choices: Choices) -> dict[str, list[Value]]:
    """The values of every facet with their counts, in the order of the page.

    Values that no letter has under the other choices are left out, unless they are chosen.
    """
    counts = await _counts(
        database, choices.conditions(), [f for f in FACETS if not choices.chosen.get(f)]
    )
    for facet in FACETS:
        if choices.chosen.get(facet):
            others = choices.without_facet(facet).conditions()
            counts |= await _counts(database, others, [facet])
    return {facet: await values_of(database, facet, counts[facet], choices) for facet in FACETS}


async def values_of(
    database: Database, facet: str, counts: Mapping[str, int], choices: Choices
) -> list[Value]:
    """A facet's counts as labelled values: in their fixed order, or the most frequent first."""
    chosen = choices.chosen.get(facet, ())
    rows = await database.execute(
        "select value, label, position from facet_values where facet = ?", [facet]
    )
    known = {row["value"]: (row["label"], row["position"]) for row in rows}
    wanted = [*counts, *(value for value in chosen if value not in counts)]
    values = [Value(v, known.get(v, (v, 0))[0], counts.get(v, 0), v in chosen) for v in wanted]
    if facet == "year":
        return sorted(values, key=lambda v: v.value)
    if any(position for _, position in known.values()):
        return sorted(values, key=lambda v: known.get(v.value, ("", 0))[1])
    return sorted(values, key=lambda v: (-v.count, v.label.casefold(), v.value))


async def _counts(
    database: Database, conditions: Conditions, facets: list[str]
) -> dict[str, dict[str, int]]:
    if conditions.clauses:
        sql = f"select sort_key from letters {conditions.where}"
        matched = await database.execute(sql, dict(conditions.parameters))
        return await counts_among(database, facets, BitMap([row[0] for row in matched.rows]))
    counts: dict[str, dict[str, int]] = {facet: {} for facet in facets}
    marks = ", ".join("?" * len(facets))
    sql = f"select facet, value, letters from facet_values where facet in ({marks})"
    for row in await database.execute(sql, facets):
        counts[row["facet"]][row["value"]] = row["letters"]
    return counts


class LetterFacet(Facet):
    """The same facets for Datasette's own view of the table ``letters``, as HTML and JSON.

    That view has conditions of its own (column filters, ``_where`` …), so the counts are made
    under all of them, taken from a request without the facet's own arguments and without paging.
    """

    type = "letters"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Every facet as Datasette wants it, and none that timed out."""
        if self.table != "letters" or self.database != "archive":
            return [], []
        database = self.ds.get_database("archive")
        pairs = parse_qsl(self.request.query_string, keep_blank_values=True)
        choices = from_pairs(pairs)
        shared = [facet for facet in FACETS if not choices.chosen.get(facet)]
        counts = await _counts(database, await self._conditions(()), shared)
        for facet in FACETS:
            if facet not in counts:
                counts |= await _counts(database, await self._conditions((f"_{facet}",)), [facet])
        return [
            self._result(facet, await values_of(database, facet, counts[facet], choices))
            for facet in FACETS
        ], []

    async def _conditions(self, left_out: tuple[str, ...]) -> Conditions:
        pairs = [
            pair
            for pair in parse_qsl(self.request.query_string, keep_blank_values=True)
            if pair[0] not in (*left_out, "_next")
        ]
        request = Request(
            dict(self.request.scope, query_string=urlencode(pairs).encode("latin-1")), None
        )
        columns = [pair for pair in pairs if not pair[0].startswith("_") or "__" in pair[0]]
        clauses, parameters = Filters(sorted(columns), {}, None).build_where_clauses(self.table)
        for hook in pm.hook.filters_from_request(
            request=request,
            table=self.table,
            database=self.database,
            datasette=self.ds,
        ):
            found = await await_me_maybe(hook)
            if found:
                clauses += found.where_clauses
                parameters |= found.params
        return Conditions(tuple(clauses), parameters)

    def _result(self, facet: str, values: list[Value]) -> dict[str, Any]:
        return {
            "name": facet,
            "type": self.type,
            "label": FACETS[facet],
            "results": [
                {
                    "value": value.value,
                    "label": value.label,
                    "count": value.count,
                    "selected": value.selected,
                    "toggle_url": self._toggled(f"_{facet}", value),
                }
                for value in values
            ],
            "hideable": False,
            "toggle_url": None,
            "truncated": False,
        }

    def _toggled(self, argument: str, value: Value) -> str:
        pairs = parse_qsl(self.request.query_string, keep_blank_values=True)
        pairs = [pair for pair in pairs if pair[0] != "_next"]
        if value.selected:
            pairs = [pair for pair in pairs if pair != (argument, value.value)]
        else:
            pairs.append((argument, value.value))
        path = self.request.path
        url = f"{path}?{urlencode(pairs)}" if pairs else path
        return str(self.ds.absolute_url(self.request, url))
