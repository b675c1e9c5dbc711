"""From a folder of letters to ``archive.db``, in one pass and all or nothing.

The database is written beside its place and renamed into it when it is whole: whoever reads the old
file goes on reading it, and a build that fails or is killed leaves it as it was.
"""

import glob
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ..records.archive import Frame
from ..records.atomic_write import NO_ROOM, no_room
from ..records.folder import State, content_hash, states
from ..records.history import changes, last_commit
from ..records.reading import Report, check_folder
from .derived import derive
from .rows import change_rows, frame_rows
from .schema import AFTER_LOADING, SCHEMA, SCHEMA_HASH, columns_of
from .values import Values, values_of, values_of_letter

_BATCH = 1_000
_MAGIC = b"SQLite format 3\0"
_DISK_ERRORS = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


class BuildError(Exception):
    """The database cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class Built:
    """A finished build: what was read, and how many rows each table holds."""

    report: Report
    counts: dict[str, int]


def build(folder: Path, output: Path, seen: Callable[[], None] | None = None) -> Built | Report:
    """Check a folder of letters and build its database.

    Args:
        folder: the folder of letters.
        output: the file to write; an older one is replaced.
        seen: called after each letter.

    Returns:
        The finished build, or, if the folder has errors, the report of them; ``output`` is then
        left as it was.

    Raises:
        FolderError: the folder is not one of letters.
        BuildError: the file cannot be written, or the letters were while they were read.
    """
    with _beside(output) as temporary:
        before = states(folder) if folder.is_dir() else {}
        writer = _Writer(temporary)
        try:
            report = check_folder(
                folder, writer.receiver(seen), writer.begin, values_of_letter, warns=False
            )
            if report.errors:
                return report
            counts = writer.finish(report.content_hash, folder)
        finally:
            writer.close()
        _must_be_as_before(before, states(folder))
        _publish(temporary, output)
    return Built(report, counts)


def is_current(database: Path, folder: Path) -> bool:
    """Whether a database was built by this program from what the folder holds now."""
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
        try:
            row = connection.execute("select * from build").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return bool(row == (content_hash(folder), SCHEMA_HASH, last_commit(folder)))


class _Writer:
    """Rows into a new database, table by table in batches."""

    def __init__(self, path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        # Nothing is lost without a journal: until it is renamed, nobody uses the file.
        connection.executescript("pragma journal_mode = off; pragma synchronous = off;")
        connection.executescript(SCHEMA)
        self.database = Database(connection)
        self.waiting: Values = {}
        self.history_after: str | None = None

    def begin(self, frame: Frame) -> None:
        """Write the archive and its registers."""
        self.history_after = frame.info.history_after
        self._write(values_of(frame_rows(frame)))

    def receiver(self, seen: Callable[[], None] | None) -> Callable[[Values], None]:
        """The function that takes what was made of each letter."""

        def receive(values: Values) -> None:
            self._write(values)
            if seen:
                seen()

        return receive

    def finish(self, content: str, folder: Path) -> dict[str, int]:
        """Write what is left, derive the rest, and check the whole; return the counts."""
        self._flush_all()
        connection = self.database.conn
        built_from = [content, SCHEMA_HASH, last_commit(folder)]
        connection.execute("insert into build values (?, ?, ?)", built_from)
        self._write(
            values_of(change_rows(changes(folder, self._current_ids(), self.history_after)))
        )
        self._flush_all()
        derive(connection)
        connection.executescript(f"{AFTER_LOADING}analyze;")
        broken = connection.execute("pragma foreign_key_check").fetchall()
        if broken:
            raise AssertionError(f"rows refer to nothing: {broken[:3]}")
        return {
            table: self.database.table(table).count
            for table in ("letters", "organisations", "people", "sources", "statements", "replies")
        }

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def _current_ids(self) -> dict[str, str]:
        """The letters' ids by each id they have or had; a withdrawn letter has no history."""
        return dict(
            self.database.conn.execute(
                "select id, id from letters union "
                "select former_ids.id, letter from former_ids join letters on letters.id = letter"
            )
        )

    def _write(self, values: Values) -> None:
        for table, found in values.items():
            batch = self.waiting.setdefault(table, [])
            batch.extend(found)
            if len(batch) >= _BATCH:
                self._flush(table)

    def _flush_all(self) -> None:
        for table in list(self.waiting):
            self._flush(table)

    def _flush(self, table: str) -> None:
        # Not by insert_all, which looks at every value and takes twice the time.
        marks = ", ".join("?" * len(columns_of(table)))
        with self.database.atomic():
            self.database.conn.executemany(
                f'insert into "{table}" values ({marks})', self.waiting.pop(table)
            )


@contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """A new file's path in the folder of ``output``, where nothing is left behind."""
    if not output.parent.is_dir():
        raise BuildError(f"there is no folder {output.parent}; make it first")
    if output.exists() and not output.is_file():
        raise BuildError(f"{output} is a folder or device; name a file")
    if output.exists() and not _is_database(output):
        raise BuildError(f"{output} is no database; name another file, or remove this one")
    _sweep(output)
    temporary = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield temporary
    except OSError as error:
        reason = no_room(error.strerror) if error.errno in NO_ROOM else error.strerror
        raise BuildError(f"{output} cannot be written: {reason}") from error
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(_DISK_ERRORS):
            raise
        # SQLite calls a file that may grow no further an error of the disk.
        is_full = error.sqlite_errorname.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE"))
        reason = no_room(str(error)) if is_full else str(error)
        raise BuildError(f"{output} cannot be written: {reason}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) in (_MAGIC, b"")
    except PermissionError:
        return True  # it may be replaced, though not read


def _sweep(output: Path) -> None:
    """Remove what builds left that were killed outright."""
    for part in output.parent.glob(f".{glob.escape(output.name)}.*.part"):
        process = part.name.split(".")[-2]
        # A process of our own number is an earlier one: containers give the same numbers again.
        if process.isdigit() and not _is_running(int(process)):
            part.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _must_be_as_before(before: dict[str, State], after: dict[str, State]) -> None:
    """Make sure that what was built is what the folder was at one moment.

    Raises:
        BuildError: it was written to meanwhile.
    """
    changed = sorted(name for name, _ in before.items() ^ after.items())
    if changed:
        raise BuildError(f"{changed[0]} changed while the letters were read; build again")


def _publish(temporary: Path, output: Path) -> None:
    """Put the finished file in its place, once it is safely on the disk."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.chmod(0o644)
    temporary.replace(output)
