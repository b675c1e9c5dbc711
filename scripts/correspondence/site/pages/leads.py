"""``/leads``: open questions, with where to look."""

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from ..html.page import arguments, page
from ..html.paging import PAGE, offset_of, refuse_others, slice_of
from ..memory.frame import frame_of


async def leads(datasette: Datasette, request: Request) -> Response:
    """``/leads``: letters that may exist, and what else is not known."""
    pairs = arguments(request)
    refuse_others(pairs, {"_next"})
    offset = offset_of(pairs)
    listed = list(frame_of(datasette).registers.leads.values())
    shown = slice_of(listed[offset : offset + PAGE + 1], offset)
    return await page(datasette, request, "leads.html", {"shown": shown, "total": len(listed)})
