"""Fields in the search, what is found where, the best matches first, and what else was meant."""

import csv
import html
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from correspondence.database.facets import FACETS
from correspondence.records.folding import fold
from correspondence.site.filters.choices import from_pairs
from correspondence.site.filters.highlights import WEIGHTS, Marked, read_marks
from correspondence.site.filters.query_parser import DATES, Field, Term, read_search
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .conftest import Site

# --- how a search is read

READINGS = [
    ("from:nso", [[Field("from", "nso")]], []),
    ("From:NSO", [[Field("from", "NSO")]], []),
    ('topic:"due diligence" x', [[Field("topic", "due diligence")], [Term("x")]], []),
    ("topic:“due diligence”", [[Field("topic", "due diligence")]], []),
    ("from:nso*", [[Field("from", "nso", is_prefix=True)]], []),
    ("-from:nso", [], [Field("from", "nso")]),
    ("NOT from:nso", [], [Field("from", "nso")]),
    ("from:nso OR spain", [[Field("from", "nso"), Term("spain")]], []),
    ("after:2019-02 before:2020~", [[Field("after", "2019-02")], [Field("before", "2020~")]], []),
    # NOT may follow another operator, and takes both neighbours of an OR with it.
    ("p AND NOT q", [[Term("p")]], [Term("q")]),
    ("p OR NOT q", [[Term("p")]], [Term("q")]),
    ("p NOT q OR r s", [[Term("p")], [Term("s")]], [Term("q"), Term("r")]),
    # What is no field is text.
    ("foo:bar", [[Term("foo:bar")]], []),
    ('"from:nso"', [[Term("from:nso", is_phrase=True)]], []),
    ("from:", [[Term("from:")]], []),
    ("from: nso", [[Term("from:")], [Term("nso")]], []),
    ("from:!", [[Term("from:!")]], []),
    ("from::nso", [[Term("from::nso")]], []),
    ('from:"nso', [[Term("from:")], [Term("nso")]], []),
    ("after:soon", [[Term("after:soon")]], []),
    ("after:XXXX", [[Term("after:XXXX")]], []),
    ("http://x.org", [[Term("http://x.org")]], []),
]


@pytest.mark.parametrize(("typed", "groups", "excluded"), READINGS)
def test_fields_are_read_so(typed: str, groups: list[Any], excluded: list[Any]) -> None:
    read = read_search(typed)
    assert ([list(group) for group in read.groups], list(read.excluded)) == (groups, excluded)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("fom:nso", "There is no field 'fom'; did you mean 'from'?"),
        ("from: nso", "A field has its value without a space: from:value."),
        ("after:soon", "after: takes a date such as 2019-02; it was searched for as text."),
        ("w " * 50, "Only the first 40 words were read."),
        ("http://x.org", None),
    ],
)
def test_a_hint_says_what_may_be_wrong(typed: str, hint: str | None) -> None:
    assert read_search(typed).hints == ((hint,) if hint else ())


names = [f"{name}:" for name in (*FACETS, *DATES, "foo")]
signs = st.sampled_from(["AND", "OR", "NOT", "2019", "nso", "spyw*", *'"“-*(): \x00é', "e\u0301"])
typing = st.lists(signs | st.sampled_from(names) | st.text(max_size=4), max_size=60).map("".join)


@given(typing)
@example('from:"\x00" -to:* OR NOT after:0000 before:9999-99-99')
@settings(max_examples=300)
def test_whatever_is_typed_is_searched_for(site: Site, typed: str) -> None:
    with closing(sqlite3.connect(site.database)) as connection:
        conditions = from_pairs([("_search", typed)]).conditions()
        sql = f"select count(*) from letters {conditions.where}"
        connection.execute(sql, dict(conditions.parameters)).fetchone()
    read = read_search(typed)
    for part in (*(part for group in read.groups for part in group), *read.excluded):
        start, end = part.span
        assert 0 <= start < end <= len(typed)


@given(typing)
@settings(max_examples=40)
def test_no_page_fails_and_no_text_is_taken_for_markup(site: Site, typed: str) -> None:
    typed += "<i>&amp;"
    for path in ("/", "/archive/letters"):
        page = site.get(path, [("_search", typed)])
        if page.status == 302:  # it was the id of a letter
            continue
        assert page.status == 200
        box = page.all("input", name="_search")[0]
        shown = box.attributes["value"].replace("\r\n", "\n").replace("\r", "\n")
        assert shown.strip() == typed.strip().replace("\r\n", "\n").replace("\r", "\n")
        assert not page.all("i")
        assert {e.tag for e in page.elements if e.within("mark")} <= {"mark"}
    assert site.get("/archive/letters.json?_nofacet=1", [("_search", typed)]).status == 200


