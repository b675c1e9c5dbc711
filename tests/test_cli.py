"""The command line: what it prints, in three forms, and the three exit codes."""

import json
import shutil
from pathlib import Path

import pytest

LETTER = "2019/2019-02-18-watch-to-acme.yml"


@pytest.fixture
def spoilt(archive):
    """An archive with a problem in two files, and a warning."""
    archive.replace(LETTER, "form: letter", "form: 100%, or: less")
    archive.replace(LETTER, "    archived: https://archive.example/letter\n", "")
    archive.replace("register/topics.yml", "name: Prices", "nam: Prices")
    archive.letter("2019-05-a", "date: 2019-06")
    return archive


def test_a_sound_archive_is_said_to_be_so(archive, run):
    result = run("check")
    assert (result.exit_code, result.output) == (0, "no problems (2 letters read)\n")


def test_warnings_are_counted_and_listed_if_asked_for(archive, run):
    archive.letter("2019-05-a", "date: 2019-06")
    result = run("check")
    assert (result.exit_code, result.output) == (
        0,
        "no problems (3 letters read)\n1 warning (1 id-date); list them with --warnings\n",
    )
    result = run("check", "--warnings")
    assert (result.exit_code, result.output) == (
        0,
        "letters/2019/2019-05-a.yml:14:7: warning: id-date: the id says 2019-05, the date June "
        "2019; the id stays as it is\n\nno problems (3 letters read)\n",
    )


def test_problems_are_grouped_by_file_and_counted(spoilt, run):
    result = run("check")
    assert (result.exit_code, result.output) == (
        1,
        "letters/2019/2019-02-18-watch-to-acme.yml:2:15: yaml-syntax: put the text in single "
        "quotes: form: '100%, or: less'\n"
        "\n"
        "letters/register/topics.yml:1:3: missing-key: 'name' is missing: Name for lists.\n"
        "letters/register/topics.yml:2:3: unknown-key: 'nam' is no key of this record; "
        "did you mean 'name'?\n"
        "\n"
        "3 problems in 2 files (2 letters read)\n"
        "1 warning (1 id-date); list them with --warnings\n",
    )


def test_problems_are_json_for_programs(spoilt, run):
    spoilt.replace(LETTER, "100%, or: less", "«letter»")
    result = run("check", "--format", "json", f"letters/{LETTER}", "--warnings")
    assert result.exit_code == 1
    file = {"file": f"letters/{LETTER}"}
    assert json.loads(result.output) == {
        "letters": 2,
        "errors": 1,
        "warnings": 0,
        "problems": [
            file
            | {
                "line": 2,
                "column": 7,
                "rule": "unknown-value",
                "message": "'«letter»' is not one of 'letter', 'open letter', 'e-mail', "
                "'statement' or 'UN communication'; did you mean 'letter'?",
                "level": "error",
            }
        ],
    }


def test_problems_are_annotations_of_a_pull_request(spoilt, run):
    spoilt.replace(LETTER, "100%, or: less", "100%")
    result = run("check", "--format", "github", "--warnings")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "::error file=letters/2019/2019-02-18-watch-to-acme.yml,line=2,col=7,title=unknown-value::"
        "'100%25' is not one of 'letter', 'open letter', 'e-mail', 'statement' or "
        "'UN communication'",
        "::warning file=letters/2019/2019-05-a.yml,line=14,col=7,title=id-date::the id says "
        "2019-05, the date June 2019; the id stays as it is",
        "::error file=letters/register/topics.yml,line=1,col=3,title=missing-key::'name' is "
        "missing: Name for lists.",
        "::error file=letters/register/topics.yml,line=2,col=3,title=unknown-key::'nam' is no key "
        "of this record; did you mean 'name'?",
        "3 problems in 2 files (2 letters read)",
    ]


@pytest.mark.parametrize("format_", ["text", "json", "github"])
def test_every_form_has_the_same_exit_codes(archive, run, format_):
    assert run("check", "--format", format_).exit_code == 0
    archive.replace(LETTER, "form: letter", "form: leter")
    assert run("check", "--format", format_).exit_code == 1


