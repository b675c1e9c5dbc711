"""Private contacts and passwords, which stand nowhere in the archive: not in comments either."""

import re
from collections.abc import Iterator
from typing import Any

from .problems import Finding, KeyPath, Rule, rule
from .words import BAD_URL

PRIVATE_CONTACT = rule(
    "private-contact", "Prose and comments hold no e-mail address or telephone number."
)

_ADDRESS = re.compile(r"https?://\S+")
_CREDENTIALS = re.compile(r"(?i)https?://[^\s/?#@]*@[^\s/?#@]+")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(
    r"\+(?:[\s().\-/]*[0-9]){8,}"  # international: a plus and eight digits or more
    r"|\(0?[0-9]{2,4}\)[\s.-]?[0-9]{3,4}[\s.-]?[0-9]{3,4}\b"  # area code in brackets
    r"|\b[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}\b"  # 3-3-4, as in North America
    r"|\b0[0-9]{2,4}[ /-][0-9]{3,4}[ -]?[0-9]{3,5}\b"  # area code with its zero
)
_NOT_PROSE = frozenset(
    ["url", "archived", "reference", "sha256", "source", "wikidata", "address", "repository"]
)


def private_contacts(data: Any, file: str, keys: KeyPath = ()) -> Iterator[Finding]:
    """E-mail addresses, telephone numbers and passwords in the prose of a file's plain data."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _NOT_PROSE:
                yield from private_contacts(value, file, (*keys, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from private_contacts(value, file, (*keys, number))
    elif isinstance(data, str):
        for broken, message in contacts_in(data):
            yield Finding(file, keys, broken, message)


def contacts_in(prose: str) -> Iterator[tuple[Rule, str]]:
    """What must not stand in a text, each with the rule and the message."""
    if match := _CREDENTIALS.search(prose):
        message = f"{match[0]!r} holds a user name or password; remove everything before the @"
        yield BAD_URL, message
    prose = _ADDRESS.sub(" ", prose)
    for what, pattern in (("an e-mail address", _EMAIL), ("a telephone number", _TELEPHONE)):
        if match := pattern.search(prose):
            message = f"{match[0].strip()!r} looks like {what}; private contacts stay out"
            yield PRIVATE_CONTACT, message
