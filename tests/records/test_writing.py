"""Canonical YAML: the same record always gives the same text, and what is written is canonical."""

import pytest
from correspondence.records.dates import parse_date
from correspondence.records.model import Letter, Withdrawn
from correspondence.records.writing import write_letter

LONG = "Watch asked how the prices are made, who agrees to them and why they rose."


def letter(**keys) -> Letter:
    needed = {
        "id": "2019-02-18-watch-to-acme",
        "title": "On prices",
        "form": "letter",
        "date": "2019-02-18",
        "from": [{"organisation": "watch"}],
        "to": [{"organisation": "acme"}],
        "attestation": "cited",
        "summary": "Watch asked.",
        "sources": [{"url": "https://example.org/", "publisher": "Watch", "carries": "letter"}],
    }
    return Letter.model_validate(needed | keys)


def line_of(key: str, text: str) -> str:
    """The lines of a key in a letter's file."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    rest = (n for n, line in enumerate(lines[start + 1 :], start + 1) if line[:1] not in (" ", ""))
    return "\n".join(lines[start : next(rest, None)])


def test_keys_stand_in_the_order_of_the_model_and_only_if_they_say_something():
    made = letter(
        topics=["prices", "2019"],
        in_reply_to=["2019-01-a", {"letter": "2019-01-b", "certainty": "inferred"}],
        expects_answer="no",
        title_supplied="no",
        summary=f"{LONG} {LONG}\n\nAcme  has not answered.",
        cc=[{"person": "jane-doe", "role": "Chair: prices", "certainty": "inferred"}],
    )
    assert write_letter(made) == (
        "title: On prices\n"
        "form: letter\n"
        "date: 2019-02-18\n"
        "from:\n"
        "  - organisation: watch\n"
        "to:\n"
        "  - organisation: acme\n"
        "cc:\n"
        "  - person: jane-doe\n"
        "    role: 'Chair: prices'\n"
        "    certainty: inferred\n"
        "in_reply_to:\n"
        "  - 2019-01-a\n"
        "  - letter: 2019-01-b\n"
        "    certainty: inferred\n"
        "expects_answer: no\n"
        "topics:\n"
        "  - prices\n"
        "  - '2019'\n"
        "attestation: cited\n"
        "summary: >-\n"
        f"  {LONG} Watch asked how the\n"
        "  prices are made, who agrees to them and why they rose.\n"
        "\n"
        "  Acme has not answered.\n"
        "sources:\n"
        "  - url: https://example.org/\n"
        "    publisher: Watch\n"
        "    carries: letter\n"
    )


def test_a_withdrawn_letter_has_a_reason_and_its_former_ids():
    withdrawn = Withdrawn(
        id="x", withdrawn={"date": "2020-01-01", "reason": "A forgery."}, former_ids=["older"]
    )
    assert write_letter(withdrawn) == (
        "withdrawn:\n  date: 2020-01-01\n  reason: A forgery.\nformer_ids: [older]\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("On prices", "On prices"),
        ("(On prices)", "(On prices)"),
        ("yes", "'yes'"),
        ("Null", "'Null'"),
        ("2019", "'2019'"),
        ("1.10", "'1.10'"),
        ("12:30", "'12:30'"),
        ("0x1F", "'0x1F'"),
        ("2019 was a year", "2019 was a year"),
        ("- a", "'- a'"),
        ("*a", "'*a'"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("a#b", "a#b"),
        ("a:", "'a:'"),
        ('Acme\'s "prices"', 'Acme\'s "prices"'),
        ("'Acme'", "'''Acme'''"),
        ("[On prices]", "'[On prices]'"),
        ("œuvre", "œuvre"),
    ],
)
def test_text_is_quoted_where_yaml_might_read_something_else(text, written):
    assert line_of("title", write_letter(letter(title=text))) == f"title: {written}"


@pytest.mark.parametrize("date", ["2019", "[2019-02..2019-03]", "../2019", "2019-02-18~", "XXXX"])
def test_a_date_stands_as_it_was_given(date):
    written = line_of("date", write_letter(letter(date=date)))
    assert written.replace("'", "") == f"date: {date}"
    assert letter(date=date).date == parse_date(date)


def test_prose_stays_within_a_hundred_columns():
    prose = " ".join(f"word{number}" for number in range(500))
    made = letter(
        statements=[{"id": "ask", "kind": "claim", "text": prose}],
        conflicts=[prose],
        corrections=[{"date": "2020-01-01", "text": prose}],
    )
    assert max(map(len, write_letter(made).splitlines())) <= 100
