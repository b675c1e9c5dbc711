"""What people come for, done in a browser: with JavaScript at a desk, and without it on a phone."""

import csv
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

AT_A_DESK = {"viewport": {"width": 1280, "height": 900}}
ON_A_PHONE = {"viewport": {"width": 375, "height": 800}, "java_script_enabled": False}
everybody = pytest.mark.parametrize("visitor", [AT_A_DESK, ON_A_PHONE], ids=["desk", "phone"])

Arrive = Callable[..., Any]


@pytest.fixture
def arrive(browser: Browser, server: str) -> Arrive:
    """Arrive at a page as a visitor: ``with arrive(AT_A_DESK, "/") as page``."""

    @contextmanager
    def arriving(visitor: dict[str, Any], path: str, **more: Any) -> Iterator[Page]:
        context = browser.new_context(base_url=server, reduced_motion="reduce", **visitor, **more)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(path)
        try:
            yield page
        finally:
            context.close()

    return arriving


def path_of(page: Page) -> str:
    return unquote(urlsplit(page.url).path)


# --- a researcher: unanswered letters on due diligence in 2019, to be taken home

WATCHDOGS = [("_group", "rights-groups"), ("_group", "citizen-lab")]
WANTED = [
    *WATCHDOGS,
    ("_topic", "due-diligence"),
    ("_year", "2019"),
    ("_answered", "no answer known"),
]
UNANSWERED = """
    select id from letters join letter_topics on letter = id
    where topic = 'due-diligence' and lane in ('rights-groups', 'citizen-lab')
      and answered = 'no answer known'
      and date_earliest <= '2019-12-31' and date_latest >= '2019-01-01'
    order by sort_key
"""


def tick(page: Page, visitor: dict[str, Any], pairs: list[tuple[str, str]]) -> None:
    """Tick boxes of the filter; at a desk each is applied at once, on a phone all by a button."""
    if visitor is ON_A_PHONE:
        page.get_by_role("link", name="Filter", exact=True).click()
    for name, value in pairs:
        box = page.locator(f"[name={name}][value='{value}']")
        for fold in page.locator("form.filters details").filter(has=box).all():
            summary = fold.locator("> summary")
            if summary.is_visible() and fold.get_attribute("open") is None:
                summary.click()
        box.check()
        if visitor is AT_A_DESK:
            page.wait_for_url(lambda url, pair=(name, value): pair in arguments(url))
    if visitor is ON_A_PHONE:
        page.get_by_role("button", name="Apply").click()
        page.wait_for_url(lambda url: pairs[-1] in arguments(url))


def arguments(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query)


def listed(page: Page) -> list[str]:
    return [entry.get_attribute("id") for entry in page.locator("li.entry").all()]


@everybody
def test_a_researcher_finds_unanswered_letters_and_takes_them_home(
    arrive: Arrive, database: sqlite3.Connection, tmp_path: Path, visitor: dict[str, Any]
) -> None:
    known = [letter for (letter,) in database.execute(UNANSWERED)]
    assert known
    with arrive(visitor, "/") as page:
        tick(page, visitor, WANTED)
        assert sorted(arguments(page.url)) == sorted(WANTED)
        assert listed(page) == known
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert download.value.suggested_filename == "letters.csv"
        taken = tmp_path / "letters.csv"
        download.value.save_as(taken)
    with taken.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == known
    for row in rows:
        assert row["answered"] == "no answer known"
        assert "Human-rights due diligence" in row["topic_names"]
        assert row["date"]
        assert row["from_names"]


@everybody
def test_what_a_researcher_has_chosen_is_said_and_can_be_taken_back(
    arrive: Arrive, visitor: dict[str, Any]
) -> None:
    with arrive(visitor, "/") as page:
        tick(page, visitor, [*WATCHDOGS, ("_year", "2019")])
        before = listed(page)
        chips = page.get_by_role("list", name="What is chosen")
        assert [
            " ".join(link.inner_text().split()) for link in chips.get_by_role("link").all()
        ] == [
            "Sender’s group: Citizen Lab remove",
            "Sender’s group: Rights groups remove",
            "Year: 2019 remove",
            "remove all",
        ]
        chips.get_by_role("link", name="Citizen Lab").click()
        page.wait_for_url(lambda url: WATCHDOGS[1] not in arguments(url))
        assert 0 < len(listed(page)) < len(before)


# --- a journalist: a letter to link to

AL_JAZEERA = "/archive/letters/2020-12-23-nso-group-to-citizen-lab"


