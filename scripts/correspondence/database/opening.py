"""Opening a database that was built before, if it is an archive of this program's."""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from .schema import SCHEMA_HASH

_CURE = "make it anew with `letters build`"


class NotAnArchive(Exception):
    """The file is missing or is no archive; the message says which and what to do."""


def open_archive(database: Path) -> sqlite3.Connection:
    """A connection that only reads.

    Raises:
        NotAnArchive: the file is missing, is no archive, or was built by another version.
    """
    if not database.is_file():
        raise NotAnArchive(f"there is no database {database}; make it with `letters build`")
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
        built_by = connection.execute("select schema_hash from build, archive").fetchone()
    except sqlite3.Error as error:
        raise NotAnArchive(f"{database} is no archive of letters ({error}); {_CURE}") from error
    if built_by != (SCHEMA_HASH,):
        connection.close()
        message = f"{database} was built by another version of this program; {_CURE}"
        raise NotAnArchive(message)
    return connection


def version_of(database: Path) -> str:
    """What tells an archive from every other, without reading all of it.

    SQLite counts the changes of a file in its first hundred bytes; what an archive was built from
    is told by the checksums of the build.
    """
    with closing(open_archive(database)) as connection, database.open("rb") as file:
        built_from = connection.execute("select * from build").fetchone()
        return hashlib.sha256(f"{file.read(100)!r} {built_from}".encode()).hexdigest()


class Damaged(Exception):
    """The file of a database is not whole."""


def must_be_whole(database: Path) -> None:
    """Make sure that a database's file is as long as it says itself: a connection may not notice.

    What a connection has read it keeps, and goes on giving, after the file was cut short. Size of a
    page and number of pages stand in the first hundred bytes (https://sqlite.org/fileformat.html,
    1.3).

    Raises:
        Damaged: the file is shorter or longer, or gone.
    """
    try:
        with database.open("rb") as file:
            header = file.read(100)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise Damaged(f"the file cannot be read: {error.strerror}") from error
    page_size, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    told = pages * (65_536 if page_size == 1 else page_size)
    if not size or size != told:
        raise Damaged(f"the file holds {size:,} bytes and says that it holds {told:,}")
