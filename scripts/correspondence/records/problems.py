"""What can be wrong with the data: rules with names, findings of them, and where they stand.

A rule is defined beside the code that checks it, by :func:`rule`; the catalogue that this fills is
the source of the list of rules in ``letters/README.md``. Code that finds something makes a
:class:`Finding`, which names a key of a file; only :mod:`.reading` turns that into a line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

Level = Literal["error", "warning"]
KeyPath = tuple[str | int, ...]

MAX_MESSAGE = 600


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold (``error``) or is worth checking (``warning``)."""

    name: str
    meaning: str
    level: Level = "error"


CATALOGUE: dict[str, Rule] = {}


def rule(name: str, meaning: str, level: Level = "error") -> Rule:
    """Define a rule and enter it in the catalogue."""
    CATALOGUE[name] = Rule(name, meaning, level)
    return CATALOGUE[name]


EMPTY_VALUE = rule("empty-value", "A key has a value, or its line is left out.")


class Mend(NamedTuple):
    """A word that stands at the place of a problem, and the one to be written there."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a file breaks, at a key of it: ``("sources", 0, "url")``.

    ``at_key`` tells that the key itself is meant, not its value; ``mend`` what is certain to be
    meant instead, if there is such a thing; ``missing`` names a key that is not there, and ``keys``
    is then where it should be. ``place`` is its line and column, where no key is.
    """

    file: str
    keys: KeyPath
    rule: Rule
    message: str
    at_key: bool = False
    mend: Mend | None = None
    missing: str = ""
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A finding with its place; lines and columns count from 1."""

    file: str
    line: int
    column: int
    rule: str
    message: str
    level: Level = "error"
    mend: Mend | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls,
        broken: Rule,
        file: str,
        place: tuple[int, int],
        message: str,
        mend: Mend | None = None,
    ) -> Self:
        """A broken rule at a place; of a message that quotes at length, the ends are kept."""
        if len(message) > MAX_MESSAGE:
            message = f"{message[: MAX_MESSAGE // 2]} … {message[-MAX_MESSAGE // 2 :]}"
        return cls(file, *place, broken.name, message, broken.level, mend)


_LEAST_LIKENESS = 0.65
_LONGEST_GUESSED = 200  # characters of a word that may be a misspelt one


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like another, or begins so; nothing if none is near."""
    names = list(known)
    lowered = [name.lower() for name in names]
    wanted = word.lower()
    if len(wanted) > _LONGEST_GUESSED:
        return None
    near = process.extract(
        wanted, lowered, scorer=Indel.normalized_similarity, score_cutoff=_LEAST_LIKENESS
    )
    if near:
        _, _, place = max(near, key=lambda found: (found[1], found[0]))
        return names[place]
    begun = [name for name, low in zip(names, lowered, strict=True) if low.startswith(wanted)]
    return begun[0] if begun and len(wanted) > 2 else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that ends a message, ``"; did you mean 'x'?"``, or nothing if none is near."""
    name = nearest(word, known)
    return f"; did you mean {name!r}?" if name else ""


def surely_meant(word: str, known: Iterable[str]) -> Mend | None:
    """The one known word that is but a slip of the finger away, or nothing if in doubt.

    A slip is one letter too many, too few, wrong, or exchanged with the next: what is further away,
    such as "not answered" from "answered", may mean something else.
    """
    near = [name for name in known if OSA.distance(word.lower(), name.lower()) <= 1]
    return Mend(word, near[0]) if len(near) == 1 else None
