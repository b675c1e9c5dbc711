"""The correspondents of imported letters as entries of the registers, known ones and new ones.

The same address in an authority file is one entry, and so is the same name without one. What is in
the registers already is matched by its Wikidata id, an address that an import recorded, or its
exact name or alias, and never changed. A name that is like another one is another name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from ..new_letter.context import Numbering
from ..records.archive import Frame
from ..records.folding import slug
from ..records.model import Correspondent, Organisation, Person
from ..records.personal_data import contacts_in
from .parsed import Found, ImportFailed, Party

_LONGEST_ID = 60
_RECORDED = "Authority file:"
_WIKIDATA = re.compile(
    r"(?:https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/|wikidata:)(Q[1-9]\d*)"
)
_USUAL_KINDS = ("organisation", "other", "others", "unknown")


@dataclass
class _Entry:
    """Somebody in the registers, or about to be: all that tells who they are."""

    id: str
    is_organisation: bool
    name: str
    names: list[str]
    uris: list[str] = field(default_factory=list)
    family_name: str | None = None
    is_new: bool = False
    by_hand: bool = False

    @property
    def identities(self) -> set[str]:
        """The addresses in authority files, in the form in which they are compared."""
        return {identity(uri) for uri in self.uris}


class Registrar:
    """Finds or makes the entries of the correspondents of letters."""

    def __init__(self, frame: Frame, kind: str | None) -> None:
        self.frame = frame
        self.kind = kind
        self._entries: dict[str, _Entry] = {}
        self._numbering = Numbering()
        self._by_identity: dict[tuple[bool, str], _Entry] = {}
        self._by_name: dict[tuple[bool, str], list[_Entry]] = defaultdict(list)
        self._settled: dict[Party, _Entry] = {}
        self._told: set[tuple[str, str]] = set()
        registers = frame.registers
        for organisation in registers.organisations.values():
            self._add(_known(organisation))
        for person in registers.people.values():
            self._add(_known(person))

    def settle(self, letters: Iterable[Found]) -> None:
        """Decide who everybody is: those whom an authority file tells apart before the others.

        So it does not depend on the order of the letters whom a mere name means.
        """
        mentioned = [(p, found) for found in letters for p in _parties(found)]
        for has_uris, kind in product((True, False), ("organisation", "person", "either")):
            for party, found in mentioned:
                if (bool(party.uris), party.kind) != (has_uris, kind):
                    continue
                if party not in self._settled:
                    self._settled[party] = self._find(party, found) or self._make(party)

    def correspondent(self, party: Party) -> Correspondent:
        """The correspondent that a settled party is in a record."""
        if party.kind == "unknown":
            return Correspondent(unknown=True)
        entry = self._settled[party]
        employer = self._settled[party.employer].id if party.employer else None
        return Correspondent(
            organisation=entry.id if entry.is_organisation else employer,
            person=None if entry.is_organisation else entry.id,
            role=party.role,
            certainty="inferred" if party.inferred else None,
        )

    def new_records(self, used: set[str]) -> tuple[list[Organisation], list[Person]]:
        """The new entries among the used ids, in the order in which they were met.

        Raises:
            ImportFailed: the archive has no kind for the new organisations.
        """
        new = [entry for entry in self._entries.values() if entry.is_new and entry.id in used]
        bodies = [entry for entry in new if entry.is_organisation]
        kind = self._kind() if bodies else ""
        organisations = [
            Organisation(
                id=entry.id,
                name=entry.name,
                aliases=_aliases(entry),
                kind=kind,
                wikidata=_wikidata(entry),
                note=_recorded(entry),
            )
            for entry in bodies
        ]
        people = [
            Person(
                id=entry.id,
                name=entry.name,
                family_name=entry.family_name,
                aliases=_aliases(entry),
                wikidata=_wikidata(entry),
                note=_recorded(entry),
            )
            for entry in new
            if not entry.is_organisation
        ]
        return organisations, people

    def names(self, parties: Iterable[Party]) -> list[str]:
        """What settled parties are called in the registers."""
        return [
            "unknown" if party.kind == "unknown" else self._settled[party].name for party in parties
        ]

    def _kind(self) -> str:
        kinds = self.frame.info.organisation_kinds
        if self.kind in kinds:
            return self.kind or ""
        if self.kind is None:
            for usual in _USUAL_KINDS:
                if usual in kinds:
                    return usual
        raise ImportFailed(
            "the file does not say of what kind its organisations are; say it with --kind, as one "
            f"of {', '.join(kinds)} (or add a kind to archive.yml)"
        )

    def _add(self, entry: _Entry) -> None:
        self._entries[entry.id] = entry
        for uri in entry.uris:
            self._by_identity.setdefault((entry.is_organisation, identity(uri)), entry)
        for name in dict.fromkeys(entry.names):
            self._by_name[entry.is_organisation, name].append(entry)

    def _find(self, party: Party, found: Found) -> _Entry | None:
        kinds = {"organisation": (True,), "person": (False,), "either": (True, False)}[party.kind]
        for kind in kinds:
            for uri in party.uris:
                if entry := self._by_identity.get((kind, identity(uri))):
                    self._learn(entry, party, found)
                    return entry
        named = [
            entry
            for kind in kinds
            for entry in self._by_name.get((kind, party.name), [])
            if _may_be(entry, party)
        ]
        if len(named) > 1 and not party.uris:
            named = [entry for entry in named if not entry.uris]
        if not named:
            return None
        self._learn(named[0], party, found)
        return named[0]

    def _learn(self, entry: _Entry, party: Party, found: Found) -> None:
        """Record more names and addresses of a new entry; report them of one that stays."""
        known = entry.identities
        uris = [uri for uri in party.uris if identity(uri) not in known]
        names = [n for n in (party.name, party.alias) if n and n not in (*entry.names, *party.uris)]
        if entry.is_new:
            entry.uris += uris
            entry.names += names
            entry.family_name = entry.family_name or _family_in(entry.name, party)
            for uri in uris:
                self._by_identity.setdefault((entry.is_organisation, identity(uri)), entry)
            for name in names:
                self._by_name[entry.is_organisation, name].append(entry)
            return
        for said in (*names, *uris):
            if (entry.id, said) not in self._told:
                self._told.add((entry.id, said))
                text = f"{said} is {entry.id} of the register, which does not say so; add it there"
                found.remark("register", text)

    def _make(self, party: Party) -> _Entry:
        names = [party.name, *([party.alias] if party.alias else [])]
        entry = _Entry(
            self._new_id(party),
            party.kind == "organisation",
            party.name,
            names,
            list(dict.fromkeys(party.uris)),
            _family_in(party.name, party),
            is_new=True,
        )
        self._add(entry)
        return entry

    def _new_id(self, party: Party) -> str:
        short = slug(identity(party.name))
        if len(short) > _LONGEST_ID:
            short = short[: _LONGEST_ID + 1].rpartition("-")[0] or short[:_LONGEST_ID]
        # A name in another script than ours makes no id.
        short = short or ("organisation" if party.kind == "organisation" else "person")
        return self._numbering.free(short, self._entries)


def identity(uri: str) -> str:
    """An address of an authority file as it is compared: its scheme and capitals do not count."""
    if match := _WIKIDATA.match(uri):
        return f"wikidata:{match[1]}"
    return re.sub(r"^https?://(?:www\.)?", "", uri).rstrip("/").casefold()


def _parties(found: Found) -> Iterator[Party]:
    for party in (*found.senders, *found.recipients, *found.copies):
        yield from (p for p in (party, party.employer) if p and p.kind != "unknown")


def _known(record: Organisation | Person) -> _Entry:
    recorded = [
        uri
        for line in (record.note or "").split("\n")
        if line.startswith(_RECORDED)
        for uri in line.removeprefix(_RECORDED).split()
    ]
    wikidata = [f"wikidata:{record.wikidata}"] if record.wikidata else []
    return _Entry(
        record.id,
        isinstance(record, Organisation),
        record.name,
        [record.name, *record.aliases],
        wikidata + recorded,
        by_hand=not recorded,
    )


def _may_be(entry: _Entry, party: Party) -> bool:
    """Whether an entry of this name may be meant: nothing in authority files speaks against it.

    Two who have different addresses may still share a name, as fathers and sons do. An entry that
    was made by hand with a Wikidata id only may be somebody whom an edition knows by another file.
    """
    theirs = {identity(uri) for uri in party.uris}
    if not theirs or not entry.uris:
        return True
    return entry.by_hand and not any(each.startswith("wikidata:") for each in theirs)


def _family_in(name: str, party: Party) -> str | None:
    return party.family_name if party.family_name and party.family_name in name else None


def _aliases(entry: _Entry) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(entry.names) if name != entry.name)


def _wikidata(entry: _Entry) -> str | None:
    return next((match[1] for uri in entry.uris if (match := _WIKIDATA.match(uri))), None)


def _recorded(entry: _Entry) -> str | None:
    """The addresses that are not the one Wikidata id, as a line that a later import reads."""
    wikidata = _wikidata(entry)
    others = [uri for uri in entry.uris if identity(uri) != f"wikidata:{wikidata}"]
    note = f"{_RECORDED} {' '.join(others)}"
    return note if others and not any(contacts_in(note)) else None
