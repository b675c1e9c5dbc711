"""The questions about a new letter, read off the model: the same in a terminal and in the form."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ..records.archive import Frame
from ..records.dates import EdtfDate
from ..records.field_types import RefersTo, Text
from ..records.json_schema import Key, keys_of
from ..records.model import (
    Answered,
    Correspondent,
    Letter,
    Question,
    Record,
    Source,
    classes_in,
    hints_of,
    parts_of,
)
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
        explained = any(classes_in(self.type, Word))
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
        for key, _, hint in _asked_keys(cls):
            if _kind(hint) != "sources":
                yield option_of(key.name), tuple in parts_of(hint), key.description


def option_of(key: str) -> str:
    """The option of ``letters new`` that answers the question about a key."""
    return {"topics": "topic", "url": "source"}.get(key, key.replace("_", "-"))


def _questions(cls: type[Record], frame: Frame) -> list[Asked]:
    return [
        Asked(
            key.name,
            question.text,
            question.hint,
            question.later,
            key.required,
            key.unless,
            kind := _kind(hint),
            hint,
            _options(hint, frame) if kind in ("word", "words") else {},
        )
        for key, question, hint in _asked_keys(cls)
    ]


def _asked_keys(cls: type[Record]) -> Iterator[tuple[Key, Question, Any]]:
    """The keys of a record that are asked for, each with its question and its type."""
    for key in keys_of(cls):
        if question := Question.of(cls.model_fields[key.field]):
            yield key, question, hints_of(cls)[key.field]


def _kind(hint: Any) -> Kind:
    parts = list(parts_of(hint))
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
    if refers or any(classes_in(hint, Word)):
        return "words" if tuple in parts else "word"
    return next((kinds[part] for part in parts if part in kinds), "line")


def _options(hint: Any, frame: Frame) -> dict[str, str]:
    for words in classes_in(hint, Word):
        return words.meanings()
    for part in parts_of(hint):
        if isinstance(part, RefersTo):
            [name] = part.places
            known = getattr(frame.registers, name, None)
            entries = known.values() if known is not None else getattr(frame.info, name)
            return {entry.id: entry.name for entry in entries}
    return {}
