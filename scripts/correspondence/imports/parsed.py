"""What a file to be imported says of letters, whatever its format, and remarks on the rest of it.

The readers of formats make :class:`FoundFile`; only :mod:`.importing` knows archives. Everything
that a reader meets goes into one of the fields, or into a remark with its line.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ..records.dates import EdtfDate, parse_date
from ..records.strict_yaml import HIDDEN

PartyKind = Literal["person", "organisation", "either", "unknown"]
UNKNOWN_DATE = parse_date("XXXX")

_UNKNOWN = frozenset(
    "unknown unbekannt unbekannte unbekannter inconnu inconnue sconosciuto sconosciuta ignoto "
    "desconocido desconocida desconhecido onbekend okänd ukjent ukendt nieznany neznámý nn n.n. "
    "s.n. ?".split()
)
_NOBODY = re.compile(r"(?:http|https)://(?:www\.)?correspsearch\.net/unknown", re.IGNORECASE)
_UNNAMED = frozenset("anonymous anonym anonymus anonyme anonimo anónimo anoniem".split())
_ROUND_IT = " []()<>-.,:"
_UNKNOWN_SOMEBODY = re.compile(
    r"(?:unknown|unbekannte[rns]?|inconnue?) "
    r"(?:person|sender|recipient|author|addressee|absender|empfänger|adressat|verfasser)(?:in)?"
)


class ImportFailed(Exception):
    """A file cannot be imported; nothing was written, and the message says why."""


class Remark(NamedTuple):
    """What could not be mapped, at a line (or row); ``kind`` is shared by remarks of one sort."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Party:
    """Who sent or received a letter, in the words of the file.

    ``either`` is a name of which the file does not say whether it is a person's. ``uris`` are those
    of authority files. ``employer`` is the organisation for which a person wrote.
    """

    kind: PartyKind
    name: str = ""
    uris: tuple[str, ...] = ()
    family_name: str | None = None
    alias: str | None = None
    role: str | None = None
    inferred: bool = False
    employer: "Party | None" = None


UNKNOWN_PARTY = Party("unknown")


class FoundSource(NamedTuple):
    """Where a letter, or word of it, is found; an empty publisher is that of the whole file."""

    url: str
    publisher: str = ""
    carries: str = "report"


@dataclass
class Found:
    """One letter of a file.

    ``url`` is its own address there, ``wanted_id`` an id that it should have here, ``topics`` are
    ids or names, and ``keys`` hold what is said in the words of the model already.
    """

    line: int
    label: str = ""
    date: EdtfDate = UNKNOWN_DATE
    date_notes: list[str] = field(default_factory=list)
    senders: list[Party] = field(default_factory=list)
    recipients: list[Party] = field(default_factory=list)
    copies: list[Party] = field(default_factory=list)
    url: str = ""
    wanted_id: str = ""
    reference: str = ""
    topics: list[str] = field(default_factory=list)
    sources: list[FoundSource] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    keys: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def remark(self, kind: str, text: str, line: int | None = None) -> None:
        """Say that something of this letter could not be mapped."""
        about = f"{self.label}: " if self.label else ""
        self.remarks.append(Remark(line or self.line, kind, f"{about}{text}"))


@dataclass
class Edition:
    """What a file says of itself; ``date`` is a day of ISO 8601 or empty."""

    title: str = ""
    editors: list[str] = field(default_factory=list)
    publisher: str = ""
    url: str = ""
    date: str = ""
    licence: str = ""
    licence_url: str = ""


@dataclass
class FoundFile:
    """All that a file says; ``unit`` is what its remarks count: lines or rows."""

    unit: Literal["line", "row"]
    edition: Edition = field(default_factory=Edition)
    letters: list[Found] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def tidy(text: str | None) -> str:
    """Text as the archive keeps it: NFC, single spaces, nothing hidden."""
    return unicodedata.normalize("NFC", " ".join(HIDDEN.sub(" ", text or "").split()))


def is_unknown(name: str, uris: tuple[str, ...] = ()) -> bool:
    """Whether a name says that nobody is known, as editions in European languages put it."""
    if any(_NOBODY.fullmatch(uri) for uri in uris):
        return True
    plain = name.casefold()
    bare = plain.strip(_ROUND_IT)
    return (
        (not bare and not uris)
        or plain.replace(" ", "") in _UNKNOWN
        or bare.replace(" ", "") in _UNKNOWN
        or bool(_UNKNOWN_SOMEBODY.fullmatch(bare))
    )


def is_unnamed(name: str) -> bool:
    """Whether a name says that somebody did not sign: no two of them need be one person."""
    return name.casefold().strip(_ROUND_IT) in _UNNAMED
