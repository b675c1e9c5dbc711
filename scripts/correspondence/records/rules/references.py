"""What a record refers to: ids of registers and words of ``archive.yml``, read off the model."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..archive import REGISTERS, Registers
from ..field_types import RefersTo
from ..model import ArchiveInfo, Record, classes_in, hints_of, parts_of
from ..problems import Finding, KeyPath, Rule, did_you_mean, rule

UNKNOWN_ORGANISATION = rule("unknown-organisation", "An organisation is in the register.")
UNKNOWN_PERSON = rule("unknown-person", "A person is in the register.")
UNKNOWN_PARTY = rule("unknown-party", "Who makes a statement, or to whom, is in a register.")
UNKNOWN_TOPIC = rule("unknown-topic", "A topic is in the register.")
UNKNOWN_SCOPE = rule("unknown-scope", "A scope is one of those of archive.yml.")
UNKNOWN_LANE = rule("unknown-lane", "The group of an organisation is a lane of archive.yml.")
UNKNOWN_KIND = rule("unknown-kind", "A kind of organisation or event is one of archive.yml.")

_RULES: Mapping[tuple[str, ...], Rule] = {
    ("organisations",): UNKNOWN_ORGANISATION,
    ("people",): UNKNOWN_PERSON,
    ("organisations", "people"): UNKNOWN_PARTY,
    ("topics",): UNKNOWN_TOPIC,
    ("scopes",): UNKNOWN_SCOPE,
    ("lanes",): UNKNOWN_LANE,
    ("organisation_kinds",): UNKNOWN_KIND,
    ("event_kinds",): UNKNOWN_KIND,
}
"""The rules by what a key refers to. That letters exist is for the rules on all letters."""


@dataclass(frozen=True)
class _Key:
    """A key that refers to something, or whose value is a record that does."""

    name: str
    key: str
    to: tuple[str, ...]
    within: type[Record] | None
    is_list: bool


@cache
def _keys(cls: type[Record]) -> tuple[_Key, ...]:
    """The keys of a record that refer to registers or ``archive.yml``, or lead to some that do."""
    found = []
    for name, hint in hints_of(cls).items():
        parts = list(parts_of(hint))
        to = next((part.places for part in parts if isinstance(part, RefersTo)), ())
        within = next(classes_in(hint, Record), None)
        if to in _RULES or (within and _keys(within)):
            key = cls.model_fields[name].alias or name
            found.append(_Key(name, key, to, within, tuple in parts))
    return tuple(found)


def reference_findings(
    cls: type[Record],
    data: Any,
    file: str,
    registers: Registers,
    info: ArchiveInfo | None,
    at: KeyPath = (),
) -> Iterator[Finding]:
    """Find what plain data refers to and nothing is; so no other fault of a record can hide it.

    Args:
        cls: what the data is to be a record of.
        data: the data, as read from YAML.
        file: the file that holds it.
        registers: those that the data refers to.
        info: the archive; where it is unknown, its words are not checked.
        at: the place of the data within the file.
    """
    if not isinstance(data, dict):
        return
    for key in _keys(cls):
        value = data.get(key.key)
        entries: dict[KeyPath, Any] = {(): value}
        if key.is_list:
            entries = {(n,): v for n, v in enumerate(value if isinstance(value, list) else ())}
        for place, entry in entries.items():
            keys = (*at, key.key, *place)
            if key.within:
                yield from reference_findings(key.within, entry, file, registers, info, keys)
            elif isinstance(entry, str):
                word = unicodedata.normalize("NFC", " ".join(entry.split()))
                if not _is_known(key.to, word, registers, info):
                    message = _message(key.to, word, registers, info)
                    yield Finding(file, keys, _RULES[key.to], message)


def refers_to_known(record: Record, registers: Registers, info: ArchiveInfo | None) -> bool:
    """Whether all that a record refers to exists: then :func:`reference_findings` finds nothing."""
    return all(_is_known(to, value, registers, info) for to, value in _references(record))


def used_by(record: Record) -> tuple[str, ...]:
    """The ids of the registers that a record refers to, each once."""
    found = {value for to, value in _references(record) if to[0] in REGISTERS}
    return tuple(sorted(found))


def _references(record: Record) -> Iterator[tuple[tuple[str, ...], str]]:
    for key in _keys(type(record)):
        value = getattr(record, key.name)
        for entry in value if key.is_list else (value,):
            if entry is None:
                continue
            if key.within:
                yield from _references(entry)
            else:
                yield key.to, entry


def _is_known(
    to: tuple[str, ...], value: str, registers: Registers, info: ArchiveInfo | None
) -> bool:
    if to[0] in REGISTERS:
        return any(registers.knows(name, value) for name in to)
    return info is None or value in info.words(to[0])


def _message(
    to: tuple[str, ...], value: str, registers: Registers, info: ArchiveInfo | None
) -> str:
    if to[0] in REGISTERS:
        where, known = "the register", [e for name in to for e in getattr(registers, name)]
    else:
        where, known = "archive.yml", [*info.words(to[0])] if info else []
    return f"{value!r} is not in {where}{did_you_mean(value, known) or '; add it there'}"
