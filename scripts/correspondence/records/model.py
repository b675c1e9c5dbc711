"""The words of the archive: a letter, the registers it refers to, and the archive itself.

Every class is one mapping in YAML; the order of its fields is the order in which a file is written.
Descriptions are shown by editors (through the JSON Schemas) and by messages about missing keys.
Terms follow TEI's correspondence metadata (CMIF): sent, received, correspondent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from .field_types import (
    Checksum,
    Count,
    Country,
    Date,
    Day,
    EventKind,
    Id,
    LaneId,
    Language,
    LetterId,
    Line,
    OrganisationId,
    OrganisationKind,
    PartyId,
    PersonId,
    ScopeId,
    StatementId,
    Text,
    TopicId,
    Url,
    Wikidata,
    YesNo,
)
from .problems import rule
from .vocabulary import (
    AnswerState,
    Attestation,
    Carries,
    Certainty,
    Form,
    Format,
    How,
    StatementKind,
)

MISSING_KEY = rule("missing-key", "The keys that a record needs are there.")
NOBODY = rule("nobody", "A correspondent is an organisation, a person or both, or `unknown: yes`.")
IDLE_CERTAINTY = rule(
    "idle-certainty", "`organisation_certainty` stands beside an organisation and a person."
)
FAMILY_NAME = rule("family-name", "A `family_name` is a part of the `name`.")

_LONG_NAME = 40

T = TypeVar("T")

Inferred = Annotated[
    Literal["inferred"] | None, Field(description="`inferred` where no source says so.")
]


def parts_of(hint: Any) -> Iterator[Any]:
    """A type, the types that it is made of, and what is annotated to any of them."""
    yield getattr(hint, "__origin__", hint)
    for part in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from parts_of(part)


def classes_in(hint: Any, base: type[T]) -> Iterator[type[T]]:
    """The classes among the :func:`parts_of` a type that derive from ``base``."""
    for part in parts_of(hint):
        if isinstance(part, type) and issubclass(part, base):
            yield part


@dataclass(frozen=True)
class Question:
    """How ``letters new`` and the form ask for a key, in the order of the keys.

    ``later`` questions are asked only of those who have more to say.
    """

    text: str
    hint: str = ""
    later: bool = False

    @classmethod
    def of(cls, field: FieldInfo) -> Self | None:
        """The question of a key, if it is asked for."""
        extra = field.json_schema_extra
        return cls(**extra) if isinstance(extra, dict) else None  # type: ignore[arg-type]


def asks(text: str, hint: str = "", *, later: bool = False) -> JsonDict:
    """A :class:`Question`, as pydantic keeps what else is known of a field."""
    return {"text": text, "hint": hint, "later": later}


class Record(BaseModel):
    """One mapping of a YAML file: typed, frozen, and without unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, strict=False
    )


