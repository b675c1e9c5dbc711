"""What is chosen, and how many letters stand under each value: counted anew from the YAML files."""

import csv
import io
import re
import unicodedata
from collections import Counter
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from .answers import FACETS, Pairs, arguments_of
from .conftest import Site

# --- the archive once more, in a few lines of its own


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def read_letters(folder: Path) -> dict[str, dict[str, Any]]:
    letters = {path.stem: read(path) for path in folder.glob("[0-9]*/*.yml")}
    return {stem: letter for stem, letter in letters.items() if "withdrawn" not in letter}


def bounds(date: str) -> tuple[str, str]:
    """First and last day as text that compares as days do."""
    days = re.findall(r"\d{4}(?:-\d\d){0,2}", date)
    first = "" if re.match(r"\[?\.\.", date) or not days else days[0] + "-01-01"[len(days[0]) - 4 :]
    last = "~" if re.search(r"\.\.\]?$", date) or not days else days[-1]
    return first, last if last == "~" else last + "-12-31"[len(last) - 4 :]


def years(date: str) -> set[str]:
    first, last = (bound[:4] for bound in bounds(date))
    first, last = first or last, (last if last != "~" else first)
    return set() if first == "~" else {str(year) for year in range(int(first), int(last or 0) + 1)}


def answered(stem: str, letters: dict[str, dict[str, Any]]) -> str:
    letter = letters[stem]
    replies = [r for other in letters.values() for r in other.get("in_reply_to", [])]
    if stem in replies or any(r != stem and r == {"letter": stem} for r in replies):
        return "answered"
    if any(not isinstance(reply, str) and reply["letter"] == stem for reply in replies):
        return "answer inferred"
    asks = any(statement["kind"] == "request" for statement in letter.get("statements", []))
    rule = letter["form"] != "statement" and (asks or not letter.get("in_reply_to"))
    expected = letter.get("expects_answer", "yes" if rule else "no") == "yes"
    return "no answer known" if expected else "no answer expected"


def values(
    stem: str, letters: dict[str, dict[str, Any]], groups: dict[str | None, str]
) -> dict[str, set[str]]:
    letter = letters[stem]
    sides = {side: letter.get(side, []) for side in ("from", "to", "cc")}
    either, everybody = [*sides["from"], *sides["to"]], list(chain(*sides.values()))
    found = {
        "group": {groups.get(sides["from"][0].get("organisation"), groups[None])},
        "from": {c.get("organisation") for c in sides["from"]},
        "to": {c.get("organisation") for c in sides["to"]},
        "with": {c.get("organisation") for c in either},
        "person": {c.get("person") for c in everybody},
        "for": {c.get("on_behalf_of") for c in everybody},
        "topic": set(letter.get("topics", [])),
        "year": years(letter["date"]),
        "answered": {answered(stem, letters)},
    }
    found |= {key: {letter.get(key)} for key in ("form", "attestation", "scope", "language")}
    return {facet: found[facet] - {None} for facet in FACETS}


def words(letter: dict[str, Any], registers: dict[str, dict[str, Any]]) -> set[str]:
    """Every word by which a search finds a letter, without accents."""
    everybody = [c for side in ("from", "to", "cc") for c in letter.get(side, [])]
    named = [registers[c[key]] for c in everybody for key in ("organisation", "person") if key in c]
    clients = [registers[c["on_behalf_of"]]["name"] for c in everybody if "on_behalf_of" in c]
    keys = "title summary reference date_note evidence note".split()
    texts = [
        *(letter.get(key, "") for key in keys),
        *chain(*(letter.get(key, []) for key in ("other_references", "conflicts", "unknown"))),
        *(statement["text"] for statement in letter.get("statements", [])),
        *(source["publisher"] for source in letter["sources"]),
        *(registers[topic]["name"] for topic in letter.get("topics", [])),
        *chain(*((e["name"], e.get("short_name", ""), *e.get("aliases", [])) for e in named)),
        *(c.get("role", "") for c in everybody),
        *clients,
    ]
    plain = unicodedata.normalize("NFD", " ".join(texts).lower())
    return set(re.findall(r"\w+", re.sub(r"[\u0300-\u036f]", "", plain)))


