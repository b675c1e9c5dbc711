"""Hits: where in a letter's description the words of a search stand, marked for the page.

SQLite marks them between two control characters. Of the text nothing is trusted: it is escaped
piece by piece, and only then do the marks become ``<mark>``.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from datasette.database import Database
from markupsafe import Markup, escape

from .query_parser import Search, Term, any_of

WEIGHTS: Mapping[str, float] = {
    "title": 50.0,
    "correspondents": 40.0,
    "summary": 10.0,
    "statements": 6.0,
    "topics": 6.0,
    "reference": 40.0,
    "notes": 1.0,
    "synonyms": 4.0,
    "dates": 60.0,
}
"""The columns of the index in their order, and what a hit in each is worth.

So far apart because further hits of one word count for less and less: many in long notes shall not
outweigh one in a title.
"""

_NAMES = {
    "reference": "number or id",
    "notes": "notes and sources",
    "synonyms": "names that mean the same",
    "dates": "its date",
}
_SHOWN = ("title", "summary")  # by every list; hits elsewhere are told beside them
_MOST_SNIPPETS = 2
_MOST_RANKED, _LEAST_BEGINNING = 8, 3
_BEGIN, _END = MARKS = "\x02", "\x03"
"""Between which SQLite puts what it found."""
_MARKED = re.compile(f"([{_BEGIN}{_END}])")
_BEFORE, _AFTER = 60, 120

Span = tuple[int, int]


@dataclass(frozen=True)
class Marked:
    """A text and the spans of it that were found, apart and in order."""

    text: str
    spans: tuple[Span, ...]

    @property
    def html(self) -> Markup:
        """The text, escaped, with its spans in ``<mark>``."""
        pieces = [Markup()]
        place = 0
        for start, end in self.spans:
            found = escape(self.text[start:end])
            pieces += [escape(self.text[place:start]), Markup("<mark>"), found, Markup("</mark>")]
            place = end
        return Markup().join([*pieces, escape(self.text[place:])])

    @property
    def snippet(self) -> "Marked":
        """The surroundings of the first span, in whole words."""
        first, last = self.spans[0] if self.spans else (0, 0)
        start, end = max(first - _BEFORE, 0), max(first + _AFTER, last)
        if start:
            start = self.text.find(" ", start, first) + 1 or first
        if end < len(self.text):
            end = max(self.text.rfind(" ", last, end), last)
        lead, trail = "… " * (start > 0), " …" * (end < len(self.text))
        shift = len(lead) - start
        spans = tuple((s + shift, e + shift) for s, e in self.spans if e <= end)
        return Marked(f"{lead}{self.text[start:end]}{trail}", spans)


@dataclass(frozen=True)
class Hit:
    """What a search found in one letter, by columns of the index."""

    found: Mapping[str, Marked]

    @property
    def title(self) -> Markup | None:
        """The title, if something of it was found."""
        return self.found["title"].html if "title" in self.found else None

    @property
    def summary(self) -> Markup | None:
        """The summary, if something of it was found."""
        return self.found["summary"].html if "summary" in self.found else None

    @property
    def elsewhere(self) -> str:
        """Where else something was found, in words."""
        return ", ".join(_NAMES.get(c, c) for c in self.found if c not in _SHOWN)

    @property
    def snippets(self) -> list[tuple[str, Markup]]:
        """Pieces of other columns with their names, if neither title nor summary has a hit."""
        if any(column in self.found for column in _SHOWN):
            return []
        kept = list(self.found.items())[:_MOST_SNIPPETS]
        return [(_NAMES.get(column, column), marked.snippet.html) for column, marked in kept]


async def hits_in(database: Database, search: Search, keys: Sequence[int]) -> dict[int, Hit]:
    """The hits in some letters, by ``sort_key``; letters that only a field found have none."""
    found: dict[int, dict[str, Marked]] = {}
    for index, expression in _expressions(search.terms).items():
        marks = ", ".join(
            f"highlight({index}, {number}, '{_BEGIN}', '{_END}') as {column}"
            for number, column in enumerate(WEIGHTS)
        )
        rows = await database.execute(
            # The plus keeps SQLite from searching the index again for every single key.
            f"select rowid, {marks} from {index} where {index} match :search "
            "and rowid between :least and :greatest "
            "and +rowid in (select value from json_each(:keys))",
            {
                "search": expression,
                "least": min(keys, default=0),
                "greatest": max(keys, default=0),
                "keys": json.dumps(list(keys)),
            },
        )
        for row in rows:
            columns = found.setdefault(row["rowid"], {})
            for column in WEIGHTS:
                text = read_marks(row[column] or "")
                if text.spans:
                    spans = columns[column].spans if column in columns else ()
                    columns[column] = Marked(text.text, _united((*spans, *text.spans)))
    return {
        key: Hit({column: columns[column] for column in WEIGHTS if column in columns})
        for key, columns in found.items()
    }


def ranking(search: Search) -> tuple[str, dict[str, str]] | None:
    """The query for what each letter is worth to a search, if it has words; the best come first.

    It takes ``:most``, how many are asked for. What a letter is worth is the sum of what both
    indexes find. Beginnings of a letter or two tell nothing of a letter's worth and cost much; so
    does a long list of words.
    """
    weights = ", ".join(str(weight) for weight in WEIGHTS.values())
    telling = [t for t in search.terms if not t.is_prefix or len(t.text) >= _LEAST_BEGINNING]
    found = _expressions(telling[:_MOST_RANKED])
    queries = [
        f"select rowid as sort_key, bm25({index}, {weights}) as score "
        f"from {index} where {index} match :rank_{index}"
        for index in found
    ]
    if not queries:
        return None
    sql = queries[0]
    if len(queries) > 1:
        sql = (
            f"select sort_key, sum(score) as score from ({' union all '.join(queries)}) "
            "group by sort_key"
        )
    parameters = {f"rank_{index}": expression for index, expression in found.items()}
    return f"{sql} order by score, sort_key limit :most", parameters


def read_marks(text: str) -> Marked:
    """A text in which SQLite has marked what it found, without the marks."""
    plain, spans, start = "", [], None
    for piece in _MARKED.split(text):
        if piece == _BEGIN:
            start = len(plain) if start is None else start
        elif piece == _END:
            if start is not None and start < len(plain):
                spans.append((start, len(plain)))
            start = None
        else:
            plain += piece
    return Marked(plain, tuple(spans))


def _expressions(terms: Sequence[Term]) -> dict[str, str]:
    """For each index the FTS5 expression for any of the words that it finds."""
    by_index = {
        "letters_fts": any_of(term for term in terms if not term.is_prefix),
        "letters_exact": any_of(term for term in terms if term.is_prefix),
    }
    return {index: expression for index, expression in by_index.items() if expression}


def _united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap as one."""
    united: list[Span] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return tuple(united)
