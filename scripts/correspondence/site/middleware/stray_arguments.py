"""Arguments that others add to a link, such as ``fbclid`` or ``utm_source`` on social networks.

They are taken off before anything else sees the request, so that no page refuses them, no link on a
page bears them, and an answer that is kept serves both addresses. Arguments of ours begin with an
underscore; one that is mistyped stays, to be reported.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

from ...database.schema import columns_of
from ...records.problems import surely_meant
from .headers import App, Receive, Scope, Send

_TRACKERS = re.compile(
    "(?:utm_|hsa_|mtm_|pk_|piwik_|matomo_|vero_|oly_|__hs|_hs|stm_|trk_|itm_|ns_|sc_c|mkt_).*"
    "|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|ysclid|igshid|igsh|epik"
    "|li_fat_id|rdt_cid|srsltid|mc_[ce]id|cmpid|wickedid|_ga|_gl|_openstat|_ke|_kx|_branch_.*"
    "|__twitter_impression|_bta_[ct]id|__s|_x_tr_.*|at_(?:medium|campaign|link|ptr_name|format)"
)
_READ: Mapping[str, frozenset[str]] = {
    "/contribute": frozenset({"letter"}),
    "/unapi": frozenset({"id", "format"}),
    "/search": frozenset({"q"}),
}
"""What pages read that begins with no underscore. What is a slip away from it is reported."""

_FREE = re.compile(r"/archive(?:\.[a-z]+)?|/reconcile(?:/[a-z]+)?|/-/.*")
"""Addresses that may be given arguments of any name, such as the parameters of a query."""

_OURS = re.compile(
    r"/|/(?:about|data|contribute|exchanges|leads|search|statements|unanswered|unapi)(?:/.*)?"
    r"|/(?!archive\.)[\w-]+\.[a-z]+|/health"
)
_ROW = re.compile(r"/archive/[^/]+/[^/]+")
_TABLE = re.compile(r"/archive/(?P<table>[^/.]+)(?:\.(?P<format>[a-z]+))?")
_OF_TABLES = frozenset(
    "_shape _nl _labels _col _nocol _json _json_infinity _ttl _trace _extra _extras _stream _dl "
    "_header _nofacet _nosuggest _nocount _timelimit _facet _facet_size _facet_array "
    "_facet_date".split()
)
"""What Datasette's tables understand, and a page of ours has no use for."""


def wrap(app: App, prefix: str) -> App:
    """The application under a prefix, which never sees the arguments that are not meant for it."""
    outer = prefix.rstrip("/")

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["query_string"]:
            path: str = scope["path"].removeprefix(outer)
            scope = {**scope, "query_string": _kept(path, scope["query_string"])}
        await app(scope, receive, send)

    return wrapped


def _kept(path: str, query: bytes) -> bytes:
    """The arguments of an address that are meant for it, as they were written."""
    return b"&".join(
        part
        for part in query.split(b"&")
        if part and not _is_stray(path, unquote_plus(part.partition(b"=")[0].decode("latin-1")))
    )


def _is_stray(path: str, name: str) -> bool:
    if _TRACKERS.fullmatch(name):
        return True
    if _FREE.fullmatch(path):
        return False
    if _OURS.fullmatch(path):
        read = _READ.get(path, ())
        unused = name in _OF_TABLES or (name == "_size" and path != "/")
        return unused if name.startswith("_") else name not in read and not surely_meant(name, read)
    if _ROW.fullmatch(path):
        return not name.startswith("_")
    table = _TABLE.fullmatch(path)
    columns = columns_of(table["table"]) if table else ()
    if table is None or not columns:  # a query of metadata.yml, or nothing of ours
        return False
    if name.startswith("_"):
        is_file = table["format"] not in (None, "json", "csv")
        return name == "_size" and is_file
    is_condition = name.partition("__")[0] in columns or "__" in name
    return not is_condition and surely_meant(name, columns) is None
