"""The list of letters: one page of those chosen, in order, with what the list tells of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from ...records.model import Letter
from ..archive import Archive
from ..filters.choices import Choices
from ..filters.highlights import Hit, hits_in, ranking
from ..filters.query_parser import Search
from ..memory.letter_sets import letters_chosen
from ..memory.letters import letters_of
from .names import waiting

DEFAULT_SIZE = 100
MAX_SIZE = 1_000
_LARGEST = 2**32 - 1  # that a set can hold
_ENOUGH, _ALL = 4, _LARGEST
_PLACE = (
    "letters.id, letters.sort_key, letters.year, letters.month, letters.day, letters.answered, "
    "letters.exchange"
)


@dataclass(frozen=True)
class Answer:
    """A letter that answers another, as the list tells it."""

    letter: Letter
    inferred: bool
    waiting: str


@dataclass(frozen=True)
class Entry:
    """A letter of the list with its place, its answers and what a search found in it."""

    letter: Letter
    place: dict[str, Any]
    answers: tuple[Answer, ...]
    hit: Hit | None = None

    @property
    def answered(self) -> str:
        """Whether an answer is known, in the archive's words."""
        return str(self.place["answered"])


@dataclass(frozen=True)
class Listing:
    """One page of the list. ``next`` continues it; ``total`` counts all letters chosen."""

    entries: tuple[Entry, ...]
    total: int
    next: int | None
    newest_first: bool
    by_relevance: bool = False


async def list_letters(
    database: Archive,
    choices: Choices,
    *,
    newest_first: bool = False,
    by_relevance: bool = False,
    after: int | None = None,
    size: int = DEFAULT_SIZE,
) -> Listing:
    """A page of the letters chosen.

    Args:
        database: the archive.
        choices: what a letter must fulfil.
        newest_first: the order, by ``sort_key`` either way.
        by_relevance: the best matches first; without words to match, the order is by ``sort_key``.
        after: where the page before ended: the ``sort_key`` of its last letter, or, by relevance,
            how many letters were passed.
        size: letters on a page.
    """
    chosen = await letters_chosen(database, choices)
    scores = ranking(choices.read) if by_relevance else None
    if scores:
        keys = await _best(database, chosen, scores, after or 0, size + 1)
    else:
        keys = _in_order(chosen, after, size + 1, newest_first=newest_first)
    kept, more = keys[:size], None
    if len(keys) > size:
        more = (after or 0) + size if scores else kept[-1]
    entries = await entries_of(database, await _places(database, kept), choices.read)
    return Listing(entries, len(chosen), more, newest_first, by_relevance=scores is not None)


async def entries_at(
    database: Archive, keys: Sequence[int], search: Search | None = None
) -> tuple[Entry, ...]:
    """The entries of letters by their ``sort_key``, in this order."""
    return await entries_of(database, await _places(database, keys), search)


async def count(database: Archive, choices: Choices) -> int:
    """How many letters are chosen."""
    return len(await letters_chosen(database, choices))


def _in_order(chosen: BitMap, after: int | None, size: int, *, newest_first: bool) -> list[int]:
    """So many letters from a place in the list on."""
    after = after if after is None else min(after, _LARGEST)
    if newest_first:
        end = len(chosen) if after is None else chosen.rank(after - 1)
        return list(reversed(chosen[max(end - size, 0) : end]))
    start = 0 if after is None else chosen.rank(after)
    return list(chosen[start : start + size])


async def _best(
    database: Archive,
    chosen: BitMap,
    ranked: tuple[str, dict[str, str]],
    passed: int,
    size: int,
) -> list[int]:
    """So many letters from the best match on, of which some were passed."""
    sql, expressions = ranked
    wanted = passed + size
    for most in (_ENOUGH * wanted, _ALL):  # of the best, most are chosen
        rows = await database.execute(sql, {**expressions, "most": min(most, _LARGEST)})
        best = [row[0] for row in rows if row[0] in chosen]
        if len(best) >= wanted or len(rows) < most:
            break
    if len(best) < wanted:
        best += chosen - BitMap(best)  # found by a field alone, they are worth nothing
    return best[passed:wanted]


async def _places(database: Archive, keys: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of letters by which a list knows where they stand."""
    rows = await database.execute(
        f"select {_PLACE} from letters where sort_key in (select value from json_each(?))",
        [json.dumps(keys)],
    )
    by_key = {row["sort_key"]: dict(row) for row in rows}
    return [by_key[key] for key in keys]


async def entries_of(
    database: Archive, places: Sequence[dict[str, Any]], search: Search | None = None
) -> tuple[Entry, ...]:
    """Entries for rows of ``letters`` that hold id, year, month, day and answered.

    With a search, whose hits are marked in each entry, they hold ``sort_key`` too.
    """
    ids = [place["id"] for place in places]
    answers = await answers_to(database, ids)
    hits: dict[int, Hit] = {}
    if search:
        hits = await hits_in(database, search, [place["sort_key"] for place in places])
    letters = await letters_of(database, ids)
    return tuple(
        Entry(
            letters[place["id"]],
            place,
            answers.get(place["id"], ()),
            hits.get(place["sort_key"]) if search else None,
        )
        for place in places
    )


async def answers_to(database: Archive, ids: Sequence[str]) -> dict[str, tuple[Answer, ...]]:
    """The known answers to each of some letters, earliest first."""
    marks = ", ".join("?" * len(ids))
    rows = list(
        await database.execute(
            "select replies.*, letters.sort_key from replies "
            "join letters on letters.id = replies.letter "
            f"where replies.in_reply_to in ({marks}) order by letters.sort_key",
            list(ids),
        )
    )
    replying = list(dict.fromkeys(row["letter"] for row in rows))
    letters = await letters_of(database, replying)
    found: dict[str, tuple[Answer, ...]] = {}
    for row in rows:
        answer = Answer(
            letters[row["letter"]],
            row["certainty"] == "inferred",
            waiting(row["days_min"], row["days_max"]),
        )
        found[row["in_reply_to"]] = (*found.get(row["in_reply_to"], ()), answer)
    return found
