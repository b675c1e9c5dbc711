"""A ``date`` of TEI as a date of the archive: never surer than it is there, and nothing lost.

The attributes are those of att.datable.w3c (https://www.tei-c.org/release/doc/tei-p5-doc/en/html/
ref-att.datable.w3c.html) and, as older files have them, of att.datable.iso.
"""

import calendar
import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from ..new_letter.dates import readings
from ..records.dates import EdtfDate, parse_date
from .parsed import UNKNOWN_DATE

DATING = ("when", "from", "to", "notBefore", "notAfter")
DOUBT = frozenset({"low", "medium", "unknown"})
"""Degrees of ``@cert`` that say less than that it is so."""

_SINGLE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(T.*|Z|[+-]\d\d:\d\d)?")
_ABOUT = re.compile(
    r"(?i)\W*(?:ca|circa|c|um|etwa|gegen|ungefähr|about|around|approximately|vers|environ|verso)\b"
)
_PROBABLY = re.compile(
    r"(?i)\?|\b(?:probably|perhaps|possibly|vermutlich|wahrscheinlich|vielleicht|"
    r"peut-être|probablement|forse|probabilmente)\b"
)
# What EdtfDate.words begins with or joins two dates by, where it says more than a single date.
_OUR_WORDS = re.compile(
    r"(?:about|probably|between|not later than|not earlier than|until|from) .+|.+ to .+"
)
_QUALIFIED = {"": {"~": "~", "?": "?"}, "~": {"?": "%"}, "?": {"~": "%"}}


@dataclass
class ReadDate:
    """A date, what goes beside it into the record, and what must be reported."""

    date: EdtfDate = UNKNOWN_DATE
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def doubt(self, problem: str, note: str) -> None:
        """Report something, and keep it beside the date."""
        self.problems.append(problem)
        self.notes.append(note)


def read_date(attributes: Mapping[str, str], text: str) -> ReadDate:
    """The date that attributes and text of an element say."""
    read = ReadDate()
    values = {name: attributes.get(name) or attributes.get(f"{name}-iso", "") for name in DATING}
    said = {name: value.strip() for name, value in values.items() if value.strip()}
    usable = {name: single for name, value in said.items() if (single := _single(value, read))}
    chosen = _chosen(usable, read)
    if chosen:
        read.date = _as_worded(_composed(usable, chosen, read), text)
    elif text and not said:
        read.date = _from_text(text, read)
    if text and text not in (read.date.text, read.date.words, *said.values()):
        read.notes.append(f"As the edition writes it: {text}")
    _qualify(read, attributes, text)
    return read


def _single(value: str, read: ReadDate) -> str | None:
    """One value as EDTF; a day or month that the calendar has not is left out, in doubt."""
    match = _SINGLE.fullmatch(value)
    if match and match[1] != "0000":
        year, month, day = match[1], match[2], match[3]
        parts = [year, *(f"{int(part):02}" for part in (month, day) if part)]
        if match[4]:
            read.doubt(f"of {value!r} only the date is kept", f"The edition has {value}.")
        for size in range(len(parts), 0, -1):
            single = "-".join(parts[:size]) + ("?" if size < len(parts) else "")
            if not _exists(parts[:size]):
                continue
            if size < len(parts):
                known = parse_date(single).words
                problem = f"{value!r} is no date of the calendar; entered as {known!r}"
                read.doubt(problem, f"The edition has {value}, which the calendar has not.")
            return single
    problem = f"{value!r} is no date that the archive can hold; kept in the note on the date"
    read.doubt(problem, f"The edition has {value}.")
    return None


def _exists(parts: list[str]) -> bool:
    """Whether the calendar has a year, month or day."""
    try:
        datetime.date.fromisoformat("-".join([*parts, "01", "01"][:3]))
    except ValueError:
        return False
    return True


