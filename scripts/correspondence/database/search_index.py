"""What the search looks into: texts of each letter, names of filter values, and all words.

The texts are indexed twice: by stems, so that "letters" finds "letter", and as they are written, so
that ``transparen*`` finds "transparency", whose stem is shorter than what was typed.
"""

import sqlite3
from collections.abc import Iterator

from ..records.dates import parse_date
from ..records.folding import fold
from .facets import FACETS

_TEXTS = """
insert into search_texts
  (sort_key, title, correspondents, summary, statements, topics, reference, notes, dates)
select
  sort_key, title,
  (select group_concat(names, ' · ') from (
    select concat_names(
      role,
      (select concat_names(name, label, short_name, (
          select group_concat(alias, ' · ') from organisation_aliases
          where organisation = organisations.id))
        from organisations where id = correspondents.organisation),
      (select concat_names(name, (
          select group_concat(alias, ' · ') from person_aliases where person = people.id))
        from people where id = correspondents.person),
      (select concat_names(name, label, short_name, (
          select group_concat(alias, ' · ') from organisation_aliases
          where organisation = organisations.id))
        from organisations where id = correspondents.on_behalf_of)
    ) as names
    from correspondents where letter = letters.id
    order by case side when 'from' then 0 when 'to' then 1 else 2 end, position)),
  summary,
  (select group_concat(text, ' · ') from
    (select text from statements where letter = letters.id order by position)),
  topic_names,
  concat_names(reference, id),
  concat_names(date_note, evidence, note,
    (select group_concat(text, ' · ') from
      (select text from remarks where letter = letters.id order by key, position)),
    (select group_concat(publisher, ' · ') from
      (select publisher from sources where letter = letters.id
        group by publisher order by min(position)))),
  forms_of_date(date)
from letters order by sort_key;
"""

_EXACT = """
insert into letters_exact (letters_exact) values ('rebuild');
insert into letters_exact (letters_exact) values ('optimize');
"""
_STEMS = """
insert into letters_fts (letters_fts) values ('rebuild');
insert into letters_fts (letters_fts) values ('optimize');
"""

# Letters that have one of some names that mean the same get the others, so that each finds them. A
# name of several words is added to those only that have a short one: its words mean other things.
_SYNONYMS = """
update search_texts set synonyms = concat_names(synonyms, :names)
where sort_key in (select rowid from letters_exact where letters_exact match :any)
"""

# In the order of the page of results.
_RECORDS = """
insert into search_records (kind, address, title, about, text)
select 'statements', '/archive/letters/' || letter || '#statement-' || statements.id,
  statements.text,
  upper(substr(kind, 1, 1)) || substr(kind, 2) || ' in: ' || letters.title,
  concat_names(letters.from_names, letters.to_names, statements.evidence,
    (select name from topics where id = statements.topic))
from statements join letters on letters.id = letter order by letters.sort_key, position;

insert into search_records (kind, address, title, about, text)
select 'events', '/archive/events/' || id, title, summary,
  concat_names(label, kind, (select group_concat(name, ' · ') from organisations
    join event_organisations on organisation = organisations.id where event = events.id))
from events order by year, month, day, id;

insert into search_records (kind, address, title, about, text)
select 'people', '/archive/people/' || id, name,
  (select group_concat(role, ', ') from roles where person = people.id),
  concat_names(note, (select group_concat(alias, ' · ') from person_aliases
    where person = people.id))
from people order by name;

insert into search_records (kind, address, title, about, text)
select 'organisations', '/archive/organisations/' || id, name, kind,
  concat_names(label, short_name, note, (select group_concat(alias, ' · ')
    from organisation_aliases where organisation = organisations.id))
from organisations order by name;

insert into search_records (kind, address, title, about, text)
select 'topics', '/archive/topics/' || id, name, description, null from topics order by name;

insert into search_records (kind, address, title, about, text)
select 'exchanges', '/exchanges/' || first.id, first.title,
  'Begun by ' || first.from_names || ', with ' || nullif(first.to_names, ''),
  (select group_concat(title, ' · ') from letters where exchange = first.id)
from letters as first where first.exchange = first.id order by first.sort_key;

insert into search_records (kind, address, title, about, text)
select 'leads', '/leads#' || id, about, why, where_to_look from leads order by position;

insert into records_fts (records_fts) values ('rebuild');
"""

