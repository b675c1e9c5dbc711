"""Answers of the site, read by what they do and not by how they look."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

FACETS = "group from to with person for topic year form answered attestation scope language".split()
Pairs = list[tuple[str, str]]

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_WITHIN_A_LINE = frozenset("a abbr b cite code em i input mark small span strong time".split())


@dataclass(eq=False)
class Element:
    """An element with its attributes, the elements around it, and all text within."""

    tag: str
    attributes: dict[str, str]
    around: tuple["Element", ...]
    raw: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text in one line."""
        return " ".join("".join(self.raw).split())

    def within(self, tag: str) -> "Element | None":
        """The nearest element of that name around this one."""
        return next((e for e in reversed(self.around) if e.tag == tag), None)


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{element.tag}> is never closed" for element in self.open]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        given = {name: value or "" for name, value in attributes}
        element = Element(tag, given, tuple(self.open))
        self.elements.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes nothing")
        else:
            self.open.pop()
        self._part(tag)

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.raw.append(data)

    def _part(self, tag: str) -> None:
        """Keep the words of two paragraphs apart."""
        if tag not in _WITHIN_A_LINE:
            self.handle_data(" ")


@dataclass
class Page:
    """An answer of the site."""

    path: str
    status: int
    headers: httpx.Headers = field(repr=False)
    text: str = field(repr=False)
    content: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        is_html = self.headers.get("content-type", "").startswith("text/html")
        reader = _Reader(self.text if is_html else "")
        self.elements, self.faults = reader.elements, reader.faults

    @property
    def json(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.text)

    @property
    def words(self) -> str:
        """The text of the page's main part, in one line."""
        return next(e.text for e in self.elements if e.tag == "main")

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of a name that have these attributes."""
        return [
            e for e in self.elements if e.tag == tag and attributes.items() <= e.attributes.items()
        ]

    @property
    def links(self) -> list[str]:
        """Where the links of the main part lead."""
        found = [e for e in self.all("a") if e.within("main")]
        return [e.attributes["href"] for e in found if "href" in e.attributes]

    @property
    def entries(self) -> list[str]:
        """The ids of the letters that the page lists, in order: items or rows of theirs."""
        items = [e.attributes["id"] for e in self.all("li") if "id" in e.attributes]
        rows: dict[int, str] = {}
        for link in self.all("a"):
            row = link.within("tr")
            letter = _LETTER.fullmatch(link.attributes.get("href", ""))
            if row and letter:
                rows.setdefault(id(row), letter[1])
        return [*filter(_LETTER_ID.fullmatch, items), *rows.values()]

    @property
    def facets(self) -> dict[str, dict[str, tuple[int, bool]]]:
        """Of each facet that is offered, the values with their counts and whether chosen."""
        found: dict[str, dict[str, tuple[int, bool]]] = {}
        for box in self.all("input", type="checkbox"):
            facet, label = box.attributes["name"].removeprefix("_"), box.within("label")
            assert label, f"the box of {box.attributes} has no label"
            count = int(re.search(r"([\d,]+)\D*$", label.text)[1].replace(",", ""))
            chosen = "checked" in box.attributes
            found.setdefault(facet, {})[box.attributes["value"]] = (count, chosen)
        return found

    @property
    def next(self) -> str | None:
        """Where the list goes on."""
        rels = [(e, e.attributes.get("rel", "").split()) for e in self.all("a")]
        return next((e.attributes["href"] for e, rel in rels if "next" in rel), None)


_LETTER_ID = re.compile(r"(?:\d{4}|undated)(?:-[a-z0-9]+)+")
_LETTER = re.compile(rf"(?:https?://[^/]+)?/archive/letters/({_LETTER_ID.pattern})")


def arguments_of(address: str) -> Pairs:
    """The arguments of an address."""
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)
