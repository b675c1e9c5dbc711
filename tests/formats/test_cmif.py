"""TEI in CMIF: valid by both schemas of correspSearch, and read as an edition of letters."""

import re
from pathlib import Path
from typing import Any

import pytest
from correspondence.records.dates import parse_date
from lxml import etree

from ..conftest import ROOT
from ..sites import Site
from .conftest import Listed
from .expected import Letter, Name, bounds, is_exact, read_letters

SCHEMAS = ROOT.parent / "shared" / "schemas"
TEI = {"t": "http://www.tei-c.org/ns/1.0"}
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def read(content: bytes) -> etree._Element:
    return etree.fromstring(content)


def at(element: etree._Element, path: str) -> Any:
    return element.xpath(path, namespaces=TEI)


def letters_in(tree: etree._Element) -> list[dict[str, Any]]:
    return [
        {
            "permalink": description.get("ref"),
            "key": description.get("key"),
            "senders": names(description, "sent"),
            "recipients": names(description, "received"),
            "date": date(description),
            "replies to": at(description, "t:correspContext/t:ref[@type='prev']/@target"),
            "title": at(description, "string(t:note)"),
        }
        for description in at(tree, "//t:correspDesc")
    ]


def names(description: etree._Element, action: str) -> list[tuple[str, str]]:
    found = at(
        description, f"t:correspAction[@type='{action}']/*[self::t:persName|self::t:orgName]"
    )
    return [(etree.QName(name).localname, name.text) for name in found]


def date(description: etree._Element) -> tuple[dict[str, str], str] | None:
    for found in at(description, "t:correspAction[@type='sent']/t:date"):
        return dict(found.attrib), found.text
    return None


def expected(letter: Letter, title: str) -> dict[str, Any]:
    """What must be read; the title stands in a note, which has more to say."""
    return {
        "permalink": letter.permalink,
        "key": " ".join(letter.record.get("reference", letter.id).split()),
        "senders": [named(name) for name in letter.senders],
        "recipients": [named(name) for name in letter.recipients],
        "date": dated(letter.date),
        "replies to": letter.replies_to,
        "title": title if f": {letter.title}." in title else letter.title,
    }


def named(name: Name) -> tuple[str, str]:
    """CMIF has no brackets: who is inferred is told of in the note."""
    if name.kind == "unknown":
        return "persName", "Unknown"
    return ("persName" if name.kind == "person" else "orgName"), name.plain


def dated(text: str) -> tuple[dict[str, str], str] | None:
    if is_exact(text):
        return {"when": text}, parse_date(text).words
    first, last = ("from", "to") if "/" in text else ("notBefore", "notAfter")
    found = dict(zip((first, last), bounds(text), strict=True))
    known = {name: day for name, day in found.items() if day}
    return (known, parse_date(text).words) if known else None


def check(found: list[dict[str, Any]], letters: tuple[Letter, ...]) -> None:
    assert len(found) == len(letters)
    pairs = zip(found, letters, strict=True)
    assert found == [expected(letter, one["title"]) for one, letter in pairs]


def test_a_list_is_read_back(listed: Listed) -> None:
    check(letters_in(read(listed.as_file("cmif").content)), listed.letters)


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("cmif"):
        check(letters_in(read(page.content)), (letter,))


@pytest.mark.parametrize("schema", ["cmif-1.1.0.rng", "cmif-2022-09.rng"])
def test_it_is_valid_by_the_schemas_of_correspsearch(listed: Listed, schema: str) -> None:
    relaxng = schema_of(schema)
    assert relaxng(read(listed.as_file("cmif").content)), relaxng.error_log


@pytest.mark.parametrize("schema", ["cmif-1.1.0.rng", "cmif-2022-09.rng"])
def test_every_letter_alone_is_valid_too(everything: Listed, schema: str) -> None:
    relaxng = schema_of(schema)
    for _, page in everything.one_by_one("cmif"):
        assert relaxng(read(page.content)), relaxng.error_log


@pytest.mark.parametrize("schema", ["cmif-1.1.0.rng", "cmif-2022-09.rng"])
def test_a_list_of_nothing_is_valid(site: Site, schema: str) -> None:
    tree = read(site.get("/archive/letters.cmif?_search=nosuchword").content)
    assert letters_in(tree) == []
    assert schema_of(schema)(tree)


def schema_of(name: str) -> etree.RelaxNG:
    path: Path = SCHEMAS / name
    if not path.is_file():
        pytest.skip(f"{name} is not kept in this repository; it would be at {path}")
    return etree.RelaxNG(etree.parse(path))


def test_it_fulfils_the_rules_of_the_schematron(listed: Listed) -> None:
    tree = read(listed.as_file("cmif").content)
    (source,) = at(tree, "//t:sourceDesc/t:bibl")
    assert re.fullmatch(f"uuid-{UUID}", source.get(XML_ID))  # W0001
    for description in at(tree, "//t:correspDesc"):
        assert at(description, "t:correspAction[@type='sent']")  # E0001
        assert at(description, "t:correspAction[@type='received']")  # E0002
        assert description.get("source") == f"#{source.get(XML_ID)}"  # E0003
    for each in at(tree, "//t:correspDesc//t:date"):
        assert {*each.attrib} & {"when", "from", "to", "notBefore", "notAfter"}  # E0004


def test_one_address_has_the_whole_archive_for_ever(site: Site) -> None:
    page = site.get("/cmif.xml")
    assert page.headers["content-type"] == "application/tei+xml; charset=utf-8"
    tree = read(page.content)
    assert {one["permalink"] for one in letters_in(tree)} == {
        letter.permalink for letter in read_letters(site.folder).values()
    }
    assert at(tree, "string(//t:publicationStmt/t:idno[@type='url'])").endswith("/cmif.xml")
    assert at(tree, "string(//t:licence/@target)").startswith("https://creativecommons.org/")
    source = at(tree, "string(//t:sourceDesc/t:bibl/@xml:id)")
    alone = site.get(f"/archive/letters/{next(iter(read_letters(site.folder)))}.cmif")
    assert at(read(alone.content), "string(//t:bibl/@xml:id)") == source


def test_notes_tell_of_copies_inference_and_texts_not_seen(site: Site) -> None:
    letters = read_letters(site.folder)
    notes = {
        one["permalink"].rpartition("/")[2]: one["title"]
        for one in letters_in(read(site.get("/cmif.xml").content))
    }
    assert {each for each, note in notes.items() if "Copy to: " in note} == {
        each for each, letter in letters.items() if letter.of("cc")
    }
    for each, letter in letters.items():
        for name in (*letter.senders, *letter.recipients):
            if name.cited != name.plain:
                inferred = notes[each].partition("By inference only: ")[2]
                assert name.plain in inferred
        unseen = letter.record["attestation"] in ("cited", "reported", "catalogued")
        assert ("Text not seen" in notes[each]) == unseen
