"""SQL of visitors: it reads the archive, and takes no more of time and memory than is its share."""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.asgi import make_app
from correspondence.site.server.run import ServingError, make_datasette

from ..sites import PATIENT, Site, serve
from .test_serving import get, serving

HUGE = {
    "a blob": "select zeroblob(1000000000)",
    "random bytes": "select randomblob(1000000000)",
    "a text by replacing": "select replace(hex(zeroblob(9000)), '0', hex(zeroblob(9000)))",
    "a text by aggregation": (
        "with recursive n(x) as (select 1 union all select x + 1 from n limit 99999) "
        "select group_concat(x) from n"
    ),
    "a text by formatting": "select printf('%.*c', 1000000000, 'x')",
    "many wide rows": "select * from letters a, letters b, letters c, letters d limit 1000",
    "many columns": f"select {', '.join('1' for _ in range(300))}",
    "a statement that names its parts ever again": (
        "with a0 as (select 1 as x union all select 2)"
        + "".join(f", a{n} as (select a.x from a{n - 1} a, a{n - 1} b)" for n in range(1, 40))
        + " select count(*) from a39"
    ),
    "a gap": f"/**/{' ' * 5_000}x",
    "an endless query": (
        "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    ),
}
FORBIDDEN = {
    "the path of the file": "select * from pragma_database_list",
    "options of the library": "select * from pragma_compile_options",
    "its source": "select sqlite_source_id()",
    "an extension": "select load_extension('x')",
    "a file": "select readfile('/etc/hosts')",
    "another database": "attach ':memory:' as other",
    "a deletion": "delete from letters",
    "a change": "with x as (select 1) update letters set title = ''",
    "a copy": "vacuum into 'copy.db'",
    "a pragma": "pragma query_only = off",
    "two statements": "select 1; select 2",
}


@pytest.fixture(scope="module")
def site(archive_db: Path, real_letters: Path, portal: BlockingPortal) -> Iterator[Site]:
    """With the limit of time that visitors have, not that of the other tests."""
    with serve(real_letters, portal, archive_db) as site:
        site.datasette.sql_time_limit_ms = 1_000
        yield site


@pytest.mark.parametrize("sql", [*HUGE.values(), *FORBIDDEN.values()], ids=[*HUGE, *FORBIDDEN])
@pytest.mark.parametrize("suffix", ["", ".json", ".csv"])
def test_what_is_too_much_or_forbidden_is_refused(site: Site, sql: str, suffix: str) -> None:
    page = site.get(f"/archive{suffix}?{urlencode({'sql': sql})}")
    if suffix == ".csv" and page.status == 200:  # it had begun before the fault was known
        assert "other-name" not in page.text
        return
    assert page.status == 400
    assert str(site.database) not in page.text


@pytest.mark.parametrize("condition", ["load_extension('x')", "id in pragma_database_list", "1="])
@pytest.mark.parametrize("suffix", ["", ".json"])
def test_so_is_a_condition_on_a_table(site: Site, condition: str, suffix: str) -> None:
    page = site.get(f"/archive/letters{suffix}?{urlencode({'_where': condition})}")
    assert page.status == 400


def test_what_researchers_ask_is_answered(site: Site) -> None:
    for sql in (
        "select * from letters",
        "select title, length(text) from letters join files on letter = id",
        "select highlight(letters_fts, 0, '[', ']') from letters_fts where letters_fts match 'nso'",
        "select value, count(*) from letters, json_each('[1, 2]') group by 1",
        "with a as (select year, count(*) as n from letters group by 1) select sum(n) from a",
        "select name from pragma_table_info('letters')",
    ):
        assert site.ask(f"/archive.json?{urlencode({'sql': sql})}")["rows"], sql


def test_after_a_visitors_query_our_own_are_not_limited(site: Site) -> None:
    site.get(f"/archive.json?{urlencode({'sql': HUGE['a blob']})}")
    [row] = site.ask("/archive/files.json?_shape=array&_size=1&_col=text")
    assert row["text"]
    assert site.get("/archive/letters.csv").status == 200


def test_trimming_does_what_sqlite_does(site: Site) -> None:
    sql = (
        "select trim('xxaxbxx', 'x'), ltrim('xyax', 'yx'), rtrim(12.50, '.05'), trim(' a '), "
        "trim('a', null), rtrim(null, 'a'), trim('aXa', '')"
    )
    [row] = site.ask(f"/archive.json?{urlencode({'sql': sql})}")["rows"]
    with closing(sqlite3.connect(":memory:")) as connection:
        assert row == list(connection.execute(sql).fetchone())


def test_a_visitors_mistake_is_not_in_our_log(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert site.get("/archive?sql=select+nothing").status == 400
    assert capfd.readouterr().err == ""
    assert caplog.text == ""


# --- switched off


@pytest.fixture(scope="module")
def silent(archive_db: Path, portal: BlockingPortal) -> Iterator[Site]:
    """A site whose visitors may not ask in SQL."""
    datasette = make_datasette(archive_db, {**PATIENT, "default_allow_sql": False})
    yield Site(archive_db.parent, archive_db, datasette, portal)
    for each in datasette.databases.values():
        each.close()


@pytest.mark.parametrize("suffix", ["", ".json", ".csv"])
def test_no_sql_is_answered_where_it_is_switched_off(silent: Site, suffix: str) -> None:
    page = silent.get(f"/archive{suffix}?sql=select+1")
    assert page.status == 403
    assert "switched off" in page.text


@pytest.mark.parametrize(
    "path",
    [
        *(f"/archive/letters{suffix}" for suffix in ("", ".json", ".csv", ".ris", ".xlsx")),
        *("/archive/files", "/archive/topics.json", "/archive/answers.csv", "/feed.atom"),
    ],
)
def test_nor_any_condition_in_sql(silent: Site, path: str) -> None:
    assert silent.get(path).status == 200
    page = silent.get(path, [("_where", "1")])
    assert page.status == 403
    assert "switched off" in page.text


def test_queries_that_have_names_still_are(silent: Site) -> None:
    page = silent.get("/archive/who-answered-whom?sender=&answerer=")
    assert page.status == 200
    assert page.all("tr")
    assert silent.ask("/archive/who-answered-whom.json?sender=&answerer=")["rows"]


@pytest.mark.parametrize(
    "path",
    [
        *"/ /data /about /archive /archive/letters /archive/files /archive/answers".split(),
        *("/archive/who-answered-whom", "/archive?sql=sleep", "/nothing"),
    ],
)
def test_no_page_offers_it(silent: Site, path: str) -> None:
    page = silent.get(path)
    assert page.all("textarea") == []
    assert [link for link in page.links if "sql=" in link or link.endswith("#ask")] == []


def test_the_command_and_the_application_switch_it_off(
    start: Callable[..., subprocess.Popen[str]],
    archive_db: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(start, "--database", archive_db, "--no-sql") as (address, _):
        assert get(f"{address}archive?sql=select+1").status == 403
    monkeypatch.setenv("LETTERS_SQL", "perhaps")
    with pytest.raises(ServingError, match="LETTERS_SQL"):
        make_app()


@pytest.mark.parametrize("choice", ["_after=2019-06", "_search=pegasus", "_search=surveil*"])
def test_what_chooses_letters_takes_no_longer_than_other_statements(
    fresh_site: Site, choice: str
) -> None:
    fresh_site.get("/about")  # what is read at the start has all the time it needs
    fresh_site.datasette.sql_time_limit_ms = 0
    page = fresh_site.get(f"/?{choice}&_next=1")  # on the first page, a name is looked for before
    assert page.status == 400
    assert "took too long" in page.words
