"""The schemas for editors: up to date, and of one mind with the reader."""

import json
import re
from pathlib import Path, PurePath
from typing import Any

import pytest
import yaml
from correspondence.generate import out_of_date
from correspondence.records.archive import Frame
from correspondence.records.dates import parse_date
from correspondence.records.json_schema import REGISTER, register_schema, schemas
from correspondence.records.reading import check_folder
from correspondence.records.vocabulary import VOCABULARIES
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

ROOT = Path(__file__).parents[2]
LETTERS = ROOT / "letters"


class Yaml12(yaml.SafeLoader):
    """Reads plain words as editors do, by YAML 1.2: ``no`` is text, and so is ``2019-02-18``."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern in {
    "null": r"(?:~|null|Null|NULL|)$",
    "bool": r"(?:true|True|TRUE|false|False|FALSE)$",
    "int": r"[-+]?[0-9]+$",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
}.items():
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), None)


def as_editors_read(text: str) -> Any:
    return yaml.load(text, Loader=Yaml12)


def validator(name: str, files: dict[str, str]) -> Draft7Validator:
    contents = {file: json.loads(text) for file, text in files.items()}
    resources = [(file, DRAFT7.create_resource(schema)) for file, schema in contents.items()]
    return Draft7Validator(contents[name], registry=Registry().with_resources(resources))


def frame_of(folder: Path) -> Frame:
    frames: list[Frame] = []
    check_folder(folder, begin=frames.append)
    return frames[0]


# --- the files of this archive


def test_what_is_generated_is_up_to_date() -> None:
    stale = [path.relative_to(ROOT).as_posix() for path in out_of_date(LETTERS)]
    assert not stale, "a register, archive.yml or the model has changed: run ./scripts/generate"


@pytest.mark.parametrize("name", [*schemas(), REGISTER])
def test_a_schema_is_a_schema(name: str) -> None:
    Draft7Validator.check_schema(json.loads((LETTERS / name).read_text(encoding="utf-8")))


def vs_code_schemas_of(path: PurePath) -> list[str]:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    return [
        PurePath(schema).name
        for schema, globs in settings["yaml.schemas"].items()
        if any(path.match(glob) for glob in globs)
    ]


def test_every_file_has_one_schema_in_vs_code_which_accepts_it() -> None:
    files = {path.name: path.read_text("utf-8") for path in LETTERS.glob("*.schema.json")}
    validators = {name: validator(name, files) for name in files}
    refused = {}
    for path in sorted(LETTERS.rglob("*.yml")):
        (name,) = vs_code_schemas_of(path.relative_to(ROOT))
        errors = validators[name].iter_errors(as_editors_read(path.read_text("utf-8")))
        if found := [f"{error.json_path}: {error.message}" for error in errors]:
            refused[path.name] = found
    assert refused == {}


# --- one mind with the reader

ARCHIVE = """\
title: Example
tagline: An example
description: An example.
span: 2020
as_of: 2026-11-23
version: 1.0
licence:
  name: CC BY 4.0
  url: https://creativecommons.org/licenses/by/4.0/
corrections: Write to us.
lanes:
  - id: others
    name: Others
scopes:
  - id: core
    name: Core
    description: All.
organisation_kinds: [NGO, company]
"""
ORGANISATIONS = """\
- id: lighthouse-trust
  name: Lighthouse Trust
  kind: NGO
- id: northwind
  name: Northwind Imaging
  kind: company
"""
PEOPLE = """\
- id: robin-example
  name: Robin Example
"""
TOPICS = """\
- id: exports
  name: Exports
  description: What was sold where.
