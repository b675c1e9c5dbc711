"""What a page tells of its search: how it was read, how to search, and what else was meant."""

from dataclasses import dataclass

from ..archive import Archive
from ..filters.choices import Choices
from .did_you_mean import Suggestion, suggestions_for
from .examples import Example, examples_of
from .explanation import Reading, reading_of


@dataclass(frozen=True)
class Searched:
    """All that stands around the search box."""

    reading: Reading | None
    suggestions: tuple[Suggestion, ...]
    examples: tuple[Example, ...]


async def searched(database: Archive, choices: Choices, *, found: bool) -> Searched:
    """What to tell of a search; where nothing was found, with searches that find something."""
    return Searched(
        await reading_of(database, choices.read) if choices.search else None,
        () if found or not choices.search else tuple(await suggestions_for(database, choices)),
        await examples_of(database),
    )
