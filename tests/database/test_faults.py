"""Builds to which something happens: the last good database stays, and what happened is said."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from correspondence.database.build import BuildError, build
from correspondence.database.verifying import faults_of
from hypothesis import settings

LETTER = "2019/2019-02-18-watch-to-acme.yml"
LETTERS = 60
# In a night's run (--hypothesis-profile=thorough) a hundred.
KILLS = 100 if settings.default.max_examples > 1_000 else 6
# Clocks that stand still in 1901, or leap about between then and 2038 with every look.
CLOCKS = {
    "still": "time.time = lambda: -2e9; time.time_ns = lambda: int(-2e18)",
    "leaping": (
        "time.time = lambda: random.choice([-2e9, 0.0, 2e9]); "
        "time.time_ns = lambda: int(random.choice([-2e18, 0, 2e18])); "
        "time.monotonic = time.perf_counter = lambda: random.choice([0.0, 1e9])"
    ),
}


@pytest.fixture
def many(archive):
    """The archive of the tests with some dozens of letters more."""
    for number in range(LETTERS):
        archive.letter(f"2019-05-n{number}")
    return archive


def litter() -> list[str]:
    """What lies beside the letters and their database."""
    return sorted(p.name for p in Path().iterdir() if p.name not in ("letters", "archive.db"))


def test_a_build_may_be_killed_at_any_moment(many, run, start):
    assert run("build", "--output", "good.db").exit_code == 0
    many.replace(LETTER, "On prices", "On other prices")
    assert run("build", "--output", "better.db").exit_code == 0
    good, better = Path("good.db").read_bytes(), Path("better.db").read_bytes()
    assert good != better
    lot = random.Random(7)
    for _ in range(KILLS):
        Path("archive.db").write_bytes(good)
        with start("build") as process:
            time.sleep(lot.uniform(0, 1.5))
            process.kill()
        assert Path("archive.db").read_bytes() in (good, better)
    assert run("build").exit_code == 0
    assert Path("archive.db").read_bytes() == better
    assert litter() == ["better.db", "good.db"]


def test_two_builds_at_once_make_one_database(many, run, start):
    processes = [start("build") for _ in range(3)]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    assert list(faults_of(Path("archive.db"), many.folder)) == []
    assert litter() == []


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("change", "2019/2019-05-n3.yml"),
        ("removal", "2019/2019-05-n3.yml"),
        ("addition", "2019/2019-05-n99.yml"),
        ("register", "register/people.yml"),
    ],
)
def test_letters_that_change_while_they_are_read_are_told_of(many, run, what, name):
    assert run("build").exit_code == 0
    before = Path("archive.db").read_bytes()
    path = many.folder / name
    text = (path if path.exists() else many.folder / "2019/2019-05-n3.yml").read_text()
    seen = []

    def change() -> None:
        seen.append(what)
        if len(seen) == LETTERS // 2:
            path.unlink(missing_ok=True)
            if what != "removal":
                path.write_text(f"{text}# changed\n")

    with pytest.raises(BuildError, match=f"{name} changed while the letters were read"):
        build(many.folder, Path("archive.db"), change)
    assert Path("archive.db").read_bytes() == before
    assert litter() == []
    assert run("build").exit_code == 0


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_build_does_not_ask_what_time_it_is(many, run, start, clock):
    assert run("build", "--output", "expected.db").exit_code == 0
    with start("build", before=f"import random, time; {CLOCKS[clock]}") as process:
        said, _ = process.communicate()
    assert process.returncode == 0, said
    assert Path("archive.db").read_bytes() == Path("expected.db").read_bytes()


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="a folder that nobody can write to")
def test_a_folder_that_cannot_be_written_to_is_named(archive, run):
    result = run("build", "--output", "/sys/kernel/archive.db")
    assert result.exit_code == 2
    assert result.output.startswith("letters: /sys/kernel/archive.db cannot be written: ")
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("room", [0, 8_192, 100_000, 300_000])
def test_a_disk_may_fill_at_any_moment(many, run, start, room):
    assert run("build").exit_code == 0
    before = Path("archive.db").read_bytes()
    many.replace(LETTER, "On prices", "On other prices")
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
    with start("build", before=full) as process:
        said, _ = process.communicate()
    assert process.returncode == 2, said
    assert said.startswith("letters: archive.db cannot be written: ")
    assert len(said.splitlines()) == 1
    assert Path("archive.db").read_bytes() == before
    assert litter() == []


def test_a_database_that_others_read_and_lock_is_replaced(archive, run):
    assert run("build").exit_code == 0
    with closing(sqlite3.connect("archive.db", isolation_level=None)) as other:
        other.execute("begin exclusive")
        archive.replace(LETTER, "On prices", "On other prices")
        assert run("build").exit_code == 0
    assert list(faults_of(Path("archive.db"), archive.folder)) == []
