"""``letters new``: asks about a new letter in a terminal, and writes what the answers make."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from ..records.atomic_write import written
from ..records.dates import EdtfDate
from ..records.folder import LETTER_ID
from ..records.folding import fold
from ..records.model import Correspondent, Letter
from ..records.problems import did_you_mean
from ..records.reading import check_folder
from ..records.validation import validated_letter
from .context import Holdings, NewEntries, files_for, may_be, path_of, proposed_id, read_holdings
from .correspondents import Parties
from .dates import left_out, readings
from .prompt import BACK, Back, Questions, Read, listing, of_type, one_of, several
from .questions import Asked, option_of, questions_about_letters, questions_about_sources

T = TypeVar("T")


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
    files = files_for(letter, interview.holdings)
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
        self.parties = Parties(holdings, self.questions)
        self.parties.add(given.get("add-organisation") or (), given.get("add-person") or ())
        self.answers: dict[str, Any] = {}
        self.entered = ""  # the date that was read last, as it was typed

    def letter(self) -> Letter:
        """The letter, once everything is known."""
        asked = questions_about_letters(self.holdings.frame)
        if not self.questions.sure:
            click.echo(f"Type {BACK} to go back to the question before.")
        self._in_turn([one for one in asked if not one.later or self._is_given(one)])
        later = [one for one in asked if one.later and not self._is_given(one)]
        if later and not self.questions.sure:
            self._in_turn(self._chosen_of(later))
        proposed = proposed_id(
            self.answers["date"], self.answers["from"], self.answers.get("to", ()), self.holdings
        )
        letter_id = self._id(proposed)
        known = {key: value for key, value in self.answers.items() if value not in (None, [], ())}
        letter, findings = validated_letter(letter_id, known, f"{letter_id}.yml")
        if not isinstance(letter, Letter):
            raise NotWritten(f"nothing was written: {findings[0].message}")
        self._warn_of_duplicates(letter)
        return letter

    def _in_turn(self, asked: list[Asked]) -> None:
        """Ask one question after the other; who goes back is asked the one before again."""
        before: list[NewEntries] = []
        self.questions.can_go_back = True
        while len(before) < len(asked):
            number = len(before)
            before.append(self.holdings.new_entries)
            try:
                self.answers[asked[number].key] = self._answer(asked[number])
            except Back:
                number = max(number - 1, 0)
                while number and self._is_given(asked[number]):
                    number -= 1
                self.holdings.new_entries = before[number]
                del before[number:]
        self.questions.can_go_back = False

    def _chosen_of(self, later: list[Asked]) -> list[Asked]:
        """Those of the questions for which somebody has an answer."""
        words = {one.text: "" for one in later}
        click.echo(listing(words))
        question = "Can you answer more? Numbers, with commas between (Enter: no)"
        chosen = self.questions.asked(question, several(one_of(words)), needed=False)
        return [one for one in later if one.text in (chosen or ())]

    def _is_given(self, asked: Asked) -> bool:
        return bool(self.given.get(option_of(asked.key)))

    def _answer(self, asked: Asked) -> Any:
        match asked.kind:
            case "parties":
                return self._parties(asked)
            case "date":
                return self._date(asked)
            case "word":
                return self._word(asked)
            case "words":
                return self._words(asked)
            case "letters":
                return self._letters(asked)
            case "sources":
                return self._sources(asked)
            case "yes-no":
                return self._yes_no(asked)
            case _:
                return self._line(asked)

    # --- by kinds of questions

    def _parties(self, asked: Asked) -> list[Correspondent]:
        given = self.given.get(option_of(asked.key))
        return self.parties.of(asked, given, needed=self._is_needed(asked))

    def _date(self, asked: Asked) -> EdtfDate | None:
        while True:
            found = self._asked(asked, self._readings)
            if not found:
                return None
            date = found[0] if len(found) == 1 else self._meant(asked, found)
            click.echo(f"  read as: {date.words} ({date.text})")
            if rest := left_out(self.entered, date):
                click.echo(f"  not all figures of {rest!r} are in it; a note can keep the rest")
            if self.questions.confirmed("  Is that right?"):
                return date
            self.questions.given = {**self.questions.given, option_of(asked.key): None}

    def _readings(self, answer: str) -> list[EdtfDate]:
        self.entered = answer
        return readings(answer)

    def _meant(self, asked: Asked, found: list[EdtfDate]) -> EdtfDate:
        if self.questions.sure:
            meant = " or ".join(f"{date.words} ({date.text})" for date in found)
            raise click.UsageError(f"--{option_of(asked.key)} may mean {meant}; write one of them")
        options = {date.text: date.words for date in found}
        click.echo(f"  This can be read in {len(found)} ways:")
        click.echo(listing(options))
        chosen = self.questions.asked("Which is meant?", one_of(options), needed=True)
        return next(date for date in found if date.text == chosen)

    def _word(self, asked: Asked) -> str | None:
        if not self._is_given(asked) and not self.questions.sure:
            click.echo(listing(asked.options))
        return self._asked(asked, one_of(asked.options))

    def _words(self, asked: Asked) -> list[str]:
        read = several(lambda words: _option_meant(words, asked))
        if given := self.given.get(option_of(asked.key)):
            try:
                return [*dict.fromkeys(name for words in given for name in read(words))]
            except ValueError as error:
                raise click.UsageError(f"--{option_of(asked.key)}: {error}") from None
        if self.questions.sure or not asked.options:
            return []
        click.echo(listing(asked.options))
        question = f"{asked.text} Numbers or words, with commas between (Enter: none)"
        return self.questions.asked(question, read, needed=False) or []

    def _letters(self, asked: Asked) -> list[str]:
        def read(letter_id: str) -> str:
            if letter_id not in self.holdings.titles:
                hint = did_you_mean(letter_id, self.holdings.titles)
                raise ValueError(f"{letter_id!r} is no letter of the archive{hint}")
            return letter_id

        if given := self.given.get(option_of(asked.key)):
            self.questions.given = {**self.questions.given, option_of(asked.key): ",".join(given)}
        return self._asked(asked, several(read)) or []

    def _sources(self, asked: Asked) -> list[dict[str, Any]]:
        sources = [self._source()]
        while not self.questions.sure and click.confirm("Is there another source?", default=False):
            self.given = self.questions.given = {}
            sources.append(self._source())
        return sources

    def _source(self) -> dict[str, Any]:
        parts = questions_about_sources(self.holdings.frame)
        answers = {part.key: self._answer(part) for part in parts}
        return {key: value for key, value in answers.items() if value is not None}

    def _yes_no(self, asked: Asked) -> bool | None:
        if asked.key == "title_supplied" and self.given.get("our-title"):
            return True
        answer = self._asked(asked, one_of({"yes": "", "no": ""}))
        return None if answer is None else answer == "yes"

    def _line(self, asked: Asked) -> Any:
        if asked.key == "title" and self.given.get("our-title"):
            return self.questions.answer("our-title", asked.text, of_type(asked.type))
        return self._asked(asked, of_type(asked.type))

    def _asked(self, asked: Asked, read: Read[T]) -> T | None:
        """What is answered, or given as an option; nothing where nothing is needed."""
        needed = self._is_needed(asked)
        question = asked.text if needed else f"{asked.text} (Enter: not said)"
        return self.questions.maybe(
            option_of(asked.key), question, read, needed=needed, hint=asked.hint
        )

    def _is_needed(self, asked: Asked) -> bool:
        if asked.needed_unless is None:
            return asked.needed
        other, value = asked.needed_unless
        return self.answers.get(other) != value

    # --- at the end

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


def _option_meant(words: str, asked: Asked) -> str:
    """The id of the option that words name, by its number, its id or its name."""
    options = asked.options
    if words.isdecimal():
        if 0 < int(words) <= len(options):
            return list(options)[int(words) - 1]
        raise ValueError(f"{words} is not a number from 1 to {len(options)}")
    wanted = fold(words)
    for known, name in options.items():
        if wanted in (fold(known), fold(name)):
            return known
    names = [*options, *options.values()]
    cure = did_you_mean(words, names) or f"; new ones are added to register/{asked.key}.yml"
    raise ValueError(f"{words!r} is not in the register of {asked.key}{cure}")
