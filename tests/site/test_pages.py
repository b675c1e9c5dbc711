"""Pages of letters, organisations and people: each is there and says what its record says."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from correspondence.records.dates import parse_date

from .answers import Page
from .conftest import Site
from .made_up import WITHDRAWN

LETTERS = Path(__file__).parents[2] / "letters"
EVERYTHING = "2019-02-18-rights-groups-to-novalpina"


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def register(name: str) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in read(LETTERS / "register" / f"{name}.yml")}


RECORDS = {path.stem: read(path) for path in sorted(LETTERS.glob("2*/*.yml"))}
ORGANISATIONS, PEOPLE = register("organisations"), register("people")
every_letter = pytest.mark.parametrize("letter", RECORDS)
every_organisation = pytest.mark.parametrize("organisation", ORGANISATIONS)
every_person = pytest.mark.parametrize("person", PEOPLE)


def one_line(text: str) -> str:
    return " ".join(text.split())


def parties(letter: dict[str, Any], *sides: str) -> list[dict[str, str]]:
    return [party for side in sides or ("from", "to", "cc") for party in letter.get(side, [])]


def label(organisation: str) -> str:
    entry = ORGANISATIONS[organisation]
    return entry["name"] if len(entry["name"]) <= 40 else entry.get("short_name", entry["name"])


def answers(letter: dict[str, Any]) -> list[dict[str, str]]:
    replies = letter.get("in_reply_to", [])
    return [{"letter": r, "certainty": "stated"} if isinstance(r, str) else r for r in replies]


def assert_sound(page: Page) -> None:
    assert page.status == 200
    assert page.faults == []
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    titles = [e for e in page.all("title") if e.within("head")]
    assert len(page.all("h1")) == len(page.all("main")) == len(titles) == 1


def test_there_are_records_to_test_with() -> None:
    assert min(len(RECORDS), len(ORGANISATIONS), len(PEOPLE)) > 10
    assert EVERYTHING in RECORDS


# --- letters


@every_letter
def test_a_letter_says_what_its_record_says(site: Site, letter: str) -> None:
    page, record = site.get(f"/archive/letters/{letter}"), RECORDS[letter]
    assert_sound(page)
    texts = [record["title"], record["attestation"], parse_date(record["date"]).words]
    texts += [
        record[key] for key in "summary evidence date_note note reference".split() if key in record
    ]
    for key in ("conflicts", "unknown", "other_references"):
        texts += record.get(key, [])
    for statement in record.get("statements", []):
        texts += [statement["text"], statement.get("evidence", "")]
    words = page.words.casefold()
    assert [text for text in texts if one_line(text).casefold() not in words] == []


@every_letter
def test_a_letter_names_its_parties_and_how_sure_we_are(site: Site, letter: str) -> None:
    page, record = site.get(f"/archive/letters/{letter}"), RECORDS[letter]
    for party in parties(record):
        if "organisation" in party:
            assert label(party["organisation"]) in page.words
            assert f"/archive/organisations/{party['organisation']}" in page.links
        if "person" in party:
            assert PEOPLE[party["person"]]["name"] in page.words
            assert f"/archive/people/{party['person']}" in page.links
        if "role" in party:
            assert party["role"] in page.words
    everything = [*parties(record), *answers(record)]
    if any("inferred" in entry.values() for entry in everything):
        assert "inferred" in page.words


@every_letter
def test_a_letter_links_its_sources(site: Site, letter: str) -> None:
    page = site.get(f"/archive/letters/{letter}")
    for source in RECORDS[letter]["sources"]:
        assert source["url"] in page.links
        assert source["publisher"] in page.words
        assert source.get("archived", source["url"]) in page.links


REPLIES = [
    (letter, reply["letter"], reply["certainty"])
    for letter, record in RECORDS.items()
    for reply in answers(record)
]


@pytest.mark.parametrize(("letter", "answered", "certainty"), REPLIES)
def test_a_reply_and_what_it_answers_link_each_other_with_the_days(
    site: Site, letter: str, answered: str, certainty: str
) -> None:
    there = {
        letter: site.get(f"/archive/letters/{letter}"),
        answered: site.get(f"/archive/letters/{answered}"),
    }
    assert f"/archive/letters/{answered}" in there[letter].links
    assert f"/archive/letters/{letter}" in there[answered].links
    for page in there.values():
        assert certainty == "stated" or "inferred" in page.words
        days = days_between(RECORDS[answered]["date"], RECORDS[letter]["date"])
        if days is not None:
            said = "same day" if days == 0 else rf"\b{days} days?\b"
            assert re.search(said, page.words), f"{said} is not on {page.path}"


def days_between(one: str, other: str) -> int | None:
    """Days between two dates that are known to the day."""
    if not all(re.fullmatch(r"\d{4}-\d\d-\d\d", text) for text in (one, other)):
        return None
    return (date.fromisoformat(other) - date.fromisoformat(one)).days


def test_days_are_bounded_where_a_date_is_uncertain(site: Site) -> None:
    # 9 June to [9 to 22 June]; then a date that is only about, from which nothing is counted.
    assert "0 to 13 days" in site.get("/archive/letters/2020-06-nso-group-to-amnesty").words
    about = {letter for letter, record in RECORDS.items() if record["date"][-1] in "~?%"}
    counted = site.ask("/archive/replies.json?_size=max&_shape=array&days_max__notnull=1")
    assert counted
    assert not {row[key] for row in counted for key in ("letter", "in_reply_to")} & about


def test_a_letter_without_an_answer_says_as_of_when(site: Site) -> None:
    rows = site.ask("/archive/letters.json?_answered=no+answer+known&_shape=array&_size=max")
    assert rows
    as_of = parse_date(read(LETTERS / "archive.yml")["as_of"]).words
    for row in rows:
        page = site.get(f"/archive/letters/{row['id']}")
        assert re.search(f"(?i)no answer (is )?known.*{as_of}", page.words)


def test_a_title_of_ours_stands_in_brackets(site: Site) -> None:
    for letter, record in RECORDS.items():
        page = site.get(f"/archive/letters/{letter}")
        supplied = record.get("title_supplied") == "yes"
        [heading] = [element.text for element in page.all("h1")]
        assert (f"[{one_line(record['title'])}]" in heading) is supplied


@every_letter
def test_a_letter_comes_as_json_and_csv(site: Site, letter: str) -> None:
    [row] = site.ask(f"/archive/letters/{letter}.json?_shape=array")
    text = site.get(f"/archive/letters/{letter}.csv").text
    [line] = csv.DictReader(io.StringIO(text))
    for found in (row, line):
        assert found["id"] == letter
        assert found["title"] == one_line(RECORDS[letter]["title"])
        assert found["date"] == RECORDS[letter]["date"]


# --- organisations and people


def of(party: str, side: str) -> set[str]:
    """The letters with an organisation or person on a side."""
    return {
        letter
        for letter, record in RECORDS.items()
        if party
        in {p.get(key) for p in parties(record, side) for key in ("organisation", "person")}
    }


def lists(page: Page, letters: set[str]) -> bool:
    """Whether a page links these letters, or the whole list of them if they are many."""
    every = {f"/archive/letters/{letter}" for letter in letters} <= set(page.links)
    return every or bool(re.search(rf"\bAll {len(letters)}\b", page.words))


@every_organisation
def test_an_organisation_lists_its_letters(site: Site, organisation: str) -> None:
    page, entry = site.get(f"/archive/organisations/{organisation}"), ORGANISATIONS[organisation]
    assert_sound(page)
    keys = "name kind note notice".split()
    texts = [*entry.get("aliases", []), *(entry[key] for key in keys if key in entry)]
    assert [t for t in texts if one_line(t).casefold() not in page.words.casefold()] == []
    for side, said in (("from", "Sent"), ("to", "Received"), ("cc", "Copies")):
        letters = of(organisation, side)
        assert lists(page, letters)
        if letters:
            assert re.search(rf"(?i)\b{said}\b\D*\b{len(letters)}\b", page.words)


def test_an_organisation_says_how_many_answers_are_known(site: Site) -> None:
    page = site.get("/archive/organisations/citizen-lab")
    sent = {letter: site_answered(site)[letter] for letter in of("citizen-lab", "from")}
    expecting = [answered for answered in sent.values() if answered != "no answer expected"]
    known = sum(answered.startswith("answer") for answered in expecting)
    inferred = expecting.count("answer inferred")
    assert re.search(
        rf"\b{known} of {len(expecting)}\b.{{0,30}}\b{inferred} of them \W?inferred", page.words
    )
    assert "%" not in page.words


def site_answered(site: Site) -> dict[str, str]:
    rows = site.ask("/archive/letters.json?_shape=array&_size=max")
    return {row["id"]: row["answered"] for row in rows}


@every_person
def test_a_person_lists_offices_and_letters(site: Site, person: str) -> None:
    page, entry = site.get(f"/archive/people/{person}"), PEOPLE[person]
    assert_sound(page)
    texts = [entry["name"], *entry.get("aliases", [])]
    texts += [entry[key] for key in ("note", "notice") if key in entry]
    for role in entry.get("roles", []):
        texts.append(role["role"])
        assert role["source"] in page.links
    assert [text for text in texts if one_line(text) not in page.words] == []
    assert all(lists(page, of(person, side)) for side in ("from", "to", "cc"))


@pytest.mark.parametrize("suffix", ["json", "csv"])
@pytest.mark.parametrize("path", ["organisations/nso-group", "people/yana-peel"])
def test_an_entry_of_a_register_comes_as_data(site: Site, path: str, suffix: str) -> None:
    page = site.get(f"/archive/{path}.{suffix}")
    assert page.status == 200
    assert path.split("/")[1] in page.text


# --- whatever can be reached


# The pages for readers; those of raw tables are reached, but not followed.
OURS = re.compile(
    r"/|/(?!archive|-)[a-z]+(/[^.]+)?|/archive/(letters|organisations|people|topics|events)(/[^.]+)?"
)


@pytest.fixture(scope="module")
def reached(site: Site) -> dict[str, Page]:
    """Every page to which links lead from the timeline; lists with choices are left out."""
    pages: dict[str, Page] = {}
    waiting = {"/"}
    while waiting:
        path = waiting.pop()
        pages[path] = page = site.get(path)
        if OURS.fullmatch(path):
            links = (link.removeprefix("http://localhost") for link in page.links)
            found = {link.partition("#")[0] for link in links if re.match("/[^?.]*(#|$)", link)}
            waiting |= found - pages.keys()
    return pages


@pytest.fixture(scope="module")
def ours(reached: dict[str, Page]) -> dict[str, Page]:
    """Those of them that are for readers."""
    return {path: page for path, page in reached.items() if OURS.fullmatch(path)}


def test_no_link_is_broken(reached: dict[str, Page]) -> None:
    every = {f"/archive/letters/{letter}" for letter in RECORDS}
    every |= {f"/archive/organisations/{organisation}" for organisation in ORGANISATIONS}
    every |= {f"/archive/people/{person}" for person in PEOPLE}
    assert every <= reached.keys()
    assert [path for path, page in reached.items() if page.status != 200] == []


def test_every_page_is_sound(ours: dict[str, Page]) -> None:
    for page in ours.values():
        assert_sound(page)


def test_a_link_to_a_part_of_a_page_finds_it(reached: dict[str, Page]) -> None:
    parts = {
        path: {e.attributes.get("id") for e in page.elements} for path, page in reached.items()
    }
    missing = []
    for path, page in reached.items():
        for link in page.links:
            target, _, part = link.partition("#")
            if part and part not in parts.get(target or path, {part}):
                missing.append((path, link))
    assert missing == []


def test_a_notice_stands_wherever_the_name_is_listed(ours: dict[str, Page]) -> None:
    noticed = [entry for entry in (*PEOPLE.values(), *ORGANISATIONS.values()) if "notice" in entry]
    listed = [
        (path, entry["name"], one_line(entry["notice"])[:150] in page.words)
        for path, page in ours.items()
        for entry in noticed
        if entry["name"] in page.words
    ]
    assert len(listed) > 3
    assert [f"{name}: {path}" for path, name, is_noticed in listed if not is_noticed] == []


# --- the list


def test_the_timeline_lists_every_letter_with_its_parties_and_summary(site: Site) -> None:
    page = site.get("/")
    assert_sound(page)
    assert sorted(page.entries) == sorted(RECORDS)
    for element in page.all("li"):
        record = RECORDS.get(element.attributes.get("id", ""))
        if record:
            assert one_line(record["title"]) in element.text
            assert one_line(record["summary"]) in element.text
            assert parse_date(record["date"]).words in element.text
            senders = [p for p in parties(record, "from") if "organisation" in p]
            assert all(label(p["organisation"]) in element.text for p in senders[:1])


def test_the_table_links_every_letter(site: Site) -> None:
    page = site.get("/archive/letters")
    assert_sound(page)
    assert sorted(page.entries) == sorted(RECORDS)


# --- what is no longer there, or never was


@pytest.mark.parametrize("suffix", ["", ".json", ".csv"])
@pytest.mark.parametrize("query", ["", "?_shape=array&_nl=%20y"])
@pytest.mark.parametrize("former", ["2019-former-id", "2019-older-id"])
def test_a_former_id_leads_to_the_letter(
    made_up: Site, former: str, suffix: str, query: str
) -> None:
    [letter] = [path.stem for path in made_up.folder.glob("2*/*-letter-005.yml")]
    page = made_up.get(f"/archive/letters/{former}{suffix}{query}")
    assert page.status == 301
    assert page.headers["location"] == f"/archive/letters/{letter}{suffix}{query}"


def test_the_former_id_of_a_withdrawn_letter_leads_to_its_tombstone(made_up: Site) -> None:
    page = made_up.get("/archive/letters/2019-03-09-amber-to-nobody")
    assert (page.status, page.headers["location"]) == (301, f"/archive/letters/{WITHDRAWN}")


def test_a_withdrawn_letter_says_when_and_why(made_up: Site) -> None:
    page = made_up.get(f"/archive/letters/{WITHDRAWN}")
    assert page.status == 410
    assert "It was never written." in page.words
    assert re.search("2022-01-31|31 January 2022", page.words)
    answer = made_up.get(f"/archive/letters/{WITHDRAWN}.json")
    assert answer.status == answer.json["status"] == 410
    assert "It was never written." in answer.json["error"]
    assert made_up.get(f"/archive/letters/{WITHDRAWN}.csv").status == 410


def test_a_withdrawn_letter_stands_in_no_list(made_up: Site) -> None:
    for path in ("/?_size=1000", "/archive/letters?_size=max", "/archive/letters.csv?_stream=1"):
        assert WITHDRAWN not in made_up.get(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/archive/nothing",
        "/archive/letters/nothing",
        "/archive/letters/2019-02-18-rights-groups",
        "/archive/organisations/nothing",
        "/archive/people/nothing",
        "/archive/topics/nothing",
        "/archive/nothing/nothing",
        "/_memory",
    ],
)
@pytest.mark.parametrize("suffix", ["", ".json"])
def test_what_is_not_there_is_404(site: Site, path: str, suffix: str) -> None:
    assert site.get(f"{path}{suffix}").status == 404


@pytest.mark.parametrize("suffix", ["nope", "jsn", "json2", "JSON", "html", "db", "csv.gz", ""])
@pytest.mark.parametrize(
    "path",
    [
        "/archive/letters",
        f"/archive/letters/{EVERYTHING}",
        "/archive/organisations",
        "/archive/organisations/nso-group",
        "/archive/people",
        "/archive/people/yana-peel",
        "/archive/topics",
        "/archive/topics/mexico",
    ],
)
def test_a_suffix_that_is_no_format_is_404(site: Site, path: str, suffix: str) -> None:
    assert site.get(f"{path}.{suffix}").status == 404


def test_the_database_itself_can_be_had(site: Site) -> None:
    page = site.get("/archive.db")
    assert page.status == 200
    assert page.text.startswith("SQLite format 3")
