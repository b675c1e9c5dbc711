"""The tables, indexes and views of ``archive.db``.

Words are those of the YAML files. Columns marked "derived" can be made anew from the others; they
are there so that a table read on its own, or its CSV, can be understood. What each table and column
means is told to readers in ``metadata.yml``.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache

from ..records.vocabulary import AnswerState, Carries, Certainty, How, StatementKind, Word
from .facets import FACETS
from .record_tables import with_other_keys


def _words(vocabulary: type[Word]) -> str:
    return ", ".join(f"'{word}'" for word in vocabulary)


_TABLES = f"""
create table archive (
  title text primary key,
  tagline text not null,
  description text not null,
  address text,
  repository text,
  span text not null,
  span_earliest text,
  span_latest text,
  as_of text not null,
  version text not null,
  licence_name text not null,
  licence_url text not null,
  corrections text not null
) strict;

create table build (
  content_hash text not null,
  schema_hash text not null,
  last_commit text not null
) strict;

create table lanes (
  id text primary key,
  position integer not null,
  name text not null
) strict;

create table scopes (
  id text primary key,
  position integer not null,
  name text not null,
  description text not null
) strict;

create table kinds (
  register text not null check (register in ('organisations', 'events')),
  position integer not null,
  name text not null,
  primary key (register, name)
) strict;

create table synonyms (
  position integer primary key,
  names text not null
) strict;

create table organisations (
  id text primary key,
  position integer not null,
  name text not null,
  short_name text,
  label text not null, -- derived: name, or short_name where that is long
  kind text not null,
  "group" text references lanes(id),
  lane text not null references lanes(id), -- derived: group, else the last lane
  country text,
  url text,
  wikidata text,
  notice text,
  note text,
  unused integer not null check (unused in (0, 1))
) strict;

create table organisation_aliases (
  organisation text not null references organisations(id),
  position integer not null,
  alias text not null,
  primary key (organisation, position)
) strict;

create table people (
  id text primary key,
  position integer not null,
  name text not null,
  family_name text,
  wikidata text,
  notice text,
  note text,
  unused integer not null check (unused in (0, 1))
) strict;

create table person_aliases (
  person text not null references people(id),
  position integer not null,
  alias text not null,
  primary key (person, position)
) strict;

create table roles (
  person text not null references people(id),
  position integer not null,
  organisation text references organisations(id),
  role text not null,
  "from" text,
  from_earliest text,
  from_latest text,
  from_precision text,
  "to" text,
  to_earliest text,
  to_latest text,
  to_precision text,
  source text not null,
  primary key (person, position)
) strict;

create table topics (
  id text primary key,
  position integer not null,
  name text not null,
  description text not null,
  unused integer not null check (unused in (0, 1))
) strict;

create table events (
  id text primary key,
  position integer not null,
  date text not null,
  date_earliest text,
  date_latest text,
  date_precision text not null,
  year integer, -- derived, with month and day: where a list shows the event
  month integer,
  day integer,
  title text not null,
  label text,
  kind text not null,
  summary text not null
) strict;

create table event_organisations (
  event text not null references events(id),
  position integer not null,
  organisation text not null references organisations(id),
  primary key (event, position)
) strict;

create table event_sources (
  event text not null references events(id),
  position integer not null,
  url text not null,
  publisher text not null,
  primary key (event, position)
) strict;

create table leads (
  id text primary key,
  position integer not null,
  about text not null,
  why text not null,
  where_to_look text not null
) strict;

