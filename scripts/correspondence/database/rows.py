"""Records as rows: pure functions from a record to the rows of each table.

Columns that need more than one record (``answered``, ``sort_key``, ``days_min`` …) are filled in by
:mod:`.derive` once every row is there.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ..records.archive import Frame, LetterFile
from ..records.dates import EdtfDate
from ..records.history import Change
from ..records.model import Correspondent, Letter, Record, Statement, Withdrawn
from ..records.vocabulary import Certainty

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]
"""Pairs of a table's name and a row of it."""


def frame_rows(frame: Frame) -> Rows:
    """The archive, its lanes, scopes and kinds, and the registers."""
    info = frame.info
    yield (
        "archive",
        {
            **_plain(info),
            "span_earliest": _iso(info.span.earliest),
            "span_latest": _iso(info.span.latest),
            "licence_name": info.licence.name,
            "licence_url": info.licence.url,
        },
    )
    yield from _numbered("lanes", ({"id": lane.id, "name": lane.name} for lane in info.lanes))
    yield from _numbered("scopes", (_plain(scope) for scope in info.scopes))
    yield from _numbered("synonyms", ({"names": names} for names in info.synonyms))
    for register, kinds in (
        ("organisations", info.organisation_kinds),
        ("events", info.event_kinds),
    ):
        yield from _numbered("kinds", ({"register": register, "name": kind} for kind in kinds))
    yield from _organisation_rows(frame)
    yield from _people_rows(frame)
    yield from _numbered("topics", (_plain(t) for t in frame.registers.topics.values()))
    yield from _event_rows(frame)
    yield from _numbered("leads", (_plain(lead) for lead in frame.registers.leads.values()))


def letter_rows(letter: Letter, file: LetterFile, frame: Frame) -> Rows:
    """Everything that one letter's file says."""
    own = {"letter": letter.id}
    yield "letters", _letter_row(letter, frame)
    for side, parties in (("from", letter.from_), ("to", letter.to), ("cc", letter.cc)):
        for number, party in enumerate(parties):
            yield (
                "correspondents",
                {
                    **own,
                    "side": side,
                    "position": number,
                    **_plain(party),
                    "certainty": party.certainty or Certainty.STATED,
                    "organisation_certainty": party.organisation_certainty or Certainty.STATED,
                },
            )
    yield from _numbered("letter_topics", ({**own, "topic": topic} for topic in letter.topics))
    yield from _numbered(
        "replies",
        (
            {**own, "in_reply_to": reply.letter, "certainty": reply.certainty}
            for reply in letter.in_reply_to
        ),
    )
    yield from _numbered("mentions", ({**own, "refers_to": other} for other in letter.refers_to))
    yield from _numbered(
        "possible_duplicates",
        ({**own, "possibly_same_as": other} for other in letter.possibly_same_as),
    )
    for number, statement in enumerate(letter.statements):
        yield "statements", {**own, "position": number, **_plain(statement, leave_out={"by", "to"})}
        yield from _party_rows(letter, statement, frame)
    for number, taken in enumerate(letter.takes_up):
        other, _, statement_id = taken.statement.partition("#")
        yield (
            "taken_up",
            {
                **own,
                "position": number,
                "statement_letter": other,
                "statement": statement_id,
                "how": taken.how,
                "evidence": taken.evidence,
            },
        )
    yield from _numbered("sources", ({**own, **_plain(source)} for source in letter.sources))
    for key in ("other_references", "conflicts", "unknown"):
        texts = getattr(letter, key)
        yield from _numbered("remarks", ({**own, "key": key, "text": text} for text in texts))
    yield from _numbered("corrections", ({**own, **_plain(c)} for c in letter.corrections))
    yield from _identity_rows(letter, file)


def withdrawn_rows(withdrawn: Withdrawn, file: LetterFile) -> Rows:
    """What is left of a withdrawn letter."""
    yield "withdrawn", {"id": withdrawn.id, **_plain(withdrawn.withdrawn)}
    yield from _identity_rows(withdrawn, file)


def change_rows(changes: Iterable[Change]) -> Rows:
    """Rows of ``changes``, each with its place in the history of its letter."""
    counts: dict[str, int] = {}
    for change in changes:
        position = counts.setdefault(change.letter, 0)
        counts[change.letter] += 1
        yield (
            "changes",
            {
                "letter": change.letter,
                "position": position,
                "day": change.day.isoformat(),
                "commit": change.commit,
                "what": "\n".join(change.what),
            },
        )


def names_of(parties: Iterable[Correspondent], frame: Frame) -> str:
    """Correspondents as a list shows them: ``Citizen Lab (Ronald J. Deibert [inferred])``."""
    return "; ".join(dict.fromkeys(_name_of(party, frame) for party in parties))


