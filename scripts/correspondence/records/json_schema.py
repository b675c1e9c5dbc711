"""JSON Schemas (draft 7) of the archive's files, so that editors complete, explain and mark them.

They are made from the model. They refuse what the reader refuses wherever a schema can say it, and
nothing that the reader accepts in the archive's own style. A value is judged as YAML 1.2 reads it:
``no`` is text there and ``2021`` a number. What differs from one archive to the next, such as the
ids of its registers, stands in a file of its own, :data:`REGISTER`, to which the others refer.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, get_args, get_origin

from .archive import REGISTERS, Frame
from .dates import ACCEPTED_FORMS
from .field_types import (
    LANGUAGES,
    Checksum,
    Count,
    Country,
    Date,
    Day,
    Id,
    Language,
    LetterId,
    Line,
    RefersTo,
    StatementId,
    Text,
    Url,
    Wikidata,
    YesNo,
)
from .model import (
    Answered,
    ArchiveInfo,
    Correspondent,
    Letter,
    Record,
    Withdrawn,
    classes_in,
    hints_of,
    with_classes_within,
)
from .vocabulary import Attestation, Certainty, Form, Word

Schema = dict[str, Any]

REGISTER = "register.schema.json"
DRAFT = "http://json-schema.org/draft-07/schema#"
ORIGIN = "Made by ./scripts/generate; not edited by hand."

_DAY_ALONE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_SINGLE = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_EDTF = (
    rf"{_SINGLE}[?~%]?|\[{_SINGLE}\.\.(?:{_SINGLE})?\]|\[\.\.{_SINGLE}\]"
    rf"|{_SINGLE}/(?:{_SINGLE}|\.\.)|\.\./{_SINGLE}|XXXX"
)
_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_URL = r"https?://[^\s/?#@<>\"\\^`{|}]+(?:[/?#][^\s<>\"\\^`{|}]*)?"


def _matching(pattern: str, cure: str, **more: Any) -> Schema:
    """Text that matches a pattern as a whole; ``cure`` is what an editor says where it does not."""
    return {
        "type": "string",
        "pattern": f"^(?:{pattern})$",
        "errorMessage": cure,
        **more,
    }


# Numbers are text to the reader: a document's number, or a title, may look like one.
_TEXT: Schema = {
    "type": ["string", "number"],
    "pattern": r"\S",
    "errorMessage": "Write text here, or leave the line out.",
}

_WORDS: tuple[tuple[Any, str, Schema], ...] = (
    (Text, "text", _TEXT),
    (Line, "text", _TEXT),
    (Id, "id", _matching(_ID, "An id is lower-case letters, digits and hyphens.")),
    (Url, "url", _matching(_URL, "Write a complete address: https:// or http://, no spaces.")),
    (YesNo, "yes-no", {"enum": ["yes", "no", True, False], "errorMessage": "Write yes or no."}),
    (
        Count,
        "count",
        _matching(
            "[1-9][0-9]{0,8}",
            "Write a whole number above zero.",
            type=["integer", "string"],
            minimum=1,
            maximum=999_999_999,
        ),
    ),
    (
        Date,
        "date",
        _matching(
            _EDTF,
            f"Write {ACCEPTED_FORMS}. Square brackets stand in quotes.",
            type=["string", "integer"],
            minimum=0,
            maximum=9999,
        ),
    ),
    (Day, "day", _matching(_DAY_ALONE, "Write a day as 2026-11-23.")),
    (
        Language,
        "language",
        {
            "enum": sorted(LANGUAGES),
            "enumDescriptions": [LANGUAGES[code] for code in sorted(LANGUAGES)],
            "errorMessage": "A language is its ISO 639-1 code, such as en.",
        },
    ),
    (Checksum, "sha256", _matching("[0-9a-f]{64}", "A sha256 is 64 hexadecimal digits.")),
    (Wikidata, "wikidata", _matching("Q[1-9][0-9]*", "Write Q and a number, such as Q42970.")),
    (Country, "country", _matching("[A-Z]{2}", "Write the two-letter code, such as GB.")),
)
"""The types of :mod:`.field_types`, what the schemas call them, and what they allow."""

_REGISTERED: dict[tuple[str, ...], str] = {
    ("organisations",): "organisation",
    ("people",): "person",
    ("organisations", "people"): "party",
    ("topics",): "topic",
    ("lanes",): "lane",
    ("scopes",): "scope",
    ("organisation_kinds",): "organisation_kind",
    ("event_kinds",): "event_kind",
}
"""What keys refer to, by the names of their definitions in :data:`REGISTER`."""

_REQUIRED_UNLESS: dict[tuple[type[Record], str], tuple[str, str]] = {
    (Letter, "to"): ("form", Form.STATEMENT),
    (Letter, "summary"): ("attestation", Attestation.CATALOGUED),
}
"""Keys that are required unless another key has the given value."""


def schemas() -> dict[str, str]:
    """The schemas that are the same for every archive: names of files and their JSON."""
    files = {
        "letter.schema.json": _letter(),
        "archive.schema.json": _file(ArchiveInfo, "The archive", _record_at(ArchiveInfo)),
    }
    for name, cls in REGISTERS.items():
        entries = {"type": "array", "items": _record_at(cls)}
        files[f"{name}.schema.json"] = _file(cls, f"The register of {name}", entries)
    return {name: _json(schema) for name, schema in files.items()}


def register_schema(frame: Frame) -> dict[str, str]:
    """The schema of what one archive's files may refer to: its ids, lanes, scopes and kinds."""
    info, registers = frame.info, frame.registers
    organisations = [(entry.id, entry.name) for entry in registers.organisations.values()]
    people = [(entry.id, entry.name) for entry in registers.people.values()]
    topics = [(entry.id, entry.name) for entry in registers.topics.values()]
    definitions = {
        "organisation": _one_of(organisations, "register/organisations.yml"),
        "person": _one_of(people, "register/people.yml"),
        "party": _one_of(organisations + people, "register/organisations.yml or people.yml"),
        "topic": _one_of(topics, "register/topics.yml"),
        "lane": _one_of(((lane.id, lane.name) for lane in info.lanes), "archive.yml"),
        "scope": _one_of(((scope.id, scope.name) for scope in info.scopes), "archive.yml"),
        "organisation_kind": _one_of(((k, k) for k in info.organisation_kinds), "archive.yml"),
        "event_kind": _one_of(((k, k) for k in info.event_kinds), "archive.yml"),
    }
    head = {"$schema": DRAFT, "$comment": ORIGIN, "title": "What this archive's files refer to"}
    return {REGISTER: _json({**head, "definitions": definitions})}


