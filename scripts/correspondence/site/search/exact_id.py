"""The letter that a search names outright, by its id or its number."""

from ..archive import Archive


async def letter_named(database: Archive, text: str) -> str | None:
    """The id of the one letter that bears this id, a former id or this document number.

    Capitals and spaces do not matter. What is written in quotes names nothing: so a word that is
    also the number of a letter can still be searched for.
    """
    typed = "lower(replace(:text, ' ', ''))"
    rows = await database.execute(
        f"select id from letters where id = {typed} "
        f"union select id from withdrawn where id = {typed} "
        f"union select letter from former_ids where id = {typed} "
        f"union select id from letters where lower(replace(reference, ' ', '')) = {typed} "
        "limit 2",
        {"text": " ".join(text.split())},
    )
    found = [str(row["id"]) for row in rows]
    return found[0] if len(found) == 1 else None
