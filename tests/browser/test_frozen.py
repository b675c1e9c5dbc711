"""A frozen copy in a browser: from a disk and from a plain web server, with scripts and without."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import Popen
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import correspondence.static_site
import pytest
from anyio.from_thread import BlockingPortal
from correspondence.static_site.search_index import FIELDS, search_data, words_of
from playwright.sync_api import Browser, Page

from ..conftest import Archive, make_archive
from ..site.answers import Pairs
from ..sites import Site, serve
from .looking import barriers_of, resize, unfold

pytestmark = pytest.mark.browser

FIRST, REPLY = "2019-02-18-watch-to-acme", "2019-03-01-acme-to-watch"
LATER, VAGUE = "2020-06-02-watch-to-acme", "2019-02-acme-to-watch"
LATER_KEYS = """
title: Réponse on the companies' letters
form: statement
date: 2020-06-02
summary: Watch spoke of transparency and of <b>prices</b>.
"""
VAGUE_KEYS = """
title: An early word
date: 2019-02
from:
  - organisation: acme-corporation
to:
  - organisation: watch
"""
STATIC = Path(correspondence.static_site.__file__).parent / "static"
Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Four letters: two with a statement and its answer, one of 2020, one of a doubtful day."""
    made = make_archive(tmp_path_factory.mktemp("archive") / "letters")
    made.letter(LATER, LATER_KEYS)
    made.letter(VAGUE, VAGUE_KEYS)
    return made


@pytest.fixture(scope="module")
def database(archive: Archive) -> Path:
    """The database of these letters."""
    return archive.folder.with_name("archive.db")


@pytest.fixture(scope="module")
def copy(archive: Archive, database: Path, start: Callable[..., Popen[str]]) -> Path:
    """The folder of their frozen copy, made by a process without the browser's event loop."""
    folder = archive.folder.with_name("frozen copy")
    options = ("--letters", archive.folder, "--database", database)
    with start("freeze", folder, *options, "--address", "https://letters.example") as process:
        said = process.stdout.read()
    assert process.returncode == 0, said
    return folder


