"""What stands around the rows of a table: filters that can be taken off, order, pages, downloads.

All are addresses: the table's own with other arguments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request

from . import labels

_OF_ORDER = ("_sort", "_sort_desc", "_sort_by_desc")
_OF_FORM = ("_filter_column", "_filter_op", "_filter_value")
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Condition:
    """A filter that holds: in words, and the address without it."""

    column: str
    demand: str
    without: str


@dataclass(frozen=True)
class Controls:
    """The addresses that a table's page offers. ``kept`` are arguments that its form carries on."""

    conditions: Sequence[Condition]
    without_conditions: str
    kept: Pairs
    following: str | None
    whole: str
    csv: str
    json: str
    sql: str
    orders: dict[str, str]


def controls(
    datasette: Datasette,
    request: Request,
    database: str,
    table: str,
    context: dict[str, Any],
) -> Controls:
    """The controls of a table's page, by what Datasette tells its template."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    path = datasette.urls.table(database, table)
    here = [pair for pair in pairs if pair[0] != "_next"]
    filters = [pair for pair in here if not _is_special(pair[0]) or pair[0] == "_where"]
    others = [pair for pair in here if pair not in filters]
    one_page = not context["next"] and "_next" not in dict(pairs)
    is_sortable = one_page and context["filtered_table_rows_count"] != 0
    return Controls(
        conditions=[_condition(path, pair, here) for pair in filters],
        without_conditions=_address(path, others),
        kept=[pair for pair in here if not _is_of_form(pair[0], is_sortable)],
        following=_address(path, [*here, ("_next", context["next"])]) if context["next"] else None,
        whole=_address(path, _replaced(here, _size="max")),
        csv=_address(datasette.urls.table(database, table, "csv"), _for_csv(here, context)),
        json=_address(datasette.urls.table(database, table, "json"), _objects(here)),
        sql=_address(datasette.urls.database(database), _as_sql(context["query"])),
        orders=dict(_orders(path, here, context)) if is_sortable else {},
    )


def _is_special(name: str) -> bool:
    """Whether Datasette takes an argument for its own, and not for a filter."""
    return name.startswith("_") and "__" not in name


def _is_of_form(name: str, is_sortable: bool) -> bool:
    return name.startswith(_OF_FORM) or (is_sortable and name in _OF_ORDER)


def _condition(path: str, pair: tuple[str, str], here: Pairs) -> Condition:
    name, value = pair
    without = _address(path, [other for other in here if other != pair])
    if name == "_where":
        return Condition("SQL", value, without)
    column, _, operation = name.rpartition("__") if "__" in name else (name, "", "exact")
    return Condition(column, labels.operation(operation, value), without)


def _orders(path: str, here: Pairs, context: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """For each column the address of the table in its order, or in the reverse one.

    Only for tables that fit a page: Datasette's further pages of a table in the order of a column
    with ties lose and repeat rows.
    """
    unordered = [pair for pair in here if pair[0] not in _OF_ORDER]
    for column in context["display_columns"]:
        if column["sortable"]:
            name = column["name"]
            key = "_sort_desc" if name == context["sort"] else "_sort"
            yield name, _address(path, [*unordered, (key, name)])


def _for_csv(here: Pairs, context: dict[str, Any]) -> Pairs:
    """All rows, not only those of a page, and names beside ids."""
    wanted = {"_size": "max", "_dl": "1"}
    if context["filtered_table_rows_count"] != len(context["rows"]):
        wanted["_stream"] = "1"
    if context["expandable_columns"]:
        wanted["_labels"] = "on"
    return _replaced(here, **wanted)


def _objects(here: Pairs) -> Pairs:
    """Rows as objects instead of lists, unless another shape is asked for."""
    return here if "_shape" in dict(here) else [*here, ("_shape", "objects")]


def _as_sql(query: dict[str, Any]) -> Pairs:
    return [("sql", query["sql"]), *((name, str(value)) for name, value in query["params"].items())]


def _replaced(pairs: Pairs, **wanted: str) -> Pairs:
    return [*(pair for pair in pairs if pair[0] not in wanted), *wanted.items()]


def _address(path: str, pairs: Pairs) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path
