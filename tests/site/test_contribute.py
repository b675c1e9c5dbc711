"""``/contribute``: a letter described in a form, checked as ``letters check`` does, handed over."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from correspondence.site.server.run import make_datasette

from .answers import Page
from .conftest import PATIENT, Site

LETTER = "2019-04-15-rights-groups-to-novalpina"
FILLED = {
    "from": ["Ron Deibert @ The Citizen Lab", "amnesty international"],
    "to": ["NSO Group"],
    "date": "mid March 2021",
    "title": "Letter on exports",
    "form": "letter",
    "attestation": "reported",
    "summary": "According to the report, they asked about exports.",
    "topics": ["mexico", "export-control"],
    "source_url": ["https://example.org/report", ""],
    "source_publisher": ["Example News", ""],
    "source_archived": ["", ""],
    "source_carries": ["report", "letter"],
}
Fields = dict[str, Any]


def post(site: Site, fields: Fields, status: int = 200) -> Page:
    async def ask() -> httpx.Response:
        return await site.datasette.client.post("/contribute", data=fields)

    answer = site.portal.call(ask)
    assert answer.status_code == status, answer.text[:2000]
    return Page("/contribute", answer.status_code, answer.headers, answer.text)


def text_of(page: Page, name: str = "text") -> str:
    [area] = page.all("textarea", name=name)
    return "".join(area.raw).removeprefix("\n")


def problems(page: Page) -> dict[str, str]:
    """What is said beside each field."""
    found = [e for e in page.elements if e.attributes.get("id", "").startswith("problem-")]
    return {e.attributes["id"].removeprefix("problem-"): e.text for e in found}


def test_a_form_becomes_a_file_that_passes_the_check(
    site: Site, real_letters: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    page = post(site, FILLED)
    assert "The file is valid." in page.words
    assert "date: '[2021-03-11..2021-03-20]'\n" in text_of(page)
    [name] = page.all("input", name="id")
    assert name.attributes["value"] == "2021-03-citizen-lab-to-nso-group"
    for path in real_letters.rglob("*.yml"):
        copy = tmp_path / "letters" / path.relative_to(real_letters)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    file = tmp_path / "letters" / "2021" / f"{name.attributes['value']}.yml"
    file.write_text(text_of(page))
    assert run("check", "--letters", tmp_path / "letters").exit_code == 0
    assert run("format", "--check", "--letters", tmp_path / "letters").exit_code == 0


def test_what_was_filled_in_stands_in_the_file(site: Site) -> None:
    text = text_of(post(site, FILLED))
    assert "person: ron-deibert" in text
    assert "organisation: citizen-lab" in text
    assert "organisation: amnesty-international" in text
    assert "date: '[2021-03-11..2021-03-20]'" in text
    assert "topics: [mexico, export-control]" in text
    assert text.count("- url: ") == 1


def test_the_preview_is_the_page_that_it_would_be(site: Site) -> None:
    page = post(site, FILLED)
    assert "Letter on exports" in [heading.text for heading in page.all("h2")]
    assert "between 11 and 20 March 2021" in page.words
    assert "/archive/organisations/citizen-lab" in page.links
    assert len(page.all("h1")) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("date", "03/05/2021", "2021-05-03 (3 May 2021) or 2021-03-05 (5 March 2021)"),
        ("date", "sometime", "no date that can be read"),
        ("date", "", "'date' is missing"),
        ("from", ["Amnesty Internatonal"], "did you mean Amnesty International"),
        ("from", [], "'from' is missing"),
        ("to", [], "'to' is missing"),
        ("title", "", "'title' is missing"),
        ("form", "postcard", "'postcard' is not one of"),
        ("language", "english", "not an ISO 639-1 code"),
        ("summary", "", "'summary' is missing"),
        ("source_url", ["", ""], "'url' is missing"),
        ("source_publisher", ["", ""], "'publisher' is missing"),
        ("source_url", ["example.org", ""], "address"),
        ("source_carries", ["", ""], "'carries' is missing"),
        ("published", "one day", "no date that can be read"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    site: Site, field: str, value: Any, said: str
) -> None:
    page = post(site, FILLED | {field: value}, 422)
    place = "sources" if field.startswith("source_") else field
    assert said in problems(page)[place]
    assert set(problems(page)) == {place}


def test_what_was_filled_in_is_kept_when_something_is_wrong(site: Site) -> None:
    page = post(site, FILLED | {"date": "sometime"}, 422)
    values = {e.attributes.get("value") for e in page.all("input")}
    assert {"sometime", "Letter on exports", "NSO Group", "amnesty international"} <= values
    chosen = {e.attributes["value"] for e in page.all("input") if "checked" in e.attributes}
    assert chosen == {"mexico", "export-control"}
    assert "asked about exports" in text_of(page, "summary")


def test_paragraphs_stay_apart(site: Site) -> None:
    text = text_of(post(site, FILLED | {"summary": "They asked.\n\nThey promised."}))
    assert "  They asked.\n\n  They promised.\n" in text


def test_what_it_answers_and_expects_is_asked_for(site: Site) -> None:
    fields = {"in_reply_to": LETTER, "expects_answer": "yes", "published": "April 2021"}
    text = text_of(post(site, FILLED | fields))
    assert f"in_reply_to:\n  - {LETTER}\n" in text
    assert "expects_answer: yes\n" in text
    assert "published: 2021-04\n" in text


def test_somebody_new_is_added_to_the_register(site: Site) -> None:
    fields = FILLED | {
        "from": ["Northwind Imaging", "Jo Bloggs"],
        "new_organisation": ["Northwind Imaging"],
        "new_organisation_kind": ["company"],
        "new_person": ["Jo Bloggs"],
    }
    page = post(site, fields)
    assert "- id: northwind-imaging\n" in text_of(page, "organisations")
    assert "- id: jo-bloggs\n" in text_of(page, "people")
    assert "Northwind Imaging" in [link.text for link in page.all("a")]


def test_a_new_name_whose_id_is_taken_is_refused(site: Site) -> None:
    fields = FILLED | {"new_organisation": ["NSO Group"], "new_organisation_kind": ["company"]}
    assert "is taken" in problems(post(site, fields, 422))["new_organisation"]


def test_what_kind_of_organisation_is_new_is_asked_for_and_not_guessed(site: Site) -> None:
    for names, kinds, said in [
        (["Northwind Imaging"], [""], "'Northwind Imaging' is"),
        (["Northwind Imaging"], [], "'Northwind Imaging' is"),
        (["Northwind", "Southwind"], ["", ""], "'Northwind' and 'Southwind' are"),
        (["Northwind", "", "Southwind"], ["NGO", "", ""], "'Southwind' is"),
    ]:
        fields = FILLED | {"new_organisation": names, "new_organisation_kind": kinds}
        shown = problems(post(site, fields, 422))["new_organisation"]
        assert shown == f"Please correct: choose what kind {said}"


def test_the_form_tells_of_nobody_whose_name_it_only_offers(site: Site) -> None:
    page = site.get("/contribute")
    offered = {e.attributes["value"] for e in page.all("option") if e.within("datalist")}
    assert "Yana Peel" in offered
    assert page.all("aside") == []


def test_names_of_keys_are_set_apart(site: Site) -> None:
    looks = post(site, FILLED).text
    assert "add its address as <code>archived</code>" in looks


def test_an_id_that_is_taken_is_not_given_twice(site: Site) -> None:
    fields = FILLED | {"from": ["Human Rights Watch"], "date": "January 2022"}
    page = post(site, fields)
    [name] = page.all("input", name="id")
    taken = [row["id"] for row in site.ask("/archive/letters.json?_shape=array&_size=max&_col=id")]
    assert name.attributes["value"] not in taken


def test_a_correction_starts_from_the_file_itself(site: Site, real_letters: Path) -> None:
    page = site.get(f"/archive/letters/{LETTER}")
    [link] = [link for link in page.links if "/contribute?" in link]
    page = site.get(link)
    assert text_of(page) == (real_letters / "2019" / f"{LETTER}.yml").read_text()
    assert "Correct a record" in page.words
    assert "The file is valid." in page.words


def test_comments_of_a_file_survive_a_correction(site: Site) -> None:
    text = text_of(site.get(f"/contribute?letter={LETTER}"))
    commented = f"# A word to the next.\n{text}"
    assert text_of(post(site, {"id": LETTER, "text": commented})) == commented


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("form: open letter", "form: open leter", "Line 2, column 7: 'open leter' is not one of"),
        ("- organisation: access-now", "- organisation: acess-now", "did you mean 'access-now'"),
        ("date: 2019-04-15", "date: 2019-02-30", "Line 3"),
        ("2019-03-01-novalpina-to-rights-groups", "2019-03-01-nobody-to-nobody", "not in the"),
        ("topics:", "topics: [", "Line"),
        ("scope: core", "scope: core\nnote: Write to jo@example.org.", "e-mail"),
    ],
)
def test_a_file_with_problems_says_where_and_how_to_mend_them(
    site: Site, old: str, new: str, said: str
) -> None:
    text = text_of(site.get(f"/contribute?letter={LETTER}"))
    page = post(site, {"id": LETTER, "text": text.replace(old, new, 1)}, 422)
    [alert] = [e for e in page.all("section") if e.attributes.get("role") == "alert"]
    assert said in alert.text
    assert text_of(page) == text.replace(old, new, 1)


def test_the_same_problems_are_found_as_by_the_check(
    site: Site, real_letters: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    for path in real_letters.rglob("*.yml"):
        copy = tmp_path / "letters" / path.relative_to(real_letters)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    file = tmp_path / "letters" / "2019" / f"{LETTER}.yml"
    spoilt = file.read_text().replace("form: ", "from: ").replace("access-now", "acess-now")
    file.write_text(spoilt)
    said = run("check", "--letters", tmp_path / "letters").output
    found = re.findall(rf"{LETTER}\.yml:(\d+):(\d+): [a-z-]+: (.*)", said)
    page = post(site, {"id": LETTER, "text": spoilt}, 422)
    [alert] = [e for e in page.all("section") if e.attributes.get("role") == "alert"]
    assert found
    for line, column, message in found:
        assert f"Line {line}, column {column}: {message}" in alert.text


def test_the_file_can_be_downloaded_under_its_name(site: Site) -> None:
    page = post(site, {"id": LETTER, "text": "title: x\n", "action": "download"})
    assert page.text == "title: x\n"
    assert page.headers["content-disposition"] == f'attachment; filename="{LETTER}.yml"'
    assert page.headers["content-type"].startswith("application/yaml")


def test_nothing_is_stored(site: Site) -> None:
    before = site.database.read_bytes()
    letters = sorted(site.folder.rglob("*"))
    post(site, FILLED)
    assert site.database.read_bytes() == before
    assert sorted(site.folder.rglob("*")) == letters


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "2019-x/../y", "A", "2019-02-18-" * 40])
def test_a_name_that_is_none_is_refused(site: Site, name: str) -> None:
    assert "no name for a letter" in post(site, {"id": name, "text": "title: x"}, 400).words


def test_a_letter_that_is_not_there_cannot_be_corrected(site: Site) -> None:
    assert site.get("/contribute?letter=2019-nobody").status == 404
    assert site.get("/contribute?lettre=x").status == 400


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "\0", "]]>", "&lt;"]
)
def test_what_a_visitor_writes_is_text(site: Site, hostile: str) -> None:
    for fields in (FILLED | {"title": hostile}, {"id": LETTER, "text": f"title: '{hostile}'\n"}):

        async def ask(fields: Fields = fields) -> httpx.Response:
            return await site.datasette.client.post("/contribute", data=fields)

        answer = site.portal.call(ask)
        assert answer.status_code in (200, 422)
        assert "<script>alert" not in answer.text
        assert "49" not in re.findall(r"title: '?(\d+)", answer.text)


@pytest.fixture(scope="module")
def with_code_host(archive_db: Path, real_letters: Path, portal: BlockingPortal) -> Iterator[Site]:
    datasette = make_datasette(archive_db, PATIENT)
    datasette._metadata_local["plugins"] = {
        "correspondence": {
            "new_file": "https://code.example/new/{folder}?filename={name}&value={text}",
            "edit_file": "https://code.example/edit/{path}",
        }
    }
    yield Site(real_letters, archive_db, datasette, portal)
    datasette.get_database("archive").close()


def test_a_new_file_opens_at_the_code_host_filled_in(with_code_host: Site) -> None:
    page = post(with_code_host, FILLED)
    [link] = [link for link in page.links if link.startswith("https://code.example/")]
    address = httpx.URL(link)
    assert address.path == "/new/letters/2021"
    assert address.params["filename"] == "2021-03-citizen-lab-to-nso-group.yml"
    assert address.params["value"] == text_of(page)


def test_a_correction_opens_at_the_code_host(with_code_host: Site) -> None:
    page = with_code_host.get(f"/contribute?letter={LETTER}")
    assert f"https://code.example/edit/letters/2019/{LETTER}.yml" in page.links


def test_a_file_too_long_for_an_address_is_to_be_pasted(with_code_host: Site) -> None:
    page = post(with_code_host, FILLED | {"summary": "They asked. " * 1_000})
    [link] = [link for link in page.links if link.startswith("https://code.example/")]
    assert "They" not in link
    assert "to be pasted there" in page.words


# --- no more than one letter


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"from": [f"Organisation {n}" for n in range(51)]}, "'from' there may be 50"),
        ({"to": "a" * 1_001}, "'to' may have 1,000 characters"),
        ({"topics": ["x"] * 301}, "at most 300 fields"),
    ],
    ids=["many names", "a long name", "many fields"],
)
def test_what_no_letter_has_is_refused(site: Site, fields: Fields, says: str) -> None:
    assert says in post(site, fields, status=400).words


def test_of_very_many_problems_the_first_are_shown(site: Site) -> None:
    text = "".join(f"k{n}: 1\n" for n in range(500))
    page = post(site, {"id": "2019-02-18-a-to-b", "text": text}, status=422)
    assert page.text.count("<li>Line ") == 100
    assert "The first hundred are shown." in page.words


def test_the_example_of_the_form_is_about_nobody_real(site: Site) -> None:
    page = site.get("/contribute")
    names = {
        row["name"]
        for table in ("people", "organisations")
        for row in site.ask(f"/archive/{table}.json?_shape=array&_col=name&_size=max")
    }
    [example] = re.findall("“([^”]+ @ [^”]+)”", page.words)
    assert not names & set(example.split(" @ "))


@pytest.mark.parametrize("field", ["from", "to", "cc"])
def test_a_name_that_is_too_long_is_compared_with_none(site: Site, field: str) -> None:
    page = post(site, FILLED | {field: ["long name " * 50]}, 422)
    assert problems(page)[field].endswith("a name has at most 200 characters; this one has 499")


def test_a_correction_that_breaks_letters_that_refer_to_it_is_no_valid_one(site: Site) -> None:
    """Two letters answer this one; a day after theirs is as wrong here as in ``letters check``."""
    letter = "2020-06-09-amnesty-to-nso-group"
    text = text_of(site.get(f"/contribute?letter={letter}"))
    late = text.replace("date: 2020-06-09", "date: 2020-07-25")
    assert late != text
    page = post(site, {"id": [letter], "text": [late]}, 422)
    assert "which refers to this letter" in page.words
    assert "The file is valid." not in page.words
    assert "The file is valid." in post(site, {"id": [letter], "text": [text]}).words
