"""Who hangs up is not worked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from correspondence.site.middleware import disconnects

from .conftest import Site

Message = dict[str, Any]


def scope(path: str) -> Message:
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }


class Visitor:
    """Takes some messages of an answer, and then hangs up."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.taken: list[Message] = []
        self.has_enough = asyncio.Event()

    async def receive(self) -> Message:
        await self.has_enough.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.taken.append(message)
        if len(self.taken) == self.takes:
            self.has_enough.set()
        await asyncio.sleep(0)


def test_work_that_nobody_waits_for_is_left() -> None:
    left: list[str] = []

    async def app(scope: Any, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            await asyncio.Event().wait()
        finally:
            left.append("left")

    async def ask() -> None:
        visitor = Visitor(takes=1)
        await disconnects.wrap(app)(scope("/"), visitor.receive, visitor.send)

    asyncio.run(ask())
    assert left == ["left"]


def test_an_answer_that_was_given_is_not_taken_back() -> None:
    after: list[str] = []

    async def app(scope: Any, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all"})
        await asyncio.sleep(0)
        after.append("log")

    async def ask() -> list[Message]:
        visitor = Visitor(takes=2)
        await disconnects.wrap(app)(scope("/"), visitor.receive, visitor.send)
        return visitor.taken

    assert len(asyncio.run(ask())) == 2
    assert after == ["log"]


def test_a_fault_is_still_told() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("a fault")

    async def ask() -> None:
        visitor = Visitor(takes=9)
        await disconnects.wrap(app)(scope("/"), visitor.receive, visitor.send)

    with pytest.raises(RuntimeError, match="a fault"):
        asyncio.run(ask())


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "cmif"])
def test_a_long_file_is_not_made_to_its_end_for_nobody(made_up: Site, suffix: str) -> None:
    path = f"/archive/letters.{suffix}"
    visitors: list[Visitor] = []

    async def ask() -> None:
        visitors.append(Visitor(takes=2))
        app = made_up.datasette.app()
        await app(scope(path), visitors[0].receive, visitors[0].send)

    made_up.portal.call(ask)
    assert visitors[0].taken[-1].get("more_body")
    page = made_up.get(path)
    assert page.status == 200
    assert len(page.content) > sum(len(m.get("body", b"")) for m in visitors[0].taken)
