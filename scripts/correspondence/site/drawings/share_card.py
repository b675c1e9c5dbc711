"""The picture that a shared link shows: date, from whom to whom, title; SVG rendered to PNG."""

import textwrap
from functools import lru_cache
from importlib.resources import files
from xml.sax.saxutils import escape

import resvg_py

from ...database.rows import names_of
from ...records.archive import Frame
from ...records.model import Letter

WIDTH, HEIGHT = 1200, 630
_INK, _SOFT, _PAPER, _ACCENT = "#1d1b18", "#5a544c", "#fbf9f5", "#a3301a"
_FONTS = ("SourceSerifPro-Regular.ttf", "SourceSerifPro-Semibold.ttf")


def card_of(letter: Letter, frame: Frame) -> bytes:
    """The card of a letter, as PNG."""
    return _rendered(card_svg(letter, frame))


def card_svg(letter: Letter, frame: Frame) -> str:
    """The card of a letter, as SVG."""
    sender = _shortened(names_of(letter.from_, frame), 46)
    recipient = _shortened(names_of(letter.to, frame) or "the public", 44)
    title = f"[{letter.title}]" if letter.title_supplied else letter.title
    lines = textwrap.wrap(title, 40, max_lines=4, placeholder=" …")
    parts = [
        _text(80, 106, 30, _SOFT, frame.info.title),
        _text(80, 190, 34, _ACCENT, _capitalised(letter.date.words)),
        _text(80, 246, 40, _INK, sender, bold=True),
        _text(80, 300, 40, _INK, f"to {recipient}", bold=True),
        *(_text(80, 386 + 58 * n, 48, _INK, line) for n, line in enumerate(lines)),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>'
        f'<rect width="{WIDTH}" height="14" fill="{_ACCENT}"/>{"".join(parts)}</svg>'
    )


def _text(x: int, y: int, size: int, colour: str, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-family="Source Serif Pro" font-size="{size}"{weight} '
        f'fill="{colour}">{escape(text)}</text>'
    )


def _shortened(text: str, most: int) -> str:
    """As many names as there is room for, and a sign that there are more."""
    if len(text) <= most:
        return text
    names = text.split("; ")
    kept = names[0]
    for name in names[1:]:
        if len(kept) + len(name) + 20 > most:
            break
        kept += f", {name}"
    others = len(names) - kept.count(", ") - 1
    return f"{textwrap.shorten(kept, most, placeholder='…')}{f' and {others} more' * bool(others)}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


# A picture takes some ten milliseconds; crawlers of social networks ask for the same few.
@lru_cache(maxsize=64)
def _rendered(svg: str) -> bytes:
    folder = files("font_source_serif_pro") / "files"
    fonts = [str(folder / name) for name in _FONTS]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=fonts))
