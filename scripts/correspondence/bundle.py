"""The data set as one download: database, tables, records and formats, with their checksums.

The same database and address give the same bytes.
"""

import csv
import datetime
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from .database.introspection import Table, quoted, read_schema
from .database.opening import open_archive
from .database.reading import read_letters, read_withdrawn
from .formats import FORMATS
from .formats.dataset import (
    Column,
    Reference,
    TableInPackage,
    change_log,
    citation_cff,
    datapackage,
    read_me,
)
from .formats.publication import Publication
from .metadata import table_descriptions

FILES = {
    "archive.db": "the database, for SQLite",
    "csv/": "its tables as CSV",
    "datapackage.json": "what the tables and columns mean (Frictionless)",
    "letters.jsonl": "each letter with all of its record, as JSON",
    "letters.cmif.xml": "the letters as TEI, for editions of letters",
    "letters.graphml": "who wrote to whom, for Gephi",
    "LICENCE.txt": "the licence of the data",
    "CITATION.cff": "how to cite the data",
    "CHANGES.md": "corrections and withdrawals",
    "SHA256SUMS": "checksums of all files",
}
"""What stands in the download, beside the note that says so."""

_FORMATS = {"letters.jsonl": "jsonl", "letters.cmif.xml": "cmif", "letters.graphml": "graphml"}
_READ = 1 << 20
_ROWS = 1_000


def packaged_tables(
    connection: sqlite3.Connection, path_of: Callable[[str], str]
) -> list[TableInPackage]:
    """The tables of the archive that are not technical; ``path_of`` a name is its CSV's path."""
    schema = read_schema(connection, table_descriptions())
    tables = [table for table in schema.values() if not table.is_hidden and not table.is_view]
    names = {table.name for table in tables}
    return [_packaged(table, path_of(table.name), names) for table in tables]


def write_bundle(database: Path, publication: Publication, file: IO[bytes]) -> None:
    """Write the whole data set as a zip file."""
    info = publication.frame.info
    sums: list[str] = []
    with (
        closing(open_archive(database)) as connection,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, pieces in _parts(connection, database, publication):
            checksum = hashlib.sha256()
            with archive.open(_entry(name, info.as_of), "w", force_zip64=True) as part:
                for piece in pieces:
                    checksum.update(piece)
                    part.write(piece)
            sums.append(f"{checksum.hexdigest()}  {name}\n")
        archive.writestr(_entry("SHA256SUMS", info.as_of), "".join(sums))


def _entry(name: str, day: datetime.date) -> zipfile.ZipInfo:
    """A file of the download; its time is that of the data, not of the writing."""
    entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _parts(
    connection: sqlite3.Connection, database: Path, publication: Publication
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The files of the download by their names, in pieces."""
    info = publication.frame.info
    tables = packaged_tables(connection, lambda name: f"csv/{name}.csv")
    package = json.dumps(datapackage(publication, tables), ensure_ascii=False, indent=1)
    changes = change_log(publication, read_letters(connection), read_withdrawn(connection))
    yield "README.txt", [read_me(publication, FILES.items()).encode()]
    yield "LICENCE.txt", [f"{info.licence.name}\n{info.licence.url}\n".encode()]
    yield "CITATION.cff", [citation_cff(publication).encode()]
    yield "CHANGES.md", [changes.encode()]
    yield "datapackage.json", [f"{package}\n".encode()]
    yield "archive.db", _pieces_of(database)
    for table in tables:
        yield table.path, _csv(connection, table.name)
    for name, suffix in _FORMATS.items():
        yield name, FORMATS[suffix].write(read_letters(connection), publication)


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ):
            yield piece


def _csv(connection: sqlite3.Connection, table: str) -> Iterator[bytes]:
    cursor = connection.execute(f"select * from {quoted(table)}")
    rows: list[Iterable[object]] = [[column[0] for column in cursor.description]]
    while rows:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        yield text.getvalue().encode()
        rows = cursor.fetchmany(_ROWS)


def _packaged(table: Table, path: str, names: Iterable[str]) -> TableInPackage:
    # Text that may be empty looks in a CSV as if there were none.
    filled = {name for name in table.required if table.types[name] != "TEXT"}
    filled.update(table.primary_key)
    return TableInPackage(
        name=table.name,
        path=path,
        description=table.description,
        columns=tuple(
            Column(name, table.types[name], name in filled, table.descriptions.get(name, ""))
            for name in table.columns
        ),
        primary_key=table.primary_key,
        references=tuple(
            Reference(key.columns, key.table, key.other_columns)
            for key in table.foreign_keys
            if key.table in names
        ),
    )
