"""The site as an application and as a server: settings, descriptions and the port."""

import asyncio
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import parse_metadata

from ..database.tables import SCHEMA_HASH

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


class ServingError(Exception):
    """The archive cannot be served; the message says why and what to do."""


def make_datasette(database: Path, settings: dict[str, Any] | None = None) -> Datasette:
    """Datasette with the archive mounted as ``archive``, read-only, whatever its file's name.

    Raises:
        ServingError: the file is missing or is no archive.
    """
    _look_into(database)
    datasette = Datasette(
        files=[],
        settings={**SETTINGS, **(settings or {})},
        metadata=_metadata(database),
    )
    mounted = Database(datasette, path=str(database), is_mutable=False)
    datasette.add_database(mounted, name="archive")
    datasette.remove_database("_memory")  # which it adds where it was given no file
    return datasette


def serve_archive(database: Path, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve the archive until the process is told to stop.

    Raises:
        ServingError: the database is no archive, or the port is taken.
    """
    datasette = make_datasette(database)
    listener = _listen(host, port)
    shown_host = f"[{host}]" if ":" in host else host
    say(f"serving {database} on http://{shown_host}:{listener.getsockname()[1]}/ (stop: Ctrl-C)")
    config = uvicorn.Config(datasette.app(), log_level="warning", server_header=False)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def _look_into(database: Path) -> None:
    if not database.is_file():
        raise ServingError(f"there is no database {database}; make it with `letters build`")
    cure = "make it anew with `letters build`"
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
        try:
            built_by = connection.execute("select schema_hash from build, archive").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ServingError(f"{database} is no archive of letters ({error}); {cure}") from error
    if built_by != (SCHEMA_HASH,):
        raise ServingError(f"{database} was built by another version of this program; {cure}")


def _metadata(database: Path) -> dict[str, Any]:
    """What Datasette is told of tables and columns; of the archive itself, what it says itself."""
    path = _metadata_file()
    metadata: dict[str, Any] = parse_metadata(path.read_text("utf-8")) if path else {}
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    try:
        columns = "title, description, licence_name, licence_url"
        row = connection.execute(f"select {columns} from archive").fetchone()
    finally:
        connection.close()
    names = ("title", "description", "license", "license_url")
    return {**metadata, **dict(zip(names, row, strict=True))}


def _metadata_file() -> Path | None:
    """``metadata.yml`` beside the package in a checkout, or inside it when it was installed."""
    package = Path(__file__).parents[1]
    candidates = (package / "metadata.yml", package.parents[1] / "metadata.yml")
    return next((path for path in candidates if path.is_file()), None)


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