# --- fields are the filters


def rows_of(site: Site, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return site.ask("/archive/letters.json?_shape=objects&_size=max", pairs)


def ids_of(answer: dict[str, Any]) -> list[str]:
    return [row["id"] for row in answer["rows"]]


def found(site: Site, typed: str) -> set[str]:
    return set(ids_of(rows_of(site, [("_search", typed), ("_nofacet", "1")])))


def counts_of(answer: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {
        name: {value["value"]: value["count"] for value in facet["results"]}
        for name, facet in answer["facet_results"].items()
    }


@pytest.mark.parametrize("facet", FACETS)
def test_a_field_finds_what_its_filter_finds(made_up: Site, facet: str) -> None:
    values = counts_of(rows_of(made_up, []))[facet]
    assert len(values) > 1
    for value in values:
        expected = ids_of(rows_of(made_up, [(f"_{facet}", value)]))
        others = ids_of(rows_of(made_up, [(f"_not_{facet}", value)]))
        field = Field(facet, value).words
        assert found(made_up, field) == {*expected}, field
        assert found(made_up, f"-{field}") == {*others}, field


@pytest.mark.parametrize(
    "typed", ["from:amber", "from:amber OR topic:mines -year:2020", "after:2020"]
)
def test_counts_tell_what_a_further_choice_leaves(made_up: Site, typed: str) -> None:
    answer = rows_of(made_up, [("_search", typed)])
    assert answer["rows"]
    counts = counts_of(answer)
    for facet, values in counts.items():
        for value, count in values.items():
            further = rows_of(
                made_up, [("_search", typed), (f"_{facet}", value), ("_nofacet", "1")]
            )
            assert further["filtered_table_rows_count"] == count, (facet, value)
    page = made_up.get("/", [("_search", typed)])
    for facet, offered in page.facets.items():
        assert {v: count for v, (count, _) in offered.items()} == counts[facet]


@pytest.mark.parametrize(
    "typed", ["from:amber to:basalt", "to:basalt OR from:cleo", "-form:letter ma*"]
)
def test_a_field_holds_on_every_page_and_in_every_format(made_up: Site, typed: str) -> None:
    pairs = [("_search", typed)]
    expected = sorted(found(made_up, typed))
    rows = csv.DictReader(io.StringIO(made_up.get("/archive/letters.csv?_size=max", pairs).text))
    assert sorted(row["id"] for row in rows) == expected
    for path in ("/?_size=1000", "/archive/letters?_size=1000"):
        assert sorted(made_up.get(path, pairs).entries) == expected


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ('from:"NSO Group"', [("_from", "nso-group")]),
        ("from:nso", [("_from", "nso-group")]),  # an alias
        ("to:SARL", [("_to", "novalpina-capital-group")]),  # a word of an alias, with an accent
        ("topic:diligence", [("_topic", "due-diligence")]),  # a later word of the name
        ("topic:dili*", [("_topic", "due-diligence")]),
        ("person:kaye", [("_person", "david-kaye")]),
        ("person:AGNES", [("_person", "agnes-callamard")]),
        ("attestation:seen", [("_attestation", "text seen"), ("_attestation", "opening seen")]),
        ("answered:no", [("_answered", "no answer known"), ("_answered", "no answer expected")]),
        ("answered:answered", [("_answered", "answered")]),  # and not "no answer …"
        ("language:english", [("_language", "en")]),
        ("year:202", [("_year", "2020"), ("_year", "2021"), ("_year", "2022")]),
        ("after:2021-06 before:2021", [("_after", "2021-06"), ("_before", "2021")]),
        ("-from:nso year:2021", [("_not_from", "nso-group"), ("_year", "2021")]),
    ],
)
def test_a_value_is_any_name_or_its_beginning(
    site: Site, typed: str, filters: list[tuple[str, str]]
) -> None:
    expected = ids_of(rows_of(site, filters))
    assert expected
    assert found(site, typed) == {*expected}


