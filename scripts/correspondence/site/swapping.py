"""A site that changes to a new archive while it is served, without dropping a request.

A Datasette cannot be given another file: its threads keep what they have opened. So a new one is
made for each archive, and those requests that the old one has begun it also finishes.
"""

from collections.abc import Callable
from pathlib import Path

from datasette.app import Datasette

from .headers import App, Receive, Scope, Send


class NotServed(Exception):
    """A new archive does not answer; the message says what it does."""


class SwappingApp:
    """An ASGI application in front of the Datasette of the newest archive."""

    def __init__(self, make: Callable[[Path], Datasette], database: Path) -> None:
        self.make = make
        self.current = _Served(make(database))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the archive that is the newest when the request comes."""
        served = self.current
        served.requests += 1
        try:
            await served.app(scope, receive, send)
        finally:
            served.requests -= 1
            if served is not self.current and not served.requests:
                served.close()

    async def swap(self, database: Path) -> None:
        """Change to another archive, once it has shown that it answers.

        Raises:
            NotAnArchive: the file is missing or is no archive; the old one stays.
            NotServed: the new archive does not answer; the old one stays.
        """
        new = _Served(self.make(database))
        answer = await new.datasette.client.get("/about")
        if answer.status_code != 200:
            new.close()
            raise NotServed(f"the new archive answers {answer.status_code}")
        old, self.current = self.current, new
        if not old.requests:
            old.close()


class _Served:
    """A Datasette, its application, and how many requests it is answering."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette
        self.app: App = datasette.app()
        self.requests = 0

    def close(self) -> None:
        """Let go of its files."""
        for database in self.datasette.databases.values():
            database.close()
