"""``letters format``: one form for what a file says, with every comment, and with every word."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from correspondence.records.archive import REGISTERS
from correspondence.records.formatting import format_document
from correspondence.records.strict_yaml import Document, load
from correspondence.records.writing import write_letter, write_record, write_register
from hypothesis import given
from hypothesis import strategies as st

from ..made_up_records import FRAMES, LETTERS, WITHDRAWN

LETTER = "2019/2019-02-18-watch-to-acme.yml"

UNTIDY = """\
# About this file


form: "letter"   # as published
title:    On
  prices
date: '2019-02-18'
title_supplied: no  # it is theirs
topics: [ prices, # what they cost
  # and to whom
  "exports" ]  # both
to:
- organisation: acme
   # and who else?
# the senders
from:
    - # in full
      role: >- # as signed
          Head of
          prices
      # their oldest member
      organisation: watch{spaces}
in_reply_to:
  - letter: 2019-01-a
    certainty: stated
attestation: cited
summary: |
  Watch   asked.

# where it is
sources: # all of them
  - {{carries: letter, publisher: Watch, url: "https://example.org/#a"}}

# Nothing else is known.
""".format(spaces="   ")
TIDY = """\
# About this file

title: On prices
title_supplied: no  # it is theirs
form: letter  # as published
date: 2019-02-18
# the senders
from:
  # in full
  # their oldest member
  - organisation: watch
    # as signed
    role: Head of prices
to:
  - organisation: acme
    # and who else?
in_reply_to:
  - 2019-01-a
topics:  # both
  - prices  # what they cost
  # and to whom
  - exports
attestation: cited
summary: Watch asked.

# where it is
sources:  # all of them
  - url: https://example.org/#a
    publisher: Watch
    carries: letter

# Nothing else is known.
"""


def read(file: str, text: str) -> Document:
    document = Document(file)
    load(text, document)
    return document


def formatted(text: str, file: str = "2019/2019-x.yml") -> str:
    """The canonical form of a file's text, which has one."""
    after, problems = format_document(read(file, text))
    assert problems == [], text
    return after


# --- one form


def test_an_untidy_file_becomes_tidy():
    assert formatted(UNTIDY).splitlines() == TIDY.splitlines()


def test_what_is_formatted_stays_as_it_is():
    assert formatted(TIDY) == TIDY


def test_the_archive_itself_is_canonical(real_letters, run):
    result = run("format", "--check", "--letters", real_letters)
    assert result.exit_code == 0
    assert result.output.startswith("0 files to format, ")


# --- comments, anywhere

COMMENTS = st.lists(
    st.tuples(
        st.integers(0, 400),  # the line
        st.sampled_from(["above", "above", "beside", "above a blank line", "below a blank line"]),
        st.integers(0, 9),  # the column of one that has a line of its own
    ),
    max_size=8,
)


# A comment beside plain text looks like the end of the text, and is refused.
CUT = re.compile(
    r"\s*(?:- )*(?!form|date|attestation|carries|kind|how|id|day|published|accessed|span|as_of)"
    r"(?:[a-z_]+: |- )(?!['\"\[>|])."
)


def places(text: str) -> dict[int, int]:
    """The lines above or beside which a comment may stand, and how far right, outside of texts."""
    allowed: dict[int, int] = {}
    text_below: int | None = None
    furthest = 9
    for number, line in enumerate(text.splitlines()):
        indent = len(line) - len(line.lstrip())
        if text_below is not None and (not line or indent > text_below):
            furthest = text_below + 1
            continue
        allowed[number] = furthest
        text_below = indent if line.endswith(" >-") else None
        furthest = 9
    return allowed


