"""``letters serve --watch``: a change of a file is seen at once, if it is sound."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import httpx
import pytest

LETTER = "2019/2019-02-18-watch-to-acme.yml"
PATIENCE = 60
"""Seconds for a busy machine; where all is well, a second is enough."""

Start = Callable[..., subprocess.Popen[str]]


@contextmanager
def serving(start: Start, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = start("serve", "--port", "0", *options, PYTHONUNBUFFERED="1")
    try:
        address = re.search(r"http://\S+/", wait_for(process, "serving "))
        assert address
        yield process, address[0]
    finally:
        process.terminate()
        process.communicate()


def wait_for(process: subprocess.Popen[str], words: str) -> str:
    """The next line of output that holds these words."""
    said = []
    giving_up = Timer(PATIENCE, process.kill)
    giving_up.start()
    try:
        for line in process.stdout:
            said.append(line)
            if words in line:
                return line
    finally:
        giving_up.cancel()
    raise AssertionError(f"{words!r} was not said, but {said!r}")


def title(address: str) -> str:
    page = httpx.get(f"{address}archive/letters/2019-02-18-watch-to-acme", timeout=PATIENCE).text
    found = re.search("<h1>(.*?)</h1>", page)
    assert found, page
    return found[1]


def test_a_change_is_shown_without_a_restart(archive: Any, start: Start) -> None:
    with serving(start, "--watch") as (process, address):
        assert title(address) == "On prices"
        archive.replace(LETTER, "On prices", "Of prices")
        wait_for(process, "built ")
        wait_until(lambda: title(address) == "Of prices")


def test_a_commit_is_shown_in_the_history(
    archive: Any, start: Start, git: Callable[..., None]
) -> None:
    git("init", "-q")
    with serving(start, "--watch") as (process, address):
        letter = f"{address}archive/letters/2019-02-18-watch-to-acme"
        assert "First recorded" not in httpx.get(letter, timeout=PATIENCE).text
        git("add", "letters")
        git("commit", "-qm", "Add letters")
        wait_for(process, "built ")
        wait_until(lambda: "First recorded" in httpx.get(letter, timeout=PATIENCE).text)


def test_a_bad_change_is_told_and_the_last_good_archive_stays(archive: Any, start: Start) -> None:
    with serving(start, "--watch") as (process, address):
        archive.replace(LETTER, "form: letter", "form: leter")
        wait_for(process, f"letters/{LETTER}:2:7: unknown-value")
        wait_for(process, "the last good archive is still served")
        assert title(address) == "On prices"
        archive.replace(LETTER, "form: leter", "form: open letter")
        archive.replace(LETTER, "On prices", "Mended")
        wait_for(process, "built ")
        wait_until(lambda: title(address) == "Mended")


def test_without_watching_only_what_is_built_is_shown(archive: Any, run: Any, start: Start) -> None:
    with serving(start) as (_, address):
        archive.replace(LETTER, "On prices", "Of prices")
        assert {title(address) for _ in range(12)} == {"On prices"}
        assert run("build").exit_code == 0
        wait_until(lambda: title(address) == "Of prices")
        assert {title(address) for _ in range(12)} == {"Of prices"}


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGTERM")
def test_nothing_is_left_beside_the_database(archive: Any, start: Start) -> None:
    with serving(start, "--watch"):
        pass
    assert {path.name for path in Path().iterdir()} == {"archive.db", "letters"}


def wait_until(holds: Callable[[], bool]) -> None:
    """Ask again until something holds; a swap takes a moment after the build."""
    for _ in range(PATIENCE * 10):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to hold")
