"""Tables, columns and filters in the words of readers."""

_LABELS = {
    "from_names": "From",
    "to_names": "To",
    "cc_names": "Copies to",
    "topic_names": "Topics",
    "url": "Address",
    "sha256": "Checksum (SHA-256)",
    "rowid": "Row number",
}

OPERATIONS = {
    "exact": "is",
    "not": "is not",
    "contains": "contains",
    "startswith": "begins with",
    "endswith": "ends with",
    "gt": "is greater than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "in": "is one of (a, b, c)",
    "notin": "is none of (a, b, c)",
    "like": "is like (with % and _)",
    "notlike": "is not like (with % and _)",
    "isblank": "is empty",
    "notblank": "is not empty",
}
"""Operations of Datasette's filters that a form offers. Those on lists within a column and on
calendar dates are left out, since the archive has no such columns."""

WITHOUT_VALUE = {
    "isblank": "is empty",
    "notblank": "is not empty",
    "isnull": "is empty",
    "notnull": "is not empty",
}


def label(name: str) -> str:
    """A table or column as a heading names it."""
    words = name.replace("_", " ").strip()
    return _LABELS.get(name) or words[:1].upper() + words[1:]


def operation(key: str, value: str) -> str:
    """What a filter demands of its column."""
    return WITHOUT_VALUE.get(key) or f"{OPERATIONS.get(key, key).split(' (')[0]} {value}"
