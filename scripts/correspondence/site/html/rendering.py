"""Our own pages from their templates.

Datasette renders asynchronously, for templates that wait for something; ours do not, and are made
in half the time without. They are compiled once in a process, however many archives it comes to
serve.
"""

from typing import Any

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


def prepare(env: Environment) -> None:
    """Give Datasette's environment a second one, for our pages."""
    env.bytecode_cache = WAITING
    env.globals["ours"] = env.overlay(enable_async=False, bytecode_cache=_COMPILED)


def render(datasette: Datasette, request: Request, template: str, context: dict[str, Any]) -> str:
    """The HTML of a page of ours; ``context`` is at hand in it, with request and addresses."""
    ours: Environment = datasette.jinja_env.globals["ours"]
    page = ours.get_template(template)
    return page.render({**context, "request": request, "urls": datasette.urls})
