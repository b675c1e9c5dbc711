"""What must hold between letters: kept by :class:`Checker`.

It sees each letter once, keeps a few facts of it and speaks at the end.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ..archive import Registers
from ..dates import EdtfDate, parse_date
from ..duplicates import Known, parties_of, probable_duplicates
from ..model import Letter, Organisation, Person, Topic, Withdrawn
from ..problems import Finding, KeyPath, did_you_mean, rule
from .references import used_by
from .register import DUPLICATE_ID

UNKNOWN_LETTER = rule("unknown-letter", "A letter that is referred to is in the archive.")
UNKNOWN_STATEMENT = rule("unknown-statement", "A statement that is taken up is in its letter.")
UNUSED_ENTRY = rule("unused-entry", "An entry of a register is used, or marked `unused: yes`.")
REPLY_TO_ITSELF = rule("reply-to-itself", "A letter does not answer, mention or take up itself.")
REPLY_CYCLE = rule("reply-cycle", "Replies do not run in a circle.")
REPLY_TOO_EARLY = rule("reply-too-early", "A reply is not earlier than what it answers.")
TAKEN_UP_TOO_EARLY = rule(
    "taken-up-too-early", "A statement is not taken up by a letter earlier than its own."
)
PROBABLE_DUPLICATE = rule(
    "probable-duplicate", "Letters of the same date and parties are marked or are one.", "warning"
)
LONELY_TOPIC = rule("lonely-topic", "A topic is that of two letters or more.", "warning")


class Facts(NamedTuple):
    """What the rules on all letters need to know of one; made by :func:`facts_of` and the like."""

    file: str
    kind: Literal["sound", "unsound", "withdrawn"]
    id: str
    former_ids: tuple[str, ...] = ()
    date: str = "XXXX"
    replies: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    possibly_same_as: tuple[str, ...] = ()
    takes_up: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    used: tuple[str, ...] = ()

    @property
    def when(self) -> EdtfDate:
        """The letter's date."""
        return parse_date(self.date)


def facts_of(letter: Letter | Withdrawn, file: str) -> Facts:
    """The facts of a sound record."""
    if isinstance(letter, Withdrawn):
        return Facts(file, "withdrawn", letter.id, letter.former_ids)
    return Facts(
        file,
        "sound",
        letter.id,
        letter.former_ids,
        letter.date.text,
        tuple(reply.letter for reply in letter.in_reply_to),
        letter.refers_to,
        letter.possibly_same_as,
        tuple(taken.statement for taken in letter.takes_up),
        tuple(statement.id for statement in letter.statements),
        parties_of(letter),
        letter.topics,
        used_by(letter),
    )


def facts_of_unsound(letter_id: str, data: Any, file: str) -> Facts:
    """The links of a letter that is no sound record: its other faults hide none."""
    if not isinstance(data, dict):
        return Facts(file, "unsound", letter_id)
    return Facts(
        file,
        "unsound",
        letter_id,
        replies=_texts(data, "in_reply_to", "letter"),
        refers_to=_texts(data, "refers_to"),
        possibly_same_as=_texts(data, "possibly_same_as"),
        takes_up=_texts(data, "takes_up", "statement"),
    )


@dataclass
class Checker:
    """Sees every letter once, then says what does not hold between them.

    ``ids`` are those of all letters' files, sound or not.
    """

    registers: Registers
    ids: frozenset[str]

    def __post_init__(self) -> None:
        self._letters: dict[str, Facts] = {}
        self._unsound: dict[str, Facts] = {}
        self._topics: Counter[str] = Counter()
        self._withdrawn: set[str] = set()
        self._ids: dict[str, str] = {}
        entries = [*self.registers.people.values(), *self.registers.events.values()]
        self._used: set[str] = {entry for holder in entries for entry in used_by(holder)}

    def see(self, facts: Facts) -> Iterator[Finding]:
        """Findings on the ids of this letter; its facts are kept for :meth:`finish`."""
        if facts.kind == "unsound":
            self._unsound[facts.id] = facts
            return
        for number, known_id in enumerate((facts.id, *facts.former_ids)):
            if known_id in self._ids:
                keys: KeyPath = ("former_ids", number - 1) if number else ()
                message = f"the id {known_id!r} is that of {self._ids[known_id]}; choose another"
                yield Finding(facts.file, keys, DUPLICATE_ID, message)
            self._ids.setdefault(known_id, facts.file)
        if facts.kind == "withdrawn":
            self._withdrawn.add(facts.id)
        else:
            self._letters[facts.id] = facts
            self._used.update(facts.used)
            self._topics.update(set(facts.topics))

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
            yield from self._lonely_topics()

    def _unknown_letters(self, letter_id: str, facts: Facts) -> Iterator[Finding]:
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

    def _too_early(self, facts: Facts) -> Iterator[Finding]:
        pairs = [
            (("in_reply_to", number), other, REPLY_TOO_EARLY)
            for number, other in enumerate(facts.replies)
        ] + [
            (("takes_up", number), reference.partition("#")[0], TAKEN_UP_TOO_EARLY)
            for number, reference in enumerate(facts.takes_up)
        ]
        for keys, other, broken in pairs:
            date = self._letters[other].when if other in self._letters else None
            latest, earliest = facts.when.latest, date and date.earliest
            if date and latest and earliest and latest < earliest:
                message = (
                    f"this letter ({facts.when.words}) is earlier than {other} ({date.words}); "
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

    def _lonely_topics(self) -> Iterator[Finding]:
        for topic in self.registers.topics.values():
            if self._topics[topic.id] == 1:
                keys = (self.registers.places["topics", topic.id], "id")
                message = f"{topic.id!r} is the topic of one letter only; is there a wider one?"
                yield Finding("register/topics.yml", keys, LONELY_TOPIC, message)

    def _probable_duplicates(self) -> Iterator[Finding]:
        letters = [
            Known(letter_id, facts.when, facts.parties, facts.possibly_same_as)
            for letter_id, facts in self._letters.items()
        ]
        for letter, other in probable_duplicates(letters):
            same = "same date" if letter.date == other.date else "perhaps the same date"
            message = f"{same} and parties as {other.id}; if it may be the same letter, say so"
            file = self._letters[letter.id].file
            yield Finding(file, ("date",), PROBABLE_DUPLICATE, message)


def _texts(data: dict[str, Any], key: str, inner: str = "") -> tuple[str, ...]:
    """The ids in a list of plain data, each in its place; nothing where something else stands."""
    values = data.get(key)
    entries = [
        value.get(inner) if isinstance(value, dict) else value
        for value in (values if isinstance(values, list) else [])
    ]
    return tuple(entry if isinstance(entry, str) else "" for entry in entries)
