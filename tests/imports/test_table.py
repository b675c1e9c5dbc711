"""``letters import csv``: tables as spreadsheets write them."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

SOURCE = ("--source", "https://example.org/list")
HEAD = "date,from,to,reference"


@pytest.fixture
def imported(archive, run):
    """Import a table into the archive of the tests: the result, and the new records."""
    before = set(Path("letters").glob("*/*.yml"))

    def import_table(content: str | bytes, *options: str):
        raw = content if isinstance(content, bytes) else content.encode()
        Path("table.csv").write_bytes(raw)
        result = run("import", "csv", "table.csv", *SOURCE, *options)
        new = set(Path("letters").glob("[0-9u]*/*.yml")) - before
        return result, {p.stem: yaml.load(p.read_text(), yaml.BaseLoader) for p in new}

    return import_table


def test_a_row_in_the_words_of_the_archive(imported, run):
    table = (
        "date,from,to,cc,title,form,language,reference,topics,scope,source,publisher,carries,note\n"
        "2019-05-01,Jane Doe @ Price Watch; Ada Ash <http://d-nb.info/gnd/1>,Acme Corporation,"
        "@ New Bank,On gold,Open letter,English,P 7,Prices,core,"
        "https://example.org/gold,Gazette,letter,Torn.\n"
    )
    result, letters = imported(table, "--kind", "company")
    assert result.exit_code == 0, result.output
    assert letters == {
        "2019-05-01-watch-to-acme-corporation": {
            "title": "On gold",
            "form": "open letter",
            "date": "2019-05-01",
            "from": [{"organisation": "watch", "person": "jane-doe"}, {"person": "ada-ash"}],
            "to": [{"organisation": "acme-corporation"}],
            "cc": [{"organisation": "new-bank"}],
            "language": "en",
            "reference": "P 7",
            "topics": ["prices"],
            "attestation": "catalogued",
            "scope": "core",
            "sources": [
                {"url": "https://example.org/gold", "publisher": "Gazette", "carries": "letter"}
            ],
            "note": "Torn.",
        }
    }
    assert run("check").exit_code == 0
    assert run("build").exit_code == 0
    again, _ = imported(table, "--kind", "company")
    assert "nothing is new" in again.output


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_whatever_a_spreadsheet_writes_is_read(imported, delimiter, encoding, ends):
    rows = [["Date", "From", "To"], ["2019-05-01", '"Müller; Ash"', "Acme Corporation"]]
    text = "".join(delimiter.join(row) + ends for row in rows)
    result, letters = imported(text.encode(encoding))
    assert result.exit_code == 0, result.output
    (letter,) = letters.values()
    assert letter["from"] == [{"person": "muller"}, {"person": "ash"}]
    assert ("Windows-1252" in result.output) == (encoding == "cp1252")


def test_a_line_for_excel_alone_names_the_delimiter(imported):
    _, letters = imported("sep=;\ndate;from;to\n2019-05-01;Ash;Oak\n")
    assert list(letters) == ["2019-05-01-ash-to-oak"]


@pytest.mark.parametrize(
    ("date", "options", "edtf"),
    [
        ("18 February 2019", (), "2019-02-18"),
        ("mid June 2019", (), "[2019-06-11..2019-06-20]"),
        ("18/02/2019", (), "2019-02-18"),
        ("05.03.2019", (), "2019-03-05"),
        ("05/03/2019", (), "[2019-03-05..2019-05-03]"),
        ("05/03/2019", ("--day-first",), "2019-03-05"),
        ("05/03/2019", ("--month-first",), "2019-05-03"),
        ("2019-06-14~", (), "2019-06-14~"),
        ("2019-2-8", ("--day-first",), "2019-02-08"),
        ("2019/3/4", ("--day-first",), "2019-03-04"),
        ("1544-06-10/", (), "1544-06-10/.."),
        ("/1544-04-10", (), "../1544-04-10"),
        ("18. Februar 2019", (), "2019-02-18"),
        ("winter 2019/20", ("--month-first",), "[2019-12..2020-02]"),
        ("", (), "XXXX"),
        ("30/02/2019", (), "XXXX"),
        ("43514", (), "XXXX"),
    ],
)
def test_dates_are_read_as_people_write_them(imported, date, options, edtf):
    result, letters = imported(f"date,from,to\n{date},Ash,Oak\n", *options)
    assert result.exit_code == 0, result.output
    (letter,) = letters.values()
    assert letter["date"] == edtf
    if edtf == "XXXX" and date:
        assert "table.csv:row 2: date: '" in result.output
        assert "entered as unknown" in result.output
        assert letter["date_note"] == f"The table has {date}"
    elif ".." not in edtf:
        assert "date_note" not in letter, "what was read whole is not said again"


def test_what_a_date_says_beyond_its_day_is_kept(imported):
    result, letters = imported("date,from,to\n2019-02-18T23:30:00+02:00,Ash,Oak\n")
    (letter,) = letters.values()
    assert letter["date"] == "2019-02-18"
    assert letter["date_note"] == "The table has 2019-02-18T23:30:00+02:00"
    assert "was read as 18 February 2019; look whether all is in it" in result.output


def test_what_has_no_place_is_kept_in_the_note_and_reported_by_row(imported):
    result, letters = imported(
        "date,from,to,form,language,topics,source,colour,dat\n"
        "2019-05-01,Ash,Oak,,,,,,\n"
        "\n"
        "2019-05-02,Ash,Oak,telegram,Klingon,gold,shelf 7,blue,x,beyond\n"
    )
    assert result.exit_code == 0, result.output
    note = letters["2019-05-02-ash-to-oak"]["note"].split("\n")
    assert sorted(note) == [
        "Topic: gold", "beyond", "colour: blue", "dat: x", "form: telegram", "language: Klingon",
        "source: shelf 7",
    ]  # fmt: skip
    for said in (
        "row 1: the column 'colour' is none of the archive's words",
        "did you mean 'date'?",
        "row 4: form 'telegram' is not one of letter, open letter",
        "row 4: language 'Klingon'",
        "row 4: 'shelf 7' is no web address",
        "row 4: 'beyond' stands under no heading",
        "row 4: the topic 'gold' is not in the register",
    ):
        assert said in result.output, said


def test_unknown_people_are_unknown_and_statements_need_no_recipient(imported):
    result, letters = imported(
        "date,from,to,form\n2019-05-01,unknown,,\n2019-05-02,Ash,,statement\n"
        "2019-05-03,jane@example.org,Oak,\n"
    )
    assert letters["2019-05-01-unknown-to-unknown"]["to"] == [{"unknown": "yes"}]
    assert "to" not in letters["2019-05-02-ash-to-public"]
    assert letters["2019-05-03-unknown-to-oak"]["from"] == [{"unknown": "yes"}]
    assert "an e-mail address was left out of the record" in result.output
    assert "row 2: no recipient is named" in result.output


def test_a_row_that_makes_no_record_is_left_out_and_the_rest_is_not(imported):
    result, letters = imported("date,from,to,scope\n2019-05-01,Ash,Oak,\n2019-05-02,Ash,Oak,far\n")
    assert result.exit_code == 1
    assert list(letters) == ["2019-05-01-ash-to-oak"]
    assert "table.csv:row 3: left out: scope" in result.output


def test_a_table_begins_an_archive(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    Path("my-letters.csv").write_text(f"{HEAD}\n2019-05-01,Ash,Oak,1\n2021,Oak,Ash,2\n")
    mute = run("import", "csv", "my-letters.csv")
    assert mute.exit_code == 1
    assert "--source URL" in mute.output
    result = run("import", "csv", "my-letters.csv", *SOURCE)
    assert result.exit_code == 0, result.output
    info = yaml.load(Path("letters/archive.yml").read_text(), yaml.BaseLoader)
    assert (info["title"], info["span"]) == ("my letters", "2019/2021")
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the first row has no column 'date' and no 'from' and no 'to'"),
        (b"when,who\n1,2\n", "head the columns with the archive's words: id, date"),
        (b'date,from,to\n"2019', "this is no CSV"),
        (b"\x81\x8d\x90", "is in no encoding"),
        (b"date,from,to\n", "nothing is new"),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(imported, content, said):
    result, letters = imported(content)
    assert said in result.output
    assert not letters


@given(st.lists(st.lists(st.text(max_size=20), min_size=4, max_size=5), max_size=5))
def test_any_cells_make_sound_records_or_are_reported(tmp_path_factory, run, rows):
    folder = tmp_path_factory.mktemp("any")
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join(["date,from,to,note", *quoted]).encode("utf-8", "replace")
    (folder / "table.csv").write_bytes(text)
    command = ("import", "csv", folder / "table.csv", "--letters", folder / "new", *SOURCE)
    result = run(*command)
    assert result.exit_code in (0, 1), result.output
    if (folder / "new").exists():
        assert run("check", "--letters", folder / "new").exit_code == 0
        assert "nothing is new" in run(*command).output


# --- tables of others


def test_the_columns_of_csv2cmi_are_read_as_they_are(imported):
    result, letters = imported(
        '"key","sender","senderID","senderPlace","senderPlaceID","senderDate","addressee",'
        '"addresseeID","addresseePlace","addresseeDate","edition","note"\n'
        '"1","Robin Ash","http://d-nb.info/gnd/118540238","Halle","http://www.geonames.org/2911522",'
        '"1533-01-06","Kim Oak","http://d-nb.info/gnd/118584138","Dresden","1533-01-09","one",""\n'
    )
    assert result.exit_code == 0, result.output
    (letter,) = letters.values()
    assert letter["date"] == "1533-01-06"
    assert letter["reference"] == "1"
    assert letter["note"].split("\n") == [
        "Sent from Halle (http://www.geonames.org/2911522).",
        "Received in Dresden.",
        "Received 1533-01-09.",
        "edition: one",
    ]
    people = Path("letters/register/people.yml").read_text()
    assert "http://d-nb.info/gnd/118540238" in people
    for said in ("'Halle' is kept in the note", "the day of receipt, 1533-01-09, is kept"):
        assert said in result.output


def test_columns_may_be_named(imported):
    options = ("--column", "from=Absender", "--column", "to=An Wen", "--column", "date=Tag")
    result, letters = imported("Tag,Absender,An Wen\n2019-05-01,Ash,Oak\n", *options)
    assert result.exit_code == 0, result.output
    assert [*letters] == ["2019-05-01-ash-to-oak"]
    result, _ = imported("Tag,Absender\n", "--column", "from=Sender")
    assert "has no column 'Sender'" in result.output
    result, _ = imported("Tag,Absender\n", "--column", "sender=Absender")
    assert "'sender' is none of" in result.output


@pytest.mark.parametrize(
    "nobody", ["N/A", "NULL", "None", "NaN", "-", "—", "TBC", "TODO", "#REF!", "[redacted]", "x"]
)
def test_a_placeholder_stands_for_nobody(imported, nobody):
    result, letters = imported(f"date,from,to\n2019-05-01,{nobody},Oak\n")
    assert result.exit_code == 0, result.output
    (letter,) = letters.values()
    assert letter["from"] == [{"unknown": "yes"}]
    assert "stands for nobody; entered as unknown" in result.output


def test_several_names_in_a_cell_are_several_people_or_asked_about(imported):
    result, letters = imported(
        'date,from,to\n2019-05-01,"Jane Ash\nJohn Oak",Kim Elm | Robin Fir\n'
        "2019-05-02,Jane Ash and John Oak,Kim Elm\n"
    )
    assert result.exit_code == 0, result.output
    assert sorted([len(it["from"]), len(it["to"])] for it in letters.values()) == [[1, 1], [2, 2]]
    assert "'Jane Ash and John Oak' may be several; if so, put semicolons" in result.output


def test_an_e_mail_address_goes_and_the_name_beside_it_stays(imported):
    result, letters = imported("date,from,to\n2019-05-01,Jane Ash <jane@example.org>,Oak\n")
    assert result.exit_code == 0, result.output
    assert [*letters] == ["2019-05-01-jane-ash-to-oak"]
    assert "an e-mail address was left out" in result.output
    assert "jane@" not in Path("letters/register/people.yml").read_text()


def test_a_row_that_is_longer_than_the_heading_is_reported(imported):
    result, _ = imported("date,from,to\n2019-05-01,Ash,Oak,more\n")
    assert "row 2: the row has 4 cells, the heading 3" in result.output
