"""RIS, the format that every reference manager imports.

Tags are those with which Zotero makes an item "Letter" with its recipients: ``TY PCOMM``, ``A2``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import rispy

from ..records.dates import EdtfDate
from ..records.model import Letter
from .publication import Agent, Publication, shared_parts


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """rispy's writer, without the number that it puts before each reference."""

    def set_header(self, count: int) -> str:
        return ""


def write_ris(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """References in RIS, one after the other."""
    for letter in letters:
        text = rispy.dumps([_reference(letter, publication)], implementation=_Writer)
        lines = "\r\n".join(text.strip().splitlines())
        yield f"{lines} \r\n\r\n".encode()  # the last tag, too, has its space


def _reference(letter: Letter, publication: Publication) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "type_of_reference": "PCOMM",
        "id": letter.id,
        "authors": [_name(agent, publication) for agent in publication.senders(letter)],
        "secondary_authors": [
            _name(agent, publication) for agent in publication.recipients(letter)
        ],
        "title": publication.title(letter),
        "date": _date(letter.date),
        "type_of_work": letter.form.label,
        "call_number": letter.reference,
        "language": letter.language,
        "keywords": publication.topics(letter),
        "abstract": letter.summary,
        "notes": [*publication.remarks(letter), f"Licence of this record: {publication.licence}"],
        "name_of_database": publication.frame.info.title,
        "urls": [publication.permalink(letter.id)],
    }
    return {name: _line(value) for name, value in fields.items() if value}


def _name(agent: Agent, publication: Publication) -> str:
    """A name as RIS has it: of a person the family name first.

    What follows a comma is taken for a given name, so an organisation with a comma in its name goes
    by its short name.
    """
    if agent.family_name and not agent.inferred:
        return f"{agent.family_name}, {agent.given_name}"
    if agent.kind == "organisation" and "," in agent.name and agent.id:
        short_name = publication.frame.registers.organisations[agent.id].short_name
        return replace(agent, name=short_name or agent.name).cited_name
    return agent.cited_name


def _date(date: EdtfDate) -> str | None:
    """``YYYY/MM/DD``, with empty places for what is not known; of a range, what all of it shares.

    What this leaves out is said in words among the remarks.
    """
    parts = shared_parts(date)
    return "/".join([*(f"{part:02}" for part in parts), "", ""][:3]) if parts else None


def _line(value: Any) -> Any:
    """Text in one line, since a line of its own may look like a tag."""
    if isinstance(value, list):
        return [_line(text) for text in value]
    return " ".join(value.split())
