"""What is measured of an archive, each figure beside its baseline."""

import os
import resource
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import yaml
from datasette.app import Datasette

from ..site.serving import make_datasette
from .asking import get, per_second, percentile, seconds, timed
from .plain import FACETS, PATIENT, time_of
from .statements import sql_seconds

MIXED = (
    "",
    "_topic=due-diligence",
    "_from=nso-group&_year=2001",
    "_not_form=statement&_after=1950",
    "_search=pegasus",
    "_search=novalpina+OR+kaye&_answered=no+answer+known",
    "_with=citizen-lab&_with=amnesty-international&_search=surveil*",
    "_attestation=cited&_scope=core&_before=1999",
)
"""Choices of the list that are asked for in turn."""

PLAIN_MIXED = ("", "year=2001", "_search=pegasus", "form__exact=letter&_search=kaye")
"""Such choices as plain Datasette has."""

_BARE_SEARCH = (
    "select rowid, bm25(letters_fts) from letters_fts where letters_fts match 'pegasus' "
    "order by 2 limit 100"
)


@dataclass(frozen=True)
class Figure:
    """What was measured: ours and the baseline, in seconds, answers a second or megabytes."""

    what: str
    ours: float
    unit: str
    baseline: float | None = None
    against: str = ""

    @property
    def ratio(self) -> str:
        """How many times the baseline ours is: in time where that is measured, else in answers."""
        if not self.baseline:
            return ""
        return f"{self.ours / self.baseline:,.3g}"


def build_figures(folder: Path, database: Path, size: int) -> Iterator[Figure]:
    """How long a build takes, and its memory, beside only parsing the same files."""
    command = [sys.executable, "-c", "from correspondence.cli import main; main()", "build"]
    arguments = ["--letters", str(folder), "--output", str(database)]
    parsing = timed(lambda: _parse_all(folder))
    taken = timed(
        lambda: subprocess.run(  # noqa: S603 - no shell
            [*command, *arguments], check=True, stdout=subprocess.DEVNULL
        )
    )
    # Of the largest process; those that read letters are smaller.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    what = f"build of {size:,} letters, {len(os.sched_getaffinity(0))} processors"
    against = "PyYAML's C loader on the same files, nothing else"
    yield Figure(what, taken, "s", parsing, against)
    yield Figure(f"build of {size:,} letters: peak memory", memory, "MB")


def _parse_all(folder: Path) -> None:
    for path in folder.rglob("*.yml"):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


async def page_figures(database: Path, plain: Path) -> list[Figure]:
    """The timeline: made anew, kept in memory, and not changed."""
    ours = make_datasette(database, PATIENT).app()
    [taken] = time_of(plain, ["_size=100"], rate=True)
    against = "plain Datasette's page of the table, same rows"
    first = await per_second(lambda n: get(ours, "/", host=f"{n}.example"))
    kept = await per_second(lambda _: get(ours, "/"))
    tag = (await get(ours, "/"))[1][b"etag"]
    unchanged = await per_second(lambda _: get(ours, "/", shown=tag))
    return [
        Figure("timeline, first rendering", first, "/s", 1 / taken, against),
        Figure("timeline, kept in memory", kept, "/s", 1 / taken, against),
        Figure("timeline, 304 to an ETag", unchanged, "/s", 1 / taken, against),
    ]


async def list_figures(database: Path, plain: Path, size: int) -> list[Figure]:
    """The list with all facets under mixed choices, each address asked for the first time."""
    datasette = make_datasette(database, PATIENT)
    app = datasette.app()
    await get(app, f"/?{MIXED[1]}")  # what is read once for all pages is not counted
    times = [
        await seconds(get(app, f"{path}?{query}", host=f"{turn}.example"))
        for turn in range(3)
        for path in ("/archive/letters", "/")
        for query in MIXED
    ]
    baseline = statistics.median(time_of(plain, [f"{FACETS}&{query}" for query in PLAIN_MIXED]))
    bare = await _bare_times(datasette, database)
    with closing(sqlite3.connect(database)) as connection:
        search = timed(lambda: connection.execute(_BARE_SEARCH).fetchall())
    searching = await seconds(get(app, "/?_search=pegasus&_order=relevance", host="new.example"))
    what = f"list with all facets, {size:,} letters"
    return [
        Figure(f"{what}: median", statistics.median(times), "s", baseline, _PLAIN),
        Figure(f"{what}: 95 of 100 within", percentile(times, 95), "s"),
        Figure(f"{what}: sum of all", bare[0], "s", bare[1], "their bare SQL in sqlite3"),
        Figure(f"search, {size:,} letters", searching, "s", search, "the bare FTS5 query, bm25"),
    ]


_PLAIN = "plain Datasette, three facets of lists and two of columns"


async def _bare_times(datasette: Datasette, database: Path) -> tuple[float, float]:
    """Seconds of all mixed choices together: as pages, and their statements alone."""
    app = datasette.app()
    pages = statements = 0.0
    for query in MIXED:
        path = f"/archive/letters?{query}"
        pages += await seconds(get(app, path, host="bare.example"))
        statements += await sql_seconds(make_datasette(database, PATIENT), database, path)
    return pages, statements
