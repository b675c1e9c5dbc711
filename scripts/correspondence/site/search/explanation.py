"""How a search was read, told in the archive's own names."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...database.facets import FACETS
from ...records.dates import parse_date
from ..archive import Archive
from ..filters.query_parser import DATES, Field, Part, Search
from ..filters.query_sql import values_of_field

_MOST_NAMES = 3
_SAID = {
    **{name: facet.phrase for name, facet in FACETS.items()},
    "after": "not before {}",
    "before": "not after {}",
}


@dataclass(frozen=True)
class Reading:
    """A search in words, and what may be wrong with it; ``unknown`` fields have no value."""

    words: str
    hints: tuple[str, ...]
    unknown: tuple[Field, ...]


async def reading_of(database: Archive, search: Search) -> Reading:
    """A search with its fields as the archive understands them."""
    names = {field: await _names(database, field) for field in search.fields}
    unknown = tuple(dict.fromkeys(field for field, found in names.items() if not found))
    hints = tuple(
        f"Nothing under “{FACETS[field.name].label}” is called “{field.value}” or begins so."
        for field in unknown
    )
    words = search.told(lambda part: _told(part, names))
    return Reading(words, (*search.hints, *hints), unknown)


async def _names(database: Archive, field: Field) -> list[str]:
    """The labels of the values that a field means, or its date in words."""
    if field.name in DATES:
        return [parse_date(field.value).words]
    values, parameters = values_of_field(field, "value")
    rows = await database.execute(
        f"select label from facet_values where facet = '{field.name}' and value in ({values}) "
        "order by position, letters desc, label, value",
        parameters,
    )
    return [row["label"] for row in rows]


def _told(part: Part, names: Mapping[Field, list[str]]) -> str:
    if not isinstance(part, Field):
        return part.words
    found = names[part]
    if not found:
        return _SAID[part.name].format(f"“{part.value}”")
    kept, more = found[:_MOST_NAMES], len(found) - _MOST_NAMES
    kept += [f"{more} other{'s' if more > 1 else ''}"] if more > 0 else []
    return _SAID[part.name].format(" or ".join(kept))
