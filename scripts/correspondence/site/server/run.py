"""The site as an application and as a server: settings, descriptions, processes and the port."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from uvicorn.supervisors import Multiprocess

from ...database.opening import open_archive
from ...metadata import read_metadata
from ..archive import Archive
from ..middleware import logs
from ..middleware.headers import App
from .reload import SwappingApp

SETTINGS: dict[str, Any] = {
    "allow_facet": False,  # facets over any column are what crawlers exhaust a server with
    "suggest_facets": False,
    "default_page_size": 100,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 1000,
    "default_cache_ttl": 300,
    "max_csv_mb": 0,  # no list is cut short; it is sent piece by piece
    "truncate_cells_html": 300,
}

KEEP_ALIVE_SECONDS = 75
"""An idle connection is kept longer than a proxy's, so that none asks as we hang up."""

GRACE_SECONDS = 10
"""For requests that are being answered when the site is told to stop; then they are broken off."""

_START_SECONDS = 120  # for a process to open a large archive
_LOOK_MS = 1_000
_LOG = logging.getLogger("correspondence")


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
    mounted = Archive(datasette, path=str(database), is_mutable=False)
    datasette.add_database(mounted, name="archive")
    datasette.remove_database("_memory")  # which it adds where it was given no file
    return datasette


@dataclass(frozen=True)
class Configuration:
    """What is served, and how; each process that serves it is given the same."""

    database: Path
    base_url: str = "/"
    """The path under which a proxy offers the site."""
    log: str = "text"
    """One of ``logs.STYLES``."""
    sql: bool = True
    """Whether visitors may run their own SQL. The example queries always work."""

    def __post_init__(self) -> None:
        if self.log not in logs.STYLES:
            raise ServingError(f"a log is one of {', '.join(logs.STYLES)}, not {self.log!r}")

    @property
    def prefix(self) -> str:
        """The same path with a slash at either end."""
        return f"/{self.base_url.strip('/')}/" if self.base_url.strip("/") else "/"


def make_app_of(configuration: Configuration) -> App:
    """The site as an ASGI application, which follows its database; it also sets up the log."""
    logs.configure(configuration.log)
    settings = {"base_url": configuration.prefix, "default_allow_sql": configuration.sql}
    app = SwappingApp(lambda copy: make_datasette(copy, settings), configuration.database)
    return logs.wrap(app)


@dataclass(frozen=True)
class Watch:
    """A folder to watch, and what makes the database anew when it changes.

    ``history`` is another thing whenever the changes that are recorded of it are others.
    """

    folder: Path
    rebuild: Callable[[], object]
    history: Callable[[], object]


def serve_archive(
    configuration: Configuration, host: str, port: int, workers: int, watch: Watch | None = None
) -> None:
    """Serve the archive by some processes until this one is told to stop.

    A proxy on this machine may stand before it; what it says of the visitor's scheme
    (``X-Forwarded-Proto``) is believed, and it hands on the ``Host`` that the visitor asked for.

    Raises:
        NotAnArchive: the file is missing or is no archive.
        ServingError: the port is taken, or the archive does not answer.
    """
    open_archive(configuration.database).close()  # rather than each process saying what is wrong
    logs.configure(configuration.log)
    with closing(_listen(host, port)) as listener, _watched(watch):
        shown_host = f"[{host}]" if ":" in host else host
        address = f"http://{shown_host}:{listener.getsockname()[1]}{configuration.prefix}"
        _LOG.info("serving %s on %s (stop: Ctrl-C)", configuration.database, address)
        config = uvicorn.Config(
            partial(make_app_of, configuration),
            factory=True,
            lifespan="on",
            workers=workers,
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_worker_healthcheck=_START_SECONDS,
        )
        if workers > 1:
            Multiprocess(config, [listener]).run()
            return
        server = uvicorn.Server(config)
        _end_with_the_terminal()
        server.run(sockets=[listener])
        if not server.started:
            raise ServingError(f"{configuration.database} is not served")


def _end_with_the_terminal() -> None:
    """A hang-up ends the server as SIGTERM does, unless it is ignored; several processes reload."""
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) == signal.SIG_DFL:
        signal.signal(hangup, lambda *_: signal.raise_signal(signal.SIGTERM))


@contextmanager
def _watched(watch: Watch | None) -> Iterator[None]:
    """Rebuild whenever a file changes; whatever serves the database notices by itself."""
    if watch is None:
        yield
        return
    stop = threading.Event()
    watching = threading.Thread(target=_follow, args=(watch, stop))
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()


def _follow(watch: Watch, stop: threading.Event) -> None:
    from watchfiles import watch as changes_in

    built = None  # since the watch began: what changed before it is not told
    for changes in changes_in(
        watch.folder, stop_event=stop, yield_on_timeout=True, rust_timeout=_LOOK_MS
    ):
        recorded = (watch.history(),)
        if changes or recorded != built:
            try:
                watch.rebuild()
            except Exception:  # noqa: BLE001 - whatever one build ran into, the next may succeed
                _LOG.exception("the build failed; the last good archive is still served")
        built = recorded


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
