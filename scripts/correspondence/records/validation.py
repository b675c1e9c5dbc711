"""Plain data to records, with every fault as a finding that says how to mend it."""

from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .field_types import WRONG_TYPE
from .model import MISSING_KEY, Letter, Record, Withdrawn, classes_in, letter_lacks, parts_of
from .problems import (
    CATALOGUE,
    EMPTY_VALUE,
    Finding,
    KeyPath,
    Mend,
    did_you_mean,
    rule,
    surely_meant,
)

UNKNOWN_KEY = rule("unknown-key", "A record holds only keys that the archive knows.")
UNKNOWN_VALUE = rule("unknown-value", "A key with a fixed vocabulary has one of its words.")

R = TypeVar("R", bound=Record)

_KINDS = {
    "tuple_type": "a list; begin each line below the key with a hyphen",
    "model_type": "a mapping; write `key: value` in lines below it",
    "string_type": "text, not a list or mapping",
    "string_unicode": "text",
}


def validated(
    cls: type[R], data: Any, file: str, at: KeyPath = ()
) -> tuple[R | None, list[Finding]]:
    """A record of class ``cls`` made from plain data, or the findings that prevent it.

    ``at`` is the place of the data within the file (an entry of a register, say).
    """
    if not isinstance(data, dict):
        message = "a record is a mapping; write `key: value` in lines of their own"
        return None, [Finding(file, at, WRONG_TYPE, message)]
    try:
        return cls.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, [
            _finding(cls, details, file, at)
            for details in error.errors(include_url=False)
            # Of a list whose every entry is faulty, pydantic says also that it is too short.
            if not (details["type"] == "too_short" and details["input"])
        ]


def validated_letter(
    letter_id: str, data: Any, file: str
) -> tuple[Letter | Withdrawn | None, list[Finding]]:
    """The letter of a file; its id is the file's name."""
    if not isinstance(data, dict):
        return validated(Letter, data, file)
    cls: type[Letter | Withdrawn] = Withdrawn if "withdrawn" in data else Letter
    letter, findings = validated(cls, {**data, "id": letter_id}, file)
    if cls is Letter and letter is None:
        # The model tells only the first of this, and only where all else is well.
        lacking = dict(letter_lacks(data))
        findings = [f for f in findings if f.message not in lacking.values()]
        findings.extend(
            Finding(file, (), MISSING_KEY, message, missing=key) for key, message in lacking.items()
        )
    if "id" in data:
        message = "the id of a letter is the name of its file; remove this line"
        findings.append(Finding(file, ("id",), UNKNOWN_KEY, message, at_key=True))
    return letter, findings


def _finding(cls: type[Record], details: ErrorDetails, file: str, at: KeyPath) -> Finding:
    path, kind = details["loc"], details["type"]
    keys = (*at, *path)
    if kind == "extra_forbidden":
        fitting = _keys_at(cls, path, holding_list=isinstance(details["input"], list))
        mend = surely_meant(str(path[-1]), fitting)
        return Finding(file, keys, UNKNOWN_KEY, _unknown_key(cls, path), at_key=True, mend=mend)
    if kind == "missing":
        return Finding(file, keys[:-1], MISSING_KEY, _missing_key(cls, path), missing=str(path[-1]))
    if kind in ("enum", "literal_error"):
        options = str(details.get("ctx", {}).get("expected", ""))
        message, mend = _unknown_value(str(details["input"]), options)
        return Finding(file, keys, UNKNOWN_VALUE, message, mend=mend)
    if kind == "too_short":
        return Finding(file, keys, EMPTY_VALUE, f"{path[-1]!r} holds nothing; it needs an entry")
    if kind in CATALOGUE:
        return Finding(file, keys, CATALOGUE[kind], details["msg"])
    takes = _KINDS.get(kind, details["msg"])
    return Finding(file, keys, WRONG_TYPE, f"{_name(path)} takes {takes}")


def _unknown_key(cls: type[Record], path: KeyPath) -> str:
    known = _keys_at(cls, path)
    if cls is Withdrawn and len(path) == 1:
        return f"{path[-1]!r} cannot stand beside 'withdrawn'; remove it"
    hint = did_you_mean(str(path[-1]), known)
    return f"{path[-1]!r} is no key of this record{hint or '; its keys are ' + ', '.join(known)}"


def _missing_key(cls: type[Record], path: KeyPath) -> str:
    described = dict(_fields(_owner(cls, path[:-1]))).get(str(path[-1]), "")
    return f"{path[-1]!r} is missing: {described}".rstrip()


def _keys_at(cls: type[Record], path: KeyPath, holding_list: bool | None = None) -> list[str]:
    """The keys that are known where ``path`` ends in one: all, or only those (not) of lists."""
    owner = _owner(cls, path[:-1])
    lists = {
        field.alias or name
        for name, field in owner.model_fields.items()
        if tuple in parts_of(field.annotation)
    }
    names = [name for name, _ in _fields(owner)]
    return [name for name in names if holding_list is None or (name in lists) == holding_list]


def _unknown_value(value: str, options: str) -> tuple[str, Mend | None]:
    words = [word.strip("'") for word in options.replace(" or ", ", ").split(", ")]
    hint = did_you_mean(value, words)
    return f"{shown(value)} is not one of {options}{hint}", surely_meant(value, words)


def _owner(cls: type[Record], path: KeyPath) -> type[Record]:
    """The class of the record at ``path`` within a record of class ``cls``."""
    for key in path:
        if isinstance(key, str):
            annotation = next(
                field.annotation
                for name, field in cls.model_fields.items()
                if key in (name, field.alias)
            )
            cls = next(classes_in(annotation, Record), cls)
    return cls


def _fields(cls: type[Record]) -> list[tuple[str, str]]:
    """Keys and descriptions of a class, without a letter's id, which is no key of its file."""
    return [
        (field.alias or name, field.description or "")
        for name, field in cls.model_fields.items()
        if not (name == "id" and cls in (Letter, Withdrawn))
    ]


def _name(path: KeyPath) -> str:
    return next((repr(key) for key in reversed(path) if isinstance(key, str)), "this")


def shown(value: Any) -> str:
    """A value as a message quotes it: on one line, and not at length."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
