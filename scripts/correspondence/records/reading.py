"""A folder of letters, read and checked as a whole.

Letters are read one at a time and handed on, so that an archive of any size can be checked, or
built into a database, without being held in memory.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .archive import Frame, LetterFile, Registers
from .archive_rules import Checker
from .comments import comments_in
from .contacts import contacts_in, private_contacts
from .letter_rules import reference_findings, scope_findings
from .model import (
    ArchiveInfo,
    Event,
    Lead,
    Letter,
    Organisation,
    Person,
    Record,
    Topic,
    Withdrawn,
)
from .problems import Finding, Problem, rule
from .register_rules import DUPLICATE_ID, info_findings, register_findings
from .validation import validated, validated_letter
from .words import BAD_ID, WRONG_TYPE
from .yamlfile import Document, read_document

MISPLACED_FILE = rule(
    "misplaced-file", "Letters stand in the folder of their year, as .yml, and nothing else does."
)

REGISTERS: dict[str, type[Record]] = {
    "organisations": Organisation,
    "people": Person,
    "topics": Topic,
    "events": Event,
    "leads": Lead,
}
LETTER_ID = re.compile(r"([0-9]{4}|undated)(?:-[a-z0-9]+)+")
_LETTER_FILE = re.compile(r"(?s)[^.].*\.yml")
_LIKE_YAML = re.compile(r"(?i)\.ya?ml$")

Receive = Callable[[Letter | Withdrawn, LetterFile], None]


class FolderError(Exception):
    """The folder is not one of letters; the message says why."""


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
        """What deserves a look."""
        return [problem for problem in self.problems if problem.level == "warning"]


@contextmanager
def _readable_folders() -> Iterator[None]:
    """A folder that cannot be listed ends the work; a file that cannot be read is a problem."""
    try:
        yield
    except OSError as error:
        message = f"{error.filename} cannot be read: {error.strerror}"
        raise FolderError(message) from error


def must_be_letters(folder: Path) -> None:
    """Make sure that a folder is one of letters.

    Raises:
        FolderError: the folder does not exist or holds no ``archive.yml``.
    """
    if not folder.is_dir():
        raise FolderError(f"there is no folder {folder}")
    if not (folder / "archive.yml").exists():
        raise FolderError(f"{folder} is no folder of letters: it holds no archive.yml")


@_readable_folders()
def check_folder(
    folder: Path,
    receive: Receive | None = None,
    begin: Callable[[Frame], None] | None = None,
) -> Report:
    """Read and check every file of a folder of letters.

    ``begin`` is given the archive and its registers before the first letter, if they are sound;
    ``receive`` then every sound letter with its file, in the order of ids. Both serve a single
    pass from files to a database; what they were given counts only if the report has no errors.

    Raises:
        FolderError: the folder does not exist, cannot be read or holds no ``archive.yml``.
    """
    must_be_letters(folder)
    reading = _Reading(folder)
    info, registers = reading.info(), reading.registers()
    reading.places(registers, info)
    if begin and info and reading.is_sound:
        begin(Frame(info, registers))
    reading.letters(registers, info, receive)
    reading.report.problems.sort()
    reading.report.content_hash = reading.content.hexdigest()
    return reading.report


@_readable_folders()
def content_hash(folder: Path) -> str:
    """A checksum of every file that a build reads: its place in the folder, and its bytes.

    Raises:
        FolderError: the folder does not exist or cannot be read.
    """
    if not folder.is_dir():
        raise FolderError(f"there is no folder {folder}")
    total = hashlib.sha256()
    for path in input_paths(folder):
        # Nothing is built from a folder or device that bears the name of a file.
        content = path.read_bytes() if path.is_file() else b""
        _feed(total, path.relative_to(folder).as_posix(), content)
    return total.hexdigest()


def letter_paths(folder: Path) -> list[Path]:
    """The letters' files, in the order of their ids."""
    return sorted(_letter_entries(folder), key=lambda path: (path.stem, path.parent.name))


def input_paths(folder: Path) -> list[Path]:
    """Every file that a build reads: the archive's, the registers' and the letters'."""
    registers = (folder / "register" / f"{name}.yml" for name in REGISTERS)
    return [
        folder / "archive.yml",
        *(p for p in registers if os.path.lexists(p)),
        *letter_paths(folder),
    ]


def _letter_entries(folder: Path) -> Iterator[Path]:
    for year in folder.iterdir():
        if year.is_dir() and year.name != "register" and not year.name.startswith("."):
            yield from (path for path in year.iterdir() if _LETTER_FILE.fullmatch(path.name))


def _feed(total: "hashlib._Hash", name: str, content: bytes) -> None:
    total.update(os.fsencode(f"{name}\0{len(content)}\0"))
    total.update(content)


