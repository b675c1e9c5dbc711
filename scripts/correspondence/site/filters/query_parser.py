"""What a visitor types into the search box, read so that it never fails.

All words must be found, wherever they stand. ``"Words in quotes"`` stand together; ``surveil*``
begins a word; ``OR`` between two asks for either; ``NOT`` or a hyphen before one excludes it.
``from:nso`` or ``topic:"due diligence"`` asks for what the filter of that name holds; the value may
be any name that the archive knows, or its beginning. ``NEAR(spyware export, 5)`` finds words that
have at most five others between them. Whatever cannot be read so is searched for as plain text.

A word finds what people mean by it: ``Acme's`` is Acme, ``U.N.`` is UN, ``1,400`` is 1400, and
``al-jazeera`` may be one word. Words in quotes stay as they are.
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
    r"NEAR\((?P<near>[^()\"]+?)(?:,\s*(?P<distance>\d{1,3})\s*)?\)|"
    rf"(?P<minus>-)?(?:(?P<field>{'|'.join(FIELDS)}):(?=[^\s:]))?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))(?P<star>\*)?',
    re.IGNORECASE,
)
_LIKE_A_FIELD = re.compile(r"([A-Za-z]{2,12}):.*")
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_STOP_WORDS = frozenset(
    "a an and are as at be by for from in is it not of on or that the their this to was were which "
    "with".split()
)
"""Words that are in almost every text. They are not looked for, unless quoted."""

_NEAR_BY_DEFAULT = 10  # words that may be between those of NEAR(), as in FTS5
_INVISIBLE = dict.fromkeys((173, *range(8203, 8208), 8288, 65279))
_APOSTROPHE = "['\u2018\u2019\u02bc\u00b4`]"
_POSSESSIVE = re.compile(rf"(.*\w)(?:{_APOSTROPHE}s|(?<=s){_APOSTROPHE})", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\.?")
_INITIALS = re.compile("[A-Z]{2,5}|[a-z]{2}")
_NUMBER = re.compile(r"\d{1,3}(?:[.,']\d{3})+|\d{4,9}")
_COMPOUND = re.compile(r"\w+(?:[-\u2010-\u2015'\u2019]\w+)+")
_BETWEEN = re.compile(r"[\W_]+")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Term:
    """A word, the beginning of a word, or a phrase; ``span`` is its place in what was typed.

    The words of a term with a ``distance`` have at most so many others between them.
    """

    text: str
    is_prefix: bool = False
    is_phrase: bool = False
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)
    distance: int | None = None

    @property
    def fts5(self) -> str:
        """The term as an FTS5 expression of quoted strings, in which nothing has a meaning."""
        if self.distance is not None:
            words = " ".join(_quoted(word) for word in self.text.split() if _can_be_found(word))
            return f"NEAR({words}, {self.distance})"
        if self.is_prefix:
            return f"{_quoted(self.text)}*"
        forms = [self.text] if self.is_phrase else forms_of(self.text)
        found = " OR ".join(map(_quoted, forms))
        return f"({found})" if len(forms) > 1 else found

    @property
    def words(self) -> str:
        """The term as the page shows how it was read."""
        if self.distance is not None:
            return f"{' near '.join(self.text.split())} (at most {self.distance} words between)"
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
    plain = _CONTROL.sub(" ", text).translate(_QUOTES).translate(_INVISIBLE)
    tokens = [match for match in _TOKEN.finditer(plain) if _can_be_found(match[0])]
    reader = _Reader()
    for token in tokens[:MOST_PARTS]:
        reader.read(token, is_last=token is tokens[-1])
    if len(tokens) > MOST_PARTS:
        reader.hints.append(f"Only the first {MOST_PARTS} words were read.")
    kept = [[part for part in group if not _is_stop_word(part)] for group in reader.groups]
    groups = tuple(tuple(group) for group in kept if group)
    if reader.groups and not groups and not reader.excluded:
        reader.hints.append("These words are in almost every text; add one that is not.")
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
        if token["near"]:
            self._add(self._near(token), excludes=False)
            return
        if not is_last and self._is_operator(token):
            self._operator = token["word"]
            return
        self._add(self._part(token), excludes=bool(token["minus"]))

    def _add(self, part: Part, *, excludes: bool) -> None:
        if excludes or self._operator == "NOT":
            self._latest = self.excluded
        elif self._operator != "OR":
            self._latest = []
            self.groups.append(self._latest)
        self._latest.append(part)
        self._operator = ""

    def _near(self, token: re.Match[str]) -> Term:
        distance = int(token["distance"] or _NEAR_BY_DEFAULT)
        words = " ".join(_BETWEEN.sub(" ", token["near"]).split())
        return Term(words, distance=distance if " " in words else None, span=token.span())

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


def forms_of(word: str) -> list[str]:
    """The ways in which a text may write what a word means, each as FTS5 is to look for it.

    >>> forms_of("U.N.")
    ['U.N.', 'UN']
    """
    if possessive := _POSSESSIVE.fullmatch(word):
        word = possessive[1]
    forms = [word]
    if _NUMBER.fullmatch(word.strip(_edges(word))):
        digits = "".join(filter(str.isdigit, word))
        groups = [digits[max(end - 3, 0) : end] for end in range(len(digits), 0, -3)]
        forms += [digits, " ".join(reversed(groups))]
    elif _ABBREVIATION.fullmatch(word):
        forms.append(word.replace(".", ""))
    elif _INITIALS.fullmatch(word):
        forms.append(" ".join(word))
    elif _COMPOUND.fullmatch(word):
        forms.append(_BETWEEN.sub("", word))
    return list(dict.fromkeys(forms))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _is_stop_word(part: Part) -> bool:
    if isinstance(part, Field) or part.is_phrase or part.is_prefix:
        return False
    return part.text.lower() in _STOP_WORDS


def _has_field(parts: Iterable[Part]) -> bool:
    return any(isinstance(part, Field) for part in parts)


def _edges(text: str) -> str:
    """The characters of a text that no index holds, such as brackets."""
    return "".join(character for character in text if not character.isalnum())


def _can_be_found(text: str) -> bool:
    return any(character.isalnum() for character in text)
