"""The archive around its letters: what it is, and the registers that letters refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .model import ArchiveInfo, Event, Lane, Lead, Letter, Organisation, Person, Record, Topic

REGISTERS: Mapping[str, type[Record]] = {
    "organisations": Organisation,
    "people": Person,
    "topics": Topic,
    "events": Event,
    "leads": Lead,
}
"""The registers by their names, each with the class of its entries."""


def class_of(name: str) -> type[Record]:
    """The class of what a file holds; ``name`` is its path within the folder of letters."""
    folder, _, file = name.rpartition("/")
    if folder == "register":
        return REGISTERS.get(file.removesuffix(".yml"), Record)
    return Letter if folder else ArchiveInfo


@dataclass(frozen=True)
class Registers:
    """The entries of ``letters/register``, by id and in the order of their files.

    ``places`` says which entry of its file each id is, faulty entries included, and ``unread``
    which registers could not be read: letters may refer to both without blame. ``sound`` is
    whether there is neither.
    """

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    leads: Mapping[str, Lead] = field(default_factory=dict)
    places: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    sound: bool = True

    def knows(self, register: str, entry_id: str) -> bool:
        """Whether an id may be used, as far as the register could be read."""
        return (
            entry_id in getattr(self, register)
            or register in self.unread
            or (register, entry_id) in self.places
        )


@dataclass(frozen=True)
class Frame:
    """All that an archive holds beside its letters."""

    info: ArchiveInfo
    registers: Registers

    def lane_of(self, organisation_id: str | None) -> Lane:
        """The lane of an organisation; the last one for those that belong to no other."""
        organisation = self.registers.organisations.get(organisation_id or "")
        group = organisation.group if organisation else None
        return next((lane for lane in self.info.lanes if lane.id == group), self.info.lanes[-1])


@dataclass(frozen=True)
class LetterFile:
    """A letter's file: its path within the archive's folder, and its text."""

    path: str
    text: str
