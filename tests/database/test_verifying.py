"""``letters verify``: whether a download is what was published."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from correspondence.records.folder import content_hash

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
    gives = f"is whole and what {real_letters} gives; the checksum is {told}"
    assert result.output == f"{copy} {gives}\n"
    said = f"is whole; it says that it was made from files with the checksum {told}"
    assert run("verify", copy).output == f"{copy} {said}\n"


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


def columns_of(database: Path) -> list[tuple[str, str]]:
    """The columns of text in tables that hold rows."""
    sql = (
        "select tables.name, '[' || columns.name || ']' from pragma_table_list as tables, "
        "pragma_table_info(tables.name) as columns where tables.schema = 'main' "
        "and tables.type = 'table' and columns.type = 'TEXT' and tables.name not like 'sqlite%'"
    )
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(sql).fetchall()
        return [
            (table, column)
            for table, column in found
            if connection.execute(f"select 1 from {table} where {column} is not null").fetchone()
        ]


def test_no_row_can_be_changed_under_an_unchanged_checksum(
    copy: Path, run: Run, real_letters: Path
) -> None:
    # Of every table the last column: what one of its columns shows, all of them do.
    last = dict(columns_of(copy))
    last.pop("build")
    assert len(last) > 25
    for table, column in last.items():
        spoil(
            copy,
            "pragma foreign_keys = off; pragma ignore_check_constraints = on; "
            f"update {table} set {column} = 'changed' || {column} "
            f"where {column} = (select max({column}) from {table})",
        )
    result = run("verify", copy, "--letters", real_letters)
    assert result.exit_code == 1
    missed = [t for t in last if f": {t} holds what the files do not say" not in result.output]
    assert missed == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update letters set title = 'Changed' where rowid = 3", "letters holds what the files"),
        ("update letters set sort_key = sort_key + 1000", "letters holds what the files do not"),
        ("delete from remarks where rowid = 1", "remarks lacks what the files say"),
        (
            "insert into remarks select letter, key, position + 99, text from remarks limit 1",
            "remarks holds what the files do not say",
        ),
        ("drop view answers; create view answers as select 1", "the definition of the view answ"),
        ("create trigger x after insert on letters begin select 1; end", "of the trigger x is not"),
        ("create table mine (a)", "the definition of the table mine is not that of this program"),
        ("drop index letters_by_lane", "the definition of the index letters_by_lane is not"),
    ],
)
def test_what_only_the_files_can_show_is_found_with_them(
    copy: Path, run: Run, real_letters: Path, sql: str, said: str
) -> None:
    spoil(copy, f"pragma foreign_keys = off; {sql}")
    result = run("verify", copy, "--letters", real_letters)
    assert result.exit_code == 1
    assert said in result.output


def test_a_folder_with_problems_is_nothing_to_compare_with(archive: Any, run: Run) -> None:
    run("build")
    archive.replace("2019/2019-02-18-watch-to-acme.yml", "form: letter", "form: lettr")
    spoil(Path("archive.db"), f"update build set content_hash = '{content_hash(archive.folder)}'")
    result = run("verify", "archive.db", "--letters", archive.folder)
    assert result.exit_code == 1
    assert "letters has problems" in result.output


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
