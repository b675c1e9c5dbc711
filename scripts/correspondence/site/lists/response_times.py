"""How long answers took: waits counted from replies, with the bounds that uncertain dates leave.

A wait runs from a letter to its first answer; where a source states an answer, inferred ones do not
count. Median and longest wait are each given between two bounds: of the fewest and of the most days
that the dates allow. Where a date is only "about" so, nothing is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .durations import days


@dataclass(frozen=True)
class Answer:
    """A letter of somebody and an answer to it."""

    letter: str
    inferred: bool
    days_min: int | None
    days_max: int | None


@dataclass(frozen=True)
class Wait:
    """The days from a letter to its first answer; without days they cannot be counted."""

    inferred: bool
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Waits:
    """Waits together: how many, of which inferred, their median and their longest in words."""

    counted: int = 0
    inferred: int = 0
    uncounted: int = 0
    median: str = ""
    longest: str = ""
    longest_inferred: bool = False


def first_waits(answers: Iterable[Answer]) -> dict[str, Wait]:
    """The wait of each letter that has an answer."""
    by_letter: dict[str, list[Answer]] = {}
    for answer in answers:
        by_letter.setdefault(answer.letter, []).append(answer)
    return {letter: _first(found) for letter, found in by_letter.items()}


def _first(answers: Sequence[Answer]) -> Wait:
    stated = [answer for answer in answers if not answer.inferred]
    counting = stated or answers
    low = [answer.days_min for answer in counting if answer.days_min is not None]
    high = [answer.days_max for answer in counting if answer.days_max is not None]
    if len(high) < len(counting):  # the answer without countable days may be the first
        return Wait(not stated, None, None)
    return Wait(not stated, min(low), min(high))


def together(waits: Iterable[Wait]) -> Waits:
    """Several waits as a page tells them."""
    found = list(waits)
    counted = [
        (w.low, w.high, w.inferred) for w in found if w.low is not None and w.high is not None
    ]
    if not counted:
        return Waits(uncounted=len(found))
    low, high = [w[0] for w in counted], [w[1] for w in counted]
    stated = [most for _, most, inferred in counted if not inferred]
    return Waits(
        len(counted),
        len(counted) - len(stated),
        len(found) - len(counted),
        days(median(low), median(high)),
        days(max(low), max(high)),
        max(high) > max(stated, default=-1),
    )
