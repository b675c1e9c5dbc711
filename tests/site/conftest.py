"""The site without a server: its pages asked for in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from correspondence.database.build import build
from correspondence.records.reading import Report
from correspondence.site.serving import make_datasette

from .answers import Page, Pairs
from .made_up import make_up

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
        return Page(path, answer.status_code, answer.headers, answer.text)

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


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """An event loop in a thread of its own, so that no other loop is in its way."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def site(archive_db: Path, real_letters: Path, portal: BlockingPortal) -> Iterator[Site]:
    """The archive itself."""
    with _closed_after(make_datasette(archive_db, PATIENT)) as datasette:
        yield Site(real_letters, archive_db, datasette, portal)


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """An archive of what the real one has too little of: ties, doubtful dates, withdrawals …"""
    folder = tmp_path_factory.mktemp("made-up")
    make_up(folder / "letters")
    database = folder / "other-name.db"
    outcome = build(folder / "letters", database)
    assert not isinstance(outcome, Report), outcome.errors
    with _closed_after(make_datasette(database, PATIENT)) as datasette:
        yield Site(folder / "letters", database, datasette, portal)


@contextmanager
def _closed_after(datasette: Any) -> Iterator[Any]:
    yield datasette
    for database in datasette.databases.values():
        database.close()
