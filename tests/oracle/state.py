"""What has happened so far in one replayed world."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.oracle.agency import Agency
from tests.oracle.readings import Readings

OPEN_STATES = {"planned", "due", "prompted"}
COUNTED = {"sending", "accepted", "sent", "delivered", "uncertain", "sent_by_hand"}
LIVE = {"booked", "in_session", "interrupted", "resumed"}


@dataclass
class Reasons:
    """What stands against something.

    `must`: codes that hold for certain. `may`: codes that may also be listed.
    `any_of`: of each set at least one holds. `doubt`: whether it is refused at all
    can be read in two ways.
    """

    must: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    any_of: list[frozenset[str]] = field(default_factory=list)
    doubt: bool = False

    @property
    def none(self) -> bool:
        """Nothing stands against it."""
        return not self.must and not self.any_of

    def either(self, *codes: str) -> None:
        """At least one of these holds."""
        self.any_of.append(frozenset(codes))
        self.may.update(codes)

    def add(self, other: "Reasons") -> None:
        """Everything that stands in the other as well."""
        self.must |= other.must
        self.may |= other.may
        self.any_of += other.any_of
        self.doubt = self.doubt or other.doubt

    def all_codes(self) -> set[str]:
        """Every code that could be listed."""
        return self.must | self.may


@dataclass
class Outcome:
    """What one step came to, in this world.

    `outcome` is a word; `words` are the others that the rules leave open. `offered`,
    `skipped`, `first`, `counts` and `refused` belong to the kinds that have them.
    """

    index: int
    kind: str
    at: int
    outcome: str | None = None
    words: set[str] = field(default_factory=set)
    reasons: Reasons = field(default_factory=Reasons)
    offered: list[str] | None = None
    skipped: dict[str, Reasons] = field(default_factory=dict)
    first: int | None = None
    counts: set[int] = field(default_factory=set)
    booked: int | None = None
    refused: dict[str, Reasons] = field(default_factory=dict)
    unchecked: bool = False


@dataclass
class Interruption:
    """One call that broke off, and how far the agreed steps have come."""

    branch: str
    since: int
    next: int = 0
    shown: bool = False
    over: bool = False
    doubtful: bool = False
    texted: bool = False
    skipped: dict[str, Reasons] = field(default_factory=dict)


@dataclass
class Session:
    """One booked session. Times are minutes since 1970."""

    name: str
    clients: tuple[str, ...]
    counsellor: str
    start: int
    minutes: int
    format: str
    state: str = "booked"
    version: int = 1
    was_interrupted: bool = False
    in_series: bool = False
    on_call_seen: bool = False
    interruption: Interruption | None = None
    doubtful_states: set[str] = field(default_factory=set)

    @property
    def end(self) -> int:
        """The booked end."""
        return self.start + self.minutes


@dataclass
class Hold:
    """A time kept while somebody talks."""

    name: str
    counsellor: str
    start: int
    end: int
    lapses: int


@dataclass
class Message:
    """An intention, and what became of it. Times are minutes, `sent` seconds.

    `by` is the place in the plan of the channel it left by, `again_by` of the only one
    that a new attempt may leave by (M8).
    """

    session: str
    version: int
    client: str
    meaning: str
    ordinal: int
    attempt: int
    earliest: int
    latest: int
    at: int
    not_after: int
    state: str = "planned"
    reasons: set[str] = field(default_factory=set)
    sent: int | None = None
    to: str = ""
    window_end: int = 0
    by: int | None = None
    again_by: int | None = None
    retried: bool = False
    missed: bool = False
    doubtful_states: set[str] = field(default_factory=set)

    @property
    def open(self) -> bool:
        """It may still leave."""
        return self.state in OPEN_STATES


@dataclass
class NotPlanned:
    """A message that was not written, and why."""

    session: str
    client: str
    meaning: str
    reasons: Reasons


@dataclass
class ByHand:
    """A call or text by hand that counts like a message (M4, M14)."""

    client: str
    number: str
    second: int


@dataclass
class Departure:
    """A text the provider took. `late` is how many seconds later it may be."""

    message: Message
    second: int
    late: int


Picker = Callable[[Message, list[int]], int]


@dataclass
class State:
    """One world: the agency, and everything that has happened in it."""

    agency: Agency
    readings: Readings
    pick: Picker
    later_first: bool = False
    tied: bool = False
    blocked: set[str] = field(default_factory=set)
    paused: bool = False
    paused_since: int = 0
    sender_paused: bool = False
    provider: str = "accepts"
    worker_runs: bool = True
    kill_armed: bool = False
    sessions: dict[str, Session] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    not_planned: list[NotPlanned] = field(default_factory=list)
    by_hand: list[ByHand] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    attention: set[tuple[str, str]] = field(default_factory=set)
    attention_may: set[tuple[str, str]] = field(default_factory=set)
    attention_any: list[frozenset[tuple[str, str]]] = field(default_factory=list)

    def policy(self, key: str) -> int:
        """A figure of the agency's policy."""
        return int(self.agency.policy[key])

    def raise_one_of(self, *items: tuple[str, str]) -> None:
        """At least one of these attention items is raised."""
        self.attention_any.append(frozenset(items))
        self.attention_may.update(items)

    def open_messages(self) -> list[Message]:
        """Intentions that may still leave, in the order in which they come due.

        Of two that come due in one minute the rules do not say which is first.
        """
        found = [one for one in self.messages if one.state in OPEN_STATES]
        if len(found) < 2:
            return found
        if len({one.at for one in found}) < len(found):
            self.tied = True
        if self.later_first:
            found.reverse()
        return sorted(found, key=lambda one: one.at)

    def sessions_of(self, client: str) -> list[Session]:
        """Her sessions, whatever became of them."""
        return [one for one in self.sessions.values() if client in one.clients]
