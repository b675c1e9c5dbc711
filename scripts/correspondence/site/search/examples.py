"""Examples of the syntax of the search, made from what the archive holds, so that each works."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..archive import Archive
from ..filters.choices import Choices
from ..filters.query_parser import Field


@dataclass(frozen=True)
class Example:
    """A search and what it asks for."""

    search: str
    meaning: str

    @property
    def choices(self) -> Choices:
        """The search as a link makes it."""
        return Choices(search=self.search)


@dataclass(frozen=True)
class _Kind:
    """How an example is made: from the first row that a query finds."""

    meaning: str
    sql: str
    text: Callable[[Mapping[str, Any]], str]


_NO_SIGNS = str.maketrans('"*', "  ")
_MOST_FREQUENT = (
    "select value from facet_values where facet = '{}' order by letters desc, value limit 1"
)


def _field(name: str, label: str) -> str:
    """A field as one types it, by a label less the signs of the syntax."""
    return Field(name, " ".join(label.translate(_NO_SIGNS).split())).words


_KINDS = (
    _Kind(
        "these words together, in this order",
        "select label from facet_values where facet in ('topic', 'from', 'to') "
        "and label glob '* *' and label not glob '*[^a-zA-Z -]*' "
        "order by facet = 'topic' desc, letters desc, label limit 1",
        lambda row: f'"{row["label"]}"',
    ),
    _Kind(
        "words that begin so",
        "select substr(word, 1, 7) as beginning from words "
        "where length(word) > 7 and word not glob '*[^a-z]*' "
        "group by 1 order by count(*) > 1 desc, sum(uses) desc, 1 limit 1",
        lambda row: f"{row['beginning']}*",
    ),
    _Kind(
        "by this sender and on this topic",
        "select sender.label as sender, topic.label as topic "
        "from letter_facets as one join letter_facets as other using (sort_key) "
        "join facet_values as sender on sender.facet = 'from' and sender.value = one.value "
        "join facet_values as topic on topic.facet = 'topic' and topic.value = other.value "
        f"where one.facet = 'from' and one.value = ({_MOST_FREQUENT.format('from')}) "
        "and other.facet = 'topic' group by 1, 2 order by count(*) desc, 2 limit 1",
        lambda row: f"{_field('from', row['sender'])} {_field('topic', row['topic'])}",
    ),
    _Kind(
        "to either of them",
        "select min(label) as one, max(label) as other from (select label from facet_values "
        "where facet = 'to' order by letters desc, value limit 2) having count(*) > 1",
        lambda row: f"{_field('to', row['one'])} OR {_field('to', row['other'])}",
    ),
    _Kind(
        "of this year, but not known to us in this way",
        "select one.value as year, other.value as attestation "
        "from letter_facets as one join letter_facets as other using (sort_key) "
        f"where one.facet = 'year' and one.value = ({_MOST_FREQUENT.format('year')}) "
        "and other.facet = 'attestation' "
        "group by 1, 2 having count(*) < (select letters from facet_values "
        "where facet = 'year' and value = one.value) order by count(*) desc, 2 limit 1",
        lambda row: f"year:{row['year']} -{_field('attestation', row['attestation'])}",
    ),
    _Kind(
        "of this month or later",
        "select substr(date_latest, 1, 7) as month from letters where date_latest is not null "
        "and sort_key > (select count(*) / 2 from letters) order by sort_key limit 1",
        lambda row: f"after:{row['month']}",
    ),
)


async def examples_of(database: Archive) -> tuple[Example, ...]:
    """An example of every part of the syntax that the archive has something for."""
    return await database.once(_make)


def _make(connection: sqlite3.Connection) -> tuple[Example, ...]:
    made = []
    for kind in _KINDS:
        row = connection.execute(kind.sql).fetchone()
        if row:
            made.append(Example(kind.text(row), kind.meaning))
    return tuple(made)
