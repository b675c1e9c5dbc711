"""The data set as a whole: the download, and what says what its tables mean."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from weakref import finalize

from datasette.app import Datasette
from datasette.utils.asgi import AsgiFileDownload, Request, Response
from datasette.views.database import DatabaseDownload

from ...bundle import packaged_tables, write_bundle
from ...formats.dataset import datapackage, download_name
from ...formats.publication import Publication
from ..archive import archive_of
from ..exports.letters import FileResponse
from ..html.page import CACHE_SECONDS, publication_of
from ..middleware.headers import in_header

_READ = 1 << 20


class _Kept:
    """The download as it was last made, and for which address; one is made at a time."""

    def __init__(self) -> None:
        self.making = asyncio.Lock()
        self.address = ""
        folder = tempfile.mkdtemp(prefix="letters-")
        finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.file = Path(folder) / "dataset.zip"


async def dataset(datasette: Datasette, request: Request) -> FileResponse:
    """``/dataset.zip``: the whole archive in one file, made when it is first asked for."""
    publication = publication_of(datasette, request)
    kept = archive_of(datasette).kept(_Kept)
    async with kept.making:
        if kept.address != publication.address:
            database = Path(archive_of(datasette).path)
            await asyncio.to_thread(_make, database, publication, kept.file)
            kept.address = publication.address
        size = kept.file.stat().st_size
        pieces = _pieces(kept.file)
        first = next(pieces)
    info = publication.frame.info
    headers = {
        "content-type": "application/zip",
        "content-length": str(size),
        "content-disposition": f'attachment; filename="{download_name(info)}.zip"',
        "cache-control": f"max-age={CACHE_SECONDS}",
        "link": f'<{in_header(info.licence.url)}>; rel="license", '
        f'<{in_header(publication.address)}/>; rel="cite-as"',
    }
    return FileResponse(first, pieces, headers)


async def database(datasette: Datasette, request: Request) -> Response | AsgiFileDownload:
    """``/archive.db``: the database, by Datasette, under the name of the archive."""
    info = publication_of(datasette, request).frame.info
    answer = await DatabaseDownload(datasette).dispatch_request(request)
    if isinstance(answer, AsgiFileDownload):
        answer.filename = f"{download_name(info)}.db"
        answer.content_type = "application/vnd.sqlite3"
        answer.headers["link"] = f'<{in_header(info.licence.url)}>; rel="license"'
    return answer


async def package(datasette: Datasette, request: Request) -> Response:
    """``/datapackage.json``: the tables and columns explained (Frictionless), by address."""
    publication = publication_of(datasette, request)
    tables = await archive_of(datasette).execute_fn(
        lambda connection: packaged_tables(
            connection, lambda name: f"{publication.address}/archive/{name}.csv"
        )
    )
    body = json.dumps(datapackage(publication, tables), ensure_ascii=False, indent=1)
    headers = {"Cache-Control": f"max-age={CACHE_SECONDS}", "Access-Control-Allow-Origin": "*"}
    return Response(body, content_type="application/json; charset=utf-8", headers=headers)


def _make(database: Path, publication: Publication, output: Path) -> None:
    """A new file in the place of the old one, which those who are reading it keep."""
    # Who asked for it may have hung up while it was made, and another have begun to make it.
    with tempfile.NamedTemporaryFile(dir=output.parent, suffix=".part", delete=False) as file:
        write_bundle(database, publication, file)
    Path(file.name).replace(output)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ):
            yield piece
