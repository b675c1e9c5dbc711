"""Who makes the files: a thread for a small archive, several processes for a large one.

A page is all computing, so that threads would wait for one another. Each worker has a site of its
own and writes its files itself; what it hands back is what it wrote and where that links to.
"""

import asyncio
import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path

from .addresses import Address
from .output import write_file
from .rendering import Renderer


@dataclass(frozen=True)
class Written:
    """A file that was written, and the addresses that it links to."""

    name: str
    checksum: str
    size: int
    links: tuple[Address, ...]


def crew(database: Path, folder: Path, address: str, processes: int) -> Executor:
    """Workers for :func:`entries` and :func:`write`.

    Args:
        database: the archive.
        folder: where the files are to stand.
        address: where the archive is published.
        processes: how many may work at once.
    """
    if processes == 1:
        return ThreadPoolExecutor(1, initializer=_begin, initargs=(database, folder, address))
    return ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),  # forked ones would share what threads may hold
        initializer=_begin_apart,
        initargs=(database, folder, address),
    )


def entries() -> list[Address]:
    """The addresses to begin with."""
    return _own.worker.renderer.entries()


def write(addresses: list[Address]) -> list[Written]:
    """Write the files of some addresses.

    Raises:
        FreezeError: the site does not answer as it should, or links to what cannot be had.
    """
    return [_own.worker.write(address) for address in addresses]


class _Worker:
    """A site, the loop in which it answers, and the folder for its answers."""

    def __init__(self, database: Path, folder: Path, address: str) -> None:
        self.folder = folder
        self.renderer = Renderer(database, address)
        self.runner = asyncio.Runner()
        self.runner.run(self.renderer.start())

    def write(self, address: Address) -> Written:
        answer = self.runner.run(self.renderer.render(address))
        checksum, size = write_file(self.folder / address.file, answer.content)
        links = sorted(answer.links, key=lambda link: link.file)
        return Written(address.file, checksum, size, tuple(links))


class _Own(threading.local):
    """What each worker has for itself."""

    worker: _Worker


_own = _Own()


def _begin(database: Path, folder: Path, address: str) -> None:
    _own.worker = _Worker(database, folder, address)


def _begin_apart(database: Path, folder: Path, address: str) -> None:
    """Begin in a process of its own, which ends with the one that started it and not before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all of them
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _begin(database, folder, address)


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)
