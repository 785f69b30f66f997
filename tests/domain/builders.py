"""Plain values for the tests of the rules: a client who said yes to nearly all, in
Toronto, in the weeks around the first of December 2026. Each test says what differs."""

from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from scheduler.domain.contact import Contacted, Request, Standing
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.fallback import FallbackPlan
from scheduler.domain.hours import DateSpan, Denial, Hours, Rotation
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    AgreedFormat,
    Away,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
)
from scheduler.domain.policy import Policy
from scheduler.domain.typed_hours import (
    read_dated,
    read_denial,
    read_rotation,
    read_span,
    read_weekly,
)

TORONTO: Final = "America/Toronto"
POLICY: Final = Policy()
EVERYTHING: Final = Standing()

PHRASES: Final = (
    Phrase(Meaning.REMINDER, "The plants could do with some water"),
    Phrase(Meaning.CHANGED, "I moved the ladder"),
    Phrase(Meaning.CANCELLED, "I put the ladder back"),
    Phrase(Meaning.REJOIN, "The kettle is on again"),
    Phrase(Meaning.CALL_US, "The ladder is free"),
)


def utc(text: str) -> datetime:
    """An instant written in UTC: `2026-12-01 14:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(text: str, zone: str = TORONTO, *, second: bool = False) -> datetime:
    """The instant at which the wall in a zone shows this; of two, first or second."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=int(second))
    return wall.astimezone(UTC)


def hours(
    *weekly: str,
    once: tuple[str, ...] = (),
    rotations: tuple[Rotation, ...] = (),
    deny: tuple[str, ...] = (),
) -> Hours:
    """Hours as they are typed."""
    denials: tuple[Denial, ...] = tuple(map(read_denial, deny))
    return Hours(
        weekly=tuple(map(read_weekly, weekly)),
        once=tuple(map(read_dated, once)),
        rotations=rotations,
        deny=denials,
    )


def rotation(anchor: str, weeks: int, on: tuple[int, ...], *windows: str) -> Rotation:
    """A rotation as it is typed."""
    return read_rotation(
        date.fromisoformat(anchor), weeks, on, map(read_weekly, windows)
    )


TUESDAYS: Final = hours("Tue 09:00-11:30")


def text(**changes: Any) -> Channel:
    """A text channel with nothing against it, open on Tuesdays from nine."""
    given: dict[str, Any] = {
        "key": "text",
        "kind": ChannelKind.SMS,
        "address": "+14165550142",
        "line": LineType.OWN_MOBILE,
        "device": "phone",
        "purposes": frozenset(Purpose),
        "mode": Mode.AUTOMATIC,
        "consent": True,
        "hours": TUESDAYS,
    }
    return Channel(**{**given, **changes})


def voice(**changes: Any) -> Channel:
    """A number to ring, open on Tuesdays from nine."""
    given: dict[str, Any] = {
        "key": "voice",
        "kind": ChannelKind.VOICE,
        "address": "+14165550143",
        "line": LineType.LANDLINE,
        "purposes": frozenset({Purpose.CALL_BACK, Purpose.SESSION}),
        "hours": TUESDAYS,
    }
    return Channel(**{**given, **changes})


def plan(*channels: Channel, **changes: Any) -> ContactPlan:
    """A plan that holds to the end of 2026; without channels, with one for texts."""
    given: dict[str, Any] = {
        "zone": TORONTO,
        "valid_until": date(2026, 12, 31),
        "channels": channels or (text(),),
        "devices": (Device("phone"), Device("laptop")),
        "formats": (
            AgreedFormat(Format.VIDEO, "laptop"),
            AgreedFormat(Format.PHONE, "phone"),
            AgreedFormat(Format.IN_PERSON),
        ),
        "session_hours": hours("Tue-Wed 09:00-12:00"),
        "phrases": PHRASES,
        "cutoff": FallbackPlan(agreed=True),
    }
    return ContactPlan(**{**given, **changes})


def away(days: str, zone: str, *windows: str, sessions: tuple[str, ...] = ()) -> Away:
    """A stay, with the windows stated for it."""
    return Away(
        read_span(days),
        zone,
        session_windows=tuple(map(read_weekly, sessions)),
        windows=tuple(map(read_weekly, windows)),
    )


def reminder(**changes: Any) -> Request:
    """May the reminder leave now, by machine?"""
    given: dict[str, Any] = {
        "kind": ChannelKind.SMS,
        "purpose": Purpose.REMINDER,
        "meaning": Meaning.REMINDER,
    }
    return Request(**{**given, **changes})


def call(purpose: Purpose = Purpose.CALL_BACK, **changes: Any) -> Request:
    """May she be rung now?"""
    return Request(ChannelKind.VOICE, purpose, by_hand=True, **changes)


def left(*times: str, zone: str = TORONTO, daily: bool = True) -> tuple[Contacted, ...]:
    """What has left already, in wall time."""
    return tuple(Contacted(at(each, zone), daily) for each in times)


def cora(**changes: Any) -> Counsellor:
    """A counsellor who is there on weekdays from nine to five."""
    given: dict[str, Any] = {
        "id": 1,
        "zone": TORONTO,
        "hours": hours("Mon-Fri 09:00-17:00"),
    }
    return Counsellor(**{**given, **changes})


def dates(text_: str) -> tuple[DateSpan, ...]:
    """Whole dates as they are typed, as one span."""
    return (read_span(text_),)
