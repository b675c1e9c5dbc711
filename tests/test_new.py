"""``letters new``: a letter in plain words, by answers or options; all of it is written or none."""

import os
import pty
import re
import select
import signal
import sys
import time
from pathlib import Path

import pytest

OPTIONS = {
    "--from": "Price Watch",
    "--to": "acme",
    "--date": "mid June 2019",
    "--title": "More on prices",
    "--form": "letter",
    "--attestation": "reported",
    "--source": "https://example.org/more",
    "--publisher": "Watch",
    "--carries": "report",
    "--topic": "Prices",
    "--scope": "core",
    "--summary": "Watch asked again about prices.",
}
ANSWERS = {
    "What is its title?": "Letter on discounts",
    "Is the title your own?": "yes",
    "What kind of letter": "1",
    "When was it sent?": "05/03/2019",
    "Which is meant?": "1",
    "Is that right?": "y",
    "Who sent it?": "Jané Doe",
    "Which organisation did they": "watch",
    "Who else": "",
    "Who received it?": "acme corp",
    "Which one?": "1",
    "Who received a copy?": "",
    "Which letters": "",
    "Does it expect": "",
    "What is it about?": "prices",
    "How do we know": "reported",
    "How near": "core",
    "What does it say?": "Watch asked for discounts.",
    "What is its address?": "https://example.org/discounts",
    "Who publishes": "Watch",
    "What of the letter": "4",
    "What is the address of an archived": "",
    "Is there another source?": "n",
    "Can you answer more?": "",
    "Its id, which will not change": "",
    "Write it?": "y",
}
"""What is answered to the questions that begin so."""


def words(options: dict[str, str], *more: str) -> list[str]:
    return [word for option in options.items() for word in option] + [*more]


def files(folder: Path = Path("letters")) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dialogue(answers: dict[str, str], *order: str) -> str:
    """What is typed: the answers in the order of the questions."""
    return "".join(f"{answers[question]}\n" for question in order)


FLOW = (
    "What is its title?", "Is the title your own?", "What kind of letter", "When was it sent?",
    "Which is meant?", "Is that right?", "Who sent it?", "Which organisation did they", "Who else",
    "Who received it?", "Which one?", "Who else", "Who received a copy?", "Which letters",
    "Does it expect", "What is it about?", "How do we know", "How near", "What does it say?",
    "What is its address?", "Who publishes", "What of the letter",
    "What is the address of an archived", "Is there another source?", "Can you answer more?",
    "Its id, which will not change", "Write it?",
)  # fmt: skip


# --- by options


def test_a_letter_is_written_from_options_alone(archive, run):
    result = run("new", *words(OPTIONS), "--yes")
    assert result.exit_code == 0, result.output
    path = archive.folder / "2019/2019-06-watch-to-acme-corporation.yml"
    assert path.read_text() == (
        "title: More on prices\n"
        "form: letter\n"
        "date: '[2019-06-11..2019-06-20]'\n"
        "from:\n"
        "  - organisation: watch\n"
        "to:\n"
        "  - organisation: acme-corporation\n"
        "topics: [prices]\n"
        "attestation: reported\n"
        "scope: core\n"
        "summary: Watch asked again about prices.\n"
        "sources:\n"
        "  - url: https://example.org/more\n"
        "    publisher: Watch\n"
        "    carries: report\n"
    )
    assert "read as: between 11 and 20 June 2019 ([2019-06-11..2019-06-20])" in result.output
    assert run("check").output.startswith("no problems (3 letters read)\n")
    assert run("format", "--check", path).exit_code == 0


def test_two_senders_of_whom_one_is_new(archive, run):
    archive.replace("register/organisations.yml", "- id: watch", "# The watchers\n- id: watch")
    before = (archive.folder / "register/organisations.yml").read_text()
    result = run(
        *("new", *words(OPTIONS), "--yes"),
        *("--from", "Ada Ash @ Fundacja Świt", "--archived", "https://archive.example/x"),
        *("--add-organisation", "Fundacja Świt", "NGO", "--add-person", "Ada Ash"),
    )
    assert result.exit_code == 0, result.output
    written = (archive.folder / "register/organisations.yml").read_text()
    assert written == before + "- id: fundacja-swit\n  name: Fundacja Świt\n  kind: NGO\n"
    letter = (archive.folder / "2019/2019-06-watch-to-acme-corporation.yml").read_text()
    assert "  - organisation: fundacja-swit\n    person: ada-ash\n" in letter
    assert run("check").output.startswith("no problems (3 letters read)\n")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"--from": "Price Witch"}, "'Price Witch' is not in the register: the register has watch"),
        ({"--to": "Zzz"}, "'Zzz' is not in the register: the register has nothing like it"),
        ({"--date": "05/03/2019"}, "may mean 5 March 2019 (2019-03-05) or 3 May 2019 (2019-05-03)"),
        ({"--date": "soon"}, "--date: 'soon' is no date that can be read; write 18 February 2019"),
        ({"--form": "leter"}, "--form: 'leter' is not one of letter, open letter, e-mail"),
        ({"--source": "example.org"}, "--source: 'example.org' is no web address"),
        ({"--summary": "Ask jane@example.org."}, "'jane@example.org' looks like an e-mail address"),
        ({"--topic": "Price"}, "'Price' is not in the register of topics; did you mean 'prices'?"),
        ({"--id": "2019-02-18-watch-to-acme"}, "is the id of another letter"),
        ({"--scope": ""}, "'' is not one of"),
    ],
)
def test_an_option_that_cannot_be_read_is_told_and_nothing_is_written(archive, run, changes, says):
    before = files()
    result = run("new", *words(OPTIONS | changes), "--yes")
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())
    assert files() == before