@cache
def hints_of(cls: type[Record]) -> Mapping[str, Any]:
    """The types of a record's fields in order, with what is annotated to them."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in cls.model_fields}


def with_classes_within(*classes: type[Record]) -> Iterator[type[Record]]:
    """These classes and those of the records within them, each once."""
    waiting = [*classes]
    seen = set()
    while waiting:
        cls = waiting.pop()
        if cls not in seen:
            seen.add(cls)
            yield cls
            for hint in hints_of(cls).values():
                waiting.extend(classes_in(hint, Record))


class Correspondent(Record):
    """Who sent or received a letter: an organisation, a person, or a person for an organisation."""

    organisation: OrganisationId | None = Field(
        None, description="The organisation, by its id in the register."
    )
    person: PersonId | None = Field(None, description="The person, by their id in the register.")
    role: Line | None = Field(None, description="The office held, as the source has it.")
    on_behalf_of: OrganisationId | None = Field(
        None, description="Organisation for which they wrote, such as a lawyer's client."
    )
    certainty: Inferred = Field(
        None, description="`inferred` speaks of the person; of the organisation where it is alone."
    )
    organisation_certainty: Inferred = Field(
        None, description="`inferred` where, beside a person, the organisation is inferred too."
    )
    unknown: YesNo = Field(False, description="`yes` if nobody is known.")

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        named = bool(self.organisation or self.person)
        if named == self.unknown:
            message = (
                "names nobody; give an organisation, a person or both, or `unknown: yes`"
                if not named
                else "is named and `unknown` at once; keep one of the two"
            )
            raise PydanticCustomError(NOBODY.name, "{message}", {"message": message})
        if self.organisation_certainty and not (self.organisation and self.person):
            message = "`certainty` speaks of the organisation where no person is named; use it"
            raise PydanticCustomError(IDLE_CERTAINTY.name, "{message}", {"message": message})
        return self


class Answered(Record):
    """A letter that this one answers."""

    letter: LetterId = Field(description="Id of the letter that is answered.")
    certainty: Certainty = Field(
        Certainty.STATED, description="`inferred` where no source says so."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_id(cls, value: Any) -> Any:
        return {"letter": value} if isinstance(value, str) else value


class OtherSignatories(Record):
    """How many signed beyond those who are named."""

    organisations: Count | None = Field(None, description="Organisations beyond those named.")
    people: Count | None = Field(None, description="People beyond those named.")
    experts: Count | None = Field(None, description="Independent experts beyond those named.")


class Statement(Record):
    """Something that a letter asks, promises, refuses or claims, in our own words."""

    id: Id = Field(description="Id, unique within the letter; never changes.")
    kind: StatementKind = Field(description="What the statement does.")
    by: tuple[PartyId, ...] = Field((), description="Who makes it; left out: all senders.")
    to: tuple[PartyId, ...] = Field((), description="To whom; left out: all recipients.")
    topic: TopicId | None = Field(None, description="Topic, by its id in the register.")
    text: Text = Field(description="What it says, in our own words.")
    due: Date | None = Field(None, description="When it was to be done (EDTF), if that is said.")
    evidence: Text | None = Field(None, description="Why we say so.")


class TakenUp(Record):
    """A statement of another letter that this letter takes up."""

    statement: StatementId = Field(description="The statement, as letter-id#statement-id.")
    how: How = Field(description="What this letter does with it.")
    evidence: Text | None = Field(None, description="Why we say so.")


class Reference(Record):
    """A page or document on the web."""

    url: Url = Field(
        description="Address of the page or document.",
        json_schema_extra=asks("What is its address?", "https://..."),
    )
    publisher: Line = Field(
        description="Who publishes it.", json_schema_extra=asks("Who publishes it?")
    )


class Source(Reference):
    """Where a letter, or a report of it, can be found."""

    carries: Carries = Field(
        description="What of the letter can be found there.",
        json_schema_extra=asks("What of the letter can be found there?"),
    )
    format: Format | None = Field(None, description="Kind of file.")
    language: Language | None = Field(None, description="Language (ISO 639-1 code).")
    archived: Url | None = Field(
        None,
        description="Address of an archived copy.",
        json_schema_extra=asks(
            "What is the address of an archived copy?", "Save the page at web.archive.org first."
        ),
    )
    accessed: Day | None = Field(None, description="Day on which it was last seen.")
    sha256: Checksum | None = Field(None, description="Checksum of the file that was seen.")


class Correction(Record):
    """A correction of the record, shown on the letter's page."""

    date: Day = Field(description="Day of the correction.")
    text: Text = Field(description="What was corrected.")


