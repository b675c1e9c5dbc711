"""Types of single values: text, ids, addresses and dates, each with the message that mends it."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from babel import Locale
from pydantic import AfterValidator, BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

from .dates import EdtfDate, parse_date
from .problems import EMPTY_VALUE, nearest, rule

BAD_DATE = rule("bad-date", "A date is EDTF, exists in the calendar and does not end too early.")
BAD_URL = rule("bad-url", "An address is http(s), complete, and holds no user name or password.")
BAD_ID = rule("bad-id", "An id is lower-case letters, digits and hyphens.")
BAD_LANGUAGE = rule("bad-language", "A language is an ISO 639-1 code, such as en.")
BAD_YES_NO = rule("bad-yes-no", "A yes-or-no key says yes or no.")
BAD_NUMBER = rule("bad-number", "A count is a whole number above zero.")
BAD_CHECKSUM = rule("bad-checksum", "A sha256 is 64 hexadecimal digits.")
BAD_WIKIDATA = rule("bad-wikidata", "A Wikidata id is Q and a number.")
WRONG_TYPE = rule("wrong-type", "A value is of the kind its key takes: text, a list or a mapping.")


@dataclass(frozen=True)
class RefersTo:
    """What a value refers to: an entry of one of these registers, or lists of ``archive.yml``."""

    places: tuple[str, ...]


LANGUAGES: dict[str, str] = {
    code: name for code, name in Locale("en").languages.items() if len(code) == 2
}
COUNTRIES: dict[str, str] = {
    code: name
    for code, name in Locale("en").territories.items()
    if re.fullmatch("[A-Z]{2}", code) and code not in "EU EZ UN QO UK XA XB ZZ".split()
}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _text(value: str) -> str:
    """Prose with single spaces, whose paragraphs are parted by one line feed."""
    paragraphs = (" ".join(line.split()) for line in value.split("\n"))
    return _not_empty("\n".join(line for line in paragraphs if line))


def _line(value: str) -> str:
    """Text of one paragraph."""
    return _not_empty(" ".join(value.split()))


def _not_empty(value: str) -> str:
    if not value:
        raise PydanticCustomError(
            EMPTY_VALUE.name, "there is no text here; fill it in or remove it"
        )
    return unicodedata.normalize("NFC", value)


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        near = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
        cure = f"; write {near!r}" if near else ""
        raise PydanticCustomError(
            BAD_ID.name, "{message}", {"message": f"{value!r} is no id{cure}"}
        )
    return value


def _url(value: str) -> str:
    def refuse(why: str) -> PydanticCustomError:
        return PydanticCustomError(BAD_URL.name, "{message}", {"message": f"{value!r} {why}"})

    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise refuse("is no web address") from None
    if parts.scheme not in ("http", "https"):
        raise refuse("is no web address; it must begin with https:// or http://")
    if not host or re.search(r"[\s<>\"\\^`{|}]", value):
        raise refuse("is no complete web address")
    if parts.username is not None or parts.password is not None:
        raise refuse("holds a user name or password; remove everything before the @")
    return value


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("yes", "no", "true", "false"):
        message = f"{value!r} is neither yes nor no"
        raise PydanticCustomError(BAD_YES_NO.name, "{message}", {"message": message})
    return value in ("yes", "true")


def _count(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,8}", value):
        return int(value)
    if isinstance(value, int) and value > 0:
        return value
    message = f"{value!r} is not a whole number above zero"
    raise PydanticCustomError(BAD_NUMBER.name, "{message}", {"message": message})


def _edtf(value: Any) -> EdtfDate:
    if isinstance(value, EdtfDate):
        return value
    if isinstance(value, list) and len(value) == 1 and ".." in str(value[0]):
        value = f"[{value[0]}]"  # a set without quotes, which YAML takes for a list
    if not isinstance(value, str):
        raise PydanticCustomError(WRONG_TYPE.name, "a date is one line of text, such as 2019-02-18")
    try:
        return parse_date(value)
    except ValueError as error:
        raise PydanticCustomError(BAD_DATE.name, "{message}", {"message": str(error)}) from None


def _day(value: Any) -> datetime.date:
    date = value if isinstance(value, datetime.date) else None
    if date is None and isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        date = _edtf(value).earliest
    if date is None:
        message = f"{value!r} is not a day; write it as 2026-11-23"
        raise PydanticCustomError(BAD_DATE.name, "{message}", {"message": message})
    return date


def _code(
    known: Mapping[str, str], rule_name: str, example: str, others: Mapping[str, str]
) -> AfterValidator:
    """One of the ``known`` codes, which may be meant by its name or by ``others`` of their own."""

    def check(value: str) -> str:
        if value not in known:
            codes = {name: code for code, name in known.items()} | {**others}
            name = nearest(value, codes)
            fix = f"; write {codes[name]!r}" if name else ""
            message = f"{value!r} is not an {example}{fix}"
            raise PydanticCustomError(rule_name, "{message}", {"message": message})
        return value

    return AfterValidator(check)


def _matching(pattern: str, name: str, description: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError(name, "{message}", {"message": f"{value!r} {description}"})
        return value

    return AfterValidator(check)


Text = Annotated[str, AfterValidator(_text)]
Line = Annotated[str, AfterValidator(_line)]
Id = Annotated[str, AfterValidator(_id)]
OrganisationId = Annotated[Id, RefersTo(("organisations",))]
PersonId = Annotated[Id, RefersTo(("people",))]
PartyId = Annotated[Id, RefersTo(("organisations", "people"))]
TopicId = Annotated[Id, RefersTo(("topics",))]
LetterId = Annotated[Id, RefersTo(("letters",))]
StatementId = Annotated[Line, RefersTo(("statements",))]
LaneId = Annotated[Id, RefersTo(("lanes",))]
ScopeId = Annotated[Id, RefersTo(("scopes",))]
OrganisationKind = Annotated[Line, RefersTo(("organisation_kinds",))]
EventKind = Annotated[Line, RefersTo(("event_kinds",))]
Url = Annotated[str, AfterValidator(_url)]
YesNo = Annotated[
    bool,
    BeforeValidator(_yes_no),
]
Count = Annotated[int, BeforeValidator(_count)]
Date = Annotated[
    EdtfDate,
    BeforeValidator(_edtf),
    PlainSerializer(str, return_type=str),
]
Day = Annotated[
    datetime.date,
    BeforeValidator(_day),
]
Language = Annotated[
    str, _code(LANGUAGES, BAD_LANGUAGE.name, "ISO 639-1 code such as 'en'", others={})
]
Checksum = Annotated[
    str, _matching("[0-9a-f]{64}", BAD_CHECKSUM.name, "is no sha256 of 64 hexadecimal digits")
]
Wikidata = Annotated[
    str, _matching("Q[1-9][0-9]*", BAD_WIKIDATA.name, "is no Wikidata id such as Q42970")
]
Country = Annotated[
    str,
    _code(
        COUNTRIES,
        WRONG_TYPE.name,
        "ISO 3166-1 code such as 'GB'",
        others={"UK": "GB", "USA": "US"},
    ),
]
