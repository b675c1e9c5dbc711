"""What must hold of one letter, beside what the model asks of every record."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..model import Correspondent, Letter, Source
from ..problems import Finding, rule
from ..vocabulary import Attestation, Carries
from .common import repeated

PUBLISHED_TOO_EARLY = rule("published-too-early", "A letter is not public before it is written.")
ID_DATE = rule("id-date", "The date in an id agrees with the letter's date.", "warning")
NO_ARCHIVED_COPY = rule("no-archived-copy", "A source has an archived copy.", "warning")
OTHER_ATTESTATION = rule(
    "other-attestation", "How we know of a letter agrees with what its sources carry.", "warning"
)

DATE_IN_FUTURE = rule("date-in-future", "A letter is not of a day that is still to come.")
SAME_PARTY = rule("same-party", "Nobody is both sender and recipient of a letter.", "warning")
NO_COPY = rule("no-copy", "An archived address is that of a copy, made since the letter was sent.")
SUMMARY_LENGTH = 800
LONG_SUMMARY = rule(
    "long-summary", f"A summary has {SUMMARY_LENGTH} characters at most.", "warning"
)


def letter_findings(letter: Letter, file: str) -> Iterator[Finding]:
    """The errors and warnings about one letter."""
    yield from _repetitions(letter, file)
    yield from _published_too_early(letter, file)
    yield from _id_date(letter, file)
    yield from _in_future(letter, file)
    yield from _same_party(letter, file)
    if len(letter.summary or "") > SUMMARY_LENGTH:
        message = f"{len(letter.summary or ''):,} characters; say it in {SUMMARY_LENGTH} at most"
        yield Finding(file, ("summary",), LONG_SUMMARY, message)
    yield from _other_attestation(letter, file)
    for number, source in enumerate(letter.sources):
        if not source.archived:
            message = "this source has no archived copy; add its address as `archived`"
            yield Finding(file, ("sources", number), NO_ARCHIVED_COPY, message)
        elif message := _no_copy(source, letter):
            yield Finding(file, ("sources", number, "archived"), NO_COPY, message)


def correspondents_of(letter: Letter) -> Iterator[tuple[str, int, Correspondent]]:
    """Every correspondent of a letter with the key and position where it stands."""
    for side, parties in (("from", letter.from_), ("to", letter.to), ("cc", letter.cc)):
        for number, party in enumerate(parties):
            yield side, number, party


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
        "sources": [source.url for source in letter.sources],
        "statements": [statement.id for statement in letter.statements],
        "takes_up": [(taken.statement, taken.how) for taken in letter.takes_up],
    }
    return repeated(lists, file)


def _published_too_early(letter: Letter, file: str) -> Iterator[Finding]:
    latest = letter.published and letter.published.latest
    earliest = letter.date.earliest
    if letter.published and latest and earliest and latest < earliest:
        message = (
            f"public ({letter.published.words}) before it was written ({letter.date.words}); "
            "correct one of the two"
        )
        yield Finding(file, ("published",), PUBLISHED_TOO_EARLY, message)


_OVERVIEWS = re.compile(r"https?://web\.archive\.org/(?:web/(?![0-9]{4})|save/|$)")
_COPY_OF_DAY = re.compile(r"https?://web\.archive\.org/web/([0-9]{8})")


def _no_copy(source: Source, letter: Letter) -> str:
    """Why an archived address is none of a copy, or nothing."""
    archived = source.archived or ""
    if archived == source.url:
        return "this is the address of the source itself; write that of a copy"
    if _OVERVIEWS.match(archived):
        return "this is no copy but a list or a form; open the copy, and write its address"
    day, earliest = _COPY_OF_DAY.match(archived), letter.date.earliest
    if day and earliest and day[1] < f"{earliest:%Y%m%d}":
        copied = f"{day[1][:4]}-{day[1][4:6]}-{day[1][6:]}"
        return f"this copy is of {copied}, before the letter was sent ({letter.date.words})"
    return ""


def _in_future(letter: Letter, file: str) -> Iterator[Finding]:
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    for key, date in (("date", letter.date), ("published", letter.published)):
        if date and date.earliest and date.earliest > today:
            message = f"{date.words} is still to come; correct the year, month or day"
            yield Finding(file, (key,), DATE_IN_FUTURE, message)


def _same_party(letter: Letter, file: str) -> Iterator[Finding]:
    senders = {(party.organisation, party.person) for party in letter.from_ if not party.unknown}
    for number, party in enumerate(letter.to):
        if (party.organisation, party.person) in senders:
            message = "this correspondent is also a sender; is one of the two another?"
            yield Finding(file, ("to", number), SAME_PARTY, message)


def _other_attestation(letter: Letter, file: str) -> Iterator[Finding]:
    """A text that was seen is somewhere to be seen, and where it is to be seen it may be looked at.

    A catalogue lists letters that nobody has read, so of those nothing is said.
    """
    carried = any(source.carries is Carries.LETTER for source in letter.sources)
    message = ""
    if letter.attestation is Attestation.TEXT_SEEN and not carried:
        cure = "add the one that does, or correct the attestation"
        message = f"the text was seen, but no source carries the letter; {cure}"
    elif letter.attestation in (Attestation.CITED, Attestation.REPORTED) and carried:
        cure = "correct the one that is wrong"
        message = f"{letter.attestation}, though a source carries the letter; {cure}"
    if message:
        yield Finding(file, ("attestation",), OTHER_ATTESTATION, message)


def _id_date(letter: Letter, file: str) -> Iterator[Finding]:
    digits = re.match(r"[0-9]{4}(?:-[0-9]{2}){0,2}(?=-)", letter.id)
    bounds = [day.isoformat() for day in (letter.date.earliest, letter.date.latest) if day]
    if digits and bounds and not any(bound.startswith(digits[0]) for bound in bounds):
        message = f"the id says {digits[0]}, the date {letter.date.words}; the id stays as it is"
        yield Finding(file, ("date",), ID_DATE, message)
