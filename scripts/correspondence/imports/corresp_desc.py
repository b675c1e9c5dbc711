"""One ``correspDesc`` of TEI: who wrote to whom, when and from where.

What the archive has no key for is kept in the note of the letter, so that nothing is lost.
"""

import re

from lxml import etree

from ..records.field_types import LANGUAGES
from .parsed import UNKNOWN_DATE, UNKNOWN_PARTY, Found, FoundSource, Party, is_unknown, is_unnamed
from .tei import address_of, attributes_of, local, phrase, report_others, written
from .tei_dates import DATING, DOUBT, read_date

_DESCRIBED = frozenset({"key", "ref", "source", "id"})
_ACTION = frozenset({"type"})
_NAME = frozenset({"ref", "key", "cert", "evidence", "role"})
_PLACE = frozenset({"ref", "key", "cert", "evidence"})
_DATE = frozenset({*DATING, *(f"{name}-iso" for name in DATING), "cert", "evidence", "precision"})
_PLACES = frozenset("placeName settlement country region district geogName location".split())
_FORENAME = frozenset({"forename", "nameLink"})
_CONTEXT = {"prev": "Earlier letter", "next": "Later letter"}
_FULL_TEXT = frozenset({"transcription", "fulltext", "facsimile"})


def read_description(element: etree._Element) -> Found:
    """What a ``correspDesc`` says."""
    given = attributes_of(element)
    found = Found(element.sourceline or 1, given.get("key", "") or given.get("ref", ""))
    found.reference = given.get("key", "") or given.get("id", "")
    if given.get("key") and given.get("id"):
        found.notes.append(f"Its id in the edition's file is {given['id']}.")
    found.url = address_of(given.get("ref", ""))
    found.wanted_id = _id_in(found.url)
    if given.get("ref") and not found.url:
        found.remark("address", f"@ref {given['ref']!r} is no web address; kept in the note")
        found.notes.append(f"The edition calls it {given['ref']}.")
    report_others(found, element, _DESCRIBED, "the letter")
    _stray_text(found, element)
    for child in element:
        name = local(child)
        if name == "correspAction":
            _read_action(found, child)
        elif name == "correspContext":
            _read_context(found, child)
        elif name == "note":
            _read_note(found, child)
        else:
            _keep(found, child, f"{name} in the letter")
    _fill_sides(found)
    return found


def _id_in(url: str) -> str:
    """The id of a letter in an archive of our kind, whose addresses end in it."""
    last = url.rstrip("/").rpartition("/")[2]
    return last if "-to-" in last else ""


def _fill_sides(found: Found) -> None:
    for side, parties in (("sender", found.senders), ("recipient", found.recipients)):
        if not parties:
            found.remark("nobody", f"no {side} is named; entered as unknown")
            parties.append(UNKNOWN_PARTY)


def _read_action(found: Found, action: etree._Element) -> None:
    kind = action.get("type", "").strip()
    if kind not in ("sent", "received"):
        _keep(found, action, f"correspAction of type {kind or 'none'}")
        return
    report_others(found, action, _ACTION, f"correspAction {kind}")
    _stray_text(found, action)
    parties = found.senders if kind == "sent" else found.recipients
    for child in action:
        name = local(child)
        if name == "note":
            _read_note(found, child)
        elif name in _PLACES:
            _read_place(found, child, kind)
        elif name == "date":
            _read_date(found, child, kind)
        elif party_kind := _kind_of(child):
            parties.append(_party(found, child, party_kind))
        else:
            _keep(found, child, f"{name} of correspAction {kind}")


def _kind_of(element: etree._Element) -> str:
    """Whether an element names a person or an organisation; older files say so in @type."""
    name, said = local(element), element.get("type", "").casefold()
    if name in ("name", "rs"):
        return {"person": "person", "persname": "person", "org": "organisation"}.get(said, "")
    return {"persName": "person", "orgName": "organisation"}.get(name, "")


def _party(found: Found, element: etree._Element, kind: str) -> Party:
    given = attributes_of(element)
    name, family, alias = _name(element)
    uris = tuple(given.get("ref", "").split())
    if "key" in given and "ref" not in given:
        uris = (given["key"],)
    known = _NAME | {"type"} if local(element) in ("name", "rs") else _NAME
    report_others(found, element, known, name or "an empty name")
    if is_unknown(name, uris):
        return UNKNOWN_PARTY
    if is_unnamed(name) and not uris:
        found.notes.append(f"The edition has {name!r} for somebody who is not known.")
        return UNKNOWN_PARTY
    if not name:
        name = uris[0]
        text = f"somebody has no name but {name}, which stands in its place"
        found.remark("name", text, element.sourceline)
    inferred = given.get("cert") in DOUBT or given.get("evidence") == "conjecture"
    for key in ("cert", "evidence"):
        if key in given:
            found.evidence.append(f"On {name} the edition says {key}: {given[key]}.")
    return Party(
        "organisation" if kind == "organisation" else "person",
        name,
        uris,
        family,
        alias,
        given.get("role"),
        inferred,
    )