def test_rules_are_explained_in_the_guide_if_there_is_one(spoilt, run):
    spoilt.write("README.md", "# The letters\n")
    lines = run("check").output.splitlines()
    assert lines[-5:] == [
        "3 problems in 2 files (2 letters read)",
        "missing-key is explained in letters/README.md#missing-key",
        "unknown-key is explained in letters/README.md#unknown-key",
        "yaml-syntax is explained in letters/README.md#yaml-syntax",
        "1 warning (1 id-date); list them with --warnings",
    ]
    told = json.loads(run("check", "--format", "json").output)["problems"][0]
    assert told["documentation"] == f"letters/README.md#{told['rule']}"
    annotation = run("check", "--format", "github").output.splitlines()[-2]
    assert annotation.endswith("did you mean 'name'? See letters/README.md#unknown-key")


def test_only_the_problems_of_some_files_or_folders_are_shown(spoilt, run):
    assert run("check", f"letters/{LETTER}").output.count("\nletters/") == 0
    assert "2 problems in 1 file" in run("check", "letters/register").output
    result = run("check", "letters/2019/2019-05-a.yml", "letters/archive.yml")
    assert (result.exit_code, result.output.splitlines()[0]) == (0, "no problems (2 letters read)")


def test_the_folder_may_have_any_name_and_place(archive, run, tmp_path):
    shutil.move("letters", "post")
    archive.folder.with_name("post").joinpath(LETTER).write_text("form: x\n")
    assert run("check", "--letters", "post").output.startswith(f"post/{LETTER}:1:1: ")
    assert run("check", "--letters", tmp_path / "post").output.startswith(
        f"{tmp_path}/post/{LETTER}:1:1"
    )
    assert run("check", "--letters", "post", f"post/{LETTER}").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "--letters", "nowhere"], "letters: there is no folder nowhere"),
        (
            ["check", "--letters", "letters/2019"],
            "letters: letters/2019 is no folder of letters: it holds no archive.yml",
        ),
        (
            ["check", "--letters", f"letters/{LETTER}"],
            f"letters: there is no folder letters/{LETTER}",
        ),
        (["build", "--letters", "nowhere"], "letters: there is no folder nowhere"),
        (["check", "nowhere.yml"], "Error: Invalid value for '[PATHS]...'"),
        (["check", ".."], "Error: .. is not in the folder letters"),
        (["check", "--format", "xml"], "Error: Invalid value for '--format'"),
        (["chek"], "Error: No such command 'chek'"),
        (["check", "--waning"], "Error: No such option"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(archive, run, arguments, says):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.output.splitlines()[-1].startswith(says)


@pytest.mark.parametrize("command", [[], ["check"], ["build"], ["serve"]])
def test_help_is_given(run, command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage: main")


def test_messages_are_printed_whatever_the_terminal_can_show(archive, start):
    archive.replace(LETTER, "form: letter", "form: Письмо")
    with start("check", PYTHONIOENCODING="latin-1") as process:
        output, _ = process.communicate()
    assert process.returncode == 1
    assert "2:7: unknown-value: '\\u041f\\u0438" in output


def test_an_interrupted_check_is_no_check(archive, start):
    import_slowly = "import os, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    interrupt = (
        "import correspondence.cli as c\nc.check_folder = lambda *_: os.kill(os.getpid(), 2)"
    )
    with start("check", before=import_slowly + interrupt) as process:
        output, _ = process.communicate()
    assert (process.returncode, output) == (130, "letters: stopped\n")


def test_nothing_is_written_by_a_check(archive, run):
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    run("check")
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("command", ["format", "new"])
def test_a_full_disk_is_said_in_a_sentence_and_changes_nothing(archive, start, command) -> None:
    full = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))\n"
    )
    archive.replace(LETTER, "scope: core\n", "")
    archive.write(LETTER, "scope: core\n" + (archive.folder / LETTER).read_text())
    before = {path: path.read_bytes() for path in archive.folder.rglob("*") if path.is_file()}
    options = {
        "format": (),
        "new": (
            *("--from", "watch", "--to", "acme-corporation", "--date", "2020-01-01", "--yes"),
            *("--title", "A", "--form", "letter", "--attestation", "cited", "--carries", "letter"),
            *("--source", "https://example.org/a", "--publisher", "Watch", "--summary", "Asked."),
        ),
    }[command]
    with start(command, *options, before=full) as process:
        said = process.stdout.read()
    assert process.returncode == 2, said
    assert "there is no room to write (File too large); free some disk space and try again" in said
    assert "Traceback" not in said
    found = {path: path.read_bytes() for path in archive.folder.rglob("*") if path.is_file()}
    assert found == before
