"""Requests and commitments: every statement with its parties, its grounds and what became of it."""

from typing import Any

import pytest

from .answers import Page
from .conftest import Site
from .test_unanswered import letters_of

FILTERS = [
    [],
    [("_kind", "request")],
    [("_kind", "request"), ("_kind", "commitment")],
    [("_outcome", "not taken up")],
    [("_outcome", "repeated"), ("_outcome", "disputed")],
    [("_topic", "due-diligence")],
    [("_party", "novalpina-capital")],
    [("_party", "yana-peel")],
    [("_party", "citizen-lab"), ("_kind", "request"), ("_outcome", "partly answered")],
    [("_kind", "commitment"), ("_outcome", "not taken up"), ("_party", "nso-group")],
]


def statements_of(site: Site) -> list[dict[str, Any]]:
    """Every statement of the files, by what it can be chosen by."""
    letters = letters_of(site.folder)
    taken: dict[str, set[str]] = {}
    for letter in letters.values():
        for entry in letter.get("takes_up", []):
            taken.setdefault(entry["statement"], set()).add(entry["how"])

    def parties(letter: dict[str, Any], side: str) -> list[str]:
        everybody = letter.get(side, [])
        return [who.get("organisation") or who.get("person") for who in everybody]

    found = []
    for stem, letter in letters.items():
        for statement in letter.get("statements", []):
            key = f"{stem}#{statement['id']}"
            by = statement.get("by") or parties(letter, "from")
            to = statement.get("to") or parties(letter, "to")
            found.append(
                {
                    "id": key.replace("#", "--"),
                    "text": statement["text"],
                    "kind": {statement["kind"]},
                    "topic": {statement.get("topic")} - {None},
                    "party": {*by, *to} - {None},
                    "outcome": taken.get(key, {"not taken up"}),
                }
            )
    return found


def chosen(site: Site, pairs: list[tuple[str, str]], but: str = "") -> list[dict[str, Any]]:
    facets = {name[1:] for name, _ in pairs} - {but}
    wanted = {facet: {v for n, v in pairs if n == f"_{facet}"} for facet in facets}
    return [s for s in statements_of(site) if all(s[f] & v for f, v in wanted.items())]


def shown(page: Page) -> set[str]:
    return {e.attributes["id"] for e in page.all("li") if "--" in e.attributes.get("id", "")}


@pytest.mark.parametrize("pairs", FILTERS, ids=lambda pairs: str([value for _, value in pairs]))
@pytest.mark.parametrize("archive", ["site", "made_up"])
def test_filters_and_their_counts(
    archive: str, pairs: list[tuple[str, str]], request: pytest.FixtureRequest
) -> None:
    served: Site = request.getfixturevalue(archive)
    page = served.get("/statements", pairs)
    expected = {statement["id"] for statement in chosen(served, pairs)}
    assert shown(page) == expected
    words = f"{len(expected)} statement{'' if len(expected) == 1 else 's'}, in the order"
    assert words in page.words
    for facet, values in page.facets.items():
        others = chosen(served, pairs, but=facet)
        for value, (count, is_chosen) in values.items():
            assert count == sum(value in statement[facet] for statement in others)
            assert is_chosen == ((f"_{facet}", value) in pairs)


def test_a_statement_says_by_whom_to_whom_and_according_to_what(site: Site) -> None:
    page = site.get("/statements?_topic=due-diligence&_kind=claim")
    claim = next(e for e in page.all("li") if "--" in e.attributes.get("id", ""))
    assert claim.text.startswith("Claimed by Novalpina Capital, to The Citizen Lab")
    assert "According to: Quoted in the Citizen Lab's answer" in claim.text
    assert "Disputed in [Open letter to Novalpina Capital on involvement" in claim.text


def test_what_is_due_is_told_with_its_doubt(site: Site) -> None:
    assert "Due about 12 September 2019." in site.get("/statements?_kind=commitment").words


def test_every_outcome_leads_to_the_letter_that_takes_it_up(site: Site) -> None:
    links = site.get("/statements").links
    letters = letters_of(site.folder)
    takers = {stem for stem, letter in letters.items() if letter.get("takes_up")}
    assert takers <= {link.split("/")[-1] for link in links}


def test_a_name_with_a_notice_is_not_listed_without_it(site: Site) -> None:
    page = site.get("/statements?_party=yana-peel")
    assert "Yana Peel" in page.words
    assert "This archive does not list her under Novalpina" in page.words


@pytest.mark.parametrize("argument", ["_form=letter", "_knid=request"])
def test_unknown_arguments_are_refused(site: Site, argument: str) -> None:
    assert site.get(f"/statements?{argument}").status == 400


def test_a_misspelt_argument_brings_a_suggestion(site: Site) -> None:
    assert "did you mean &#39;_kind&#39;?" in site.get("/statements?_knid=request").text


def test_a_value_that_nothing_bears_finds_nothing_and_can_be_removed(site: Site) -> None:
    page = site.get("/statements?_kind=wish")
    assert not shown(page)
    assert page.facets["kind"]["wish"] == (0, True)
    assert "/statements" in page.links
