"""A build: the same bytes from the same files, and all or nothing."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from correspondence.database.build import is_current

LETTER = "2019/2019-02-18-watch-to-acme.yml"
TO_BE_STOPPED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # some shells have it ignored
"""


def query(database: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def litter(folder: Path) -> list[str]:
    """What lies beside the database and its letters."""
    return sorted({path.name for path in folder.iterdir()} - {"letters", "archive.db"})


def test_the_same_files_give_the_same_bytes_whatever_the_machine_and_the_order(
    real_letters, run, start, tmp_path
):
    shutil.copytree(real_letters, tmp_path / "here")
    first = ("build", "--letters", tmp_path / "here", "--output", tmp_path / "one.db")
    assert run(*first).exit_code == 0
    elsewhere = tmp_path / "elsewhere" / "briefe"
    for path in sorted(real_letters.rglob("*.yml"), reverse=True):
        copy = elsewhere / path.relative_to(real_letters)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
        os.utime(copy, (0, 0))
    arguments = ("build", "--letters", elsewhere, "--output", tmp_path / "another.db")
    other_machine = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Apia", "LC_ALL": "C", "HOME": "/"}
    with start(*arguments, **other_machine) as process:
        assert process.wait() == 0, process.stdout.read()
    assert (tmp_path / "another.db").read_bytes() == (tmp_path / "one.db").read_bytes()


def test_the_build_is_known_by_what_it_was_made_from(archive, run):
    def content_hash() -> str:
        assert run("build").exit_code == 0
        return query("archive.db", "select content_hash from build")[0][0]

    before = content_hash()
    archive.replace(LETTER, "On prices", "On other prices")
    changed = content_hash()
    archive.replace(LETTER, "On other prices", "On prices")
    assert (len(before), content_hash()) == (64, before)
    assert changed != before


def test_a_database_is_current_until_a_file_changes(archive, run):
    database = Path("archive.db")
    assert not is_current(database, archive.folder)
    run("build")
    assert is_current(database, archive.folder)
    archive.letter("2019-05-a")
    assert not is_current(database, archive.folder)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("nowhere", path)])
def test_a_database_is_not_current_beside_what_is_no_file(archive, run, make):
    run("build")
    make(archive.folder / "2019" / "2019-05-a.yml")
    assert not is_current(Path("archive.db"), archive.folder)


def test_the_closing_line_counts(archive, run):
    result = run("build")
    assert (result.exit_code, result.output) == (
        0,
        "built archive.db: 2 letters, 3 organisations, 1 person, 2 sources, 1 statement, 1 reply\n",
    )


def test_nothing_is_built_from_letters_with_problems(archive, run):
    run("build")
    before = Path("archive.db").read_bytes()
    archive.replace(LETTER, "form: letter", "form: leter")
    archive.replace("register/topics.yml", "name: Prices", "nam: Prices")
    result = run("build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "letters/2019/2019-02-18-watch-to-acme.yml:2:7: unknown-value: 'leter' is not one of "
        "'letter', 'open letter', 'e-mail', 'statement' or 'UN communication'; "
        "did you mean 'letter'?\n"
        "\n"
        "letters/register/topics.yml:1:3: missing-key: 'name' is missing: Name for lists.\n"
        "letters/register/topics.yml:2:3: unknown-key: 'nam' is no key of this record; "
        "did you mean 'name'?\n"
        "\n"
        "3 problems in 2 files (1 letter read)\n"
        "letters: archive.db was not built\n"
    )
    assert Path("archive.db").read_bytes() == before
    assert litter(Path()) == []


def test_warnings_do_not_keep_from_building(archive, run):
    archive.replace(LETTER, "    archived: https://archive.example/letter\n", "")
    assert run("build").exit_code == 0


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("nowhere/archive.db", "there is no folder nowhere; make it first"),
        ("letters", "letters is a folder or device; name a file"),
        (
            "letters/archive.yml",
            "letters/archive.yml is no database; name another file, or remove this one",
        ),
        ("/dev/null", "/dev/null is a folder or device; name a file"),
    ],
)
def test_where_no_database_can_be_written(archive, run, output, says):
    result = run("build", "--output", output)
    assert (result.exit_code, result.output) == (2, f"letters: {says}\n")


def test_a_full_disk_leaves_the_old_database(archive, run, start):
    run("build")
    before = Path("archive.db").read_bytes()
    archive.replace(LETTER, "On prices", "On other prices")
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    with start("build", before=full) as process:
        output, _ = process.communicate()
    assert (process.returncode, output.partition(":")[0]) == (2, "letters")
    assert output.startswith("letters: archive.db cannot be written: there is no room to write (")
    assert "free some disk space and try again" in output
    assert Path("archive.db").read_bytes() == before
    assert litter(Path()) == []


