"""What is shown where no letter has all the words of a search."""

from collections import Counter
from dataclasses import dataclass, replace

from ..archive import Archive
from ..filters.choices import Choices
from ..filters.query_parser import any_of
from ..lists.letters import Entry, entries_at
from ..memory.letter_sets import keys_found, letters_chosen

MOST = 10
"""Letters that are shown."""


@dataclass(frozen=True)
class Nearest:
    """Letters that have most of the words: ``words`` of the ``of`` that were looked for."""

    words: int
    of: int
    entries: tuple[Entry, ...]


async def nearest_to(database: Archive, choices: Choices) -> Nearest | None:
    """The letters that have most of the words of a search, under the other filters.

    There are none where a single word was looked for.
    """
    search = choices.read
    groups = [group for group in search.groups if any_of(group)]
    if len(groups) < 2:
        return None
    among = await letters_chosen(database, replace(choices, search=""))
    counts: Counter[int] = Counter()
    for group in groups:
        sql = "select rowid from letters_fts where letters_fts match :any"
        counts.update(await keys_found(database, sql, {"any": any_of(group)}) & among)
    most = max(counts.values(), default=0)
    if not most:
        return None
    best = sorted((key for key, count in counts.items() if count == most))[:MOST]
    return Nearest(most, len(groups), await entries_at(database, best, search))
