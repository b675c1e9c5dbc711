"""What templates may use beside the context of their page."""

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from jinja2 import Environment
from jinja2.utils import urlize
from markupsafe import Markup, escape

from ..database.facets import FACETS
from ..formats import FORMATS
from ..records.archive import Frame
from ..records.dates import EdtfDate
from ..records.field_types import LANGUAGES
from ..records.model import Organisation, Person
from ..records.vocabulary import Attestation, Carries, Form, StatementKind
from .archive import archive_of
from .filters.query_parser import FIELDS
from .html import rendering
from .html.fragments import Fragments
from .lists import names
from .memory import frame
from .tables import labels, template_functions

_KEY = re.compile(r"`([^`]+)`")
_AWAY = re.compile('<a href="(https?://[^"]*)"')


def prepare(env: Environment, datasette: Datasette) -> None:
    """Add our functions, filters and vocabularies to the environment."""

    def archive() -> Frame | None:
        return frame.frame_of(datasette) if "archive" in datasette.databases else None

    def kept(*arguments: Any) -> Markup:
        return archive_of(datasette).kept(Fragments)(*arguments)

    def noticed(body: str) -> list[tuple[str, str]]:
        frame = archive()
        return _notices_left_out(body, frame) if frame else []

    def with_links(text: str) -> Markup:
        frame = archive()
        return _with_links(text, f"{frame.info.as_of:%Y-%m-%d}" if frame else "")

    def asset(name: str) -> str:
        path = datasette.urls.path(f"/-/static-plugins/correspondence/{name}")
        return f"{path}?{_version(name)}"

    rendering.prepare(env)
    env.globals.update(template_functions.functions(datasette))
    env.globals.update(
        archive=archive,
        asset=asset,
        kept=kept,
        noticed=noticed,
        frozen=frame.is_frozen(datasette),
        facet_labels={name: facet.label for name, facet in FACETS.items()},
        search_fields=FIELDS,
        letter_formats=FORMATS.values(),
        source_anchors=names.source_anchors,
        day_of_copy=names.day_of_copy,
        forms=Form.labels(),
        attestations=Attestation.labels(),
        carries=Carries.labels(),
        statement_kinds=StatementKind.labels(),
        languages=LANGUAGES,
    )
    env.filters.update(
        code=_code,
        label=labels.label,
        query=lambda pairs: f"?{urlencode(pairs)}" if pairs else "",
        machine_date=_machine_date,
        day=lambda day: f"{day.day} {day:%B %Y}",
        thousands=lambda number: f"{number:,}",
        urlize=with_links,
    )


def _notices_left_out(body: str, frame: Frame) -> list[tuple[str, str]]:
    """Names that a page lists whose notice is not on it yet: a notice stands beside every name."""
    registers = frame.registers
    entries: list[Organisation | Person] = [
        *registers.organisations.values(),
        *registers.people.values(),
    ]
    return [
        (entry.name, entry.notice)
        for entry in entries
        if entry.notice and escape(entry.name) in body and escape(entry.notice[:60]) not in body
    ]


def _with_links(text: str, day: str) -> Markup:
    """Prose whose addresses are links, robust ones as of a day if one is given.

    This is Jinja's ``urlize``, with the attributes of https://robustlinks.mementoweb.org/spec/.
    """
    html = urlize(text, rel="noopener noreferrer")
    robust = r'<a href="\1" data-originalurl="\1" data-versiondate="' + day + '"'
    return Markup(_AWAY.sub(robust, html) if day else html)  # noqa: S704 - urlize escaped the text


def _code(text: str) -> Markup:
    """A message in which names of keys stand between backticks, as HTML."""
    return Markup(_KEY.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - it was escaped


def _machine_date(date: EdtfDate) -> str | None:
    """The value of ``<time datetime>``: a year, month or day that is exact, else nothing."""
    exact = date.precision in ("day", "month", "year") and not date.qualifier
    return date.text if exact else None


@cache
def _version(name: str) -> str:
    """Changes when a static file does, so that browsers may cache the file without end."""
    content = (files("correspondence.site") / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:10]