"""
LETTER = {
    "title": "title: A letter",
    "form": "form: letter",
    "date": "date: 2020-05-01",
    "from": "from:\n  - organisation: lighthouse-trust",
    "to": "to:\n  - organisation: northwind",
    "attestation": "attestation: text seen",
    "summary": "summary: The trust asked the company for a list.",
    "sources": "sources:\n"
    "  - url: https://example.org/letter\n"
    "    publisher: Lighthouse Trust\n"
    "    carries: letter",
}
OTHER = "2020-04-01-lighthouse-trust-to-northwind"
THIS = "2020-05-01-lighthouse-trust-to-northwind"
SOURCE = LETTER["sources"]


def letter(*snippets: str, without: str = "") -> str:
    """The sound letter with some of its keys replaced or added, or without one."""
    keys = {key: text for key, text in LETTER.items() if key != without}
    for snippet in snippets:
        keys[snippet.partition(":")[0]] = snippet
    return "\n".join(keys.values()) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "archive.yml": ARCHIVE,
        "register/organisations.yml": ORGANISATIONS,
        "register/people.yml": PEOPLE,
        "register/topics.yml": TOPICS,
        f"2020/{OTHER}.yml": letter(
            "date: 2020-04-01",
            "statements:\n  - id: request-list\n    kind: request\n    text: Asked for a list.",
        ),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def reader_accepts(folder: Path, text: str) -> bool:
    (folder / "2020" / f"{THIS}.yml").write_text(text, encoding="utf-8")
    return not [error for error in check_folder(folder).errors if THIS in error.file]


def schema_accepts(folder: Path, text: str) -> bool:
    files = schemas() | register_schema(frame_of(folder))
    return validator("letter.schema.json", files).is_valid(as_editors_read(text))


ACCEPTED = {
    "a sound letter": letter(),
    "a year, which is a number in YAML": letter("date: 2020"),
    "a month": letter("date: 2020-05"),
    "about": letter("date: 2020-05-01~"),
    "one day of several": letter("date: '[2020-05-01..2020-05-09]'"),
    "not earlier than": letter("date: '[2020-05..]'"),
    "not later than": letter("date: '[..2020-05-09]'"),
    "several days": letter("date: 2020-05-01/2020-05-03"),
    "a start that is open": letter("date: ../2020-05-03"),
    "a date that is unknown": letter("date: XXXX"),
    "no": letter("expects_answer: no"),
    "yes": letter("expects_answer: yes"),
    "false": letter("expects_answer: false"),
    "a title that looks like a number": letter("title: 1984"),
    "a document's number that looks like a decimal": letter("reference: 1.10"),
    "a count": letter("other_signatories:\n  people: 146"),
    "a count in quotes": letter("other_signatories:\n  people: '146'"),
    "an answered letter as an id": letter(f"in_reply_to:\n  - {OTHER}"),
    "answered letters in brackets": letter(f"in_reply_to: [{OTHER}]"),
    "an answered letter as a mapping": letter(
        f"in_reply_to:\n  - letter: {OTHER}\n    certainty: inferred"
    ),
    "a statement that is taken up": letter(
        f"takes_up:\n  - statement: {OTHER}#request-list\n    how: repeated"
    ),
    "a person alone": letter("from:\n  - person: robin-example"),
    "a person for an organisation": letter(
        "from:\n  - organisation: northwind\n    person: robin-example\n"
        "    organisation_certainty: inferred"
    ),
    "nobody known": letter("from:\n  - unknown: yes"),
    "a statement to the public": letter("form: statement", without="to"),
    "a catalogued letter without a summary": letter("attestation: catalogued", without="summary"),
    "a person who makes a statement": letter(
        "statements:\n  - id: one\n    kind: claim\n    by: [robin-example]\n    text: Said so."
    ),
    "a withdrawn letter": "withdrawn:\n  date: 2026-11-23\n  reason: It was none.\n",
    "a withdrawn letter with an old name": (
        "withdrawn:\n  date: 2026-11-23\n  reason: It was none.\nformer_ids: [2020-a-to-b]\n"
    ),
}

REFUSED = {
    "a key without its value": letter("note:"),
    "a value that is null": letter("note: ~"),
    "an empty text": letter("note: ''"),
    "a text that is a list": letter("note: [one, two]"),
    "a text that is a mapping": letter("note:\n  text: one"),
    "a misspelt key": letter("sumary: Twice."),
    "an id in the file": letter(f"id: {THIS}"),
    "a misspelt form": letter("form: leter"),
    "a misspelt attestation": letter("attestation: seen"),
    "an English day": letter("date: 1 May 2020"),
    "a month that does not exist": letter("date: 2020-13"),
    "a day without hyphens": letter("date: 20200501"),
    "a date open at both ends": letter("date: ../.."),
    "a published date that is none": letter("published: soon"),
    "neither yes nor no": letter("expects_answer: perhaps"),
    "no sender": letter(without="from"),
    "an empty list of senders": letter("from: []"),
    "senders without hyphens": letter("from:\n  organisation: northwind"),
    "a sender who is nobody": letter("from:\n  - role: Director"),
    "a sender who is unknown and known": letter(
        "from:\n  - organisation: northwind\n    unknown: yes"
    ),
    "doubt about an organisation alone": letter(
        "from:\n  - organisation: northwind\n    organisation_certainty: inferred"
    ),
    "a certainty that there is not": letter(
        "from:\n  - organisation: northwind\n    certainty: stated"
    ),
    "no recipient": letter(without="to"),
    "no summary": letter(without="summary"),
    "no source": letter(without="sources"),
    "an empty list of sources": letter("sources: []"),
    "a source without an address": letter("sources:\n  - publisher: X\n    carries: letter"),
    "an address without https": letter(SOURCE.replace("https://", "www.")),
    "an address with a space": letter(SOURCE.replace("/letter", "/my letter")),
    "an address with a password": letter(SOURCE.replace("example.org", "me:secret@example.org")),
    "a language in words": letter("language: English"),
    "a language that there is not": letter("language: xx"),
    "a checksum that is too short": letter(f"{SOURCE}\n    sha256: abc"),
    "a day of access that is a month": letter(f"{SOURCE}\n    accessed: 2020-05"),
    "a count of nobody": letter("other_signatories:\n  people: 0"),
    "a count in words": letter("other_signatories:\n  people: many"),
    "an organisation that is not in the register": letter("to:\n  - organisation: northwnd"),
    "a person that is not in the register": letter("to:\n  - person: northwind"),
    "a client that is not in the register": letter(
        "to:\n  - organisation: northwind\n    on_behalf_of: southwind"
    ),
    "a topic that is not in the register": letter("topics: [export]"),
    "topics that are no list": letter("topics: exports"),
    "a scope that archive.yml has not": letter("scope: wide"),
    "a statement by somebody unheard of": letter(
        "statements:\n  - id: one\n    kind: claim\n    by: [sailors]\n    text: Said so."
    ),
    "a statement's id in capitals": letter(
        "statements:\n  - id: One\n    kind: claim\n    text: Said so."
    ),
    "an answered letter that is no id": letter("in_reply_to:\n  - The letter of May"),
    "a statement taken up without its letter": letter(
        "takes_up:\n  - statement: request-list\n    how: repeated"
    ),
    "a correction without a day": letter("corrections:\n  - text: The date."),
    "a withdrawn letter with a title": (
        "withdrawn:\n  date: 2026-11-23\n  reason: It was none.\ntitle: A letter\n"
    ),
    "a withdrawal without a reason": "withdrawn:\n  date: 2026-11-23\n",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_the_reader_accepts_the_schema_accepts(folder: Path, text: str) -> None:
    assert reader_accepts(folder, text)
    assert schema_accepts(folder, text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_the_reader_refuses_the_schema_refuses(folder: Path, text: str) -> None:
    assert not reader_accepts(folder, text)
    assert not schema_accepts(folder, text)


def test_yes_and_no_may_be_read_as_yaml_1_1_reads_them(folder: Path) -> None:
    data = as_editors_read(letter()) | {"expects_answer": False, "title_supplied": True}
    files = schemas() | register_schema(frame_of(folder))
    assert validator("letter.schema.json", files).is_valid(data)


@pytest.mark.parametrize(
    ("register", "entry"),
    [
        ("organisations", "- id: a\n  name: A\n  kind: cmpany\n"),
        ("organisations", "- id: a\n  name: A\n  kind: company\n  group: elsewhere\n"),
        ("organisations", "- id: a\n  name: A\n  kind: company\n  country: Poland\n"),
        ("organisations", "- id: a\n  name: A\n  kind: company\n  wikidata: '42970'\n"),
        ("organisations", "id: a\nname: A\nkind: company\n"),
        ("people", "- id: A\n  name: A\n"),
        ("people", "- id: a\n  name: A\n  roles:\n    - role: Director\n"),
        ("topics", "- id: a\n  name: A\n"),
        ("events", "- id: a\n  date: 2020\n  title: A\n  kind: report\n  summary: It was.\n"),
        ("leads", "- id: a\n  about: A\n  why: Said so.\n"),
    ],
)
def test_what_no_register_may_hold(folder: Path, register: str, entry: str) -> None:
    files = schemas() | register_schema(frame_of(folder))
    assert not validator(f"{register}.schema.json", files).is_valid(as_editors_read(entry))
    (folder / "register" / f"{register}.yml").write_text(entry, encoding="utf-8")
    assert check_folder(folder).errors


DATE = json.loads(schemas()["letter.schema.json"])["definitions"]["date"]["pattern"]


def complaint(date: str) -> str:
    try:
        parse_date(date)
    except ValueError as error:
        return str(error)
    return ""


@given(st.from_regex(re.compile(DATE, re.ASCII), fullmatch=True))
def test_a_date_that_the_schema_lets_pass_fails_by_the_calendar_alone(date: str) -> None:
    assert re.search("ends before it begins|is no date: |day 00|^$", complaint(date))


# --- what editors offer


def test_ids_of_the_registers_are_offered_with_their_names(folder: Path) -> None:
    known = json.loads(register_schema(frame_of(folder))[REGISTER])["definitions"]
    assert known["organisation"]["enum"] == ["lighthouse-trust", "northwind"]
    assert known["organisation"]["enumDescriptions"] == ["Lighthouse Trust", "Northwind Imaging"]
    assert known["party"]["enum"] == ["lighthouse-trust", "northwind", "robin-example"]
    assert known["organisation_kind"]["enum"] == ["NGO", "company"]
    assert known["event_kind"]["enum"] == []


def test_words_of_a_vocabulary_are_offered_with_their_meanings() -> None:
    offered = [
        (schema["enum"], schema["enumDescriptions"])
        for text in schemas().values()
        for definition in json.loads(text)["definitions"].values()
        for schema in definition.get("properties", {}).values()
        if "enumDescriptions" in schema
    ]
    for vocabulary in VOCABULARIES.values():
        assert (list(vocabulary), [word.meaning for word in vocabulary]) in offered


def test_null_is_not_offered() -> None:
    assert all("null" not in text for text in schemas().values())


def test_every_key_says_what_it_holds() -> None:
    silent = [
        f"{name}: {definition['title']}.{key}"
        for name, text in schemas().items()
        for definition in json.loads(text)["definitions"].values()
        for key, schema in definition.get("properties", {}).items()
        if not schema.get("description")
    ]
    assert silent == []
