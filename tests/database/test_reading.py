"""Records read back: those that are asked for, in the order in which they are asked for.

That they are equal to those of the files is shown in test_round_trips.py.
"""

import sqlite3
from contextlib import closing

import pytest
from correspondence.database.reading import (
    read_file,
    read_frame,
    read_letter,
    read_letters,
    read_withdrawn,
)


def test_letters_come_in_the_order_of_the_list(database):
    order = [letter for (letter,) in database.execute("select id from letters order by sort_key")]
    assert [letter.id for letter in read_letters(database)] == order


def test_letters_come_in_the_order_of_their_ids_and_unknown_ids_are_passed_over(database):
    ids = [
        "2019-03-01-novalpina-to-rights-groups",
        "no-such",
        "2019-02-18-rights-groups-to-novalpina",
    ]
    assert [letter.id for letter in read_letters(database, ids)] == [ids[0], ids[2]]


def test_more_letters_than_sqlite_takes_arguments(database):
    ids = [f"no-such-{number}" for number in range(40_000)]
    assert list(read_letters(database, ids)) == []


def test_one_letter_or_none(database):
    assert read_letter(database, "2019-03-01-novalpina-to-rights-groups").date.text == "2019-03-01"
    assert read_letter(database, "2019-03-01-nobody-to-nobody") is None


def test_a_file_is_kept_as_it_was(database, real_letters):
    file = read_file(database, "2019-03-01-novalpina-to-rights-groups")
    assert file.path == "2019/2019-03-01-novalpina-to-rights-groups.yml"
    assert file.text == (real_letters / file.path).read_text()
    assert read_file(database, "2019-03-01-nobody-to-nobody") is None


def test_an_organisation_without_a_group_is_in_the_last_lane(database):
    frame = read_frame(database)
    last = frame.info.lanes[-1]
    assert frame.lane_of(None) == frame.lane_of("no-such") == last
    assert frame.lane_of("nso-group").id == "nso-and-owners"


@pytest.fixture
def withdrawn_database(archive, run):
    archive.write(
        "2019/2019-05-a.yml",
        "withdrawn:\n  date: 2020-01-01\n  reason: It was a forgery.\nformer_ids: [2019-04-b]\n",
    )
    assert run("build").exit_code == 0
    with closing(sqlite3.connect("archive.db")) as connection:
        yield connection


def test_a_withdrawn_letter_leaves_its_reason_its_file_and_its_former_ids(withdrawn_database):
    (withdrawn,) = read_withdrawn(withdrawn_database)
    assert (withdrawn.id, withdrawn.former_ids) == ("2019-05-a", ("2019-04-b",))
    assert withdrawn.withdrawn.reason == "It was a forgery."
    assert read_letter(withdrawn_database, "2019-05-a") is None
    assert read_file(withdrawn_database, "2019-05-a").path == "2019/2019-05-a.yml"
