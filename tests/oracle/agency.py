"""A scenario file, read into what the oracle works with. Nothing here decides."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from tests.oracle.opening import Opening, read_opening, read_stays
from tests.oracle.wall_time import day_number, edge, second_of, wall_date

POLICY: dict[str, Any] = {
    "margin_minutes": 15,
    "reminder_hours": [24],
    "reminder_earliest_hours": 48,
    "reminder_latest_hours": 2,
    "spread_minutes": 30,
    "messages_per_day": 1,
    "messages_per_week": 2,
    "plan_days": 30,
    "plan_days_max": 90,
    "gap_minutes": 15,
    "gap_after_interruption_minutes": 30,
    "sessions_per_day": 5,
    "session_minutes": 50,
    "hold_minutes": 5,
    "booking_lead_minutes": 30,
    "target_spread_hours": 0,
    "require_on_call": True,
}


@dataclass
class Channel:
    """One way to reach her, as the plan has it now."""

    kind: str
    address: str
    line: str
    shared_ok: bool
    purposes: frozenset[str]
    mode: str
    consent: bool
    monitored: bool
    hours: Opening
    place: int = 0
    withdrawn: bool = False
    closed: bool = False


@dataclass
class CutOffStep:
    """One agreed step of the cut-off plan."""

    who: str
    do: str
    after: int


@dataclass
class Client:
    """A file: what she agreed, and what has happened to it."""

    id: str
    zone: str
    counsellor: str | None
    valid_until: int
    formats: frozenset[str]
    sessions_open: Opening
    apart: frozenset[str]
    suitability: bool
    cutoff_agreed: bool
    channels: list[Channel]
    phrases: dict[str, list[str]]
    cutoff: list[CutOffStep]
    suspended: bool = False
    numbers: set[str] = field(default_factory=set)
    lapse_seen: bool = False

    def lapses_at(self) -> int:
        """The first minute at which the plan has lapsed (P7)."""
        return edge(self.zone, (self.valid_until + 1) * 1440, False)

    def lapsed(self, second: int) -> bool:
        """Whether the plan has lapsed at this instant."""
        return second >= self.lapses_at() * 60

    def channels_of(self, kind: str) -> list[Channel]:
        """Her channels of a kind that she still has, in the order of the plan."""
        return [one for one in self.channels if one.kind == kind and not one.withdrawn]

    def channel(self, kind: str) -> Channel | None:
        """The first of them, if there is one."""
        return next(iter(self.channels_of(kind)), None)


@dataclass
class Counsellor:
    """Who holds sessions, and when."""

    id: str
    hours: Opening
    shut_out: frozenset[str]


@dataclass
class Step:
    """One step of the file."""

    index: int
    at: int
    kind: str
    fields: Any
    expect: Any


@dataclass
class Agency:
    """One scenario at its beginning."""

    title: str
    zone: str
    start: int
    until: int
    on_call: bool
    clock_wrong: bool
    policy: dict[str, Any]
    counsellors: dict[str, Counsellor]
    clients: dict[str, Client]
    steps: list[Step]

    def seconds(self, value: datetime) -> int:
        """A time of the file as an instant in seconds."""
        return second_of(value, self.zone)

    def afresh(self) -> "Agency":
        """The same beginning again; only hours, which never change, are shared."""
        clients = {
            client.id: replace(
                client,
                channels=[replace(channel) for channel in client.channels],
                numbers=set(client.numbers),
            )
            for client in self.clients.values()
        }
        return replace(self, clients=clients)


STEP_KEYS = {"at", "expect"}


def _read_step(index: int, raw: dict[str, Any], name: str) -> Step:
    kinds = [key for key in raw if key not in STEP_KEYS]
    if len(kinds) != 1:
        raise ValueError(f"step {index} has kinds {kinds}")
    return Step(
        index=index,
        at=second_of(raw["at"], name),
        kind=kinds[0],
        fields=raw[kinds[0]],
        expect=raw.get("expect"),
    )


def _read_channel(
    raw: dict[str, Any], name: str, away: list[Any], place: int
) -> Channel:
    return Channel(
        kind=raw["kind"],
        address=raw.get("address", ""),
        line=raw.get("line", "unknown"),
        shared_ok=raw.get("shared_ok", False),
        purposes=frozenset(raw.get("purposes", [])),
        mode=raw.get("mode", "none"),
        consent=raw.get("consent", True),
        monitored=raw.get("monitored", False),
        hours=read_opening(
            name,
            raw.get("windows", []),
            raw.get("once", []),
            raw.get("rotation", []),
            raw.get("deny", []),
            read_stays(away, "windows"),
        ),
        place=place,
    )


def _read_client(raw: dict[str, Any], zone: str, start: int, days: int) -> Client:
    name = raw.get("zone", zone)
    away = raw.get("away", [])
    channels = [
        _read_channel(one, name, away, place)
        for place, one in enumerate(raw.get("channel", []))
    ]
    until = raw["valid_until"]
    if isinstance(until, datetime):
        until = until.date()
    return Client(
        id=raw["id"],
        zone=name,
        counsellor=raw.get("counsellor"),
        valid_until=min(day_number(until), wall_date(name, start // 60) + days),
        formats=frozenset(raw.get("formats", [])),
        sessions_open=read_opening(
            name,
            raw.get("session_windows", []),
            [],
            raw.get("session_rotation", []),
            raw.get("session_deny", []),
            read_stays(away, "session_windows"),
        ),
        apart=frozenset(raw.get("apart", [])),
        suitability=raw.get("suitability", True),
        cutoff_agreed=raw.get("cutoff_agreed", True),
        channels=channels,
        phrases=dict(raw.get("phrases", {})),
        cutoff=[
            CutOffStep(one["who"], one["do"], one.get("after", 0))
            for one in raw.get("cutoff", [])
        ],
        numbers={channel.address for channel in channels if channel.address},
    )


def _read_counsellor(raw: dict[str, Any], zone: str) -> Counsellor:
    return Counsellor(
        id=raw["id"],
        hours=read_opening(
            raw.get("zone", zone),
            raw.get("hours", []),
            [],
            raw.get("rotation", []),
            raw.get("leave", []),
            (),
        ),
        shut_out=frozenset(raw.get("shut_out", [])),
    )


def read_agency(scenario: dict[str, Any]) -> Agency:
    """Read a parsed scenario file. Each call returns a fresh beginning."""
    zone = scenario["zone"]
    counsellors = [_read_counsellor(one, zone) for one in scenario["counsellor"]]
    policy = {**POLICY, **scenario.get("policy", {})}
    start, days = second_of(scenario["from"], zone), policy["plan_days_max"]
    clients = [_read_client(one, zone, start, days) for one in scenario["client"]]
    steps = [
        _read_step(index, raw, zone)
        for index, raw in enumerate(scenario.get("step", []))
    ]
    return Agency(
        title=scenario.get("title", ""),
        zone=zone,
        start=start,
        until=second_of(scenario["until"], zone),
        on_call=scenario.get("on_call", True),
        clock_wrong=scenario.get("clock") == "wrong",
        policy=policy,
        counsellors={one.id: one for one in counsellors},
        clients={one.id: one for one in clients},
        steps=steps,
    )


def as_date(value: date | datetime) -> int:
    """A date of the file as days since 1970."""
    if isinstance(value, datetime):
        value = value.date()
    return day_number(value)
