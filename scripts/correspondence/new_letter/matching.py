"""Entries of the registers by what people call them: part of a name, an alias, misspelt."""

from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import Indel

from ..records.folding import fold
from ..records.model import Organisation, Person, Topic

Entry = Organisation | Person | Topic

LONGEST_NAME = 200
"""Characters of a name; the work of comparing names grows with their length."""

_LIKELY = 0.65
_SHOWN = 6


class Match(NamedTuple):
    """An entry, and how near its nearest name is: 1 is the name itself."""

    nearness: float
    entry: Entry


class NameIndex:
    """The names of entries, prepared so that many words can be compared with them.

    Args:
        entries: organisations, people or topics; their ids, names, short names and aliases count.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._names = [
            (folded, folded.split(), entry)
            for entry in entries
            for folded in map(fold, _names_of(entry))
        ]

    def matches(self, words: str) -> list[Match]:
        """The entries that words may mean, the nearest first; case and diacritics do not count."""
        wanted = fold(words)[:LONGEST_NAME]
        parts = set(wanted.split())
        best: dict[str, Match] = {}
        for name, name_words, entry in self._names:
            nearness = _likeness(wanted, parts, name, name_words)
            if nearness >= _LIKELY and (entry.id not in best or nearness > best[entry.id].nearness):
                best[entry.id] = Match(nearness, entry)
        nearest = sorted(best.values(), key=lambda match: (-match.nearness, match.entry.name))
        return nearest[:_SHOWN]


def exact_match(found: list[Match]) -> Entry | None:
    """The entry whose name was given in full, if only one bears it."""
    exact = [match.entry for match in found if match.nearness == 1]
    return exact[0] if len(exact) == 1 else None


def _names_of(entry: Entry) -> list[str]:
    names = [entry.id, entry.name, *getattr(entry, "aliases", ())]
    if isinstance(entry, Organisation) and entry.short_name:
        names.append(entry.short_name)
    return names


def _likeness(wanted: str, parts: set[str], name: str, words: list[str]) -> float:
    if wanted == name:
        return 1.0
    if parts and len(parts) <= len(words) and all(_begins_a_word(part, words) for part in parts):
        return 0.95
    if len(wanted) > 1 and wanted == "".join(word[0] for word in words):
        return 0.9  # its initials
    return min(Indel.normalized_similarity(wanted, name, score_cutoff=_LIKELY), 0.89)


def _begins_a_word(part: str, words: list[str]) -> bool:
    return any(word.startswith(part) for word in words)
