"""Mixed traffic on a server of the archive: readers, crawlers, heavy choices, exports, mistakes.

The server is started here, on the loopback, and asked by a bounded number of connections for a
bounded time.
"""

import argparse
import asyncio
import json
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx

from .asking import percentile

HEAVY = [
    "/?_not_form=statement&_after=2019",
    "/archive/letters?_topic=due-diligence&_search=pegasus",
    "/archive/letters.json?_from=nso-group&_from=citizen-lab&_size=100",
    "/?_search=surveil*&_order=relevance",
    "/archive/letters.csv",
    "/archive/letters.cmif",
    "/cmif.xml",
    "/data",
    "/contribute",
]
FORM = {side: [f"{side} nobody known here {number} " * 6 for number in range(50)]
        for side in ("from", "to", "cc")}  # fmt: skip
"""The form for contributions with as many and as long names as it reads."""

MISTAKES = ["/nothing", "/?_frm=x", "/archive/letters?_next=x", "/archive/letters.xyz"]

_LOOKS = 4


def main() -> None:
    """Start a server, ask it, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, default=Path("archive.db"))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    command = [sys.executable, "-c", "from correspondence.cli import main; main()", "serve"]
    arguments = ["--database", str(asked.database), "--port", "0", "--workers", str(asked.workers)]
    server = subprocess.Popen(  # noqa: S603 - no shell
        [*command, *arguments], stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        address = _address(server)
        held = [_memory(server.pid)]
        asyncio.run(_ask(address, asked, lambda: held.append(_memory(server.pid))))
        megabytes = ", ".join(f"{each:,.0f}" for each in held)
        print(f"memory at the start and after each quarter, in MB: {megabytes}")  # noqa: T201
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _address(server: "subprocess.Popen[str]") -> str:
    said = ""
    for line in server.stdout or ():
        if found := re.search(r"http://[^\s\"]+", line):
            return found[0].rstrip("/")
        said += line
    raise SystemExit(f"the server did not start:\n{said}")


def _memory(process: int) -> float:
    """Megabytes that a process and its children hold."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    own = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return (int(own[1]) / 1024 if own else 0) + sum(_memory(int(child)) for child in children)


async def _ask(address: str, asked: argparse.Namespace, look: Callable[[], None]) -> None:
    """Ask for pages, and have a look after each quarter of the time."""
    seconds, connections = asked.seconds, asked.connections
    pages = _pages(asked.database)
    times: list[float] = []
    statuses: Counter[str] = Counter()
    ends = time.monotonic() + seconds

    async def visit(client: httpx.AsyncClient, chance: random.Random) -> None:
        while time.monotonic() < ends:
            path = _choose(chance, pages)
            form = FORM if path == "/contribute" else None
            started = time.perf_counter()
            try:
                asking = client.build_request("POST" if form else "GET", address + path, data=form)
                status = str((await client.send(asking)).status_code)
            except httpx.HTTPError as error:
                status = type(error).__name__
            if not form:  # what others wait for, not what the heaviest request itself takes
                times.append(time.perf_counter() - started)
            statuses[status] += 1

    async def look_now_and_then() -> None:
        for _ in range(_LOOKS):
            await asyncio.sleep(seconds / _LOOKS)
            look()

    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(limits=limits, timeout=60) as client:
        await asyncio.gather(
            look_now_and_then(),
            *(visit(client, random.Random(number)) for number in range(connections)),  # noqa: S311
        )
    ranks = {f"p{rank}": round(percentile(times, rank) * 1000) for rank in (50, 95, 99)}
    print(f"{len(times):,} requests in {seconds:.0f} s by {connections} connections")  # noqa: T201
    print(f"statuses: {json.dumps(dict(statuses))}; milliseconds: {json.dumps(ranks)}")  # noqa: T201


def _pages(database: Path) -> list[str]:
    """Addresses as a crawler finds them: every letter and what is around it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        ids = [row[0] for row in connection.execute("select id from letters limit 2000")]
        names = [row[0] for row in connection.execute("select id from organisations limit 500")]
    letters = [f"/archive/letters/{letter_id}" for letter_id in ids]
    return [
        *letters,
        *(f"{letter}{suffix}" for letter in letters for suffix in (".ris", ".json", ".csljson")),
        *(f"/archive/organisations/{name}" for name in names),
        *("/", "/exchanges", "/unanswered", "/statements", "/about", "/archive"),
    ]


def _choose(chance: random.Random, pages: list[str]) -> str:
    """Mostly pages, sometimes what is heavy and was never asked for, now and then a mistake."""
    kind = chance.random()
    if kind < 0.7:
        return chance.choice(pages)
    if kind < 0.95:
        path = chance.choice(HEAVY)
        never_kept = f"_before=2{chance.randrange(100, 999)}"
        return f"{path}{'&' if '?' in path else '?'}{never_kept}" if "letters" in path else path
    return chance.choice(MISTAKES)


if __name__ == "__main__":
    main()
