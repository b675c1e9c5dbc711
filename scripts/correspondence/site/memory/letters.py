"""The letters that pages show: read from the database once, and kept while there is room."""

from collections.abc import Collection

from cachetools import LRUCache

from ...database.reading import read_letters
from ...records.model import Letter
from ..archive import Archive

ROOM = 2_000
"""Letters that are kept, of which those not asked for longest are forgotten first."""


def _memory() -> LRUCache[str, Letter]:
    return LRUCache(ROOM)


async def letters_of(database: Archive, ids: Collection[str]) -> dict[str, Letter]:
    """Letters by their ids; those that are not in the archive are left out.

    An archive does not change while it is served, so neither do its letters.
    """
    kept = database.kept(_memory)
    found = {letter_id: kept[letter_id] for letter_id in ids if letter_id in kept}
    missing = [letter_id for letter_id in dict.fromkeys(ids) if letter_id not in found]
    if missing:
        read = await database.execute_fn(lambda c: list(read_letters(c, missing)))
        found.update((letter.id, letter) for letter in read)
    kept.update(found)
    return {letter_id: found[letter_id] for letter_id in ids if letter_id in found}
