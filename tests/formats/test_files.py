"""Every format as a file: its type, its name, its licence; and what is no file."""

from io import BytesIO

import openpyxl
import pytest

from ..site.answers import Pairs
from ..site.made_up import WITHDRAWN
from ..sites import Site
from .conftest import file
from .expected import ADDRESS, read_letters

TYPES = {
    "ris": ("application/x-research-info-systems; charset=utf-8", "attachment", "ris"),
    "bib": ("application/x-bibtex; charset=utf-8", "attachment", "bib"),
    "csljson": (
        "application/vnd.citationstyles.csl+json; charset=utf-8",
        "attachment",
        "json",
    ),
    "cmif": ("application/tei+xml; charset=utf-8", "attachment", "xml"),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "attachment",
        "xlsx",
    ),
    "atom": ("application/atom+xml; charset=utf-8", "inline", "atom"),
    "jsonfeed": ("application/feed+json; charset=utf-8", "inline", "json"),
    "jsonld": ("application/ld+json; charset=utf-8", "attachment", "jsonld"),
    "graphml": ("application/graphml+xml; charset=utf-8", "attachment", "graphml"),
    "jsonl": ("application/jsonl; charset=utf-8", "attachment", "jsonl"),
    "yml": ("application/yaml; charset=utf-8", "attachment", "yml"),
}
LETTER = "2019-former-id"
LICENCE = "creativecommons.org/licenses/by/4.0/"

each_format = pytest.mark.parametrize("suffix", TYPES)
each_suffix = pytest.mark.parametrize("suffix", [*TYPES, "json", "csv", "png"])


@each_format
def test_a_list_has_its_type_and_name(made_up: Site, suffix: str) -> None:
    content_type, disposition, ending = TYPES[suffix]
    page = file(made_up, "/archive/letters", suffix)
    assert page.headers["content-type"] == content_type
    name = f"the-invented-letters.{ending}"
    assert page.headers["content-disposition"] == f'{disposition}; filename="{name}"'
    chosen = file(made_up, "/archive/letters", suffix, [("_from", "amber")])
    name = f"the-invented-letters-selection.{ending}"
    assert chosen.headers["content-disposition"] == f'{disposition}; filename="{name}"'


def test_another_order_is_no_selection(made_up: Site) -> None:
    answer = file(made_up, "/archive/letters", "ris", [("_sort_desc", "sort_key")])
    assert 'filename="the-invented-letters.ris"' in answer.headers["content-disposition"]
    assert (
        'filename="the-invented-letters.atom"'
        in (made_up.get("/feed.atom").headers["content-disposition"])
    )


@each_format
def test_a_letter_has_its_type_and_name(made_up: Site, suffix: str) -> None:
    content_type, disposition, ending = TYPES[suffix]
    letter = next(iter(read_letters(made_up.folder)))
    page = file(made_up, f"/archive/letters/{letter}", suffix)
    assert page.headers["content-type"] == content_type
    name = f"{letter}.{ending}"
    assert page.headers["content-disposition"] == f'{disposition}; filename="{name}"'


@each_format
def test_licence_and_permalink_are_inside(made_up: Site, suffix: str) -> None:
    letter = next(iter(read_letters(made_up.folder)))
    permalink = f"{ADDRESS}/archive/letters/{letter}"
    for path in ("/archive/letters", f"/archive/letters/{letter}"):
        page = file(made_up, path, suffix)
        if suffix == "xlsx":
            book = openpyxl.load_workbook(BytesIO(page.content))
            rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
            text = " ".join(str(cell) for row in rows for cell in row)
        else:
            text = page.text
        assert LICENCE in text
        assert permalink in text


@each_format
def test_headers_tell_of_the_licence_and_of_the_page(made_up: Site, suffix: str) -> None:
    arguments: Pairs = [("_from", "amber")]
    link = file(made_up, "/archive/letters", suffix, arguments).headers["link"]
    assert f'<{ADDRESS}/archive/letters?_from=amber>; rel="alternate"; type="text/html"' in link
    assert f'<https://{LICENCE}>; rel="license"' in link


# --- what is no file


@pytest.mark.parametrize("suffix", ["docx", "risk", "RIS", "ris.bib", "xml", ""])
def test_other_suffixes_are_not_there(made_up: Site, suffix: str) -> None:
    letter = next(iter(read_letters(made_up.folder)))
    assert made_up.get(f"/archive/letters.{suffix}").status == 404
    assert made_up.get(f"/archive/letters/{letter}.{suffix}").status == 404


@each_format
def test_letters_that_are_not_there(made_up: Site, suffix: str) -> None:
    assert made_up.get(f"/archive/letters/2019-nobody-wrote-this.{suffix}").status == 404


@each_format
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_next", "10"),
        ("_form_", "letter"),
        ("fomr", "1"),
        ("form__like_", "1"),
        ("_after", "soon"),
        ("_sort", "nocolumn"),
    ],
)
def test_arguments_that_are_not_understood(
    made_up: Site, suffix: str, name: str, value: str
) -> None:
    page = made_up.get(f"/archive/letters.{suffix}", [(name, value)])
    assert page.status == 400
    assert name.partition("__")[0] in page.text or value in page.text


@each_suffix
def test_a_former_id_leads_to_the_letter_in_the_same_format(made_up: Site, suffix: str) -> None:
    page = made_up.get(f"/archive/letters/{LETTER}.{suffix}")
    assert page.status == 301
    target = page.headers["location"]
    assert target.endswith(f".{suffix}")
    assert LETTER not in target
    assert made_up.get(target).status == 200


@each_suffix
def test_a_withdrawn_letter_is_gone_and_says_why(made_up: Site, suffix: str) -> None:
    page = made_up.get(f"/archive/letters/{WITHDRAWN}.{suffix}")
    assert page.status == 410
    assert "31 January 2022" in page.text
    assert "It was never written." in page.text
    assert page.headers.get("content-disposition") is None
