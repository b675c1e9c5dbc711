"""Whether a database is what was published: whole, in itself right, and made from these letters."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from ..records.folder import content_hash
from ..records.reading import Report
from .build import build
from .introspection import quoted
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
                yield from _other_letters(connection, database, folder)
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


def _other_letters(connection: sqlite3.Connection, database: Path, folder: Path) -> Iterator[str]:
    """How a database differs from one that is made of a folder now.

    A file's own word on what it was made from proves nothing: whoever changes a row leaves it.
    """
    told = connection.execute("select content_hash from build").fetchone()[0]
    found = content_hash(folder)
    if told != found:
        yield f"it was built from other files: it tells of {told}, and {folder} is {found}"
        return
    with TemporaryDirectory(prefix="letters-") as place:
        anew = Path(place) / "anew.db"
        if isinstance(build(folder, anew), Report):
            yield f"{folder} has problems, so nothing can be built to compare with; check it"
            return
        with closing(sqlite3.connect(":memory:", uri=True)) as both:
            both.execute("attach ? as anew", [str(anew)])
            both.execute("attach ? as given", [f"{database.resolve().as_uri()}?mode=ro"])
            yield from _other_definitions(both)
            yield from _other_rows(both)


def _other_definitions(both: sqlite3.Connection) -> Iterator[str]:
    sql = "select type, name, sql from {}.sqlite_schema where name not like 'sqlite_stat%'"
    given, anew = (set(both.execute(sql.format(side))) for side in ("given", "anew"))
    for kind, name in sorted({(kind, name) for kind, name, _ in given ^ anew})[:_MOST]:
        yield f"the definition of the {kind} {name} is not that of this program"


def _other_rows(both: sqlite3.Connection) -> Iterator[str]:
    """Tables whose rows are not those that the files give; indexes for search are not among them.

    What git tells of the files is compared where both were made at the same commit.
    """
    commit = "select last_commit from {}.build"
    given, anew = (both.execute(commit.format(side)).fetchone() for side in ("given", "anew"))
    apart = {"build"} if given == anew else {"build", "changes"}
    for name in sorted((_tables(both, "given") & _tables(both, "anew")) - apart):
        try:
            yield from _rows_of_one_side(both, name)
        except sqlite3.OperationalError as error:  # it has other columns
            yield f"the table {name} cannot be compared: {error}"


def _tables(both: sqlite3.Connection, side: str) -> set[str]:
    sql = "select name from pragma_table_list where schema = ? and type = 'table'"
    return {name for (name,) in both.execute(sql, [side]) if not name.startswith("sqlite_")}


def _rows_of_one_side(both: sqlite3.Connection, table: str) -> Iterator[str]:
    rows = [f"select * from {side}.{quoted(table)}" for side in ("given", "anew")]
    for here, there, said in (
        (*rows, "holds what the files do not say"),
        (*rows[::-1], "lacks what the files say"),
    ):
        found = both.execute(f"{here} except {there}").fetchmany(_MOST)
        for row in found:
            shown = ", ".join(str(cell) for cell in row[:2])
            yield f"{table} {said}: the row of {shown}"
    counts = [both.execute(f"select count(*) from ({sql})").fetchone()[0] for sql in rows]
    if counts[0] != counts[1]:
        yield f"{table} has {counts[0]:,} rows, where the files give {counts[1]:,}"
