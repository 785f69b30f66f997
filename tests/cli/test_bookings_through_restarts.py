"""Web processes are replaced again and again while programs book: every booking that
was answered is there, once, and nothing is there that nobody was answered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.services.staff import integrations
from scheduler.storage import tables
from tests.cli import practised
from tests.cli.practised import Demo
from tests.cli.test_worker import free_port
from tests.contracts import ROOT
from tests.profiles import Tells, trials

pytestmark = [
    pytest.mark.longer,
    pytest.mark.postgres,
    pytest.mark.allow_hosts(["127.0.0.1"]),
]

PROGRAMS = 4
WANTED = trials(20, 40, 400)
LEAST_RESTARTS = trials(2, 3, 20)
PATIENCE = 300.0
BETWEEN = 2.0


@pytest.fixture
def demo(fresh_postgres_url: Callable[[], str], tmp_path: Path) -> Iterator[Demo]:
    """A made-up agency on PostgreSQL, up to this minute."""
    made = practised.made(
        tmp_path / "demo",
        datetime.now(UTC),
        QUIETLINE_DATABASE_URL=fresh_postgres_url(),
    )
    yield made
    made.installation.close()


class Web:
    """gunicorn with four processes on a port, all of them replaced by a signal."""

    def __init__(self, demo: Demo, port: int) -> None:
        self.port = port
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
        given = demo.settings
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "wsgi:app", "--workers", "4"),
                *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
            ],
            cwd=ROOT,
            env={
                **kept,
                "QUIETLINE_ENV": "demo",
                "QUIETLINE_HOME": str(given.home),
                "QUIETLINE_DATABASE_URL": given.database_url.reveal(),
                "QUIETLINE_PORT": str(port),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def processes(self) -> set[str]:
        """Those that answer now, by their numbers."""
        pid = self._process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return set(found)

    def replace(self) -> None:
        """Tell it to, and wait until no process of before is there."""
        before = self.processes()
        self._process.send_signal(signal.SIGHUP)
        end = time.monotonic() + PATIENCE
        while before & self.processes():
            assert time.monotonic() < end, "The old processes do not go."
            time.sleep(0.05)
        # gunicorn tells the old ones to go before the new ones have begun: meanwhile
        # whoever asks waits. Told again by then, nobody would ever be answered.
        while not self.answers():
            assert time.monotonic() < end, "The new processes do not begin."
        time.sleep(BETWEEN)

    def answers(self) -> bool:
        """Whether a page is answered."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request("GET", "/sign-in")
            return link.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            link.close()

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)


class Load:
    """Programs that find a time and book it, each request with a key of its own."""

    def __init__(self, port: int, token: str, codes: list[str]) -> None:
        self._port, self._token = port, token
        self._codes = codes
        self._lock = Lock()
        self.ids: list[str] = []
        self.hit: Counter[str] = Counter()
        self.wrongs: list[str] = []
        self._threads = [
            Thread(target=self._book_on, args=(number,)) for number in range(PROGRAMS)
        ]

    def start(self) -> None:
        for each in self._threads:
            each.start()

    def over(self) -> bool:
        return not any(each.is_alive() for each in self._threads)

    def _book_on(self, number: int) -> None:
        end = time.monotonic() + PATIENCE
        turn = 0
        while len(self.ids) < WANTED and time.monotonic() < end:
            turn += 1
            code = self._codes[(number + turn * PROGRAMS) % len(self._codes)]
            try:
                self._book(code, f"key-{number}-{turn:06}")
            except (KeyError, ValueError) as wrong:
                self.wrongs.append(repr(wrong))

    def _book(self, code: str, key: str) -> None:
        day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
        wish = {"client": code, "format": "in_person", "minutes": 50, "from": day}
        status, found = self._ask("/find", wish, key)
        if status != 200 or not found["best"]:
            self.hit["nothing free"] += 1
            return
        offer = found["best"][0]
        booking = {
            "clients": [code],
            "counsellor": offer["counsellor"],
            "start": offer["start"],
            "minutes": 50,
            "format": "in_person",
        }
        status, answer = self._ask("/sessions", booking, key)
        if status == 201:
            with self._lock:
                self.ids.append(answer["id"])
        elif status == 409:
            self.hit["taken by another"] += 1
        else:
            self.wrongs.append(f"{status}: {answer}")

    def _ask(self, path: str, body: Any, key: str) -> tuple[int, Any]:
        """Ask until there is an answer: the same key is done once (B8)."""
        for _ in range(20):
            link = HTTPConnection("127.0.0.1", self._port, timeout=60)
            try:
                head = {
                    "Authorization": f"Bearer {self._token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": key,
                }
                link.request("POST", f"/api/v1{path}", json.dumps(body), head)
                got = link.getresponse()
                return got.status, json.loads(got.read())
            except (OSError, HTTPException) as wrong:
                self.hit[f"asked again after {type(wrong).__name__}"] += 1
                time.sleep(0.1)
            finally:
                link.close()
        return 0, "no answer"


def test_every_booking_that_was_answered_is_there_once_and_no_other(
    demo: Demo, tells: Tells
) -> None:
    house = demo.installation.house
    made = integrations.make(house, "Load", None)
    with house.store.reading() as tx:
        codes = list(tx.conn.scalars(select(tables.client.c.code)))
        before = set(tx.conn.scalars(select(tables.session.c.id)))
    web = Web(demo, free_port())
    try:
        end = time.monotonic() + PATIENCE
        while len(web.processes()) < 4 or not web.answers():
            assert time.monotonic() < end, "It does not begin."
            time.sleep(0.1)
        load = Load(web.port, made.token, codes)
        load.start()
        restarts = 0
        while not load.over():
            web.replace()
            restarts += 1
    finally:
        web.close()
    with house.store.reading() as tx:
        rows = set(tx.conn.scalars(select(tables.session.c.id))) - before
    assert load.wrongs == []
    assert len(load.ids) >= WANTED
    assert Counter(load.ids).most_common(1)[0][1] == 1
    assert rows == set(load.ids)
    assert restarts >= LEAST_RESTARTS
    hit = {**load.hit, "times all four processes were replaced": restarts}
    tells(trials=len(load.ids), hit=hit)
