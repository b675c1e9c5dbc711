"""Facets: every value under which a letter stands, counted as often as there are letters."""

import re
import sqlite3
from collections import Counter
from pathlib import Path

import yaml
from correspondence.database.facets import FACETS


def count_values(folder: Path) -> Counter[tuple[str, str]]:
    """How many letters stand under each value, counted from the files and by nothing of ours."""
    paths = folder.glob("[0-9]*/*.yml")
    letters = {path.stem: yaml.load(path.read_text(), Loader=yaml.BaseLoader) for path in paths}
    links = [
        (link, "stated") if isinstance(link, str) else (link["letter"], link["certainty"])
        for letter in letters.values()
        for link in letter.get("in_reply_to", [])
    ]
    organisations = yaml.safe_load((folder / "register/organisations.yml").read_text())
    group_of = {it["id"]: it["group"] for it in organisations if "group" in it}
    others = yaml.safe_load((folder / "archive.yml").read_text())["lanes"][-1]["id"]
    counts: Counter[tuple[str, str]] = Counter()
    for letter_id, letter in letters.items():
        years = [int(year) for year in re.findall(r"(?<![\d-])\d{4}", letter["date"])]
        parties = {side: letter.get(side, []) for side in ("from", "to", "cc")}
        both = [*parties["from"], *parties["to"]]
        all_parties = [*both, *parties["cc"]]
        asks = any(statement["kind"] == "request" for statement in letter.get("statements", []))
        expects = letter["form"] != "statement" and ("in_reply_to" not in letter or asks)
        if "expects_answer" in letter:
            expects = letter["expects_answer"] == "yes"
        values = {
            "group": [group_of.get(parties["from"][0].get("organisation"), others)],
            "from": [party.get("organisation") for party in parties["from"]],
            "to": [party.get("organisation") for party in parties["to"]],
            "with": [party.get("organisation") for party in both],
            "person": [party.get("person") for party in all_parties],
            "for": [party.get("on_behalf_of") for party in all_parties],
            "topic": letter.get("topics", []),
            "year": [str(year) for year in range(min(years), max(years) + 1)] if years else [],
            "answered": [
                "answered"
                if (letter_id, "stated") in links
                else "answer inferred"
                if (letter_id, "inferred") in links
                else "no answer known"
                if expects
                else "no answer expected"
            ],
            **{key: [letter.get(key)] for key in ("form", "attestation", "scope", "language")},
        }
        counts.update((facet, v) for facet, found in values.items() for v in {*found} - {None})
    return counts


def stored(database: sqlite3.Connection, sql: str) -> dict[tuple[str, str], int]:
    return {(facet, value): letters for facet, value, letters in database.execute(sql)}


def test_counts_are_those_of_the_files(database, real_letters):
    counts = count_values(real_letters)
    assert stored(database, "select facet, value, letters from facet_values") == counts
    assert {facet for facet, _ in counts} == set(FACETS)


def test_the_letters_of_a_value_are_as_many_as_it_counts(database):
    sql = "select facet, value, count(distinct sort_key) from letter_facets group by 1, 2"
    counts = stored(database, sql)
    assert counts == stored(database, "select facet, value, letters from facet_values")


def test_a_letter_stands_under_every_year_that_its_date_touches(archive, query):
    archive.letter("2018-a", "date: '[2018-10-18..2020-01-01]'")
    archive.letter("2018-b", "date: '[..2018-05]'")
    archive.letter("2018-c", "date: 2018/..")
    archive.letter("2018-d", "date: XXXX")
    assert query("select value, letters from facet_values where facet = 'year'") == [
        ("2018", 3),
        ("2019", 3),
        ("2020", 1),
    ]


def test_a_letter_counts_once_however_often_it_names_a_party(archive, query):
    archive.letter(
        "2019-05-a",
        """
        from:
          - organisation: city-bank
            person: jane-doe
          - organisation: city-bank
            role: Director
        to:
          - organisation: city-bank
        cc:
          - organisation: city-bank
            person: jane-doe
        """,
    )
    sql = "select facet, letters from facet_values where value in ('city-bank', 'jane-doe')"
    assert query(sql) == [("from", 1), ("person", 2), ("to", 1), ("with", 1)]


def test_values_bear_the_names_of_the_registers_and_keep_the_order_of_vocabularies(archive, query):
    archive.letter("2019-05-a", "attestation: catalogued\nlanguage: fr\nscope: wider")
    sql = """
        select facet, label from facet_values
        where facet in ('from', 'topic', 'language', 'scope', 'attestation')
        order by facet, position, label
    """
    acme = query("select label from organisations where id = 'acme-corporation'")[0][0]
    assert query(sql) == [
        ("attestation", "text seen"),
        ("attestation", "cited"),
        ("attestation", "catalogued"),
        ("from", acme),
        ("from", "Price Watch"),
        ("language", "French"),
        ("scope", "Core"),
        ("scope", "Wider"),
        ("topic", "Prices"),
    ]


def test_a_withdrawn_letter_stands_under_no_value(archive, query):
    before = query("select * from facet_values")
    archive.write(
        "2019/2019-05-a.yml", "withdrawn:\n  date: 2020-01-01\n  reason: It was a forgery.\n"
    )
    assert query("select * from facet_values") == before
