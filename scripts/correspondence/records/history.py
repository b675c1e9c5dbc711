"""How records changed, from the history that git keeps of their files, key by key.

Only what a record says counts: a commit that only wraps lines or adds a comment changes nothing. A
record keeps its history when its file is renamed and the old id is a former one.

Nothing that prose once said is repeated, nor what a commit's message says: a private name that was
removed from a record must not come back as a part of its history. Old values are given only for
dates and for words of fixed vocabularies, and only where they are valid ones.
"""

import datetime
import math
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from .folder import FolderError
from .model import Letter

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_KEYS = [field.alias or name for name, field in Letter.model_fields.items()]
_NOTHING = "0" * 40
_OTHER = "a key that is no longer in use"

# Keys whose old and new values are given. Each type accepts only dates or words of a vocabulary, so
# that no other text can pass, whatever a file once held.
_SHOWN = {
    key: TypeAdapter(Letter.__annotations__[key])
    for key in (
        "title_supplied",
        "form",
        "date",
        "published",
        "expects_answer",
        "language",
        "attestation",
    )
}

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A commit that changed a record, or recorded it first: then ``what`` is empty.

    ``what`` says what happened to each key, such as ``"summary changed"``.
    """

    letter: str
    day: datetime.date
    commit: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class _Step:
    """A file that a commit wrote: the blobs before and after; ``number`` counts the commits."""

    number: int
    commit: str
    day: str
    stem: str
    before: str
    after: str


@dataclass
class _Life:
    """When a file was there: from its first commit until the one that removed it."""

    first: float
    last: float


@dataclass
class _Records:
    """Which letter each file belongs to, and which files were absorbed by another record."""

    letter_of: dict[str, str] = field(default_factory=dict)
    absorbed: dict[str, str] = field(default_factory=dict)


def last_commit(folder: Path) -> str:
    """The last commit that touched a folder; nothing where there is no whole history of it."""
    if (
        shutil.which("git") is None
        or _git(folder, "rev-parse", "--is-shallow-repository") != "false"
    ):
        return ""
    return _git(folder, "log", "-1", "--no-merges", "--format=%H", "--", ".")


def changes(
    folder: Path, current_ids: Mapping[str, str], after: str | None = None
) -> Iterator[Change]:
    """The changes of letters, oldest first; none where there is no whole history.

    Args:
        folder: the folder of letters, within a checkout.
        current_ids: the id that a letter has now, by each id that it has or had.
        after: a commit; what was changed in it or before it is left out.

    Raises:
        FolderError: git does not know the commit.
    """
    if not last_commit(folder):
        return
    steps = list(_steps(folder, after))
    records = _records_of(steps, current_ids)
    known: dict[str, Content] = {}
    with _blobs(folder) as read:
        for _, group in groupby(steps, key=lambda step: step.number):
            found: dict[str, list[str]] = {}
            together = list(group)
            for step in together:
                if step.after == _NOTHING:
                    continue
                letter = records.letter_of.get(step.stem)
                if letter is None:
                    continue
                content = _content(read(step.after))
                before = known.get(letter)
                if step.before != _NOTHING:
                    before = _content(read(step.before))
                known[letter] = content
                what = list(_differences(before, content)) if before is not None else []
                if what or before is None:
                    found.setdefault(letter, []).extend(what)
            for step in together:
                if step.after == _NOTHING and step.stem in records.absorbed:
                    merged = f"{step.stem} merged into this record"
                    found.setdefault(records.absorbed[step.stem], []).append(merged)
            for letter, said in found.items():
                day = datetime.date.fromisoformat(together[0].day)
                yield Change(letter, day, together[0].commit, tuple(said))


def _records_of(steps: list[_Step], current_ids: Mapping[str, str]) -> _Records:
    """Tell files that were renamed from files that were merged into another.

    A former file is the earlier name of a letter if it was gone when the later one came. If both
    were there at once, two records became one, and the former one's changes are not this one's.
    """
    lives: dict[str, _Life] = {}
    for step in steps:
        if step.stem in current_ids:
            first = step.number if step.before == _NOTHING else -math.inf
            life = lives.setdefault(step.stem, _Life(first, math.inf))
            life.last = step.number if step.after == _NOTHING else math.inf
    former: dict[str, list[str]] = {}
    for stem, letter in current_ids.items():
        if stem != letter and stem in lives:
            former.setdefault(letter, []).append(stem)
    records = _Records({letter: letter for letter in current_ids.values()})
    for letter, stems in former.items():
        begun = lives[letter].first if letter in lives else -math.inf
        for stem in sorted(stems, key=lambda stem: lives[stem].last, reverse=True):
            if lives[stem].last <= begun:
                records.letter_of[stem] = letter
                begun = lives[stem].first
            elif lives[stem].last < math.inf:
                records.absorbed[stem] = letter
    return records


def _steps(folder: Path, after: str | None) -> Iterator[_Step]:
    """What each commit did to the files of letters, from the first commit on."""
    revisions = "HEAD" if after is None else f"{_known_commit(folder, after)}..HEAD"
    log = _git(
        folder,
        *("log", "--reverse", "--no-merges", "--relative", "--raw", "--no-abbrev", "--no-renames"),
        *("--format=%x00%H%x1f%cs", revisions, "--", "."),
    )
    for number, entry in enumerate(log.split("\0")[1:]):
        head, *lines = entry.strip("\n").split("\n")
        commit, day = head.split("\x1f")
        for line in filter(None, lines):
            facts, _, name = line.partition("\t")
            _, _, before, now, _ = facts.split(" ")
            path = PurePosixPath(name)
            if path.suffix == ".yml" and len(path.parts) == 2 and path.parts[0] != "register":
                yield _Step(number, commit, day, path.stem, before, now)


def _known_commit(folder: Path, revision: str) -> str:
    commit = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if not commit:
        message = f"archive.yml: `history_after` names {revision}, which git does not know here"
        raise FolderError(f"{message}; give a commit that `git log` lists, or remove the key")
    return commit


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
    """What happened to each key, in the order of the model.

    Keys that the model does not have are not named: they may be any text.
    """
    known_before, known_after = _known(before), _known(after)
    for key in [*_KEYS, _OTHER]:
        old, new = _plain(known_before.get(key)), _plain(known_after.get(key))
        if old == new:
            continue
        if old is None:
            yield f"{key} added"
        elif new is None:
            yield f"{key} removed"
        elif isinstance(old, list) and isinstance(new, list):
            yield f"{key}: {_of_a_list(old, new)}"
        elif _may_be_shown(key, old) and _may_be_shown(key, new):
            yield f"{key} changed from {old!r} to {new!r}"
        else:
            yield f"{key} changed"


def _may_be_shown(key: str, value: Any) -> bool:
    """Whether a value is a valid date or a word of a vocabulary, and no other text."""
    if key not in _SHOWN or not isinstance(value, str):
        return False
    try:
        _SHOWN[key].validate_python(value)
    except ValidationError:
        return False
    return True


def _known(content: Content) -> Content:
    """The keys of the model, and all others under one name."""
    other = {key: value for key, value in content.items() if key not in _KEYS}
    return {**{key: content[key] for key in _KEYS if key in content}, _OTHER: other}


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
