"""The clock of the process that sends: ticks, and nothing that has to be remembered.

APScheduler only says when; what is due is in the database, so a tick that was missed
loses nothing and two at once do no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from scheduler.services import (
    brakes,
    dead_man,
    delivery,
    fallback,
    provider_copies,
    sign_in,
    watch,
)
from scheduler.services.house import House

log = logging.getLogger("quietline.worker")

# Seconds between ticks. A missed message shows only as a later one, within its window.
DELIVER, WATCH, ALERT, ROUND, REMOVE, CHECK = 5, 5, 10, 30, 60, 3600


def start(house: House) -> BaseScheduler:
    """Recover what a dead worker left, check the clock, and begin to tick."""
    # Its own lines name jobs and times, and an error's text could name more.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    brakes.check_clock(house)
    delivery.recover(house)
    ticks = BackgroundScheduler(
        timezone=UTC,
        job_defaults={
            "coalesce": True,
            "max_instances": 1,
            "misfire_grace_time": None,
        },
    )
    for name, seconds, act in (
        ("deliver", DELIVER, delivery.tick),
        ("watch", WATCH, fallback.watch),
        ("alerts", ALERT, dead_man.tend),
        ("round", ROUND, watch.look_round),
        ("words", REMOVE, provider_copies.remove_bodies),
        ("clock", CHECK, brakes.check_clock),
        ("sign-ins", CHECK, lambda here: sign_in.forget_old(here, here.now())),
    ):
        ticks.add_job(guarded(name, act, house), "interval", seconds=seconds, id=name)
    ticks.start()
    return ticks


def guarded(
    name: str, act: Callable[[House], object], house: House
) -> Callable[[], None]:
    """A tick that raises is reported, without a word of whom, and the next one runs."""

    def tick() -> None:
        try:
            act(house)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, the next must run
            log.error("tick %s failed: %s", name, type(wrong).__name__)  # noqa: TRY400

    return tick