def test_a_whole_name_stands_before_those_that_begin_so(site: Site) -> None:
    assert found(site, "to:novalpina") == {*ids_of(rows_of(site, [("_to", "novalpina-capital")]))}
    assert found(site, "to:novalpina*") > found(site, "to:novalpina")


def test_either_may_be_a_field_and_a_word(site: Site) -> None:
    either = found(site, "from:kaye OR bulgaria OR mexic*")
    assert either == found(site, "from:kaye") | found(site, "bulgaria") | found(site, "mexic*")


# --- what the page says of it


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("from:nso surveil*", "Read as: from NSO Group, and surveil…."),
        ("topic:diligence -spain", "on Human-rights due diligence, and without spain."),
        ("pegasus -from:nso", "pegasus, and not from NSO Group."),
        ("from:nobody", "Nothing under “From” is called “nobody” or begins so."),
        ("after:2021-06 spyware", "not before June 2021, and spyware."),
        ("foo:bar", "Read as: foo:bar."),
        ('"unbalanced', "Read as: unbalanced."),
        ("(", "There is no word in this search, so nothing is found."),
        ("", "Searches our descriptions, names and statements, not the letters’ own texts."),
    ],
)
def test_the_page_says_how_a_search_was_read(site: Site, path: str, typed: str, said: str) -> None:
    assert said in site.get(path, [("_search", typed)]).words


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
def test_examples_of_the_syntax_find_letters(site: Site, made_up: Site, path: str) -> None:
    for archive in (site, made_up):
        page = archive.get(path)
        links = [e.attributes["href"] for e in page.all("a") if e.within("dt") and e.within("form")]
        assert len(links) == 6
        assert all(link.startswith(f"{path}?_search=") for link in links)
        assert all(archive.get(link).entries for link in links)


# --- beginnings of words


def test_a_beginning_finds_just_the_letters_with_words_that_begin_so(site: Site) -> None:
    with closing(sqlite3.connect(site.database)) as connection:
        texts = connection.execute(
            f"select id, {', '.join(f'search_texts.{column}' for column in WEIGHTS)} "
            "from search_texts join letters using (sort_key)"
        ).fetchall()
        words = connection.execute("select word from words where length(word) > 5").fetchall()
    of = {row[0]: fold(" ".join(filter(None, row[1:]))).split() for row in texts}
    for beginning in {word[:length] for (word,) in words[::12] for length in (5, len(word) - 1)}:
        if beginning.isalpha():
            expected = {id for id, held in of.items() if any(w.startswith(beginning) for w in held)}
            assert found(site, f"{beginning}*") == expected, beginning


# --- hits

texts = st.text() | st.lists(
    st.sampled_from(["spy", "<b>", "&lt;", "\x02", "\x03", "ware", " ", '"', "é", "<mark>"])
).map("".join)


def tags_of(markup: str) -> set[str]:
    return set(re.findall(r"<[^>]*>?", markup))


@given(texts)
@example("\x03a\x02b\x02c\x03")
def test_marks_are_the_only_markup(text: str) -> None:
    marked = read_marks(text)
    assert marked.text == re.sub("[\x02\x03]", "", text)
    for it in (marked, marked.snippet):
        markup = str(it.html)
        assert tags_of(markup) <= {"<mark>", "</mark>"}
        assert html.unescape(re.sub("</?mark>", "", markup)) == it.text
        assert "<script" not in markup


@given(st.text(st.sampled_from("ab ß<&"), max_size=400), st.data())
def test_a_snippet_holds_its_first_hit(text: str, data: st.DataObject) -> None:
    bounds = data.draw(st.sets(st.integers(0, len(text)), max_size=8).map(sorted))
    spans = tuple(zip(bounds[::2], bounds[1::2], strict=False))
    snippet = Marked(text, spans).snippet
    assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.spans)
    if spans:
        (start, end), (first, last) = spans[0], snippet.spans[0]
        assert snippet.text[first:last] == text[start:end]


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create virtual table t using fts5 (x, tokenize = 'porter unicode61')")
        yield connection


@given(texts)
@settings(max_examples=200)
def test_what_sqlite_marks_is_escaped(index: sqlite3.Connection, text: str) -> None:
    index.execute("delete from t")
    index.execute("insert into t values (?)", [f"spy {text}"])
    sql = "select highlight(t, 0, char(2), char(3)) from t where t match 'spy'"
    markup = str(read_marks(index.execute(sql).fetchone()[0]).html)
    assert markup.startswith("<mark>spy</mark>")
    assert tags_of(markup) <= {"<mark>", "</mark>"}


