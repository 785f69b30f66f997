"""The clock of the process that sends: ticks, and nothing that has to be remembered.

APScheduler only says when; what is due is in the database, so a tick that was missed
loses nothing and two at once do no harm. Any number of processes may tick on one
PostgreSQL, one on SQLite.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC
from functools import partial
from threading import Event, Thread

from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.ports import Clock
from scheduler.services.calendar import calendars
from scheduler.services.counselling import fallback
from scheduler.services.files import erasure, retention
from scheduler.services.house import House
from scheduler.services.in_and_out import month_counts
from scheduler.services.messages import delivery, provider_copies
from scheduler.services.staff import sign_in
from scheduler.services.stops import backups, brakes, shift
from scheduler.services.stops.shift import Shift
from scheduler.services.traces import audit_chain
from scheduler.services.watching import dead_man, watch

log = logging.getLogger("quietline.worker")

# Seconds between ticks. A missed message shows only as a later one, within its window.
DELIVER, WATCH, ALERT, SEAL, ROUND, REMOVE, READ, CHECK = (
    5,
    5,
    10,
    10,
    30,
    60,
    60,
    3600,
)
# Seconds between looks at both clocks, and how far they may part in one of them.
STEADY, APART = 1.0, 1.0


class Worker:
    """A process at work."""

    def __init__(
        self, at_work: Shift, ticks: BackgroundScheduler, clock: Clock, stopping: Event
    ) -> None:
        self._shift = at_work
        self._ticks = ticks
        self._stopping = stopping
        self._steady = Thread(
            target=_tick_on, args=(ticks, clock, stopping), name="steady", daemon=True
        )
        ticks.start()
        self._steady.start()

    def stop(self) -> None:
        """Claim nothing more, let the call that is out come back, write it down, and
        go. What was claimed and not handed over is due again."""
        self._stopping.set()
        self._steady.join()
        self._ticks.shutdown(wait=True)
        self._shift.end()


def start(house: House) -> Worker:
    """Recover what a dead worker left, check the clock, and begin to tick.

    Raises Misconfigured where another one is at work and there may be only one.
    """
    # Its own lines name jobs and times, and an error's text could name more.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    at_work = shift.begin(house)
    stopping = Event()
    ticks = BackgroundScheduler(
        timezone=UTC,
        job_defaults={
            "coalesce": True,
            "max_instances": 1,
            "misfire_grace_time": None,
        },
    )
    for name, seconds, act in (
        ("deliver", DELIVER, partial(delivery.tick, stopping=stopping.is_set)),
        ("watch", WATCH, fallback.watch),
        ("alerts", ALERT, dead_man.tend),
        ("round", ROUND, watch.look_round),
        ("words", REMOVE, provider_copies.remove_bodies),
        ("seal", SEAL, audit_chain.seal),
        ("trail", CHECK, audit_chain.look),
        ("calendars", READ, partial(calendars.refresh, stopping=stopping.is_set)),
        ("clock", CHECK, brakes.check_clock),
        ("backups", REMOVE, backups.tend),
        ("erased", CHECK, erasure.finish),
        ("months", READ, month_counts.count_ended),
        ("retention", CHECK, partial(retention.purge, stopping=stopping.is_set)),
        ("sign-ins", CHECK, lambda here: sign_in.forget_old(here, here.now())),
    ):
        ticks.add_job(guarded(name, act, house), "interval", seconds=seconds, id=name)
    return Worker(at_work, ticks, house.clock, stopping)


def _tick_on(ticks: BackgroundScheduler, clock: Clock, stopping: Event) -> None:
    """APScheduler goes by the wall clock: set back an hour, it would not tick for an
    hour. So whenever the clocks part, every tick is due at once and goes on from there.
    """
    wall, steady = clock.now(), clock.monotonic()
    while not stopping.wait(STEADY):
        before, then = wall, steady
        wall, steady = clock.now(), clock.monotonic()
        if abs((wall - before).total_seconds() - (steady - then)) > APART:
            for job in ticks.get_jobs():
                job.modify(next_run_time=wall)


def guarded(
    name: str, act: Callable[[House], object], house: House
) -> Callable[[], None]:
    """A tick that raises is reported, without a word of whom, and the next one runs."""

    def tick() -> None:
        try:
            act(house)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, the next must run
            log.error("tick %s failed: %s", name, type(wrong).__name__)  # noqa: TRY400
            shift.tick_failed(house, name)

    return tick
