"""What holds for every request and response: methods, cookies and headers."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_METHODS = ("GET", "HEAD")
_HEADERS: list[tuple[bytes, bytes]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"x-frame-options", b"DENY"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
]
_STATIC = "/-/static-plugins/"


def wrap(app: App) -> App:
    """The application, read-only and with our headers on every response.

    The archive has no sessions, so cookies that a browser sends along (for an analytics script of
    another page of the host, say) are dropped: Datasette would make the answer private for them.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in _HEADERS if pair[0] not in present]
                if _STATIC in scope["path"] and scope["query_string"]:
                    # The address holds the file's checksum, so what it names never changes.
                    headers.append((b"cache-control", b"public, max-age=31536000, immutable"))
                message = {**message, "headers": headers}
            await send(message)

        if scope["method"] not in _METHODS:
            await _refuse_method(scope, send_with_headers)
            return
        kept = [
            (n, v) for n, v in scope["headers"] if n.lower() not in (b"cookie", b"authorization")
        ]
        await app({**scope, "headers": kept}, receive, send_with_headers)

    return wrapped


async def _refuse_method(scope: Scope, send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"allow", ", ".join(_METHODS).encode()),
        (b"connection", b"close"),
    ]
    status = 204 if scope["method"] == "OPTIONS" else 405
    body = b"" if status == 204 else b"This archive is read-only: only GET and HEAD are answered.\n"
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
