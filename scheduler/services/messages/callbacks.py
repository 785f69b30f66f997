"""What a provider posts, once it is certain that it did (I1). Nothing is called from
here, and nothing is answered: whatever follows is written, in one transaction.
"""

from __future__ import annotations

import logging
from datetime import datetime

from scheduler.ports import StatusCame, TextCame
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.watching import attention
from scheduler.storage import outbox, provider_copies
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

STRAY = "stray_receipt"

log = logging.getLogger("quietline.callbacks")


def status_came(house: House, came: StatusCame) -> bool:
    """A receipt; False when it fits no message here, which is put aside for a person.

    The same receipts in any order and number have the same effect.
    """
    now = house.now()
    with house.store.begin() as tx:
        message = outbox.by_reference(tx, came.reference)
        if message is None or not _is_of(tx, message, came.provider_id, now):
            _stray(tx, house, came, now)
            return False
        inbound.take_receipt(tx, house, message, came.status, came.code, now)
    _count(came.unknown)
    return True


def _is_of(tx: Tx, message: Message, provider_id: str, now: datetime) -> bool:
    """Whether the provider's id is this message's. The first one it is told of is: the
    answer to the call may have been lost."""
    if message.provider_id is not None:
        return message.provider_id == provider_id
    if not provider_copies.keep(tx, provider_id, message.id, now):
        return False
    outbox.note(tx, message.id, provider_id=provider_id)
    return True


def _stray(tx: Tx, house: House, came: StatusCame, now: datetime) -> None:
    if provider_copies.keep_stray(tx, came.provider_id, came.status, now):
        attention.raise_item(tx, house, STRAY, STRAY, now, due_at=attention.soon(now))


def text_came(house: House, came: TextCame) -> bool:
    """A text from somebody; False when it was taken in before (I2, I3)."""
    now = house.now()
    with house.store.begin() as tx:
        if not provider_copies.keep(tx, came.provider_id, None, now):
            return False
        inbound.take_reply(tx, house, came.number, came.body, now, stop=came.stop)
    _count(came.unknown)
    return True


def _count(unknown: int) -> None:
    if unknown:
        log.warning("a callback had %s names that are not known here", unknown)
