"""What every format says of a letter: its names, its title, its address and what to know of it."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from ..records.archive import Frame
from ..records.dates import EdtfDate
from ..records.model import Correspondent, Letter

Kind = Literal["organisation", "person", "public", "unknown"]

UNSEEN = {
    "opening seen": "Only the opening of the text was seen.",
    "cited": "Text not seen; known because others cite it.",
    "reported": "Text not seen; known from reports.",
    "catalogued": "Text not seen; listed in a catalogue.",
}
"""What must be said beside a letter whose text the archive has not seen whole."""


@dataclass(frozen=True)
class Agent:
    """Somebody who sent or received a letter, as other software is told of them.

    ``id`` is the one of the register; the public and the unknown have none. ``inferred`` is whether
    no source says that they did.
    """

    kind: Kind
    name: str
    id: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    wikidata: str | None = None
    inferred: bool = False

    @property
    def cited_name(self) -> str:
        """The name as a citation has it: in brackets if it is inferred, as catalogues do."""
        return f"[{self.name}]" if self.inferred or self.kind == "unknown" else self.name


PUBLIC = Agent("public", "the public")
UNKNOWN = Agent("unknown", "unknown")


@dataclass(frozen=True)
class Publication:
    """An archive, and where it and a file of its letters are published.

    ``address`` has no slash at its end. ``page`` is the address of the letters of a file as a page,
    and ``file`` that of the file itself; left out, they are those of all letters.
    """

    frame: Frame
    address: str
    page: str = ""
    file: str = ""

    @property
    def home(self) -> str:
        """The address of the letters of a file as a page."""
        return self.page or f"{self.address}/"

    @cached_property
    def uuid(self) -> UUID:
        """Stays the same for one archive: of its public address or, before it has one, title."""
        return uuid5(NAMESPACE_URL, self.frame.info.address or self.frame.info.title)

    def permalink(self, letter_id: str) -> str:
        """The permanent address of a letter."""
        return f"{self.address}/archive/letters/{letter_id}"

    def page_of(self, agent: Agent) -> str | None:
        """The address of a correspondent's page, if they have one."""
        folder = "organisations" if agent.kind == "organisation" else "people"
        return f"{self.address}/archive/{folder}/{agent.id}" if agent.id else None

    def senders(self, letter: Letter) -> tuple[Agent, ...]:
        """Who sent a letter: of each correspondent the person, then the organisation."""
        return self._agents(letter.from_)

    def recipients(self, letter: Letter) -> tuple[Agent, ...]:
        """Who received it; a statement to nobody in particular went to the public."""
        return self._agents(letter.to) or (PUBLIC,)

    def copies(self, letter: Letter) -> tuple[Agent, ...]:
        """Who received a copy."""
        return self._agents(letter.cc)

    def modified(self, letter: Letter) -> datetime.date:
        """When a record was last corrected or, without corrections, when all was last reviewed."""
        days = [correction.date for correction in letter.corrections]
        return max(days, default=self.frame.info.as_of)

    def title(self, letter: Letter) -> str:
        """The title; in brackets if it is ours, as catalogues do."""
        return f"[{letter.title}]" if letter.title_supplied else letter.title

    def topics(self, letter: Letter) -> list[str]:
        """The names of its topics."""
        return [self.frame.registers.topics[topic].name for topic in letter.topics]

    def remarks(self, letter: Letter) -> list[str]:
        """Sentences that must go with a letter where its record is cut down to a few fields."""
        return list(self._remarks(letter))

    @property
    def licence(self) -> str:
        """The licence of the records, with its address."""
        licence = self.frame.info.licence
        return f"{licence.name}, {licence.url}"

    def _remarks(self, letter: Letter) -> Iterator[str]:
        if letter.attestation in UNSEEN:
            yield UNSEEN[letter.attestation]
        if not letter.date.parts or letter.date.qualifier:
            yield f"Date: {letter.date.words}."
        everybody = (*letter.from_, *letter.to, *letter.cc)
        if names := joined(agent.name for agent in self._inferred(everybody)):
            yield f"By inference only: {names}."
        for party in letter.from_:
            if party.on_behalf_of:
                client = self.frame.registers.organisations[party.on_behalf_of].name
                yield f"Written on behalf of {client}."
        if letter.other_signatories:
            others = letter.other_signatories
            counts = [
                f"{number} {noun}"
                for number, noun in (
                    (others.organisations, "organisations"),
                    (others.people, "people"),
                    (others.experts, "experts"),
                )
                if number
            ]
            yield f"Signed by {joined(counts)} more who are not named here."
        if letter.cc:
            yield f"Copy to: {joined(agent.cited_name for agent in self.copies(letter))}."
        for other in letter.possibly_same_as:
            yield f"May be the same document as {self.permalink(other)}."

    def _inferred(self, parties: Iterable[Correspondent]) -> Iterator[Agent]:
        for party in parties:
            yield from (agent for agent in self._agents_of(party) if agent.inferred)

    def _agents(self, parties: Iterable[Correspondent]) -> tuple[Agent, ...]:
        """Each once; a person who is only inferred is left to the remarks if somebody is stated."""
        agents: dict[tuple[Kind, str | None], Agent] = {}
        for party in parties:
            found = list(self._agents_of(party))
            stated = [agent for agent in found if not agent.inferred]
            for agent in stated or found:
                agents.setdefault((agent.kind, agent.id), agent)
        return tuple(agents.values())

    def _agents_of(self, party: Correspondent) -> Iterator[Agent]:
        registers = self.frame.registers
        if party.unknown:
            yield UNKNOWN
        inferred = party.certainty == "inferred"
        if party.person:
            person = registers.people[party.person]
            yield Agent(
                "person",
                person.name,
                person.id,
                person.given_name if person.family_name else None,
                person.family_name,
                person.wikidata,
                inferred,
            )
        if party.organisation:
            organisation = registers.organisations[party.organisation]
            alone = not party.person
            yield Agent(
                "organisation",
                organisation.name,
                organisation.id,
                wikidata=organisation.wikidata,
                inferred=inferred if alone else party.organisation_certainty == "inferred",
            )


def joined(names: Iterable[str]) -> str:
    """Names in a line of prose: "A, B and C"."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def shared_parts(date: EdtfDate) -> tuple[int, ...]:
    """Year, month and day, as far as every day that a date allows has them."""
    if not date.earliest or not date.latest:
        return ()
    first, last = ((day.year, day.month, day.day) for day in (date.earliest, date.latest))
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=True))
    return tuple(part for part, _ in alike)
