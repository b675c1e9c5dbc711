"""What the search looks into: texts of each letter, names of filter values, and all words.

The texts are indexed twice: by stems, so that "letters" finds "letter", and as they are written, so
that ``transparen*`` finds "transparency", whose stem is shorter than what was typed.
"""

import sqlite3
from collections.abc import Iterator

from ..records.folding import fold
from .facets import FACETS

_TEXTS = """
insert into search_texts
  (sort_key, title, correspondents, summary, statements, topics, reference, notes)
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
        group by publisher order by min(position))))
from letters order by sort_key;
"""

_INDEXES = """
insert into letters_fts (letters_fts) values ('rebuild');
insert into letters_fts (letters_fts) values ('optimize');
insert into letters_exact (letters_exact) values ('rebuild');
insert into letters_exact (letters_exact) values ('optimize');
"""

# What is written about sources and evidence is no vocabulary of the archive.
_WORDS = """
create virtual table temp.vocabulary using fts5vocab ('main', 'letters_exact', 'col');
insert into words (word, uses)
  select term, sum(cnt) from temp.vocabulary where col not in ('reference', 'notes')
  group by term order by term;
drop table temp.vocabulary;
"""


def make_searchable(connection: sqlite3.Connection) -> None:
    """Fill in the texts, their indexes and the names; facets must be there."""
    connection.create_function("concat_names", -1, _concat_names, deterministic=True)
    connection.executescript(_TEXTS + _INDEXES + _WORDS)
    connection.execute("begin")
    whole_first = sorted(_facet_names(connection), key=lambda name: (name[:3], not name[3]))
    connection.executemany(
        "insert or ignore into facet_names (facet, name, value, whole) values (?, ?, ?, ?)",
        whole_first,
    )
    connection.execute("commit")


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
