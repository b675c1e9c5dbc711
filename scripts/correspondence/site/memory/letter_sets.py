"""The letters of an archive as sets in memory: which are chosen, and how many stand under what.

A set holds the ``sort_key`` of its letters and takes a bit or two for each (they are Roaring
bitmaps). What two sets share is told within microseconds; SQL would go through every pair of value
and letter. An archive does not change while it is served, so they are read but once.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from cachetools import LRUCache
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from pyroaring import BitMap

from ..archive import Archive
from ..filters.choices import Choices, Condition

FOUND = 64
"""Conditions whose letters are remembered, since a page asks for the same several times."""

Month = tuple[int | None, int | None, str]
"""Year and month, where they are known, and the group of the first sender."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet; ``position`` is 0 where they have no order of their own."""

    label: str
    position: int
    letters: BitMap


@dataclass(frozen=True)
class LetterSets:
    """All letters, those of each value by facets, and those of each month."""

    every: BitMap
    facets: Mapping[str, Mapping[str, FacetValue]]
    months: Mapping[Month, BitMap]
    found: "LRUCache[Condition, BitMap]" = field(default_factory=lambda: LRUCache(FOUND))

    def under(self, facet: str, values: Iterable[str]) -> BitMap:
        """The letters that stand under any of some values of a facet."""
        known = self.facets.get(facet, {})
        return BitMap.union(BitMap(), *(known[v].letters for v in values if v in known))


async def sets_of(database: Archive) -> LetterSets:
    """The sets of an archive."""
    return await database.once(_read)


async def letters_chosen(database: Archive, choices: Choices) -> BitMap:
    """The letters that are chosen."""
    sets = await sets_of(database)
    chosen = BitMap(sets.every)
    for facet, values in choices.chosen.items():
        if values:
            chosen &= sets.under(facet, values)
    for facet, values in choices.excluded.items():
        chosen -= sets.under(facet, values)
    for condition in choices.other_conditions():
        chosen &= await _fulfilling(database, sets, condition)
    return chosen


async def _fulfilling(database: Archive, sets: LetterSets, condition: Condition) -> BitMap:
    """The letters that fulfil a condition of SQL."""
    found = sets.found.get(condition)
    if found is None:
        sql = f"select sort_key from letters where {condition.clause}"
        found = await keys_found(database, sql, dict(condition.parameters))
        sets.found[condition] = found
    return found


async def keys_found(database: Archive, sql: str, parameters: Mapping[str, str]) -> BitMap:
    """The letters whose ``sort_key`` a statement finds; it may find all of them.

    Raises:
        QueryInterrupted: it takes longer than any statement may.
    """

    def find(connection: sqlite3.Connection) -> BitMap:
        cursor = connection.cursor()
        cursor.row_factory = None  # plain rows, of which none is kept
        with sqlite_timelimit(connection, database.ds.sql_time_limit_ms):
            return BitMap([key for (key,) in cursor.execute(sql, parameters)])

    try:
        found: BitMap = await database.execute_fn(find)
    except sqlite3.OperationalError as error:
        if error.args == ("interrupted",):
            raise QueryInterrupted(error, sql, parameters) from error
        raise
    return found


def _read(connection: sqlite3.Connection) -> LetterSets:
    every = BitMap([row[0] for row in connection.execute("select sort_key from letters")])
    values = connection.execute("select facet, value, label, position from facet_values").fetchall()
    labels = {(facet, value): (label, position) for facet, value, label, position in values}
    facets: dict[str, dict[str, FacetValue]] = {}
    sql = "select facet, value, sort_key from letter_facets order by facet, value, sort_key"
    for (facet, value), rows in groupby(connection.execute(sql), key=lambda row: row[:2]):
        letters = BitMap([row[2] for row in rows])
        label, position = labels.get((facet, value), (value, 0))
        facets.setdefault(facet, {})[value] = FacetValue(label, position, letters)
    sql = "select year, month, lane, sort_key from letters order by year, month, lane"
    months = {
        month: BitMap([row[3] for row in rows])
        for month, rows in groupby(connection.execute(sql), key=lambda row: tuple(row[:3]))
    }
    return LetterSets(every, facets, months)
