"""What each kind of record is, for whoever reads them without this product.

A table is handed out unless it is of the class “short” or said here to be left out; a
column unless it is a blind index, which only this installation can use, or said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SAYS: Final[Mapping[str, str]] = {
    "agency": "The agency itself.",
    "alert_way": "By which ways staff are told, and whether they work.",
    "apart": "Two files that never meet: no shared counsellor, group or near time.",
    "attention": "What needed a person, until when, and what somebody chose.",
    "audit": "Who did what, when, with what. Never what was in a field.",
    "backup_made": "Backups that were made and read back.",
    "broken_glass": "Files that somebody who does not work with them opened a while.",
    "busy_time": "When a counsellor is busy by her own calendar.",
    "calendar_source": "Whose calendar is read; not where it is.",
    "client": "One file: its code, state, clock, and what was sealed of the person.",
    "code_word": "That there is a code word and for what; never the word.",
    "counsellor": "A counsellor's weekly hours, languages, formats, specialities.",
    "decision": "Each answer to “may this leave?” with its reasons.",
    "drill": "Drills in which a backup was brought back.",
    "erasure": "Receipts of files that were erased: numbers only.",
    "gone_count": "How many decisions and messages of a month went when their time "
    "was over.",
    "holiday": "Days on which the agency is closed.",
    "identity_check": "Checks of who is speaking, and how they ended.",
    "inbound": "That something came in, and of which kind; not what it said.",
    "integration": "Programs that may book; not their tokens.",
    "interruption": "Calls that broke off: branch, review.",
    "interruption_log": "The lines of an interruption, in order.",
    "leave": "Days on which somebody is away, both ends included.",
    "legal_hold": "Files that nothing was deleted from: since when, why, by whom.",
    "live_check": "What was checked before going live.",
    "message": "What was to leave and what became of it: no number and no text.",
    "month_counted": "What may be told of a month: small counts are withheld.",
    "on_call": "Who was on call from when to when.",
    "plan_version": "The safe-contact plan as it was agreed, each version.",
    "policy_version": "What the agency decided, each change with its reason.",
    "provider_copy": "Copies at the provider that are asked to be removed.",
    "receipt": "What the provider said became of a message.",
    "sender_state": "Whether anything may leave at all.",
    "session": "One session. Several seats in it are a group.",
    "session_client": "Who has a seat in which session.",
    "session_tick": "What was ticked in the first minute of a session.",
    "set_aside": "Rules that a supervisor set aside for a while.",
    "shut_out": "A file that does not exist for a member of staff who knows her.",
    "staff": "Who works here.",
    "staff_change": "Changes of accounts that waited for a second person.",
    "staff_reach": "Where staff are told away from the pages.",
    "told_together": "Which sessions one message told of.",
    "waiting": "Who waits for a time, in which formats and hours.",
}

LEFT_OUT: Final[Mapping[str, str]] = {
    "audit_cut": "only this installation can check the chain",
    "audit_seal": "only this installation can check the chain; `quietline audit "
    "verify` before leaving says whether it was whole",
    "blind_index": "only this installation can use it",
    "blocked_number": "only this installation can use it; see records/stopped_numbers",
    "feed": "a secret address",
    "machine": "about this machine",
    "occupied": "follows from sessions and seats",
    "outside_account": "a way to sign in here",
    "passkey": "a way to sign in here",
    "phrase_use": "only this installation can use it",
    "purging": "about this machine",
    "recovery_code": "a way to sign in here",
    "second_factor": "a way to sign in here",
}

LEFT_OUT_COLUMNS: Final[Mapping[tuple[str, str], str]] = {
    ("staff", "password_hash"): "a way to sign in here",
    ("code_word", "word"): "never leaves (P9): choose new ones with her",
    ("client", "place_today"): "holds until the session's end only",
    ("client", "place_until"): "holds until the session's end only",
    ("inbound", "body"): "a reply is kept for days only",
    ("calendar_source", "address"): "a secret of hers",
    ("interruption_log", "note_key"): "about how it was kept",
}

# Sealed text that is JSON in itself: handed out as what it says.
DOCUMENTS: Final = frozenset(
    {
        ("client", "person"),
        ("client", "suitability"),
        ("plan_version", "document"),
        ("waiting", "wanted"),
    }
)

STOPPED: Final = (
    "Numbers of plans that nothing may go to any more: somebody answered STOP. A "
    "number that stopped and stands in no plan is known to this installation as a "
    "digest only, and cannot be handed out."
)
