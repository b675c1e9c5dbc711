"""Pieces of pages that many pages show alike, kept as HTML.

An archive does not change while it is served, so neither does its entry in a list. What a piece
shows is named by its key, and by nothing else.
"""

from collections.abc import Callable, Hashable
from typing import Any

from cachetools import LRUCache
from markupsafe import Markup

ROOM = 16 << 20
"""Characters of all pieces that are kept, of which those not asked for longest go first."""


class Fragments:
    """The pieces of one site; as a function in its templates, ``kept(key, macro, …)``."""

    def __init__(self, room: int = ROOM) -> None:
        self.pieces: LRUCache[Hashable, Markup] = LRUCache(room, getsizeof=len)

    def __call__(self, key: Hashable, macro: Callable[..., Markup], *arguments: Any) -> Markup:
        """The piece of this key, made by a macro when it is not kept."""
        piece = self.pieces.get(key)
        if piece is None:
            piece = macro(*arguments)
            if len(piece) <= self.pieces.maxsize:
                self.pieces[key] = piece
        return piece
