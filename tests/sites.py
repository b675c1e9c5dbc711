"""Sites without a server: their pages are asked for in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from anyio.from_thread import BlockingPortal
from correspondence.database.build import build
from correspondence.records.reading import Report
from correspondence.site.serving import make_datasette

from .site.answers import Page, Pairs

PATIENT = {"sql_time_limit_ms": 60_000}
"""However busy the machine is that runs the tests."""


@dataclass(frozen=True)
class Site:
    """A site over the database of a folder of letters."""

    folder: Path
    database: Path = field(repr=False)
    datasette: Any = field(repr=False)
    portal: BlockingPortal = field(repr=False)

    def get(
        self,
        path: str,
        arguments: Pairs | None = None,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
    ) -> Page:
        """Ask for a page; arguments are added to the path."""
        if arguments:
            path += ("&" if "?" in path else "?") + urlencode(arguments)

        async def ask() -> httpx.Response:
            return await self.datasette.client.request(method, path, headers=headers)

        answer = self.portal.call(ask)
        return Page(path, answer.status_code, answer.headers, answer.text, answer.content)

    def ask(self, path: str, arguments: Pairs | None = None) -> Any:
        """Ask for a page that must be there, as JSON."""
        page = self.get(path, arguments)
        assert page.status == 200, f"{page.path}: {page.status} {page.text[:300]}"
        return page.json

    def walk(self, path: str, arguments: Pairs | None = None) -> Iterator[Page]:
        """A list's pages from first to last, by the links that they offer."""
        page = self.get(path, arguments)
        while True:
            assert page.status == 200, f"{page.path}: {page.status} {page.text[:300]}"
            yield page
            following = page.json["next_url"] if ".json" in path else page.next
            if not following:
                return
            page = self.get(following.removeprefix("http://localhost"))


@contextmanager
def serve(folder: Path, portal: BlockingPortal, database: Path | None = None) -> Iterator[Site]:
    """The site of a folder of letters; a database that was built of it may be given."""
    if database is None:
        database = folder.parent / "other-name.db"
        outcome = build(folder, database)
        assert not isinstance(outcome, Report), outcome.errors
    datasette = make_datasette(database, PATIENT)
    yield Site(folder, database, datasette, portal)
    for each in datasette.databases.values():
        each.close()
