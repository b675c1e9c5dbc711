"""What a running site logs: enough to mend it, and nothing about who asked for what."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from .test_serving import Start, serving

FAILING = """
from correspondence.site import pages
async def failing():
    raise RuntimeError("secret of the house")
pages.ROUTES.append(("^/failing$", failing))
"""
LETTER = "archive/letters/2019-02-18-rights-groups-to-novalpina"


def logged(start: Start, archive_db: Path, *paths: str) -> tuple[list[dict[str, Any]], list[Any]]:
    """What is logged of requests for these paths, and their answers."""
    answers = []
    arguments = ("--database", archive_db, "--log", "json")
    with (
        serving(start, *arguments, before=FAILING) as (address, process),
        httpx.Client(trust_env=False, timeout=60) as client,
    ):
        for path in paths:
            answers.append(client.get(address + path, headers={"user-agent": "Visitor/1"}))
        process.terminate()
        said = process.communicate(timeout=60)[0]
    # Python itself remarks on work that is broken off when a site stops as soon as it has begun.
    lines = [line for line in said.splitlines() if not line.startswith("sys:1: RuntimeWarning")]
    return [json.loads(line) for line in lines], answers


def test_each_request_is_a_line_without_what_was_looked_for(start: Start, archive_db: Path) -> None:
    lines, answers = logged(
        start, archive_db, f"{LETTER}.ris", "?_search=my+secret&_from=nso-group&my+own=1", "nothing"
    )
    requests = [line for line in lines if line["message"] == "request"]
    told = [(it["method"], it["path"], it["arguments"], it["status"]) for it in requests]
    assert told == [
        ("GET", f"/{LETTER}.ris", [], 200),
        ("GET", "/", ["_from", "_search"], 200),
        ("GET", "/nothing", [], 404),
    ]
    assert [it["id"] for it in requests] == [it.headers["x-request-id"] for it in answers]
    assert all(it["milliseconds"] >= 0 for it in requests)
    assert all(datetime.fromisoformat(it["time"]).tzinfo == UTC for it in requests)
    for private in ("my secret", "my+secret", "nso-group", "127.0.0.1", "Visitor"):
        assert private not in json.dumps(requests)


def test_a_fault_bears_the_number_that_the_page_shows(start: Start, archive_db: Path) -> None:
    lines, [answer] = logged(start, archive_db, "failing")
    [fault] = [line for line in lines if line["level"] == "error"]
    [request] = [line for line in lines if line["message"] == "request"]
    [shown] = set(re.findall(r"its number, ([0-9a-f]{8})", answer.text))
    assert shown == fault["id"] == request["id"] == answer.headers["x-request-id"]
    assert request["status"] == 500
    assert "secret of the house" in fault["traceback"]
    assert "secret" not in answer.text


def test_without_being_asked_only_faults_are_told(start: Start, archive_db: Path) -> None:
    with serving(start, "--database", archive_db, before=FAILING) as (address, process):
        assert httpx.get(f"{address}{LETTER}", timeout=60).status_code == 200
        number = httpx.get(f"{address}failing", timeout=60).headers["x-request-id"]
        process.terminate()
        said = process.communicate(timeout=60)[0]
    assert said.startswith(f"fault {number}: GET /failing\nTraceback")
    assert LETTER not in said
