"""A key that is added to the model alone is everywhere at once."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import correspondence
import pytest
from correspondence.database.record_tables import RECORD_TABLES

PACKAGE = Path(correspondence.__file__).parent
ROOT = PACKAGE.parents[1]
LETTER = "2019-02-18-rights-groups-to-novalpina"

KEYS = """
    mood: Line | None = Field(
        None,
        description="The mood in which it was written.",
        json_schema_extra=asks("In which mood was it written?"),
    )
    posted: Date | None = Field(None, description="When it was posted (EDTF).")
    note: Text"""

ASK = """
import asyncio, json, sys
from pathlib import Path
from correspondence.site.server.run import make_datasette

async def ask():
    datasette = make_datasette(Path("archive.db"), {})
    await datasette.invoke_startup()
    for address in sys.argv[1:]:
        answer = await datasette.client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        print(json.dumps(answer.text))

asyncio.run(ask())
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose model knows two keys more, and a letter that has them."""
    root = tmp_path_factory.mktemp("checkout")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, root / "scripts" / "correspondence", ignore=ignore)
    shutil.copytree(ROOT / "letters", root / "letters")
    shutil.copy(ROOT / "metadata.yml", root)
    model = root / "scripts/correspondence/records/model.py"
    text = model.read_text(encoding="utf-8")
    before, letter, after = text.partition("class Letter(Record)")
    model.write_text(before + letter + after.replace("\n    note: Text", KEYS, 1), encoding="utf-8")
    [path] = root.rglob(f"{LETTER}.yml")
    path.write_text(path.read_text("utf-8") + "mood: grave\nposted: 2019-02\n", encoding="utf-8")
    python(root, "-m", "correspondence.generate")
    letters(root, "format")
    letters(root, "build")
    return root


def python(root: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(root / "scripts")}
    done = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def letters(root: Path, *arguments: str) -> str:
    return python(root, "-c", "from correspondence.cli import main; main()", *arguments)


def pages(root: Path, *addresses: str) -> list[str]:
    return [json.loads(line) for line in python(root, "-c", ASK, *addresses).splitlines()]


def test_it_is_in_the_schema_and_the_guide(checkout: Path) -> None:
    schema = json.loads((checkout / "letters/letter.schema.json").read_text())
    mood = schema["definitions"]["Letter"]["properties"]["mood"]
    assert mood["description"] == "The mood in which it was written."
    assert "| `mood` |  | The mood in which it was written. |" in (
        checkout / "letters/README.md"
    ).read_text(encoding="utf-8")


def test_it_is_checked_and_its_place_in_the_file_is_that_of_the_model(checkout: Path) -> None:
    assert letters(checkout, "check").startswith("no problems")
    [path] = checkout.rglob(f"{LETTER}.yml")
    keys = [line.partition(":")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    assert keys.index("sources") < keys.index("mood") < keys.index("posted")


def test_it_is_in_the_database_and_described_there(checkout: Path) -> None:
    metadata = (checkout / "metadata.yml").read_text(encoding="utf-8")
    assert "          mood: The mood in which it was written.\n" in metadata
    assert "          posted_latest: Last day that `posted` allows, derived" in metadata
    columns = "mood,posted,posted_earliest,posted_latest,posted_precision"
    sql = f"/archive.json?sql=select+{columns}+from+letters+where+mood+not+null&_shape=arrays"
    [answer] = pages(checkout, sql)
    expected = ["grave", "2019-02", "2019-02-01", "2019-02-28", "month"]
    assert json.loads(answer)["rows"] == [expected]


def test_it_is_asked_for_in_the_form_and_in_a_terminal(checkout: Path) -> None:
    [form] = pages(checkout, "/contribute")
    assert '<label for="mood">In which mood was it written?</label>' in form
    assert "The mood in which it was written." in letters(checkout, "new", "--help")


def test_exports_of_whole_records_hold_it(checkout: Path) -> None:
    found = pages(
        checkout,
        f"/archive/letters/{LETTER}.yml",
        f"/archive/letters/{LETTER}.json",
        "/archive/letters.csv?_size=max",
    )
    for text in found:
        assert "grave" in text
    assert "grave" in letters(checkout, "export", "jsonl")


NOT_SHOWN = {
    "Letter.expects_answer": "the page says whether an answer is known or expected",
    "Letter.former_ids": "they redirect to the page",
    "Organisation.group": "the page shows the lane, which follows from it",
    "Organisation.unused": "for maintainers",
    "Person.family_name": "for citations",
    "Person.unused": "for maintainers",
    "Topic.unused": "for maintainers",
    "ArchiveInfo.event_kinds": "an event shows its kind",
    "ArchiveInfo.history_after": "for the build",
    "ArchiveInfo.synonyms": "for the search",
}
"""Every key that no page shows, and why."""


def test_every_other_key_is_shown_on_a_page() -> None:
    site = PACKAGE / "site"
    read = [path.read_text("utf-8") for path in [*site.rglob("*.html"), *site.rglob("*.py")]]
    text = "\n".join(read)
    hidden = {
        f"{cls.__name__}.{name}"
        for cls in RECORD_TABLES.values()
        for name in cls.model_fields
        if not re.search(rf"\.{name}\b|\[\"{name}\"\]|\.{name.rstrip('_')}\b", text)
    }
    assert hidden == set(NOT_SHOWN)
