"""BibTeX, for LaTeX: ``@misc`` with ``entrysubtype = {letter}``, which every style can set."""

import re
from collections.abc import Iterable, Iterator

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from ..records.model import Letter
from .publication import Agent, Publication, joined, shared_parts

_ESCAPED = str.maketrans(
    {
        **{character: f"\\{character}" for character in "$&#_%"},
        # BibTeX counts braces whether or not a backslash stands before them.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_LIGATURES = re.compile(r"([-`',<>])(?=\1)|[?!](?=`)")
_PARTED = re.compile(r",|\band\b", re.IGNORECASE)
_IN_ADDRESSES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", "%": r"\%", "#": r"\#"})

# What biblatex reads of EDTF; it knows neither "one of these days" nor "unknown".
_DATED = re.compile(r"[0-9-]+[~?%]?|[0-9.-]+/[0-9.-]+")


def write_bibtex(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """Entries of BibTeX, one after the other, in UTF-8."""
    for letter in letters:
        library = Library([_entry(letter, publication)])
        yield f"{write_string(library, unparse_stack=[])}\n".encode()


def _entry(letter: Letter, publication: Publication) -> Entry:
    date = letter.date
    known = shared_parts(date)
    recipients = joined(agent.cited_name for agent in publication.recipients(letter))
    fields = {
        "author": " and ".join(_name(agent) for agent in publication.senders(letter)),
        "title": f"{{{_escape(publication.title(letter))}}}",
        "howpublished": _escape(f"{letter.form.label} to {recipients}"),
        "entrysubtype": "letter",
        "date": date.text if _DATED.fullmatch(date.text) else "",
        "year": str(known[0]) if known else _escape(date.words),
        "month": str(known[1]) if len(known) > 1 else "",
        "number": _escape(letter.reference or ""),
        "language": letter.language or "",
        "keywords": _escape(", ".join(publication.topics(letter))),
        "abstract": _escape(letter.summary or ""),
        "note": _escape(" ".join(publication.remarks(letter))),
        "url": publication.permalink(letter.id).translate(_IN_ADDRESSES),
        "copyright": _escape(publication.licence),
    }
    return Entry(
        "misc", letter.id, [Field(name, f"{{{text}}}") for name, text in fields.items() if text]
    )


def _name(agent: Agent) -> str:
    """A name as BibTeX takes it apart; in braces it is left whole."""
    if agent.family_name and not agent.inferred:
        return f"{_part(agent.family_name)}, {_part(agent.given_name or '')}"
    return f"{{{_escape(agent.cited_name)}}}"


def _part(name: str) -> str:
    """A part of a name; what BibTeX would take for the end of it or of the name is in braces."""
    return f"{{{_escape(name)}}}" if _PARTED.search(name) else _escape(name)


def _escape(text: str) -> str:
    """Text as LaTeX prints it, with what it would join (``--`` to a dash) kept apart."""
    return " ".join(_LIGATURES.sub(r"\g<0>{}", text.translate(_ESCAPED)).split())
