"""What crawlers and browsers ask for by convention: robots.txt, the site map, OpenSearch."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from math import ceil
from pathlib import Path

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from lxml import etree

from ...database.opening import must_be_whole
from ...formats.publication import Publication
from ..archive import Archive, archive_of
from ..html.page import CACHE_SECONDS, publication_of
from ..memory.frame import frame_of

MOST_ADDRESSES = 50_000
"""In one site map, by https://www.sitemaps.org/protocol.html."""

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_PAGES = (
    "/",
    "/exchanges",
    "/unanswered",
    "/statements",
    "/leads",
    "/about",
    "/data",
    "/archive/organisations",
    "/archive/people",
    "/archive/topics",
    "/archive/events",
)
# Every address with the day on which its page last changed, as far as is known.
_ADDRESSES = """
select 0 as part, key as place, value as path, as_of as day from archive, json_each(:pages)
union all
select 1, sort_key, '/archive/letters/' || letters.id, coalesce(max(changed.day), as_of)
from archive, letters left join (
  select letter, date as day from corrections union all select letter, day from changes
) as changed on changed.letter = letters.id
group by letters.sort_key
union all
select 2, 0, '/archive/' || register || '/' || id, as_of from archive, (
  select 'organisations' as register, id from organisations
  union all select 'people', id from people
  union all select 'topics', id from topics
  union all select 'events', id from events
)
union all
select 3, 0, '/exchanges/' || exchange, as_of from archive,
  (select distinct exchange from letters where exchange is not null)
"""


async def robots(datasette: Datasette, request: Request) -> Response:
    """``/robots.txt``: every page may be read, but no filter, no SQL and no table row by row."""
    prefix = str(datasette.urls.instance())
    address = publication_of(datasette, request).address
    body = (
        "# Letters are listed in the site map; filtered lists and SQL only repeat them.\n"
        "User-agent: *\n"
        f"Allow: {prefix}-/static-plugins/\n"
        f"Disallow: {prefix}*?\n"
        f"Disallow: {prefix}archive.json\n"
        f"Disallow: {prefix}archive.csv\n"
        f"Sitemap: {address}/sitemap.xml\n"
    )
    return _answer(body, "text/plain; charset=utf-8")


async def sitemap(datasette: Datasette, request: Request) -> Response:
    """``/sitemap.xml``: every page that may be cited; of many, the addresses of their lists."""
    database, publication = archive_of(datasette), publication_of(datasette, request)
    total = await _count(database)
    if total <= MOST_ADDRESSES:
        return _xml("urlset", "url", await _addresses(database, publication, 0))
    numbers = range(1, ceil(total / MOST_ADDRESSES) + 1)
    day = frame_of(datasette).info.as_of.isoformat()
    lists = ((f"{publication.address}/sitemap-{number}.xml", day) for number in numbers)
    return _xml("sitemapindex", "sitemap", lists)


async def sitemap_part(datasette: Datasette, request: Request) -> Response:
    """``/sitemap-<number>.xml``: one of the lists of a site map that needs more than one."""
    database = archive_of(datasette)
    number = int(request.url_vars["number"])
    found = await _addresses(
        database, publication_of(datasette, request), (number - 1) * MOST_ADDRESSES
    )
    if not found:
        raise NotFound("The site map has no such part; see /sitemap.xml.")
    return _xml("urlset", "url", found)


async def health(datasette: Datasette, request: Request) -> Response:
    """``/health``: whether the archive answers, for what watches over the site."""
    archive = archive_of(datasette)
    must_be_whole(Path(archive.path))
    await archive.execute("select 1 from archive")
    headers = {"Cache-Control": "no-store"}
    return Response("well\n", content_type="text/plain; charset=utf-8", headers=headers)


async def opensearch(datasette: Datasette, request: Request) -> Response:
    """``/opensearch.xml``: how a browser can offer the search of the archive."""
    publication = publication_of(datasette, request)
    info = publication.frame.info
    description = etree.Element(
        f"{{{_OPENSEARCH}}}OpenSearchDescription", nsmap={None: _OPENSEARCH}
    )
    for name, text in (
        ("ShortName", info.title[:16]),  # no longer, by the specification
        ("LongName", info.title[:48]),
        ("Description", info.description[:1024]),
        ("InputEncoding", "UTF-8"),
    ):
        etree.SubElement(description, f"{{{_OPENSEARCH}}}{name}").text = text
    template = f"{publication.address}/?_search={{searchTerms}}"
    etree.SubElement(
        description, f"{{{_OPENSEARCH}}}Url", type="text/html", method="get", template=template
    )
    feed = f"{publication.address}/feed.atom?_search={{searchTerms}}"
    etree.SubElement(
        description, f"{{{_OPENSEARCH}}}Url", type="application/atom+xml", template=feed
    )
    body = etree.tostring(description, xml_declaration=True, encoding="utf-8").decode()
    return _answer(body, "application/opensearchdescription+xml; charset=utf-8")


async def _count(database: Archive) -> int:
    found = await database.execute(
        f"select count(*) from ({_ADDRESSES})", {"pages": json.dumps(_PAGES)}
    )
    return int(found.single_value())


async def _addresses(
    database: Archive, publication: Publication, passed: int
) -> list[tuple[str, str]]:
    """The addresses of one list with their days."""
    parameters = {"pages": json.dumps(_PAGES), "most": MOST_ADDRESSES, "passed": passed}
    sql = (
        f"select path, day from ({_ADDRESSES}) order by part, place, path "
        "limit :most offset :passed"
    )

    # Datasette's own way of asking would stop at a thousand rows.
    def read(connection: sqlite3.Connection) -> list[tuple[str, str]]:
        rows = connection.execute(sql, parameters)
        return [(f"{publication.address}{row['path']}", row["day"]) for row in rows]

    found: list[tuple[str, str]] = await database.execute_fn(read)
    return found


def _xml(root: str, item: str, addresses: Iterable[tuple[str, str]]) -> Response:
    def elements() -> Iterator[etree._Element]:
        for address, day in addresses:
            element = etree.Element(f"{{{_SITEMAP}}}{item}")
            etree.SubElement(element, f"{{{_SITEMAP}}}loc").text = address
            etree.SubElement(element, f"{{{_SITEMAP}}}lastmod").text = day
            yield element

    tree = etree.Element(f"{{{_SITEMAP}}}{root}", nsmap={None: _SITEMAP})
    tree.extend(elements())
    body = etree.tostring(tree, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return _answer(body.decode(), "application/xml; charset=utf-8")


def _answer(body: str, content_type: str) -> Response:
    headers = {"Cache-Control": f"max-age={CACHE_SECONDS}"}
    return Response(body, content_type=content_type, headers=headers)
