"""Problems as people and programs read them: text, JSON, and annotations of a pull request."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from .records.problems import Problem
from .records.reading import Report


def as_text(report: Report, folder: Path, *, warnings: bool) -> Iterator[str]:
    """Lines for a terminal: the problems, grouped by file, and a closing count."""
    shown = report.problems if warnings else report.errors
    for _, problems in groupby(shown, key=lambda problem: problem.file):
        for p in problems:
            level = "" if p.level == "error" else "warning: "
            yield f"{_file(p, folder)}:{p.line}:{p.column}: {level}{p.rule}: {p.message}"
        yield ""
    yield _summary(report)
    if report.warnings and not warnings:
        yield f"{_count(len(report.warnings), 'warning')}; list them with --warnings"


def as_json(report: Report, folder: Path, *, warnings: bool) -> Iterator[str]:
    """One JSON object: counts, and the problems in order."""
    shown = report.problems if warnings else report.errors
    yield json.dumps(
        {
            "letters": report.letters,
            "errors": len(report.errors),
            "warnings": len(report.warnings),
            "problems": [asdict(p) | {"file": _file(p, folder)} for p in shown],
        },
        indent=2,
        ensure_ascii=False,
    )


def as_github(report: Report, folder: Path, *, warnings: bool) -> Iterator[str]:
    """Workflow commands that annotate lines of a pull request.

    Escapes follow https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
    """
    for p in report.problems if warnings else report.errors:
        place = f"file={_property(_file(p, folder))},line={p.line},col={p.column}"
        yield f"::{p.level} {place},title={_property(p.rule)}::{_data(p.message)}"
    yield _summary(report)


FORMATS: dict[str, Callable[..., Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def only_in(report: Report, paths: Iterable[Path], folder: Path) -> Report:
    """The report of some files or folders alone; everything was read all the same."""
    wanted = [path.resolve() for path in paths]

    def is_wanted(problem: Problem) -> bool:
        file = (folder / problem.file).resolve()
        return any(file == path or path in file.parents for path in wanted)

    kept = [problem for problem in report.problems if is_wanted(problem)]
    return Report(kept, report.letters, report.files, report.content_hash)


def _summary(report: Report) -> str:
    read = f"{_count(report.letters, 'letter')} read"
    if not report.errors:
        return f"no problems ({read})"
    files = len({problem.file for problem in report.errors})
    return f"{_count(len(report.errors), 'problem')} in {_count(files, 'file')} ({read})"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _file(problem: Problem, folder: Path) -> str:
    return (folder / problem.file).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
