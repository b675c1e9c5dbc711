"""What each organisation or person sent and received, and how long answers took."""

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..archive import Archive
from .response_times import Answer, Waits, first_waits, together

Column = Literal["organisation", "person"]


@dataclass(frozen=True)
class Answers:
    """Answers known to ``known`` of ``of`` letters, ``inferred`` of them inferred."""

    known: int = 0
    of: int = 0
    inferred: int = 0
    waits: Waits = field(default_factory=Waits)


@dataclass(frozen=True)
class Tally:
    """Letters of one party by side, each with how many of them name the party by inference."""

    sent: int = 0
    received: int = 0
    copied: int = 0
    sent_inferred: int = 0
    received_inferred: int = 0
    to_its: Answers = field(default_factory=Answers)  # answers to the letters it sent
    of_its: Answers = field(default_factory=Answers)  # its own answers to letters it received


Tallies = Mapping[str, Tally]
Making = dict[Column, asyncio.Task[Tallies]]


async def tallies(database: Archive, column: Column) -> Tallies:
    """The tallies of all organisations or people that a letter names.

    They are made once for each database that is served, since a database never changes; who asks
    while they are made waits for the same ones.
    """
    made: Making = database.kept(_making)
    if column not in made:
        made[column] = asyncio.create_task(_make(database, column))
        made[column].add_done_callback(lambda task: _failed(task) and made.pop(column))
    return await asyncio.shield(made[column])


def _making() -> Making:
    return {}


def _failed(task: asyncio.Task[Tallies]) -> bool:
    return task.cancelled() or task.exception() is not None


async def _make(database: Archive, column: Column) -> Tallies:
    made: Tallies = await database.execute_fn(lambda connection: _tallies(connection, column))
    return made


def _tallies(connection: sqlite3.Connection, column: Column) -> dict[str, Tally]:
    expected = {
        side: dict(connection.execute(_EXPECTED.format(party=column), {"side": side}))
        for side in ("from", "to")
    }
    to_its = _answers(connection.execute(_TO_ITS.format(party=column)), expected["from"])
    own = connection.execute(
        _OF_ITS.format(party=column, for_it=_FOR_IT[column], inferred=INFERRED[column])
    )
    of_its = _answers(own, expected["to"])
    return {
        row["party"]: Tally(
            **{key: value for key, value in row.items() if key != "party"},
            to_its=to_its[row["party"]],
            of_its=of_its[row["party"]],
        )
        for row in _rows(connection, _SIDES.format(party=column, inferred=INFERRED[column]))
    }


def _answers(rows: Iterable[tuple[Any, ...]], expected: Mapping[str, int]) -> dict[str, Answers]:
    """By party, from rows of party, letter, inferred or not, days, and whether one was expected."""
    found: dict[str, list[Answer]] = defaultdict(list)
    besides: dict[str, set[str]] = defaultdict(set)
    for party, letter, inferred, days_min, days_max, was_expected in rows:
        found[party].append(Answer(letter, bool(inferred), days_min, days_max))
        if not was_expected:
            besides[party].add(letter)
    answers = defaultdict(Answers)
    for party in {*expected, *found}:
        waits = first_waits(found[party]).values()
        answers[party] = Answers(
            len(waits),
            expected.get(party, 0) + len(besides[party]),
            sum(wait.inferred for wait in waits),
            together(waits),
        )
    return answers


def _rows(connection: sqlite3.Connection, sql: str) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


# Beside a person, certainty speaks of the person and not of the organisation.
INFERRED: dict[Column, str] = {
    "organisation": "case when person is null then certainty else organisation_certainty end",
    "person": "certainty",
}
"""The column that says whether the part of a party is inferred."""

_FOR_IT: dict[Column, str] = {"organisation": "or me.on_behalf_of = asked.party", "person": ""}

_SIDES = """
with parts as (
  select {party} as party, letter, side, min({inferred} = 'inferred') as inferred
  from correspondents where {party} is not null group by 1, 2, 3
)
select party,
  sum(side = 'from') as sent, sum(side = 'to') as received, sum(side = 'cc') as copied,
  sum(side = 'from' and inferred) as sent_inferred,
  sum(side = 'to' and inferred) as received_inferred
from parts group by party"""

_EXPECTED = """
select {party}, count(distinct letter) from correspondents join letters on id = letter
where side = :side and {party} is not null and answer_expected group by 1"""

_TO_ITS = """
select distinct {party}, in_reply_to, replies.certainty = 'inferred', days_min, days_max,
  answer_expected
from replies join letters on letters.id = in_reply_to
join correspondents on correspondents.letter = in_reply_to and side = 'from'
where {party} is not null"""

# An answer is somebody's own by inference, too, where their part in it is inferred.
_OF_ITS = """
select distinct asked.party, in_reply_to, replies.certainty = 'inferred' or me.inferred, days_min,
  days_max, answer_expected
from replies join letters on letters.id = in_reply_to
join (select {party} as party, letter, side from correspondents) as asked
  on asked.letter = in_reply_to and asked.side = 'to'
join (select *, {inferred} = 'inferred' as inferred from correspondents) as me
  on me.letter = replies.letter and me.side = 'from'
  and (me.{party} = asked.party {for_it})
where asked.party is not null"""