def test_hits_are_marked_where_they_are_shown(site: Site) -> None:
    page = site.get("/", [("_search", "letters diligen* -nobody year:2019")])
    marked = {e.text.lower() for e in page.all("mark")}
    assert marked == {"letter", "letters", "diligence"}
    shown = {e.within("li").attributes["id"] for e in page.all("mark")}
    assert shown == {*page.entries}


def test_a_field_is_not_marked(site: Site) -> None:
    assert site.get("/", [("_search", "from:nso")]).all("mark") == []


def test_what_is_found_elsewhere_is_shown_with_its_field(site: Site) -> None:
    page = site.get("/", [("_search", '"Irish Times"')])
    assert page.entries == ["2020-01-17-special-rapporteurs-to-saudi-arabia"]
    assert "Found in notes and sources: " in page.words
    assert {e.text for e in page.all("mark")} == {"Irish Times"}
    page = site.get("/", [("_search", "rapporteurs crown")])
    assert page.entries == ["2020-01-17-special-rapporteurs-to-saudi-arabia"]
    assert "Also found in correspondents, " in page.words
    assert "Found in " not in page.words


def test_the_table_marks_titles(site: Site) -> None:
    page = site.get("/archive/letters", [("_search", '"allegation letter" OR agreemen*')])
    assert {e.text for e in page.all("mark")} == {"Allegation letter"}


# --- the best matches first

BEST = ("_order", "relevance")


@pytest.mark.parametrize(
    "typed", ["granite", "gravel OR peb*", "letter -slate", "amber topic:mines"]
)
def test_the_best_matches_hold_each_letter_once(made_up: Site, typed: str) -> None:
    pages = list(made_up.walk("/?_size=7", [("_search", typed), BEST]))
    walked = [letter for page in pages for letter in page.entries]
    assert len(pages) > 2
    assert len(walked) == len(set(walked))
    assert set(walked) == found(made_up, typed)
    assert walked == made_up.get("/?_size=1000", [("_search", typed), BEST]).entries


def test_what_is_alike_stands_by_date(made_up: Site) -> None:
    # Its word is in one text of all these letters, which are alike but for their correspondents.
    pairs = [("_search", '"They wrote of gravel"'), ("_size", "1000")]
    best = made_up.get("/", [*pairs, BEST]).entries
    with closing(sqlite3.connect(made_up.database)) as connection:
        rows = connection.execute(
            f"select id, bm25(letters_fts, {', '.join(map(str, WEIGHTS.values()))}), sort_key "
            "from letters_fts join letters on letters.sort_key = letters_fts.rowid "
            """where letters_fts match '"They wrote of gravel"' order by 2, 3"""
        ).fetchall()
    assert len({score for _, score, _ in rows}) < len(rows)
    assert best == [row[0] for row in rows]


@pytest.mark.parametrize("word", ["amnesty", "luxembourg", "access"])
def test_titles_and_correspondents_come_before_notes(site: Site, word: str) -> None:
    entries = site.get("/", [("_search", word), BEST]).entries
    with closing(sqlite3.connect(site.database)) as connection:
        held = {
            column: {
                row[0]
                for row in connection.execute(
                    "select id from letters_fts join letters on sort_key = letters_fts.rowid "
                    "where letters_fts match ?",
                    [f"{column} : {word}"],
                )
            }
            for column in WEIGHTS
        }
    chief = held["title"] | held["correspondents"]
    only_notes = held["notes"].difference(*(ids for c, ids in held.items() if c != "notes"))
    assert chief
    assert only_notes
    assert max(entries.index(id) for id in chief) < min(entries.index(id) for id in only_notes)


def test_without_words_the_order_is_that_of_dates(site: Site) -> None:
    for pairs in ([], [("_search", "from:nso")], [("_search", "-spain")]):
        assert site.get("/", [*pairs, BEST]).entries == site.get("/", pairs).entries
        assert not any("_order=" in link for link in site.get("/", pairs).links)


