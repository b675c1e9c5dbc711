"""Whether every link within a frozen copy leads to a file of it, and to a place in that file."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from .addresses import NOT_FOUND
from .links import LINKS


def faults_of(folder: Path, root: str) -> list[str]:
    """Links that lead nowhere, each with the page it stands on.

    Args:
        folder: the copy.
        root: the path under which it is published, with a slash at its end.
    """
    faults: list[str] = []
    wanted: defaultdict[str, dict[str, str]] = defaultdict(dict)  # file, anchor: a page
    for page in sorted(folder.rglob("*.html")):
        name = page.relative_to(folder).as_posix()
        for link in _links(page):
            target = _target(name, link, root)
            if target is None:
                continue
            file, anchor = target
            if not (folder / file).is_file():
                faults.append(f"{name}: {link} leads to no file")
            elif anchor:
                wanted[file].setdefault(anchor, name)
    for file, anchors in wanted.items():
        there = {element.get("id") for element in _tree(folder / file).iter("*")}
        faults += [
            f"{page}: there is no #{anchor} in {file}"
            for anchor, page in anchors.items()
            if anchor not in there
        ]
    return faults


def _target(page: str, link: str, root: str) -> tuple[str, str] | None:
    """The file and the anchor that a link names; nothing if it leads out of the copy."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    if page == NOT_FOUND and path.startswith(root):
        path = path.removeprefix(root)
    elif path:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return path or page, unquote(parts.fragment)


def _links(page: Path) -> Iterator[str]:
    for element in _tree(page).iter(*LINKS):
        link = element.get(LINKS[str(element.tag)])
        if link:
            yield link


def _tree(page: Path) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return html.document_fromstring(page.read_bytes(), parser)
