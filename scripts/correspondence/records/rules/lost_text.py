"""Text that YAML cuts off or swallows without an error: well-formed, and not what was meant.

Plain text ends where a space and ``#`` follow, and a block of text holds whatever is indented as it
is, a key or a comment of the record included.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from ..archive import REGISTERS, class_of
from ..field_types import Line, RefersTo, Text
from ..model import (
    ArchiveInfo,
    Letter,
    Record,
    classes_in,
    hints_of,
    parts_of,
    with_classes_within,
)
from ..problems import Finding, KeyPath, Mend, rule
from ..strict_yaml import YAML_SYNTAX, Document, single_quoted
from ..yaml_comments import comments_of

CUT_TEXT = rule("cut-text", "No text is cut off by ` #`, behind which YAML reads a comment.")
SWALLOWED_LINE = rule(
    "swallowed-line", "No block of text holds a line like a key, a comment or a list's entry."
)

_BLOCK = re.compile(r"^( *)(?:- )*(?:[\w-]+: +)?[|>][-+0-9]*[ \t]*(?:#.*)?$")
_ENTRY = re.compile(r"^( *)- (?!['\"|>\[{]|[\w-]+:(?: |$)).*\S$")
_ODD_BEGINNING = re.compile(r"(?m)^ *([\u2013\u2014\u2022\u00b7](?= )|\u00a0)")
_PROSE = (get_args(Text)[1], get_args(Line)[1])


def lost_text(document: Document) -> Iterator[Finding]:
    """Find what a well-formed document says and its data do not."""
    yield from _cut(document)
    yield from _swallowed(document)
    for match in _ODD_BEGINNING.finditer(document.text):
        line = document.text.count("\n", 0, match.start(1)) + 1
        column = match.start(1) - document.text.rfind("\n", 0, match.start(1))
        message = (
            "this line is indented by a space that is none to YAML; use plain spaces"
            if match[1] == "\u00a0"
            else f"a list's entry begins with a hyphen and a space, not with {match[1]!r}"
        )
        yield Finding(document.file, (), YAML_SYNTAX, message, place=(line, column))


def is_like_a_key(line: str) -> bool:
    """Whether a line of text would be taken for a key, a comment or a list's entry."""
    return bool(_like_a_key().match(line))


@cache
def _like_a_key() -> re.Pattern[str]:
    classes = with_classes_within(Letter, ArchiveInfo, *REGISTERS.values())
    keys = {field.alias or name for cls in classes for name, field in cls.model_fields.items()}
    return re.compile(rf"\s*(?:(?:- )*(?:{'|'.join(sorted(keys))}):(?:\s|$)|#(?:\s|$)|[-–•] )")


def _swallowed(document: Document) -> Iterator[Finding]:
    """Lines within a block or an entry of text that look like something of their own."""
    lines = document.text.split("\n")
    width = -1  # of the indentation of the text that goes on; none as long as it is unknown
    in_text, in_entry, outer = False, False, 0
    for number, line in enumerate(lines, start=1):
        indent = len(line) - len(line.lstrip(" "))
        if in_text and not line.strip():
            continue
        if in_text and indent > outer and width < 0:
            width = indent
        in_text = in_text and indent > outer and indent >= width
        if in_text:
            like_an_entry = line.lstrip().startswith(("- ", "– ", "• "))
            if like_an_entry if in_entry else is_like_a_key(line):
                yield Finding(
                    document.file,
                    (),
                    SWALLOWED_LINE,
                    f"{line.strip()[:40]!r} is part of the text above it, since it is indented so; "
                    "indent it as the key above, or put the text in quotes on one line",
                    place=(number, indent + 1),
                )
            continue
        block, entry = _BLOCK.match(line), _ENTRY.match(line)
        if found := block or entry:
            in_text, in_entry, outer, width = True, block is None, len(found[1]), -1


def _cut(document: Document) -> Iterator[Finding]:
    """Plain text with a comment in its own line."""
    for path, comment in comments_of(document).beside.items():
        value = _value_at(document.data, path)
        if not isinstance(value, str) or not _is_prose(class_of(document.file), path):
            continue
        line, column = document.place(path)
        rest = document.text.split("\n")[line - 1][column - 1 :].rstrip()
        if rest.startswith(("'", '"', "|", ">")):
            continue
        quoted = single_quoted(rest)
        key = next(str(key) for key in reversed(path) if isinstance(key, str))
        yield Finding(
            document.file,
            path,
            CUT_TEXT,
            f"the text ends before {comment[:30]!r}, which YAML takes for a comment; write "
            f"{key}: {quoted} or put the comment on a line of its own",
            mend=Mend(rest, quoted),
        )


def _value_at(data: Any, path: KeyPath) -> Any:
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _is_prose(cls: type[Record], path: KeyPath) -> bool:
    """Whether a value is text or a name, and no id or word of a vocabulary."""
    is_prose = False
    for key in path:
        if isinstance(key, int):
            continue
        names = {field.alias or name: name for name, field in cls.model_fields.items()}
        if key not in names:
            return False
        is_prose = holds_prose(cls, names[key])
        cls = next(classes_in(hints_of(cls)[names[key]], Record), cls)
    return is_prose


@cache
def holds_prose(cls: type[Record], name: str) -> bool:
    """Whether a field holds text or names, and no ids or words of a vocabulary."""
    parts = list(parts_of(hints_of(cls)[name]))
    is_text = any(part == prose for part in parts for prose in _PROSE)
    return is_text and not any(isinstance(part, RefersTo) for part in parts)
