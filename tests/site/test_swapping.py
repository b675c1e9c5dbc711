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
from correspondence.site.archive import archive_of
from correspondence.site.html.fragments import Fragments
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


def test_a_file_that_is_taken_away_and_comes_back_in_halves_is_served_when_it_is_whole(
    versions: list[Path], start: Start
) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    whole = versions[1].read_bytes()
    with (
        serving(start, "--database", served) as (address, process),
        visitors(address) as asking,
    ):
        wait_until(lambda: all(v.last == "0" or v.fault for v in asking))
        served.unlink()
        wait_for(process, "there is no database served.db")
        served.write_bytes(whole[: len(whole) // 2])
        wait_for(process, "served.db is")
        assert {visitor.last for visitor in asking} == {"0"}
        served.write_bytes(whole)
        wait_until(lambda: all(v.last == "1" or v.fault for v in asking))
    assert [visitor.fault for visitor in asking] == [None] * len(asking)
    assert {status for visitor in asking for status, _ in visitor.seen} == {200}


def test_a_file_that_is_written_over_in_place_is_served_again_once_it_is_whole(
    versions: list[Path], start: Start
) -> None:
    """Nothing is copied, so what is written into the served file itself is seen meanwhile."""
    served = Path(shutil.copy(versions[0], "served.db"))
    with serving(start, "--database", served) as (address, _):
        assert "On price list 0" in get(address).text
        served.write_bytes(versions[1].read_bytes())
        wait_until(lambda: "On price list 1" in get(address).text)
        assert get(address).status == 200


WRITTEN_MEANWHILE = """
import os

link, linked = os.link, []

def link_while_it_is_written(original, other, **options):
    link(original, other, **options)
    linked.append(other)
    if len(linked) < 3:
        os.utime(original, (0, len(linked)))

os.link = link_while_it_is_written
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
        pieces = archive_of(served.datasette).kept(Fragments).pieces
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


def links() -> list[Path]:
    """The names under which servers keep the archives that they serve."""
    return [*Path().glob(".letters-*/archive.db")]


def test_what_was_replaced_is_let_go(versions: list[Path], start: Start) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    with serving(start, "--database", served) as (_, process):
        wait_until(lambda: len(links()) == 1)
        [first] = links()
        assert first.samefile(served)
        shutil.copy(versions[1], "new.db")
        Path("new.db").replace(served)
        wait_for(process, "the new archive is served")
        wait_until(lambda: not first.exists())
        assert len(links()) == 1
        process.terminate()
        process.wait(PATIENCE)
    assert [*Path().glob(".letters-*")] == []


NO_LINKS = """
import os
import shutil
from pathlib import Path

from correspondence.site.server import reload

reload.AGAIN_SECONDS = 0.1
copy = shutil.copyfile

def no_link(original, other, **options):
    raise OSError(95, "Operation not supported")

def copy_if_there_is_room(original, other):
    if Path("full").exists():
        raise OSError(28, "No space left on device")
    copy(original, other)

os.link = no_link
shutil.copyfile = copy_if_there_is_room
"""


def test_where_no_link_can_be_made_a_copy_is_served_once_there_is_room_for_it(
    versions: list[Path], start: Start
) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    with serving(start, "--database", served, before=NO_LINKS) as (address, process):
        wait_until(lambda: "On price list 0" in get(address).text)
        Path("full").touch()
        shutil.copy(versions[1], "new.db")
        Path("new.db").replace(served)
        wait_for(process, "the last good archive is still served")
        Path("full").unlink()
        wait_for(process, "the new archive is served")
        assert "On price list 1" in get(address).text


SLOW_LINK = """
import os
import time

link = os.link

def link_slowly(original, other, **options):
    link(original, other, **options)
    print("linked", flush=True)
    time.sleep(1)

os.link = link_slowly
"""


def test_a_stop_during_a_change_leaves_nothing_behind(versions: list[Path], start: Start) -> None:
    served = Path(shutil.copy(versions[0], "served.db"))
    with serving(start, "--database", served, before=SLOW_LINK) as (address, process):
        wait_for(process, "linked")
        wait_until(lambda: "On price list 0" in get(address).text)
        Path(shutil.copy(versions[1], "new.db")).replace(served)
        wait_for(process, "linked")
        process.terminate()
        process.wait(PATIENCE)
    assert [*Path().glob(".letters-*")] == []
