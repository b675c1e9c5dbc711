"""Tables (CSV) of letters, a row each, whose columns are headed by the archive's own words.

Several values of a cell are parted by semicolons. Delimiter and encoding are found out, since
spreadsheets write both in several ways.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..new_letter.dates import ACCEPTED, left_out, readings
from ..records.dates import EdtfDate, parse_date
from ..records.field_types import LANGUAGES
from ..records.personal_data import contacts_in
from ..records.problems import did_you_mean
from ..records.vocabulary import Attestation, Carries, Form
from .parsed import (
    UNKNOWN_DATE,
    UNKNOWN_PARTY,
    Found,
    FoundFile,
    FoundSource,
    ImportFailed,
    Party,
    Remark,
    is_unknown,
    is_unnamed,
    tidy,
)
from .tei import address_of

COLUMNS = tuple(
    "id date date_note published from to cc title form language reference topics scope attestation "
    "summary source publisher carries evidence note".split()
)
_ENCODINGS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DELIMITERS = ",;\t|"
_CSV2CMI = {
    "key": "reference",
    "sender": "from",
    "senderid": "from_ids",
    "senderplace": "from_place",
    "senderplaceid": "from_place_id",
    "senderdate": "date",
    "senderdatetext": "date_text",
    "addressee": "to",
    "addresseeid": "to_ids",
    "addresseeplace": "to_place",
    "addresseeplaceid": "to_place_id",
    "addresseedate": "to_date",
    "addresseedatetext": "to_date_text",
}
"""The columns of csv2cmi (https://github.com/saw-leipzig/csv2cmi) by the names they have here."""

_READ = frozenset((*COLUMNS, *_CSV2CMI.values()))
_PLACES = {"from": "Sent from", "to": "Received in"}
_PLACEHOLDERS = frozenset(
    "n/a na null none nan - -- – — tbc tbd todo x #ref! #n/a #name? ? redacted illegible".split()
) | {"not known", "not stated", "not given", "no recipient", "no sender", "undisclosed recipients"}
"""What tables hold where nobody is named."""

_SEVERAL = re.compile(r"(?<=[^\W\d_]) +(?:and|und|et|y|&|/) +(?=[^\W\d_])|(?<=\w)/(?=\w)")
_E_MAIL = re.compile(r"[<(\[]?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[>)\]]?")
_FIGURES = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_LONGEST_CELL = 1_000_000
_WORDS: Mapping[str, tuple[str, ...]] = {
    "form": tuple(Form),
    "attestation": tuple(Attestation),
    "carries": tuple(Carries),
}
_TEXTS = ("title", "summary", "evidence", "note")


def read_table(
    path: Path, day_first: bool | None, columns: Mapping[str, str] | None = None
) -> FoundFile:
    """The letters of a table.

    Args:
        path: the file.
        day_first: how a day and month in figures are to be read; nothing if nobody said so.
        columns: the table's own headings of columns, by the archive's names for them.

    Raises:
        ImportFailed: it cannot be read, or its first row does not say what its columns are.
    """
    found = FoundFile("row")
    rows = _rows(_text(path, found), path)
    head = _head(next(rows, []), columns or {}, path)
    _must_be_head(head, path)
    for number, name in enumerate(head):
        if name and name not in _READ:
            hint = did_you_mean(name, COLUMNS)
            text = f"the column {name!r} is none of the archive's words; kept in notes{hint}"
            found.remarks.append(Remark(1, "column", text))
        if name and name in head[:number]:
            text = f"two columns are headed {name!r}; the second is kept in notes"
            found.remarks.append(Remark(1, "column", text))
    for number, cells in enumerate(rows, 2):
        if any(cell.strip() for cell in cells):
            if any(cell.strip() for cell in cells[len(head) :]):
                text = f"the row has {len(cells)} cells, the heading {len(head)}; has it shifted?"
                found.remarks.append(Remark(number, "cells", text))
            found.letters.append(_Row(number, head, cells, day_first).letter())
    return found


def _text(path: Path, found: FoundFile) -> str:
    """The text, by the mark at its beginning, as UTF-8, or as Excel saves it in the West."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror}") from error
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        cure = "save it as CSV UTF-8"
        raise ImportFailed(f"{path} is in no encoding that is known here; {cure}") from error
    said = "the file is no UTF-8; read as Windows-1252, so look at names with accents"
    found.remarks.append(Remark(1, "encoding", said))
    return text


def _rows(text: str, path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep="):  # a line that is for Excel alone
        text, delimiter = rest, first.strip()[4:5] or "\t"
    else:
        delimiter = max(_DELIMITERS, key=lambda each: _known_words(text, each))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise ImportFailed(f"{path}:{reader.line_num}: this is no CSV: {error}") from error


def _head(cells: list[str], columns: Mapping[str, str], path: Path) -> list[str]:
    """The headings in the archive's words, those of csv2cmi and of ``columns`` included.

    Raises:
        ImportFailed: a heading of ``columns`` is not in the table, or its name is none of ours.
    """
    head = [_heading(cell) for cell in cells]
    if {"sender", "addressee"} <= {*head}:
        head = [_CSV2CMI.get(name, name) for name in head]
    for name, heading in columns.items():
        plain = _heading(heading)
        if name not in COLUMNS:
            raise ImportFailed(f"--column: {name!r} is none of {', '.join(COLUMNS)}")
        if plain not in head:
            raise ImportFailed(f"--column: {path} has no column {heading!r}")
        head[head.index(plain)] = name
    return head


def _known_words(text: str, delimiter: str) -> int:
    head = text.partition("\n")[0].split(delimiter)
    return sum(_heading(cell.strip('"\r ')) in COLUMNS for cell in head)


def _heading(cell: str) -> str:
    return tidy(cell).casefold().replace(" ", "_")


def _must_be_head(head: list[str], path: Path) -> None:
    missing = [name for name in ("date", "from", "to") if name not in head]
    if missing:
        raise ImportFailed(
            f"{path}: the first row has no column {' and no '.join(map(repr, missing))}; "
            f"head the columns with the archive's words: {', '.join(COLUMNS)}"
        )


class _Row:
    """One row on its way to a letter."""

    def __init__(
        self, number: int, head: list[str], cells: list[str], day_first: bool | None
    ) -> None:
        self.day_first = day_first
        self.cells: dict[str, str] = {}
        self.others: list[tuple[str, str]] = []
        for place, cell in enumerate(cells):
            name = head[place] if place < len(head) else ""
            if name in _READ and name not in self.cells:
                self.cells[name] = cell.strip()
            elif cell.strip():
                self.others.append((name, tidy(cell)))
        self.found = Found(number, self._line("reference"))
        self.found.reference = self._line("reference")
        self.found.wanted_id = self._line("id")

    def letter(self) -> Found:
        """What the row says."""
        found = self.found
        if not self._line("date") and self._line("date_text"):
            self.cells["date"] = self.cells["date_text"]
        self._read_date()
        sides = {"from": found.senders, "to": found.recipients, "cc": found.copies}
        for side, parties in sides.items():
            parties.extend(self._parties(side))
        self._read_places()
        self._read_words()
        for name in _TEXTS:
            text = "\n".join(filter(None, map(tidy, self.cells.get(name, "").splitlines())))
            if text and name in ("evidence", "note"):
                (found.evidence if name == "evidence" else found.notes).append(text)
            elif text:
                found.keys[name] = text
        found.topics = self._several("topics")
        if language := self._language():
            found.keys["language"] = language
        self._read_sources()
        for name, text in self.others:
            if not name:
                found.remark("cell", f"{text!r} stands under no heading; kept in the note")
            found.notes.append(f"{name}: {text}" if name else text)
        if not found.senders:
            self._nobody("sender", found.senders)
        if not found.recipients and found.keys.get("form") != Form.STATEMENT:
            self._nobody("recipient", found.recipients)
        return found

    def _nobody(self, side: str, parties: list[Party]) -> None:
        self.found.remark("nobody", f"no {side} is named; entered as unknown")
        parties.append(UNKNOWN_PARTY)

    def _line(self, name: str) -> str:
        return tidy(self.cells.get(name, ""))

    def _several(self, name: str) -> list[str]:
        return [part for each in self.cells.get(name, "").split(";") if (part := tidy(each))]

    def _kept(self, name: str, why: str) -> None:
        self.found.remark(name, f"{name} {self._line(name)!r} {why}; kept in the note")
        self.found.notes.append(f"{name}: {self._line(name)}")

    def _read_words(self) -> None:
        """Words of the fixed vocabularies, and what the model reads by itself."""
        for name, words in _WORDS.items():
            said = self._line(name).casefold()
            word = next((word for word in words if word.casefold() == said), "")
            if said and not word:
                self._kept(name, f"is not one of {', '.join(words)}")
            elif word and name != "carries":
                self.found.keys[name] = word
        for name in ("scope", "date_note"):
            if text := self._line(name):
                self.found.keys.update({name: text} if name == "scope" else {})
                self.found.date_notes += [text] if name == "date_note" else []
        if self._line("published"):
            published = self._date_in("published")
            if published == UNKNOWN_DATE:
                self.found.notes.append(f"published: {self._line('published')}")
            else:
                self.found.keys["published"] = published.text

    def _read_date(self) -> None:
        text = self._line("date")
        if not text:
            return
        found = self.found.date = self._date_in("date")
        is_whole = found.precision in ("day", "month", "year") and not left_out(text, found)
        if not is_whole and text not in (found.text, found.words):
            self.found.date_notes.append(f"The table has {text}")

    def _date_in(self, name: str) -> EdtfDate:
        """The date of a cell; one that can be read in two ways is some day of the time between."""
        text = self._line(name)
        try:
            found = readings(text)
        except ValueError as error:
            why = str(error).removesuffix(f"; write {ACCEPTED}")
            self.found.remark("date", f"{name}: {why}; entered as unknown")
            return UNKNOWN_DATE
        if len(found) > 1 and self.day_first is not None and _FIGURES.search(text):
            found = [found[0] if self.day_first else found[-1]]
        if len(found) == 1:
            if rest := left_out(text, found[0]):
                message = f"{name} {rest!r} was read as {found[0].words}; look whether all is in it"
                self.found.remark("date", message)
            return found[0]
        days = [day for each in found for day in (each.earliest, each.latest) if day]
        either = " or ".join(each.words for each in found)
        cure = "say which with --day-first or --month-first"
        self.found.remark("date", f"{name} {text!r} is {either}; entered as between them: {cure}")
        return parse_date(f"[{min(days)}..{max(days)}]")

    def _parties(self, side: str) -> Iterator[Party]:
        """The names of a cell, with the ids of csv2cmi, which stand in the same order."""
        cell = self.cells.get(side, "")
        names = [name for part in re.split(r"[;|\n]", cell) if (name := tidy(part))]
        ids = [tidy(part) for part in re.split(r"[;|\n]", self.cells.get(f"{side}_ids", ""))]
        for number, name in enumerate(names):
            uri = ids[number] if number < len(ids) else ""
            yield self._party(f"{name} <{uri}>" if uri and "<" not in name else name)

    def _read_places(self) -> None:
        """Where and when a letter was sent and received, as csv2cmi has it, go into the note."""
        for side, lead in _PLACES.items():
            if place := self._line(f"{side}_place"):
                uri = self._line(f"{side}_place_id")
                self.found.notes.append(f"{lead} {place}{f' ({uri})' if uri else ''}.")
                self.found.remark("place", f"{place!r} is kept in the note")
        if received := self._line("to_date") or self._line("to_date_text"):
            self.found.notes.append(f"Received {received}.")
            self.found.remark("received", f"the day of receipt, {received}, is kept in the note")
        if (text := self._line("date_text")) and text != self._line("date"):
            self.found.date_notes.append(f"The table has {text}")

    def _party(self, words: str) -> Party:
        """``person @ organisation``, ``@ organisation`` or a name; each may have ``<address>``."""
        if _E_MAIL.search(words):
            self.found.remark("private", "an e-mail address was left out of the record")
            words = tidy(_E_MAIL.sub(" ", words)).strip(" ,:")
        if words.strip(" []():.").casefold() in _PLACEHOLDERS:
            self.found.remark("placeholder", f"{words!r} stands for nobody; entered as unknown")
            return UNKNOWN_PARTY
        for _, message in contacts_in(words):
            self.found.remark("private", f"left out of the record: {message}")
            return UNKNOWN_PARTY
        if _SEVERAL.search(words):
            message = f"{words!r} may be several; if so, put semicolons between them"
            self.found.remark("several", message)
        name, at, employer = (part.strip() for part in words.partition("@"))
        body = _named(employer, "organisation") if at else None
        if not name and body:
            return body
        party = _named(name, "person" if at else "either")
        if party.kind == "unknown":
            if is_unnamed(name):
                self.found.notes.append(f"The table has {name!r} for somebody who is not known.")
            return body if body and body.kind != "unknown" else party
        employer_known = body if body and body.kind != "unknown" else None
        return Party(party.kind, party.name, party.uris, employer=employer_known)

    def _language(self) -> str:
        said = self._line("language").casefold()
        by_name = {name.casefold(): code for code, name in LANGUAGES.items()}
        if said and said not in LANGUAGES and said not in by_name:
            self._kept("language", "is neither a code such as en nor a language's English name")
        return said if said in LANGUAGES else by_name.get(said, "")

    def _read_sources(self) -> None:
        publisher, carries = self._line("publisher"), self._line("carries").casefold()
        for text in self._several("source"):
            if url := address_of(text):
                kind = carries if carries in _WORDS["carries"] else "report"
                self.found.sources.append(FoundSource(url, publisher, kind))
            else:
                self.found.remark("source", f"{text!r} is no web address; kept in the note")
                self.found.notes.append(f"source: {text}")
        self.found.url = self.found.sources[0].url if self.found.sources else ""


def _named(words: str, kind: str) -> Party:
    name, _, rest = (part.strip() for part in words.partition("<"))
    uris = tuple(rest.rstrip("> ").split())
    if is_unknown(name, uris) or (is_unnamed(name) and not uris):
        return UNKNOWN_PARTY
    if kind == "organisation":
        return Party("organisation", name or uris[0], uris)
    return Party("person" if kind == "person" else "either", name or uris[0], uris)
