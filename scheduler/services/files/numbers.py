"""Numbers: which files hold one, and which are stopped for good (I2, E5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from scheduler.domain.decision import Reason
from scheduler.domain.plan import ChannelKind, ContactPlan
from scheduler.services.house import House
from scheduler.services.messages.gate import NUMBER
from scheduler.services.safe_contact import standing
from scheduler.services.watching import attention
from scheduler.storage import outbox, people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

STOPPED = (Reason.NUMBER_BLOCKED, Reason.PLAN_SUSPENDED)


def stop_number(
    tx: Tx,
    house: House,
    blind: bytes,
    client_ids: Iterable[int],
    now: datetime,
    *,
    reply_id: str | None = None,
) -> None:
    """STOP: block, suspend every file with that number, void, tell a person (I2)."""
    people.block(tx, blind, now, "stop")
    for client_id in client_ids:
        standing.suspend(tx, house, client_id, "stop", now, reasons=STOPPED)
        attention.raise_item(
            tx,
            house,
            "reply_stop",
            f"stop:{client_id}",
            now,
            due_at=attention.soon(now),
            client_id=client_id,
            reply_id=reply_id,
        )


def note_numbers(
    tx: Tx, house: House, client_id: int, plan: ContactPlan, now: datetime
) -> None:
    """Keep a plan's numbers findable; those of earlier versions stay known (I2).

    Two files with one number are saved without a word; a supervisor is told (E5).
    """
    blinds = {
        tx.vault.index(NUMBER, each.address)
        for each in plan.channels
        if each.address and each.kind in (ChannelKind.SMS, ChannelKind.VOICE)
    }
    people.set_blinds(tx, client_id, people.NUMBER, blinds, now)
    for blind in sorted(blinds):
        holders = people.clients_with(tx, people.NUMBER, blind)
        for holder in holders if len(holders) > 1 else ():
            attention.raise_item(
                tx,
                house,
                "same_number",
                f"same_number:{holder}:{blind.hex()[:16]}",
                now,
                due_at=attention.soon(now),
                client_id=holder,
                once=True,
            )


def block_number(tx: Tx, house: House, message: Message, now: datetime) -> None:
    """The provider says that she stopped it there: the same as STOP (M8)."""
    for blind in sorted(_of_message(tx, message)):
        known = people.clients_with_number(tx, blind) or (message.client_id,)
        stop_number(tx, house, blind, known, now)


def has_it_still(tx: Tx, message: Message) -> bool:
    """Whether a message's channel has the number yet that it left to. What is known of
    an earlier one says nothing of the one she has now (M8)."""
    return bool(_of_message(tx, message) & _of_channel_now(tx, message))


def _of_message(tx: Tx, message: Message) -> frozenset[bytes]:
    """The number a message left to; if it did not, those its channel has."""
    left_to, _ = outbox.blinds(tx, message.id)
    return frozenset((left_to,)) if left_to else _of_channel_now(tx, message)


def _of_channel_now(tx: Tx, message: Message) -> frozenset[bytes]:
    in_force = plans.current(tx, message.client_id)
    return frozenset(
        tx.vault.index(NUMBER, channel.address)
        for channel in (plan.channel(message.channel_key) for plan in in_force)
        if channel is not None and channel.address
    )
