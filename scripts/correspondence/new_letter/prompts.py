"""The questions about a new letter, in order, and the record that their answers make."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ..records.atomic_write import written
from ..records.dates import EdtfDate
from ..records.field_types import Line, Text, Url
from ..records.folder import LETTER_ID
from ..records.model import Correspondent, Letter, Topic
from ..records.reading import check_folder
from ..records.validation import validated_letter
from ..records.vocabulary import Attestation, Carries, Form, Word
from .context import (
    Holdings,
    files_for,
    may_be,
    path_of,
    proposed_id,
    read_holdings,
)
from .correspondents import Parties
from .dates import readings
from .matching import NameIndex, exact_match
from .prompt import Questions, listing, of_type, one_of


class NotWritten(Exception):
    """Nothing was written; the message says why."""


def enter_letter(folder: Path, given: Mapping[str, Any], *, sure: bool) -> Path:
    """Ask for a new letter and write its file, with new entries of the registers.

    ``given`` holds what the options say, by their names. With ``sure`` nothing is asked.

    Returns:
        The path of the letter's file.

    Raises:
        NotWritten: somebody said no, or the letter would not pass the check.
        click.UsageError: an option cannot be read, or is missing where nothing is asked.
        FolderError: the folder is not one of letters, or its registers are faulty.
    """
    interview = _Interview(read_holdings(folder), given, sure=sure)
    letter = interview.letter()
    files = files_for(letter, interview.entered_date, interview.holdings)
    path = path_of(letter.id, folder)
    click.echo(f"\n{path}:\n")
    click.echo(files[path])
    for other in sorted(files.keys() - {path}):
        if other.suffix == ".yml":  # the schemas of editors are generated, and nobody reads them
            before = other.read_text(encoding="utf-8") if other.exists() else ""
            click.echo(f"{other}, at its end:\n\n{files[other].removeprefix(before)}")
    if not interview.questions.confirmed("Write it?"):
        raise NotWritten("nothing was written")
    known = {(problem.file, problem.message) for problem in check_folder(folder).errors}
    with written(files):
        for problem in check_folder(folder).errors:
            if (problem.file, problem.message) not in known:
                place = f"{problem.file}:{problem.line}"
                copy = "the letter stands above, to be copied"
                raise NotWritten(f"nothing was written: {place}: {problem.message}; {copy}")
    return path


class _Interview:
    """Asks for one letter."""

    def __init__(self, holdings: Holdings, given: Mapping[str, Any], *, sure: bool) -> None:
        self.holdings = holdings
        self.given = given
        self.questions = Questions(given, sure=sure)
        self.entered_date = ""
        self.parties = Parties(holdings, self.questions)
        self.parties.add(given.get("add-organisation") or (), given.get("add-person") or ())

    def letter(self) -> Letter:
        """The letter, once everything is known."""
        ask = self.questions
        senders = self.parties.of(
            "from", self.given.get("from"), "Who wrote it? A name, or unknown"
        )
        recipients = self.parties.of(
            "to", self.given.get("to"), "To whom? A name, or unknown (Enter alone: to the public)"
        )
        date = self._date()
        keys: dict[str, Any] = {"from": senders, "to": recipients, "date": date}
        title = None
        if self.given.get("our-title") is None:
            question = "Title, as published (Enter alone: it has none)"
            title = ask.maybe("title", question, of_type(Line))
        if title is None:
            keys |= {"title_supplied": True}
            title = ask.answer("our-title", "A title of ours, to call it by", of_type(Line))
        keys["title"] = title
        keys["form"] = self._form(recipients)
        keys["attestation"] = self._word("attestation", "How do we know of it?", Attestation)
        keys["sources"] = [self._source()]
        keys["topics"] = self._topics()
        keys["scope"] = self._scope()
        keys["summary"] = self._summary(keys["attestation"])
        return self._finished(keys)

    def _finished(self, keys: dict[str, Any]) -> Letter:
        proposed = proposed_id(keys["date"], keys["from"], keys["to"], self.holdings)
        letter_id = self._id(proposed)
        known = {key: value for key, value in keys.items() if value not in (None, [], ())}
        letter, findings = validated_letter(letter_id, known, f"{letter_id}.yml")
        if not isinstance(letter, Letter):
            raise NotWritten(f"nothing was written: {findings[0].message}")
        self._warn_of_duplicates(letter)
        return letter

    # --- when

    def _date(self) -> EdtfDate:
        while True:
            found = self.questions.answer("date", "When was it written?", self._readings)
            date = found[0] if len(found) == 1 else self._chosen(found)
            click.echo(f"  read as: {date.words} ({date.text})")
            if self.questions.confirmed("  Is that right?"):
                return date
            self.questions.given = {**self.questions.given, "date": None}

    def _readings(self, answer: str) -> list[EdtfDate]:
        self.entered_date = answer
        return readings(answer)

    def _chosen(self, found: list[EdtfDate]) -> EdtfDate:
        if self.questions.sure:
            meant = " or ".join(f"{date.words} ({date.text})" for date in found)
            raise click.UsageError(f"--date: {self.entered_date!r} may mean {meant}; write one")
        options = {date.text: date.words for date in found}
        click.echo(f"  {self.entered_date!r} can be read in {len(found)} ways:")
        click.echo(listing(options))
        chosen = self.questions.asked("Which is meant?", one_of(options), needed=True)
        return next(date for date in found if date.text == chosen)

    # --- what, and how we know

    def _form(self, recipients: list[Correspondent]) -> str:
        if not recipients and self.given.get("form") is None:
            click.echo("  It has no recipient, so its form is: statement")
            return Form.STATEMENT
        return self._word("form", "What form has it?", Form)

    def _word(self, option: str, question: str, vocabulary: type[Word]) -> str:
        words = vocabulary.meanings()
        if self.given.get(option) is None and not self.questions.sure:
            click.echo(listing(words))
        return self.questions.answer(option, question, one_of(words))

    def _source(self) -> dict[str, Any]:
        ask = self.questions
        source = {
            "url": ask.answer("source", "Address of the source (https://...)", of_type(Url)),
            "publisher": ask.answer("publisher", "Who publishes that page?", of_type(Line)),
            "carries": self._word("carries", "What of the letter is there?", Carries),
            "archived": ask.maybe(
                "archived", "Address of an archived copy (Enter: none yet)", of_type(Url)
            ),
        }
        return {key: value for key, value in source.items() if value is not None}

    def _topics(self) -> list[str]:
        given = self.given.get("topic")
        if given:
            try:
                return list(dict.fromkeys(self._topic(words) for words in given))
            except ValueError as error:
                raise click.UsageError(f"--topic: {error}") from None
        if self.questions.sure or not self.holdings.frame.registers.topics:
            return []
        click.echo(listing({t.id: t.name for t in self.holdings.frame.registers.topics.values()}))

        def read(answer: str) -> list[str]:
            named = [words.strip() for words in answer.split(",") if words.strip()]
            return list(dict.fromkeys(self._topic(words) for words in named))

        question = "Topics: numbers or words, with commas between (Enter: none)"
        return self.questions.asked(question, read, needed=False) or []

    def _topic(self, words: str) -> str:
        topics = self.holdings.frame.registers.topics
        if words.isdecimal() and 0 < int(words) <= len(topics):
            return list(topics)[int(words) - 1]
        if words.isdecimal():
            raise ValueError(f"{words} is the number of no topic; there are {len(topics)}")
        found = NameIndex(topics.values()).matches(words)
        if isinstance(entry := exact_match(found), Topic):
            return entry.id
        near = ", ".join(match.entry.id for match in found)
        cure = f"is it one of {near}?" if near else "new ones are added to register/topics.yml"
        raise ValueError(f"{words!r} is not in the register of topics; {cure}")

    def _scope(self) -> str | None:
        scopes = {scope.id: scope.name for scope in self.holdings.frame.info.scopes}
        if not scopes:
            return None
        if self.given.get("scope") is None and not self.questions.sure:
            click.echo(listing(scopes))
        return self.questions.maybe("scope", "Which scope? (Enter: none)", one_of(scopes))

    def _summary(self, attestation: str) -> str | None:
        question = "What does it say? In our own words, neutral, in the past tense"
        if attestation == Attestation.CATALOGUED:
            return self.questions.maybe("summary", f"{question} (Enter: none)", of_type(Text))
        return str(self.questions.answer("summary", question, of_type(Text)))

    def _id(self, proposed: str) -> str:
        def read(answer: str) -> str:
            if not re.fullmatch(LETTER_ID, answer):
                raise ValueError(f"{answer!r} is no id such as {proposed}")
            if answer in self.holdings.ids:
                raise ValueError(f"{answer!r} is the id of another letter")
            return answer

        question = f"Its id, which will not change (Enter: {proposed})"
        return self.questions.maybe("id", question, read) or proposed

    def _warn_of_duplicates(self, letter: Letter) -> None:
        known = [*may_be(letter, self.holdings)]
        for other in known:
            title = self.holdings.titles[other.id]
            click.echo(f"  perhaps it is here already: {title} ({other.date.words}), {other.id}")
        if known and not self.questions.confirmed("Is it another letter than that?"):
            raise NotWritten(
                f"nothing was written; see {path_of(known[0].id, self.holdings.folder)}"
            )
