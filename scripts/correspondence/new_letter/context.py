"""What the archive holds already, and what a new letter adds to its files."""

from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from ..records.archive import Frame, LetterFile
from ..records.dates import EdtfDate
from ..records.duplicates import Known, parties_of
from ..records.folder import FolderError, letter_names
from ..records.json_schema import REGISTER, register_schema
from ..records.model import Correspondent, Letter, Organisation, Person, Withdrawn
from ..records.reading import check_folder
from ..records.writing import write_letter, write_register

_MANY = 2
"""Senders beyond this number are named by their lane in an id."""


class Numbering:
    """Tells names apart that are the same: ``name``, ``name-2``, ``name-3`` …

    Of each name it remembers how far it came, since an edition may have a thousand of one.
    """

    def __init__(self) -> None:
        self._reached: dict[str, int] = {}

    def free(self, name: str, taken: Container[str]) -> str:
        """The name, or the name with the first number that is not taken."""
        number = self._reached.get(name, 1)
        while (candidate := name + (f"-{number}" if number > 1 else "")) in taken:
            number += 1
        self._reached[name] = number
        return candidate


NewEntries = tuple[dict[str, Organisation], dict[str, Person]]


@dataclass
class Holdings:
    """The archive around a new letter: its registers, with what is being added, and its letters."""

    folder: Path
    frame: Frame
    letters: list[Known]
    titles: Mapping[str, str]
    ids: Set[str]
    new_organisations: dict[str, Organisation] = field(default_factory=dict)
    new_people: dict[str, Person] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)

    @property
    def new_entries(self) -> NewEntries:
        """Copies of the new organisations and people, to go back to."""
        return self.new_organisations.copy(), self.new_people.copy()

    @new_entries.setter
    def new_entries(self, entries: NewEntries) -> None:
        self.new_organisations, self.new_people = entries

    @property
    def organisations(self) -> dict[str, Organisation]:
        """The organisations of the register, and the new ones."""
        return {**self.frame.registers.organisations, **self.new_organisations}

    @property
    def people(self) -> dict[str, Person]:
        """The people of the register, and the new ones."""
        return {**self.frame.registers.people, **self.new_people}


def read_holdings(folder: Path) -> Holdings:
    """What a folder of letters holds.

    Raises:
        FolderError: it is no folder of letters, or its registers are faulty.
    """
    frames: list[Frame] = []
    letters: list[Known] = []
    titles: dict[str, str] = {}
    ids = {Path(name).stem for name in letter_names(folder)} if folder.is_dir() else set()

    def receive(letter: Letter | Withdrawn, file: LetterFile) -> None:
        ids.update(letter.former_ids)
        if isinstance(letter, Letter):
            letters.append(Known(letter.id, letter.date, parties_of(letter)))
            titles[letter.id] = letter.title

    check_folder(folder, receive, frames.append)
    if not frames:
        raise FolderError(f"archive.yml or a register of {folder} is faulty; run letters check")
    return Holdings(folder, frames[0], letters, titles, frozenset(ids))


def proposed_id(
    date: EdtfDate, senders: Iterable[Correspondent], recipients: Iterable[Correspondent],
    holdings: Holdings,
) -> str:  # fmt: skip
    """The name for a letter's file, as the guide wants it, that no other letter has."""
    year, month, day = date.placement
    when = "undated" if year is None else f"{year:04}"
    when += f"-{month:02}" if month else ""
    when += f"-{day:02}" if month and day else ""
    to = _named([*recipients], holdings) or "public"
    proposed = f"{when}-{_named([*senders], holdings) or 'unknown'}-to-{to}"
    return holdings.numbering.free(proposed, holdings.ids)


def _named(parties: list[Correspondent], holdings: Holdings) -> str:
    """One side of a letter in an id; many of one lane by the lane's name."""
    if len(parties) > _MANY:
        lanes = {holdings.frame.lane_of(party.organisation).id for party in parties}
        if len(lanes) == 1:
            return lanes.pop()
    return next((party.organisation or party.person or "unknown" for party in parties), "")


def may_be(letter: Letter, holdings: Holdings) -> Iterator[Known]:
    """Letters of the archive that a new one may be: of the same parties, at a time that fits."""
    parties = parties_of(letter)
    for known in holdings.letters:
        if known.parties == parties and _overlap(known.date, letter.date):
            yield known


def _overlap(one: EdtfDate, other: EdtfDate) -> bool:
    def begins_in_time(first: EdtfDate, then: EdtfDate) -> bool:
        return not (first.earliest and then.latest) or first.earliest <= then.latest

    return begins_in_time(one, other) and begins_in_time(other, one)


def path_of(letter_id: str, folder: Path) -> Path:
    """Where the file of a letter stands."""
    return folder / letter_id.partition("-")[0] / f"{letter_id}.yml"


def files_for(letter: Letter, holdings: Holdings) -> dict[Path, str]:
    """All files that change with a new letter: its own, registers, and what is made of these."""
    folder = holdings.folder
    files = {path_of(letter.id, folder): write_letter(letter)}
    for name, entries in (
        ("organisations", holdings.new_organisations),
        ("people", holdings.new_people),
    ):
        if entries:
            path = folder / "register" / f"{name}.yml"
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            before += "\n" if before and not before.endswith("\n") else ""
            files[path] = before + write_register(entries.values())
    if len(files) > 1 and (folder / REGISTER).exists():
        registers = holdings.frame.registers
        for name, entry in (*_new(holdings),):
            getattr(registers, name)[entry.id] = entry
        for file, text in register_schema(holdings.frame).items():
            files[folder / file] = text
    return files


def _new(holdings: Holdings) -> Iterator[tuple[str, Organisation | Person]]:
    yield from (("organisations", entry) for entry in holdings.new_organisations.values())
    yield from (("people", entry) for entry in holdings.new_people.values())
