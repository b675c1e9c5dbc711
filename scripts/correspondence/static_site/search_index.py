"""The search of a frozen copy: an index made beforehand, which MiniSearch reads in the browser.

The index has the form in which MiniSearch (https://lucaong.github.io/minisearch/) writes its own,
version 2; ``search.js`` folds the words of a search as :func:`words_of` folds those of letters.
``static/minisearch.js`` is the readable file of the library's release 7.2.0, without the line that
names its source map.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..records.folding import fold
from ..site.filters.highlights import WEIGHTS

FIELDS = tuple(WEIGHTS)
"""The texts of a letter that are searched: those of the archive's own index."""


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
        "weights": WEIGHTS,
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


def _index(connection: sqlite3.Connection) -> dict[str, Any]:
    """The index: letters are numbered in their order, fields in theirs."""
    terms: dict[str, dict[int, dict[int, int]]] = {}
    lengths: dict[int, list[int]] = {}
    for letter, texts in enumerate(_texts(connection)):
        lengths[letter] = []
        for field, text in enumerate(texts):
            words = words_of(text)
            lengths[letter].append(len(set(words)))
            for word, count in Counter(words).items():
                terms.setdefault(word, {}).setdefault(field, {})[letter] = count
    total = len(lengths)
    return {
        "documentCount": total,
        "nextId": total,
        "documentIds": {letter: letter for letter in range(total)},
        "fieldIds": {name: field for field, name in enumerate(FIELDS)},
        "fieldLength": lengths,
        "averageFieldLength": [
            sum(of_letter[field] for of_letter in lengths.values()) / max(total, 1)
            for field in range(len(FIELDS))
        ],
        "storedFields": {},
        "dirtCount": 0,
        "index": sorted(terms.items()),
        "serializationVersion": 2,
    }


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
