"""The command line, ``letters``: thin, it only calls.

Exit codes: 0 well, 1 problems found in the data, 2 wrong use.
"""

import datetime
import io
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from pydantic import TypeAdapter, ValidationError

from . import exporting, reporting
from .database.build import BuildError, Built, build, is_current
from .database.opening import NotAnArchive
from .database.verifying import content_hash_of, faults_of
from .formats.publication import Publication
from .new_letter.questions import options
from .records.atomic_write import NO_ROOM, no_room, write_files
from .records.autofix import mend_folder
from .records.field_types import Url
from .records.folder import FolderError, letter_names, must_be_letters
from .records.formatting import format_folder
from .records.history import last_commit
from .records.published_ids import Kept, vanished
from .records.reading import Report, check_folder
from .static_site.output import FreezeError

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

database_option = click.option(
    "--database",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    envvar="LETTERS_DATABASE",
    help="Database file. Rebuilt if outdated, unless given without --letters.",
)


def _web_address(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The address of an option, if it is one that links can begin with."""
    if value is None:
        return None
    try:
        address: str = TypeAdapter(Url).validate_python(value)
    except ValidationError as error:
        raise click.BadParameter(error.errors()[0]["msg"]) from None
    if "?" in address or "#" in address:
        raise click.BadParameter(f"{address!r} is no address that links can begin with")
    return address


address_option = click.option(
    "--address",
    callback=_web_address,
    help="Where the archive is published, if archive.yml does not say so.",
)


class _Archive(click.Group):
    """Turns what cannot be done into one sentence and the exit code for wrong use."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # messages quote any character
        try:
            return super().invoke(ctx)
        except (FolderError, BuildError, NotAnArchive, exporting.ExportError, FreezeError) as error:
            click.echo(f"letters: {error}", err=True)
            ctx.exit(WRONG_USE)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            click.echo(f"letters: {no_room(error.strerror)}; no file was changed", err=True)
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
@click.option("--warnings", is_flag=True, help="List the warnings, too.")
@click.option(
    "--fix", is_flag=True, help="Make the unambiguous corrections; shows them and asks first."
)
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@click.option(
    "--published",
    metavar="REVISION",
    help="A revision of git, such as origin/main: nothing that it published may vanish.",
)
def check(
    paths: tuple[Path, ...],
    folder: Path,
    style: str,
    warnings: bool,
    fix: bool,
    yes: bool,
    published: str | None,
) -> None:
    """Check every letter, and say where and how to mend what is wrong.

    With PATHS, only problems in these files or folders are shown, or mended.
    """
    must_be_letters(folder)
    _must_be_in(folder, paths)
    if fix:
        _fix(folder, paths, sure=yes)
    kept = Kept()
    report = check_folder(folder, kept.receive)
    if published and not report.errors:
        report.problems = sorted([*report.problems, *vanished(kept, folder, published)])
    if paths:
        report = reporting.only_in(report, paths, folder)
    for line in reporting.FORMATS[style](report, folder, warnings=warnings):
        click.echo(line)
    sys.exit(PROBLEMS if report.errors else 0)


@main.command("format")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@letters_option
@click.option("--check", "only_check", is_flag=True, help="Only show what would change.")
def format_command(paths: tuple[Path, ...], folder: Path, only_check: bool) -> None:
    """Write files in their canonical form: order of keys, wrapping, quotes, lists.

    Comments stay, and so does what a file says. A file with problems is left as it is and named.
    With PATHS, only these files or folders are formatted.
    """
    must_be_letters(folder)
    _must_be_in(folder, paths)
    formatted = list(format_folder(folder, paths))
    changed = [one for one in formatted if not one.problems and not one.is_canonical]
    for line in reporting.formatting_as_text(formatted, folder, only_check=only_check):
        click.echo(line)
    if not only_check:
        write_files({one.path: one.after for one in changed})
    failed = any(one.problems for one in formatted) or (only_check and changed)
    sys.exit(PROBLEMS if failed else 0)


def _asked_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each key that ``letters new`` asks for."""
    for name, is_list, description in reversed([*options()]):
        command = click.option(f"--{name}", multiple=is_list, help=description)(command)
    return command


@main.command("new")
@letters_option
@_asked_options
@click.option("--our-title", help="Title of your own, where it has none.")
@click.option("--id", help="Name of the file; proposed if left out.")
@click.option("--add-organisation", nargs=2, multiple=True, metavar="NAME KIND")
@click.option("--add-person", multiple=True, metavar="NAME")
@click.option("--yes", is_flag=True, help="Ask no questions; leave out what is not given.")
def new(folder: Path, yes: bool, **options: Any) -> None:
    """Enter a new letter: asks for what the options leave open, and writes at the very end."""
    from .new_letter.prompts import NotWritten, enter_letter

    named = {name.replace("_", "-"): value for name, value in options.items()}
    given = {name: value for name, value in named.items() if value not in (None, ())}
    try:
        path = enter_letter(folder, given, sure=yes)
    except NotWritten as error:
        click.echo(f"letters: {error}", err=True)
        sys.exit(PROBLEMS)
    except click.Abort:
        click.echo("\nletters: stopped; nothing was written", err=True)
        sys.exit(STOPPED + signal.SIGINT)
    click.echo(f"wrote {path}; letters check finds no fault in it")
    click.echo(f"letters check --warnings {path} lists its warnings")
    click.echo(f"the site shows it at /archive/letters/{path.stem}")


@main.command()
@click.argument("database", type=click.Path(path_type=Path))
@click.option(
    "--letters", "folder", type=click.Path(path_type=Path), help="Compare with this folder, too."
)
def verify(database: Path, folder: Path | None) -> None:
    """Say whether a database is whole and, with --letters, made from these files."""
    faults = list(faults_of(database, folder))
    for fault in faults:
        click.echo(f"{database}: {fault}")
    if faults:
        sys.exit(PROBLEMS)
    checksum = content_hash_of(database)
    if folder:
        click.echo(f"{database} is whole and what {folder} gives; the checksum is {checksum}")
    else:
        said = f"it says that it was made from files with the checksum {checksum}"
        click.echo(f"{database} is whole; {said}")


@main.command("import")
@click.argument("name", metavar="FORMAT", type=click.Choice(["cmif", "csv"]))
@click.argument("file", type=click.Path(path_type=Path))
@letters_option
@click.option("--new", is_flag=True, help="Begin an archive in a folder that holds other things.")
@click.option("--check", "only_check", is_flag=True, help="Only say what would be done.")
@click.option("--report", type=click.Path(path_type=Path), help="File for the whole report.")
@click.option(
    "--source", metavar="URL", default="", help="Source URL, if the file does not give one."
)
@click.option("--publisher", default="", help="Publisher, if the file does not name one.")
@click.option("--kind", help="Kind of its organisations, of those in archive.yml.")
@click.option(
    "--day-first/--month-first", default=None, help="How a table means dates such as 05/03/2019."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=HEADING",
    help="What a table calls a column, such as from=sender.",
)
def import_command(
    name: str,
    file: Path,
    folder: Path,
    only_check: bool,
    report: Path | None,
    day_first: bool | None,
    columns: tuple[str, ...],
    **given: Any,
) -> None:
    """Add the letters that a file of another edition lists; those that are here stay as they are.

    FORMAT is cmif (TEI, as correspSearch harvests it) or csv (a table; `;` parts several names).
    Whatever has no place in a record is reported with its line, and kept in the note. A folder
    that does not exist becomes a new archive.
    """
    from .imports import import_report
    from .imports.cmif import read_cmif
    from .imports.parsed import ImportFailed
    from .imports.run import Choices, import_found
    from .imports.table import read_table

    headings = dict(column.partition("=")[::2] for column in columns)
    title = file.stem.replace("_", " ").replace("-", " ").strip() or "Imported letters"
    today = datetime.datetime.now(datetime.UTC).date()
    choices = Choices(title, today=today, write=not only_check, **given)
    try:
        found = read_cmif(file) if name == "cmif" else read_table(file, day_first, headings)
        outcome = import_found(found, folder, choices)
    except ImportFailed as error:
        click.echo(f"letters: {error}", err=True)
        sys.exit(PROBLEMS)
    if report:
        write_files({report: "".join(f"{x}\n" for x in import_report.all_remarks(outcome, file))})
    for line in import_report.told(outcome, file, folder, wrote=not only_check):
        click.echo(line)
    sys.exit(PROBLEMS if outcome.left_out else 0)


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
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option(
    "--base-url",
    default="/",
    show_default=True,
    envvar="LETTERS_BASE_URL",
    help="Path under which a proxy offers the site, such as /letters/.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Number of worker processes; one per processor is a good choice.",
)
@click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    envvar="LETTERS_LOG",
    help="Log format on standard error; json also logs every request, one object per line.",
)
@click.option(
    "--sql/--no-sql",
    default=True,
    show_default=True,
    envvar="LETTERS_SQL",
    help="Whether visitors may run their own SQL. The example queries always work.",
)
@click.option(
    "--watch", is_flag=True, help="Rebuild when a file changes, and show the change at once."
)
@click.pass_context
def serve(
    ctx: click.Context,
    folder: Path,
    database: Path,
    host: str,
    port: int,
    base_url: str,
    workers: int,
    log: str,
    sql: bool,
    watch: bool,
) -> None:
    """Serve the archive as web pages; builds its database first if that is out of date.

    When another database is put in its place, that is served, without a request being dropped.
    """
    # Datasette takes half a second to import, which the other commands need not wait for.
    from .site.server.run import Configuration, ServingError, Watch, serve_archive

    _make_current(ctx, folder, database)
    try:
        followed = None
        if watch:
            rebuild = partial(_rebuild, folder, database)
            followed = Watch(folder, rebuild, partial(last_commit, folder))
        with _stoppable():
            configuration = Configuration(database, base_url, log, sql)
            serve_archive(configuration, host, port, workers, followed)
    except ServingError as error:
        click.echo(f"letters: {error}", err=True)
        sys.exit(WRONG_USE)


@main.command()
@click.argument("name", metavar="FORMAT", type=click.Choice(exporting.NAMES))
@letters_option
@database_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; without it, the export goes to standard output.",
)
@address_option
@click.pass_context
def export(
    ctx: click.Context,
    name: str,
    folder: Path,
    database: Path,
    output: Path | None,
    address: str | None,
) -> None:
    """Write all letters in a format of the field.

    FORMAT is ris, bib (BibTeX), csljson, cmif (TEI), xlsx, atom, jsonfeed, jsonld, graphml, jsonl,
    yml, or dataset: a zip of the database, its tables and the chief formats.
    """
    if output is None and exporting.is_binary(name) and sys.stdout.isatty():
        raise click.UsageError(f"{name} is a binary format; use --output FILE")
    _make_current(ctx, folder, database, to_stderr=True)
    publication = _publication(database, address)
    if output is None:
        exporting.export(database, name, publication, sys.stdout.buffer)
        return
    exporting.export_to(output, database, name, publication)
    click.echo(f"wrote {output}", err=True)


@main.command("freeze")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@letters_option
@database_option
@address_option
@click.pass_context
def freeze_command(
    ctx: click.Context, directory: Path, folder: Path, database: Path, address: str | None
) -> None:
    """Write the whole site into the folder DIR, as files that need no server.

    Every page, format, feed and picture is in it, and a search that runs in the browser. The folder
    can be read from a disk or memory stick (open index.html) and put on any static host; the same
    letters make the same files. What only a server can do (questions in SQL, lists filtered in
    every format, the form for contributions, reconciliation), the copy says of itself, and where to
    find it.

    DIR is new, empty, or an older copy, which is replaced when the new one is whole and every link
    in it was followed.
    """
    from .static_site.build import freeze

    _make_current(ctx, folder, database)
    publication = _publication(database, address)
    started = time.monotonic()
    with _stoppable():
        frozen = freeze(database, directory, publication.address, _count_files())
    click.echo(
        f"froze {database} into {directory}: {frozen.files:,} files, {frozen.size / 1e6:,.1f} MB, "
        f"{time.monotonic() - started:.0f} s; every link in them leads somewhere"
    )


def _count_files() -> Callable[[], None]:
    """Tells on a terminal how many files there are so far."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count % 100 == 0 and sys.stderr.isatty():
            click.echo(f"\r{count:,} files \r", nl=False, err=True)

    return step


def _publication(database: Path, address: str | None) -> Publication:
    """The archive under its address; a word of warning if it has none."""
    publication = exporting.publication_in(database, address)
    if publication.address == exporting.UNPUBLISHED:
        click.echo(
            f"letters: archive.yml names no address, so links lead to {publication.address}; "
            "give the right one with --address",
            err=True,
        )
    return publication


def _rebuild(folder: Path, database: Path) -> None:
    """Build again what is being served, if it is sound; else say what is wrong with it."""
    try:
        if is_current(database, folder):
            return
        outcome = build(folder, database)
    except (FolderError, BuildError) as error:
        click.echo(f"letters: {error}", err=True)
        return
    if isinstance(outcome, Report):
        for line in reporting.as_text(outcome, folder, warnings=False):
            click.echo(line, err=True)
        click.echo("letters: the last good archive is still served", err=True)
        return
    click.echo(_closing_line(outcome, database))


def _make_current(
    ctx: click.Context, folder: Path, database: Path, *, to_stderr: bool = False
) -> None:
    """Build a database that is out of date, unless it was named and no letters with it."""
    given = {name for name in ("folder", "database") if ctx.get_parameter_source(name) in _GIVEN}
    if given != {"database"} and not is_current(database, folder):
        _build(folder, database, to_stderr=to_stderr)


_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def _fix(folder: Path, paths: tuple[Path, ...], *, sure: bool) -> None:
    mended = list(mend_folder(folder, paths))
    for one in mended:
        for line in reporting.diff(one.path.as_posix(), one.before, one.after):
            click.echo(line, err=True)
    if not mended:
        click.echo("nothing can be fixed automatically", err=True)
    elif sure or click.confirm("Write these changes?", default=True, err=True):
        write_files({one.path: one.after for one in mended})


def _must_be_in(folder: Path, paths: tuple[Path, ...]) -> None:
    for path in paths:
        if folder.resolve() not in (path.resolve(), *path.resolve().parents):
            raise click.UsageError(f"{path} is not in the folder {folder}")


def _build(folder: Path, output: Path, *, to_stderr: bool = False) -> None:
    with _stoppable(), _Progress(folder) as progress:
        outcome = build(folder, output, progress.step)
    if isinstance(outcome, Report):
        for line in reporting.as_text(outcome, folder, warnings=False):
            click.echo(line, err=True)
        click.echo(f"letters: {output} was not built", err=True)
        sys.exit(PROBLEMS)
    click.echo(_closing_line(outcome, output), err=to_stderr)


def _closing_line(built: Built, output: Path) -> str:
    counts = ", ".join(reporting.counted(n, table) for table, n in built.counts.items())
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
            total = len(letter_names(self.folder))
            self.bar = click.progressbar(length=total, label="Building", file=sys.stderr)
            self.bar.__enter__()
        if self.bar:
            self.bar.update(self.waiting)
            self.waiting = 0
