"""The tables of a mounted database, read once, and how many rows they have."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from datasette.app import Datasette
from datasette.database import QueryInterrupted

from ...database.introspection import Schema, Table, quoted, read_schema


@dataclass(frozen=True)
class Counted:
    """A table with the number of its rows, if it is known."""

    table: Table
    rows: int | None


_SCHEMAS: "WeakKeyDictionary[Datasette, dict[str, Schema]]" = WeakKeyDictionary()
Counts = dict[str, int | None]
_COUNTS: "WeakKeyDictionary[Datasette, dict[str, Counts]]" = WeakKeyDictionary()


async def schema_of(datasette: Datasette, database: str) -> Schema:
    """The tables and views of a database, by name."""
    kept = _SCHEMAS.setdefault(datasette, {})
    if database in kept:
        return kept[database]
    mounted = datasette.get_database(database)
    hidden = frozenset(await mounted.hidden_table_names())
    described = (datasette.metadata("databases") or {}).get(database, {}).get("tables", {})
    schema: Schema = await mounted.execute_fn(
        lambda connection: read_schema(connection, described, hidden)
    )
    if not mounted.is_mutable:
        kept[database] = schema
    return schema


async def counts_of(datasette: Datasette, database: str) -> Counts:
    """How many rows each table and view of a database has; not known where counting takes long."""
    kept = _COUNTS.setdefault(datasette, {})
    if database in kept:
        return kept[database]
    mounted = datasette.get_database(database)
    counts: Counts = {}
    for name in await schema_of(datasette, database):
        try:
            found = await mounted.execute(f"select count(*) from {quoted(name)}")
            counts[name] = found.single_value()
        except QueryInterrupted:
            counts[name] = None
    if not mounted.is_mutable:
        kept[database] = counts
    return counts
