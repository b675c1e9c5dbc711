"""What Datasette is told: every table, view and column of the real archive, and nothing else."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from correspondence.database.build import Built, build
from correspondence.records.model import ArchiveInfo
from correspondence.records.strict_yaml import read_document
from correspondence.records.validation import validated
from datasette.utils import parse_metadata

ROOT = Path(__file__).parents[1]
METADATA: dict[str, Any] = parse_metadata((ROOT / "metadata.yml").read_text(encoding="utf-8"))
TABLES: dict[str, dict[str, Any]] = METADATA["databases"]["archive"]["tables"]

Columns = dict[str, list[str]]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    database = tmp_path_factory.mktemp("metadata") / "archive.db"
    assert isinstance(build(ROOT / "letters", database), Built)
    connection = sqlite3.connect(database)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def columns(connection: sqlite3.Connection) -> Columns:
    """The columns of every table and view but SQLite's own."""
    names = connection.execute(
        "select name from sqlite_schema "
        "where type in ('table', 'view') and name not like 'sqlite_%'"
    ).fetchall()
    sql = "select name from pragma_table_info(?)"
    return {name: [row[0] for row in connection.execute(sql, [name])] for (name,) in names}


def test_every_table_and_view_is_described_and_none_besides(columns: Columns) -> None:
    assert sorted(TABLES) == sorted(columns)
    assert [name for name, table in TABLES.items() if not table.get("description")] == []


def test_every_column_is_described_and_none_besides(columns: Columns) -> None:
    for name, table in TABLES.items():
        described = table.get("columns", {})
        if described or not table.get("hidden"):
            # In the order of the table, so that a missing one is seen at once.
            assert list(described) == columns[name], name
            assert all(isinstance(text, str) and text for text in described.values()), name


def test_only_technical_tables_are_hidden() -> None:
    hidden = {name for name, table in TABLES.items() if table.get("hidden")}
    indexes = ("letters_fts", "letters_exact", "records_fts")
    assert {name for name in hidden if not name.startswith(indexes)} == {
        "build",
        "facet_names",
        "facet_values",
        "letter_facets",
        "search_records",
        "search_texts",
        "words",
    }


def test_a_description_is_one_line_that_ends_in_a_full_stop() -> None:
    for name, table in TABLES.items():
        for text in (table["description"], *table.get("columns", {}).values()):
            assert "\n" not in text, name
            assert text.endswith("."), f"{name}: {text}"


def test_labels_order_and_search_name_columns_that_exist(columns: Columns) -> None:
    for name, table in TABLES.items():
        named = [table[key] for key in ("label_column", "sort", "fts_pk") if key in table]
        named += table.get("sortable_columns", [])
        assert set(named) <= set(columns[name]), name
    assert TABLES["letters"]["fts_table"] in columns


def test_the_list_of_letters_is_sorted_by_what_has_no_ties(connection: sqlite3.Connection) -> None:
    column = TABLES["letters"]["sort"]
    assert column == "sort_key"
    total, different = connection.execute(
        "select count(*), count(distinct sort_key) from letters"
    ).fetchone()
    assert total == different > 0


def test_title_description_and_licence_are_those_of_the_archive() -> None:
    document = read_document(ROOT / "letters" / "archive.yml", "archive.yml")
    info, _ = validated(ArchiveInfo, document.data, document.file)
    assert info is not None
    assert METADATA["title"] == info.title
    assert METADATA["description"] == info.description
    assert METADATA["license"] == info.licence.name
    assert METADATA["license_url"] == info.licence.url
