"""What an import did and could not map, as lines for people."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from .parsed import Remark
from .run import Outcome

_SHOWN = 5
"""How many remarks of one kind are shown before the rest is counted."""


def all_remarks(outcome: Outcome, file: Path) -> Iterator[str]:
    """Every remark in a line of its own, with its place in the file."""
    return (_line(remark, outcome, file) for remark in outcome.remarks)


def told(outcome: Outcome, file: Path, folder: Path, *, wrote: bool) -> Iterator[str]:
    """Some remarks of each kind, and the closing lines."""
    kinds = Counter(remark.kind for remark in outcome.remarks)
    shown: dict[str, int] = defaultdict(int)
    for remark in outcome.remarks:
        shown[remark.kind] += 1
        if shown[remark.kind] <= _SHOWN or kinds[remark.kind] <= _SHOWN + 1:
            yield _line(remark, outcome, file)
        elif shown[remark.kind] == kinds[remark.kind]:
            more = kinds[remark.kind] - _SHOWN
            yield f"… and {more:,} more on {remark.kind}; --report FILE writes all to a file"
    yield from _closing(outcome, folder, wrote=wrote)


def _line(remark: Remark, outcome: Outcome, file: Path) -> str:
    place = f"{remark.line}" if outcome.unit == "line" else f"row {remark.line}"
    return f"{file}:{place}: {remark.text}"


def _closing(outcome: Outcome, folder: Path, *, wrote: bool) -> Iterator[str]:
    if not outcome.added:
        yield f"nothing is new: {folder} was not changed"
    else:
        done = "wrote" if wrote else "would write"
        people, bodies = (
            f"{number:,} new {noun}"
            for number, noun in (
                (outcome.people, "people" if outcome.people != 1 else "person"),
                (outcome.organisations, f"organisation{'s' if outcome.organisations != 1 else ''}"),
            )
        )
        letters = f"{len(outcome.added):,} {'letter' if len(outcome.added) == 1 else 'letters'}"
        yield f"{done} {letters}, {people} and {bodies} to {folder}"
    if outcome.began and outcome.added:
        yield f"{folder / 'archive.yml'} says what the archive is; read it through and complete it"
    yield (
        f"letters listed: {outcome.listed:,}; in the archive before: {outcome.known:,}; "
        f"left out: {outcome.left_out:,}; remarks: {len(outcome.remarks):,}"
    )
