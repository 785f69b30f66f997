"""What each column may say to whoever holds the database alone (bar-K5).

- `public`: what anybody may read anywhere.
- `internal`: how the house works: numbers of rows, times, states, who of the staff did
  what. A thief of the rows learns from it that a file `K-4172` exists and when it has a
  session, and not whose it is.
- `sensitive`: a person's own words, numbers, names, places. Only ever sealed, or as a
  keyed digest for exact look-ups.
- `secret`: what opens something. Only ever sealed, or as a digest that cannot be
  turned back.

A column that is not here fails a test, and so does one that is sensitive or secret and
of a type that takes plain text. The search for canaries (bar-L1) plants one in every
column that is sealed here, so a new one is looked for from its first day.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from sqlalchemy import Column

from scheduler.storage.types import BlindIndex, Sealed


class Secrecy(Enum):
    """How much a column says, the least first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105 - the name of a class, not a password


GUARDED: Final = frozenset({Secrecy.SENSITIVE, Secrecy.SECRET})

# Text columns that hold a digest: made slowly, with a salt of its own (argon2id).
DIGESTS: Final = frozenset({("staff", "password_hash")})

# By table, then by class. The last two tables lie on the shelf.
COLUMNS: Final[dict[str, dict[Secrecy, str]]] = {
    "agency": {
        Secrecy.INTERNAL: (
            "id installation name zone lint_names twelve_hour help_line made_at"
        ),
    },
    "alert_telling": {
        Secrecy.INTERNAL: "alert_id round way recipient tries next_try_at told_at",
    },
    "alert_way": {
        Secrecy.INTERNAL: "way told_at failing_since trouble",
    },
    "apart": {
        Secrecy.INTERNAL: "one_id other_id at",
    },
    "attention": {
        Secrecy.INTERNAL: (
            "id kind matter client_id session_id message_id interruption_id "
            "reply_id about_staff_id raised_at due_at settled_at settled_by choice"
        ),
    },
    "audit": {
        Secrecy.INTERNAL: "id at actor_id verb subject subject_id fields reason",
    },
    "audit_cut": {
        Secrecy.INTERNAL: "id place entry_id mac proof at",
    },
    "audit_seal": {
        Secrecy.INTERNAL: "id audit_id mac at",
    },
    "backup_made": {
        Secrecy.INTERNAL: "id made_at checked_at file made_by rows result trouble",
    },
    "blind_index": {
        Secrecy.INTERNAL: "id client_id purpose current since",
        Secrecy.SENSITIVE: "blind",
    },
    "blocked_number": {
        Secrecy.INTERNAL: "at why",
        Secrecy.SENSITIVE: "blind",
    },
    "broken_glass": {
        Secrecy.INTERNAL: "id staff_id client_id reason at until",
    },
    "busy_time": {
        Secrecy.INTERNAL: "id staff_id starts_at ends_at read_at",
    },
    "calendar_reading": {
        Secrecy.INTERNAL: "staff_id id busy events unread read_at",
        Secrecy.SECRET: "address",
    },
    "calendar_source": {
        Secrecy.INTERNAL: "staff_id set_at tried_at read_at trouble",
        Secrecy.SECRET: "address",
    },
    "changed": {
        Secrecy.INTERNAL: "what mark",
    },
    "client": {
        Secrecy.INTERNAL: (
            "id code state zone usual_counsellor_id suitable_until place_until "
            "requested_on service suspended_at suspended_why plan_number "
            "valid_until weight legal_hold opened_at closed_at"
        ),
        Secrecy.SENSITIVE: "person suitability get_help_action place_today",
    },
    "code_word": {
        Secrecy.INTERNAL: "id client_id purpose set_at used_at replaced_at",
        Secrecy.SECRET: "word",
    },
    "counsellor": {
        Secrecy.INTERNAL: (
            "staff_id hours languages formats specialities most_a_day version"
        ),
    },
    "decision": {
        Secrecy.INTERNAL: (
            "id at asked client_id session_id message_id kind ordinal channel "
            "purpose verdict reasons asked_by"
        ),
    },
    "drill": {
        Secrecy.INTERNAL: "word backup_made_at done_at minutes",
    },
    "erasure": {
        Secrecy.INTERNAL: "id client_id at erased_by ground removed",
        Secrecy.SENSITIVE: "code_blind",
    },
    "feed": {
        Secrecy.INTERNAL: (
            "staff_id title made_at fetched_at revision given_revision given_at"
        ),
        Secrecy.SECRET: "token_hash",
    },
    "finding": {
        Secrecy.INTERNAL: "id staff_id at found",
    },
    "gone_count": {
        Secrecy.INTERNAL: "month what kind outcome many",
    },
    "hold": {
        Secrecy.INTERNAL: "id counsellor_id starts_at ends_at lapses_at held_by",
    },
    "holiday": {
        Secrecy.PUBLIC: "day name",
    },
    "identity_check": {
        Secrecy.INTERNAL: "id client_id staff_id started_at tries result settled_at",
    },
    "inbound": {
        Secrecy.INTERNAL: "id at kind client_id entered_by triaged_at delete_after",
        Secrecy.SENSITIVE: "body",
    },
    "integration": {
        Secrecy.INTERNAL: "id name staff_id made_at used_at revoked_at",
        Secrecy.SECRET: "token_hash",
    },
    "interruption": {
        Secrecy.INTERNAL: (
            "id session_id number branch dropped_at opened_by closed_at "
            "review_due_at reviewed_at reviewed_by"
        ),
    },
    "interruption_log": {
        Secrecy.INTERNAL: (
            "id interruption_id at actor_id entry step outcome branch reasons note_key"
        ),
        Secrecy.SENSITIVE: "note",
    },
    "invitation": {
        Secrecy.INTERNAL: "staff_id made_at",
        Secrecy.SECRET: "code_hash",
    },
    "leave": {
        Secrecy.INTERNAL: "id staff_id first_day last_day",
    },
    "legal_hold": {
        Secrecy.INTERNAL: "id client_id act reason review_on by_id at",
    },
    "live_check": {
        Secrecy.INTERNAL: "item choice done_by done_at",
    },
    "machine": {
        Secrecy.INTERNAL: "digest seen_at let_in_at let_in_by",
    },
    "message": {
        Secrecy.INTERNAL: (
            "id kind state session_id session_version client_id ordinal attempt "
            "purpose channel channel_key by_hand counts_daily not_before not_after "
            "window_end earliest latest planned_at reference worker fence "
            "leased_until left_at validity provider_id provider_code looked_up_at "
            "prompted_by outcome settled_by reasons"
        ),
        Secrecy.SENSITIVE: "number_blind phrase_blind",
    },
    "month_counted": {
        Secrecy.INTERNAL: "first counted_at told",
    },
    "occupied": {
        Secrecy.INTERNAL: "id who starts_at ends_at live session_id hold_id",
    },
    "on_call": {
        Secrecy.INTERNAL: "id supervisor_id starts_at ends_at acknowledged_at set_by",
    },
    "outside_account": {
        Secrecy.INTERNAL: "staff_id linked_at",
        Secrecy.SENSITIVE: "subject_blind",
    },
    "passkey": {
        Secrecy.PUBLIC: "public_key",
        Secrecy.INTERNAL: "id staff_id credential_id sign_count called made_at used_at",
    },
    "phrase_use": {
        Secrecy.INTERNAL: "client_id meaning used_at",
        Secrecy.SENSITIVE: "blind",
    },
    "plan_version": {
        Secrecy.INTERNAL: (
            "client_id number state changed_fields based_on saved_by saved_at"
        ),
        Secrecy.SENSITIVE: "document",
    },
    "policy_version": {
        Secrecy.INTERNAL: "number changed changed_by changed_at reason",
    },
    "provider_copy": {
        Secrecy.INTERNAL: "provider_id message_id kept_at ask_at removed_at",
    },
    "purging": {
        Secrecy.INTERNAL: "id",
    },
    "receipt": {
        Secrecy.INTERNAL: "message_id status code at",
    },
    "recovery_code": {
        Secrecy.INTERNAL: "id staff_id made_at used_at",
        Secrecy.SECRET: "code_hash",
    },
    "second_factor": {
        Secrecy.INTERNAL: "staff_id set_up_at last_step",
        Secrecy.SECRET: "secret",
    },
    "sender_state": {
        Secrecy.INTERNAL: (
            "id stopped_at stopped_why stopped_by start_asked_by start_asked_at "
            "started_at unreachable_since clock_checked_at clock_right last_tick_at"
        ),
    },
    "session": {
        Secrecy.INTERNAL: (
            "id version state counsellor_id starts_at ends_at format language "
            "series_id booked_by booked_at started_at ended_at interrupted "
            "not_private"
        ),
    },
    "session_client": {
        Secrecy.INTERNAL: "session_id client_id seat",
    },
    "session_tick": {
        Secrecy.INTERNAL: "session_id item at by",
    },
    "set_aside": {
        Secrecy.INTERNAL: "id staff_id rule last_day why set_by set_at",
    },
    "shut_out": {
        Secrecy.INTERNAL: "staff_id client_id at",
    },
    "sign_in_attempt": {
        Secrecy.INTERNAL: "id at succeeded",
        Secrecy.SENSITIVE: "account_blind address_blind",
    },
    "spent_challenge": {
        Secrecy.INTERNAL: "digest at",
    },
    "staff": {
        Secrecy.INTERNAL: "id sign_in_name name role zone active made_at",
        Secrecy.SECRET: "password_hash",
    },
    "staff_alert": {
        Secrecy.INTERNAL: "id attention_id at round told_id seen_at seen_by",
    },
    "staff_change": {
        Secrecy.INTERNAL: (
            "id kind staff_id role asked_by asked_at settled_at settled_by done"
        ),
    },
    "staff_reach": {
        Secrecy.INTERNAL: "staff_id changed_at",
        Secrecy.SENSITIVE: "email phone",
    },
    "staff_session": {
        Secrecy.INTERNAL: (
            "staff_id data opened_at seen_at ended_at second_at proved_at"
        ),
        Secrecy.SECRET: "token_hash",
    },
    "stray_receipt": {
        Secrecy.INTERNAL: "provider_id status at",
    },
    "submitted_form": {
        Secrecy.INTERNAL: "token staff_id at outcome",
    },
    "told_together": {
        Secrecy.INTERNAL: "message_id session_id",
    },
    "waiting": {
        Secrecy.INTERNAL: "client_id since changed_at",
        Secrecy.SENSITIVE: "wanted",
    },
    "worker_beat": {
        Secrecy.PUBLIC: "version",
        Secrecy.INTERNAL: "worker started_at ticked_at",
    },
    "data_key": {
        Secrecy.INTERNAL: "owner key_id kept_at",
        Secrecy.SECRET: "wrapped",
    },
    "destroyed_key": {
        Secrecy.INTERNAL: "owner at",
    },
}


def secrecy(column: Column[Any]) -> Secrecy:
    """The class of a column. Raises LookupError: nobody has said."""
    for found, names in COLUMNS.get(column.table.name, {}).items():
        if column.name in names.split():
            return found
    raise LookupError(
        f"Nobody has said what {column.table.name}.{column.name} may say to a thief. "
        "Write it into scheduler/storage/classes.py."
    )


def takes_plain_text(column: Column[Any]) -> bool:
    """Whether somebody could store something readable there."""
    if (column.table.name, column.name) in DIGESTS:
        return False
    return not isinstance(column.type, Sealed | BlindIndex)
