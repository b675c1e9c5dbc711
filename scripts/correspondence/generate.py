"""What is made from the model beside the letters: schemas for editors, and tables of the guide.

``scripts/generate`` runs this. Nothing here is needed to check, build or serve an archive.
"""

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from .database.record_tables import RECORD_TABLES, single_keys
from .database.schema import columns_of
from .records import published_ids  # noqa: F401 - it enters its rule in the catalogue
from .records.archive import Frame
from .records.dates import EdtfDate
from .records.folder import FolderError
from .records.json_schema import Key, keys_of, register_schema, schemas
from .records.model import (
    Answered,
    ArchiveInfo,
    Correction,
    Correspondent,
    Event,
    Lane,
    Lead,
    Letter,
    Licence,
    Organisation,
    OtherSignatories,
    Person,
    Record,
    Reference,
    Role,
    Scope,
    Source,
    Statement,
    TakenUp,
    Topic,
    Withdrawal,
    Withdrawn,
)
from .records.problems import CATALOGUE
from .records.reading import check_folder
from .records.vocabulary import VOCABULARIES

GUIDE = "README.md"
METADATA = "metadata.yml"
BEGIN = "<!-- From here to the next mark: made by ./scripts/generate, not edited by hand. -->"
END = "<!-- End of what ./scripts/generate makes. -->"
_WIDTH = 100
CURE = "run ./scripts/generate"

_OF_A_LETTER: dict[str, type[Record]] = {
    "A letter": Letter,
    "A correspondent (an entry of `from`, `to` or `cc`)": Correspondent,
    "`other_signatories`": OtherSignatories,
    "An entry of `in_reply_to` that is more than an id": Answered,
    "An entry of `statements`": Statement,
    "An entry of `takes_up`": TakenUp,
    "An entry of `sources`": Source,
    "An entry of `corrections`": Correction,
    "A withdrawn letter": Withdrawn,
    "`withdrawn`": Withdrawal,
}
_OF_THE_REST: dict[str, type[Record]] = {
    "`register/organisations.yml`": Organisation,
    "`register/people.yml`": Person,
    "An entry of `roles`": Role,
    "`register/topics.yml`": Topic,
    "`register/events.yml`": Event,
    "An entry of an event's `sources`": Reference,
    "`register/leads.yml`": Lead,
    "`archive.yml`": ArchiveInfo,
    "`licence`": Licence,
    "An entry of `lanes`": Lane,
    "An entry of `scopes`": Scope,
}
_UNLIKE_KEYS: dict[str, frozenset[str]] = {
    "letters": frozenset({"id"}),
    "correspondents": frozenset({"certainty", "organisation_certainty"}),
    "taken_up": frozenset({"statement"}),
}
"""Columns that bear the name of a key, and hold something else."""

_PARTS = {
    "earliest": "First day that `{}` allows, derived; empty if open or unknown.",
    "latest": "Last day that `{}` allows, derived; empty if open or unknown.",
    "precision": "Precision of `{}` (day, month, year, range, open, unknown), derived.",
}
"""The columns beside that of a date."""


class GenerateError(Exception):
    """Nothing can be made; the message says why and what to do."""


def generated(folder: Path) -> dict[Path, str]:
    """The files of a folder of letters that are made, and what they should hold.

    Raises:
        FolderError: the folder is not one of letters.
        GenerateError: a register is faulty, or the guide lacks the marks.
    """
    files = schemas() | register_schema(_frame(folder))
    guide = folder / GUIDE
    if guide.exists():
        files[GUIDE] = _with_tables(guide.read_text(encoding="utf-8"))
    found = {folder / name: text for name, text in files.items()}
    metadata = folder.parent / METADATA
    if metadata.exists():
        found[metadata] = _with_descriptions(metadata.read_text(encoding="utf-8"))
    return found


