"""Reasons in two or three words, for a roster where a line has to do.

The whole sentence, with what would make it a yes, is in `explain.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.domain.decision import Reason

_R = Reason

SHORT = {
    _R.ALL_RIGHT: "all right",
    _R.FILE_CLOSED: "the file is closed",
    _R.NO_CHANNEL: "she contacts us",
    _R.CHANNEL_CLOSED: "the line is closed",
    _R.PURPOSE_NOT_ALLOWED: "she said no to this purpose",
    _R.LINE_TYPE: "not a mobile of her own",
    _R.MONITORED_DEVICE: "the device may be watched",
    _R.MODE_NONE: "no texts agreed",
    _R.MODE_ASSISTED: "by hand only",
    _R.NO_CONSENT: "no consent recorded",
    _R.NO_SENDER: "nothing sends texts here",
    _R.NO_PHRASE: "no phrase chosen",
    _R.NUMBER_BLOCKED: "the number said stop",
    _R.PLAN_LAPSED: "the plan has ended",
    _R.PLAN_SUSPENDED: "the plan is stopped",
    _R.PAUSED: "texts were stopped",
    _R.CLOCK_UNVERIFIED: "the clock is not sure",
    _R.SESSION_CHANGED: "the session or the plan changed",
    _R.TOO_LATE: "too late for it",
    _R.OUTSIDE_WINDOW: "no window before it",
    _R.DENIED_TIME: "a time she closed",
    _R.AWAY: "she is away",
    _R.MARGIN: "too near a window’s end",
    _R.DAILY_CAP: "one left that day already",
    _R.WEEKLY_CAP: "two left that week already",
    _R.FORMAT_NOT_ALLOWED: "not this format",
    _R.OUTSIDE_SESSION_WINDOW: "outside her session hours",
    _R.COUNSELLOR_UNAVAILABLE: "counsellor not available",
    _R.COUNSELLOR_BUSY: "counsellor has a session",
    _R.CLIENT_BUSY: "she has a session",
    _R.GAP: "no gap",
    _R.DAILY_MAXIMUM: "the counsellor’s day is full",
    _R.CASELOAD: "the counsellor’s caseload is full",
    _R.TOO_SOON: "too soon",
    _R.OFF_GRID: "not on five minutes",
    _R.NO_SUITABILITY: "video not talked through",
    _R.NO_CUTOFF_PLAN: "no cut-off plan",
    _R.NO_ON_CALL: "nobody on call",
    _R.KEPT_APART: "files kept apart",
    _R.NOT_YOUR_FILE: "not the counsellor’s file",
    _R.HOLD_LAPSED: "no longer held",
    _R.SERIES_FULL: "more than one series books",
    _R.NOT_OFFERED: "not its turn",
    _R.WRONG_STATE: "not possible now",
    _R.SECOND_PERSON: "a second person is needed",
}


def in_short(reasons: Iterable[Reason]) -> str:
    """The first reason that says most, in a few words; nothing for none."""
    listed = list(reasons)
    return SHORT[listed[0]] if listed else ""
