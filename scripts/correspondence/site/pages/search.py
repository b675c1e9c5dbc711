"""``/search?q=``: one search for letters and everything else that the archive has a page for."""

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from ..archive import archive_of
from ..filters.choices import Choices
from ..html.page import arguments, page
from ..html.paging import PAGE, offset_of, refuse_others
from ..lists.letters import list_letters
from ..search.exact_id import letter_named
from ..search.nearest import nearest_to
from ..search.records import FEW, KINDS, records_found
from ..search.search_box import searched

_LETTERS = 10


async def search(datasette: Datasette, request: Request) -> Response:
    """``/search?q=``: what is found, letters first; ``_kind`` asks for all of one other kind."""
    pairs = arguments(request)
    refuse_others(pairs, ("q", "_search", "_kind", "_next"))
    asked = dict(pairs)
    kind = asked.get("_kind") or None
    if kind and kind not in KINDS:
        raise BadRequest(f"_kind takes one of {', '.join(KINDS)}, not {kind!r}")
    database = archive_of(datasette)
    choices = Choices(search=(asked.get("q") or asked.get("_search") or "").strip())
    if not kind and (named := await letter_named(database, choices.search)):
        return Response.redirect(datasette.urls.path(f"/archive/letters/{named}"))
    listing = None
    if choices.search and not kind:
        listing = await list_letters(database, choices, by_relevance=True, size=_LETTERS)
    told = await searched(database, choices, found=bool(kind or (listing and listing.total)))
    instead, near = None, None
    if listing and not listing.total:
        instead = next(iter(told.suggestions), None)
        if instead:
            listing = await list_letters(
                database, instead.choices, by_relevance=True, size=_LETTERS
            )
        else:
            near = await nearest_to(database, choices)
    offset = offset_of(pairs)
    records = []
    if choices.search:
        records = await records_found(database, choices.read, kind, offset, PAGE if kind else FEW)
        if instead and not records:
            records = await records_found(database, instead.choices.read, kind, offset, FEW)
    context = {
        "choices": choices,
        "searched": told,
        "listing": listing,
        "instead": instead,
        "near": near,
        "records": records,
        "kind": kind,
        "kinds": KINDS,
        "offset": offset,
        "page_size": PAGE,
    }
    return await page(datasette, request, "found.html", context)
