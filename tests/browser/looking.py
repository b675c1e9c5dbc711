"""What a browser finds of a page: barriers (as axe-core does), widths, requests, complaints."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

# Style sheets of other origins, which axe-core would fetch for rules that it does not apply.
_OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
_ROWS = ("ol > li", "ul > li", "tbody > tr", "dl > *", ".said")
_MORE = ", ".join(f"main {row}:nth-child(n+10)" for row in _ROWS)
_SQUEEZED = """[...document.querySelectorAll("main p, main li, main dd")].filter(element => {
  const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
  const words = own.map(node => node.data.trim()).join(" ");
  const width = element.getBoundingClientRect().width;
  const size = parseFloat(getComputedStyle(element).fontSize);
  return words.length > 120 && width > 0 && width < 15 * size;
}).map(element => element.textContent.trim().slice(0, 80))"""
"""Running text of fewer than about thirty characters a line."""
WIDE, BETWEEN, NARROW, NARROWEST = 1280, 800, 375, 320


@dataclass(frozen=True)
class Look:
    """What one look at a page tells.

    ``widths`` are those of the page on screens of 1280, 800, 375 and 320 pixels, and on the last
    with open folds. ``squeezed`` is running text that has too narrow a column on the widest.
    """

    barriers: list[Any]
    widths: list[int]
    squeezed: list[str]
    policy: list[str]
    requested: list[str]
    complaints: list[str]

    @property
    def its_own_complaints(self) -> list[str]:
        """Those that the answer itself, which may be a refusal, is not the cause of."""
        return [text for text in self.complaints if "Failed to load resource" not in text]


def look_at(browser: Browser, server: str, path: str) -> Look:
    """Open a page in a fresh profile and look at it from all sides."""
    context = browser.new_context(base_url=server, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(60_000)
    requested: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    try:
        answer = page.goto(path, wait_until="networkidle")
        policy = answer.headers["content-security-policy"].split("; ")
        resize(page, WIDE)
        squeezed = page.evaluate(_SQUEEZED)
        widths = []
        for width in (WIDE, BETWEEN, NARROW, NARROWEST):
            resize(page, width)
            widths.append(page.evaluate("document.documentElement.scrollWidth"))
        unfold(page)
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
        return Look(barriers_of(page), widths, squeezed, policy, requested, complaints)
    finally:
        context.close()


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
