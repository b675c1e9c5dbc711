"""An archive made up: what the real one has too little of, such as ties and doubtful dates."""

import re
from pathlib import Path
from random import Random
from typing import Any

import yaml

FRAME = """\
title: The invented letters
tagline: Nobody wrote to anybody
description: Letters that were never written.
span: 2019/2021
as_of: 2022-12-31
version: '1'
licence:
  name: CC BY 4.0
  url: https://creativecommons.org/licenses/by/4.0/
corrections: None.
lanes:
  - id: makers
    name: Makers
  - id: others
    name: Others
scopes:
  - id: wider
    name: Around
    description: Letters around it.
  - id: core
    name: Within
    description: The letters themselves.
organisation_kinds: [company, NGO]
"""
LETTERS = 130
_ORGANISATIONS = "amber basalt cobalt dolomite feldspar garnet".split()
_PEOPLE = {"ana-lopez": "Ana López", "bo-ek": "Bo Ek", "cleo-mars": "Cléo Mars", "di-ray": "Di Ray"}
_TOPICS = "mines quarries rivers roads".split()
_DATES = (
    "2019-02-18 2019-02 2019 2019-06-14~ 2019-06-14? [2020-06-09..2020-06-22] [..2019-03-05] "
    "[2020-12-30..] [2019-10-18..2021-02-03] 2019-12-28/2020-01-03 ../2019-12-31 2021-11-05/.. XXXX"
).split()
_DAYS = [
    f"{year}-{month:02}-{day:02}" for year in (2019, 2020) for month in (2, 3) for day in (1, 9)
]
_FORMS = ["letter", "open letter", "e-mail", "statement", "UN communication"]
_ATTESTATIONS = ["text seen", "opening seen", "cited", "reported", "catalogued"]
WITHDRAWN = "2019-03-09-amber-to-basalt-withdrawn"


def make_up(folder: Path) -> None:
    """Write a folder of letters whose every key is drawn by lot, the same in every run."""
    lot = Random(7)
    organisations = [
        {
            "id": name,
            "name": f"{name.title()} Company",
            "kind": "company",
            "aliases": [f"Old {name}"],
        }
        for name in _ORGANISATIONS
    ]
    organisations[0] |= {"group": "makers", "notice": "Amber has no part in this."}
    _write(folder / "archive.yml", FRAME)
    _write(folder / "register/organisations.yml", organisations)
    _write(folder / "register/people.yml", [{"id": i, "name": n} for i, n in _PEOPLE.items()])
    topics = [{"id": topic, "name": topic.title(), "description": topic} for topic in _TOPICS]
    _write(folder / "register/topics.yml", topics)
    dated: list[tuple[str, str]] = []
    for number in range(LETTERS):
        letter = _letter(lot, number, dated)
        stem = f"{re.sub('[^0-9].*', '', letter['date']) or '2019'}-letter-{number:03}"
        if letter["date"] in _DAYS:
            dated.append((letter["date"], stem))
        _write(folder / stem[:4] / f"{stem}.yml", letter)
    withdrawn = {
        "withdrawn": {"date": "2022-01-31", "reason": "It was never written."},
        "former_ids": ["2019-03-09-amber-to-nobody"],
    }
    _write(folder / "2019" / f"{WITHDRAWN}.yml", withdrawn)


def _letter(lot: Random, number: int, dated: list[tuple[str, str]]) -> dict[str, Any]:
    date = lot.choice(_DAYS) if lot.random() < 0.6 else lot.choice(_DATES)
    letter: dict[str, Any] = {
        "title": f"Letter {number} on {lot.choice(['granite', 'marble', 'slate'])}",
        "form": lot.choice(_FORMS),
        "date": date,
        "from": _correspondents(lot),
        "to": _correspondents(lot),
        "cc": _correspondents(lot) if lot.random() < 0.2 else [],
        "topics": lot.sample(_TOPICS, lot.randrange(4)),
        "language": lot.choice([None, "en", "fr"]),
        "scope": lot.choice([None, "core", "wider"]),
        "attestation": lot.choice(_ATTESTATIONS),
        "summary": f"They wrote of {lot.choice(['gravel', 'pebbles', 'boulders'])}.",
        "expects_answer": lot.choice([None, None, "yes", "no"]),
        "sources": [
            {"url": f"https://example.org/{number}", "publisher": "Ed", "carries": "report"}
        ],
    }
    earlier = [stem for day, stem in dated if day <= date] if date in _DAYS else []
    if earlier and lot.random() < 0.6:
        answered = {"letter": lot.choice(earlier)}
        letter["in_reply_to"] = [answered | lot.choice([{}, {"certainty": "inferred"}])]
        if lot.random() < 0.5:
            letter["statements"] = [{"id": "ask", "kind": "request", "text": "Asked for chalk."}]
    if number == 5:
        letter["former_ids"] = ["2019-former-id", "2019-older-id"]
        letter["corrections"] = [
            {"date": "2022-02-01", "text": "The date was wrong."},
            {"date": "2022-03-01", "text": "It was right."},
        ]
    return {key: value for key, value in letter.items() if value not in (None, [])}


def _correspondents(lot: Random) -> list[dict[str, str]]:
    """One to three, at times two people of one organisation, nobody known, or no organisation."""
    kinds = [
        {"organisation": lot.choice(_ORGANISATIONS)},
        {"organisation": lot.choice(_ORGANISATIONS), "person": lot.choice([*_PEOPLE])},
        {"organisation": "amber", "person": lot.choice([*_PEOPLE]), "certainty": "inferred"},
        {"person": lot.choice([*_PEOPLE]), "on_behalf_of": lot.choice(_ORGANISATIONS)},
        {"organisation": "basalt", "on_behalf_of": lot.choice(_ORGANISATIONS)},
        {"unknown": "yes"},
    ]
    return lot.sample(kinds, lot.choice([1, 1, 1, 2, 3]))


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else yaml.dump(content, Dumper=_NoAliases)
    path.write_text(text, "utf-8")


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
