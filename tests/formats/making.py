"""Archives that are made up to be difficult: hostile texts, doubtful dates, very many letters."""

from itertools import product
from pathlib import Path
from typing import Any

import yaml

from ..site.made_up import FRAME

MANY = 1_200

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></script><img src=x onerror=alert(1)>",
    "a & b &amp; &#60;c&#62; &lt;d&gt;",
    "\"double\" 'single' `back` “curly” ’",
    "]]> <![CDATA[x]]> --> <!-- <?php x ?>",
    "=cmd|' /C calc'!A0",
    "+1+1 -2 @SUM(1)",
    r"C:\new\table \textbf{x} \write18{ls} \\ \"",
    "{open {nested} and } {closed",
    "100% $x_1^2$ #1 ~tilde & more",
    "TY  - JOUR",
    "{{ 7 * 7 }} {% raw %} ${x}",
    "first, second; third and fourth",
    "--- ... : - [x] {y: z}",
    "%0A%0D\\r\\n \\u0022 _x0041_",
    "العربية עברית 日本語 é ﬁ 🖋\u200d🖋 ع\u200fب",
)
"""Texts that some format would take for something else; all are sound in a record."""

DATES = (
    "2019-02-18 2019-02 2019 2019-06-14~ 2019-06~ 2019~ 2019-06-14? 2019? 2020-01-01% 2020% "
    "[2020-06-09..2020-06-22] [2020-06..2020-08] [2019-10-18..2021-02-03] [..2021-03-05] [..2021] "
    "[2020-12-30..] 2019-02-01/2019-02-03 2019-12-28/2020-01-03 2018/2020 ../2019-12-31 "
    "2021-11-05/.. XXXX"
).split()
"""Every kind of date that the archive accepts."""

ATTESTATIONS = ("text seen", "opening seen", "cited", "reported", "catalogued")

PARTIES: tuple[dict[str, str], ...] = (
    {"organisation": "amber"},
    {"organisation": "amber", "certainty": "inferred"},
    {"organisation": "amber", "person": "ana-lopez"},
    {"organisation": "amber", "person": "ana-lopez", "certainty": "inferred"},
    {
        "organisation": "amber",
        "person": "ana-lopez",
        "certainty": "inferred",
        "organisation_certainty": "inferred",
    },
    {"organisation": "amber", "person": "ana-lopez", "organisation_certainty": "inferred"},
    {"person": "ana-lopez"},
    {"person": "ana-lopez", "certainty": "inferred"},
    {"person": "plato", "certainty": "inferred"},
    {"unknown": "yes"},
)
"""Every way in which somebody may stand in a letter."""


def write_hostile(folder: Path) -> None:
    """Letters in which every text is a hostile one, in titles and names and all else."""
    _write_frame(folder)
    organisations = [
        {"id": f"o{number}", "name": text, "kind": "company", "aliases": [text], "notice": text}
        for number, text in enumerate(HOSTILE)
    ]
    people = [
        {"id": f"p{number}", "name": f"Given {text}", "family_name": text}
        for number, text in enumerate(HOSTILE)
    ]
    topics = [
        {"id": f"t{number}", "name": text, "description": text}
        for number, text in enumerate(HOSTILE)
    ]
    _write_registers(folder, organisations, people, topics)
    for number, text in enumerate(HOSTILE):
        other = (number + 1) % len(HOSTILE)
        letter: dict[str, Any] = {
            "title": text,
            "form": "open letter",
            "date": f"2019-02-{number + 1:02}",
            "date_note": text,
            "from": [
                {"organisation": f"o{number}", "person": f"p{number}", "role": text},
                {"organisation": f"o{other}", "on_behalf_of": f"o{number}"},
            ],
            "to": [{"person": f"p{other}", "certainty": "inferred"}],
            "cc": [{"organisation": f"o{other}"}],
            "reference": text,
            "topics": [f"t{number}"],
            "attestation": ATTESTATIONS[number % len(ATTESTATIONS)],
            "summary": f"{text}\n\n{text}",
            "other_references": [text],
            "statements": [{"id": "ask", "kind": "request", "text": text, "evidence": text}],
            "sources": [
                {
                    "url": f"https://example.org/{number}?a=1&b='2'&c=<%3E>".replace("<%3E>", "3"),
                    "publisher": text,
                    "carries": "letter",
                }
            ],
            "evidence": text,
            "note": text,
            "conflicts": [text],
            "unknown": [text],
            "corrections": [{"date": "2022-01-01", "text": text}],
        }
        if number % 2:
            letter["title_supplied"] = "yes"
        _write(folder / f"2019/2019-02-{number + 1:02}-letter.yml", letter)


