"""What the database refuses by itself, raw SQL included: the same on both engines.

- two live times of one person that overlap (B2). `occupied` is written by the database,
  from sessions, seats and holds; a row that says something else is refused, so there is
  no way around it;
- a feed whose revision does not tell of a session that appeared, moved or ended;
- a message or session that begins or moves as M11 and B5 do not allow;
- a change to what only grows, and a deletion outside a purge (F6, E7, E8);
- a deletion from a file under legal hold, even in a purge, and a hold that nobody laid
  or ended (E7);
- a seat for a file that is closed.

Beside them it marks what changes, so that a process knows whether what it kept in
memory still holds (`kept.py`).

`guards_sqlite.py` and `guards_postgres.py` write the same rules, under the same names
(`refusals.py` reads them), in the two languages. Migrations keep the result as literal
text; a test compares.
"""

from __future__ import annotations

from typing import Final

from scheduler.domain.booking import LIVE, SESSION_MOVES, SessionState
from scheduler.domain.messages import MOVES, MessageState
from scheduler.storage import guards_postgres, guards_sqlite
from scheduler.storage.guard_rules import (
    OF_A_FILE,
    OF_A_SESSION,
    OF_AN_INTERRUPTION,
    OF_THE_FILE,
    Life,
    Rules,
)

RULES: Final = Rules(
    lives=(
        Life(
            "message",
            MessageState.PLANNED.value,
            {a.value: tuple(b.value for b in after) for a, after in MOVES.items()},
        ),
        Life(
            "session",
            SessionState.BOOKED.value,
            {
                a.value: tuple(b.value for b in after)
                for a, after in SESSION_MOVES.items()
            },
        ),
    ),
    live_sessions=tuple(each.value for each in SessionState if each in LIVE),
    fixed={
        # What a message is about is settled when it is planned; another matter is
        # another row.
        "message": (
            "id",
            "kind",
            "session_id",
            "session_version",
            "client_id",
            "ordinal",
            "attempt",
            "reference",
        ),
        "session": ("id",),
        "session_client": ("session_id", "client_id"),
        "hold": ("id",),
    },
    only_grows=(
        "audit",
        "audit_cut",
        "audit_seal",
        "decision",
        "erasure",
        "interruption_log",
        "legal_hold",
    ),
    stays=("interruption", "message", "plan_version", "session"),
    for_good=("blocked_number", "month_counted"),
    held={
        "client": OF_THE_FILE,
        "code_word": OF_A_FILE,
        "decision": OF_A_FILE,
        "identity_check": OF_A_FILE,
        "inbound": OF_A_FILE,
        "interruption": OF_A_SESSION,
        "interruption_log": OF_AN_INTERRUPTION,
        "legal_hold": OF_A_FILE,
        "message": OF_A_FILE,
        "plan_version": OF_A_FILE,
        "session_client": OF_A_FILE,
    },
    emptied={"inbound": "body", "plan_version": "document"},
    marked=(
        "busy_time",
        "counsellor",
        "holiday",
        "leave",
        "on_call",
        "policy_version",
        "set_aside",
        "shut_out",
        "staff",
    ),
)


def statements(dialect: str) -> tuple[str, ...]:
    """The guards' SQL for `sqlite` or `postgresql`, in the order to run it."""
    if dialect == "sqlite":
        return guards_sqlite.statements(RULES)
    return guards_postgres.statements(RULES)
