"""Records made of what a file says: all of it has its place, and what is private is left out."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..records.archive import REGISTERS, Registers
from ..records.model import ArchiveInfo, Correspondent, Letter
from ..records.personal_data import contacts_in, private_contacts
from ..records.problems import Finding
from ..records.rules.letter import letter_findings
from ..records.rules.references import reference_findings
from ..records.validation import validated_letter
from .new_archive import licence_name
from .parsed import Edition, Found, FoundSource, Party
from .registers import Registrar
from .tei import address_of

_ANY_ENTRY = Registers(unread=frozenset(REGISTERS))  # an import brings its own entries
_NOBODY = {"from": "an unknown sender", "to": "an unknown recipient"}


def make_letter(
    letter_id: str,
    found: Found,
    parties: "Parties",
    sources: list[FoundSource],
    edition: Edition,
    info: ArchiveInfo,
) -> tuple[Letter | None, list[str]]:
    """The record of a letter, or what prevents it.

    Parts that hold private contacts are left out, and remarked on ``found``.
    """
    data: dict[str, Any] = {
        **_title(found, parties),
        "form": "letter",
        "date": found.date.text,
        "date_note": _prose(found, found.date_notes),
        **{side: [_plain(party) for party in parties.of(side)] for side in ("from", "to", "cc")},
        "reference": found.reference,
        "attestation": "catalogued",
        "sources": [source._asdict() for source in sources],
        "evidence": _prose(found, [*_provenance(edition), *found.evidence]),
        "note": _prose(found, found.notes),
        **found.keys,
    }
    data = {key: value for key, value in data.items() if value not in (None, "", [], ())}
    file = f"{letter_id}.yml"
    letter, findings = validated_letter(letter_id, data, file)
    findings += [
        *private_contacts(data, file),
        *reference_findings(Letter, data, file, _ANY_ENTRY, info),
    ]
    if isinstance(letter, Letter):
        findings += [f for f in letter_findings(letter, file) if f.rule.level == "error"]
    faults = [_said(finding) for finding in findings]
    return (letter, faults) if isinstance(letter, Letter) and not faults else (None, faults)


class Parties:
    """The correspondents of one letter, each once, and their names for its title."""

    def __init__(self, found: Found, registrar: Registrar) -> None:
        self._sides = {"from": found.senders, "to": found.recipients, "cc": found.copies}
        self._registrar = registrar

    def of(self, side: str) -> list[Correspondent]:
        """The correspondents of a side, without repetitions."""
        found = [self._registrar.correspondent(party) for party in self._sides[side]]
        by_entry: dict[tuple[str | None, str | None], Correspondent] = {}
        for party in found:
            by_entry.setdefault((party.organisation, party.person), party)
        return [*by_entry.values()]

    def words(self, side: str) -> str:
        """Who they are, in a line."""
        parties = self._sides[side]
        names = dict.fromkeys(
            name if party.kind != "unknown" else _NOBODY[side]
            for party, name in zip(parties, self._names(parties), strict=True)
        )
        *first, last = [*names] or [_NOBODY[side]]
        return f"{'; '.join(first)} and {last}" if first else last

    def _names(self, parties: list[Party]) -> list[str]:
        return self._registrar.names(parties)


def sources_of(found: Found, edition: Edition, url: str, publisher: str) -> list[FoundSource]:
    """Where a letter is found: by what is said with it, else by what the file says of itself.

    ``url`` and ``publisher`` are for files that say nothing.
    """
    everybody = publisher or edition.publisher or edition.title
    given = found.sources or [FoundSource(address_of(url) or edition.url)]
    by_url: dict[str, FoundSource] = {}
    for source in given:
        if source.url:
            named = source.publisher if not _is_private(source.publisher) else ""
            named = named or everybody or source.url.split("/")[2]
            by_url.setdefault(source.url, source._replace(publisher=named))
    return [*by_url.values()]


def keep_topics(found: Found, ids: Mapping[str, str]) -> None:
    """Turn topics into ids; ``ids`` has those of the register by id and name, in lower case.

    A topic of the register says what belongs under it, which no file does: so none is added.
    """
    known = [ids[topic.casefold()] for topic in found.topics if topic.casefold() in ids]
    for topic in found.topics:
        if topic.casefold() not in ids:
            found.remark("topic", f"the topic {topic!r} is not in the register; kept in the note")
            found.notes.append(f"Topic: {topic}")
    if known:
        found.keys["topics"] = list(dict.fromkeys(known))


def _title(found: Found, parties: Parties) -> dict[str, Any]:
    """Nobody gave the letter a title: ours names who wrote to whom."""
    if found.keys.get("title"):
        return {}
    to = f" to {parties.words('to')}" if parties.of("to") else ""
    return {"title": f"Letter from {parties.words('from')}{to}", "title_supplied": "yes"}


def _provenance(edition: Edition) -> list[str]:
    """The file that lists the letter, since its records live apart from it now."""
    about = [f"“{edition.title}”" if edition.title else edition.url, edition.publisher]
    about += [edition.date, licence_name(edition)]
    said = ", ".join(part.rstrip(".,") for part in about if part)
    return [f"Listed in {said}." if said else ""]


def _prose(found: Found, parts: Iterable[str]) -> str:
    """Paragraphs of what was collected, without repetitions and without private contacts."""
    kept = []
    for part in dict.fromkeys(filter(None, parts)):
        for _, message in contacts_in(part):
            found.remark("private", f"left out of the record: {message}")
            break
        else:
            kept.append(part)
    return "\n".join(kept)


def _is_private(text: str) -> bool:
    return any(True for _ in contacts_in(text))


def _plain(party: Correspondent) -> dict[str, Any]:
    plain = party.model_dump(exclude_defaults=True)
    return {key: "yes" if value is True else value for key, value in plain.items()}


def _said(finding: Finding) -> str:
    keys = ".".join(str(key) for key in finding.keys)
    return f"{keys}: {finding.message}" if keys else finding.message
