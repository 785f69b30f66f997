"""What an agency decides for itself, in words, each value with its rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POLICY: Final[Mapping[str, tuple[str, str]]] = {
    "margin_minutes": ("Kept free before a window ends, minutes", "T7"),
    "reminder_hours": ("Reminders aim to leave before the start, hours", "M1"),
    "reminder_earliest_hours": ("No reminder leaves earlier than, hours", "M1"),
    "reminder_latest_hours": ("No reminder leaves later than, hours", "M1"),
    "spread_minutes": ("A text leaves at random within, minutes", "M1, M13"),
    "messages_per_day": ("Most messages to one client on a day", "M4"),
    "messages_per_week": ("Most messages to one client on seven days", "M4"),
    "plan_days": ("A plan holds from the talk, days", "P7"),
    "plan_days_max": ("Longest a plan may hold, days", "P7"),
    "gap_minutes": ("Between two sessions of a counsellor, minutes", "A2"),
    "gap_after_interruption_minutes": ("After one that broke off, minutes", "A2"),
    "sessions_per_day": ("Most sessions of a counsellor on a day", "A2"),
    "caseload_most": ("Most that her files weigh together, 0 for no limit", "A2"),
    "session_minutes": ("Length of a session first offered, minutes", "A3"),
    "hold_minutes": ("A time is held while you talk, minutes", "B3"),
    "booking_lead_minutes": ("Least time from booking to start, minutes", "B1"),
    "target_spread_hours": ("In a series, reminders aim apart by, hours", "M1"),
    "require_on_call": ("Video needs a supervisor on call", "A4"),
    "on_call_days": ("She is named before video is booked within, days", "A4"),
    "series_occurrences": ("Most sessions in one series", "B4"),
    "validity_seconds": ("A provider drops a text after, seconds", "M6"),
    "reply_body_hours": ("A reply is deleted after it was dealt with, hours", "I4"),
    "send_log_days": ("What was decided and sent is kept after it, days", "E7"),
    "old_plan_days": ("What stood in an old version of a plan, days", "E7"),
    "closed_plan_days": ("The plan, after its file is closed, days", "E7"),
    "closed_file_days": ("The whole file, after it is closed, days", "E7"),
    "trail_days": ("Lines of the audit trail, days", "E7"),
    "breaker_burst": ("Most texts in five minutes before all stops", "M10"),
    "breaker_per_client": ("Most to one person in a day before all stops", "M10"),
    "breaker_failures_of": ("Texts looked back on for failures", "M10"),
    "breaker_failures_percent": (
        "Failures among them before all stops, per cent",
        "M10",
    ),
    "cutoff_steps": ("Steps offered if a call breaks off", "F7"),
}
