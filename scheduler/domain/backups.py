"""Backups and drills: when one is due, how old is too old, which old ones may go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import Final

from scheduler.domain.zones import Edge, instant, local_date

# A day and two hours: one night's backup that is a little late is no news (bar-O5).
OLD: Final = timedelta(hours=26)
TOO_OLD: Final = timedelta(days=3)
# After one that failed, so that a full disk is not written to each minute.
TRY_AGAIN: Final = timedelta(hours=1)
# A quarter, and a week to find the day.
DRILL_HOLDS: Final = timedelta(days=98)

_NAMED: Final = "quietline-%Y-%m-%dT%H%M%SZ.rows"
_WORD: Final = "%Y%m%dT%H%M%SZ"


class By(Enum):
    """Who made a backup."""

    HAND = "hand"
    SCHEDULE = "schedule"


class Result(Enum):
    """What came back when it was read: the same, something else, or no file at all."""

    VERIFIED = "verified"
    DIFFERS = "differs"
    FAILED = "failed"


class Age(Enum):
    """How the newest verified backup stands."""

    FRESH = "fresh"
    OLD = "old"
    TOO_OLD = "too_old"


def age(newest: datetime | None, now: datetime) -> Age:
    """Of the instant whose rows it holds; none at all is too old."""
    if newest is None or now - newest > TOO_OLD:
        return Age.TOO_OLD
    return Age.OLD if now - newest > OLD else Age.FRESH


def due_since(now: datetime, zone: str, hour: int) -> datetime:
    """The last time that hour came by the agency's wall clock (T4)."""
    today = local_date(now, zone)
    at = instant(datetime.combine(today, time(hour)), zone, Edge.OPENS)
    if at <= now:
        return at
    yesterday = today - timedelta(days=1)
    return instant(datetime.combine(yesterday, time(hour)), zone, Edge.OPENS)


def is_due(
    now: datetime,
    zone: str,
    hour: int,
    *,
    verified: datetime | None,
    tried: datetime | None,
) -> bool:
    """Whether to make one now: none was verified since the hour came, and the last try
    is not of this hour. A night that was missed is made up for at once."""
    if tried is not None and now - tried < TRY_AGAIN:
        return False
    return verified is None or verified < due_since(now, zone, hour)


def file_name(now: datetime) -> str:
    """The name of a scheduled backup: it sorts by its instant, in UTC."""
    return now.astimezone(UTC).strftime(_NAMED)


def may_go(names: Iterable[str], now: datetime, days: int) -> list[str]:
    """Which scheduled backups are older than so many days; never the newest one, and
    nothing that has another name."""
    dated = {name: at for name in names if (at := _instant(name, _NAMED)) is not None}
    newest = max(dated.values(), default=None)
    return sorted(
        name
        for name, at in dated.items()
        if at != newest and now - at > timedelta(days=days)
    )


def drill_word(made_at: datetime, proof: str) -> str:
    """What a restored place says for the record: the backup's instant, and a proof
    that only the installation's keys give."""
    return f"{made_at.astimezone(UTC).strftime(_WORD)}-{proof}"


def drill_said(word: str) -> tuple[datetime, str] | None:
    """Instant and proof of a word; None when it is none."""
    at_text, _, proof = word.strip().partition("-")
    at = _instant(at_text, _WORD)
    return (at, proof) if at is not None and proof else None


def drill_holds(done_at: datetime | None, now: datetime) -> bool:
    """Whether the last drill is of this quarter."""
    return done_at is not None and now - done_at <= DRILL_HOLDS


def _instant(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
