"""The rows. No behaviour: constraints, indexes and how long each table is kept (E7).

Every table says its retention class in `info["kept"]`; a test fails on one that does
not, and on one of a class with a clock that no purge takes. What is sealed is
unreadable without the installation's keys.
"""

from scheduler.storage.tables.alerts import (
    alert_telling,
    alert_way,
    live_check,
    machine,
    staff_reach,
)
from scheduler.storage.tables.backups import backup_made, drill
from scheduler.storage.tables.bookings import (
    changed,
    hold,
    interruption,
    interruption_log,
    occupied,
    session,
    session_client,
    session_tick,
    submitted_form,
)
from scheduler.storage.tables.calendars import (
    calendar_reading,
    calendar_source,
    feed,
)
from scheduler.storage.tables.integrations import integration
from scheduler.storage.tables.metadata import metadata
from scheduler.storage.tables.outbox import (
    attention,
    decision,
    inbound,
    message,
    provider_copy,
    receipt,
    sender_state,
    staff_alert,
    stray_receipt,
    told_together,
)
from scheduler.storage.tables.people import (
    apart,
    blind_index,
    blocked_number,
    broken_glass,
    client,
    code_word,
    identity_check,
    shut_out,
    waiting,
)
from scheduler.storage.tables.plans import phrase_use, plan_version
from scheduler.storage.tables.purging import audit_cut, gone_count, purging
from scheduler.storage.tables.records import erasure, legal_hold, month_counted
from scheduler.storage.tables.second_factors import (
    outside_account,
    passkey,
    recovery_code,
    second_factor,
    spent_challenge,
)
from scheduler.storage.tables.staff import (
    agency,
    audit,
    audit_seal,
    busy_time,
    counsellor,
    finding,
    holiday,
    leave,
    on_call,
    policy_version,
    set_aside,
    sign_in_attempt,
    staff,
    staff_session,
)
from scheduler.storage.tables.staff_changes import invitation, staff_change
from scheduler.storage.tables.workers import worker_beat

__all__ = [
    "agency",
    "alert_telling",
    "alert_way",
    "apart",
    "attention",
    "audit",
    "audit_cut",
    "audit_seal",
    "backup_made",
    "blind_index",
    "blocked_number",
    "broken_glass",
    "busy_time",
    "calendar_reading",
    "calendar_source",
    "changed",
    "client",
    "code_word",
    "counsellor",
    "decision",
    "drill",
    "erasure",
    "feed",
    "finding",
    "gone_count",
    "hold",
    "holiday",
    "identity_check",
    "inbound",
    "integration",
    "interruption",
    "interruption_log",
    "invitation",
    "leave",
    "legal_hold",
    "live_check",
    "machine",
    "message",
    "metadata",
    "month_counted",
    "occupied",
    "on_call",
    "outside_account",
    "passkey",
    "phrase_use",
    "plan_version",
    "policy_version",
    "provider_copy",
    "purging",
    "receipt",
    "recovery_code",
    "second_factor",
    "sender_state",
    "session",
    "session_client",
    "session_tick",
    "set_aside",
    "shut_out",
    "sign_in_attempt",
    "spent_challenge",
    "staff",
    "staff_alert",
    "staff_change",
    "staff_reach",
    "staff_session",
    "stray_receipt",
    "submitted_form",
    "told_together",
    "waiting",
    "worker_beat",
]
