"""What more than one kind of rule asks of a list: entries that differ, words that are known."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..problems import Finding, KeyPath, Rule, did_you_mean, rule

DUPLICATE_ENTRY = rule("duplicate-entry", "An entry stands once in its list.")


def repeated(lists: Mapping[str, Iterable[Any]], file: str) -> Iterator[Finding]:
    """Entries that stand in their list a second time; the lists by their keys."""
    for key, entries in lists.items():
        seen: set[Any] = set()
        for number, entry in enumerate(entries):
            if entry in seen:
                message = f"this stands in {key!r} already; remove one of the two"
                yield Finding(file, (key, number), DUPLICATE_ENTRY, message)
            seen.add(entry)


def among(
    file: str, keys: KeyPath, broken: Rule, value: str | None, known: Iterable[str]
) -> Iterator[Finding]:
    """A value that is none of the words of ``archive.yml``."""
    if value is not None and value not in known:
        hint = did_you_mean(value, known) or "; add it there"
        yield Finding(file, keys, broken, f"{value!r} is not in archive.yml{hint}")
