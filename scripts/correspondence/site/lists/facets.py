"""Facets: how many letters stand under each value, given everything else that is chosen.

A facet is counted under all other choices but not under its own, so that one can see what adding a
second value would bring; a chosen value stays in sight even where its count is 0. A letter counts
once under each of its values.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.facets import Facet
from datasette.filters import Filters
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request
from pyroaring import BitMap

from ...database.facets import FACETS
from ..archive import Archive, archive_of
from ..filters.choices import Choices, from_pairs
from ..memory.letter_sets import LetterSets, keys_found, letters_chosen, sets_of


@dataclass(frozen=True)
class Value:
    """One value of a facet, its count, and whether it is chosen."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, eq=False)
class FacetCounts(Mapping[str, list[Value]]):
    """The values of every facet with their counts, in the order of the page.

    A facet is counted when it is looked at: a page of which this piece is kept does not.
    """

    sets: LetterSets
    under: Mapping[str, tuple[BitMap, Collection[str]]]
    """The letters among which a facet is counted, and its values that are chosen."""

    def __getitem__(self, facet: str) -> list[Value]:
        letters, selected = self.under[facet]
        return values_of(self.sets, facet, letters, selected)

    def __iter__(self) -> Iterator[str]:
        return iter(self.under)

    def __len__(self) -> int:
        return len(self.under)


async def count_facets(
    database: Archive, choices: Choices, among: BitMap | None = None
) -> FacetCounts:
    """The values of every facet with their counts.

    Values that no letter has under the other choices are left out, unless they are chosen. With
    ``among``, only those letters are counted.
    """
    sets = await sets_of(database)
    among = sets.every if among is None else among
    chosen = among & await letters_chosen(database, choices)
    under = {}
    for facet in FACETS:
        selected, letters = choices.chosen.get(facet, ()), chosen
        if selected:
            letters = among & await letters_chosen(database, choices.without_facet(facet))
        under[facet] = letters, selected
    return FacetCounts(sets, under)


def values_of(
    sets: LetterSets, facet: str, letters: BitMap, selected: Collection[str]
) -> list[Value]:
    """The values of a facet that some letters have, and those that are selected though none has.

    They are in their fixed order, or the most frequent first.
    """
    known = sets.facets.get(facet, {})
    values = [
        Value(value, it.label, count, value in selected)
        for value, it in known.items()
        if (count := it.letters.intersection_cardinality(letters)) or value in selected
    ]
    values += [Value(value, value, 0, True) for value in selected if value not in known]
    if facet == "year":
        return sorted(values, key=lambda v: v.value)
    if any(it.position for it in known.values()):
        return sorted(values, key=lambda v: known[v.value].position if v.value in known else 0)
    return sorted(values, key=lambda v: (-v.count, v.label.casefold(), v.value))


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
        choices = from_pairs(parse_qsl(self.request.query_string, keep_blank_values=True))
        database = archive_of(self.ds)
        among = await self._under_conditions(database, choices)
        counted = await count_facets(database, choices, among)
        return [self._result(facet, values) for facet, values in counted.items()], []

    async def _under_conditions(self, database: Archive, choices: Choices) -> BitMap:
        """The letters under Datasette's own conditions, on columns and of other plugins."""
        ours = {*(name for name, _ in choices.pairs), "_next"}
        pairs = [
            pair
            for pair in parse_qsl(self.request.query_string, keep_blank_values=True)
            if pair[0] not in ours
        ]
        scope = dict(self.request.scope, query_string=urlencode(pairs).encode("latin-1"))
        request = Request(scope, None)
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
        if not clauses:
            return (await sets_of(database)).every
        sql = f"select sort_key from letters where {' and '.join(clauses)}"
        return await keys_found(database, sql, parameters)

    def _result(self, facet: str, values: list[Value]) -> dict[str, Any]:
        toggles = self._toggles(f"_{facet}")
        return {
            "name": facet,
            "type": self.type,
            "label": FACETS[facet].label,
            "results": [
                {
                    "value": value.value,
                    "label": value.label,
                    "count": value.count,
                    "selected": value.selected,
                    "toggle_url": toggles(value),
                }
                for value in values
            ],
            "hideable": False,
            "toggle_url": None,
            "truncated": False,
        }

    def _toggles(self, argument: str) -> Callable[[Value], str]:
        """What makes of a value the address where it is chosen, or is no more if it is now."""
        pairs = parse_qsl(self.request.query_string, keep_blank_values=True)
        pairs = [pair for pair in pairs if pair[0] != "_next"]
        address = str(self.ds.absolute_url(self.request, self.request.path))
        chosen = "".join(f"{urlencode([pair])}&" for pair in pairs)

        def toggled(value: Value) -> str:
            if not value.selected:
                return f"{address}?{chosen}{urlencode([(argument, value.value)])}"
            left = [pair for pair in pairs if pair != (argument, value.value)]
            return f"{address}?{urlencode(left)}" if left else address

        return toggled
