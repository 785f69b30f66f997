"""What a use case is handed: storage, clock, chance, sender, words. Built in one place,
`config.wiring`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from scheduler.domain.people import Role
from scheduler.domain.replies import ReplyLists
from scheduler.domain.wordlists import WordLists
from scheduler.ports import BusyCalendar, Clock, MessageSender, Tokens
from scheduler.storage.engine import Store


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it. `id` is the row of a member of staff."""

    id: int
    role: Role
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class House:
    """The parts a service works with. Without a `sender` no text leaves by machine.

    `stop_file` being there stops everything that leaves (M10).
    """

    store: Store
    clock: Clock
    tokens: Tokens
    words: WordLists
    replies: ReplyLists
    starters: tuple[str, ...] = ()
    sender: MessageSender | None = None
    calendars: BusyCalendar | None = None
    worker: str = "worker"
    stop_file: Path | None = None

    def now(self) -> datetime:
        """The instant a use case is about; read once in it (T8)."""
        return self.clock.now()
