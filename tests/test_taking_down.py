"""What was removed from a record is in nothing that the commands write afterwards."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

LETTER = "2019/2019-02-18-watch-to-acme.yml"
PRIVATE = b"victimname"


@pytest.fixture
def taken_down(archive: Any, git: Callable[..., None]) -> Any:
    """An archive in a checkout whose history holds a private name that its files no longer do."""
    git("init", "--quiet")
    sound = (archive.folder / LETTER).read_text()
    archive.write(
        LETTER,
        sound.replace("title: On prices", "title: To Zebedee Victimname")
        + "note: Zebedee Victimname was there.\n",
    )
    git("add", ".")
    git("commit", "--quiet", "--message", "Record Zebedee Victimname")
    archive.write(LETTER, sound)
    git("commit", "--quiet", "--all", "--message", "Remove Zebedee Victimname")
    return archive


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, or within a zip, by name; zips within are opened, too."""
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                yield from contents(file)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as pack:
            for name in pack.namelist():
                yield name, pack.read(name)
    else:
        yield path.name, path.read_bytes()


@pytest.mark.parametrize(
    ("command", "output"),
    [
        (("build", "--output", "archive.db"), "archive.db"),
        (("export", "dataset", "--output", "letters.zip"), "letters.zip"),
        (("freeze", "frozen", "--address", "https://letters.example"), "frozen"),
    ],
)
def test_nothing_that_is_written_holds_a_name_that_was_removed(
    taken_down: Any, run: Callable[..., Any], command: tuple[str, ...], output: str
) -> None:
    result = run(*command)
    assert result.exit_code == 0, result.output
    found = dict(contents(Path(output)))
    assert found, "something was written"
    assert [name for name, content in found.items() if PRIVATE in content.lower()] == []
