"""Datasette's own view of the table ``letters``, made to filter and search as the timeline does."""

from typing import Any
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.filters import FilterArguments
from datasette.utils.asgi import BadRequest, Request

from .chips import chips_of
from .choices import BadChoice, refuse_unknown
from .pages.common import archive_of, arguments, choices_of

# What Datasette's table view understands by itself. Its _search_…, _searchmode and _fts_table are
# not among them: our search is in the place of its own.
_OF_DATASETTE = frozenset(
    "_col _nocol _shape _labels _label _where _through _facet _facet_size _facet_array _facet_date "
    "_nofacet _nocount _nosuggest _stream _dl _header _trace _ttl _extra _extras _json "
    "_json_infinity _nl _timelimit _sort_by_desc _filter_column _filter_op _filter_value".split()
)


def is_shown(database: str | None, table: str | None) -> bool:
    """Whether a request is for the table of letters."""
    return (database, table) == ("archive", "letters")


def is_search_of_datasette(hook: Any) -> bool:
    """Whether a result of the hook ``filters_from_request`` is that of Datasette's own search."""
    return str(getattr(hook, "__qualname__", "")).startswith("search_filters.")


def filter_arguments(request: Request) -> FilterArguments:
    """The choices of a request as conditions on the table.

    Raises:
        BadRequest: an argument is unknown, or a date cannot be read.
    """
    pairs = arguments(request)
    try:
        refuse_unknown(_ours(name for name, _ in pairs), also=_OF_DATASETTE)
    except BadChoice as error:
        raise BadRequest(str(error)) from error
    choices = choices_of(pairs)
    conditions = choices.conditions()
    return FilterArguments(
        list(conditions.clauses),
        dict(conditions.parameters),
        extra_context={"supports_search": True, "search": choices.search},
    )


async def context(datasette: Datasette, request: Request) -> dict[str, Any]:
    """What the template needs beyond what Datasette gives it."""
    choices = choices_of(arguments(request))
    others = [
        (name, value)
        for name, value in parse_qsl(request.query_string)
        if name not in dict(choices.pairs) and name != "_next"
    ]
    return {
        "choices": choices,
        "chips": await chips_of(archive_of(datasette), choices),
        "other_arguments": others,
    }


def _ours(names: Any) -> list[str]:
    """Arguments that Datasette does not take for conditions on columns."""
    numbered = ("_filter_column_", "_filter_op_", "_filter_value_")
    return [
        name
        for name in names
        if name.startswith("_") and "__" not in name and not name.startswith(numbered)
    ]
