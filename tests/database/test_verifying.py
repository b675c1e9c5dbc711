"""``letters verify``: whether a download is what was published."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def copy(archive_db: Path, tmp_path: Path) -> Path:
    """A database of the archive that may be spoilt."""
    return Path(shutil.copy(archive_db, tmp_path / "download.db"))


def spoil(database: Path, sql: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(sql)


def test_a_database_as_it_was_built_is_whole(copy: Path, run: Run, real_letters: Path) -> None:
    result = run("verify", copy, "--letters", real_letters)
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(copy)) as connection:
        [told] = connection.execute("select content_hash from build").fetchone()
    assert result.output == f"{copy} is whole; made from files with the checksum {told}\n"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "pragma foreign_keys = off; update replies set in_reply_to = 'nothing' where rowid = 1",
            "row 1 of replies refers to a row of letters that is not there",
        ),
        ("delete from letters_fts where rowid = 3", "the index letters_fts does not agree"),
        ("delete from letters_exact where rowid = 3", "the index letters_exact does not agree"),
    ],
)
def test_what_was_changed_is_found(copy: Path, run: Run, sql: str, said: str) -> None:
    spoil(copy, sql)
    result = run("verify", copy)
    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "update files set text = text || ' '",
            "files is not what these files make; rows that differ: 98",
        ),
        ("update sources set url = 'https://example.org' where rowid = 5", "sources is not"),
        (
            "delete from remarks where rowid = 2",
            "remarks is not what these files make; rows that differ: 1",
        ),
        ("update archive set licence_url = 'https://example.org'", "archive is not"),
        ("drop view commitments", "its tables, indexes or views are not those"),
        ("create table more (x)", "its tables, indexes or views are not those"),
    ],
)
def test_what_the_letters_do_not_say_is_found(
    copy: Path, run: Run, real_letters: Path, sql: str, said: str
) -> None:
    spoil(copy, sql)
    assert run("verify", copy).exit_code == 0, "it cannot be told without the letters"
    result = run("verify", copy, "--letters", real_letters)
    assert result.exit_code == 1
    assert said in result.output


def test_a_damaged_file_is_found(copy: Path, run: Run) -> None:
    content = bytearray(copy.read_bytes())
    content[8192:40960] = b"\xff" * (40960 - 8192)
    copy.write_bytes(content)
    result = run("verify", copy)
    assert result.exit_code in (1, 2)
    assert "damaged" in result.output or "no archive" in result.output


def test_a_file_cut_short_is_found(copy: Path, run: Run) -> None:
    copy.write_bytes(copy.read_bytes()[:-200_000])
    result = run("verify", copy)
    assert result.exit_code in (1, 2)
    assert "damaged" in result.output or "no archive" in result.output


def test_other_letters_are_told(copy: Path, run: Run, archive: Any) -> None:
    result = run("verify", copy, "--letters", archive.folder)
    assert result.exit_code == 1
    assert "it was built from other files" in result.output


def test_what_is_no_archive_is_wrong_use(tmp_path: Path, run: Run) -> None:
    (tmp_path / "notes.txt").write_text("no database")
    assert run("verify", tmp_path / "notes.txt").exit_code == 2
    assert run("verify", tmp_path / "missing.db").exit_code == 2


def test_nothing_is_written_to_the_database(copy: Path, run: Run) -> None:
    before = copy.read_bytes()
    run("verify", copy)
    assert copy.read_bytes() == before
    assert [path.name for path in copy.parent.iterdir()] == ["download.db"]
