"""A folder that is there whole or not at all, and that says what is in it."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SUMS = "SHA256SUMS"
"""The checksums of all other files, as ``sha256sum --check`` reads them."""


class FreezeError(Exception):
    """The site cannot be frozen; the message says why."""


def write_file(path: Path, content: bytes | Path) -> tuple[str, int]:
    """Write a file, or copy one; its checksum and its size. Its folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, path)
    else:
        path.write_bytes(content)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.seek(0, os.SEEK_END)


def write_sums(folder: Path, sums: Mapping[str, str]) -> int:
    """Write the checksums of the files of a folder; the size of what was written."""
    lines = (f"{checksum}  {name}\n" for name, checksum in sorted(sums.items()))
    return write_file(folder / SUMS, "".join(lines).encode())[1]


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder beside, to be filled, which takes the place of this one if all goes well.

    Raises:
        FreezeError: the folder holds what no frozen copy put there, or cannot be written.
    """
    folder = folder.resolve()
    _refuse_others(folder)
    new, old = (folder.with_name(f".{folder.name}.{end}") for end in ("new", "old"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir()
    except FileExistsError as error:
        raise FreezeError(
            f"{new} is there already: another run is writing it; if none is, remove it"
        ) from error
    except OSError as error:
        raise FreezeError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except OSError as error:
        raise FreezeError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)


def _refuse_others(folder: Path) -> None:
    """Refuse a folder that holds anything but a frozen copy, which may be replaced."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FreezeError(f"{folder} is no folder")
    listed = {SUMS, *_listed(folder / SUMS)}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in listed:
            raise FreezeError(
                f"{folder} holds {name}, which is no part of a frozen copy; name another folder"
            )


def _listed(sums: Path) -> Iterator[str]:
    if sums.is_file():
        for line in sums.read_text("utf-8").splitlines():
            yield line.partition("  ")[2]
