"""What a database is made of: its tables and views, how they refer to each other, what they mean.

Read from the database itself and, for the meanings, from what ``metadata.yml`` tells Datasette.
What is read is kept where the file cannot change while it is served.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from datasette.app import Datasette


@dataclass(frozen=True)
class ForeignKey:
    """Columns of a table that name a row of another."""

    columns: tuple[str, ...]
    table: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table or view. ``descriptions`` are those of its columns; hidden ones are technical."""

    name: str
    is_view: bool
    is_hidden: bool
    description: str
    descriptions: dict[str, str]
    columns: tuple[str, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def references(self) -> dict[str, ForeignKey]:
        """The foreign keys of a single column, by that column."""
        return {key.columns[0]: key for key in self.foreign_keys if len(key.columns) == 1}


@dataclass(frozen=True)
class Counted:
    """A table with the number of its rows."""

    table: Table
    rows: int


Schema = dict[str, Table]
_SCHEMAS: "WeakKeyDictionary[Datasette, dict[str, Schema]]" = WeakKeyDictionary()
_COUNTS: "WeakKeyDictionary[Datasette, dict[str, dict[str, int]]]" = WeakKeyDictionary()


async def schema_of(datasette: Datasette, database: str) -> Schema:
    """The tables and views of a database, by name."""
    kept = _SCHEMAS.setdefault(datasette, {})
    if database in kept:
        return kept[database]
    mounted = datasette.get_database(database)
    hidden = frozenset(await mounted.hidden_table_names())
    described = (datasette.metadata("databases") or {}).get(database, {}).get("tables", {})
    schema: Schema = await mounted.execute_fn(lambda found: _read(found, hidden, described))
    if not mounted.is_mutable:
        kept[database] = schema
    return schema


async def counts_of(datasette: Datasette, database: str) -> dict[str, int]:
    """How many rows each table and view of a database has."""
    kept = _COUNTS.setdefault(datasette, {})
    if database in kept:
        return kept[database]
    mounted = datasette.get_database(database)
    names = list(await schema_of(datasette, database))
    counts: dict[str, int] = await mounted.execute_fn(lambda found: _count(found, names))
    if not mounted.is_mutable:
        kept[database] = counts
    return counts


def referring(schema: Schema, table: str) -> Sequence[tuple[Table, ForeignKey]]:
    """The tables that refer to a table, and by which columns."""
    return [
        (other, key)
        for other in schema.values()
        for key in other.foreign_keys
        if key.table == table
    ]


def in_order(schema: Schema) -> list[Table]:
    """Tables for a list: first those to which most others refer, then the rest as described."""
    return sorted(schema.values(), key=lambda table: -len(referring(schema, table.name)))


def quoted(name: str) -> str:
    """The name of a table or column as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _read(
    connection: sqlite3.Connection, hidden: frozenset[str], described: dict[str, dict[str, Any]]
) -> Schema:
    sql = "select name, type from sqlite_schema where type in ('table', 'view') order by rootpage"
    schema = {}
    for name, kind in connection.execute(sql).fetchall():
        meanings = described.get(name, {})
        schema[name] = Table(
            name=name,
            is_view=kind == "view",
            is_hidden=name in hidden,
            description=meanings.get("description") or "",
            descriptions=dict(meanings.get("columns") or {}),
            columns=_columns(connection, name, "1", "cid"),
            primary_key=_columns(connection, name, "pk", "pk"),
            foreign_keys=tuple(_foreign_keys(connection, name)),
        )
    # In the order in which metadata.yml tells of them; those of which it does not tell come last.
    order = {name: place for place, name in enumerate(described)}
    return dict(sorted(schema.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def _columns(
    connection: sqlite3.Connection, table: str, condition: str, order: str
) -> tuple[str, ...]:
    sql = f"select name from pragma_table_info(?) where {condition} order by {order}"
    return tuple(row[0] for row in connection.execute(sql, [table]))


def _foreign_keys(connection: sqlite3.Connection, table: str) -> list[ForeignKey]:
    sql = """
        select id, "table", "from", coalesce("to", '') from pragma_foreign_key_list(?)
        order by id desc, seq -- SQLite counts them from the last
    """
    found = []
    rows = [tuple(row) for row in connection.execute(sql, [table])]
    for _, group in groupby(rows, lambda row: row[0]):
        _, tables, columns, named = zip(*group, strict=True)
        others = named if all(named) else _columns(connection, tables[0], "pk", "pk")
        found.append(ForeignKey(columns, tables[0], others))
    return found


def _count(connection: sqlite3.Connection, names: list[str]) -> dict[str, int]:
    return {
        name: int(connection.execute(f"select count(*) from {quoted(name)}").fetchone()[0])
        for name in names
    }
