"""Values of rows as pages show them: with the names of what they refer to, and links there."""

import json
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datasette.app import Datasette
from datasette.utils import is_url, path_from_row_pks, tilde_encode

from ...database import introspection
from ..memory import schema
from . import labels

LONGEST = 300
"""Characters of a text that a list shows; the page of a row shows all."""

# Columns of views and queries that name letters; of others, the foreign keys of tables tell.
_OF_LETTERS = ("id", "answer", "taken_up_in")


@dataclass(frozen=True)
class Cell:
    """One value: its text, where that leads, and the id that a name stands for."""

    column: str
    text: str
    href: str | None = None
    key: str | None = None
    leads_away: bool = False

    @property
    def label(self) -> str:
        """The column as a heading names it."""
        return labels.label(self.column)

    @property
    def shape(self) -> str:
        """How the text is set: in its own ``lines``, ``long``, ``unbroken``, or as it comes."""
        if "\n" in self.text:
            return "lines"
        if len(self.text) > 40:
            return "long"
        return "unbroken" if len(self.text) <= 24 and " " not in self.text else ""


Row = Mapping[str, Any]
# Where a value of a column leads, and the name that it has there.
Targets = dict[tuple[str, Any], tuple[str, str | None]]


async def of_table(
    datasette: Datasette, database: str, name: str, rows: Iterable[Any], longest: int | None
) -> list[list[Cell]]:
    """Rows of a table or view. Foreign keys lead to what they name, rows to their own pages."""
    tables = await schema.schema_of(datasette, database)
    table = tables[name]
    found = [_plain(row) for row in rows]
    if table.is_view:
        keys = _columns_by_name(tables, table.columns)
        targets = await _targets(datasette, database, keys, found, False)
        return [[_cell(*item, targets, longest) for item in row.items()] for row in found]
    keys = {column: (key.table, key.other_columns[0]) for column, key in table.references.items()}
    targets = await _targets(datasette, database, keys, found, True)
    cells = []
    for row in found:
        own = _own_address(datasette, database, table, row) if longest else {}
        compound = _compound_addresses(datasette, database, table, row)
        of_row = ChainMap(compound, own, targets)
        cells.append([_cell(column, value, of_row, longest) for column, value in row.items()])
    return cells


async def of_query(
    datasette: Datasette, database: str, columns: Sequence[str], rows: Iterable[Any]
) -> list[list[Cell]]:
    """Rows of a query, whose columns may bear any names, and one name twice."""
    tables = await schema.schema_of(datasette, database)
    values = [list(row) for row in rows]
    found = [dict(zip(columns, row, strict=True)) for row in values]
    keys = _columns_by_name(tables, columns)
    targets = await _targets(datasette, database, keys, found, False)
    return [
        [_cell(column, value, targets, LONGEST) for column, value in zip(columns, row, strict=True)]
        for row in values
    ]


def row_address(datasette: Datasette, database: str, table: str, key: Sequence[Any]) -> str:
    """The page of a row."""
    path = ",".join(tilde_encode(str(part)) for part in key)
    return str(datasette.urls.row(database, table, path))


def _plain(row: Any) -> dict[str, Any]:
    """A row of Datasette's, which may have put the label of a foreign key beside its value."""
    values = dict(row)
    return {
        column: value["value"] if isinstance(value, dict) else value
        for column, value in values.items()
    }


def _columns_by_name(
    tables: introspection.Schema, columns: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Columns whose names tell what they refer to, as foreign keys of tables bear them."""
    by_name = {
        column: (key.table, key.other_columns[0])
        for table in tables.values()
        for column, key in table.references.items()
    }
    if "letters" in tables:
        by_name.update(dict.fromkeys(_OF_LETTERS, ("letters", "id")))
    return {column: by_name[column] for column in columns if column in by_name}


async def _targets(
    datasette: Datasette,
    database: str,
    keys: Mapping[str, tuple[str, str]],
    rows: Sequence[Row],
    named: bool,
) -> Targets:
    """Where the values of these columns lead, if there is such a row, and its name if wanted."""
    targets: Targets = {}
    for column, (table, other) in keys.items():
        values = {row[column] for row in rows if isinstance(row.get(column), str | int)}
        if values:
            for value, address, name in await _found(datasette, database, table, other, values):
                targets[column, value] = (address, name if named and name != value else None)
    return targets


async def _found(
    datasette: Datasette, database: str, table: str, key: str, values: set[Any]
) -> list[tuple[Any, str, str | None]]:
    """Which of the values stand in a column of the table, where these rows are, and their names."""
    mounted = datasette.get_database(database)
    name = await mounted.label_column_for_table(table)
    own = (await schema.schema_of(datasette, database))[table].primary_key or ("rowid",)
    wanted = [key, name, *own]
    columns = (introspection.quoted(column) if column else "null" for column in wanted)
    sql = (
        f"select {', '.join(columns)} "
        f"from {introspection.quoted(table)} "
        f"where {introspection.quoted(key)} in (select value from json_each(:values))"
    )
    found = await mounted.execute(sql, {"values": json.dumps(sorted(values, key=str))})
    return [
        (value, row_address(datasette, database, table, address), label)
        for value, label, *address in map(tuple, found.rows)
    ]


def _own_address(
    datasette: Datasette, database: str, table: introspection.Table, row: Row
) -> Targets:
    """The address of the row's own page, at the column that is its key, if it is one column."""
    key = table.primary_key or ("rowid",)
    if len(key) > 1 or key[0] not in row:
        return {}
    value = row[key[0]]
    return {(key[0], value): (row_address(datasette, database, table.name, [value]), None)}


def _compound_addresses(
    datasette: Datasette, database: str, table: introspection.Table, row: Row
) -> Targets:
    """Where foreign keys of several columns lead, at the last of these."""
    return {
        (key.columns[-1], row[key.columns[-1]]): (
            row_address(datasette, database, key.table, [row[column] for column in key.columns]),
            None,
        )
        for key in table.foreign_keys
        if len(key.columns) > 1 and all(row.get(column) is not None for column in key.columns)
    }


def key_of_row(table: introspection.Table, row: Any) -> str | None:
    """The key of a row as its address has it, where that is not a single column of it."""
    if table.is_view or len(table.primary_key) < 2:
        return None
    plain = _plain(row)
    if any(isinstance(plain.get(column), bytes | None) for column in table.primary_key):
        return None
    return str(path_from_row_pks(plain, list(table.primary_key), False))


def _cell(
    column: str,
    value: Any,
    targets: Mapping[tuple[str, Any], tuple[str, str | None]],
    longest: int | None,
) -> Cell:
    if value is None:
        return Cell(column, "")
    if isinstance(value, bytes):
        return Cell(column, f"{len(value):,} bytes")
    text = str(value)
    if (column, value) in targets:
        href, name = targets[column, value]
        return Cell(column, name or text, href, text if name else None)
    shown = text if longest is None or len(text) <= longest else f"{text[:longest].rstrip()} …"
    if is_url(text.strip()):
        address = text.strip()
        return Cell(column, shown, address, leads_away=True)
    return Cell(column, shown)
