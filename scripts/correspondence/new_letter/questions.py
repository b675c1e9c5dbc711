"""The questions about a new letter, read off the model: the same in a terminal and in the form."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

from ..records.archive import Frame
from ..records.dates import EdtfDate
from ..records.field_types import RefersTo, Text
from ..records.json_schema import keys_of
from ..records.model import Answered, Correspondent, Letter, Question, Record, Source, parts_of
from ..records.vocabulary import Word

Kind = Literal[
    "parties", "letters", "sources", "date", "day", "word", "words", "yes-no", "prose", "line"
]


@dataclass(frozen=True)
class Asked:
    """A question about one key.

    ``kind`` is how it is answered: by names of correspondents, ids of letters, sources, a date or
    day, one word of ``options`` or several, yes or no, paragraphs or a line. ``type`` is that of
    the model. ``needed`` questions must be answered, others ``needed_unless`` a key has a value.
    """

    key: str
    text: str
    hint: str
    later: bool
    needed: bool
    needed_unless: tuple[str, str] | None
    kind: Kind
    type: Any
    options: Mapping[str, str] = field(default_factory=dict)
    """Words that may be chosen, with their meanings, or ids with their names."""

    @property
    def labels(self) -> dict[str, str]:
        """What a list shows for each option: a word with its meaning, or the name of an id."""
        explained = any(isinstance(p, type) and issubclass(p, Word) for p in parts_of(self.type))
        return {key: f"{key}: {text}" if explained else text for key, text in self.options.items()}


def questions_about_letters(frame: Frame) -> list[Asked]:
    """The questions about a letter of this archive, in the order of its file."""
    return [asked for asked in _questions(Letter, frame) if asked.kind != "word" or asked.options]


def questions_about_sources(frame: Frame) -> list[Asked]:
    """The questions about one source of a letter."""
    return _questions(Source, frame)


def options() -> Iterator[tuple[str, bool, str]]:
    """The options of ``letters new``: name, whether it may be repeated, description of the key."""
    for cls in (Letter, Source):
        hints = _hints(cls)
        for key in keys_of(cls):
            parts = list(parts_of(hints[key.field]))
            if Question.of(cls.model_fields[key.field]) and _kind(parts) != "sources":
                yield option_of(key.name), tuple in parts, key.description


def option_of(key: str) -> str:
    """The option of ``letters new`` that answers the question about a key."""
    return {"topics": "topic", "url": "source"}.get(key, key.replace("_", "-"))


def _questions(cls: type[Record], frame: Frame) -> list[Asked]:
    hints = _hints(cls)
    found = []
    for key in keys_of(cls):
        question = Question.of(cls.model_fields[key.field])
        if question:
            parts = list(parts_of(hints[key.field]))
            kind = _kind(parts)
            options = _options(parts, frame) if kind in ("word", "words") else {}
            found.append(
                Asked(
                    key.name,
                    question.text,
                    question.hint,
                    question.later,
                    key.required,
                    key.unless,
                    kind,
                    hints[key.field],
                    options,
                )
            )
    return found


@cache
def _hints(cls: type[Record]) -> Mapping[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _kind(parts: list[Any]) -> Kind:
    kinds: dict[Any, Kind] = {
        Correspondent: "parties",
        Answered: "letters",
        Source: "sources",
        EdtfDate: "date",
        datetime.date: "day",
        bool: "yes-no",
        get_args(Text)[1]: "prose",
    }
    refers = next((part for part in parts if isinstance(part, RefersTo)), None)
    if refers and refers.places == ("letters",):
        return "letters"
    if refers or any(isinstance(part, type) and issubclass(part, Word) for part in parts):
        return "words" if tuple in parts else "word"
    return next((kinds[part] for part in parts if part in kinds), "line")


def _options(parts: list[Any], frame: Frame) -> dict[str, str]:
    for part in parts:
        if isinstance(part, type) and issubclass(part, Word):
            return part.meanings()
        if isinstance(part, RefersTo):
            [name] = part.places
            known = getattr(frame.registers, name, None)
            entries = known.values() if known is not None else getattr(frame.info, name)
            return {entry.id: entry.name for entry in entries}
    return {}
