"""One intention, taken by itself, and tried again and again as if nothing had become of
it before."""

from datetime import datetime

from scheduler.domain.messages import MessageState
from scheduler.ports import Cleared
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.storage import claims, outbox
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message
from tests.services.sending import Desk

# What ends a trial: where it counts for no cap and nothing leaves any more.
_END = {
    MessageState.ACCEPTED: MessageState.UNDELIVERED,
    MessageState.PLANNED: MessageState.CANCELLED,
    MessageState.DUE: MessageState.CANCELLED,
}


def claim(tx: Tx, house: House, message_id: str, now: datetime) -> Cleared | None:
    """Take one due message if the gate still says SEND."""
    due = claims.due(tx, now, only=message_id)
    held = delivery.claim_all(tx, house, due, now)
    return held[0].cleared if held else None


def the_only_one(desk: Desk) -> Message:
    """A reminder to copy, itself cancelled."""
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        outbox.move(tx, reminder.id, reminder.state, MessageState.CANCELLED)
    return reminder


def planned_anew(desk: Desk, reminder: Message, tag: int) -> Message:
    """The same intention for a trial of its own."""
    fresh = f"trial-{tag}"
    with desk.house.store.begin() as tx:
        again = Message(
            **{
                **{each: getattr(reminder, each) for each in Message.__slots__},
                "id": fresh,
                "ordinal": tag,
                "reference": fresh,
            }
        )
        outbox.insert_message(tx, again)
    return again


def forgotten(desk: Desk, message: Message) -> None:
    """Not counted for the caps of the next trial, and not sent after it."""
    with desk.house.store.begin() as tx:
        left = outbox.get(tx, message.id)
        assert left is not None
        outbox.move(tx, message.id, left.state, _END.get(left.state, left.state))
