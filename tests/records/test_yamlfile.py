"""Strict YAML: what is written is what is meant, and whatever is written ends in a place."""

import re
from pathlib import Path

import pytest
import yaml
from correspondence.records.model import ArchiveInfo, Letter, Organisation, Person
from correspondence.records.strict_yaml import Document, load
from hypothesis import given
from hypothesis import strategies as st

LETTER = "2019/2019-02-18-watch-to-acme.yml"
PROBLEM = re.compile(r"letters/(?P<file>\S+\.yml):(?P<line>\d+):(?P<column>\d+): [a-z0-9-]+: .+")
ROOT = Path(__file__).parents[2]
REAL_FILES = sorted((ROOT / "letters").glob("*/*.yml"))


def read(text: str) -> Document:
    document = Document("a.yml")
    load(text, document)
    return document


@pytest.fixture
def problems_of(archive, run):
    """The problems of an archive with this file in it, each checked to stand in its file."""

    def check(content: str | bytes, name: str = LETTER) -> list[str]:
        archive.write(name, content)
        result = run("check")
        *problems, closing = [line for line in result.output.splitlines() if line]
        if not closing.endswith("read)"):  # the count of warnings
            closing = problems.pop()
        for problem in problems:
            place = PROBLEM.fullmatch(problem)
            assert place, problem
            text = (archive.folder / place["file"]).read_bytes().decode("utf-8", "replace")
            lines = text.removesuffix("\n").split("\n")
            assert 1 <= int(place["line"]) <= len(lines) + 1, problem
        assert result.exit_code == bool(problems)
        assert closing.startswith(f"{len(problems)} problem" if problems else "no problems")
        return problems

    return check


def test_every_scalar_is_the_text_that_stands_there():
    text = "country: NO\ndate: 2019-02\nversion: 1.10\nanswer: yes\ntime: 12:30\nid: 0x1F\nn: 1_0\n"
    assert read(text).data == {
        "country": "NO",
        "date": "2019-02",
        "version": "1.10",
        "answer": "yes",
        "time": "12:30",
        "id": "0x1F",
        "n": "1_0",
    }


def test_prose_is_folded_and_lists_of_ids_may_stand_in_brackets():
    document = read("text: >-\n  One\n  line.\n\n  Another.\nids: [a, b]\n")
    assert document.data == {"text": "One line.\nAnother.", "ids": ["a", "b"]}
    assert document.problems == []


def test_every_key_and_value_has_its_place():
    document = read("to:\n  - organisation: acme\n    role: Chair\n")
    assert document.place(("to", 0, "role")) == (3, 11)
    assert document.place(("to", 0, "role"), at_key=True) == (3, 5)
    assert document.place(("to", 0, "person")) == (2, 5)
    assert document.place(("cc",)) == (1, 1)


def test_all_problems_of_a_file_are_told():
    rules = [problem.rule for problem in read("a: &x {b: }\na: *x\nc: !t null\n").problems]
    assert rules == [
        "yaml-feature",
        "flow-style",
        "empty-value",
        "duplicate-key",
        "yaml-feature",
        "yaml-feature",
        "empty-value",
    ]


def test_aliases_are_not_multiplied(problems_of):
    bomb = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    problems = problems_of(f"a0: &a0 [x, x]\n{bomb}")
    assert len(problems) == 40 + 39 * 9


def test_long_messages_keep_their_beginning_and_their_cure(problems_of):
    (problem,) = [
        line for line in problems_of(f"form: {'X' * 10_000}\n") if "unknown-value" in line
    ]
    assert len(problem) < 800
    assert problem.endswith("or 'UN communication'")


@given(st.binary())
def test_any_bytes_end_in_problems_with_a_place(problems_of, content):
    assert problems_of(content)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_ends_in_problems_with_a_place(problems_of, content):
    assert problems_of(content)


@given(
    st.lists(st.sampled_from([*"-:?&*!|>%@`'\"[]{},#~ ab\n\t", "- ", ": ", "\n  "])).map("".join)
)
def test_any_punctuation_ends_in_problems_with_a_place(problems_of, content):
    assert problems_of(content)


