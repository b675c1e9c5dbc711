"""Datasette as it comes, over the same letters: the baseline.

It has no facets over linked tables, so it is given what people give it for that: a table with lists
in JSON, to be faceted by, and a search index by its own conventions.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

from datasette.app import Datasette

from .asking import get, per_second, seconds

PATIENT = {"sql_time_limit_ms": 600_000, "facet_time_limit_ms": 600_000}
"""The limits of time lifted, so that nothing is left out for being slow."""

FACETS = "&".join(
    [
        *(f"_facet_array={name}" for name in ("senders", "recipients", "topics")),
        *(f"_facet={name}" for name in ("year", "form")),
    ]
)

_TABLE = """
create table letters as
  select id, date, year, form, title, summary, attestation, answered, from_names, to_names,
    (select json_group_array(organisation) from l.correspondents
      where letter = letters.id and side = 'from' and organisation is not null) as senders,
    (select json_group_array(organisation) from l.correspondents
      where letter = letters.id and side = 'to' and organisation is not null) as recipients,
    (select json_group_array(topic) from l.letter_topics where letter = letters.id) as topics
  from l.letters order by sort_key;
create index by_year on letters (year);
create index by_form on letters (form);
create virtual table letters_fts using fts5 (title, summary, content = 'letters');
insert into letters_fts (letters_fts) values ('rebuild');
"""


def make_plain(database: Path, plain: Path) -> None:
    """Make the database of the baseline from that of an archive."""
    with closing(sqlite3.connect(plain)) as connection:
        connection.execute("attach ? as l", [str(database)])
        connection.executescript(_TABLE)


def time_of(plain: Path, queries: list[str], *, rate: bool = False) -> list[float]:
    """Seconds of each page of the table, in a process without our plugin.

    Each is asked for once or, with ``rate``, again and again for some seconds.
    """
    command = [sys.executable, "-m", __name__, str(int(rate)), str(plain), *queries]
    environment = {**os.environ, "DATASETTE_LOAD_PLUGINS": ""}
    done = subprocess.run(  # noqa: S603 - no shell
        command, check=True, capture_output=True, env=environment, text=True
    )
    return [float(line) for line in done.stdout.split()]


async def _tell(plain: Path, queries: list[str], *, rate: bool) -> None:
    app = Datasette(files=[], immutables=[str(plain)], settings=PATIENT).app()
    await get(app, f"/{plain.stem}")
    for query in queries:
        ask = partial(get, app, f"/{plain.stem}/letters?{query}")
        taken = 1 / await per_second(lambda _: ask()) if rate else await seconds(ask())  # noqa: B023
        print(taken)  # noqa: T201 - read by the process that asked


if __name__ == "__main__":
    asyncio.run(_tell(Path(sys.argv[2]), sys.argv[3:], rate=sys.argv[1] == "1"))
