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

LAYERS = ["records", "new_letter database", "imports formats", "site", "static_site"]
"""The package: each layer imports those before it only, and its members not each other."""

SITE_LAYERS = [
    "middleware",
    "filters",
    "memory",
    "lists",
    "search drawings",
    "html",
    "tables exports",
    "pages",
]
"""The same within the site; ``server`` stands beside them and imports the middleware alone."""


def imports_of(module: str) -> Iterator[str]:
    """Modules of the package that a module imports, those within functions included."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *filter(None, [node.module])]) if node.level else node.module or ""
        if base.startswith("correspondence"):
            named = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else base for name in named)


def arrows(parent: str) -> dict[tuple[str, str], set[str]]:
    """Imports between the sub-packages of a package, with the modules that make them."""
    found: dict[tuple[str, str], set[str]] = {}
    for module in MODULES:
        for imported in imports_of(module):
            sides = [
                name.removeprefix(f"{parent}.").split(".")
                for name in (module, imported)
                if name.startswith(f"{parent}.")
            ]
            if len(sides) == 2 and all(len(side) > 1 for side in sides):
                (one, *_), (other, *_) = sides
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
    backwards = {
        pair: sorted(modules)
        for pair, modules in arrows(parent).items()
        if all(side in height for side in pair) and height[pair[0]] <= height[pair[1]]
    }
    assert backwards == {}


def test_the_server_imports_the_middleware_alone() -> None:
    found = arrows("correspondence.site")
    assert {other for one, other in found if one == "server"} == {"middleware"}
    assert {one for one, other in found if other == "server"} == set()


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


def test_no_folder_of_the_site_holds_too_many_modules() -> None:
    counts = {
        folder.name: len(list(folder.glob("*.py")))
        for folder in (PACKAGE / "site").rglob("*")
        if folder.is_dir()
    }
    assert {name: count for name, count in counts.items() if count > 22} == {}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_place_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    places = re.findall(r"`((?:letters|scripts|tests|metadata\.yml|\.github)[\w./-]*)`", text)
    assert places, "the document names places"
    assert [place for place in places if not (ROOT / place).exists()] == []
