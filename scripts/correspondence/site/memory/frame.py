"""What a running site holds in memory from its start: the archive, its registers, its sets."""

from weakref import WeakKeyDictionary

from datasette.app import Datasette

from ...database.reading import read_frame
from ...records.archive import Frame
from .letter_sets import sets_of

_FRAMES: "WeakKeyDictionary[Datasette, Frame]" = WeakKeyDictionary()


async def load(datasette: Datasette) -> None:
    """Read what pages need again and again from the database, if there is one."""
    if "archive" in datasette.databases:
        archive = datasette.get_database("archive")
        _FRAMES[datasette] = await archive.execute_fn(read_frame)
        await sets_of(archive)


def is_frozen(datasette: Datasette) -> bool:
    """Whether the pages are made to be kept as files, and nothing answers what they ask."""
    return bool((datasette.plugin_config("correspondence") or {}).get("frozen"))


def frame_of(datasette: Datasette) -> Frame:
    """The archive and its registers."""
    return _FRAMES[datasette]
