"""The way in: what CONTRIBUTING.md tells a newcomer to do is done here, from clone to push."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
LETTER = "letters/2021/2021-03-northwind-imaging-to-nso-group.yml"
TYPED = """\
Letter of Northwind Imaging to NSO Group
yes
letter
mid March 2021
y
Northwind Imaging
organisation
company
others
y
Ron Deibert
citizen lab

NSO




Mexico
reported
wider
According to Example News, the senders asked NSO Group for an answer.
https://example.org/northwind
Example News
report

n


y
"""
"""A letter with two senders, of whom one is new, an uncertain date and a source."""


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository that holds what is in this checkout now, committed or not."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    source, bare = tmp_path / "source", tmp_path / "origin.git"
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    git(source, "init", "--quiet", "--initial-branch=main")
    git(source, "add", ".")
    git(source, "commit", "--quiet", "-m", "As it is")
    git(tmp_path, "clone", "--quiet", "--bare", str(source), str(bare))
    return bare


def environment(folder: Path) -> dict[str, str]:
    """A newcomer's: git knows their name, and `letters` is the one of their clone."""
    person = {
        f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | person | settings | {"PYTHONPATH": str(folder / "scripts")}


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", *arguments)


def run(folder: Path, *command: str, typed: str | None = None) -> str:
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=environment(folder),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def letters(folder: Path, *arguments: str, typed: str | None = None) -> str:
    program = "from correspondence.cli import main; main()"
    return run(folder, sys.executable, "-c", program, *arguments, typed=typed)


def commands() -> list[str]:
    """What CONTRIBUTING.md says to type, without its comments."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n(git clone.*?)```", guide, re.DOTALL)[1]
    return [re.sub(r"\s+#.*", "", line) for line in block.splitlines()]


def test_a_newcomer_adds_a_letter_by_following_the_guide(origin, tmp_path):
    clone = tmp_path / "clone"
    shown = []
    for command in commands():
        match command.split():
            case ["git", "clone", *_]:
                git(tmp_path, "clone", "--quiet", str(origin), str(clone))
            case ["cd", *_]:
                pass
            case ["./scripts/serve"]:
                shown.append(letters(clone, "build"))
            case [".venv/bin/letters", "new"]:
                assert f"wrote {LETTER}" in letters(clone, "new", typed=TYPED)
            case [".venv/bin/letters", "check"]:
                assert letters(clone, "check").startswith("no problems (")
            case ["git", *_]:
                run(clone, "sh", "-c", command)
            case _:
                pytest.fail(f"the story does not know {command!r}")
    assert git(clone, "status", "--porcelain") == ""
    assert "my-letter" in git(origin, "branch", "--list", "my-letter")
    changed = git(clone, "diff", "--name-only", "main", "my-letter").split()
    assert changed == [LETTER, "letters/register.schema.json", "letters/register/organisations.yml"]
    # What continuous integration then runs:
    assert letters(clone, "check", "--format", "github").startswith("no problems (")
    assert letters(clone, "format", "--check").startswith("0 files to format")
    run(clone, sys.executable, "-m", "correspondence.generate", "--check")
    before, after = shown
    assert before != after, "the new letter is in the archive that is shown"


@pytest.mark.parametrize("name", ["new-letter", "correction", "dead-link", "take-down"])
def test_a_form_for_issues_asks_what_must_be_known(name):
    form = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{name}.yml").read_text())
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert all(field["attributes"]["label"] and field["id"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_a_pull_request_is_told_of_the_warnings_of_its_own_files_alone(tmp_path):
    """GitHub shows ten warnings a step, and the archive has more of its own."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/letters.yml").read_text())
    steps = workflow["jobs"]["check"]["steps"]
    script = next(step["run"] for step in steps if "git diff" in step.get("run", ""))
    folder = tmp_path / "clone"
    for year in ("2019", "2020"):
        (folder / f"letters/{year}").mkdir(parents=True)
        (folder / f"letters/{year}/old.yml").write_text("old")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Base")
    (folder / "letters/2019/old.yml").unlink()
    (folder / "letters/2020/new.yml").write_text("new")
    (folder / "letters/notes.txt").write_text("no record")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Change")
    told = script.replace("xargs -0 -r letters", "xargs -0 -r echo").replace("$BASE", "main~1")
    assert run(folder, "bash", "-c", told) == (
        "check --format github --warnings letters/2020/new.yml\n"
    )


def test_the_hooks_run_what_is_there():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["entry"].split()[1] for hook in hooks[:2]] == ["format", "check"]
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in hooks)


def test_links_between_the_guides_lead_somewhere():
    for guide in ("README.md", "CONTRIBUTING.md", "letters/README.md"):
        text = (ROOT / guide).read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (ROOT / guide).parent.joinpath(link).exists(), f"{guide}: {link}"
