"""``/data``: how the data may be taken away and asked, and what the tables are."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils import format_bytes
from datasette.utils.asgi import Request, Response

from ...bundle import FILES
from ...database import introspection
from ...formats import FORMATS
from ...formats.jsonld import dataset_of
from ...formats.publication import Publication
from ..archive import archive_of
from ..drawings.schema import Entity, draw
from ..html.page import page, publication_of
from ..memory import schema


@dataclass(frozen=True)
class Example:
    """An address that answers in JSON, and what it answers."""

    what: str
    path: str
    address: str


async def data(datasette: Datasette, request: Request) -> Response:
    """``/data``: how the data may be taken away and asked, and what the tables are."""
    database = archive_of(datasette)
    tables = await schema.schema_of(datasette, "archive")
    shown = [table for table in introspection.in_order(tables) if not table.is_hidden]
    drawn = [table for table in tables.values() if not table.is_hidden and not table.is_view]
    counts = await schema.counts_of(datasette, "archive")
    allows_sql = await datasette.permission_allowed(
        request.actor, "execute-sql", "archive", default=True
    )
    publication = publication_of(datasette, request)
    queries = await datasette.get_canned_queries("archive", request.actor)
    context = {
        "database": "archive",
        "may_download": datasette.setting("allow_download") and not database.is_mutable,
        "size": format_bytes(database.size),
        "sha256": await asyncio.to_thread(lambda: database.hash),
        "tables": [schema.Counted(table, counts[table.name]) for table in shown],
        "drawing": draw([_entity(table) for table in drawn]),
        "relations": [table for table in shown if table.foreign_keys],
        "examples": await _examples(datasette, request, allows_sql),
        "allows_sql": allows_sql,
        "queries": queries.values(),
        "address": f"{publication.address}/",
        "bundle": FILES,
        "jsonld": dataset_of(publication, _downloads(publication)),
    }
    return await page(datasette, request, "data.html", context)


def _downloads(publication: Publication) -> dict[str, str]:
    """Media types of the files that hold the whole archive, by their addresses."""
    whole = {
        "dataset.zip": "application/zip",
        "archive.db": "application/vnd.sqlite3",
        "datapackage.json": "application/json",
        "cmif.xml": FORMATS["cmif"].media_type,
        "feed.atom": FORMATS["atom"].media_type,
        "archive/letters.csv": "text/csv",
    }
    lists = {f"archive/letters.{form.suffix}": form.media_type for form in FORMATS.values()}
    return {f"{publication.address}/{path}": kind for path, kind in {**whole, **lists}.items()}


def _entity(table: introspection.Table) -> Entity:
    references = tuple((", ".join(key.columns), key.table) for key in table.foreign_keys)
    return Entity(table.name, references)


async def _examples(datasette: Datasette, request: Request, allows_sql: bool) -> list[Example]:
    """Three addresses that answer in JSON, of letters and organisations that the archive has."""
    sql = """
        select letters.id, correspondents.organisation
        from letters join correspondents on correspondents.letter = letters.id
        where side = 'from' and organisation is not null
        order by sort_key limit 1
    """
    found = (await archive_of(datasette).execute(sql)).first()
    if found is None:
        return []
    chosen = urlencode({"_from": found["organisation"], "_shape": "objects"})
    wanted = [
        ("One letter with all its columns", f"/archive/letters/{found['id']}.json?_shape=objects"),
        ("The letters of one organisation, as objects", f"/archive/letters.json?{chosen}"),
        ("A worked question, as a list", "/archive/never-answered.json?_shape=array"),
    ]
    if allows_sql:
        counted = "select form, count(*) as letters from letters group by form order by 2 desc"
        query = urlencode({"sql": counted, "_shape": "array"})
        wanted[2:] = [("An answer in SQL, as a list", f"/archive.json?{query}")]
    return [
        Example(what, path, datasette.absolute_url(request, path))
        for what, path in ((what, datasette.urls.path(path)) for what, path in wanted)
    ]
