"""What a visitor types into the search box, read so that it never fails.

All words must be found, wherever they stand. ``"Words in quotes"`` stand together; ``surveil*``
begins a word; ``OR`` between two asks for either; ``NOT`` or a hyphen before one excludes it.
``from:nso`` or ``topic:"due diligence"`` asks for what the filter of that name holds; the value may
be any name that the archive knows, or its beginning. Whatever cannot be read so is searched for as
plain text.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from ...database.facets import FACETS
from ...records.dates import parse_date
from ...records.folding import fold
from ...records.problems import did_you_mean

DATES = ("after", "before")
FIELDS = (*FACETS, *DATES)
"""Names that may stand before a colon: those of the filters."""

MOST_PARTS = 40
"""Words and fields that are read; nobody types more, and each costs time."""

_TOKEN = re.compile(
    rf"(?P<minus>-)?(?:(?P<field>{'|'.join(FIELDS)}):(?=[^\s:]))?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))(?P<star>\*)?',
    re.IGNORECASE,
)
_LIKE_A_FIELD = re.compile(r"([A-Za-z]{2,12}):.*")
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Term:
    """A word, the beginning of a word, or a phrase; ``span`` is its place in what was typed."""

    text: str
    is_prefix: bool = False
    is_phrase: bool = False
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)

    @property
    def fts5(self) -> str:
        """The term as a quoted FTS5 string, in which nothing has a special meaning."""
        return '"' + self.text.replace('"', '""') + '"' + ("*" if self.is_prefix else "")

    @property
    def words(self) -> str:
        """The term as the page shows how it was read."""
        bare = self.text.strip(_edges(self.text))
        quoted = f"“{self.text}”" if self.is_phrase else bare
        return f"{quoted}…" if self.is_prefix else quoted


@dataclass(frozen=True)
class Field:
    """A filter by its name and what was typed as its value; with ``is_prefix``, its beginning."""

    name: str
    value: str
    is_prefix: bool = False
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)

    @property
    def words(self) -> str:
        """The field as it was typed; how it was understood only the archive knows."""
        quoted = f'"{self.value}"' if " " in self.value else self.value
        return f"{self.name}:{quoted}{'*' if self.is_prefix else ''}"


Part = Term | Field


@dataclass(frozen=True)
class Search:
    """A search as it was read: each group must hold by one of its parts, no excluded part may."""

    text: str
    groups: tuple[tuple[Part, ...], ...] = ()
    excluded: tuple[Part, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def match(self) -> str | None:
        """The FTS5 expression of the words that must be found, or nothing."""
        parts = (f"({any_of(group)})" for group in self.groups if not _has_field(group))
        return " AND ".join(parts) or None

    @property
    def exclude(self) -> str | None:
        """The FTS5 expression of the words that must not be found, or nothing."""
        return any_of(self.excluded) or None

    @property
    def is_by_stems(self) -> bool:
        """Whether the index by stems finds all the words, as there is no beginning among them."""
        parts = (*(part for group in self.groups for part in group), *self.excluded)
        return not any(isinstance(part, Term) and part.is_prefix for part in parts)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All words that are looked for."""
        return tuple(t for group in self.groups for t in group if isinstance(t, Term))

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, those that exclude among them."""
        parts = (*(part for group in self.groups for part in group), *self.excluded)
        return tuple(part for part in parts if isinstance(part, Field))

    @property
    def words(self) -> str:
        """How the search was read, in words, without knowledge of the archive."""
        return self.told(lambda part: part.words)

    def told(self, tell: Callable[[Part], str]) -> str:
        """How the search was read, in words, with its parts told by a function."""
        parts = [" or ".join(tell(part) for part in group) for group in self.groups]
        if self.excluded:
            are_fields = all(isinstance(part, Field) for part in self.excluded)
            excluded = " or ".join(tell(part) for part in self.excluded)
            parts.append(f"{'not' if are_fields else 'without'} {excluded}")
        return ", and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def any_of(parts: Iterable[Part]) -> str:
    """The FTS5 expression for any of some words."""
    return " OR ".join(part.fts5 for part in parts if isinstance(part, Term))


@lru_cache(maxsize=256)
def read_search(text: str) -> Search:
    """Read what was typed; every text has a meaning, if only as words to look for."""
    plain = _CONTROL.sub(" ", text).translate(_QUOTES)
    tokens = [match for match in _TOKEN.finditer(plain) if _can_be_found(match[0])]
    reader = _Reader()
    for token in tokens[:MOST_PARTS]:
        reader.read(token, is_last=token is tokens[-1])
    if len(tokens) > MOST_PARTS:
        reader.hints.append(f"Only the first {MOST_PARTS} words were read.")
    groups = tuple(tuple(group) for group in reader.groups)
    return Search(text, groups, tuple(reader.excluded), tuple(reader.hints))


def day_of(name: str, text: str) -> str | None:
    """The first day of what ``after`` names or the last of ``before``; nothing if it has none."""
    try:
        date = parse_date(text)
    except ValueError:
        return None
    day = date.earliest if name == "after" else date.latest
    return day.isoformat() if day else None


class _Reader:
    """Puts one part after the other into its group."""

    def __init__(self) -> None:
        self.groups: list[list[Part]] = []
        self.excluded: list[Part] = []
        self.hints: list[str] = []
        self._latest: list[Part] = []  # where the part before went, for an OR
        self._operator = ""

    def read(self, token: re.Match[str], *, is_last: bool) -> None:
        """Read an operator or a part."""
        if not is_last and self._is_operator(token):
            self._operator = token["word"]
            return
        if token["minus"] or self._operator == "NOT":
            self._latest = self.excluded
        elif self._operator != "OR":
            self._latest = []
            self.groups.append(self._latest)
        self._latest.append(self._part(token))
        self._operator = ""

    def _is_operator(self, token: re.Match[str]) -> bool:
        if token["word"] not in _OPERATORS or token["field"] or token["minus"]:
            return False
        if token["word"] == "NOT":
            return self._operator != "NOT"
        return bool(self._latest) and not self._operator

    def _part(self, token: re.Match[str]) -> Part:
        """A field if it can be one, else words."""
        is_phrase = token["phrase"] is not None
        value = token["phrase"].strip() if is_phrase else token["word"].rstrip("*")
        is_prefix = bool(token["star"]) or (not is_phrase and token["word"].endswith("*"))
        name = (token["field"] or "").lower()
        if name in DATES:
            if day_of(name, value):
                return Field(name, value, span=token.span())
            self.hints.append(f"{name}: takes a date such as 2019-02; it was searched for as text.")
        elif name and fold(value):
            return Field(name, value, is_prefix, token.span())
        if name:
            return Term(f"{token['field']}:{value}", is_prefix, is_phrase, token.span())
        if not is_phrase:
            self._hint_at_field(value)
        return Term(value, is_prefix, is_phrase, token.span())

    def _hint_at_field(self, word: str) -> None:
        match = _LIKE_A_FIELD.fullmatch(word)
        if match and match[1].lower() in FIELDS:
            self.hints.append(f"A field has its value without a space: {match[1].lower()}:value.")
        elif match and (near := did_you_mean(match[1], FIELDS)):
            self.hints.append(f"There is no field {match[1]!r}{near}")


def _has_field(parts: Iterable[Part]) -> bool:
    return any(isinstance(part, Field) for part in parts)


def _edges(text: str) -> str:
    """The characters of a text that no index holds, such as brackets."""
    return "".join(character for character in text if not character.isalnum())


def _can_be_found(text: str) -> bool:
    return any(character.isalnum() for character in text)
