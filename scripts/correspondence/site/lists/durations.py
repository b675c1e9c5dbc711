"""Numbers of days in words, and where the span of the archive ends."""

from ...records.archive import Frame
from ...records.dates import EdtfDate


def days(low: float | None, high: float | None) -> str:
    """So many days, with bounds where dates are uncertain; nothing where they cannot be counted."""
    if low is None or high is None:
        return ""
    if low == high:
        return "the same day" if high == 0 else f"{_number(high)} day{'s' if high != 1 else ''}"
    return f"{_number(low)} to {_number(high)} days"


def later(low: int, high: int) -> str:
    """So many days after something else."""
    return "the same day" if high == 0 else f"{days(low, high)} later"


def since_silence(date: EdtfDate, frame: Frame) -> str:
    """How long a letter waits at the archive's state of knowledge; a date where days would lie."""
    if date.qualifier or (date.earliest is None and date.latest is None):
        return f"since {date.words}"
    as_of = frame.info.as_of
    fewest = max(0, (as_of - date.latest).days) if date.latest else None
    most = max(0, (as_of - date.earliest).days) if date.earliest else None
    if fewest is not None and most is not None:
        return days(fewest, most)
    return f"up to {days(most, most)}" if fewest is None else f"at least {days(fewest, fewest)}"


def followed(date: EdtfDate, frame: Frame) -> bool:
    """Whether a date is later than the span of the archive."""
    day, end = date.earliest or date.latest, frame.info.span.latest
    return bool(day and end and day > end)


def _number(count: float) -> str:
    """A number of days, the half that a median may have included."""
    if 0 < count < 1:
        return "½"
    return f"{int(count):,}" + ("½" if count % 1 else "")
