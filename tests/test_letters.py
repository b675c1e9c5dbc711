"""The archive itself: sound, whole, and no surer than its sources.

The counts are those of the letters that were known when this was written. There may be more, and a
correction may move one from word to word; but who withdraws one changes the counts here, so that
none is lost unnoticed.
"""

import re

import pytest
import yaml


@pytest.fixture(scope="session")
def files(real_letters) -> dict[str, dict]:
    """The letters as their files have them, by id."""
    paths = sorted(real_letters.glob("[0-9]*/*.yml"))
    return {path.stem: yaml.load(path.read_text(), Loader=yaml.BaseLoader) for path in paths}


def test_the_archive_is_without_problems(real_letters, run):
    result = run("check", "--letters", real_letters)
    assert result.exit_code == 0
    assert int(re.match(r"no problems \((\d+) letters read\)\n", result.output)[1]) >= 49


@pytest.mark.parametrize(
    ("sql", "counts"),
    [
        (
            "select attestation, count(*) from letters group by 1",
            {"opening seen": 21, "reported": 16, "cited": 12},
        ),
        ("select scope, count(*) from letters group by 1", {"core": 28, "wider": 21}),
        (
            "select form, count(*) from letters group by 1",
            {
                "letter": 27,
                "open letter": 15,
                "statement": 3,
                "UN communication": 3,
                "e-mail": 1,
            },
        ),
        (
            "select substr(id, 1, 4), count(*) from letters group by 1",
            {"2019": 22, "2020": 6, "2021": 15, "2022": 6},
        ),
        (
            "select certainty, count(*) from replies group by 1",
            {"stated": 18, "inferred": 9},
        ),
        (
            "select side, count(*) from correspondents where certainty = 'inferred' group by 1",
            {"from": 13, "to": 3},
        ),
        (
            "select answered, count(*) from letters group by 1",
            {
                "answered": 16,
                "answer inferred": 5,
                "no answer known": 20,
                "no answer expected": 8,
            },
        ),
        (
            "select kind, count(*) from statements group by 1",
            {"request": 18, "claim": 10, "commitment": 9, "refusal": 3},
        ),
        (
            "select how, count(*) from taken_up group by 1",
            {"disputed": 12, "repeated": 12, "partly answered": 5, "declined": 2, "answered": 1},
        ),
        (
            "select carries, count(*) from sources group by 1",
            {"letter": 34, "part": 19, "citation": 14, "report": 76},
        ),
        (
            """
            select 'organisations', count(*) from organisations
            union all select 'people', count(*) from people
            union all select 'topics', count(*) from topics
            union all select 'events', count(*) from events
            union all select 'leads', count(*) from leads
            """,
            {"organisations": 63, "people": 19, "topics": 25, "events": 57, "leads": 28},
        ),
    ],
)
def test_nothing_is_lost(database, sql, counts):
    found = dict(database.execute(sql).fetchall())
    assert found.keys() >= counts.keys()
    assert sum(found.values()) >= sum(counts.values())


def test_every_letter_of_the_files_is_in_the_database(database, files):
    assert {letter for (letter,) in database.execute("select id from letters")} == {*files}


def test_nobody_stands_as_a_correspondent_by_inference_without_a_mark(database, files):
    for letter, *names in database.execute("select id, from_names, to_names from letters"):
        for side, shown in zip(("from", "to"), names, strict=True):
            inferred = [
                party[certainty]
                for party in files[letter].get(side, [])
                for certainty in ("certainty", "organisation_certainty")
                if certainty in party
            ]
            assert shown.count("[inferred]") == len(inferred), letter


def test_titles_that_are_not_the_publishers_are_known_as_ours(database, files):
    supplied = {letter for letter, file in files.items() if file.get("title_supplied") == "yes"}
    assert len(supplied) >= 36
    rows = database.execute("select id from letters where title_supplied")
    assert {letter for (letter,) in rows} == supplied


def test_a_published_correction_stands_with_the_person_whom_it_concerns(database):
    """Yana Peel is not called an owner of Novalpina, nor listed under it."""
    (notice,) = database.execute("select notice from people where id = 'yana-peel'").fetchone()
    assert "does not list her under Novalpina and does not call her an owner" in notice
    sql = "select organisation from roles where person = 'yana-peel' and organisation is not null"
    assert database.execute(sql).fetchall() == []
    sql = "select letter, side, organisation from correspondents where person = 'yana-peel'"
    assert database.execute(sql).fetchall() == [("2019-06-18-citizen-lab-to-novalpina", "to", None)]
