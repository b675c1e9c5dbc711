"""The letter that a search names outright, by its id or its number."""

from datasette.database import Database


async def letter_named(database: Database, text: str) -> str | None:
    """The id of the one letter that bears this id, a former id or this document number.

    Capitals and spaces do not matter. What is written in quotes names nothing: so a word that is
    also the number of a letter can still be searched for.
    """
    rows = await database.execute(
        "with typed as (select lower(replace(:text, ' ', '')) as name) "
        "select id from letters, typed where id = name "
        "union select id from withdrawn, typed where id = name "
        "union select letter from former_ids, typed where id = name "
        "union select id from letters, typed where lower(replace(reference, ' ', '')) = name "
        "limit 2",
        {"text": " ".join(text.split())},
    )
    found = [str(row["id"]) for row in rows]
    return found[0] if len(found) == 1 else None
