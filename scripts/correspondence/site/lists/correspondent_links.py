"""Correspondents and topics of somebody's letters, with the number of letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...records.archive import Frame
from ..archive import Archive
from .correspondent_stats import INFERRED, Column
from .names import Name, Presenter

MOST = 15


@dataclass(frozen=True)
class Partner:
    """Another correspondent, with the letters there and back and those that are inferred."""

    name: Name
    there: int
    back: int
    inferred: int


@dataclass(frozen=True)
class Subject:
    """A topic with the letters sent and received on it."""

    name: Name
    letters: int


async def partners(
    database: Archive, frame: Frame, column: Column, party: str
) -> tuple[list[Partner], int]:
    """Those with whom somebody exchanged most letters, and how many others there are.

    A letter is inferred between two where the part of either of them is.
    """
    sql = _PARTNERS.format(party=column, inferred=INFERRED[column])
    rows = list(await database.execute(sql, {"party": party}))
    presenter = Presenter(frame)
    found = [
        Partner(
            presenter.organisation(row["organisation"])
            if row["organisation"]
            else presenter.person(row["person"]),
            row["there"],
            row["back"],
            row["inferred"],
        )
        for row in rows[:MOST]
    ]
    return found, len(rows) - len(found)


async def subjects(
    database: Archive, frame: Frame, column: Column, party: str
) -> tuple[list[Subject], int]:
    """The topics on which somebody wrote or was written to, and how many others there are."""
    sql = (
        "select topic, count(distinct letter_topics.letter) as letters from letter_topics "
        f"where letter in (select letter from correspondents where {column} = ? "
        "and side in ('from', 'to')) group by topic order by letters desc, topic"
    )
    rows: Sequence[dict[str, object]] = [dict(r) for r in await database.execute(sql, [party])]
    presenter = Presenter(frame)
    found = [Subject(presenter.topic(str(r["topic"])), int(str(r["letters"]))) for r in rows[:MOST]]
    return found, len(rows) - len(found)


_PARTNERS = """
with mine as (
  select letter, side, min({inferred} = 'inferred') as inferred
  from correspondents where {party} = :party and side in ('from', 'to') group by letter, side
),
theirs as (
  select mine.letter, mine.side, organisation,
    case when organisation is null then person end as person,
    max(mine.inferred or case when organisation is null or person is null then certainty
      else organisation_certainty end = 'inferred') as inferred
  from mine join correspondents on correspondents.letter = mine.letter
    and correspondents.side = case mine.side when 'from' then 'to' else 'from' end
  where {party} is not :party and not unknown
  group by 1, 2, 3, 4
)
select organisation, person, sum(side = 'from') as there, sum(side = 'to') as back,
  sum(inferred) as inferred
from theirs group by 1, 2 order by count(*) desc, organisation, person"""
