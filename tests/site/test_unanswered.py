"""The letters without a known answer: which, how long, and what that does not mean."""

import datetime
from pathlib import Path
from typing import Any

import yaml
from correspondence.records.dates import parse_date

from .answers import Page
from .conftest import Site


def letters_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The letters as they stand in their files."""
    files = sorted(folder.glob("[0-9]*/*.yml"))
    read = {file.stem: yaml.load(file.read_text(), yaml.BaseLoader) for file in files}
    return {stem: letter for stem, letter in read.items() if "withdrawn" not in letter}


def replies_of(letter: dict[str, Any]) -> dict[str, bool]:
    """What a letter answers, and whether that is inferred."""
    plain = [r if isinstance(r, dict) else {"letter": r} for r in letter.get("in_reply_to", [])]
    return {reply["letter"]: reply.get("certainty") == "inferred" for reply in plain}


def expects(letter: dict[str, Any]) -> bool:
    if "expects_answer" in letter:
        return letter["expects_answer"] == "yes"
    asks = any(statement["kind"] == "request" for statement in letter.get("statements", []))
    return letter["form"] != "statement" and (asks or not replies_of(letter))


def listed(page: Page, heading: str) -> list[str]:
    """The letters in the section of that name."""
    return [
        e.attributes["id"]
        for e in page.all("li")
        if "id" in e.attributes and e.within("section").attributes["aria-labelledby"] == heading
    ]


def test_the_list_is_what_the_files_say(site: Site, made_up: Site) -> None:
    for served in (site, made_up):
        letters = letters_of(served.folder)
        stated = {a for x in letters.values() for a, guess in replies_of(x).items() if not guess}
        inferred = {a for x in letters.values() for a, guess in replies_of(x).items() if guess}
        open_ones = {i for i, x in letters.items() if expects(x)} - stated - inferred
        page = served.get("/unanswered")
        shown = listed(page, "waiting")
        assert set(shown) == open_ones
        assert len(shown) == len(open_ones)
        guessed = inferred - stated
        assert set(listed(page, "inferred")) == {i for i in guessed if expects(letters[i])}
        known = len(stated | inferred)
        assert (
            f"Of the {known + len(open_ones)} letters that expect an answer or have one, answers "
            f"are known to {known}, {len(guessed)} of them inferred"
        ) in page.words


def test_a_reply_that_asks_nothing_is_not_listed(site: Site) -> None:
    letters = letters_of(site.folder)
    quiet = {
        stem
        for stem, letter in letters.items()
        if replies_of(letter)
        and "expects_answer" not in letter
        and not any(s["kind"] == "request" for s in letter.get("statements", []))
    }
    assert quiet
    assert not quiet & set(site.get("/unanswered").entries)


def test_how_long_a_letter_waits(site: Site) -> None:
    page = site.get("/unanswered")
    waits = {e.within("li").attributes["id"]: e.text for e in page.all("p", **{"class": "span"})}
    letters = letters_of(site.folder)
    as_of = datetime.date(2026, 11, 23)
    for stem, words in waits.items():
        date = parse_date(letters[stem]["date"])
        if date.qualifier:
            assert words == f"since {date.words}"
            continue
        fewest, most = (as_of - date.latest).days, (as_of - date.earliest).days
        bounds = f"{fewest:,} to {most:,}" if fewest != most else f"{most:,}"
        assert words == f"{bounds} days"


def test_what_followed_the_span_stands_apart(site: Site) -> None:
    page = site.get("/unanswered")
    shown = listed(page, "waiting")
    later = [stem for stem in shown if stem.startswith("2022")]
    assert shown[-len(later) :] == later
    assert f"{len(later)} of them are later than the archive’s period" in page.words
    assert "It does not mean that nobody answered" in page.words


def test_unknown_arguments_are_refused(site: Site) -> None:
    assert site.get("/unanswered?_form=letter").status == 400


def test_a_list_of_more_than_a_page_goes_on(made_up: Site) -> None:
    assert made_up.get("/unanswered?_next=3").entries[0] == made_up.get("/unanswered").entries[3]
