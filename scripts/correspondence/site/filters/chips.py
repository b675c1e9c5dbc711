"""Chips: what is chosen, each with the choices that are left without it."""

from dataclasses import dataclass

from datasette.database import Database

from ...records.dates import parse_date
from .choices import Choices
from .query_parser import DATES


@dataclass(frozen=True)
class Chip:
    """One choice as the page shows it; ``without`` takes it back."""

    facet: str
    value: str
    excludes: bool
    without: Choices

    @property
    def words(self) -> str:
        """The choice as a heading tells it."""
        before = {"after": "from ", "before": "until "}.get(self.facet, "not " * self.excludes)
        return before + self.value


async def chips_of(database: Database, choices: Choices) -> list[Chip]:
    """Every choice, with the label of its value."""
    labels = await _labels(database, choices)
    chips = []
    for name, value in choices.pairs:
        facet = name.removeprefix("_not_") if name.startswith("_not_") else name[1:]
        label = labels.get((facet, value), value)
        if facet in DATES:
            label = parse_date(value).words
        excludes = name.startswith("_not_")
        chips.append(Chip(facet, label, excludes, choices.without((name, value))))
    return chips


async def _labels(database: Database, choices: Choices) -> dict[tuple[str, str], str]:
    values = {v for side in (choices.chosen, choices.excluded) for vs in side.values() for v in vs}
    marks = ", ".join("?" * len(values))
    sql = f"select facet, value, label from facet_values where value in ({marks})"
    rows = await database.execute(sql, sorted(values))
    return {(row["facet"], row["value"]): row["label"] for row in rows}
