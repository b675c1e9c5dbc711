"""How fast the archive is, as ratios to baselines that are measured in the same run.

``scripts/benchmark`` runs this; nothing of the archive needs it. Large archives are made of the
real one: its letters again and again, under other ids. Requests are made to the applications
themselves, without a network, so that what is compared is their own work.
"""

import asyncio
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from datasette.app import Datasette

from .database.build import build
from .records.model import Letter
from .records.reading import Report, check_folder
from .records.writing import write_letter
from .site.serving import make_datasette

SIZES = (1_000, 10_000)
_SECONDS = 3.0
_PATIENT = {"sql_time_limit_ms": 600_000, "facet_time_limit_ms": 600_000}
_PLAIN = "--plain-datasette"
_MIXED = (
    "",
    "_topic=due-diligence",
    "_from=nso-group&_year=2021",
    "_search=pegasus",
    "_search=novalpina+OR+kaye&_answered=no+answer+known",
)
"""Choices of the list that are asked for in turn."""


@dataclass(frozen=True)
class Figure:
    """What was measured: ours and the baseline, in seconds, requests a second or megabytes."""

    what: str
    ours: float
    baseline: float | None
    unit: str
    against: str = ""

    @property
    def ratio(self) -> str:
        """How many times better ours is, or worse where it is told so by a figure below 1."""
        if self.baseline is None or not self.ours:
            return ""
        better = self.baseline / self.ours if self.unit == "s" else self.ours / self.baseline
        return f"{better:,.2f}" if better < 10 else f"{better:,.0f}"


def main() -> None:
    """Measure everything and print a table in Markdown."""
    if sys.argv[1:2] == [_PLAIN]:
        asyncio.run(_tell_plain(Path(sys.argv[2]), sys.argv[3]))
        return
    letters = Path(__file__).parents[2] / "letters"
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    rows = [_row(figure) for figure in _figures(letters, sizes)]
    print("| figure | ours | baseline | times better | baseline is |")  # noqa: T201 - its purpose
    print("| --- | ---: | ---: | ---: | --- |")  # noqa: T201
    print("\n".join(rows))  # noqa: T201


def _row(figure: Figure) -> str:
    baseline = "" if figure.baseline is None else f"{figure.baseline:,.3f} {figure.unit}"
    ours = f"{figure.ours:,.3f} {figure.unit}"
    return f"| {figure.what} | {ours} | {baseline} | {figure.ratio} | {figure.against} |"


def _figures(letters: Path, sizes: list[int] | tuple[int, ...]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        real = Path(temporary) / "real.db"
        _built(letters, real)
        yield from asyncio.run(_pages(real))
        for size in sizes:
            folder = Path(temporary) / str(size)
            make_archive(letters, folder, size)
            database = Path(temporary) / f"{size}.db"
            yield from _build_figures(folder, database, size)
            yield from asyncio.run(_lists(database, size))
            shutil.rmtree(folder)


def make_archive(letters: Path, folder: Path, size: int) -> None:
    """An archive of ``size`` letters that are like the real ones, in their proportions."""
    shutil.copytree(letters / "register", folder / "register")
    shutil.copy(letters / "archive.yml", folder)
    records: list[Letter] = []
    check_folder(letters, lambda letter, _: records.append(letter))  # type: ignore[arg-type]
    for number in range(size):
        record = records[number % len(records)]
        turn = number // len(records)
        path = folder / record.id[:4] / f"{_again(record.id, turn)}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(write_letter(_repeated(record, turn)), encoding="utf-8")


def _again(letter_id: str, turn: int) -> str:
    return f"{letter_id}-{turn}" if turn else letter_id


def _repeated(record: Letter, turn: int) -> Letter:
    """A letter once more: all that it refers to is of the same turn."""

    def statement(reference: str) -> str:
        letter, _, name = reference.partition("#")
        return f"{_again(letter, turn)}#{name}"

    return record.model_copy(
        update={
            "takes_up": tuple(
                taken.model_copy(update={"statement": statement(taken.statement)})
                for taken in record.takes_up
            ),
            "in_reply_to": tuple(
                reply.model_copy(update={"letter": _again(reply.letter, turn)})
                for reply in record.in_reply_to
            ),
            "refers_to": tuple(_again(other, turn) for other in record.refers_to),
            "possibly_same_as": tuple(_again(other, turn) for other in record.possibly_same_as),
            "former_ids": (),
        }
    )


def _build_figures(folder: Path, database: Path, size: int) -> Iterator[Figure]:
    code = "import sys\nfrom pathlib import Path\nfrom correspondence.database.build import build\n"
    code += "build(Path(sys.argv[1]), Path(sys.argv[2]))"
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    seconds = _timed(
        lambda: subprocess.run([sys.executable, "-c", code, folder, database], check=True)  # noqa: S603
    )
    memory = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, before) / 1024
    parsing = _timed(lambda: _parse_all(folder))
    what = f"build of {size:,} letters"
    yield Figure(what, seconds, parsing, "s", "PyYAML's C loader on the same files, nothing else")
    yield Figure(f"{what}: peak memory", memory, None, "MB")


