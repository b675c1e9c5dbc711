"""About the archive, and its open questions: what the files say, and nothing of any one archive."""

from pathlib import Path

import pytest
import yaml
from correspondence.records.vocabulary import VOCABULARIES, Attestation

from .conftest import Site
from .test_unanswered import letters_of

OURS = Path(__file__).parents[2] / "scripts" / "correspondence" / "site"


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("archive", ["site", "made_up"])
def test_about_says_what_the_archive_says_of_itself(
    archive: str, request: pytest.FixtureRequest
) -> None:
    served: Site = request.getfixturevalue(archive)
    info = yaml.load((served.folder / "archive.yml").read_text(), yaml.BaseLoader)
    page = served.get("/about")
    texts = [info["title"], info["description"], info["corrections"], info["licence"]["name"]]
    texts += [scope["description"] for scope in info["scopes"]]
    texts += [lane["name"] for lane in info["lanes"]]
    assert all(flat(text) in page.words for text in texts)
    assert f"{info['title']}, version {info['version']}, state of knowledge" in page.words


@pytest.mark.parametrize("archive", ["site", "made_up"])
def test_counts_by_attestation_lead_to_these_letters(
    archive: str, request: pytest.FixtureRequest
) -> None:
    served: Site = request.getfixturevalue(archive)
    letters = letters_of(served.folder).values()
    links = served.get("/about").all("a")
    for known in Attestation:
        count = sum(letter["attestation"] == known for letter in letters)
        address = f"/?_attestation={known.replace(' ', '+')}"
        shown = [e.text for e in links if e.attributes.get("href") == address]
        assert shown == ([f"{count} letter{'s' if count != 1 else ''}"] if count else [])


def test_the_words_of_the_archive_are_explained(site: Site) -> None:
    page = site.get("/about")
    for vocabulary in ("`form`", "`kind` of a statement", "`how` a statement is taken up"):
        for word, meaning in VOCABULARIES[vocabulary].meanings().items():
            assert meaning in page.words
            assert word.casefold() in page.words.casefold()
    explained = {term.text for term in page.all("dt")}
    others = {"Exchange", "Wait", "Median wait", "Silence", "State of knowledge", "What followed"}
    assert others | {"On behalf of", "Event", "Open question"} <= explained


def test_letters_of_the_span_and_those_that_followed_are_counted_apart(site: Site) -> None:
    letters = letters_of(site.folder)
    later = sum(stem.startswith("2022") for stem in letters)
    words = site.get("/about").words
    assert f"{len(letters) - later} letters of 2019 to 2021, and {later} that followed" in words


def test_withdrawn_records_are_named(made_up: Site) -> None:
    assert "2022-01-31: 2019-03-09-amber-to-basalt-withdrawn. It was" in made_up.get("/about").words


def test_every_lead_is_shown_with_where_to_look(site: Site) -> None:
    leads = yaml.load((site.folder / "register/leads.yml").read_text(), yaml.BaseLoader)
    words = site.get("/leads").words
    for lead in leads:
        for key in ("about", "why", "where_to_look"):
            assert flat(lead[key]) in words
    assert site.get("/leads").all("li", id=leads[0]["id"])


@pytest.mark.parametrize("path", ["/about", "/leads"])
def test_unknown_arguments_are_refused(site: Site, path: str) -> None:
    assert site.get(f"{path}?_from=nso-group").status == 400


def test_nothing_about_one_archive_is_written_in_code_or_templates() -> None:
    names = ("nso", "novalpina", "pegasus", "citizen lab", "citizen-lab")
    for file in [*OURS.rglob("*.py"), *OURS.rglob("*.html")]:
        text = file.read_text().casefold()
        assert not [name for name in names if f" {name}" in text], file
