"""The web site: a Datasette plugin that reads the database and never the YAML files.

Datasette finds the hooks in this package, and its ``templates`` and ``static`` folders beside them.
"""

from .plugin import (
    asgi_wrapper,
    extra_template_vars,
    filters_from_request,
    forbidden,
    handle_exception,
    prepare_connection,
    prepare_jinja2_environment,
    register_facet_classes,
    register_routes,
    startup,
)

__all__ = [
    "asgi_wrapper",
    "extra_template_vars",
    "filters_from_request",
    "forbidden",
    "handle_exception",
    "prepare_connection",
    "prepare_jinja2_environment",
    "register_facet_classes",
    "register_routes",
    "startup",
]
