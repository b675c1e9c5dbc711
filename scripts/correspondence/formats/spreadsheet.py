"""A spreadsheet (Office Open XML) with one row a letter, for those who sort and filter there."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ..records.model import Letter
from .publication import Agent, Publication

MOST_ROWS = 1_048_575
"""As many letters as a sheet has room for under its head."""

_CELL = 32_767
_CUT = " […] (A cell has room for no more; the rest is on the letter's page.)"
_READ = 1 << 20
_Column = Callable[[Letter, Publication], str | None]


class TooManyLetters(ValueError):
    """More letters than a sheet has room for; the message says what to do."""


def _names(agents: Iterable[Agent]) -> str:
    return "; ".join(agent.cited_name for agent in agents)


_COLUMNS: Mapping[str, tuple[int, _Column]] = {
    "id": (36, lambda letter, _: letter.id),
    "date": (14, lambda letter, _: letter.date.text),
    "date_earliest": (12, lambda letter, _: _day(letter.date.earliest)),
    "date_latest": (12, lambda letter, _: _day(letter.date.latest)),
    "date_in_words": (20, lambda letter, _: letter.date.words),
    "from": (36, lambda letter, to: _names(to.senders(letter))),
    "to": (36, lambda letter, to: _names(to.recipients(letter))),
    "cc": (24, lambda letter, to: _names(to.copies(letter))),
    "title": (60, lambda letter, to: to.title(letter)),
    "form": (14, lambda letter, _: letter.form),
    "language": (10, lambda letter, _: letter.language),
    "reference": (16, lambda letter, _: letter.reference),
    "topics": (40, lambda letter, to: "; ".join(to.topics(letter))),
    "attestation": (14, lambda letter, _: letter.attestation),
    "in_reply_to": (36, lambda letter, _: "; ".join(r.letter for r in letter.in_reply_to)),
    "summary": (80, lambda letter, _: letter.summary),
    "remarks": (60, lambda letter, to: " ".join(to.remarks(letter))),
    "sources": (60, lambda letter, _: "; ".join(source.url for source in letter.sources)),
    "permalink": (60, lambda letter, to: to.permalink(letter.id)),
}


def write_spreadsheet(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """A workbook with the sheets "Letters" and "About", in pieces.

    Raises:
        TooManyLetters: there are more than :data:`MOST_ROWS`.
    """
    file = BytesIO()
    # All cells are text: a title that begins with "=" is a title, and no formula.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(file, options)
    info = publication.frame.info
    workbook.set_properties(
        {
            "title": info.title,
            "comments": f"{publication.home} {publication.licence}",
            "created": datetime.datetime.combine(info.as_of, datetime.time()),
        }
    )
    _fill(workbook.add_worksheet("Letters"), letters, publication)
    about = workbook.add_worksheet("About")
    about.set_column(0, 0, 16)
    about.set_column(1, 1, 100)
    for number, row in enumerate(_about(publication)):
        about.write_row(number, 0, row)
    workbook.close()
    file.seek(0)
    while piece := file.read(_READ):
        yield piece


def _fill(sheet: Worksheet, letters: Iterable[Letter], publication: Publication) -> None:
    sheet.freeze_panes(1, 0)
    for number, (name, (width, _)) in enumerate(_COLUMNS.items()):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name)
    rows = 0
    for rows, letter in enumerate(letters, 1):
        if rows > MOST_ROWS:
            raise TooManyLetters(f"a sheet holds at most {MOST_ROWS:,} letters; filter the list")
        for number, (_, column) in enumerate(_COLUMNS.values()):
            if text := column(letter, publication):
                sheet.write_string(rows, number, _fitting(text))
    sheet.autofilter(0, 0, rows, len(_COLUMNS) - 1)


def _fitting(text: str) -> str:
    """Text as far as a cell holds it, saying so where it is cut."""
    return text if len(text) <= _CELL else f"{text[: _CELL - len(_CUT)]}{_CUT}"


def _about(publication: Publication) -> Iterator[tuple[str, str]]:
    info = publication.frame.info
    yield "Archive", info.title
    yield "Description", info.description
    yield "These letters", publication.home
    yield "State", f"{info.as_of.isoformat()}, version {info.version}"
    yield "Licence", publication.licence
    yield "Names in [ ]", "inferred; no source says so"
    yield "Titles in [ ]", "supplied by the archive"
    yield "date", "EDTF, the Extended Date/Time Format of ISO 8601-2"


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
