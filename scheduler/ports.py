"""What we need from outside, in our words. Adapters live in `integrations`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final, Protocol

from scheduler.domain.calendar_trouble import CalendarTrouble, sentence
from scheduler.domain.errors import QuietlineError
from scheduler.domain.intervals import Interval, Intervals


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

    reference: str = field(repr=False)
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
    """The outcome of one send. `code` is the provider's, for REFUSED; `wait` is for how
    many seconds a busy one asks to be left alone."""

    answer: Answer
    provider_id: str | None = None
    code: str | None = None
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """A message of which it is not known whether the provider took it (M7).

    It would have been made there in `[since, until]`. `is_number` and `is_body` say
    whether what the provider shows is hers, without telling what hers is. `known` are
    the ids of messages that are accounted for.
    """

    reference: str = field(repr=False)
    since: datetime
    until: datetime
    is_number: Callable[[str], bool] = field(repr=False)
    is_body: Callable[[str], bool] = field(repr=False)
    known: frozenset[str] = frozenset()


class NotAnswered(QuietlineError):
    """The provider could not be asked. Ask again later; it proves nothing."""


class Removal(Enum):
    """What became of the wish to have a body removed at the provider."""

    DONE = "done"
    NOT_YET = "not_yet"
    REFUSED = "refused"


class MessageSender(Protocol):
    """One provider of texts. It never retries and never raises for an answer."""

    @property
    def simulated(self) -> bool:
        """Whether nothing it takes reaches a real phone."""
        ...

    @property
    def at_once(self) -> int:
        """How many a worker claims at a time. All of them are in doubt if it dies, so a
        provider that rings real phones is handed few."""
        ...

    def send(self, message: Cleared) -> Handed:
        """Hand over one message once."""
        ...

    def look_up(self, sought: Sought) -> Handed | None:
        """ACCEPTED or REFUSED, with the provider's id, if it is certain that this
        message is there; None when it is not found. Raises NotAnswered."""
        ...

    def remove_body(self, provider_id: str) -> Removal:
        """Remove the words the provider keeps. Never raises for an answer."""
        ...


@dataclass(frozen=True, slots=True)
class StatusCame:
    """A genuine receipt. `status` is `accepted`, `sent`, `delivered`, `undelivered` or
    `failed`; `unknown` counts the names in it that we do not know (I1)."""

    reference: str = field(repr=False)
    provider_id: str
    status: str
    code: str | None = None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class TextCame:
    """A genuine text from somebody. `stop`: the provider took it for one (I2)."""

    provider_id: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    stop: bool = False
    unknown: int = 0


class Callbacks(Protocol):
    """Reads what a provider posts. None for whatever is not certainly the provider's,
    or not in its shape: nothing may follow from it (I1).

    A form is its names and values in the order they came, repeated ones too.
    """

    def status(
        self, reference: str, form: Sequence[tuple[str, str]], signature: str
    ) -> StatusCame | None:
        """A receipt, posted to the address of the message with that reference."""
        ...

    def text(self, form: Sequence[tuple[str, str]], signature: str) -> TextCame | None:
        """A text that came in."""
        ...


# What staff are told, whatever happened: no code, no client (N1).
ALERT_WORDS: Final = "Quietline: please look"


class Trouble(Enum):
    """Why a telling was not taken."""

    NO_CONNECTION = "no_connection"
    NO_ANSWER = "no_answer"
    NOT_TRUSTED = "not_trusted"
    NOT_SIGNED_IN = "not_signed_in"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one telling; not taken is told again."""

    taken: bool
    trouble: Trouble | None = None


class StaffAlerts(Protocol):
    """One way of telling staff away from the pages. What is said is ALERT_WORDS and
    nothing else, so no word is handed over. It never raises for an answer."""

    @property
    def way(self) -> str:
        """`email` or `phone`."""
        ...

    def tell(self, to: str) -> Told:
        """Tell one address or number once."""
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


class CalendarUnreachable(QuietlineError):
    """A calendar could not be fetched. Says why and what to do."""

    def __init__(self, trouble: CalendarTrouble) -> None:
        super().__init__(sentence(trouble))
        self.trouble = trouble


class CalendarFetch(Protocol):
    """Fetches a calendar from an address that somebody typed."""

    def fetch(self, address: str) -> bytes:
        """What the address gives, whole, within limits of size and time; nothing but
        the public internet is asked. Raises CalendarUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off, and what it is called."""

    day: date
    name: str


class ProvinceHolidays(Protocol):
    """Knows which days are holidays where."""

    def provinces(self) -> Sequence[tuple[str, str]]:
        """Code and name of each, by name."""
        ...

    def usual(self, zone: str) -> str:
        """The code of a province on that clock."""
        ...

    def of(self, province: str, year: int) -> Sequence[Holiday]:
        """Its holidays in a year, earliest first; none for a code that is unknown."""
        ...


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One taken time in a calendar that is read from here. `uid` is opaque and stays;
    `sequence` rises when it moves and when it is cancelled."""

    uid: str
    sequence: int
    time: Interval
    cancelled: bool


class CalendarWriter(Protocol):
    """Writes taken times as other programs read them."""

    def write(
        self, entries: Iterable[FeedEntry], *, title: str, stamped_at: datetime
    ) -> bytes:
        """A whole calendar in UTC: one event a time, nothing that repeats, `title` on
        each and no other word. The same arguments give the same bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that goes along with whoever signs in at somebody else's door: `state`
    comes back beside the answer, `nonce` inside it, `verifier` proves that we asked."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class OutsideDoor(Protocol):
    """Where people sign in whose accounts somebody else keeps (OpenID Connect)."""

    @property
    def issuer(self) -> str:
        """Which door it is, by its address."""
        ...

    def address(self, asked: Asked) -> str:
        """Where she goes. Raises OutsideUnreachable."""
        ...

    def who(self, code: str, asked: Asked) -> str:
        """Who came back. Raises OutsideRefused, OutsideUnreachable."""
        ...


class OutsideRefused(QuietlineError):
    """What came back from the other door is not to be believed, or is too old."""

    def __init__(self) -> None:
        super().__init__(
            "What came back from there does not count. Begin again; if it happens once "
            "more, sign in with your password and tell an administrator."
        )


class OutsideUnreachable(QuietlineError):
    """The other door does not answer as it should."""

    def __init__(self) -> None:
        super().__init__(
            "Signing in there does not work just now. Sign in with your name and "
            "password here."
        )
