"""Datasette's own pages and the page of downloads in a browser, under the security policy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from .looking import Look

pytestmark = pytest.mark.browser

POLICY = [
    *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:"),
    *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
]
STATEMENT = "/archive/statements/2019-02-15-novalpina-to-citizen-lab,claim-due-diligence"
PAGES = {
    "downloads": "/data",
    "database": "/archive",
    "table": "/archive/correspondents",
    "table, filtered and ordered": "/archive/sources?carries=letter&format=html&_sort_desc=url",
    "table without rows": "/archive/corrections",
    "table of long texts": "/archive/files?_size=5",
    "technical table": "/archive/letters_fts_data",
    "view": "/archive/answers",
    "row": STATEMENT,
    "row of long text": "/archive/files/2019-02-18-rights-groups-to-novalpina",
    "worked question": "/archive/who-answered-whom?sender=citizen-lab",
    "worked question without answer": "/archive/never-answered?sender=nobody",
    "query": f"/archive?sql={quote('select * from letters where year = :year')}&year=2019",
    "query that fails": "/archive?sql=select+nothing",
    "no query": "/archive?sql=drop+table+letters",
    "not found": "/archive/nothing",
    "not understood": "/archive/sources?_sort=nothing",
}
every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


@contextmanager
def visiting(browser: Browser, server: str, path: str, **profile: Any) -> Iterator[Page]:
    """A page in a fresh profile; what the browser says of it stands in ``complaints``."""
    context = browser.new_context(base_url=server, reduced_motion="reduce", **profile)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: page.complaints.append(said.text))
    page.goto(path)
    try:
        yield page
    finally:
        context.close()


def viewport(width: int) -> dict[str, int]:
    return {"width": width, "height": 900}


@every_page
def test_no_page_has_a_barrier(look: Callable[[str], Look], path: str) -> None:
    assert look(path).barriers == []


@every_page
def test_no_page_breaks_the_policy_or_the_width(look: Callable[[str], Look], path: str) -> None:
    seen = look(path)
    assert set(POLICY) <= set(seen.policy)
    assert "unsafe" not in str(seen.policy)
    assert seen.its_own_complaints == []
    assert seen.widths == [1280, 800, 375, 320, 320]


def test_the_policy_would_be_noticed(browser: Browser, server: str) -> None:
    with visiting(browser, server, "/data") as page:
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=color:red>x</p>')")
        page.wait_for_timeout(50)
        assert "Content Security Policy" in " ".join(page.complaints)


def test_rows_become_blocks_of_labels_and_values_on_narrow_screens(
    browser: Browser, server: str
) -> None:
    with visiting(browser, server, "/archive/roles", viewport=viewport(375)) as page:
        cells = page.locator("tbody tr").first.locator("td:not(:empty)")
        boxes = [cell.bounding_box() for cell in cells.all()]
        assert len(boxes) > 3
        assert all(one["y"] + one["height"] <= two["y"] + 1 for one, two in pairwise(boxes))
        content = "element => getComputedStyle(element, '::before').content"
        assert cells.first.evaluate(content) == '"Row"'
        page.set_viewport_size(viewport(1280))
        assert cells.first.evaluate(content) == "none"


def test_a_table_that_is_too_wide_is_scrolled_by_the_keyboard(
    browser: Browser, server: str
) -> None:
    with visiting(browser, server, "/archive/correspondents", viewport=viewport(900)) as page:
        region = page.get_by_role("region", name="Rows of correspondents")
        region.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        assert region.evaluate("element => element.scrollLeft") > 0


def test_a_table_is_filtered_ordered_and_freed_without_javascript(
    browser: Browser, server: str
) -> None:
    with visiting(browser, server, "/archive/statements", java_script_enabled=False) as page:
        page.get_by_text("Filter and sort").click()
        page.get_by_label("Column").select_option("kind")
        page.get_by_label("Value").fill("refusal")
        page.get_by_label("Sort by").select_option("letter")
        page.get_by_label("from the last to the first").check()
        page.get_by_role("button", name="Apply").click()
        assert "kind__exact=refusal" in page.url
        assert "_sort_desc=letter" in page.url
        kinds = page.locator("td[data-label=Kind]").all_inner_texts()
        assert set(kinds) == {"refusal"}
        letters = page.locator("td[data-label=Letter] code").all_inner_texts()
        assert letters == sorted(letters, reverse=True)
        page.get_by_role("link", name="Kind is refusal").click()
        assert page.locator("tbody tr").count() > len(kinds)
        page.get_by_role("columnheader", name="Topic").get_by_role("link").click()
        assert "_sort=topic" in page.url


def test_a_question_is_asked_and_changed_without_javascript(browser: Browser, server: str) -> None:
    with visiting(browser, server, "/data", java_script_enabled=False) as page:
        page.get_by_role("link", name="What was never answered?").click()
        before = page.locator("tbody tr").count()
        page.get_by_label("Who wrote").select_option(label="The Citizen Lab")
        page.get_by_role("button", name="Ask").click()
        assert 0 < page.locator("tbody tr").count() < before
        page.get_by_text("The question in SQL").click()
        page.get_by_role("link", name="Change this SQL").click()
        assert page.get_by_label("Sender").input_value() == "citizen-lab"
        page.get_by_label("SQL, one select statement").fill("select count(*) as n from letters")
        page.get_by_role("button", name="Run").click()
        assert page.locator("tbody tr").count() == 1


def test_the_drawing_of_the_tables_is_a_list_on_narrow_screens(
    browser: Browser, server: str
) -> None:
    with visiting(browser, server, "/data", viewport=viewport(1280)) as page:
        drawing, relations = page.get_by_role("img"), page.locator("#relations")
        assert drawing.is_visible()
        assert not relations.is_visible()
        for box in page.locator("svg.schema g:has(rect)").all():
            frame = box.locator("rect").bounding_box()
            for words in box.locator("text").all():
                written = words.bounding_box()
                assert written["x"] + written["width"] <= frame["x"] + frame["width"]
        page.set_viewport_size(viewport(375))
        assert not drawing.is_visible()
        assert relations.is_visible()


def test_on_paper_there_are_no_forms_and_rows_stay_whole(browser: Browser, server: str) -> None:
    with visiting(browser, server, "/archive/correspondents", viewport=viewport(700)) as page:
        page.emulate_media(media="print")
        assert page.locator("form").all() != []
        assert not any(form.is_visible() for form in page.locator("main form").all())
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
