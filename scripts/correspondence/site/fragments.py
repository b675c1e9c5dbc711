"""Pieces of pages that many pages show alike, kept as HTML.

An archive does not change while it is served, so neither does its entry in a list. What a piece
shows is named by its key, and by nothing else.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup

ROOM = 16 << 20
"""Characters of all pieces that are kept, of which those not asked for longest go first."""


class Fragments:
    """The pieces of one site; as a function in its templates, ``kept(key, macro, …)``."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.size = 0
        self.pieces: OrderedDict[Hashable, Markup] = OrderedDict()

    def __call__(self, key: Hashable, macro: Callable[..., Markup], *arguments: Any) -> Markup:
        """The piece of this key, made by a macro when it is not kept."""
        if key in self.pieces:
            self.pieces.move_to_end(key)
            return self.pieces[key]
        piece = self.pieces[key] = macro(*arguments)
        self.size += len(piece)
        while self.size > self.room:
            _, forgotten = self.pieces.popitem(last=False)
            self.size -= len(forgotten)
        return piece
