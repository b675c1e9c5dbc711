"""Overload: beyond what can be answered soon, requests are refused at once instead of piling up.

Only the making of an answer counts. Who takes long to fetch one keeps nobody waiting, and answers
that are kept (:mod:`.caching`) do not come this way.
"""

import asyncio

from .headers import App, Message, Receive, Scope, Send, refuse

MOST_AT_ONCE = 8
"""Answers that one process makes at a time; Datasette asks the database by three threads."""

MOST_WAITING = 120
"""Requests that wait for their turn; the next one is refused."""

RETRY_SECONDS = 5
_ALWAYS = "/health"  # who watches over the site is to know that it lives
_REFUSAL = "The archive has more requests than it can answer now. Please try again in a moment."
_HEADERS = ((b"retry-after", str(RETRY_SECONDS).encode()), (b"cache-control", b"no-store"))


def wrap(app: App) -> App:
    """The application, which refuses with 503 what it cannot soon answer."""
    turns = asyncio.Semaphore(MOST_AT_ONCE)
    waiting = 0

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal waiting
        if scope["type"] != "http" or scope["path"].endswith(_ALWAYS):
            await app(scope, receive, send)
            return
        if turns.locked() and waiting >= MOST_WAITING:
            await refuse(scope, send, 503, _REFUSAL, *_HEADERS)
            return
        waiting += 1
        try:
            await turns.acquire()
        finally:
            waiting -= 1
        turn = _Turn(turns)

        async def send_and_release(message: Message) -> None:
            turn.end()
            await send(message)

        try:
            await app(scope, receive, send_and_release)
        finally:
            turn.end()

    return wrapped


class _Turn:
    """A place among those at work, given back once."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self.turns: asyncio.Semaphore | None = turns

    def end(self) -> None:
        """Give the place to the next."""
        if self.turns:
            self.turns.release()
            self.turns = None
