"""A new archive in the place of the served one: no request is dropped, none sees two of them."""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.lists import correspondent_stats
from correspondence.site.server.reload import FIRST, SwappingApp
from correspondence.site.server.run import make_datasette

from .test_serving import PATIENCE, Start, get, serving

PAGE = "archive/letters/2019-02-18-watch-to-acme"
VERSIONS = 4


class Visitor(Thread):
    """Asks for one page again and again, by a connection that is kept where it may be."""

    def __init__(self, address: str, stop: Event) -> None:
        super().__init__()
        self.address, self.stop = address, stop
        self.seen: list[tuple[int, list[str]]] = []
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
                while not self.stop.wait(0.01):
                    answer = client.get(self.address + PAGE)
                    self.seen.append(
                        (answer.status_code, re.findall(r"price list (\d)", answer.text))
                    )
        except httpx.HTTPError as error:
            self.fault = error

    @property
    def last(self) -> str:
        """The version that was seen last."""
        return self.seen[-1][1][0] if self.seen and self.seen[-1][1] else ""


@contextmanager
def visitors(address: str) -> Iterator[list[Visitor]]:
    stop = Event()
    all_of_them = [Visitor(address, stop) for _ in range(4)]
    for visitor in all_of_them:
        visitor.start()
    try:
        yield all_of_them
    finally:
        stop.set()
        for visitor in all_of_them:
            visitor.join()


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 20):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to hold")


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return
    raise AssertionError(f"{words!r} was not said, but {said!r}")


@pytest.fixture
def versions(archive: Any, run: Any) -> list[Path]:
    """Databases that tell their version in the title and in the summary of a letter."""
    text = Path("letters/2019/2019-02-18-watch-to-acme.yml").read_text()
    paths = []
    for number in range(VERSIONS):
        told = text.replace("On prices", f"On price list {number}")
        told = told.replace("about prices.", f"about price list {number}.")
        archive.write("2019/2019-02-18-watch-to-acme.yml", told)
        paths.append(Path(f"version-{number}.db"))
        assert run("build", "--output", paths[-1]).exit_code == 0
    return paths


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder in which servers of the test keep their copies."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_request_is_dropped_and_none_is_answered_by_two_archives(
    versions: list[Path], start: Start, workers: str
) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    arguments = ("--database", served, "--workers", workers)
    with serving(start, *arguments) as (address, process), visitors(address) as asking:
        for number, version in enumerate(versions):
            shutil.copy(version, "new.db")
            Path("new.db").replace(served)
            wait_until(lambda n=str(number): all(v.last == n or v.fault for v in asking))
            if number == 1:
                Path("junk.db").write_text("Dear Sir or Madam, " * 1_000)
                Path("junk.db").replace(served)
                wait_for(process, "the last good archive is still served")
                assert {visitor.last for visitor in asking} == {"1"}
    for visitor in asking:
        assert visitor.fault is None
        assert {status for status, _ in visitor.seen} == {200}
        assert all(len(set(told)) == 1 and len(told) > 1 for _, told in visitor.seen)
        told = [told[0] for _, told in visitor.seen]
        assert told == sorted(told)
        assert set(told) == {str(number) for number in range(VERSIONS)}


