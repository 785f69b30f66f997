"""bar-W5, end to end: a real process whose wall clock is set by an hour stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import settings
from config.wiring import open_installation
from scheduler.services.stops import interlocks
from scheduler.storage import agency, attention
from scheduler.storage.agency import SenderState
from tests.cli.conftest import Place, at
from tests.contracts import ROOT
from tests.needs import need

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@contextmanager
def running(place: Place, offset: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`quietline run` on a wall clock that a file sets; the steady one it does not."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "scheduler.cli", "run"],
        cwd=ROOT,
        env={
            **kept,
            **place.env,
            "QUIETLINE_PORT": port,
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def waited(place: Place, until: Callable[[SenderState], bool]) -> SenderState:
    house = open_installation(settings.load(place.env)).house
    try:
        for _ in range(240):
            with house.store.reading() as tx:
                found = agency.sender(tx)
            if until(found):
                break
            time.sleep(0.25)
        return found
    finally:
        house.store.close()


def _within_minutes(found: SenderState, since: datetime) -> bool:
    last = found.last_tick_at
    return last is not None and since <= last < since + timedelta(minutes=5)


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize("jump", ["+3600", "-3600"])
def test_a_clock_that_is_set_by_an_hour_stops_a_real_process(
    place: Place, tmp_path: Path, jump: str
) -> None:
    need(FAKETIME.exists(), f"libfaketime at {FAKETIME} (apt-get install faketime)")
    here = at(place.home)
    house = open_installation(settings.load(here.env)).house
    interlocks.let_in_here(house)
    house.store.close()
    offset = tmp_path / "offset"
    offset.write_text("+0\n")
    with running(here, offset):
        ticked = waited(here, lambda found: found.last_tick_at is not None)
        assert ticked.last_tick_at is not None
        assert ticked.stopped_why is None
        offset.write_text(f"{jump}\n")
        stopped = waited(here, lambda found: found.stopped)
        assert stopped.stopped_why == "clock_jump"
        # It sends nothing, but it is there: an hour without a tick would be an alarm.
        there = (
            ticked.last_tick_at + timedelta(seconds=int(jump)) - timedelta(minutes=1)
        )
        late = waited(here, lambda found: _within_minutes(found, there))
        assert _within_minutes(late, there)
    house = open_installation(settings.load(here.env)).house
    with house.store.reading() as tx:
        kinds = {each.kind for each in attention.open_items(tx)}
    house.store.close()
    assert {"sender_paused", "clock_jumped"} <= kinds