@pytest.mark.parametrize("missing", ["--from", "--date", "--attestation", "--source", "--summary"])
def test_what_must_be_known_is_missed(archive, run, missing):
    options = {name: value for name, value in OPTIONS.items() if name != missing}
    result = run("new", *words(options), "--yes")
    assert result.exit_code == 2
    assert f"{missing} is missing" in result.output


def test_a_second_letter_of_the_same_day_and_parties_has_a_number(archive, run):
    options = OPTIONS | {"--date": "18/02/2019"}
    run("new", *words(options), "--yes")
    result = run("new", *words(options), "--yes")
    assert "perhaps it is here already: On prices (18 February 2019)" in result.output
    names = sorted(path.stem for path in (archive.folder / "2019").glob("2019-02-18-watch*"))
    assert names[1:] == [
        "2019-02-18-watch-to-acme-corporation",
        "2019-02-18-watch-to-acme-corporation-2",
    ]


def test_a_statement_to_the_public_has_no_recipient(archive, run):
    options = {name: value for name, value in OPTIONS.items() if name != "--to"}
    options["--form"] = "statement"
    result = run("new", *words(options), "--yes")
    assert result.exit_code == 0, result.output
    written = (archive.folder / "2019/2019-06-watch-to-public.yml").read_text()
    assert "form: statement\n" in written


def test_a_letter_that_would_not_pass_is_not_written(archive, run):
    before = files()
    result = run("new", *words(OPTIONS), "--yes", "--add-person", "X")
    assert result.exit_code == 1
    assert "nothing was written: register/people.yml:3: nothing refers to 'x'" in result.output
    assert "; the letter stands above, to be copied\n" in result.output
    assert "summary: Watch asked again about prices.\n" in result.output
    assert files() == before


def test_faulty_registers_are_told_first(archive, run):
    archive.replace("register/topics.yml", "name:", "nam:")
    result = run("new", *words(OPTIONS), "--yes")
    assert (result.exit_code, result.output) == (
        2,
        "letters: archive.yml or a register of letters is faulty; run letters check\n",
    )


# --- by questions


def test_a_letter_is_written_from_answers(archive, run):
    result = run("new", input=dialogue(ANSWERS, *FLOW))
    assert result.exit_code == 0, result.output
    assert "This can be read in 2 ways:" in result.output
    written = (archive.folder / "2019/2019-03-05-watch-to-acme-corporation.yml").read_text()
    assert "  - organisation: watch\n    person: jane-doe\n" in written
    assert "title: Letter on discounts\ntitle_supplied: yes\n" in written
    assert run("check").output.startswith("no problems (3 letters read)\n")


def test_what_cannot_be_read_is_asked_again(archive, run):
    typed = dialogue(ANSWERS, *FLOW).replace(
        "https://example.org/d", "there\nhttps://example.org/d"
    )
    result = run("new", input=typed.replace("05/03/2019\n1\ny\n", "soon\n2019-03\nn\n2019-04\ny\n"))
    assert result.exit_code == 0, result.output
    assert "'there' is no web address" in result.output
    assert (archive.folder / "2019/2019-04-watch-to-acme-corporation.yml").exists()


def test_a_new_organisation_is_added_once_agreed(archive, run):
    archive.write("register.schema.json", "{}\n")
    typed = dialogue(ANSWERS, *FLOW).replace(
        "acme corp\n1\n", "Zürich Bank\norganisation\ncompany\n\nn\nzurich\n", 1
    )
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    shown = result.output.partition("Write it?")[0]
    assert "register/organisations.yml, at its end:" in shown
    assert "schema" not in shown, "only what somebody wrote is shown"
    assert "Zürich Bank" in (archive.folder / "register.schema.json").read_text()
    assert (
        (archive.folder / "register/organisations.yml")
        .read_text()
        .endswith("- id: zurich\n  name: Zürich Bank\n  kind: company\n")
    )
    assert (archive.folder / "2019/2019-03-05-watch-to-zurich.yml").exists()


