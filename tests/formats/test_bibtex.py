"""BibTeX, read by bibtexparser, and what it holds of LaTeX by pylatexenc."""

from typing import Any

import bibtexparser
from bibtexparser.middlewares import MergeNameParts, SeparateCoAuthors, SplitNameParts
from correspondence.records.dates import parse_date
from pylatexenc.latex2text import LatexNodes2Text

from ..sites import Site
from .conftest import Listed
from .expected import Letter, read_letters, shared

FORMS = {"e-mail": "E-mail", "open letter": "Open letter", "UN communication": "UN communication"}


def read(text: str) -> list[dict[str, Any]]:
    """The entries; what the parser could not take apart is a fault."""
    names = [SeparateCoAuthors(), SplitNameParts(), MergeNameParts(style="last")]
    library = bibtexparser.parse_string(text, append_middleware=names)
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries)
    return [
        {"key": entry.key, "type": entry.entry_type}
        | {name: field.value for name, field in entry.fields_dict.items()}
        for entry in library.entries
    ]


def plain(text: str) -> str:
    """What LaTeX would print, in which pylatexenc has no braces and another circumflex."""
    text = text.replace(r"\textbraceleft{}", r"\{").replace(r"\textbraceright{}", r"\}")
    printed: str = LatexNodes2Text(strict_latex_spaces=True).latex_to_text(text)
    return printed.replace("\N{MODIFIER LETTER CIRCUMFLEX ACCENT}", "^")


def said(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": (entry["type"], entry["entrysubtype"]),
        "key": entry["key"],
        "senders": [plain(name) for name in entry["author"]],
        "addressed": plain(entry["howpublished"]),
        "title": plain(entry["title"]),
        "permalink": entry["url"],
    }


def expected(letter: Letter) -> dict[str, Any]:
    form = letter.record["form"]
    *first, last = [name.cited for name in letter.recipients]
    recipients = f"{', '.join(first)} and {last}" if first else last
    return {
        "type": ("misc", "letter"),
        "key": letter.id,
        "senders": [name.filed for name in letter.senders],
        "addressed": f"{FORMS.get(form, form.capitalize())} to {recipients}",
        "title": letter.title,
        "permalink": letter.permalink,
    }


def test_a_list_is_read_back(listed: Listed) -> None:
    found = [said(entry) for entry in read(listed.as_file("bib").text)]
    assert found == [expected(letter) for letter in listed.letters]


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("bib"):
        assert [said(entry) for entry in read(page.text)] == [expected(letter)]


def test_braces_are_even_for_bibtex_which_knows_no_escaped_ones(hostile: Site) -> None:
    entries = hostile.get("/archive/letters.bib").text.strip().split("\n\n")
    assert [entry.count("{") - entry.count("}") for entry in entries] == [0] * len(entries)


def test_dates_say_no_more_than_is_known(doubtful: Site) -> None:
    letters = read_letters(doubtful.folder)
    for entry in read(doubtful.get("/archive/letters.bib").text):
        date = letters[entry["key"]].date
        known = shared(date)
        assert entry["year"] == (str(known[0]) if known else parse_date(date).words)
        assert entry.get("month") == (str(known[1]) if len(known) > 1 else None)
        # biblatex reads this much of EDTF.
        assert entry.get("date") == (None if "[" in date or date == "XXXX" else date)


def test_a_note_says_what_is_doubtful(doubtful: Site) -> None:
    letters = read_letters(doubtful.folder)
    for entry in read(doubtful.get("/archive/letters.bib").text):
        record = letters[entry["key"]].record
        unseen = record["attestation"] in ("cited", "reported", "catalogued")
        assert ("Text not seen" in entry.get("note", "")) == unseen
        assert entry["copyright"].startswith("CC BY 4.0, https://creativecommons.org/")
