"""The site as an application and as a server: settings, descriptions and the port."""

import asyncio
import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database

from ..database.opening import NotAnArchive, open_archive
from ..metadata import read_metadata
from .swapping import NotServed, SwappingApp

SETTINGS: dict[str, Any] = {
    "allow_facet": False,  # facets over any column are what crawlers exhaust a server with
    "suggest_facets": False,
    "default_page_size": 100,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 1000,
    "default_cache_ttl": 300,
    "max_csv_mb": 200,
    "truncate_cells_html": 300,
}


_LOOK_MS = 1_000


class ServingError(Exception):
    """The site cannot be served; the message says why and what to do."""


def make_datasette(
    database: Path,
    settings: dict[str, Any] | None = None,
    own: dict[str, Any] | None = None,
    templates: Path | None = None,
) -> Datasette:
    """Datasette with the archive mounted as ``archive``, read-only, whatever its file's name.

    Args:
        database: the archive.
        settings: of Datasette, instead of ours.
        own: configuration of this plugin, beside what ``metadata.yml`` says.
        templates: a folder of templates that go before those of the site.

    Raises:
        NotAnArchive: the file is missing or is no archive.
    """
    datasette = Datasette(
        files=[],
        settings={**SETTINGS, **(settings or {})},
        metadata=_metadata(database, own or {}),
        template_dir=str(templates) if templates else None,
    )
    mounted = Database(datasette, path=str(database), is_mutable=False)
    datasette.add_database(mounted, name="archive")
    datasette.remove_database("_memory")  # which it adds where it was given no file
    return datasette


@dataclass(frozen=True)
class Watch:
    """A folder to watch, and what makes the database anew: it says whether it did."""

    folder: Path
    rebuild: Callable[[], bool]


def serve_archive(
    database: Path,
    host: str,
    port: int,
    base_url: str,
    say: Callable[[str], None],
    watch: Watch | None = None,
) -> None:
    """Serve the archive until the process is told to stop.

    A proxy on this machine may stand before it; what it says of the visitor's scheme
    (``X-Forwarded-Proto``) is believed, and it hands on the ``Host`` that the visitor asked for.

    Raises:
        NotAnArchive: the file is missing or is no archive.
        ServingError: the port is taken.
    """
    prefix = f"/{base_url.strip('/')}/" if base_url.strip("/") else "/"

    def make(path: Path) -> Datasette:
        return make_datasette(path, {"base_url": prefix})

    open_archive(database).close()  # to tell what is wrong with it by its own name
    with _own_names(database) as own_name:
        app = SwappingApp(make, own_name())
        listener = _listen(host, port)
        shown_host = f"[{host}]" if ":" in host else host
        address = f"http://{shown_host}:{listener.getsockname()[1]}{prefix}"
        say(f"serving {database} on {address} (stop: Ctrl-C)")
        config = uvicorn.Config(app, log_level="warning", server_header=False)
        asyncio.run(_serve(uvicorn.Server(config), listener, app, own_name, watch, say))


async def _serve(
    server: uvicorn.Server,
    listener: socket.socket,
    app: SwappingApp,
    own_name: Callable[[], Path],
    watch: Watch | None,
    say: Callable[[str], None],
) -> None:
    """Serve, and change to a new archive whenever a watched folder has changed for the better."""
    watching = asyncio.create_task(_follow(watch, app, own_name, say)) if watch else None
    await server.serve(sockets=[listener])
    if watching:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _follow(
    watch: Watch, app: SwappingApp, own_name: Callable[[], Path], say: Callable[[str], None]
) -> None:
    from watchfiles import awatch

    looked = False  # since the watch began: what changed before it is not told
    async for changes in awatch(watch.folder, yield_on_timeout=True, rust_timeout=_LOOK_MS):
        if (changes or not looked) and await asyncio.to_thread(watch.rebuild):
            try:
                await app.swap(own_name())
            except (NotAnArchive, NotServed, OSError) as error:
                say(f"letters: {error}; the last good archive is still served")
        looked = True


@contextmanager
def _own_names(database: Path) -> Iterator[Callable[[], Path]]:
    """A function that gives the file of a database another name, for as long as it is served.

    A build puts a new file in the place of the old one; under its own name the old one stays what
    it is for the threads that have yet to open it.
    """
    count = itertools.count(1)
    with tempfile.TemporaryDirectory(prefix="letters-") as folder:

        def own_name() -> Path:
            name = Path(folder) / f"archive-{next(count)}.db"
            try:
                name.hardlink_to(database)
            except OSError:  # it is on another disk
                shutil.copyfile(database, name)
            return name

        yield own_name


def _metadata(database: Path, own: dict[str, Any]) -> dict[str, Any]:
    """What Datasette is told of tables and columns; of the archive itself, what it says itself."""
    with closing(open_archive(database)) as connection:
        columns = "title, description, licence_name, licence_url"
        row = connection.execute(f"select {columns} from archive").fetchone()
    names = ("title", "description", "license", "license_url")
    told = {**read_metadata(), **dict(zip(names, row, strict=True))}
    if own:
        plugins = dict(told.get("plugins") or {})
        plugins["correspondence"] = {**(plugins.get("correspondence") or {}), **own}
        told["plugins"] = plugins
    return told


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        cure = "name another with --port" if port else "name another with --host"
        raise ServingError(f"cannot listen on {host}:{port}: {error.strerror}; {cure}") from error
    return listener