def out_of_date(folder: Path) -> list[Path]:
    """The files that do not hold what they should; see :func:`generated`."""
    return [
        path
        for path, text in generated(folder).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


@click.command()
@click.option(
    "--letters",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("letters"),
    show_default=True,
    help="Folder of letters.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is out of date.")
def main(folder: Path, check: bool) -> None:
    """Write the schemas for editors, and the tables of the guide to the letters."""
    try:
        files = generated(folder)
        stale = out_of_date(folder)
    except (FolderError, GenerateError) as error:
        click.echo(f"generate: {error}", err=True)
        sys.exit(2)
    for path in stale:
        if not check:
            path.write_text(files[path], encoding="utf-8", newline="\n")
        click.echo(f"{path} is out of date; {CURE}" if check else f"wrote {path}")
    if not stale:
        click.echo("everything is up to date")
    sys.exit(1 if check and stale else 0)


def _with_descriptions(metadata: str) -> str:
    """``metadata.yml`` with columns that hold what a key says described as the key is.

    Columns that it does not describe yet come last.
    """

    def described(match: re.Match[str]) -> str:
        table = match["table"]
        texts = _columns_of(table)
        known = {name: entry for entry, name in _COLUMN.findall(match["columns"])}
        entries = [texts.get(name, entry) for name, entry in known.items()]
        new = [texts[name] for name in columns_of(table) if name in texts.keys() - known.keys()]
        return match["head"] + "".join([*entries, *new])

    return _TABLE.sub(described, metadata)


_TABLE = re.compile(
    r"(?P<head>^ {6}(?P<table>\w+):\n(?: {8}(?!columns:).*\n| {9,}.*\n)* {8}columns:\n)"
    r"(?P<columns>(?: {10}.*\n)+)",
    re.MULTILINE,
)
_COLUMN = re.compile(r"(^ {10}(\w+): .*\n(?: {11,}.*\n)*)", re.MULTILINE)


def _columns_of(table: str) -> dict[str, str]:
    """The entries of a table's columns that its records' keys give."""
    if table not in RECORD_TABLES:
        return {}
    cls = RECORD_TABLES[table]
    texts = {}
    for key in keys_of(cls):
        if key.name not in _UNLIKE_KEYS.get(table, ()):
            texts[key.name] = _of_column(key)
        if single_keys(cls).get(key.name) is EdtfDate:
            texts |= {f"{key.name}_{part}": of.format(key.name) for part, of in _PARTS.items()}
    return {column: _entry(column, text) for column, text in texts.items()}


def _of_column(key: Key) -> str:
    """A key's description for its column, where yes is 1 and the words of a vocabulary follow."""
    text = key.description.replace("`yes`", "1").replace("`no`", "0")
    return f"{text.removesuffix('.')} ({', '.join(key.words)})." if key.words else text


def _entry(column: str, text: str) -> str:
    line = f"          {column}: {text}\n"
    if len(line) <= _WIDTH and not re.search(r": | #|^[^\w]", text):
        return line
    folded = textwrap.wrap(text, _WIDTH - 12, break_on_hyphens=False)
    return f"          {column}: >-\n" + "".join(f"            {part}\n" for part in folded)


def _frame(folder: Path) -> Frame:
    frames: list[Frame] = []
    check_folder(folder, begin=frames.append)
    if not frames:
        raise GenerateError(f"archive.yml or a register of {folder} is faulty; run letters check")
    return frames[0]


def _with_tables(guide: str) -> str:
    before, begin, rest = guide.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise GenerateError(f"{GUIDE} lacks the two lines between which the tables stand: {BEGIN}")
    return before + begin + "\n\n" + "\n".join(_tables()) + "\n" + end + after


def _tables() -> Iterator[str]:
    yield from _key_tables("Keys of a letter", _OF_A_LETTER)
    yield from ("## Fixed vocabularies", "")
    for key, vocabulary in VOCABULARIES.items():
        rows: list[Sequence[str]] = [(f"`{word}`", word.meaning) for word in vocabulary]
        yield from _table(key, ("word", "meaning"), rows)
    yield from _key_tables("Keys of the registers and of archive.yml", _OF_THE_REST)
    yield from ("## What is checked", "")
    yield "An error keeps the archive from being built; a warning does not."
    yield ""
    rules = sorted(CATALOGUE.values(), key=lambda rule: (rule.level, rule.name))
    # With anchors, since what a check prints leads here.
    explained: list[Sequence[str]] = [
        (f'<a id="{rule.name}"></a>`{rule.name}`', rule.level, rule.meaning) for rule in rules
    ]
    yield from _rows(("rule", "level", "meaning"), explained)


def _key_tables(heading: str, records: dict[str, type[Record]]) -> Iterator[str]:
    yield from (f"## {heading}", "")
    for name, cls in records.items():
        rows: list[Sequence[str]] = [
            (f"`{key.name}`", _needed(key), key.description) for key in keys_of(cls)
        ]
        yield from _table(name, ("key", "needed", "what it holds"), rows)


def _needed(key: Key) -> str:
    if key.unless:
        return "unless `{}: {}`".format(*key.unless)
    return "yes" if key.required else ""


def _table(heading: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from (f"### {heading}", "")
    yield from _rows(head, rows)


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


if __name__ == "__main__":
    main()
