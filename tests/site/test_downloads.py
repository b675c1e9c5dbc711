"""The data set as one download, by the site and by ``letters export``."""

import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import extruct
import frictionless
import pytest
import yaml
from click.testing import Result

from .conftest import Site

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def bundle(real_letters: Path, tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The download of the archive, unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    result = run(
        *("export", "dataset", "--letters", real_letters, "--database", folder / "archive.db"),
        *("--output", folder / "all.zip", "--address", "https://letters.example/"),
    )
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(folder / "all.zip") as file:
        file.extractall(folder / "all")
    return folder / "all"


def test_it_holds_what_it_says_it_holds(bundle: Path) -> None:
    said = (bundle / "README.txt").read_text()
    names = [path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()]
    for name in names:
        assert name == "README.txt" or name in said or name.startswith("csv/")


def test_every_file_is_as_its_checksum_says(bundle: Path) -> None:
    lines = (bundle / "SHA256SUMS").read_text().splitlines()
    summed = {}
    for line in lines:
        checksum, name = line.split("  ", 1)
        summed[name] = checksum
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == checksum
    files = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert files - summed.keys() == {"SHA256SUMS"}


def test_frictionless_finds_the_package_valid_foreign_keys_included(bundle: Path) -> None:
    report = frictionless.Package(str(bundle / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:5]


def test_the_package_explains_every_column_and_holds_every_row(bundle: Path) -> None:
    package = json.loads((bundle / "datapackage.json").read_text())
    with closing(sqlite3.connect(bundle / "archive.db")) as connection:
        for resource in package["resources"]:
            assert resource["description"]
            assert all(field["description"] for field in resource["schema"]["fields"])
            found = len(frictionless.Resource(str(bundle / resource["path"])).read_rows())
            [stored] = connection.execute(f'select count(*) from "{resource["name"]}"').fetchone()
            assert found == stored, resource["name"]


def test_the_citation_is_of_the_data_set(bundle: Path) -> None:
    citation = yaml.safe_load((bundle / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "dataset"
    assert citation["license"] == "CC-BY-4.0"
    assert {"message", "title", "authors", "version", "date-released", "url"} <= citation.keys()


def test_the_same_data_give_the_same_bytes(
    site: Site, real_letters: Path, tmp_path: Path, run: Run
) -> None:
    for name in ("a.zip", "b.zip"):
        result = run(
            *("export", "dataset", "--database", site.database),
            *("--output", tmp_path / name, "--address", "https://letters.example"),
        )
        assert result.exit_code == 0, result.output
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_site_serves_it_under_its_name_and_version(site: Site) -> None:
    async def ask() -> bytes:
        answer = await site.datasette.client.get("/dataset.zip")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"].startswith(
            'attachment; filename="the-nso-letters-'
        )
        assert int(answer.headers["content-length"]) == len(answer.content)
        return answer.content

    for _ in range(2):
        with zipfile.ZipFile(io.BytesIO(site.portal.call(ask))) as file:
            assert file.testzip() is None
            assert "http://localhost/" in file.read("README.txt").decode()


def test_the_database_is_served_under_the_name_of_the_archive(site: Site) -> None:
    page = site.get("/archive.db")
    assert page.headers["content-type"] == "application/vnd.sqlite3"
    assert re.fullmatch(
        r'attachment; filename="the-nso-letters-[0-9.]+\.db"', page.headers["content-disposition"]
    )
    assert page.content == site.database.read_bytes()


def test_downloads_are_what_the_data_page_says_to_machines(site: Site) -> None:
    [script] = extruct.extract(site.get("/data").text, syntaxes=["json-ld"])["json-ld"]
    assert script["@type"] == "Dataset"
    assert script["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert len(script["distribution"]) > 12
    for each in script["distribution"]:
        page = site.get(each["contentUrl"].removeprefix("http://localhost"))
        assert page.status == 200
        assert page.headers["content-type"].partition(";")[0] == each["encodingFormat"]


def test_the_package_on_the_site_names_where_each_table_is(site: Site) -> None:
    package = site.ask("/datapackage.json")
    for resource in package["resources"]:
        page = site.get(resource["path"].removeprefix("http://localhost"))
        heads = page.text.splitlines()[0].split(",")
        assert heads == [field["name"] for field in resource["schema"]["fields"]]


def test_corrections_and_withdrawals_are_the_change_log(
    made_up: Site, tmp_path: Path, run: Run
) -> None:
    output = tmp_path / "all.zip"
    assert (
        run("export", "dataset", "--database", made_up.database, "--output", output).exit_code == 0
    )
    with zipfile.ZipFile(output) as file:
        changes = file.read("CHANGES.md").decode()
    for row in made_up.ask("/archive/corrections.json?_shape=array&_size=max"):
        assert row["text"] in changes
    for row in made_up.ask("/archive/withdrawn.json?_shape=array&_size=max"):
        assert f"Withdrawn: {row['reason']}" in changes


@pytest.mark.parametrize("name", "ris bib csljson cmif atom jsonfeed jsonld jsonl yml".split())
def test_each_format_can_be_exported_as_the_site_serves_it(site: Site, name: str, run: Run) -> None:
    exported = run("export", name, "--database", site.database, "--address", "http://localhost")
    assert exported.exit_code == 0, exported.output
    served = site.get(f"/archive/letters.{name}").text
    # Only the address of the file itself differs.
    for address in ("/cmif.xml", "/feed.atom", f"/archive/letters.{name}", "/archive/letters"):
        exported_text = exported.stdout_bytes.decode().replace(f'http://localhost{address}"', '"')
        served = served.replace(f'http://localhost{address}"', '"')
    ids = [row["id"] for row in site.ask("/archive/letters.json?_shape=array&_size=max&_col=id")]
    assert all(f"http://localhost/archive/letters/{letter}" in exported_text for letter in ids)
    assert len(exported_text) == pytest.approx(len(served), rel=0.01)


def test_an_export_says_so_if_the_archive_has_no_address(site: Site, run: Run) -> None:
    result = run("export", "ris", "--database", site.database)
    assert "--address" in result.stderr
    assert "http://127.0.0.1:8001/archive/letters/" in result.stdout


@pytest.mark.parametrize(
    "address",
    ["letters.example", "ftp://letters.example", "https://", "https://letters.example/?all", ""],
)
def test_an_export_under_what_is_no_web_address_is_wrong_use(
    site: Site, run: Run, address: str
) -> None:
    result = run("export", "ris", "--database", site.database, "--address", address)
    assert result.exit_code == 2
    assert "--address" in result.output
    assert result.stdout == ""


def test_an_export_that_cannot_be_written_leaves_nothing(
    site: Site, tmp_path: Path, run: Run
) -> None:
    result = run(
        "export", "ris", "--database", site.database, "--output", tmp_path / "none" / "x.ris"
    )
    assert result.exit_code == 2
    assert "cannot be written" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_none_is_wrong_use(tmp_path: Path, run: Run) -> None:
    (tmp_path / "notes.db").write_text("no database")
    for name in ("missing.db", "notes.db"):
        result = run("export", "ris", "--database", tmp_path / name)
        assert result.exit_code == 2
        assert "letters build" in result.output