def commented(text: str, comments: list[tuple[int, str, int]]) -> tuple[str, list[str]]:
    """A text with comments put at some of its lines, and what they are."""
    lines = text.splitlines()
    allowed = places(text)
    texts = []
    for count, (at, where, column) in enumerate(comments):
        number = [*allowed][at % len(allowed)]
        comment = f"# comment-{count}: {where} 'x"
        own_line = " " * min(column, allowed[number]) + comment
        texts.append(comment)
        lines[number] = {
            "above": f"{own_line}\n{lines[number]}",
            "beside": f"{lines[number]} {comment}"
            if CUT.match(lines[number].splitlines()[-1]) is None
            else f"{own_line}\n{lines[number]}",
            "above a blank line": f"{own_line}\n\n{lines[number]}",
            "below a blank line": f"\n{own_line}\n{lines[number]}",
        }[where]
    return "\n".join(lines), texts


def shuffled(text: str, random) -> str:
    """A letter's text with its keys in another order."""
    keys = re.split(r"(?m)^(?=\w)", text)
    random.shuffle(keys)
    return "".join(keys)


@given(LETTERS | WITHDRAWN, COMMENTS, st.randoms(use_true_random=False))
def test_a_letter_keeps_every_comment_and_every_word(letter, comments, random):
    file = f"2019/{letter.id}.yml"
    canonical = write_letter(letter)
    text, texts = commented(shuffled(canonical, random), comments)
    after = formatted(text, file)
    assert sorted(re.findall(r"# comment-\d: [a-z ]+ 'x", after)) == sorted(texts)
    assert formatted(re.sub(r"(?m)(^ *|  )# comment-\d: .*$", "", after), file) == canonical
    assert formatted(after, file) == after
    assert not re.search(r"[ \t]$|\n\n\n|\A\n|\n\n\Z", after, re.MULTILINE)


@given(FRAMES, st.sampled_from([*REGISTERS, "archive"]), COMMENTS)
def test_a_register_keeps_every_comment_and_every_word(frame, name, comments):
    if name == "archive":
        file, canonical = "archive.yml", write_record(frame.info)
    else:
        file = f"register/{name}.yml"
        canonical = write_register(getattr(frame.registers, name).values())
    text, texts = commented(canonical, comments)
    after = formatted(text, file)
    assert sorted(re.findall(r"# comment-\d: [a-z ]+ 'x", after)) == sorted(texts)
    assert formatted(re.sub(r"(?m)(^ *|  )# comment-\d: .*$", "", after), file) == canonical
    assert formatted(after, file) == after


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("---\n# a\n{0}...\n# b\n", "# a\n{0}# b\n"),
        ("--- # a\n{0}", "# a\n{0}"),
        (
            "# yaml-language-server: $schema=../letter.schema.json\n{0}",
            "# yaml-language-server: $schema=../letter.schema.json\n\n{0}",
        ),
        ("# a\n\n# b\n{0}", "# a\n\n# b\n{0}"),
        ("\n\n# a\n{0}\n\n\n# b\n\n", "# a\n{0}\n# b\n"),
        ("{0}conflicts: # a\n- # b\n  # c\n  Acme\n  # d\n", None),
        ("{0}conflicts:\n  - >- # a\n    Acme\n  # b\n# c\n", None),
        ("{0}refers_to: [] # none\n", None),
        ("{0}refers_to: [ # a\n# b\n 2019-a # c\n , # d\n 2019-b\n# e\n] # f\n", None),
        ("{0}? note # a\n# b\n: # c\n  # d\n  'Acme' # e\n", None),
        ("{0}note: 'Acme #1' # a\n", None),
        ('{0}note: "Acme" #a\'b\n', None),
        ("{0}refers_to: [2019-a]#a\n", None),
    ],
)
def test_comments_in_odd_places_stay(written, canonical):
    rest = write_letter_without_comments()
    text = written.format(rest)
    after = formatted(text)
    if canonical:
        assert after == canonical.format(rest)
    assert sorted(re.findall(r"#.*?\b\w+", after)) == sorted(re.findall(r"#.*?\b\w+", text))
    assert formatted(after) == after


def write_letter_without_comments() -> str:
    return (
        re.sub(r"(?m)^ *#.*\n|^\n|  #.*$", "", TIDY)
        .replace("title_supplied: no\n", "")
        .replace("topics:\n  - prices\n  - exports\n", "topics: [prices, exports]\n")
    )


# --- the command