create table letters (
  id text primary key,
  date text not null,
  from_names text not null, -- derived
  to_names text not null, -- derived
  cc_names text not null, -- derived
  title text not null,
  title_supplied integer not null check (title_supplied in (0, 1)),
  form text not null,
  topic_names text not null, -- derived
  summary text,
  attestation text not null,
  scope text references scopes(id),
  answered text not null check (answered in ({_words(AnswerState)})), -- derived
  expects_answer integer check (expects_answer in (0, 1)),
  answer_expected integer not null check (answer_expected in (0, 1)), -- derived
  language text,
  reference text,
  date_earliest text,
  date_latest text,
  date_precision text not null,
  date_note text,
  published text,
  published_earliest text,
  published_latest text,
  published_precision text,
  other_organisations integer,
  other_people integer,
  other_experts integer,
  evidence text,
  note text,
  lane text not null references lanes(id), -- derived: that of its first sender
  exchange text references letters(id), -- derived: the first letter of its chain of replies
  year integer, -- derived, with month and day: where a list shows the letter
  month integer,
  day integer,
  sort_key integer unique -- derived: the letter's place in the list of all letters
) strict;

create table correspondents (
  letter text not null references letters(id),
  side text not null check (side in ('from', 'to', 'cc')),
  position integer not null,
  organisation text references organisations(id),
  person text references people(id),
  role text,
  on_behalf_of text references organisations(id),
  certainty text not null check (certainty in ({_words(Certainty)})),
  organisation_certainty text not null check (organisation_certainty in ({_words(Certainty)})),
  unknown integer not null check (unknown in (0, 1)),
  primary key (letter, side, position)
) strict;

create table letter_topics (
  letter text not null references letters(id),
  position integer not null,
  topic text not null references topics(id),
  primary key (letter, position)
) strict;

create table replies (
  letter text not null references letters(id),
  position integer not null,
  in_reply_to text not null references letters(id),
  certainty text not null check (certainty in ({_words(Certainty)})),
  days_min integer, -- derived, with days_max: days between the two letters
  days_max integer,
  primary key (letter, position)
) strict;

create table mentions (
  letter text not null references letters(id),
  position integer not null,
  refers_to text not null references letters(id),
  primary key (letter, position)
) strict;

create table possible_duplicates (
  letter text not null references letters(id),
  position integer not null,
  possibly_same_as text not null references letters(id),
  primary key (letter, position)
) strict;

create table statements (
  letter text not null references letters(id),
  id text not null,
  position integer not null,
  kind text not null check (kind in ({_words(StatementKind)})),
  topic text references topics(id),
  text text not null,
  due text,
  due_earliest text,
  due_latest text,
  due_precision text,
  evidence text,
  primary key (letter, id)
) strict;

create table statement_parties (
  letter text not null,
  statement text not null,
  side text not null check (side in ('by', 'to')),
  position integer not null,
  organisation text references organisations(id),
  person text references people(id),
  stated integer not null check (stated in (0, 1)), -- 0: taken from the letter's correspondents
  primary key (letter, statement, side, position),
  foreign key (letter, statement) references statements(letter, id)
) strict;

create table taken_up (
  letter text not null references letters(id),
  position integer not null,
  statement_letter text not null,
  statement text not null,
  how text not null check (how in ({_words(How)})),
  evidence text,
  primary key (letter, position),
  foreign key (statement_letter, statement) references statements(letter, id)
) strict;

create table sources (
  letter text not null references letters(id),
  position integer not null,
  url text not null,
  publisher text not null,
  carries text not null check (carries in ({_words(Carries)})),
  format text,
  language text,
  archived text,
  accessed text,
  sha256 text,
  primary key (letter, position)
) strict;

create table remarks (
  letter text not null references letters(id),
  key text not null check (key in ('other_references', 'conflicts', 'unknown')),
  position integer not null,
  text text not null,
  primary key (letter, key, position)
) strict;

create table corrections (
  letter text not null references letters(id),
  position integer not null,
  date text not null,
  text text not null,
  primary key (letter, position)
) strict;

create table changes (
  letter text not null references letters(id),
  position integer not null,
  day text not null,
  "commit" text not null,
  what text not null,
  primary key (letter, position)
) strict;

create table withdrawn (
  id text primary key,
  date text not null,
  reason text not null
) strict;

create table former_ids (
  id text primary key,
  letter text not null, -- in letters or in withdrawn
  position integer not null
) strict;

