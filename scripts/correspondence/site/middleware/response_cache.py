"""Answers that are kept: an archive does not change while it is served, so neither do its pages.

Every good answer bears a strong ETag, made of the archive, the program and the address; whoever
shows it again is told that nothing has changed, without a page being made. Answers of common size
are kept in memory, the least used of them being forgotten first.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cachetools import LRUCache
from datasette.app import Datasette

from ...database.opening import NotAnArchive, version_of
from .headers import App, Message, Receive, Scope, Send

LARGEST = 1 << 20
"""Bytes of an answer that is still kept."""

ROOM = 64 << 20
"""Bytes of all that is kept."""

_OVERHEAD = 4096  # of headers, which outweigh the smallest bodies
_OWN_TAGS = "/-/static"  # files that Datasette tells apart by their checksums
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Kept:
    """An answer with status 200."""

    headers: Headers
    body: bytes

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.body) + _OVERHEAD


def memory(room: int = ROOM) -> "LRUCache[bytes, Kept]":
    """Answers by their ETags, of which the least used are forgotten when there is no room."""
    return LRUCache(room, getsizeof=lambda answer: answer.size)


def wrap(app: App, datasette: Datasette) -> App:
    """The application, with ETags and a memory."""
    answers = memory()
    version = ""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal version
        version = version or _version(datasette)
        if scope["type"] != "http" or not version or not _stays_the_same(scope):
            await app(scope, receive, send)
            return
        etag = _etag(version, scope)
        if etag in _shown(scope):
            await _send(send, 304, [(b"etag", etag), (b"cache-control", _FRESH)], b"")
        elif found := answers.get(etag):
            await _send(send, 200, found.headers, found.body)
        else:
            await app(scope, receive, _keeping(send, etag, answers))

    return wrapped


_FRESH = b"max-age=300"


def _keeping(send: Send, etag: bytes, answers: "LRUCache[bytes, Kept]") -> Send:
    """Sends an answer with its ETag, and keeps it when it is whole."""
    headers: Headers = []
    body = bytearray()
    keeps = False

    async def keeping(message: Message) -> None:
        nonlocal keeps
        if message["type"] == "http.response.start" and _may_be_kept(message):
            headers[:] = [pair for pair in message["headers"] if pair[0].lower() != b"etag"]
            headers.append((b"etag", etag))
            if all(name.lower() != b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", _FRESH))
            message = {**message, "headers": headers}
            keeps = True
        elif message["type"] == "http.response.body" and keeps:
            body.extend(message.get("body", b""))
            keeps = len(body) <= LARGEST
            if keeps and not message.get("more_body"):
                answers[etag] = Kept(list(headers), bytes(body))
        await send(message)

    return keeping


def _may_be_kept(message: Message) -> bool:
    """Whether an answer is a good one and does not forbid it."""
    forbidden = (b"cache-control", b"no-store")
    headers = [(name.lower(), value) for name, value in message["headers"]]
    return message["status"] == 200 and forbidden not in headers


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _stays_the_same(scope: Scope) -> bool:
    """Whether the answer to a request never changes; a visitor's SQL may ask for the time."""
    if scope["method"] not in ("GET", "HEAD") or _OWN_TAGS in scope["path"]:
        return False
    return b"sql=" not in scope["query_string"]


def _etag(version: str, scope: Scope) -> bytes:
    """A strong ETag: of an archive and program, and of all that makes one address of theirs."""
    host = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"")
    path = scope.get("raw_path") or scope["path"].encode()
    parts = (version.encode(), scope["scheme"].encode(), host, path, scope["query_string"])
    return b'"' + hashlib.sha256(b"\0".join(parts)).hexdigest()[:32].encode() + b'"'


def _shown(scope: Scope) -> list[bytes]:
    """The ETags that a visitor shows; that a proxy has called them weak does not matter here."""
    shown = b",".join(v for name, v in scope["headers"] if name.lower() == b"if-none-match")
    return [etag.strip().removeprefix(b"W/") for etag in shown.split(b",")]


def _version(datasette: Datasette) -> str:
    """The archive, the program and its settings; nothing while there is no immutable archive."""
    archive = datasette.databases.get("archive")
    if archive is None or archive.is_mutable or not archive.path:
        return ""
    settings = repr(sorted(datasette._settings.items()))
    told = repr(datasette.metadata())
    try:
        version = version_of(Path(archive.path))
    except NotAnArchive:
        return ""
    return f"{version} {_program()} {hashlib.sha256(f'{settings}{told}'.encode()).hexdigest()}"


@cache
def _program() -> str:
    """Changes when a file of the program does: its code, a template, a style."""
    root = Path(__file__).parents[2]
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
