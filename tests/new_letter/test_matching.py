"""Entries of the registers are found by what people call them."""

import pytest
from correspondence.new_letter.matching import NameIndex, exact_match
from correspondence.records.model import Organisation, Person

ENTRIES = [
    Organisation(
        id="novalpina-capital",
        name="Novalpina Capital",
        short_name="Novalpina",
        aliases=("Novalpina Capital Group Sàrl",),
        kind="investor",
    ),
    Organisation(id="nso-group", name="NSO Group", kind="company"),
    Organisation(id="committee", name="Committee to Protect Journalists", kind="NGO"),
    Person(id="ron-deibert", name="Ronald J. Deibert", aliases=("Ron Deibert",)),
]
INDEX = NameIndex(ENTRIES)


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("Novalpina Capital", "novalpina-capital"),
        ("NOVALPINA", "novalpina-capital"),
        ("novalpina capital group sarl", "novalpina-capital"),
        ("nso group", "nso-group"),
        ("Rón Deibert", "ron-deibert"),
    ],
)
def test_a_name_in_full_is_the_entry(words, entry):
    assert exact_match(INDEX.matches(words)).id == entry


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("Novalpna Capital", "novalpina-capital"),
        ("journalists", "committee"),
        ("CTPJ", "committee"),
        ("Deibert", "ron-deibert"),
        ("nso", "nso-group"),
    ],
)
def test_a_name_in_part_or_misspelt_is_offered(words, entry):
    found = INDEX.matches(words)
    assert exact_match(found) is None
    assert found[0].entry.id == entry


def test_nothing_is_offered_where_nothing_is_like_it():
    assert INDEX.matches("Lighthouse Trust") == []
