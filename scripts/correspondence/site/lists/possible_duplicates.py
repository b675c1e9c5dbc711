"""Records that may describe the same document, to be told beside every count of letters."""

from collections.abc import Sequence

from ..archive import Archive


async def possibly_same(database: Archive, ids: Sequence[str]) -> list[str]:
    """Those among some letters that may be the same document as another record."""
    rows = await database.execute(
        "select letter as one, possibly_same_as as two from possible_duplicates"
    )
    doubtful = {letter for row in rows for letter in (row["one"], row["two"])}
    return [letter_id for letter_id in ids if letter_id in doubtful]
