"""What readers of the formats must find: the letters, read anew from the YAML files."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

ADDRESS = "http://localhost"


@dataclass(frozen=True)
class Name:
    """Somebody's name as formats give it, and as files of references order it.

    ``uncut`` is that of an organisation where what follows a comma would be a given name.
    """

    cited: str
    filed: str
    kind: str
    plain: str
    uncut: str | None = None


PUBLIC = Name("the public", "the public", "public", "the public")
UNKNOWN = Name("[unknown]", "[unknown]", "unknown", "unknown")


@dataclass(frozen=True)
class Letter:
    """A letter as its file has it, with its names looked up."""

    id: str
    title: str
    date: str
    senders: tuple[Name, ...]
    recipients: tuple[Name, ...]
    record: dict[str, Any] = field(repr=False, hash=False)

    @property
    def permalink(self) -> str:
        return f"{ADDRESS}/archive/letters/{self.id}"

    @property
    def replies_to(self) -> list[str]:
        """The permalinks of the letters that it answers."""
        replies = [r if isinstance(r, str) else r["letter"] for r in self.of("in_reply_to")]
        return [f"{ADDRESS}/archive/letters/{reply}" for reply in replies]

    def of(self, key: str) -> list[Any]:
        """The entries of a list of the record; none where it is left out."""
        found: list[Any] = self.record.get(key, [])
        return found


def read(path: Path) -> Any:
    """A file of YAML, whose every value is text."""
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


@cache
def read_letters(folder: Path) -> Mapping[str, Letter]:
    """The letters of an archive, by id; those withdrawn are not among them."""
    organisations, people = (
        {entry["id"]: entry for entry in read(folder / f"register/{name}.yml")}
        for name in ("organisations", "people")
    )
    records = {path.stem: read(path) for path in sorted(folder.glob("[0-9]*/*.yml"))}
    return {
        stem: Letter(
            stem,
            _title(record),
            record["date"],
            _names(record["from"], organisations, people),
            _names(record.get("to", []), organisations, people) or (PUBLIC,),
            record,
        )
        for stem, record in records.items()
        if "withdrawn" not in record
    }


def in_a_line(text: str) -> str:
    """Text as the model keeps what has no paragraphs."""
    return " ".join(text.split())


def _title(record: dict[str, Any]) -> str:
    title = in_a_line(record["title"])
    return f"[{title}]" if record.get("title_supplied") == "yes" else title


def _names(
    parties: list[dict[str, str]], organisations: Mapping[str, Any], people: Mapping[str, Any]
) -> tuple[Name, ...]:
    """Each once, a person before their organisation; who is only inferred beside none stated."""
    found: dict[str, Name] = {}
    for party in parties:
        if "unknown" in party:
            found.setdefault("unknown", UNKNOWN)
            continue
        person, organisation = party.get("person"), party.get("organisation")
        inferred = party.get("certainty") == "inferred"
        of_organisation = party.get("organisation_certainty") == "inferred" if person else inferred
        sides = [
            (f"person {person}", person and _person(people[person], inferred), inferred),
            (
                f"organisation {organisation}",
                organisation and _organisation(organisations[organisation], of_organisation),
                of_organisation,
            ),
        ]
        named = [(key, name, doubtful) for key, name, doubtful in sides if name]
        stated = [side for side in named if not side[2]]
        for key, name, _ in stated or named:
            found.setdefault(key, name)
    return tuple(found.values())


def _person(entry: dict[str, Any], inferred: bool) -> Name:
    name = in_a_line(entry["name"])
    if inferred:
        return Name(f"[{name}]", f"[{name}]", "person", name)
    family = in_a_line(entry.get("family_name", ""))
    given = " ".join(name.replace(family, "", 1).split()) if family else ""
    return Name(name, f"{family}, {given}" if family else name, "person", name)


def _organisation(entry: dict[str, Any], inferred: bool) -> Name:
    name = in_a_line(entry["name"])
    cited = f"[{name}]" if inferred else name
    short = in_a_line(entry.get("short_name", name)) if "," in name else name
    return Name(cited, cited, "organisation", name, f"[{short}]" if inferred else short)


def bounds(date: str) -> tuple[str | None, str | None]:
    """The first and the last day that a date of EDTF allows; nothing where an end is open."""
    days = re.findall(r"\d{4}(?:-\d\d){0,2}", date)
    first = None if re.match(r"\[?\.\.", date) or not days else _padded(days[0], "01-01")
    last = None if re.search(r"\.\.\]?$", date) or not days else days[-1]
    if last and len(last) == 7:
        year, month = map(int, last.split("-"))
        last = f"{last}-{calendar.monthrange(year, month)[1]}"
    return first, last and _padded(last, "12-31")


def _padded(day: str, rest: str) -> str:
    return f"{day}-{rest}"[:10] if len(day) == 4 else f"{day}-{rest[3:]}"[:10]


def shared(date: str) -> list[int]:
    """Year, month and day, as far as every day that a date allows has them."""
    first, last = bounds(date)
    if not first or not last:
        return []
    pairs = zip(first.split("-"), last.split("-"), strict=True)
    return [int(one) for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]


def is_exact(date: str) -> bool:
    """Whether a date is a day, a month or a year without any doubt."""
    return bool(re.fullmatch(r"\d{4}(-\d\d){0,2}", date))