def _name_of(party: Correspondent, frame: Frame) -> str:
    organisation = frame.registers.organisations.get(party.organisation or "")
    person = frame.registers.people.get(party.person or "")
    mark = " [inferred]" if party.certainty else ""
    if organisation and person:
        organisation_mark = " [inferred]" if party.organisation_certainty else ""
        return f"{organisation.label}{organisation_mark} ({person.name}{mark})"
    name = organisation.label if organisation else person.name if person else "Unknown"
    return f"{name}{mark}"


def _letter_row(letter: Letter, frame: Frame) -> Row:
    signatories = letter.other_signatories
    topics = frame.registers.topics
    return {
        **_plain(letter, leave_out={"id", "from_", "to", "cc", "other_signatories"}),
        "id": letter.id,
        "from_names": names_of(letter.from_, frame),
        "to_names": names_of(letter.to, frame),
        "cc_names": names_of(letter.cc, frame),
        "topic_names": "; ".join(topics[topic].name for topic in letter.topics),
        "answered": letter.unanswered,
        "answer_expected": int(letter.expects),
        "other_organisations": signatories.organisations if signatories else None,
        "other_people": signatories.people if signatories else None,
        "other_experts": signatories.experts if signatories else None,
        "lane": frame.lane_of(letter.from_[0].organisation).id,
        **_placement(letter.date),
    }


def _party_rows(letter: Letter, statement: Statement, frame: Frame) -> Rows:
    """Who makes a statement, and to whom; where the file does not say, the letter's own parties."""
    for side, ids, parties in (
        ("by", statement.by, letter.from_),
        ("to", statement.to, letter.to),
    ):
        implied = (party.organisation or party.person for party in parties)
        for number, party_id in enumerate(ids or dict.fromkeys(filter(None, implied))):
            is_organisation = party_id in frame.registers.organisations
            yield (
                "statement_parties",
                {
                    "letter": letter.id,
                    "statement": statement.id,
                    "side": side,
                    "position": number,
                    "organisation": party_id if is_organisation else None,
                    "person": None if is_organisation else party_id,
                    "stated": int(bool(ids)),
                },
            )


def _identity_rows(letter: Letter | Withdrawn, file: LetterFile) -> Rows:
    for number, former in enumerate(letter.former_ids):
        yield "former_ids", {"id": former, "letter": letter.id, "position": number}
    yield "files", {"letter": letter.id, "path": file.path, "text": file.text}


def _organisation_rows(frame: Frame) -> Rows:
    for number, organisation in enumerate(frame.registers.organisations.values()):
        yield (
            "organisations",
            {
                "position": number,
                **_plain(organisation, leave_out={"aliases"}),
                "label": organisation.label,
                "lane": frame.lane_of(organisation.id).id,
            },
        )
        aliases = ({"organisation": organisation.id, "alias": a} for a in organisation.aliases)
        yield from _numbered("organisation_aliases", aliases)


def _people_rows(frame: Frame) -> Rows:
    for number, person in enumerate(frame.registers.people.values()):
        yield "people", {"position": number, **_plain(person, leave_out={"aliases", "roles"})}
        aliases = ({"person": person.id, "alias": alias} for alias in person.aliases)
        yield from _numbered("person_aliases", aliases)
        yield from _numbered("roles", ({"person": person.id, **_plain(r)} for r in person.roles))


def _event_rows(frame: Frame) -> Rows:
    for number, event in enumerate(frame.registers.events.values()):
        yield (
            "events",
            {
                "position": number,
                **_plain(event, leave_out={"organisations", "sources"}),
                **_placement(event.date),
            },
        )
        own = {"event": event.id}
        concerned = ({**own, "organisation": o} for o in event.organisations)
        yield from _numbered("event_organisations", concerned)
        yield from _numbered("event_sources", ({**own, **_plain(s)} for s in event.sources))


def _numbered(table: str, rows: Iterable[Mapping[str, Any]]) -> Rows:
    for number, row in enumerate(rows):
        yield table, {"position": number, **row}


@cache
def _columns(kind: type[Record]) -> tuple[tuple[str, str], ...]:
    """The names of a record's values and of the columns in which they stand."""
    return tuple((name, field.alias or name) for name, field in kind.model_fields.items())


def _plain(record: Record, leave_out: Iterable[str] = ()) -> Row:
    """The single values of a record as columns; a date becomes its text, bounds and precision."""
    row: Row = {}
    for name, column in _columns(type(record)):
        value = getattr(record, name)
        if name in leave_out or isinstance(value, tuple | Record):
            continue
        if isinstance(value, EdtfDate):
            row |= _date(column, value)
        else:
            row[column] = _iso(value) if isinstance(value, datetime.date) else value
            if isinstance(value, bool):
                row[column] = int(value)
    return row


def _date(column: str, value: EdtfDate) -> Row:
    if column == "span":
        return {"span": value.text}
    return {
        column: value.text,
        f"{column}_earliest": _iso(value.earliest),
        f"{column}_latest": _iso(value.latest),
        f"{column}_precision": value.precision,
    }


def _placement(date: EdtfDate) -> Row:
    return dict(zip(("year", "month", "day"), date.placement, strict=True))


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
