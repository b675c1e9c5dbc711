"""What holds for every request and response: methods, lengths, cookies and headers."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, urlsplit

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
_ASKED_BY_POST = ("/reconcile", "/contribute")  # too long for an address; nothing is kept
_LONGEST_BODY = 200_000
_LONGEST_ADDRESS = 8_000  # bytes; what reads arguments must not be given a book to read
_MOST_ARGUMENTS = 100  # of which each link on a page bears the others
_CLOSE = (b"connection", b"close")  # what else was sent is not read
_CONTROLS = re.compile(rb"[\0-\x20\x7f]")
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])?(:[0-9]{0,5})?")
_LOG = logging.getLogger("correspondence")


def in_header(address: str) -> str:
    """An address as a header may hold it: what is not ASCII is percent-encoded."""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~")


def wrap(app: App, prefix: str) -> App:
    """The application of a site under a prefix, read-only and with our headers on every response.

    The archive has no sessions, so cookies that a browser sends along (for an analytics script of
    another page of the host, say) are dropped: Datasette would make the answer private for them.
    Nothing depends on them, so no answer varies by them.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        if mistake := _mistake_of(scope):
            await refuse(scope, answer, *mistake, _CLOSE)
            return
        if scope["method"] == "POST" and _may_post(scope):
            body = await _read_body(receive)
            if body is None:
                message = f"Request body too large (limit {_LONGEST_BODY:,} bytes)."
                await refuse(scope, answer, 413, message, _CLOSE)
                return
            receive = _again(body, receive)
        elif scope["method"] not in _METHODS:
            await _refuse_method(scope, answer)
            return
        kept = [
            (n, v) for n, v in scope["headers"] if n.lower() not in (b"cookie", b"authorization")
        ]
        scope = {**_prefixed_once(scope, prefix), "headers": kept}
        try:
            await app(scope, receive, answer)
        except Exception as error:
            # Errors have pages (:mod:`.errors`); this is for one that comes while such a page is
            # made, so that even then the visitor is shown nothing of it.
            if answer.begun:
                raise
            _LOG.error("fault: %s %s", scope["method"], scope["path"], exc_info=error)
            await refuse(scope, answer, 500, "Something went wrong here.", _CLOSE)

    return wrapped


class _Answer:
    """Sends an answer with our headers beside its own."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.begun:
                raise RuntimeError("an answer that was begun cannot become another")
            self.begun = True
            message = {**message, "headers": self._headers(message)}
        await self.send(message)

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        headers = [pair for pair in message.get("headers", []) if pair[0] != b"vary"]
        present = {name.lower() for name, _ in headers}
        headers += [pair for pair in _HEADERS if pair[0] not in present]
        if self.scope["scheme"] == "https":
            headers.append((b"strict-transport-security", b"max-age=31536000"))
        if b"cache-control" not in present:
            headers.append((b"cache-control", _freshness(self.scope, message["status"])))
        return headers


def _mistake_of(scope: Scope) -> tuple[int, str] | None:
    """What is wrong with a request before any page is asked: a status and a sentence."""
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    if not raw_path.isascii() or _CONTROLS.search(raw_path + scope["query_string"]):
        return 400, "An address has plain letters and signs; others are written like %C3%A9."
    if len(raw_path) + len(scope["query_string"]) > _LONGEST_ADDRESS:
        return 414, f"An address may have at most {_LONGEST_ADDRESS:,} bytes."
    if scope["query_string"].count(b"&") >= _MOST_ARGUMENTS:
        return 400, f"An address may have at most {_MOST_ARGUMENTS} arguments."
    if not _is_host(scope):
        return 400, "Invalid Host header."
    return None


def _may_post(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.endswith(_ASKED_BY_POST)


def _is_host(scope: Scope) -> bool:
    """Whether the host that a request names can be one: addresses in pages are made of it."""
    for name, value in scope["headers"]:
        if name.lower() == b"host":
            host = value.decode("latin-1")
            if not _HOST.fullmatch(host):
                return False
            try:
                urlsplit(f"//{host}")
            except ValueError:  # an address in brackets that is none
                return False
    return True


def _freshness(scope: Scope, status: int) -> bytes:
    """How long an answer may be kept that does not say so itself."""
    if _STATIC in scope["path"] and scope["query_string"] and status in (200, 304):
        # The address holds the file's checksum, so what it names never changes.
        return b"public, max-age=31536000, immutable"
    return b"no-cache"


def _prefixed_once(scope: Scope, prefix: str) -> Scope:
    """The request without the second prefix that Datasette puts into some of its own links."""
    twice = prefix + prefix[1:]
    if prefix == "/" or not scope["path"].startswith(twice):
        return scope
    skipped = len(prefix) - 1
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return {**scope, "path": scope["path"][skipped:], "raw_path": raw_path[skipped:]}


async def _read_body(receive: Receive) -> bytes | None:
    """The body of a request; nothing if it is too long, and then the rest is not read."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _LONGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read once more, and then whatever comes."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


async def _refuse_method(scope: Scope, send: Send) -> None:
    allowed = (*_METHODS, "POST") if _may_post(scope) else _METHODS
    header = (b"allow", ", ".join(allowed).encode())
    if scope["method"] == "OPTIONS":
        await send({"type": "http.response.start", "status": 204, "headers": [header]})
        await send({"type": "http.response.body", "body": b""})
        return
    message = "This archive is read-only: only GET and HEAD are answered."
    await refuse(scope, send, 405, message, header, _CLOSE)


async def refuse(
    scope: Scope, send: Send, status: int, message: str, *more: tuple[bytes, bytes]
) -> None:
    """A refusal of what the site itself is not asked about: as JSON where that was asked for."""
    kind, body = "text/plain; charset=utf-8", f"{message}\n"
    if scope["path"].endswith(".json"):
        kind = "application/json; charset=utf-8"
        body = json.dumps({"ok": False, "error": message, "status": status, "title": None})
    headers = [(b"content-type", kind.encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
