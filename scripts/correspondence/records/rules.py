"""What must hold across records.

Rules on one letter are functions that yield findings; rules on all of them are kept by
:class:`Checker`, which sees each letter once, keeps a few facts of it and speaks at the end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .archive import RegisterName, Registers
from .dates import EdtfDate, parse_date
from .model import ArchiveInfo, Correspondent, Letter, Organisation, Person, Topic, Withdrawn
from .problems import Finding, KeyPath, Rule, did_you_mean, rule

UNKNOWN_ORGANISATION = rule("unknown-organisation", "An organisation is in the register.")
UNKNOWN_PERSON = rule("unknown-person", "A person is in the register.")
UNKNOWN_PARTY = rule("unknown-party", "Who makes a statement, or to whom, is in a register.")
UNKNOWN_TOPIC = rule("unknown-topic", "A topic is in the register.")
UNKNOWN_LETTER = rule("unknown-letter", "A letter that is referred to is in the archive.")
UNKNOWN_STATEMENT = rule("unknown-statement", "A statement that is taken up is in its letter.")
UNKNOWN_SCOPE = rule("unknown-scope", "A scope is one of those of archive.yml.")
UNKNOWN_LANE = rule("unknown-lane", "The group of an organisation is a lane of archive.yml.")
UNKNOWN_KIND = rule("unknown-kind", "A kind of organisation or event is one of archive.yml.")
DUPLICATE_ID = rule("duplicate-id", "An id, or former id, is used once.")
DUPLICATE_ENTRY = rule("duplicate-entry", "An entry stands once in its list.")
UNUSED_ENTRY = rule("unused-entry", "An entry of a register is used, or marked `unused: yes`.")
REPLY_TO_ITSELF = rule("reply-to-itself", "A letter does not answer, mention or take up itself.")
REPLY_CYCLE = rule("reply-cycle", "Replies do not run in a circle.")
REPLY_TOO_EARLY = rule("reply-too-early", "A reply is not earlier than what it answers.")
TAKEN_UP_TOO_EARLY = rule(
    "taken-up-too-early", "A statement is not taken up by a letter earlier than its own."
)
PRIVATE_CONTACT = rule("private-contact", "Prose holds no e-mail address or telephone number.")
ID_DATE = rule("id-date", "The date in an id agrees with the letter's date.", "warning")
NO_ARCHIVED_COPY = rule("no-archived-copy", "A source has an archived copy.", "warning")
PROBABLE_DUPLICATE = rule(
    "probable-duplicate", "Letters of the same day and parties are marked or are one.", "warning"
)

_ADDRESS = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(
    r"\+(?:[\s().\-/]*[0-9]){8,}"  # international: a plus and eight digits or more
    r"|\(0?[0-9]{2,4}\)[\s.-]?[0-9]{3,4}[\s.-]?[0-9]{3,4}\b"  # area code in brackets
    r"|\b[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}\b"  # 3-3-4, as in North America
    r"|\b0[0-9]{2,4}[ /-][0-9]{3,4}[ -]?[0-9]{3,5}\b"  # area code with its zero
)
_NOT_PROSE = frozenset(
    ["url", "archived", "reference", "sha256", "source", "wikidata", "address", "repository"]
)


def private_contacts(data: Any, file: str, keys: KeyPath = ()) -> Iterator[Finding]:
    """E-mail addresses and telephone numbers in the prose of a file's plain data."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _NOT_PROSE:
                yield from private_contacts(value, file, (*keys, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from private_contacts(value, file, (*keys, number))
    elif isinstance(data, str):
        prose = _ADDRESS.sub(" ", data)
        for what, pattern in (("an e-mail address", _EMAIL), ("a telephone number", _TELEPHONE)):
            if match := pattern.search(prose):
                message = f"{match[0].strip()!r} looks like {what}; private contacts stay out"
                yield Finding(file, keys, PRIVATE_CONTACT, message)


def info_findings(info: ArchiveInfo, file: str) -> Iterator[Finding]:
    """What is wrong with what the archive is."""
    lists = {
        "lanes": [lane.id for lane in info.lanes],
        "scopes": [scope.id for scope in info.scopes],
        "organisation_kinds": info.organisation_kinds,
        "event_kinds": info.event_kinds,
    }
    return _repeated(lists, file)


def register_findings(registers: Registers, info: ArchiveInfo | None) -> Iterator[Finding]:
    """What is wrong between the registers, and with their vocabularies if those are known."""
    for person in registers.people.values():
        if person.id in registers.organisations:
            keys: KeyPath = (registers.places["people", person.id], "id")
            message = f"{person.id!r} is an organisation too; give one of them another id"
            yield Finding("register/people.yml", keys, DUPLICATE_ID, message)
    if info is None:
        return
    lanes = [lane.id for lane in info.lanes]
    for organisation in registers.organisations.values():
        file, place = (
            "register/organisations.yml",
            registers.places["organisations", organisation.id],
        )
        yield from _among(file, (place, "group"), UNKNOWN_LANE, organisation.group, lanes)
        kinds = info.organisation_kinds
        yield from _among(file, (place, "kind"), UNKNOWN_KIND, organisation.kind, kinds)
    for event in registers.events.values():
        keys = (registers.places["events", event.id], "kind")
        kinds = info.event_kinds
        yield from _among("register/events.yml", keys, UNKNOWN_KIND, event.kind, kinds)


_REFERENCES: dict[str, tuple[Rule, tuple[RegisterName, ...]]] = {
    "organisation": (UNKNOWN_ORGANISATION, ("organisations",)),
    "organisations": (UNKNOWN_ORGANISATION, ("organisations",)),
    "on_behalf_of": (UNKNOWN_ORGANISATION, ("organisations",)),
    "person": (UNKNOWN_PERSON, ("people",)),
    "topic": (UNKNOWN_TOPIC, ("topics",)),
    "topics": (UNKNOWN_TOPIC, ("topics",)),
    "by": (UNKNOWN_PARTY, ("organisations", "people")),
    "to": (UNKNOWN_PARTY, ("organisations", "people")),
}
"""Keys whose values, wherever they stand, are ids of a register."""

_LISTS = frozenset({"organisations", "topics", "by", "to"})
"""Those of them that hold a list of ids."""


def reference_findings(
    data: Any, file: str, registers: Registers, keys: KeyPath = ()
) -> Iterator[Finding]:
    """Ids that no register holds, found in plain data, so that no other fault can hide them."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from reference_findings(value, file, registers, (*keys, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from reference_findings(value, file, registers, (*keys, number))
    elif isinstance(data, str):
        key = next((key for key in reversed(keys) if isinstance(key, str)), "")
        if key not in _REFERENCES or (key in _LISTS) != isinstance(keys[-1], int):
            return  # the `to` of a role is a date, the `organisations` that also signed a number
        broken, names = _REFERENCES[key]
        if not any(registers.knows(name, data) for name in names):
            known = [entry for name in names for entry in getattr(registers, name)]
            hint = did_you_mean(data, known) or "; add it there"
            yield Finding(file, keys, broken, f"{data!r} is not in the register{hint}")


def scope_findings(data: Any, file: str, info: ArchiveInfo | None) -> Iterator[Finding]:
    """A scope, in a letter's plain data, that the archive has not."""
    scope = data.get("scope") if isinstance(data, dict) else None
    if info is not None and isinstance(scope, str):
        scopes = [scope.id for scope in info.scopes]
        yield from _among(file, ("scope",), UNKNOWN_SCOPE, scope, scopes)


def letter_findings(letter: Letter, file: str) -> Iterator[Finding]:
    """What is wrong with one letter."""
    yield from _repetitions(letter, file)
    for number, source in enumerate(letter.sources):
        if not source.archived:
            message = "this source has no archived copy; add its address as `archived`"
            yield Finding(file, ("sources", number), NO_ARCHIVED_COPY, message)


def _repetitions(letter: Letter, file: str) -> Iterator[Finding]:
    lists: Mapping[str, Iterable[Any]] = {
        "from": letter.from_,
        "to": letter.to,
        "cc": letter.cc,
        "in_reply_to": [reply.letter for reply in letter.in_reply_to],
        "refers_to": letter.refers_to,
        "possibly_same_as": letter.possibly_same_as,
        "topics": letter.topics,
        "former_ids": letter.former_ids,
        "statements": [statement.id for statement in letter.statements],
        "takes_up": [(taken.statement, taken.how) for taken in letter.takes_up],
    }
    return _repeated(lists, file)


def _repeated(lists: Mapping[str, Iterable[Any]], file: str) -> Iterator[Finding]:
    for key, entries in lists.items():
        seen: set[Any] = set()
        for number, entry in enumerate(entries):
            if entry in seen:
                message = f"this stands in {key!r} already; remove one of the two"
                yield Finding(file, (key, number), DUPLICATE_ENTRY, message)
            seen.add(entry)


def correspondents_of(letter: Letter) -> Iterator[tuple[str, int, Correspondent]]:
    """Every correspondent of a letter with the key and position where it stands."""
    for side, parties in (("from", letter.from_), ("to", letter.to), ("cc", letter.cc)):
        for number, party in enumerate(parties):
            yield side, number, party


def _among(
    file: str, keys: KeyPath, broken: Rule, value: str | None, known: Iterable[str]
) -> Iterator[Finding]:
    if value is not None and value not in known:
        hint = did_you_mean(value, known) or "; add it there"
        yield Finding(file, keys, broken, f"{value!r} is not in archive.yml{hint}")


class _Facts(NamedTuple):
    """What the rules on all letters need to know of one."""

    file: str
    date: EdtfDate
    replies: tuple[str, ...]
    refers_to: tuple[str, ...]
    possibly_same_as: tuple[str, ...]
    takes_up: tuple[str, ...]
    statements: frozenset[str]
    parties: tuple[str, ...]


@dataclass
class Checker:
    """Sees every letter once, then says what does not hold between them.

    ``ids`` are those of all letters' files, sound or not.
    """

    registers: Registers
    info: ArchiveInfo | None
    ids: frozenset[str]

    def __post_init__(self) -> None:
        self._letters: dict[str, _Facts] = {}
        self._unsound: dict[str, _Facts] = {}
        self._withdrawn: set[str] = set()
        self._ids: dict[str, str] = {}
        self._used: set[str] = {
            role.organisation or ""
            for person in self.registers.people.values()
            for role in person.roles
        }
        for event in self.registers.events.values():
            self._used.update(event.organisations)

    def see(self, letter: Letter | Withdrawn, file: str) -> Iterator[Finding]:
        """Findings on this letter alone; its facts are kept for :meth:`finish`."""
        for number, known_id in enumerate((letter.id, *letter.former_ids)):
            if known_id in self._ids:
                keys: KeyPath = ("former_ids", number - 1) if number else ()
                message = f"the id {known_id!r} is that of {self._ids[known_id]}; choose another"
                yield Finding(file, keys, DUPLICATE_ID, message)
            self._ids.setdefault(known_id, file)
        if isinstance(letter, Letter):
            self._keep(letter, file)
            yield from letter_findings(letter, file)
            yield from _id_date(letter, file)
        else:
            self._withdrawn.add(letter.id)

    def see_unsound(self, letter_id: str, data: Any, file: str) -> None:
        """Keep the links of a letter that is no sound record: its other faults hide none."""
        if isinstance(data, dict):
            self._unsound[letter_id] = _Facts(
                file,
                parse_date("XXXX"),
                _texts(data, "in_reply_to", "letter"),
                _texts(data, "refers_to"),
                _texts(data, "possibly_same_as"),
                _texts(data, "takes_up", "statement"),
                frozenset(),
                (),
            )

    def finish(self) -> Iterator[Finding]:
        """Findings on all letters together."""
        for letter_id, facts in [*self._letters.items(), *self._unsound.items()]:
            yield from self._unknown_letters(letter_id, facts)
        for facts in self._letters.values():
            yield from self._too_early(facts)
        yield from self._cycles()
        yield from self._probable_duplicates()
        if self.registers.sound and self.ids == {*self._letters, *self._withdrawn}:
            yield from self._unused()  # what is unsound may use what nothing else does

    def _keep(self, letter: Letter, file: str) -> None:
        parties = [
            (side, party.organisation or party.person or "")
            for side, _, party in correspondents_of(letter)
        ]
        self._letters[letter.id] = _Facts(
            file,
            letter.date,
            tuple(reply.letter for reply in letter.in_reply_to),
            letter.refers_to,
            letter.possibly_same_as,
            tuple(taken.statement for taken in letter.takes_up),
            frozenset(statement.id for statement in letter.statements),
            tuple(sorted(f"{side} {party}" for side, party in parties if side != "cc")),
        )
        for _, _, party in correspondents_of(letter):
            self._used.update(filter(None, (party.organisation, party.person, party.on_behalf_of)))
        self._used.update(letter.topics)
        for statement in letter.statements:
            self._used.update(statement.by, statement.to, filter(None, [statement.topic]))

    def _unknown_letters(self, letter_id: str, facts: _Facts) -> Iterator[Finding]:
        itself = "a letter does not answer, mention or take up itself; remove this"
        for key, others in (
            ("in_reply_to", facts.replies),
            ("refers_to", facts.refers_to),
            ("possibly_same_as", facts.possibly_same_as),
        ):
            for number, other in enumerate(others):
                if other == letter_id:
                    yield Finding(facts.file, (key, number), REPLY_TO_ITSELF, itself)
                elif other and not self._is_letter(other):
                    message = self._no_such_letter(other)
                    yield Finding(facts.file, (key, number), UNKNOWN_LETTER, message)
        for number, reference in enumerate(facts.takes_up):
            keys = ("takes_up", number, "statement")
            other, _, statement = reference.partition("#")
            if other == letter_id:
                yield Finding(facts.file, keys, REPLY_TO_ITSELF, itself)
            elif reference and not self._is_letter(other):
                yield Finding(facts.file, keys, UNKNOWN_LETTER, self._no_such_letter(other))
            elif other in self._letters and statement not in self._letters[other].statements:
                known = sorted(self._letters[other].statements)
                hint = did_you_mean(statement, known) or "; write letter-id#statement-id"
                message = f"{statement!r} is no statement of {other}{hint}"
                yield Finding(facts.file, keys, UNKNOWN_STATEMENT, message)

    def _is_letter(self, other: str) -> bool:
        return other in self.ids and other not in self._withdrawn

    def _no_such_letter(self, other: str) -> str:
        if other in self._ids:
            return f"{other!r} is a former or withdrawn id; see {self._ids[other]}"
        hint = did_you_mean(other, self._letters) or "; correct the id or remove it"
        return f"{other!r} is not in the archive{hint}"

    def _too_early(self, facts: _Facts) -> Iterator[Finding]:
        pairs = [
            (("in_reply_to", number), other, REPLY_TOO_EARLY)
            for number, other in enumerate(facts.replies)
        ] + [
            (("takes_up", number), reference.partition("#")[0], TAKEN_UP_TOO_EARLY)
            for number, reference in enumerate(facts.takes_up)
        ]
        for keys, other, broken in pairs:
            date = self._letters[other].date if other in self._letters else None
            latest, earliest = facts.date.latest, date and date.earliest
            if date and latest and earliest and latest < earliest:
                message = (
                    f"this letter ({facts.date.words}) is earlier than {other} ({date.words}); "
                    "correct a date or remove the link"
                )
                yield Finding(facts.file, keys, broken, message)

    def _cycles(self) -> Iterator[Finding]:
        """Circles of replies, found by a walk in depth without recursion."""
        done: set[str] = set()
        for start in self._letters:
            path: dict[str, Iterator[str]] = {}
            if start not in done:
                path[start] = iter(self._letters[start].replies)
            while path:
                letter = next(reversed(path))
                following = next(path[letter], None)
                if following is None:
                    done.add(letter)
                    del path[letter]
                elif following in path and following != letter:
                    circle = [*path, following][list(path).index(following) :]
                    message = f"replies run in a circle: {' answers '.join(circle)}"
                    file = self._letters[letter].file
                    yield Finding(file, ("in_reply_to",), REPLY_CYCLE, message)
                elif following in self._letters and following not in done and following != letter:
                    path[following] = iter(self._letters[following].replies)

    def _unused(self) -> Iterator[Finding]:
        registers = self.registers
        entries: list[tuple[str, Organisation | Person | Topic]] = [
            *(("organisations", entry) for entry in registers.organisations.values()),
            *(("people", entry) for entry in registers.people.values()),
            *(("topics", entry) for entry in registers.topics.values()),
        ]
        for name, entry in entries:
            if entry.id not in self._used and not entry.unused:
                keys = (registers.places[name, entry.id], "id")
                message = f"nothing refers to {entry.id!r}; remove it or add `unused: yes`"
                yield Finding(f"register/{name}.yml", keys, UNUSED_ENTRY, message)

    def _probable_duplicates(self) -> Iterator[Finding]:
        seen: dict[tuple[str, tuple[str, ...]], str] = {}
        for letter_id, facts in self._letters.items():
            first = seen.setdefault((facts.date.text, facts.parties), letter_id)
            known = {*facts.possibly_same_as, *self._letters[first].possibly_same_as}
            if first != letter_id and not known & {first, letter_id}:
                message = f"same date and parties as {first}; if it may be the same letter, say so"
                yield Finding(facts.file, ("date",), PROBABLE_DUPLICATE, message)


def _texts(data: dict[str, Any], key: str, inner: str = "") -> tuple[str, ...]:
    """The ids in a list of plain data, each in its place; nothing where something else stands."""
    values = data.get(key)
    entries = [
        value.get(inner) if isinstance(value, dict) else value
        for value in (values if isinstance(values, list) else [])
    ]
    return tuple(entry if isinstance(entry, str) else "" for entry in entries)


def _id_date(letter: Letter, file: str) -> Iterator[Finding]:
    digits = re.match(r"[0-9]{4}(?:-[0-9]{2}){0,2}(?=-)", letter.id)
    bounds = [day.isoformat() for day in (letter.date.earliest, letter.date.latest) if day]
    if digits and bounds and not any(bound.startswith(digits[0]) for bound in bounds):
        message = f"the id says {digits[0]}, the date {letter.date.words}; the id stays as it is"
        yield Finding(file, ("date",), ID_DATE, message)