def _name(element: etree._Element) -> tuple[str, str | None, str | None]:
    """The name, the family name if it is told apart, and the name as written if that differs."""
    parts = {local(child): child for child in element}
    text = written(element)
    if not ("surname" in parts and parts.keys() & _FORENAME):
        return text, None, None
    ordered = [written(child) for child in element if local(child) in _FORENAME]
    ordered += [written(child) for child in element if local(child) == "surname"]
    name = " ".join(part for part in ordered if part)
    spaced = re.sub(r"\s+([,;.])", r"\1", " ".join(" ".join(element.itertext()).split()))
    return name, written(parts["surname"]) or None, spaced if spaced != name else None


def _read_place(found: Found, place: etree._Element, kind: str) -> None:
    given, name = attributes_of(place), written(place)
    report_others(found, place, _PLACE, name or "an empty place")
    about = [given.get("ref") or given.get("key", "")]
    about += [f"{key}: {given[key]}" for key in ("cert", "evidence") if key in given]
    beside = "; ".join(filter(None, about))
    if name or beside:
        lead = "Sent from" if kind == "sent" else "Received in"
        found.notes.append(f"{lead} {name or 'a place'}{f' ({beside})' if beside else ''}.")


def _read_date(found: Found, element: etree._Element, kind: str) -> None:
    read = read_date(attributes_of(element), written(element))
    report_others(found, element, _DATE, "the date")
    for problem in read.problems:
        found.remark("date", problem, element.sourceline)
    if kind == "sent" and found.date == UNKNOWN_DATE:
        found.date = read.date
        found.date_notes.extend(read.notes)
    elif kind == "sent":
        if read.date != found.date:
            found.remark("date", f"a second date, {read.date.words}", element.sourceline)
            found.date_notes.append(f"The edition also has {read.date.words}.")
        found.date_notes.extend(read.notes)
    elif read.date != UNKNOWN_DATE or read.notes:
        found.notes.append(phrase(f"Received: {read.date.words}"))
        found.notes.extend(read.notes)


def _read_context(found: Found, context: etree._Element) -> None:
    for child in context:
        if local(child) == "ref":
            kind, target = child.get("type", ""), child.get("target", "")
            text = ", ".join(filter(None, (written(child), target)))
            found.notes.append(f"{_CONTEXT.get(kind, 'See also')}: {text}")
            report_others(found, child, frozenset({"type", "target"}), "a reference")
        else:
            _keep(found, child, f"{local(child)} in correspContext")
    _stray_text(found, context)


def _read_note(found: Found, note: etree._Element) -> None:
    """A note, with the references of CMIF's second version (``cmif:mentionsPerson`` …)."""
    report_others(found, note, frozenset(), "a note")
    references = [ref for ref in note.iter("{*}ref") if ref.get("type", "").startswith("cmif:")]
    if not references:
        targets = [ref.get("target", "") for ref in note.iter("{*}ref")]
        text = written(note)
        found.notes.append(phrase(" ".join([text, *(t for t in targets if t not in text)])))
        return
    for reference in references:
        _read_reference(found, reference)
        if reference.tail and reference.tail.strip():
            found.notes.append(phrase(" ".join(reference.tail.split())))
    if note.text and note.text.strip():
        found.notes.append(phrase(" ".join(note.text.split())))


def _read_reference(found: Found, reference: etree._Element) -> None:
    kind = reference.get("type", "").removeprefix("cmif:")
    target, text = reference.get("target", "").strip(), written(reference)
    report_others(found, reference, frozenset({"type", "target"}), f"a reference of {kind}")
    word = re.split(r"[/#:]", target or text)[-1]
    if kind == "hasLanguage" and word.casefold() in LANGUAGES and "language" not in found.keys:
        found.keys["language"] = word.casefold()
        return
    if kind == "isAvailableAsTEIfile" and address_of(target):
        found.sources.append(FoundSource(target, carries="letter"))
        return
    if kind == "isPublishedWith" and word.casefold() in _FULL_TEXT:
        found.keys["carries"] = "letter"
    words = " ".join(re.findall(r"[A-Z]*[a-z]+|[A-Z]+", kind)).lower()
    found.notes.append(f"{words.capitalize()}: {', '.join(filter(None, (text, target)))}")


def _stray_text(found: Found, element: etree._Element) -> None:
    """Text between elements, where there should be none."""
    stray = " ".join(" ".join([element.text or "", *(c.tail or "" for c in element)]).split())
    if stray:
        text = f"text outside any element ({stray}); kept in the note"
        found.remark("text", text, element.sourceline)
        found.notes.append(phrase(stray))


def _keep(found: Found, element: etree._Element, called: str) -> None:
    """An element that the archive has no word for: its text and attributes go into the note."""
    found.remark("element", f"{called} has no place but in the note", element.sourceline)
    said = [
        part
        for each in element.iter("{*}*")
        for part in (
            *(f"{name} {value}" for name, value in attributes_of(each).items()),
            " ".join((each.text or "").split()),
            " ".join((each.tail or "").split()) if each is not element else "",
        )
        if part
    ]
    found.notes.append(phrase(f"The edition has {called}: {', '.join(said) or 'nothing'}"))
