"""What a visitor types: how it is read, and what it finds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from correspondence.site.filters.query_parser import read_search
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .conftest import Site

READINGS = [
    # typed, what must be found, what must not, as the page says it
    ("kaye", '("kaye")', None, "kaye"),
    ("nso kaye", '("nso") AND ("kaye")', None, "nso, and kaye"),
    ("  nso\tkaye\n", '("nso") AND ("kaye")', None, "nso, and kaye"),
    ("nso AND kaye", '("nso") AND ("kaye")', None, "nso, and kaye"),
    ("nso OR kaye", '("nso" OR "kaye")', None, "nso or kaye"),
    ("p OR q OR r s", '("p" OR "q" OR "r") AND ("s")', None, "p or q or r, and s"),
    ('"due diligence"', '("due diligence")', None, "“due diligence”"),
    ('"due  diligence" kaye', '("due  diligence") AND ("kaye")', None, None),
    ("surveil*", '("surveil"*)', None, "surveil…"),
    ('"due dil"*', '("due dil"*)', None, "“due dil”…"),
    ("nso -kaye", '("nso")', '"kaye"', "nso, and without kaye"),
    ("nso NOT kaye", '("nso")', '"kaye"', "nso, and without kaye"),
    ('nso -"due diligence" -kay*', '("nso")', '"due diligence" OR "kay"*', None),
    ("-kaye", None, '"kaye"', "without kaye"),
    ("NOT kaye", None, '"kaye"', "without kaye"),
    ("co-founder", '(("co-founder" OR "cofounder"))', None, "co-founder"),
    # Only capitals are operators, and only between words.
    ("nso Or Not kaye", '("nso") AND ("kaye")', None, "nso, and kaye"),
    ("-OR", None, '("OR" OR "O R")', None),
    # What is in every text is not looked for, unless it is quoted.
    ("the nso of kaye", '("nso") AND ("kaye")', None, "nso, and kaye"),
    ("OR", None, None, ""),
    ("AND", None, None, ""),
    ("OR kaye", '("kaye")', None, "kaye"),
    ("kaye AND", '("kaye")', None, "kaye"),
    ("nso OR AND kaye", '("nso") AND ("kaye")', None, None),
    ('"the nso"', '("the nso")', None, None),
    # A word is found in every way in which it is written.
    ("nso's", '("nso")', None, None),
    ("NGOs’", '("NGOs")', None, None),
    ("U.N.", '(("U.N." OR "UN"))', None, None),
    ("UN", '(("UN" OR "U N"))', None, None),
    ("u.s", '(("u.s" OR "us"))', None, None),
    ("1,400", '(("1,400" OR "1400" OR "1 400"))', None, None),
    ("1400", '(("1400" OR "1 400"))', None, None),
    ("sur\u200bveil\u00adlance", '("surveillance")', None, None),
    # NEAR finds words that are not far apart.
    ("NEAR(spyware export, 5)", '(NEAR("spyware" "export", 5))', None, None),
    ("NEAR(spyware export) x", '(NEAR("spyware" "export", 10)) AND ("x")', None, None),
    ("NEAR(spyware)", '("spyware")', None, "spyware"),
    # FTS5's own signs mean nothing.
    ("title:kaye", '("title:kaye")', None, None),
    ("(p q)", '("(p") AND ("q)")', None, None),
    ("{p} ^q + r", '("{p}") AND ("^q") AND ("r")', None, None),
    ('"due dil', '("due") AND ("dil")', None, None),
    ('kaye"', '("kaye")', None, None),
    # Without a letter or digit there is nothing to look for.
    ("", None, None, ""),
    (' " -- * ( ) "" … ', None, None, ""),
]


@pytest.mark.parametrize(("typed", "match", "exclude", "words"), READINGS)
def test_a_search_is_read_so(
    typed: str, match: str | None, exclude: str | None, words: str | None
) -> None:
    read = read_search(typed)
    assert (read.match, read.exclude) == (match, exclude)
    assert words is None or read.words == words


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """A full-text index of the tokenizer of the archive."""
    with closing(sqlite3.connect(":memory:")) as connection:
        tokenizer = "porter unicode61 remove_diacritics 2"
        connection.execute(f"create virtual table t using fts5 (x, tokenize = '{tokenizer}')")
        connection.execute("insert into t values ('the quick brown fox of Agnès')")
        yield connection


# Such signs as mean something to FTS5, between such words as do.
signs = st.sampled_from(
    ["AND", "OR", "NOT", "NEAR", '"', "-", "*", "(", ")", ":", "^", "+", "{", " "]
)
typing = st.lists(signs | st.text(max_size=8)).map("".join) | st.text()


@given(typing)
@example("a\x00b")
@example('-"\x00a')
@settings(max_examples=500)
def test_whatever_is_typed_sqlite_accepts(index: sqlite3.Connection, typed: str) -> None:
    read = read_search(typed)
    for expression in filter(None, (read.match, read.exclude)):
        index.execute("select count(*) from t where t match ?", [expression]).fetchone()


@given(st.lists(st.sampled_from("Agnes quick fox cat -dog -fox foxes QUICK".split()), min_size=1))
def test_words_are_found_together_and_excluded_words_not(
    index: sqlite3.Connection, typed: list[str]
) -> None:
    read = read_search(" ".join(typed))
    sql = "select count(*) from t where t match ?"
    found = not read.match or index.execute(sql, [read.match]).fetchone()[0]
    spoilt = read.exclude and index.execute(sql, [read.exclude]).fetchone()[0]
    assert bool(found and not spoilt) is not {"cat", "-fox"}.intersection(typed)


# --- in the archive


def found(site: Site, typed: str) -> set[str]:
    rows = site.ask(
        "/archive/letters.json?_size=max&_shape=objects&_nofacet=1", [("_search", typed)]
    )["rows"]
    return {row["id"] for row in rows}


@pytest.mark.parametrize(
    ("typed", "letter"),
    [
        ("agnes", "2020-01-17-special-rapporteurs-to-saudi-arabia"),  # Agnès Callamard
        ("AGNÈS callamard", "2020-01-17-special-rapporteurs-to-saudi-arabia"),
        ("asking organisation", "2019-02-18-rights-groups-to-novalpina"),  # asked, organisations
        ('"NSO Group Technologies"', "2019-10-18-kaye-to-nso-group"),  # an alias
        ('"Ron Deibert"', "2021-01-11-citizen-lab-to-nso-group"),  # another name of a person
        ("2019-02-18-rights-groups-to-novalpina", "2019-02-18-rights-groups-to-novalpina"),
    ],
)
def test_a_letter_is_found_by_other_words_than_its_own(site: Site, typed: str, letter: str) -> None:
    assert letter in found(site, typed)


def test_the_words_of_a_phrase_stand_together(site: Site) -> None:
    letter = "2019-02-18-rights-groups-to-novalpina"
    assert letter in found(site, '"due diligence"')
    assert letter not in found(site, '"diligence due"')
    assert letter in found(site, "diligence due")


def test_a_beginning_finds_all_words_that_begin_so(site: Site) -> None:
    assert not found(site, "spyw")
    assert found(site, "spyw*") >= found(site, "spyware") > set()


def test_either_word_finds_the_letters_of_both(site: Site) -> None:
    assert found(site, "mexico OR bulgaria") == found(site, "mexico") | found(site, "bulgaria")


@pytest.mark.parametrize("sign", ["-", "NOT "])
def test_an_excluded_word_takes_its_letters_away(site: Site, sign: str) -> None:
    assert found(site, f"letter {sign}kaye") == found(site, "letter") - found(site, "kaye")
    assert found(site, f"{sign}kaye") == found(site, "") - found(site, "kaye")


@pytest.mark.parametrize("typed", ['"', "(", "-", "*"])
def test_a_search_without_a_word_finds_nothing(site: Site, typed: str) -> None:
    assert found(site, typed) == set()


def test_an_empty_search_finds_everything(site: Site) -> None:
    assert len(found(site, "")) == len(found(site, "  ")) == len(list(site.folder.glob("2*/*.yml")))


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
def test_the_page_shows_what_was_typed_and_how_it_was_read(site: Site, path: str) -> None:
    page = site.get(path, [("_search", 'kay* -"due diligence"')])
    assert page.all("input", name="_search")[0].attributes["value"] == 'kay* -"due diligence"'
    assert "kay…, and without “due diligence”" in page.words
