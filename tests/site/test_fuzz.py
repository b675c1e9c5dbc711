"""Whatever bytes come as a request, the answer is a page or a clear error, never a fault of ours.

A few hundred requests in each run of the tests; a night's are some twenty thousand:
``scripts/test tests/site/test_fuzz.py --hypothesis-profile=thorough``.
"""

import re
import warnings
from asyncio import Event
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from correspondence.formats import FORMATS
from correspondence.site.pages import ROUTES
from correspondence.site.server.run import make_datasette
from hypothesis import given
from hypothesis import strategies as st

from .answers import FACETS, Page
from .conftest import Site
from .test_errors import JSON_TYPE, MALFORMED, SAFETY

LETTER = "2019-02-18-rights-groups-to-novalpina"
PATHS = [
    *"/ /data /exchanges /unanswered /statements /leads /about /contribute /archive /feed".split(),
    "/search",
    *(f"/archive/letters/{LETTER}", "/archive/letters", "/archive/organisations/nso-group"),
    *"/archive/people /archive/topics /archive/events /archive/organisations /unapi".split(),
    *"/archive/people/agnes-callamard /archive/topics/due-diligence /cmif /changes".split(),
    *"/archive/files /archive/sources/1 /archive/letters_fts /archive/answers".split(),
    *"/archive/who-answered-whom /archive/letter_facets /archive/sqlite_master /dataset".split(),
    *"/health /robots /sitemap /sitemap-1 /opensearch /datapackage /favicon /_memory".split(),
    *"/reconcile /reconcile/suggest /reconcile/properties /:memory: /_internal /nothing".split(),
    *"/archive/nope /-/versions /-/databases /-/static/app.css".split(),
    *("/-/static-plugins/correspondence/site.css", f"/exchanges/{LETTER}"),
    "/archive/events/2018-12-02-lawsuit-tel-aviv",
    *"/-/static/../app.py /-/static-plugins/correspondence/../plugin.py /-/static/%2e%2e".split(),
]
SUFFIXES = [
    "",
    *(f".{suffix}" for suffix in FORMATS),
    *".json .jsono .csv .db .blob .html .xml .txt .ico .png .svg .zip . .. / //".split(),
    *(".json/", "%00", "~00", ".tar.gz"),
]
NAMES = [
    *(f"_{facet}" for facet in FACETS),
    *(f"_not_{facet}" for facet in FACETS),
    *"_after _before _search _next _size _sort _sort_desc _col _nocol _where _shape _facet".split(),
    *"_facet_array _facet_date _facet_size _through _stream _labels _timelimit _nl _extra".split(),
    *"_dl _header _trace _json _ttl _searchmode _fts_table _nofacet _nocount _blob_column".split(),
    *"sql title title__in year__gt date__arraycontains id format queries extend prefix".split(),
    "q",
    "_kind",
    *"letter sender answerer _filter_column_1 _filter_op_1 _filter_value_1 kind cursor x".split(),
]
VALUES = [
    *"sort_key id 2019 [2019..] ../2019 2019-02-30 nso-group 1 -1 0 max array objects on".split(),
    *"ris bib letters 1e999 9999999999999999999999 %ZZ NOT () []]> <script> {{7*7}} {%".split(),
    *[
        "",
        "\0",
        '"',
        "'",
        "[",
        "{}",
        "[]",
        "{",
        "null",
        "\\",
        "😀",
        "a OR",
        "\r\nX: y",
        "\u202e",
        "x" * 3000,
    ],
    '{"table": "replies", "column": "letter", "value": "1"}',
    '{"q0": {"query": "nso", "limit": -1, "type": {}}}',
    '{"ids": ["nso-group", 1, null], "properties": [{"id": "url"}, {}]}',
    "select * from letters",
    "select * from letters limit 5; select 1",
    "with recursive n(x) as (select 1 union all select x from n) select * from n limit 20",
    "select :a, :a__b, zeroblob(9)",
    "explain query plan select 1",
    "/**/ -- x",
    "1=1 or id in (select id from letters)",
    "\ud7ff \u2028 a\tb",
]
METHODS = [*["GET"] * 8, "HEAD", *"OPTIONS POST PUT PATCH DELETE TRACE CONNECT get BREW".split()]
HEADERS = {
    "host": [
        "localhost",
        "",
        "a b",
        '"><b>',
        "x" * 2000,
        "[::1]:8001",
        "[::1",
        "[1::2::3]",
        "evil.example@x",
    ],
    "if-none-match": ["*", '"x"', "W/", ",,,", '"' * 99],
    "accept": ["application/json", "", "*/*;q=x"],
    "cookie": ["ds_actor=x; ds_messages=x", "=;=;", "ds_csrftoken=x"],
    "authorization": ["Bearer x", "Basic"],
    "content-type": ["application/json", "multipart/form-data; boundary=x", "text/plain"],
    "content-length": ["-1", "9" * 30, "x"],
    "range": ["bytes=0-0", "bytes=9-1", "x"],
    "x-forwarded-proto": ["https", "javascript"],
    "origin": ["null"],
    "accept-encoding": ["gzip;q=x"],
}
FIELDS = [
    *"text id action from to date title form attestation scope summary topics".split(),
    *"source publisher carries archived queries extend organisations people".split(),
]
TEXTS = [
    "title: x\nform: letter\ndate: 2019\n",
    "a: &b [*b]",
    "- " * 500,
    "%YAML 9\n---\n",
    "!!python/object:os.system x",
    "from:\n- organisation: nso-group\n" * 50,
    LETTER,
    "download",
]


