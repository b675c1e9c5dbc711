"""The bare SQL of a list: that of the page, caught while it is answered, or that of SQL alone."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from datasette.app import Datasette

from ..database.facets import FACETS
from ..site.filters.choices import from_pairs
from .asking import get, timed

Statement = tuple[str, dict[str, str]]


async def sql_seconds(datasette: Datasette, database: Path, path: str) -> float:
    """Seconds that the statements of a page take in sqlite3, without anything around them."""
    caught: list[str] = []
    prepare = datasette._prepare_connection

    def prepare_and_listen(connection: Any, name: str) -> None:
        prepare(connection, name)
        if name == "archive":
            connection.set_trace_callback(caught.append)

    datasette._prepare_connection = prepare_and_listen
    app = datasette.app()
    await get(app, path, host="first.example")  # what is read once for all pages is not counted
    caught.clear()
    await get(app, path)
    selects = [sql for sql in caught if sql.lstrip().lower().startswith(("select", "with"))]
    return _seconds(database, [(sql, {}) for sql in selects])


def sql_alone_seconds(database: Path, queries: Sequence[str]) -> float:
    """Seconds in which SQL alone tells what lists tell: numbers, pages, months, and all facets.

    It is asked in a process of its own, where the site has not limited the memory of SQLite.
    """
    with get_context("spawn").Pool(1) as pool:
        return sum(pool.starmap(_alone, [(database, query) for query in queries]))


def _alone(database: Path, query: str) -> float:
    choices = from_pairs(parse_qsl(query))
    chosen = choices.conditions()
    parameters = dict(chosen.parameters)
    statements: list[Statement] = [
        (f"select count(*) from letters {chosen.where}", parameters),
        (f"select * from letters {chosen.where} order by sort_key limit 101", parameters),
        (
            f"select year, month, lane, count(*) from letters {chosen.where} group by 1, 2, 3",
            parameters,
        ),
    ]
    for facet in FACETS:
        others = choices.without_facet(facet).conditions()
        sql = (
            f"select value, count(*) from letter_facets where facet = '{facet}' and sort_key in "
            f"(select sort_key from letters {others.where}) group by value"
        )
        statements.append((sql, dict(others.parameters)))
    return _seconds(database, statements)


def _seconds(database: Path, statements: list[Statement]) -> float:
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as connection:
        _run_all(connection, statements)  # into the memory of the system
        return timed(lambda: _run_all(connection, statements))


def _run_all(connection: sqlite3.Connection, statements: list[Statement]) -> None:
    for sql, parameters in statements:
        connection.execute(sql, parameters).fetchall()
