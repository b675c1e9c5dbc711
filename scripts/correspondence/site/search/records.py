"""What a search finds beside letters: statements, events, people and all else that has a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ..archive import Archive
from ..filters.highlights import MARKS, read_marks
from ..filters.query_parser import Search

KINDS: Mapping[str, str] = {
    "statements": "Requests and commitments",
    "events": "Events",
    "people": "People",
    "organisations": "Organisations",
    "topics": "Topics",
    "exchanges": "Exchanges",
    "leads": "Open questions",
}
"""The kinds of records in the order of the page, with their headings."""

FEW = 5
"""Records of a kind that are shown until somebody asks for all of them."""


@dataclass(frozen=True)
class Found:
    """A record that was found, with the words of the search marked."""

    address: str
    title: Markup
    about: Markup


@dataclass(frozen=True)
class FoundKind:
    """What was found of one kind."""

    kind: str
    total: int
    records: tuple[Found, ...]

    @property
    def label(self) -> str:
        """The heading."""
        return KINDS[self.kind]


async def records_found(
    database: Archive, search: Search, kind: str | None = None, offset: int = 0, size: int = FEW
) -> list[FoundKind]:
    """What a search finds of each kind, or of one, the best first.

    Fields of the search are those of letters: with one, nothing else is found.
    """
    if search.match is None or search.fields:
        return []
    expression = f"({search.match}) NOT ({search.exclude})" if search.exclude else search.match
    begin, end = MARKS
    counts = await database.execute(
        "select kind, count(*) from search_records "
        "where id in (select rowid from records_fts where records_fts match :search) group by kind",
        {"search": expression},
    )
    totals = {row[0]: row[1] for row in counts}
    found = []
    for name in [kind] if kind else KINDS:
        if name not in totals:
            continue
        rows = await database.execute(
            "select search_records.address, "
            f"highlight(records_fts, 0, '{begin}', '{end}') as title, "
            f"highlight(records_fts, 1, '{begin}', '{end}') as about "
            "from records_fts join search_records on id = records_fts.rowid "
            "where records_fts match :search and kind = :kind "
            "order by bm25(records_fts, 10.0, 4.0, 1.0), id limit :size offset :offset",
            {"search": expression, "kind": name, "size": size, "offset": offset},
        )
        records = tuple(
            Found(row["address"], read_marks(row["title"]).html, _short(row["about"]))
            for row in rows
        )
        found.append(FoundKind(name, totals[name], records))
    return found


def _short(about: str | None) -> Markup:
    """A text about a record, or the part of it where something was found."""
    marked = read_marks(about or "")
    return marked.snippet.html
