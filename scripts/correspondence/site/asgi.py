"""The site for any server of ASGI applications, such as uvicorn or gunicorn with its worker.

``uvicorn --factory correspondence.site.asgi:make_app`` serves what ``letters serve`` serves. These
environment variables stand for the options of the same name:

- ``LETTERS_DATABASE``: the database, ``archive.db`` if left out;
- ``LETTERS_BASE_URL``: the path under which a proxy offers the site, ``/`` if left out;
- ``LETTERS_LOG``: ``text`` or ``json``, ``text`` if left out;
- ``LETTERS_SQL``: ``on`` or ``off``, ``on`` if left out: whether visitors may ask in SQL.
"""

import os
from pathlib import Path

from .middleware.headers import App
from .server.run import Configuration, ServingError, make_app_of


def make_app() -> App:
    """The site as the environment variables want it.

    Raises:
        ServingError: one of them has a value that it cannot have.
    """
    named = {"base_url": "LETTERS_BASE_URL", "log": "LETTERS_LOG"}
    given = {name: os.environ[word] for name, word in named.items() if word in os.environ}
    database = Path(os.environ.get("LETTERS_DATABASE", "archive.db"))
    sql = os.environ.get("LETTERS_SQL", "on")
    if sql not in ("on", "off"):
        raise ServingError(f"LETTERS_SQL is on or off, not {sql!r}")
    return make_app_of(Configuration(database, sql=sql == "on", **given))
