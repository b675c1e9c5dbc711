"""Pieces of pages that are kept: made once, alike everywhere, no more than there is room for."""

from collections.abc import Callable
from typing import Any

import pytest
from correspondence.site.drawings import timeline
from correspondence.site.html.fragments import Fragments
from correspondence.site.lists import facets
from markupsafe import Markup

from .conftest import Site

LETTER = "2019-02-18-rights-groups-to-novalpina"


def counting() -> tuple[Callable[[str], Markup], list[str]]:
    """A macro that says what it is given, and what it was given so far."""
    given: list[str] = []

    def macro(text: str) -> Markup:
        given.append(text)
        return Markup(text)

    return macro, given


def test_a_piece_is_made_once() -> None:
    macro, given = counting()
    kept = Fragments()
    assert [kept("a", macro, "one"), kept("a", macro, "one")] == ["one", "one"]
    assert given == ["one"]


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    macro, given = counting()
    kept = Fragments(room=8)
    for text in ("one", "two", "one", "six", "one", "two"):
        kept(text, macro, text)
    assert given == ["one", "two", "six", "two"]
    assert kept.pieces.currsize == sum(map(len, kept.pieces.values())) <= 8


def test_a_piece_larger_than_the_room_is_shown_all_the_same() -> None:
    macro, _ = counting()
    kept = Fragments(room=2)
    assert kept("a", macro, "long") == "long"
    assert not kept.pieces


def test_an_entry_is_the_same_in_every_list_but_for_what_a_search_marks(
    fresh_site: Site,
) -> None:
    def entry(path: str) -> str:
        [item] = fresh_site.get(path).text.split(f'<li class="entry" id="{LETTER}">')[1:]
        return item.partition("</li>")[0]

    first = entry("/")
    assert entry("/?_year=2019") == entry("/?_sort_desc=sort_key") == first
    marked = entry("/?_search=pegasus&_year=2019")
    assert marked.count("<mark>") > 0
    assert entry("/?_from=access-now&_year=2019") == first


def test_what_is_kept_is_not_counted_or_drawn_again(
    fresh_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: (made.append(name), function(*arguments))[1]

    monkeypatch.setattr(facets, "values_of", noting("facet", facets.values_of))
    monkeypatch.setattr(timeline, "wide", noting("drawing", timeline.wide))
    fresh_site.get("/?_year=2019")
    assert set(made) == {"facet", "drawing"}
    made.clear()
    assert fresh_site.get("/?_year=2019&_size=1").status == 200
    assert made == []


def test_the_drawing_and_the_facets_are_those_of_the_choices(fresh_site: Site) -> None:
    def parts(path: str) -> tuple[str, str]:
        text = fresh_site.get(path).text
        drawing = text.partition('<section class="drawing"')[2].partition("</section>")[0]
        return drawing, text.partition("<fieldset>")[2].partition('<fieldset class="dates">')[0]

    all_letters, some = parts("/"), parts("/?_year=2019")
    assert all_letters[0] != some[0]
    assert all_letters[1] != some[1]
    assert parts("/?_sort_desc=sort_key") == all_letters
    assert parts("/?_year=2019&_size=1") == some
