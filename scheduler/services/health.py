"""How the installation stands, for anybody who asks: no word of anybody in it (T2).

It is *well* while the database answers, every known answer of the zone data is right
and was found right within two hours, and the worker has ticked within three minutes.
A sender that somebody has stopped is no illness: it is said, and nothing more.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.errors import Misconfigured, StorageUnavailable
from scheduler.domain.zones import KNOWN_ANSWERS, KnownAnswer, wrong_answers
from scheduler.services.house import House
from scheduler.services.stops import brakes
from scheduler.services.stops.zone_data import ZoneData, host_folders, zone_data
from scheduler.services.versions import quietline_version
from scheduler.services.watching.board import CHECK_HOLDS, TICKS_HOLD
from scheduler.storage import agency, workers
from scheduler.storage.agency import SenderState
from scheduler.storage.workers import Beat


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """The known-answer check: what is found now, and what was written last."""

    checked_at: datetime | None
    was_right: bool
    fresh: bool
    wrong: tuple[KnownAnswer, ...]

    @property
    def right(self) -> bool:
        """Whether sending and booking may lean on it."""
        return self.was_right and self.fresh and not self.wrong


@dataclass(frozen=True, slots=True)
class AtWork:
    """One process that sends: `id` says nothing of the machine it runs on."""

    id: str
    version: str
    started_at: datetime
    last_at: datetime
    age: timedelta

    @property
    def fresh(self) -> bool:
        """Whether it has looked round of late."""
        return abs(self.age) <= TICKS_HOLD


@dataclass(frozen=True, slots=True)
class Ticks:
    """The workers: when any of them last looked round, whether that is recent enough,
    and which there are."""

    last_at: datetime | None
    age: timedelta | None
    workers: tuple[AtWork, ...] = ()

    @property
    def fresh(self) -> bool:
        """Whether the worker can be counted on."""
        return self.age is not None and abs(self.age) <= TICKS_HOLD


@dataclass(frozen=True, slots=True)
class Sender:
    """`carrier` is `none`, `simulated` or `real`; `stopped` a code, or empty."""

    carrier: str
    stopped: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """All of it. Without a database the last three are not known."""

    at: datetime
    quietline: str
    python: str
    database: str
    zones: ZoneData
    trouble: str
    clock: ClockCheck | None
    ticks: Ticks | None
    sender: Sender | None

    @property
    def well(self) -> bool:
        """Whether everything holds that texts and bookings lean on."""
        return (
            self.clock is not None
            and self.clock.right
            and self.ticks is not None
            and self.ticks.fresh
        )


def look(house: House, known: tuple[KnownAnswer, ...] = KNOWN_ANSWERS) -> Health:
    """How things stand now. A database that does not answer is part of the answer."""
    now = house.now()
    state, beats, trouble = _state(house)
    return Health(
        at=now,
        quietline=quietline_version(),
        python=platform.python_version(),
        database=house.store.engine.dialect.name,
        zones=zone_data(host_folders()),
        trouble=trouble,
        clock=_clock(state, now, known) if state else None,
        ticks=_ticks(state, beats, now) if state else None,
        sender=_sender(house, state) if state else None,
    )


def _state(house: House) -> tuple[SenderState | None, tuple[Beat, ...], str]:
    try:
        with house.store.reading() as tx:
            return agency.sender(tx), tuple(workers.all_of_them(tx)), ""
    except (StorageUnavailable, Misconfigured) as wrong:
        return None, (), str(wrong)


def _clock(
    state: SenderState, now: datetime, known: tuple[KnownAnswer, ...]
) -> ClockCheck:
    checked = state.clock_checked_at
    return ClockCheck(
        checked_at=checked,
        was_right=state.clock_right,
        fresh=checked is not None and now - checked <= CHECK_HOLDS,
        wrong=wrong_answers(known),
    )


def _ticks(state: SenderState, beats: tuple[Beat, ...], now: datetime) -> Ticks:
    last = state.last_tick_at
    at_work = tuple(
        AtWork(
            each.worker,
            each.version,
            each.started_at,
            each.ticked_at,
            now - each.ticked_at,
        )
        for each in beats
    )
    return Ticks(last, None if last is None else now - last, at_work)


def _sender(house: House, state: SenderState) -> Sender:
    carrier = "none"
    if house.sender is not None:
        carrier = "simulated" if house.sender.simulated else "real"
    if brakes.stop_file_there(house):
        return Sender(carrier, "file", state.stopped_at)
    return Sender(carrier, state.stopped_why or "", state.stopped_at)