def test_a_file_that_is_written_over_changes_nothing_until_it_is_whole(
    versions: list[Path], start: Start
) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    whole = versions[1].read_bytes()
    with (
        serving(start, "--database", served) as (address, process),
        visitors(address) as asking,
    ):
        wait_until(lambda: all(v.last == "0" or v.fault for v in asking))
        served.write_bytes(whole[: len(whole) // 2])
        wait_for(process, "served.db is")
        served.unlink()
        wait_for(process, "there is no database served.db")
        assert {visitor.last for visitor in asking} == {"0"}
        served.write_bytes(whole)
        wait_until(lambda: all(v.last == "1" or v.fault for v in asking))
    assert [visitor.fault for visitor in asking] == [None] * len(asking)
    assert {status for visitor in asking for status, _ in visitor.seen} == {200}


WRITTEN_MEANWHILE = """
import os
import shutil

copy, copied = shutil.copyfile, []

def copy_while_it_is_written(original, other):
    copy(original, other)
    copied.append(other)
    if len(copied) < 3:
        os.utime(original, (0, len(copied)))

shutil.copyfile = copy_while_it_is_written
"""


def test_an_archive_that_is_being_replaced_at_the_start_is_waited_for(
    versions: list[Path], start: Start
) -> None:
    with serving(start, "--database", versions[0], before=WRITTEN_MEANWHILE) as (address, _):
        assert "On price list 0" in get(address).text


def test_what_is_made_but_once_is_made_before_a_visitor_asks(
    archive_db: Path, real_letters: Path, portal: BlockingPortal
) -> None:
    async def kept_after_the_start() -> tuple[set[str], list[int]]:
        app = SwappingApp(make_datasette, archive_db)
        await app.swap()
        served = app.current
        await served.preparing
        pieces = served.datasette.jinja_env.globals["kept"].pieces
        statuses = [(await served.datasette.client.get(path)).status_code for path in FIRST]
        await served.end()
        return {key[1] for key in pieces if key[0] == "entry"}, statuses

    entries, statuses = portal.call(kept_after_the_start)
    assert entries == {path.stem for path in real_letters.glob("2*/*.yml")}
    assert statuses == [200] * len(FIRST)


def test_what_is_still_being_counted_keeps_nobody_waiting_at_the_end(
    archive_db: Path, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = (
        "with recursive n (x) as (select 1 union all select x + 1 from n) select max(x) from n"
    )
    begun = Event()
    count = correspondent_stats._tallies
    monkeypatch.setattr(correspondent_stats, "_SIDES", endless)
    monkeypatch.setattr(correspondent_stats, "_tallies", lambda *it: (begun.set(), count(*it))[1])

    async def end_while_it_is_counted() -> Path:
        app = SwappingApp(make_datasette, archive_db)
        await app.swap()
        await asyncio.to_thread(begun.wait, PATIENCE)
        await asyncio.wait_for(app.current.end(), PATIENCE)
        return Path(app.current.folder.name)

    assert not portal.call(end_while_it_is_counted).exists()


def test_what_was_replaced_is_let_go(versions: list[Path], start: Start, temporary: Path) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))

    def copies() -> list[Path]:
        return list(temporary.glob("*/archive.db"))

    with serving(start, "--database", served, TMPDIR=str(temporary)) as (_, process):
        wait_until(lambda: len(copies()) == 1)
        [first] = copies()
        shutil.copy(versions[1], "new.db")
        Path("new.db").replace(served)
        wait_for(process, "the new archive is served")
        wait_until(lambda: not first.exists())
        assert len(copies()) == 1
        process.terminate()
        process.wait(PATIENCE)
    assert list(temporary.iterdir()) == []


def test_a_change_that_found_no_room_is_tried_again(
    versions: list[Path], start: Start, temporary: Path
) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    soon = "from correspondence.site.server import reload; reload.AGAIN_SECONDS = 0.1"
    options = {"TMPDIR": str(temporary), "before": soon}
    with serving(start, "--database", served, **options) as (address, process):
        wait_until(lambda: "On price list 0" in get(address).text)
        hidden = temporary.rename(temporary.with_name("hidden"))
        shutil.copy(versions[1], "new.db")
        Path("new.db").replace(served)
        wait_for(process, "the last good archive is still served")
        hidden.rename(temporary)
        wait_for(process, "the new archive is served")
        assert "On price list 1" in get(address).text


SLOW_COPY = """
import shutil
import time

copy = shutil.copyfile

def copy_slowly(original, other):
    copy(original, other)
    print("copied", flush=True)
    time.sleep(1)

shutil.copyfile = copy_slowly
"""


def test_a_stop_during_a_change_leaves_nothing_behind(
    versions: list[Path], start: Start, temporary: Path
) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    options = {"TMPDIR": str(temporary), "before": SLOW_COPY}
    with serving(start, "--database", served, **options) as (address, process):
        wait_for(process, "copied")
        wait_until(lambda: "On price list 0" in get(address).text)
        Path(shutil.copy(versions[1], "new.db")).replace(served)
        wait_for(process, "copied")
        process.terminate()
        process.wait(PATIENCE)
    assert list(temporary.iterdir()) == []
