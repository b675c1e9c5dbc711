"""Spreadsheets, opened by openpyxl."""

from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape

from ..sites import Site
from .conftest import Listed
from .expected import Letter, bounds, read_letters


def rows(content: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(BytesIO(content))["Letters"]
    head, *rest = sheet.iter_rows(values_only=True)
    return [
        {name: text and unescape(text) for name, text in zip(head, row, strict=True)}
        for row in rest
    ]


def said(row: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "from", "to", "date", "date_earliest", "date_latest", "title", "permalink")
    return {name: row[name] for name in names}


def expected(letter: Letter) -> dict[str, Any]:
    first, last = bounds(letter.date)
    return {
        "id": letter.id,
        "from": "; ".join(name.cited for name in letter.senders),
        "to": "; ".join(name.cited for name in letter.recipients),
        "date": letter.date,
        "date_earliest": first,
        "date_latest": last,
        "title": letter.title,
        "permalink": letter.permalink,
    }


def test_a_list_is_read_back(listed: Listed) -> None:
    found = [said(row) for row in rows(listed.as_file("xlsx").content)]
    assert found == [expected(letter) for letter in listed.letters]


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("xlsx"):
        assert [said(row) for row in rows(page.content)] == [expected(letter)]


def test_every_cell_is_text_and_none_a_formula_or_a_link(everything: Listed) -> None:
    book = openpyxl.load_workbook(BytesIO(everything.as_file("xlsx").content))
    for sheet in book:
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}
        assert not [cell for cell in cells if cell.hyperlink]


def test_another_sheet_says_what_this_is_and_how_it_may_be_used(listed: Listed) -> None:
    book = openpyxl.load_workbook(BytesIO(listed.as_file("xlsx").content))
    assert book.sheetnames == ["Letters", "About"]
    about = dict(book["About"].iter_rows(values_only=True))
    assert about["Licence"] == "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
    assert about["These letters"].startswith("http://localhost/archive/letters")
    assert about["Names in [ ]"]


def test_whole_texts_stand_in_cells_and_one_that_is_too_long_says_so(doubtful: Site) -> None:
    letters = read_letters(doubtful.folder)
    for row in rows(doubtful.get("/archive/letters.xlsx").content):
        summary = letters[row["id"]].record["summary"]
        if len(summary) < 32_767:
            assert row["summary"] == summary
        else:
            assert len(row["summary"]) == 32_767
            assert row["summary"].endswith(
                "(A cell has room for no more; the rest is on the letter's page.)"
            )
    assert max(len(letter.record["summary"]) for letter in letters.values()) > 32_767
