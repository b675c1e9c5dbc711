"""Did you mean: words and names of the archive near those of a search that found nothing."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from ...records.folding import fold
from ..archive import Archive
from ..filters.choices import Choices
from ..filters.query_parser import DATES, Field, Search, Term
from ..filters.query_sql import values_of_field
from ..lists.letters import count

_LEAST_LIKENESS = 0.7
_FEWER_OR_MORE = 2  # letters by which a word may be shorter or longer
_MOST_WORDS = 4  # whose neighbours are looked for
_MOST_NEIGHBOURS = 3
_LEAST_LENGTH, _MOST_LENGTH = 3, 40
_WORD = re.compile(r"[^\W_]+")

Span = tuple[int, int]
Correction = tuple[Span, str]
Place = tuple[Span, list[str]]


@dataclass(frozen=True)
class Suggestion:
    """A search that finds letters; ``dropped`` tells that it does so without the other choices."""

    search: str
    choices: Choices
    letters: int
    dropped: bool = False


async def suggestions_for(database: Archive, choices: Choices) -> list[Suggestion]:
    """Searches near one that found nothing, each of which finds something."""
    found: list[Suggestion] = []
    for search in await _corrected(database, choices.read):
        nearest = Choices(search=search)
        for other, dropped in ((replace(choices, search=search), False), (nearest, True)):
            letters = await count(database, other)
            if letters:
                found.append(Suggestion(search, other, letters, dropped and other != choices))
                break
    return sorted(found, key=lambda suggestion: suggestion.dropped)


async def _corrected(database: Archive, search: Search) -> list[str]:
    """The text of the search with every unknown word replaced, nearest first."""
    places: list[Place] = []
    for field in search.fields[:_MOST_WORDS]:
        places.append((field.span, await _near_names(database, field)))
    words = [word for term in search.terms for word in _words_of(term, search.text)]
    for span, word, is_prefix in words[:_MOST_WORDS]:
        places.append((span, await _near_words(database, word, is_prefix)))
    unknown = [(span, near) for span, near in places if near]
    if unknown:
        return [_replaced(search.text, chosen) for chosen in _variants(unknown)]
    phrases: list[Correction] = [(t.span, t.text) for t in search.terms if t.is_phrase]
    return [_replaced(search.text, phrases)] if phrases else []


def _variants(places: Sequence[Place]) -> Iterator[list[Correction]]:
    """The nearest word at each place; then, if there is but one, the next nearest."""
    if len(places) == 1:
        span, near = places[0]
        yield from ([(span, word)] for word in near)
    else:
        yield [(span, near[0]) for span, near in places]


def _replaced(text: str, corrections: Iterable[Correction]) -> str:
    for (start, end), word in sorted(corrections, reverse=True):
        text = text[:start] + word + text[end:]
    return text


def _words_of(term: Term, text: str) -> Iterator[tuple[Span, str, bool]]:
    """The words of a term, where each stands, and whether it is only the beginning of a word."""
    start, end = term.span
    matches = list(_WORD.finditer(text, start, end))
    for match in matches:
        yield match.span(), fold(match[0]), term.is_prefix and match is matches[-1]


async def _near_words(database: Archive, word: str, is_prefix: bool) -> list[str]:
    """Words of the archive that are like one that is not in it."""
    if not _LEAST_LENGTH <= len(word) <= _MOST_LENGTH or not word.isalpha():
        return []
    index, star = ("letters_exact", "*") if is_prefix else ("letters_fts", "")
    known = await database.execute(
        f"select 1 from {index} where {index} match :word limit 1", {"word": f'"{word}"{star}'}
    )
    if known.first():
        return []
    if two := await _two_words(database, word):
        return [two]
    for first in (word[0], ""):  # most slips keep the first letter, and so few words are looked at
        near = _nearest(word, await _words_like(database, word, first, is_prefix=is_prefix))
        if near:
            return near
    return []


async def _two_words(database: Archive, word: str) -> str | None:
    """The two words of the archive that were written as one, those used most, or nothing."""
    cuts = range(_LEAST_LENGTH, len(word) - _LEAST_LENGTH + 1)
    pieces = [piece for cut in cuts for piece in (word[:cut], word[cut:])]
    rows = await database.execute(
        "select word, uses from words where word in (select value from json_each(?))",
        [json.dumps(pieces)],
    )
    uses = {row["word"]: row["uses"] for row in rows}
    known = [
        (min(uses[one], uses[other]), f"{one} {other}")
        for one, other in ((word[:cut], word[cut:]) for cut in cuts)
        if one in uses and other in uses
    ]
    return max(known)[1] if known else None


async def _words_like(
    database: Archive, word: str, first: str, *, is_prefix: bool
) -> list[tuple[str, int]]:
    """Words that begin with a letter, or any words, of about the length of one; and their uses."""
    rows = await database.execute_fn(
        lambda connection: connection.execute(
            f"select {'substr(word, 1, :length)' if is_prefix else 'word'}, sum(uses) from words "
            "where word >= :first and word < :first || char(1114111) "
            "and length(word) between :shortest and :longest group by 1",
            {
                "first": first,
                "length": len(word),
                "shortest": len(word) - (0 if is_prefix else _FEWER_OR_MORE),
                "longest": _MOST_LENGTH if is_prefix else len(word) + _FEWER_OR_MORE,
            },
        ).fetchall()
    )
    return [(str(row[0]), int(row[1])) for row in rows]


async def _near_names(database: Archive, field: Field) -> list[str]:
    """The field with names of the archive that are like one that is not in it."""
    if field.name in DATES:
        return []
    values, parameters = values_of_field(field, "value")
    if (await database.execute(f"{values} limit 1", parameters)).first():
        return []
    typed = fold(field.value)
    rows = await database.execute_fn(
        lambda connection: connection.execute(
            "select name, max(letters) from facet_names join facet_values using (facet, value) "
            "where facet = ? and length(name) between ? and ? group by name",
            [field.name, len(typed) - _FEWER_OR_MORE, len(typed) + _FEWER_OR_MORE],
        ).fetchall()
    )
    near = _nearest(typed, [(str(row[0]), int(row[1])) for row in rows])
    return [Field(field.name, name).words for name in near]


def _nearest(word: str, known: Iterable[tuple[str, int]]) -> list[str]:
    """Those of some words that are most like one; of those alike, the ones most used."""
    found: list[tuple[float, int, str]] = []
    for other, uses in known:
        likeness = Indel.normalized_similarity(word, other, score_cutoff=_LEAST_LIKENESS)
        if likeness:
            found.append((-likeness, -uses, other))
    return [other for _, _, other in sorted(found)[:_MOST_NEIGHBOURS]]
