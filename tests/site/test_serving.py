"""``letters serve`` as a process, and what keeps it from serving."""

import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from .answers import Page
from .conftest import Site

Start = Callable[..., subprocess.Popen[str]]
METADATA = Path(__file__).parents[2] / "metadata.yml"


@contextmanager
def serving(start: Start, *arguments: str | Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, with the address that it says."""
    process = start("serve", "--port", "0", *arguments)
    try:
        said = ""
        for line in process.stdout:
            said += line
            if address := re.search(r"http://\S+/", line):
                yield address[0], process
                return
        pytest.fail(f"it ended without an address: {said}")
    finally:
        process.kill()
        process.communicate()


def get(address: str) -> Page:
    with httpx.Client(trust_env=False, timeout=60) as client:
        answer = client.get(address)
    return Page(address, answer.status_code, answer.headers, answer.text)


def ended(process: subprocess.Popen[str]) -> str:
    """What a process said that must end by itself."""
    try:
        said = process.communicate(timeout=120)[0]
    finally:
        process.kill()
        process.communicate()
    assert "Traceback" not in said, said
    return said


def refusal(process: subprocess.Popen[str]) -> str:
    """The one sentence of a process that must end with exit code 2."""
    said = ended(process)
    assert process.returncode == 2, said
    assert len(said.splitlines()) == 1, said
    return said.removeprefix("letters: ").strip()


# --- it serves


def test_it_says_its_address_and_answers_there(start: Start, archive_db: Path, site: Site) -> None:
    with serving(start, "--database", archive_db) as (address, _):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        page = get(address)
        assert page.status == 200
        assert page.entries == site.get("/").entries
        assert "server" not in page.headers


def test_it_builds_the_database_first(start: Start, archive: object, tmp_path: Path) -> None:
    with serving(start) as (address, _):
        assert (tmp_path / "archive.db").is_file()
        assert len(get(address).entries) == 2


def test_a_file_of_any_name_is_mounted_as_archive(
    start: Start, archive_db: Path, tmp_path: Path
) -> None:
    other = shutil.copy(archive_db, tmp_path / "old copy (2).sqlite")
    with serving(start, "--database", other) as (address, _):
        assert get(f"{address}archive/letters.json").status == 200
        assert len(get(address).entries) > 10


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_it_stops_when_it_is_told_to(start: Start, archive_db: Path, name: str) -> None:
    with serving(start, "--database", archive_db) as (_, process):
        process.send_signal(getattr(signal, name))
        ended(process)
        number = getattr(signal, name)
        assert process.returncode in (0, 128 + number, -number)


def test_it_leaves_the_database_as_it_is(start: Start, archive_db: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(archive_db, tmp_path / "archive.db"))
    before = copy.read_bytes()
    with serving(start, "--database", copy) as (address, _):
        assert get(f"{address}archive.json?sql=select+1").status == 200
        assert get(f"{address}archive.json?sql=delete+from+letters").status == 400
    assert copy.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]


# --- it does not


def test_a_taken_port(start: Start, archive_db: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        said = refusal(start("serve", "--database", archive_db, "--port", port))
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said


def test_a_host_that_is_not_this_machine(start: Start, archive_db: Path) -> None:
    said = refusal(start("serve", "--database", archive_db, "--host", "203.0.113.1", "--port", "0"))
    assert "203.0.113.1" in said
    assert "--host" in said


def test_a_missing_database(start: Start, tmp_path: Path) -> None:
    said = refusal(start("serve", "--database", tmp_path / "nothing.db"))
    assert "nothing.db" in said
    assert "letters build" in said


def test_a_file_that_is_no_database(start: Start, tmp_path: Path) -> None:
    (tmp_path / "prose.db").write_text("Dear Sir or Madam, " * 100)
    said = refusal(start("serve", "--database", tmp_path / "prose.db"))
    assert "prose.db" in said
    assert "letters build" in said


@pytest.mark.parametrize(
    "tables",
    ["create table letters (id text)", "create table archive (title); create table build (x)"],
)
def test_a_database_of_something_else(start: Start, tmp_path: Path, tables: str) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.executescript(f"{tables};")
    said = refusal(start("serve", "--database", tmp_path / "other.db"))
    assert "other.db" in said
    assert "letters build" in said


def test_an_archive_that_another_version_built(
    start: Start, archive_db: Path, tmp_path: Path
) -> None:
    old = shutil.copy(archive_db, tmp_path / "old.db")
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript("update build set schema_hash = 'old'; drop table mentions;")
    said = refusal(start("serve", "--database", old))
    assert "old.db" in said
    assert "letters build" in said


def test_a_folder_that_is_not_there(start: Start, tmp_path: Path) -> None:
    said = refusal(start("serve", "--letters", tmp_path / "nothing"))
    assert "there is no folder" in said
    assert "nothing" in said


def test_a_folder_without_letters(start: Start, tmp_path: Path) -> None:
    said = refusal(start("serve", "--letters", tmp_path))
    assert str(tmp_path) in said
    assert "archive.yml" in said


@pytest.mark.parametrize("port", ["80000", "-1", "http"])
def test_a_port_that_is_none(start: Start, port: str) -> None:
    process = start("serve", "--port", port)
    assert "--port" in ended(process)
    assert process.returncode == 2


def test_letters_with_problems_are_not_served(start: Start, archive: object) -> None:
    archive.replace("2019/2019-02-18-watch-to-acme.yml", "form: letter", "form: lettr")
    process = start("serve", "--port", "0")
    said = ended(process)
    assert process.returncode == 1
    assert "2019-02-18-watch-to-acme.yml:2" in said
    assert "http://" not in said


# --- plain Datasette


def datasette(*arguments: str | Path) -> str:
    """What Datasette's own command prints."""
    command = [sys.executable, "-m", "datasette", *map(str, arguments)]
    answer = subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8", timeout=120
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.mark.parametrize(
    "path", ["/", "/?_from=nso-group&_search=pegasus", "/archive/letters?_year=2021&_size=5"]
)
def test_plain_datasette_shows_the_same(site: Site, path: str) -> None:
    html = datasette("-i", site.database, "-m", METADATA, "--get", path)
    plain = Page(path, 200, httpx.Headers({"content-type": "text/html"}), html)
    ours = site.get(path)
    assert plain.entries == ours.entries != []
    assert plain.facets == ours.facets != {}
    assert [e.text for e in plain.all("h1")] == [e.text for e in ours.all("h1")]


def test_plain_datasette_can_do_without_metadata(site: Site) -> None:
    answer = datasette("-i", site.database, "--get", "/archive/letters.json?_from=nso-group")
    assert '"facet_results": {"group"' in answer


def test_the_plugin_does_not_trouble_a_datasette_without_an_archive(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.executescript("create table letters (id text primary key)")
    answer = datasette(tmp_path / "other.db", "--get", "/other/letters.json?_shape=array")
    assert answer.strip() == "[]"
