"""What ``scripts/publish`` holds does what it says, as far as this machine can show it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from correspondence.cli import serve
from correspondence.site.server import run as server

from .site.test_serving import PATIENCE, Start, serving

ROOT = Path(__file__).parents[1]
PUBLISH = ROOT / "scripts" / "publish"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
LETTER = "/archive/letters/2019-02-18-rights-groups-to-novalpina"
MAIN = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/octet-stream;
    include {folder}/letters.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """nginx with the configuration that is shipped, which listens on a socket of its own."""

    folder: Path
    ask: httpx.Client

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask.get(path, headers=headers)

    @property
    def log(self) -> list[dict[str, Any]]:
        """What it has logged, once the last request has come there."""
        lines = (self.folder / "letters.log").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def proxy(address: str, change: Callable[[str], str] = lambda text: text) -> Iterator[Proxy]:
    """The proxy in front of a server."""
    if not NGINX:
        pytest.skip("nginx is not installed (apt install nginx)")
    with tempfile.TemporaryDirectory(prefix="nginx-") as temporary:
        folder = Path(temporary)
        text = change((PUBLISH / "nginx.conf").read_text())
        for old, new in (
            ("127.0.0.1:8001", address.removeprefix("http://").partition("/")[0]),
            ("listen 80", f"listen unix:{folder}/socket"),
            ("/var/cache/nginx/letters", f"{folder}/cache"),
            ("/var/log/nginx/letters.log", f"{folder}/letters.log"),
        ):
            assert old in text
            text = text.replace(old, new)
        (folder / "letters.conf").write_text(text)
        user = "user root;" if os.geteuid() == 0 else ""  # who alone may enter this folder
        (folder / "main.conf").write_text(MAIN.format(folder=folder, user=user))
        command = [NGINX, "-p", temporary, "-c", f"{folder}/main.conf", "-e", f"{folder}/error.log"]
        subprocess.run([*command, "-t"], check=True, capture_output=True)
        process = subprocess.Popen(command)
        try:
            for _ in range(PATIENCE * 20):
                if (folder / "pid").exists() and (folder / "socket").exists():
                    break
                time.sleep(0.05)
            transport = httpx.HTTPTransport(uds=f"{folder}/socket")
            base = "http://letters.example"
            with httpx.Client(transport=transport, base_url=base, timeout=PATIENCE) as client:
                yield Proxy(folder, client)
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def behind_nginx(start: Start, archive_db: Path) -> Iterator[Proxy]:
    with serving(start, "--database", archive_db) as (address, _), proxy(address) as found:
        yield found


# --- nginx


@pytest.mark.parametrize(
    "path", ["/about", LETTER, f"{LETTER}.ris", "/archive/letters.json?_size=2"]
)
def test_an_answer_is_fetched_once(behind_nginx: Proxy, path: str) -> None:
    first, second = (behind_nginx.get(path, cookie="a=b", authorization="x") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert [it.headers["x-cache-status"] for it in (first, second)] == ["MISS", "HIT"]
    assert second.content == first.content
    tag = second.headers["etag"]
    unchanged = behind_nginx.get(path, **{"if-none-match": tag})
    assert (unchanged.status_code, unchanged.headers["x-cache-status"]) == (304, "HIT")


def test_headers_of_safety_come_through_and_nothing_personal(behind_nginx: Proxy) -> None:
    answer = behind_nginx.get("/leads", cookie="a=b", **{"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["server"] == "nginx"
    assert "x-request-id" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "http://letters.example/" in answer.text


def test_a_style_sheet_is_kept_by_the_visitor_for_good(behind_nginx: Proxy) -> None:
    [path] = set(re.findall(r'href="([^"]+site\.css[^"]*)"', behind_nginx.get("/about").text))
    answer = behind_nginx.get(path)
    assert "immutable" in answer.headers["cache-control"]
    assert behind_nginx.get(path).headers["x-cache-status"] == "HIT"


def test_health_and_mistakes_are_not_kept(behind_nginx: Proxy) -> None:
    for path, status in (("/health", 200), ("/nothing", 404), ("/?_frm=x", 400)):
        answers = [behind_nginx.get(path) for _ in range(2)]
        assert {it.status_code for it in answers} == {status}
        assert {it.headers["x-cache-status"] for it in answers} == {"MISS"}


def test_who_searches_too_often_is_told_when_to_come_again(behind_nginx: Proxy) -> None:
    answers = [behind_nginx.get("/?_search=kaye") for _ in range(200)]
    statuses = [it.status_code for it in answers]
    assert statuses[:10] == [200] * 10
    assert set(statuses) == {200, 429}
    refused = next(it for it in answers if it.status_code == 429)
    assert refused.headers["retry-after"] == "10"
    assert "Try again" in refused.text
    assert behind_nginx.get("/about").status_code == 200
    assert "limiting" not in (behind_nginx.folder / "error.log").read_text()


def test_another_name_is_not_answered(behind_nginx: Proxy) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        behind_nginx.get("/", host="evil.example")


def test_questions_go_through_and_long_ones_do_not(behind_nginx: Proxy) -> None:
    post = behind_nginx.ask.post
    assert post("/reconcile", data={"queries": '{"q0": {"query": "NSO"}}'}).status_code == 200
    assert post("/reconcile", content=b"x" * (2 << 20)).status_code == 413
    assert post("/", content=b"x").status_code == 405


def test_the_log_knows_no_visitor(behind_nginx: Proxy) -> None:
    behind_nginx.get("/topics?secret=words", **{"user-agent": "Visitor/1"})
    for _ in range(PATIENCE * 20):
        if any(line["path"] == "/topics" for line in behind_nginx.log):
            break
        time.sleep(0.05)
    [line] = [line for line in behind_nginx.log if line["path"] == "/topics"]
    assert set(line) == {"time", "id", "method", "path", "status", "seconds", "bytes", "cache"}
    assert re.fullmatch("[0-9a-f]{8}", line["id"])
    text = (behind_nginx.folder / "letters.log").read_text()
    assert "secret" not in text
    assert "Visitor" not in text


def test_what_was_fetched_outlives_the_server(start: Start, archive_db: Path) -> None:
    with serving(start, "--database", archive_db) as (address, process), proxy(address) as found:
        assert found.get("/about").status_code == 200
        process.terminate()
        process.wait(PATIENCE)
        assert found.get("/about").status_code == 200
        assert found.get("/leads").status_code == 502


def test_under_a_path(start: Start, archive_db: Path) -> None:
    def under_letters(text: str) -> str:
        assert text.count("location / {") == 1
        return text.replace("location / {", "location /letters/ {")

    arguments = ("--database", archive_db, "--base-url", "/letters/")
    with serving(start, *arguments) as (address, _), proxy(address, under_letters) as found:
        page = found.get("/letters/")
        assert page.status_code == 200
        assert found.get("/about").status_code == 404
        links = set(re.findall(r'(?:href|src)="(/[^"#]*)', page.text))
        assert links
        assert all(link.startswith("/letters/") for link in links)
        moved = found.get("/letters/about/")
        assert moved.headers["location"].endswith("/letters/about")


# --- commands and times of the other files


def container() -> dict[str, list[str]]:
    """The instructions of the Containerfile with their arguments, the last of each kind."""
    text = (PUBLISH / "Containerfile").read_text().replace("\\\n", " ")
    pairs = re.findall(r"^([A-Z]+) (.*)$", text, re.MULTILINE)
    found: dict[str, list[str]] = {}
    for name, rest in pairs:
        found.setdefault(name, []).append(rest)
    return found


def kubernetes() -> dict[str, Any]:
    documents = yaml.safe_load_all((PUBLISH / "kubernetes.yml").read_text())
    return {document["kind"]: document for document in documents}


def unit() -> dict[str, str]:
    pairs = re.findall(r"(?m)^(\w+)=(.*)$", (PUBLISH / "letters.service").read_text())
    return dict(pairs)


def served_by() -> dict[str, list[str]]:
    """The arguments of ``letters`` in each file."""
    pod = kubernetes()["Deployment"]["spec"]["template"]["spec"]
    return {
        "unit": shlex.split(unit()["ExecStart"])[1:],
        "container": json.loads(container()["CMD"][-1]),
        "kubernetes": [str(it) for it in pod["containers"][0]["args"]],
    }


@pytest.mark.parametrize("where", ["unit", "container", "kubernetes"])
def test_the_command_is_one_that_is_understood(where: str) -> None:
    command, *arguments = served_by()[where]
    assert command == "serve"
    understood = serve.make_context("serve", arguments).params
    assert understood["log"] == "json" or "LETTERS_LOG=json" in " ".join(container()["ENV"])


def test_who_waits_for_an_end_waits_longer_than_the_server() -> None:
    pod = kubernetes()["Deployment"]["spec"]["template"]["spec"]
    pause = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][-1])
    assert pod["terminationGracePeriodSeconds"] > pause + server.GRACE_SECONDS
    assert int(unit()["TimeoutStopSec"]) > server.GRACE_SECONDS
    kept = int(re.search(r"keepalive_timeout (\d+)s", (PUBLISH / "nginx.conf").read_text())[1])
    assert kept < server.KEEP_ALIVE_SECONDS


def test_kubernetes_asks_where_the_container_answers() -> None:
    [port] = container()["EXPOSE"]
    pod = kubernetes()["Deployment"]["spec"]["template"]["spec"]
    assert pod["containers"][0]["ports"] == [{"name": "http", "containerPort": int(port)}]
    user = container()["USER"][-1]
    context = pod["securityContext"]
    assert user == f"{context['runAsUser']}:{context['runAsGroup']}"


def test_what_the_container_copies_is_here() -> None:
    for line in container()["COPY"]:
        *sources, _ = [word for word in line.split() if not word.startswith("--")]
        if "--from" not in line:
            assert all((ROOT / source).exists() for source in sources), line


def test_an_installed_program_needs_no_checkout(tmp_path: Path) -> None:
    """As in the container: the descriptions, templates and static files come along."""
    install = "-m pip install --quiet --no-deps --no-build-isolation --no-index --target"
    subprocess.run(
        [sys.executable, *install.split(), tmp_path, ROOT],
        check=True,
        env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    package = tmp_path / "correspondence"
    assert (package / "metadata.yml").read_bytes() == (ROOT / "metadata.yml").read_bytes()
    for folder in ("site/templates", "site/static"):
        there = {path.name for path in (package / folder).iterdir()}
        assert there == {it.name for it in (ROOT / "scripts/correspondence" / folder).iterdir()}
