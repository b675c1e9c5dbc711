"""Text that means harm stays text: on every page, and in every file as its readers read it.

The pages of a hostile archive are held against those of its twin, which says harmless words in
the same places: what stands on the one in elements and attributes must stand on the other.
"""

import csv
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import quote, urlencode

import bibtexparser
import openpyxl
import pytest
import rispy
import yaml
from anyio.from_thread import BlockingPortal
from click.testing import Result
from correspondence.formats import FORMATS
from correspondence.site.pages import ROUTES
from lxml import etree, html

from ..sites import Site, serve
from .answers import Page
from .hostile import FIRST, LEFT, SUM, TEXTS, harmless, write_archive

QUERIES = ("who-answered-whom", "never-answered")
TABLES = (
    "archive build lanes scopes kinds synonyms organisations organisation_aliases people "
    "person_aliases roles topics events event_organisations event_sources leads letters "
    "correspondents letter_topics replies mentions possible_duplicates statements "
    "statement_parties taken_up sources remarks corrections changes withdrawn former_ids "
    "files answers unanswered organisation_letters exchanges commitments"
).split()
PAGES = (
    "/",
    "/?_sort_desc=sort_key&_size=5",
    "/data",
    "/exchanges",
    f"/exchanges/{FIRST}",
    "/unanswered",
    "/statements",
    "/leads",
    "/search?q=letter",
    "/about",
    "/contribute",
    "/archive",
    "/archive?sql=select+*+from+letters",
    f"/archive/letters/{LEFT}",
    f"/archive/statements/{FIRST},ask",
    *(f"/archive/{table}" for table in TABLES),
    *(f"/archive/{query}" for query in QUERIES),
    *(f"/archive/letters/2019-02-{number + 1:02}-letter" for number in range(len(TEXTS))),
    *(f"/archive/organisations/o{number}" for number in range(len(TEXTS))),
    *(f"/archive/people/p{number}" for number in range(len(TEXTS))),
    *(f"/archive/topics/t{number}" for number in range(len(TEXTS))),
    *(f"/archive/events/2019-02-{number + 1:02}-event" for number in range(len(TEXTS))),
)
LETTER_FILES = tuple(f"/archive/letters/{FIRST}.{suffix}" for suffix in FORMATS)
OTHER_FILES = (
    *(f"/archive/letters.{suffix}" for suffix in FORMATS),
    *LETTER_FILES,
    *(f"/archive/letters/{FIRST}.{suffix}" for suffix in ("json", "csv", "png")),
    "/archive.json?sql=select+*+from+letters",
    "/archive.csv?sql=select+*+from+letters",
    "/archive/letters.json?_shape=objects",
    "/archive/letters.csv",
    "/feed.atom",
    "/changes.atom",
    "/cmif.xml",
    "/unapi",
    f"/unapi?id={FIRST}",
    f"/unapi?id={FIRST}&format=ris",
    "/archive.db",
    "/dataset.zip",
    "/datapackage.json",
    "/health",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/opensearch.xml",
    "/reconcile",
    f"/reconcile?{urlencode({'queries': json.dumps({'q': {'query': TEXTS[0]}})})}",
    f"/reconcile/suggest?prefix={quote(TEXTS[0][:9])}",
    "/reconcile/properties",
)
ASKED = (
    "/?_search={}",
    "/?_from={}",
    "/?_after={}",
    "/?{}=1",
    "/statements?_search={}",
    "/unanswered?{}=1",
    "/archive/letters?_search={}",
    "/archive/letters?title={}",
    "/archive/statements?text__contains={}",
    "/archive/statements?_sort={}",
    "/archive?sql={}",
    "/archive?sql=select+:x&x={}",
    "/archive/never-answered?sender={}",
    "/archive/letters/{}",
    "/archive/{}",
    "/exchanges/{}",
    "/reconcile?queries={}",
    "/reconcile/suggest?prefix={}",
    "/unapi?id={}",
    f"/unapi?id={FIRST}&format={{}}",
    "/contribute?title={}",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """The archive that means harm."""
    folder = tmp_path_factory.mktemp("hostile") / "letters"
    write_archive(folder)
    with serve(folder, portal) as site:
        yield site


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Site]:
    """The same archive with harmless words."""
    folder = tmp_path_factory.mktemp("harmless") / "letters"
    write_archive(folder, harmless)
    with serve(folder, portal) as site:
        yield site


