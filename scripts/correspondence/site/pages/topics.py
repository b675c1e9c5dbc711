"""``/archive/topics/<id>``: one topic with its letters and statements."""

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from ..archive import archive_of
from ..filters.choices import from_pairs
from ..html.page import asked_for, page, row_view
from ..lists import statements as said
from ..lists.durations import followed
from ..lists.letters import list_letters
from ..lists.names import Presenter
from ..lists.possible_duplicates import possibly_same
from ..memory.frame import frame_of
from .statements import groups_of

_SHOWN = 50


async def topic(datasette: Datasette, request: Request) -> Response:
    """``/archive/topics/<id>``: one topic with its letters and statements."""
    topic_id, row_format = asked_for(request)
    frame = frame_of(datasette)
    found = frame.registers.topics.get(topic_id)
    if found is None:
        raise NotFound(f"There is no topic {topic_id}.")
    if row_format:
        return await row_view(datasette, request, "topics", topic_id, row_format)
    database = archive_of(datasette)
    listing = await list_letters(database, from_pairs([("_topic", topic_id)]), size=_SHOWN)
    choice = said.read([("_topic", topic_id)])
    keys = await said.chosen(database, choice, 0, _SHOWN)
    groups = await groups_of(database, Presenter(frame), keys)
    shown = [entry.letter.id for entry in listing.entries]
    context = {
        "topic": found,
        "listing": listing,
        "followed": lambda date: followed(date, frame),
        "groups": groups,
        "statements": await said.count(database, choice),
        "same": await possibly_same(database, [*shown, *(group.letter.id for group in groups)]),
    }
    return await page(datasette, request, "topic.html", context)
