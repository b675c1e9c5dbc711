"""``letters serve`` as a process, and what keeps it from serving."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from correspondence.site import plugin

from .answers import Page
from .conftest import Site

Start = Callable[..., subprocess.Popen[str]]
METADATA = Path(__file__).parents[2] / "metadata.yml"
PATIENCE = 60
"""Seconds for a busy machine; where all is well, a second is enough."""


@contextmanager
def serving(
    start: Start, *arguments: str | Path, **options: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, with the address that it says."""
    process = start("serve", "--port", "0", *arguments, **options)
    try:
        said = ""
        for line in process.stdout:
            said += line
            if address := re.search(r"http://\S+/", line):
                yield address[0], process
                return
        pytest.fail(f"it ended without an address: {said}")
    finally:
        process.terminate()  # so that its workers end, too
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
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


@pytest.fixture
def hindered(tmp_path: Path) -> str:
    """What makes `/slow` wait, before it answers, for a file ``go``; ``begun`` tells of it."""
    return f"""
import asyncio
from pathlib import Path
from correspondence.site import pages
from datasette.utils.asgi import Response
async def slow():
    Path({str(tmp_path)!r}, "begun").touch()
    while not Path({str(tmp_path)!r}, "go").exists():
        await asyncio.sleep(0.05)
    return Response.text("at last")
pages.ROUTES.append(("^/slow$", slow))
"""


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 20):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to hold")


def is_refused(address: str) -> bool:
    host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


def test_it_finishes_what_it_has_begun_before_it_stops(
    start: Start, archive_db: Path, tmp_path: Path, hindered: str
) -> None:
    with (
        serving(start, "--database", archive_db, before=hindered) as (address, process),
        httpx.Client(trust_env=False, timeout=PATIENCE) as idle,
        ThreadPoolExecutor() as asking,
    ):
        assert idle.get(f"{address}health").status_code == 200  # and its connection is kept
        answer = asking.submit(get, f"{address}slow")
        wait_until((tmp_path / "begun").exists)
        process.terminate()
        wait_until(lambda: is_refused(address))
        assert not answer.done()
        (tmp_path / "go").touch()
        assert (answer.result().status, answer.result().text) == (200, "at last")
        process.wait(PATIENCE)


def test_it_does_not_wait_for_ever(
    start: Start, archive_db: Path, tmp_path: Path, hindered: str
) -> None:
    hindered += "from correspondence.site.server import run\nrun.GRACE_SECONDS = 1\n"
    with (
        serving(start, "--database", archive_db, before=hindered) as (address, process),
        ThreadPoolExecutor() as asking,
    ):
        answer = asking.submit(get, f"{address}slow")
        wait_until((tmp_path / "begun").exists)
        process.terminate()
        process.wait(PATIENCE)
        assert answer.exception() or answer.result().status == 500


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGHUP")
def test_a_hangup_changes_the_processes_one_after_another(start: Start, archive_db: Path) -> None:
    with serving(start, "--database", archive_db, "--workers", "2") as (address, process):
        assert get(f"{address}health").status == 200
        before = children(process)
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(after := children(process)) == 2 and not after & before)
        assert get(f"{address}health").status == 200
        process.terminate()
        process.wait(PATIENCE)
        assert process.returncode == 0


def children(process: subprocess.Popen[str]) -> set[int]:
    """The processes that answer in the name of another."""
    if not Path("/proc/self/task").exists():
        pytest.skip("there is no /proc")
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in found}
    return {pid for pid, command in commands.items() if b"spawn_main" in command}


# --- for other servers


def test_uvicorn_serves_the_same_by_itself(archive_db: Path, site: Site) -> None:
    command = "-m uvicorn --factory --port 0 --workers 2 correspondence.site.asgi:make_app".split()
    variables = {"LETTERS_DATABASE": str(archive_db), "LETTERS_BASE_URL": "/some/letters"}
    process = subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        said = next(line for line in process.stdout if "running on" in line)
        address = re.search(r"http://[\d.:]+", said)[0]
        wait_until(lambda: not is_refused(address))
        assert get(f"{address}/some/letters/health").text == "well\n"
        assert get(f"{address}/some/letters/").entries == site.get("/").entries
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"LETTERS_DATABASE": "nothing.db"}, "there is no database nothing.db"),
        ({"LETTERS_LOG": "jsn"}, "a log is one of text, json, not 'jsn'"),
    ],
)
def test_uvicorn_is_told_what_is_wrong(variables: dict[str, str], words: str) -> None:
    answer = subprocess.run(
        [sys.executable, *"-m uvicorn --factory correspondence.site.asgi:make_app".split()],
        env=os.environ | variables,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert answer.returncode != 0
    assert words in answer.stderr


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


@pytest.mark.parametrize("switch", [["--no-sql"], []], ids=["an option", "the environment"])
def test_sql_of_visitors_can_be_switched_off(
    start: Start, archive_db: Path, switch: list[str]
) -> None:
    environment = {} if switch else {"LETTERS_SQL": "0"}
    with serving(start, "--database", archive_db, *switch, **environment) as (address, _):
        assert get(f"{address}archive?sql=select+1").status == 403
        assert get(f"{address}archive.json?sql=select+1").json["status"] == 403
        assert get(f"{address}archive/letters?_where=1").status == 403
        assert get(f"{address}archive/never-answered.json").status == 200


# --- for the next version of Datasette

HOOKS_OF_BOTH = set(
    "asgi_wrapper extra_template_vars filters_from_request forbidden handle_exception "
    "prepare_connection prepare_jinja2_environment register_facet_classes register_routes "
    "startup".split()
)


def test_only_hooks_are_used_that_datasette_1_has_too() -> None:
    ours = {name for name in dir(plugin) if hasattr(getattr(plugin, name), "datasette_impl")}
    assert ours == HOOKS_OF_BOTH


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there are no hang-ups here")
def test_closing_the_terminal_leaves_nothing_behind(
    start: Start, archive_db: Path, tmp_path: Path
) -> None:
    # Whoever runs the tests may have been started so that hang-ups are ignored.
    before = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"
    options = {"TMPDIR": str(tmp_path), "before": before}
    with serving(start, "--database", archive_db, **options) as (address, process):
        assert get(f"{address}health").status == 200
        process.send_signal(signal.SIGHUP)
        process.wait(PATIENCE)
    assert list(tmp_path.iterdir()) == []
