"""What a client agreed: the values of a safe-contact plan (P1–P6, P11). Rules that
read them are in `contact.py`; `repr` shows no address, word or phrase."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from scheduler.domain.fallback import STAY_IN_THE_ROOM, FallbackPlan
from scheduler.domain.hours import NEVER, DateSpan, Hours, WeeklyRange
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.zones import Edge, day_starts

_ONE_DAY = timedelta(days=1)


class ChannelKind(Enum):
    """One way to reach the client."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    IN_PERSON = "in_person"
    THROUGH_SOMEONE = "through_someone"


class LineType(Enum):
    """What kind of line it is, as the client stated it (P3)."""

    OWN_MOBILE = "own_mobile"
    SHARED_MOBILE = "shared_mobile"
    LANDLINE = "landline"
    WORK = "work"
    VOIP = "voip"
    UNKNOWN = "unknown"


class Purpose(Enum):
    """Why contact is made (P2)."""

    REMINDER = "reminder"
    CHANGE = "change"
    CALL_BACK = "call_back"
    SESSION = "session"


class Mode(Enum):
    """How texts of a channel leave (P6)."""

    NONE = "none"
    ASSISTED = "assisted"
    AUTOMATIC = "automatic"


class Voicemail(Enum):
    """What may be left on an answering machine (P3)."""

    NEVER = "never"
    NO_CONTENT = "no_content"


class Format(Enum):
    """How a session is held."""

    VIDEO = "video"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Sure(Enum):
    """An answer about a device; "not sure" counts as yes (P5)."""

    NO = "no"
    YES = "yes"
    NOT_SURE = "not_sure"

    @property
    def counts(self) -> bool:
        """Whether it has to be reckoned with."""
        return self is not Sure.NO


@dataclass(frozen=True, slots=True)
class Device:
    """A phone, tablet or computer that channels and formats use (P5)."""

    key: str
    kind: str = ""
    whose: str = ""
    synced: Sure = Sure.NOT_SURE
    bill_seen: Sure = Sure.NOT_SURE
    monitored: Sure = Sure.NO


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach the client, with what she said yes to (P2, P3).

    `consent` is the recorded consent that automatic texts need (P6). `closed` is set
    when the line turned out not to take texts (M8) or she withdrew it.
    """

    key: str
    kind: ChannelKind
    address: str = field(default="", repr=False)
    line: LineType = LineType.UNKNOWN
    shared_ok: bool = False
    device: str = ""
    purposes: frozenset[Purpose] = frozenset()
    mode: Mode = Mode.NONE
    consent: bool = False
    hours: Hours = NEVER
    voicemail: Voicemail = Voicemail.NEVER
    others: str = field(default="", repr=False)
    may_say: str = field(default="", repr=False)
    closed: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class AgreedFormat:
    """A way to hold sessions she said yes to, and the device it uses.

    `we_dial` is for phone sessions: then we ring her, which needs the purpose
    `session`; otherwise she calls in (P2).
    """

    format: Format
    device: str = ""
    we_dial: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """A stay elsewhere: only the windows stated for it hold, in its zone (P11)."""

    days: DateSpan
    zone: str
    session_windows: tuple[WeeklyRange, ...] = ()
    windows: tuple[WeeklyRange, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """One version of what was agreed. Empty, it is "the client contacts us" (P1)."""

    zone: str
    valid_until: date
    version: int = 1
    channels: tuple[Channel, ...] = ()
    devices: tuple[Device, ...] = ()
    formats: tuple[AgreedFormat, ...] = ()
    session_hours: Hours = NEVER
    away: tuple[Away, ...] = ()
    phrases: tuple[Phrase, ...] = field(default=(), repr=False)
    cutoff: FallbackPlan = STAY_IN_THE_ROOM

    def monitored(self, device_key: str) -> bool:
        """Whether monitoring is suspected on that device (P5)."""
        return any(
            each.key == device_key and each.monitored.counts for each in self.devices
        )

    def lapsed(self, now: datetime) -> bool:
        """Whether the last day it holds is over where she lives (P7)."""
        return now >= self.ends_at()

    def ends_at(self) -> datetime:
        """The instant from which it is lapsed."""
        return day_starts(self.valid_until + _ONE_DAY, self.zone, Edge.CLOSES)

    def phrases_for(self, meaning: Meaning) -> tuple[Phrase, ...]:
        """Her phrases for one meaning, in the order of the plan (W1)."""
        return tuple(each for each in self.phrases if each.meaning is meaning)

    def agreed(self, format_: Format) -> AgreedFormat | None:
        """The format as agreed, or None when she did not say yes to it."""
        return next((each for each in self.formats if each.format is format_), None)

    def channel(self, key: str) -> Channel | None:
        """The channel with that key."""
        return next((each for each in self.channels if each.key == key), None)


class PlanState(Enum):
    """What a plan is worth now; lapsed outranks suspended (P8)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"


def plan_state(plan: ContactPlan, now: datetime, *, suspended: bool) -> PlanState:
    """The state of a plan at an instant (P7, P8)."""
    if plan.lapsed(now):
        return PlanState.LAPSED
    return PlanState.SUSPENDED if suspended else PlanState.ACTIVE
