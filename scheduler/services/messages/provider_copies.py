"""The words a provider keeps are removed there once nothing more can become of them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from scheduler.ports import MessageSender, Removal
from scheduler.services.house import House
from scheduler.services.watching import attention
from scheduler.storage import provider_copies
from scheduler.storage.engine import Tx

# How many are asked for in one round, each outside of any transaction.
A_ROUND = 20

# A text of which no final receipt came by then is past every queue.
NO_MORE_RECEIPTS = timedelta(days=1)

AGAIN_AFTER = timedelta(minutes=5)
REFUSED_AGAIN_AFTER = timedelta(hours=12)

# What is not gone by then is a person's, though it is still asked for.
TOO_LONG = timedelta(days=2)

# An id is known again for so long after its words are gone.
KNOWN_FOR = timedelta(days=30)

NOT_REMOVED = "body_not_removed"

log = logging.getLogger("quietline.provider_copies")


def remove_bodies(house: House) -> int:
    """One round: ask for every removal that is due; how many are gone now."""
    now = house.now()
    sender = house.sender
    if sender is None or sender.simulated:
        return 0
    with house.store.begin() as tx:
        provider_copies.forget(tx, now - KNOWN_FOR)
        due = provider_copies.to_remove(tx, now, now - NO_MORE_RECEIPTS, A_ROUND)
    gone = 0
    for provider_id, kept_at in due:
        answer = _ask(sender, provider_id)
        with house.store.begin() as tx:
            _note(tx, house, provider_id, kept_at, answer, now)
        gone += answer is Removal.DONE
    return gone


def _ask(sender: MessageSender, provider_id: str) -> Removal:
    try:
        return sender.remove_body(provider_id)
    except Exception as wrong:  # noqa: BLE001 - the others must have their turn
        log.error("removal failed: %s", type(wrong).__name__)  # noqa: TRY400
        return Removal.NOT_YET


def _note(
    tx: Tx,
    house: House,
    provider_id: str,
    kept_at: datetime,
    answer: Removal,
    now: datetime,
) -> None:
    matter = f"{NOT_REMOVED}:{provider_id}"
    if answer is Removal.DONE:
        provider_copies.removed(tx, provider_id, now)
        attention.settle(tx, now, by=None, choice="removed", matter=matter)
        return
    refused = answer is Removal.REFUSED
    after = REFUSED_AGAIN_AFTER if refused else AGAIN_AFTER
    provider_copies.ask_again(tx, provider_id, now + after)
    if refused or now - kept_at >= TOO_LONG:
        attention.raise_item(
            tx, house, NOT_REMOVED, matter, now, due_at=now + TOO_LONG, once=True
        )
