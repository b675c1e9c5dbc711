"""``letters freeze``: the whole site as files, the same every time, with links that lead on."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import pytest
from click.testing import Result
from correspondence.formats import FORMATS
from correspondence.static_site.checking import faults_of

from ..conftest import ANSWER, Archive, make_archive
from .copies import Copy, links_of

LETTER = "2019-02-18-watch-to-acme"
REPLY = "2019-03-01-acme-to-watch"
ADDRESS = "https://letters.example/prices"
Run = Callable[..., Result]
Start = Callable[..., Popen[str]]


@pytest.fixture
def freeze(archive: Archive, run: Run) -> Callable[..., Copy]:
    """Freeze the archive of the test."""

    def frozen(name: str = "frozen", *options: str) -> Copy:
        result = run("freeze", name, "--address", ADDRESS, *options)
        assert result.exit_code == 0, result.output
        return Copy(Path(name))

    return frozen


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Copy:
    """A frozen copy of the same letters, for tests that only read it."""
    folder = tmp_path_factory.mktemp("archive")
    made = make_archive(folder / "letters")
    options = ("--letters", made.folder, "--database", folder / "archive.db")
    result = run("freeze", folder / "frozen", "--address", ADDRESS, *options)
    assert result.exit_code == 0, result.output
    return Copy(folder / "frozen")


# --- what is in it


def test_every_page_and_every_format_is_there(copy: Copy) -> None:
    files = copy.files
    letters = (LETTER, REPLY)
    rows = ["organisations/watch", "people/jane-doe", "topics/prices"]
    pages = ["exchanges", f"exchanges/{LETTER}", "unanswered", "statements", "leads", "about"]
    pages += ["data", "contribute", "archive", "archive/letters", "archive/never-answered"]
    pages += [f"archive/{name}" for name in (*rows, "replies", "people", "topics", "events")]
    pages += [f"archive/letters/{letter}" for letter in letters]
    wanted = {"index.html", "404.html", *(f"{page}/index.html" for page in pages)}
    suffixes = ("json", "csv", *FORMATS)
    wanted |= {f"archive/letters.{suffix}" for suffix in suffixes}
    wanted |= {f"archive/letters/{i}.{s}" for i in letters for s in ("png", *suffixes)}
    wanted |= {f"archive/{row}.{suffix}" for row in rows for suffix in ("json", "csv")}
    wanted |= {"feed.atom", "changes.atom", "cmif.xml", "sitemap.xml", "robots.txt"}
    wanted |= {"dataset.zip", "datapackage.json", "archive.db"}
    assert wanted - files.keys() == set()


def test_every_address_of_the_site_map_and_of_the_data_package_is_there(copy: Copy) -> None:
    files = copy.files
    listed = re.findall(r"<loc>(.*?)</loc>", copy.text("sitemap.xml"))
    assert len(listed) > 15
    for address in listed:
        path = address.removeprefix(ADDRESS).strip("/")
        assert f"{path}/index.html".lstrip("/") in files
    package = json.loads(copy.text("datapackage.json"))
    for resource in package["resources"]:
        name = resource["path"].removeprefix(f"{ADDRESS}/")
        header = copy.text(name).splitlines()[0].split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_json_holds_all_rows_and_nothing_of_the_moment(copy: Copy) -> None:
    rows = json.loads(copy.text("archive/letters.json"))
    assert [row["id"] for row in rows] == [LETTER, REPLY]
    assert json.loads(copy.text(f"archive/letters/{LETTER}.json")) == rows[:1]


def test_files_are_those_of_the_site(freeze: Callable[..., Copy], run: Run) -> None:
    copy = freeze()
    for suffix in ("ris", "bib", "jsonl"):
        run("export", suffix, "--address", ADDRESS, "--output", f"own.{suffix}")
        exported = Path(f"own.{suffix}").read_text("utf-8")
        assert copy.text(f"archive/letters.{suffix}") == exported


def test_addresses_beyond_the_copy_are_those_of_the_archive(copy: Copy) -> None:
    permalink = f"{ADDRESS}/archive/letters/{LETTER}"
    (canonical,) = copy.page(f"archive/letters/{LETTER}").all("link", rel="canonical")
    assert canonical.attributes["href"] == permalink
    assert permalink in copy.text("feed.atom")
    for name in copy.files:
        if not name.endswith((".png", ".xlsx", ".zip", ".db", ".ico")):
            assert "localhost" not in copy.text(name), name


def test_what_has_moved_leads_on_and_what_was_withdrawn_says_so(
    archive: Archive, freeze: Callable[..., Copy]
) -> None:
    archive.write(f"2019/{REPLY}.yml", f"{ANSWER}former_ids: [2019-03-watch-to-nobody]\n")
    gone = "withdrawn:\n  date: 2020-01-31\n  reason: It was never written.\n"
    archive.write("2019/2019-04-01-watch-to-acme.yml", gone)
    copy = freeze()
    moved = {
        "archive/letters/2019-03-watch-to-nobody": f"../{REPLY}/index.html",
        f"exchanges/{REPLY}": f"../{LETTER}/index.html#{REPLY}",
    }
    for path, link in moved.items():
        page = copy.page(path)
        (refresh,) = page.all("meta", **{"http-equiv": "refresh"})
        assert refresh.attributes["content"] == f"0; url={link}"
        assert link in page.links
    assert "It was never written." in copy.page("archive/letters/2019-04-01-watch-to-acme").words


# --- links


def test_links_need_no_server(copy: Copy) -> None:
    files = copy.files
    for name in set(copy.pages) - {"404.html"}:
        page = copy.page(name)
        assert page.faults == []
        for link, file in links_of(page).items():
            assert file is None or file in files, f"{name}: {link}"
            assert not link.startswith("/"), f"{name}: {link}"


def test_the_page_for_what_is_not_there_can_stand_at_any_depth(copy: Copy) -> None:
    page = copy.page("404.html")
    inner = [link for link in links_of(page) if not urlsplit(link).netloc and link[0] != "#"]
    assert len(inner) > 10
    for link in inner:
        assert urlsplit(link).path.removeprefix("/prices/") in copy.files


def test_a_link_that_leads_nowhere_is_told(freeze: Callable[..., Copy]) -> None:
    copy = freeze()
    assert faults_of(copy.folder, "/prices/") == []
    (copy.folder / "leads" / "index.html").unlink()
    page = copy.folder / "archive" / "letters" / LETTER / "index.html"
    page.write_text(page.read_text().replace('id="statement-ask"', ""))
    faults = faults_of(copy.folder, "/prices/")
    assert "index.html: leads/index.html leads to no file" in faults
    assert "404.html: /prices/leads/index.html leads to no file" in faults
    assert [f for f in faults if f.endswith(f"no #statement-ask in {page.relative_to('frozen')}")]


def test_a_copy_with_such_a_link_is_not_written(
    archive: Archive, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("correspondence.site.lists.names.Presenter.topic", lambda *_: Lost)
    result = run("freeze", "frozen")
    assert result.exit_code == 2
    assert "/archive/topics/lost answers 404" in result.output
    assert sorted(os.listdir()) == ["archive.db", "letters"]


class Lost:
    """A name whose page nobody has."""

    text, path, id, notice, inferred = "Lost", "/archive/topics/lost", "lost", None, False


# --- what it cannot do


def test_pages_ask_nothing_that_no_server_answers(copy: Copy) -> None:
    for name in copy.pages:
        page = copy.page(name)
        for form in page.all("form"):
            assert "method" not in form.attributes or form.attributes["method"] == "get"
            file = links_of(page)[form.attributes["action"]]
            assert file.removeprefix("/prices/") == "search/index.html", name
        services = re.compile(r"unapi|opensearch|reconcile|health|[?&](sql|_sort|_size|_next)=")
        assert [link for link in links_of(page) if services.search(link)] == []


def test_every_page_says_that_it_is_a_copy_and_where_the_rest_is(
    archive: Archive, freeze: Callable[..., Copy]
) -> None:
    archive.write("archive.yml", archive.folder.joinpath("archive.yml").read_text() + REPOSITORY)
    copy = freeze()
    for name in copy.pages:
        (foot,) = copy.page(name).all("footer")
        assert "This is a frozen copy of the archive" in foot.text
    about = copy.page("copy")
    assert {ADDRESS, "https://code.example/prices"} <= set(about.links)
    for word in ("SQL", "Reconciliation", "form for new letters", "letters serve"):
        assert word in about.words
    for path in (
        "contribute",
        "data",
        "archive",
        "statements",
        "search",
        "archive/letters-between",
    ):
        assert any(link.endswith("copy/index.html") for link in copy.page(path).links), path


REPOSITORY = "repository: https://code.example/prices\n"


def test_filtered_lists_are_the_search_page_s_matter(copy: Copy) -> None:
    links = copy.page("archive/organisations/watch").links
    assert "../../../search/index.html?_from=watch&_to=acme-corporation" in links
    assert "../../../statements/party/watch/index.html" in links
    assert f"{LETTER}--ask" in copy.text("statements/party/watch/index.html")


# --- the same every time


def test_the_same_letters_make_the_same_files(
    archive: Archive, freeze: Callable[..., Copy], start: Start, tmp_path: Path
) -> None:
    """Elsewhere, at another time, by two processes instead of one."""
    first = freeze().files
    elsewhere = tmp_path / "another place"
    elsewhere.mkdir()
    shutil.copytree(archive.folder, elsewhere / "briefe")
    options = ("--letters", elsewhere / "briefe", "--database", elsewhere / "other.db")
    otherwise = """
