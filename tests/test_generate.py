"""The guide to the letters: its examples hold, its tables are made, and nothing is made in vain."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from correspondence.generate import BEGIN, END, generated, main, out_of_date
from correspondence.records.dates import parse_date
from correspondence.records.json_schema import keys_of
from correspondence.records.model import Letter, Withdrawn
from correspondence.records.problems import CATALOGUE
from correspondence.records.reading import check_folder
from correspondence.records.writing import write_letter

LETTERS = Path(__file__).parents[1] / "letters"
GUIDE = (LETTERS / "README.md").read_text(encoding="utf-8")
EVERYTHING = "2020/2020-03-northwind-to-lighthouse-trust.yml"


def examples() -> dict[str, str]:
    """The guide's examples, by the path that stands in the first line of each."""
    blocks = re.findall(r"^```yaml\n# letters/(\S+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    return dict(blocks)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of letters that holds the guide's examples and nothing else."""
    shutil.copy(LETTERS / "archive.yml", tmp_path)
    for name, text in examples().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


# --- the examples


def test_the_examples_are_without_problems(folder: Path) -> None:
    report = check_folder(folder)
    # The organisations are invented: Wikidata has none of them, and no more letters follow.
    assert {problem.rule for problem in report.problems} == {"no-wikidata-id", "lonely-topic"}
    assert report.letters == 3


def test_the_examples_are_written_as_the_archive_writes(folder: Path) -> None:
    letters: list[Letter | Withdrawn] = []
    check_folder(folder, lambda letter, _: letters.append(letter))
    for letter in letters:
        text = examples()[f"2020/{letter.id}.yml"]
        without_comments = re.sub(r"(?m)^ *#.*\n|^\n", "", text)
        assert without_comments == write_letter(letter)


def test_the_example_with_everything_has_every_key() -> None:
    text = examples()[EVERYTHING]
    missing = [
        key.name for key in keys_of(Letter) if not re.search(rf"(?m)^(# )?{key.name}:", text)
    ]
    assert missing == []


def test_the_dates_mean_what_the_guide_says() -> None:
    section = GUIDE[GUIDE.index("## Dates") : GUIDE.index("## How sure we are")]
    rows = re.findall(r"^\| ([^|`]+) \| `'?([^'`]+)'?` \|$", section, re.MULTILINE)
    assert len(rows) == 12
    for words, written in rows:
        assert parse_date(written).words == words


# --- what is made


def test_the_tables_name_every_rule_and_every_key() -> None:
    tables = GUIDE[GUIDE.index(BEGIN) : GUIDE.index(END)]
    for name in CATALOGUE:
        assert f'| <a id="{name}"></a>`{name}` |' in tables
    for key in keys_of(Letter):
        assert f"| `{key.name}` |" in tables


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--letters", str(folder), *arguments])
    return result.exit_code, result.output


def test_what_is_out_of_date_is_told_and_then_written(folder: Path) -> None:
    shutil.copy(LETTERS / "README.md", folder)
    code, output = run(folder, "--check")
    assert code == 1
    assert "letter.schema.json is out of date; run ./scripts/generate" in output
    assert not (folder / "letter.schema.json").exists()

    code, output = run(folder)
    assert code == 0
    assert "letter.schema.json" in output

    assert out_of_date(folder) == []
    assert run(folder, "--check") == (0, "everything is up to date\n")


def test_a_new_organisation_makes_only_the_list_of_ids_out_of_date(folder: Path) -> None:
    run(folder)
    with (folder / "register" / "organisations.yml").open("a", encoding="utf-8") as register:
        register.write("- id: southwind\n  name: Southwind\n  kind: company\n  unused: yes\n")
    assert [path.name for path in out_of_date(folder)] == ["register.schema.json"]


def test_a_faulty_letter_does_not_hinder(folder: Path) -> None:
    (folder / EVERYTHING).write_text("title:\n", encoding="utf-8")
    assert run(folder)[0] == 0


def test_what_stands_around_the_tables_is_kept(folder: Path) -> None:
    guide = folder / "README.md"
    guide.write_text(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    text = generated(folder)[guide]
    assert text.startswith(f"Before.\n\n{BEGIN}\n\n## Keys of a letter\n")
    assert text.endswith(f"|\n\n{END}\n\nAfter.\n")
    assert "old\n" not in text


def test_a_guide_without_the_marks_is_left_alone(folder: Path) -> None:
    (folder / "README.md").write_text("Our own.\n", encoding="utf-8")
    code, output = run(folder)
    assert code == 2
    assert "README.md lacks the two lines" in output
    assert (folder / "README.md").read_text(encoding="utf-8") == "Our own.\n"


def test_a_faulty_register_is_told(folder: Path) -> None:
    (folder / "register" / "people.yml").write_text("- name: Nobody\n", encoding="utf-8")
    code, output = run(folder)
    assert code == 2
    assert "is faulty; run letters check" in output


def test_a_folder_without_archive_yml_is_none(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 2
