"""Whole records: JSON Lines, read line by line, and YAML, read as the archive reads its files."""

import json
import re
from typing import Any

import yaml
from correspondence.records.model import Letter as Record
from correspondence.records.strict_yaml import Document, load
from correspondence.records.validation import validated_letter

from .conftest import Listed
from .expected import Letter


def record_of(letter_id: str, text: str) -> Record:
    """A letter as the strict reader of the archive has it."""
    document = Document("letter.yml")
    load(text, document)
    record, findings = validated_letter(letter_id, document.data, "letter.yml")
    assert (document.problems, findings) == ([], [])
    assert isinstance(record, Record)
    return record


def own(listed: Listed, letter: Letter) -> str:
    """The letter's file."""
    (path,) = listed.site.folder.glob(f"*/{letter.id}.yml")
    return path.read_text("utf-8")


def test_a_stream_of_yaml_is_read_back_by_the_strict_reader(listed: Listed) -> None:
    text = listed.as_file("yml").text
    head, *documents = re.split(r"(?m)^---\n", text)
    assert "Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/" in head
    assert len(documents) == len(listed.letters)
    for letter, document in zip(listed.letters, documents, strict=True):
        first, _, rest = document.partition("\n")
        assert first == f"# {letter.id}.yml, {letter.permalink}"
        assert record_of(letter.id, rest) == record_of(letter.id, own(listed, letter))


def test_a_stream_of_yaml_is_read_back_by_pyyaml(listed: Listed) -> None:
    found = list(yaml.load_all(listed.as_file("yml").text, yaml.BaseLoader))
    assert [(record["date"], flat(record["title"]), len(record["from"])) for record in found] == [
        (letter.date, flat(letter.record["title"]), len(letter.of("from")))
        for letter in listed.letters
    ]


def test_the_yaml_of_a_letter_is_its_own_file(everything: Listed) -> None:
    for letter, page in everything.one_by_one("yml"):
        origin, licence, text = page.text.split("\n", 2)
        assert origin == f"# {letter.permalink}"
        assert licence == "# Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
        assert text == own(everything, letter)
        assert record_of(letter.id, page.text) == record_of(letter.id, text)
        assert f"<{letter.permalink}>; rel=" in page.headers["link"]
        assert 'rel="license"' in page.headers["link"]


def test_a_list_of_json_lines_is_read_back(listed: Listed) -> None:
    lines = listed.as_file("jsonl").text.splitlines()
    check(listed, [json.loads(line) for line in lines], listed.letters)


def test_every_letter_is_read_back_alone(everything: Listed) -> None:
    for letter, page in everything.one_by_one("jsonl"):
        check(everything, [json.loads(line) for line in page.text.splitlines()], (letter,))


def check(listed: Listed, found: list[dict[str, Any]], letters: tuple[Letter, ...]) -> None:
    """A line has all that the record has, and says where it stands and how it may be used."""
    assert len(found) == len(letters)
    for letter, line in zip(letters, found, strict=True):
        assert line.pop("permalink") == letter.permalink
        assert line.pop("licence").startswith("CC BY 4.0, https://creativecommons.org/")
        assert line["id"] == letter.id
        assert Record.model_validate(line) == record_of(letter.id, own(listed, letter))


def flat(text: str) -> str:
    return " ".join(text.split())
