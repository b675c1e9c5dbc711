"""What several kinds of rules ask of a list: that its entries differ."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..problems import Finding, rule

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
