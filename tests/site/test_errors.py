"""Whatever is asked, the answer is well-formed: a page, or a clear error in the form asked for."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from urllib.parse import quote, urlencode

import datasette
import httpx
import pytest
from correspondence.site.tables.letters import is_search_of_datasette
from datasette import filters
from datasette.utils.asgi import Request
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .answers import FACETS, Page
from .conftest import Site
from .made_up import WITHDRAWN

MALFORMED = (
    "_facet=nope _facet_array=title _facet_date=title _facet={bad _facet={} _sort=nope _size=abc "
    "_size=-1 _next=garbage _search=%22 _search=a+AND _search=%28 _searchmode=raw&_search=%22 "
    "_where=1= _col=nope _nocol=id _shape=bad date__gte=%00 year__in=[ "
    "senders__arraycontains=%22 _facet_size=-5 _trace=1 _extra=xx _through={} "
    "_through={%22table%22:%22x%22} id__nosuch=3 _labels=x _json=title _ttl=abc "
    "_filter_column=zz&_filter_op=exact&_filter_value=1 _search_title=x _search_nope=x "
    "_sort=date&_sort_desc=date"
).split()
LETTER = "/archive/letters/2019-02-18-rights-groups-to-novalpina"
JSON_TYPE = "application/json; charset=utf-8"


def assert_answered(page: Page) -> None:
    """Neither a fault of ours nor an error in another form than the one asked for."""
    assert page.status in (200, 301, 302, 400, 403, 404, 410), (page.path, page.text[:300])
    assert "set-cookie" not in page.headers
    if page.status >= 400:
        path = page.path.partition("?")[0]
        if path.endswith(".json"):
            assert page.headers["content-type"] == JSON_TYPE
            assert page.json["ok"] is False
            assert page.json["error"]
        elif "text/html" in page.headers["content-type"]:
            assert "Traceback" not in page.text
            assert page.all("main")
            assert page.faults == []


# --- malformed requests


def test_the_malformed_requests_are_99() -> None:
    assert len(MALFORMED) * 3 == 99


@pytest.mark.parametrize("query", MALFORMED)
@pytest.mark.parametrize("suffix", ["", ".json", ".csv"])
def test_a_malformed_request_for_the_table_is_no_fault_of_ours(
    site: Site, suffix: str, query: str
) -> None:
    assert_answered(site.get(f"/archive/letters{suffix}?{query}"))


@pytest.mark.parametrize("query", MALFORMED)
@pytest.mark.parametrize("path", ["/", f"{LETTER}.json", "/archive.json", "/archive/answers"])
def test_nor_is_it_elsewhere(site: Site, path: str, query: str) -> None:
    assert_answered(site.get(f"{path}?{query}"))


@pytest.mark.parametrize("path", ["letters", "letters.json", "letters.csv", "statements"])
def test_a_number_that_sqlite_cannot_hold_is_a_mistake(site: Site, path: str) -> None:
    column = "position" if path == "statements" else "year"
    page = site.get(f"/archive/{path}?{column}__gt=99999999999999999999")
    assert page.status == 400
    assert_answered(page)


NAMES = [
    *(f"_{facet}" for facet in FACETS),
    *(f"_not_{facet}" for facet in FACETS),
    *"_after _before _search _next _size _sort _sort_desc _col _where _shape _facet".split(),
    *"_through _stream _labels _timelimit _nl _extra _dl sql title title__in year__gt x".split(),
]
VALUES = (
    "sort_key id 2019 [2019..] ../2019 2019-02-30 nso-group 1 -1 0 max array objects on".split()
)
SIGNS = ["", '"', "'", "\0", "[", "{}", "[]", "{", "null", "%", "\\", "😀", "NOT", "a OR", "1e999"]
PATHS = [
    *"/ /archive /archive.json /archive/letters /archive/letters.json /archive/letters.csv".split(),
    *"/archive/people.json /archive/answers.json /archive/letters_fts.json".split(),
    *(LETTER, f"{LETTER}.json", f"{LETTER}.csv", "/archive/organisations/nso-group"),
]
values = st.sampled_from([*VALUES, *SIGNS]) | st.text(max_size=12)
queries = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=6), values), max_size=4)


@given(st.sampled_from(PATHS), queries)
@example("/", [("_search", "a\0b")])
@example("/", [("_before", "2019/..")])
@example("/archive/letters.json", [("_before", "[2019..]")])
@example("/archive/letters.csv", [("_stream", "1"), ("_search", '"')])
@example("/archive/letters", [("_sort", ""), ("_sort_desc", "")])
@example("/archive/letters", [("year__gt", "1e999")])
@settings(max_examples=250)
def test_no_query_is_answered_with_a_fault_of_ours(
    site: Site, path: str, query: list[tuple[str, str]]
) -> None:
    assert_answered(site.get(path, query))


@given(st.sampled_from(["/", "/archive/letters.json"]), st.binary(max_size=20))
@settings(max_examples=60)
def test_no_bytes_after_the_question_mark_are(site: Site, path: str, query: bytes) -> None:
    assert_answered(site.get(f"{path}?_search={quote(query)}&{quote(query, safe='=&+%')}"))


FOLDERS = ["/", "/archive/", "/archive/letters/", "/archive/organisations/", "/archive/people/"]
parts = st.text(max_size=10) | st.sampled_from(["..", ".", "~", "~00", "~2F", "-", "archive", "*"])


@given(st.sampled_from(FOLDERS), st.lists(parts, max_size=3), st.sampled_from(["", ".json", ".x"]))
@example("/archive/letters/", ["\0"], "")
@example("/archive/", ["nothing", "nothing"], ".json")
@settings(max_examples=150)
def test_no_path_is_answered_with_a_fault_of_ours(
    site: Site, folder: str, path: list[str], suffix: str
) -> None:
    assert_answered(site.get(folder + "/".join(quote(part) for part in path) + suffix))


def test_long_lists_of_choices_are_obeyed(site: Site) -> None:
    query = urlencode([("_from", f"nobody-{number}") for number in range(100)])
    assert site.ask(f"/archive/letters.json?{query}")["rows"] == []
    assert site.get(f"/?_search={'word+' * 300}").status == 200


# --- errors in the form that was asked for


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/archive/letters.json?_frm=x", 400),
        ("/archive/letters.json?_after=soon", 400),
        ("/archive/letters.json?_size=abc", 400),
        ("/archive/letters/nothing.json", 404),
        ("/archive/nothing.json", 404),
        ("/nothing.json", 404),
        ("/-/databases.json", 404),
        ("/_internal.json", 403),
    ],
)
def test_an_error_is_json_where_json_was_asked_for(site: Site, path: str, status: int) -> None:
    page = site.get(path)
    assert page.status == status
    assert page.headers["content-type"] == JSON_TYPE
    assert page.json["ok"] is False
    assert page.json["status"] == status
    assert page.json["error"]
    html = site.get(path.replace(".json", ""))
    assert html.status == status
    assert html.headers["content-type"] == "text/html; charset=utf-8"


def test_an_error_page_has_the_dress_of_the_site_and_a_way_on(site: Site) -> None:
    for path in ("/nothing", "/?_frm=x", "/_internal"):
        page = site.get(path)
        [html] = page.all("html")
        assert html.attributes["lang"] == "en"
        assert len(page.all("h1")) == 1
        assert "/" in page.links
        assert page.all("nav")


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
@pytest.mark.parametrize("name", ["_search", "_from", "_not_topic", "_<b-x>"])
def test_what_was_typed_is_shown_as_text(site: Site, path: str, name: str) -> None:
    page = site.get(path, [(name, "<b-x>")])
    assert page.status in (200, 400)
    assert "&lt;b-x&gt;" in page.text
    assert page.all("b-x") == []


# --- methods


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/archive/letters", "/archive.json", LETTER, "/nothing"])
def test_nothing_can_be_written(site: Site, method: str, path: str) -> None:
    page = site.get(path, method=method)
    assert page.status == 405
    assert page.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/", "/archive/letters.json", LETTER])
def test_a_client_may_ask_what_is_allowed(site: Site, path: str) -> None:
    page = site.get(path, method="OPTIONS")
    assert (page.status, page.headers["allow"], page.text) == (204, "GET, HEAD", "")


@pytest.mark.parametrize(
    "path", ["/", "/archive/letters", LETTER, "/nothing", "/archive/letters.json?_frm=x"]
)
def test_head_is_answered_like_get(site: Site, path: str) -> None:
    assert site.get(path, method="HEAD").status == site.get(path).status


# --- headers

SAFETY = (
    "x-content-type-options referrer-policy permissions-policy x-frame-options "
    "content-security-policy"
).split()
ANSWERS = [
    ("/", 200),
    ("/archive/letters", 200),
    ("/archive/letters.json", 200),
    ("/archive/letters.csv", 200),
    ("/archive/letters.csv?_stream=1", 200),
    ("/archive.db", 200),
    ("/-/static-plugins/correspondence/site.css", 200),
    (LETTER, 200),
    ("/archive/letters/", 302),
    ("/?_frm=x", 400),
    ("/archive/letters.json?_frm=x", 400),
    ("/_internal", 403),
    ("/nothing", 404),
    ("/-/static-plugins/correspondence/nothing.css", 404),
]


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_answer_has_the_headers_of_safety_and_no_cookie(
    site: Site, path: str, status: int
) -> None:
    page = site.get(path)
    assert page.status == status
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-frame-options"] == "DENY"
    assert "camera=()" in page.headers["permissions-policy"]
    assert "set-cookie" not in page.headers


def test_so_has_every_other_kind_of_answer(made_up: Site) -> None:
    page = made_up.get("/about")
    answers = [
        made_up.get(f"/archive/letters/{WITHDRAWN}"),
        made_up.get("/", method="POST"),
        made_up.get("/", method="OPTIONS"),
        made_up.get("/about", headers={"If-None-Match": page.headers["etag"]}),
        made_up.get("/about", method="HEAD"),
        made_up.get(f"/?_search={'a' * 9_000}"),
        made_up.get("/dataset.zip"),
        made_up.get("/unapi?id=nothing"),
        made_up.get("/reconcile?queries=x"),
    ]
    assert [a.status for a in answers] == [410, 405, 204, 304, 200, 414, 200, 404, 400]
    for answer in (page, *answers):
        for name in SAFETY:
            assert answer.headers.get_list(name) == page.headers.get_list(name), answer.path
        assert len(answer.headers.get_list("content-security-policy")) == 1
        assert "set-cookie" not in answer.headers


def test_nothing_that_stands_in_a_page_is_run_or_framed(site: Site) -> None:
    policy = dict(
        rule.split(" ", 1) for rule in site.get("/").headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


@pytest.mark.parametrize("path", ["/", "/archive/letters.json"])
def test_an_address_has_a_length_that_can_be_read(site: Site, path: str) -> None:
    assert site.get(f"{path}?_search={'a' * 7_000}").status == 200
    page = site.get(f"{path}?_search={'a' * 64_000}")
    assert page.status == 414
    assert "8,000" in (page.json["error"] if path.endswith(".json") else page.text)


# --- what was found by asking at random (test_fuzz.py)


def test_a_file_takes_the_arguments_of_the_form_for_filters(site: Site) -> None:
    form = "_filter_column=form&_filter_op=exact&_filter_value=letter"
    file = site.get(f"/archive/letters.csljson?{form}")
    assert file.status == 200
    assert file.json == site.ask("/archive/letters.csljson?form__exact=letter")
    assert site.get("/archive/letters.csljson?_filter_column=1").status in (200, 400)


def test_a_form_has_as_many_fields_as_can_be_read(site: Site) -> None:
    page = site.send(b"/contribute", "POST", body=b"a=1&" * 1_001)
    assert page.status == 400
    assert "300 fields" in page.text


@pytest.mark.parametrize("host", ["[::1", "[1::2::3]", "[]", "a b", 'a"b', "a/b", "é", "a:x"])
def test_a_host_that_cannot_be_is_refused(site: Site, host: str) -> None:
    for path, kind in ((b"/", "text/plain"), (b"/archive/letters.json", "application/json")):
        page = site.send(path, headers=[(b"host", host.encode())])
        assert page.status == 400
        assert page.headers["content-type"].startswith(kind)


@pytest.mark.parametrize("host", ["", "localhost", "x_y.example:8001", "[::1]:80", "127.0.0.1"])
def test_any_other_host_is_answered(site: Site, host: str) -> None:
    assert site.send(b"/about", headers=[(b"host", host.encode())]).status == 200


@pytest.mark.parametrize("path", ["/", "/archive/letters", "/archive/letters.json", LETTER])
@pytest.mark.parametrize(
    "headers", [{}, {"Cookie": "_ga=1; ds_actor=x"}, {"Authorization": "Bearer x"}]
)
def test_a_page_may_be_kept_by_caches_whoever_asks(
    site: Site, path: str, headers: dict[str, str]
) -> None:
    page = site.get(path, headers=headers)
    assert page.status == 200
    assert page.headers["cache-control"] == "max-age=300"


# --- what Datasette would tell of itself, and what we build upon in it

DEBUG = (
    "actor allow-debug auth-token config databases jump logout messages metadata patterns "
    "permissions plugins settings threads versions"
).split()


@pytest.mark.parametrize("page", DEBUG)
@pytest.mark.parametrize("suffix", ["", ".json"])
def test_pages_about_the_server_are_not_shown(site: Site, page: str, suffix: str) -> None:
    assert site.get(f"/-/{page}{suffix}").status == 404


def test_the_style_sheet_of_a_page_is_there(site: Site) -> None:
    sheets = [e.attributes["href"] for e in site.get("/").all("link", rel="stylesheet")]
    assert sheets
    for sheet in sheets:
        page = site.get(sheet)
        assert (page.status, page.headers["content-type"][:8]) == (200, "text/css")


def test_the_search_of_datasette_is_the_one_we_replace(site: Site) -> None:
    # Fails when Datasette renames its hook: both searches would then be applied to the table.
    request = Request.fake("/archive/letters?_search=x")
    table = {"request": request, "database": "archive", "datasette": site.datasette}
    assert is_search_of_datasette(filters.search_filters(table="letters", **table))
    assert not is_search_of_datasette(filters.where_filters(**table))


def test_datasettes_own_ways_to_search_are_refused(site: Site) -> None:
    for query in ("_searchmode=raw&_search=x", "_search_title=x", "_fts_table=x&_search=x"):
        page = site.get(f"/archive/letters.json?{query}")
        assert page.status == 400
        assert "no argument" in page.json["error"]


# --- a fault of ours


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_a_fault_is_told_by_a_number_and_kept_in_the_log(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, suffix: str
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(import_module("correspondence.site.pages.letter"), "archive_of", fail)
    page = site.get(f"{LETTER}{suffix}?_x={suffix}")
    assert page.status == 500
    assert "secret" not in page.text
    assert "Traceback" not in page.text
    [number] = set(re.findall(r"its number, ([0-9a-f]{8})", page.text))
    log = caplog.text
    assert f"fault {number}: GET {LETTER}" in log
    assert "secret of the house" in log


def test_the_site_says_that_it_is_well(site: Site) -> None:
    page = site.get("/health")
    assert (page.status, page.text) == (200, "well\n")
    assert page.headers["cache-control"] == "no-store"
    assert "etag" not in page.headers


def test_browsers_are_told_to_keep_to_tls_where_there_is_some(site: Site) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=site.datasette.app())
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get("https://localhost/about")

    assert "strict-transport-security" not in site.get("/about").headers
    answer = site.portal.call(ask)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


_BELOW_A_FOLDER_OF_OUR_NAME = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
import datasette
assert datasette.__file__.startswith(sys.argv[1])
from pathlib import Path
from correspondence.site.server.run import make_datasette

async def ask():
    site = make_datasette(Path(sys.argv[2]), {})
    await site.invoke_startup()
    for path in sys.argv[3:]:
        print((await site.client.get(path)).status_code)

asyncio.run(ask())
"""


def test_a_folder_named_like_the_package_makes_no_mistake_a_fault_of_ours(
    archive_db: Path, tmp_path: Path
) -> None:
    """The environment may be below a folder such as ``correspondence/.venv``."""
    library = tmp_path / "correspondence" / "lib"
    library.mkdir(parents=True)
    (library / "datasette").symlink_to(Path(datasette.__file__).parent)
    paths = [f"/archive/letters.json?{query}" for query in MALFORMED]
    done = subprocess.run(
        [sys.executable, "-c", _BELOW_A_FOLDER_OF_OUR_NAME, library, archive_db, *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "500" not in done.stdout.split()
    assert len(done.stdout.split()) == len(MALFORMED)
