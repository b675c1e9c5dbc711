"""Atom, read by feedparser, and JSON Feed, by the rules of jsonfeed.org."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import feedparser
from lxml import etree

from ..sites import Site
from .conftest import Listed
from .expected import Letter, read_letters

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ATOM = {"a": "http://www.w3.org/2005/Atom", "thr": "http://purl.org/syndication/thread/1.0"}


def read_atom(content: bytes) -> feedparser.FeedParserDict:
    """The feed; of one that is not well-formed feedparser says that it is bozo."""
    feed = feedparser.parse(content, sanitize_html=False)
    assert feed.bozo is False, feed.get("bozo_exception")
    return feed


def said_in_atom(entry: feedparser.FeedParserDict) -> dict[str, Any]:
    return {
        "id": entry.id,
        "permalink": entry.link,
        "senders": [author.name for author in entry.authors],
        "recipients": [tag.label for tag in entry.tags if tag.scheme.endswith("?_to")],
        "date": entry.created,
        "titled": entry.title,
    }


def expected_in_atom(letter: Letter, entry: dict[str, Any]) -> dict[str, Any]:
    """What must be read; the title of an entry ends with that of the letter."""
    whole = entry["titled"].endswith(f": {letter.title}")
    return {
        "id": letter.permalink,
        "permalink": letter.permalink,
        "senders": [name.cited for name in letter.senders],
        "recipients": [name.cited for name in letter.recipients],
        "date": letter.date,
        "titled": entry["titled"] if whole else letter.title,
    }


def check_atom(content: bytes, letters: tuple[Letter, ...]) -> None:
    found = [said_in_atom(entry) for entry in read_atom(content).entries]
    assert len(found) == len(letters)
    pairs = zip(letters, found, strict=True)
    assert found == [expected_in_atom(letter, entry) for letter, entry in pairs]


def test_a_list_is_read_back_from_atom(listed: Listed) -> None:
    check_atom(listed.as_file("atom").content, listed.letters)


def test_every_letter_is_read_back_alone_from_atom(everything: Listed) -> None:
    for letter, page in everything.one_by_one("atom"):
        check_atom(page.content, (letter,))


def test_entries_of_atom_are_threaded_as_the_letters_are(everything: Listed) -> None:
    content = everything.as_file("atom").content
    tree = etree.fromstring(content)
    entries = tree.findall("a:entry", ATOM)
    for letter, entry in zip(everything.letters, entries, strict=True):
        replied = entry.findall("thr:in-reply-to", ATOM)
        assert [each.get("ref") for each in replied] == letter.replies_to
        assert all(each.get("href") == each.get("ref") for each in replied)
    threaded = [e for e in read_atom(content).entries if "thr_in-reply-to" in e]
    assert len(threaded) == sum(bool(letter.replies_to) for letter in everything.letters)


def test_atom_has_what_the_standard_wants(listed: Listed) -> None:
    page = listed.as_file("atom")
    tree = etree.fromstring(page.content)
    for name in ("id", "title", "updated"):  # RFC 4287, 4.1.1 and 4.1.2
        assert len(tree.findall(f"a:{name}", ATOM)) == 1
        for entry in tree.findall("a:entry", ATOM):
            assert len(entry.findall(f"a:{name}", ATOM)) == 1
    ids = [entry.findtext("a:id", None, ATOM) for entry in tree.findall("a:entry", ATOM)]
    assert len(ids) == len(set(ids))
    for updated in tree.iterfind(".//a:updated", ATOM):
        assert MOMENT.fullmatch(updated.text)
    for entry in tree.findall("a:entry", ATOM):
        rels = [link.get("rel") for link in entry.findall("a:link", ATOM)]
        assert rels.count("alternate") == 1
        assert entry.find("a:author/a:name", ATOM).text
        assert entry.findtext("a:rights", None, ATOM).startswith("CC BY 4.0")
    (itself,) = tree.xpath("a:link[@rel='self']/@href", namespaces=ATOM)
    assert read_atom(listed.site.get(local(itself)).content).entries


def test_the_feed_has_the_newest_letters_first(site: Site) -> None:
    feed = read_atom(site.get("/feed.atom").content)
    pages = site.walk("/", [("_sort_desc", "sort_key")])
    timeline = [letter for page in pages for letter in page.entries]
    assert [entry.id.rpartition("/")[2] for entry in feed.entries] == timeline
    assert feed.feed.id == "http://localhost/feed.atom"


def test_a_feed_may_be_of_some_letters(site: Site) -> None:
    feed = read_atom(site.get("/feed.atom?_from=nso-group").content)
    assert feed.feed.id == "http://localhost/feed.atom?_from=nso-group"
    assert feed.entries
    assert {"NSO Group"} <= {author.name for entry in feed.entries for author in entry.authors}
    assert len(feed.entries) == len(site.get("/?_from=nso-group").entries)
    assert site.get("/feed.atom?_form_=letter").status == 400


# --- JSON Feed

AUTHOR = {"name", "url", "avatar"}
TOP = {
    "version",
    "title",
    "home_page_url",
    "feed_url",
    "description",
    "language",
    "authors",
    "items",
}
ITEM = {
    *("id", "url", "external_url", "title", "content_text", "content_html", "summary"),
    *("date_published", "date_modified", "authors", "tags", "language"),
}


def read_json_feed(text: str) -> dict[str, Any]:
    """The feed, which must keep to https://www.jsonfeed.org/version/1.1/."""
    feed: dict[str, Any] = json.loads(text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for key in feed.keys() - TOP:
        assert key.startswith("_")
    for item in feed["items"]:
        for key in item.keys() - ITEM:
            assert key.startswith("_")
            assert isinstance(item[key], dict)
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert MOMENT.fullmatch(item["date_modified"])
        assert all(author.keys() <= AUTHOR and author["name"] for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


def said_in_json(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["id"],
        "permalink": item["url"],
        "senders": [author["name"] for author in item["authors"]],
        "recipients": [author["name"] for author in item["_letter"]["recipients"]],
        "date": item["_letter"]["date"],
        "title": item["title"],
        "replies to": item["_letter"]["in_reply_to"],
    }


def expected_in_json(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.permalink,
        "permalink": letter.permalink,
        "senders": [name.cited for name in letter.senders],
        "recipients": [name.cited for name in letter.recipients],
        "date": letter.date,
        "title": letter.title,
        "replies to": letter.replies_to,
    }


def test_a_list_is_read_back_from_json_feed(listed: Listed) -> None:
    feed = read_json_feed(listed.as_file("jsonfeed").text)
    assert [said_in_json(item) for item in feed["items"]] == [
        expected_in_json(letter) for letter in listed.letters
    ]
    assert "CC BY 4.0" in feed["_archive"]["licence"]


def test_every_letter_is_read_back_alone_from_json_feed(everything: Listed) -> None:
    for letter, page in everything.one_by_one("jsonfeed"):
        items = read_json_feed(page.text)["items"]
        assert [said_in_json(item) for item in items] == [expected_in_json(letter)]


def test_a_json_feed_says_where_it_and_its_page_are(listed: Listed) -> None:
    feed = read_json_feed(listed.as_file("jsonfeed").text)
    again = read_json_feed(listed.site.get(local(feed["feed_url"])).text)
    assert again["items"] == feed["items"]
    shown = listed.site.get(local(feed["home_page_url"]))
    assert shown.status == 200
    assert set(shown.entries) <= {letter.id for letter in listed.letters}


def test_feeds_say_when_a_record_was_corrected(hostile: Site) -> None:
    letters = read_letters(hostile.folder)
    corrected = {letter.permalink for letter in letters.values() if letter.of("corrections")}
    assert corrected
    for item in read_json_feed(hostile.get("/archive/letters.jsonfeed").text)["items"]:
        day = "2022-01-01" if item["id"] in corrected else "2022-12-31"
        assert item["date_modified"] == f"{day}T00:00:00Z"


def local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
