"""Our own pages from their templates.

Datasette renders asynchronously, for templates that wait for something; ours do not, and are made
in half the time without.
"""

from typing import Any
from weakref import WeakKeyDictionary

from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import Environment

_ENVIRONMENTS: "WeakKeyDictionary[Datasette, Environment]" = WeakKeyDictionary()


def render(datasette: Datasette, request: Request, template: str, context: dict[str, Any]) -> str:
    """The HTML of a page of ours; ``context`` is at hand in it, with request and addresses."""
    if datasette not in _ENVIRONMENTS:
        _ENVIRONMENTS[datasette] = datasette.jinja_env.overlay(enable_async=False)
    page = _ENVIRONMENTS[datasette].get_template(template)
    return page.render({**context, "request": request, "urls": datasette.urls})
