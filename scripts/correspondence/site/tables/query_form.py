"""The form of a canned query: its parameters with labels and, where they are few, their values.

``metadata.yml`` describes the parameters of a query under ``parameters``, which Datasette leaves to
us: for each its ``label``, what it means when it is ``empty``, and the name of a list of
``choices``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasette.app import Datasette

from . import labels

MOST_CHOICES = 250
"""Longer lists are not offered: there, the value is typed."""

_CHOICES = {
    "organisations": (
        "select id, label from organisations where not unused order by label collate nocase, id"
    ),
    "topics": "select id, name from topics where not unused order by name collate nocase, id",
    "lanes": "select id, name from lanes order by position",
    "years": "select value, label from facet_values where facet = 'year' order by value",
    "letters": "select id, id from letters order by sort_key",
    "attestations": "select distinct attestation, attestation from letters order by 1",
}


@dataclass(frozen=True)
class Field:
    """A parameter in a form."""

    name: str
    label: str
    empty: str
    value: str
    choices: tuple[tuple[str, str], ...]


async def fields(
    datasette: Datasette,
    database: str,
    described: Mapping[str, Mapping[str, Any]] | None,
    values: Mapping[str, str],
) -> list[Field]:
    """The parameters of a query in the order of their description; others come last."""
    known = {name: about for name, about in (described or {}).items() if name in values}
    names = [*known, *(name for name in values if name not in known)]
    return [
        await _field(datasette, database, name, known.get(name, {}), values[name]) for name in names
    ]


async def _field(
    datasette: Datasette, database: str, name: str, about: Mapping[str, Any], value: str
) -> Field:
    choices = await _choices(datasette, database, about.get("choices"))
    if choices and value and value not in dict(choices):
        choices = (*choices, (value, value))
    label = about.get("label") or labels.label(name)
    return Field(name, label, about.get("empty", ""), value, choices)


async def _choices(
    datasette: Datasette, database: str, named: str | None
) -> tuple[tuple[str, str], ...]:
    if named is None:
        return ()
    sql = f"{_CHOICES[named]} limit {MOST_CHOICES + 1}"
    found = (await datasette.get_database(database).execute(sql)).rows
    if len(found) > MOST_CHOICES:
        return ()
    return tuple((str(value), str(label)) for value, label in (tuple(row) for row in found))
