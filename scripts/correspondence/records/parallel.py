"""The same work on many things, on all processors, its results in order."""

import gc
import itertools
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import connection, get_context, parent_process
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MANY = 5_000
"""From how many things on it pays to start processes, which takes a second."""

_CHUNK = 50
_AHEAD = 4  # chunks for each process that are waiting or done, so that memory stays bounded


def in_order(work: Callable[[T], R], things: Sequence[T]) -> Iterator[R]:
    """What ``work`` makes of each thing, in their order; of many, in several processes.

    Both ``work`` and what it makes travel between processes, so they are such that pickle knows.
    """
    processes = processors()
    if len(things) < MANY or processes == 1:
        yield from map(work, things)
        return
    # Not forked: this process may have threads, whose locks would stay closed after a fork.
    context = get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(work,))
    chunks = (things[start : start + _CHUNK] for start in range(0, len(things), _CHUNK))
    waiting: deque[Future[list[R]]] = deque()
    try:
        for chunk in itertools.islice(chunks, processes * _AHEAD):
            waiting.append(pool.submit(_work_on, chunk))
        while waiting:
            yield from waiting.popleft().result()
            for chunk in itertools.islice(chunks, 1):
                waiting.append(pool.submit(_work_on, chunk))
    finally:
        pool.shutdown(cancel_futures=True)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_work: Callable[[Any], Any]


def _begin(work: Callable[[Any], Any]) -> None:
    """Make a process ready: what it does, and that it ends when, and as, its parent does."""
    global _work  # noqa: PLW0603 - a process has one work
    _work = work
    gc.disable()  # what is made of things refers to nothing in circles, and a process ends soon
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work_on(things: Sequence[Any]) -> list[Any]:
    return [_work(thing) for thing in things]
