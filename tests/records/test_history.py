"""The history of records: what git tells of their files, key by key, in the database."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ASKING = "2019/2019-02-18-watch-to-acme.yml"
ANSWERING = "2019/2019-03-01-acme-to-watch.yml"
Git = Callable[..., None]
Query = Callable[[str], list[tuple]]


@pytest.fixture
def commit(archive: Any, git: Git) -> Callable[[str, str], None]:
    """Commit all as of a day: ``commit("Mend a date", "2020-01-31")``."""
    git("init", "--quiet")

    def commit_all(message: str, day: str) -> None:
        moment = f"{day}T12:00:00+0000"
        git("add", ".")
        dated = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        git("commit", "--quiet", "--message", message, **dated)

    commit_all("Record two letters", "2020-01-01")
    return commit_all


def history(query: Query, letter: str) -> list[tuple[str, str]]:
    return query(f"select day, what from changes where letter = '{letter}' order by position")


FIRST = ("2020-01-01", "")


def test_a_record_has_a_day_on_which_it_was_first_recorded(commit: Any, query: Query) -> None:
    assert history(query, "2019-02-18-watch-to-acme") == [FIRST]
    assert history(query, "2019-03-01-acme-to-watch") == [FIRST]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("title: On prices", "title: Of prices", "title changed"),
        ("form: letter", "form: open letter", "form changed from 'letter' to 'open letter'"),
        ("topics: [prices]\n", "", "topics removed"),
        ("scope: core\n", "scope: core\nnote: It rained.\n", "note added"),
        ("summary: Watch asked", f"summary: {'Much. ' * 20}Watch asked", "summary changed"),
        ("  - organisation: acme-corporation\n", "  - person: jane-doe\n", "to: 1 changed"),
        (
            "  - organisation: acme-corporation\n",
            "  - organisation: acme-corporation\n  - organisation: city-bank\n",
            "to: 1 added",
        ),
    ],
)
def test_each_key_that_changed_is_named(
    archive: Any, commit: Any, query: Query, old: str, new: str, what: str
) -> None:
    archive.replace(ASKING, old, new)
    archive.replace("register/organisations.yml", "  unused: yes\n", "")
    archive.write("register/events.yml", EVENT)
    commit("Know better", "2020-02-01")
    assert history(query, "2019-02-18-watch-to-acme") == [FIRST, ("2020-02-01", what)]


EVENT = """\
- id: 2019-01-01-market
  date: 2019-01-01
  title: A market
  kind: report
  organisations: [city-bank]
  summary: There was a market.
  sources:
    - url: https://example.org/market
      publisher: Watch
