"""What can be mended in a file without a doubt: misspelt words, tabs, hidden characters, text cut
by a comment, and what format mends.

Who, when and what a letter says are never touched: an id that is not in the register may be
misspelt or new, and only a person can tell.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .formatting import Formatted, format_document, paths_within, read_leniently
from .problems import Problem
from .strict_yaml import HIDDEN, Document, load

_TABS_BEFORE_TEXT = re.compile(r"(?m)^[ ]*\t[ \t]*")
_PASSES = 3
"""Of mending: a key that is mended may show that its value is misspelt too."""


def mend_folder(folder: Path, within: Iterable[Path] = ()) -> Iterator[Formatted]:
    """The files of a folder (of those ``within`` some files or folders) that can be mended.

    Nothing is written. A file that keeps other problems is mended as far as it can be.
    """
    for path in paths_within(folder, within):
        mended = mend_file(path, path.relative_to(folder).as_posix())
        if mended.after and not mended.is_canonical:
            yield mended


def mend_file(path: Path, name: str) -> Formatted:
    """One file mended; ``after`` is empty if it cannot be read."""
    document, before = read_leniently(path, name)
    if document.problems and HIDDEN.search(document.text):
        document = _loaded(name, HIDDEN.sub("", document.text))
    if document.problems and _TABS_BEFORE_TEXT.search(document.text):
        text = _TABS_BEFORE_TEXT.sub(lambda tabs: tabs[0].replace("\t", "  "), document.text)
        document = _loaded(name, text)
    for _ in range(_PASSES):
        after, problems = format_document(document)
        if not problems:
            return Formatted(path, before, after)
        mended = _with_mends(document, problems)
        if mended == document.text:
            break
        document = _loaded(name, mended)
    return Formatted(path, before, "" if document.problems else document.text)


def _loaded(name: str, text: str) -> Document:
    document = Document(name)
    load(text, document)
    return document


def _with_mends(document: Document, problems: list[Problem]) -> str:
    """The text with each word replaced that can only be misspelt."""
    lines = document.text.split("\n")
    for problem in sorted(problems, reverse=True):
        mend = problem.mend
        if mend is None or _stands_already(document, problem, mend.new):
            continue
        line, start = lines[problem.line - 1], problem.column - 1
        start += line[start : start + 1] in ("'", '"')
        if line.startswith(mend.old, start):
            lines[problem.line - 1] = line[:start] + mend.new + line[start + len(mend.old) :]
    return "\n".join(lines)


def _stands_already(document: Document, problem: Problem, key: str) -> bool:
    """Whether a misspelt key stands beside the key that it is meant to be."""
    here = (problem.line, problem.column)
    path = next((path for path, place in document.keys.items() if place == here), None)
    return path is not None and (*path[:-1], key) in document.keys