class Key(NamedTuple):
    """A key of a record, and whether it must be there: always, or unless another has a value.

    ``words`` are those of its vocabulary, if it has one.
    """

    name: str
    field: str
    description: str
    required: bool
    unless: tuple[str, str] | None
    words: tuple[Word, ...]


def keys_of(cls: type[Record]) -> list[Key]:
    """The keys of a record in order, without a letter's id, which is the name of its file."""
    return [
        Key(
            field.alias or name,
            name,
            field.description or "",
            field.is_required(),
            _REQUIRED_UNLESS.get((cls, name)),
            next(map(tuple, classes_in(field.annotation, Word)), ()),
        )
        for name, field in cls.model_fields.items()
        if not (name == "id" and cls in (Letter, Withdrawn))
    ]


def _letter() -> Schema:
    """A letter's file: a letter, or what is left of a withdrawn one."""
    definitions = {**_definitions(Letter), **_definitions(Withdrawn)}
    return {
        **_head("A letter", Letter, definitions),
        "type": "object",
        "if": {"required": ["withdrawn"]},
        "then": _record_at(Withdrawn),
        "else": _record_at(Letter),
    }


def _file(cls: type[Record], title: str, content: Schema) -> Schema:
    return {**_head(title, cls, _definitions(cls)), **content}


def _head(title: str, cls: type[Record], definitions: Schema) -> Schema:
    return {
        "$schema": DRAFT,
        "$comment": ORIGIN,
        "title": title,
        "description": _sentence(cls),
        "definitions": definitions,
    }