def write_doubtful(folder: Path) -> None:
    """A letter of each date with each knowledge, and one of each way to stand in a letter."""
    _write_frame(folder)
    organisations = [
        {"id": name, "name": f"{name.title()} Company", "kind": "company", "unused": "yes"}
        for name in ("amber", "basalt")
    ]
    people = [
        {"id": "ana-lopez", "name": "Ana María López", "family_name": "López"},
        {"id": "plato", "name": "Plato"},
    ]
    _write_registers(folder, organisations, people, [])
    cases: list[dict[str, Any]] = [
        {"date": date, "attestation": known} for date, known in product(DATES, ATTESTATIONS)
    ]
    for party in PARTIES:
        cases += [{"from": [party]}, {"to": [party]}]
    cases += [
        {"to": [{"organisation": "amber"}, {"organisation": "amber", "person": "plato"}]},
        {"form": "statement", "to": []},
        {"title_supplied": "yes"},
        {"summary": f"They wrote of {'much ' * 8_000}gravel."},
    ]
    for number, case in enumerate(cases):
        letter = {
            "title": f"Letter {number} on granite",
            "form": "letter",
            "date": "2019-02-18",
            "from": [{"organisation": "amber"}],
            "to": [{"organisation": "basalt"}],
            "attestation": "text seen",
            "summary": "They wrote of gravel.",
            "sources": [
                {
                    "url": f"https://example.org/{number}",
                    "publisher": "Ed",
                    "carries": "report",
                }
            ],
            **case,
        }
        if not letter["to"]:
            del letter["to"]
        _write(folder / f"2019/2019-letter-{number:03}.yml", letter)


def write_many(folder: Path) -> None:
    """:data:`MANY` letters of a day each or two, between two organisations."""
    _write_frame(folder)
    organisations = [
        {"id": name, "name": f"{name.title()} Company", "kind": "company"}
        for name in ("amber", "basalt")
    ]
    _write_registers(folder, organisations, [], [])
    text = "\n".join(
        [
            "title: Letter {number}",
            "form: letter",
            "date: 2019-{month:02}-{day:02}",
            "from:",
            "  - organisation: amber",
            "to:",
            "  - organisation: basalt",
            "attestation: catalogued",
            "sources:",
            "  - url: https://example.org/{number}",
            "    publisher: Ed",
            "    carries: report",
            "",
        ]
    )
    (folder / "2019").mkdir()
    for number in range(MANY):
        month, day = number % 12 + 1, number // 12 % 28 + 1
        path = folder / f"2019/2019-{month:02}-{day:02}-letter-{number:04}.yml"
        path.write_text(text.format(number=number, month=month, day=day), "utf-8")


def _write_frame(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "archive.yml").write_text(FRAME, "utf-8")


def _write_registers(folder: Path, organisations: Any, people: Any, topics: Any) -> None:
    _write(folder / "register/organisations.yml", organisations)
    _write(folder / "register/people.yml", people)
    _write(folder / "register/topics.yml", topics)


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    text = yaml.dump(content, Dumper=_NoAliases, allow_unicode=True, sort_keys=False)
    path.write_text(text, "utf-8")


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
