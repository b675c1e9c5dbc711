"""A server of the archive and a browser that visits it."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from .looking import Look, look_at

NAMES = "chromium chromium-browser google-chrome google-chrome-stable".split()
OPTIONS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking".split()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    wanted = os.environ.get("CHROMIUM")
    found = shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        reason = f"no browser: {wanted or 'Chromium'} was not found; CHROMIUM may name one"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and in continuous integration there must be one")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser; for a module only, since its event loop keeps others from running."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(
    start: Callable[..., subprocess.Popen[str]], archive_db: Path, chromium: str
) -> Iterator[str]:
    """The address of the archive, on a free port of this machine."""
    process = start("serve", "--port", "0", "--database", archive_db)
    try:
        said = process.stdout.readline()
        address = re.search(r"(http://\S+)/", said)
        assert address, said + process.stdout.read()
        yield address[1]
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def look(browser: Browser, server: str) -> Callable[[str], Look]:
    """Look at a page of the archive, once for all tests of a module."""
    seen: dict[str, Look] = {}

    def look_once(path: str) -> Look:
        if path not in seen:
            seen[path] = look_at(browser, server, path)
        return seen[path]

    return look_once
