"""Bytes that are hardly HTTP, sent to a real server: it answers or hangs up, and serves on."""

import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .test_serving import PATIENCE, get, serving

REQUESTS = {
    "an old client": b"GET /about HTTP/1.0\r\n\r\n",
    "an old client that keeps its connection": (
        b"GET /about HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /health HTTP/1.0\r\n\r\n"
    ),
    "no host": b"GET /about HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /about HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a strange host": b'GET / HTTP/1.1\r\nHost: "><b>\r\nConnection: close\r\n\r\n',
    "half a host": b"GET / HTTP/1.1\r\nHost: [::1\r\nConnection: close\r\n\r\n",
    "a whole address": b"GET http://other.example/about HTTP/1.1\r\nHost: a\r\n\r\n",
    "a request of the server itself": b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "a request of a proxy": b"CONNECT other.example:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "the newer protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a wish for the newer protocol": (
        b"GET /about HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
    ),
    "a socket of the web": (
        b"GET /about HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
    "the beginning of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "no request line": b"\r\n\r\n\r\n\r\n",
    "words": b"Dear Sir or Madam,\r\n\r\nyours\r\n\r\n",
    "nulls": bytes(4_000),
    "a null in the address": b"GET /\0about HTTP/1.1\r\nHost: a\r\n\r\n",
    "an address in no ASCII": b"GET /\xff\xfe?\x80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "lines that end otherwise": b"GET /about HTTP/1.1\nHost: a\nConnection: close\n\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
    "a header over two lines": b"GET / HTTP/1.0\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "a great header": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: x\r\n" * 20_000 + b"\r\n",
    "a great address": b"GET /?" + b"x" * 64_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "an endless line": b"GET /" + b"x" * 1_000_000,
    "a length below nothing": b"POST /reconcile HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "two lengths": (
        b"POST /reconcile HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /about HTTP/1.1\r\n\r\n"
    ),
    "a chunk that is none": (
        b"POST /reconcile HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n\r\n"
    ),
    "a body that is too long": (
        b"POST /contribute HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n"
        + b"x" * 2_000_000
    ),
    "a body with a page": b"GET /about HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
}


@pytest.fixture(scope="module")
def server(
    start: Callable[..., subprocess.Popen[str]], archive_db: Path
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with serving(start, "--database", archive_db) as found:
        yield found


def connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)


def converse(address: str, said: bytes, *, ends: bool = True) -> bytes:
    """All that comes back for some bytes.

    Where the client ``ends`` what it says, the server may take that for its leaving, and then gives
    no answer that was not ready; else it must be the server who hangs up.
    """
    with connect(address) as client:
        try:
            client.sendall(said)
            if ends:
                client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has hung up already, with an answer or without
        answer = b""
        try:
            while piece := client.recv(1 << 16):
                answer += piece
        except ConnectionError:
            pass
    return answer


@pytest.mark.parametrize("name", REQUESTS)
def test_whatever_comes_is_answered_or_hung_up_on(
    server: tuple[str, subprocess.Popen[str]], name: str
) -> None:
    address, process = server
    answer = converse(address, REQUESTS[name])
    for status in re.findall(rb"HTTP/1\.[01] (\d+) ", answer):
        assert int(status) < 500, answer[:300]
    assert b"Traceback" not in answer
    assert get(f"{address}about").status == 200
    assert process.poll() is None


def test_an_old_client_is_given_the_page(server: tuple[str, subprocess.Popen[str]]) -> None:
    address, _ = server
    answer = converse(address, REQUESTS["an old client"], ends=False)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.rstrip().endswith(b"</html>")


def test_clients_that_say_nothing_or_little_keep_nobody_waiting(
    server: tuple[str, subprocess.Popen[str]],
) -> None:
    address, _ = server
    with ExitStack() as stack:
        for number in range(100):
            client = stack.enter_context(connect(address))
            client.sendall(b"GET /archive/letters HTTP/1.1\r\nHost: a\r\n"[:number])
        assert get(f"{address}about").status == 200


def test_clients_that_hang_up_keep_nobody_waiting(
    server: tuple[str, subprocess.Popen[str]],
) -> None:
    address, process = server
    for number in range(50):
        with connect(address) as client:
            path = f"/archive/letters.xlsx?_search=x{number}".encode()
            client.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert get(f"{address}archive/letters").status == 200
    assert process.poll() is None
