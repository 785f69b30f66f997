"""What is past its time, and what may have left without anybody knowing (M5, M7).

What is in doubt is looked up at the provider; what is not found there is put before a
person. The machine never sends it again.
"""

from __future__ import annotations

import logging
from datetime import datetime

from scheduler.domain.decision import Reason
from scheduler.domain.messages import MessageState
from scheduler.ports import Handed, NotAnswered
from scheduler.services.house import House
from scheduler.services.messages import looking_up
from scheduler.services.messages.outcomes import TRY_AGAIN_AFTER, close_prompt
from scheduler.services.watching import attention
from scheduler.storage import outbox
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

log = logging.getLogger("quietline.doubts")
_S = MessageState


def expire(tx: Tx, house: House, now: datetime) -> int:
    """What is past its last instant is never sent (M5); how many."""
    late = outbox.past_their_time(tx, now)
    for message in late:
        outbox.move(
            tx, message.id, message.state, _S.EXPIRED, reasons=(Reason.TOO_LATE,)
        )
        close_prompt(tx, message, now)
        attention.not_told(tx, house, message, now)
    return len(late)


def doubt_what_died(
    tx: Tx, now: datetime, *, worker: str | None = None, everybody: bool = False
) -> int:
    """Messages left in `sending` by a worker that is gone become uncertain (M7).

    With a `worker` at once: it has just started, so its earlier self is dead; with
    `everybody` there is no other.
    """
    count = 0
    for message in outbox.in_states(tx, {_S.SENDING}):
        lapsed = message.leased_until is None or message.leased_until <= now
        itself = worker is not None and message.worker == worker
        if lapsed or itself or everybody:
            outbox.move(tx, message.id, _S.SENDING, _S.UNCERTAIN, leased_until=now)
            count += 1
    return count


def doubt_old_prompts(tx: Tx, now: datetime) -> int:
    """A prompt that nobody finished in ten minutes (M11); how many.

    Number and words were seen, so nobody knows whether she was texted: a person
    settles it.
    """
    count = 0
    for message in outbox.in_states(tx, {_S.PROMPTED}):
        if message.leased_until is not None and message.leased_until <= now:
            outbox.move(tx, message.id, _S.PROMPTED, _S.UNCERTAIN, left_at=now)
            close_prompt(tx, message, now)
            count += 1
    return count


def reconcile(house: House, now: datetime) -> None:
    """Look every uncertain message up; what is not found goes to a person (M7).

    Once, unless the provider could not be asked: then a person is told at once, and it
    is asked again about every minute.
    """
    with house.store.reading() as tx:
        unclear = outbox.unclear(tx, now)
    for message in unclear:
        asked, found = _look_up(house, message)
        with house.store.begin() as tx:
            _reconciled(tx, house, message, found, now, asked=asked)


def _look_up(house: House, message: Message) -> tuple[bool, Handed | None]:
    """Whether it is known now what the provider has, and what that is."""
    if message.by_hand or house.sender is None:
        return True, None
    with house.store.reading() as tx:
        sought = looking_up.sought(tx, message)
    if sought is None:
        return True, None
    try:
        return True, house.sender.look_up(sought)
    except NotAnswered:
        return False, None
    except Exception as wrong:  # noqa: BLE001 - not found is a person's, and so is this
        log.error("look-up failed: %s", type(wrong).__name__)  # noqa: TRY400
        return True, None


def _reconciled(
    tx: Tx,
    house: House,
    message: Message,
    found: Handed | None,
    now: datetime,
    *,
    asked: bool,
) -> None:
    if asked:
        outbox.note(tx, message.id, looked_up_at=now)
    else:
        outbox.note(tx, message.id, leased_until=now + TRY_AGAIN_AFTER)
    if found is None or not looking_up.found(tx, house, message, found, now):
        _to_a_person(tx, house, message, now)


def _to_a_person(tx: Tx, house: House, message: Message, now: datetime) -> None:
    attention.raise_item(
        tx,
        house,
        "uncertain",
        f"uncertain:{message.id}",
        now,
        due_at=attention.while_it_helps(tx, message, now),
        client_id=message.client_id,
        session_id=message.session_id,
        message_id=message.id,
    )
