"""A folder as a whole: what may lie in it, and what is told of it in one run."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

LETTER = "2019/2019-02-18-watch-to-acme.yml"
ANSWER = "2019/2019-03-01-acme-to-watch.yml"
STRAY = "2019/2019-05-06-watch-to-acme.yml"


@pytest.fixture
def only_problem(archive, run):
    """The one problem that the check tells of, without the name of its folder."""

    def check() -> str:
        result = run("check")
        assert result.exit_code == 1
        problem, empty, count, *_ = result.output.splitlines()
        assert (empty, count) == ("", "1 problem in 1 file (2 letters read)")
        return problem.removeprefix("letters/")

    return check


def test_a_folder_with_the_name_of_a_file(archive, only_problem):
    (archive.folder / STRAY).mkdir()
    assert only_problem() == (
        f"{STRAY}:1:1: not-a-file: this is a folder; put the file itself here or rename it"
    )


def test_a_link_that_leads_to_itself(archive, only_problem):
    (archive.folder / STRAY).symlink_to(Path(STRAY).name)
    assert only_problem() == (
        f"{STRAY}:1:1: not-a-file: this is a link; put the file itself here or rename it"
    )


def test_a_register_that_is_a_link_to_nothing(archive, only_problem):
    (archive.folder / "register/topics.yml").unlink()
    (archive.folder / "register/topics.yml").symlink_to("nowhere")
    assert only_problem() == (
        "register/topics.yml:1:1: not-a-file: this is a link; put the file itself here or rename it"
    )


def test_a_pipe_is_not_waited_for(archive, only_problem):
    os.mkfifo(archive.folder / STRAY)
    assert only_problem() == (
        f"{STRAY}:1:1: not-a-file: this is a device; put the file itself here or rename it"
    )


def test_a_huge_file_is_not_read(archive, only_problem):
    os.truncate(archive.write(STRAY, "title: A\n"), 100_000_000)
    assert only_problem() == (
        f"{STRAY}:1:1: too-large: 100,000,000 bytes, and a record has 1,000,000 at most; "
        "is this a record?"
    )


def test_a_register_may_be_larger_than_a_record(archive, run):
    register = (archive.folder / "register/people.yml").read_text()
    many = "".join(f"- id: person-{n}\n  name: P\n  unused: yes\n" for n in range(25_000))
    archive.write("register/people.yml", register + many)
    assert run("check").output.startswith("no problems (2 letters read)\n")
    os.truncate(archive.folder / "register/people.yml", 100_000_000)
    assert "a register has 50,000,000 at most; is this a register?" in run("check").output


def test_a_file_that_must_not_be_read(archive, only_problem, monkeypatch):
    path = archive.write(STRAY, "title: A\n")
    path.chmod(0)
    if os.access(path, os.R_OK):  # nothing is forbidden to root

        def forbidden(self: Path) -> bytes:
            if self.name != path.name:
                with self.open("rb") as file:
                    return file.read()
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", forbidden)
    assert only_problem() == f"{STRAY}:1:1: unreadable: cannot be read: Permission denied"


def test_a_folder_that_must_not_be_read(archive, run, monkeypatch):
    year = archive.folder / "2019"
    year.chmod(0)
    if os.access(year, os.R_OK):  # nothing is forbidden to root
        list_folder = os.scandir

        def forbidden(path: str | Path) -> Any:
            if Path(path).name == year.name:
                raise PermissionError(13, "Permission denied", str(path))
            return list_folder(path)

        monkeypatch.setattr(os, "scandir", forbidden)
    result = run("check")
    year.chmod(0o700)
    assert result.exit_code == 2
    assert result.output == "letters: letters/2019 cannot be read: Permission denied\n"


@pytest.mark.skipif(sys.platform == "darwin", reason="there, every name is UTF-8")
def test_a_file_whose_name_is_not_utf_8(archive, run):
    name = os.fsdecode(b"letters/2019/2019-\xff.yml")
    Path(name).write_text("title: A\n")
    result = run("check")
    assert result.exit_code == 1
    assert "letters/2019/2019-\\udcff.yml:1:1: bad-id: " in result.output


def test_files_that_programs_hide_are_left_alone(archive, run):
    archive.write("2019/.2019-02-18-watch-to-acme.yml.swp", b"\0")
    archive.write("2019/._2019-02-18-watch-to-acme.yml", b"\0")
    (archive.folder / "2019/.#2019-02-18-watch-to-acme.yml").symlink_to("jane@host.1234")
    archive.write(".git/hooks.yml", "a: b\n")
    assert run("check").exit_code == 0


def test_two_files_of_the_same_id(archive, run):
    archive.write("2020/2019-02-18-watch-to-acme.yml", (archive.folder / LETTER).read_bytes())
    assert run("check").output == (
        "letters/2020/2019-02-18-watch-to-acme.yml:1:1: duplicate-id: the id "
        "'2019-02-18-watch-to-acme' is that of 2019/2019-02-18-watch-to-acme.yml; choose another\n"
        "letters/2020/2019-02-18-watch-to-acme.yml:1:1: misplaced-file: the id begins with 2019; "
        "move the file to the folder 2019\n"
        "\n"
        "2 problems in 1 file (3 letters read)\n"
    )


def test_all_problems_of_all_files_are_told_in_one_run(archive, run):
    archive.replace("archive.yml", "[company, NGO]", "[company]")
    archive.replace("register/people.yml", "name: Jane Doe", "naem: Jane Doe")
    archive.replace(LETTER, "form: letter", "form: leter")
    archive.replace(LETTER, "- organisation: acme-corporation", "- organisation: amce")
    archive.replace(LETTER, "https://example.org/letter", "example.org/letter")
    archive.letter("2019-05-06-watch-to-acme", "date: 2019-05-36\nto: []")
    assert run("check").output == (
        "letters/2019/2019-02-18-watch-to-acme.yml:2:7: unknown-value: 'leter' is not one of "
        "'letter', 'open letter', 'e-mail', 'statement' or 'UN communication'; "
        "did you mean 'letter'?\n"
        "letters/2019/2019-02-18-watch-to-acme.yml:8:19: unknown-organisation: 'amce' is not in "
        "the register; add it there\n"
        "letters/2019/2019-02-18-watch-to-acme.yml:18:10: bad-url: 'example.org/letter' is no web "
        "address; it must begin with https:// or http://\n"
        "\n"
        "letters/2019/2019-05-06-watch-to-acme.yml:1:1: missing-key: 'to' is missing; only a "
        "statement to the public has no recipient\n"
        "letters/2019/2019-05-06-watch-to-acme.yml:12:7: bad-date: '2019-05-36' is no date: May "
        "2019 has 31 days, not 36\n"
        "\n"
        "letters/register/organisations.yml:9:9: unknown-kind: 'NGO' is not in archive.yml; "
        "add it there\n"
        "\n"
        "letters/register/people.yml:1:3: missing-key: 'name' is missing: Full name.\n"
        "letters/register/people.yml:2:3: unknown-key: 'naem' is no key of this record; "
        "did you mean 'name'?\n"
        "\n"
        "8 problems in 4 files (1 letter read)\n"
    )


def test_a_withdrawn_letter_is_not_referred_to(archive, run):
    archive.write(
        "2019/2019-05-06-watch-to-acme.yml",
        "withdrawn:\n  date: 2020-01-01\n  reason: It was a forgery.\n"
        "former_ids: [2019-05-07-watch-to-acme]\n",
    )
    archive.letter("2019-06-a", "refers_to: [2019-05-06-watch-to-acme, 2019-05-07-watch-to-acme]")
    said = "is a former or withdrawn id; see 2019/2019-05-06-watch-to-acme.yml"
    assert run("check").output.splitlines()[:2] == [
        f"letters/2019/2019-06-a.yml:15:13: unknown-letter: '2019-05-06-watch-to-acme' {said}",
        f"letters/2019/2019-06-a.yml:15:39: unknown-letter: '2019-05-07-watch-to-acme' {said}",
    ]


def test_an_archive_needs_no_register_that_nothing_refers_to(archive, run):
    for name in ("people", "topics"):
        (archive.folder / f"register/{name}.yml").unlink()
    archive.replace(LETTER, "    person: jane-doe\n", "")
    for letter in (LETTER, ANSWER):
        archive.replace(letter, "topics: [prices]\n", "")
    assert run("check").output == "no problems (2 letters read)\n"


def test_a_register_that_cannot_be_read_makes_no_further_problems(archive, run):
    archive.write("register/organisations.yml", "- id: acme-corporation\n  name: [\n")
    result = run("check")
    assert result.output.splitlines()[1:] == ["", "1 problem in 1 file (2 letters read)"]