def _chosen(usable: Mapping[str, str], read: ReadDate) -> tuple[str, ...]:
    """The attributes that make the date; others are kept beside it."""
    start = next((name for name in ("from", "notBefore") if name in usable), None)
    end = next((name for name in ("to", "notAfter") if name in usable), None)
    chosen = ("when",) if "when" in usable else tuple(filter(None, (start, end)))
    for name in usable.keys() - set(chosen):
        pair = f"{name}={usable[name]}"
        read.doubt(f"{pair} stands beside {' and '.join(chosen)}", f"The edition also has {pair}.")
    return chosen


def _composed(usable: Mapping[str, str], chosen: tuple[str, ...], read: ReadDate) -> EdtfDate:
    values = [usable[name] for name in chosen]
    if len({*values}) == 1 and (len(values) == 2 or chosen == ("when",)):
        return parse_date(values[0])
    lasting = {*chosen} <= {"from", "to"}
    bare = {name: usable[name].rstrip("?") for name in chosen}
    start = bare.get("from") or bare.get("notBefore") or ""
    end = bare.get("to") or bare.get("notAfter") or ""
    text = f"{start or '..'}/{end or '..'}" if lasting else f"[{start}..{end}]"
    try:
        return parse_date(text)
    except ValueError:
        pairs = ", ".join(f"{name}={value}" for name, value in bare.items())
        read.doubt(f"the date ends before it begins ({pairs})", f"The edition has {pairs}.")
        return UNKNOWN_DATE


def _as_worded(date: EdtfDate, text: str) -> EdtfDate:
    """The date of the same bounds that our own words call as the text does.

    So our own exports, which tell a qualifier only in words, are read back as they were.
    """
    if not _OUR_WORDS.fullmatch(text):
        return date
    lasting = "/" in date.text
    for start, end in product(_coarser(date, first=True), _coarser(date, first=False)):
        for other in _spellings(start, end, lasting=lasting):
            same = parse_date(other)
            if same.words == text and (same.earliest, same.latest) == (date.earliest, date.latest):
                return same
    return date


def _coarser(date: EdtfDate, *, first: bool) -> Iterator[str]:
    """A bound as day, month and year, as far as it is the first or last day of these."""
    day = date.earliest if first else date.latest
    if day is None:
        yield ""
        return
    outermost = 1 if first else calendar.monthrange(day.year, day.month)[1]
    yield day.isoformat()
    if day.day == outermost:
        yield day.isoformat()[:7]
        if day.month == (1 if first else 12):
            yield day.isoformat()[:4]


def _spellings(start: str, end: str, *, lasting: bool) -> Iterable[str]:
    if start == end:
        return [f"{start}{mark}" for mark in ("", "~", "?", "%")] if start else []
    return [f"{start or '..'}/{end or '..'}" if lasting else f"[{start}..{end}]"]


def _from_text(text: str, read: ReadDate) -> EdtfDate:
    """A date of which there are words only; taken where they can be read in one way."""
    try:
        found = readings(text)
    except ValueError:
        found = []
    if len(found) == 1:
        return found[0]
    read.problems.append(f"the date {text!r} has no attribute that says it; entered as unknown")
    return UNKNOWN_DATE


def _qualify(read: ReadDate, attributes: Mapping[str, str], text: str) -> None:
    """Make the date as doubtful as the file says."""
    told = read.date.words == text
    for name in ("cert", "evidence", "precision"):
        if value := attributes.get(name, ""):
            read.notes.append(f"On the date the edition says {name}: {value}.")
    cert, evidence = attributes.get("cert", ""), attributes.get("evidence", "")
    if cert in DOUBT or evidence == "conjecture" or (_PROBABLY.search(text) and not told):
        read.date = _marked(read.date, "?")
    if attributes.get("precision") in DOUBT or (_ABOUT.match(text) and not told):
        read.date = _marked(read.date, "~")


def _marked(date: EdtfDate, mark: str) -> EdtfDate:
    """A single date with one more qualifier; others tell their doubt by their bounds."""
    if not date.parts:
        return date
    bare = date.text.rstrip("~?%")
    before = date.text[len(bare) :]
    return parse_date(bare + _QUALIFIED.get(before, {}).get(mark, before))
