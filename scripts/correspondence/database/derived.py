"""What follows from the rows together: answers, order, exchanges, facets and the search index."""

import sqlite3
from collections.abc import Iterator

from ..records.field_types import LANGUAGES
from .search_index import make_searchable

FACETS: dict[str, str] = {
    "group": "select lane, id from letters",
    "from": "select organisation, letter from correspondents where side = 'from'",
    "to": "select organisation, letter from correspondents where side = 'to'",
    "with": "select organisation, letter from correspondents where side in ('from', 'to')",
    "person": "select person, letter from correspondents",
    "for": "select on_behalf_of, letter from correspondents",
    "topic": "select topic, letter from letter_topics",
    "year": "select value, letter from letter_years",
    "form": "select form, id from letters",
    "attestation": "select attestation, id from letters",
    "scope": "select scope, id from letters",
    "answered": "select answered, id from letters",
    "language": "select language, id from letters",
}
"""Each facet and the pairs of (value, letter id) that it counts; a NULL value is no value."""

_LABELS: dict[str, str] = {
    "group": "select id, name, position from lanes",
    "from": "select id, label, 0 from organisations",
    "to": "select id, label, 0 from organisations",
    "with": "select id, label, 0 from organisations",
    "for": "select id, label, 0 from organisations",
    "person": "select id, name, 0 from people",
    "topic": "select id, name, 0 from topics",
    "scope": "select id, name, position from scopes",
    "language": "select code, name, 0 from language_names",
}
"""Labels of values, and their fixed order where there is one; other values are their own label."""

_ORDERED_VALUES: dict[str, tuple[str, ...]] = {
    "attestation": ("text seen", "opening seen", "cited", "reported", "catalogued"),
    "answered": ("answered", "answer inferred", "no answer known", "no answer expected"),
    "form": ("letter", "open letter", "e-mail", "statement", "UN communication"),
}

_ANSWERED = """
update letters set answered = 'answer inferred'
  where id in (select in_reply_to from replies where certainty = 'inferred');
update letters set answered = 'answered'
  where id in (select in_reply_to from replies where certainty = 'stated');
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
    for facet, pairs in FACETS.items():
        connection.execute(
            "insert into letter_facets (facet, value, sort_key) "
            "select distinct ?, pairs.value, sort_key "
            f"from (select '' as value, '' as letter where false union all {pairs}) as pairs "
            # Crosswise, so that places are looked up and not walked through.
            "cross join places on places.letter = pairs.letter where pairs.value is not null "
            "order by pairs.value, sort_key",
            [facet],
        )
        labels = _LABELS.get(facet, "select null as id, null, null where false")
        connection.execute(
            # Counted first, so that a label is looked for once for each value.
            "insert into facet_values (facet, value, label, position, letters) "
            "select ?, value, coalesce(labels.label, value), coalesce(labels.position, 0), letters "
            "from (select value, count(*) as letters from letter_facets "
            "where facet = ? group by value) "
            "left join (select null as id, null as label, null as position "
            f"where false union all {labels}) as labels on labels.id = value",
            [facet, facet],
        )
        connection.executemany(
            "update facet_values set position = ? where facet = ? and value = ?",
            _fixed_positions(facet),
        )
    connection.executescript(
        "drop table letter_years; drop table places; drop table language_names;"
    )


def _fixed_positions(facet: str) -> Iterator[tuple[int, str, str]]:
    for position, value in enumerate(_ORDERED_VALUES.get(facet, ()), start=1):
        yield position, facet, value
