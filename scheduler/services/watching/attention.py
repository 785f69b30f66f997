"""The attention list: what needs a person, until when, and what may be done (N1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.messages import MessageKind
from scheduler.services.house import House
from scheduler.storage import agency, bookings, told_together
from scheduler.storage import attention as kept
from scheduler.storage.attention import Alert, Item
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# These call staff at once, on every open page (N1).
LOUD = frozenset(
    {
        "supervisor_needed",
        "glass_broken",
        "stand_in_needed",
        "sender_paused",
        "sender_unreachable",
        "not_running",
        "tick_failed",
        "alert_way_down",
        "audit_broken",
        "uncertain",
        "reply_stop",
        "late_receipt",
    }
)

# What waits in her day while a counsellor is away (A5).
COUNSELLOR_AWAY = "counsellor_away"

_TELLING = frozenset({MessageKind.CHANGED, MessageKind.CANCELLED})


def raise_item(
    tx: Tx,
    house: House,
    kind: str,
    matter: str,
    now: datetime,
    *,
    due_at: datetime,
    client_id: int | None = None,
    session_id: str | None = None,
    message_id: str | None = None,
    interruption_id: str | None = None,
    reply_id: str | None = None,
    about_staff_id: int | None = None,
    once: bool = False,
) -> None:
    """Put a matter on the list unless it is there; `once` also if it ever was.

    `about_staff_id` is a colleague it is about: for supervisors, and not for her.
    """
    known = kept.was_raised if once else kept.is_open
    if known(tx, matter):
        return
    item = Item(
        id=house.tokens.uuid(),
        kind=kind,
        matter=matter,
        raised_at=now,
        due_at=due_at,
        client_id=client_id,
        session_id=session_id,
        message_id=message_id,
        interruption_id=interruption_id,
        reply_id=reply_id,
        about_staff_id=about_staff_id,
    )
    kept.insert_item(tx, item)
    if kind in LOUD:
        tell_staff(tx, house, item.id, now)


def tell_staff(tx: Tx, house: House, item_id: str | None, now: datetime) -> None:
    """Tell staff in fixed words; whoever is on call first (N1)."""
    kept.insert_alert(
        tx,
        Alert(
            id=house.tokens.uuid(),
            attention_id=item_id,
            at=now,
            round=1,
            told_id=None,
            seen_at=None,
            seen_by=None,
        ),
    )


def call_again(tx: Tx, house: House, matter: str, now: datetime) -> None:
    """More happened in a matter that is on the list: tell staff anew, unless what they
    were told is still unseen (N1)."""
    unseen = {each.attention_id for each in kept.unseen_alerts(tx)}
    for item in kept.open_items(tx):
        if item.matter == matter and item.id not in unseen:
            tell_staff(tx, house, item.id, now)


def settle(
    tx: Tx, now: datetime, *, by: int | None, choice: str, **which: object
) -> int:
    """Settle open items by `matter=`, `client_id=` and the like; how many."""
    return kept.settle(tx, now, by=by, choice=choice, **which)


def not_told(tx: Tx, house: House, message: Message, now: datetime) -> None:
    """She was to be told of a change and will not be: somebody must be there (B6)."""
    if message.kind not in _TELLING or message.session_id is None:
        return
    somebody_there(tx, house, message.session_id, message.client_id, now)
    others_not_told(tx, house, message, now)


def others_not_told(tx: Tx, house: House, message: Message, now: datetime) -> None:
    """The same for the other sessions that this text was to tell of."""
    for session_id in told_together.of_message(tx, message.id):
        somebody_there(tx, house, session_id, message.client_id, now)


def somebody_there(
    tx: Tx,
    house: House,
    session_id: str,
    client_id: int,
    now: datetime,
    start: datetime | None = None,
) -> None:
    """Somebody must be in the room at the time she knows (B6)."""
    session = bookings.get(tx, session_id)
    due_at = start or (session.time.start if session else now)
    raise_item(
        tx,
        house,
        "stand_in_needed",
        f"stand_in:{session_id}:{session.version if session else 0}:{client_id}",
        now,
        due_at=max(now, due_at),
        client_id=client_id,
        session_id=session_id,
        once=True,
    )


def while_it_helps(tx: Tx, message: Message, now: datetime) -> datetime:
    """The deadline of what did not leave for certain: while her window is open and
    there is still the shortest lead before the session (M1, bar-D9)."""
    until = message.window_end
    session = bookings.get(tx, message.session_id) if message.session_id else None
    if session is not None:
        lead = timedelta(hours=agency.policy(tx).reminder_latest_hours)
        until = min(until, session.time.start - lead)
    return max(now, until)


def soon(now: datetime) -> datetime:
    """The deadline of what needs a look within the hour."""
    return now + timedelta(hours=1)
