"""Records as pages show them: names with their links, dates and waiting times in words."""

import datetime
import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ...database.rows import names_of
from ...records.archive import Frame
from ...records.model import Correspondent, Lane, Letter, Reference, Source


@dataclass(frozen=True)
class Name:
    """A name with the address of its page."""

    id: str
    text: str
    path: str
    inferred: bool = False
    notice: str | None = None


@dataclass(frozen=True)
class Party:
    """A correspondent as a page shows it; without organisation and person, nobody is known."""

    organisation: Name | None
    person: Name | None
    role: str | None
    on_behalf_of: Name | None
    lane: Lane

    @property
    def notices(self) -> list[tuple[str, str]]:
        """What must be read beside a name, by name."""
        names = (self.organisation, self.person)
        return [(name.text, name.notice) for name in names if name and name.notice]


@dataclass(frozen=True)
class Gutter:
    """The lanes from which and to which a letter went, counted from 0."""

    from_: list[int]
    to: list[int]
    lanes: int

    def nearest(self, lane: int) -> int:
        """The sender's lane that is nearest to a recipient's."""
        return min(self.from_, key=lambda sender: abs(sender - lane))


class Presenter:
    """Turns ids into names, by the registers of one archive."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def organisation(self, organisation_id: str, *, inferred: bool = False) -> Name:
        """An organisation by the name it has in lists."""
        found = self.frame.registers.organisations[organisation_id]
        path = f"/archive/organisations/{organisation_id}"
        return Name(organisation_id, found.label, path, inferred, found.notice)

    def person(self, person_id: str, *, inferred: bool = False) -> Name:
        """A person."""
        found = self.frame.registers.people[person_id]
        return Name(person_id, found.name, f"/archive/people/{person_id}", inferred, found.notice)

    def party_of_statement(self, party_id: str) -> Name:
        """Who makes a statement, or to whom: an organisation or a person."""
        if party_id in self.frame.registers.organisations:
            return self.organisation(party_id)
        return self.person(party_id)

    def topic(self, topic_id: str) -> Name:
        """A topic."""
        found = self.frame.registers.topics[topic_id]
        return Name(topic_id, found.name, f"/archive/topics/{topic_id}")

    def parties(self, correspondents: Iterable[Correspondent]) -> list[Party]:
        """The correspondents of one side of a letter."""
        return [self._party(correspondent) for correspondent in correspondents]

    def short(
        self, correspondents: Sequence[Correspondent], most: int = 3
    ) -> tuple[list[Party], int]:
        """The first few of many correspondents, each organisation once, and how many are left."""
        once = {(c.organisation or c.person or "unknown"): c for c in reversed(correspondents)}
        shown = list(reversed(once.values()))
        kept = shown if len(shown) <= most + 1 else shown[:most]
        return self.parties(kept), len(shown) - len(kept)

    def names(self, correspondents: Sequence[Correspondent]) -> str:
        """Correspondents in one line of text."""
        return names_of(correspondents, self.frame)

    def gutter(self, letter: Letter) -> Gutter:
        """Where a letter runs in the drawing beside the list."""
        lanes = [lane.id for lane in self.frame.info.lanes]

        def numbers(parties: Iterable[Correspondent]) -> list[int]:
            found = {lanes.index(self.frame.lane_of(p.organisation).id) for p in parties}
            return sorted(found)

        return Gutter(numbers(letter.from_), numbers(letter.to), len(lanes))

    def notices(self, letter: Letter) -> list[tuple[str, str]]:
        """What must be read beside the names of a letter, each once."""
        everybody = self.parties((*letter.from_, *letter.to, *letter.cc))
        return list(dict.fromkeys(notice for party in everybody for notice in party.notices))

    def _party(self, correspondent: Correspondent) -> Party:
        inferred = correspondent.certainty == "inferred"
        organisation = correspondent.organisation and self.organisation(
            correspondent.organisation,
            inferred=correspondent.organisation_certainty == "inferred"
            or (inferred and not correspondent.person),
        )
        person = correspondent.person and self.person(correspondent.person, inferred=inferred)
        client = correspondent.on_behalf_of and self.organisation(correspondent.on_behalf_of)
        return Party(
            organisation or None,
            person or None,
            correspondent.role,
            client or None,
            self.frame.lane_of(correspondent.organisation),
        )


def source_anchors(letter: Letter) -> list[str]:
    """An anchor for each source, which stays the same when sources are added or ordered anew."""
    anchors: list[str] = []
    for source in letter.sources:
        anchor = f"source-{hashlib.sha256(source.url.encode()).hexdigest()[:8]}"
        repeated = sum(other.partition(".")[0] == anchor for other in anchors)
        anchors.append(f"{anchor}.{repeated + 1}" if repeated else anchor)
    return anchors


def day_of_copy(source: Reference, as_of: datetime.date) -> datetime.date:
    """The day as of which a link to a source is meant, for Robust Links.

    It is the day of the archived copy where its address tells it, as those of the Wayback Machine
    do, else the day on which the source was seen, else that of the archive's last review.
    """
    if not isinstance(source, Source):
        return as_of
    if match := _COPIED.search(source.archived or ""):
        with suppress(ValueError):
            return datetime.date(*map(int, match.groups()))
    return source.accessed or as_of


_COPIED = re.compile(r"/(\d{4})(\d\d)(\d\d)\d{0,6}(?:[a-z_]*)/")


def waiting(days_min: int | None, days_max: int | None) -> str:
    """Days between two letters, in words; nothing where a date is too uncertain to count."""
    if days_min is None or days_max is None:
        return ""
    if days_max == 0:
        return "the same day"
    if days_min == days_max:
        return f"after {days_max} day{'s' if days_max != 1 else ''}"
    return f"after {days_min} to {days_max} days"