def search(page: Page, words: str) -> None:
    page.get_by_label("Search the archive").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: ("q", words) in arguments(url))


@everybody
def test_a_journalist_searches_and_opens_a_letter(arrive: Arrive, visitor: dict[str, Any]) -> None:
    with arrive(visitor, "/") as page:
        search(page, '"Al Jazeera"')
        marked = {found.inner_text().lower() for found in page.locator("li.entry mark").all()}
        assert {"al jazeera"} & marked or {"al", "jazeera"} <= marked
        page.locator(f".entry-title a[href='{AL_JAZEERA}']").click()
        assert path_of(page) == AL_JAZEERA
        assert page.locator("h1").count() == 1


@everybody
def test_what_was_found_stands_before_the_eyes(arrive: Arrive, visitor: dict[str, Any]) -> None:
    for address in ("/?_search=mexico", "/?_from=nso-group", "/search?q=mexico"):
        with arrive(visitor, address) as page:
            first = page.locator("li.entry").first.bounding_box()["y"]
            assert first < (640 if visitor is ON_A_PHONE else 560), address


@everybody
def test_the_search_is_in_sight_on_every_kind_of_page(
    arrive: Arrive, visitor: dict[str, Any]
) -> None:
    for address in ("/", AL_JAZEERA, "/exchanges", "/data", "/archive/sources", "/nothing"):
        with arrive(visitor, address) as page:
            assert page.get_by_label("Search the archive").bounding_box()["y"] < 120, address


def test_a_slash_leads_to_the_search(arrive: Arrive) -> None:
    with arrive(AT_A_DESK, "/exchanges") as page:
        page.keyboard.press("/")
        page.keyboard.type("khashogi")
        assert page.get_by_label("Search the archive").input_value() == "khashogi"


