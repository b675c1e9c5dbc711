"""Sites without a server: their pages are asked for in this process."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import httpx
from anyio.from_thread import BlockingPortal
from correspondence.database.build import build
from correspondence.records.reading import Report
from correspondence.site.server.reload import close
from correspondence.site.server.run import make_datasette

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

    def send(
        self,
        target: bytes,
        method: str = "GET",
        headers: Iterable[tuple[bytes, bytes]] = (),
        body: bytes = b"",
        scheme: str = "http",
    ) -> Page:
        """Send what no client of good manners would, as it reaches the site from a server."""
        sent = list(headers)
        raw_path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": scheme,
            "path": unquote(raw_path.decode("ascii")),
            "raw_path": raw_path,
            "root_path": "",
            "query_string": query,
            "headers": sent if b"host" in dict(sent) else [(b"host", b"localhost"), *sent],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        start: dict[str, Any] = {}
        content = bytearray()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                content.extend(message.get("body", b""))

        self.portal.call(self.datasette.client.app, scope, receive, send)
        text = bytes(content).decode("utf-8", "replace")
        named = httpx.Headers(start["headers"])
        return Page(target.decode("ascii"), start["status"], named, text, bytes(content))

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
    close(datasette)
