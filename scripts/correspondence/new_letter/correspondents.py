"""Who wrote a letter and to whom: entries of the registers, and new ones where somebody agrees."""

from collections.abc import Iterable

import click

from ..records.field_types import Id, Line
from ..records.folding import slug
from ..records.model import Correspondent, Organisation, Person
from .context import Holdings
from .matching import LONGEST_NAME, Entry, NameIndex, exact_match
from .prompt import Questions, listing, of_type, one_of
from .questions import Asked

NONE_OF_THESE = "none of these"
ANOTHER_TRY = "neither"


def _name(answer: str) -> str:
    """Reads a name: the number of an answer that is not offered here is none."""
    name = str(of_type(Line)(answer))
    if not any(letter.isalpha() for letter in name):
        raise ValueError(f"{answer!r} is no name; write one, or a part of it")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name has at most {LONGEST_NAME} characters; this one has {len(name)}")
    return name


class Parties:
    """Turns names into correspondents; new entries are kept in the holdings."""

    def __init__(self, holdings: Holdings, questions: Questions) -> None:
        self.holdings = holdings
        self.questions = questions

    def add(self, organisations: Iterable[tuple[str, str]], people: Iterable[str]) -> None:
        """Add entries to the registers: organisations by name and kind, people by name."""
        for name, kind in organisations:
            self._new_organisation(name, kind)
        for name in people:
            self._new_person(name)

    def of(self, asked: Asked, given: Iterable[str] | None, *, needed: bool) -> list[Correspondent]:
        """The correspondents of one side of a letter: those of the option, or else asked for.

        Raises:
            click.UsageError: a name of the option is in no register, or the sender is missing.
        """
        if given or self.questions.sure:
            if not given and needed:
                raise click.UsageError(f"--{asked.key} is missing")
            return [self._given(asked.key, words) for words in given or ()]
        parties: list[Correspondent] = []
        if asked.hint:
            click.echo(f"  {asked.hint}")
        while True:
            first = asked.text if needed else f"{asked.text} (Enter: nobody)"
            question = "Who else? (Enter: nobody)" if parties else first
            words = self.questions.asked(question, _name, needed=needed and not parties)
            if words is None:
                return parties
            party = self._agreed_party(words)
            if party and party in parties:
                click.echo("  that stands here already")
            elif party:
                parties.append(party)

    def _agreed_party(self, words: str) -> Correspondent | None:
        """The party that words mean; of one that is given up, nothing is added to the registers."""
        before = self.holdings.new_entries
        party = self._party(words)
        if party is None:
            self.holdings.new_entries = before
        elif party.person and not party.organisation:
            return self._for_organisation(party)
        return party

    def _given(self, side: str, words: str) -> Correspondent:
        party = self._party(words)
        if party is None:
            raise click.UsageError(f"--{side}: {words!r} is not in the register")
        return party

    def _party(self, words: str) -> Correspondent | None:
        """``person @ organisation``, or one of them, or ``unknown``."""
        if words.casefold() == "unknown":
            return Correspondent(unknown=True)
        name, _, employer = (part.strip() for part in words.partition("@"))
        if employer:
            person = self._person(name)
            body = self._organisation(employer) if person else None
            return (
                Correspondent(organisation=body.id, person=person.id) if person and body else None
            )
        entry = self._entry(name)
        if isinstance(entry, Person):
            return Correspondent(person=entry.id)
        return Correspondent(organisation=entry.id) if entry else None

    def _for_organisation(self, party: Correspondent) -> Correspondent:
        question = "Which organisation did they write or read for? (Enter: none)"
        while words := self.questions.asked(question, _name, needed=False):
            if body := self._organisation(words):
                return Correspondent(organisation=body.id, person=party.person)
        return party

    def _entry(self, words: str) -> Entry | None:
        """The entry of the registers that words mean: by its name, by choice, or a new one."""
        both: list[Entry] = [*self.holdings.organisations.values(), *self.holdings.people.values()]
        return self._known(words, both) or self._new_entry(words)

    def _organisation(self, words: str) -> Organisation | None:
        """The organisation that words mean, or a new one if somebody agrees."""
        entry = self._known(words, self.holdings.organisations.values())
        if isinstance(entry, Organisation):
            return entry
        click.echo(f"  {words!r} is not in the register.")
        if not self.questions.confirmed("  Add it as an organisation?"):
            return None
        return self._new_organisation(words)

    def _person(self, words: str) -> Person | None:
        """The person that words mean, or a new one if somebody agrees."""
        entry = self._known(words, self.holdings.people.values())
        if isinstance(entry, Person):
            return entry
        click.echo(f"  {words!r} is not in the register.")
        return (
            self._new_person(words) if self.questions.confirmed("  Add it as a person?") else None
        )

    def _known(self, words: str, entries: Iterable[Entry]) -> Entry | None:
        """The entry that words mean: by its name, or by choice among those that are like it."""
        found = NameIndex(entries).matches(words)
        if entry := exact_match(found):
            click.echo(f"  {entry.name} ({entry.id})")
            return entry
        if self.questions.sure:
            near = ", ".join(match.entry.id for match in found) or "nothing like it"
            cure = f"the register has {near}; or give --add-organisation or --add-person"
            raise click.UsageError(f"{words!r} is not in the register: {cure}")
        if found:
            by_id = {match.entry.id: match.entry for match in found}
            options = {key: entry.name for key, entry in by_id.items()} | {NONE_OF_THESE: ""}
            click.echo(listing(options))
            chosen = self.questions.asked("Which one?", one_of(options), needed=True)
            return by_id.get(chosen or "")
        return None

    def _new_entry(self, name: str) -> Entry | None:
        kinds = {"organisation": "", "person": "", ANOTHER_TRY: "ask me again"}
        click.echo(f"  {name!r} is not in the register. Is it an organisation or a person?")
        click.echo(listing(kinds))
        kind = self.questions.asked("Add it as", one_of(kinds), needed=True)
        if kind == "organisation":
            return self._new_organisation(name)
        return self._new_person(name) if kind == "person" else None

    def _new_organisation(self, name: str, kind: str | None = None) -> Organisation:
        kinds = dict.fromkeys(self.holdings.frame.info.organisation_kinds, "")
        group = None
        if kind is None:
            click.echo(listing(kinds))
            kind = self.questions.asked("What kind of organisation?", one_of(kinds), needed=True)
            lanes = {lane.id: lane.name for lane in self.holdings.frame.info.lanes}
            click.echo(listing(lanes))
            group = self.questions.asked(
                "To which group does it belong? (Enter: the last)", one_of(lanes), needed=False
            )
        elif kind not in kinds:
            raise click.UsageError(f"--add-organisation: {kind!r} is not one of {', '.join(kinds)}")
        entry = Organisation(id=self._new_id(name), name=name, kind=kind or "", group=group)
        self.holdings.new_organisations[entry.id] = entry
        return entry

    def _new_person(self, name: str) -> Person:
        entry = Person(id=self._new_id(name), name=name)
        self.holdings.new_people[entry.id] = entry
        return entry

    def _new_id(self, name: str) -> str:
        taken = {*self.holdings.organisations, *self.holdings.people}
        proposed = slug(name)
        if proposed and proposed not in taken and (self.questions.sure or self._agreed(proposed)):
            return proposed
        if self.questions.sure:
            raise click.UsageError(f"{name!r} would have the id {proposed!r}, which is taken")

        def read(answer: str) -> str:
            entry_id = str(of_type(Id)(answer))
            if entry_id in taken:
                raise ValueError(f"{entry_id!r} is taken")
            return entry_id

        return self.questions.asked("Its id", read, needed=True) or proposed

    def _agreed(self, proposed: str) -> bool:
        return click.confirm(
            f"  Its id will be {proposed}, and will not change. Is that right?", default=True
        )