def tree_of(page: Page) -> html.HtmlElement:
    """The page as a lenient parser reads it."""
    assert not page.faults, f"{page.path}: {page.faults}"
    return html.fromstring(page.text, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


def parts_of(page: Page) -> set[tuple[str, str]]:
    """The names of elements, each with each of its attributes."""
    return {(element.tag, name) for element in elements_of(page) for name in ["", *element.attrib]}


def elements_of(page: Page) -> list[html.HtmlElement]:
    return [element for element in tree_of(page).iter() if isinstance(element.tag, str)]


def assert_nothing_runs(page: Page) -> None:
    """No script but the site's own, no handler, no address that is a program, no comment."""
    assert not [*tree_of(page).iter(etree.Comment, etree.ProcessingInstruction)], page.path
    for element in elements_of(page):
        assert not [name for name in element.attrib if name.lower().startswith(("on", "style"))]
        if element.tag == "script":
            if element.get("type") == "application/ld+json":
                json.loads(element.text)
            else:
                assert re.match(r"/-/static-plugins/[\w/.?=]+$", element.get("src"))
                assert not element.text
        for name in ("href", "src", "action", "formaction"):
            address = element.get(name, "").strip().lower()
            assert not address.startswith(("javascript:", "data:text", "vbscript:")), address
    assert SUM not in page.text, page.path


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_every_address_of_ours_is_asked_for() -> None:
    asked = [path.partition("?")[0] for path in [*PAGES, *OTHER_FILES]]
    refusals = {"no_such_format", "about_the_server"}
    wanted = [route for route, view in ROUTES if view.__name__ not in refusals]
    assert [r for r in wanted if not any(re.match(r, path) for path in asked)] == []


def test_every_table_is_asked_for(hostile: Site) -> None:
    shown = hostile.ask("/archive.json")
    names = {table["name"] for table in shown["tables"] if not table["hidden"]}
    assert names <= set(TABLES)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_what_its_template_makes_and_nothing_else(
    hostile: Site, twin: Site, path: str
) -> None:
    page, other = hostile.get(path), twin.get(path)
    assert page.status == other.status
    assert page.status in (200, 410)
    assert_nothing_runs(page)
    # An address within prose becomes a link, and the twin has none there.
    links = {("a", "rel"), ("a", "data-originalurl"), ("a", "data-versiondate"), ("a", "href")}
    assert parts_of(page) - parts_of(other) - links - {("a", "")} == set()


@pytest.mark.parametrize("number", range(len(TEXTS)), ids=lambda number: TEXTS[number][:20])
def test_the_text_itself_is_read_on_the_page(hostile: Site, number: int) -> None:
    text = squeezed(TEXTS[number])
    letter = hostile.get(f"/archive/letters/2019-02-{number + 1:02}-letter")
    pages = [
        letter,
        hostile.get(f"/archive/organisations/o{number}"),
        hostile.get(f"/archive/people/p{number}"),
        hostile.get(f"/archive/topics/t{number}"),
        hostile.get(f"/archive/events/2019-02-{number + 1:02}-event"),
        hostile.get("/leads"),
    ]
    for page in pages:
        assert text in page.words, page.path
    assert letter.all("title")[0].text.startswith(text[:60])


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_an_address_that_means_harm_does_none(hostile: Site, path: str, text: str) -> None:
    page = hostile.get(path.format(quote(text, safe="")))
    assert page.status < 500, f"{page.status} {page.text[:300]}"
    assert re.match("(/(?!/)|$)", page.headers.get("location", ""))
    if page.text and page.headers["content-type"].startswith("text/html"):
        assert_nothing_runs(page)
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("path", [*OTHER_FILES, f"/archive/letters/{FIRST}"])
def test_no_text_gets_into_a_header(hostile: Site, twin: Site, path: str) -> None:
    page, other = hostile.get(path), twin.get(path)
    assert page.status == other.status
    assert page.status < 400
    changing = {"content-length", "etag", "content-disposition"}
    named = [{n: v for n, v in p.headers.items() if n not in changing} for p in (page, other)]
    assert named[0] == named[1]
    assert all(value.isascii() for _, value in page.headers.raw)
    kept = page.headers.get("content-disposition", "inline")
    assert re.fullmatch(r'inline|(inline|attachment); filename="[A-Za-z0-9_.-]+"', kept), kept


@pytest.mark.parametrize(
    "path",
    [
        *(f"/archive/letters.{suffix}" for suffix in ("atom", "cmif", "graphml")),
        *(f"/archive/letters/{FIRST}.{suffix}" for suffix in ("atom", "cmif", "graphml")),
        *("/feed.atom", "/changes.atom", "/cmif.xml", "/opensearch.xml"),
        *("/sitemap.xml", "/sitemap-1.xml", "/unapi", f"/unapi?id={FIRST}"),
    ],
)
def test_xml_has_the_elements_of_its_format_and_the_text(
    hostile: Site, twin: Site, path: str
) -> None:
    strict = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    trees = [etree.fromstring(site.get(path).content, strict) for site in (hostile, twin)]
    found, expected = ({(e.tag, *sorted(e.attrib)) for e in tree.iter()} for tree in trees)
    assert found == expected
    assert trees[0].getroottree().docinfo.doctype == ""


def test_feeds_carry_titles_as_text_and_content_as_clean_html(hostile: Site) -> None:
    atom = etree.fromstring(
        hostile.get("/archive/letters.atom").content, etree.XMLParser(huge_tree=True)
    )
    contents = atom.findall(".//{*}content[@type='html']") + atom.findall(
        ".//{*}summary[@type='html']"
    )
    items = hostile.ask("/archive/letters.jsonfeed")["items"]
    fragments = [e.text for e in contents] + [
        i["content_html"] for i in items if "content_html" in i
    ]
    for fragment in fragments:
        for element in html.fragment_fromstring(fragment, create_parent=True).iter():
            assert element.tag not in ("script", "img", "svg"), fragment
            assert not [name for name in element.attrib if name.startswith("on")]
    titles = " ".join(squeezed("".join(e.itertext())) for e in atom.iter("{*}title"))
    assert [text for text in TEXTS if squeezed(text) not in titles] == []


@pytest.mark.parametrize("suffix", ["csljson", "jsonfeed", "jsonld"])
def test_json_is_read_back(hostile: Site, suffix: str) -> None:
    found = {squeezed(text) for text in strings(hostile.ask(f"/archive/letters.{suffix}"))}
    assert [t for t in TEXTS if not any(squeezed(t) in text for text in found)] == []


def strings(value: object) -> Iterator[str]:
    """All texts within a value of JSON or YAML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def test_records_are_read_back_as_they_are(hostile: Site) -> None:
    lines = [json.loads(line) for line in hostile.get("/archive/letters.jsonl").text.splitlines()]
    assert [line["title"] for line in lines] == [squeezed(text) for text in TEXTS]
    records = [*yaml.safe_load_all(hostile.get("/archive/letters.yml").text)]
    assert [record["title"] for record in records] == [squeezed(text) for text in TEXTS]


def test_ris_has_a_reference_a_letter_and_bibtex_an_entry(hostile: Site) -> None:
    references = rispy.loads(hostile.get("/archive/letters.ris").text)
    assert [reference["title"] for reference in references] == [squeezed(text) for text in TEXTS]
    library = bibtexparser.parse_string(hostile.get("/archive/letters.bib").text)
    assert not library.failed_blocks
    assert [e.entry_type for e in library.entries] == ["misc"] * len(TEXTS)
    for entry in library.entries:
        assert not re.search(r"\\(input|write)", str(entry.fields_dict)), entry.key


def test_no_cell_of_a_workbook_is_a_formula(hostile: Site) -> None:
    book = openpyxl.load_workbook(BytesIO(hostile.get("/archive/letters.xlsx").content))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {text for text in TEXTS if text[0] in "=+-@"} <= {cell.value for cell in cells}


def test_csv_is_the_data_as_it_is_and_comes_back_by_import(
    hostile: Site, run: Callable[..., Result], tmp_path: Path
) -> None:
    rows = [*csv.DictReader(StringIO(hostile.get("/archive/letters.csv").text))]
    assert [row["title"] for row in rows] == [squeezed(text) for text in TEXTS]
    packed = zipfile.ZipFile(BytesIO(hostile.get("/dataset.zip").content))
    packed_rows = [*csv.DictReader(StringIO(packed.read("csv/letters.csv").decode()))]
    assert [row["title"] for row in packed_rows] == [row["title"] for row in rows]
    table = tmp_path / "table.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "date", "from", "to", "title", "form", "attestation"])
        for row in rows:
            known = [row["id"], row["date"], "Jane Doe", "John Roe", row["title"], row["form"]]
            writer.writerow([*known, "catalogued"])
    folder = tmp_path / "letters"
    source = "https://example.org/table"
    result = run("import", "csv", table, "--letters", folder, "--source", source)
    assert result.exit_code == 0, result.output
    titles = [yaml.safe_load(path.read_text())["title"] for path in sorted(folder.glob("2*/*.yml"))]
    assert titles == [squeezed(text) for text in TEXTS]


def test_the_pages_of_downloads_say_which_file_a_spreadsheet_may_open(hostile: Site) -> None:
    words = hostile.get("/data").words
    assert "take Excel" in words
    packed = zipfile.ZipFile(BytesIO(hostile.get("/dataset.zip").content))
    assert "formula" in packed.read("README.txt").decode()


def test_names_in_the_download_are_its_own(hostile: Site, twin: Site) -> None:
    names = [
        zipfile.ZipFile(BytesIO(site.get("/dataset.zip").content)).namelist()
        for site in (hostile, twin)
    ]
    assert names[0] == names[1]
    citation = zipfile.ZipFile(BytesIO(hostile.get("/dataset.zip").content)).read("CITATION.cff")
    assert yaml.safe_load(citation)["title"] == TEXTS[0]


@pytest.mark.parametrize("number", range(len(TEXTS)), ids=lambda number: TEXTS[number][:20])
def test_a_picture_is_drawn_of_every_title(hostile: Site, number: int) -> None:
    page = hostile.get(f"/archive/letters/2019-02-{number + 1:02}-letter.png")
    assert page.status == 200
    assert page.content.startswith(b"\x89PNG")


def test_the_database_runs_nothing_of_it(hostile: Site) -> None:
    with closing(sqlite3.connect(hostile.database)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        found = connection.execute("select title from letters order by id").fetchall()
    assert [title for (title,) in found] == [squeezed(text) for text in TEXTS]


def test_reconciliation_finds_a_name_by_what_it_is(hostile: Site) -> None:
    queries = json.dumps({"q": {"query": TEXTS[0]}})
    (first, *_) = hostile.ask("/reconcile", [("queries", queries)])["q"]["result"]
    assert first["name"] == TEXTS[0]
