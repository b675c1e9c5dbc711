"""Files in their canonical form: what :mod:`.writing` makes of a record, and its comments.

Only a sound record has a canonical form. A file that is not read without problems is left as it
is, and so is one of which any word or comment would change: what is written is read again first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .archive import class_of
from .field_types import WRONG_TYPE
from .folder import input_names
from .letter_reading import placed
from .model import Letter, Record, Withdrawn
from .problems import Finding, KeyPath, Problem, Rule
from .rules.lost_text import lost_text
from .strict_yaml import (
    BYTE_ORDER_MARK,
    CARRIAGE_RETURN,
    FLOW_STYLE,
    Document,
    load,
    read_document,
)
from .validation import validated, validated_letter
from .writing import write_letter, write_record, write_register
from .yaml_comments import Comments, comments_of

# Not in the catalogue of rules, since a file that breaks it shows a fault of this program.
NOT_FORMATTED = Rule("not-formatted", "A file's canonical form says what the file says.")

_OF_THE_BYTES = {BYTE_ORDER_MARK.name, CARRIAGE_RETURN.name}


@dataclass(frozen=True)
class Formatted:
    """A file as it is and in its canonical form, or the problems that it must be rid of first."""

    path: Path
    before: bytes = b""
    after: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_canonical(self) -> bool:
        """Whether there is nothing to change."""
        return not self.problems and self.before == self.after.encode()


@dataclass(frozen=True)
class _Content:
    """What a file says: its records in order, and its comments."""

    records: tuple[Record, ...]
    comments: Comments

    def text(self, name: str) -> str:
        """The canonical form."""
        if _is_register(name):
            return write_register(self.records, self.comments)
        (record,) = self.records
        if isinstance(record, Letter | Withdrawn):
            return write_letter(record, self.comments)
        return write_record(record, self.comments)


def format_folder(folder: Path, within: Iterable[Path] = ()) -> Iterator[Formatted]:
    """Each file of a folder of letters (of those ``within`` some files or folders) formatted.

    Nothing is written.
    """
    for path in paths_within(folder, within):
        yield format_file(path, path.relative_to(folder).as_posix())


def paths_within(folder: Path, within: Iterable[Path]) -> Iterator[Path]:
    """The files of a folder of letters; if ``within`` names files or folders, only theirs."""
    wanted = [path.resolve() for path in within]
    for path in (folder / name for name in input_names(folder)):
        places = (path.resolve(), *path.resolve().parents)
        if not wanted or any(place in wanted for place in places):
            yield path


def format_file(path: Path, name: str) -> Formatted:
    """One file formatted; ``name`` is its path within the folder of letters."""
    document, before = read_leniently(path, name)
    after, problems = format_document(document)
    return Formatted(path, before, after, tuple(problems))


def read_leniently(path: Path, name: str) -> tuple[Document, bytes]:
    """A file whose byte order mark and line ends of Windows are passed over, and its bytes."""
    document = read_document(path, name)
    if {problem.rule for problem in document.problems} & _OF_THE_BYTES:
        text = path.read_bytes().decode("utf-8-sig", "replace")
        document = Document(name)
        load(text.replace("\r\n", "\n").replace("\r", "\n"), document)
    return document, path.read_bytes() if document.text else b""


def format_document(document: Document) -> tuple[str, list[Problem]]:
    """The canonical form of a document, or the problems for which it has none."""
    content, problems = _content(document)
    if content is None:
        return "", problems
    text = content.text(document.file)
    again = Document(document.file)
    load(text, again)
    written, _ = _content(again)
    if written is None or (written.records, written.comments.texts()) != (
        content.records,
        content.comments.texts(),
    ):
        message = "formatting would change what this file says, so it was left as it is"
        return "", [Problem.of(NOT_FORMATTED, document.file, (1, 1), message)]
    return text, []


def _content(document: Document) -> tuple[_Content | None, list[Problem]]:
    # Braces are no canonical form, but it is clear what they say.
    problems = [problem for problem in document.problems if problem.rule != FLOW_STYLE.name]
    records: list[Record | None] = []
    if not problems and _is_register(document.file) and not isinstance(document.data, list):
        message = "a register is a list; begin each entry with a hyphen"
        problems = [Problem.of(WRONG_TYPE, document.file, (1, 1), message)]
    if not problems:
        findings: list[Finding] = [*lost_text(document)]
        for at, cls, data in _raw_records(document):
            record, faults = _validated(cls, data, document.file, at)
            records.append(record)
            findings.extend(faults)
        problems = [*placed(findings, document)]
    sound = tuple(record for record in records if record is not None)
    if problems or len(sound) < len(records):
        return None, problems
    return _Content(sound, comments_of(document)), []


def _validated(
    cls: type[Record], data: object, file: str, at: KeyPath
) -> tuple[Record | None, list[Finding]]:
    if cls is Letter:
        return validated_letter(Path(file).stem, data, file)
    return validated(cls, data, file, at)


def _raw_records(document: Document) -> Iterator[tuple[KeyPath, type[Record], object]]:
    """The mappings of a file, each with its place and the class of its record."""
    cls = class_of(document.file)
    if _is_register(document.file):
        yield from (((number,), cls, data) for number, data in enumerate(document.data))
    else:
        yield (), cls, document.data


def _is_register(name: str) -> bool:
    return name.startswith("register/")
