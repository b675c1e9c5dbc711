"""Answers that are kept: ETags, answers without a page being made, and a memory with a bound."""

from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.html import page as html_page
from correspondence.site.html import rendering
from correspondence.site.middleware import response_cache
from correspondence.site.server.run import make_datasette

from .conftest import PATIENT, Site

LETTER = "/archive/letters/2019-02-18-rights-groups-to-novalpina"
PATHS = [
    "/",
    "/?_search=kaye&_year=2021",
    LETTER,
    f"{LETTER}.ris",
    f"{LETTER}.json",
    "/archive/letters",
    "/archive/letters.csv?_from=nso-group",
    "/archive/never-answered",
    "/exchanges",
    "/cmif.xml",
    "/dataset.zip",
    "/sitemap.xml",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_good_answer_has_a_strong_tag(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    assert tag.startswith('"')
    assert site.get(path).headers["etag"] == tag


@pytest.mark.parametrize("path", PATHS)
def test_who_shows_the_tag_is_told_that_nothing_has_changed(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    for shown in (tag, f"W/{tag}", f'"other", {tag}'):
        answer = site.get(path, headers={"if-none-match": shown})
        assert (answer.status, answer.text) == (304, "")
        assert answer.headers["etag"] == tag
    assert site.get(path, headers={"if-none-match": '"other"'}).status == 200


def test_each_address_has_a_tag_of_its_own(site: Site) -> None:
    tags = [site.get(path).headers["etag"] for path in PATHS]
    tags.append(site.get("/", headers={"host": "letters.example"}).headers["etag"])
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("path", ["/nothing", "/?_frm=x", "/archive/letters/2019-nobody"])
def test_what_is_wrong_has_no_tag(site: Site, path: str) -> None:
    assert "etag" not in site.get(path).headers


def test_sql_of_a_visitor_is_asked_each_time(site: Site) -> None:
    page = site.get("/archive.json?sql=select+random()")
    assert "etag" not in page.headers
    assert page.json["rows"] != site.get("/archive.json?sql=select+random()").json["rows"]


def test_no_answer_varies_by_what_is_dropped(site: Site) -> None:
    for path in PATHS:
        assert "vary" not in site.get(path).headers
    plain = site.get("/")
    assert site.get("/", headers={"cookie": "a=b", "authorization": "x"}).text == plain.text


def test_a_kept_answer_is_the_same_as_a_new_one(site: Site) -> None:
    for path in PATHS:
        first, again = site.get(path), site.get(path)
        assert again.text == first.text
        assert again.headers["content-type"] == first.headers["content-type"]
        assert again.headers["content-security-policy"]


@pytest.fixture
def another(made_up: Site, portal: BlockingPortal) -> Iterator[Site]:
    datasette = make_datasette(made_up.database, PATIENT)
    yield Site(made_up.folder, made_up.database, datasette, portal)
    datasette.get_database("archive").close()


def test_the_same_archive_gives_the_same_tags_in_every_process(
    made_up: Site, another: Site
) -> None:
    assert made_up.get("/").headers["etag"] == another.get("/").headers["etag"]


def test_another_archive_gives_other_tags(site: Site, made_up: Site) -> None:
    assert site.get("/").headers["etag"] != made_up.get("/").headers["etag"]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was given to be made into pages so far."""
    made: list[Any] = []

    def counted(*arguments: Any) -> str:
        made.append(arguments)
        return rendering.render(*arguments)

    monkeypatch.setattr(html_page, "render", counted)
    return made


def test_a_kept_page_is_not_made_again(another: Site, made: list[Any]) -> None:
    tag = another.get("/").headers["etag"]
    assert len(made) == 1
    another.get("/")
    another.get("/", headers={"if-none-match": tag})
    assert len(made) == 1


def test_the_memory_forgets_what_was_least_used() -> None:
    answers = response_cache.memory(room=3 * 10_000)
    for name in (b"a", b"b", b"c", b"d"):
        answers[name] = response_cache.Kept([], b"x" * 5_000)
        assert answers[b"a"]
    assert set(answers) == {b"a", b"c", b"d"}


def test_what_is_too_large_is_not_kept(
    another: Site, made: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "LARGEST", 1_000)
    assert another.get("/").text == another.get("/").text
    assert len(made) == 2
