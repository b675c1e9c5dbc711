"""``/statements``: what was requests and commitments, by whom, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from ...records.model import Letter, Statement
from ..archive import Archive, archive_of
from ..html.page import arguments, page
from ..html.paging import PAGE, offset_of, refuse_others, slice_of
from ..lists import statements as data
from ..lists.names import Name, Presenter
from ..lists.possible_duplicates import possibly_same
from ..memory.frame import frame_of
from ..memory.letters import letters_of

_ARGUMENTS = {"_next", *(f"_{facet}" for facet in data.LABELS)}


@dataclass(frozen=True)
class Taken:
    """A letter that takes a statement up, how, and according to what."""

    letter: Letter
    how: str
    evidence: str | None


@dataclass(frozen=True)
class Said:
    """A statement with its parties, where they are not those of the letter, and its outcomes."""

    statement: Statement
    by: tuple[Name, ...]
    to: tuple[Name, ...]
    taken_up: tuple[Taken, ...]


@dataclass(frozen=True)
class Group:
    """The statements of one letter."""

    letter: Letter
    said: tuple[Said, ...]

    @property
    def letters(self) -> list[Letter]:
        """The letter and those that take its statements up."""
        return [self.letter, *(taken.letter for said in self.said for taken in said.taken_up)]


async def statements(datasette: Datasette, request: Request) -> Response:
    """``/statements``: what was requests and commitments, by whom, and what became of it."""
    pairs = arguments(request)
    refuse_others(pairs, _ARGUMENTS)
    database, frame = archive_of(datasette), frame_of(datasette)
    offset, choice = offset_of(pairs), data.read(pairs)
    keys = await data.chosen(database, choice, offset, PAGE + 1)
    shown = slice_of(keys, offset, choice.pairs)
    groups = await groups_of(database, Presenter(frame), shown.items)
    context = {
        "choice": choice,
        "chips": [
            {
                "facet": name[1:],
                "value": data.label_of(frame, name[1:], value),
                "excludes": False,
                "without": choice.without((name, value)),
            }
            for name, value in choice.pairs
        ],
        "shown": shown,
        "groups": groups,
        "total": await data.count(database, choice),
        "facets": await data.facets(database, frame, choice),
        "labels": data.LABELS,
        "same": await possibly_same(database, [group.letter.id for group in groups]),
    }
    return await page(datasette, request, "statements.html", context)


async def groups_of(
    database: Archive, presenter: Presenter, keys: Sequence[tuple[str, str]]
) -> list[Group]:
    """Statements by their letters, read with all that the page tells of them."""
    own = list(dict.fromkeys(letter for letter, _ in keys))
    outcomes = await data.outcomes(database, own)
    takers = {row["letter"] for rows in outcomes.values() for row in rows}
    wanted = sorted({*own, *takers})
    letters = await letters_of(database, wanted)
    groups = []
    for letter_id, of_letter in groupby(keys, lambda key: key[0]):
        letter = letters[letter_id]
        ids = {statement_id for _, statement_id in of_letter}
        said = [
            _said(presenter, letter, statement, outcomes, letters)
            for statement in letter.statements
            if statement.id in ids
        ]
        groups.append(Group(letter, tuple(said)))
    return groups


def _said(
    presenter: Presenter,
    letter: Letter,
    statement: Statement,
    outcomes: dict[tuple[str, str], list[dict[str, Any]]],
    letters: dict[str, Letter],
) -> Said:
    taken = [
        Taken(letters[row["letter"]], row["how"], row["evidence"])
        for row in outcomes.get((letter.id, statement.id), ())
    ]
    inferred = _inferred(letter)

    def names(ids: tuple[str, ...]) -> tuple[Name, ...]:
        found = ((i, presenter.party_of_statement(i)) for i in ids)
        return tuple(replace(name, inferred=i in inferred) for i, name in found)

    return Said(statement, names(statement.by), names(statement.to), tuple(taken))


def _inferred(letter: Letter) -> set[str]:
    """Organisations and people of whose part in a letter no source speaks."""
    found = set()
    for party in (*letter.from_, *letter.to):
        if party.person and party.certainty:
            found.add(party.person)
        if party.organisation_certainty or (party.certainty and not party.person):
            found.add(party.organisation or "")
    return found
