"""Letters in every format, as lists and one by one, and what their readers must find."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from ..site.answers import Page, Pairs
from ..sites import Site, serve
from . import making
from .expected import Letter, read_letters

LISTS: dict[str, tuple[str, Pairs]] = {
    "all": ("site", []),
    "facets": ("site", [("_from", "nso-group"), ("_year", "2021")]),
    "search": ("site", [("_search", "pegasus")]),
    "dates": ("site", [("_after", "2019-03"), ("_before", "2019-06")]),
    "all made up": ("made_up", []),
    "doubtful": ("doubtful", []),
    "hostile": ("hostile", []),
}


@dataclass(frozen=True)
class Listed:
    """A list of letters of a site, all or a part, in the order of its page."""

    site: Site
    arguments: Pairs
    letters: tuple[Letter, ...]

    def as_file(self, suffix: str) -> Page:
        """The list in a format."""
        return file(self.site, "/archive/letters", suffix, self.arguments)

    def one_by_one(self, suffix: str) -> Iterator[tuple[Letter, Page]]:
        """Each letter alone in a format."""
        for letter in self.letters:
            yield letter, file(self.site, f"/archive/letters/{letter.id}", suffix)


def file(site: Site, path: str, suffix: str, arguments: Pairs | None = None) -> Page:
    """A file that must be there."""
    page = site.get(f"{path}.{suffix}", arguments)
    assert page.status == 200, f"{page.path}: {page.status} {page.text[:300]}"
    return page


def listed_by(site: Site, arguments: Pairs) -> Listed:
    """The letters that the timeline shows under these arguments."""
    known = read_letters(site.folder)
    ids = [letter for page in site.walk("/", arguments) for letter in page.entries]
    return Listed(site, arguments, tuple(known[letter] for letter in ids))


@pytest.fixture(scope="session", params=LISTS.values(), ids=LISTS)
def listed(request: pytest.FixtureRequest) -> Listed:
    """A list: of the archive itself, of one made up, and of one that means harm."""
    name, arguments = request.param
    found = listed_by(request.getfixturevalue(name), arguments)
    assert len(found.letters) > 1
    if arguments:
        assert len(found.letters) < len(read_letters(found.site.folder))
    return found


@pytest.fixture(scope="session", params=["site", "hostile"])
def everything(request: pytest.FixtureRequest) -> Listed:
    """All letters of an archive."""
    return listed_by(request.getfixturevalue(request.param), [])


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """An archive of letters whose every text would do harm where it is not text."""
    folder = tmp_path_factory.mktemp("hostile") / "letters"
    making.write_hostile(folder)
    with serve(folder, portal) as site:
        yield site


@pytest.fixture(scope="session")
def doubtful(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """An archive with a letter of every kind of date, person and knowledge."""
    folder = tmp_path_factory.mktemp("doubtful") / "letters"
    making.write_doubtful(folder)
    with serve(folder, portal) as site:
        yield site


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """An archive of more letters than Datasette shows at once."""
    folder: Path = tmp_path_factory.mktemp("many") / "letters"
    making.write_many(folder)
    with serve(folder, portal) as site:
        yield site
