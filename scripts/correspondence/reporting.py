"""Problems as people and programs read them: text, JSON, and annotations of a pull request."""

import difflib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from .records.formatting import Formatted
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
    if guide := _guide(folder):
        names = sorted({problem.rule for problem in shown})
        yield from (f"{name} is explained in {guide}#{name}" for name in names)
    if report.warnings and not warnings:
        kinds = Counter(problem.rule for problem in report.warnings).most_common()
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds)
        yield f"{counted(len(report.warnings), 'warnings')} ({listed}); list them with --warnings"


def as_json(report: Report, folder: Path, *, warnings: bool) -> Iterator[str]:
    """One JSON object: counts, and the problems in order."""
    shown = report.problems if warnings else report.errors
    yield json.dumps(
        {
            "letters": report.letters,
            "errors": len(report.errors),
            "warnings": len(report.warnings),
            "problems": [_as_object(p, folder) for p in shown],
        },
        indent=2,
        ensure_ascii=False,
    )


def as_github(report: Report, folder: Path, *, warnings: bool) -> Iterator[str]:
    """Workflow commands that annotate lines of a pull request.

    Escapes follow https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
    """
    guide = _guide(folder)
    for p in report.problems if warnings else report.errors:
        more = f" See {guide}#{p.rule}" if guide else ""
        place = f"file={_property(_file(p, folder))},line={p.line},col={p.column}"
        yield f"::{p.level} {place},title={_property(p.rule)}::{_data(p.message + more)}"
    yield _summary(report)


FORMATS: dict[str, Callable[..., Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def formatting_as_text(
    formatted: Iterable[Formatted], folder: Path, *, only_check: bool
) -> Iterator[str]:
    """Lines for a terminal: what changes (as a diff, if only checked), what cannot, a count."""
    counts = {"canonical": 0, "changed": 0, "left": 0}
    for one in formatted:
        if one.problems:
            counts["left"] += 1
            for p in one.problems:
                yield f"{_file(p, folder)}:{p.line}:{p.column}: {p.rule}: {p.message}"
        elif one.is_canonical:
            counts["canonical"] += 1
        else:
            counts["changed"] += 1
            name = one.path.as_posix()
            if only_check:
                yield from diff(name, one.before, one.after)
            else:
                yield f"formatted {name}"
    verb = "to format" if only_check else "formatted"
    yield f"{counted(counts['changed'], 'files')} {verb}, {counts['canonical']:,} canonical already"
    if counts["left"]:
        yield (
            f"{counted(counts['left'], 'files')} left as it is, for the problems above"
            if counts["left"] == 1
            else f"{counts['left']:,} files left as they are, for the problems above"
        )


def diff(name: str, before: bytes, after: str) -> Iterator[str]:
    """A unified diff of a file's content; ends of lines that are not LF are shown as ``\\r``."""
    old = before.decode("utf-8", "replace").replace("\r", "\\r").split("\n")
    if old[-1]:
        old.append("\\ no line feed at the end")
    else:
        old.pop()
    new = after.split("\n")
    yield from difflib.unified_diff(old, new[:-1], name, name, lineterm="")


def only_in(report: Report, paths: Iterable[Path], folder: Path) -> Report:
    """The report of some files or folders alone; everything was read all the same."""
    wanted = [path.resolve() for path in paths]

    def is_wanted(problem: Problem) -> bool:
        file = (folder / problem.file).resolve()
        return any(file == path or path in file.parents for path in wanted)

    kept = [problem for problem in report.problems if is_wanted(problem)]
    return Report(kept, report.letters, report.files, report.content_hash)


def _summary(report: Report) -> str:
    read = f"{counted(report.letters, 'letters')} read"
    if not report.errors:
        return f"no problems ({read})"
    files = len({problem.file for problem in report.errors})
    return f"{counted(len(report.errors), 'problems')} in {counted(files, 'files')} ({read})"


def counted(number: int, things: str) -> str:
    """A number of things: ``counted(1, "replies")`` is "1 reply"."""
    one = {"people": "person", "replies": "reply"}.get(things, things.removesuffix("s"))
    return f"{number:,} {one if number == 1 else things}"


def _as_object(problem: Problem, folder: Path) -> dict[str, Any]:
    told = asdict(problem) | {"file": _file(problem, folder)}
    del told["mend"]
    guide = _guide(folder)
    return told | ({"documentation": f"{guide}#{problem.rule}"} if guide else {})


def _guide(folder: Path) -> str | None:
    """The guide to a folder of letters, where the rules are explained; not every folder has one."""
    guide = folder / "README.md"
    return guide.as_posix() if guide.exists() else None


def _file(problem: Problem, folder: Path) -> str:
    return (folder / problem.file).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
