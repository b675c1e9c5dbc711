"""What a running site holds in memory from its start: the archive, its registers, its sets."""

from datasette.app import Datasette

from ...database.reading import read_frame
from ...records.archive import Frame
from ..archive import archive_of, mount
from .letter_sets import sets_of


async def load(datasette: Datasette) -> None:
    """Read what pages need again and again from the database, if there is one."""
    mount(datasette)
    if "archive" in datasette.databases:
        archive = archive_of(datasette)
        await archive.once(read_frame)
        await sets_of(archive)


def is_frozen(datasette: Datasette) -> bool:
    """Whether the pages are made to be kept as files, and nothing answers what they ask."""
    return bool((datasette.plugin_config("correspondence") or {}).get("frozen"))


def frame_of(datasette: Datasette) -> Frame:
    """The archive and its registers."""
    return archive_of(datasette).known(read_frame)
