"""What follows from the rows together: answers, order, exchanges, facets and the search index."""

import sqlite3

from ..records.field_types import LANGUAGES
from ..records.vocabulary import AnswerState, Certainty
from .facets import FACETS
from .search_index import make_searchable

_ANSWERED = f"""
update letters set answered = '{AnswerState.INFERRED}'
  where id in (select in_reply_to from replies where certainty = '{Certainty.INFERRED}');
update letters set answered = '{AnswerState.ANSWERED}'
  where id in (select in_reply_to from replies where certainty = '{Certainty.STATED}');
"""

# No exact number of days is computed from a date that is only about or probably so.
_DAYS = """
update replies set
  days_min = cast(
    max(0, julianday(later.date_earliest) - julianday(earlier.date_latest)) as integer),
  days_max = cast(julianday(later.date_latest) - julianday(earlier.date_earliest) as integer)
from letters as later, letters as earlier
where later.id = replies.letter and earlier.id = replies.in_reply_to
  and later.date not glob '*[~?%]' and earlier.date not glob '*[~?%]';
"""

# Letters whose day (month, year) is unknown stand at the end of their month (year, list).
_SORT_KEY = """
update letters set sort_key = ordered.place from (
  select id as letter, row_number() over (
    order by year is null, year, month is null, month, day is null, day,
      coalesce(date_earliest, date_latest), coalesce(date_latest, date_earliest), id
  ) as place from letters
) as ordered where ordered.letter = letters.id;
"""

# A date that touches several years stands under each of them.
_YEARS = """
create temp table letter_years as
with recursive touched (letter, value, latest) as (
  select id, cast(substr(coalesce(date_earliest, date_latest), 1, 4) as integer),
    cast(substr(coalesce(date_latest, date_earliest), 1, 4) as integer)
  from letters where coalesce(date_earliest, date_latest) is not null
  union all
  select letter, value + 1, latest from touched where value < latest
)
select letter, printf('%04d', value) as value from touched;
"""


# Looked into a million times, and the rows of letters are wide.
_PLACES = """
create temp table places (letter text primary key, sort_key integer not null) without rowid;
insert into places select id, sort_key from letters order by id;
"""


def derive(connection: sqlite3.Connection) -> None:
    """Fill in every derived column and table; all other rows must be there."""
    connection.executescript(_ANSWERED + _DAYS + _SORT_KEY)
    _exchanges(connection)
    _facets(connection)
    make_searchable(connection)


def _exchanges(connection: sqlite3.Connection) -> None:
    """Letters connected by replies form an exchange, which bears the id of its first letter."""
    members: dict[str, str] = {}

    def first_of(letter: str) -> str:
        while members.get(letter, letter) != letter:
            members[letter] = members.get(members[letter], members[letter])
            letter = members[letter]
        return letter

    order = dict(connection.execute("select id, sort_key from letters"))
    for letter, other in connection.execute("select letter, in_reply_to from replies"):
        one, two = sorted((first_of(letter), first_of(other)), key=lambda key: order[key])
        members[one] = members[two] = one
    rows = [(first_of(letter), letter) for letter in members]
    connection.execute("begin")
    connection.executemany("update letters set exchange = ? where id = ?", rows)
    connection.execute("commit")


def _facets(connection: sqlite3.Connection) -> None:
    connection.executescript(_YEARS + _PLACES)
    connection.execute("create temp table language_names (code text primary key, name text)")
    connection.executemany("insert into language_names values (?, ?)", LANGUAGES.items())
    for facet in FACETS.values():
        connection.execute(
            "insert into letter_facets (facet, value, sort_key) "
            "select distinct ?, pairs.value, sort_key "
            f"from (select '' as value, '' as letter where false union all {facet.pairs}) as pairs "
            # Crosswise, so that places are looked up and not walked through.
            "cross join places on places.letter = pairs.letter where pairs.value is not null "
            "order by pairs.value, sort_key",
            [facet.name],
        )
        connection.execute(
            # Counted first, so that a label is looked for once for each value.
            "insert into facet_values (facet, value, label, position, letters) "
            "select ?, value, coalesce(labels.label, value), coalesce(labels.position, 0), letters "
            "from (select value, count(*) as letters from letter_facets "
            "where facet = ? group by value) "
            "left join (select null as id, null as label, null as position "
            f"where false union all {facet.labels}) as labels on labels.id = value",
            [facet.name, facet.name],
        )
        connection.executemany(
            "update facet_values set position = ? where facet = ? and value = ?",
            [(n, facet.name, word) for n, word in enumerate(facet.words or (), start=1)],
        )
    connection.executescript(
        "drop table letter_years; drop table places; drop table language_names;"
    )
