"""An archive whose every text would do harm where it is taken for more than text, and its twin."""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

TEXTS = (
    "<script>window.injected=1;alert(1)</script>",
    "</script><script>window.injected=1</script>",
    "</title></style></textarea><svg onload=window.injected=1>",
    '"><img src=x onerror="window.injected=1;alert(1)">',
    "' onmouseover='window.injected=1' autofocus onfocus='window.injected=1",
    '[a](javascript:window.injected=1) javascript:window.injected=1 https://example.org/"onclick=x',
    "{{ 7777 * 7777 }} {{ ''.__class__ }} ${7777*7777}",
    "{% raise %} {# x",
    "]]> <![CDATA[x]]> <?x ?> &x; &lt;b&gt; <!ENTITY x SYSTEM 'file:///'>",
    "--> <!-- <!--<script> -->",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    '@SUM(1) ,"=1+1"',
    "\"double\" 'single' `back` \\ \\\\ \\n \\u003c \\",
    "%0d%0aSet-Cookie: a=b%00 ../../x; filename=x.html",
    "\\input{x} \\write18{ls} $ { } # % & ~ ^ _ } @misc{x,",
    "ER  - ",
    "TY  - JOUR ER  - x",
    "W" * 3_000,
    "العربية עברית 日本語 é ﬁ 🖋\u200d🖋 ع\u200fب",
)
"""Texts that a page, a format or a program would take for something else; a record may hold all."""

SUM = "60481729"
"""What a template makes of one of them that is taken for a part of it."""

FIRST, LEFT = "2019-02-01-letter", "2019-02-28-letter"


def harmless(number: int) -> str:
    """A text in the place of a hostile one."""
    return f"words {number}"


def write_archive(folder: Path, said: Callable[[int], str] = TEXTS.__getitem__) -> None:
    """Write letters, registers and a frame whose every text is said by a number of ``TEXTS``."""
    numbers = range(len(TEXTS))
    lot = map(said, cycle(numbers))
    kinds = [said(number) for number in numbers]

    def texts(*names: str) -> dict[str, str]:
        return {name: next(lot) for name in names}

    _write(
        folder / "archive.yml",
        texts("title", "tagline", "description", "corrections")
        | {"span": "2019", "as_of": "2022-12-31", "version": f"{said(3)} \u2116"}
        | {"licence": {"name": next(lot), "url": "https://example.org/licence-№"}}
        | {"lanes": [{"id": f"l{n}", "name": said(n)} for n in numbers]}
        | {"scopes": [{"id": f"s{n}", "name": said(n), "description": said(n)} for n in numbers]}
        | {"organisation_kinds": kinds, "event_kinds": kinds},
    )
    register = folder / "register"
    _write(
        register / "organisations.yml",
        [
            {"id": f"o{n}", "kind": said(n), "group": f"l{n}", "aliases": [f"{said(n)} too"]}
            | dict.fromkeys(("name", "short_name", "notice", "note"), said(n))
            for n in numbers
        ],
    )
    _write(
        register / "people.yml",
        [
            {"id": f"p{n}", "name": f"Given {said(n)}", "aliases": [said(n)]}
            | dict.fromkeys(("family_name", "notice", "note"), said(n))
            | {"roles": [{"role": said(n), "source": "https://example.org/role"}]}
            for n in numbers
        ],
    )
    _write(
        register / "topics.yml",
        [{"id": f"t{n}", "name": said(n), "description": said(n)} for n in numbers],
    )
    _write(
        register / "events.yml",
        [
            {"id": f"2019-02-{n + 1:02}-event", "date": f"2019-02-{n + 1:02}", "kind": said(n)}
            | dict.fromkeys(("title", "label", "summary"), said(n))
            | {"organisations": [f"o{n}"], "sources": [_reference(said(n))]}
            for n in numbers
        ],
    )
    _write(
        register / "leads.yml",
        [
            {"id": f"lead-{n}"} | dict.fromkeys(("about", "why", "where_to_look"), said(n))
            for n in numbers
        ],
    )
    for number in numbers:
        _write(folder / f"2019/2019-02-{number + 1:02}-letter.yml", _letter(number, said(number)))
    gone = {"withdrawn": {"date": "2022-01-31", "reason": next(lot)}}
    _write(folder / f"2019/{LEFT}.yml", gone)


def _letter(number: int, text: str) -> dict[str, Any]:
    other = (number + 1) % len(TEXTS)
    letter: dict[str, Any] = {
        **dict.fromkeys(
            "title date_note reference summary evidence note".split(),
            text,
        ),
        **{name: [text] for name in ("other_references", "conflicts", "unknown")},
        "form": "open letter",
        "date": f"2019-02-{number + 1:02}",
        "from": [{"organisation": f"o{number}", "person": f"p{number}", "role": text}],
        "to": [{"organisation": f"o{other}", "role": text}],
        "cc": [{"person": f"p{other}", "certainty": "inferred"}],
        "topics": [f"t{number}"],
        "scope": f"s{number}",
        "attestation": "text seen",
        "statements": [
            {"id": "ask", "kind": "request", "topic": f"t{number}", "text": text, "evidence": text}
        ],
        "sources": [{**_reference(text), "carries": "letter"}],
        "corrections": [{"date": "2022-01-01", "text": text}],
    }
    if number:
        before = f"2019-02-{number:02}-letter"
        taken = {"statement": f"{before}#ask", "how": "declined", "evidence": text}
        letter |= {"in_reply_to": [before], "takes_up": [taken]}
    return letter


def _reference(publisher: str) -> dict[str, str]:
    return {"url": "https://example.org/?a=1&b='2'", "publisher": publisher}


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    dumped = yaml.dump(content, Dumper=_NoAliases, allow_unicode=True, sort_keys=False)
    path.write_text(dumped, "utf-8")


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
