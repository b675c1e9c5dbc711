"""``/unanswered``: letters that expect an answer and have none known."""

from dataclasses import dataclass
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from ...records.archive import Frame
from ...records.model import Letter
from ..archive import Archive, archive_of
from ..html.page import arguments, page
from ..html.paging import PAGE, offset_of, refuse_others, slice_of
from ..lists.durations import followed, since_silence
from ..lists.letters import Entry, entries_of
from ..lists.possible_duplicates import possibly_same
from ..memory.frame import frame_of

_COLUMNS = "letters.id, sort_key, year, month, day, answered, exchange"


@dataclass(frozen=True)
class Waiting:
    """A letter that waits for an answer, and how long."""

    entry: Entry
    silence: str
    followed: bool

    @property
    def letter(self) -> Letter:
        """The letter."""
        return self.entry.letter


async def unanswered(datasette: Datasette, request: Request) -> Response:
    """``/unanswered``: what waits, longest first, and apart from it answers that are inferred."""
    pairs = arguments(request)
    refuse_others(pairs, {"_next"})
    database, frame = archive_of(datasette), frame_of(datasette)
    offset = offset_of(pairs)
    waiting = await _letters(database, "no answer known", offset)
    inferred = await _letters(database, "answer inferred", 0) if not offset else ()
    context = {
        "shown": slice_of([_waiting(entry, frame) for entry in waiting], offset),
        "inferred": inferred[:PAGE],
        "counts": await _counts(database),
        "expecting": await _number(database, "answered = 'answer inferred' and answer_expected"),
        "later": await _number(database, _LATER),
        "same": await possibly_same(database, [entry.letter.id for entry in waiting]),
    }
    return await page(datasette, request, "unanswered.html", context)


def _waiting(entry: Entry, frame: Frame) -> Waiting:
    date = entry.letter.date
    return Waiting(entry, since_silence(date, frame), followed(date, frame))


async def _letters(database: Archive, answered: str, offset: int) -> tuple[Entry, ...]:
    """Letters that expect an answer, of one state, in order: one page and one more."""
    rows = await database.execute(
        f"select {_COLUMNS} from letters where answered = :answered and answer_expected "
        "order by sort_key limit :size offset :offset",
        {"answered": answered, "size": PAGE + 1, "offset": offset},
    )
    return await entries_of(database, [dict(row) for row in rows])


async def _counts(database: Archive) -> dict[str, int]:
    """How many letters there are of each state."""
    rows: Any = await database.execute(
        "select value, letters from facet_values where facet = 'answered'"
    )
    return {row["value"]: row["letters"] for row in rows}


async def _number(database: Archive, condition: str) -> int:
    """How many letters fulfil a condition of ours."""
    rows = await database.execute(f"select count(*) from letters, archive where {condition}")
    return int(rows.single_value())


_LATER = (
    "answered = 'no answer known' "
    "and coalesce(letters.date_earliest, letters.date_latest) > archive.span_latest"
)