import os, time
now = time.time
time.time = lambda: now() + 40_000_000
os.cpu_count = lambda: 2
from correspondence.static_site import build
build.LETTERS_A_PROCESS = 1
"""
    with start(
        *("freeze", elsewhere / "copy", "--address", ADDRESS, *options),
        before=otherwise,
        PYTHONHASHSEED="7",
        TZ="Pacific/Kiritimati",
    ) as process:
        said = process.stdout.read()
    assert process.returncode == 0, said
    assert Copy(elsewhere / "copy").files == first


def test_checksums_are_those_of_all_files(freeze: Callable[..., Copy]) -> None:
    copy = freeze()
    lines = copy.text("SHA256SUMS").splitlines()
    listed = {name: checksum for checksum, name in (line.split("  ") for line in lines)}
    assert listed == {name: it for name, it in copy.files.items() if name != "SHA256SUMS"}
    database = hashlib.sha256(Path("archive.db").read_bytes()).hexdigest()
    assert listed["archive.db"] == database


# --- the folder


def test_an_older_copy_is_replaced(archive: Archive, freeze: Callable[..., Copy]) -> None:
    freeze()
    (archive.folder / "2019" / f"{REPLY}.yml").unlink()
    copy = freeze()
    assert f"archive/letters/{REPLY}/index.html" not in copy.files
    assert f"archive/letters/{LETTER}/index.html" in copy.files
    assert sorted(os.listdir()) == ["archive.db", "frozen", "letters"]


def test_an_empty_folder_is_filled(freeze: Callable[..., Copy]) -> None:
    Path("frozen").mkdir()
    assert "index.html" in freeze().files


@pytest.mark.parametrize("foreign", ["notes.txt", ".git/config", "archive/letters/mine.html"])
def test_a_folder_that_holds_other_things_is_left_alone(
    freeze: Callable[..., Copy], run: Run, foreign: str
) -> None:
    copy = freeze()
    other = copy.folder / foreign
    other.parent.mkdir(exist_ok=True)
    other.write_text("mine")
    before = copy.files
    result = run("freeze", "frozen", "--address", "https://other.example")
    assert result.exit_code == 2
    assert f"holds {foreign}" in result.output
    assert copy.files == before


def test_a_file_is_no_folder(archive: Archive, run: Run) -> None:
    Path("frozen").write_text("mine")
    result = run("freeze", "frozen")
    assert (result.exit_code, Path("frozen").read_text()) == (2, "mine")
    assert "is no folder" in result.output


def test_two_at_once_do_not_meet(archive: Archive, run: Run) -> None:
    Path(".frozen.new").mkdir()
    result = run("freeze", "frozen")
    assert result.exit_code == 2
    assert ".frozen.new is there already" in result.output
    assert not Path("frozen").exists()


@pytest.mark.parametrize(("name", "letters_a_process"), [("SIGINT", 250), ("SIGTERM", 1)])
def test_nothing_half_written_is_left_behind(
    archive: Archive, copy: Copy, run: Run, start: Start, name: str, letters_a_process: int
) -> None:
    """Stopped after fifty files, by itself: so it is always in the midst of it."""
    before = Copy(Path(shutil.copytree(copy.folder, "frozen"))).files
    assert run("build").exit_code == 0
    stop = f"""
import os, signal
from correspondence import cli
from correspondence.static_site import build
build.LETTERS_A_PROCESS = {letters_a_process}
signal.signal(signal.SIGINT, signal.default_int_handler)  # some shells have it ignored
files = []
def step():
    files.append(1)
    if len(files) == 50:
        os.kill(os.getpid(), signal.{name})
cli._count_files = lambda: step
"""
    with start("freeze", "frozen", before=stop) as process:
        said = process.stdout.read()
    assert process.returncode == {"SIGINT": 130, "SIGTERM": 143}[name], said
    assert sorted(os.listdir()) == ["archive.db", "frozen", "letters"]
    assert Copy(Path("frozen")).files == before


def test_an_archive_without_an_address_is_warned_of(archive: Archive, run: Run) -> None:
    result = run("freeze", "frozen")
    assert result.exit_code == 0
    assert "archive.yml names no address" in result.output
    assert "http://127" not in Copy(Path("frozen")).page("copy").words
