"""Private contacts and passwords, which stand nowhere in the archive: not in comments either."""

import re
from collections.abc import Iterator
from typing import Any

from .field_types import BAD_URL
from .problems import Finding, KeyPath, Rule, rule

PRIVATE_CONTACT = rule(
    "private-contact", "Prose and comments hold no e-mail address or telephone number."
)

_ADDRESS = re.compile(r"https?://\S+")
_CREDENTIALS = re.compile(r"(?i)https?://[^\s/?#@]*@[^\s/?#@]+")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# It begins with a set of signs, so that all other text is passed over at once; which sign it was,
# each branch looks back at.
_TELEPHONE = re.compile(
    r"[+(0-9](?:"
    r"(?<=\+)(?:[\s().\-/]*[0-9]){8,}"  # international: a plus and eight digits or more
    r"|(?<=\()0?[0-9]{2,4}\)[\s.-]?[0-9]{3,4}[\s.-]?[0-9]{3,4}\b"  # area code in brackets
    r"|(?<!\w[0-9])(?<=[0-9])[0-9]{2}[-. ][0-9]{3}[-. ][0-9]{4}\b"  # 3-3-4, as in North America
    r"|(?<!\w0)(?<=0)[0-9]{2,4}[ /-][0-9]{3,4}[ -]?[0-9]{3,5}\b"  # area code with its zero
    r")"
)
_NOT_PROSE = frozenset(
    ["url", "archived", "reference", "sha256", "source", "wikidata", "address", "repository"]
)


def private_contacts(data: Any, file: str) -> Iterator[Finding]:
    """E-mail addresses, telephone numbers and passwords in the prose of a file's plain data."""
    # All prose is looked through at once, since next to none of it has anything to be found.
    if any(contacts_in("\n".join(_all_prose(data)))):
        for keys, text in _prose(data, ()):
            for broken, message in contacts_in(text):
                yield Finding(file, keys, broken, message)


def _all_prose(data: Any) -> Iterator[str]:
    """The prose of plain data in any order."""
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += [value for key, value in part.items() if key not in _NOT_PROSE]
        elif isinstance(part, list):
            waiting += part


def _prose(data: Any, keys: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _NOT_PROSE:
                yield from _prose(value, (*keys, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _prose(value, (*keys, number))
    elif isinstance(data, str):
        yield keys, data


def contacts_in(prose: str) -> Iterator[tuple[Rule, str]]:
    """What must not stand in a text, each with the rule and the message."""
    has_at = "@" in prose
    if has_at and (match := _CREDENTIALS.search(prose)):
        message = f"{match[0]!r} holds a user name or password; remove everything before the @"
        yield BAD_URL, message
    prose = _ADDRESS.sub(" ", prose)
    if has_at and (match := _EMAIL.search(prose)):
        yield PRIVATE_CONTACT, _looks_like(match[0], "an e-mail address")
    if match := _TELEPHONE.search(prose):
        yield PRIVATE_CONTACT, _looks_like(match[0], "a telephone number")


def _looks_like(found: str, what: str) -> str:
    return f"{found.strip()!r} looks like {what}; private contacts stay out"
