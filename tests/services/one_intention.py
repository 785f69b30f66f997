"""One intention, tried again and again as if nothing had become of it before."""

from scheduler.domain.messages import MessageState
from scheduler.storage import outbox
from scheduler.storage.outbox import Message
from tests.services.sending import Desk

# What ends a trial: where it counts for no cap and nothing leaves any more.
_END = {
    MessageState.ACCEPTED: MessageState.UNDELIVERED,
    MessageState.PLANNED: MessageState.CANCELLED,
    MessageState.DUE: MessageState.CANCELLED,
}


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