create table files (
  letter text primary key, -- in letters or in withdrawn
  path text not null,
  text text not null
) strict;

create table letter_facets ( -- derived: every facet value under which a letter stands
  facet text not null,
  value text not null,
  sort_key integer not null references letters(sort_key),
  primary key (facet, value, sort_key)
) strict, without rowid;

create table facet_values ( -- derived
  facet text not null,
  value text not null,
  label text not null,
  position integer not null,
  letters integer not null,
  primary key (facet, value)
) strict, without rowid;

create table facet_names ( -- derived: names by which a search finds the values of a facet
  facet text not null,
  name text not null,
  value text not null,
  whole integer not null check (whole in (0, 1)), -- 0: from a later word of the name on
  primary key (facet, name, value)
) strict, without rowid;

create table search_texts ( -- derived: what the search looks into
  sort_key integer primary key references letters(sort_key),
  title text not null,
  correspondents text,
  summary text,
  statements text,
  topics text,
  reference text,
  notes text,
  synonyms text,
  dates text
) strict;

create virtual table letters_fts using fts5 (
  title, correspondents, summary, statements, topics, reference, notes, synonyms, dates,
  content = 'search_texts', content_rowid = 'sort_key',
  tokenize = 'porter unicode61 remove_diacritics 2'
);

create virtual table letters_exact using fts5 (
  title, correspondents, summary, statements, topics, reference, notes, synonyms, dates,
  content = 'search_texts', content_rowid = 'sort_key',
  tokenize = 'unicode61 remove_diacritics 2'
);

create table search_records ( -- derived: what the search looks into beside letters
  id integer primary key,
  kind text not null,
  address text not null,
  title text not null,
  about text,
  text text
) strict;

create virtual table records_fts using fts5 (
  title, about, text,
  content = 'search_records', content_rowid = 'id',
  tokenize = 'porter unicode61 remove_diacritics 2'
);

create table words ( -- derived: every word of the texts but those of references and notes
  word text primary key,
  uses integer not null
) strict, without rowid;
"""

# One index for each question that the pages ask; those of primary keys and sort_key are implied.
# The indexes of dates hold all that is asked with them, so that the table is not looked into.
_INDEXES = """
create index letters_by_latest
  on letters (coalesce(date_latest, '9999-12-31'), sort_key, date_latest);
create index letters_by_earliest
  on letters (coalesce(date_earliest, '0000-01-01'), sort_key, date_earliest);
create index letters_by_lane on letters (year, month, lane, sort_key);
create index letters_by_answered on letters (answered, answer_expected, sort_key);
create index letters_by_reference on letters (lower(replace(reference, ' ', '')));
create index letters_by_exchange on letters (exchange, sort_key);
create index correspondents_by_organisation on correspondents (organisation, side, letter);
create index correspondents_by_person on correspondents (person, side, letter);
create index correspondents_by_on_behalf_of on correspondents (on_behalf_of, side, letter);
create index letter_topics_by_topic on letter_topics (topic, letter);
create index replies_by_in_reply_to on replies (in_reply_to, letter);
create index mentions_by_refers_to on mentions (refers_to, letter);
create index possible_duplicates_by_other on possible_duplicates (possibly_same_as, letter);
create index statements_by_kind on statements (kind, topic);
create index statement_parties_by_organisation on statement_parties (organisation, side);
create index statement_parties_by_person on statement_parties (person, side);
create index taken_up_by_statement on taken_up (statement_letter, statement);
create index roles_by_organisation on roles (organisation);
create index event_organisations_by_organisation on event_organisations (organisation);
create index events_by_date on events (year, month, day);
create index former_ids_by_letter on former_ids (letter);
create index letter_facets_by_letter on letter_facets (sort_key, facet, value);
"""

_VIEWS = f"""
create view answers as
select
  replies.in_reply_to as letter,
  asked.date as letter_date,
  asked.from_names as letter_from,
  asked.to_names as letter_to,
  replies.letter as answer,
  answer.date as answer_date,
  answer.from_names as answer_from,
  replies.certainty,
  replies.days_min,
  replies.days_max
