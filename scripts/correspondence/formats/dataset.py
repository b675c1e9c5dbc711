"""What says what a data set is: a Frictionless data package, CITATION.cff, a change log, a note.

A table is told of by :class:`TableInPackage`, so that this knows no SQL.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ..records.folding import slug
from ..records.model import ArchiveInfo, Letter, Withdrawn
from .publication import Publication

_LONGEST_NAME = 80
_LICENCE = re.compile(r"creativecommons\.org/(licenses/([a-z-]+)|publicdomain/zero)/(\d\.\d)")


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, type in SQLite, and whether it always holds something."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True)
class Reference:
    """Columns that name a row of another table."""

    columns: tuple[str, ...]
    table: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class TableInPackage:
    """A table and the path or address of its CSV."""

    name: str
    path: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    references: tuple[Reference, ...]


def datapackage(publication: Publication, tables: Sequence[TableInPackage]) -> dict[str, Any]:
    """A Data Package (https://datapackage.org/profiles/2.0/) of CSV files."""
    info = publication.frame.info
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": file_name(info.title),
        "id": str(publication.uuid),
        "title": info.title,
        "description": info.description,
        "homepage": f"{publication.address}/",
        "version": info.version,
        "created": f"{info.as_of.isoformat()}T00:00:00Z",
        "licenses": [{"path": info.licence.url, "title": info.licence.name, **_spdx(publication)}],
        "contributors": [{"title": f"The editors of {info.title}", "roles": ["editor"]}],
        "resources": [_resource(table) for table in tables],
    }


def citation_cff(publication: Publication) -> str:
    """How to cite the data set, as CITATION.cff (https://citation-file-format.github.io/)."""
    info = publication.frame.info
    spdx = _spdx(publication).get("name")
    return yaml.safe_dump(
        {
            "cff-version": "1.2.0",
            "message": "If you use these data, please cite them as below.",
            "type": "dataset",
            "title": info.title,
            "abstract": info.description,
            "authors": [{"name": f"The editors of {info.title}"}],
            "version": info.version,
            "date-released": info.as_of.isoformat(),
            "url": f"{publication.address}/",
            **({"repository": info.repository} if info.repository else {}),
            **({"license": spdx} if spdx else {"license-url": info.licence.url}),
        },
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )


def change_log(
    publication: Publication, letters: Iterable[Letter], withdrawn: Iterable[Withdrawn]
) -> str:
    """Corrections and withdrawals, newest first, as Markdown."""
    changes = [
        (correction.date, letter.id, correction.text)
        for letter in letters
        for correction in letter.corrections
    ]
    changes += [
        (gone.withdrawn.date, gone.id, f"Withdrawn: {gone.withdrawn.reason}") for gone in withdrawn
    ]
    info = publication.frame.info
    head = f"# Changes\n\nVersion {info.version}, state of knowledge {info.as_of.isoformat()}.\n"
    lines = [
        f"- {day.isoformat()}, [{letter}]({publication.permalink(letter)}): {text}"
        for day, letter, text in sorted(changes, key=lambda it: (it[0], it[1]), reverse=True)
    ]
    return head + "\n" + ("\n".join(lines) or "No record has been corrected or withdrawn.") + "\n"


def read_me(publication: Publication, files: Iterable[tuple[str, str]]) -> str:
    """What is in the download, as plain text; ``files`` are paths with what they hold."""
    info = publication.frame.info
    listed = "\n".join(f"{path:24} {holds}" for path, holds in files)
    return (
        f"{info.title}: {info.tagline}\n\n{info.description}\n\n"
        f"Version {info.version}, state of knowledge {info.as_of.isoformat()}\n"
        f"{publication.address}/\n\n{listed}\n\n"
        f"Licence: {publication.licence}\n"
        "It covers what the archive says about the letters; the letters belong to those who wrote "
        "them.\n\nThe CSV files hold every text as it is. A spreadsheet program may take one that "
        "begins\nwith =, +, - or @ for a formula: open them there with all columns as text.\n\n"
        "SHA256SUMS is checked with: sha256sum --check SHA256SUMS\n"
    )


def file_name(title: str) -> str:
    """A title as the name of a file, without a suffix."""
    return slug(title)[:_LONGEST_NAME].strip("-") or "letters"


def download_name(info: ArchiveInfo) -> str:
    """The name, without a suffix, under which the data set is kept: title and version.

    It stands in a header of HTTP, so nothing is left of a version but what may stand there.
    """
    version = re.sub(r"[^A-Za-z0-9.]+", "-", info.version)[:_LONGEST_NAME].strip("-.")
    return f"{file_name(info.title)}-{version}" if version else file_name(info.title)


def _resource(table: TableInPackage) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.references:
        schema["foreignKeys"] = [
            {
                "fields": list(reference.columns),
                "reference": {
                    "resource": "" if reference.table == table.name else reference.table,
                    "fields": list(reference.other_columns),
                },
            }
            for reference in table.references
        ]
    return {
        "name": table.name,
        "type": "table",
        "path": table.path,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": {"INTEGER": "integer", "REAL": "number"}.get(column.type, "string"),
        "description": column.description,
    }
    return {**field, "constraints": {"required": True}} if column.required else field


def _spdx(publication: Publication) -> dict[str, str]:
    """The licence by its SPDX id, where it is one of Creative Commons."""
    if match := _LICENCE.search(publication.frame.info.licence.url):
        kind = f"CC-{match[2].upper()}" if match[2] else "CC0"
        return {"name": f"{kind}-{match[3]}"}
    return {}
