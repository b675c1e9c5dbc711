"""What a visitor types into the search box, read as an FTS5 expression that never fails.

Words must all be found; ``"phrases in quotes"`` stand together; ``surveil*`` begins a word; ``OR``
between two words asks for either; ``NOT`` or a hyphen before a word excludes it. Whatever cannot be
read so is searched for as plain text.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))(?P<star>\*)?')
_OPERATORS = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True)
class Term:
    """A word, the beginning of a word, or a phrase."""

    text: str
    is_prefix: bool = False
    is_phrase: bool = False

    @property
    def fts5(self) -> str:
        """The term as a quoted FTS5 string, in which nothing has a special meaning."""
        return '"' + self.text.replace('"', '""') + '"' + ("*" if self.is_prefix else "")

    @property
    def words(self) -> str:
        """The term as the page shows how it was read."""
        quoted = f"“{self.text}”" if self.is_phrase else self.text
        return f"{quoted}…" if self.is_prefix else quoted


@dataclass(frozen=True)
class Search:
    """A search as it was read: every group must match by one of its terms, no excluded term may."""

    text: str
    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()

    @property
    def match(self) -> str | None:
        """The FTS5 expression of what must be found, or nothing."""
        parts = [f"({' OR '.join(term.fts5 for term in group)})" for group in self.groups]
        return " AND ".join(parts) or None

    @property
    def exclude(self) -> str | None:
        """The FTS5 expression of what must not be found, or nothing."""
        return " OR ".join(term.fts5 for term in self.excluded) or None

    @property
    def words(self) -> str:
        """How the search was read, in words."""
        parts = [" or ".join(term.words for term in group) for group in self.groups]
        parts += [f"without {term.words}" for term in self.excluded]
        return ", and ".join(parts)


def read_search(text: str) -> Search:
    """Read what was typed; every text has a meaning, if only as words to look for."""
    typed = text.replace("\0", " ")  # SQLite would take it for the end of the expression
    tokens = [match for match in _TOKEN.finditer(typed) if _can_be_found(match[0])]
    groups: list[tuple[Term, ...]] = []
    excluded: list[Term] = []
    operator = ""
    for number, token in enumerate(tokens):
        word = token["word"]
        is_last = number == len(tokens) - 1
        can_operate = not token["minus"] and not operator and not is_last
        if word in _OPERATORS and can_operate and (word == "NOT" or groups):
            operator = word
            continue
        term = _term(token)
        if operator == "NOT" or token["minus"]:
            excluded.append(term)
        elif operator == "OR" and groups:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        operator = ""
    return Search(text, tuple(groups), tuple(excluded))


def _can_be_found(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _term(token: re.Match[str]) -> Term:
    if token["phrase"] is not None:
        return Term(token["phrase"].strip(), bool(token["star"]), is_phrase=True)
    word = token["word"]
    return Term(word.rstrip("*"), word.endswith("*") or bool(token["star"]))