def test_the_order_is_offered_and_kept(site: Site) -> None:
    page = site.get("/?_search=pegasus&_year=2021")
    link = next(link for link in page.links if "_order=relevance" in link)
    assert "_year=2021" in link
    best = site.get(link)
    assert "best matches first" in best.words
    assert sorted(best.entries) == sorted(page.entries)
    assert best.all("input", type="hidden", name="_order", value="relevance")


@pytest.mark.parametrize(
    "query",
    ["_order=x", "_order=", "_order=relevance&_sort_desc=sort_key", "_order=relevance&_next=x"],
)
def test_an_order_that_there_is_not_is_refused(site: Site, query: str) -> None:
    assert site.get(f"/?_search=nso&{query}").status == 400


def test_the_table_has_no_such_order(site: Site) -> None:
    assert site.get("/archive/letters?_search=nso&_order=relevance").status == 400


# --- straight to a letter


@pytest.mark.parametrize(
    "typed", ["AL SAU 2/2020", "al sau 2/2020", " alsau2/2020 ", "al  SAU 2/ 2020"]
)
def test_a_number_leads_straight_to_its_letter(site: Site, typed: str) -> None:
    page = site.get("/", [("_search", typed)])
    letter = "/archive/letters/2020-01-17-special-rapporteurs-to-saudi-arabia"
    assert (page.status, page.headers["location"]) == (302, letter)
    assert site.get("/", [("_search", typed), ("_scope", "core")]).status == 302


@pytest.mark.parametrize(
    ("typed", "letter"),
    [
        ("2019-letter-005", "2019-letter-005"),
        ("2019-LETTER-005 ", "2019-letter-005"),
        ("2019-former-id", None),
        ("2019-03-09-amber-to-nobody", "2019-03-09-amber-to-basalt-withdrawn"),
    ],
)
def test_an_id_leads_straight_to_its_letter(made_up: Site, typed: str, letter: str | None) -> None:
    ids = [path.stem for path in made_up.folder.glob("*/*-letter-005.yml")]
    letter = letter if letter and not letter.endswith("005") else ids[0]
    typed = re.sub(
        r"(?i)2019-letter-005", lambda m: ids[0].upper() if m[0].isupper() else ids[0], typed
    )
    page = made_up.get("/", [("_search", typed)])
    assert (page.status, page.headers["location"]) == (302, f"/archive/letters/{letter}")


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/", '"AL SAU 2/2020"'),
        ("/", "AL SAU 2/2020 x"),
        ("/", "AL SAU"),
        ("/archive/letters", "AL SAU 2/2020"),
        ("/archive/letters.json", "AL SAU 2/2020"),
        ("/archive/letters.csv", "AL SAU 2/2020"),
    ],
)
def test_a_list_stays_a_list(site: Site, path: str, typed: str) -> None:
    assert site.get(path, [("_search", typed)]).status == 200


# --- did you mean


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("survellance", "surveillance"),
        ("novalpnia", "novalpina"),
        ("due dilligence", "due diligence"),
        ('"due dilligence" -spain', '"due diligence" -spain'),
        ("citzen OR xyzzyx", "citizen OR xyzzyx"),
        ("surviel*", "surveil*"),
        ("from:novalpna", "from:novalpina"),
        ("person:callamrad", "person:callamard"),
        ('"diligence human"', "diligence human"),
    ],
)
def test_a_search_that_finds_nothing_is_set_right(
    site: Site, path: str, typed: str, meant: str
) -> None:
    page = site.get(path, [("_search", typed)])
    assert page.entries == []
    links = {e.text: e.attributes["href"] for e in page.all("a", rel="nofollow") if e.within("p")}
    assert meant in links
    assert site.get(links[meant]).entries


def test_a_suggestion_keeps_the_other_choices_if_it_can(site: Site) -> None:
    page = site.get("/?_search=novalpnia&_year=2019")
    link = next(link for link in page.links if "_search=novalpina" in link)
    assert "_year=2019" in link
    page = site.get("/?_search=novalpnia&_year=2022&_form=e-mail")
    link = next(link for link in page.links if "_search=novalpina" in link)
    assert "_year" not in link
    assert "without the other choices" in page.words


@pytest.mark.parametrize(
    "typed", ["novalpina", "qqqqqqqq", "12345678", "from:nso topic:spain", "("]
)
def test_nothing_is_suggested_without_need(site: Site, typed: str) -> None:
    assert "Did you mean" not in site.get("/", [("_search", typed)]).words
