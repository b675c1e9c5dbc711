"""What SQL may do here: read the archive, and no more of time and memory than is its share.

Datasette stops a query that takes too long, but looks at the clock only between the steps of SQLite
and at nothing but the number of rows; a single step, or a single row, can still be of any size.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl

from datasette.views.base import DatasetteError

from .headers import App, Receive, Scope, Send

MOST_MEMORY = 128 << 20
"""Bytes that SQLite may hold in this process, for all queries together. What is sorted or put aside
goes to the disk long before; a statement that names its own parts again and again does not."""

LARGEST_ANSWER = 6 << 20
"""Bytes of all cells of one answer, as it is held before it becomes a page."""

LONGEST_TEXT = 50_000
"""Bytes of a text in the SQL of a visitor. Some functions take the square of it in steps."""

_MOST_PARTS = 50_000  # of a statement: each table, column and function, as often as it is named
_CELL = 50  # bytes that an empty cell takes about
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 2_000_000,  # a file of a record has half of it at most
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
# Those that Datasette and the search of SQLite need; none tells of a path or changes anything.
_PRAGMAS = frozenset(
    "data_version foreign_key_list function_list index_info index_list index_xinfo page_count "
    "page_size schema_version table_info table_xinfo".split()
)
_PRAGMA_OF_DATASETTE = "database_list"  # it asks what is attached; as a table it is not shown
_HIDDEN_TABLES = frozenset({"sqlite_stmt", "sqlite_dbpage", "dbstat"})
_INDEXES = ("letters_fts", "letters_exact")
_SLOW_FUNCTIONS = frozenset({"format", "printf"})  # one call can be told to take minutes
_HIDDEN_FUNCTIONS = frozenset(
    "edit fts3_tokenizer load_extension readfile sqlite_compileoption_get "
    "sqlite_compileoption_used sqlite_log sqlite_source_id writefile".split()
)


def _trimming(trim: Callable[[str, str], str]) -> Callable[[Any, Any], str | None]:
    def trimmed(text: Any, signs: Any) -> str | None:
        return None if text is None or signs is None else trim(str(text), str(signs))

    return trimmed


# SQLite compares each sign of the one text with each of the other, without looking at the clock.
_TRIMMED = {
    "trim": _trimming(str.strip),
    "ltrim": _trimming(str.lstrip),
    "rtrim": _trimming(str.rstrip),
}
_IS_VISITORS: ContextVar[bool] = ContextVar("is_visitors", default=False)


def prepare(connection: sqlite3.Connection) -> None:
    """Make a connection to the archive one that only reads, and not more than is good."""
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    connection.execute(f"pragma hard_heap_limit = {MOST_MEMORY}")
    connection.execute("pragma query_only = on")
    for name, trimmed in _TRIMMED.items():
        connection.create_function(name, 2, trimmed, deterministic=True)
    for index in _INDEXES:
        # Opened here, where no limit of time can break it off, which would seem to be a fault.
        with suppress(sqlite3.Error):
            connection.execute(f"select 1 from {index} limit 0")
    connection.set_authorizer(_Guard())


def wrap(app: App) -> App:
    """The application, knowing in each request whether it holds SQL of a visitor's."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            pairs = parse_qsl(scope["query_string"].decode("latin-1"))
            before = _IS_VISITORS.set(any(name in ("sql", "_where") for name, _ in pairs))
            try:
                await app(scope, receive, send)
            finally:
                _IS_VISITORS.reset(before)
        else:
            await app(scope, receive, send)

    return wrapped


def is_visitors() -> bool:
    """Whether the request that is answered holds SQL of a visitor's."""
    return _IS_VISITORS.get()


@contextmanager
def narrow(connection: sqlite3.Connection) -> Iterator[None]:
    """For as long as a visitor's SQL runs: shorter texts, fewer parts, and the answer weighed."""
    length = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_TEXT)
    row_factory = connection.row_factory
    connection.row_factory = _weighed_rows()
    connection.set_authorizer(_Guard(_MOST_PARTS))
    try:
        yield
    finally:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length)
        connection.row_factory = row_factory
        connection.set_authorizer(_Guard())


def _weighed_rows() -> Callable[[sqlite3.Cursor, tuple[Any, ...]], sqlite3.Row]:
    """Makes rows as long as all of them together are not too large."""
    weight = 0

    def row_of(cursor: sqlite3.Cursor, cells: tuple[Any, ...]) -> sqlite3.Row:
        nonlocal weight
        weight += sum(
            _CELL + len(cell) if isinstance(cell, str | bytes) else _CELL for cell in cells
        )
        if weight > LARGEST_ANSWER:
            megabytes = LARGEST_ANSWER >> 20
            raise DatasetteError(
                f"More than {megabytes} MB, the limit per query. "
                "Ask for fewer rows or columns, or run the query on a local copy of the database.",
                title="More data than the limit",
                status=400,
            )
        return sqlite3.Row(cursor, cells)

    return row_of


class _Guard:
    """Tells SQLite of each part of a statement whether it is allowed."""

    def __init__(self, most_parts: int | None = None) -> None:
        """Of a visitor's statement, ``most_parts`` are allowed; our own may have any number."""
        self.most_parts = most_parts
        self.parts = 0

    def __call__(self, action: int, one: str | None, other: str | None, *_: str | None) -> int:
        self.parts += 1
        if self.most_parts and self.parts > self.most_parts:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ:
            allowed = _may_be_read((one or "").lower())
        elif action == sqlite3.SQLITE_FUNCTION:
            name = (other or "").lower()
            is_slow = name in _SLOW_FUNCTIONS and self.most_parts is not None
            allowed = name not in _HIDDEN_FUNCTIONS and not is_slow
        elif action == sqlite3.SQLITE_PRAGMA:
            allowed = (one or "").lower() in (*_PRAGMAS, _PRAGMA_OF_DATASETTE)
        else:
            # Nothing can be written: the file is opened as immutable, and for queries only.
            allowed = action not in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _may_be_read(table: str) -> bool:
    name = table.removeprefix("pragma_")
    return name in _PRAGMAS if name != table else table not in _HIDDEN_TABLES
