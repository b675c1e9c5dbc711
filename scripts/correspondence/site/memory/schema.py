"""The tables of a mounted database, and how many rows they have; of the archive, read once."""

from dataclasses import dataclass

from datasette.app import Datasette
from datasette.database import QueryInterrupted

from ...database.introspection import Schema, Table, quoted, read_schema
from ..archive import Archive


@dataclass(frozen=True)
class Counted:
    """A table with the number of its rows, if it is known."""

    table: Table
    rows: int | None


Counts = dict[str, int | None]


@dataclass
class _Known:
    """What was read of the archive."""

    schema: Schema | None = None
    counts: Counts | None = None


async def schema_of(datasette: Datasette, database: str) -> Schema:
    """The tables and views of a database, by name."""
    mounted = datasette.get_database(database)
    known = mounted.kept(_Known) if isinstance(mounted, Archive) else _Known()
    if known.schema is None:
        hidden = frozenset(await mounted.hidden_table_names())
        described = (datasette.metadata("databases") or {}).get(database, {}).get("tables", {})
        known.schema = await mounted.execute_fn(
            lambda connection: read_schema(connection, described, hidden)
        )
    return known.schema


async def counts_of(datasette: Datasette, database: str) -> Counts:
    """How many rows each table and view of a database has; not known where counting takes long."""
    mounted = datasette.get_database(database)
    known = mounted.kept(_Known) if isinstance(mounted, Archive) else _Known()
    if known.counts is None:
        counts: Counts = {}
        for name in await schema_of(datasette, database):
            try:
                found = await mounted.execute(f"select count(*) from {quoted(name)}")
                counts[name] = found.single_value()
            except QueryInterrupted:
                counts[name] = None
        known.counts = counts
    return known.counts
