"""How SQLite goes about what pages ask of it: by indexes, however many letters there are.

A walk along an index is no fault, since most lists end with their page.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Site

LETTER = "/archive/letters/2019-02-18-rights-groups-to-novalpina"
GROWING = (
    "correspondents files letter_facets letter_topics letters mentions possible_duplicates replies "
    "search_texts sources statements"
).split()
"""Tables that have the more rows the more letters there are."""


def is_slow(step: str, sql: str) -> bool:
    """Whether a step walks through a table in no order, or needs an index that it has to make."""
    if "AUTOMATIC" in step:
        return True
    scanned = re.fullmatch(r"SCAN (\w+)", step)  # a table, or what the statement calls it
    return bool(scanned) and any(
        re.search(rf"\b{table}\b(?: as)? \[?{scanned[1]}\b", sql) or scanned[1] == table
        for table in GROWING
    )


NOTHING = re.compile(r"\bin \(\)")  # Datasette asks so for the labels of no rows


@pytest.fixture
def caught(fresh_site: Site) -> list[str]:
    """The statements of the pages that are asked for from now on."""
    statements: list[str] = []
    prepare = fresh_site.datasette._prepare_connection

    def prepare_and_listen(connection: sqlite3.Connection, name: str) -> None:
        prepare(connection, name)
        connection.set_trace_callback(statements.append)

    fresh_site.datasette._prepare_connection = prepare_and_listen
    return statements


@pytest.fixture
def planner(archive_db: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The archive without its statistics: SQLite takes every table for a large one."""
    copy = tmp_path / "unknown.db"
    copy.write_bytes(archive_db.read_bytes())
    connection = sqlite3.connect(copy)
    connection.executescript("delete from sqlite_stat1; analyze sqlite_schema;")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/?_from=nso-group&_not_topic=due-diligence&_year=2019",
        "/?_after=2019-06&_before=2020&_sort_desc=sort_key",
        "/?_search=pegasus&_order=relevance",
        "/?_search=surveil*+OR+kaye+from:nso",
        "/?_search=A/HRC/38/35",
        "/archive/letters?_from=nso-group&_not_topic=due-diligence&_search=pegasus",
        "/archive/letters?_after=2019-06&_before=2020",
        "/archive/letters?_sort_desc=sort_key&_next=20",
        "/archive/letters.csv?_topic=due-diligence&_stream=1&_size=max",
        LETTER,
        f"{LETTER}.json",
        "/unanswered",
        "/exchanges",
    ],
)
def test_no_page_of_letters_walks_through_whole_tables(
    fresh_site: Site, caught: list[str], planner: sqlite3.Connection, path: str
) -> None:
    fresh_site.get("/about")  # at the start, all letters are looked at once
    caught.clear()
    assert fresh_site.get(path).status == 200
    # Those of Datasette's own catalogue are about nothing of the archive.
    asked = [sql for sql in caught if re.match(r"\s*(?:select|with)\b(?!.*\bdatabases\b)", sql)]
    asked = [sql for sql in asked if not NOTHING.search(sql)]
    assert asked
    for sql in asked:
        plan = [row[3] for row in planner.execute(f"explain query plan {sql}")]
        assert not [step for step in plan if is_slow(step, sql)], (sql, plan)


def test_a_walk_is_known_by_whatever_name(planner: sqlite3.Connection) -> None:
    for sql in ("select title from letters", "select l.title from letters as l"):
        [step] = [row[3] for row in planner.execute(f"explain query plan {sql}")]
        assert is_slow(step, sql), step
