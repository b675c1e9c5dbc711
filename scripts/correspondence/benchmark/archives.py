"""Large archives of the real one's shape: its letters again, in other years and between others.

A turn repeats all real letters, with what they refer to, in another year of a hundred; after a
hundred turns the correspondents are others, so that the registers grow with the archive and nobody
writes the same letter twice. Who answers whom, how many sign, how a date is uncertain and how long
a summary is stay as they are.
"""

import re
import shutil
from pathlib import Path
from typing import TypeVar

from ..records.archive import REGISTERS, Frame
from ..records.model import Correspondent, Letter, Organisation, Person, Record
from ..records.reading import check_folder
from ..records.writing import write_letter, write_register

YEARS = 100
"""Turns until the correspondents change."""

_ID = re.compile(r"\b(\d{4})((?:-\d\d)?(?:-\d\d)?-[a-z][a-z0-9]*(?:-[a-z0-9]+)*-to-[a-z0-9-]+)")
_DATE = re.compile(r"(?m)^(\s*(?:- )?(?:date|published|due): .*)$")
_YEAR = re.compile(r"\d{4}")
_LEAP_DAY = re.compile(r"(?<=\d{4}-)02-29")
_NAMED = TypeVar("_NAMED", Organisation, Person)


def make_archive(letters: Path, folder: Path, size: int) -> None:
    """Write an archive of letters like those of the folder ``letters``: ``size`` or, as no turn is
    broken off, some more.
    """
    frames: list[Frame] = []
    records: list[Letter] = []

    def receive(letter: object, _: object) -> None:
        if isinstance(letter, Letter):
            records.append(letter)

    check_folder(letters, receive, frames.append)
    [frame] = frames
    folder.mkdir(parents=True)
    shutil.copy(letters / "archive.yml", folder)
    turns = -(-size // len(records))
    cases = -(-turns // YEARS)
    _write_registers(frame, folder, cases)
    for case in range(cases):
        texts = [(record.id, write_letter(_between_others(record, case))) for record in records]
        for years in range(min(YEARS, turns - case * YEARS)):
            for letter_id, text in texts:
                new_id = _elsewhere(letter_id, years, case)
                path = folder / new_id[:4] / f"{new_id}.yml"
                path.parent.mkdir(exist_ok=True)
                path.write_text(_dated(text, years, case), encoding="utf-8")


def _elsewhere(letter_id: str, years: int, case: int) -> str:
    year, rest = letter_id[:4], letter_id[4:]
    return f"{int(year) - years}{rest}" + (f"-case-{case}" if case else "")


def _dated(text: str, years: int, case: int) -> str:
    """A letter's file of other years: its dates, and the ids of the letters that it names."""
    text = _ID.sub(lambda found: _elsewhere(found[0], years, case), text)
    return _DATE.sub(lambda line: _earlier(line[0], years), text)


def _earlier(line: str, years: int) -> str:
    shifted = _YEAR.sub(lambda year: str(int(year[0]) - years), line)
    return _LEAP_DAY.sub("02-28", shifted)


def _between_others(record: Letter, case: int) -> Letter:
    """The letter between the correspondents of another case."""

    def sides(parties: tuple[Correspondent, ...]) -> tuple[Correspondent, ...]:
        keys = ("organisation", "person", "on_behalf_of")
        return tuple(
            party.model_copy(update={key: _other(getattr(party, key), case) for key in keys})
            for party in parties
        )

    statements = tuple(
        statement.model_copy(
            update={
                "by": tuple(_other(party, case) for party in statement.by),
                "to": tuple(_other(party, case) for party in statement.to),
            }
        )
        for statement in record.statements
    )
    return record.model_copy(
        update={
            "from_": sides(record.from_),
            "to": sides(record.to),
            "cc": sides(record.cc),
            "statements": statements,
            "former_ids": (),
        }
    )


def _other(entry_id: str | None, case: int) -> str | None:
    return f"{entry_id}-{case}" if entry_id and case else entry_id


def _write_registers(frame: Frame, folder: Path, cases: int) -> None:
    (folder / "register").mkdir()
    for name in REGISTERS:
        entries: list[Record] = list(getattr(frame.registers, name).values())
        if name in ("organisations", "people"):
            entries = [_again(entry, case) for case in range(cases) for entry in entries]  # type: ignore[type-var]
        text = write_register(entries)
        (folder / "register" / f"{name}.yml").write_text(text, encoding="utf-8")


def _again(entry: _NAMED, case: int) -> _NAMED:
    """An organisation or a person of another case, with a name of its own."""
    if not case:
        return entry
    update = {
        "id": f"{entry.id}-{case}",
        "name": f"{entry.name} {case}",
        "wikidata": None,
        "unused": True,
    }
    if isinstance(entry, Person):
        roles = (
            r.model_copy(update={"organisation": _other(r.organisation, case)}) for r in entry.roles
        )
        return entry.model_copy(update={**update, "roles": tuple(roles)})
    return entry.model_copy(update=update)