def test_a_journalist_copies_the_link_with_a_button(arrive: Arrive, server: str) -> None:
    with arrive(AT_A_DESK, AL_JAZEERA, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("button", name="Copy link").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{server}{AL_JAZEERA}"


def test_a_journalist_copies_a_citation_with_a_button(arrive: Arrive, server: str) -> None:
    with arrive(AT_A_DESK, AL_JAZEERA, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("link", name="In four styles").click()
        row = page.locator("#cite dd").nth(1)
        row.get_by_role("button", name="Copy").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == row.locator("[data-copy]").inner_text()
        assert f"{server}{AL_JAZEERA}" in copied


def test_a_journalist_without_javascript_selects_a_citation(arrive: Arrive, server: str) -> None:
    with arrive(ON_A_PHONE, AL_JAZEERA) as page:
        styles = [term.inner_text() for term in page.locator("#cite dt").all()]
        assert styles == ["APA", "Chicago", "MLA", "Newspaper"]
        for citation in page.locator("#cite dd").all():
            assert f"{server}{AL_JAZEERA}" in citation.inner_text()
            assert citation.evaluate("element => getComputedStyle(element).userSelect") != "none"


def test_a_journalist_without_javascript_selects_the_link(arrive: Arrive, server: str) -> None:
    with arrive(ON_A_PHONE, AL_JAZEERA) as page:
        link = page.locator("main").get_by_role("link", name=f"{server}{AL_JAZEERA}")
        assert link.inner_text() == f"{server}{AL_JAZEERA}"
        assert link.evaluate("element => getComputedStyle(element).userSelect") != "none"
        assert page.get_by_role("button", name="Copy link").count() == 0


# --- a reader: the exchange of February to June 2019, by keyboard alone

ANSWERS = [
    "/archive/letters/2019-02-citizen-lab-to-novalpina",
    "/archive/letters/2019-03-01-novalpina-to-rights-groups",
    "/archive/letters/2019-04-15-rights-groups-to-novalpina",
    "/archive/letters/2019-05-15-novalpina-to-rights-groups",
]
FEBRUARY = "2019-02-15-novalpina-to-citizen-lab"
JUNE = "2019-06-novalpina-to-public"
JUNE_LETTER = "/archive/letters/2019-06-18-citizen-lab-to-novalpina"

# Where the focus is drawn: around the element, or in a drawing around its target.
IS_SEEN = """element => {
  const outline = getComputedStyle(element);
  if (outline.outlineStyle !== "none" && parseFloat(outline.outlineWidth) >= 2) return true;
  const target = element.querySelector(".target");
  return Boolean(target) && getComputedStyle(target).stroke !== "none";
}"""


def follow(page: Page, wanted: Callable[[Page], Locator]) -> None:
    """Go to a link by Tab, past the navigation, and follow it by Enter."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the content
    handle = wanted(page).first.element_handle()
    address = handle.get_attribute("href")
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.evaluate_handle("document.activeElement").as_element()
        assert focused.evaluate(IS_SEEN), focused.evaluate("element => element.outerHTML")
        if focused.evaluate("(element, other) => element === other", handle):
            break
    else:
        pytest.fail(f"Tab does not lead to {address} on {page.url}")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: unquote(urlsplit(url).path) == address)


def link_to(path: str, within: str = "main") -> Callable[[Page], Locator]:
    return lambda page: page.locator(within).locator(f"a[href='{path}']")


@everybody
def test_a_reader_follows_an_exchange_to_its_silence_by_keyboard(
    arrive: Arrive, visitor: dict[str, Any]
) -> None:
    with arrive(visitor, "/exchanges") as page:
        follow(page, link_to(f"/exchanges/{FEBRUARY}"))
        follow(page, link_to(f"/archive/letters/{FEBRUARY}", ".chain"))
        for answer in ANSWERS:
            assert "Answered by" in page.locator("section.replies").first.inner_text()
            follow(page, link_to(answer, "section.replies dd"))
        assert "No answer known as of" in page.locator("section.replies").first.inner_text()

        page.goto("/exchanges")
        follow(page, link_to(f"/exchanges/{JUNE}"))
        follow(page, link_to(JUNE_LETTER, ".chain"))
        assert "No answer known as of" in page.locator("section.replies").first.inner_text()


@everybody
def test_a_reader_goes_from_letter_to_letter_by_the_small_drawing(
    arrive: Arrive, visitor: dict[str, Any]
) -> None:
    with arrive(visitor, f"/archive/letters/{FEBRUARY}") as page:
        for mark in page.locator("svg.glimpse a").all():
            box = mark.locator(".target").bounding_box()
            assert min(box["width"], box["height"]) >= 24
        follow(page, link_to(ANSWERS[-1], "svg.glimpse"))
        assert path_of(page) == ANSWERS[-1]
        assert page.locator("svg.glimpse .silence").count() == 1


# --- a librarian adds a letter without a terminal


@everybody
def test_a_letter_is_added_by_the_form(arrive: Arrive, visitor: dict[str, Any]) -> None:
    with arrive(visitor, "/") as page:
        page.get_by_role("link", name="add a letter").click()
        assert path_of(page) == "/contribute"
        page.get_by_label("Who sent it? 1").fill("Ronald J. Deibert @ The Citizen Lab")
        page.get_by_label("Who sent it? 2").fill("Amnesty International")
        page.get_by_label("Who received it? 1").fill("NSO Group")
        page.get_by_label("When was it sent?").fill("03/05/2021")
        page.get_by_label("What is its title?").fill("Letter on exports")
        page.get_by_label("What kind of letter is it?").select_option("letter")
        page.get_by_label("How do we know of it?").select_option("reported")
        page.get_by_label("What does it say?").fill("According to the report, they asked.")
        page.get_by_label("What is its address?").first.fill("https://example.org/report")
        page.get_by_label("Who publishes it?").first.fill("Example News")
        page.get_by_label("What of the letter can be found there?").first.select_option("report")
        page.get_by_role("button", name="Check and preview").click()
        assert "5 March 2021" in page.locator("#problem-date").inner_text()
        page.get_by_label("When was it sent?").fill("5 March 2021")
        page.get_by_role("button", name="Check and preview").click()
        assert page.get_by_role("status").inner_text().startswith("The file is valid.")
        assert page.get_by_role("heading", name="Letter on exports").count() == 1
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        name = "2021-03-05-citizen-lab-to-nso-group.yml"
        assert download.value.suggested_filename == name
        text = Path(download.value.path()).read_text()
        assert "date: 2021-03-05\n" in text


@everybody
def test_a_record_is_corrected_in_its_own_text(arrive: Arrive, visitor: dict[str, Any]) -> None:
    with arrive(visitor, AL_JAZEERA) as page:
        page.get_by_role("link", name="Correct this record").click()
        text = page.get_by_label("The file", exact=True)
        own = text.input_value()
        text.fill(own.replace("attestation:", "attestatoin:"))
        page.get_by_role("button", name="Check again").click()
        assert "attestatoin" in page.get_by_role("alert").inner_text()
        page.get_by_label("The file", exact=True).fill(own)
        page.get_by_role("button", name="Check again").click()
        assert page.get_by_role("status").is_visible()
