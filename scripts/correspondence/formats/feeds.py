"""Feeds of letters: Atom (RFC 4287) with reply threading (RFC 4685), and JSON Feed 1.1."""

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ..records.model import Letter
from .publication import Agent, Publication, joined
from .xml import Pieces, clean, sub

_ATOM = "http://www.w3.org/2005/Atom"
_THREAD = "http://purl.org/syndication/thread/1.0"
_TERMS = "http://purl.org/dc/terms/"
_NAMESPACES = {None: _ATOM, "thr": _THREAD, "dcterms": _TERMS}


def write_atom(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """An Atom feed. Dates of entries are those of the records; those of letters are in titles."""
    pieces = Pieces()
    with etree.xmlfile(pieces, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(f"{{{_ATOM}}}feed", nsmap=_NAMESPACES):
            info = publication.frame.info
            for element in _feed_head(publication, info.title, info.as_of):
                file.write(element, pretty_print=True)
            for letter in letters:
                file.write(_entry(letter, publication), pretty_print=True)
                file.flush()
                yield from pieces.take()
    yield from pieces.take()


@dataclass(frozen=True)
class RecordChange:
    """A change of a record, as an entry of a feed.

    ``done`` says in a word or two what happened, ``what`` gives details where there are any, and
    ``version`` tells the changes of one letter apart.
    """

    letter: str
    title: str
    day: datetime.date
    version: str
    done: str
    what: str


def change_feed(
    changes: Sequence[RecordChange], publication: Publication, following: str | None
) -> bytes:
    """An Atom feed of changes, newest first; ``following`` is the address of older ones.

    Pages are linked as RFC 5005 has it.
    """
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMESPACES)
    title = f"{publication.frame.info.title}: changes of its records"
    newest = changes[0].day if changes else publication.frame.info.as_of
    feed.extend(_feed_head(publication, title, newest))
    if following:
        sub(feed, "link", rel="next", href=following)
    for change in changes:
        permalink = publication.permalink(change.letter)
        entry = sub(feed, "entry")
        sub(entry, "id", f"{permalink}#{change.version}")
        sub(entry, "title", f"{change.title}: {change.done}")
        sub(entry, "updated", _moment(change.day))
        sub(entry, "link", rel="alternate", type="text/html", href=permalink)
        sub(entry, "summary", change.what or change.done.capitalize(), type="text")
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)


def write_json_feed(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """A JSON Feed (https://www.jsonfeed.org/version/1.1/); what it has no key for is under `_`."""
    info = publication.frame.info
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": info.title,
        "home_page_url": publication.home,
        "feed_url": publication.file or f"{publication.address}/archive/letters.jsonfeed",
        "description": info.description,
        "language": "en",
        "_archive": {"about": f"{publication.address}/about", "licence": publication.licence},
    }
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "items": ['.encode()
    for number, letter in enumerate(letters):
        item = json.dumps(_item(letter, publication), ensure_ascii=False)
        yield f"{',' if number else ''}\n{item}".encode()
    yield b"\n]}\n"


def _feed_head(
    publication: Publication, title: str, updated: datetime.date
) -> Iterator[etree._Element]:
    info = publication.frame.info
    this = publication.file or f"{publication.address}/feed.atom"
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMESPACES)
    sub(feed, "id", this)
    sub(feed, "title", title)
    sub(feed, "subtitle", info.tagline)
    sub(feed, "updated", _moment(updated))
    sub(sub(feed, "author"), "name", f"The editors of {info.title}")
    sub(feed, "link", rel="self", type="application/atom+xml", href=this)
    sub(feed, "link", rel="alternate", type="text/html", href=publication.home)
    sub(feed, "link", rel="license", href=info.licence.url)
    sub(feed, "rights", publication.licence)
    yield from list(feed)


def _entry(letter: Letter, publication: Publication) -> etree._Element:
    permalink = publication.permalink(letter.id)
    entry = etree.Element(f"{{{_ATOM}}}entry", nsmap=_NAMESPACES)
    sub(entry, "id", permalink)
    sub(entry, "title", _headline(letter, publication))
    sub(entry, "updated", _moment(publication.modified(letter)))
    for agent in publication.senders(letter):
        author = sub(entry, "author")
        sub(author, "name", agent.cited_name)
        if address := publication.page_of(agent):
            sub(author, "uri", address)
    for agent in publication.recipients(letter):
        scheme = f"{publication.address}/archive/letters?_to"
        term = agent.id or agent.name
        sub(entry, "category", scheme=scheme, term=term, label=agent.cited_name)
    for topic, name in zip(letter.topics, publication.topics(letter), strict=True):
        scheme = f"{publication.address}/archive/topics"
        sub(entry, "category", scheme=scheme, term=topic, label=name)
    sub(entry, "link", rel="alternate", type="text/html", href=permalink)
    for source in letter.sources:
        sub(entry, "link", rel="via", href=source.url, title=source.publisher)
    for reply in letter.in_reply_to:
        other = publication.permalink(reply.letter)
        replied = etree.SubElement(entry, f"{{{_THREAD}}}in-reply-to", ref=other, href=other)
        replied.set("type", "text/html")
    written = etree.SubElement(entry, f"{{{_TERMS}}}created")
    written.text = letter.date.text
    sub(entry, "summary", clean(_content(letter, publication)), type="text")
    sub(entry, "rights", publication.licence)
    return entry


def _item(letter: Letter, publication: Publication) -> dict[str, Any]:
    def named(agents: Iterable[Agent]) -> list[dict[str, str]]:
        return [
            {"name": agent.cited_name, **({"url": address} if address else {})}
            for agent in agents
            for address in [publication.page_of(agent)]
        ]

    permalink = publication.permalink(letter.id)
    item = {
        "id": permalink,
        "url": permalink,
        "title": publication.title(letter),
        "summary": _headline(letter, publication),
        "content_text": _content(letter, publication),
        "date_modified": _moment(publication.modified(letter)),
        "authors": named(publication.senders(letter)),
        "tags": publication.topics(letter),
        "language": letter.language,
        "external_url": letter.sources[0].url,
        "_letter": {
            "date": letter.date.text,
            "recipients": named(publication.recipients(letter)),
            "in_reply_to": [publication.permalink(reply.letter) for reply in letter.in_reply_to],
        },
    }
    return {name: value for name, value in item.items() if value}


def _headline(letter: Letter, publication: Publication) -> str:
    senders = joined(agent.cited_name for agent in publication.senders(letter))
    recipients = joined(agent.cited_name for agent in publication.recipients(letter))
    return f"{letter.date.words}: {senders} to {recipients}: {publication.title(letter)}"


def _content(letter: Letter, publication: Publication) -> str:
    form = f"{letter.form.label}, {letter.date.words}."
    return " ".join([form, *filter(None, [letter.summary]), *publication.remarks(letter)])


def _moment(day: datetime.date) -> str:
    """A day as feeds want it; the time of day is not known and stands at midnight."""
    return f"{day.isoformat()}T00:00:00Z"
