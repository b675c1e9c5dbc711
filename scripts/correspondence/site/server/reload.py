"""A site that changes to a new archive while it is served, without dropping a request.

A Datasette cannot be given another file: its threads keep what they have opened, and open what
stands under a name when they first need it. So each archive has a Datasette of its own, and a name
of its own, a hard link, under which it stays when another file takes its place. Requests that the
old one has begun it also finishes. Nothing is copied, except where no link can be made.
"""

import asyncio
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from datasette.app import Datasette

from ...database.opening import Damaged, NotAnArchive, must_be_whole, open_archive
from ..middleware.headers import App, Receive, Scope, Send

LOOK_SECONDS = 0.5
"""Between two looks at the file; what two looks in a row find the same is taken."""

AGAIN_SECONDS = 10.0
"""Before a change is tried again that this machine, and not the file, was the hindrance of."""

_BEGINNINGS = 20

FOLDER = ".letters-"
"""How the names of folders begin that hold the link to a served archive."""

FIRST = (
    "/",
    "/archive/letters",
    "/archive/organisations",
    "/archive/people",
    "/statements",
    "/data",
)
"""What an archive asks itself for as soon as it is served, so that no visitor waits for what is
made but once: compiled templates, entries of lists, counts of large registers."""

_LOG = logging.getLogger("correspondence")


class NotServed(Exception):
    """An archive does not answer; the message says what it does."""


class BeingWritten(NotAnArchive):
    """The file changed while it was read."""


class SwappingApp:
    """An ASGI application in front of the Datasette of the newest archive.

    It begins with its server (the *lifespan* of ASGI), and from then on follows the file: whatever
    sound archive is put in its place is served within seconds. What is unsound is told once, and
    the last good archive stays.
    """

    def __init__(self, make: Callable[[Path], Datasette], database: Path) -> None:
        self.make = make
        self.database = database
        self.current: _Served | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the archive that is the newest when the request comes."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        served = self.current
        if served is None:
            raise NotServed("the server did not start this application: it knows no lifespan")
        served.requests += 1
        try:
            await served.app(scope, receive, send)
        finally:
            served.requests -= 1
            if served is not self.current and not served.requests:
                self._end(served)

    async def swap(self) -> "_Seen":
        """Change to the archive that is there now, once it has shown that it answers.

        Returns what the file was like.

        Raises:
            NotAnArchive: the file is missing, damaged or no archive; the old one stays.
            NotServed: the new archive does not answer; the old one stays.
            OSError: it can be neither linked nor copied; the old one stays.
        """
        making = asyncio.create_task(asyncio.to_thread(self._open))
        try:
            new = await asyncio.shield(making)
        except asyncio.CancelledError:
            with suppress(Exception):
                self._end(await making)  # a thread cannot be broken off, and its link must not stay
            raise
        try:
            answer = await new.datasette.client.get("/about")
            if answer.status_code != 200:
                raise NotServed(f"{self.database} answers {answer.status_code}")
        except BaseException:
            self._end(new)
            raise
        old, self.current = self.current, new
        new.preparing = asyncio.create_task(new.prepare())
        if old and not old.requests:
            self._end(old)
        return new.seen

    def _open(self) -> "_Served":
        # What takes the place of a good archive is read whole first, while the good one is served.
        return _Served(self.make, self.database, checked=self.current is not None)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            seen = await self._begin()
        except (NotAnArchive, NotServed, OSError) as error:
            await send({"type": "lifespan.startup.failed", "message": f"letters: {error}"})
            return
        following = asyncio.create_task(self._follow(seen))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        if self.current:
            self._end(self.current)
        await asyncio.gather(*self._ending)
        await send({"type": "lifespan.shutdown.complete"})

    async def _begin(self) -> "_Seen":
        """The first archive; while it is being replaced, it is waited for."""
        for _ in range(_BEGINNINGS):
            try:
                return await self.swap()
            except BeingWritten as error:
                _LOG.info("letters: %s; looking again", error)
            await asyncio.sleep(LOOK_SECONDS)
        return await self.swap()

    async def _follow(self, known: "_Seen") -> None:
        """Swap whenever there is another file than the known one, or another content in it."""
        last = known
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            before, last = last, _look(self.database)
            if last == known or last != before:  # still being written
                continue
            try:
                known = await self.swap()
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the old one stays
                _LOG.warning("letters: %s; the last good archive is still served", error)
                if isinstance(error, OSError):  # no room for a copy, say, which may pass
                    await asyncio.sleep(AGAIN_SECONDS)
                else:
                    known = last
            else:
                _LOG.info("%s was replaced; the new archive is served", self.database)

    def _end(self, served: "_Served") -> None:
        task = asyncio.create_task(served.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


_Seen = tuple[int, int, int, int] | None


def _look(path: Path) -> _Seen:
    """What tells whether a file is another or has been written to; nothing if it is missing."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


class _Served:
    """An archive under a name of its own, its Datasette, and how many requests it is answering.

    With ``checked``, all of the file is read, to find damage anywhere in it.
    """

    def __init__(self, make: Callable[[Path], Datasette], database: Path, *, checked: bool) -> None:
        self.requests = 0
        self.seen = _look(database)
        self.folder = _folder_beside(database)
        try:
            own = Path(self.folder.name) / "archive.db"
            if self.seen:
                _link(database, own)
            if _look(database) != self.seen:
                raise BeingWritten(f"{database} was written to while it was opened")
            _must_be_sound(own, database, checked=checked)
            self.datasette = make(own)
        except BaseException:
            self.folder.cleanup()
            raise
        self.app: App = self.datasette.app()
        self.preparing: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Ask for the first pages; of faults in them is told who asks for them next."""
        for path in FIRST:
            with suppress(Exception):
                await self.datasette.client.get(path)

    async def end(self) -> None:
        """Let go of its threads and files."""
        if self.preparing:
            self.preparing.cancel()
            await asyncio.gather(self.preparing, return_exceptions=True)
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        close(self.datasette)
        self.folder.cleanup()


def close(datasette: Datasette) -> None:
    """Let go of the threads and connections of a site; what they still do is for nobody."""
    archive = datasette.get_database("archive")
    ending = threading.Thread(target=datasette.executor.shutdown)
    ending.start()
    while ending.is_alive():
        archive.interrupt()
        ending.join(0.05)
    for database in datasette.databases.values():
        database.close()


def _folder_beside(database: Path) -> "TemporaryDirectory[str]":
    """A folder where a file can be linked to: that of the file itself, if it can be written to."""
    try:
        return TemporaryDirectory(prefix=FOLDER, dir=database.resolve().parent)
    except OSError:
        return TemporaryDirectory(prefix=FOLDER)


def _link(database: Path, own: Path) -> None:
    """Give a file another name; a copy where the file system has no links, or it is another."""
    with suppress(FileNotFoundError):
        try:
            own.hardlink_to(database.resolve())
        except OSError:
            shutil.copyfile(database, own)


def _must_be_sound(own: Path, database: Path, *, checked: bool) -> None:
    """Raise NotAnArchive, with the name that people know, unless the file can be served."""
    found = "ok"
    try:
        with closing(open_archive(own)) as connection:
            must_be_whole(own)
            if checked:
                found = connection.execute("pragma quick_check(1)").fetchone()[0]
    except NotAnArchive as error:
        raise NotAnArchive(str(error).replace(str(own), str(database))) from None
    except (sqlite3.DatabaseError, Damaged) as error:
        found = str(error)
    if found != "ok":
        raise NotAnArchive(f"{database} is damaged ({found}); make it anew with `letters build`")