class Asked(NamedTuple):
    """A request as a server hands it on."""

    path: bytes
    query: bytes = b""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def paths_of_routes() -> st.SearchStrategy[str]:
    """Paths that match what stands in the table of routes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return st.one_of(*(st.from_regex(p, fullmatch=True) for p, _ in ROUTES))


parts = st.text(max_size=8) | st.sampled_from(["..", ".", "~", "~2F", "~zz", "%2F", "archive", "*"])
made_of_parts = st.lists(parts, max_size=4).map(lambda found: "/" + "/".join(map(quote, found)))
known = st.builds(str.__add__, st.sampled_from(PATHS), st.sampled_from(SUFFIXES))
quoted_routes = paths_of_routes().map(lambda path: quote(path, safe="/%~"))
any_path = (known | known | quoted_routes | made_of_parts).map(str.encode) | st.builds(
    bytes.__add__, st.just(b"/"), st.binary(max_size=12)
)
values = st.sampled_from(VALUES) | st.text(max_size=12)
pairs = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=6), values), max_size=5)
any_query = st.one_of(
    pairs.map(lambda found: urlencode(found, errors="replace").encode()),
    st.sampled_from(MALFORMED).map(str.encode),
    st.tuples(st.sampled_from(NAMES), st.integers(2, 400)).map(
        lambda found: urlencode([(found[0], f"v{n}") for n in range(found[1])]).encode()
    ),
    st.binary(max_size=24),
    st.sampled_from(
        [b"&" * 64_000, b"_facet=a&" * 7_000, b"%" * 7_000, b"=" * 7_000, b"_search=%00"]
    ),
)
any_headers = st.lists(
    st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))
    ),
    max_size=3,
).map(tuple)
fields = st.lists(
    st.tuples(st.sampled_from(FIELDS), values | st.sampled_from(TEXTS)), max_size=6
).map(lambda found: urlencode(found, errors="replace").encode())
any_body = st.one_of(
    st.just(b""),
    fields,
    st.binary(max_size=30),
    st.sampled_from([b"text=" + b"a" * 1_100_000, b"a=1&" * 1_001]),
)


def got(path: st.SearchStrategy[bytes], query: st.SearchStrategy[bytes]) -> Any:
    """Requests for pages."""
    return st.tuples(path, query).map(lambda both: Asked(*both))


KINDS = {
    "addresses": got(any_path, st.just(b"")),
    "known pages": got(known.map(str.encode), any_query),
    "any pages": got(any_path, any_query),
    "lists": got(st.sampled_from([b"/", b"/archive/letters", b"/archive/letters.json"]), any_query),
    "sql": got(
        st.sampled_from([b"/archive", b"/archive.json", b"/archive.csv", b"/archive/letters.json"]),
        st.tuples(st.sampled_from(["sql", "_where"]), values, pairs).map(
            lambda found: urlencode([found[:2], *found[2]], errors="replace").encode()
        ),
    ),
    "methods and headers": st.builds(
        Asked, any_path, any_query, st.sampled_from(METHODS), any_headers, any_body
    ),
    "forms": st.builds(
        Asked,
        st.sampled_from(
            [b"/contribute", b"/reconcile", b"/reconcile/suggest", b"/contribute.json"]
        ),
        st.just(b"") | any_query,
        st.just("POST"),
        any_headers,
        any_body,
    ),
}


@pytest.fixture(scope="module")
def hasty(archive_db: Path, real_letters: Path, portal: BlockingPortal) -> Iterator[Site]:
    """A site with a limit of time, since queries are asked of it that never end."""
    datasette = make_datasette(archive_db, {"sql_time_limit_ms": 300})
    yield Site(real_letters, archive_db, datasette, portal)
    for each in datasette.databases.values():
        each.close()


def ask(site: Site, asked: Asked) -> Page:
    """The answer of the application to a request that no client would send."""
    path = asked.path.decode("utf-8", "replace")
    headers = [(name.encode(), value.encode("latin-1")) for name, value in asked.headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.0",
        "method": asked.method,
        "scheme": "http",
        "path": path,
        "raw_path": asked.path,
        "query_string": asked.query,
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    came: list[dict[str, Any]] = [{"type": "http.request", "body": asked.body}]
    went: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not came:
            await Event().wait()  # it waits for the answer
        return came.pop()

    async def send(message: dict[str, Any]) -> None:
        went.append(message)

    site.portal.call(site.datasette.client.app, scope, receive, send)
    body = b"".join(message.get("body", b"") for message in went[1:])
    answered = httpx.Headers(went[0]["headers"])
    return Page(path, went[0]["status"], answered, body.decode("utf-8", "replace"), body)


@pytest.mark.parametrize("kind", KINDS)
def test_no_request_is_answered_with_a_fault_of_ours(hasty: Site, kind: str) -> None:
    @given(KINDS[kind])
    def every(asked: Asked) -> None:
        page = ask(hasty, asked)
        assert page.status < 500, asked
        assert "set-cookie" not in page.headers
        assert all(name in page.headers for name in SAFETY)
        assert_tells_nothing_of_the_house(hasty, page)
        if page.status >= 400 and asked.method != "HEAD":
            assert_says_what_is_wrong(page)

    every()


def assert_tells_nothing_of_the_house(site: Site, page: Page) -> None:
    for name in ("Traceback", "site-packages", str(site.database.parent)):
        assert name not in page.text
    for name, value in page.headers.items():
        assert "\n" not in value, name
        assert "\r" not in value, name


def assert_says_what_is_wrong(page: Page) -> None:
    kind = page.headers["content-type"]
    if page.path.startswith("/-/static"):  # files that pages ask for, and nobody reads
        return
    if page.path.endswith(".json"):
        assert kind == JSON_TYPE, page.text[:300]
        assert page.json["ok"] is False
        assert page.json.get("error")
    elif kind.startswith("text/html"):
        assert page.all("main"), page.text[:300]
        assert len(page.all("h1")) == 1
        assert page.faults == []
    else:
        assert page.text.strip()


def test_every_route_is_walked() -> None:
    paths = [path + suffix for path in PATHS for suffix in SUFFIXES]
    missed = [p for p, _ in ROUTES if not any(re.search(p, path) for path in paths)]
    assert missed == []
