"""Whole records: one JSON object a line (JSON Lines), or one YAML document after the other."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..records.dates import EdtfDate
from ..records.model import Letter, Record
from ..records.writing import write_letter
from .publication import Publication


def write_json_lines(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """Each letter with every key of its record, and its permalink and licence."""
    for letter in letters:
        line = {
            "permalink": publication.permalink(letter.id),
            "licence": publication.licence,
            **_plain(letter),
        }
        yield f"{json.dumps(line, ensure_ascii=False)}\n".encode()


def write_yaml(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """Each letter as its file in the archive's canonical form, as documents of one stream."""
    yield yaml_head(publication).encode()
    for letter in letters:
        head = f"---\n# {letter.id}.yml, {publication.permalink(letter.id)}\n"
        yield f"{head}{write_letter(letter)}".encode()


def yaml_head(publication: Publication) -> str:
    """Comments on where a file is from and how it may be used."""
    return f"# {publication.home}\n# Licence: {publication.licence}\n"


def _plain(value: Any) -> Any:
    """A record as JSON has it: under the names of its YAML keys, without what says nothing."""
    if isinstance(value, Record):
        fields = type(value).model_fields
        return {
            field.alias or name: _plain(getattr(value, name))
            for name, field in fields.items()
            if getattr(value, name) not in (None, ())
        }
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, EdtfDate):
        return value.text
    return value if isinstance(value, bool | int | str) else value.isoformat()
