"""RIS, read by rispy: with these tags Zotero makes a letter with its recipients."""

from typing import Any

import rispy
from correspondence.records.dates import parse_date

from ..sites import Site
from .conftest import Listed
from .expected import Letter, is_exact, read_letters, shared


def read(text: str) -> list[dict[str, Any]]:
    return rispy.loads(text)


def said(reference: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": reference["type_of_reference"],
        "id": reference["id"],
        "senders": reference["authors"],
        "recipients": reference["secondary_authors"],
        "date": reference.get("date"),
        "title": reference["title"],
        "permalink": reference["urls"],
    }


def expected(letter: Letter) -> dict[str, Any]:
    known = [f"{part:02}" for part in shared(letter.date)]
    year, month, day = [*known, "", "", ""][:3]
    return {
        "type": "PCOMM",
        "id": letter.id,
        "senders": [name.uncut or name.filed for name in letter.senders],
        "recipients": [name.uncut or name.filed for name in letter.recipients],
        "date": f"{year}/{month}/{day}" if year else None,
        "title": letter.title,
        "permalink": [letter.permalink],
    }


def test_a_list_is_read_back(listed: Listed) -> None:
    found = [said(reference) for reference in read(listed.as_file("ris").text)]
    assert found == [expected(letter) for letter in listed.letters]


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("ris"):
        assert [said(reference) for reference in read(page.text)] == [expected(letter)]


def test_every_line_is_a_tag_with_its_text(everything: Listed) -> None:
    lines = everything.as_file("ris").text.split("\r\n")
    assert {line[2:6] for line in lines if line} == {"  - "}
    assert sum(line.startswith("TY  - ") for line in lines) == len(everything.letters)
    assert sum(line.startswith("ER  -") for line in lines) == len(everything.letters)


def test_what_references_have_no_place_for_is_a_note(doubtful: Site) -> None:
    letters = read_letters(doubtful.folder)
    for reference in read(doubtful.get("/archive/letters.ris").text):
        letter = letters[reference["id"]]
        notes = reference["notes"]
        if not is_exact(letter.date):
            assert f"Date: {parse_date(letter.date).words}." in notes
        if letter.record["attestation"] in ("cited", "reported", "catalogued"):
            assert notes[0].startswith("Text not seen; ")
        assert notes[-1] == (
            "Licence of this record: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
        )


def test_no_organisation_is_parted_by_a_comma_in_its_name(site: Site) -> None:
    letter = "2020-01-17-special-rapporteurs-to-saudi-arabia"
    (reference,) = read(site.get(f"/archive/letters/{letter}.ris").text)
    assert reference["authors"][:3] == [
        "Callamard, Agnès",
        "UN Rapporteur on executions",
        "Kaye, David",
    ]


def test_notes_hold_nothing_that_is_taken_for_markup(listed: Listed) -> None:
    for reference in read(listed.as_file("ris").text):
        assert "<" not in reference["notes"][-1]
