"""An archive whose every text means harm, in a browser that would run what it is given to run."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from correspondence.database.build import build
from correspondence.records.reading import Report
from playwright.sync_api import Browser

from ..site.hostile import FIRST, LEFT, TEXTS, write_archive

pytestmark = pytest.mark.browser

PAGES = {
    "timeline": "/",
    "letter": f"/archive/letters/{FIRST}",
    "letter in the middle": "/archive/letters/2019-02-04-letter",
    "withdrawn letter": f"/archive/letters/{LEFT}",
    "search results": f"/?_search={quote('alert')}",
    "search for markup": f"/?_search={quote(TEXTS[3])}",
    "table of letters": "/archive/letters",
    "table": "/archive/statements",
    "row": f"/archive/statements/{FIRST},ask",
    "answer to a query": "/archive?sql=select+*+from+letters",
    "query that fails": f"/archive?sql={quote(TEXTS[0])}",
    "exchange": f"/exchanges/{FIRST}",
    "exchanges": "/exchanges",
    "statements": "/statements",
    "unanswered": "/unanswered",
    "organisation": "/archive/organisations/o3",
    "person": "/archive/people/p4",
    "topic": "/archive/topics/t5",
    "event": "/archive/events/2019-02-01-event",
    "open questions": "/leads",
    "about": "/about",
    "data": "/data",
    "no such page": f"/{quote(TEXTS[3], safe='')}",
}


@pytest.fixture(scope="module")
def hostile_server(
    start: Callable[..., subprocess.Popen[str]],
    tmp_path_factory: pytest.TempPathFactory,
    chromium: str,
) -> Iterator[str]:
    """The address of the hostile archive."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    write_archive(folder / "letters")
    outcome = build(folder / "letters", folder / "archive.db")
    assert not isinstance(outcome, Report), outcome.errors
    process = start("serve", "--port", "0", "--database", folder / "archive.db")
    try:
        said = process.stdout.readline()
        address = re.search(r"(http://\S+)/", said)
        assert address, said + process.stdout.read()
        yield address[1]
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("bypass", [False, True], ids=["with policy", "without policy"])
def test_nothing_that_a_record_says_runs(
    browser: Browser, hostile_server: str, path: str, bypass: bool
) -> None:
    """Neither is a script refused by the policy, nor would one run if there were no policy."""
    context = browser.new_context(base_url=hostile_server, bypass_csp=bypass)
    page = context.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda said: heard.append(said.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(path, wait_until="load")
        page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        page.evaluate(
            "document.querySelectorAll('main *').forEach(element => {"
            " element.dispatchEvent(new MouseEvent('mouseover')); element.focus?.() })"
        )
        assert page.evaluate("typeof window.injected") == "undefined"
        assert [said for said in heard if "Failed to load resource" not in said] == []
        assert [url for url in asked if not url.startswith((hostile_server, "data:"))] == []
        assert page.locator("main img[src=x], main [onerror], main [onclick]").count() == 0
    finally:
        context.close()


def test_a_script_of_a_record_would_be_noticed(browser: Browser, hostile_server: str) -> None:
    context = browser.new_context(base_url=hostile_server, bypass_csp=True)
    page = context.new_page()
    try:
        page.goto("/about")
        page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", TEXTS[3])
        page.wait_for_function("window.injected === 1")
    finally:
        context.close()
