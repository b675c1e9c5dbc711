"""What the templates of Datasette's own pages call: database, table, row and query.

They are functions of the template environment, since Datasette hands rows and columns to its
templates and to nothing else of a plugin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import pass_context
from jinja2.runtime import Context

from ...database import introspection
from ..html.page import public_address
from ..memory import schema
from . import cells, controls, labels, query_form


@dataclass(frozen=True)
class Related:
    """Rows of another table that refer to a row."""

    table: str
    column: str
    count: int
    href: str


def functions(datasette: Datasette) -> dict[str, Any]:
    """The functions by the names that templates use."""

    async def table_cells(database: str, table: str, rows: Iterable[Any]) -> list[list[cells.Cell]]:
        return await cells.of_table(datasette, database, table, rows, cells.LONGEST)

    async def row_cells(database: str, table: str, rows: Iterable[Any]) -> list[list[cells.Cell]]:
        return await cells.of_table(datasette, database, table, rows, None)

    async def query_cells(
        database: str, columns: Sequence[str], rows: Iterable[Any]
    ) -> list[list[cells.Cell]]:
        return await cells.of_query(datasette, database, columns, rows)

    async def row_keys(database: str, table: str, rows: Iterable[Any]) -> list[str | None]:
        found = (await schema.schema_of(datasette, database))[table]
        return [cells.key_of_row(found, row) for row in rows]

    async def described_tables(database: str) -> list[schema.Counted]:
        counts = await schema.counts_of(datasette, database)
        tables = await schema.schema_of(datasette, database)
        return [
            schema.Counted(table, counts[table.name]) for table in introspection.in_order(tables)
        ]

    async def related_rows(database: str, table: str, row: Any) -> list[Related]:
        return await _related(datasette, database, table, dict(row))

    async def query_fields(
        database: str, about: Mapping[str, Any] | None, values: Mapping[str, str]
    ) -> list[query_form.Field]:
        return await query_form.fields(datasette, database, about, values)

    @pass_context
    def controls_of_table(context: Context) -> controls.Controls:
        request, database, table = context["request"], context["database"], context["table"]
        return controls.controls(datasette, request, database, table, context.get_all())

    return {
        "table_cells": table_cells,
        "row_cells": row_cells,
        "query_cells": query_cells,
        "row_keys": row_keys,
        "described_tables": described_tables,
        "prefixed_once": lambda address: _prefixed_once(datasette, str(address)),
        "related_rows": related_rows,
        "query_fields": query_fields,
        "controls_of_table": controls_of_table,
        "filter_operations": labels.OPERATIONS,
        "filters_without_value": labels.WITHOUT_VALUE,
    }


def context(datasette: Datasette, request: Request) -> dict[str, Any]:
    """The address that is to be linked; a question of a visitor's own has none."""
    if "sql" in request.args:
        return {}
    return {"canonical": public_address(datasette, request)}


def _prefixed_once(datasette: Datasette, address: str) -> str:
    """An address of Datasette's, which puts the prefix of the site before some a second time."""
    prefix = datasette.setting("base_url")
    twice = prefix + prefix[1:]
    return address.replace(twice, prefix, 1) if prefix != "/" else address


async def _related(
    datasette: Datasette, database: str, table: str, row: dict[str, Any]
) -> list[Related]:
    """The rows of all tables that refer to a row, those of hidden tables left out."""
    tables = await schema.schema_of(datasette, database)
    mounted = datasette.get_database(database)
    found = []
    for other, key in introspection.referring(tables, table):
        if other.is_hidden:
            continue
        wanted = {
            column: row[named] for column, named in zip(key.columns, key.other_columns, strict=True)
        }
        where = " and ".join(f"{introspection.quoted(column)} = ?" for column in wanted)
        sql = f"select count(*) from {introspection.quoted(other.name)} where {where}"
        count = (await mounted.execute(sql, list(wanted.values()))).single_value()
        href = f"{datasette.urls.table(database, other.name)}?{urlencode(wanted)}"
        found.append(Related(other.name, key.columns[-1], count, href))
    return [related for related in found if related.count]
