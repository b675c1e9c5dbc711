"""How much a visitor must load: measured as it is sent, and kept small."""

import gzip
import re
from pathlib import Path

import correspondence.site
import pytest

from .conftest import Site

KB = 1024
STATIC = Path(correspondence.site.__file__).parent / "static"
PAGES = {
    "timeline": "/",
    "letter": "/archive/letters/2019-02-18-rights-groups-to-novalpina",
    "exchange": "/exchanges/2019-02-15-novalpina-to-citizen-lab",
    "statements": "/statements",
    "data": "/data",
    "table": "/archive/correspondents",
    "not found": "/nothing",
}


def weight(*names: str) -> int:
    return sum(path.stat().st_size for name in names for path in STATIC.rglob(name))


def test_there_is_one_stylesheet_and_it_is_small() -> None:
    assert len([*STATIC.rglob("*.css")]) == 1
    assert weight("*.css") <= 27 * KB


def test_all_scripts_together_are_small() -> None:
    assert weight("*.js", "*.mjs") <= 10 * KB


def test_there_are_no_web_fonts() -> None:
    assert weight("*.woff", "*.woff2", "*.ttf", "*.otf", "*.eot") == 0
    (stylesheet,) = STATIC.rglob("*.css")
    assert not re.search(r"@font-face|@import|url\(", stylesheet.read_text())


def test_the_timeline_is_small_when_compressed(site: Site) -> None:
    page = site.get("/")
    assert len(page.entries) == 49
    assert len(gzip.compress(page.text.encode(), 6)) <= 60 * KB


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_a_page_loads_our_stylesheet_and_our_script_and_nothing_else(site: Site, path: str) -> None:
    page = site.get(path)
    loaded = [
        *(e.attributes["href"] for e in page.all("link", rel="stylesheet")),
        *(e.attributes["src"] for e in page.elements if "src" in e.attributes),
    ]
    ours = r"/-/static-plugins/correspondence/site\.(css|js)\?\w+"
    assert [re.fullmatch(ours, address)[1] for address in loaded] == ["css", "js"]
    assert not page.all("style")
    assert not [e for e in page.elements if "style" in e.attributes]
