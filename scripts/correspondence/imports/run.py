"""Letters that a file lists, added to an archive: all that are new to it, or nothing at all.

A letter is known again by its own address, or its number in an edition, or, where it has neither,
by its date and parties: so the same file can be imported again when it has grown.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..new_letter.context import Holdings, path_of, proposed_id
from ..records.archive import Frame, LetterFile, Registers
from ..records.atomic_write import written
from ..records.duplicates import parties_of
from ..records.folder import LETTER_ID
from ..records.json_schema import REGISTER, register_schema
from ..records.model import Letter, Organisation, Person, Withdrawn
from ..records.reading import check_folder
from ..records.writing import write_letter, write_record, write_register
from .new_archive import first_info
from .parsed import Found, FoundFile, FoundSource, ImportFailed, Remark
from .registers import Registrar
from .to_records import Parties, keep_topics, make_letter, sources_of

Identity = tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """What the person who imports says beside the file."""

    name: str
    source: str = ""
    publisher: str = ""
    kind: str | None = None
    new: bool = False
    write: bool = True
    today: datetime.date = datetime.date.min


@dataclass
class Outcome:
    """What an import did."""

    unit: str
    listed: int
    added: list[str] = field(default_factory=list)
    known: int = 0
    left_out: int = 0
    people: int = 0
    organisations: int = 0
    began: bool = False
    remarks: list[Remark] = field(default_factory=list)


@dataclass
class _Present:
    """What the archive holds already, as far as letters of a file may be it."""

    ids: set[str] = field(default_factory=set)
    by_url: dict[str, Letter] = field(default_factory=dict)
    by_number: dict[Identity, Letter] = field(default_factory=dict)
    alike: Counter[Identity] = field(default_factory=Counter)

    def receive(self, letter: Letter | Withdrawn, file: LetterFile) -> None:
        """Take a letter of the archive into account."""
        self.ids.update((letter.id, *letter.former_ids))
        for source in letter.sources if isinstance(letter, Letter) else ():
            assert isinstance(letter, Letter)  # noqa: S101 - so says the line above
            self.by_url.setdefault(source.url, letter)
            if letter.reference:
                self.by_number.setdefault((source.url, letter.reference), letter)
            self.alike[_likeness(letter, source.url)] += 1


def import_found(found: FoundFile, folder: Path, choices: Choices) -> Outcome:
    """Add the letters of a file to a folder of letters, and make the folder if it is new.

    Raises:
        ImportFailed: the archive has problems, or would have some; nothing was written.
        FolderError: the folder is none of letters.
    """
    outcome = Outcome(found.unit, len(found.letters), remarks=[*found.remarks])
    present = _Present()
    frame, outcome.began = _frame(found, folder, choices, present)
    work = _Import(frame, found, choices, present, outcome)
    files = work.files(folder)
    if files and outcome.began:
        files[folder / "archive.yml"] = write_record(frame.info)
    if files and choices.write:
        _write(files, folder)
    outcome.remarks.sort(key=lambda remark: remark.line)
    return outcome


def _frame(
    found: FoundFile, folder: Path, choices: Choices, present: _Present
) -> tuple[Frame, bool]:
    """The archive to import into, and whether it is begun now."""
    if (folder / "archive.yml").exists():
        if choices.new:
            raise ImportFailed(f"{folder} is an archive already; leave out --new to add to it")
        frames: list[Frame] = []
        report = check_folder(folder, present.receive, frames.append)
        if report.errors or not frames:
            raise ImportFailed(f"{folder} has problems; mend what letters check finds, then import")
        return frames[0], False
    if folder.exists() and not choices.new and (not folder.is_dir() or any(folder.iterdir())):
        raise ImportFailed(
            f"{folder} holds no archive.yml, but other things; --new begins an archive there"
        )
    dates = (letter.date for letter in found.letters)
    info = first_info(found.edition, choices.name, choices.source, dates, choices.today)
    return Frame(info, Registers()), True


def _write(files: dict[Path, str], folder: Path) -> None:
    """Write all files, and take them back if the archive is not sound with them."""
    with written(files):
        report = check_folder(folder)
        for problem in report.errors:
            place = f"{problem.file}:{problem.line}"
            raise ImportFailed(f"nothing was written; {place} would be: {problem.message}")


class _Import:
    """One file on its way into one archive."""

    def __init__(
        self, frame: Frame, found: FoundFile, choices: Choices, present: _Present, outcome: Outcome
    ) -> None:
        self.frame, self.found, self.choices = frame, found, choices
        self.present, self.outcome = present, outcome
        self.registrar = Registrar(frame, choices.kind)
        self.topics = {
            words.casefold(): topic.id
            for topic in frame.registers.topics.values()
            for words in (topic.id, topic.name)
        }
        self.holdings = Holdings(Path(), frame, [], {}, present.ids)
        self.urls = Counter(letter.url for letter in found.letters)
        self.numbers = Counter((letter.url, letter.reference) for letter in found.letters)

    def files(self, folder: Path) -> dict[Path, str]:
        """The texts of all files that change; none if every letter is known."""
        for found in self.found.letters:
            keep_topics(found, self.topics)
        self.registrar.settle(self.found.letters)
        files: dict[Path, str] = {}
        used: set[str] = set()
        for found in self.found.letters:
            if letter := self._new_letter(found):
                files[path_of(letter.id, folder)] = write_letter(letter)
                used.update(_used(letter))
                self.outcome.added.append(letter.id)
        if files:
            files.update(self._registers(folder, used))
        return files

    def _new_letter(self, found: Found) -> Letter | None:
        """The record of a letter, if the archive has not got it and can take it."""
        letter, faults = self._made(found)
        if letter and (known := self._known(found, letter)):
            self.outcome.known += 1
            self.outcome.remarks += _differences(found, letter, known)
            return None
        if letter is None:
            self.outcome.left_out += 1
            for fault in faults:
                found.remark("left out", f"left out: {fault}")
        else:
            self.present.ids.add(letter.id)
        self.outcome.remarks += dict.fromkeys(found.remarks)
        return letter

    def _made(self, found: Found) -> tuple[Letter | None, list[str]]:
        choices, edition = self.choices, self.found.edition
        sources = sources_of(found, edition, choices.source, choices.publisher)
        if not sources:
            cure = "say where the file is from with --source URL"
            return None, [f"it has no address, nor has its edition; {cure}"]
        parties = Parties(found, self.registrar)
        letter_id = self._id(found, sources, parties)
        return make_letter(letter_id, found, parties, sources, edition, self.frame.info)

    def _id(self, found: Found, sources: list[FoundSource], parties: Parties) -> str:
        """The id that the file wants, if it is one and free, or else a proposed one."""
        proposed = proposed_id(found.date, parties.of("from"), parties.of("to"), self.holdings)
        wanted = found.wanted_id
        same_year = wanted.partition("-")[0] == proposed.partition("-")[0]
        fits = LETTER_ID.fullmatch(wanted) and same_year and wanted not in self.present.ids
        return wanted if fits else proposed

    def _known(self, found: Found, letter: Letter) -> Letter | str | None:
        """The letter of the archive that this one is."""
        url = letter.sources[0].url
        if found.url and self.urls[found.url] == 1:
            return self.present.by_url.get(url)
        if found.reference and self.numbers[found.url, found.reference] == 1:
            return self.present.by_number.get((url, found.reference))
        likeness = _likeness(letter, url)
        if self.present.alike[likeness] > 0:
            self.present.alike[likeness] -= 1
            return letter.id
        return None

    def _registers(self, folder: Path, used: set[str]) -> Iterator[tuple[Path, str]]:
        organisations, people = self.registrar.new_records(used)
        self.outcome.organisations, self.outcome.people = len(organisations), len(people)
        lists: tuple[tuple[str, list[Organisation] | list[Person]], ...] = (
            ("organisations", organisations),
            ("people", people),
        )
        for name, entries in lists:
            if entries:
                path = folder / "register" / f"{name}.yml"
                before = path.read_text(encoding="utf-8") if path.exists() else ""
                before += "\n" if before and not before.endswith("\n") else ""
                yield path, before + write_register(entries)
        if (organisations or people) and (folder / REGISTER).exists():
            registers = self.frame.registers
            grown = Registers(
                {**registers.organisations, **{each.id: each for each in organisations}},
                {**registers.people, **{each.id: each for each in people}},
                registers.topics,
                registers.events,
                registers.leads,
            )
            for file, text in register_schema(Frame(self.frame.info, grown)).items():
                yield folder / file, text


def _likeness(letter: Letter, url: str) -> Identity:
    return (url, letter.reference or "", letter.date.text, *parties_of(letter))


def _used(letter: Letter) -> Iterator[str]:
    for party in (*letter.from_, *letter.to, *letter.cc):
        yield from filter(None, (party.organisation, party.person, party.on_behalf_of))


def _differences(found: Found, letter: Letter, known: Letter | str) -> list[Remark]:
    """What the file says otherwise than the record that is there, which stays as it is."""
    if isinstance(known, str):
        return []
    told = []
    if letter.date != known.date:
        told.append(f"the date here is {letter.date.words}, there {known.date.words}")
    if parties_of(letter) != parties_of(known):
        told.append("its correspondents are others there")
    return [
        Remark(found.line, "differs", f"{known.id} is in the archive and stays as it is; {each}")
        for each in told
    ]
