"""What we need from outside, in our words. Adapters live in `integrations`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from scheduler.domain.errors import QuietlineError
from scheduler.domain.intervals import Intervals


class Clock(Protocol):
    """The only source of `now`; read once per use case (T8)."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never jumps."""
        ...


class Tokens(Protocol):
    """The only source of chance and of ids."""

    def token(self, nbytes: int = 32) -> str:
        """A secret for addresses and sessions, URL-safe."""
        ...

    def uuid(self) -> str:
        """An id that says nothing."""
        ...

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each as likely."""
        ...


@dataclass(frozen=True, slots=True)
class Cleared:
    """A message the gate has cleared for this minute. Only the gate builds one.

    `validity` is in seconds: after it the provider drops the message (M6). `reference`
    finds the message again at the provider and is not the client's.
    """

    reference: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    validity: int


class Answer(Enum):
    """What an answer of the provider proves (M7)."""

    ACCEPTED = "accepted"
    NOT_TAKEN = "not_taken"
    BUSY = "busy"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Handed:
    """The outcome of one send. `code` is the provider's, for REFUSED."""

    answer: Answer
    provider_id: str | None = None
    code: str | None = None


class MessageSender(Protocol):
    """One provider of texts. It never retries and never raises for an answer."""

    @property
    def simulated(self) -> bool:
        """Whether nothing it takes reaches a real phone."""
        ...

    def send(self, message: Cleared) -> Handed:
        """Hand over one message once."""
        ...

    def look_up(self, reference: str) -> Handed | None:
        """What the provider knows of a message; None when it has never seen it."""
        ...


class CalendarUnreadable(QuietlineError):
    """The file is no calendar, too large, or takes too long. Says which."""


@dataclass(frozen=True, slots=True)
class BusyReading:
    """What a calendar closes, and sentences about what could not be read.

    The sentences name counts only, never a title, a place or a person (A1).
    """

    busy: Intervals
    events: int
    unread: tuple[str, ...] = ()


class BusyCalendar(Protocol):
    """Reads busy times as other programs write them."""

    def read(
        self, source: bytes, *, zone: str, since: datetime, until: datetime
    ) -> BusyReading:
        """Busy times in `[since, until)`, in UTC. Raises CalendarUnreadable.

        `zone` is the counsellor's own; floating and all-day times are in it.
        """
        ...