class Count:
    """The archive as its files have it."""

    def __init__(self, folder: Path) -> None:
        self.letters = read_letters(folder)
        organisations = read(folder / "register/organisations.yml")
        groups = {it["id"]: it["group"] for it in organisations if "group" in it}
        groups[None] = read(folder / "archive.yml")["lanes"][-1]["id"]
        self.values = {stem: values(stem, self.letters, groups) for stem in self.letters}
        entries = chain(*(read(path) for path in (folder / "register").glob("*.yml")))
        registers = {entry["id"]: entry for entry in entries}
        self.words = {stem: words(letter, registers) for stem, letter in self.letters.items()}
        # Stemming changes the ends of words, so a word is found as itself if no other begins so.
        every = set(chain(*self.words.values()))
        beginnings = Counter(word[:4] for word in every)
        self.searchable = {w for w in every if len(w) > 5 and beginnings[w[:4]] == 1}

    def matches(self, stem: str, choices: Pairs, but: str = "") -> bool:
        chosen: dict[str, set[str]] = {}
        for name, value in choices:
            chosen.setdefault(name, set()).add(value)
        first, last = bounds(self.letters[stem]["date"])
        return all(
            values & self.words[stem] == values
            if name == "_search"
            else last >= bounds(*values)[0]
            if name == "_after"
            else first <= bounds(*values)[1]
            if name == "_before"
            else not values & self.values[stem][name.removeprefix("_not_")]
            if name.startswith("_not_")
            else bool(values & self.values[stem][name[1:]])
            for name, values in chosen.items()
            if name != f"_{but}"
        )

    def facet(self, facet: str, choices: Pairs) -> dict[str, tuple[int, bool]]:
        counted = [stem for stem in self.letters if self.matches(stem, choices, but=facet)]
        counts = Counter(value for stem in counted for value in self.values[stem][facet])
        chosen = {value for name, value in choices if name == f"_{facet}"}
        return {value: (counts[value], value in chosen) for value in {*counts, *chosen}}


@pytest.fixture(scope="session")
def counted(site: Site, made_up: Site) -> dict[str, tuple[Site, Count]]:
    return {"letters": (site, Count(site.folder)), "made up": (made_up, Count(made_up.folder))}


def drawn(lot: Random, count: Count) -> Pairs:
    """Choices by lot, mostly such as one letter fulfils, so that not all lists are empty."""
    letter = lot.choice(sorted(count.letters))
    choices = []
    for facet in lot.sample(FACETS, lot.choice([0, 1, 1, 2, 3])):
        offered = {value for found in count.values.values() for value in found[facet]}
        some = lot.sample(sorted(offered), min(len(offered), lot.randrange(3)))
        own = sorted(count.values[letter][facet])[:1]
        choices += [(f"_{facet}", value) for value in dict.fromkeys([*own, *some])]
        if lot.random() < 0.1:
            choices.append((f"_{facet}", "nobody"))
    for facet in lot.sample(FACETS, lot.choice([0, 0, 1, 2])):
        other = count.values[lot.choice(sorted(count.letters))][facet]
        choices += [(f"_not_{facet}", value) for value in sorted(other)]
    dates = ["2019", "2019-02", "2019-02-18", "2020-06", "2020-06-22", "2021", "2019-06-14~"]
    choices += [(name, lot.choice(dates)) for name in ("_after", "_before") if lot.random() < 0.2]
    if lot.random() < 0.4:
        words = count.words[lot.choice([letter, lot.choice(sorted(count.letters))])]
        choices.append(("_search", lot.choice([*sorted(words & count.searchable), "nowhere"])))
    return choices


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("archive", ["letters", "made up"])
def test_lists_and_counts_are_those_of_the_files(
    counted: dict[str, tuple[Site, Count]], archive: str, seed: int
) -> None:
    site, count = counted[archive]
    lot = Random(seed)
    for choices in (drawn(lot, count) for _ in range(5)):
        expected = {stem for stem in count.letters if count.matches(stem, choices)}
        facets = {facet: count.facet(facet, choices) for facet in FACETS}

        answer = site.ask("/archive/letters.json?_shape=objects&_size=max", choices)
        assert {row["id"] for row in answer["rows"]} == expected, choices
        assert answer["filtered_table_rows_count"] == len(expected), choices
        assert {
            name: {v["value"]: (v["count"], v["selected"]) for v in facet["results"]}
            for name, facet in answer["facet_results"].items()
        } == facets, choices

        rows = csv.DictReader(io.StringIO(site.get("/archive/letters.csv?_size=max", choices).text))
        assert sorted(row["id"] for row in rows) == sorted(expected), choices

        for path in ("/", "/archive/letters"):
            page = site.get(f"{path}?_size=1000", choices)
            assert sorted(page.entries) == sorted(expected), (path, choices)
            # A facet that leaves nothing to choose need not be shown.
            idle = {f: {} for f, v in facets.items() if len(v) < 2 and f not in page.facets}
            assert page.facets | idle == facets | idle, (path, choices)


