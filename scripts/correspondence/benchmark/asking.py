"""Requests to applications in this process, without a network: what is compared is their work."""

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

SECONDS = 3.0
"""How long a rate is measured."""

Answer = tuple[int, dict[bytes, bytes]]


async def get(app: Any, path: str, host: str = "localhost", shown: bytes = b"") -> Answer:
    """Status and headers of an answer, whose body is taken in full.

    Raises:
        SystemExit: the answer is neither 200 nor 304, so there is nothing to measure.
    """
    path, _, query = path.partition("?")
    headers = [(b"host", host.encode())] + ([(b"if-none-match", shown)] if shown else [])
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "http_version": "1.1",
    }
    status, found = 0, {}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, found
        if message["type"] == "http.response.start":
            status, found = message["status"], dict(message["headers"])

    await app(scope, receive, send)
    if status not in (200, 304):
        raise SystemExit(f"{path}?{query} was answered {status}")
    return status, found


async def per_second(ask: Callable[[int], Awaitable[Any]]) -> float:
    """How often something can be asked in a second, after a first time that does not count."""
    await ask(0)
    started, number = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        number += 1
        await ask(number)
    return number / (time.perf_counter() - started)


async def seconds(asking: Awaitable[Any]) -> float:
    """How long an answer takes."""
    started = time.perf_counter()
    await asking
    return time.perf_counter() - started


def timed(work: Callable[[], Any]) -> float:
    """How many seconds some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def percentile(times: list[float], rank: int) -> float:
    """What ``rank`` of 100 times do not exceed."""
    return statistics.quantiles(times, n=100, method="inclusive")[rank - 1]
