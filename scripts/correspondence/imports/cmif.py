"""Files in TEI's Correspondence Metadata Interchange Format, as correspSearch harvests them.

CMIF 1.1.0 (https://github.com/TEI-Correspondence-SIG/CMIF), the draft of its second version, and
what older files do. Elements are known by their local names, so that a wrong namespace is reported
and not the end. The tree of a letter is thrown away once it is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from .corresp_desc import read_description
from .parsed import Edition, Found, FoundFile, FoundSource, ImportFailed, Remark
from .tei import XML_ID, address_of, local, texts_of, written

_TEI = "http://www.tei-c.org/ns/1.0"
_TWICE = etree.ErrorTypes.DTD_ID_REDEFINED
_NO_DTD = (
    "has a document type declaration (<!DOCTYPE …>), which could make the file mean something "
    "else than it says; take it out, CMIF needs none"
)


@dataclass
class _Bibl:
    """A publication of the header that letters point to."""

    title: str
    url: str


@dataclass
class _Header:
    """The header: what the file is, and its publications by their ids."""

    edition: Edition = field(default_factory=Edition)
    bibls: dict[str, _Bibl] = field(default_factory=dict)


def read_cmif(path: Path) -> FoundFile:
    """The letters of a file in CMIF.

    Raises:
        ImportFailed: it cannot be read, is no well-formed XML, declares a document type or lists
            no letters.
    """
    found, header = FoundFile("line"), _Header()
    pointers: list[list[str]] = []
    for element in _elements(path, found):
        name = local(element)
        if name == "fileDesc":
            _read_header(element, header, found)
        elif name == "correspDesc":
            letter = read_description(element)
            pointers.append(element.get("source", "").split())
            found.letters.append(letter)
            _discard(element)
    if not found.letters:
        raise ImportFailed(f"{path} lists no letters: there is no correspDesc in it")
    found.edition = header.edition
    for letter, pointed in zip(found.letters, pointers, strict=True):
        _add_sources(letter, pointed, header)
    return found


def _elements(path: Path, found: FoundFile) -> Iterator[etree._Element]:
    """The elements to read, each once it is complete.

    Entities are not resolved, nothing is loaded, and a document type ends the work at the root:
    files come from strangers.
    """
    options: Mapping[str, Any] = {
        "events": ("start", "end"),
        "resolve_entities": False,
        "load_dtd": False,
        "no_network": True,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }
    root = None
    try:
        with path.open("rb") as file:
            parser: Any = etree.iterparse(file, **options)
            for event, element in parser:
                if root is None:
                    root = element
                    _look_at(root, path, found)
                if event == "end":
                    yield element
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        faults = [entry for entry in parser.error_log if entry.type != _TWICE]
        # Ids that stand twice are reported where they matter. A parser that does not collect ids
        # would do without this, but loads the files that a document type names.
        if faults or not parser.error_log:
            line, said = (faults[0].line, faults[0].message) if faults else (1, error.msg)
            raise ImportFailed(f"{path}:{line}: this is no XML: {said}") from error


def _look_at(root: etree._Element, path: Path, found: FoundFile) -> None:
    if root.getroottree().docinfo.doctype:
        raise ImportFailed(f"{path} {_NO_DTD}")
    namespace = etree.QName(root).namespace
    if namespace != _TEI:
        text = f"the namespace is {namespace or 'none'}, not {_TEI}; read as if it were"
        found.remarks.append(Remark(root.sourceline or 1, "namespace", text))


def _discard(element: etree._Element) -> None:
    """Forget an element and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read_header(description: etree._Element, header: _Header, found: FoundFile) -> None:
    edition = header.edition
    for element in description.iter("{*}*"):
        name, text = local(element), written(element)
        parent = local(element.getparent()) if element is not description else ""
        if name == "title" and parent == "titleStmt":
            edition.title = edition.title or text
        elif name == "editor" and parent == "titleStmt":
            edition.editors.append(texts_of(element))
        elif name == "publisher" and parent == "publicationStmt":
            edition.publisher = edition.publisher or text
        elif name == "idno" and parent == "publicationStmt" and address_of(text):
            edition.url = edition.url or text
        elif name == "date" and parent == "publicationStmt":
            edition.date = edition.date or element.get("when", "")
        elif name == "licence":
            edition.licence = edition.licence or text
            edition.licence_url = edition.licence_url or address_of(element.get("target", ""))
        elif name == "bibl":
            _add_bibl(element, header, found)


def _add_bibl(element: etree._Element, header: _Header, found: FoundFile) -> None:
    targets = (each.get("target", "") for each in element.iter("{*}ref", "{*}ptr"))
    texts = (written(each) for each in element.iter("{*}idno"))
    url = next((url for each in (*targets, *texts) if (url := address_of(each))), "")
    key = element.get(XML_ID, "")
    if key in header.bibls:
        text = f"two publications have the id {key!r}; letters are taken to mean the first"
        found.remarks.append(Remark(element.sourceline or 1, "publication", text))
    title = written(element).replace(url, "").rstrip(" ,;:(<") if url else written(element)
    header.bibls.setdefault(key, _Bibl(title, url))


def _add_sources(letter: Found, pointed: list[str], header: _Header) -> None:
    """Where a letter is found: its own address, then its publications'."""
    bibls = []
    for pointer in pointed:
        bibl = header.bibls.get(pointer.removeprefix("#"))
        if bibl is None and address_of(pointer):
            bibl = _Bibl("", pointer)
        if bibl:
            bibls.append(bibl)
        else:
            letter.remark("publication", f"@source {pointer!r} names no bibl of the header")
            letter.notes.append(f"The edition names {pointer} as its source.")
    if not pointed and len(header.bibls) == 1:
        bibls = [*header.bibls.values()]
    title = next((bibl.title for bibl in bibls if bibl.title), "")
    carried = letter.sources  # what the letter itself names stands after its own address
    carries = letter.keys.pop("carries", "report")
    letter.sources = [FoundSource(letter.url, title, carries)] if letter.url else []
    letter.sources += [FoundSource(url, title, kind) for url, _, kind in carried]
    for bibl in bibls:
        if bibl.url:
            letter.sources.append(FoundSource(bibl.url, bibl.title))
        else:
            letter.evidence.append(f"Listed as part of: {bibl.title}")