class Letter(Record):
    """One letter. Its id is the name of its file and never changes."""

    id: Id = Field(description="Name of the file without .yml.")
    title: Line = Field(
        description="Title, as published or supplied by us.",
        json_schema_extra=asks(
            "What is its title?", "As published. If it has none, a plain one of your own."
        ),
    )
    title_supplied: YesNo = Field(
        False,
        description="`yes` if the title is ours.",
        json_schema_extra=asks("Is the title your own?"),
    )
    form: Form = Field(
        description="Kind of letter.", json_schema_extra=asks("What kind of letter is it?")
    )
    date: Date = Field(
        description="When it was sent (EDTF), such as 2019-02-18 or 2019-02.",
        json_schema_extra=asks(
            "When was it sent?",
            "In plain words or EDTF: 18 February 2019, mid June 2019, around 14 June 2019, before "
            "5 March 2021, between 9 and 22 June 2020, unknown.",
        ),
    )
    date_note: Text | None = Field(
        None,
        description="How the date is known.",
        json_schema_extra=asks("How is the date known?", "If that is not obvious.", later=True),
    )
    published: Date | None = Field(
        None,
        description="When it became public (EDTF).",
        json_schema_extra=asks("When did it become public?", later=True),
    )
    from_: tuple[Correspondent, ...] = Field(
        alias="from",
        min_length=1,
        description="Who sent it; `unknown: yes` where nobody is known.",
        json_schema_extra=asks(
            "Who sent it?",
            "Organisations or people. “Robin Example @ Example Society” is a person writing for an "
            "organisation; “unknown” if nobody is known.",
        ),
    )
    to: tuple[Correspondent, ...] = Field(
        (),
        description="Who received it; left out only for a statement to the public.",
        json_schema_extra=asks("Who received it?", "Leave out only for a statement to the public."),
    )
    cc: tuple[Correspondent, ...] = Field(
        (), description="Who received a copy.", json_schema_extra=asks("Who received a copy?")
    )
    other_signatories: OtherSignatories | None = Field(
        None, description="How many signed beyond those named in `from`."
    )
    in_reply_to: tuple[Answered, ...] = Field(
        (),
        description="The letters that it answers.",
        json_schema_extra=asks(
            "Which letters does it answer?", "Their ids, as in the addresses of their pages."
        ),
    )
    expects_answer: YesNo | None = Field(
        None,
        description=(
            "Whether an answer was to be expected, where that is known. If not stated: no for a "
            "statement and for a reply without a request, else yes."
        ),
        json_schema_extra=asks(
            "Does it expect an answer?",
            "If you don’t say: not if it is a statement, or a reply without a request; else yes.",
        ),
    )
    possibly_same_as: tuple[LetterId, ...] = Field(
        (), description="Letters whose records may be of the same document."
    )
    refers_to: tuple[LetterId, ...] = Field((), description="Letters that it mentions.")
    other_references: tuple[Text, ...] = Field(
        (), description="Documents that it mentions and that are no letters of the archive."
    )
    language: Language | None = Field(
        None,
        description="Language (ISO 639-1 code).",
        json_schema_extra=asks(
            "Which language is it in?", "The ISO 639-1 code, such as en.", later=True
        ),
    )
    reference: Line | None = Field(
        None,
        description="Number of the document.",
        json_schema_extra=asks("What is the number of the document?", later=True),
    )
    topics: tuple[TopicId, ...] = Field(
        (),
        description="Topics, by their ids in the register.",
        json_schema_extra=asks("What is it about?"),
    )
    attestation: Attestation = Field(
        description="How the archive knows the letter.",
        json_schema_extra=asks("How do we know of it?"),
    )
    scope: ScopeId | None = Field(
        None,
        description="How near it is to the archive's subject, from archive.yml.",
        json_schema_extra=asks("How near is it to the archive’s subject?"),
    )
    summary: Text | None = Field(
        None,
        description="What it says, in our own words, neutral, in the past tense.",
        json_schema_extra=asks(
            "What does it say?",
            "In your own words, neutral, in the past tense; say according to whom.",
        ),
    )
    statements: tuple[Statement, ...] = Field(
        (), description="What it asks, promises, refuses or claims."
    )
    takes_up: tuple[TakenUp, ...] = Field(
        (), description="Statements of other letters that it takes up."
    )
    sources: tuple[Source, ...] = Field(
        min_length=1,
        description="Where it is found.",
        json_schema_extra=asks("Where can it be found?"),
    )
    evidence: Text | None = Field(
        None,
        description="What supports this record.",
        json_schema_extra=asks("What supports this record?", later=True),
    )
    note: Text | None = Field(
        None,
        description="Anything else a reader should know.",
        json_schema_extra=asks("What else should a reader know?", later=True),
    )
    conflicts: tuple[Text, ...] = Field((), description="Where sources disagree.")
    unknown: tuple[Text, ...] = Field((), description="What is not known.")
    former_ids: tuple[Id, ...] = Field((), description="Old ids; they redirect to this one.")
    corrections: tuple[Correction, ...] = Field((), description="Corrections of this record.")

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        for _, message in letter_lacks(dict(self)):
            raise PydanticCustomError(MISSING_KEY.name, "{message}", {"message": message})
        return self

    @property
    def expects(self) -> bool:
        """Whether an answer was to be expected, by the record or by the rule of the model."""
        if self.expects_answer is not None:
            return self.expects_answer
        if self.form is Form.STATEMENT:
            return False
        return not self.in_reply_to or any(s.kind is StatementKind.REQUEST for s in self.statements)

    @property
    def unanswered(self) -> AnswerState:
        """What is said of the letter as long as no letter answers it."""
        return AnswerState.NOT_KNOWN if self.expects else AnswerState.NOT_EXPECTED