def test_who_is_before_the_at_sign_is_a_person(archive, run):
    typed = dialogue(ANSWERS, *FLOW).replace(
        "Jané Doe\nwatch\n", "Ada Ash @ Price Watch\ny\ny\n", 1
    )
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    assert "organisation or a person" not in result.output
    written = (archive.folder / "2019/2019-03-05-watch-to-acme-corporation.yml").read_text()
    assert "  - organisation: watch\n    person: ada-ash\n" in written


def test_a_new_person_writes_for_a_new_organisation(archive, run):
    typed = dialogue(ANSWERS, *FLOW).replace(
        "Jané Doe\nwatch\n", "Ada Ash\nperson\ny\nAsh & Sons\ny\ncompany\n\ny\n", 1
    )
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    written = (archive.folder / "2019/2019-03-05-ash-sons-to-acme-corporation.yml").read_text()
    assert "  - organisation: ash-sons\n    person: ada-ash\n" in written


def test_an_organisation_that_is_not_to_be_added_is_asked_for_again(archive, run):
    before = (archive.folder / "register/organisations.yml").read_text()
    typed = dialogue(ANSWERS, *FLOW).replace("Jané Doe\nwatch\n", "Jané Doe\nZzz House\nn\nwatch\n")
    typed = typed.replace("acme corp\n1\n", "1\nacme corp\n1\n", 1)  # the number of nothing
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    assert "'1' is no name; write one, or a part of it" in result.output
    assert (archive.folder / "register/organisations.yml").read_text() == before
    written = (archive.folder / "2019/2019-03-05-watch-to-acme-corporation.yml").read_text()
    assert "  - organisation: watch\n    person: jane-doe\n" in written


def test_the_end_says_where_to_see_the_letter(archive, run):
    result = run("new", input=dialogue(ANSWERS, *FLOW))
    name = "2019-03-05-watch-to-acme-corporation"
    assert result.output.endswith(
        f"letters check --warnings letters/2019/{name}.yml lists its warnings\n"
        f"the site shows it at /archive/letters/{name}\n"
    )
    assert "?:" not in result.output


def test_of_a_party_that_is_given_up_nothing_is_added(archive, run):
    before = files()
    typed = dialogue(ANSWERS, *FLOW).replace(
        "Jané Doe\nwatch\n", "Ada Ash @ Zzz House\ny\ny\nn\nJané Doe\nwatch\n"
    )
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    assert set(files()) - set(before) == {"letters/2019/2019-03-05-watch-to-acme-corporation.yml"}
    assert all(files()[name] == content for name, content in before.items())


def test_who_is_named_twice_is_taken_once(archive, run):
    typed = dialogue(ANSWERS, *FLOW).replace("watch\n\n", "watch\nJané Doe\nwatch\n\n", 1)
    typed = typed.replace("prices\nreported", "prices, 99\n1, prices\nreported", 1)
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    assert "that stands here already" in result.output
    assert "99 is not a number from 1 to 1" in result.output


def test_what_is_added_to_a_register_is_shown_before_it_is_written(archive, run):
    typed = dialogue(ANSWERS, *FLOW).replace("Jané Doe\nwatch\n", "Ada Ash\nperson\ny\nwatch\n")
    result = run("new", input=typed)
    added = "letters/register/people.yml, at its end:\n\n- id: ada-ash\n  name: Ada Ash\n"
    assert added in result.output
    assert result.output.index(added) < result.output.index("Write it?")


def test_who_goes_back_is_asked_the_question_before_again(archive, run):
    before = (archive.folder / "register/people.yml").read_text()
    typed = dialogue(ANSWERS, *FLOW).replace(
        "Jané Doe\nwatch\n\n", "Ada Ash\nperson\ny\nwatch\n\n<\nJané Doe\nwatch\n\n", 1
    )
    typed = f"<\nA first title\n<\n{typed}"
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    written = (archive.folder / "2019/2019-03-05-watch-to-acme-corporation.yml").read_text()
    assert "title: Letter on discounts\n" in written
    assert "    person: jane-doe\n" in written
    assert (archive.folder / "register/people.yml").read_text() == before


