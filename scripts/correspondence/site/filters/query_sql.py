"""A search as conditions of SQL.

A field is a condition of the whole search, not a choice of its facet: it may stand under ``OR`` or
``NOT``, where no choice can. So every facet is counted under it, that of the same name too, and a
count tells what a further choice would leave.
"""

from collections.abc import Iterable, Iterator, Sequence

from ...records.folding import fold
from .query_parser import DATES, Field, Part, Search, any_of, day_of

Condition = tuple[str, dict[str, str]]


def search_conditions(search: Search) -> Iterator[Condition]:
    """What a letter must fulfil to be found, clause by clause, each with its parameters."""
    at_once = search.is_by_stems  # one index finds all the words
    if search.match and at_once:
        yield _indexed("letters_fts", search.match, "search")
    if search.exclude and at_once:
        clause, parameters = _indexed("letters_fts", search.exclude, "not_search")
        yield f"not {clause}", parameters
    for number, group in enumerate(search.groups):
        if not at_once or any(isinstance(part, Field) for part in group):
            yield _either(_parts(group, f"search_{number}"))
    left = [part for part in search.excluded if not at_once or isinstance(part, Field)]
    if left:
        clause, parameters = _either(_parts(left, "not_search"))
        yield f"not {clause}", parameters
    if search.text and not search.groups and not search.excluded:
        yield "false", {}  # nothing that was typed can stand in a text


def values_of_field(field: Field, name: str) -> Condition:
    """The query for the values of a facet that a field means.

    A value that has the name stands before those of which a name or a word of it begins so.
    """
    typed = fold(field.value)
    begins = (
        f"select value from facet_names where facet = '{field.name}' "
        f"and name >= :{name} and name < :{name}_end"
    )
    parameters = {name: typed, f"{name}_end": typed + "\U0010ffff"}
    if field.is_prefix:
        return begins, parameters
    exactly = f"facet = '{field.name}' and name = :{name} and whole"
    return (
        f"{begins} and ((name = :{name} and whole) "
        f"or not exists (select 1 from facet_names where {exactly}))",
        parameters,
    )


def _either(conditions: Iterable[Condition]) -> Condition:
    clauses: list[str] = []
    parameters: dict[str, str] = {}
    for clause, values in conditions:
        clauses.append(clause)
        parameters.update(values)
    return f"({' or '.join(clauses)})", parameters


def _parts(parts: Sequence[Part], name: str) -> Iterator[Condition]:
    """Conditions of which any is enough, the words of each index together."""
    words = [part for part in parts if not isinstance(part, Field)]
    for index, terms in (
        ("letters_fts", [term for term in words if not term.is_prefix]),
        ("letters_exact", [term for term in words if term.is_prefix]),
    ):
        if terms:
            yield _indexed(index, any_of(terms), f"{name}_{index[8:]}")
    for number, part in enumerate(parts):
        if isinstance(part, Field):
            yield _field(part, f"{name}_field_{number}")


def _indexed(index: str, expression: str, name: str) -> Condition:
    sql = f"select rowid from {index} where {index} match :{name}"
    return f"letters.sort_key in ({sql})", {name: expression}


def _field(field: Field, name: str) -> Condition:
    if field.name in DATES:
        clause = {
            "after": f"coalesce(letters.date_latest, '9999-12-31') >= :{name}",
            "before": f"coalesce(letters.date_earliest, '0000-01-01') <= :{name}",
        }[field.name]
        return clause, {name: day_of(field.name, field.value) or ""}
    values, parameters = values_of_field(field, name)
    sql = f"select sort_key from letter_facets where facet = '{field.name}' and value in ({values})"
    return f"letters.sort_key in ({sql})", parameters
