"""What tests share: a small archive to spoil, the command line, and the archive itself."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from click.testing import CliRunner, Result
from correspondence.cli import main
from correspondence.database.build import build
from correspondence.records.reading import Report
from hypothesis import HealthCheck, Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir

from .site.made_up import make_up
from .sites import Site, serve

ROOT = Path(__file__).parent.parent

# The same examples in every run; what Hypothesis keeps of its own goes where nobody commits it.
if "HYPOTHESIS_STORAGE_DIRECTORY" not in os.environ:
    set_hypothesis_home_dir(ROOT / ".cache" / "hypothesis")
few_and_fixed = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    phases=set(Phase) - {Phase.explain},  # which takes longer than it tells
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("archive", few_and_fixed)
# Now and then, after changes to the reader: pytest --hypothesis-profile=thorough
settings.register_profile("thorough", few_and_fixed, derandomize=False, max_examples=3_000)
settings.load_profile("archive")

ARCHIVE = """\
title: The price letters
tagline: Who asked what about prices
description: Letters about prices.
span: 2019/2020
as_of: 2021-01-31
version: '1'
licence:
  name: CC BY 4.0
  url: https://creativecommons.org/licenses/by/4.0/
corrections: Write in the repository.
lanes:
  - id: sellers
    name: Sellers
  - id: others
    name: Others
scopes:
  - id: core
    name: Core
    description: The letters themselves.
  - id: wider
    name: Wider
    description: Letters around them.
organisation_kinds: [company, NGO]
event_kinds: [report]
"""
ORGANISATIONS = """\
- id: acme-corporation
  name: Acme Corporation
  short_name: Acme
  kind: company
  group: sellers
  wikidata: Q1
- id: watch
  name: Price Watch
  kind: NGO
  wikidata: Q2
- id: city-bank
  name: City Bank
  kind: company
  wikidata: Q3
  unused: yes
"""
PEOPLE = """\
- id: jane-doe
  name: Jane Doe
"""
TOPICS = """\
- id: prices
  name: Prices
  description: What things cost.
"""
LETTER = """\
title: On prices
form: letter
date: 2019-02-18
from:
  - organisation: watch
    person: jane-doe
to:
  - organisation: acme-corporation
topics: [prices]
attestation: text seen
scope: core
summary: Watch asked about prices.
statements:
  - id: ask
    kind: request
    text: Watch asked for a list of prices.
sources:
  - url: https://example.org/letter
    publisher: Watch
    carries: letter
    archived: https://archive.example/letter
"""
ANSWER = """\
title: Our prices
form: letter
date: 2019-03-01
from:
  - organisation: acme-corporation
to:
  - organisation: watch
in_reply_to: [2019-02-18-watch-to-acme]
topics: [prices]
attestation: cited
summary: Acme sent a list.
takes_up:
  - statement: 2019-02-18-watch-to-acme#ask
    how: answered
sources:
  - url: https://example.org/answer
    publisher: Watch
    carries: citation
    archived: https://archive.example/answer
"""
NEEDED = {
    "title": "title: A letter",
    "form": "form: letter",
    "date": "date: {date}",
    "from": "from:\n  - organisation: watch",
    "to": "to:\n  - organisation: acme-corporation",
    "attestation": "attestation: reported",
    "summary": "summary: It was a letter.",
    "sources": (
        "sources:\n  - url: https://example.org/report\n    publisher: Watch\n"
        "    carries: report\n    archived: https://archive.example/report"
    ),
}


@dataclass(frozen=True)
class Archive:
    """A folder of letters, without problems until a test makes one."""

    folder: Path

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace what stands once in a file of the folder."""
        text = (self.folder / name).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def letter(self, letter_id: str, keys: str = "") -> Path:
        """Write a letter of these keys and of those that every letter needs."""
        keys = dedent(keys).strip("\n")
        date = re.match(r"\d{4}(-\d\d)*", letter_id)[0]
        given = re.findall(r"(?m)^\w+", keys)
        needed = [text.format(date=date) for key, text in NEEDED.items() if key not in given]
        return self.write(f"{letter_id[:4]}/{letter_id}.yml", "\n".join([*needed, keys]) + "\n")


def make_archive(folder: Path) -> Archive:
    """A folder of a letter and its answer."""
    made = Archive(folder)
    made.write("archive.yml", ARCHIVE)
    made.write("register/organisations.yml", ORGANISATIONS)
    made.write("register/people.yml", PEOPLE)
    made.write("register/topics.yml", TOPICS)
    made.write("2019/2019-02-18-watch-to-acme.yml", LETTER)
    made.write("2019/2019-03-01-acme-to-watch.yml", ANSWER)
    return made


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive of a letter and its answer, as ``letters`` in the current folder."""
    monkeypatch.chdir(tmp_path)
    return make_archive(Path("letters"))


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., None]:
    """Run git where the test is, with an identity of its own and nobody's settings."""
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]

    def run_git(*arguments: str, **environment: str) -> None:
        variables = os.environ | own | environment
        command = ["git", *who, *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, env=variables, capture_output=True)

    return run_git


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """The command line: ``run("check")`` returns the exit code and what was printed."""

    def run_in_this_process(*arguments: str | Path, input: str | None = None) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(main, words, input=input, catch_exceptions=False)

    return run_in_this_process


@pytest.fixture(scope="session")
def start() -> Callable[..., subprocess.Popen[str]]:
    """The command line as a process of its own; ``before`` is done in it first."""

    def start_process(
        *arguments: str | Path, before: str = "", **environment: str
    ) -> subprocess.Popen[str]:
        program = f"{before}\nfrom correspondence.cli import main\nmain()"
        return subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        )

    return start_process


@pytest.fixture
def query(archive: Archive, run: Callable[..., Result]) -> Callable[[str], list[tuple]]:
    """Build the archive of the test and ask its database."""

    def built_and_asked(sql: str) -> list[tuple]:
        result = run("build")
        assert result.exit_code == 0, result.output
        with closing(sqlite3.connect("archive.db")) as connection:
            return connection.execute(sql).fetchall()

    return built_and_asked


@pytest.fixture(scope="session")
def real_letters() -> Path:
    """The folder of the archive itself."""
    return ROOT / "letters"


@pytest.fixture(scope="session")
def archive_db(real_letters: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the archive itself; not to be written to."""
    path = tmp_path_factory.mktemp("built") / "archive.db"
    outcome = build(real_letters, path)
    assert not isinstance(outcome, Report), outcome.errors
    return path


@pytest.fixture
def database(archive_db: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the database of the archive itself."""
    with closing(sqlite3.connect(f"{archive_db.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """An event loop in a thread of its own, so that no other loop is in its way."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def site(archive_db: Path, real_letters: Path, portal: BlockingPortal) -> Iterator[Site]:
    """The site of the archive itself."""
    with serve(real_letters, portal, archive_db) as site:
        yield site


@pytest.fixture
def fresh_site(archive_db: Path, real_letters: Path, portal: BlockingPortal) -> Iterator[Site]:
    """The same with an empty memory, for tests that change how its pages are made."""
    with serve(real_letters, portal, archive_db) as site:
        yield site


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """An archive of what the real one has too little of: ties, doubtful dates, withdrawals …"""
    folder = tmp_path_factory.mktemp("made-up") / "letters"
    make_up(folder)
    with serve(folder, portal) as site:
        yield site
