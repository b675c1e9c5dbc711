"""``letters check --fix``: unambiguous corrections are made, once agreed to."""

import pytest

LETTER = "2019/2019-02-18-watch-to-acme.yml"


@pytest.fixture
def tidy(archive, run):
    """An archive whose files are canonical."""
    assert run("format").exit_code == 0
    return archive


def text_of(archive) -> str:
    return (archive.folder / LETTER).read_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("form: letter", "form: leter"),
        ("form: letter", "form: Letter"),
        ("form: letter", "form: 'leter'"),
        ("attestation: text seen", "attestation: text-seen"),
        ("kind: request", "kind: requests"),
        ("summary: ", "sumary: "),
        ("    publisher: ", "    publishr: "),
        ("topics: [prices]", "topic:\n- prices"),
        ("form: letter", "form: letter   "),
        ("to:\n  - ", "to:\n\t- "),
        ("    publisher: Watch", "\t\tpublisher: Watch"),
        ("  - organisation: acme-corporation", "  - {organisation: acme-corporation}"),
        ("form: letter\n", "form: letter\r\n"),
        ("title: On prices", "\ufefftitle: On prices"),
        ("title: On prices\nform: letter", "form: leter # as printed\ntitle: On prices\n"),
    ],
)
def test_what_is_beyond_doubt_is_mended(tidy, run, old, new):
    canonical = text_of(tidy)
    tidy.replace(LETTER, old, new)
    result = run("check", "--fix", "--yes")
    assert result.exit_code == 0
    assert result.output.endswith("no problems (2 letters read)\n")
    assert text_of(tidy).replace("  # as printed", "") == canonical


def test_text_that_a_comment_cuts_is_quoted(tidy, run):
    tidy.replace(LETTER, "title: On prices", "title: On case #12, the Trust's")
    result = run("check", "--fix", "--yes")
    assert result.exit_code == 0
    assert "title: 'On case #12, the Trust''s'\n" in text_of(tidy)


def test_invisible_characters_are_removed(tidy, run):
    canonical = text_of(tidy)
    tidy.replace(LETTER, "title: On prices", "title: On\u00ad pri\u200bces")
    assert run("check", "--fix", "--yes").exit_code == 0
    assert text_of(tidy) == canonical


@pytest.mark.parametrize("typed", ["opn letter", "open leter", "Open letter", "oepn letter"])
def test_a_word_that_is_a_slip_away_is_mended(tidy, run, typed):
    tidy.replace(LETTER, "form: letter", f"form: {typed}")
    assert run("check", "--fix", "--yes").exit_code == 0
    assert "form: open letter\n" in text_of(tidy)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("form: letter", "form: let"),  # a letter or an open letter
        ("attestation: text seen", "attestation: text unseen"),
        ("kind: request", "kind: no request"),
        ("topics: [prices]", "topics: [prices]\nreferences:\n  - 2019-03-01-acme-to-watch"),
        ("organisation: watch", "organisation: wotch"),  # misspelt or new
        ("date: 2019-02-18", "date: 2019-2-18"),
        ("form: letter", "form: letter\nfrm: e-mail"),  # the key stands there already
        ("title: On prices", "title: &a On prices"),
        ("topics: [prices]", "topics: [prices"),
    ],
)
def test_what_is_in_doubt_stays(tidy, run, old, new):
    tidy.replace(LETTER, old, new)
    before = text_of(tidy)
    result = run("check", "--fix", "--yes")
    assert result.exit_code == 1
    assert result.output.startswith("nothing can be fixed automatically\n")
    assert text_of(tidy) == before


def test_a_file_is_mended_as_far_as_it_can_be(tidy, run):
    tidy.replace(LETTER, "form: letter\ndate: 2019-02-18", "form: leter\ndate: soon")
    result = run("check", "--fix", "--yes")
    assert result.exit_code == 1
    assert "form: letter\ndate: soon" in text_of(tidy)
    assert f"letters/{LETTER}:3:7: bad-date:" in result.output


def test_the_change_is_shown_and_asked_about(tidy, run):
    tidy.replace(LETTER, "form: letter", "form: leter")
    before = text_of(tidy)
    result = run("check", "--fix", input="n\n")
    assert result.exit_code == 1
    assert "-form: leter\n+form: letter\n" in result.output
    assert "Write these changes? [Y/n]: n" in result.output
    assert text_of(tidy) == before
    assert run("check", "--fix", input="y\n").exit_code == 0
    assert text_of(tidy) == before.replace("leter", "letter")


def test_only_some_files_are_mended(tidy, run):
    tidy.replace(LETTER, "form: letter", "form: leter")
    tidy.replace("register/topics.yml", "name: ", "nam: ")
    assert "-form" not in run("check", "--fix", "--yes", "letters/register").output
    assert "form: leter" in text_of(tidy)
    assert "  name: Prices" in (tidy.folder / "register/topics.yml").read_text()