class _Reading:
    """One pass over a folder, collecting problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.report = Report()
        self.is_sound = True
        self.content = hashlib.sha256()

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

    def registers(self) -> Registers:
        """The sound entries of all registers, and what is known of the others."""
        entries: dict[str, dict[str, Any]] = {name: {} for name in REGISTERS}
        places: dict[tuple[str, str], int] = {}
        documents: list[Document] = []
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
            documents.append(document)
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
        for document in documents:
            self._add(reference_findings(document.data, document.file, registers), document)
        return registers

    def letters(
        self, registers: Registers, info: ArchiveInfo | None, receive: Receive | None
    ) -> None:
        """Every letter's file in turn; the sound ones are handed on."""
        paths = letter_paths(self.folder)
        checker = Checker(registers, frozenset(path.stem for path in paths))
        for path in paths:
            document = self._read(path)
            if document.problems:
                continue
            letter, findings = self._letter(path, document, registers, info)
            if letter is not None:
                findings.extend(checker.see(letter, document.file))
            else:
                checker.see_unsound(path.stem, document.data, document.file)
            self._add(findings, document)
            if letter is not None and receive and self.is_sound:
                receive(letter, LetterFile(document.file, document.text))
            self.report.letters += letter is not None
        self._add(checker.finish())

    def places(self, registers: Registers, info: ArchiveInfo | None) -> None:
        """What is wrong around the letters: between the registers, and in the folder."""
        self._add(register_findings(registers, info))
        self._add(_misplaced(self.folder))

    def _letter(
        self, path: Path, document: Document, registers: Registers, info: ArchiveInfo | None
    ) -> tuple[Letter | Withdrawn | None, list[Finding]]:
        file = document.file
        findings = [
            *private_contacts(document.data, file),
            *reference_findings(document.data, file, registers),
            *scope_findings(document.data, file, info),
        ]
        matched = LETTER_ID.fullmatch(path.stem)
        if not matched:
            cure = "name the file like 2019-02-18-sender-to-recipient.yml"
            message = f"{path.stem!r} is no id of a letter; {cure}"
            _, faults = validated_letter("unnamed", document.data, file)
            return None, [Finding(file, (), BAD_ID, message), *findings, *faults]
        if matched[1] != path.parent.name:
            message = f"the id begins with {matched[1]}; move the file to the folder {matched[1]}"
            findings.append(Finding(file, (), MISPLACED_FILE, message))
        letter, faults = validated_letter(path.stem, document.data, file)
        return letter, findings + faults

    def _is_list(self, document: Document) -> bool:
        if isinstance(document.data, list):
            self._add(private_contacts(document.data, document.file), document)
            return True
        message = "a register is a list; begin each entry with a hyphen"
        self._add([Finding(document.file, (), WRONG_TYPE, message)], document)
        return False

    def _read(self, path: Path) -> Document:
        document = read_document(path, path.relative_to(self.folder).as_posix())
        for problem in [*document.problems, *_contacts_in_comments(document)]:
            self._note(problem)
        self.report.files += 1
        _feed(self.content, document.file, document.text.encode())
        return document

    def _add(self, findings: Iterable[Finding], document: Document | None = None) -> None:
        """Findings as problems: keys become places, of the document or of the file read again."""
        documents = {document.file: document} if document else {}
        for finding in findings:
            if finding.file not in documents:
                documents[finding.file] = read_document(self.folder / finding.file, finding.file)
            place = documents[finding.file].place(finding.keys, at_key=finding.at_key)
            self._note(Problem.of(finding.rule, finding.file, place, finding.message))

    def _note(self, problem: Problem) -> None:
        self.report.problems.append(problem)
        self.is_sound = self.is_sound and problem.level != "error"


def _contacts_in_comments(document: Document) -> Iterator[Problem]:
    """What is private in a well-formed document's comments, which are published with its file."""
    for comment in [] if document.problems else comments_in(document.text):
        for broken, message in contacts_in(comment.text):
            yield Problem.of(broken, document.file, (comment.line, comment.column), message)


def _misplaced(folder: Path) -> Iterator[Finding]:
    """Files that look like records and are none, so that nothing is passed over in silence."""
    read = {path.relative_to(folder).as_posix() for path in input_paths(folder)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_hidden = "/." in f"/{name}"
        if _LIKE_YAML.search(name) and name not in read and not is_hidden:
            cure = (
                "move it to the folder of its year"
                if name.endswith(".yml")
                else "let its name end in .yml"
            )
            message = f"this is read neither as a letter nor as a register; {cure}"
            yield Finding(name, (), MISPLACED_FILE, message)


def _raw_id(data: Any) -> str:
    value = data.get("id") if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""
