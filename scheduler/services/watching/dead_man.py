"""When nobody looks round for what is due, somebody must be told (bar-O7).

Looked at by every process that serves pages, and by the worker itself. It speaks
through the ways of telling staff; without a database, to the agency's own phone and
mailbox alone.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final

from scheduler.services.house import House
from scheduler.services.stops import interlocks
from scheduler.services.watching import alerts, attention, telling
from scheduler.services.watching.board import TICKS_HOLD
from scheduler.storage import agency
from scheduler.storage import attention as kept
from scheduler.storage.engine import Tx

log = logging.getLogger("quietline.dead_man")

EVERY_SECONDS: Final = 30.0
MATTER: Final = "not_running"
# A stop that goes on is told again: after an hour, then twice a day.
STILL_STOPPED: Final = timedelta(hours=1)
STILL_STOPPED_LATER: Final = timedelta(hours=12)
# Without a database nothing is remembered but this.
WITHOUT_DATABASE_AGAIN: Final = timedelta(minutes=10)


class DeadMan:
    """Looks every half minute, in a thread of its own, until the process ends."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._told_at: datetime | None = None
        self._over = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to look; the thread keeps no process alive."""
        self._thread = Thread(target=self._run, name="dead-man", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self.look()

    def look(self) -> bool:
        """Look once; whether all is well. Without a worker it tells staff itself."""
        now = self._house.now()
        try:
            # A scheduler that goes by the wall clock waits for an hour when that is set
            # back by one; this thread goes by the steady one, and sees it.
            interlocks.look(self._house)
            running = look(self._house)
            if not running:
                tend(self._house)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, somebody must hear
            log.error("no look: %s", type(wrong).__name__)  # noqa: TRY400
            self._without_database(now)
            return False
        return running

    def _without_database(self, now: datetime) -> None:
        last = self._told_at
        if last is not None and now - last < WITHOUT_DATABASE_AGAIN:
            return
        told = [
            way.tell(self._house.agency_reach[way.way]).taken
            for way in self._house.alerts
            if self._house.agency_reach.get(way.way)
        ]
        if any(told):
            self._told_at = now


def tend(house: House) -> None:
    """The worker's own round: what nobody has seen goes on, and is told."""
    look(house)
    alerts.pass_on(house)
    telling.tell(house)


def look(house: House) -> bool:
    """Whether the worker looks round; if not, that is on the list and staff are told.

    A stop that goes on is told again. Raises StorageUnavailable, Misconfigured.
    """
    now = house.now()
    with house.store.reading() as tx:
        state = agency.sender(tx)
        running = _ticking(state.last_tick_at, now)
        known = kept.is_open(tx, MATTER)
        again = state.stopped and _still_stopped(tx, now)
    if (running or known) and not again:
        return running
    with house.store.begin() as tx:
        if not running:
            attention.raise_item(tx, house, MATTER, MATTER, now, due_at=now)
        if again:
            attention.call_again(tx, house, "sender", now)
    return running


def _ticking(last_at: datetime | None, now: datetime) -> bool:
    # One that never ticked is being set up; the pages say so, nobody is woken.
    return last_at is None or abs(now - last_at) <= TICKS_HOLD


def _still_stopped(tx: Tx, now: datetime) -> bool:
    told = kept.alerts_about(tx, "sender")
    if not told:
        return False
    wait = STILL_STOPPED if len(told) == 1 else STILL_STOPPED_LATER
    return now - max(each.at for each in told) >= wait
