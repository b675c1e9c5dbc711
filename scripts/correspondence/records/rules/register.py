"""What must hold of the registers, and of what the archive says it is."""

from collections.abc import Iterator

from ..archive import Registers
from ..field_types import BAD_DATE
from ..model import ArchiveInfo, Person
from ..problems import Finding, KeyPath, rule
from .common import repeated

DUPLICATE_ID = rule("duplicate-id", "An id, or former id, is used once.")
ROLE_ENDS_TOO_EARLY = rule("role-ends-too-early", "An office does not end before it begins.")
NO_WIKIDATA_ID = rule("no-wikidata-id", "An organisation has its Wikidata id.", "warning")


def info_findings(info: ArchiveInfo, file: str) -> Iterator[Finding]:
    """What is wrong with what the archive is."""
    if info.span.earliest is None or info.span.latest is None:
        message = f"{info.span.text!r} is open; write the first and the last year, as 2019/2021"
        yield Finding(file, ("span",), BAD_DATE, message)
    lists = {
        "lanes": [lane.id for lane in info.lanes],
        "scopes": [scope.id for scope in info.scopes],
        "organisation_kinds": info.organisation_kinds,
        "event_kinds": info.event_kinds,
    }
    yield from repeated(lists, file)


def register_findings(registers: Registers) -> Iterator[Finding]:
    """What is wrong within and between the registers."""
    for person in registers.people.values():
        yield from _roles(person, registers.places["people", person.id])
        if person.id in registers.organisations:
            keys: KeyPath = (registers.places["people", person.id], "id")
            message = f"{person.id!r} is an organisation too; give one of them another id"
            yield Finding("register/people.yml", keys, DUPLICATE_ID, message)
    for organisation in registers.organisations.values():
        if not organisation.wikidata:
            keys = (registers.places["organisations", organisation.id],)
            message = (
                f"{organisation.id!r} has no Wikidata id; if there is one, add it as `wikidata`"
            )
            yield Finding("register/organisations.yml", keys, NO_WIKIDATA_ID, message)


def _roles(person: Person, place: int) -> Iterator[Finding]:
    for number, role in enumerate(person.roles):
        begins, ends = role.from_ and role.from_.earliest, role.to and role.to.latest
        if role.from_ and role.to and begins and ends and ends < begins:
            keys = (place, "roles", number, "to")
            message = (
                f"the office ends ({role.to.words}) before it begins ({role.from_.words}); "
                "correct one of the two"
            )
            yield Finding("register/people.yml", keys, ROLE_ENDS_TOO_EARLY, message)
