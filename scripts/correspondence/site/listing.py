"""The list of letters: one page of those chosen, in order, with what the list tells of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette.database import Database

from ..records.model import Letter
from .choices import Choices, Conditions
from .hits import Hit, hits_in, ranking
from .letters import letters_of
from .present import waiting
from .search import Search

DEFAULT_SIZE = 100
MAX_SIZE = 1_000
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
    database: Database,
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
    conditions = choices.conditions()
    scores = ranking(choices.read) if by_relevance else None
    if scores:
        places = await _best(database, conditions, scores, after or 0, size)
    else:
        places = await _in_order(database, conditions, newest_first, after, size)
    kept, more = places[:size], None
    if len(places) > size:
        more = (after or 0) + size if scores else kept[-1]["sort_key"]
    entries = await entries_of(database, kept, choices.read)
    total = await count(database, choices)
    return Listing(entries, total, more, newest_first, by_relevance=scores is not None)


async def count(database: Database, choices: Choices) -> int:
    """How many letters are chosen."""
    conditions = choices.conditions()
    sql = f"select count(*) from letters {conditions.where}"
    return int((await database.execute(sql, dict(conditions.parameters))).single_value())


async def _in_order(
    database: Database, conditions: Conditions, newest_first: bool, after: int | None, size: int
) -> list[dict[str, Any]]:
    """A page of letters by their place in the list, and one letter more if there is one."""
    clauses = list(conditions.clauses)
    parameters: dict[str, Any] = {**conditions.parameters, "size": size + 1}
    if after is not None:
        clauses.append(f"letters.sort_key {'<' if newest_first else '>'} :after_key")
        parameters["after_key"] = after
    where = f"where {' and '.join(clauses)}" if clauses else ""
    rows = await database.execute(
        f"select {_PLACE} from letters {where} "
        f"order by sort_key {'desc' if newest_first else ''} limit :size",
        parameters,
    )
    return [dict(row) for row in rows]


async def _best(
    database: Database,
    conditions: Conditions,
    scores: tuple[str, dict[str, str]],
    passed: int,
    size: int,
) -> list[dict[str, Any]]:
    """A page of letters from the best match on, and one letter more if there is one."""
    sql, expressions = scores
    rows = await database.execute(
        f"with scores as materialized ({sql}) select {_PLACE} from letters {conditions.where} "
        "order by coalesce((select sum(score) from scores "
        "where scores.sort_key = letters.sort_key), 0), letters.sort_key "
        "limit :size offset :passed",
        {**conditions.parameters, **expressions, "size": size + 1, "passed": passed},
    )
    return [dict(row) for row in rows]


async def entries_of(
    database: Database, places: Sequence[dict[str, Any]], search: Search | None = None
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


async def answers_to(database: Database, ids: Sequence[str]) -> dict[str, tuple[Answer, ...]]:
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