# --- the rules, one by one


def ids(site: Site, *choices: tuple[str, str]) -> set[str]:
    rows = site.ask("/archive/letters.json?_size=max&_shape=objects&_nofacet=1", [*choices])["rows"]
    return {row["id"] for row in rows}


def test_values_of_one_argument_mean_any_of_them(site: Site) -> None:
    either = ids(site, ("_from", "nso-group"), ("_from", "access-now"))
    assert either == ids(site, ("_from", "nso-group")) | ids(site, ("_from", "access-now"))


def test_different_arguments_mean_all_of_them(site: Site) -> None:
    both = ids(site, ("_from", "nso-group"), ("_year", "2021"))
    assert both == ids(site, ("_from", "nso-group")) & ids(site, ("_year", "2021"))


@pytest.mark.parametrize("facet", FACETS)
def test_excluding_a_value_leaves_all_others(made_up: Site, facet: str) -> None:
    value = next(iter(made_up.get("/").facets[facet]))
    with_it, without_it = ids(made_up, (f"_{facet}", value)), ids(made_up, (f"_not_{facet}", value))
    assert with_it
    assert without_it == ids(made_up) - with_it


@pytest.mark.parametrize(
    ("day", "found"),
    [("2021-03-31", False), ("2021-04-01", True), ("2021-04-30", True), ("2021-05-01", False)],
)
def test_a_letter_of_a_month_is_found_on_each_of_its_days(
    site: Site, day: str, found: bool
) -> None:
    letters = ids(site, ("_after", day), ("_before", day))
    assert ("2021-04-citizen-lab-to-nso-group" in letters) is found


def test_a_letter_between_two_dates_stands_under_both_years(site: Site) -> None:
    letter = "2019-nso-group-to-kaye"  # [2019-10-18..2020-12-31]
    assert letter in ids(site, ("_year", "2019")) & ids(site, ("_year", "2020"))
    assert letter not in ids(site, ("_year", "2021"))


def test_a_letter_without_a_date_is_found_before_and_after_any(made_up: Site) -> None:
    undated = {
        row["id"] for row in made_up.ask("/archive/letters.json?date=XXXX&_shape=array&_size=max")
    }
    assert undated
    assert undated <= ids(made_up, ("_before", "1900")) & ids(made_up, ("_after", "2100"))


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
def test_a_chosen_value_stays_in_sight_at_nought(site: Site, path: str) -> None:
    page = site.get(path, [("_from", "citizen-lab"), ("_year", "1900")])
    assert page.entries == []
    assert page.facets["from"]["citizen-lab"] == (0, True)
    assert page.facets["year"]["1900"][1] is True


@pytest.mark.parametrize("narrowing", ["form=letter", "title__contains=NSO", "_where=year=2019"])
def test_counts_hold_under_datasettes_own_filters_too(site: Site, narrowing: str) -> None:
    answer = site.ask(f"/archive/letters.json?{narrowing}&_shape=objects&_size=max")
    listed = Counter(row["answered"] for row in answer["rows"])
    facet = answer["facet_results"]["answered"]["results"]
    assert 0 < len(answer["rows"]) < len(ids(site))
    assert {value["value"]: value["count"] for value in facet} == listed


CHOICES = [
    ("_search", "pegasus"),
    ("_from", "citizen-lab"),
    ("_from", "nso-group"),
    ("_not_topic", "mexico"),
    ("_after", "2019"),
    ("_before", "2021"),
]


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
def test_every_choice_can_be_taken_back_alone(site: Site, path: str) -> None:
    offered = [sorted(arguments_of(link)) for link in site.get(path, CHOICES).links]
    for choice in CHOICES:
        assert sorted(set(CHOICES) - {choice}) in offered, choice
    assert [] in offered


