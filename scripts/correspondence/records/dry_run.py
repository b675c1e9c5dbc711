"""A letter's text checked before it is in any folder, by the very rules of ``letters check``.

The check runs on a folder of its own that holds the registers, the letters that the text names or
that refer to it, and the text; it is gone when the check is done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .archive import Frame
from .model import Letter, Organisation, Person, Record
from .problems import Problem
from .reading import check_folder
from .strict_yaml import Document, load
from .validation import validated, validated_letter
from .writing import write_record, write_register

NEW_ENTRIES: Mapping[str, type[Organisation] | type[Person]] = {
    "organisations": Organisation,
    "people": Person,
}
"""The registers to which a letter may bring new entries."""


@dataclass(frozen=True)
class Trial:
    """What a check found: the letter, if it is sound, and the registers with their new entries."""

    letter: Letter | None
    frame: Frame
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        """What keeps the letter from being taken."""
        return [problem for problem in self.problems if problem.level == "error"]


def path_of(letter_id: str) -> str:
    """Where the file of a letter stands in a folder of letters."""
    return f"{letter_id.partition('-')[0]}/{letter_id}.yml"


def try_letter(
    frame: Frame,
    letter_id: str,
    text: str,
    additions: Mapping[str, str],
    neighbours: Mapping[str, str],
    before: str | None = None,
) -> Trial:
    """Check the text of a letter's file.

    Args:
        frame: the archive.
        letter_id: the name of the file without ``.yml``.
        text: what the file says.
        additions: text to add at the end of registers, by their names.
        neighbours: the texts of letters that it names or that refer to it, by their paths.
        before: what the file says in the archive, if it is there: problems of neighbours are
            reported only if this text does not cause them.
    """
    name = path_of(letter_id)
    registers = {
        register: write_register(getattr(frame.registers, register).values())
        for register in ("organisations", "people", "topics", "events", "leads")
    }
    lengths = {register: kept.count("\n") for register, kept in registers.items()}
    around = {
        **neighbours,
        "archive.yml": write_record(frame.info),
        **{
            f"register/{register}.yml": kept + additions.get(register, "")
            for register, kept in registers.items()
            if kept or register in additions
        },
    }
    found = _problems({**around, name: text})
    known = _problems(around if before is None else {**around, name: before}) if neighbours else []
    caused = [p for p in found if p.file in neighbours and p.level == "error" and p not in known]
    kept = (*_of_the_draft(found, name, lengths), *caused)
    sound = not any(problem.level == "error" for problem in kept)
    letter = _letter(letter_id, text) if sound else None
    return Trial(letter, _with(frame, additions), kept)


def _problems(files: Mapping[str, str]) -> list[Problem]:
    """What the check of a folder with these files finds."""
    with TemporaryDirectory(prefix="letters-") as temporary:
        folder = Path(temporary)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content, encoding="utf-8", newline="")
        return check_folder(folder).problems


def _of_the_draft(found: list[Problem], name: str, lengths: Mapping[str, int]) -> Iterator[Problem]:
    """The problems of the text and of the new entries, whose lines count from the first of them.

    The others are of a folder that holds only a part of the archive.
    """
    for problem in found:
        register = Path(problem.file).stem
        if problem.file == name:
            yield problem
        elif register in NEW_ENTRIES and problem.line > lengths[register]:
            yield replace(problem, line=problem.line - lengths[register])


def _letter(letter_id: str, text: str) -> Letter | None:
    letter, _ = validated_letter(letter_id, _data(text), path_of(letter_id))
    return letter if isinstance(letter, Letter) else None


def _data(text: str) -> Any:
    document = Document("")
    load(text, document)
    return document.data


def _with(frame: Frame, additions: Mapping[str, str]) -> Frame:
    """The archive with the new entries that are sound."""
    registers = frame.registers
    for register, cls in NEW_ENTRIES.items():
        entries: dict[str, Record] = dict(getattr(registers, register))
        raw = _data(additions.get(register, ""))
        for entry in raw if isinstance(raw, list) else []:
            record, _ = validated(cls, entry, register)
            if record is not None:
                entries.setdefault(record.id, record)
        registers = replace(registers, **{register: entries})  # type: ignore[arg-type]
    return Frame(frame.info, registers)
