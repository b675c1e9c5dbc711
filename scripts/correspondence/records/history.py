"""How records changed, from the history that git keeps of their files, key by key.

Only what a record says counts: a commit that wraps lines anew or adds a comment is none of its
changes. A record keeps its history when its file is renamed and the old id is a former one.
"""

import datetime
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import yaml

from .model import Letter

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_KEYS = [field.alias or name for name, field in Letter.model_fields.items()]
_SHORT = 60
_NOTHING = "0" * 40

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A commit that changed a record, or recorded it first: then ``what`` is empty.

    ``what`` says of each key what became of it, such as ``"summary changed"``.
    """

    letter: str
    day: datetime.date
    commit: str
    message: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class _Step:
    """A file that a commit wrote: the blobs before and after."""

    commit: str
    day: str
    message: str
    path: PurePosixPath
    before: str
    after: str


def last_commit(folder: Path) -> str:
    """The last commit that touched a folder; nothing where there is no whole history of it."""
    if (
        shutil.which("git") is None
        or _git(folder, "rev-parse", "--is-shallow-repository") != "false"
    ):
        return ""
    return _git(folder, "log", "-1", "--no-merges", "--format=%H", "--", ".")


def changes(folder: Path, current_ids: Mapping[str, str]) -> Iterator[Change]:
    """The changes of letters, oldest first; none where there is no whole history.

    Args:
        folder: the folder of letters, within a checkout.
        current_ids: the id that a letter has now, by each id that it has or had.
    """
    if not last_commit(folder):
        return
    known: dict[str, Content] = {}
    with _blobs(folder) as read:
        for step in _steps(folder):
            letter = current_ids.get(step.path.stem)
            if letter is None or step.after == _NOTHING:
                continue
            after = _content(read(step.after))
            if step.before != _NOTHING:
                before: Content | None = _content(read(step.before))
            else:
                before = known.get(letter)
            known[letter] = after
            what = tuple(_differences(before, after)) if before is not None else ()
            if what or before is None:
                day = datetime.date.fromisoformat(step.day)
                yield Change(letter, day, step.commit, step.message, what)


def _steps(folder: Path) -> Iterator[_Step]:
    """What each commit did to the files of letters, from the first commit on."""
    log = _git(
        folder,
        *("log", "--reverse", "--no-merges", "--relative", "--raw", "--no-abbrev", "--no-renames"),
        *("--format=%x00%H%x1f%cs%x1f%s", "--", "."),
    )
    for entry in log.split("\0")[1:]:
        head, *lines = entry.strip("\n").split("\n")
        commit, day, message = head.split("\x1f", 2)
        for line in filter(None, lines):
            facts, _, name = line.partition("\t")
            _, _, before, after, _ = facts.split(" ")
            path = PurePosixPath(name)
            if path.suffix == ".yml" and len(path.parts) == 2 and path.parts[0] != "register":
                yield _Step(commit, day, message, path, before, after)


def _git(folder: Path, *arguments: str) -> str:
    """What git says, or nothing where it cannot: there may be no checkout."""
    command = ["git", "-C", str(folder), "-c", "core.quotePath=false", *arguments]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - no shell
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


@contextmanager
def _blobs(folder: Path) -> Iterator[Any]:
    """A function that reads a blob; one process serves all, since there may be very many."""
    command = ["git", "-C", str(folder), "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603 - no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        asking = cast("IO[bytes]", process.stdin)
        answers = cast("IO[bytes]", process.stdout)

        def read(blob: str) -> bytes:
            asking.write(f"{blob}\n".encode())
            asking.flush()
            size = int(answers.readline().split()[-1])
            content = answers.read(size)
            answers.read(1)  # the line feed after it
            return content

        yield read
        asking.close()


def _content(text: bytes) -> Content:
    """What a file said, as far as it can be read."""
    try:
        found = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it makes text, lists and mappings
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _differences(before: Content, after: Content) -> Iterator[str]:
    """What became of each key, in the order of the model."""
    keys = [*_KEYS, *sorted({*before, *after} - set(_KEYS))]
    for key in keys:
        old, new = _plain(before.get(key)), _plain(after.get(key))
        if old == new:
            continue
        if old is None:
            yield f"{key} added"
        elif new is None:
            yield f"{key} removed"
        elif isinstance(old, list) and isinstance(new, list):
            yield f"{key}: {_of_a_list(old, new)}"
        elif isinstance(old, str) and isinstance(new, str) and len(old + new) <= _SHORT:
            yield f"{key} changed from {old!r} to {new!r}"
        else:
            yield f"{key} changed"


def _of_a_list(old: list[Any], new: list[Any]) -> str:
    added = sum(entry not in old for entry in new)
    removed = sum(entry not in new for entry in old)
    changed = min(added, removed)
    counts = [
        (changed, "changed"),
        (added - changed, "added"),
        (removed - changed, "removed"),
    ]
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "order changed"


def _plain(value: Any) -> Any:
    """A value without the line breaks that only wrap it; what is empty says nothing."""
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, list):
        return [_plain(entry) for entry in value] or None
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()} or None
    return value
