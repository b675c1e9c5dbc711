"""The comments of a YAML file, and the part of the record that each of them speaks of.

Records carry no comments. Here comments are found, in the gaps between the tokens of YAML, and tied
to the path of a key or of a list's entry, so that :mod:`.writing` puts them back whatever order the
keys come to stand in. (PyYAML drops comments; ruamel.yaml keeps most, but loses those within
brackets, and leaves others behind where keys change places.)
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

from .problems import KeyPath
from .strict_yaml import Document

# What follows a letter or a slash, as in an address, is no comment; all else is looked at.
_PERHAPS_A_COMMENT = re.compile(r"(?<![\w/])#")
_COMMENT = re.compile(r"#[^\n]*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\n]*)")
_EDITORS_LINE = re.compile(r"#\s*yaml-language-server:")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

_IN_BRACKETS = 10**6
"""The column of an entry in brackets: further right than any comment can be."""


class Comment(NamedTuple):
    """A comment as it stands in a file; ``line`` and ``column`` count from 1."""

    text: str
    line: int
    column: int


@dataclass(slots=True)
class Comments:
    """Comments by the path of what they speak of.

    Those ``before`` a path stand above it, those ``after`` it below all that belongs to it, and
    ``beside`` in its first line. ``head`` opens the file, parted from the record by a blank line;
    ``end`` closes it. A text that begins with a line feed follows a blank line.
    """

    head: list[str] = field(default_factory=list)
    end: list[str] = field(default_factory=list)
    before: dict[KeyPath, list[str]] = field(default_factory=dict)
    beside: dict[KeyPath, str] = field(default_factory=dict)
    after: dict[KeyPath, list[str]] = field(default_factory=dict)

    def paths(self) -> set[KeyPath]:
        """The paths that comments speak of."""
        return {*self.before, *self.beside, *self.after}

    def texts(self) -> list[str]:
        """Every comment, sorted."""
        lists = [self.head, self.end, *self.before.values(), *self.after.values()]
        texts = [text.lstrip("\n") for texts in lists for text in texts]
        return sorted([*texts, *self.beside.values()])


def comments_in(text: str) -> list[Comment]:
    """The comments of well-formed YAML, in order."""
    if not _PERHAPS_A_COMMENT.search(text):
        return []
    places = _Tokens(text).comments
    return [Comment(c.text, text.count("\n", 0, c.begin) + 1, c.column) for c in places]


def comments_of(document: Document) -> Comments:
    """The comments of a document that was read without problems, tied to its parts."""
    if not _PERHAPS_A_COMMENT.search(document.text):
        return Comments()
    return _Tying(document).comments


class _Found(NamedTuple):
    """A comment, and what shows on the page before and behind it."""

    text: str
    begin: int
    column: int
    own_line: bool
    after_blank: bool
    before: type | None
    behind: tuple[int, type] | None


_VISIBLE = (
    yaml.ScalarToken,
    yaml.BlockEntryToken,
    yaml.FlowSequenceStartToken,
    yaml.FlowSequenceEndToken,
    yaml.FlowMappingStartToken,
    yaml.FlowMappingEndToken,
    yaml.FlowEntryToken,
)


class _Tokens:
    """The tokens of a text that show on the page, by where they begin, and the comments between."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.begins: list[int] = []
        self.kinds: list[type] = []
        self.comments: list[_Found] = []
        self._scan()

    def _scan(self) -> None:
        waiting: list[tuple[int, str]] = []
        end = 0
        # The marks of this loader, unlike those of libyaml's, say exactly where a token ends.
        for token in yaml.scan(self.text, Loader=yaml.SafeLoader):
            start = token.start_mark.index
            waiting.extend(self._in_gap(end, start))
            end = max(end, token.end_mark.index)
            if isinstance(token, _VISIBLE):
                self._place(waiting, (start, type(token)))
                waiting = []
                self.begins.append(start)
                self.kinds.append(type(token))
            if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
                header = _BLOCK_HEADER.match(self.text, start)
                waiting.extend([(header.start(1), header[1])] if header else [])
        waiting.extend(self._in_gap(end, len(self.text)))
        self._place(waiting, None)

    def _in_gap(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        return ((match.start(), match[0]) for match in _COMMENT.finditer(self.text, start, end))

    def _place(self, waiting: list[tuple[int, str]], behind: tuple[int, type] | None) -> None:
        before = self.kinds[-1] if self.kinds else None
        for index, text in waiting:
            begin = self.text.rfind("\n", 0, index) + 1
            own_line = not self.text[begin:index].strip()
            above = self.text[self.text.rfind("\n", 0, max(begin - 1, 0)) + 1 : begin]
            after_blank = own_line and begin > 0 and not above.strip()
            found = (text.rstrip(), index, index - begin + 1, own_line, after_blank)
            self.comments.append(_Found(*found, before, behind))


class _Part(NamedTuple):
    """Where a key or a list's entry begins; ``column`` is that of an entry's hyphen."""

    begin: int
    column: int
    path: KeyPath


class _Tying:
    """Ties the comments of one document to its parts."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.comments = Comments()
        self.tokens = _Tokens(document.text)
        self.parts = sorted(self._parts(document))
        self.begins = [part.begin for part in self.parts]
        self.columns = {part.path: part.column for part in self.parts}
        heads = self._heads()
        for number, found in enumerate(self.tokens.comments):
            text = "\n" * found.after_blank + found.text
            if number < heads:
                self.comments.head.append(text if self.comments.head else found.text)
            elif found.own_line or found.begin < self.begins[0]:
                self._own_line(found, text)
            else:
                self._beside(found)

    def _parts(self, document: Document) -> Iterator[_Part]:
        lines = [0]
        for line in document.text.split("\n"):
            lines.append(lines[-1] + len(line) + 1)
        for path, (line_number, column) in document.keys.items():
            yield _Part(lines[line_number - 1] + column - 1, column, path)
        for path, (line_number, column) in document.values.items():
            if path and isinstance(path[-1], int):
                yield self._entry(lines[line_number - 1] + column - 1, path)

    def _entry(self, begin: int, path: KeyPath) -> _Part:
        number = bisect_left(self.tokens.begins, begin) - 1
        if self.tokens.kinds[number] is not yaml.BlockEntryToken:
            return _Part(begin, _IN_BRACKETS, path)
        hyphen = self.tokens.begins[number]
        return _Part(hyphen, hyphen - self.text.rfind("\n", 0, hyphen), path)

    def _heads(self) -> int:
        """How many comments are of the file: those above a blank line, or for editors."""
        first = self.begins[0]
        opening = [found for found in self.tokens.comments if found.begin < first]
        heads = 0
        for number, found in enumerate(opening, start=1):
            until = opening[number].begin if number < len(opening) else first
            followed_by_blank = _BLANK_LINE.search(self.text, found.begin, until)
            if followed_by_blank or _EDITORS_LINE.match(found.text):
                heads = number
        return heads

    def _beside(self, found: _Found) -> None:
        path = self._last_part(found.begin).path
        if found.before is yaml.BlockEntryToken:  # beside a hyphen that stands alone
            self._add(self.comments.before, path, found.text)
            return
        if found.before is yaml.FlowSequenceEndToken and isinstance(path[-1], int):
            path = path[:-1]
        if path in self.comments.beside:  # there is room for one
            self._add(self.comments.before, path, self.comments.beside[path])
        self.comments.beside[path] = found.text

    def _own_line(self, found: _Found, text: str) -> None:
        following = self._following(found)
        if found.begin < self.begins[0]:
            self._add(self.comments.before, self.parts[0].path, text)
            return
        last = self._last_part(found.begin)
        if following is None and found.behind:  # above a value below its key, or above a bracket
            closes = found.behind[1] is yaml.FlowSequenceEndToken and isinstance(last.path[-1], int)
            self._add(self.comments.after if closes else self.comments.before, last.path, text)
        elif found.column > (following.column if following else 1):
            self._add(self.comments.after, self._owner(last.path, found.column), text)
        elif following:
            self._add(self.comments.before, following.path, text)
        else:
            self.comments.end.append(text)

    def _following(self, found: _Found) -> _Part | None:
        """The part that begins right behind a comment."""
        if found.behind is None:
            return None
        number = bisect_left(self.begins, found.behind[0])
        is_part = number < len(self.begins) and self.begins[number] == found.behind[0]
        return self.parts[number] if is_part else None

    def _last_part(self, begin: int) -> _Part:
        return self.parts[bisect_right(self.begins, begin) - 1]

    def _owner(self, path: KeyPath, column: int) -> KeyPath:
        """The innermost part around ``path`` that begins no further right than ``column``."""
        around = [path[:size] for size in range(len(path), 0, -1)]
        return next((p for p in around if self.columns[p] <= column), around[-1])

    @staticmethod
    def _add(to: dict[KeyPath, list[str]], path: KeyPath, text: str) -> None:
        to.setdefault(path, []).append(text)
