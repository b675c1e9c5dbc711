"""Datasette's own view of the table ``letters``, made to filter and search as the timeline does."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.filters import FilterArguments, Filters
from datasette.utils.asgi import BadRequest, Request

from ...records.problems import did_you_mean
from ..archive import archive_of
from ..filters.chips import chips_of
from ..filters.choices import BadChoice, refuse_unknown
from ..filters.highlights import Hit, hits_in
from ..html.page import arguments, choices_of, public_address
from ..lists.letters import count
from ..search.search_box import searched

# What Datasette's table view understands by itself. Its _search_…, _searchmode and _fts_table are
# not among them: our search is in the place of its own.
_OF_DATASETTE = frozenset(
    "_col _nocol _shape _labels _label _where _through _facet _facet_size _facet_array _facet_date "
    "_nofacet _nocount _nosuggest _stream _dl _header _trace _ttl _extra _extras _json "
    "_json_infinity _nl _timelimit _sort_by_desc _filter_column _filter_op _filter_value".split()
)

_CONDITIONS = frozenset({"_where", "_through"})


def is_shown(database: str | None, table: str | None) -> bool:
    """Whether a request is for the table of letters."""
    return (database, table) == ("archive", "letters")


def is_search_of_datasette(hook: Any) -> bool:
    """Whether a result of the hook ``filters_from_request`` is that of Datasette's own search."""
    return str(getattr(hook, "__qualname__", "")).startswith("search_filters.")


async def filter_arguments(datasette: Datasette, request: Request) -> FilterArguments:
    """The choices of a request as conditions on the table.

    Raises:
        BadRequest: an argument is unknown, or a date cannot be read.
    """
    pairs = arguments(request)
    try:
        refuse_unknown(_ours(name for name, _ in pairs), also=_OF_DATASETTE)
    except BadChoice as error:
        raise BadRequest(str(error)) from error
    _refuse_columns(
        [name for name, _ in pairs if not name.startswith("_") or "__" in name],
        await archive_of(datasette).table_columns("letters"),
    )
    choices = choices_of(pairs)
    conditions = choices.conditions()
    return FilterArguments(
        list(conditions.clauses),
        dict(conditions.parameters),
        extra_context={"supports_search": True, "search": choices.search},
    )


def _refuse_columns(names: Iterable[str], columns: Iterable[str]) -> None:
    """Refuse conditions on columns that are not there, or with operations that Datasette ignores.

    Raises:
        BadRequest: the first such argument, with a suggestion.
    """
    known = list(columns)
    for name in names:
        column, _, operation = name.rpartition("__") if "__" in name else (name, "", "exact")
        if column not in known:
            hint = did_you_mean(column, known) or f"; an argument of ours is _{column}"
            raise BadRequest(f"the letters have no column {column!r}{hint}")
        if operation not in _OPERATIONS:
            hint = did_you_mean(operation, _OPERATIONS) or ""
            raise BadRequest(f"there is no operation {operation!r} on columns{hint}")


_OPERATIONS = tuple(Filters._filters_by_key)


async def context(datasette: Datasette, request: Request) -> dict[str, Any]:
    """What the template needs beyond what Datasette gives it."""
    choices = choices_of(arguments(request))
    archive = archive_of(datasette)
    others = [
        (name, value)
        for name, value in parse_qsl(request.query_string)
        if name not in dict(choices.pairs) and name != "_next"
    ]

    async def hits_in_rows(rows: Iterable[Iterable[Mapping[str, Any]]]) -> list[Hit | None]:
        """What the search found in each row of the page."""
        cells = [{cell["column"]: cell["raw"] for cell in row} for row in rows]
        keys = [row["sort_key"] for row in cells if "sort_key" in row]
        hits = await hits_in(archive, choices.read, keys)
        return [hits.get(row.get("sort_key", 0)) for row in cells]

    return {
        "canonical": public_address(datasette, request),
        "choices": choices,
        "chips": await chips_of(archive, choices),
        "other_arguments": others,
        # Datasette's own conditions choose letters too, and go into what is downloaded.
        "conditions": [
            pair for pair in others if not pair[0].startswith("_") or pair[0] in _CONDITIONS
        ],
        "searched": await searched(
            archive, choices, found=not choices.search or await count(archive, choices) > 0
        ),
        "hits_in_rows": hits_in_rows,
    }


def _ours(names: Any) -> list[str]:
    """Arguments that Datasette does not take for conditions on columns."""
    numbered = ("_filter_column_", "_filter_op_", "_filter_value_")
    return [
        name
        for name in names
        if name.startswith("_") and "__" not in name and not name.startswith(numbered)
    ]
