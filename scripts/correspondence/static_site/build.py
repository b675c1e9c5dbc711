"""``letters freeze``: the whole site in a folder of files."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..database.opening import open_archive
from .checking import faults_of
from .output import FreezeError, new_folder, write_sums
from .rendering import root_of
from .workers import Written, crew, entries, write

LETTERS_A_PROCESS = 250
"""So many letters make it worth to start another process."""

_BATCH = 25


@dataclass(frozen=True)
class Frozen:
    """How many files were written, and their bytes."""

    files: int
    size: int


def freeze(
    database: Path, folder: Path, address: str, step: Callable[[], None] = lambda: None
) -> Frozen:
    """Write every page and file of an archive into a folder, whole or not at all.

    Args:
        database: the archive.
        folder: new, empty, or an older frozen copy, which is replaced.
        address: where the archive is published, without a slash at its end.
        step: called for each file.

    Raises:
        NotAnArchive: the database is missing or is no archive.
        FreezeError: the folder holds other things, cannot be written, or a link leads nowhere.
    """
    processes = _processes(database)
    with new_folder(folder) as new:
        sums: dict[str, str] = {}
        size = 0
        for file in _written(database, new, address, processes):
            sums[file.name] = file.checksum
            size += file.size
            step()
        if faults := faults_of(new, root_of(address)):
            raise FreezeError("links lead nowhere:\n" + "\n".join(faults[:20]))
        size += write_sums(new, sums)
    return Frozen(len(sums) + 1, size)


def _processes(database: Path) -> int:
    with closing(open_archive(database)) as connection:
        letters: int = connection.execute("select count(*) from letters").fetchone()[0]
    return max(1, min(os.cpu_count() or 1, letters // LETTERS_A_PROCESS))


def _written(database: Path, folder: Path, address: str, processes: int) -> Iterator[Written]:
    """Every file, as it is written: what the site begins with, and what links lead to from there.

    Which process writes a file, and when, makes no difference to it.
    """
    executor = crew(database, folder, address, processes)
    running: set[Future[list[Written]]] = set()
    try:
        waiting = deque(executor.submit(entries).result())
        known = {each.file for each in waiting}
        while waiting or running:
            while waiting and len(running) < 2 * processes:
                batch = [waiting.popleft() for _ in range(min(_BATCH, len(waiting)))]
                running.add(executor.submit(write, batch))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for file in (file for future in done for file in future.result()):
                yield file
                for link in file.links:
                    if link.file not in known:
                        known.add(link.file)
                        waiting.append(link)
    except BrokenProcessPool as error:
        raise FreezeError("a process that was writing has been ended") from error
    finally:
        executor.shutdown(cancel_futures=True)
