"""Records read back from the database: equal to those that were read from YAML."""

import datetime
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from ..records.archive import Frame, LetterFile, Registers
from ..records.dates import EdtfDate, parse_date
from ..records.model import (
    Answered,
    ArchiveInfo,
    Correction,
    Correspondent,
    Event,
    Lane,
    Lead,
    Letter,
    Licence,
    Organisation,
    OtherSignatories,
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
    Withdrawn,
    parts_of,
)
from ..records.vocabulary import Certainty, Word

R = TypeVar("R", bound=Record)

_CHUNK = 500
_SYNONYMS = "select names from synonyms order by position"


def read_frame(connection: sqlite3.Connection) -> Frame:
    """The archive and its registers."""
    archive = _rows(connection, "select * from archive")[0]
    kinds = _grouped(connection, "select register, name from kinds order by position", "register")
    info = _record(
        ArchiveInfo,
        archive,
        licence=Licence(name=archive["licence_name"], url=archive["licence_url"]),
        lanes=_all(connection, Lane, "lanes"),
        scopes=_all(connection, Scope, "scopes"),
        organisation_kinds=_column(kinds, "organisations", "name"),
        event_kinds=_column(kinds, "events", "name"),
        synonyms=tuple(row["names"] for row in _rows(connection, _SYNONYMS)),
    )
    registers = Registers(
        organisations={o.id: o for o in _organisations(connection)},
        people={person.id: person for person in _people(connection)},
        topics={topic.id: topic for topic in _all(connection, Topic, "topics")},
        events={event.id: event for event in _events(connection)},
        leads={lead.id: lead for lead in _all(connection, Lead, "leads")},
    )
    return Frame(info, registers)


def read_letters(
    connection: sqlite3.Connection, ids: Sequence[str] | None = None
) -> Iterator[Letter]:
    """Letters in the order of ``ids``, or all of them in the order of the list.

    Ids that are not in the archive are passed over.
    """
    if ids is None:
        ids = [row["id"] for row in _rows(connection, "select id from letters order by sort_key")]
    for start in range(0, len(ids), _CHUNK):
        yield from _chunk(connection, ids[start : start + _CHUNK])


def read_letter(connection: sqlite3.Connection, letter_id: str) -> Letter | None:
    """One letter, or nothing if there is none of that id."""
    return next(read_letters(connection, [letter_id]), None)


def read_withdrawn(connection: sqlite3.Connection) -> tuple[Withdrawn, ...]:
    """What is left of withdrawn letters, by id."""
    former = _grouped(connection, "select * from former_ids order by position", "letter")
    return tuple(
        Withdrawn(
            id=row["id"],
            withdrawn=Withdrawal(date=row["date"], reason=row["reason"]),
            former_ids=_column(former, row["id"], "id"),
        )
        for row in _rows(connection, "select * from withdrawn order by id")
    )


def read_file(connection: sqlite3.Connection, letter_id: str) -> LetterFile | None:
    """The file of a letter, as it was when the database was built."""
    rows = _rows(connection, "select path, text from files where letter = ?", [letter_id])
    return LetterFile(rows[0]["path"], rows[0]["text"]) if rows else None


def _chunk(connection: sqlite3.Connection, ids: Sequence[str]) -> Iterator[Letter]:
    marks = ", ".join("?" * len(ids))

    def of(table: str, key: str = "letter") -> dict[str, list[dict[str, Any]]]:
        order = "side, position" if table == "statement_parties" else "position"
        sql = f"select * from {table} where {key} in ({marks}) order by {order}"
        return _grouped(connection, sql, key, ids)

    letters = {
        row["id"]: row
        for row in _rows(connection, f"select * from letters where id in ({marks})", ids)
    }
    tables = {
        name: of(name)
        for name in (
            "correspondents letter_topics replies mentions possible_duplicates statements "
            "statement_parties taken_up sources remarks corrections former_ids"
        ).split()
    }
    for letter_id in ids:
        if letter_id in letters:
            parts = {name: rows.get(letter_id, []) for name, rows in tables.items()}
            yield _letter(letters[letter_id], parts)


