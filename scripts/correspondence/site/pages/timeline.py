"""``/``: every letter in order, searched and filtered."""

from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from ..chips import chips_of
from ..choices import BadChoice, Choices, refuse_unknown
from ..chronology import by_year
from ..drawing import draw
from ..facets import count_facets
from ..listing import DEFAULT_SIZE, MAX_SIZE, Listing, list_letters
from ..state import frame_of
from .common import archive_of, arguments, choices_of, page


async def timeline(datasette: Datasette, request: Request) -> Response:
    """``/``: every letter in order, searched and filtered."""
    pairs = arguments(request)
    choices = choices_of(pairs)
    _refuse_columns(pairs)
    database = archive_of(datasette)
    newest_first, after, size = _paging(dict(pairs))
    listing = await list_letters(
        database, choices, newest_first=newest_first, after=after, size=size
    )
    frame = frame_of(datasette)
    context = {
        "drawing": await draw(database, frame, choices),
        "years": by_year(
            listing.entries,
            () if choices.pairs else frame.registers.events.values(),
            newest_first=newest_first,
            begins=after is None,
            ends=listing.next is None,
        ),
        "choices": choices,
        "chips": await chips_of(database, choices),
        "listing": listing,
        "facets": await count_facets(database, choices),
        "next_query": _next_query(choices, listing, size) if listing.next else None,
        "first_query": _query(choices, listing, size) if after is not None else None,
        "other_order": choices.pairs + ([] if newest_first else [("_sort_desc", "sort_key")]),
    }
    return await page(datasette, request, "timeline.html", context)


def _refuse_columns(pairs: list[tuple[str, str]]) -> None:
    try:
        refuse_unknown(name for name, _ in pairs)
    except BadChoice as error:
        raise BadRequest(str(error)) from error


def _paging(arguments: dict[str, str]) -> tuple[bool, int | None, int]:
    """Order, place and length of the page asked for."""
    for name in ("_sort", "_sort_desc"):
        if arguments.get(name, "sort_key") != "sort_key":
            raise BadRequest(f"the list is sorted by sort_key; {name} takes no other column")
    if "_sort" in arguments and "_sort_desc" in arguments:
        raise BadRequest("_sort and _sort_desc exclude each other; keep one")
    after = _number(arguments, "_next", None)
    size = _number(arguments, "_size", DEFAULT_SIZE) or DEFAULT_SIZE
    if size > MAX_SIZE:
        raise BadRequest(f"_size takes a number up to {MAX_SIZE}")
    return "_sort_desc" in arguments, after, size


def _number(arguments: dict[str, str], name: str, default: int | None) -> int | None:
    value = arguments.get(name)
    if value in (None, ""):
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 12 or int(value) < 1:
        raise BadRequest(f"{name} takes a whole number above zero, not {value!r}")
    return int(value)


def _query(choices: Choices, listing: Listing, size: int) -> str:
    pairs = [*choices.pairs]
    if listing.newest_first:
        pairs.append(("_sort_desc", "sort_key"))
    if size != DEFAULT_SIZE:
        pairs.append(("_size", str(size)))
    return f"?{urlencode(pairs)}" if pairs else ""


def _next_query(choices: Choices, listing: Listing, size: int) -> str:
    query = _query(choices, listing, size)
    return f"{query}{'&' if query else '?'}_next={listing.next}"
