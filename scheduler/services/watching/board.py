"""What hangs on the wall of every page: who is on call, whether texts leave, whether
the clock is right, how much needs a person, and who is called now (N1, T2, A4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from scheduler.domain import stops
from scheduler.domain.booking import RUNNING
from scheduler.domain.people import Role
from scheduler.domain.zones import day_starts, local_date
from scheduler.services.house import House
from scheduler.services.stops import brakes, going_live
from scheduler.services.watching import alerts
from scheduler.storage import (
    agency,
    attention,
    bookings,
    people,
    wall,
)
from scheduler.storage.agency import SenderState
from scheduler.storage.engine import Tx
from scheduler.storage.wall import Counted, Wall

# F9: a session page keeps its narrow right this long after the booked end.
NARROW_RIGHT = timedelta(minutes=30)

# A check of the zone data older than this is none (T2); the clock is checked hourly.
CHECK_HOLDS = timedelta(hours=2)

SEE_ATTENTION = frozenset({Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR})

# The worker ticks every five seconds; after this long nobody can count on it (O7).
TICKS_HOLD = timedelta(minutes=3)


class Member(Protocol):
    """Whoever looks at the page."""

    @property
    def id(self) -> int:
        """Her row."""
        ...

    @property
    def role(self) -> Role:
        """What she may do."""
        ...

    @property
    def zone(self) -> str:
        """Her clock."""
        ...


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whether texts leave, for every page. `stopped` and `not_yet` are sentences that
    say why not, or empty; without a sender what leaves is sent by hand. `ticking` is
    whether the worker can be counted on, `ticked_at` when it last looked round."""

    stopped: str
    not_yet: str
    by_machine: bool
    ticking: bool
    ticked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Head:
    """How many items are open, the alerts that call her, and whether texts leave."""

    attention: int
    alerts: tuple[str, ...]
    leaving: Leaving


@dataclass(frozen=True, slots=True)
class OnCallNow:
    """Who backs sessions up now."""

    staff_id: int
    name: str
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class TextsNow:
    """Whether texts leave; `stopped` says why not, or is empty."""

    stopped: str
    uncertain: int
    last_left: datetime | None
    planned_today: int


@dataclass(frozen=True, slots=True)
class ClockNow:
    """The last known-answer check."""

    right: bool
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Strip:
    """On call, texts, clock."""

    on_call: OnCallNow | None
    texts: TextsNow
    clock: ClockNow


class Board:
    """The wall of one installation."""

    def __init__(self, house: House) -> None:
        self._house = house

    def head(self, person: Member, now: datetime) -> Head:
        """What the head of every page says; alerts carry no word of whom."""
        with self._house.store.reading() as tx:
            return self._head(tx, person, now, wall.read(tx, _counted(person)))

    def head_and_strip(self, person: Member, now: datetime) -> tuple[Head, Strip]:
        """The same, and on call, texts, clock in three short facts."""
        day = local_date(now, person.zone)
        today = (
            day_starts(day, person.zone),
            day_starts(day + timedelta(days=1), person.zone),
        )
        with self._house.store.reading() as tx:
            found, strip = wall.read_with_strip(tx, _counted(person), now, *today)
            head = self._head(tx, person, now, found)
        return head, Strip(
            _on_call(strip),
            TextsNow(
                stopped=head.leaving.stopped,
                uncertain=strip.uncertain,
                last_left=strip.last_left,
                planned_today=strip.planned,
            ),
            _clock(found.sender, now),
        )

    def _head(self, tx: Tx, person: Member, now: datetime, found: Wall) -> Head:
        return Head(
            found.waiting,
            alerts.calling(tx, person, now) if found.called else (),
            _leaving(tx, self._house, found.sender, now),
        )

    def seen_alerts(self, person: Member, ids: Iterable[str], now: datetime) -> None:
        """She has seen these; what is not there is passed over."""
        with self._house.store.begin() as tx:
            attention.see_alerts(tx, list(ids), person.id, now)

    def may_go_on(self, staff_id: int, session_id: str, now: datetime) -> bool:
        """Whether her page of this session keeps its narrow right while locked (F9)."""
        with self._house.store.reading() as tx:
            session = bookings.get(tx, session_id)
            if session is None or session.counsellor_id != staff_id:
                return False
            if any(
                people.is_shut_out(tx, staff_id, each) for each in session.client_ids
            ):
                return False
        return session.state in RUNNING and now < session.time.end + NARROW_RIGHT


def leaving_now(tx: Tx, house: House, now: datetime) -> Leaving:
    """Whether texts leave, and whether anybody sees to it."""
    return _leaving(tx, house, agency.sender(tx), now)


def _leaving(tx: Tx, house: House, state: SenderState, now: datetime) -> Leaving:
    ticked_at = state.last_tick_at
    return Leaving(
        stopped=_why_stopped(state, house),
        not_yet=going_live.why_not_yet(tx, house),
        by_machine=house.sender is not None,
        ticking=ticked_at is not None and abs(now - ticked_at) <= TICKS_HOLD,
        ticked_at=ticked_at,
    )


def why_stopped(tx: Tx, house: House) -> str:
    """Why nothing leaves, as a sentence; empty when it does."""
    return _why_stopped(agency.sender(tx), house)


def _why_stopped(state: SenderState, house: House) -> str:
    if brakes.stop_file_there(house):
        return stops.said(stops.Stop.FILE.value).sentence
    return stops.said(state.stopped_why or "").sentence if state.stopped else ""


def _counted(person: Member) -> Counted | None:
    """What of the list counts for her: counsellors have what concerns their own files,
    others all."""
    if person.role not in SEE_ATTENTION:
        return None
    own = person.id if person.role is Role.COUNSELLOR else None
    return Counted(attention.Seer(person.id, person.role is Role.SUPERVISOR), own)


def _on_call(found: wall.Strip) -> OnCallNow | None:
    duty = found.duty
    if duty is None:
        return None
    return OnCallNow(duty.supervisor_id, found.on_call, duty.acknowledged_at)


def _clock(state: SenderState, now: datetime) -> ClockNow:
    checked = state.clock_checked_at
    fresh = checked is not None and now - checked <= CHECK_HOLDS
    return ClockNow(state.clock_right and fresh, checked or now)
