"""The ``archive.yml`` of a new archive, as far as an edition says what it is."""

import datetime
import re
from collections.abc import Iterable

from ..records.dates import EdtfDate, parse_date
from ..records.model import ArchiveInfo, Lane, Licence
from ..records.personal_data import contacts_in
from .parsed import Edition, ImportFailed

_COMMON_LICENCE = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)")
KIND = "organisation"
"""The one kind of organisations: editions do not tell more."""


def first_info(
    edition: Edition, name: str, url: str, dates: Iterable[EdtfDate], today: datetime.date
) -> ArchiveInfo:
    """A first ``archive.yml``, to be read through by whoever keeps the archive.

    Args:
        edition: what the imported file says of itself.
        name: a title for a file that has none.
        url: where the file is from, if it does not say so.
        dates: those of its letters, of which the span is made.
        today: the state of knowledge, unless the file has a day of its own.

    Raises:
        ImportFailed: there is no address at which the licence could be looked up.
    """
    title = edition.title if not any(contacts_in(edition.title)) else ""
    address = edition.licence_url or edition.url or url
    if not address:
        raise ImportFailed(
            "the file names neither a licence nor its own address; say where it is from "
            "with --source URL"
        )
    editors = "; ".join(name for name in edition.editors if name and not any(contacts_in(name)))
    by = f", edited by {editors}" if editors else ""
    published = f" Published by {edition.publisher}." if edition.publisher else ""
    return ArchiveInfo(
        title=title or name,
        tagline="Who wrote to whom, and when",
        description=f"Letters listed in “{title or name}”{by}.{published}",
        span=_span(dates, today),
        as_of=_day(edition.date) or today,
        version="0.1.0",
        licence=Licence(name=licence_name(edition) or "Licence not stated", url=address),
        corrections="Whoever finds a mistake may tell the keepers of this archive.",
        lanes=(Lane(id="correspondents", name="Correspondents"),),
        organisation_kinds=(KIND,),
    )


def licence_name(edition: Edition) -> str:
    """The usual name of a licence of Creative Commons, or what the file says of another."""
    match = _COMMON_LICENCE.search(edition.licence_url)
    if match:
        return f"CC {match[1].upper()} {match[2]}" if match[1] != "zero" else f"CC0 {match[2]}"
    return edition.licence or edition.licence_url


def _span(dates: Iterable[EdtfDate], today: datetime.date) -> EdtfDate:
    years = [day.year for date in dates for day in (date.earliest, date.latest) if day]
    years = years or [today.year]
    return parse_date(f"{min(years):04}/{max(years):04}")


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None
