"""One letter's file, read and checked for itself: all that needs no other letter.

Files are read one by one, in several processes if there are many, so what comes of one is compact.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .archive import Frame, LetterFile, Registers
from .field_types import BAD_ID
from .folder import LETTER_ID, MISPLACED_FILE, digest
from .model import ArchiveInfo, Letter, Withdrawn
from .personal_data import contacts_in, private_contacts
from .problems import Finding, Problem
from .rules.archive import Facts, facts_of, facts_of_unsound
from .rules.letter import letter_findings
from .rules.lost_text import lost_text
from .rules.references import reference_findings, refers_to_known
from .strict_yaml import Document, read_document
from .validation import validated_letter
from .yaml_comments import comments_in

Make = Callable[[Letter | Withdrawn, LetterFile, Frame], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """What one file says: ``made`` of it, if it is sound, and what is wrong with it.

    ``facts`` are for the rules on all letters; a file that is no YAML has none.
    """

    name: str
    digest: bytes
    problems: list[Problem]
    facts: Facts | None = None
    made: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class LetterReader:
    """Reads the letters of a folder, each for itself, and makes something of the sound ones.

    If it ``warns``, it reports warnings, too.
    """

    folder: Path
    registers: Registers
    info: ArchiveInfo | None
    make: Make | None
    warns: bool = True

    def __call__(self, name: str) -> ReadLetter:
        """Read the file of this name in the folder."""
        document = read_document(self.folder / name, name)
        checksum = digest(document.text.encode())
        if document.problems:
            return ReadLetter(name, checksum, document.problems)
        letter_id = Path(name).stem
        letter, findings = self._letter(letter_id, document)
        if not self.warns:
            findings = [finding for finding in findings if finding.rule.level == "error"]
        problems = [*contacts_in_comments(document), *placed(findings, document)]
        if letter is None:
            facts = facts_of_unsound(letter_id, document.data, name)
            return ReadLetter(name, checksum, problems, facts)
        made = None
        if self.make and self.info and not any(p.level == "error" for p in problems):
            frame = Frame(self.info, self.registers)
            made = self.make(letter, LetterFile(name, document.text), frame)
        return ReadLetter(name, checksum, problems, facts_of(letter, name), made)

    def _letter(
        self, letter_id: str, document: Document
    ) -> tuple[Letter | Withdrawn | None, list[Finding]]:
        file, data = document.file, document.data
        findings = [*private_contacts(data, file), *lost_text(document)]
        matched = LETTER_ID.fullmatch(letter_id)
        if not matched:
            cure = "name the file like 2019-02-18-sender-to-recipient.yml"
            message = f"{letter_id!r} is no id of a letter; {cure}"
            _, faults = validated_letter("unnamed", data, file)
            findings += [*self._references(data, file), *faults]
            return None, [Finding(file, (), BAD_ID, message), *findings]
        if matched[1] != Path(file).parent.name:
            message = f"the id begins with {matched[1]}; move the file to the folder {matched[1]}"
            findings.append(Finding(file, (), MISPLACED_FILE, message))
        letter, faults = validated_letter(letter_id, data, file)
        if letter is None or not refers_to_known(letter, self.registers, self.info):
            findings += self._references(data, file)
        if isinstance(letter, Letter):
            findings += letter_findings(letter, file)
        return letter, findings + faults

    def _references(self, data: Any, file: str) -> Iterator[Finding]:
        return reference_findings(Letter, data, file, self.registers, self.info)


def placed(findings: list[Finding], document: Document) -> Iterator[Problem]:
    """Findings of a document as problems, keys as places."""
    for finding in findings:
        place = finding.place or document.place(finding.keys, at_key=finding.at_key)
        yield Problem.of(finding.rule, finding.file, place, finding.message, finding.mend)


def contacts_in_comments(document: Document) -> Iterator[Problem]:
    """What is private in a well-formed document's comments, which are published with its file."""
    for comment in [] if document.problems else comments_in(document.text):
        for broken, message in contacts_in(comment.text):
            yield Problem.of(broken, document.file, (comment.line, comment.column), message)
