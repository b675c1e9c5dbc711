"""Records as canonical YAML: the same record always gives the same text.

Keys stand in the order of the model, keys that say nothing are left out, prose is folded at
:data:`WIDTH` columns, and short lists of single words stand in brackets.
"""

import datetime
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from .dates import EdtfDate
from .model import Answered, Letter, Record, Withdrawn

WIDTH = 100

# Plain text is kept plain where YAML 1.1 and 1.2 both read it as that very text.
_PLAIN = re.compile(r"[^\W_][^\n]*|\([^\n]*")
_READ_AS_ELSE = re.compile(
    r"(?i)y|n|yes|no|on|off|true|false|null|[-+]?[0-9][0-9_.,:]*(?:e[-+]?[0-9]+)?|0[xob][0-9a-f_]+"
)
_WORD = re.compile(r"[^\W_](?:[\w.&'-]| (?=[\w&'-])){0,40}(?<![. ])")


def write_letter(letter: Letter | Withdrawn) -> str:
    """The text of a letter's file; the id is not in it, since the file's name says it."""
    return "\n".join(_mapping(letter, leave_out=frozenset({"id"}))) + "\n"


def write_record(record: Record) -> str:
    """The text of a file that holds one mapping, such as ``archive.yml``."""
    return "\n".join(_mapping(record)) + "\n"


def write_register(records: Iterable[Record]) -> str:
    """The text of a register: a list of mappings, one after the other."""
    return "".join("\n".join(_item(_mapping(record))) + "\n" for record in records)


def _mapping(record: Record, leave_out: frozenset[str] = frozenset()) -> list[str]:
    lines: list[str] = []
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        says_something = value is not None and value != () and value != field.default
        if name not in leave_out and says_something:
            lines.extend(_entry(field.alias or name, value))
    return lines


def _entry(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, Record):
        yield f"{key}:"
        yield from _indented(_mapping(value))
    elif isinstance(value, tuple):
        yield from _list(key, value)
    elif isinstance(value, str):
        yield from _text(f"{key}: ", value)
    else:
        yield f"{key}: {_scalar(value)}"


def _list(key: str, values: tuple[Any, ...]) -> Iterator[str]:
    if all(isinstance(value, str) and _is_word(value) for value in values):
        line = f"{key}: [{', '.join(values)}]"
        if len(line) <= WIDTH - 20 or len(values) == 1:
            yield line
            return
    yield f"{key}:"
    for value in values:
        if isinstance(value, Answered) and value.certainty == "stated":
            yield from _indented(_text("- ", value.letter))
        elif isinstance(value, Record):
            yield from _indented(_item(_mapping(value)))
        else:
            yield from _indented(_text("- ", value))


def _item(lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{'- ' if number == 0 else '  '}{line}" if line else line


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else line for line in lines)


def _text(lead: str, text: str) -> Iterator[str]:
    """Text after ``lead``: in its line where it fits, else folded below it."""
    # Four columns are kept for the indentation of the deepest lists.
    if "\n" not in text and (len(lead) + len(_quoted(text)) <= WIDTH - 4 or " " not in text):
        yield lead + _quoted(text)
        return
    yield f"{lead}>-"
    for number, paragraph in enumerate(text.split("\n")):
        if number:
            yield ""
        yield from _indented(
            textwrap.wrap(paragraph, WIDTH - 6, break_long_words=False, break_on_hyphens=False)
        )


def _quoted(text: str) -> str:
    plain = (
        _PLAIN.fullmatch(text)
        and not _READ_AS_ELSE.fullmatch(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
    )
    return text if plain else "'" + text.replace("'", "''") + "'"


def _is_word(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) and not _READ_AS_ELSE.fullmatch(text)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _quoted(value.text) if isinstance(value, EdtfDate) else str(value)
