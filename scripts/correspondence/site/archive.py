"""The archive that is served: its file, the limits of visitors' SQL, and all that is remembered.

Whatever a running site keeps in memory hangs on this one object and goes when it goes. An archive
does not change while it is served, so what was once read from it holds.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound
from datasette.views.base import DatasetteError

from .middleware.sql_limits import is_visitors, narrow

T = TypeVar("T")


class Archive(Database):
    """A database of Datasette's that keeps visitors' SQL within limits, and remembers."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: dict[Callable[..., Any], Any] = {}

    def kept(self, make: Callable[[], T]) -> T:
        """What a function makes; it is made once."""
        if make not in self._kept:
            self._kept[make] = make()
        return cast("T", self._kept[make])

    async def once(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What a function reads from the database; it is read once."""
        if read not in self._kept:
            self._kept[read] = await self.execute_fn(read)
        return self.known(read)

    def known(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What a function has read by :meth:`once`.

        Raises:
            KeyError: it has not been called.
        """
        return cast("T", self._kept[read])

    def interrupt(self) -> None:
        """Break off the statements that run."""
        for connection in self._all_file_connections:
            with suppress(sqlite3.ProgrammingError):  # of one that is closed
                connection.interrupt()

    async def execute(self, sql: str, params: Any = None, **options: Any) -> Any:
        """The rows that a statement finds; what is wrong with a visitor's is not for our log."""
        return await super().execute(sql, params, **{**options, "log_sql_errors": False})

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """What a function finds in the database."""
        if not is_visitors():
            return await super().execute_fn(fn)

        def within_limits(connection: sqlite3.Connection) -> Any:
            try:
                with narrow(connection):
                    return fn(connection)
            except MemoryError as error:
                message = "The query needs more memory than is given to one, so it was stopped."
                raise DatasetteError(message, status=400) from error

        return await super().execute_fn(within_limits)


def mount(datasette: Datasette) -> None:
    """Make the archive an :class:`Archive` where Datasette itself has mounted the file."""
    mounted = datasette.databases.get("archive")
    if mounted and not isinstance(mounted, Archive):
        datasette.remove_database("archive")
        ours = Archive(datasette, path=mounted.path, is_mutable=mounted.is_mutable)
        datasette.add_database(ours, name="archive")


def archive_of(datasette: Datasette) -> Archive:
    """The archive that a Datasette serves.

    Raises:
        NotFound: it serves none.
    """
    if "archive" not in datasette.databases:
        raise NotFound("No archive is served here; serve one with `letters serve`.")
    return cast("Archive", datasette.get_database("archive"))
