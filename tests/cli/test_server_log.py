"""bar-L7: a real gunicorn, told to write down as much as it can, writes no address that
was asked for, no number, no token, nobody's browser, and no whole network address."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Place
from tests.cli.test_worker import free_port
from tests.contracts import ROOT
from tests.profiles import Tells

pytestmark = [pytest.mark.longer, pytest.mark.allow_hosts(["127.0.0.1"])]

PATIENCE = 300.0
# What gunicorn writes by itself, and all else that it could.
FORMAT = (
    '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(U)s %(q)s '
    "%({x-canary}i)s %({cookie}i)s %({location}o)s %({set-cookie}o)s %({raw_uri}e)s"
)
CANARIES = (
    "K-9042",
    "4165550173",
    "tok3n-of-a-callback",
    "zebra-browser",
    "where-she-was",
    "sid-of-somebody",
    "callbacks/status",
    "sign-in?",
    "127.0.0.1 ",
)
_HEAD = (
    "Host: 127.0.0.1:{port}\r\nUser-Agent: zebra-browser/1.0\r\n"
    "Referer: https://where-she-was.example/K-9042\r\nX-Canary: 4165550173\r\n"
    "Cookie: sid=sid-of-somebody\r\nConnection: close\r\n"
)
# As a browser, a provider, a stranger and somebody with bad intentions would.
REQUESTS = {
    "a page": "GET /sign-in?next=/files/K-9042 HTTP/1.1\r\n" + _HEAD + "\r\n",
    "a file": "GET /files/K-9042?number=4165550173 HTTP/1.1\r\n" + _HEAD + "\r\n",
    "a receipt": "POST /callbacks/status/tok3n-of-a-callback HTTP/1.1\r\n"
    + _HEAD
    + "Content-Length: 16\r\n\r\nTo=%2B4165550173",
    "nothing known": "GET /K-9042/4165550173 HTTP/1.1\r\n" + _HEAD + "\r\n",
    "another host": "GET /K-9042 HTTP/1.1\r\nHost: K-9042.example\r\n\r\n",
    "a wrong method": "K-9042 /4165550173 HTTP/1.1\r\n" + _HEAD + "\r\n",
    "a wrong line": "GET /K-9042 4165550173 zebra-browser\r\n\r\n",
    "a wrong version": "GET /K-9042 HTTP/9.4165550173\r\n\r\n",
    "a wrong header": "GET /K-9042 HTTP/1.1\r\nX 4165550173: zebra-browser\r\n\r\n",
    "a wrong length": "GET / HTTP/1.1\r\nContent-Length: K-9042\r\n\r\n",
    "a wrong chunk": "POST /sign-in HTTP/1.1\r\n"
    + _HEAD
    + "Transfer-Encoding: chunked\r\n\r\nK-9042\r\n",
    "too long a line": f"GET /{'4165550173' * 1000} HTTP/1.1\r\n{_HEAD}\r\n",
}


@contextmanager
def serving(
    place: Place, log: Path, port: int, app: str = "wsgi:app"
) -> Iterator[None]:
    """gunicorn with everything written into one file."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
    with log.open("w") as file:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", app, "--no-control-socket"),
                *("--bind", f"127.0.0.1:{port}", "--log-level", "debug"),
                *("--access-logfile", "-", "--access-logformat", FORMAT),
                *("--error-logfile", "-", "--capture-output"),
            ],
            cwd=ROOT,
            env={**kept, **place.env, "PYTHONWARNINGS": "default"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            end = time.monotonic() + PATIENCE
            while not said(port, "GET /health HTTP/1.0\r\n\r\n"):
                assert time.monotonic() < end, log.read_text()[-2000:]
                time.sleep(0.2)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def said(port: int, request: str) -> bytes:
    """What came back, if anything."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
            link.sendall(request.format(port=port).encode())
            return link.recv(65_536)
    except OSError:
        return b""


def found(text: str) -> list[str]:
    return [each for each in CANARIES if each.lower() in text.lower()]


def requests_in(log: str) -> str:
    """From the first request on: before that it tells of its own settings."""
    return log.partition("Booting worker")[2].partition("\n")[2]


def test_no_request_leaves_a_trace_of_whom_or_what_it_was_about(
    place: Place, tmp_path: Path, tells: Tells
) -> None:
    place.env["QUIETLINE_ENV"] = "test"
    log, port = tmp_path / "log", free_port()
    with serving(place, log, port):
        for request in REQUESTS.values():
            said(port, request)
    written = requests_in(log.read_text())
    assert found(written) == [], written
    assert "sign_in.form GET 200" in written
    assert "127.0.0.0" in written
    tells(trials=len(REQUESTS), hit={"lines": len(written.splitlines())})


def test_another_programs_log_would_have_held_them(
    place: Place, tmp_path: Path
) -> None:
    log, port = tmp_path / "log", free_port()
    with serving(place, log, port, "tests.cli.an_app:app"):
        for request in REQUESTS.values():
            said(port, request)
    written = requests_in(log.read_text())
    assert set(CANARIES) - set(found(written)) <= {"sid-of-somebody"}
