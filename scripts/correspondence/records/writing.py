"""Records as canonical YAML: the same record always gives the same text.

Keys stand in the order of the model, keys that say nothing are left out, prose is folded at
:data:`WIDTH` columns, and short lists of single words stand in brackets. Comments stand with the
part of the record that they speak of. This is the one place that says what is canonical.
"""

import datetime
import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from .dates import EdtfDate
from .model import Answered, Letter, Record, Withdrawn
from .problems import KeyPath
from .rules.lost_text import holds_prose, is_like_a_key
from .strict_yaml import single_quoted
from .yaml_comments import Comments

WIDTH = 100
NO_COMMENTS = Comments()

# Plain text is kept plain where YAML 1.1 and 1.2 both read it as that very text.
_PLAIN = re.compile(r"[^\W_][^\n]*|\([^\n]*")
_READ_AS_ELSE = re.compile(
    r"(?i)y|n|yes|no|on|off|true|false|null|[-+]?[0-9][0-9_.,:]*(?:e[-+]?[0-9]+)?|0[xob][0-9a-f_]+"
)
_WORD = re.compile(r"[^\W_](?:[\w.&'-]| (?=[\w&'-])){0,40}(?<![. ])")


def write_letter(letter: Letter | Withdrawn, comments: Comments = NO_COMMENTS) -> str:
    """The text of a letter's file; the id is not in it, since the file's name says it."""
    return _file(_Writing(comments).mapping((), letter, leave_out=frozenset({"id"})), comments)


def write_record(record: Record, comments: Comments = NO_COMMENTS) -> str:
    """The text of a file that holds one mapping, such as ``archive.yml``."""
    return _file(_Writing(comments).mapping((), record), comments)


def write_register(records: Iterable[Record], comments: Comments = NO_COMMENTS) -> str:
    """The text of a register: a list of mappings, one after the other."""
    writing = _Writing(comments)
    entries = (writing.entry((number,), record) for number, record in enumerate(records))
    return _file([line for entry in entries for line in entry], comments)


def _file(lines: list[str], comments: Comments) -> str:
    head = [*_comment_lines(comments.head)]
    body = [*lines, *_comment_lines(comments.end)]
    if not head:
        body = body[body[:1] == [""] :]  # a file begins with no blank line
    elif body[:1] != [""]:
        head.append("")
    return "".join(f"{line}\n" for line in [*head, *body])


class _Writing:
    """Writes parts of a record, each with the comments on it."""

    def __init__(self, comments: Comments) -> None:
        self.comments = comments
        paths = comments.paths()
        self.within = {path[:size] for path in paths for size in range(len(path))}
        """The paths of which a part has a comment."""
        self.on = self.within | paths
        self.prose: set[KeyPath] = set()

    def mapping(
        self, path: KeyPath, record: Record, leave_out: frozenset[str] = frozenset()
    ) -> list[str]:
        """The lines of a record; a key that says nothing stands only if a comment is on it."""
        lines: list[str] = []
        for name, field in type(record).model_fields.items():
            value = getattr(record, name)
            key = field.alias or name
            if holds_prose(type(record), name):
                self.prose.add((*path, key))
            says_something = value is not None and value != () and value != field.default
            if name not in leave_out and (says_something or (*path, key) in self.on):
                lines.extend(self._commented((*path, key), self._key((*path, key), key, value)))
        return lines

    def entry(self, path: KeyPath, value: Any) -> Iterator[str]:
        """The lines of a list's entry."""
        is_plain = isinstance(value, Answered) and value.certainty == "stated"
        if is_plain and path not in self.within:
            value = value.letter
        if isinstance(value, Record):
            lines: Iterable[str] = _item(self.mapping(path, value))
        else:
            lines = _text("- ", value)
        return self._commented(path, lines)

    def _key(self, path: KeyPath, key: str, value: Any) -> Iterator[str]:
        if isinstance(value, Record):
            yield f"{key}:"
            yield from _indented(self.mapping(path, value))
        elif isinstance(value, tuple):
            yield from self._list(path, key, value)
        elif isinstance(value, str):
            yield from _text(f"{key}: ", value)
        else:
            yield f"{key}: {_scalar(value)}"

    def _list(self, path: KeyPath, key: str, values: tuple[Any, ...]) -> Iterator[str]:
        are_words = all(isinstance(value, str) and _is_word(value) for value in values)
        if are_words and path not in self.within:
            line = f"{key}: [{', '.join(values)}]"
            if len(line) <= WIDTH - 20 or len(values) == 1:
                yield line
                return
        yield f"{key}:"
        for number, value in enumerate(values):
            yield from _indented(self.entry((*path, number), value))

    def _commented(self, path: KeyPath, lines: Iterable[str]) -> Iterator[str]:
        yield from _comment_lines(self.comments.before.get(path, ()))
        beside = self.comments.beside.get(path)
        if beside and not self.prose.isdisjoint((path, path[:-1])):
            # Beside plain text a comment looks like the end of the text, so it stands above.
            yield beside
            beside = None
        for number, line in enumerate(lines):
            yield f"{line}  {beside}" if beside and number == 0 else line
        yield from _comment_lines(self.comments.after.get(path, ()))


def _comment_lines(comments: Iterable[str]) -> Iterator[str]:
    """Comments, each in its line; a blank line above stays a blank line."""
    return (line for comment in comments for line in comment.split("\n"))


def _item(lines: list[str]) -> Iterator[str]:
    """A mapping as a list's entry; comments on its first key stand above the hyphen."""
    first = next(number for number, line in enumerate(lines) if line and line[0] != "#")
    yield from lines[:first]
    yield f"- {lines[first]}"
    yield from (f"  {line}" if line else line for line in lines[first + 1 :])


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else line for line in lines)


def _text(lead: str, text: str) -> Iterator[str]:
    """Text after ``lead``: in its line where it fits, else folded below it."""
    # Four columns are kept for the indentation of the deepest lists.
    if "\n" not in text and (len(lead) + len(_quoted(text)) <= WIDTH - 4 or " " not in text):
        yield lead + _quoted(text)
        return
    folded = [
        textwrap.wrap(paragraph, WIDTH - 6, break_long_words=False, break_on_hyphens=False)
        for paragraph in text.split("\n")
    ]
    if any(is_like_a_key(line) for lines in folded for line in lines):
        # On one line it cannot be taken for something that was swallowed.
        yield lead + _double_quoted(text) if "\n" in text else lead + single_quoted(text)
        return
    yield f"{lead}>-"
    for number, lines in enumerate(folded):
        if number:
            yield ""
        yield from _indented(lines)


def _quoted(text: str) -> str:
    plain = (
        _PLAIN.fullmatch(text)
        and not _READ_AS_ELSE.fullmatch(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
    )
    return text if plain else single_quoted(text)


def _double_quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _is_word(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) and not _READ_AS_ELSE.fullmatch(text)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _quoted(value.text) if isinstance(value, EdtfDate) else str(value)
