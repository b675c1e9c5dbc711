"""A folder of letters, read and checked as a whole.

Letters are read one at a time and handed on, so that an archive of any size can be checked, or
built into a database, without being held in memory.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .archive import REGISTERS, Frame, LetterFile, Registers
from .field_types import WRONG_TYPE
from .folder import (
    Content,
    FolderError,
    digest,
    letter_names,
    misplaced,
    must_be_letters,
    readable_folders,
)
from .letter_reading import LetterReader, Make, contacts_in_comments, placed
from .model import ArchiveInfo, Letter, Record, Withdrawn
from .parallel import in_order
from .personal_data import private_contacts
from .problems import Finding, Problem
from .rules.archive import Checker
from .rules.lost_text import lost_text
from .rules.references import reference_findings
from .rules.register import DUPLICATE_ID, info_findings, register_findings
from .strict_yaml import Document, read_document
from .validation import validated


@dataclass
class Report:
    """What a check found, and how much it read."""

    problems: list[Problem] = field(default_factory=list)
    letters: int = 0
    files: int = 0
    content_hash: str = ""

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep the archive from being built."""
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """The warnings."""
        return [problem for problem in self.problems if problem.level == "warning"]


@readable_folders()
def check_folder(
    folder: Path,
    receive: Callable[..., None] | None = None,
    begin: Callable[[Frame], None] | None = None,
    make: Make | None = None,
    *,
    warns: bool = True,
) -> Report:
    """Read and check every file of a folder of letters.

    Both functions serve a single pass from files to a database; what they were given counts only
    if the report has no errors.

    Args:
        folder: the folder of letters.
        receive: is given every sound letter with its file, in the order of ids.
        begin: is given the archive and its registers before the first letter, if they are sound.
        make: makes of each sound letter, its file and the frame what ``receive`` is given instead
            of letter and file. It is a function of a module, so that other processes may call it.
        warns: whether to report warnings, too, for which most files are read twice.

    Raises:
        FolderError: the folder does not exist, cannot be read or holds no ``archive.yml``.
    """
    must_be_letters(folder)
    reading = _Reading(folder, warns)
    info = reading.info()
    registers = reading.registers(info)
    reading.places(registers)
    if begin and info and reading.is_sound:
        begin(Frame(info, registers))
    reading.letters(registers, info, receive, (make or _as_they_are) if receive else None)
    reading.report.problems.sort()
    reading.report.content_hash = reading.content.checksum
    return reading.report


def _as_they_are(
    letter: Letter | Withdrawn, file: LetterFile, _: Frame
) -> tuple[Letter | Withdrawn, LetterFile]:
    return letter, file


class _Reading:
    """One pass over a folder, collecting problems."""

    def __init__(self, folder: Path, warns: bool) -> None:
        self.folder = folder
        self.warns = warns
        self.report = Report()
        self.is_sound = True
        self.content = Content()

    def info(self) -> ArchiveInfo | None:
        """What the archive is; nothing if its file is faulty."""
        document = self._read(self.folder / "archive.yml")
        if document.problems:
            return None
        info, findings = validated(ArchiveInfo, document.data, document.file)
        findings.extend(private_contacts(document.data, document.file))
        if info is not None:
            findings.extend(info_findings(info, document.file))
        self._add(findings, document)
        return info

    def registers(self, info: ArchiveInfo | None) -> Registers:
        """The sound entries of all registers, and what is known of the others."""
        entries: dict[str, dict[str, Any]] = {name: {} for name in REGISTERS}
        places: dict[tuple[str, str], int] = {}
        documents: list[tuple[type[Record], Document]] = []
        unread: set[str] = set()
        sound = True
        for name, cls in REGISTERS.items():
            path = self.folder / "register" / f"{name}.yml"
            if not os.path.lexists(path):
                continue
            document = self._read(path)
            if document.problems or not self._is_list(document):
                unread.add(name)
                sound = False
                continue
            documents.append((cls, document))
            for place, raw in enumerate(document.data):
                entry, findings = validated(cls, raw, document.file, (place,))
                entry_id = _raw_id(raw)
                if entry_id and places.setdefault((name, entry_id), place) != place:
                    message = f"the id {entry_id!r} is used above; choose another"
                    keys = (place, "id")
                    findings.append(Finding(document.file, keys, DUPLICATE_ID, message))
                elif entry is not None:
                    entries[name][entry_id] = entry
                sound = sound and not findings
                self._add(findings, document)
        registers = Registers(**entries, places=places, unread=frozenset(unread), sound=sound)
        for cls, document in documents:
            for place, raw in enumerate(document.data):
                found = reference_findings(cls, raw, document.file, registers, info, (place,))
                self._add(found, document)
        return registers

    def letters(
        self,
        registers: Registers,
        info: ArchiveInfo | None,
        receive: Callable[..., None] | None,
        make: Make | None,
    ) -> None:
        """Every letter's file in turn; the sound ones are handed on."""
        names = letter_names(self.folder)
        checker = Checker(registers, frozenset(Path(name).stem for name in names))
        # Of letters that may name what no register holds, nothing is made.
        made = make if self.is_sound else None
        reader = LetterReader(self.folder, registers, info, made, self.warns)
        try:
            for read in in_order(reader, names):
                self.report.files += 1
                self.content.add(read.name, read.digest)
                for problem in read.problems:
                    self._note(problem)
                if read.facts:
                    self._add(checker.see(read.facts))
                    self.report.letters += read.facts.kind != "unsound"
                if read.made and receive and self.is_sound:
                    receive(*read.made)
        except BrokenProcessPool:
            message = f"the reading of {self.folder} was stopped from outside; try again"
            raise FolderError(message) from None
        self._add(checker.finish())

    def places(self, registers: Registers) -> None:
        """What is wrong around the letters: between the registers, and in the folder."""
        self._add(register_findings(registers))
        self._add(misplaced(self.folder))

    def _is_list(self, document: Document) -> bool:
        if isinstance(document.data, list):
            self._add(private_contacts(document.data, document.file), document)
            return True
        message = "a register is a list; begin each entry with a hyphen"
        self._add([Finding(document.file, (), WRONG_TYPE, message)], document)
        return False

    def _read(self, path: Path) -> Document:
        document = read_document(path, path.relative_to(self.folder).as_posix())
        for problem in [*document.problems, *contacts_in_comments(document)]:
            self._note(problem)
        if not document.problems:
            self._add(lost_text(document), document)
        self.report.files += 1
        self.content.add(document.file, digest(document.text.encode()))
        return document

    def _add(self, findings: Iterable[Finding], document: Document | None = None) -> None:
        """Findings as problems: keys become places, of the document or of the file read again."""
        for finding in findings:
            if finding.rule.level == "warning" and not self.warns:
                continue
            if document is None or document.file != finding.file:
                document = read_document(self.folder / finding.file, finding.file)
            for problem in placed([finding], document):
                self._note(problem)

    def _note(self, problem: Problem) -> None:
        self.report.problems.append(problem)
        self.is_sound = self.is_sound and problem.level != "error"


def _raw_id(data: Any) -> str:
    value = data.get("id") if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""
