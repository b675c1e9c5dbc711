"""What a visitor has chosen: the arguments of an address, as conditions of SQL and back.

One mechanism serves the timeline, the table of letters and every format of both. Values of one
argument mean any of them, different arguments all of them, and ``_not_…`` excludes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from ...database.facets import FACETS
from ...records.dates import parse_date
from ...records.problems import did_you_mean
from .query_parser import Search, read_search
from .query_sql import search_conditions

LIST_ARGUMENTS = frozenset({"_next", "_size", "_sort", "_sort_desc"})
"""Arguments that order and page a list, and choose nothing."""

Pair = tuple[str, str]


class BadChoice(ValueError):
    """An argument that cannot be obeyed; the message says which and what would do."""


@dataclass(frozen=True)
class Condition:
    """A condition on ``letters`` in SQL, and its parameters."""

    clause: str
    parameters: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Conditions:
    """Conditions on ``letters`` in SQL, and the parameters of all of them."""

    clauses: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """A ``where`` clause, or nothing."""
        return f"where {' and '.join(self.clauses)}" if self.clauses else ""


@dataclass(frozen=True)
class Choices:
    """All that was chosen. ``chosen`` and ``excluded`` hold values by facet."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    search: str = ""

    @property
    def read(self) -> Search:
        """The search as it was read."""
        return read_search(self.search)

    @property
    def pairs(self) -> list[Pair]:
        """The choices as arguments of an address, in a fixed order."""
        pairs = [("_search", self.search)]
        for facet in FACETS:
            pairs += [(f"_{facet}", value) for value in self.chosen.get(facet, ())]
            pairs += [(f"_not_{facet}", value) for value in self.excluded.get(facet, ())]
        pairs += [("_after", self.after), ("_before", self.before)]
        return [(name, value) for name, value in pairs if value]

    @property
    def query(self) -> str:
        """The choices as the query of an address, with its question mark, or nothing."""
        return "?" + urlencode(self.pairs) if self.pairs else ""

    def without(self, pair: Pair) -> "Choices":
        """These choices less one."""
        return from_pairs(other for other in self.pairs if other != pair)

    def without_facet(self, facet: str) -> "Choices":
        """These choices less those of a facet: under them its own values are counted."""
        return replace(self, chosen={k: v for k, v in self.chosen.items() if k != facet})

    def within(self, after: str, before: str) -> "Choices":
        """These choices within a period, unless their own bounds are narrower."""
        own_after = self.after and _bound(self.after, "_after", "earliest")
        own_before = self.before and _bound(self.before, "_before", "latest")
        last = _bound(before, "_before", "latest")
        return replace(
            self,
            after=max(after, own_after),
            before=own_before if own_before and own_before < last else before,
        )

    def conditions(self) -> Conditions:
        """What a letter must fulfil to be among those chosen."""
        clauses: list[str] = []
        parameters: dict[str, str] = {}
        for verb, sides in (("in", self.chosen), ("not in", self.excluded)):
            for facet, values in sides.items():
                if values:
                    names = [f"{'not_' * (verb != 'in')}{facet}_{n}" for n in range(len(values))]
                    parameters.update(zip(names, values, strict=True))
                    marks = ", ".join(f":{name}" for name in names)
                    clauses.append(
                        f"letters.sort_key {verb} (select sort_key from letter_facets "
                        f"where facet = '{facet}' and value in ({marks}))"
                    )
        for condition in self.other_conditions():
            clauses.append(condition.clause)
            parameters.update(condition.parameters)
        return Conditions(tuple(clauses), parameters)

    def other_conditions(self) -> Iterator[Condition]:
        """Those conditions that no facet makes: of the search, and of the dates."""
        for clause, found in search_conditions(self.read):
            yield Condition(clause, tuple(found.items()))
        if self.after:
            bound = ("after", _bound(self.after, "_after", "earliest"))
            yield Condition("coalesce(letters.date_latest, '9999-12-31') >= :after", (bound,))
        if self.before:
            bound = ("before", _bound(self.before, "_before", "latest"))
            yield Condition("coalesce(letters.date_earliest, '0000-01-01') <= :before", (bound,))


def from_pairs(pairs: Iterable[Pair]) -> Choices:
    """The choices among the arguments of an address; others are passed over.

    Raises:
        BadChoice: a date is not EDTF.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    excluded: dict[str, tuple[str, ...]] = {}
    single = {"_after": "", "_before": "", "_search": ""}
    for name, text in pairs:
        value = text.strip()
        facet = name.removeprefix("_not_") if name.startswith("_not_") else name[1:]
        if name in single:
            single[name] = value
        elif value and name.startswith("_") and facet in FACETS:
            side = excluded if name.startswith("_not_") else chosen
            side[facet] = tuple(dict.fromkeys((*side.get(facet, ()), value)))
    for name, end in (("_after", "earliest"), ("_before", "latest")):
        if single[name]:
            _bound(single[name], name, end)
    return Choices(chosen, excluded, single["_after"], single["_before"], single["_search"])


def refuse_unknown(names: Iterable[str], also: Iterable[str] = ()) -> None:
    """Refuse arguments that nobody knows: a list that ignored them would seem to be filtered.

    Raises:
        BadChoice: an argument is neither a choice nor in ``also``.
    """
    known = {"_after", "_before", "_search", *LIST_ARGUMENTS, *also}
    known |= {f"_{facet}" for facet in FACETS} | {f"_not_{facet}" for facet in FACETS}
    for name in names:
        if name not in known:
            raise BadChoice(
                f"there is no argument {name!r}{did_you_mean(name, sorted(known)) or ' here'}"
            )


def _bound(text: str, argument: str, end: str) -> str:
    """The first or last day of a date that was given to ``_after`` or ``_before``."""
    try:
        date = parse_date(text)
    except ValueError:
        raise BadChoice(
            f"{argument} takes a date such as 2019, 2019-02 or 2019-02-18, not {text!r}"
        ) from None
    day = date.earliest if end == "earliest" else date.latest
    if day is None:
        raise BadChoice(f"{argument} takes a date with a beginning and an end, not {text!r}")
    return day.isoformat()
