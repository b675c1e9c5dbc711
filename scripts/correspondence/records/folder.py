"""Where an archive's files are: the letters, the registers, and what is misplaced among them."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .archive import REGISTERS
from .problems import Finding, rule

MISPLACED_FILE = rule(
    "misplaced-file", "Letters stand in the folder of their year, as .yml, and nothing else does."
)

LETTER_ID = re.compile(r"([0-9]{4}|undated)(?:-[a-z0-9]+)+")
_LETTER_FILE = re.compile(r"(?s)[^.].*\.yml")
_LIKE_YAML = re.compile(r"(?i)\.ya?ml$")


class FolderError(Exception):
    """The folder is not one of letters; the message says why."""


@contextmanager
def readable_folders() -> Iterator[None]:
    """A folder that cannot be listed ends the work; a file that cannot be read is a problem."""
    try:
        yield
    except OSError as error:
        if error.filename is None and isinstance(error, FileNotFoundError):
            raise FolderError("the current folder is no more; go to another") from error
        raise FolderError(f"{error.filename} cannot be read: {error.strerror}") from error


def must_be_letters(folder: Path) -> None:
    """Make sure that a folder is one of letters.

    Raises:
        FolderError: the folder does not exist or holds no ``archive.yml``.
    """
    if not folder.is_dir():
        raise FolderError(f"there is no folder {folder}")
    if not (folder / "archive.yml").exists():
        raise FolderError(f"{folder} is no folder of letters: it holds no archive.yml")


def letter_names(folder: Path) -> list[str]:
    """The letters' files, ``2019/2019-02-18-….yml``, in the order of their ids."""
    found: list[tuple[str, str]] = []
    with os.scandir(folder) as years:
        for year in years:
            if year.is_dir() and year.name != "register" and not year.name.startswith("."):
                with os.scandir(year.path) as files:
                    names = [file.name for file in files if _LETTER_FILE.fullmatch(file.name)]
                found.extend((name.removesuffix(".yml"), year.name) for name in names)
    return [f"{year}/{letter_id}.yml" for letter_id, year in sorted(found)]


def input_names(folder: Path) -> list[str]:
    """Every file that a build reads: the archive's, the registers' and the letters'."""
    registers = (f"register/{name}.yml" for name in REGISTERS)
    present = [name for name in registers if os.path.lexists(folder / name)]
    return ["archive.yml", *present, *letter_names(folder)]


State = tuple[int, int, int, int]


@readable_folders()
def states(folder: Path) -> dict[str, State]:
    """Of every file that a build reads what changes when it is written to or replaced.

    Raises:
        FolderError: the folder cannot be read.
    """
    return {name: _state(folder / name) for name in input_names(folder)}


def _state(path: Path) -> State:
    try:
        found = path.stat()
    except FileNotFoundError:  # a link that leads nowhere, or removed as we look
        return 0, 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@readable_folders()
def content_hash(folder: Path) -> str:
    """A checksum of every file that a build reads: its place in the folder, and its bytes.

    Raises:
        FolderError: the folder does not exist or cannot be read.
    """
    if not folder.is_dir():
        raise FolderError(f"there is no folder {folder}")
    content = Content()
    for name in input_names(folder):
        path = folder / name
        # Nothing is built from a folder or device that bears the name of a file.
        content.add(name, digest(path.read_bytes() if path.is_file() else b""))
    return content.checksum


def digest(text: bytes) -> bytes:
    """The SHA-256 of a file."""
    return hashlib.sha256(text).digest()


class Content:
    """The checksum of files as they are read, in the order of :func:`input_names`."""

    def __init__(self) -> None:
        self._total = hashlib.sha256()

    def add(self, name: str, file_digest: bytes) -> None:
        """Take a file into account."""
        self._total.update(os.fsencode(f"{name}\0") + file_digest)

    @property
    def checksum(self) -> str:
        """The checksum of all files so far, in hexadecimal digits."""
        return self._total.hexdigest()


def misplaced(folder: Path) -> Iterator[Finding]:
    """Files that look like records and are none, so that nothing is passed over in silence."""
    read = {*input_names(folder)}
    for name in sorted(_files_like_yaml(folder)):
        if name not in read:
            cure = (
                "move it to the folder of its year"
                if name.endswith(".yml")
                else "let its name end in .yml"
            )
            message = f"this is read neither as a letter nor as a register; {cure}"
            yield Finding(name, (), MISPLACED_FILE, message)


def _files_like_yaml(folder: Path) -> Iterator[str]:
    """Their names from the folder on; what is hidden is not looked at."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*folders, *files):
            if _LIKE_YAML.search(name) and not name.startswith("."):
                yield (Path(place) / name).relative_to(folder).as_posix()
