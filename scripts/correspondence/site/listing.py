"""The list of letters: one page of those chosen, in order, with what the list tells of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette.database import Database

from ..database.reading import read_letters
from ..records.model import Letter
from .choices import Choices
from .present import waiting

DEFAULT_SIZE = 100
MAX_SIZE = 1_000


@dataclass(frozen=True)
class Answer:
    """A letter that answers another, as the list tells it."""

    letter: Letter
    inferred: bool
    waiting: str


@dataclass(frozen=True)
class Entry:
    """A letter of the list with its place and its answers."""

    letter: Letter
    place: dict[str, Any]
    answers: tuple[Answer, ...]

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


async def list_letters(
    database: Database,
    choices: Choices,
    *,
    newest_first: bool = False,
    after: int | None = None,
    size: int = DEFAULT_SIZE,
) -> Listing:
    """A page of the letters chosen.

    Args:
        database: the archive.
        choices: what a letter must fulfil.
        newest_first: the order, by ``sort_key`` either way.
        after: the ``sort_key`` of the last letter of the page before.
        size: letters on a page.
    """
    conditions = choices.conditions()
    clauses = list(conditions.clauses)
    parameters: dict[str, Any] = dict(conditions.parameters)
    count = f"select count(*) from letters {conditions.where}"
    total = (await database.execute(count, parameters)).single_value()
    if after is not None:
        clauses.append(f"letters.sort_key {'<' if newest_first else '>'} :after_key")
        parameters["after_key"] = after
    where = f"where {' and '.join(clauses)}" if clauses else ""
    rows = await database.execute(
        "select id, sort_key, year, month, day, answered, exchange from letters "
        f"{where} order by sort_key {'desc' if newest_first else ''} limit :size",
        {**parameters, "size": size + 1},
    )
    places = [dict(row) for row in rows]
    more = places[size - 1]["sort_key"] if len(places) > size else None
    return Listing(await entries_of(database, places[:size]), total, more, newest_first)


async def entries_of(database: Database, places: Sequence[dict[str, Any]]) -> tuple[Entry, ...]:
    """Entries for rows of ``letters`` that hold id, year, month, day and answered."""
    ids = [place["id"] for place in places]
    answers = await answers_to(database, ids)
    letters = await database.execute_fn(
        lambda c: {letter.id: letter for letter in read_letters(c, ids)}
    )
    return tuple(
        Entry(letters[place["id"]], place, answers.get(place["id"], ())) for place in places
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
    letters = await database.execute_fn(
        lambda connection: {letter.id: letter for letter in read_letters(connection, replying)}
    )
    found: dict[str, tuple[Answer, ...]] = {}
    for row in rows:
        answer = Answer(
            letters[row["letter"]],
            row["certainty"] == "inferred",
            waiting(row["days_min"], row["days_max"]),
        )
        found[row["in_reply_to"]] = (*found.get(row["in_reply_to"], ()), answer)
    return found