def letter_lacks(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys that letters of this form and attestation need and ``data`` has not.

    Each comes with the message that says so. The data need not be valid otherwise.
    """
    addressed = [form for form in Form if form is not Form.STATEMENT]
    if data.get("form") in addressed and data.get("to", ()) in ((), []):
        yield "to", "'to' is missing; only a statement to the public has no recipient"
    summarised = [known for known in Attestation if known is not Attestation.CATALOGUED]
    if data.get("attestation") in summarised and data.get("summary") is None:
        yield "summary", "'summary' is missing; say in our own words what it says"


class Withdrawal(Record):
    """When and why a record was withdrawn."""

    date: Day = Field(description="Day of the withdrawal.")
    reason: Text = Field(description="Why it was withdrawn, for readers who followed a link.")


class Withdrawn(Record):
    """What is left of a withdrawn letter."""

    id: Id = Field(description="Name of the file without .yml.")
    withdrawn: Withdrawal = Field(description="When and why the record was withdrawn.")
    former_ids: tuple[Id, ...] = Field((), description="Old ids; they redirect to this one.")


class Organisation(Record):
    """A body that sends, receives or is concerned."""

    id: Id = Field(description="Short name in lower case, with hyphens; never changes.")
    name: Line = Field(description="Full name.")
    short_name: Line | None = Field(
        None, description="Short name, used in lists where the full one is over 40 characters."
    )
    aliases: tuple[Line, ...] = Field((), description="Other names, for search.")
    kind: OrganisationKind = Field(description="Kind of organisation, from archive.yml.")
    group: LaneId | None = Field(
        None, description="Its lane, from archive.yml; without one, the last lane."
    )
    country: Country | None = Field(None, description="Its country (ISO 3166-1 code).")
    url: Url | None = Field(None, description="Address of its website.")
    wikidata: Wikidata | None = Field(None, description="Wikidata id.")
    notice: Text | None = Field(
        None, description="Text shown wherever the name is listed, such as a correction."
    )
    note: Text | None = Field(None, description="Anything else a reader should know.")
    unused: YesNo = Field(False, description="`yes` to keep it although nothing refers to it.")

    @property
    def label(self) -> str:
        """The name for lists: the full one, unless it is long and there is a short one."""
        return self.name if len(self.name) <= _LONG_NAME else self.short_name or self.name


class Role(Record):
    """An office that a person held."""

    organisation: OrganisationId | None = Field(
        None, description="Where it was held, if in an organisation of the register."
    )
    role: Line = Field(description="The office.")
    from_: Date | None = Field(None, alias="from", description="When it began (EDTF), if known.")
    to: Date | None = Field(None, description="When it ended (EDTF), if it did and that is known.")
    source: Url = Field(description="Address of the page that says so.")


class Person(Record):
    """Somebody who sends, signs, receives or answers letters."""

    id: Id = Field(description="Name in lower case, with hyphens; never changes.")
    name: Line = Field(description="Full name.")
    family_name: Line | None = Field(
        None,
        description="The part of the name under which citations sort it; without one, all of it.",
    )
    aliases: tuple[Line, ...] = Field((), description="Other names, for search.")
    roles: tuple[Role, ...] = Field((), description="Offices held, each with its source.")
    wikidata: Wikidata | None = Field(None, description="Wikidata id.")
    notice: Text | None = Field(
        None, description="Text shown wherever the name is listed, such as a correction."
    )
    note: Text | None = Field(None, description="Anything else a reader should know.")
    unused: YesNo = Field(False, description="`yes` to keep it although nothing refers to it.")

    @model_validator(mode="after")
    def _is_called_so(self) -> Self:
        if self.family_name and self.family_name not in self.name:
            message = f"the name {self.name!r} does not hold the family name {self.family_name!r}"
            raise PydanticCustomError(FAMILY_NAME.name, "{message}", {"message": message})
        return self

    @property
    def given_name(self) -> str:
        """What is left of the name without the family name."""
        return " ".join(self.name.replace(self.family_name or self.name, "", 1).split())


class Topic(Record):
    """A subject of letters."""

    id: Id = Field(description="Short name in lower case, with hyphens; never changes.")
    name: Line = Field(description="Name for lists.")
    description: Text = Field(description="What belongs under it.")
    unused: YesNo = Field(False, description="`yes` to keep it although nothing refers to it.")


class Event(Record):
    """Something that happened beside the letters."""

    id: Id = Field(description="Date and short name; never changes.")
    date: Date = Field(description="When it happened (EDTF).")
    title: Line = Field(description="What happened, in a line.")
    label: Line | None = Field(
        None, description="Two or three words for drawings; only key events have one."
    )
    kind: EventKind = Field(description="Kind of event, from archive.yml.")
    organisations: tuple[OrganisationId, ...] = Field((), description="Organisations concerned.")
    summary: Text = Field(description="What happened, in our own words.")
    sources: tuple[Reference, ...] = Field(min_length=1, description="Who says so.")


class Lead(Record):
    """A letter that may exist: an open question, not a fact."""

    id: Id = Field(description="Short name in lower case, with hyphens; never changes.")
    about: Text = Field(description="What is looked for.")
    why: Text = Field(description="Why it may exist.")
    where_to_look: Text = Field(description="Where it might be found.")


class Lane(Record):
    """A group of correspondents with a line of its own in drawings."""

    id: Id = Field(description="Id; the `group` of organisations.")
    name: Line = Field(description="Name for lists.")


class Scope(Record):
    """How near a letter stands to the archive's subject."""

    id: Id = Field(description="Id; the `scope` of letters.")
    name: Line = Field(description="Name for lists.")
    description: Text = Field(description="What belongs to it.")


class Licence(Record):
    """Under which terms the data may be used."""

    name: Line = Field(description="Name of the licence.")
    url: Url = Field(description="Its text.")


class ArchiveInfo(Record):
    """What this archive is."""

    title: Line = Field(description="Name of the archive.")
    tagline: Line = Field(description="What it shows, in a line.")
    description: Text = Field(description="What it is, in two sentences.")
    address: Url | None = Field(None, description="Public address, if there is one.")
    repository: Url | None = Field(None, description="Where its files are kept, if that is public.")
    span: Date = Field(description="The years it covers (EDTF), such as 2019/2021.")
    as_of: Day = Field(
        description="Day of the last review; letters without an answer have waited until then."
    )
    version: Line = Field(description="Version of the data.")
    history_after: Line | None = Field(
        None, description="A commit of git; changes made in it or before it are not shown."
    )
    licence: Licence = Field(description="Licence of the data.")
    corrections: Text = Field(description="How to ask for a correction.")
    lanes: tuple[Lane, ...] = Field(
        min_length=1, description="In order; the last takes those who belong to no other."
    )
    scopes: tuple[Scope, ...] = Field((), description="In order.")
    organisation_kinds: tuple[Line, ...] = Field(min_length=1, description="In order.")
    event_kinds: tuple[Line, ...] = Field((), description="In order.")
    synonyms: tuple[Line, ...] = Field(
        (), description="Names that mean the same to the search, with commas between."
    )

    def words(self, name: str) -> tuple[str, ...]:
        """The ids or words of one of the lists above, by the list's key."""
        entries = getattr(self, name)
        return tuple(entry if isinstance(entry, str) else entry.id for entry in entries)