# What is written about sources and evidence is no vocabulary of the archive.
_WORDS = """
create virtual table temp.vocabulary using fts5vocab ('main', 'letters_exact', 'col');
insert into words (word, uses)
  select term, sum(cnt) from temp.vocabulary
  where col not in ('reference', 'notes', 'synonyms', 'dates')
  group by term order by term;
drop table temp.vocabulary;
"""


_AROUND_DATES = frozenset(
    "between and to from until not later earlier than about probably date unknown".split()
)


def make_searchable(connection: sqlite3.Connection) -> None:
    """Fill in the texts, their indexes and the names; facets must be there."""
    connection.create_function("concat_names", -1, _concat_names, deterministic=True)
    connection.create_function("forms_of_date", 1, _forms_of_date, deterministic=True)
    connection.executescript(_TEXTS + _EXACT)
    groups = [names for (names,) in connection.execute("select names from synonyms")]
    for names in groups:
        forms = [name for name in map(fold, names.split(",")) if name]
        short = [name for name in forms if " " not in name]
        long = [name for name in forms if " " in name]
        for having, added in ((short, forms), (long, short)):
            any_of = " OR ".join(f'"{name}"' for name in having)
            if any_of and added:
                connection.execute(_SYNONYMS, {"names": " · ".join(added), "any": any_of})
    connection.executescript((_EXACT if groups else "") + _STEMS + _WORDS + _RECORDS)
    connection.execute("begin")
    whole_first = sorted(_facet_names(connection), key=lambda name: (name[:3], not name[3]))
    connection.executemany(
        "insert or ignore into facet_names (facet, name, value, whole) values (?, ?, ?, ?)",
        whole_first,
    )
    connection.execute("commit")


def _forms_of_date(text: str) -> str:
    """How people write a date, so that a search finds the letters of a day, month or year.

    >>> _forms_of_date("2021-04-27")
    '27 April 2021 · April 27, 2021 · 2021-04-27 · 27/04/2021 · 4/27/2021 · 27.4.2021'
    """
    date = parse_date(text)
    day = date.earliest
    if date.precision != "day" or date.qualifier or day is None:
        words = [word for word in date.words.split() if word not in _AROUND_DATES]
        return " ".join(words)
    return (
        f"{day.day} {day:%B %Y} · {day:%B} {day.day}, {day.year} · {day} · {day:%d/%m/%Y} · "
        f"{day.month}/{day.day}/{day.year} · {day.day}.{day.month}.{day.year}"
    )


def _concat_names(*texts: str | None) -> str | None:
    """Texts with dots between them, each once."""
    return " · ".join(dict.fromkeys(text for text in texts if text)) or None


def _facet_names(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str, int]]:
    """Every name of every value, and the name again from each of its later words on."""
    for facet, value, label in connection.execute("select facet, value, label from facet_values"):
        yield from _from_each_word(facet, value, value)
        yield from _from_each_word(facet, value, label)
    for facet in FACETS.values():
        sql = (
            "select value, name from "
            f"(select null as value, null as name union all {facet.names}) "
            "where value in (select value from facet_values where facet = ?)"
        )
        for value, name in connection.execute(sql, [facet.name]):
            yield from _from_each_word(facet.name, value, name)


def _from_each_word(facet: str, value: str, name: str) -> Iterator[tuple[str, str, str, int]]:
    words = fold(name).split()
    for start in range(len(words)):
        yield facet, " ".join(words[start:]), value, int(start == 0)
