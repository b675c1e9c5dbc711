"""Whether a database is what was published: whole, in itself right, and made from these letters."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from ..records.folder import content_hash
from ..records.reading import Report
from .build import build
from .opening import open_archive

_MOST = 10


def faults_of(database: Path, folder: Path | None) -> Iterator[str]:
    """What is wrong with a database, each in a sentence; nothing if all is well.

    Args:
        database: the file.
        folder: the folder of letters that it should have been built from, if that is to be told.

    Raises:
        NotAnArchive: the file is missing, is no archive, or was built by another version.
        FolderError: the folder does not exist or cannot be read.
    """
    with closing(open_archive(database)) as connection:
        try:
            yield from _damage(connection)
            yield from _loose_ends(connection)
            yield from _faulty_indexes(connection)
            if folder:
                yield from _other_letters(connection, folder)
        except sqlite3.DatabaseError as error:
            yield f"the file is damaged: {error}"


def content_hash_of(database: Path) -> str:
    """The checksum of the files from which a database was built, as it says itself."""
    with closing(open_archive(database)) as connection:
        return str(connection.execute("select content_hash from build").fetchone()[0])


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    found = [row[0] for row in connection.execute(f"pragma integrity_check({_MOST})")]
    yield from (f"the file is damaged: {message}" for message in found if message != "ok")


def _loose_ends(connection: sqlite3.Connection) -> Iterator[str]:
    for table, row, other, _ in connection.execute("pragma foreign_key_check").fetchmany(_MOST):
        yield f"row {row} of {table} refers to a row of {other} that is not there"


def _faulty_indexes(connection: sqlite3.Connection) -> Iterator[str]:
    """Faults of the indexes for search, which SQLite checks on request; on a copy in memory.

    The request is written like a new row, which a file opened for reading would refuse.
    """
    copy = sqlite3.connect(":memory:")
    with closing(copy):
        connection.backup(copy)
        sql = "select name from sqlite_schema where sql like 'create virtual table%using fts5%'"
        for (name,) in copy.execute(sql).fetchall():
            try:
                copy.execute(f"insert into {name} ({name}, rank) values ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                yield f"the index {name} does not agree with the letters: {error}"


def _other_letters(connection: sqlite3.Connection, folder: Path) -> Iterator[str]:
    told = connection.execute("select content_hash from build").fetchone()[0]
    found = content_hash(folder)
    if told != found:
        yield f"it was built from other files: it tells of {told}, and {folder} is {found}"
        return
    with TemporaryDirectory(prefix="letters-") as temporary:
        rebuilt = Path(temporary) / "rebuilt.db"
        if isinstance(build(folder, rebuilt), Report):
            yield f"{folder} has problems, so nothing can be built of it; see letters check"
            return
        connection.execute("attach ? as rebuilt", [f"{rebuilt.as_uri()}?mode=ro"])
        yield from _other_rows(connection)
        connection.execute("detach rebuilt")


def _other_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """What these files do not make: a checksum in a file proves nothing of its rows."""
    schemas = [
        connection.execute(f"select type, name, sql from {place}.sqlite_schema").fetchall()
        for place in ("main", "rebuilt")
    ]
    if sorted(map(repr, schemas[0])) != sorted(map(repr, schemas[1])):
        yield "its tables, indexes or views are not those of the program"
        return
    for kind, name, sql in schemas[1]:
        if kind == "table" and name not in _OF_THE_CHECKOUT and "using fts5" not in sql:
            differing = sum(
                connection.execute(
                    f'select count(*) from (select * from {one}."{name}" '
                    f'except select * from {other}."{name}")'
                ).fetchone()[0]
                for one, other in (("main", "rebuilt"), ("rebuilt", "main"))
            )
            if differing:
                yield f"{name} is not what these files make; rows that differ: {differing:,}"


_OF_THE_CHECKOUT = frozenset({"build", "changes"})
"""Tables that tell of the history of the files, which not every copy of them has."""
