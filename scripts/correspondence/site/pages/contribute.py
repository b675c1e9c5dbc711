"""``/contribute``: a new letter or a correction without a terminal.

A form becomes the text of a letter's file; the text is checked by the rules of ``letters check``,
shown as the page that it would be, and handed over. Nothing is stored here.
"""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, quote

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, NotFound, Request, Response

from ...database.reading import read_file
from ...new_letter.drafting import Draft, draft
from ...new_letter.questions import questions_about_letters, questions_about_sources
from ...records.dry_run import NEW_ENTRIES, Trial, path_of, try_letter
from ...records.folder import LETTER_ID
from ..archive import Archive, archive_of
from ..html.page import arguments, page
from ..html.paging import refuse_others
from ..lists.names import Presenter
from ..memory.frame import frame_of
from .letter import around_draft

_NAMED = re.compile(r"[0-9]{4}(?:-[a-z0-9]+)+|undated(?:-[a-z0-9]+)+")
_MOST_NAMED = 200
_REFERRING = """
select letter from replies where in_reply_to = :id
union select letter from mentions where refers_to = :id
union select letter from possible_duplicates where possibly_same_as = :id
union select letter from taken_up where statement_letter = :id
limit :most
"""
_LONGEST_ADDRESS = 8_000
_MOST_NAMES = 2_000
_MOST_FIELDS = 300
_MOST_OF_A_NAME = 50
_LONG = ("text", "summary", "note", "evidence", "date_note", *NEW_ENTRIES)
_LONGEST = 1_000  # characters of a field that is not one of these
Fields = dict[str, list[str]]


@dataclass(frozen=True)
class _File:
    """A file as a visitor has it: its id, its text, and new entries for registers."""

    letter_id: str
    text: str
    additions: dict[str, str] = field(default_factory=dict)


async def contribute(datasette: Datasette, request: Request) -> Response:
    """``/contribute``: a form for a new letter; ``?letter=`` opens the file of one."""
    if request.method == "POST":
        body = (await request.post_body()).decode("utf-8", "replace")
        try:
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError as error:
            raise BadRequest(f"A form may have at most {_MOST_FIELDS:,} fields.") from error
        fields: Fields = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
        _must_be_of_one_letter(fields)
        return await _posted(datasette, request, fields)
    pairs = arguments(request)
    refuse_others(pairs, ("letter",))
    letter_id = dict(pairs).get("letter")
    if letter_id is None:
        return await _form(datasette, request, {}, Draft())
    own = await archive_of(datasette).execute_fn(
        lambda connection: read_file(connection, letter_id)
    )
    if own is None:
        raise NotFound(f"There is no letter {letter_id}.")
    return await _file(datasette, request, _File(letter_id, own.text))


def _must_be_of_one_letter(fields: Fields) -> None:
    """Refuse what no letter has: each name is compared with all of the registers."""
    for name, values in fields.items():
        if name != "topics" and len(values) > _MOST_OF_A_NAME:
            message = f"of {name!r} there may be {_MOST_OF_A_NAME}; add the others to the file"
            raise BadRequest(message)
        if name not in _LONG and max(map(len, values)) > _LONGEST:
            raise BadRequest(f"{name!r} may have {_LONGEST:,} characters")


async def _posted(datasette: Datasette, request: Request, fields: Fields) -> Response:
    if "text" not in fields:
        drafted = await _draft(datasette, fields)
        if drafted.problems:
            return await _form(datasette, request, fields, drafted)
        return await _file(
            datasette, request, _File(drafted.letter_id, drafted.text, drafted.additions)
        )
    letter_id = fields.get("id", [""])[0].strip()
    if not LETTER_ID.fullmatch(letter_id) or len(letter_id) > 200:
        raise BadRequest(
            f"{letter_id!r} is no name for a letter; write one like 2019-02-18-sender-to-recipient"
        )
    additions = {name: fields[name][0] for name in NEW_ENTRIES if fields.get(name, [""])[0].strip()}
    text = fields["text"][0]
    file = _File(letter_id, text if text.endswith("\n") else f"{text}\n", additions)
    if fields.get("action") == ["download"]:
        disposition = f'attachment; filename="{letter_id}.yml"'
        headers = {"Content-Disposition": disposition}
        return Response(file.text, content_type="application/yaml; charset=utf-8", headers=headers)
    return await _file(datasette, request, file)