"""


PRIVATE = "Zebedee Victimname"


def test_a_private_name_that_was_removed_is_nowhere_in_the_database(
    archive: Any, commit: Any, run: Any
) -> None:
    sound = (archive.folder / ASKING).read_text()
    archive.write(
        ASKING,
        sound.replace("title: On prices", f"title: To {PRIVATE}")
        .replace("summary: Watch asked", f"summary: {PRIVATE} asked")
        .replace("date: 2019-02-18", f"date: 2019-02-18\ndate_note: {PRIVATE} says so.")
        .replace("scope: core", f"scope: core\nreference: {PRIVATE}\nevidence: {PRIVATE} too.")
        + f"note: {PRIVATE} was there.\nconflicts: [{PRIVATE} denies it.]\n",
    )
    commit(f"Say what {PRIVATE} said", "2020-02-01")
    archive.write(ASKING, f"{PRIVATE}: yes\ndate: {PRIVATE}\nform: {PRIVATE}\nscope: zebedee\n")
    commit("Break it", "2020-02-02")
    archive.write(ASKING, sound)
    commit(f"Remove {PRIVATE}", "2020-02-03")
    assert run("build", "--output", "archive.db").exit_code == 0
    written = Path("archive.db").read_bytes().lower()
    assert b"victimname" not in written
    assert b"zebedee" not in written
    assert b"date_note added" in written, "the key is named"


@pytest.mark.parametrize("name", ["form", "date", "published", "language", "attestation"])
def test_old_values_are_given_where_they_are_dates_or_words_of_a_vocabulary(
    archive: Any, commit: Any, query: Query, name: str
) -> None:
    values = {
        "form": ("letter", "open letter"),
        "date": ("2019-02-18", "2019-02-17"),
        "published": ("2019-02", "2019-03"),
        "language": ("en", "fr"),
        "attestation": ("cited", "reported"),
    }
    old, new = values[name]
    text = re.sub(f"(?m)^{name}: .*\n", "", (archive.folder / ASKING).read_text())
    archive.write(ASKING, f"{name}: {old}\n{text}")
    commit("Say one thing", "2020-02-01")
    archive.write(ASKING, f"{name}: {new}\n{text}")
    commit("Say another", "2020-02-02")
    last = history(query, "2019-02-18-watch-to-acme")[-1]
    assert last == ("2020-02-02", f"{name} changed from '{old}' to '{new}'")


def test_a_withdrawn_letter_leaves_no_history(
    archive: Any, commit: Any, run: Any, query: Query
) -> None:
    """Under its former name it had a file, too, and that one's history is nobody's either."""
    new = "2019/2019-03-02-acme-to-watch.yml"
    (archive.folder / ANSWERING).rename(archive.folder / new)
    archive.replace(new, "sources:\n", "former_ids: [2019-03-01-acme-to-watch]\nsources:\n")
    commit("Date it right", "2020-02-01")
    archive.write(
        new,
        "withdrawn:\n  date: 2020-02-02\n  reason: It was a hoax.\n"
        "former_ids: [2019-03-01-acme-to-watch]\n",
    )
    commit("Withdraw it", "2020-02-02")
    checked = run("check", "--published", "HEAD~1")
    assert checked.exit_code == 0, checked.output
    assert query("select letter from changes") == [("2019-02-18-watch-to-acme",)]
    assert query("select id from withdrawn") == [("2019-03-02-acme-to-watch",)]


def test_of_two_records_that_were_merged_only_one_has_its_changes_told(
    archive: Any, commit: Any, query: Query
) -> None:
    archive.letter("2020-01-01-watch-to-acme")
    commit("Record the same letter again", "2020-02-01")
    (archive.folder / "2020/2020-01-01-watch-to-acme.yml").unlink()
    archive.replace(ASKING, "sources:\n", "former_ids: [2020-01-01-watch-to-acme]\nsources:\n")
    commit("Merge two records", "2020-03-01")
    merged = "former_ids added\n2020-01-01-watch-to-acme merged into this record"
    assert history(query, "2019-02-18-watch-to-acme") == [FIRST, ("2020-03-01", merged)]


def test_the_history_can_start_after_a_commit(
    archive: Any, commit: Any, git: Git, run: Any, query: Query
) -> None:
    archive.replace(ASKING, "title: On prices", "title: Of prices")
    commit("Know better", "2020-02-01")
    archive.replace(ASKING, "title: Of prices", "title: At prices")
    commit("Know best", "2020-03-01")
    archive.replace("archive.yml", "version:", "history_after: HEAD~1\nversion:")
    assert query("select day, what from changes") == [("2020-03-01", "title changed")]
    archive.replace("archive.yml", "HEAD~1", "0123456789abcdef")
    built = run("build", "--output", "other.db")
    assert built.exit_code == 2
    assert "`history_after` names 0123456789abcdef, which git does not know here" in built.output
    assert "remove the key" in built.output


def test_wrapping_and_comments_are_no_change(archive: Any, commit: Any, query: Query) -> None:
    archive.replace(
        ASKING,
        "summary: Watch asked about prices.",
        "# A word.\nsummary: >-\n  Watch asked\n  about prices.",
    )
    commit("Wrap lines", "2020-02-01")
    assert history(query, "2019-02-18-watch-to-acme") == [FIRST]


def test_what_is_not_committed_is_not_history(archive: Any, commit: Any, query: Query) -> None:
    archive.replace(ASKING, "title: On prices", "title: Of prices")
    assert history(query, "2019-02-18-watch-to-acme") == [FIRST]


def test_a_renamed_record_keeps_its_history(archive: Any, commit: Any, query: Query) -> None:
    new = "2019/2019-03-02-acme-to-watch.yml"
    (archive.folder / ANSWERING).rename(archive.folder / new)
    archive.replace(new, "title: Our prices", "title: All our prices")
    archive.replace(new, "sources:\n", "former_ids: [2019-03-01-acme-to-watch]\nsources:\n")
    commit("Date it right", "2020-02-01")
    assert history(query, "2019-03-02-acme-to-watch") == [
        FIRST,
        ("2020-02-01", "title changed\nformer_ids added"),
    ]


def test_a_file_that_could_not_be_read_then_is_no_obstacle(
    archive: Any, commit: Any, query: Query
) -> None:
    sound = (archive.folder / ASKING).read_text()
    archive.write(ASKING, "title: [\n")
    commit("Break it", "2020-02-01")
    archive.write(ASKING, sound)
    commit("Mend it", "2020-03-01")
    days = [day for day, _ in history(query, "2019-02-18-watch-to-acme")]
    assert days == ["2020-01-01", "2020-02-01", "2020-03-01"]


def test_without_a_checkout_there_is_no_history(archive: Any, query: Query) -> None:
    assert query("select count(*) from changes") == [(0,)]
    assert query("select last_commit from build") == [("",)]


def test_a_shallow_checkout_has_no_history(
    archive: Any, commit: Any, git: Git, run: Any, tmp_path: Path, query: Query
) -> None:
    archive.replace(ASKING, "title: On prices", "title: Of prices")
    commit("Know better", "2020-02-01")
    git("clone", "--quiet", "--depth", "1", f"file://{tmp_path}", "shallow")
    output = tmp_path / "shallow.db"
    built = run("build", "--letters", tmp_path / "shallow" / "letters", "--output", output)
    assert built.exit_code == 0
    assert run("build", "--letters", "letters", "--output", tmp_path / "whole.db").exit_code == 0
    assert output.read_bytes() != (tmp_path / "whole.db").read_bytes()


def test_the_same_history_gives_the_same_bytes(
    commit: Any, git: Git, run: Any, tmp_path: Path
) -> None:
    git("clone", "--quiet", str(tmp_path), "clone")
    for name, folder in (("one.db", tmp_path), ("two.db", tmp_path / "clone")):
        assert run("build", "--letters", folder / "letters", "--output", name).exit_code == 0
    assert Path("one.db").read_bytes() == Path("two.db").read_bytes()
