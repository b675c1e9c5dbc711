"""Visitors who hang up: nobody works on for them, where the work can be left."""

import asyncio

from .headers import App, Message, Receive, Scope, Send

_ASKING = ("GET", "HEAD")  # without a body, so that the next thing to hear is that they hung up


def wrap(app: App) -> App:
    """The application, which stops answering a request when nobody waits for the answer.

    A query that has begun goes on to its end or its limit of time, in a thread; no other follows.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _ASKING:
            await app(scope, receive, send)
            return
        is_sent = False

        async def send_and_note(message: Message) -> None:
            nonlocal is_sent
            ends = message["type"] == "http.response.body" and not message.get("more_body")
            is_sent = is_sent or ends
            await send(message)

        work = asyncio.ensure_future(app(scope, receive, send_and_note))
        waiting = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((work, waiting), return_when=asyncio.FIRST_COMPLETED)
            # A server says so, too, of who has been given all.
            if not work.done() and not is_sent:
                work.cancel()
                await asyncio.wait((work,))
        except asyncio.CancelledError:
            work.cancel()
            raise
        finally:
            waiting.cancel()
        if not work.cancelled():
            await work

    return wrapped


async def _gone(receive: Receive) -> None:
    """Ends when a server says, after the whole of a request, that nobody is there."""
    message = await receive()
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()
    if message["type"] == "http.request":
        message = await receive()
    if message["type"] != "http.disconnect":  # it says the request again and again
        await asyncio.Event().wait()
