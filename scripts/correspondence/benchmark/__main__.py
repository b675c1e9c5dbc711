"""Measure the real archive and larger ones of its shape; print a table in Markdown."""

import asyncio
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..database.build import build
from .archives import make_archive
from .figures import Figure, build_figures, list_figures, page_figures
from .plain import make_plain

SIZES = (1_000, 10_000)


def main() -> None:
    """Measure the real archive, and those of the sizes that were asked for."""
    letters = Path(__file__).parents[3] / "letters"
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print(f"{_machine()}\n")  # noqa: T201 - its purpose
    print("| figure | ours | baseline | ours / baseline | the baseline is |")  # noqa: T201
    print("| --- | ---: | ---: | ---: | --- |")  # noqa: T201
    for figure in _figures(letters, sizes):
        print(_row(figure), flush=True)  # noqa: T201


def _figures(letters: Path, sizes: list[int] | tuple[int, ...]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        database, plain = Path(temporary) / "archive.db", Path(temporary) / "plain.db"
        build(letters, database)
        make_plain(database, plain)
        yield from asyncio.run(page_figures(database, plain))
        for size in sizes:
            folder = Path(temporary) / str(size)
            make_archive(letters, folder, size)
            yield from build_figures(folder, database, size)
            shutil.rmtree(folder)
            plain.unlink()
            make_plain(database, plain)
            yield from asyncio.run(list_figures(database, plain, size))


def _row(figure: Figure) -> str:
    baseline = "" if figure.baseline is None else f"{figure.baseline:,.4g} {figure.unit}"
    ours = f"{figure.ours:,.4g} {figure.unit}"
    return f"| {figure.what} | {ours} | {baseline} | {figure.ratio} | {figure.against} |"


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.system()} {platform.machine()}"
    )


if __name__ == "__main__":
    main()