@pytest.fixture(scope="module")
def served(archive: Archive, database: Path, copy: Path, portal: BlockingPortal) -> Iterator[Site]:
    """The same letters, served."""
    with serve(archive.folder, portal, database) as site:
        yield site


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def places(copy: Path) -> Iterator[dict[str, str]]:
    """Where the copy can be visited: on a disk, and on a plain web server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=copy))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield {"disk": copy.as_uri(), "server": f"http://127.0.0.1:{server.server_port}"}
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visit(browser: Browser, places: dict[str, str]) -> Visit:
    """Visit a page of the copy: ``with visit("disk", "copy") as page``."""

    @contextmanager
    def visit_page(
        place: str, path: str = "", pairs: Pairs | None = None, **profile: Any
    ) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **profile)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.complaints, page.requested = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: page.complaints.append(said.text))
        query = f"?{urlencode(pairs)}" if pairs else ""
        page.goto(f"{places[place]}/{path}{'/' if path else ''}index.html{query}")
        try:
            yield page
        finally:
            context.close()

    return visit_page


def found(page: Page) -> list[str]:
    """The letters that the search page shows, in its order."""
    links = page.locator("#letters-found a").evaluate_all("links => links.map(a => a.href)")
    return [link.removesuffix("/index.html").rpartition("/")[2] for link in links]


@pytest.mark.parametrize("place", ["disk", "server"])
def test_a_visitor_reads_on_and_searches(visit: Visit, places: dict[str, str], place: str) -> None:
    with visit(place) as page:
        page.locator(f"[id='{FIRST}'] h4 a, [id='{FIRST}'] h5 a").click()
        assert page.locator("h1").inner_text() == "On prices"
        page.locator("main a", has_text="Acme Corporation").first.click()
        assert page.locator("h1").inner_text() == "Acme Corporation"
        page.locator(".brand a").click()
        page.locator("[name=_search]").fill("asked for a list")
        page.locator("[name=_search]").press("Enter")
        page.wait_for_url("**/search/index.html?_search=asked*")
        assert found(page) == [FIRST]
        assert page.locator("#found").inner_text() == "1 letter, best matches first."
        page.locator("#chosen a").click()
        assert len(found(page)) == 4
        page.locator("[name=_year][value='2020']").check()
        page.wait_for_url("**/search/index.html?_year=2020")
        assert found(page) == [LATER]
        page.locator("#letters-found a").click()
        assert page.locator("h1").inner_text().startswith("Réponse")
        assert page.complaints == []
        assert [url for url in page.requested if not url.startswith(f"{places[place]}/")] == []


def test_a_permalink_works_on_a_plain_server(visit: Visit, places: dict[str, str]) -> None:
    with visit("server") as page:
        page.goto(f"{places['server']}/archive/letters/{FIRST}")
        assert page.locator("h1").inner_text() == "On prices"
        page.goto(f"{places['server']}/exchanges/{REPLY}")
        page.wait_for_url(f"**/exchanges/{FIRST}/index.html#{REPLY}")


@pytest.mark.parametrize("path", ["", f"archive/letters/{FIRST}", "search", "copy", "statements"])
def test_no_page_has_a_barrier(visit: Visit, path: str) -> None:
    with visit("disk", path, reduced_motion="reduce") as page:
        unfold(page)
        for width in (1280, 375):
            resize(page, width)
            assert page.evaluate("document.documentElement.scrollWidth") == width
        assert barriers_of(page) == []
        assert page.complaints == []


# --- the search


@pytest.mark.parametrize(
    ("pairs", "wanted"),
    [
        ([], [FIRST, VAGUE, REPLY, LATER]),
        ([("_sort_desc", "sort_key")], [LATER, REPLY, VAGUE, FIRST]),
        ([("_search", "LISTS")], [FIRST, REPLY]),
        ([("_search", "company letter reponse")], [LATER]),
        ([("_search", "transp")], [LATER]),
        ([("_search", "list -asked")], [REPLY]),
        ([("_search", "-list")], [VAGUE, LATER]),
        ([("_search", "prices nowhere")], []),
        ([("_search", "?!")], [FIRST, VAGUE, REPLY, LATER]),
        ([("_search", "list"), ("_from", "acme-corporation")], [REPLY]),
        ([("_from", "acme-corporation"), ("_from", "watch"), ("_year", "2020")], [LATER]),
        ([("_not_topic", "prices")], [VAGUE, LATER]),
        ([("_topic", "nothing")], []),
        ([("_after", "2019-02-20"), ("_before", "2019-02")], [VAGUE]),
        ([("_before", "2019")], [FIRST, VAGUE, REPLY]),
        ([("_after", "2019-03")], [REPLY, LATER]),
    ],
)
def test_the_search_page_obeys_the_arguments_of_the_site(
    visit: Visit, pairs: Pairs, wanted: list[str]
) -> None:
    with visit("disk", "search", pairs) as page:
        shown = found(page)
        ranked = any(name == "_search" for name, _ in pairs)
        assert (sorted(shown) if ranked else shown) == (sorted(wanted) if ranked else wanted)
        assert page.complaints == []


def test_the_best_matches_come_first(visit: Visit) -> None:
    """All letters are from or to Price Watch; the titles of two speak of prices too."""
    with visit("disk", "search", [("_search", "prices")]) as page:
        shown = found(page)
        assert (set(shown[:2]), set(shown[2:])) == ({FIRST, REPLY}, {VAGUE, LATER})


@pytest.mark.parametrize(
    "pairs", [[], [("_year", "2019")], [("_from", "watch"), ("_after", "2020")]]
)
def test_filters_count_as_those_of_the_site(visit: Visit, served: Site, pairs: Pairs) -> None:
    with visit("disk", "search", pairs) as page:
        boxes = page.locator("form.filters li:not([hidden]) input[type=checkbox]").evaluate_all(
            "boxes => boxes.map(box => [box.name.slice(1), box.value, "
            "Number(box.closest('li').querySelector('.count').textContent), box.checked])"
        )
        counted: dict[str, dict[str, tuple[int, bool]]] = {}
        for facet, value, count, chosen in boxes:
            counted.setdefault(facet, {})[value] = (count, chosen)
        ours = served.get("/", pairs).facets
        # The site leaves out a filter of one value; the copy, which has made it, leaves it there.
        assert {facet: counted[facet] for facet in ours} == ours


@pytest.mark.parametrize("pair", [("_lane", "x"), ("year", "2019"), ("_after", "last spring")])
def test_what_the_copy_does_not_understand_is_told(visit: Visit, pair: tuple[str, str]) -> None:
    with visit("disk", "search", [pair]) as page:
        assert page.locator("#found").inner_text().endswith(f"left out: {'='.join(pair)}.")
        assert len(found(page)) == 4


def test_text_of_letters_and_addresses_is_no_markup(visit: Visit) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    with visit("disk", "search", [("_search", hostile), ("_from", hostile)]) as page:
        assert page.locator("main img").count() == 0
        assert hostile in page.locator("#chosen").inner_text()
        assert page.complaints == []


def test_without_scripts_the_list_is_whole_and_says_how_to_search(visit: Visit) -> None:
    with visit("disk", "search", [("_search", "list")], java_script_enabled=False) as page:
        assert len(page.locator("#letters-found a").all()) == 4
        assert page.locator("#without-scripts").is_visible()
        assert not page.locator("form.filters").is_visible()


def test_the_browser_folds_words_as_the_index_does(browser: Browser, archive_db: Path) -> None:
    """Over all texts of the archive itself, and letters that Unicode does not take apart."""
    with closing(sqlite3.connect(archive_db)) as connection:
        rows = connection.execute(f"select {', '.join(FIELDS)} from search_texts").fetchall()
    texts = [text for row in rows for text in row if text]
    texts += ["Łódź, Ærø, Œuvre, Straße, Þór, Đặng, Sàrl’s replies"]
    page = browser.new_page()
    script = (STATIC / "search.js").read_text().partition("// --- the index")[0]
    own = script.replace("{", "", 1).replace("const { index, letters, facets } = archiveData;", "")
    page.add_script_tag(content=f"{own}window.wordsOf = wordsOf;")
    folded = page.evaluate("texts => texts.map(wordsOf)", texts)
    page.close()
    assert folded == [words_of(text) for text in texts]


def test_each_word_of_the_index_finds_the_letters_that_have_it(archive_db: Path) -> None:
    with closing(sqlite3.connect(archive_db)) as connection:
        rows = connection.execute(
            f"select {', '.join(FIELDS)} from search_texts order by sort_key"
        ).fetchall()
        data = json.loads(search_data(connection).partition("=")[2].rstrip(";\n"))
    expected: dict[str, list[int]] = {}
    for letter, row in enumerate(rows):
        for word in {word for text in row if text for word in words_of(text)}:
            expected.setdefault(word, []).append(letter)
    assert {word: found[::2] for word, found in data["index"]} == expected
    assert all(score > 0 for _, found in data["index"] for score in found[1::2])
