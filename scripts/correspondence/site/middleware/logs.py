"""What a running site tells of itself: each request and each fault under one number.

Of a request it is told when it came, its method, its path and the names of its arguments, how it
was answered and how long that took. What a visitor looked for, and who the visitor is, is not.
"""

import json
import logging
import secrets
import sys
import time
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from .headers import App, Message, Receive, Scope, Send

STYLES = ("text", "json")
"""``text``: what happens and what goes wrong, for reading. ``json``: that and every request, one
object a line."""

_HEADER = b"x-request-id"
_LONGEST = 200  # characters of a path, and names of arguments: some send thousands
_LOG = logging.getLogger("correspondence")
_REQUESTS = logging.getLogger("correspondence.requests")
_NUMBER: ContextVar[str] = ContextVar("number", default="")


def request_id() -> str:
    """The number of the request that is being answered; a new one if nobody has given it any."""
    return _NUMBER.get() or secrets.token_hex(4)


def configure(style: str) -> None:
    """Write what this process logs, the server's own warnings too, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else logging.Formatter("%(message)s"))
    for name in ("correspondence", "uvicorn.error"):
        logging.getLogger(name).handlers = [handler]
        logging.getLogger(name).propagate = False
    _LOG.setLevel(logging.INFO)
    _REQUESTS.setLevel(logging.INFO if style == "json" else logging.WARNING)


def wrap(app: App) -> App:
    """The application, whose answers bear their number and are logged with it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        number = secrets.token_hex(4)
        before = _NUMBER.set(number)
        started = time.perf_counter()
        status: int | None = None

        async def send_with_number(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (_HEADER, number.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await app(scope, receive, send_with_number)
        finally:
            if _REQUESTS.isEnabledFor(logging.INFO):
                _REQUESTS.info("request", extra={"told": _told(scope, status, started)})
            _NUMBER.reset(before)

    return wrapped


def _told(scope: Scope, status: int | None, started: float) -> dict[str, Any]:
    """What is said of a request; it has no status if it was broken off before the answer."""
    return {
        "method": scope["method"],
        "path": scope["path"][:_LONGEST],
        "arguments": _names(scope["query_string"].decode("latin-1").split("&")),
        "status": status,
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
    }


def _names(pairs: Iterable[str]) -> list[str]:
    names = {unquote_plus(pair.partition("=")[0]) for pair in pairs if "=" in pair}
    # A name of ours begins with an underscore or is a column's; anything else may be anything.
    return sorted(name for name in names if len(name) < _LONGEST and name.isidentifier())[:20]


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its time, and with the number of its request if there is one."""
        time_of_it = datetime.fromtimestamp(record.created, UTC)
        said: dict[str, Any] = {
            "time": time_of_it.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if number := _NUMBER.get():
            said["id"] = number
        said.update(getattr(record, "told", {}))
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=True)
