"""Letters that may be the same one, told by their dates and parties."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .dates import EdtfDate
from .model import Letter

NEAR = datetime.timedelta(days=31)
"""How long a time a date may leave open for letters within it to be taken for one."""


class Known(NamedTuple):
    """What tells whether a letter may be another one; ``parties`` as of :func:`parties_of`."""

    id: str
    date: EdtfDate
    parties: tuple[str, ...]
    possibly_same_as: tuple[str, ...] = ()


def parties_of(letter: Letter) -> tuple[str, ...]:
    """Who sent a letter and to whom, in an order of its own; copies do not count."""
    sides = (("from", letter.from_), ("to", letter.to))
    return tuple(
        sorted(
            f"{side} {party.organisation or party.person or ''}"
            for side, parties in sides
            for party in parties
        )
    )


def probable_duplicates(letters: Iterable[Known]) -> Iterator[tuple[Known, Known]]:
    """Pairs of letters that may be one: a letter, and the one before it that it is like.

    Their parties are the same, their dates are the same or overlap within a month, and neither says
    already that it may be the other.
    """
    groups: dict[tuple[str, ...], list[Known]] = defaultdict(list)
    for letter in letters:
        groups[letter.parties].append(letter)
    for group in groups.values():
        pairs = {letter.id: other for letter, other in [*_overlapping(group), *_same_date(group)]}
        for letter in group:
            other = pairs.get(letter.id)
            told = {*letter.possibly_same_as, *(other.possibly_same_as if other else ())}
            if other and not told & {letter.id, other.id}:
                yield letter, other


def _same_date(group: list[Known]) -> Iterator[tuple[Known, Known]]:
    first: dict[str, Known] = {}
    for letter in group:
        other = first.setdefault(letter.date.text, letter)
        if other is not letter:
            yield letter, other


def _overlapping(group: list[Known]) -> Iterator[tuple[Known, Known]]:
    """Of letters whose dates leave a month open at most, those that overlap the one before."""
    bounded = [
        (letter.date.earliest, letter.date.latest, letter.id, letter)
        for letter in group
        if letter.date.earliest
        and letter.date.latest
        and letter.date.latest - letter.date.earliest <= NEAR
    ]
    widest: tuple[datetime.date, Known] | None = None
    for earliest, latest, _, letter in sorted(bounded):
        if widest and earliest <= widest[0] and letter.date.text != widest[1].date.text:
            one, other = sorted([letter, widest[1]], key=lambda known: known.id)
            yield other, one
        if widest is None or latest > widest[0]:
            widest = (latest, letter)