def _letter(row: dict[str, Any], parts: dict[str, list[dict[str, Any]]]) -> Letter:
    def side(name: str) -> tuple[Correspondent, ...]:
        return tuple(_correspondent(r) for r in parts["correspondents"] if r["side"] == name)

    def remarks(key: str) -> tuple[str, ...]:
        return tuple(remark["text"] for remark in parts["remarks"] if remark["key"] == key)

    counts = {k: row[f"other_{k}"] for k in ("organisations", "people", "experts")}
    return _record(
        Letter,
        row,
        from_=side("from"),
        to=side("to"),
        cc=side("cc"),
        other_signatories=OtherSignatories(**counts) if any(counts.values()) else None,
        in_reply_to=tuple(
            Answered(letter=r["in_reply_to"], certainty=r["certainty"]) for r in parts["replies"]
        ),
        possibly_same_as=tuple(r["possibly_same_as"] for r in parts["possible_duplicates"]),
        refers_to=tuple(r["refers_to"] for r in parts["mentions"]),
        other_references=remarks("other_references"),
        topics=tuple(r["topic"] for r in parts["letter_topics"]),
        statements=tuple(_statement(r, parts["statement_parties"]) for r in parts["statements"]),
        takes_up=tuple(
            TakenUp(
                statement=f"{r['statement_letter']}#{r['statement']}",
                how=r["how"],
                evidence=r["evidence"],
            )
            for r in parts["taken_up"]
        ),
        sources=tuple(_record(Source, r) for r in parts["sources"]),
        conflicts=remarks("conflicts"),
        unknown=remarks("unknown"),
        former_ids=tuple(r["id"] for r in parts["former_ids"]),
        corrections=tuple(_record(Correction, r) for r in parts["corrections"]),
    )


def _correspondent(row: dict[str, Any]) -> Correspondent:
    stated = {"certainty": None, "organisation_certainty": None}
    inferred = {key: row[key] for key in stated if row[key] == Certainty.INFERRED}
    return _record(Correspondent, row, **{**stated, **inferred})


def _statement(row: dict[str, Any], parties: list[dict[str, Any]]) -> Statement:
    def side(name: str) -> tuple[str, ...]:
        return tuple(
            party["organisation"] or party["person"]
            for party in parties
            if party["statement"] == row["id"] and party["side"] == name and party["stated"]
        )

    return _record(Statement, row, by=side("by"), to=side("to"))


def _organisations(connection: sqlite3.Connection) -> Iterator[Organisation]:
    sql = "select * from organisation_aliases order by position"
    aliases = _grouped(connection, sql, "organisation")
    for row in _rows(connection, "select * from organisations order by position"):
        yield _record(Organisation, row, aliases=_column(aliases, row["id"], "alias"))


def _people(connection: sqlite3.Connection) -> Iterator[Person]:
    aliases = _grouped(connection, "select * from person_aliases order by position", "person")
    roles = _grouped(connection, "select * from roles order by position", "person")
    for row in _rows(connection, "select * from people order by position"):
        yield _record(
            Person,
            row,
            aliases=_column(aliases, row["id"], "alias"),
            roles=tuple(_record(Role, role) for role in roles.get(row["id"], [])),
        )


def _events(connection: sqlite3.Connection) -> Iterator[Event]:
    sql = "select * from event_organisations order by position"
    organisations = _grouped(connection, sql, "event")
    sources = _grouped(connection, "select * from event_sources order by position", "event")
    for row in _rows(connection, "select * from events order by position"):
        yield _record(
            Event,
            row,
            organisations=_column(organisations, row["id"], "organisation"),
            sources=tuple(_record(Reference, source) for source in sources[row["id"]]),
        )


def _all(connection: sqlite3.Connection, cls: type[R], table: str) -> tuple[R, ...]:
    rows = _rows(connection, f"select * from {table} order by position")
    return tuple(_record(cls, row) for row in rows)


def _record(cls: type[R], row: dict[str, Any], **others: Any) -> R:
    """A record of the columns that bear the names of its fields, and of ``others``.

    The rows were made from checked records, so they are not checked again.
    """
    values: dict[str, Any] = {}
    for name, column, read in _columns(cls):
        if name in others:
            values[name] = others[name]
        else:
            value = row.get(column)
            values[name] = value if value is None or read is None else read(value)
    return cast(R, cls.model_construct(**values))


Read = Callable[[Any], Any]
_READ: dict[Any, Read] = {
    EdtfDate: parse_date,
    datetime.date: datetime.date.fromisoformat,
    bool: bool,
}


@cache
def _columns(cls: type[Record]) -> tuple[tuple[str, str, Read | None], ...]:
    """Each field of a record, its column, and what makes the value of what stands there."""
    return tuple(
        (
            name,
            field.alias or name,
            next(filter(None, map(_read, parts_of(field.annotation))), None),
        )
        for name, field in cls.model_fields.items()
    )


def _read(kind: Any) -> Read | None:
    return kind if isinstance(kind, type) and issubclass(kind, Word) else _READ.get(kind)


def _rows(
    connection: sqlite3.Connection, sql: str, parameters: Sequence[Any] = ()
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _grouped(
    connection: sqlite3.Connection, sql: str, key: str, parameters: Sequence[Any] = ()
) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(connection, sql, parameters):
        groups.setdefault(row[key], []).append(row)
    return groups


def _column(groups: dict[str, list[dict[str, Any]]], key: str, name: str) -> tuple[Any, ...]:
    return tuple(row[name] for row in groups.get(key, []))
