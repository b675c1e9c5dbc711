"""``letters export``: the archive, whole, as a file of one format."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from .database.opening import open_archive
from .database.reading import read_frame, read_letters
from .formats import FORMATS
from .formats.publication import Publication

DATASET = "dataset"
"""The name of the format that holds all the others."""

NAMES = (*FORMATS, DATASET)
UNPUBLISHED = "http://127.0.0.1:8001"
"""The address in exports of an archive that has none: that of ``letters serve``."""


class ExportError(Exception):
    """The export cannot be written; the message says why."""


def is_binary(name: str) -> bool:
    """Whether a format is none to look at in a terminal."""
    return name in ("xlsx", DATASET)


def publication_in(database: Path, address: str | None) -> Publication:
    """The archive of a database under an address, or else under its own.

    Raises:
        NotAnArchive: the file is missing or is no archive.
    """
    with closing(open_archive(database)) as connection:
        frame = read_frame(connection)
    return Publication(frame, (address or frame.info.address or UNPUBLISHED).rstrip("/"))


def export(database: Path, name: str, publication: Publication, file: IO[bytes]) -> None:
    """Write all letters of a database in one of :data:`NAMES`."""
    if name == DATASET:
        from .bundle import write_bundle

        write_bundle(database, publication, file)
        return
    for piece in _pieces(database, name, publication):
        file.write(piece)


def export_to(output: Path, database: Path, name: str, publication: Publication) -> None:
    """Write an export to a file, which is there whole or not at all.

    Raises:
        ExportError: the file cannot be written.
    """
    temporary = output.with_name(f".{output.name}.part")
    try:
        with temporary.open("wb") as file:
            export(database, name, publication, file)
        temporary.replace(output)
    except OSError as error:
        raise ExportError(f"{output} cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _pieces(database: Path, name: str, publication: Publication) -> Iterator[bytes]:
    with closing(open_archive(database)) as connection:
        yield from FORMATS[name].write(read_letters(connection), publication)
