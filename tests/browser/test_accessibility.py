"""The pages in a browser: without barriers, within their width, and without JavaScript."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .looking import Look, colours_too_near

pytestmark = pytest.mark.browser

LETTER = "/archive/letters/2019-02-18-rights-groups-to-novalpina"
PAGES = {
    "timeline": "/",
    "search and filters": "/?_search=kaye+OR+pegasus&_from=nso-group&_not_topic=mexico&_after=2020",
    "nothing found": "/?_search=nowhere",
    "table": "/archive/letters",
    "table, filtered": "/archive/letters?_search=pegasus&_year=2021&_size=3",
    "letter": LETTER,
    "letter with a notice": "/archive/letters/2019-06-18-citizen-lab-to-novalpina",
    "organisation": "/archive/organisations/nso-group",
    "organisations": "/archive/organisations",
    "person": "/archive/people/yana-peel",
    "people": "/archive/people",
    "topic": "/archive/topics/due-diligence",
    "topics": "/archive/topics",
    "event": "/archive/events/2019-05-whatsapp-vulnerability",
    "events": "/archive/events",
    "exchange": "/exchanges/2019-02-15-novalpina-to-citizen-lab",
    "exchanges": "/exchanges",
    "unanswered": "/unanswered",
    "requests and commitments": "/statements",
    "open questions": "/leads",
    "about": "/about",
    "contribute": "/contribute",
    "correct": "/contribute?letter=2019-02-18-rights-groups-to-novalpina",
    "not found": "/nothing",
    "not understood": "/?_frm=x",
    "not allowed": "/_internal",
    "no SQL": "/archive?sql=sleep",
}
REFUSED = [PAGES[name] for name in ("not found", "not understood", "not allowed", "no SQL")]
DRAWN = {**{name: PAGES[name] for name in ("timeline", "letter", "exchange")}, "data": "/data"}
"""Pages with drawings of their own for wide screens."""

every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


@pytest.fixture
def visit(browser: Browser, server: str) -> Callable[..., Any]:
    """Visit a page in a fresh profile: ``with visit("/", width=375) as page``."""

    @contextmanager
    def visit_page(path: str, *, width: int = 1280, **profile: Any) -> Iterator[Page]:
        viewport = {"width": width, "height": 900}
        context = browser.new_context(base_url=server, viewport=viewport, **profile)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(path)
        try:
            yield page
        finally:
            context.close()

    return visit_page


@every_page
def test_no_page_has_a_barrier(look: Callable[[str], Look], path: str) -> None:
    assert look(path).barriers == []


@pytest.mark.parametrize("path", DRAWN.values(), ids=DRAWN)
def test_no_wide_drawing_has_colours_that_are_too_near_in_the_dark(
    visit: Callable[..., Any], path: str
) -> None:
    with visit(path, color_scheme="dark", reduced_motion="reduce") as page:
        assert colours_too_near(page) == []


@every_page
def test_no_page_is_wider_than_the_screen(look: Callable[[str], Look], path: str) -> None:
    assert look(path).widths == [1280, 800, 375, 320, 320]


@every_page
def test_no_running_text_is_squeezed_on_a_wide_screen(
    look: Callable[[str], Look], path: str
) -> None:
    assert look(path).squeezed == []


@pytest.mark.parametrize("path", ["/", LETTER])
@pytest.mark.parametrize("width", [1280, 700, 375, 320])
def test_a_drawing_is_seen_at_every_width(visit: Callable[..., Any], path: str, width: int) -> None:
    with visit(path, width=width) as page:
        seen = [drawing for drawing in page.locator("svg.overview").all() if drawing.is_visible()]
        assert len(seen) == 1
        box = seen[0].bounding_box()
        assert box["width"] >= 0.75 * min(width, 480)
        assert box["x"] + box["width"] <= width


@every_page
def test_a_page_asks_nothing_of_another_origin_and_nothing_in_vain(
    look: Callable[[str], Look], server: str, path: str
) -> None:
    seen = look(path)
    assert [url for url in seen.requested if not url.startswith((f"{server}/", "data:"))] == []
    assert (seen.its_own_complaints if path in REFUSED else seen.complaints) == []


# --- without JavaScript


def test_links_lead_from_the_timeline_to_a_letter_and_on(visit: Callable[..., Any]) -> None:
    with visit("/", java_script_enabled=False) as page:
        page.locator(f"main li a[href='{LETTER}']").first.click()
        assert page.url.endswith(LETTER)
        assert page.locator("h1").inner_text() == "Open letter to Novalpina Capital"
        page.locator("main a[href='/archive/organisations/novalpina-capital']").first.click()
        assert page.locator("h1").inner_text() == "Novalpina Capital"


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
@pytest.mark.parametrize("width", [1280, 375])
def test_the_form_searches_and_filters(visit: Callable[..., Any], path: str, width: int) -> None:
    with visit(path, width=width, java_script_enabled=False) as page:
        form = page.locator("main form").filter(has=page.locator("[name=_search]"))
        of_2021 = "[name=_year][value='2021']"
        opener = page.get_by_role("link", name="Filter", exact=True)
        if opener.count() and opener.is_visible():
            opener.click()
        box = form.locator(of_2021)
        for fold in form.locator("details").filter(has=page.locator(of_2021)).all():
            summary = fold.locator("summary").first
            if summary.is_visible() and fold.get_attribute("open") is None:
                summary.click()
        box.check()
        form.locator("[name=_search]").fill("pegasus")
        form.locator("[name=_search]").press("Enter")
        page.wait_for_url("**_search=pegasus**")
        assert "_year=2021" in page.url
        assert box.is_checked()
        assert page.locator("main a[href^='/archive/letters/2021-07']").count() > 0
        assert page.locator("main a[href^='/archive/letters/2022-']").count() == 0


def test_the_keyboard_reaches_the_content_first(visit: Callable[..., Any]) -> None:
    with visit("/", java_script_enabled=False) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")


def test_what_has_the_focus_looks_otherwise(visit: Callable[..., Any]) -> None:
    with visit("/", reduced_motion="reduce") as page:
        for _ in range(15):
            page.keyboard.press("Tab")
            focused = page.evaluate_handle("document.activeElement").as_element()
            seen = page.screenshot()
            focused.evaluate("element => element.blur()")
            assert page.screenshot() != seen, focused.evaluate("element => element.outerHTML")
            focused.focus()


def test_the_page_is_printed_without_its_controls(visit: Callable[..., Any]) -> None:
    with visit("/") as page:
        page.emulate_media(media="print")
        assert page.locator("main h1").is_visible()
        assert not page.locator("main form").first.is_visible()


@pytest.mark.parametrize("path", ["/", "/exchanges/2019-02-15-novalpina-to-citizen-lab"])
def test_nothing_moves(visit: Callable[..., Any], path: str) -> None:
    """So that there is nothing to hold still for those who ask for reduced motion."""
    with visit(path, reduced_motion="no-preference") as page:
        moving = page.evaluate("""[...document.querySelectorAll("*")].filter(element => {
          const style = getComputedStyle(element);
          return style.transitionDuration !== "0s" || style.animationName !== "none"
            || style.scrollBehavior !== "auto";
        }).map(element => element.outerHTML.slice(0, 80))""")
        assert moving == []


def test_signs_and_lines_stay_in_forced_colours(visit: Callable[..., Any]) -> None:
    with visit("/", forced_colors="active") as page:
        seen = """selector => {
          const [element, part] = selector.split("::");
          const style = getComputedStyle(document.querySelector(element), part && `::${part}`);
          return part ? style.backgroundImage : style.fill;
        }"""
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert page.evaluate(seen, ".list::before") != "none"
        assert page.evaluate(seen, "a.mark .full") != paper
        assert page.evaluate(seen, "a.mark .ring") == paper


def test_paper_has_the_wide_drawing_and_whole_tables(visit: Callable[..., Any]) -> None:
    with visit("/", width=680) as page:  # of A4 within its margins
        assert not page.locator("svg.overview.wide").is_visible()
        page.emulate_media(media="print")
        assert page.locator("svg.overview.wide").is_visible()
        assert not page.locator("svg.overview.narrow").is_visible()
        page.goto("/exchanges")
        display = "element => getComputedStyle(element).display"
        assert page.locator("table.stack td").first.evaluate(display) == "table-cell"


def test_the_lines_beside_the_list_are_as_many_as_the_groups(visit: Callable[..., Any]) -> None:
    with visit("/") as page:
        widths = []
        for groups in (5, 2):
            page.evaluate(f"document.querySelector('.list').className = 'list lanes-{groups}'")
            widths.append(page.locator("svg.gutter").first.bounding_box()["width"])
        assert widths == [5 * 18, 2 * 18]
