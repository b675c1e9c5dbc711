"""Overload: beyond what can be answered soon, requests are refused at once instead of piling up.

Only the making of an answer counts: a slow visitor keeps nobody waiting, and kept answers
(:mod:`.response_cache`) do not come this way. uvicorn's ``limit_concurrency`` would count every
open connection, idle ones as well, and refuse visitors while nothing is being done.

Requests that make the site compute (the form for contributions, the reconciliation service) have a
queue of their own and are answered one at a time. Any number of them leaves the places of all other
requests free, and only one competes with them for the interpreter.
"""

import asyncio

from .headers import App, Message, Receive, Scope, Send, refuse

MOST_AT_ONCE = 8
"""Answers that one process makes at a time; Datasette asks the database by three threads."""

MOST_WAITING = 120
"""Requests that wait for their turn; the next one is refused."""

MOST_COMPUTED_AT_ONCE = 1
"""Requests at a time that make the site compute."""

MOST_COMPUTED_WAITING = 16
"""Such requests that wait for their turn; the next one is refused."""

RETRY_SECONDS = 5
_ALWAYS = "/health"  # who watches over the site is to know that it lives
_COMPUTED = "/reconcile"  # computes for GET, too; whatever is posted is computed with
_REFUSAL = "Too many requests at the moment. Please try again in a few seconds."
_HEADERS = ((b"retry-after", str(RETRY_SECONDS).encode()), (b"cache-control", b"no-store"))


class _Queue:
    """Requests of one kind: how many are answered at a time, and how many may wait."""

    def __init__(self, at_once: int, most_waiting: int) -> None:
        self.turns = asyncio.Semaphore(at_once)
        self.most_waiting = most_waiting
        self.waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether one more request cannot be answered soon."""
        return self.turns.locked() and self.waiting >= self.most_waiting

    async def turn(self) -> "_Turn":
        """Wait for a place among those at work."""
        self.waiting += 1
        try:
            await self.turns.acquire()
        finally:
            self.waiting -= 1
        return _Turn(self.turns)


def wrap(app: App) -> App:
    """The application, which refuses with 503 what it cannot soon answer."""
    read = _Queue(MOST_AT_ONCE, MOST_WAITING)
    computed = _Queue(MOST_COMPUTED_AT_ONCE, MOST_COMPUTED_WAITING)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith(_ALWAYS):
            await app(scope, receive, send)
            return
        queue = computed if _computes(scope) else read
        if queue.is_full:
            await refuse(scope, send, 503, _REFUSAL, *_HEADERS)
            return
        turn = await queue.turn()

        async def send_and_release(message: Message) -> None:
            turn.end()
            await send(message)

        try:
            await app(scope, receive, send_and_release)
        finally:
            turn.end()

    return wrapped


def _computes(scope: Scope) -> bool:
    return bool(scope["method"] == "POST" or scope["path"].endswith(_COMPUTED))


class _Turn:
    """A place among those at work, given back once."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self.turns: asyncio.Semaphore | None = turns

    def end(self) -> None:
        """Give the place to the next."""
        if self.turns:
            self.turns.release()
            self.turns = None
