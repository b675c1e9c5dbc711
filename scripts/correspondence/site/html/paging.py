"""Lists that are shown in pages of a hundred, by the number of entries that were passed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from datasette.utils.asgi import BadRequest

from ...records.problems import did_you_mean

PAGE = 100
T = TypeVar("T")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page of a list. ``next`` continues it, ``first`` goes back to its beginning."""

    items: Sequence[T]
    offset: int
    next: str | None
    first: str | None


def slice_of(items: Sequence[T], offset: int, pairs: Iterable[Pair] = ()) -> Slice[T]:
    """A page from entries that were read from an offset on, one more than a page holds.

    Args:
        items: the entries.
        offset: how many were passed.
        pairs: the other arguments of the address.
    """
    kept = [pair for pair in pairs if pair[0] != "_next"]
    following = urlencode([*kept, ("_next", str(offset + PAGE))])
    first = f"?{urlencode(kept)}" if kept else ""
    return Slice(
        items[:PAGE],
        offset,
        f"?{following}" if len(items) > PAGE else None,
        first if offset else None,
    )


def offset_of(pairs: Sequence[Pair]) -> int:
    """How many entries a page passes.

    Raises:
        BadRequest: it is no number.
    """
    value = dict(pairs).get("_next", "")
    if not value:
        return 0
    if not value.isascii() or not value.isdigit() or len(value) > 12:
        raise BadRequest(f"_next takes a whole number, not {value!r}")
    return int(value)


def refuse_others(pairs: Iterable[Pair], known: Iterable[str]) -> None:
    """Refuse arguments that a page does not know, since a list would seem to obey them.

    Raises:
        BadRequest: there is one.
    """
    for name, _ in pairs:
        if name not in known:
            hint = did_you_mean(name, sorted(known)) or " here"
            raise BadRequest(f"there is no argument {name!r}{hint}")
