"""``/``: every letter in order, searched and filtered."""

from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from ..archive import archive_of
from ..drawings.timeline import draw
from ..filters.chips import chips_of
from ..filters.choices import BadChoice, Choices, refuse_unknown
from ..filters.highlights import ranking
from ..html.page import arguments, choices_of, page
from ..lists.facets import count_facets
from ..lists.letters import DEFAULT_SIZE, MAX_SIZE, Listing, list_letters
from ..lists.timeline import by_year
from ..memory.frame import frame_of
from ..search.exact_id import letter_named
from ..search.search_box import searched

# The orders of the list by their names, each with the argument that asks for it.
_ORDERS = {
    "oldest first": ("_sort", "sort_key"),
    "newest first": ("_sort_desc", "sort_key"),
    "best matches first": ("_order", "relevance"),
}
OLDEST, NEWEST, BEST = _ORDERS


async def timeline(datasette: Datasette, request: Request) -> Response:
    """``/``: every letter in order, searched and filtered."""
    pairs = arguments(request)
    choices = choices_of(pairs)
    _refuse_columns(pairs)
    database = archive_of(datasette)
    order, after, size = _paging(dict(pairs))
    if after is None and (named := await letter_named(database, choices.search)):
        return Response.redirect(datasette.urls.path(f"/archive/letters/{named}"))
    newest_first = order == NEWEST
    listing = await list_letters(
        database,
        choices,
        newest_first=newest_first,
        by_relevance=order == BEST,
        after=after,
        size=size,
    )
    frame = frame_of(datasette)
    context = {
        "drawing": await draw(database, frame, choices),
        "years": by_year(
            () if listing.by_relevance else listing.entries,
            () if choices.pairs else frame.registers.events.values(),
            newest_first=newest_first,
            begins=after is None,
            ends=listing.next is None,
        ),
        "choices": choices,
        "chips": await chips_of(database, choices),
        "listing": listing,
        "searched": await searched(database, choices, found=listing.total > 0),
        "facets": await count_facets(database, choices),
        "next_query": _next_query(choices, listing, size) if listing.next else None,
        "first_query": _query(choices, listing, size) if after is not None else None,
        "orders": _orders(choices, listing),
    }
    return await page(datasette, request, "timeline.html", context)


def _refuse_columns(pairs: list[tuple[str, str]]) -> None:
    try:
        refuse_unknown((name for name, _ in pairs), also=["_order"])
    except BadChoice as error:
        raise BadRequest(str(error)) from error


def _paging(arguments: dict[str, str]) -> tuple[str, int | None, int]:
    """Order, place and length of the page asked for."""
    asked = [order for order, (name, _) in _ORDERS.items() if name in arguments]
    for name, value in (_ORDERS[order] for order in asked):
        if arguments[name] != value:
            raise BadRequest(f"the list is sorted by date or relevance; {name} takes only {value}")
    if len(asked) > 1:
        names = " and ".join(_ORDERS[order][0] for order in asked)
        raise BadRequest(f"{names} exclude each other; keep one")
    after = _number(arguments, "_next", None)
    size = _number(arguments, "_size", DEFAULT_SIZE) or DEFAULT_SIZE
    if size > MAX_SIZE:
        raise BadRequest(f"_size takes a number up to {MAX_SIZE}")
    return asked[0] if asked else OLDEST, after, size


def _number(arguments: dict[str, str], name: str, default: int | None) -> int | None:
    value = arguments.get(name)
    if value in (None, ""):
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 12 or int(value) < 1:
        raise BadRequest(f"{name} takes a whole number above zero, not {value!r}")
    return int(value)


def _order_of(listing: Listing) -> str:
    if listing.by_relevance:
        return BEST
    return NEWEST if listing.newest_first else OLDEST


def _argument(order: str) -> list[tuple[str, str]]:
    return [] if order == OLDEST else [_ORDERS[order]]


def _orders(choices: Choices, listing: Listing) -> dict[str, list[tuple[str, str]] | None]:
    """The orders that this list can have with the arguments that ask for them, but for its own."""
    return {
        order: None if order == _order_of(listing) else [*choices.pairs, *_argument(order)]
        for order in _ORDERS
        if order != BEST or ranking(choices.read)
    }


def _query(choices: Choices, listing: Listing, size: int) -> str:
    pairs = [*choices.pairs, *_argument(_order_of(listing))]
    if size != DEFAULT_SIZE:
        pairs.append(("_size", str(size)))
    return f"?{urlencode(pairs)}" if pairs else ""


def _next_query(choices: Choices, listing: Listing, size: int) -> str:
    query = _query(choices, listing, size)
    return f"{query}{'&' if query else '?'}_next={listing.next}"
