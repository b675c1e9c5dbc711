"""The timeline of an archive too large to be shown in full: a drawing of counts, and few values."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from ..conftest import Archive, make_archive
from ..sites import serve
from .answers import Element, Page
from .conftest import Site

WRITERS = 130
LETTERS = 390
VAGUE = ["2004", "[2004-03-10..2004-05-20]"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """Many organisations, of which the first writes once more and the others three letters each."""
    archive = make_archive(tmp_path_factory.mktemp("large") / "letters")
    _write_organisations(archive)
    for number in range(LETTERS):
        writer, day = number % WRITERS, f"{2000 + number // 40}-{number % 12 + 1:02}-01"
        _write(archive, f"{day}-writer-{writer}-{number}-to-watch", writer)
    _write(archive, "2019-12-31-writer-0-to-watch", 0)
    for number, date in enumerate(VAGUE):
        sides = "from:\n  - organisation: writer-0\nto:\n  - organisation: watch"
        archive.letter(f"2004-writer-0-{number}-to-watch", f"{sides}\ndate: '{date}'")
    with serve(Path(archive.folder), portal) as site:
        yield site


def _write_organisations(archive: Archive) -> None:
    entries = "".join(
        f"- id: writer-{number}\n  name: Writer {number}\n  kind: NGO\n"
        for number in range(WRITERS)
    )
    register = (archive.folder / "register/organisations.yml").read_text()
    archive.write("register/organisations.yml", register + entries)


def _write(archive: Archive, letter_id: str, writer: int) -> None:
    sides = f"from:\n  - organisation: writer-{writer}\nto:\n  - organisation: watch"
    archive.letter(letter_id, sides)


def _senders(page: Page) -> list[Element]:
    return page.all("input", type="checkbox", name="_from")


@pytest.mark.parametrize(
    "choices",
    ["", "_from=watch&_from=writer-0", "_group=sellers&_group=others", "_before=2004-04-15"],
)
def test_a_cell_of_the_drawing_leads_to_its_letters(large: Site, choices: str) -> None:
    page = large.get(f"/?{choices}&_size=1000")
    cells = [link for link in page.all("a") if "mark" in link.attributes.get("class", "")]
    assert cells
    for cell in {cell.attributes["href"]: cell for cell in cells}.values():
        told = re.search(r": ([\d,]+) letters?$", cell.attributes["aria-label"])
        assert told
        found = large.get(cell.attributes["href"] + "&_size=1000").entries
        # A letter of 2004 is counted in one place, and may be of any month of that year.
        assert int(told[1]) <= len(found) <= int(told[1]) + len(VAGUE)
        assert set(found) <= set(page.entries)


def test_the_drawing_holds_all_letters_that_are_chosen(large: Site) -> None:
    page = large.get("/?_not_from=writer-0")
    labels = [a.attributes["aria-label"] for a in page.all("a") if "aria-label" in a.attributes]
    numbers = [int(n) for label in labels for n in re.findall(r": (\d+) letters?$", label)]
    total = LETTERS + 2 - LETTERS // WRITERS  # Acme and Watch wrote one each
    assert sum(numbers) == 2 * total  # drawn wide and narrow
    assert page.all("h1")[0].text.startswith(f"{total} letters")


def test_the_first_values_of_a_facet_are_shown_and_of_the_rest_how_to_choose_them(
    large: Site,
) -> None:
    page = large.get("/")
    shown = _senders(page)
    assert shown[0].attributes["value"] == "writer-0"
    left = WRITERS + 2 - len(shown)
    assert left > 0
    assert f"{left} others are not shown: search for from:… to choose them." in page.words


def test_a_value_that_is_chosen_is_shown_always(large: Site) -> None:
    known = {each.attributes["value"] for each in _senders(large.get("/"))}
    hidden = next(f"writer-{n}" for n in range(WRITERS) if f"writer-{n}" not in known)
    chosen = [e for e in _senders(large.get(f"/?_from={hidden}")) if "checked" in e.attributes]
    assert [each.attributes["value"] for each in chosen] == [hidden]
    found = large.get(f"/?_search=from:{hidden}")
    assert len(found.entries) == LETTERS // WRITERS


def test_data_formats_hold_every_value_of_a_facet(large: Site) -> None:
    results = large.ask("/archive/letters.json?_size=1")["facet_results"]
    assert len(results["from"]["results"]) == WRITERS + 2