def test_files_are_formatted_in_place(archive, run):
    before = {path: path.read_bytes() for path in archive.folder.rglob("*.yml")}
    canonical = {path: run_and_read(run, path) for path in before}
    path = archive.folder / LETTER
    text = canonical[path].decode()
    archive.write(LETTER, "\ufeff# by hand\n" + text.replace("\n", "\r\n").rstrip())
    result = run("format")
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [f"formatted letters/{LETTER}", f"1 file formatted, {len(before) - 1} canonical already"],
    )
    assert path.read_bytes().decode() == "# by hand\n" + text
    assert run("check").exit_code == 0


def run_and_read(run, path: Path) -> bytes:
    assert run("format", path).exit_code == 0
    return path.read_bytes()


def test_a_check_shows_the_difference_and_writes_nothing(archive, run):
    run("format")
    archive.replace(
        LETTER, "title: On prices\nform: letter\n", "form: letter\ntitle: 'On prices'\n"
    )
    before = (archive.folder / LETTER).read_bytes()
    result = run("format", "--check")
    assert result.exit_code == 1
    assert result.output == dedent(f"""\
        --- letters/{LETTER}
        +++ letters/{LETTER}
        @@ -1,5 +1,5 @@
        +title: On prices
         form: letter
        -title: 'On prices'
         date: 2019-02-18
         from:
           - organisation: watch
        1 file to format, 5 canonical already
        """)
    assert (archive.folder / LETTER).read_bytes() == before


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda text: text.rstrip("\n"), "-\\ no line feed at the end"),
        (lambda text: text.replace("\n", "\r\n"), "-title: On prices\\r"),
        (lambda text: text.replace("letter\n", "letter \n", 1), "-form: letter "),
    ],
)
def test_a_difference_that_does_not_show_is_shown(archive, run, change, shown):
    run("format")
    archive.write(LETTER, change((archive.folder / LETTER).read_text()))
    result = run("format", "--check", f"letters/{LETTER}")
    assert shown in result.output.splitlines()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("form: letter", "form: leter", "2:7: unknown-value: 'leter' is not one of"),
        ("form: letter", "form: a: b", "2:8: yaml-syntax: "),
        ("title: On prices", "title: &a On prices", "1:8: yaml-feature: "),
        ("title: On prices", "title:", "1:7: empty-value: "),
        ("form: letter", "form: letter\nform: letter", "3:1: duplicate-key: "),
    ],
)
def test_a_file_with_problems_is_left_as_it_is_and_named(archive, run, old, new, problem):
    run("format")
    archive.replace(LETTER, old, new)
    before = (archive.folder / LETTER).read_bytes()
    result = run("format")
    assert result.exit_code == 1
    assert result.output.startswith(f"letters/{LETTER}:{problem}")
    assert result.output.endswith(
        "0 files formatted, 5 canonical already\n1 file left as it is, for the problems above\n"
    )
    assert (archive.folder / LETTER).read_bytes() == before


def test_a_register_that_is_no_list_is_left_as_it_is(archive, run):
    archive.write("register/topics.yml", "description: Costs.\nid: prices\nname: Prices\n")
    result = run("format", "letters/register/topics.yml")
    assert result.exit_code == 1
    assert result.output.startswith("letters/register/topics.yml:1:1: wrong-type: a register is a")


def test_only_some_files_are_formatted(archive, run):
    run("format")
    for name in (LETTER, "register/topics.yml"):
        text = (archive.folder / name).read_text()
        archive.write(name, text + "\n\n")
    result = run("format", "letters/register")
    assert (
        result.output
        == "formatted letters/register/topics.yml\n1 file formatted, 2 canonical already\n"
    )
    assert run("format", "--check").output.startswith(f"--- letters/{LETTER}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--letters", "nowhere"], "letters: there is no folder nowhere"),
        ([".."], "Error: .. is not in the folder letters"),
    ],
)
def test_wrong_use_is_told(archive, run, arguments, says):
    result = run("format", *arguments)
    assert (result.exit_code, result.output.splitlines()[-1]) == (2, says)
