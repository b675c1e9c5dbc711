"""``metadata.yml``: what Datasette and data packages are told of tables and columns."""

from pathlib import Path
from typing import Any

import yaml


def read_metadata() -> dict[str, Any]:
    """The file's content; nothing where there is no such file."""
    package = Path(__file__).parent
    # It stands beside the package in a checkout, or inside it when it was installed.
    candidates = (package / "metadata.yml", package.parents[1] / "metadata.yml")
    path = next((path for path in candidates if path.is_file()), None)
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8")) if path else {}
    return found


def table_descriptions() -> dict[str, dict[str, Any]]:
    """What is told of each table of the archive, by its name."""
    tables: dict[str, dict[str, Any]] = (
        read_metadata().get("databases", {}).get("archive", {}).get("tables", {})
    )
    return tables
