"""The views answer what people ask: who answered whom, what was not answered, what was promised."""

import pytest

ASKED = "2019-02-18-watch-to-acme"
ANSWERED = "2019-03-01-acme-to-watch"


@pytest.fixture
def exchange(archive):
    """To the letter and its answer: a further question, a promise that comes late, and silence."""
    archive.letter(
        "2019-04-watch-to-acme",
        f"""
        in_reply_to: [{ANSWERED}]
        statements:
          - id: ask-again
            kind: request
            text: Watch asked again.
        """,
    )
    archive.letter(
        "2019-06-01-acme-to-watch",
        """
        from:
          - organisation: acme-corporation
        to:
          - organisation: watch
        in_reply_to:
          - letter: 2019-04-watch-to-acme
            certainty: inferred
        statements:
          - id: promise
            kind: commitment
            topic: prices
            due: 2019-07
            text: Acme would send a list of prices.
        """,
    )
    archive.letter(
        "2019-12-24-watch-to-acme",
        """
        date: '2019-12-24~'
        takes_up:
          - statement: 2019-06-01-acme-to-watch#promise
            how: repeated
            evidence: It quotes the promise.
        """,
    )
    archive.letter("2020-watch-to-acme")
    archive.letter("2020-01-05-watch-to-public", "form: statement\nto: []")
    return archive


def test_answers_have_days_as_exactly_as_the_dates_are_known(exchange, query):
    assert query("select letter, answer, certainty, days_min, days_max from answers") == [
        (ASKED, ANSWERED, "stated", 11, 11),
        (ANSWERED, "2019-04-watch-to-acme", "stated", 31, 60),
        ("2019-04-watch-to-acme", "2019-06-01-acme-to-watch", "inferred", 32, 61),
    ]


def test_no_days_are_counted_from_a_date_that_is_only_about(exchange, query):
    exchange.replace(f"2019/{ANSWERED}.yml", "date: 2019-03-01", "date: 2019-03-01?")
    assert query("select days_min, days_max from answers limit 2") == [(None, None), (None, None)]


def test_a_reply_of_the_same_month_may_be_of_the_same_day(exchange, query):
    exchange.replace(f"2019/{ANSWERED}.yml", "date: 2019-03-01", "date: 2019-02")
    assert query("select days_min, days_max from answers limit 1") == [(0, 10)]


def test_unanswered_is_what_expects_an_answer_and_has_none(exchange, query):
    assert query("select letter, days_min, days_max from unanswered") == [
        ("2019-12-24-watch-to-acme", None, None),
        ("2020-watch-to-acme", 31, 396),
    ]


@pytest.mark.parametrize(
    ("keys", "answered"),
    [
        ("", "no answer known"),
        ("expects_answer: no", "no answer expected"),
        ("form: statement", "no answer expected"),
        ("form: statement\nexpects_answer: yes", "no answer known"),
        (f"in_reply_to: [{ASKED}]", "no answer expected"),
        (
            f"in_reply_to: [{ASKED}]\nstatements:\n  - id: a\n    kind: request\n    text: Do.",
            "no answer known",
        ),
    ],
)
def test_whether_a_letter_expects_an_answer(archive, query, keys, answered):
    archive.letter("2019-05-a", keys)
    assert query("select answered from letters where id = '2019-05-a'") == [(answered,)]


def test_an_answer_that_a_source_states_outweighs_one_that_is_inferred(archive, query):
    archive.letter("2019-05-a", f"in_reply_to:\n  - letter: {ASKED}\n    certainty: inferred\n")
    archive.letter("2019-05-b", "in_reply_to:\n  - letter: 2019-05-a\n    certainty: inferred\n")
    assert query("select id, answered from letters order by id") == [
        (ASKED, "answered"),
        (ANSWERED, "no answer expected"),
        ("2019-05-a", "answer inferred"),
        ("2019-05-b", "no answer expected"),
    ]


def test_an_organisation_has_answers_to_n_of_m_letters(exchange, query):
    assert query("select * from organisation_letters") == [
        ("watch", "Price Watch", 5, 2, 0, 4, 2, 1),
        ("acme-corporation", "Acme Corporation", 2, 4, 0, 1, 1, 0),
        ("city-bank", "City Bank", 0, 0, 0, 0, 0, 0),
    ]


def test_an_exchange_is_what_replies_connect_and_bears_its_first_letters_id(exchange, query):
    assert query("select * from exchanges") == [(ASKED, 4, "2019-02-18", "2019-06-01", 1, 61)]
    assert query("select id from letters where exchange is null order by sort_key") == [
        ("2019-12-24-watch-to-acme",),
        ("2020-01-05-watch-to-public",),
        ("2020-watch-to-acme",),
    ]


def test_two_chains_that_one_letter_answers_are_one_exchange(archive, query):
    archive.letter("2019-01-a")
    archive.letter("2019-05-b", f"in_reply_to: [{ANSWERED}, 2019-01-a]")
    assert query("select exchange, letters from exchanges") == [("2019-01-a", 4)]


def test_a_commitment_stands_with_what_became_of_it(exchange, query):
    sql = "select letter, statement, due, taken_up_in, how, evidence from commitments"
    assert query(sql) == [
        (
            "2019-06-01-acme-to-watch",
            "promise",
            "2019-07",
            "2019-12-24-watch-to-acme",
            "repeated",
            "It quotes the promise.",
        )
    ]


def test_a_statement_is_by_all_senders_to_all_recipients_if_it_does_not_say(archive, query):
    archive.replace(f"2019/{ASKED}.yml", "kind: request", "kind: request\n    by: [jane-doe]")
    sql = "select side, organisation, person, stated from statement_parties"
    assert query(sql) == [("by", None, "jane-doe", 1), ("to", "acme-corporation", None, 0)]


def test_names_tell_what_is_inferred(archive, query):
    archive.letter(
        "2019-05-a",
        """
        from:
          - organisation: watch
            person: jane-doe
            certainty: inferred
          - organisation: acme-corporation
            certainty: inferred
          - unknown: yes
        to:
          - organisation: watch
            person: jane-doe
            certainty: inferred
            organisation_certainty: inferred
        cc:
          - person: jane-doe
        """,
    )
    acme = query("select label from organisations where id = 'acme-corporation'")[0][0]
    assert query("select from_names, to_names, cc_names from letters where id = '2019-05-a'") == [
        (
            f"Price Watch (Jane Doe [inferred]); {acme} [inferred]; Unknown",
            "Price Watch [inferred] (Jane Doe [inferred])",
            "Jane Doe",
        )
    ]


def test_letters_stand_by_date_and_where_it_is_not_known_at_the_end_of_month_and_year(
    archive, query
):
    for letter_id, date in {
        "2019-a": "2019",
        "2019-b": "2019-02",
        "2019-c": "'2019-02-18~'",
        "2019-d": "'[2019-02-03..2019-02-05]'",
        "2019-e": "'[2018-12-31..2019-02]'",
        "2019-f": "XXXX",
        "2019-g": "'[..2019-01]'",
    }.items():
        archive.letter(letter_id, f"date: {date}")
    assert [letter_id for (letter_id,) in query("select id from letters order by sort_key")] == [
        "2019-e",  # 2018, month unknown
        ASKED,
        "2019-c",
        "2019-b",  # February 2019, day unknown
        "2019-d",
        ANSWERED,
        "2019-a",  # 2019, month unknown
        "2019-g",
        "2019-f",
    ]
