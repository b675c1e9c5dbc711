"""Many letters are read in several processes, and nobody can tell from what comes of it."""

import os
import signal
import time
from pathlib import Path

import pytest
from correspondence.database.build import build
from correspondence.records import parallel
from correspondence.records.reading import check_folder


@pytest.fixture
def always_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few letters there are, and on however few processors."""
    monkeypatch.setattr(parallel, "MANY", 2)
    monkeypatch.setattr(parallel, "processors", lambda: 3)


def test_the_database_is_the_same_to_the_byte(
    archive_db: Path, real_letters: Path, tmp_path: Path, always_several: None
) -> None:
    build(real_letters, tmp_path / "several.db")
    assert (tmp_path / "several.db").read_bytes() == archive_db.read_bytes()


def test_the_problems_are_the_same(archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.letter("2019-04-01-watch-to-acme", "topics: [prizes]\nreference: [")
    archive.letter("2019-05-01-watch-to-acme", "topics: [prizes]\nin_reply_to: [2019-nobody]")
    archive.letter("2019-06-01-watch-to-acme", "note: write to jane@example.org")
    in_one = check_folder(archive.folder)
    monkeypatch.setattr(parallel, "MANY", 2)
    monkeypatch.setattr(parallel, "processors", lambda: 3)
    assert check_folder(archive.folder) == in_one
    assert len(in_one.errors) >= 4


def test_results_come_in_order(always_several: None) -> None:
    things = list(range(1_000))
    assert list(parallel.in_order(str, things)) == [str(thing) for thing in things]


def test_a_fault_in_a_process_ends_the_work(always_several: None) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(parallel.in_order(int, ["1", "no number"]))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
def test_no_process_outlives_the_one_that_started_it(
    start, real_letters: Path, tmp_path: Path
) -> None:
    before = (
        "import time, correspondence.records.parallel as parallel\n"
        "parallel.MANY, parallel.processors = 2, lambda: 2\n"
        "from concurrent.futures import Future\n"
        "Future.result = lambda *_: time.sleep(600)\n"
    )
    output = tmp_path / "x.db"
    process = start("build", "--letters", real_letters, "--output", output, before=before)
    while len(children := children_of(process.pid)) < 2:  # one that works, one that tracks it
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    while any(is_running(child) for child in children):
        time.sleep(0.05)


def children_of(parent: int) -> list[int]:
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    fields = [(int(stat.split()[0]), stat.rpartition(")")[2].split()) for stat in stats]
    return [process for process, (_, ppid, *_) in fields if int(ppid) == parent]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
