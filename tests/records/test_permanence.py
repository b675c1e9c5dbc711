"""What was published does not vanish: ``letters check --published``."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

ASKING = "2019/2019-02-18-watch-to-acme.yml"
ANSWERING = "2019/2019-03-01-acme-to-watch.yml"
Run = Callable[..., Result]


@pytest.fixture
def published(archive: Any, git: Callable[..., None]) -> Any:
    """The small archive as it was published, in a checkout of its own."""
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "Publish")
    return archive


def rename(archive: Any, old: str, new: str) -> None:
    (archive.folder / old).rename(archive.folder / new)


def test_what_is_as_it_was_published_is_well(published: Any, run: Run) -> None:
    result = run("check", "--published", "HEAD")
    assert result.exit_code == 0, result.output


def test_a_letter_may_be_added(published: Any, run: Run) -> None:
    published.letter("2020-01-01-watch-to-acme")
    assert run("check", "--published", "HEAD").exit_code == 0


def test_a_letter_that_is_gone_is_named_with_the_cure(published: Any, run: Run) -> None:
    (published.folder / ANSWERING).unlink()
    result = run("check", "--published", "HEAD")
    assert result.exit_code == 1
    assert (
        f"letters/{ANSWERING}:1:1: vanished: 2019-03-01-acme-to-watch was published (HEAD) and is "
        "gone; name it among the `former_ids`"
    ) in result.output
    assert run("check").exit_code == 0, "without git there is nothing to say"


def test_a_renamed_letter_keeps_its_old_id(published: Any, run: Run) -> None:
    new = "2019/2019-03-02-acme-to-watch.yml"
    rename(published, ANSWERING, new)
    assert "vanished" in run("check", "--published", "HEAD").output
    published.replace(new, "sources:\n", "former_ids: [2019-03-01-acme-to-watch]\nsources:\n")
    assert run("check", "--published", "HEAD").exit_code == 0


def test_an_old_id_redirects_for_ever(published: Any, run: Run, git: Callable[..., None]) -> None:
    published.replace(ANSWERING, "sources:\n", "former_ids: [2019-02-28-acme-to-watch]\nsources:\n")
    git("commit", "--quiet", "--all", "--message", "Redirect")
    assert run("check", "--published", "HEAD").exit_code == 0
    published.replace(ANSWERING, "former_ids: [2019-02-28-acme-to-watch]\n", "")
    result = run("check", "--published", "HEAD")
    assert result.exit_code == 1
    assert (
        f"letters/{ANSWERING}:1:1: vanished: 2019-02-28-acme-to-watch redirected to "
        "2019-03-01-acme-to-watch (HEAD) and leads nowhere now"
    ) in result.output


def test_a_withdrawn_letter_leaves_a_tombstone(published: Any, run: Run) -> None:
    published.write(ANSWERING, "withdrawn:\n  date: 2020-01-01\n  reason: It was a hoax.\n")
    result = run("check", "--published", "HEAD")
    assert result.exit_code == 0, result.output


def test_a_statement_keeps_its_id(published: Any, run: Run) -> None:
    published.replace(ASKING, "id: ask", "id: asked")
    published.replace(ANSWERING, "acme#ask", "acme#asked")
    result = run("check", "--published", "HEAD")
    assert result.exit_code == 1
    assert f"letters/{ASKING}:1:1: vanished: the statement 'ask' of" in result.output


@pytest.mark.parametrize("revision", ["nothing", "--output=stolen"])
def test_a_revision_that_git_does_not_know_is_wrong_use(
    published: Any, run: Run, revision: str
) -> None:
    result = run("check", f"--published={revision}")
    assert result.exit_code == 2
    assert revision in result.output
    assert not list(published.folder.glob("stolen"))


def test_without_a_checkout_it_says_so(archive: Any, run: Run) -> None:
    result = run("check", "--published", "HEAD")
    assert result.exit_code == 2
    assert "git cannot show letters as of HEAD" in result.output


def test_nothing_of_the_archive_itself_has_vanished(real_letters: Path, run: Run) -> None:
    """Against the branch that is published, or what was last committed."""
    known = ["git", "-C", str(real_letters), "rev-parse", "--verify", "--quiet"]
    revisions = ("origin/main", "HEAD")
    found = [r for r in revisions if not subprocess.run([*known, r], check=False).returncode]
    if not found:
        pytest.skip("this is no checkout: there is no history to compare with")
    result = run("check", "--letters", real_letters, "--published", found[0])
    assert result.exit_code == 0, result.output
