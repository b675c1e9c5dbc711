"""CSL-JSON: letters for citation processors and reference managers.

Variables are those of CSL 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html); the
type is ``personal_communication``, the only one with which styles print the recipient.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..records.dates import EdtfDate
from ..records.model import Letter
from .publication import Agent, Publication


def csl_item(letter: Letter, publication: Publication) -> dict[str, Any]:
    """A letter as an item of CSL-JSON."""
    item: dict[str, Any] = {
        "id": letter.id,
        "type": "personal_communication",
        "title": publication.title(letter),
        "author": [csl_name(agent) for agent in publication.senders(letter)],
        "recipient": [csl_name(agent) for agent in publication.recipients(letter)],
        "issued": _csl_date(letter.date),
        "genre": letter.form.label,
        "number": letter.reference,
        "language": letter.language,
        "abstract": letter.summary,
        "keyword": ", ".join(publication.topics(letter)),
        "note": " ".join(publication.remarks(letter)),
        "archive": publication.frame.info.title,
        "URL": publication.permalink(letter.id),
        "custom": {"date": letter.date.text, "licence": publication.licence},
    }
    return {name: value for name, value in item.items() if value}


def csl_name(agent: Agent) -> dict[str, str]:
    """A name of CSL-JSON: of a person in its parts where they are known, else as it is."""
    if agent.family_name and not agent.inferred:
        return {"family": agent.family_name, "given": agent.given_name or ""}
    return {"literal": agent.cited_name}


def write_csl(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """A list of items of CSL-JSON."""
    yield b"["
    for number, letter in enumerate(letters):
        item = json.dumps(csl_item(letter, publication), ensure_ascii=False, indent=1)
        yield f"{',' if number else ''}\n{item}".encode()
    yield b"\n]\n"


def _csl_date(date: EdtfDate) -> dict[str, Any]:
    if date.parts:
        found: dict[str, Any] = {"date-parts": [list(date.parts)]}
        return {**found, "circa": True} if date.qualifier else found
    if date.earliest and date.latest:
        bounds = [[day.year, day.month, day.day] for day in (date.earliest, date.latest)]
        return {"date-parts": bounds}
    return {"literal": date.words}
