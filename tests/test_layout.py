"""Where things are: what may import what, and that the documents name places that exist."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import correspondence
import pytest

PACKAGE = Path(correspondence.__file__).parent
ROOT = PACKAGE.parents[1]
MODULES = {
    ".".join(["correspondence", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(
        ".__init__"
    ): path
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
}

LAYERS = [
    "records metadata",
    "new_letter database reporting",
    "imports formats generate",
    "bundle",
    "exporting site",
    "static_site benchmark",
    "cli",
]
"""The package: each layer imports those before it only, and its members not each other."""

SITE_LAYERS = [
    "middleware filters",
    "archive",
    "memory server",
    "lists",
    "search drawings",
    "html",
    "tables exports",
    "pages templating",
    "plugin asgi",
]
"""The same within the site; ``server`` imports the middleware alone."""

CROWDED = {"records": 24}
"""Folders that may hold more than twenty modules: none may be added to them."""


def imports_of(module: str) -> Iterator[str]:
    """Modules of the package that a module imports, those within functions included."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        if not isinstance(node, ast.ImportFrom):
            continue
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *filter(None, [node.module])]) if node.level else node.module or ""
        if base.startswith("correspondence"):
            named = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else base for name in named)


def members(parent: str) -> set[str]:
    """Return the names of the modules and sub-packages directly within a package."""
    inside = [name.removeprefix(f"{parent}.") for name in MODULES if name.startswith(f"{parent}.")]
    return {name.split(".")[0] for name in inside}


def arrows(parent: str) -> dict[tuple[str, str], set[str]]:
    """Return the imports between a package's members, with the modules that make them."""
    found: dict[tuple[str, str], set[str]] = {}
    within = f"{parent}."
    for module in MODULES:
        for imported in imports_of(module):
            if module.startswith(within) and imported.startswith(within):
                one, other = (
                    name.removeprefix(within).split(".")[0] for name in (module, imported)
                )
                if one != other:
                    found.setdefault((one, other), set()).add(f"{module} -> {imported}")
    return found


@pytest.mark.parametrize(
    ("parent", "layers"),
    [("correspondence", LAYERS), ("correspondence.site", SITE_LAYERS)],
    ids=["package", "site"],
)
def test_imports_between_packages_go_one_way(parent: str, layers: list[str]) -> None:
    height = {name: place for place, layer in enumerate(layers) for name in layer.split()}
    assert members(parent) == set(height), "each has a place in the layers"
    backwards = {
        pair: sorted(modules)
        for pair, modules in arrows(parent).items()
        if height[pair[0]] <= height[pair[1]]
    }
    assert backwards == {}


def test_the_server_imports_middleware_and_archive_alone() -> None:
    found = arrows("correspondence.site")
    assert {other for one, other in found if one == "server"} == {"archive", "middleware"}
    assert {one for one, other in found if other == "server"} == {"asgi"}


_EACH_ALONE = """
import os, sys
import datasette.app, lxml.etree, pydantic, sqlite_utils  # once, since they take the time
for name in [name for name in sys.modules if name.split(".")[0] == "correspondence"]:
    del sys.modules[name]
for module in sys.argv[1:]:
    if os.fork() == 0:
        __import__(module)
        os._exit(0)
    if os.wait()[1]:
        print(module)
"""


def test_every_module_imports_alone() -> None:
    """Each in a process of its own, so that no earlier import hides a circular one."""
    command = [sys.executable, "-c", _EACH_ALONE, *MODULES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], done.stderr


def test_no_folder_holds_too_many_modules() -> None:
    folders = {path.parent for path in MODULES.values()}
    counts = {
        folder.relative_to(PACKAGE).as_posix(): len(
            {*folder.glob("*.py")} - {folder / "__init__.py"}
        )
        for folder in folders
    }
    assert {name: n for name, n in counts.items() if n > CROWDED.get(name, 20)} == {}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_place_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    places = re.findall(r"`((?:letters|scripts|tests|metadata\.yml|\.github)[\w./-]*)`", text)
    assert places, "the document names places"
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_what_a_site_remembers_hangs_on_its_archive() -> None:
    """Nothing of one site is kept in a module, where it would outlive the site."""
    found = [
        module
        for module, path in MODULES.items()
        if re.search(r"Weak(Key|Value)Dictionary", path.read_text(encoding="utf-8"))
    ]
    assert found == []
