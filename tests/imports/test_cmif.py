"""``letters import cmif``: files as correspSearch harvests them, with everything odd in them."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

HEADER = """\
<fileDesc>
<titleStmt><title>Letters to Miller</title>
<editor>Anna Ash <email>anna@example.org</email></editor></titleStmt>
<publicationStmt><publisher><ref target="https://pub.example.org">Academy</ref></publisher>
<idno type="url">https://edition.example.org/cmif.xml</idno><date when="2023-05-01"/>
<availability><licence target="https://creativecommons.org/licenses/by/4.0/">Free</licence>
</availability></publicationStmt>
<sourceDesc>
<bibl type="online" xml:id="uuid-1">Online, <ref target="https://edition.example.org">x</ref></bibl>
<bibl type="print" xml:id="uuid-2">Printed letters, Berlin 1901</bibl>
</sourceDesc></fileDesc>"""
TO = '<correspAction type="received"><persName>Miller, Jan</persName></correspAction>'
NAMESPACE = "http://www.tei-c.org/ns/1.0"


def described(inner: str, attributes: str = 'key="1" ref="https://edition.example.org/1"') -> str:
    return f"<correspDesc {attributes}>{inner}</correspDesc>"


def dated(date: str, **more: str) -> str:
    return described(
        f'<correspAction type="sent"><persName>Doe, Jane</persName>{date}</correspAction>{TO}',
        **more,
    )


def cmif(
    *letters: str, prolog: str = "", namespace: str = NAMESPACE, encoding: str = "UTF-8",
    header: str = HEADER,
) -> bytes:  # fmt: skip
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>{prolog}\n<TEI xmlns="{namespace}">'
        f"<teiHeader>\n{header}\n<profileDesc>\n<!-- the letters -->\n"
        + "\n".join(letters)
        + "\n</profileDesc></teiHeader><text><body><p/></body></text></TEI>\n"
    )
    return text.encode(encoding)


@pytest.fixture
def imported(tmp_path, monkeypatch, run):
    """Import letters into a new archive: the result, and the records by their ids."""
    monkeypatch.chdir(tmp_path)

    def import_letters(*letters: str, **how: str):
        Path("edition.xml").write_bytes(cmif(*letters, **how))
        result = run("import", "cmif", "edition.xml", "--letters", "new")
        return result, records("new")

    return import_letters


def records(folder: str) -> dict[str, dict]:
    return {
        path.stem: yaml.load(path.read_text(), yaml.BaseLoader)
        for path in Path(folder).glob("[0-9u]*/*.yml")
    }


def register(folder: str, name: str) -> list[dict]:
    return yaml.load(Path(folder, "register", f"{name}.yml").read_text(), yaml.BaseLoader)


def files(folder: str = "new") -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


FULL = described(
    '<correspAction type="sent">'
    '<persName ref="http://d-nb.info/gnd/1">Doe, Jane</persName>'
    '<orgName ref="https://www.wikidata.org/entity/Q42">Club</orgName>'
    '<placeName ref="http://www.geonames.org/2812482">Weimar</placeName>'
    '<date when="1790-02-18"/></correspAction>'
    '<correspAction type="received"><persName>Miller, Jan</persName>'
    '<placeName cert="low">Jena</placeName><date when="1790-03-01"/></correspAction>',
    'key="17" ref="https://edition.example.org/17" source="#uuid-1"',
)


def test_a_letter_becomes_a_catalogued_record_in_a_new_archive(imported, run):
    result, letters = imported(FULL)
    assert result.exit_code == 0, result.output
    assert letters == {
        "1790-02-18-doe-jane-to-miller-jan": {
            "title": "Letter from Doe, Jane and Club to Miller, Jan",
            "title_supplied": "yes",
            "form": "letter",
            "date": "1790-02-18",
            "from": [{"person": "doe-jane"}, {"organisation": "club"}],
            "to": [{"person": "miller-jan"}],
            "reference": "17",
            "attestation": "catalogued",
            "sources": [
                {
                    "url": "https://edition.example.org/17",
                    "publisher": "Online, x",
                    "carries": "report",
                },
                {
                    "url": "https://edition.example.org",
                    "publisher": "Online, x",
                    "carries": "report",
                },
            ],
            "evidence": "Listed in “Letters to Miller”, Academy, 2023-05-01, CC BY 4.0.",
            "note": (
                "Sent from Weimar (http://www.geonames.org/2812482).\n"
                "Received in Jena (cert: low).\nReceived: 1 March 1790."
            ),
        }
    }
    assert register("new", "people") == [
        {"id": "doe-jane", "name": "Doe, Jane", "note": "Authority file: http://d-nb.info/gnd/1"},
        {"id": "miller-jan", "name": "Miller, Jan"},
    ]
    club = {"id": "club", "name": "Club", "kind": "organisation", "wikidata": "Q42"}
    assert register("new", "organisations") == [club]
    info = yaml.load(Path("new/archive.yml").read_text(), yaml.BaseLoader)
    assert (info["title"], info["span"], info["as_of"]) == (
        "Letters to Miller", "1790/1790", "2023-05-01",
    )  # fmt: skip
    assert info["licence"]["name"] == "CC BY 4.0"
    assert "anna@example.org" not in str(files())
    assert run("check", "--letters", "new").output.startswith("no problems (1 letter read)\n")
    assert run("format", "--check", "--letters", "new").exit_code == 0
    assert run("build", "--letters", "new").exit_code == 0


def test_a_second_import_changes_nothing_and_says_so(imported):
    unnumbered = dated('<date when="1791"/>', attributes="")
    imported(FULL, unnumbered, unnumbered)
    before = files()
    result, letters = imported(FULL, unnumbered, unnumbered)
    assert result.exit_code == 0
    assert "nothing is new: new was not changed" in result.output
    assert files() == before
    assert len(letters) == 3
    assert "1791-doe-jane-to-miller-jan-2" in letters


def test_a_file_that_has_grown_adds_what_is_new_and_keeps_what_was_corrected(imported):
    imported(FULL)
    path = Path("new/1790/1790-02-18-doe-jane-to-miller-jan.yml")
    path.write_text(path.read_text().replace("date: 1790-02-18", "date: 1790-02-19"))
    corrected = path.read_bytes()
    result, letters = imported(FULL, dated('<date when="1791"/>'))
    assert sorted(letters) == ["1790-02-18-doe-jane-to-miller-jan", "1791-doe-jane-to-miller-jan"]
    assert path.read_bytes() == corrected
    assert "stays as it is; the date here is 18 February 1790, there 19 February" in result.output
    assert len(register("new", "people")) == 2


@pytest.mark.parametrize(
    ("date", "edtf"),
    [
        ('<date when="1790-02-18">18. Februar</date>', "1790-02-18"),
        ('<date when="1790-02"/>', "1790-02"),
        ('<date when="1790"/>', "1790"),
        ('<date when-iso="1790-02-18"/>', "1790-02-18"),
        ('<date when="1790-2-8"/>', "1790-02-08"),
        ('<date notBefore="1790-02-01" notAfter="1790-03"/>', "[1790-02-01..1790-03]"),
        ('<date notBefore="1790-02"/>', "[1790-02..]"),
        ('<date notAfter="1790-02-05"/>', "[..1790-02-05]"),
        ('<date notBefore="1790-02-05" notAfter="1790-02-05"/>', "1790-02-05"),
        ('<date from="1790" to="1791-02"/>', "1790/1791-02"),
        ('<date from="1790-02"/>', "1790-02/.."),
        ('<date to="1790-02"/>', "../1790-02"),
        ('<date from="1790-02" notAfter="1790-04"/>', "[1790-02..1790-04]"),
        ('<date when="1790-02-18" cert="low"/>', "1790-02-18?"),
        ('<date when="1790-02-18" evidence="conjecture"/>', "1790-02-18?"),
        ('<date when="1790" cert="high"/>', "1790"),
        ('<date when="1790">um 1790</date>', "1790~"),
        ('<date when="1790">ca. 1790 (?)</date>', "1790%"),
        ('<date notBefore="1790-02-01" notAfter="1790-02-28">about February 1790</date>',
         "1790-02~"),
        ("<date>18 February 1790</date>", "1790-02-18"),
        ("", "XXXX"),
        ("<date/>", "XXXX"),
        # What cannot be held as it is goes into the note on the date, and into the report.
        ('<date when="-0044"/>', "XXXX"),
        ('<date when="1790-02-30"/>', "1790-02?"),
        ('<date when="1790-13-01"/>', "1790?"),
        ('<date when="0000"/>', "XXXX"),
        ('<date when="someday"/>', "XXXX"),
        ('<date notBefore="1791" notAfter="1790"/>', "XXXX"),
        ("<date>an einem Montag</date>", "XXXX"),
    ],
)  # fmt: skip
def test_dates_are_as_sure_as_in_the_file(imported, date, edtf):
    result, letters = imported(dated(date))
    assert result.exit_code == 0, result.output
    (letter,) = letters.values()
    assert letter["date"] == edtf


@pytest.mark.parametrize(
    "value", ["-0044", "1790-02-30", "1790-13-01", "0000", "someday", "--02-03"]
)
def test_a_date_that_no_calendar_has_is_kept_beside_and_reported_with_its_line(imported, value):
    result, letters = imported(dated(f'\n<date when="{value}"/>'))
    (letter,) = letters.values()
    assert f"The edition has {value}" in letter["date_note"]
    assert f"'{value}' is no date" in result.output
    assert "edition.xml:17:" in result.output


@pytest.mark.parametrize(
    "name",
    [
        "<persName>Unknown</persName>", "<persName>[Unbekannt]</persName>", "<persName/>",
        "<persName>N. N.</persName>", "<persName>?</persName>", "<persName>Anonym</persName>",
        '<persName ref="http://correspsearch.net/unknown">x</persName>',
        "<persName>Unbekannter Empfänger</persName>", "<orgName> </orgName>",
    ],
)  # fmt: skip
def test_unknown_senders_are_unknown(imported, name):
    letter = described(f'<correspAction type="sent">{name}</correspAction>{TO}')
    _, letters = imported(letter)
    assert letters["undated-unknown-to-miller-jan"]["from"] == [{"unknown": "yes"}]


def test_a_missing_recipient_is_unknown_and_reported(imported):
    sent = '<correspAction type="sent"><persName>Doe</persName></correspAction>'
    result, letters = imported(described(sent))
    assert letters["undated-doe-to-unknown"]["to"] == [{"unknown": "yes"}]
    assert "edition.xml:16: 1: no recipient is named; entered as unknown" in result.output


def test_several_actions_of_one_type_are_joined(imported):
    two = "".join(
        f'<correspAction type="sent"><persName>{name}</persName><date when="{year}"/>'
        "</correspAction>"
        for name, year in (("Ash", 1790), ("Oak", 1791))
    )
    result, letters = imported(described(two + TO))
    letter = letters["1790-ash-to-miller-jan"]
    assert letter["from"] == [{"person": "ash"}, {"person": "oak"}]
    assert letter["date_note"] == "The edition also has 1791."
    assert "a second date, 1791" in result.output


def test_one_person_is_one_entry_by_address_and_by_name(imported):
    def sent(number: int, name: str) -> str:
        action = f'<correspAction type="sent">{name}</correspAction>'
        return described(action + TO, f'key="{number}"')

    _, letters = imported(
        sent(1, '<persName ref="http://d-nb.info/gnd/1">J. Doe</persName>'),
        sent(2, '<persName ref="https://d-nb.info/gnd/1/">Doe, Jane</persName>'),
        sent(3, '<persName ref="http://viaf.org/viaf/9">Doe, Jane</persName>'),
        sent(4, "<persName>Ash</persName>"),
        sent(5, "<persName>Ash</persName>"),
        sent(6, '<persName ref="http://www.wikidata.org/entity/Q7">Oak</persName>'),
        sent(7, '<persName ref="https://www.wikidata.org/wiki/Q7">Oaks</persName>'),
        sent(8, '<persName ref="http://d-nb.info/gnd/5"/>'),
        sent(9, "<persName>Пушкин</persName>"),
    )
    by_id = {entry["id"]: entry for entry in register("new", "people")}
    ids = {"j-doe", "miller-jan", "doe-jane", "oak", "d-nb-info-gnd-5", "ash", "person"}
    assert by_id.keys() == ids
    assert by_id["j-doe"]["aliases"] == ["Doe, Jane"]
    assert by_id["oak"]["wikidata"] == "Q7"
    assert len(letters) == 9


def test_a_forename_and_surname_make_a_name_that_citations_can_take_apart(imported):
    name = "<persName><surname>Humboldt</surname>, <forename>A.</forename> <nameLink>von</nameLink>"
    sent = f'<correspAction type="sent">{name}</persName></correspAction>'
    imported(described(sent + TO))
    assert register("new", "people")[0] == {
        "id": "a-von-humboldt",
        "name": "A. von Humboldt",
        "family_name": "Humboldt",
        "aliases": ["Humboldt, A. von"],
    }


def test_doubt_about_a_person_is_inference(imported):
    sent = '<correspAction type="sent"><persName cert="low">Ash</persName></correspAction>'
    _, letters = imported(described(sent + TO))
    (letter,) = letters.values()
    assert letter["from"] == [{"person": "ash", "certainty": "inferred"}]
    assert "On Ash the edition says cert: low." in letter["evidence"]


def test_the_second_version_of_the_format(imported):
    note = (
        '<note>Fine. <ref type="cmif:hasLanguage" target="de"/>'
        '<ref type="cmif:mentionsPerson" target="http://d-nb.info/gnd/7">Voss</ref>'
        '<ref type="cmif:isPublishedWith" target="https://x.org/terms#transcription"/>'
        '<ref type="cmif:isAvailableAsTEIfile" target="https://edition.example.org/1.xml"/></note>'
    )
    action = '<correspAction type="sent"><persName>Ash</persName></correspAction>'
    _, letters = imported(described(action + TO + note))
    (letter,) = letters.values()
    assert letter["language"] == "de"
    assert [(source["url"], source["carries"]) for source in letter["sources"]] == [
        ("https://edition.example.org/1", "letter"),
        ("https://edition.example.org/1.xml", "letter"),
    ]
    assert "Mentions person: Voss, http://d-nb.info/gnd/7" in letter["note"]
    assert "Fine." in letter["note"]


def test_nothing_is_dropped_in_silence(imported):
    odd = (
        "stray words"
        '<correspAction type="redirected" n="x1"><persName>Voigt</persName></correspAction>'
        '<correspAction type="sent" subtype="x2"><persName full="x3">Ash</persName>'
        "<bloc>Europe</bloc></correspAction>"
        '<correspContext><ref type="prev" target="https://e.org/0">Before</ref></correspContext>'
        "<msIdentifier><idno>MS 7</idno></msIdentifier>"
    )
    attributes = 'ref="urn:x:3" source="#uuid-9 #uuid-2" n="x4"'
    result, letters = imported(described(odd + TO, attributes))
    said = str(letters)
    kept = "stray words|Voigt|x1|x2|x3|x4|Europe|https://e.org/0|MS 7|urn:x:3|uuid-9|Berlin 1901"
    for each in kept.split("|"):
        assert each in said, each
    for each in "stray words|redirected|x2|x3|bloc|msIdentifier|x4|urn:x:3|uuid-9".split("|"):
        assert each in result.output, each


def test_private_contacts_are_left_out_and_reported(imported, run):
    note = "<note>Ask jane@example.org about it.</note><note>Lost.</note>"
    result, letters = imported(dated("").replace("</correspDesc>", f"{note}</correspDesc>"))
    (letter,) = letters.values()
    assert letter["note"] == "Lost."
    assert "looks like an e-mail address" in result.output
    assert run("check", "--letters", "new").exit_code == 0


def test_a_wrong_namespace_is_reported(imported):
    result, letters = imported(FULL, namespace="http://example.org/ns")
    assert len(letters) == 1
    assert "edition.xml:2: the namespace is http://example.org/ns" in result.output


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16"])
def test_other_encodings_are_read_as_declared(imported, encoding):
    sent = '<correspAction type="sent"><persName>Müller</persName></correspAction>'
    imported(described(sent + TO), encoding=encoding)
    assert register("new", "people")[0]["name"] == "Müller"


def test_ids_that_stand_twice_are_reported_and_not_the_end(imported):
    letters = [dated('<date when="1801"/>', attributes=f'xml:id="x" key="{n}"') for n in (1, 2)]
    header = HEADER.replace("uuid-2", "uuid-1")
    result, found = imported(*letters, header=header)
    assert result.exit_code == 0, result.output
    assert len(found) == 2
    assert "edition.xml:12: two publications have the id 'uuid-1'" in result.output
    result, found = imported(*letters, "</profile>", header=header)
    assert (result.exit_code, len(found)) == (1, 2)
    assert "this is no XML: Opening and ending tag mismatch" in result.output


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE TEI [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE TEI [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE TEI SYSTEM "http://example.org/tei.dtd">',
        '<!DOCTYPE TEI SYSTEM "file:///etc/hostname">',
    ],
)
def test_a_document_type_is_refused(imported, prolog):
    result, letters = imported(FULL, prolog=prolog)
    assert result.exit_code == 1
    assert "take it out, CMIF needs none" in result.output
    assert not letters
    assert not Path("new").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "this is no XML"),
        (b"<TEI><correspDesc></TEI>", "edition.xml:1: this is no XML"),
        (b"<TEI>&nbsp;</TEI>", "this is no XML"),
        (b"<?xml version='1.0' encoding='UTF-8'?><TEI>\xe4</TEI>", "this is no XML"),
        (b"<TEI/>", "lists no letters"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path, monkeypatch, run, content, said
):
    monkeypatch.chdir(tmp_path)
    Path("edition.xml").write_bytes(content)
    result = run("import", "cmif", "edition.xml", "--letters", "new")
    assert result.exit_code == 1
    assert said in result.output
    assert not Path("new").exists()


def test_a_file_without_any_address_needs_one(imported, run):
    header = "<fileDesc><titleStmt><title>T</title></titleStmt></fileDesc>"
    letter = dated("", attributes="")
    result, _ = imported(letter, header=header)
    assert result.exit_code == 1
    assert "--source URL" in result.output
    command = ("import", "cmif", "edition.xml", "--letters", "new")
    assert run(*command, "--source", "https://x.org/list").exit_code == 0
    assert len(records("new")) == 1


def test_an_archive_keeps_its_registers_and_gets_new_entries(archive, run):
    before = Path("letters/register/organisations.yml").read_text()
    sent = (
        '<correspAction type="sent"><persName>Jane Doe</persName>'
        '<orgName ref="https://www.wikidata.org/wiki/Q2">The Watch</orgName>'
        "<orgName>New Body</orgName></correspAction>"
    )
    Path("edition.xml").write_bytes(cmif(described(sent + TO)))
    result = run("import", "cmif", "edition.xml")
    assert result.exit_code == 1
    assert "say it with --kind, as one of company, NGO" in result.output
    result = run("import", "cmif", "edition.xml", "--kind", "NGO")
    assert result.exit_code == 0, result.output
    assert "The Watch is watch of the register" in result.output
    added = "- id: new-body\n  name: New Body\n  kind: NGO\n"
    assert Path("letters/register/organisations.yml").read_text() == before + added
    (letter,) = (r for name, r in records("letters").items() if name.startswith("undated"))
    assert letter["from"] == [
        {"person": "jane-doe"}, {"organisation": "watch"}, {"organisation": "new-body"},
    ]  # fmt: skip
    assert run("check").exit_code == 0


def test_a_folder_of_other_things_is_no_archive(imported, run):
    Path("new").mkdir()
    Path("new/thesis.txt").write_text("x")
    result, _ = imported(FULL)
    assert result.exit_code == 1
    assert "--new begins an archive there" in result.output
    command = ("import", "cmif", "edition.xml", "--letters", "new", "--new")
    assert run(*command).exit_code == 0
    assert "leave out --new" in run(*command).output


def test_check_writes_nothing_and_a_report_holds_everything(imported, run):
    many = [dated('<date when="-1"/>', attributes=f'key="{n}"') for n in range(20)]
    Path("edition.xml").write_bytes(cmif(*many))
    command = ("import", "cmif", "edition.xml", "--letters", "new", "--check")
    result = run(*command, "--report", "report.txt")
    assert result.exit_code == 0
    assert "… and 15 more on date; --report FILE" in result.output
    assert len(Path("report.txt").read_text().splitlines()) == 20
    assert not Path("new").exists()


def test_what_we_export_is_read_back_as_it_was(archive, run):
    for number, date in enumerate(
        ("2019-06-14~", "2019-02?", "2019%", "'[2019-06..2019-08]'", "'[..2021-03-05]'",
         "../2021-03-05", "2019-02-01/2019-02-03", "2016/..", "XXXX",
         "'[2019-10-18..2020-12-31]'", "2019-06", "2020")
    ):  # fmt: skip
        archive.letter(f"2019-0{number % 9 + 1}-watch-to-acme-{number + 2}", f"date: {date}")
    address = ("--address", "https://letters.example.org")
    assert run("export", "cmif", "--output", "out.xml", *address).exit_code == 0
    result = run("import", "cmif", "out.xml", "--letters", "new")
    assert result.exit_code == 0, result.output
    ours, theirs = records("letters"), records("new")
    prefix = "https://letters.example.org/archive/letters/"
    by_link = {
        letter["sources"][0]["url"].removeprefix(prefix): letter for letter in theirs.values()
    }
    assert {name: letter["date"] for name, letter in by_link.items()} == {
        name: letter["date"] for name, letter in ours.items()
    }
    acme = next(e for e in register("new", "organisations") if e["name"] == "Acme Corporation")
    assert acme["wikidata"] == "Q1"
    answer = theirs["2019-03-01-acme-to-watch"]
    assert answer["from"] == [{"organisation": acme["id"]}]


def test_three_thousand_letters_are_an_archive_like_ours(imported, run):
    letters = [
        dated(f'<date when="{1700 + n // 60}-{n % 12 + 1:02}"/>').replace(
            'key="1" ref="https://edition.example.org/1"',
            f'key="{n}" ref="https://edition.example.org/{n}"',
        )
        for n in range(3000)
    ]
    result, written = imported(*letters)
    assert result.exit_code == 0, result.output
    assert len(written) == 3000
    assert run("check", "--letters", "new").output.startswith("no problems (3,000 letters read)")
    assert run("build", "--letters", "new").exit_code == 0


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(texts, texts, texts, texts)
def test_any_words_make_sound_records_or_are_reported(tmp_path_factory, run, name, key, date, note):
    def safe(text: str) -> str:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return "".join(c for c in escaped if c not in "\ufffe\uffff")

    folder = tmp_path_factory.mktemp("any")
    file = folder / "edition.xml"
    sent = (
        f'<correspAction type="sent"><persName ref="{safe(key)}">{safe(name)}</persName>'
        f'<date when="{safe(date)}">{safe(note)}</date></correspAction>'
    )
    letter = described(sent + f"<note>{safe(note)}</note>" + TO, f'key="{safe(key)}"')
    file.write_bytes(cmif(letter))
    command = ("import", "cmif", file, "--letters", folder / "new")
    result = run(*command)
    assert result.exit_code in (0, 1), result.output
    if result.exit_code == 0:
        assert run("check", "--letters", folder / "new").exit_code == 0
        assert "nothing is new" in run(*command).output
    else:
        assert "left out:" in result.output
