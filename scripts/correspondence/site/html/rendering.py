"""Our own pages from their templates.

Datasette renders asynchronously, for templates that wait for something; ours do not, and are made
in half the time without. They are compiled once in a process, however many archives it comes to
serve.
"""

from typing import Any
from weakref import WeakKeyDictionary

from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Compiled templates in memory; Jinja tells by a checksum whether a source is another."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


WAITING = Compiled()
"""Templates that Datasette renders, which wait for something: their code is not that of ours."""

_COMPILED = Compiled()
_ENVIRONMENTS: "WeakKeyDictionary[Datasette, Environment]" = WeakKeyDictionary()


def render(datasette: Datasette, request: Request, template: str, context: dict[str, Any]) -> str:
    """The HTML of a page of ours; ``context`` is at hand in it, with request and addresses."""
    if datasette not in _ENVIRONMENTS:
        environment = datasette.jinja_env.overlay(enable_async=False, bytecode_cache=_COMPILED)
        _ENVIRONMENTS[datasette] = environment
    page = _ENVIRONMENTS[datasette].get_template(template)
    return page.render({**context, "request": request, "urls": datasette.urls})
