"""Finding a message again at the provider, and keeping the id it has there (M7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.messages import MessageState
from scheduler.ports import Answer, Handed, Sought
from scheduler.services.house import House
from scheduler.services.messages.delivery_failures import failed
from scheduler.services.messages.gate import NUMBER, PHRASE
from scheduler.services.watching import attention
from scheduler.storage import outbox, provider_copies
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# How far the provider's clock may be from ours, and how long a call may take.
CLOCKS_DIFFER = timedelta(minutes=2)
A_CALL_TAKES = timedelta(minutes=2)

_S = MessageState


def sought(tx: Tx, message: Message) -> Sought | None:
    """What to ask for; None where an answer could be about another message of ours.

    Number and words are not read again: what the provider shows is compared by the
    blind indexes that were kept when it left.
    """
    if message.left_at is None:
        return None
    since = message.left_at - CLOCKS_DIFFER
    until = message.left_at + A_CALL_TAKES + CLOCKS_DIFFER
    number, phrase = outbox.blinds(tx, message.id)
    if outbox.in_doubt_beside(tx, message.id, number, phrase, since, until):
        return None
    return Sought(
        reference=message.reference,
        since=since,
        until=until,
        is_number=lambda seen: tx.vault.index(NUMBER, seen) == number,
        is_body=lambda seen: tx.vault.index(PHRASE, seen) == phrase,
        known=provider_copies.known_since(tx, since),
    )


def found(
    tx: Tx, house: House, message: Message, answer: Handed, now: datetime
) -> bool:
    """What a look-up brought; False when a person has to decide after all."""
    refused = answer.answer is Answer.REFUSED
    if not refused and answer.answer is not Answer.ACCEPTED:
        return False
    if another_has(tx, message, answer):
        return False
    keep_id(tx, house, message, answer.provider_id, now)
    after = _S.FAILED if refused else _S.ACCEPTED
    # A receipt may have come meanwhile: then it stands where that has put it.
    if outbox.move(tx, message.id, _S.UNCERTAIN, after, provider_code=answer.code):
        attention.settle(
            tx, now, by=None, choice="found", matter=f"uncertain:{message.id}"
        )
        if refused:
            failed(tx, house, message, answer.code, now)
    return True


def another_has(tx: Tx, message: Message, answer: Handed) -> bool:
    """Whether the provider's id belongs to another message: then it proves nothing."""
    given = answer.provider_id
    return given is not None and outbox.has_provider_id(tx, given, besides=message.id)


def keep_id(
    tx: Tx, house: House, message: Message, provider_id: str | None, now: datetime
) -> None:
    """Keep the provider's id, and that there is something to remove there later."""
    if provider_id is None or message.provider_id is not None:
        return
    outbox.note(tx, message.id, provider_id=provider_id)
    if house.sender is not None and not house.sender.simulated:
        provider_copies.keep(tx, provider_id, message.id, now)
