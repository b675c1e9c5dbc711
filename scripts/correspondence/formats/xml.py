"""XML that is written piece by piece, so that a file may be longer than memory."""

import re
from collections.abc import Iterator
from io import BytesIO

from lxml.etree import QName, _Element

# All but the characters of XML 1.0 (https://www.w3.org/TR/xml/#charsets).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def sub(parent: _Element, name: str, text: str | None = None, **attributes: str) -> _Element:
    """A new last child in the namespace of its parent."""
    tag = QName(QName(parent).namespace, name)
    child = parent.makeelement(tag, {key: clean(value) for key, value in attributes.items()})
    child.text = clean(text) if text is not None else None
    parent.append(child)
    return child


class Pieces(BytesIO):
    """A file to write XML to, of which what was written can be taken away."""

    def take(self) -> Iterator[bytes]:
        """What was written since the last time."""
        if written := self.getvalue():
            self.seek(0)
            self.truncate()
            yield written
