"""What was published once and must not vanish: ids of letters, and anchors on their pages.

Somebody may have linked to them. A letter that moved keeps its old id among its ``former_ids``, one
that was withdrawn leaves a file that says why, and a statement keeps its id within its letter.
"""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from .archive import LetterFile
from .folder import FolderError
from .model import Letter, Withdrawn
from .problems import Problem, rule

VANISHED = rule(
    "vanished",
    "What was published stays: ids of letters redirect or say why they are gone, and statements "
    "keep theirs.",
)


class Kept:
    """What an archive holds now: every id that leads somewhere, with the statements found there."""

    def __init__(self) -> None:
        self.statements: dict[str, frozenset[str] | None] = {}

    def receive(self, letter: Letter | Withdrawn, file: LetterFile) -> None:
        """Take a letter into account; a withdrawn one keeps no statements and owes none."""
        found = (
            None
            if isinstance(letter, Withdrawn)
            else frozenset(statement.id for statement in letter.statements)
        )
        for letter_id in (letter.id, *letter.former_ids):
            self.statements[letter_id] = found


def vanished(kept: Kept, folder: Path, revision: str) -> Iterator[Problem]:
    """What a revision of git published and the archive no longer has.

    Args:
        kept: what the archive has now.
        folder: the folder of letters, within a checkout.
        revision: a branch, tag or commit, such as ``origin/main``.

    Raises:
        FolderError: git cannot give the folder as it was then.
    """
    for published in _published(folder, revision):
        for message in _missing(kept, published, revision):
            yield Problem.of(VANISHED, published.path.as_posix(), (1, 1), message)


@dataclass(frozen=True)
class _Published:
    """A file of a letter as it was: its path in the folder, and what could be linked to."""

    path: PurePosixPath
    former_ids: frozenset[str]
    statements: frozenset[str]


def _missing(kept: Kept, published: _Published, revision: str) -> Iterator[str]:
    """What is missing now of what one file published, and the cure."""
    letter_id = published.path.stem
    for former in sorted(published.former_ids - kept.statements.keys()):
        yield (
            f"{former} redirected to {letter_id} ({revision}) and leads nowhere now; name it among "
            "the `former_ids` again"
        )
    if letter_id not in kept.statements:
        yield (
            f"{letter_id} was published ({revision}) and is gone; name it among the "
            "`former_ids` of the letter that it is now, or keep its file and say in it "
            "`withdrawn` with a date and a reason"
        )
        return
    present = kept.statements[letter_id]
    for statement in sorted(published.statements - present if present is not None else ()):
        yield (
            f"the statement {statement!r} of {letter_id} was published ({revision}) and is "
            "gone; give it its id again"
        )


def _published(folder: Path, revision: str) -> Iterator[_Published]:
    """The letters of a revision."""
    if revision.startswith("-"):
        raise FolderError(f"{revision} is no revision of git")
    command = ["git", "-C", str(folder), "archive", "--format=tar", revision, "."]
    try:
        done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - no shell
    except FileNotFoundError as error:
        raise FolderError("git is not installed; --published asks it what was published") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise FolderError(f"git cannot show {folder} as of {revision}: {said[0]}") from error
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in sorted(archive, key=lambda member: member.name):
            path = PurePosixPath(member.name)
            in_year = len(path.parts) == 2 and path.parts[0] != "register"
            file = archive.extractfile(member) if in_year and path.suffix == ".yml" else None
            if file:
                record = _record(file.read())
                former_ids = _texts(record.get("former_ids"))
                yield _Published(path, former_ids, _statements(record.get("statements")))


def _record(text: bytes) -> dict[str, Any]:
    """What a file says, as far as it can be read."""
    try:
        record = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - all is text
    except yaml.YAMLError:
        return {}
    return record if isinstance(record, dict) else {}


def _statements(statements: Any) -> frozenset[str]:
    entries = statements if isinstance(statements, list) else []
    return _texts([entry.get("id") for entry in entries if isinstance(entry, dict)])


def _texts(entries: Any) -> frozenset[str]:
    found = entries if isinstance(entries, list) else []
    return frozenset(entry for entry in found if isinstance(entry, str) and entry)
