"""The outline of every kind of page: what a checker of HTML and a screen reader go by."""

from itertools import pairwise

import pytest

from .conftest import Site

PAGES = (
    "/",
    "/?_sort_desc=sort_key",
    "/?_year=2019&_year=2020&_search=letter",
    "/?_search=nowhere",
    "/archive/letters",
    "/exchanges",
    "/unanswered",
    "/statements",
    "/leads",
    "/about",
    "/data",
    "/contribute",
    "/archive",
    "/archive/organisations",
    "/archive/people",
    "/archive/topics",
    "/archive/events",
    "/archive/sources",
    "/archive?sql=select+1",
    "/nothing",
    "/?_frm=x",
)
both_archives = pytest.mark.parametrize("archive", ["site", "made_up"])
every_page = pytest.mark.parametrize("path", PAGES)


@both_archives
@every_page
def test_headings_go_down_one_level_at_a_time(
    request: pytest.FixtureRequest, archive: str, path: str
) -> None:
    page = request.getfixturevalue(archive).get(path)
    levels = [int(e.tag[1]) for e in page.elements if e.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels


@both_archives
@every_page
def test_every_choice_and_every_region_has_a_name(
    request: pytest.FixtureRequest, archive: str, path: str
) -> None:
    page = request.getfixturevalue(archive).get(path)
    for option in page.all("option"):
        in_list = option.within("datalist")
        assert option.attributes.get("value") if in_list else option.text, option
    for landmark in [*page.all("nav"), *page.all("aside")]:
        assert {"aria-label", "aria-labelledby"} & landmark.attributes.keys(), landmark


def test_what_was_chosen_is_the_heading_of_the_list(site: Site) -> None:
    assert [h.text for h in site.get("/").all("h1")] == [
        "Who wrote to whom about Pegasus, and who answered"
    ]
    (heading,) = site.get("/?_from=nso-group&_year=2021").all("h1")
    assert heading.text == "3 letters: NSO Group, 2021"


def test_every_step_from_the_timeline_leads_to_the_list(site: Site) -> None:
    page = site.get("/?_from=nso-group&_size=2&_search=letter")
    (form,) = [e for e in page.all("form") if e.within("main")]
    chips = next(e for e in page.all("ul") if e.attributes.get("class") == "chips")
    steps = [e.attributes["href"] for e in page.all("a") if chips in e.around]
    steps += [form.attributes["action"], page.next]
    assert len(steps) > 4
    assert all(address.endswith("#letters") for address in steps)
    assert page.all("div", id="letters")
