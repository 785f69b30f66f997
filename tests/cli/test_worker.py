"""`quietline worker` as a process: alone on SQLite, told to stop, and beside pages that
never send."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import settings
from config.wiring import Installation, open_installation
from scheduler.storage import workers
from tests.cli.conftest import Place
from tests.contracts import ROOT
from tests.killing import stock

SECONDS = 60.0


@contextmanager
def process(place: Place, command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """A process on a place, killed at the end if it is still there."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
    started = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**kept, **place.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate(timeout=SECONDS)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "It did not come."
        time.sleep(0.1)


@pytest.fixture
def installation(place: Place) -> Iterator[Installation]:
    """The place from here, as pages would see it."""
    place.env["QUIETLINE_ENV"] = "test"
    opened = open_installation(settings.load(place.env))
    yield opened
    opened.close()


def one_due(installation: Installation) -> str:
    """One message that may leave now; its reference."""
    store, now = installation.house.store, datetime.now(UTC)
    [reference] = stock.messages(store, stock.clients(store, now, 1), 1, now)
    return reference


def state(installation: Installation, reference: str) -> str:
    return stock.standing(installation.house.store)[reference].state.value


def at_work(installation: Installation) -> int:
    with installation.house.store.reading() as tx:
        return len(workers.all_of_them(tx))


WORKER = ("scheduler.cli", "worker")


def test_a_worker_sends_and_a_second_one_refuses_and_a_term_ends_it_well(
    place: Place, installation: Installation
) -> None:
    reference = one_due(installation)
    with process(place, WORKER) as first:
        until(lambda: state(installation, reference) == "accepted")
        assert at_work(installation) == 1
        with process(place, WORKER) as second:
            out, err = second.communicate(timeout=SECONDS)
            assert (second.returncode, out) == (3, "")
            assert err.startswith("A worker already sends from this database")
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=SECONDS) == 0
    assert at_work(installation) == 0


def test_after_a_kill_the_next_worker_begins_at_once(
    place: Place, installation: Installation
) -> None:
    with process(place, WORKER) as first:
        until(lambda: at_work(installation) == 1)
        first.kill()
        first.wait(timeout=SECONDS)
    reference = one_due(installation)
    with process(place, WORKER):
        until(lambda: state(installation, reference) == "accepted")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_pages_under_gunicorn_never_send(
    place: Place, installation: Installation, tmp_path: Path
) -> None:
    reference = one_due(installation)
    port = free_port()
    serving = ("gunicorn", "wsgi:app", "--workers", "2", "--bind", f"127.0.0.1:{port}")
    with process(place, serving) as pages:
        until(lambda: _answers(port))
        time.sleep(7)
        assert pages.poll() is None
        assert state(installation, reference) == "planned"
        assert at_work(installation) == 0
        with process(place, WORKER):
            until(lambda: state(installation, reference) == "accepted")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as link:
            link.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            return link.recv(12).startswith(b"HTTP/1")
    except OSError:
        return False
