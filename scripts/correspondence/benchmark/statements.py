"""The bare SQL of a request: its statements, caught while it is answered, and run again by hand."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from datasette.app import Datasette

from .asking import get, timed


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
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as connection:
        _run_all(connection, selects)  # into the memory of the system
        return timed(lambda: _run_all(connection, selects))


def _run_all(connection: sqlite3.Connection, statements: list[str]) -> None:
    for sql in statements:
        connection.execute(sql).fetchall()
