"""The fixed vocabularies of the records: every word with its meaning, in the order of lists."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word as files state it.

    ``meaning`` explains it to those who write records, ``label`` is what pages and exports show:
    the word with a capital unless it is given.
    """

    meaning: str
    label: str

    def __new__(cls, word: str, meaning: str, label: str = "") -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        member.label = label or word[0].upper() + word[1:]
        return member

    @classmethod
    def meanings(cls) -> dict[str, str]:
        """The words of the vocabulary in order, with their meanings."""
        return {word.value: word.meaning for word in cls}

    @classmethod
    def labels(cls) -> dict[str, str]:
        """The words of the vocabulary in order, with their labels."""
        return {word.value: word.label for word in cls}


class Form(Word):
    """Kinds of letters."""

    LETTER = "letter", "Addressed to its recipients, even if it was made public later."
    OPEN_LETTER = "open letter", "Addressed to somebody, and meant for the public from the start."
    E_MAIL = "e-mail", "Sent as an e-mail."
    STATEMENT = "statement", "A declaration to the public; the only form that needs no recipient."
    UN_COMMUNICATION = (
        "UN communication",
        "Sent by UN experts under their mandate to a state, company or body.",
    )


class Attestation(Word):
    """How the archive knows a letter."""

    TEXT_SEEN = "text seen", "We saw the whole text.", "The whole text was seen."
    OPENING_SEEN = (
        "opening seen",
        "We saw the beginning of the text.",
        "The beginning of the text was seen.",
    )
    CITED = (
        "cited",
        "Another letter, or a correspondent's own page, names or quotes it.",
        "Named or quoted by another letter or by a correspondent's own page; not seen itself.",
    )
    REPORTED = (
        "reported",
        "An organisation or the press reports it.",
        "Reported by an organisation or the press; not seen itself.",
    )
    CATALOGUED = (
        "catalogued",
        "An edition or catalogue lists it; the record needs no summary.",
        "Listed in an edition or catalogue; not seen itself.",
    )


class StatementKind(Word):
    """What a statement does."""

    REQUEST = "request", "Asks for something.", "Asked"
    COMMITMENT = "commitment", "Promises something.", "Promised"
    REFUSAL = "refusal", "Says that something will not be done or given.", "Refused"
    CLAIM = "claim", "Says that something is so.", "Claimed"


class How(Word):
    """What a later letter does with a statement."""

    ANSWERED = "answered", "Deals with all of it."
    PARTLY_ANSWERED = "partly answered", "Deals with a part of it."
    DECLINED = "declined", "Refuses it."
    REPEATED = "repeated", "Asks or says it again."
    DISPUTED = "disputed", "Contradicts it."


class Carries(Word):
    """What of a letter a source holds."""

    LETTER = (
        "letter",
        "The letter itself, or the opening that can be read there.",
        "Carries the letter",
    )
    PART = "part", "Passages of the letter.", "Carries part of the letter"
    CITATION = (
        "citation",
        "A mention by another letter or by a correspondent.",
        "Cites the letter",
    )
    REPORT = "report", "An account of the letter by somebody else.", "Reports on the letter"


class Format(Word):
    """Kinds of files."""

    HTML = "html", "A web page."
    PDF = "pdf", "A PDF document."
    TXT = "txt", "Plain text."
    IMAGE = "image", "A picture or scan."
    AUDIO = "audio", "A sound recording."
    VIDEO = "video", "A film."


class Certainty(Word):
    """Whether a source says so."""

    STATED = "stated", "A source says so; assumed where nothing is written."
    INFERRED = "inferred", "Our conclusion; no source says so."


class AnswerState(Word):
    """Whether a letter was answered. The build derives it; no file states it."""

    ANSWERED = "answered", "A source says that another letter answers it."
    INFERRED = "answer inferred", "A later letter seems to answer it, but no source says so."
    NOT_KNOWN = "no answer known", "It expects an answer, and this archive knows of none."
    NOT_EXPECTED = (
        "no answer expected",
        "It is a statement, a reply without a request, or its record says so.",
    )


VOCABULARIES: Mapping[str, type[Word]] = {
    "`form`": Form,
    "`attestation`": Attestation,
    "`kind` of a statement": StatementKind,
    "`how` a statement is taken up": How,
    "`carries` of a source": Carries,
    "`format` of a source": Format,
    "`certainty`": Certainty,
}
"""The vocabularies that files use, by the key that takes them, in the order of the guide."""
