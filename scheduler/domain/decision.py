"""`Decision`: the answer to every "may we?", with reasons, for a yes as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from scheduler.domain.intervals import Interval


class Verdict(Enum):
    """SEND, HOLD or REFUSE for contact; ALLOW or REFUSE for a booking."""

    SEND = "send"
    HOLD = "hold"
    ALLOW = "allow"
    REFUSE = "refuse"


class Reason(Enum):
    """Codes that are logged, translated and tested; the names of `scenarios.md`."""

    # A yes has reasons too.
    ALL_RIGHT = "all_right"

    # Contact
    FILE_CLOSED = "file_closed"
    NO_CHANNEL = "no_channel"
    CHANNEL_CLOSED = "channel_closed"
    PURPOSE_NOT_ALLOWED = "purpose_not_allowed"
    LINE_TYPE = "line_type"
    MONITORED_DEVICE = "monitored_device"
    MODE_NONE = "mode_none"
    MODE_ASSISTED = "mode_assisted"
    NO_CONSENT = "no_consent"
    NO_SENDER = "no_sender"
    NO_PHRASE = "no_phrase"
    NUMBER_BLOCKED = "number_blocked"
    PLAN_LAPSED = "plan_lapsed"
    PLAN_SUSPENDED = "plan_suspended"
    PAUSED = "paused"
    CLOCK_UNVERIFIED = "clock_unverified"
    SESSION_CHANGED = "session_changed"
    TOO_LATE = "too_late"
    OUTSIDE_WINDOW = "outside_window"
    DENIED_TIME = "denied_time"
    AWAY = "away"
    MARGIN = "margin"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"

    # Booking
    FORMAT_NOT_ALLOWED = "format_not_allowed"
    OUTSIDE_SESSION_WINDOW = "outside_session_window"
    COUNSELLOR_UNAVAILABLE = "counsellor_unavailable"
    COUNSELLOR_BUSY = "counsellor_busy"
    CLIENT_BUSY = "client_busy"
    GAP = "gap"
    DAILY_MAXIMUM = "daily_maximum"
    CASELOAD = "caseload"
    TOO_SOON = "too_soon"
    OFF_GRID = "off_grid"
    NO_SUITABILITY = "no_suitability"
    NO_CUTOFF_PLAN = "no_cutoff_plan"
    NO_ON_CALL = "no_on_call"
    KEPT_APART = "kept_apart"
    NOT_YOUR_FILE = "not_your_file"
    HOLD_LAPSED = "hold_lapsed"
    SERIES_FULL = "series_full"

    # Steps and states
    NOT_OFFERED = "not_offered"
    WRONG_STATE = "wrong_state"
    SECOND_PERSON = "second_person"


class Audience(Enum):
    """Who may be told a reason (E5)."""

    SUPERVISOR = "supervisor"
    ANYBODY = "anybody"


_FOR_SUPERVISORS = frozenset({Reason.KEPT_APART, Reason.NOT_YOUR_FILE})


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its reasons, never without one.

    `window` is the stretch the answer speaks of: the one the instant lies in for SEND,
    the next one for HOLD, whose first instant is `again_at`.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    window: Interval | None = None
    again_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("A decision has at least one reason.")

    @property
    def yes(self) -> bool:
        """Whether it may be done now."""
        return self.verdict in (Verdict.SEND, Verdict.ALLOW)

    def shown_to(self, audience: Audience) -> Decision:
        """The decision in the words this audience may see (E5).

        Files kept apart and files shut are, for everybody but supervisors, the very
        same as a counsellor who is not available.
        """
        if audience is Audience.SUPERVISOR:
            return self
        shown = (
            Reason.COUNSELLOR_UNAVAILABLE if each in _FOR_SUPERVISORS else each
            for each in self.reasons
        )
        return replace(self, reasons=in_order(shown))


_PLACE = {each: place for place, each in enumerate(Reason)}


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each once, in the order of the enum, so that two readings compare equal."""
    return tuple(sorted(set(reasons), key=_PLACE.__getitem__))


def allow() -> Decision:
    """A booking that may be."""
    return Decision(Verdict.ALLOW, (Reason.ALL_RIGHT,))


def refuse(reasons: Iterable[Reason]) -> Decision:
    """A no, with every reason that holds."""
    return Decision(Verdict.REFUSE, in_order(reasons))


_STRICTNESS = {
    Verdict.SEND: 0,
    Verdict.ALLOW: 0,
    Verdict.HOLD: 1,
    Verdict.REFUSE: 2,
}


def stricter(one: Decision, other: Decision) -> Decision:
    """The one that sends less, with the reasons of both where both say no (P10).

    Of two HOLDs the later counts; the window is what both leave of it.
    """
    first, second = sorted((one, other), key=_strictness)
    if first.verdict is second.verdict:
        second = replace(second, window=_common_window(first, second))
    if first.yes:
        return second
    return replace(second, reasons=in_order((*first.reasons, *second.reasons)))


def _strictness(decision: Decision) -> tuple[int, float]:
    later = decision.again_at.timestamp() if decision.again_at else 0.0
    return _STRICTNESS[decision.verdict], later


def _common_window(first: Decision, second: Decision) -> Interval | None:
    one, other = first.window, second.window
    if one is None or other is None or not one.overlaps(other):
        return other
    common = Interval(max(one.start, other.start), min(one.end, other.end))
    if second.again_at is None or common.holds(second.again_at):
        return common
    return other