KEYS = sorted(
    {
        field.alias or name
        for cls in (Letter, ArchiveInfo, Organisation, Person)
        for name, field in cls.model_fields.items()
    }
    | {"organisation", "person", "kind", "text", "statement", "url", "letter", "withdrawn", "role"}
)
SCALARS = st.sampled_from(["", "watch", "2019", "2019-02-18", "yes", "letter", "a b"]) | st.text(
    max_size=5
)
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=8)
    ),
    max_leaves=30,
)


@pytest.mark.parametrize("name", [LETTER, "archive.yml", "register/people.yml"])
@given(data=STRUCTURES)
def test_any_structure_ends_in_problems_with_a_place(problems_of, name, data):
    problems_of(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), name)


SPOILS = ["", "\n", " ", ": ", "- ", "x", "&a ", "!b ", '"\\u202e"', "~", "{}", "%YAML 1.1\n---"]


@st.composite
def spoilt_files(draw: st.DrawFn) -> tuple[Path, str]:
    """A file of the archive, and its text with a few places overwritten."""
    path = draw(st.sampled_from(REAL_FILES))
    text = path.read_text()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 5, 200])))
        other = draw(st.integers(0, len(text)))
        new = draw(st.sampled_from([*SPOILS, text[other : other + 80]]))
        text = text[:start] + new + text[end:]
    return path, text


@given(spoilt=spoilt_files())
def test_a_spoilt_file_ends_in_problems_with_a_place(problems_of, spoilt):
    path, text = spoilt
    problems_of(
        text, f"2019/{path.name}" if path.parent.name.isdigit() else f"register/{path.name}"
    )


def paths_in(data: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """The paths of all values in plain data."""
    if isinstance(data, str):
        return {path}
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    return {path}.union(*(paths_in(value, (*path, key)) for key, value in entries))


@given(spoilt=spoilt_files())
def test_what_is_read_without_problems_is_what_yaml_says_and_has_places(spoilt):
    document = read(spoilt[1])
    if not document.problems:
        assert document.data == yaml.load(spoilt[1], Loader=yaml.BaseLoader)
        assert set(document.values) == paths_in(document.data)


ODD = [
    "a: &b c",
    "a: !b c",
    "a: *b",
    "a: {}",
    "a: ~",
    "a:",
    'a: "\\u202e"',
    "%TAG ! x:\n---\na: b",
    "a: b\na: c",
    "? [a]\n: b",
    "a: b\n---\nc: d",
    "---\n...",
    "".join(f"{' ' * depth}a:\n" for depth in range(13)) + " " * 13 + "b",
]


@pytest.mark.parametrize("text", ODD)
def test_what_is_out_of_the_ordinary_is_never_read_in_silence(text):
    assert read(text).problems


def _paths(data: object, at: tuple = ()):
    """Every path in plain data."""
    yield at
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries if not isinstance(data, str) else ():
        yield from _paths(value, (*at, key))


def _kinds_of_paths() -> dict[tuple, tuple[Path, tuple]]:
    """One real file and path for each place where a key may stand."""
    kinds: dict[tuple, tuple[Path, tuple]] = {}
    for path in [*REAL_FILES, ROOT / "letters" / "archive.yml"]:
        document = yaml.load(path.read_text(), Loader=yaml.CBaseLoader)
        register = path.stem if path.parent.name == "register" else path.parent.name.isdigit()
        for at in _paths(document):
            kind = (register, *(key if isinstance(key, str) else 0 for key in at))
            kinds.setdefault(kind, (path, at))
    return kinds


@pytest.mark.parametrize("wrong", [[["zz"]], {"zz": "zz"}], ids=["list", "mapping"])
def test_a_wrong_type_is_a_problem_at_every_level(problems_of, wrong):
    for path, at in _kinds_of_paths().values():
        data = wrong
        if at:
            data = yaml.load(path.read_text(), Loader=yaml.CBaseLoader)
            around = data
            for key in at[:-1]:
                around = around[key]
            around[at[-1]] = wrong
        name = path.relative_to(ROOT / "letters").as_posix()
        name = name if path.parent.name in ("letters", "register") else LETTER
        assert problems_of(yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False), name), (
            name,
            at,
        )
