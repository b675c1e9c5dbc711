"""Frozen copies of whole archives: of the real one, and of one with lists of several pages."""

import re
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from correspondence.formats import FORMATS

from ..site.made_up import LETTERS, WITHDRAWN
from ..sites import Site
from .copies import Copy, links_of

ADDRESS = "https://letters.example"


def freeze(run: Callable[..., Result], folder: Path, database: Path) -> Copy:
    result = run("freeze", folder, "--database", database, "--address", ADDRESS)
    assert result.exit_code == 0, result.output
    return Copy(folder)


def test_the_archive_itself_can_be_frozen(
    run: Callable[..., Result], archive_db: Path, real_letters: Path, tmp_path: Path
) -> None:
    copy = freeze(run, tmp_path / "frozen", archive_db)
    files = copy.files
    letters = [path.stem for path in real_letters.glob("2*/*.yml")]
    for letter in letters:
        assert f"archive/letters/{letter}/index.html" in files
        for suffix in ("json", "csv", "png", *FORMATS):
            assert f"archive/letters/{letter}.{suffix}" in files
    assert len(copy.page("index.html").all("svg", role="group")) == 2
    for name in copy.pages:
        if name != "404.html":
            lost = [link for link, file in links_of(copy.page(name)).items() if file not in files]
            assert [link for link in lost if not re.match(r"https?:|mailto:", link)] == [], name


def test_lists_go_on_from_page_to_page(
    run: Callable[..., Result], made_up: Site, tmp_path: Path
) -> None:
    copy = freeze(run, tmp_path / "frozen", made_up.database)
    for path in ("", "archive/letters"):
        found: list[str] = []
        name = f"{path}/index.html".lstrip("/")
        while name:
            page = copy.page(name)
            found += re.findall(r'<abbr class="unapi-id" title="([^"]+)"', page.text)
            name = links_of(page)[page.next] if page.next else ""
        assert len(found) == len(set(found)) == LETTERS
    again = copy.page("pages/2")
    assert "../../index.html#letters" in again.links
    assert "It was never written." in copy.page(f"archive/letters/{WITHDRAWN}").words
