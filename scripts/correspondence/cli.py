"""The command line, ``letters``: thin, it only calls.

Exit codes: 0 well, 1 problems found in the data, 2 wrong use.
"""

import io
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from . import reporting
from .database.build import BuildError, Built, build, is_current
from .records.reading import FolderError, Report, check_folder, letter_paths

PROBLEMS = 1
WRONG_USE = 2
STOPPED = 128
"""And the number of the signal, as shells have it."""

letters_option = click.option(
    "--letters",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("letters"),
    show_default=True,
    help="Folder of letters.",
)


class _Archive(click.Group):
    """Turns what cannot be done into one sentence and the exit code for wrong use."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # messages quote any character
        try:
            return super().invoke(ctx)
        except (FolderError, BuildError) as error:
            click.echo(f"letters: {error}", err=True)
            ctx.exit(WRONG_USE)
        except KeyboardInterrupt:
            click.echo("letters: stopped", err=True)
            ctx.exit(STOPPED + signal.SIGINT)


@click.group(cls=_Archive, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="correspondence", prog_name="letters")
def main() -> None:
    """An archive of letters: check its files, build its database, serve its pages."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@letters_option
@click.option("--format", "style", type=click.Choice(list(reporting.FORMATS)), default="text")
@click.option("--warnings", is_flag=True, help="List warnings too.")
def check(paths: tuple[Path, ...], folder: Path, style: str, warnings: bool) -> None:
    """Check every letter, and say where and how to mend what is wrong.

    With PATHS, only problems in these files or folders are shown.
    """
    report = check_folder(folder)
    for path in paths:
        if folder.resolve() not in (path.resolve(), *path.resolve().parents):
            raise click.UsageError(f"{path} is not in the folder {folder}")
    if paths:
        report = reporting.only_in(report, paths, folder)
    for line in reporting.FORMATS[style](report, folder, warnings=warnings):
        click.echo(line)
    sys.exit(PROBLEMS if report.errors else 0)


@main.command("build")
@letters_option
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="Database to write.",
)
def build_command(folder: Path, output: Path) -> None:
    """Build the database from the letters, if they are without problems."""
    _build(folder, output)


@main.command()
@letters_option
@click.option(
    "--database",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="Database to serve; without --letters it is served as it is.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.pass_context
def serve(ctx: click.Context, folder: Path, database: Path, host: str, port: int) -> None:
    """Serve the archive as web pages; builds its database first if that is out of date."""
    # Datasette takes half a second to import, which the other commands need not wait for.
    from .site.serving import ServingError, serve_archive

    given = {name for name in ("folder", "database") if ctx.get_parameter_source(name) in _GIVEN}
    if given != {"database"} and not is_current(database, folder):
        _build(folder, database)
    try:
        serve_archive(database, host, port, say=click.echo)
    except ServingError as error:
        click.echo(f"letters: {error}", err=True)
        sys.exit(WRONG_USE)


_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def _build(folder: Path, output: Path) -> None:
    with _stoppable(), _Progress(folder) as progress:
        outcome = build(folder, output, progress.step)
    if isinstance(outcome, Report):
        for line in reporting.as_text(outcome, folder, warnings=False):
            click.echo(line, err=True)
        click.echo(f"letters: {output} was not built", err=True)
        sys.exit(PROBLEMS)
    click.echo(_closing_line(outcome, output))


def _closing_line(built: Built, output: Path) -> str:
    counts = ", ".join(f"{number:,} {table}" for table, number in built.counts.items())
    return f"built {output}: {counts}"


@contextmanager
def _stoppable() -> Iterator[None]:
    """Lets SIGINT and SIGTERM end the work as an exception does, so that it cleans up."""
    stopped_by: list[int] = []

    def stop(number: int, frame: object) -> None:
        stopped_by.append(number)
        sys.exit(STOPPED + number)

    heard = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) != signal.SIG_IGN]
    before = [signal.signal(number, stop) for number in heard]
    try:
        yield
    except sqlite3.OperationalError:
        if not stopped_by:
            raise
        sys.exit(STOPPED + stopped_by[0])  # SQLite makes an error of its own of our exit
    finally:
        for number, handler in zip(heard, before, strict=True):
            signal.signal(number, handler)


class _Progress:
    """A bar on the terminal, once the work has taken a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started = time.monotonic()
        self.waiting = 0
        self.bar: Any = None

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar:
            self.bar.__exit__(*exception)

    def step(self) -> None:
        """Count one letter."""
        self.waiting += 1
        if self.bar is None and time.monotonic() - self.started > 1 and sys.stderr.isatty():
            total = len(letter_paths(self.folder))
            self.bar = click.progressbar(length=total, label="Building", file=sys.stderr)
            self.bar.__enter__()
        if self.bar:
            self.bar.update(self.waiting)
            self.waiting = 0
