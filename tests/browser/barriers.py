"""What keeps people from using a page, as axe-core finds it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Style sheets of other origins, which axe-core would fetch for rules that it does not apply.
_OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
_ROWS = ("ol > li", "ul > li", "tbody > tr", "dl > *", ".said")
_MORE = ", ".join(f"main {row}:nth-child(n+10)" for row in _ROWS)
WIDE, NARROW = 1280, 375


def unfold(page: Page) -> None:
    """Open all folds, so that nothing hides in them."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")


def resize(page: Page, width: int) -> None:
    """Give a page another width."""
    page.set_viewport_size({"width": width, "height": 900})


def barriers_of(page: Page) -> list[Any]:
    """All that axe-core finds, wide and narrow; in the dark, where only colours are others, those.

    Of lists and tables the wide page is looked at to its end, the others as far as rows differ.
    """
    unfold(page)
    page.emulate_media(color_scheme="light")
    resize(page, WIDE)
    found = _violations(page)
    page.evaluate("rows => document.querySelectorAll(rows).forEach(row => row.remove())", _MORE)
    resize(page, NARROW)
    found += _violations(page)
    page.emulate_media(color_scheme="dark")
    return found + colours_too_near(page)


def colours_too_near(page: Page) -> list[Any]:
    """Text that does not stand out from what is behind it."""
    return _violations(page, runOnly=["color-contrast"])


def _violations(page: Page, **rules: Any) -> list[Any]:
    found = Axe().run(page, options={**_OPTIONS, **rules}).response["violations"]
    return [(violation["id"], node["target"]) for violation in found for node in violation["nodes"]]
