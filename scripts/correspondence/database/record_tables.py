"""The tables that hold records: which keys of the model are columns, and of what type."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from typing import Any

from ..records.dates import EdtfDate
from ..records.model import (
    ArchiveInfo,
    Correction,
    Correspondent,
    Event,
    Lane,
    Lead,
    Letter,
    Organisation,
    Person,
    Record,
    Reference,
    Role,
    Scope,
    Source,
    Statement,
    TakenUp,
    Topic,
    Withdrawal,
    parts_of,
)

RECORD_TABLES: Mapping[str, type[Record]] = {
    "archive": ArchiveInfo,
    "lanes": Lane,
    "scopes": Scope,
    "organisations": Organisation,
    "people": Person,
    "roles": Role,
    "topics": Topic,
    "events": Event,
    "event_sources": Reference,
    "leads": Lead,
    "letters": Letter,
    "correspondents": Correspondent,
    "statements": Statement,
    "taken_up": TakenUp,
    "sources": Source,
    "corrections": Correction,
    "withdrawn": Withdrawal,
}
"""The tables whose columns hold what the keys of a record say, under the keys' names."""


@cache
def single_keys(cls: type[Record]) -> Mapping[str, Any]:
    """The keys of a record that hold a single value, each with the type of the value."""
    found = {}
    for name, field in cls.model_fields.items():
        parts = [part for part in parts_of(field.annotation) if isinstance(part, type)]
        if tuple not in parts and not any(issubclass(part, Record) for part in parts):
            found[field.alias or name] = next((p for p in parts if p is not type(None)), str)
    return found


def with_other_keys(tables: str) -> str:
    """The definitions above, with a column for each key of the model that they do not name.

    What begins as a key of the model alone is thus in the database at once.
    """
    added = []
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(tables)
        for table, cls in RECORD_TABLES.items():
            known = {row[1] for row in connection.execute(f"pragma table_info({table})")}
            for key, kind in single_keys(cls).items() if table != "archive" else ():
                if key not in known:
                    of_date = (f"{key}_{part}" for part in ("earliest", "latest", "precision"))
                    sql_type = "integer" if issubclass(kind, int) else "text"
                    added += [
                        f'alter table {table} add column "{column}" {sql_type};\n'
                        for column in (key, *(of_date if kind is EdtfDate else ()))
                    ]
    return tables + "".join(added)
