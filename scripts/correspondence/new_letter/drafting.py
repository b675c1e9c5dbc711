"""A form's fields as the text of a letter's file, with what is wrong with each field.

Names are those of the registers or of entries that the form adds; a name that is nearly one is
asked back, never guessed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ..records.archive import Frame
from ..records.folding import slug
from ..records.model import Letter, Organisation, Person
from ..records.validation import validated_letter
from ..records.writing import write_letter, write_register
from .context import Holdings, proposed_id
from .dates import readings
from .matching import LONGEST_NAME, Entry, NameIndex, exact_match
from .questions import questions_about_letters, questions_about_sources

Fields = Mapping[str, Sequence[str]]
"""The values of a form's fields, by their names; each may have several."""


@dataclass
class Draft:
    """A letter as a form describes it.

    ``problems`` are by the names of fields; where there are none, ``text`` is the file, and
    ``additions`` what is to stand at the end of registers.
    """

    letter_id: str = ""
    text: str = ""
    additions: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def draft(fields: Fields, frame: Frame, ids_like: Callable[[str], Iterable[str]]) -> Draft:
    """The letter that a form describes.

    Args:
        fields: what was filled in.
        frame: the archive.
        ids_like: the ids of letters that begin so, for the new one to be none of them.
    """
    return _Drafting(fields, frame).draft(ids_like)


class _Drafting:
    """Reads one form."""

    def __init__(self, fields: Fields, frame: Frame) -> None:
        self.fields = fields
        self.drafted = Draft()
        self.holdings = Holdings(Path(), frame, [], {}, frozenset())

    def draft(self, ids_like: Callable[[str], Iterable[str]]) -> Draft:
        """Everything that the form says, or what is wrong with it."""
        self._add_entries()
        data = self._data()
        letter, findings = validated_letter("unnamed", data, "")
        for finding in findings:
            key = str(finding.keys[0]) if finding.keys else finding.missing
            self.drafted.problems.setdefault(key, finding.message)
        if not self.drafted.problems and isinstance(letter, Letter):
            named = proposed_id(letter.date, letter.from_, letter.to, self.holdings)
            self.holdings.ids = frozenset(ids_like(named))
            named = proposed_id(letter.date, letter.from_, letter.to, self.holdings)
            self.drafted.letter_id = named
            named_letter = letter.model_copy(update={"id": named})
            self.drafted.text = write_letter(named_letter)
            self._write_entries()
        return self.drafted

    @cached_property
    def _indexes(self) -> tuple[NameIndex, NameIndex, NameIndex]:
        """Names of organisations, of people and of both, those that the form adds included."""
        bodies, people = self.holdings.organisations.values(), self.holdings.people.values()
        return NameIndex(bodies), NameIndex(people), NameIndex([*bodies, *people])

    def _one(self, name: str) -> str:
        values = self.fields.get(name, ())
        return values[0].strip() if values else ""

    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for asked in questions_about_letters(self.holdings.frame):
            match asked.kind:
                case "parties":
                    data[asked.key] = self._parties(asked.key)
                case "date":
                    data[asked.key] = self._date(asked.key)
                case "words":
                    data[asked.key] = list(self.fields.get(asked.key, ()))
                case "letters":
                    data[asked.key] = self._one(asked.key).replace(",", " ").split()
                case "sources":
                    data[asked.key] = self._sources()
                case _:
                    data[asked.key] = self._one(asked.key)
        return {name: value for name, value in data.items() if value}

    def _date(self, name: str) -> str:
        try:
            found = readings(self._one(name)) if self._one(name) else []
        except ValueError as error:
            self.drafted.problems[name] = str(error)
            return "XXXX"  # so that nothing else is said of it
        if len(found) > 1:
            meanings = " or ".join(f"{date.text} ({date.words})" for date in found)
            self.drafted.problems[name] = f"this may mean {meanings}; write one of them"
        return found[0].text if found else ""

    def _parties(self, side: str) -> list[dict[str, str]]:
        given = [words for words in self.fields.get(side, ()) if words.strip()]
        return [party for words in given for party in [self._party(side, words.strip())] if party]

    def _party(self, side: str, words: str) -> dict[str, str]:
        """``person @ organisation``, or one of them, or ``unknown``."""
        if words.casefold() == "unknown":
            return {"unknown": "yes"}
        name, _, employer = (part.strip() for part in words.partition("@"))
        bodies, people, both = self._indexes
        party: dict[str, str] = {}
        if employer and (body := self._entry(side, employer, bodies)):
            party["organisation"] = body.id
        if entry := self._entry(side, name, people if employer else both):
            party["person" if isinstance(entry, Person) else "organisation"] = entry.id
        return party

    def _entry(self, side: str, name: str, index: NameIndex) -> Entry | None:
        if len(name) > LONGEST_NAME:
            message = f"a name has at most {LONGEST_NAME} characters; this one has {len(name)}"
            self.drafted.problems.setdefault(side, message)
            return None
        found = index.matches(name)
        if entry := exact_match(found):
            return entry
        near = ", ".join(match.entry.name for match in found[:3])
        hint = f"did you mean {near}?" if near else "add it below as a new organisation or person"
        self.drafted.problems.setdefault(side, f"{name!r} is not in the register; {hint}")
        return None

    def _sources(self) -> list[dict[str, str]]:
        keys = [asked.key for asked in questions_about_sources(self.holdings.frame)]
        rows = zip_longest(*(self.fields.get(f"source_{key}", ()) for key in keys), fillvalue="")
        named = [dict(zip(keys, map(str.strip, row), strict=True)) for row in rows]
        # A word is chosen in every row; a source is where something was typed.
        return [
            {key: value for key, value in source.items() if value}
            for source in named
            if source["url"] or source["publisher"]
        ]

    def _add_entries(self) -> None:
        """Entries that the form adds to the registers."""
        names = self.fields.get("new_organisation", ())
        kinds = self.fields.get("new_organisation_kind", ())
        named = [
            (name.strip(), kind)
            for name, kind in zip_longest(names, kinds[: len(names)], fillvalue="")
            if name.strip()
        ]
        for name, kind in named:
            organisation = Organisation.model_construct(
                id=self._new_id("new_organisation", name), name=name, kind=kind
            )
            self.holdings.new_organisations[organisation.id] = organisation
        if unkind := [repr(name) for name, kind in named if not kind]:
            verb = "is" if len(unkind) == 1 else "are"
            message = f"choose what kind {' and '.join(unkind)} {verb}"
            self.drafted.problems.setdefault("new_organisation", message)
        for name in self.fields.get("new_person", ()):
            if name.strip():
                person = Person.model_construct(
                    id=self._new_id("new_person", name), name=name.strip()
                )
                self.holdings.new_people[person.id] = person

    def _new_id(self, where: str, name: str) -> str:
        proposed = slug(name)
        if not proposed:
            self.drafted.problems[where] = f"{name!r} has no letters of which an id could be made"
        elif proposed in {*self.holdings.organisations, *self.holdings.people}:
            self.drafted.problems[where] = (
                f"{name!r} would have the id {proposed!r}, which is taken"
            )
        return proposed

    def _write_entries(self) -> None:
        for register, entries in (
            ("organisations", self.holdings.new_organisations),
            ("people", self.holdings.new_people),
        ):
            if entries:
                self.drafted.additions[register] = write_register(entries.values())
