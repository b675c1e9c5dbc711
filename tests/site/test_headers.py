"""Headers of every kind of answer: what browsers may do with it, and how long it may be kept."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.middleware import errors, overload

from ..sites import serve
from .answers import Page
from .conftest import Site
from .made_up import WITHDRAWN

LETTER = "/archive/letters/2019-02-18-rights-groups-to-novalpina"
STYLE = "/-/static-plugins/correspondence/site.css"
QUESTION = [(b"content-type", b"application/x-www-form-urlencoded")]
Sent = tuple[str, dict[str, Any]]

# What is sent to the site, by the status of the answer and a word that says what it is.
ANSWERS: dict[tuple[int, str], Sent] = {
    (200, "page"): ("/", {}),
    (200, "page of Datasette"): ("/archive/letters", {}),
    (200, "answer in SQL"): ("/archive?sql=select+1", {}),
    (200, "head"): ("/about", {"method": "HEAD"}),
    (200, "JSON"): ("/archive/letters.json", {}),
    (200, "CSV"): ("/archive/letters.csv", {}),
    (200, "export"): ("/archive/letters.ris", {}),
    (200, "feed"): ("/feed.atom", {}),
    (200, "download"): ("/dataset.zip", {}),
    (200, "database"): ("/archive.db", {}),
    (200, "style"): (STYLE, {}),
    (200, "style by its checksum"): (f"{STYLE}?abc", {}),
    (200, "service"): ("/reconcile", {}),
    (200, "question"): (
        "/reconcile",
        {"method": "POST", "headers": QUESTION, "body": b"queries={}"},
    ),
    (200, "health"): ("/health", {}),
    (204, "options"): ("/", {"method": "OPTIONS"}),
    (302, "redirect"): ("/archive/letters/", {}),
    (400, "page"): ("/?_frm=x", {}),
    (400, "JSON"): ("/archive/letters.json?_frm=x", {}),
    (400, "CSV"): ("/archive.csv?sql=selec", {}),
    (400, "service"): ("/reconcile?queries=x", {}),
    (403, "page"): ("/_internal", {}),
    (404, "page"): ("/nothing", {}),
    (404, "JSON"): ("/nothing.json", {}),
    (404, "style"): ("/-/static-plugins/correspondence/nothing.css?abc", {}),
    (405, "page"): ("/", {"method": "POST"}),
    (405, "JSON"): ("/archive/letters.json", {"method": "DELETE"}),
    (410, "page"): (f"/archive/letters/{WITHDRAWN}", {}),
    (413, "question"): ("/reconcile", {"method": "POST", "body": b"a" * 200_001}),
    (400, "arguments"): (f"/?{'&'.join(f'_from={n}' for n in range(101))}", {}),
    (414, "page"): (f"/?_search={'a' * 64_000}", {}),
    (422, "form"): ("/contribute", {"method": "POST", "headers": QUESTION, "body": b"title=x"}),
}
every_answer = pytest.mark.parametrize(
    ("status", "sent"),
    [(key[0], sent) for key, sent in ANSWERS.items()],
    ids=[f"{status} {word}" for status, word in ANSWERS],
)


def ask(site: Site, sent: Sent, status: int, **more: Any) -> Page:
    target, options = sent
    page = site.send(target.encode(), **{**options, **more})
    assert page.status == status, page.text[:300]
    return page


def assert_headers(page: Page) -> None:
    """What every answer bears, each header once."""
    for name in (
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "x-frame-options",
        "permissions-policy",
        "cache-control",
    ):
        assert len(page.headers.get_list(name)) == 1, name
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-frame-options"] == "DENY"
    assert "geolocation=()" in page.headers["permissions-policy"]
    assert "set-cookie" not in page.headers


@every_answer
def test_every_answer_bears_them(made_up: Site, status: int, sent: Sent) -> None:
    page = ask(made_up, sent, status)
    assert_headers(page)
    assert "strict-transport-security" not in page.headers


@every_answer
def test_over_tls_browsers_are_told_to_keep_to_it(made_up: Site, status: int, sent: Sent) -> None:
    page = ask(made_up, sent, status, scheme="https")
    assert page.headers.get_list("strict-transport-security") == ["max-age=31536000"]


@pytest.mark.parametrize("path", ["/", LETTER, "/archive/letters.json", "/cmif.xml", "/reconcile"])
def test_so_does_what_has_not_changed(site: Site, path: str) -> None:
    whole = ask(site, (path, {}), 200)
    tag = whole.headers["etag"].encode()
    unchanged = ask(site, (path, {}), 304, headers=[(b"if-none-match", tag)])
    assert_headers(unchanged)
    assert unchanged.headers["cache-control"] == whole.headers["cache-control"]


def fail(*arguments: object, **named: object) -> None:
    raise RuntimeError("secret of the house")


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize(
    "break_further",
    [
        pytest.param(lambda patch: None, id="page"),
        pytest.param(lambda patch: patch.setattr(errors, "answer", fail), id="page of the fault"),
    ],
)
def test_so_does_a_fault_of_ours(
    fresh_site: Site,
    monkeypatch: pytest.MonkeyPatch,
    break_further: Callable[[pytest.MonkeyPatch], None],
    suffix: str,
) -> None:
    monkeypatch.setattr(import_module("correspondence.site.pages.letter"), "archive_of", fail)
    break_further(monkeypatch)
    page = ask(fresh_site, (f"{LETTER}{suffix}", {}), 500)
    assert_headers(page)
    assert "secret" not in page.text


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_so_does_a_refusal_of_more_than_can_be_answered(
    archive_db: Path,
    real_letters: Path,
    portal: BlockingPortal,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    monkeypatch.setattr(overload, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(overload, "MOST_WAITING", 0)
    with serve(real_letters, portal, archive_db) as site:
        page = ask(site, (f"/archive/letters{suffix}", {}), 503)
    assert_headers(page)
    assert int(page.headers["retry-after"]) > 0
    assert page.headers["cache-control"] == "no-store"
    assert not suffix or page.json["error"].startswith("Too many requests")


def test_only_what_is_there_is_kept_for_a_year(site: Site) -> None:
    there = ask(site, (f"{STYLE}?abc", {}), 200)
    missing = ask(site, ("/-/static-plugins/correspondence/nothing.css?abc", {}), 404)
    assert "immutable" in there.headers["cache-control"]
    assert missing.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("key", [key for key in ANSWERS if 400 <= key[0] < 422])
def test_a_refusal_is_not_kept(made_up: Site, key: tuple[int, str]) -> None:
    assert ask(made_up, ANSWERS[key], key[0]).headers["cache-control"] in ("no-cache", "no-store")
