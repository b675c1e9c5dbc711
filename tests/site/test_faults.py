"""What happens to a site beneath which something breaks: a clear answer, and no lie."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.pages import csv_json
from datasette.utils.asgi import Response

from ..sites import Site, serve
from .answers import Page

Message = dict[str, Any]
UNREAD = "/archive/files.csv"
PAGES = ["/archive/letters", "/archive/letters.json", UNREAD, "/archive/letters.ris"]


def scope(path: str) -> Message:
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }


@pytest.fixture
def spoilt(archive_db: Path, tmp_path: Path, portal: BlockingPortal) -> Iterator[Site]:
    """A site whose database is cut short in its place, after it was opened."""
    database = Path(shutil.copy(archive_db, tmp_path / "archive.db"))
    with serve(tmp_path, portal, database) as site:
        assert site.get("/about").status == 200
        os.truncate(database, 8192)
        yield site


@pytest.mark.parametrize("path", PAGES)
def test_a_database_that_is_cut_short_is_told_of_and_nothing_is_made_up(
    spoilt: Site, site: Site, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    page = spoilt.get(path)
    if page.status == 200 and path != UNREAD:  # the connection had read all that before
        assert _timeless(page) == _timeless(site.get(path))
        return
    assert page.status == 503, page.text[:500]
    [number] = set(re.findall(r"error ([0-9a-f]{8})", page.text))
    assert f"fault {number}: GET {path}" in caplog.text
    assert "Traceback" not in page.text
    assert str(spoilt.database) not in page.text


def _timeless(page: Page) -> str:
    """What a page says, but for how long its making took."""
    return re.sub(r'"query_ms": [\d.]+', "", page.text)


@pytest.mark.parametrize("length", [8192, 100, 0])
def test_what_watches_over_the_site_is_told_too(spoilt: Site, length: int) -> None:
    os.truncate(spoilt.database, length)
    for _ in range(10):  # by each of the connections, some of which have read what is asked for
        assert spoilt.get("/health").status == 503


def test_so_it_is_when_the_file_is_gone(spoilt: Site) -> None:
    spoilt.database.unlink()
    assert spoilt.get("/health").status == 503


def test_pages_that_were_made_are_still_shown(spoilt: Site) -> None:
    page = spoilt.get("/about")
    assert page.status == 200
    assert page.faults == []


# --- in the middle of an answer


class BreaksLater(csv_json._Table):
    """The view of a table whose second page cannot be read."""

    asked = 0

    async def data(self, request: Any, *args: Any, **options: Any) -> Response:
        self.asked += 1
        if self.asked > 1:
            self.fault = OSError("secret of the house")
            raise self.fault
        return await super().data(request, *args, **options)


def test_a_csv_that_cannot_be_finished_is_broken_off(
    fresh_site: Site,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Datasette would write the fault as a last row, and end as if all were well.
    monkeypatch.setattr(csv_json, "_Table", BreaksLater)
    monkeypatch.setattr(fresh_site.datasette, "max_returned_rows", 10)
    went: list[Message] = []

    async def ask() -> None:
        async def receive() -> Message:
            await asyncio.Event().wait()
            return {}

        async def send(message: Message) -> None:
            went.append(message)

        await fresh_site.datasette.client.app(scope("/archive/letters.csv"), receive, send)

    with pytest.raises(RuntimeError):
        fresh_site.portal.call(ask)
    assert went[0]["status"] == 200
    assert went[-1].get("more_body")
    text = b"".join(message.get("body", b"") for message in went)
    assert text.count(b"\r\n") > 5
    assert b"secret" not in text
    assert "fault" in caplog.text
    assert "secret of the house" in caplog.text
