"""Which addresses of the site a frozen copy holds, and under which names its files stand.

A page is a folder with an ``index.html``, so that any web server answers its permalink; everything
else keeps its name. Further pages of a list are numbered, since what Datasette calls them by may
hold any character. A list of letters that is searched or filtered is the search page's matter.
"""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from ..database.facets import FACETS

HOST = "http://localhost"
"""Where the pages are asked for; links to it are links within the site."""

STATIC = "/-/static-plugins/"
SEARCH = "/search"
NOT_FOUND = "404.html"
"""The file that static hosts show for what they do not have."""

_LISTS = ("/", "/archive/letters")
_USUAL = ("_sort", "sort_key")
"""The order of letters where no other is asked for."""

_CHOOSING = frozenset(
    ["_search", "_after", "_before", "_sort_desc"]
    + [f"_{negation}{facet}" for facet in FACETS for negation in ("", "not_")]
)
_SELECTIONS = {"/statements": ("_party", "_topic")}
"""Lists that are kept for each value of one argument too, as pages of the values link to them."""

_WITH_ROWS = frozenset("letters organisations people topics events".split())
_SERVICES = frozenset(
    "/unapi /reconcile /opensearch.xml /health /archive.csv /archive.json".split()
)
# They say how a file is sent; a frozen one is whole, whatever is asked.
_OF_FILES = frozenset("_stream _size _dl _labels _shape".split())


class NotFrozen(Exception):
    """A page links to what a frozen copy cannot have; the message is the link."""


@dataclass(frozen=True)
class Address:
    """An address of the site that a frozen copy holds.

    ``selection`` is the argument by which a list is cut down. A further page of a list has a
    ``number`` above one, and ``after`` says what Datasette calls it by.
    """

    path: str
    selection: tuple[str, str] | None = None
    number: int = 1
    after: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is a page by its name: files have a suffix, ids have none."""
        return "." not in posixpath.basename(self.path)

    @property
    def file(self) -> str:
        """Its file, by the path within the copy."""
        path = unquote(self.path).strip("/")
        if not self.is_page:
            return path
        parts = [path] if path else []
        if self.selection:
            name, value = self.selection
            parts += [name.removeprefix("_"), value]
        if self.number > 1:
            parts += ["pages", str(self.number)]
        return "/".join([*parts, "index.html"])

    @property
    def asked(self) -> str:
        """The address that the site is asked for."""
        if self.path.endswith(".json") and self.path.startswith("/archive/"):
            return f"{self.path}?_shape=array&_size=max&_nofacet=1"
        pairs = [self.selection] if self.selection else []
        if self.after:
            pairs.append(("_next", self.after))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def link(self, other: "Address", query: str = "", fragment: str = "") -> str:
        """A link from this page to another address, which needs no server."""
        path = posixpath.relpath(other.file, posixpath.dirname(self.file) or ".")
        return _joined(path, query, fragment)


@dataclass(frozen=True)
class Missing(Address):
    """The page that stands in for what is not there: at any depth, so its links begin at the root.

    ``root`` is the path under which the copy is published, with a slash at its end.
    """

    root: str = "/"

    @property
    def file(self) -> str:
        """Its file, by the name that static hosts look for."""
        return NOT_FOUND

    def link(self, other: Address, query: str = "", fragment: str = "") -> str:
        """A link from this page, wherever it is shown."""
        return self.root + _joined(other.file, query, fragment)


@dataclass(frozen=True)
class Addresses:
    """What may be frozen of a site; ``shown`` are the names of its tables, views and queries."""

    shown: frozenset[str]

    def resolve(self, link: str, here: Address) -> tuple[Address | None, str]:
        """What a link within the site leads to, and the query to keep in the link.

        Nothing, if it leads to a row that has no page of its own.

        Raises:
            NotFrozen: a frozen copy has no such thing.
        """
        parts = urlsplit(urljoin(f"{HOST}{here.path}", link))
        path, query = parts.path, parts.query
        if path.startswith(STATIC):
            return Address(path), query  # which is the file's checksum
        pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair != _USUAL]
        others = [pair for pair in pairs if pair[0] != "_next"]
        if path in _LISTS and pairs and _names(pairs) <= _CHOOSING:
            return Address(SEARCH), query
        if self._is_row_without_page(path):
            return None, ""
        if not self._is_held(path):
            raise NotFrozen(link)
        address = Address(path)
        if not address.is_page:
            if _names(pairs) <= _OF_FILES:
                return address, ""
        elif not others or (len(others) == 1 and others[0][0] in _SELECTIONS.get(path, ())):
            address = Address(path, others[0] if others else None)
            if len(others) == len(pairs):
                return address, ""
            if (path, address.selection) == (here.path, here.selection):
                return Address(path, address.selection, here.number + 1, dict(pairs)["_next"]), ""
        raise NotFrozen(link)

    def resolve_form(self, action: str, here: Address) -> tuple[Address | None, str]:
        """Where a form leads: those that search letters to the search page.

        Raises:
            NotFrozen: it is another form.
        """
        if urlsplit(action).path not in (*_LISTS, SEARCH):
            raise NotFrozen(action)
        return Address(SEARCH), ""

    def _is_row_without_page(self, path: str) -> bool:
        _, root, *names = path.split("/")
        return root == "archive" and len(names) == 2 and names[0] not in _WITH_ROWS

    def _is_held(self, path: str) -> bool:
        if path in _SERVICES or path.startswith(("/-/", "/reconcile/")):
            return False
        _, root, *names = path.split("/")
        return root != "archive" or not names or names[0].partition(".")[0] in self.shown


def is_within(link: str) -> bool:
    """Whether a link leads to another address of the site, and not elsewhere or down the page."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return f"{parts.scheme}://{parts.netloc}" == HOST
    return bool(parts.path or parts.query)


def _names(pairs: Iterable[tuple[str, str]]) -> set[str]:
    return {name for name, _ in pairs}


def _joined(path: str, query: str, fragment: str) -> str:
    link = quote(path, safe="/,~")
    return link + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
