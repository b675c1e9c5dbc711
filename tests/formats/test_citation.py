"""Citations on the page of a letter, in the styles of scholars and of newspapers."""

import re

import pytest
from correspondence.records.dates import parse_date

from ..site.answers import Page
from ..sites import Site
from .conftest import Listed
from .expected import Letter, is_exact, read_letters

STYLES = ["APA", "Chicago", "MLA", "Newspaper"]

DATED = {
    "2019-02-18": ("(2019, February 18)", "February 18, 2019", "18 Feb. 2019", "18 February 2019"),
    "2019-02": ("(2019, February)", "February 2019", "Feb. 2019", "February 2019"),
    "2019": ("(2019)", "2019", "2019", "2019"),
    "2019-06-14~": (
        "(ca. 2019, June 14)",
        "[June 14, 2019?]",
        "Circa 14 June 2019",
        "about 14 June 2019",
    ),
    "2019-06~": ("(ca. 2019, June)", "[June 2019?]", "Circa June 2019", "about June 2019"),
    "2019?": ("(probably 2019)", "Probably 2019", "Probably 2019", "probably 2019"),
    "2020%": (
        "(probably about 2020)",
        "Probably about 2020",
        "Probably about 2020",
        "probably about 2020",
    ),
    "[2020-06-09..2020-06-22]": (
        "(between 9 and 22 June 2020)",
        "Between 9 and 22 June 2020",
        "Between 9 and 22 June 2020",
        "between 9 and 22 June 2020",
    ),
    "2019-12-28/2020-01-03": ("(28 December 2019 to 3 January 2020)",)
    + ("28 December 2019 to 3 January 2020",) * 3,
    "[..2021-03-05]": (
        "(not later than 5 March 2021)",
        "Not later than 5 March 2021",
        "Not later than 5 March 2021",
        "not later than 5 March 2021",
    ),
    "2021-11-05/..": (
        "(from 5 November 2021)",
        "From 5 November 2021",
        "From 5 November 2021",
        "from 5 November 2021",
    ),
    "XXXX": ("(date unknown)", "Date unknown", "Date unknown", "date unknown"),
}
"""How each style dates a letter."""

ABOUT = {"APA": r"\(ca\. ", "Chicago": r"\?\]", "MLA": r"\bCirca ", "Newspaper": r", about "}
"""How each style says that a day, month or year is only about right."""


def citations(page: Page) -> dict[str, str]:
    """The citations by their styles, as the page shows them."""
    assert page.status == 200
    parts = [e for e in page.elements if any(a.attributes.get("id") == "cite" for a in e.around)]
    styles = [e.text for e in parts if e.tag == "dt"]
    texts = [e.text for e in parts if e.tag == "dd"]
    return dict(zip(styles, texts, strict=True))


def cited(site: Site, letter: Letter) -> dict[str, str]:
    return citations(site.get(f"/archive/letters/{letter.id}"))


def some(site: Site, **keys: str) -> Letter:
    """A letter whose record has these values."""
    return next(
        letter
        for letter in read_letters(site.folder).values()
        if keys.items() <= letter.record.items()
    )


def letters_of(text: str) -> str:
    """Text without its quotation marks and spaces, which styles set by their own rules."""
    return re.sub(r"[\s\"'“”‘’]", "", text)


def test_every_letter_is_cited_in_four_styles(site: Site) -> None:
    for letter in read_letters(site.folder).values():
        found = cited(site, letter)
        assert [*found] == STYLES
        form = letter.record["form"].lower()
        for style, text in found.items():
            assert letter.permalink in text
            assert "The NSO letters" in text
            assert "n.d." not in text
            assert form in text.lower()
            recipient = letter.recipients[0]
            name = recipient.filed if recipient.kind == "person" else recipient.cited
            assert name.partition(",")[0] in text, style
        assert letters_of(letter.title) in letters_of(found["Newspaper"])


def test_recipient_and_form_stand_as_each_style_wants_them(site: Site) -> None:
    found = cited(site, read_letters(site.folder)["2019-02-18-rights-groups-to-novalpina"])
    assert found["APA"].startswith("Amnesty International, R3D: ")
    assert "[Open letter to Novalpina Capital]" in found["APA"]
    assert "“Open Letter to Novalpina Capital.” Open letter to" in found["Chicago"]
    assert "“Open Letter to Novalpina Capital.” Open letter to" in found["MLA"]
    assert re.match("Open letter from Amnesty .* to Novalpina Capital, ‘", found["Newspaper"])


