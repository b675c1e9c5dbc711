"""Text as it is compared: without capitals, diacritics and punctuation; and as an id."""

import re
import unicodedata

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans(
    {
        **{"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"},
        **{"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"},
    }
)


def fold(text: str) -> str:
    """Words in lower case with single spaces; empty if there is neither letter nor digit.

    >>> fold("Novalpina Capital Group Sàrl")
    'novalpina capital group sarl'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).casefold()
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def slug(text: str) -> str:
    """Text as an id or the name of a file; empty if it has neither letter nor digit.

    >>> slug("Échange sur l'été")
    'echange-sur-l-ete'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
