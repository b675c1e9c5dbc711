"""Frozen copies, read as a visitor with a plain web server or none would read them."""

import hashlib
import posixpath
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from ..site.answers import Page


@dataclass(frozen=True)
class Copy:
    """A frozen copy in a folder."""

    folder: Path

    @property
    def files(self) -> dict[str, str]:
        """The checksum of every file by its path."""
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder.rglob("*")
            if path.is_file()
        }

    @property
    def pages(self) -> list[str]:
        """The files that are pages."""
        return sorted(name for name in self.files if name.endswith(".html"))

    def page(self, name: str) -> Page:
        """A page by its address or by its file."""
        name = name.strip("/")
        if not name.endswith(".html"):
            name = f"{name}/index.html".lstrip("/")
        text = (self.folder / name).read_text("utf-8")
        return Page(name, 200, httpx.Headers({"content-type": "text/html"}), text)

    def text(self, name: str) -> str:
        """A file that is text."""
        return (self.folder / name).read_text("utf-8")


def links_of(page: Page) -> dict[str, str | None]:
    """What a page leads to, loads and sends forms to: each link, with its file in the copy.

    Of links that lead elsewhere there is none.
    """
    found: dict[str, str | None] = {}
    for element in page.elements:
        for name in ("href", "src", "action"):
            link = element.attributes.get(name)
            if not link:
                continue
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                found[link] = None
            else:
                path = posixpath.join(posixpath.dirname(page.path), unquote(parts.path))
                found[link] = posixpath.normpath(path) if parts.path else page.path
    return found