def test_who_reads_the_old_database_goes_on_reading_it(archive, run):
    run("build")
    with closing(sqlite3.connect("file:archive.db?mode=ro", uri=True)) as connection:
        archive.letter("2019-05-a")
        run("build")
        assert connection.execute("select count(*) from letters").fetchone() == (2,)
    assert query("archive.db", "select count(*) from letters") == [(3,)]


def kill(build: subprocess.Popen[str], number: int, delay: float) -> int:
    """Kill a build that has begun to write; the exit code."""
    with build:
        while build.poll() is None and not Path(f".archive.db.{build.pid}.part").exists():
            time.sleep(0.001)
        time.sleep(delay)
        build.send_signal(number)
        return build.wait()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_a_killed_build_leaves_the_old_database_whole(archive, run, start, name):
    run("build")
    before = Path("archive.db").read_bytes()
    for count in range(300):
        archive.letter(f"2019-05-n{count}")
    number = signal.Signals[name]
    for delay in (0, 0.02, 0.1):
        code = kill(start("build", before=TO_BE_STOPPED), number, delay)
        assert code == (-number if name == "SIGKILL" else 128 + number)
        assert Path("archive.db").read_bytes() == before
        assert len(litter(Path())) == (name == "SIGKILL")
    assert run("build").exit_code == 0
    assert Path("archive.db").read_bytes() != before
    assert litter(Path()) == []


def test_a_build_at_work_is_left_alone(archive, run):
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        at_work = Path(f".archive.db.{other.pid}.part")
        at_work.write_bytes(b"half")
        assert run("build").exit_code == 0
        assert litter(Path()) == [at_work.name]
        other.communicate(b"\n")
    assert run("build").exit_code == 0
    assert litter(Path()) == []


def test_what_an_earlier_process_of_the_same_number_left_is_removed(archive, run):
    Path(f".archive.db.{os.getpid()}.part").write_bytes(b"half")
    assert run("build").exit_code == 0
    assert litter(Path()) == []


def test_only_what_was_left_of_the_same_database_is_removed(archive, run):
    for name in (".b.db.999999999.part", ".a[b].db.x.part", ".ab.db.999999999.part"):
        Path(name).write_bytes(b"half")
    assert run("build", "--output", "a[b].db").exit_code == 0
    assert litter(Path()) == [
        ".a[b].db.x.part",
        ".ab.db.999999999.part",
        ".b.db.999999999.part",
        "a[b].db",
    ]


def test_every_table_is_strict_and_every_reference_leads_somewhere(database):
    sql = "select name from pragma_table_list where schema = 'main' and type = 'table' {}"
    lax = [name for (name,) in database.execute(sql.format("and strict = 0"))]
    assert [name for name in lax if not name.startswith("sqlite_")] == []
    references = [
        target
        for (name,) in database.execute(sql.format("")).fetchall()
        for (target,) in database.execute('select "table" from pragma_foreign_key_list(?)', [name])
    ]
    assert {"letters", "organisations", "people", "topics", "events", "lanes"} <= {*references}
    assert database.execute("pragma foreign_key_check").fetchall() == []
    assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(
    "words",
    ["privée", "PRIVEE", "privees", '"lettre privee"', "priv*", "jane dupre", "acme", "asks"],
)
def test_search_finds_words_without_their_accents_and_endings(archive, run, words):
    archive.replace(LETTER, "On prices", "Lettre privée")
    archive.replace("register/people.yml", "Jane Doe", "Jane Dupré")
    run("build")
    sql = f"""
        select id from letters_fts join letters on letters.sort_key = letters_fts.rowid
        where letters_fts match '{words}' order by sort_key
    """
    assert query("archive.db", sql)[0] == ("2019-02-18-watch-to-acme",)


def test_a_letter_without_any_optional_key_can_be_built(archive, run):
    archive.letter(
        "2019-05-a",
        "date: XXXX\nform: statement\nto: []\nfrom:\n  - unknown: yes\nattestation: catalogued",
    )
    assert run("build").exit_code == 0
    sql = (
        "select from_names, to_names, cc_names, topic_names, year from letters where date = 'XXXX'"
    )
    assert query("archive.db", sql) == [("Unknown", "", "", "", None)]


def test_an_archive_without_letters_can_be_built(archive, run):
    shutil.rmtree(archive.folder / "2019")
    for name in ("organisations", "people", "topics"):
        (archive.folder / f"register/{name}.yml").unlink()
    assert run("build").output == (
        "built archive.db: 0 letters, 0 organisations, 0 people, 0 sources, 0 statements, "
        "0 replies\n"
    )
