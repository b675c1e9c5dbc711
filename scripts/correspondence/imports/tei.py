"""Small things about elements of TEI."""

import re
from collections.abc import Mapping

from lxml import etree
from pydantic import TypeAdapter, ValidationError

from ..records.field_types import Url
from .parsed import Found, tidy

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_URL: TypeAdapter[str] = TypeAdapter(Url)


def local(element: etree._Element | None) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname if element is not None else ""


def written(element: etree._Element) -> str:
    """The text of an element, with that of all elements in it, as it is written."""
    return tidy("".join(element.itertext()))


def texts_of(element: etree._Element) -> str:
    """The text of an element before its first child: an editor without the e-mail address."""
    return tidy(element.text) or written(element)


def address_of(text: str) -> str:
    """Text that is a web address as the archive takes them, or nothing."""
    try:
        return _URL.validate_python(text.strip())
    except ValidationError:
        return ""


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Attributes with text in them, without the prefixes of their names."""
    found = {etree.QName(str(name)).localname: tidy(str(v)) for name, v in element.attrib.items()}
    return {name: value for name, value in found.items() if value}


def report_others(
    found: Found, element: etree._Element, known: frozenset[str], called: str
) -> None:
    """Keep attributes that nothing is made of in the note, and report them."""
    others: Mapping[str, str] = attributes_of(element)
    for name, value in others.items():
        if name not in known:
            shown = f"@{name} of {called} ({value})"
            found.remark("attribute", f"{shown} has no place but in the note", element.sourceline)
            found.notes.append(f"The edition says on {called}: {name} {value}.")


def phrase(text: str) -> str:
    """Text as a sentence of a note."""
    return text if re.search(r"[.!?…]\W*$", text) else f"{text}."
