"""Datasette's own pages, the worked questions and the page of downloads."""

import csv
import hashlib
import io
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.server.run import make_datasette
from correspondence.site.tables import query_form as forms
from datasette.utils import parse_metadata

from .answers import Page, arguments_of
from .conftest import Site

METADATA = parse_metadata((Path(__file__).parents[2] / "metadata.yml").read_text("utf-8"))
DESCRIBED: dict[str, Any] = METADATA["databases"]["archive"]
QUERIES: dict[str, dict[str, Any]] = DESCRIBED["queries"]
TABLES = list(DESCRIBED["tables"])
# Pages of our own stand in the place of these.
OWN = {"letters", "organisations", "people", "topics", "events"}
every_query = pytest.mark.parametrize("name", QUERIES)
every_table = pytest.mark.parametrize("table", TABLES)


@pytest.fixture
def asked(site: Site) -> sqlite3.Connection:
    """The database, to be asked without the site."""
    with closing(sqlite3.connect(f"{site.database.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def rows(site: Site, query: str, **values: str) -> list[dict[str, Any]]:
    return site.ask(f"/archive/{query}.json", [("_shape", "objects"), *values.items()])["rows"]


def assert_plain(page: Page, status: int = 200) -> None:
    """A page without anything that the strict content security policy would stop."""
    assert page.status == status, page.text[:300]
    assert page.faults == []
    scripts = [e.attributes for e in page.all("script")]
    assert all("src" in it or it["type"] == "application/ld+json" for it in scripts)
    assert page.all("style") == []
    named = [name for element in page.elements for name in element.attributes]
    assert [name for name in named if name == "style" or name.startswith("on")] == []
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert [name for name, count in Counter(ids).items() if count > 1] == []


def assert_labelled(page: Page) -> None:
    """Every field of a page that is shown has a label."""
    fors = {e.attributes.get("for") for e in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for field in page.all(tag):
            if field.attributes.get("type") != "hidden":
                assert field.attributes.get("id") in fors or field.within("label"), field


# --- worked questions


def test_there_are_a_dozen_questions_with_fields_that_say_what_they_mean() -> None:
    assert len(QUERIES) >= 12
    for name, query in QUERIES.items():
        assert query["title"].endswith("?"), name
        assert query["description"].endswith("."), name
        assert set(re.findall(r":(\w+)", query["sql"])) == set(query["parameters"]), name
        for about in query["parameters"].values():
            assert about["label"]
            assert about["empty"]
            assert about.get("choices", "topics") in forms._CHOICES


@every_query
def test_a_question_with_empty_fields_asks_for_everything(site: Site, name: str) -> None:
    page = site.get(f"/archive/{name}")
    assert_plain(page)
    assert_labelled(page)
    assert page.all("h1")[0].text == QUERIES[name]["title"]
    assert QUERIES[name]["description"] in page.words
    assert len(page.all("tr")) > 1
    assert len(page.all("tr")) - 1 == len(rows(site, name))
    empty = [(parameter, "") for parameter in QUERIES[name]["parameters"]]
    assert len(page.all("tr")) == len(site.get(f"/archive/{name}", empty).all("tr"))


@every_query
def test_a_question_can_be_asked_with_every_choice(site: Site, made_up: Site, name: str) -> None:
    for archive in (site, made_up):
        everything = len(rows(archive, name))
        for select in archive.get(f"/archive/{name}").all("select"):
            options = archive.get(f"/archive/{name}").all("option")
            chosen = [
                e.attributes["value"]
                for e in options
                if e.around[-1].attributes == select.attributes
            ]
            assert "" in chosen
            for value in chosen[:: max(1, len(chosen) // 8)]:
                found = rows(archive, name, **{select.attributes["name"]: value})
                assert len(found) <= everything


@every_query
def test_a_question_shows_its_sql_and_gives_its_answer_as_csv_and_json(
    site: Site, name: str
) -> None:
    page = site.get(f"/archive/{name}")
    assert page.all("pre")[0].text == " ".join(QUERIES[name]["sql"].split())
    edit = next(link for link in page.links if link.startswith("/archive?sql="))
    assert dict(arguments_of(edit))["sql"] == QUERIES[name]["sql"]
    changed = site.get(edit)
    assert len(changed.all("tr")) == len(page.all("tr"))
    as_csv = next(link for link in page.links if ".csv" in link)
    answered = list(csv.DictReader(io.StringIO(site.get(as_csv).text)))
    assert len(answered) == len(rows(site, name))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/archive/letters.csv?_from=nso-group", "letters"),
        ("/archive/letters.csv?_size=5", "letters"),
        ("/archive/letters/2019-06-novalpina-to-public.csv", "2019-06-novalpina-to-public"),
        ("/archive/never-answered.csv", "never-answered"),
        ("/archive.csv?sql=select+1", "archive"),
    ],
)
def test_csv_says_that_it_is_csv_and_is_kept_under_its_name(
    site: Site, address: str, name: str
) -> None:
    answer = site.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'


def test_a_chosen_value_stays_chosen_and_an_unknown_one_too(site: Site) -> None:
    page = site.get("/archive/never-answered?sender=citizen-lab&recipient=nobody")
    selected = [e.attributes["value"] for e in page.all("option") if "selected" in e.attributes]
    assert selected == ["citizen-lab", "nobody"]
    assert "No rows." in page.words


def test_a_long_list_of_choices_is_typed(fresh_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_CHOICES", 30)
    page = fresh_site.get("/archive/letters-on-a-topic")
    assert [e.attributes["name"] for e in page.all("select")] == ["topic", "year"]
    page = fresh_site.get("/archive/references-to-a-letter")
    assert [e.attributes["name"] for e in page.all("input", type="text")] == ["letter"]


def test_who_answered_whom(site: Site, asked: sqlite3.Connection) -> None:
    assert len(rows(site, "who-answered-whom")) == one(asked, "select count(*) from replies")
    found = rows(site, "who-answered-whom", sender="citizen-lab", answerer="novalpina-capital")
    assert [row["answer"] for row in found] == [
        "2019-03-01-novalpina-to-rights-groups",
        "2019-05-15-novalpina-to-rights-groups",
    ]
    assert all("Citizen Lab" in row["letter_from"] for row in found)


def test_those_who_write_on_behalf_of_others_count_as_these(site: Site) -> None:
    letters = {row["letter"] for row in rows(site, "letters-between", one="nso-group")}
    assert "2021-07-14-clare-locke-to-the-wire" in letters


def test_what_was_never_answered_is_what_the_letters_say(
    site: Site, asked: sqlite3.Connection
) -> None:
    sql = "select id from letters where answered = 'no answer known' order by sort_key"
    unanswered = [row[0] for row in asked.execute(sql)]
    assert [row["letter"] for row in rows(site, "never-answered")] == unanswered


def test_answers_are_counted_as_n_of_m(site: Site, asked: sqlite3.Connection) -> None:
    asked.row_factory = sqlite3.Row
    view = {row["organisation"]: row for row in asked.execute("select * from organisation_letters")}
    for row in rows(site, "answers-by-organisation"):
        counts = view[row["organisation"]]
        if not counts["sent_expecting_answer"]:
            assert row["its_letters_answered"] is None
            continue
        wanted = f"{counts['answers_known']} of {counts['sent_expecting_answer']}"
        if counts["answers_inferred"]:
            wanted += f", {counts['answers_inferred']} inferred"
        assert row["its_letters_answered"] == wanted
    owner = rows(site, "answers-by-organisation", organisation="novalpina-capital")
    assert [row["letters_it_answered"] for row in owner] == ["4 of 5, 1 inferred"]


def test_the_longest_waits_come_first(site: Site) -> None:
    waits = [(row["days_min"], row["days_max"]) for row in rows(site, "longest-waits")]
    assert waits == sorted(waits, reverse=True)
    assert len(waits) > len(rows(site, "longest-waits", days="30")) > 0
    assert all(row["days_max"] >= 30 for row in rows(site, "longest-waits", days="30"))


def test_letters_between_two_are_the_same_in_either_order(site: Site) -> None:
    forth = rows(site, "letters-between", one="citizen-lab", other="nso-group")
    back = rows(site, "letters-between", one="nso-group", other="citizen-lab")
    assert forth == back
    assert len(forth) > 3


def test_a_letter_of_uncertain_date_stands_under_each_of_its_years(site: Site) -> None:
    for year in ("2019", "2020"):
        found = [row["letter"] for row in rows(site, "letters-on-a-topic", year=year)]
        assert "2019-nso-group-to-kaye" in found
        chosen = site.ask(f"/archive/letters.json?_year={year}&_size=max")
        assert len(found) == chosen["filtered_table_rows_count"]


def test_a_request_that_was_only_repeated_was_not_taken_up(
    site: Site, asked: sqlite3.Connection
) -> None:
    sql = """select count(*) from statements where kind = 'request' and (letter, id) not in
        (select statement_letter, statement from taken_up where how <> 'repeated')"""
    found = rows(site, "requests-never-taken-up")
    assert len(found) == one(asked, sql)
    assert any(row["times_repeated"] for row in found)


def test_every_promise_is_told_with_what_became_of_it(
    site: Site, asked: sqlite3.Connection
) -> None:
    found = rows(site, "what-became-of-promises")
    promised = one(asked, "select count(*) from statements where kind = 'commitment'")
    assert len({(row["letter"], row["text"]) for row in found}) == promised
    assert {"repeated", "not taken up by any known letter"} <= {
        row["what_became_of_it"] for row in found
    }


def test_a_letter_of_which_a_source_carries_a_part_is_not_known_from_others_alone(
    site: Site, asked: sqlite3.Connection
) -> None:
    sql = "select distinct letter from sources where carries in ('letter', 'part')"
    carried = {row[0] for row in asked.execute(sql)}
    found = {row["letter"] for row in rows(site, "known-only-from-others")}
    assert not found & carried
    assert len(found | carried) == one(asked, "select count(*) from letters")


def test_sources_without_a_copy_are_counted_by_publisher(site: Site) -> None:
    found = rows(site, "sources-without-a-copy")
    counts = Counter(row["publisher"] for row in found)
    assert all(row["addresses_of_publisher"] == counts[row["publisher"]] for row in found)
    lab = rows(site, "sources-without-a-copy", publisher="citizen lab")
    assert 0 < len(lab) < len(found)


def test_letters_of_all_months_are_all_letters(site: Site, made_up: Site) -> None:
    for archive in (site, made_up):
        by_month = rows(archive, "letters-by-month")
        every = archive.ask("/archive/letters.json?_size=1")["filtered_table_rows_count"]
        assert sum(row["letters"] for row in by_month) == every
        assert len({(r["year"], r["month"], r["lane_name"]) for r in by_month}) == len(by_month)


def test_who_signed_together_is_counted_as_pairs(site: Site, asked: sqlite3.Connection) -> None:
    senders: dict[str, set[str]] = {}
    sql = """select letter, label from correspondents join organisations on id = organisation
        where side = 'from'"""
    for letter, organisation in asked.execute(sql):
        senders.setdefault(letter, set()).add(organisation)
    pairs = Counter(
        frozenset(pair) for group in senders.values() for pair in combinations(group, 2)
    )
    found = {
        frozenset((row["one"], row["other"])): row["letters"]
        for row in rows(site, "signed-together", times="1")
    }
    assert found == pairs
    often = [row["letters"] for row in rows(site, "signed-together")]
    assert often == sorted((n for n in pairs.values() if n > 1), reverse=True)


def test_references_to_a_letter_are_those_that_its_neighbours_make(site: Site) -> None:
    found = rows(site, "references-to-a-letter", letter="2019-02-18-rights-groups-to-novalpina")
    assert {"answers it", "mentions it", "takes up what it says"} <= {row["how"] for row in found}
    assert "2019-03-01-novalpina-to-rights-groups" in {row["letter"] for row in found}


def test_uncertain_dates_begin_with_the_most_uncertain(site: Site, made_up: Site) -> None:
    found = rows(site, "uncertain-dates")
    days = [row["possible_days"] for row in found]
    assert days == sorted(days, reverse=True)
    assert {row["letter"]: row["possible_days"] for row in found}["2019-nso-group-to-kaye"] == 441
    assert "2019-02-18-rights-groups-to-novalpina" not in {row["letter"] for row in found}
    assert rows(made_up, "uncertain-dates")[0]["possible_days"] is None
    assert all(row["possible_days"] >= 100 for row in rows(site, "uncertain-dates", days="100"))


def one(connection: sqlite3.Connection, sql: str) -> int:
    return connection.execute(sql).fetchone()[0]


# --- tables and rows


@every_table
def test_a_table_has_a_page_of_its_own(site: Site, table: str) -> None:
    page = site.get(f"/archive/{table}")
    assert_plain(page)
    assert_labelled(page)
    if table in OWN:
        return
    about = DESCRIBED["tables"][table]
    assert about["description"] in page.words
    for column, meaning in about.get("columns", {}).items():
        assert meaning in page.words, column
    count = site.ask(f"/archive/{table}.json")["filtered_table_rows_count"]
    assert re.search(rf"\b{count:,} rows?\b", page.words)


@every_table
def test_a_row_has_a_page_of_its_own(site: Site, table: str) -> None:
    page = site.get(f"/archive/{table}?_size=3")
    own = [link for link in page.links if re.match(rf"/archive/{table}/", link) and "." not in link]
    if table in OWN or not own:
        return
    row = site.get(own[0])
    assert_plain(row)
    columns = site.ask(f"{own[0]}.json")["columns"]
    values = site.ask(f"{own[0]}.json?_shape=objects")["rows"][0]
    assert len(row.all("dt")) == len(columns)
    for value in values.values():
        if isinstance(value, str) and not re.search(r"[\0-\x08\x0e-\x1f]", value):
            assert " ".join(value.split()) in row.words
    for link in row.links:
        assert link.startswith("http") or site.get(link).status == 200, link


def test_tables_without_pages_of_rows_are_views_and_technical_ones(site: Site) -> None:
    for table in TABLES:
        if table in OWN or DESCRIBED["tables"][table].get("hidden"):
            continue
        page = site.get(f"/archive/{table}")
        is_view = "a view" in DESCRIBED["tables"][table]["description"]
        has_rows = site.ask(f"/archive/{table}.json")["filtered_table_rows_count"] > 0
        own = [link for link in page.links if link.startswith(f"/archive/{table}/")]
        assert bool(own) == (has_rows and not is_view), table


def test_ids_lead_to_what_they_name_by_its_name(site: Site) -> None:
    page = site.get("/archive/correspondents?_size=5")
    names = {e.attributes["href"]: e.text for e in page.all("a") if e.within("td")}
    assert names["/archive/organisations/citizen-lab"] == "The Citizen Lab"
    assert "/archive/letters/2019-02-15-novalpina-to-citizen-lab" in names
    assert {"novalpina-capital", "citizen-lab"} <= {e.text for e in page.all("code")}
    view = site.get("/archive/answers")
    assert "/archive/letters/2019-02-20-access-now-to-novalpina" in view.links
    taken_up = site.get("/archive/taken_up")
    assert (
        "/archive/statements/2019-02-15-novalpina-to-citizen-lab,claim-due-diligence"
        in taken_up.links
    )


def test_only_what_exists_is_linked_in_the_answer_to_a_query(site: Site) -> None:
    sql = "select 'nobody' as letter, id, 'nso-group' as organisation from letters limit 1"
    page = site.get("/archive", [("sql", sql)])
    within = [e.attributes["href"] for e in page.all("a") if e.within("td")]
    assert within == [
        "/archive/letters/2019-02-15-novalpina-to-access-now",
        "/archive/organisations/nso-group",
    ]


def test_a_row_says_what_refers_to_it(site: Site) -> None:
    page = site.get("/archive/statements/2019-02-15-novalpina-to-citizen-lab,claim-due-diligence")
    related = [link for link in page.links if "statement=" in link]
    assert len(related) == 2
    for link in related:
        assert site.get(link).all("td"), link


def test_a_filter_is_added_kept_and_taken_off(site: Site) -> None:
    path = "/archive/statements?kind=request&_size=50"
    page = site.get(path)
    form = page.all("form", action="/archive/statements")[0]
    hidden = [e.attributes for e in page.all("input", type="hidden") if form in e.around]
    sent = [(e["name"], e["value"]) for e in hidden]
    assert sent == [("kind", "request"), ("_size", "50")]
    filled = [("_filter_column", "topic"), ("_filter_op", "isblank__1"), ("_filter_value", "")]
    moved = site.get("/archive/statements", [*sent, *filled])
    assert moved.status == 302
    both = site.get(moved.headers["location"])
    chips = [e for e in both.all("a") if e.text.endswith("remove")]
    assert [e.text for e in chips] == ["Kind is request remove", "Topic is empty remove"]
    assert_plain(both)
    assert sorted(arguments_of(chips[1].attributes["href"])) == sorted(arguments_of(path))
    nothing = next(e for e in both.all("a") if e.text == "remove all")
    assert arguments_of(nothing.attributes["href"]) == [("_size", "50")]


def test_every_condition_of_the_form_is_one_that_datasette_knows(site: Site) -> None:
    page = site.get("/archive/sources")
    operations = [
        e.attributes["value"]
        for e in page.all("option")
        if e.around[-1].attributes.get("name") == "_filter_op"
    ]
    assert len(operations) > 10
    for operation in operations:
        arguments = [
            ("_filter_column", "position"),
            ("_filter_op", operation),
            ("_filter_value", "1"),
        ]
        moved = site.get("/archive/sources", arguments)
        assert_plain(site.get(moved.headers["location"]))


def test_an_order_is_offered_only_where_all_rows_stand_on_one_page(site: Site) -> None:
    whole, part = site.get("/archive/roles"), site.get("/archive/roles?_size=5")
    assert any("_sort=role" in link for link in whole.links)
    assert not any("_sort" in link for link in part.links)
    assert part.all("select", name="_sort") == []
    again = site.get("/archive/roles?_sort=role&_sort_by_desc=on")
    turned = site.get(again.headers["location"])
    assert [e.text for e in turned.all("th") if e.attributes.get("aria-sort") == "descending"] == [
        "Role"
    ]


@pytest.mark.parametrize("table", ["correspondents", "unanswered", "answers"])
def test_the_pages_of_a_table_show_every_row_once(made_up: Site, table: str) -> None:
    found: list[str] = []
    for page in made_up.walk(f"/archive/{table}?_size=7"):
        found += [e.text for e in page.all("tr") if e.within("tbody")]
    count = made_up.ask(f"/archive/{table}.json")["filtered_table_rows_count"]
    assert len(found) == count > 7
    as_csv = next(link for link in page.links if ".csv" in link)
    assert len(list(csv.reader(io.StringIO(made_up.get(as_csv).text)))) == count + 1


def test_the_links_of_a_table_carry_its_filters_on(site: Site) -> None:
    page = site.get("/archive/sources?carries=letter&_size=10")
    wanted = site.ask("/archive/sources.json?carries=letter")["filtered_table_rows_count"]
    links = {text: e.attributes["href"] for e in page.all("a") for text in [e.text]}
    assert len(list(csv.reader(io.StringIO(site.get(links["CSV"]).text)))) == wanted + 1
    assert site.ask(links["JSON"])["rows"][0]["carries"] == "letter"
    assert len(site.get(links["as SQL"]).all("tr")) == 11 + 1  # one more tells of a next page
    assert len(site.get(links["all on one page"]).all("tr")) == wanted + 1


# --- SQL


def test_a_query_has_fields_for_its_parameters(site: Site) -> None:
    page = site.get("/archive?sql=select+id+from+letters+where+year+%3D+:year&year=2019")
    assert_plain(page)
    assert_labelled(page)
    assert page.all("input", name="year")[0].attributes["value"] == "2019"
    assert page.all("textarea")[0].text == "select id from letters where year = :year"


@pytest.mark.parametrize(
    "sql",
    [
        "select nothing from letters",
        "select",
        "drop table letters",
        "select 1; select 2",
    ],
)
def test_sql_that_cannot_be_run_is_told_in_the_page_and_stays_there(site: Site, sql: str) -> None:
    page = site.get("/archive", [("sql", sql)])
    assert_plain(page, 400)
    assert page.all("textarea")[0].text == sql
    assert site.get("/archive.json", [("sql", sql)]).json["ok"] is False
    assert site.get("/archive.csv", [("sql", sql)]).status == 400


def test_a_query_that_takes_too_long_is_stopped(archive_db: Path, portal: BlockingPortal) -> None:
    endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select max(x) from c"
    with a_site(archive_db, portal, sql_time_limit_ms=50) as site:
        page = site.get("/archive", [("sql", endless)])
        assert_plain(page, 400)
        assert page.all("textarea")[0].text == endless
        assert "took too long" in page.words
        assert "took too long" in site.get("/archive.json", [("sql", endless)]).json["error"]
        assert site.get("/archive.csv", [("sql", endless)]).status == 400


def test_a_long_answer_says_that_it_is_not_the_whole(site: Site) -> None:
    numbers = "with recursive c(x) as (select 1 union all select x + 1 from c limit {})"
    for count, notice in ((1000, False), (1001, True)):
        page = site.get("/archive", [("sql", f"{numbers.format(count)} select x from c")])
        assert ("Only the first 1,000 rows are shown." in page.words) == notice
        assert len(page.all("tr")) == 1001


def test_columns_of_a_query_may_bear_any_name_and_values_any_text(site: Site) -> None:
    sql = """select 1 as a, 2 as a, 3 as "<i>", '<b>x</b>' as '', null as e, x'00' as f"""
    page = site.get("/archive", [("sql", sql)])
    assert_plain(page)
    assert [e.text for e in page.all("td")] == ["1", "2", "3", "<b>x</b>", "", "1 bytes"]


@contextmanager
def a_site(archive_db: Path, portal: BlockingPortal, **settings: Any) -> Iterator[Site]:
    """The archive under other settings."""
    datasette = make_datasette(archive_db, settings)
    yield Site(archive_db.parent, archive_db, datasette, portal)
    for database in datasette.databases.values():
        database.close()


@pytest.fixture
def without_sql(archive_db: Path, portal: BlockingPortal) -> Iterator[Site]:
    """The archive with the setting that turns SQL off."""
    with a_site(archive_db, portal, default_allow_sql=False) as site:
        yield site


def test_sql_can_be_turned_off_and_worked_questions_stay(without_sql: Site) -> None:
    refused = without_sql.get("/archive?sql=select+1")
    assert_plain(refused, 403)
    assert "switched off" in refused.words
    assert refused.all("textarea") == []
    answer = without_sql.get("/archive.json?sql=select+1")
    assert (answer.status, answer.json["ok"]) == (403, False)
    assert without_sql.get("/archive/topics.json?_where=1").status == 403
    for path in ("/archive", "/data", "/archive/never-answered", "/archive/sources"):
        page = without_sql.get(path)
        assert_plain(page)
        assert page.all("textarea") == []
        assert not any("sql=" in link for link in page.links), path
    assert len(rows(without_sql, "never-answered")) > 0


# --- the database and the page of downloads


def test_the_page_of_the_database_tells_of_all_that_is_in_it(site: Site) -> None:
    page = site.get("/archive")
    assert_plain(page)
    assert_labelled(page)
    for name, table in DESCRIBED["tables"].items():
        assert f"/archive/{name}" in page.links
        fold = next(e for e in page.all("a", href=f"/archive/{name}")).within("details")
        assert bool(fold) == bool(table.get("hidden")), name
    for name, query in QUERIES.items():
        assert f"/archive/{name}" in page.links
        assert query["title"] in page.words
    assert "/archive.db" in page.links


def test_every_link_of_the_page_of_downloads_leads_to_something(site: Site) -> None:
    page = site.get("/data")
    assert_plain(page)
    links = [link for link in page.links if link.startswith("/")]
    assert len(links) > 100
    for link in links:
        assert site.get(link).status == 200, link


def test_the_database_can_be_taken_away_as_it_is_said_to_be(site: Site) -> None:
    content = site.database.read_bytes()
    assert hashlib.sha256(content).hexdigest() in site.get("/data").words
    answer = site.portal.call(site.datasette.client.get, "/archive.db")
    assert answer.content == content


def test_a_database_that_may_change_is_not_offered(
    archive_db: Path, portal: BlockingPortal
) -> None:
    with a_site(archive_db, portal) as site:
        site.datasette.databases["archive"].is_mutable = True
        for path in ("/data", "/archive"):
            page = site.get(path)
            assert_plain(page)
            assert "/archive.db" not in page.links


def test_the_tables_are_drawn_with_their_foreign_keys(
    site: Site, asked: sqlite3.Connection
) -> None:
    page = site.get("/data")
    drawn = {e.text for e in page.all("text")}
    shown = {name for name, table in DESCRIBED["tables"].items() if not table.get("hidden")}
    tables = {
        name for (name,) in asked.execute("select name from sqlite_schema where type = 'table'")
    }
    assert shown & tables <= drawn
    keys = sum(
        one(asked, f"select count(distinct id) from pragma_foreign_key_list('{name}')")
        for name in shown & tables
    )
    lines = [e for e in page.all("path") if "schema-lines" in str(e.around[-1].attributes)]
    told = next(e for e in page.all("ul", id="relations")).text
    assert len(lines) == told.count("refers to") == keys > 20
    assert "statements: letter refers to letters; topic refers to topics" in told


def test_every_column_is_explained(site: Site) -> None:
    page = site.get("/data")
    for name, table in DESCRIBED["tables"].items():
        if not table.get("hidden"):
            fold = page.all("details", id=f"table-{name}")[0]
            for column, meaning in table["columns"].items():
                assert f"{column} {meaning}" in fold.text


def test_the_examples_answer_in_json(site: Site) -> None:
    page = site.get("/data")
    section = page.all("section", **{"aria-labelledby": "json"})[0]
    examples = [e for e in page.all("a") if section in e.around]
    assert len(examples) == 3
    for example in examples:
        assert site.get(example.attributes["href"]).json
        assert example.text.endswith(example.attributes["href"])


def test_a_missing_page_offers_a_search(site: Site) -> None:
    page = site.get("/archive/nothing")
    assert_plain(page, 404)
    assert_labelled(page)
    assert [e.attributes["action"] for e in page.all("form")] == ["/search", "/"]


@pytest.mark.parametrize("shape", ["array", "arrayfirst"])
def test_a_bare_list_of_json_is_whole_or_says_why_not(site: Site, shape: str) -> None:
    few = "select id from letters limit 3"
    assert len(site.ask("/archive.json", [("sql", few), ("_shape", shape)])) == 3
    many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1001) "
    page = site.get("/archive.json", [("sql", f"{many}select i from n"), ("_shape", shape)])
    assert page.status == 400
    assert "More than 1,000 rows" in page.text
    cut = site.ask("/archive.json", [("sql", f"{many}select i from n")])
    assert cut["truncated"] is True
    assert len(cut["rows"]) == 1_000


def test_a_page_of_csv_says_where_the_next_is(site: Site) -> None:
    found: list[str] = []
    path = "/archive/letters.csv?_size=20&_from=nso-group&_from=citizen-lab&_from=access-now"
    while path:
        page = site.get(path)
        found += [row["id"] for row in csv.DictReader(io.StringIO(page.text))]
        match = re.fullmatch(r'<http://localhost(.+)>; rel="next"', page.headers.get("link", ""))
        path = match[1] if match else ""
    whole = site.get("/archive/letters.csv?_from=nso-group&_from=citizen-lab&_from=access-now")
    assert "link" not in whole.headers
    assert found == [row["id"] for row in csv.DictReader(io.StringIO(whole.text))]
    assert len(found) > 20