def test_copies_answers_and_whatever_else_is_known_are_asked_for(archive, run):
    [answered] = [path.stem for path in Path("letters").rglob("2019-02-18*.yml")]
    more = {
        "Who received a copy?": "Jané Doe",
        "Which letters": f"nothing-here\n{answered}",
        "Does it expect": "yes",
        "Is there another source?": "y\nhttps://example.org/2\nAcme\nletter\n\nn",
        "Can you answer more?": "2, 4",
    }
    flow = [*FLOW]
    flow.insert(flow.index("Which letters"), "Which organisation did they")
    flow.insert(flow.index("Which letters"), "Who else")
    answers = dialogue(ANSWERS | more | {"Which organisation did they": "watch"}, *flow)
    typed = answers.replace("\n2, 4\n", "\n2, 4\nMay 2019\ny\n12/2019\n")
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    assert "'nothing-here' is no letter of the archive" in result.output
    written = (archive.folder / "2019/2019-03-05-watch-to-acme-corporation.yml").read_text()
    for line in (
        "published: 2019-05",
        "cc:",
        f"  - {answered}",
        "expects_answer: yes",
        "reference: 12/2019",
        "  - url: https://example.org/2",
    ):
        assert f"{line}\n" in written
    assert run("check").output.startswith("no problems (3 letters read)\n")


def test_a_hidden_character_is_asked_about_again(archive, run):
    typed = dialogue(ANSWERS, *FLOW).replace("Letter on d", "Letter\u202eon\nLetter on d")
    result = run("new", input=typed)
    assert result.exit_code == 0, result.output
    assert "a hidden character is in it; type it again" in result.output


def test_a_letter_that_is_here_already_is_not_written(archive, run):
    before = files()
    typed = dialogue(ANSWERS, *FLOW).replace("05/03/2019\n1\ny\n", "18 February 2019\ny\n")
    result = run("new", input=typed.removesuffix("y\n") + "n\n")
    assert result.exit_code == 1
    assert "perhaps it is here already: On prices" in result.output
    assert files() == before


@pytest.mark.parametrize("answered", range(len(FLOW)))
def test_who_stops_answering_leaves_nothing_behind(archive, run, answered):
    before = files()
    result = run("new", input=dialogue(ANSWERS, *FLOW[:answered]))
    assert result.exit_code == 130
    assert "\nletters: stopped; nothing was written\n" in result.output
    assert files() == before


# --- in a terminal


class Terminal:
    """``letters new`` in a pseudo-terminal, as a person has it."""

    def __init__(self) -> None:
        self.seen = ""
        self.has_ended = False
        program = "from correspondence.cli import main; main()"
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, [sys.executable, "-c", program, "new"])

    def wait_for(self, text: str) -> None:
        limit = time.monotonic() + 60
        while text not in self.seen:
            ready, _, _ = select.select([self.fd], [], [], max(0, limit - time.monotonic()))
            assert ready, f"{text!r} did not come after {self.seen!r}"
            self.seen += os.read(self.fd, 4096).decode()

    def answer(self, question: str, typed: str) -> None:
        self.wait_for(question)
        self.seen = self.seen.partition(question)[2]
        os.write(self.fd, f"{typed}\n".encode())

    def press_ctrl_c(self) -> None:
        """Press it until something happens: a key that comes just before a question's is lost."""
        for _ in range(60):
            os.write(self.fd, b"\x03")
            ready, _, _ = select.select([self.fd], [], [], 1)
            while ready and "stopped" not in self.seen:
                try:
                    self.seen += os.read(self.fd, 4096).decode()
                except OSError:  # the other side has closed it
                    return
                ready, _, _ = select.select([self.fd], [], [], 1)
            if "stopped" in self.seen:
                return

    def exit_code(self) -> int:
        try:
            while data := os.read(self.fd, 4096):
                self.seen += data.decode()
        except OSError:  # the other side has closed it
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        self.has_ended = True
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def terminal(archive):
    made = Terminal()
    yield made
    if not made.has_ended:
        os.kill(made.pid, signal.SIGKILL)
        os.waitpid(made.pid, 0)


def test_a_letter_is_entered_in_a_terminal(terminal, run):
    for question in FLOW:
        terminal.answer(question, ANSWERS[question])
    assert terminal.exit_code() == 0
    assert "wrote letters/2019/2019-03-05-watch-to-acme-corporation.yml" in terminal.seen
    assert run("check").output.startswith("no problems (3 letters read)\n")


@pytest.mark.parametrize("last", ["Who sent it?", "Which is meant?", "Write it?"])
def test_ctrl_c_leaves_nothing_behind(terminal, last):
    before = files()
    for question in FLOW[: FLOW.index(last)]:
        terminal.answer(question, ANSWERS[question])
    terminal.wait_for(last)
    terminal.press_ctrl_c()
    assert terminal.exit_code() == 130
    assert re.search(r"letters: stopped; nothing was written\s*$", terminal.seen)
    assert files() == before
