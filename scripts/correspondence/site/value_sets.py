"""Which letters stand under each value of each facet, as sets in memory that are counted at once.

A set of the places of letters takes a bit or two for each (they are Roaring bitmaps), and how many
two of them share is told within microseconds; SQL would go through every pair of value and letter.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from weakref import WeakKeyDictionary

from datasette.database import Database
from pyroaring import BitMap

Sets = Mapping[str, Mapping[str, BitMap]]
"""For each facet its values, each with the ``sort_key`` of its letters."""

_KNOWN: "WeakKeyDictionary[Database, Sets]" = WeakKeyDictionary()


async def counts_among(
    database: Database, facets: Iterable[str], letters: BitMap
) -> dict[str, dict[str, int]]:
    """How many of some letters stand under each value of some facets; nothing where none does."""
    if database not in _KNOWN:
        _KNOWN[database] = await database.execute_fn(_read)
    sets = _KNOWN[database]
    return {
        facet: {
            value: count
            for value, under_it in sets.get(facet, {}).items()
            if (count := under_it.intersection_cardinality(letters))
        }
        for facet in facets
    }


def _read(connection: sqlite3.Connection) -> Sets:
    sql = "select facet, value, sort_key from letter_facets order by facet, value, sort_key"
    sets: dict[str, dict[str, BitMap]] = {}
    for facet, of_facet in groupby(connection.execute(sql), key=itemgetter(0)):
        sets[facet] = {
            value: BitMap([row[2] for row in of_value])
            for value, of_value in groupby(of_facet, key=itemgetter(1))
        }
    return sets
