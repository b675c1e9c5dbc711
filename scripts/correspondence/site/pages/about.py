"""``/about``: what this archive is, what is in it, and what its words mean."""

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from ...records.model import Letter
from ...records.vocabulary import VOCABULARIES, AnswerState
from ..archive import Archive, archive_of
from ..html.page import arguments, page, publication_of
from ..html.paging import refuse_others
from ..memory.frame import frame_of

_CORRECTIONS = 20


async def about(datasette: Datasette, request: Request) -> Response:
    """``/about``: what this archive is, what is in it, and what its words mean."""
    refuse_others(arguments(request), ())
    database, frame = archive_of(datasette), frame_of(datasette)
    context = {
        "address": publication_of(datasette, request).address + "/",
        "totals": await _totals(database),
        "counts": await _counts(database),
        "answered": AnswerState.meanings(),
        "meanings": {key: words.meanings() for key, words in VOCABULARIES.items()},
        "keys": [
            (field.alias or name, field.description) for name, field in Letter.model_fields.items()
        ],
        "corrections": await _rows(
            database,
            "select corrections.letter, corrections.date, corrections.text from corrections "
            f"order by corrections.date desc, letter limit {_CORRECTIONS}",
        ),
        "withdrawn": await _rows(
            database, f"select * from withdrawn order by date desc, id limit {_CORRECTIONS}"
        ),
        "organisations": len(frame.registers.organisations),
        "people": len(frame.registers.people),
        "events": len(frame.registers.events),
        "leads": len(frame.registers.leads),
    }
    return await page(datasette, request, "about.html", context)


async def _totals(database: Archive) -> dict[str, Any]:
    """Letters in all, later than the span, and what hangs on them."""
    rows = await _rows(
        database,
        "select (select count(*) from letters) as letters, "
        "(select count(*) from letters, archive where "
        "coalesce(date_earliest, date_latest) > span_latest) as later, "
        "(select count(*) from sources) as sources, "
        "(select count(*) from statements) as statements, "
        "(select count(*) from (select letter from possible_duplicates union "
        "select possibly_same_as from possible_duplicates)) as doubtful, "
        "(select count(distinct exchange) from letters) as exchanges, "
        "(select count(*) from corrections) as corrections, "
        "(select count(*) from withdrawn) as withdrawn",
    )
    return rows[0]


async def _counts(database: Archive) -> dict[str, dict[str, int]]:
    """Letters by the values of the vocabularies."""
    found: dict[str, dict[str, int]] = {}
    for row in await _rows(
        database,
        "select facet, value, letters from facet_values "
        "where facet in ('attestation', 'answered', 'form', 'scope')",
    ):
        found.setdefault(row["facet"], {})[row["value"]] = row["letters"]
    return found


async def _rows(database: Archive, sql: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.execute(sql)]
