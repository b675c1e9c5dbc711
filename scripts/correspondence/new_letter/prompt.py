"""Questions in a terminal: asked until the answer can be read, or answered by an option."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from pydantic import TypeAdapter, ValidationError

from ..records.personal_data import contacts_in
from ..records.strict_yaml import HIDDEN

T = TypeVar("T")
Read = Callable[[str], T]


BACK = "<"


class Back(Exception):
    """Somebody wants to be asked the question before again."""


class Questions:
    """Asks for what the options leave open; with ``sure`` it asks nothing."""

    def __init__(self, given: Mapping[str, str | None], *, sure: bool) -> None:
        self.given = given
        self.sure = sure
        self.can_go_back = False

    def answer(self, option: str, question: str, read: Read[T]) -> T:
        """What must be known: from the option of this name, or else asked for.

        Raises:
            click.UsageError: the option cannot be read, or is missing where nothing is asked.
        """
        answer = self.maybe(option, question, read, needed=True)
        assert answer is not None  # noqa: S101 - what is needed is asked for until it is given
        return answer

    def maybe(
        self, option: str, question: str, read: Read[T], *, needed: bool = False, hint: str = ""
    ) -> T | None:
        """What may be left out, by Enter alone or by not giving the option.

        A ``hint`` is shown above the question.
        """
        given = self.given.get(option)
        if given is not None:
            try:
                return read(given)
            except ValueError as error:
                raise click.UsageError(f"--{option}: {error}") from None
        if self.sure:
            if needed:
                raise click.UsageError(f"--{option} is missing")
            return None
        if hint:
            click.echo(f"  {hint}")
        return self.asked(question, read, needed=needed)

    def asked(self, question: str, read: Read[T], *, needed: bool) -> T | None:
        """The answer to a question, once it can be read; nothing for Enter alone.

        Raises:
            Back: somebody wants to go back, and can.
        """
        while True:
            suffix = " " if question.endswith("?") else ": "
            answer = click.prompt(
                question, default="", show_default=False, prompt_suffix=suffix
            ).strip()
            if answer == BACK and self.can_go_back:
                raise Back
            if not answer and not needed:
                return None
            try:
                if not answer:
                    raise ValueError("an answer is required (Ctrl+C quits without saving)")
                return read(answer)
            except ValueError as error:
                click.echo(f"  {error}")

    def confirmed(self, question: str) -> bool:
        """Whether a yes is answered; taken for granted where nothing is asked."""
        return self.sure or click.confirm(question, default=True)


def one_of(words: Mapping[str, str]) -> Read[str]:
    """Reads a word of a list, or its number, or how only it begins."""

    def read(answer: str) -> str:
        listed = list(words)
        if answer.isdecimal() and 0 < int(answer) <= len(listed):
            return listed[int(answer) - 1]
        if answer in words:
            return answer
        begins = [word for word in listed if word.lower().startswith(answer.lower())]
        if len(begins) != 1:
            raise ValueError(f"{answer!r} is not one of {', '.join(listed)}")
        return begins[0]

    return read


def several(read: Read[T]) -> Read[list[T]]:
    """Reads answers with commas between, each once."""

    def read_all(answer: str) -> list[T]:
        given = [words.strip() for words in answer.split(",")]
        return list(dict.fromkeys(read(words) for words in given if words))

    return read_all


def listing(words: Mapping[str, str]) -> str:
    """A numbered list of words and what they mean, to stand above a question."""
    return "\n".join(
        f"  {number}. {word}" + (f": {meaning}" if meaning else "")
        for number, (word, meaning) in enumerate(words.items(), start=1)
    )


def of_type(annotated: Any) -> Read[Any]:
    """Reads what the model takes for a type of ``field_types``, and nothing private."""
    adapter = TypeAdapter(annotated)

    def read(answer: str) -> Any:
        try:
            value = adapter.validate_python(answer)
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"]) from None
        for _, message in contacts_in(answer):
            raise ValueError(message)
        if HIDDEN.search(answer):
            raise ValueError("a hidden character is in it; type it again")
        return value

    return read
