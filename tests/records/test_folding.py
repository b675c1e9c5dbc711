"""Text as it is compared, and as an id."""

import pytest
from correspondence.records.folding import fold, slug


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Novalpina Capital Group Sàrl", "novalpina capital group sarl"), ("  …  ", "")],
)
def test_case_diacritics_and_punctuation_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Échange sur l'été", "echange-sur-l-ete"),
        ("Novalpina Capital Sàrl", "novalpina-capital-sarl"),
        ("Łódź & Ærø", "lodz-aero"),
        ("—", ""),
    ],
)
def test_a_name_becomes_an_id_of_plain_letters(text: str, named: str) -> None:
    assert slug(text) == named
