"""The search of a static copy: an index made beforehand, which ``search.js`` reads in the browser.

A letter's score for a word is BM25 with the weights of the site's own search, so that the browser
only adds up. ``search.js`` folds the words of a search as :func:`words_of` folds those of letters.
"""

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping

from ..records.folding import fold
from ..site.filters.highlights import WEIGHTS

FIELDS = tuple(WEIGHTS)
"""The texts of a letter that are searched: those of the archive's own index."""

# The usual constants of BM25 (S. Robertson and H. Zaragoza, 2009): how soon more of the same word
# counts no more, and how much a long text weighs less.
_SATURATION, _LENGTH = 1.2, 0.75


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared, a plural like its singular.

    >>> words_of("Replies to the Companies' letters")
    ['reply', 'to', 'the', 'company', 'letter']
    """
    return [_singular(word) for word in fold(text).split()]


def search_data(connection: sqlite3.Connection) -> str:
    """The script that holds the index, and what filters need to know of each letter."""
    data = {
        "index": _index(connection),
        "letters": _letters(connection),
        "facets": _facets(connection),
    }
    return f"const archiveData = {json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"


def _singular(word: str) -> str:
    """The word without the ending of an English plural (D. Harman's S stemmer)."""
    if len(word) < 4:
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return f"{word[:-3]}y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    if word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word


def _index(connection: sqlite3.Connection) -> list[tuple[str, list[int]]]:
    """Words in the order of JavaScript's strings, each with its letters and their scores in turn.

    Letters are numbered in the order of the list; scores are in hundredths.
    """
    counts = [[Counter(words_of(text)) for text in texts] for texts in _texts(connection)]
    lengths = [[of_field.total() for of_field in letter] for letter in counts]
    averages = [sum(of_field) / len(counts) or 1 for of_field in zip(*lengths, strict=True)]
    scores: dict[str, dict[int, float]] = {}
    for number, letter in enumerate(counts):
        for field, words in enumerate(letter):
            length = 1 - _LENGTH + _LENGTH * lengths[number][field] / averages[field]
            for word, count in words.items():
                score = count * (_SATURATION + 1) / (count + _SATURATION * length)
                of_word = scores.setdefault(word, {})
                of_word[number] = of_word.get(number, 0) + WEIGHTS[FIELDS[field]] * score
    return [
        (
            word,
            [part for letter, score in found.items() for part in (letter, _rounded(score, rare))],
        )
        for word, found in sorted(scores.items(), key=lambda it: it[0].encode("utf-16-be"))
        for rare in [math.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))]
    ]


def _rounded(score: float, rare: float) -> int:
    return max(1, round(100 * score * rare))


def _texts(connection: sqlite3.Connection) -> Iterator[list[str]]:
    rows = connection.execute(f"select {', '.join(FIELDS)} from search_texts order by sort_key")
    for row in rows:
        yield [text or "" for text in row]


def _letters(connection: sqlite3.Connection) -> list[list[str | None]]:
    """The first and the last day that each letter may be of, in the order of the list."""
    rows = connection.execute("select date_earliest, date_latest from letters order by sort_key")
    return [list(row) for row in rows]


def _facets(connection: sqlite3.Connection) -> Mapping[str, Mapping[str, list[int]]]:
    """The places in the list of the letters under each value of each facet."""
    keys = connection.execute("select sort_key from letters order by sort_key")
    places = {row[0]: place for place, row in enumerate(keys)}
    found: dict[str, dict[str, list[int]]] = {}
    for facet, value, key in connection.execute(
        "select facet, value, sort_key from letter_facets order by facet, value, sort_key"
    ):
        found.setdefault(facet, {}).setdefault(value, []).append(places[key])
    return found
