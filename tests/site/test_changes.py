"""The history of records on the site: on a letter's page, in a feed, in the site map."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from anyio.from_thread import BlockingPortal
from correspondence.database.build import build
from correspondence.records.reading import Report

from ..sites import Site, serve

LETTER = "2019-02-20-access-now-to-novalpina"
WITHDRAWN = "2019-01-01-somebody-to-nobody"
MESSAGE = "Say <b>when</b> & why"


@pytest.fixture(scope="module")
def changed(
    real_letters: Path, tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal
) -> Iterator[Site]:
    """The archive in a checkout of its own, where a letter was recorded and then changed."""
    root = tmp_path_factory.mktemp("changed")
    folder = root / "letters"
    for path in real_letters.rglob("*.yml"):
        copy = folder / path.relative_to(real_letters)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())

    def git(*arguments: str, day: str = "2026-01-01") -> None:
        moment = f"{day}T12:00:00Z"
        dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(
            ["git", *who, *arguments], cwd=root, check=True, env=os.environ | own | dates
        )

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "Record all")
    gone = folder / "2019" / f"{WITHDRAWN}.yml"
    gone.write_text("withdrawn:\n  date: 2026-02-02\n  reason: It was a hoax.\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Withdraw a letter", day="2026-02-02")
    file = folder / "2019" / f"{LETTER}.yml"
    file.write_text(file.read_text() + "note: It was in the post.\n")
    git("commit", "--quiet", "--all", "--message", MESSAGE, day="2026-02-03")
    outcome = build(folder, root / "archive.db")
    assert not isinstance(outcome, Report), outcome.errors
    with serve(folder, portal, root / "archive.db") as site:
        yield site


def test_a_letter_tells_when_it_was_recorded_and_what_was_changed(changed: Site) -> None:
    page = changed.get(f"/archive/letters/{LETTER}")
    assert "First recorded 1 January 2026" in page.words
    assert "Last changed 3 February 2026" in page.words
    [history] = page.all("section", id="history")
    assert "note added" in history.text
    assert "in the post" not in history.text
    assert "why" not in history.text, "a commit's message may name what must not be read"


def test_a_letter_that_was_never_changed_says_when_it_was_recorded(changed: Site) -> None:
    page = changed.get("/archive/letters/2019-03-01-novalpina-to-rights-groups")
    assert "First recorded 1 January 2026" in page.words
    assert "Last changed" not in page.words


def test_without_history_the_page_says_so(made_up: Site) -> None:
    [letter, *_] = made_up.ask("/archive/letters.json?_shape=array&_col=id&_size=1")
    page = made_up.get(f"/archive/letters/{letter['id']}")
    assert "none is recorded in this copy" in page.words


def test_changes_come_as_a_feed_newest_first(changed: Site) -> None:
    feed = feedparser.parse(changed.get("/changes.atom").text)
    assert not feed.bozo
    newest = feed.entries[0]
    assert newest.link == f"http://localhost/archive/letters/{LETTER}"
    assert newest.updated.startswith("2026-02-03")
    assert newest.title.endswith("changed")
    assert newest.summary == "note added"
    [withdrawn, *others] = feed.entries[1:]
    assert withdrawn.title == f"{WITHDRAWN}: withdrawn"
    assert withdrawn.summary == "It was a hoax."
    assert all(entry.title.endswith("first recorded") for entry in others)


def test_the_feed_of_changes_is_told_from_that_of_letters(changed: Site) -> None:
    changes = feedparser.parse(changed.get("/changes.atom").text).feed
    letters = feedparser.parse(changed.get("/feed.atom").text).feed
    assert changes.title == f"{letters.title}: changes of its records"
    assert changes.updated.startswith("2026-02-03"), "the day of the last change"


def test_a_long_feed_comes_in_pages(
    changed: Site, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [entry.id for entry in feedparser.parse(changed.get("/changes.atom").text).entries]
    monkeypatch.setattr("correspondence.site.pages.exports.PAGE", 20)
    pages: list[list[str]] = []
    address: str | None = "/changes.atom"
    with serve(changed.folder, portal, changed.database) as fresh:
        while address:
            feed = feedparser.parse(fresh.get(address.removeprefix("http://localhost")).text)
            pages.append([entry.id for entry in feed.entries])
            address = next((link.href for link in feed.feed.links if link.rel == "next"), None)
    assert [len(page) for page in pages] == [20, 20, 11]
    found = [entry for page in pages for entry in page]
    assert found == whole
    assert len(set(whole)) == len(whole) == 51


def test_the_site_map_knows_the_day_of_the_last_change(changed: Site) -> None:
    text = changed.get("/sitemap.xml").text
    entry = text[text.index(f"/archive/letters/{LETTER}<") :]
    assert entry[: entry.index("</url>")].endswith("<lastmod>2026-02-03</lastmod>\n  ")