@pytest.mark.parametrize("date", DATED)
def test_dates_are_cited_as_each_style_writes_them(doubtful: Site, date: str) -> None:
    found = cited(doubtful, some(doubtful, date=date, attestation="text seen"))
    for text, wanted in zip(found.values(), DATED[date], strict=True):
        assert wanted in text


def test_no_date_is_cited_as_more_certain_than_it_is(doubtful: Site) -> None:
    letters = read_letters(doubtful.folder).values()
    dates = {letter.date: letter for letter in letters}
    assert len(dates) > 20
    for date, letter in dates.items():
        words = parse_date(date).words
        for style, text in cited(doubtful, letter).items():
            assert "n.d." not in text
            is_about = date.endswith("~")
            assert bool(re.search(ABOUT[style], text)) == is_about, (style, date, text)
            if not is_exact(date.rstrip("~")):
                assert words.lower() in text.lower()


def test_a_letter_whose_text_was_not_seen_is_cited_so(doubtful: Site) -> None:
    for known, said in {
        "text seen": None,
        "cited": "[Text not seen; known because others cite it]",
        "reported": "[Text not seen; known from reports]",
        "catalogued": "[Text not seen; listed in a catalogue]",
    }.items():
        letter = some(doubtful, attestation=known)
        for text in cited(doubtful, letter).values():
            wanted = f"{letter.permalink} {said}"
            assert text.rstrip(".").endswith(wanted) if said else "not seen" not in text


def test_recipients_are_named_in_full_and_senders_as_the_style_has_it(site: Site) -> None:
    found = cited(site, read_letters(site.folder)["2019-02-citizen-lab-to-novalpina"])
    assert found["APA"].startswith("Deibert, R. J., & The Citizen Lab. (")
    assert "[Open letter to Stephen Peel & Novalpina Capital]" in found["APA"]
    for style in ("Chicago", "MLA"):
        assert found[style].startswith("Deibert, Ronald J., and The Citizen Lab. “")
        assert "Open letter to Stephen Peel and Novalpina Capital" in found[style]


def test_the_public_the_unknown_and_the_inferred_are_named_so(doubtful: Site) -> None:
    letters = read_letters(doubtful.folder).values()
    named = {
        letter.recipients[0].cited: letter for letter in letters if len(letter.recipients) == 1
    }
    for name in ("the public", "[unknown]", "[Amber Company]", "[Ana María López]"):
        for text in cited(doubtful, named[name]).values():
            assert f"to {name}" in text
    letter = some(doubtful, title_supplied="yes")
    for text in cited(doubtful, letter).values():
        assert f"[{letter.title.strip('[]')}]".lower() in text.lower()


def test_the_day_of_access_is_left_to_the_reader(site: Site) -> None:
    letter = next(iter(read_letters(site.folder).values()))
    for text in cited(site, letter).values():
        assert not re.search("retrieved|accessed", text, re.IGNORECASE)


# --- letters that mean harm


def test_no_text_becomes_markup(hostile: Site) -> None:
    for letter in read_letters(hostile.folder).values():
        page = hostile.get(f"/archive/letters/{letter.id}")
        assert page.status == 200
        assert page.faults == []
        assert not page.all("img")
        check_scripts(page)
        inside = [
            e for e in page.elements if any(a.attributes.get("id") == "cite" for a in e.around)
        ]
        assert {e.tag for e in inside} <= {"h2", "abbr", "dl", "dt", "dd", "span", "i", "p"}
        assert letter.title in [e.text for e in page.all("h1")]


def test_hostile_titles_are_cited_as_they_are(hostile: Site) -> None:
    for letter in read_letters(hostile.folder).values():
        text = cited(hostile, letter)["Newspaper"]
        assert letters_of(letter.title) in letters_of(text)


def check_scripts(page: Page) -> None:
    """Scripts are files of ours; what stands in the page is data."""
    for script in page.all("script"):
        assert "src" in script.attributes or script.attributes["type"] == "application/ld+json"


def test_lists_show_hostile_letters_as_text(hostile: Site) -> None:
    for path in ("/", "/archive/letters", "/exchanges", "/data", "/unanswered", "/statements"):
        page = hostile.get(path)
        assert page.status == 200
        assert page.faults == []
        assert not page.all("img")
        check_scripts(page)


def test_the_page_names_every_format(everything: Listed) -> None:
    letter = everything.letters[0]
    page = everything.site.get(f"/archive/letters/{letter.id}")
    for suffix in "ris bib csljson cmif xlsx atom jsonfeed jsonld graphml jsonl yml".split():
        assert f"/archive/letters/{letter.id}.{suffix}" in page.links
