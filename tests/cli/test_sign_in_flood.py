"""bar-S13: two hundred who sign in at once, each with a password of a megabyte, take
neither the machine's memory nor the pages of everybody else."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Final

import pytest

from tests.cli.conftest import Place
from tests.cli.test_worker import free_port, process
from tests.profiles import Tells, trials

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

FULL: Final = 200
AT_ONCE: Final = trials(20, FULL)
# What one comparison takes, and how many there are at a time.
MEBIBYTES, SLOTS = 64, 2
SECONDS: Final = 60.0


@dataclass
class Flood:
    """Many at once at the door of one server, and somebody who only reads."""

    port: int
    answers: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            conn.request(method, path, body=body or None, headers=headers)
            with conn.getresponse() as answer:
                answer.read()
                return answer.status
        finally:
            conn.close()

    def try_to_sign_in(self, number: int, sent: bytes, cookie: str) -> None:
        status = self.ask(
            "POST",
            "/sign-in",
            sent.replace(b"NAME", b"guest%d" % number),
            Cookie=cookie,
            Origin=f"http://127.0.0.1:{self.port}",
            **{
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            },
        )
        self.answers[status] += 1

    def read_on(self) -> None:
        while not self.over.is_set():
            begin = time.monotonic()
            assert self.ask("GET", "/sign-in") == 200
            self.waits.append(time.monotonic() - begin)
            time.sleep(0.02)


def form_of(port: int) -> tuple[str, str]:
    """The token of a browser that has read the page, and its cookie."""
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    conn.request("GET", "/sign-in")
    with conn.getresponse() as answer:
        page = answer.read()
    conn.close()
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    assert found
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    return found[1].decode(), cookie


def most_memory(pid: int) -> float:
    """The most that a process ever took, in mebibytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def until_it_answers(flood: Flood) -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            flood.ask("GET", "/sign-in")
        except OSError:
            assert time.monotonic() < end, "It does not come up."
            time.sleep(0.1)
        else:
            return


@pytest.mark.parametrize("signs", [1_000_000, 200][: trials(1, 2)])
def test_a_flood_of_long_passwords_takes_neither_memory_nor_pages(
    place: Place, signs: int, tells: Tells
) -> None:
    port = free_port()
    place.env.update(QUIETLINE_ENV="test", QUIETLINE_PORT=str(port))
    flood = Flood(port)
    with process(place, ["scheduler.cli", "run"]) as server:
        until_it_answers(flood)
        token, cookie = form_of(port)
        sent = f"csrf_token={token}&name=NAME&password={'x' * signs}".encode()
        flood.try_to_sign_in(0, sent, cookie)
        before = most_memory(server.pid)
        reader = threading.Thread(target=flood.read_on)
        reader.start()
        crowd = [
            threading.Thread(target=flood.try_to_sign_in, args=(each, sent, cookie))
            for each in range(1, AT_ONCE + 1)
        ]
        for each in crowd:
            each.start()
        for each in crowd:
            each.join()
        flood.over.set()
        reader.join()
        grown = most_memory(server.pid) - before
    assert sum(flood.answers.values()) == AT_ONCE + 1
    # Not right, or too many at once.
    assert {403} <= set(flood.answers) <= {403, 503}, flood.answers
    assert grown < MEBIBYTES * SLOTS, grown
    if AT_ONCE == FULL:
        # Every day the machine runs other tests beside it, which is no flood of ours.
        p95 = quantiles(flood.waits, n=20)[-1]
        assert p95 < 1.0, (p95, len(flood.waits))
    tells(trials=AT_ONCE, hit={f"passwords of {signs:,} signs": AT_ONCE})
