"""Opening a database that was built before, if it is an archive of this program's."""

import sqlite3
from pathlib import Path

from .tables import SCHEMA_HASH

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
