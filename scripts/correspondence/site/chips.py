"""Chips: what is chosen, each with the choices that are left without it."""

from dataclasses import dataclass

from datasette.database import Database

from .choices import Choices


@dataclass(frozen=True)
class Chip:
    """One choice as the page shows it; ``without`` takes it back."""

    facet: str
    value: str
    excludes: bool
    without: Choices


async def chips_of(database: Database, choices: Choices) -> list[Chip]:
    """Every choice, with the label of its value."""
    labels = await _labels(database, choices)
    chips = []
    for name, value in choices.pairs:
        facet = name.removeprefix("_not_") if name.startswith("_not_") else name[1:]
        label = labels.get((facet, value), value)
        excludes = name.startswith("_not_")
        chips.append(Chip(facet, label, excludes, choices.without((name, value))))
    return chips


async def _labels(database: Database, choices: Choices) -> dict[tuple[str, str], str]:
    values = {v for side in (choices.chosen, choices.excluded) for vs in side.values() for v in vs}
    marks = ", ".join("?" * len(values))
    sql = f"select facet, value, label from facet_values where value in ({marks})"
    rows = await database.execute(sql, sorted(values))
    return {(row["facet"], row["value"]): row["label"] for row in rows}
