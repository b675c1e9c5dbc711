"""What templates may use beside the context of their page."""

import hashlib
from functools import cache
from importlib.resources import files
from urllib.parse import urlencode

from datasette.app import Datasette
from jinja2 import Environment

from ..records.archive import Frame
from ..records.dates import EdtfDate
from ..records.words import LANGUAGES
from . import present, state
from .choices import FACETS


def prepare(env: Environment, datasette: Datasette) -> None:
    """Add our functions, filters and vocabularies to the environment."""

    def archive() -> Frame | None:
        return state.frame_of(datasette) if "archive" in datasette.databases else None

    def asset(name: str) -> str:
        path = datasette.urls.path(f"/-/static-plugins/correspondence/{name}")
        return f"{path}?{_version(name)}"

    env.globals.update(
        archive=archive,
        asset=asset,
        facet_labels=FACETS,
        forms=present.FORMS,
        attestations=present.ATTESTATIONS,
        carries=present.CARRIES,
        statement_kinds=present.KINDS,
        languages=LANGUAGES,
    )
    env.filters.update(
        query=lambda pairs: f"?{urlencode(pairs)}" if pairs else "",
        machine_date=_machine_date,
        day=lambda day: f"{day.day} {day:%B %Y}",
        thousands=lambda number: f"{number:,}",
    )


def _machine_date(date: EdtfDate) -> str | None:
    """The value of ``<time datetime>``: a year, month or day that is exact, else nothing."""
    exact = date.precision in ("day", "month", "year") and not date.qualifier
    return date.text if exact else None


@cache
def _version(name: str) -> str:
    """Changes when a static file does, so that browsers may keep the file for ever."""
    content = (files("correspondence.site") / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:10]
