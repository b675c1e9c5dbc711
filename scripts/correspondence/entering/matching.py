"""Entries of the registers by what people call them: part of a name, an alias, misspelt."""

import difflib
from collections.abc import Iterable
from typing import NamedTuple

from ..records.folding import fold
from ..records.model import Organisation, Person, Topic

Entry = Organisation | Person | Topic

_LIKELY = 0.6
_SHOWN = 6


class Match(NamedTuple):
    """An entry, and how near its nearest name is: 1 is the name itself."""

    nearness: float
    entry: Entry


def matches(words: str, entries: Iterable[Entry]) -> list[Match]:
    """The entries that words may mean, the nearest first; case and diacritics do not count."""
    wanted = fold(words)
    found = [Match(_nearness(wanted, entry), entry) for entry in entries]
    likely = [match for match in found if match.nearness >= _LIKELY]
    return sorted(likely, key=lambda match: (-match.nearness, match.entry.name))[:_SHOWN]


def exact_match(found: list[Match]) -> Entry | None:
    """The entry whose name was given in full, if only one bears it."""
    exact = [match.entry for match in found if match.nearness == 1]
    return exact[0] if len(exact) == 1 else None


def _nearness(wanted: str, entry: Entry) -> float:
    names = [entry.id, entry.name, *getattr(entry, "aliases", ())]
    if isinstance(entry, Organisation) and entry.short_name:
        names.append(entry.short_name)
    return max(_likeness(wanted, fold(name)) for name in names)


def _likeness(wanted: str, name: str) -> float:
    if wanted == name:
        return 1.0
    words = name.split()
    if wanted and all(any(w.startswith(part) for w in words) for part in wanted.split()):
        return 0.95
    if len(wanted) > 1 and wanted == "".join(word[0] for word in words):
        return 0.9  # its initials
    return min(difflib.SequenceMatcher(None, wanted, name).ratio(), 0.89)
