"""What is measured of an archive, each figure beside its baseline."""

import os
import resource
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from datasette.app import Datasette

from ..site.html.fragments import Fragments
from ..site.middleware.headers import App
from ..site.server.reload import FIRST, close
from ..site.server.run import make_datasette
from .asking import get, per_second, percentile, seconds, timed
from .plain import FACETS, PATIENT, time_of
from .statements import sql_alone_seconds, sql_seconds

_CHOICES = (
    "_form={form}",
    "_topic={topic}",
    "_from={sender}&_year={year}",
    "_not_form=statement&_after={after}",
    "_search={word}",
    "_search={word}+OR+{other}&_answered=no+answer+known",
    "_with={sender}&_with=amnesty-international&_search={beginning}*",
    "_attestation={attestation}&_scope=core&_before={before}",
)
_WORDS = (
    "form topic sender year after word other beginning attestation before",
    "letter due-diligence nso-group 2001 1950 pegasus kaye surveil cited 1999",
    "statement mexico citizen-lab 1985 1962 investors novalpina transparen reported 1980",
    "open+letter transparency novalpina-capital 2010 1990 policy export invest opening+seen 2005",
)
MIXED = tuple(
    choice.format(**dict(zip(_WORDS[0].split(), words.split(), strict=True)))
    for words in _WORDS[1:]
    for choice in _CHOICES
)
"""Choices of the list that are asked for in turn, none of them twice."""

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


@contextmanager
def _site(database: Path) -> Iterator[Datasette]:
    """The site of a database; what SQLite may hold is counted for all sites of a process."""
    datasette = make_datasette(database, PATIENT)
    try:
        yield datasette
    finally:
        close(datasette)


async def _begun(datasette: Datasette) -> App:
    """The application as a server begins with it: what is made but once is there."""
    app: App = datasette.app()
    for path in FIRST:
        await get(app, path)
    return app


async def page_figures(database: Path, plain: Path) -> list[Figure]:
    """The timeline: made anew, kept in memory, and not changed."""
    [taken] = time_of(plain, ["_size=100"], rate=True)
    against = "plain Datasette's page of the table, same rows"
    with _site(database) as datasette:
        ours = await _begun(datasette)
        functions = datasette.jinja_env.globals
        kept_pieces, functions["kept"] = functions["kept"], Fragments(room=0)
        alone = await per_second(lambda n: get(ours, "/", host=f"{n}.example"))
        functions["kept"] = kept_pieces
        first = await per_second(lambda n: get(ours, "/", host=f"other-{n}.example"))
        kept = await per_second(lambda _: get(ours, "/"))
        tag = (await get(ours, "/"))[1][b"etag"]
        unchanged = await per_second(lambda _: get(ours, "/", shown=tag))
    return [
        Figure("timeline, first asked for", first, "/s", 1 / taken, against),
        Figure("timeline, made without kept pieces", alone, "/s", 1 / taken, against),
        Figure("timeline, kept as a whole", kept, "/s", 1 / taken, against),
        Figure("timeline, 304 to an ETag", unchanged, "/s", 1 / taken, against),
    ]


async def list_figures(database: Path, plain: Path, size: int) -> list[Figure]:
    """The list with all facets under mixed choices, each address asked for the first time."""
    with _site(database) as datasette:
        app = await _begun(datasette)
        times = [
            await seconds(get(app, f"{path}?{query}"))
            for number, query in enumerate(MIXED)
            # On either page first, since what is found for one is at hand for the other.
            for path in (("/archive/letters", "/"), ("/", "/archive/letters"))[number % 2]
        ]
        pages = [await seconds(get(app, f"/?{query}", host="bare.example")) for query in MIXED]
    baseline = statistics.median(time_of(plain, [f"{FACETS}&{query}" for query in PLAIN_MIXED]))
    own = 0.0
    for query in MIXED:
        with _site(database) as datasette:
            own += await sql_seconds(datasette, database, f"/?{query}")
    alone = sql_alone_seconds(database, MIXED)
    with closing(sqlite3.connect(database)) as connection:
        search = timed(lambda: connection.execute(_BARE_SEARCH).fetchall())
    with _site(database) as datasette:
        app = await _begun(datasette)
        searching = await seconds(get(app, "/?_search=pegasus&_order=relevance"))
    what = f"list with all facets, {size:,} letters"
    return [
        Figure(f"{what}: median", statistics.median(times), "s", baseline, _PLAIN),
        Figure(f"{what}: 95 of 100 within", percentile(times, 95), "s"),
        Figure(f"{what}: sum of all", sum(pages), "s", alone, "the same answers by SQL alone"),
        Figure(f"{what}: the same", sum(pages), "s", own, "what little SQL these pages ask for"),
        Figure(f"search, {size:,} letters", searching, "s", search, "the bare FTS5 query, bm25"),
    ]


_PLAIN = "plain Datasette, three facets of lists and two of columns"
