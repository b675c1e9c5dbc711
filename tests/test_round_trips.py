"""A record says the same in every form: in Python, in YAML and in the database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from correspondence.database.build import Built, build
from correspondence.database.reading import read_frame, read_letters, read_withdrawn
from correspondence.records import model
from correspondence.records.archive import REGISTERS, Frame
from correspondence.records.model import Letter, Record, Withdrawn
from correspondence.records.reading import check_folder
from correspondence.records.strict_yaml import Document, load
from correspondence.records.validation import validated_letter
from correspondence.records.writing import write_letter, write_record, write_register
from hypothesis import given
from hypothesis import strategies as st

from .made_up_records import ANY_LINES, ANY_TEXTS, FRAMES, LETTERS, MADE, WITHDRAWN


def files_of(frame: Frame, made: list[Letter | Withdrawn]) -> dict[str, str]:
    """The files of an archive, by name."""
    files = {"archive.yml": write_record(frame.info)}
    for name in REGISTERS:
        files[f"register/{name}.yml"] = write_register(getattr(frame.registers, name).values())
    for letter in made:
        files[f"{letter.id.partition('-')[0]}/{letter.id}.yml"] = write_letter(letter)
    return files


def write_archive(folder: Path, frame: Frame, made: list[Letter | Withdrawn]) -> None:
    for name, text in files_of(frame, made).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def read_archive(folder: Path) -> tuple[Frame, list[Letter | Withdrawn]]:
    """An archive as its files have it."""
    frames: list[Frame] = []
    letters: list[Letter | Withdrawn] = []
    report = check_folder(folder, lambda letter, _: letters.append(letter), frames.append)
    assert report.errors == []
    return frames[0], letters


def rebuilt(folder: Path, output: Path) -> tuple[Frame, list[Letter | Withdrawn]]:
    """An archive as its database has it."""
    outcome = build(folder, output)
    assert isinstance(outcome, Built), outcome.errors
    with closing(sqlite3.connect(output)) as connection:
        letters = [*read_letters(connection), *read_withdrawn(connection)]
        return read_frame(connection), letters


def same(
    one: tuple[Frame, list[Letter | Withdrawn]], other: tuple[Frame, list[Letter | Withdrawn]]
) -> bool:
    """Whether two archives say the same; told apart so that a failure shows what differs."""

    def register_entries(frame: Frame) -> dict[str, list[Record]]:
        return {name: list(getattr(frame.registers, name).values()) for name in REGISTERS}

    def by_id(letters: list[Letter | Withdrawn]) -> dict[str, Letter | Withdrawn]:
        return {letter.id: letter for letter in letters}

    assert by_id(one[1]) == by_id(other[1])
    assert register_entries(one[0]) == register_entries(other[0])
    assert one[0].info == other[0].info
    return True


def read_letter_text(letter_id: str, text: str) -> Letter | Withdrawn:
    document = Document("letter.yml")
    load(text, document)
    letter, findings = validated_letter(letter_id, document.data, "letter.yml")
    assert (document.problems, findings) == ([], [])
    assert letter is not None
    return letter


@given(LETTERS | WITHDRAWN)
def test_a_letter_says_the_same_in_yaml(letter):
    text = write_letter(letter)
    assert read_letter_text(letter.id, text) == letter
    assert write_letter(read_letter_text(letter.id, text)) == text


@given(line=ANY_LINES, text=ANY_TEXTS, texts=st.lists(ANY_TEXTS, max_size=3))
def test_any_prose_says_the_same_in_yaml(line, text, texts):
    letter = Letter(
        id="x",
        title=line,
        form="letter",
        date="2019",
        from_=[model.Correspondent(unknown=True, role=line)],
        to=[model.Correspondent(unknown=True)],
        attestation="cited",
        summary=text,
        statements=[model.Statement(id="y", kind="claim", text=text)],
        sources=[model.Source(url="https://example.org/", publisher=line, carries="part")],
        conflicts=texts,
        corrections=[model.Correction(date="2020-01-01", text=text)],
    )
    assert read_letter_text("x", write_letter(letter)) == letter


@given(frame=FRAMES, made=MADE)
def test_an_archive_says_the_same_in_yaml_and_in_the_database(tmp_path_factory, frame, made):
    folder = tmp_path_factory.mktemp("letters")
    write_archive(folder, frame, made)
    assert same(read_archive(folder), (frame, made))
    assert same(rebuilt(folder, folder / "archive.db"), (frame, made))


def test_the_real_archive_says_the_same_in_yaml_and_in_the_database(real_letters, tmp_path):
    archive = read_archive(real_letters)
    write_archive(tmp_path, *archive)
    assert same(read_archive(tmp_path), archive)
    assert same(rebuilt(real_letters, tmp_path / "archive.db"), archive)