def _parse_all(folder: Path) -> None:
    for path in folder.rglob("*.yml"):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


async def _pages(database: Path) -> list[Figure]:
    """The timeline of the real archive: made anew, kept, and not changed."""
    ours = make_datasette(database, _PATIENT).app()
    baseline = 1 / _plain(database, "_size=100")
    against = "plain Datasette's page of the table, with the same rows"
    first = await _per_second(lambda n: _get(ours, "/", host=f"{n}.example"))
    kept = await _per_second(lambda n: _get(ours, "/"))
    tag = dict((await _get(ours, "/"))[1])[b"etag"]
    unchanged = await _per_second(lambda n: _get(ours, "/", shown=tag))
    return [
        Figure("timeline, first rendering", first, baseline, "/s", against),
        Figure("timeline, kept in memory", kept, baseline, "/s", against),
        Figure("timeline, 304 to an ETag", unchanged, baseline, "/s", against),
    ]


async def _lists(database: Path, size: int) -> list[Figure]:
    """The list with all facets under mixed choices, each address asked for the first time."""
    ours = make_datasette(database, _PATIENT).app()
    times = [await _seconds(_get(ours, f"/archive/letters?{query}")) for query in _MIXED]
    facets = "&".join(f"_facet={name}" for name in ("year", "form", "attestation", "answered"))
    baseline = _plain(database, f"{facets}&_size=100")
    with closing(sqlite3.connect(database)) as connection:
        bare = _timed(lambda: connection.execute(_BARE_SEARCH).fetchall())
    searching = await _seconds(_get(ours, "/?_search=pegasus"))
    what = f"list with all facets of {size:,} letters"
    median, slowest = statistics.median(times), max(times)
    search = f"search of {size:,} letters, first page"
    return [
        Figure(f"{what}, median", median, baseline, "s", "plain Datasette, four column facets"),
        Figure(f"{what}, slowest", slowest, None, "s"),
        Figure(search, searching, bare, "s", "the bare FTS5 query with bm25"),
    ]


_BARE_SEARCH = (
    "select rowid, bm25(letters_fts) from letters_fts where letters_fts match 'pegasus' "
    "order by 2 limit 100"
)


def _plain(database: Path, query: str) -> float:
    """Seconds of a page of the table in Datasette as it comes, in a process without our plugin."""
    command = [sys.executable, "-m", "correspondence.benchmark", _PLAIN, str(database), query]
    environment = {**os.environ, "DATASETTE_LOAD_PLUGINS": ""}
    done = subprocess.run(  # noqa: S603 - no shell
        command, check=True, capture_output=True, env=environment
    )
    return float(done.stdout)


async def _tell_plain(database: Path, query: str) -> None:
    app = Datasette(files=[], immutables=[str(database)], settings=_PATIENT).app()
    path = f"/{database.stem}/letters?{query}"
    rate = await _per_second(lambda _: _get(app, path))
    print(1 / rate)  # noqa: T201 - read by the process that asked


async def _get(
    app: Any, path: str, host: str = "localhost", shown: bytes = b""
) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Status and headers of an answer, whose body is taken in full."""
    path, _, query = path.partition("?")
    headers = [(b"host", host.encode())] + ([(b"if-none-match", shown)] if shown else [])
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "http_version": "1.1",
    }
    status, found = 0, []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, found
        if message["type"] == "http.response.start":
            status, found = message["status"], list(message["headers"])

    await app(scope, receive, send)
    if status not in (200, 304):
        raise SystemExit(f"{path}?{query} was answered {status}")
    return status, found


async def _per_second(ask: Callable[[int], Awaitable[Any]]) -> float:
    await ask(0)
    started, number = time.perf_counter(), 0
    while time.perf_counter() - started < _SECONDS:
        number += 1
        await ask(number)
    return number / (time.perf_counter() - started)


async def _seconds(asking: Awaitable[Any]) -> float:
    started = time.perf_counter()
    await asking
    return time.perf_counter() - started


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _built(folder: Path, database: Path) -> None:
    outcome = build(folder, database)
    if isinstance(outcome, Report):
        raise SystemExit(f"{folder} has problems; run letters check")


if __name__ == "__main__":
    main()