@pytest.mark.parametrize("path", ["/", "/archive/letters"])
def test_sending_the_form_again_keeps_what_is_chosen(site: Site, path: str) -> None:
    page = site.get(path, [*CHOICES, ("_sort_desc", "sort_key"), ("_size", "7")])
    boxes = [e for e in page.all("input", type="checkbox") if "checked" in e.attributes]
    fields = [e for e in page.all("input") if e.attributes.get("type") != "checkbox"] + boxes
    sent = [(e.attributes["name"], e.attributes.get("value", "")) for e in fields]
    assert sorted(pair for pair in sent if pair in CHOICES) == sorted(CHOICES)
    assert ("_sort_desc", "sort_key") in sent


def test_a_value_is_added_and_taken_back_by_its_address(site: Site) -> None:
    answer = site.ask("/archive/letters.json", [("_from", "nso-group"), ("_size", "2")])
    by_value = {v["value"]: v for v in answer["facet_results"]["from"]["results"]}
    added = arguments_of(by_value["access-now"]["toggle_url"])
    taken = arguments_of(by_value["nso-group"]["toggle_url"])
    assert added == [("_from", "nso-group"), ("_size", "2"), ("_from", "access-now")]
    assert taken == [("_size", "2")]


def test_names_stand_beside_ids_and_fixed_orders_are_kept(site: Site) -> None:
    facets = site.ask("/archive/letters.json?_size=1")["facet_results"]
    assert list(facets) == FACETS
    labels = {value["value"]: value["label"] for value in facets["from"]["results"]}
    assert labels["citizen-lab"] == "The Citizen Lab"
    years = [value["value"] for value in facets["year"]["results"]]
    assert years == sorted(years)
    answered = [value["value"] for value in facets["answered"]["results"]]
    assert answered == ["answered", "answer inferred", "no answer known", "no answer expected"]
    counts = [value["count"] for value in facets["topic"]["results"]]
    assert counts == sorted(counts, reverse=True)


# --- what cannot be obeyed

TYPOS = [
    ("_frm", "_from"),
    ("_topics", "_topic"),
    ("_not_form_", "_not_form"),
    ("_serach", "_search"),
    ("_befor", "_before"),
]


@pytest.mark.parametrize(("typo", "meant"), TYPOS)
@pytest.mark.parametrize("path", ["/", "/archive/letters", "/archive/letters.csv"])
def test_an_unknown_argument_is_refused_with_a_suggestion(
    site: Site, path: str, typo: str, meant: str
) -> None:
    page = site.get(path, [(typo, "x")])
    assert page.status == 400
    assert f"'{typo}'; did you mean '{meant}'?" in page.words


@pytest.mark.parametrize(("typo", "meant"), TYPOS)
def test_an_unknown_argument_is_refused_in_json_too(site: Site, typo: str, meant: str) -> None:
    page = site.get("/archive/letters.json", [(typo, "x")])
    assert page.status == page.json["status"] == 400
    assert f"did you mean '{meant}'?" in page.json["error"]


@pytest.mark.parametrize("path", ["/archive/letters", "/archive/letters.json"])
@pytest.mark.parametrize("argument", ["fomr=x", "fomr=fomr", "title__nosuch=x", "_frm__exact=x"])
def test_an_argument_that_is_no_column_is_refused(site: Site, path: str, argument: str) -> None:
    assert site.get(f"{path}?{argument}").status == 400


@pytest.mark.parametrize("path", ["/", "/archive/letters", "/archive/letters.json"])
@pytest.mark.parametrize(
    ("argument", "date"),
    [
        ("_after", "yesterday"),
        ("_after", "2019-02-30"),
        ("_after", "XXXX"),
        ("_after", "../2019"),
        ("_before", "2019/.."),
        ("_before", "[2019..]"),
    ],
)
def test_a_date_that_cannot_be_read_is_refused(
    site: Site, path: str, argument: str, date: str
) -> None:
    page = site.get(path, [(argument, date)])
    assert page.status == 400
    assert argument in page.text


def test_a_date_needs_only_the_end_that_is_asked_for(site: Site) -> None:
    assert ids(site, ("_before", "../2019")) == ids(site, ("_before", "2019"))
    assert ids(site, ("_after", "2019/..")) == ids(site, ("_after", "2019"))
