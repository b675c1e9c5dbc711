"""Rows as bare values in the order of their table's columns: quick to hand on and to insert."""

from ..records.archive import Frame, LetterFile
from ..records.model import Letter, Withdrawn
from .rows import Rows, letter_rows, withdrawn_rows
from .schema import columns_of

Values = dict[str, list[tuple[object, ...]]]
"""Rows by table. Columns that are filled in later are NULL."""


def values_of(rows: Rows) -> Values:
    """The values of some rows."""
    values: Values = {}
    for table, row in rows:
        values.setdefault(table, []).append(tuple(map(row.get, columns_of(table))))
    return values


def values_of_letter(letter: Letter | Withdrawn, file: LetterFile, frame: Frame) -> tuple[Values]:
    """The values of everything that one letter's file says."""
    if isinstance(letter, Withdrawn):
        return (values_of(withdrawn_rows(letter, file)),)
    return (values_of(letter_rows(letter, file, frame)),)
