"""TEI in the Correspondence Metadata Interchange Format, which correspSearch harvests.

CMIF 1.1.0 (https://github.com/TEI-Correspondence-SIG/CMIF), in the part of it that the schema of
2022, with which correspSearch still checks files, accepts too. It knows no copies and no degrees of
certainty; both are told in notes.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from ..records.dates import EdtfDate
from ..records.model import Letter
from .publication import Agent, Publication
from .xml import Pieces, clean, sub

_TEI = "http://www.tei-c.org/ns/1.0"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_WIKIDATA = "https://www.wikidata.org/entity/"


def write_cmif(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """A TEI file with a header about the archive and a ``correspDesc`` for each letter."""
    pieces = Pieces()
    with etree.xmlfile(pieces, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(f"{{{_TEI}}}TEI", nsmap={None: _TEI}):
            with file.element(f"{{{_TEI}}}teiHeader"):
                file.write(_file_description(publication), pretty_print=True)
                with file.element(f"{{{_TEI}}}profileDesc"):
                    for letter in letters:
                        file.write(_description(letter, publication), pretty_print=True)
                        file.flush()
                        yield from pieces.take()
            file.write(_body(), pretty_print=True)
    yield from pieces.take()


def _file_description(publication: Publication) -> etree._Element:
    info = publication.frame.info
    description = etree.Element(f"{{{_TEI}}}fileDesc", nsmap={None: _TEI})
    titles = sub(description, "titleStmt")
    sub(titles, "title", f"{info.title}: {info.tagline}")
    sub(titles, "editor", f"The editors of {info.title}")
    statement = sub(description, "publicationStmt")
    sub(sub(statement, "publisher"), "ref", info.title, target=f"{publication.address}/")
    address = publication.file or f"{publication.address}/cmif.xml"
    sub(statement, "idno", address, type="url")
    sub(statement, "date", when=info.as_of.isoformat())
    availability = sub(statement, "availability")
    sub(
        availability, "licence", f"{info.licence.name}: {info.licence.url}", target=info.licence.url
    )
    bibl = sub(sub(description, "sourceDesc"), "bibl", f"{info.title}. ", type="online")
    bibl.set(_XML_ID, _source_id(publication))
    sub(bibl, "ref", f"{publication.address}/", target=f"{publication.address}/")
    return description


def _source_id(publication: Publication) -> str:
    """The id of the edition; an XML id begins with a letter."""
    return f"uuid-{publication.uuid}"


def _description(letter: Letter, publication: Publication) -> etree._Element:
    description = etree.Element(
        f"{{{_TEI}}}correspDesc",
        {
            "key": clean(letter.reference or letter.id),
            "ref": publication.permalink(letter.id),
            "source": f"#{_source_id(publication)}",
        },
        nsmap={None: _TEI},
    )
    sent = sub(description, "correspAction", type="sent")
    for agent in publication.senders(letter):
        _add_name(sent, agent, publication)
    _add_date(sent, letter.date)
    received = sub(description, "correspAction", type="received")
    for agent in publication.recipients(letter):
        _add_name(received, agent, publication)
    if letter.in_reply_to:
        context = sub(description, "correspContext")
        for reply in letter.in_reply_to:
            inferred = " by inference" if reply.certainty == "inferred" else ""
            words = f"In reply{inferred} to {reply.letter}"
            sub(context, "ref", words, type="prev", target=publication.permalink(reply.letter))
    title = f"{letter.form.label}: {publication.title(letter)}."
    sub(description, "note", " ".join([title, *publication.remarks(letter)]))
    return description


def _add_name(action: etree._Element, agent: Agent, publication: Publication) -> None:
    name = "Unknown" if agent.kind == "unknown" else agent.name
    element = sub(action, "persName" if agent.kind in ("person", "unknown") else "orgName", name)
    address = f"{_WIKIDATA}{agent.wikidata}" if agent.wikidata else publication.page_of(agent)
    if address:
        element.set("ref", address)


def _add_date(action: etree._Element, date: EdtfDate) -> None:
    """A date: exact ones as they are, uncertain ones by their bounds, unknown ones not at all."""
    if date.parts and not date.qualifier:
        attributes = {"when": date.text}
    else:
        lasting = "/" in date.text
        bounds = {
            "from" if lasting else "notBefore": date.earliest,
            "to" if lasting else "notAfter": date.latest,
        }
        attributes = {name: day.isoformat() for name, day in bounds.items() if day}
    if attributes:
        sub(action, "date", date.words, **attributes)


def _body() -> etree._Element:
    """A text without content: TEI asks for one, CMIF has none."""
    text = etree.Element(f"{{{_TEI}}}text", nsmap={None: _TEI})
    sub(sub(text, "body"), "p")
    return text
