"""HTML with other links, and otherwise as it was, byte for byte."""

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

LINKS = {
    "a": "href",
    "link": "href",
    "script": "src",
    "img": "src",
    "form": "action",
}
"""The attributes that hold links, by their elements; others the site's pages do not use."""

Attributes = list[tuple[str, str | None]]


Change = Callable[[str, str], str | None]
"""Gives an element's name and its link another link; nothing, if it is to have none."""


def rewrite(html: str, change: Change) -> str:
    """HTML with each link changed."""
    rewriter = _Rewriter(change)
    rewriter.feed(html)
    rewriter.close()
    return "".join(rewriter.pieces)


class _Rewriter(HTMLParser):
    """Hands on what it reads, but for tags whose link changes."""

    def __init__(self, change: Change) -> None:
        super().__init__(convert_charrefs=False)
        self.change = change
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.pieces.append(self._start(tag, attrs, ">"))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.pieces.append(self._start(tag, attrs, "/>"))

    def _start(self, tag: str, attrs: Attributes, end: str) -> str:
        name = LINKS.get(tag)
        link = dict(attrs).get(name) if name else None
        changed = self.change(tag, link) if link else link
        if name is None or changed == link:
            return self.get_starttag_text() or ""
        if changed is None:
            kept = [pair for pair in attrs if pair[0] not in (name, "rel")]
        else:
            kept = [(key, changed if key == name else value) for key, value in attrs]
        return f"<{tag}{''.join(map(_written, kept))}{end}"

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_entityref(self, name: str) -> None:
        self.pieces.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.pieces.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.pieces.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(f"<!{decl}>")


def _written(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    return f" {name}" if value is None else f' {name}="{escape(value)}"'
