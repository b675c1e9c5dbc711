"""What a running site holds in memory: the archive and its registers, read once at the start."""

from weakref import WeakKeyDictionary

from datasette.app import Datasette

from ..database.reading import read_frame
from ..records.archive import Frame

_FRAMES: "WeakKeyDictionary[Datasette, Frame]" = WeakKeyDictionary()


async def load(datasette: Datasette) -> None:
    """Read the archive and its registers from the database, if there is one."""
    if "archive" in datasette.databases:
        _FRAMES[datasette] = await datasette.get_database("archive").execute_fn(read_frame)


def is_frozen(datasette: Datasette) -> bool:
    """Whether the pages are made to be kept as files, and nothing answers what they ask."""
    return bool((datasette.plugin_config("correspondence") or {}).get("frozen"))


def frame_of(datasette: Datasette) -> Frame:
    """The archive and its registers."""
    return _FRAMES[datasette]
