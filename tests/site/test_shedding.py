"""Overload: who cannot be answered soon is told so at once, and nobody else suffers for it."""

import asyncio
from collections import Counter

import httpx
from correspondence.site.middleware import overload

ALL = overload.MOST_AT_ONCE + overload.MOST_WAITING


async def answers_under_load(path: str, *, released_by: str) -> tuple[list[int], httpx.Response]:
    """Statuses of as many requests as may wait, and the answer to one more.

    The requests are answered when that one was; ``released_by`` says what they wait for: before
    the answer begins, or before its body, which a slow visitor takes.
    """
    go_on = asyncio.Event()

    async def app(scope, receive, send):
        if scope["query_string"] == b"slow" and released_by == "start":
            await go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["query_string"] == b"slow" and released_by == "body":
            await go_on.wait()
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(app=overload.wrap(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        slow = [asyncio.create_task(client.get("/?slow")) for _ in range(ALL)]
        for _ in range(10):
            await asyncio.sleep(0)
        one_more = await client.get(path)
        go_on.set()
        return [(await answer).status_code for answer in slow], one_more


def test_what_cannot_be_answered_soon_is_refused_and_the_rest_is_answered() -> None:
    statuses, refused = asyncio.run(answers_under_load("/", released_by="start"))
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["cache-control"] == "no-store"
    assert Counter(statuses) == {200: ALL}


def test_the_health_of_the_site_can_be_asked_at_any_time() -> None:
    _, answer = asyncio.run(answers_under_load("/health", released_by="start"))
    assert answer.status_code == 200


def test_slow_visitors_keep_nobody_waiting() -> None:
    statuses, answer = asyncio.run(answers_under_load("/", released_by="body"))
    assert answer.status_code == 200
    assert Counter(statuses) == {200: ALL}


def test_a_fault_gives_its_place_back() -> None:
    async def ask_again_and_again() -> list[str]:
        async def app(scope, receive, send):
            raise RuntimeError("a fault")

        transport = httpx.ASGITransport(app=overload.wrap(app))
        faults = []
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            for _ in range(ALL + 1):
                try:
                    await client.get("/")
                except RuntimeError as error:
                    faults.append(str(error))
        return faults

    assert asyncio.run(ask_again_and_again()) == ["a fault"] * (ALL + 1)


async def turns_beside_computing(path: str, pages: int) -> tuple[list[int], Counter[int]]:
    """Statuses of pages asked for while nothing that computes is done, and of what computes."""
    go_on = asyncio.Event()

    async def app(scope, receive, send):
        if scope["method"] == "POST":
            await go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(app=overload.wrap(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        posted = [asyncio.create_task(client.post(path)) for _ in range(ALL)]
        for _ in range(10):
            await asyncio.sleep(0)
        read = [(await client.get("/")).status_code for _ in range(pages)]
        go_on.set()
        return read, Counter([(await answer).status_code for answer in posted])


def test_what_computes_takes_no_turn_of_a_page() -> None:
    """All pages are answered before the first of many forms is, and too many forms are refused."""
    read, posted = asyncio.run(turns_beside_computing("/contribute", pages=50))
    assert read == [200] * 50
    answered = overload.MOST_COMPUTED_AT_ONCE + overload.MOST_COMPUTED_WAITING
    assert posted == {200: answered, 503: ALL - answered}