def _definitions(cls: type[Record]) -> Schema:
    """A class, those within it and what they share, by name."""
    found = {record.__name__: _record(record) for record in with_classes_within(cls)}
    text = json.dumps(found)
    shared = {name: schema for _, name, schema in _WORDS if f'"{_at(name)}"' in text}
    return found | shared


def _record(cls: type[Record]) -> Schema:
    """A mapping with its keys, and what must hold between them."""
    keys = keys_of(cls)
    return {
        "title": _title(cls),
        "description": _sentence(cls),
        "type": "object",
        "properties": {key.name: _property(cls, key) for key in keys},
        "required": [key.name for key in keys if key.required],
        "additionalProperties": False,
        **_conditions(cls),
    }


def _conditions(cls: type[Record]) -> Schema:
    """What the validators of the model ask of several keys together."""
    if cls is Correspondent:
        is_unknown = {"properties": {"unknown": {"enum": ["yes", True]}}, "required": ["unknown"]}
        return {
            "if": is_unknown,
            "then": {"properties": {"organisation": False, "person": False}},
            "else": {"anyOf": [{"required": ["organisation"]}, {"required": ["person"]}]},
            "dependencies": {"organisation_certainty": ["organisation", "person"]},
        }
    unless = [
        {
            "if": {"properties": {other: {"const": value}}, "required": [other]},
            "else": {"required": [name]},
        }
        for (owner, name), (other, value) in _REQUIRED_UNLESS.items()
        if owner is cls
    ]
    return {"allOf": unless} if unless else {}


def _property(cls: type[Record], key: Key) -> Schema:
    hint = hints_of(cls)[key.field]
    schema = _value(hint)
    at_least = {"minItems": 1} if key.required and _is_list(hint) else {}
    return {**schema, **at_least, "description": key.description}


def _value(hint: Any) -> Schema:
    """The schema of a type. ``None`` is left out: a key that says nothing has no line."""
    refers = next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, RefersTo)), None)
    if refers and refers.places in _REGISTERED:
        return {"$ref": f"{REGISTER}{_at(_REGISTERED[refers.places])}"}
    if hint == StatementId:
        return _matching(f"{_ID}#{_ID}", "Write letter-id#statement-id.")
    if hint == LetterId:
        hint = Id
    word = next((name for word, name, _ in _WORDS if word == hint), None)
    if word is not None:
        return {"$ref": _at(word)}
    if hint is Answered:  # an id alone says the same as a mapping with it
        return {"anyOf": [_value(Id), _record_at(Answered)]}
    if isinstance(hint, type) and issubclass(hint, Record):
        return _record_at(hint)
    if isinstance(hint, type) and issubclass(hint, Word):
        return _vocabulary(list(hint))
    arguments = [argument for argument in get_args(hint) if argument not in (type(None), ...)]
    if _is_list(hint):
        return _list(_value(arguments[0]))
    if get_origin(hint) is Literal:
        return _vocabulary([word for word in Certainty if word in arguments])
    return _value(arguments[0])


def _list(items: Schema) -> Schema:
    cure = "A list: begin each line below the key with a hyphen."
    return {"type": "array", "items": items, "errorMessage": cure}


def _vocabulary(words: Sequence[Word]) -> Schema:
    return {"enum": [*words], "enumDescriptions": [word.meaning for word in words]}


def _one_of(entries: Iterable[tuple[str, str]], place: str) -> Schema:
    ids = dict(entries)
    return {
        "enum": list(ids),
        "enumDescriptions": list(ids.values()),
        "errorMessage": f"Not in {place}. If it is new there, run ./scripts/generate.",
    }


def _is_list(hint: Any) -> bool:
    return get_origin(hint) is tuple


def _record_at(cls: type[Record]) -> Schema:
    return {"$ref": _at(cls.__name__)}


def _at(name: str) -> str:
    return f"#/definitions/{name}"


def _title(cls: type[Record]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).capitalize()


def _sentence(cls: type[Record]) -> str:
    return " ".join((cls.__doc__ or "").split())


def _json(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
