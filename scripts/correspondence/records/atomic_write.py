"""Files written as a whole: all of them, or none."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Errors of the system that say that a file does not fit."""


def no_room(reason: object) -> str:
    """A message for a disk that is full, with the system's own reason."""
    return f"there is no room to write ({reason}); free some disk space and try again"


def write_files(texts: Mapping[Path, str]) -> None:
    """Write files, all or none; see :func:`written`."""
    with written(texts):
        pass


@contextlib.contextmanager
def written(texts: Mapping[Path, str]) -> Iterator[None]:
    """Files written, with their folders, for as long as what is done with them succeeds.

    Each text is written in full beside its file before the first file is replaced. If that or what
    follows fails, or Ctrl+C is pressed, what was replaced is put back and what was made is removed.

    Raises:
        OSError: a file cannot be written; none was.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    made = _make_folders(path.parent for path in texts)
    waiting: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            waiting[path] = _beside(path, text.encode())
        for path, new in waiting.items():
            new.replace(path)
        yield
    except BaseException:
        for path, content in before.items():
            if path in waiting and not waiting[path].exists():
                _put_back(path, content)
        for new in waiting.values():
            new.unlink(missing_ok=True)
        for folder in reversed(made):
            with contextlib.suppress(OSError):  # somebody else put something there
                folder.rmdir()
        raise


def _make_folders(folders: Iterable[Path]) -> list[Path]:
    made: list[Path] = []
    for folder in folders:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            made.append(each)
    return made


def _beside(path: Path, content: bytes) -> Path:
    """A new file with this content in the folder of ``path``, with its permissions."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        new.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return new


def _put_back(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        _beside(path, content).replace(path)


def _umask() -> int:
    """The mask of new files, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
