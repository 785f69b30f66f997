"""What a use case is handed: storage, clock, chance, sender, words. Built in one place,
`config.wiring`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from scheduler.domain.people import Role
from scheduler.domain.phrases import Meaning
from scheduler.domain.replies import ReplyLists
from scheduler.domain.wordlists import WordLists
from scheduler.ports import (
    BusyCalendar,
    CalendarFetch,
    CalendarWriter,
    Clock,
    MessageSender,
    OutsideDoor,
    ProvinceHolidays,
    StaffAlerts,
    Tokens,
)
from scheduler.services.stops.clock_watch import ClockWatch
from scheduler.services.stops.flood import Flood
from scheduler.storage.engine import Store


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it. `id` is the row of a member of staff; `opened` are files that are
    not hers and that she has opened for a while, with a reason."""

    id: int
    role: Role
    name: str = field(default="", repr=False)
    opened: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """What this process is: of which installation (by its key file), on which machine
    and data (a keyed digest), and whether it serves real people (bar-W11).

    With `stays_here` the sender talks to a program on this machine, in a test."""

    installation: str
    machine: bytes = field(repr=False)
    production: bool
    stays_here: bool = False


@dataclass(frozen=True, slots=True)
class Backups:
    """Where backups are read back (`scratch`), and those that the worker makes: into
    `folder` once a day after `hour` by the agency's clock, kept for `days`. Without a
    folder it makes none."""

    key_file: Path
    scratch: Path
    folder: Path | None = None
    hour: int = 3
    days: int = 14


Starters = Mapping[str, Mapping[Meaning, tuple[str, ...]]]
"""Shipped phrases by language, then by meaning (W5)."""


@dataclass(frozen=True, slots=True)
class House:
    """The parts a service works with. Without a `sender` no text leaves by machine.

    `stop_file` being there stops everything that leaves (M10). `identity` is None in a
    simulation and in tests only: the wiring always gives one, and a real sender sends
    for no other. Without `breaker` nothing is counted: for a bench, never in wiring.
    `flood` counts what outside programs ask of this process. `alerts` are the ways of
    telling staff, `agency_reach` the agency's own phone and mailbox by way (N1).
    `outside` is where people sign in whose accounts somebody else keeps.
    `erased_list` is the file of who was erased, which no backup holds. `backups` says
    where those are made and read back.
    """

    store: Store
    clock: Clock
    tokens: Tokens
    words: WordLists
    replies: ReplyLists
    starters: Starters = field(default_factory=dict)
    sender: MessageSender | None = None
    calendars: BusyCalendar | None = None
    fetch: CalendarFetch | None = None
    feeds: CalendarWriter | None = None
    provinces: ProvinceHolidays | None = None
    worker: str = "worker"
    stop_file: Path | None = None
    erased_list: Path | None = None
    backups: Backups | None = None
    identity: Identity | None = None
    clock_watch: ClockWatch | None = None
    breaker: bool = True
    flood: Flood = field(default_factory=Flood)
    alerts: tuple[StaffAlerts, ...] = ()
    outside: OutsideDoor | None = None
    agency_reach: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def sends_for_real(self) -> bool:
        """Whether what is sent leaves this machine for a phone."""
        if self.sender is None or self.sender.simulated:
            return False
        return self.identity is None or not self.identity.stays_here

    def now(self) -> datetime:
        """The instant a use case is about; read once in it (T8)."""
        return self.clock.now()
