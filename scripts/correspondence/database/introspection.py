"""What tables a database has, and how they belong together: read from SQLite itself."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class ForeignKey:
    """Columns of a table that name a row of another."""

    columns: tuple[str, ...]
    table: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table or view as SQLite has it, and what ``metadata.yml`` tells of it.

    ``descriptions`` and ``types`` are those of its columns; ``required`` are those that always hold
    something. Hidden tables are technical.
    """

    name: str
    is_view: bool
    is_hidden: bool
    description: str
    descriptions: dict[str, str]
    columns: tuple[str, ...]
    types: dict[str, str]
    required: frozenset[str]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def references(self) -> dict[str, ForeignKey]:
        """The foreign keys of a single column, by that column."""
        return {key.columns[0]: key for key in self.foreign_keys if len(key.columns) == 1}


Schema = dict[str, Table]


def read_schema(
    connection: sqlite3.Connection,
    described: dict[str, dict[str, Any]],
    hidden: frozenset[str] = frozenset(),
) -> Schema:
    """The tables and views of a database.

    Args:
        connection: the database.
        described: what ``metadata.yml`` tells of them, by their names.
        hidden: names of technical tables, beside those that are described as such.
    """
    sql = "select name, type from sqlite_schema where type in ('table', 'view') order by rootpage"
    schema = {}
    for name, kind in connection.execute(sql).fetchall():
        meanings = described.get(name, {})
        schema[name] = Table(
            name=name,
            is_view=kind == "view",
            is_hidden=name in hidden or bool(meanings.get("hidden")) or name.startswith("sqlite_"),
            description=meanings.get("description") or "",
            descriptions=dict(meanings.get("columns") or {}),
            columns=_columns(connection, name, "1", "cid"),
            types=dict(connection.execute("select name, type from pragma_table_info(?)", [name])),
            required=frozenset(_columns(connection, name, '"notnull" or pk', "cid")),
            primary_key=_columns(connection, name, "pk", "pk"),
            foreign_keys=tuple(_foreign_keys(connection, name)),
        )
    # In the order in which metadata.yml tells of them; those of which it does not tell come last.
    order = {name: place for place, name in enumerate(described)}
    return dict(sorted(schema.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


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