from replies
join letters as asked on asked.id = replies.in_reply_to
join letters as answer on answer.id = replies.letter
order by asked.sort_key, answer.sort_key;

create view unanswered as
select
  letters.id as letter,
  letters.date,
  letters.from_names,
  letters.to_names,
  letters.title,
  archive.as_of,
  case when letters.date glob '*[~?%]' then null
    else cast(julianday(archive.as_of) - julianday(letters.date_latest) as integer)
  end as days_min,
  case when letters.date glob '*[~?%]' then null
    else cast(julianday(archive.as_of) - julianday(letters.date_earliest) as integer)
  end as days_max
from letters, archive
where letters.answered = '{AnswerState.NOT_KNOWN}'
order by letters.sort_key;

create view organisation_letters as
select
  organisations.id as organisation,
  organisations.name,
  (select count(distinct letter) from correspondents
    where organisation = organisations.id and side = 'from') as sent,
  (select count(distinct letter) from correspondents
    where organisation = organisations.id and side = 'to') as received,
  (select count(distinct letter) from correspondents
    where organisation = organisations.id and side = 'cc') as copied,
  (select count(distinct letter) from correspondents join letters on letters.id = letter
    where organisation = organisations.id and side = 'from'
    and answered <> '{AnswerState.NOT_EXPECTED}') as sent_expecting_answer,
  (select count(distinct letter) from correspondents join letters on letters.id = letter
    where organisation = organisations.id and side = 'from'
    and answered in ('{AnswerState.ANSWERED}', '{AnswerState.INFERRED}')) as answers_known,
  (select count(distinct letter) from correspondents join letters on letters.id = letter
    where organisation = organisations.id and side = 'from'
    and answered = '{AnswerState.INFERRED}') as answers_inferred
from organisations
order by sent + received desc, organisations.id;

create view exchanges as
select
  letters.exchange,
  count(*) as letters,
  min(letters.date_earliest) as date_earliest,
  max(letters.date_latest) as date_latest,
  (select count(*) from replies join letters as l on l.id = replies.letter
    where l.exchange = letters.exchange and certainty = 'inferred') as inferred_replies,
  (select max(days_max) from replies join letters as l on l.id = replies.letter
    where l.exchange = letters.exchange) as longest_wait_days_max
from letters
where letters.exchange is not null
group by letters.exchange
order by min(letters.sort_key);

create view commitments as
select
  statements.letter,
  letters.date,
  letters.from_names,
  letters.to_names,
  statements.id as statement,
  statements.topic,
  statements.text,
  statements.due,
  taken_up.letter as taken_up_in,
  taken_up.how,
  taken_up.evidence
from statements
join letters on letters.id = statements.letter
left join taken_up
  on taken_up.statement_letter = statements.letter and taken_up.statement = statements.id
where statements.kind = '{StatementKind.COMMITMENT}'
order by letters.sort_key, statements.position, taken_up.letter;
"""

SCHEMA = with_other_keys(_TABLES)
AFTER_LOADING = _INDEXES + _VIEWS
"""Indexes and views are made once the rows are there."""


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table or view, in their order; none if an archive has no such table."""
    return _columns().get(table, ())


@cache
def _columns() -> Mapping[str, tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA + AFTER_LOADING)
        names = connection.execute("select name from sqlite_schema where type in ('table', 'view')")
        return {
            name: tuple(
                row[0]
                for row in connection.execute("select name from pragma_table_info(?)", [name])
            )
            for (name,) in names.fetchall()
        }


_FACETS = [(facet, *(facet.words or ())) for facet in FACETS.values()]
SCHEMA_HASH = hashlib.sha256(f"{SCHEMA}{AFTER_LOADING}{_FACETS}".encode()).hexdigest()
"""Tells a database of another form of this program from one of this."""