async def _draft(datasette: Datasette, fields: Fields) -> Draft:
    sql = (
        "select id from letters where id like :like union select id from former_ids "
        "where id like :like union select id from withdrawn where id like :like"
    )

    database, loop = archive_of(datasette), asyncio.get_running_loop()

    def ids_like(beginning: str) -> list[str]:
        asking = database.execute(sql, {"like": f"{beginning}%"})
        return [row[0] for row in asyncio.run_coroutine_threadsafe(asking, loop).result()]

    return await asyncio.to_thread(draft, fields, frame_of(datasette), ids_like)


async def _form(datasette: Datasette, request: Request, fields: Fields, drafted: Draft) -> Response:
    frame = frame_of(datasette)
    registers = frame.registers
    organisations = [entry.name for entry in registers.organisations.values()]
    people = [entry.name for entry in registers.people.values()]
    context = {
        "fields": fields,
        "problems": drafted.problems,
        "names": [*organisations, *people][:_MOST_NAMES],
        "questions": questions_about_letters(frame),
        "about_sources": questions_about_sources(frame),
        "info": frame.info,
    }
    response = await page(datasette, request, "contribute.html", context)
    response.status = 422 if drafted.problems else 200
    return response


async def _file(datasette: Datasette, request: Request, file: _File) -> Response:
    database = archive_of(datasette)
    neighbours = await _neighbours(database, file)
    own = await database.execute_fn(lambda connection: read_file(connection, file.letter_id))
    frame = frame_of(datasette)
    before = own.text if own else None
    trial = await asyncio.to_thread(
        try_letter, frame, file.letter_id, file.text, file.additions, neighbours, before
    )
    context = {
        "file": file,
        "path": f"letters/{path_of(file.letter_id)}",
        "trial": trial,
        "replaces": own is not None,
        "hand_over": _hand_over(datasette, file, own is not None),
        "info": frame.info,
        **await _preview(database, trial),
    }
    response = await page(datasette, request, "contribution.html", context)
    response.status = 422 if trial.errors else 200
    return response


async def _preview(database: Archive, trial: Trial) -> dict[str, Any]:
    """What the template of a letter needs, if there is a sound one to show."""
    if trial.letter is None:
        return {"letter": None}
    return {
        "letter": trial.letter,
        "present": Presenter(trial.frame),
        **await around_draft(database, trial.letter),
    }


async def _neighbours(database: Archive, file: _File) -> dict[str, str]:
    """The files of the letters that a text names or that refer to it, by their paths."""
    referring = await database.execute(_REFERRING, {"id": file.letter_id, "most": _MOST_NAMED})
    found = {*_NAMED.findall(file.text), *(row[0] for row in referring)}
    named = sorted(found - {file.letter_id})[:_MOST_NAMED]
    marks = ", ".join("?" * len(named))
    rows = await database.execute(f"select path, text from files where letter in ({marks})", named)
    return {row["path"]: row["text"] for row in rows}


def _hand_over(datasette: Datasette, file: _File, replaces: bool) -> dict[str, str] | None:
    """Where the file can be proposed, as ``metadata.yml`` says; nothing if it does not."""
    config = datasette.plugin_config("correspondence") or {}
    template = config.get("edit_file" if replaces else "new_file")
    if not template:
        return None
    path = PurePosixPath("letters") / path_of(file.letter_id)
    values = {"path": quote(str(path)), "folder": quote(str(path.parent)), "name": path.name}
    filled = template.format(**values, text=quote(file.text))
    if len(filled) <= _LONGEST_ADDRESS:
        return {"address": filled, "holds_text": "yes" if "{text}" in template else ""}
    return {"address": template.format(**values, text=""), "holds_text": ""}
