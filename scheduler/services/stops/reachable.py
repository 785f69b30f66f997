"""Whether the provider takes anything at all: no name server, no line, no trust in its
certificate. What is not taken stays due and is tried again; nobody would notice."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.ports import Answer
from scheduler.services.house import House
from scheduler.services.watching import attention
from scheduler.storage import agency
from scheduler.storage.engine import Tx

# The third try in vain, at about one a minute (M7), is told.
TOLD_AFTER = timedelta(minutes=2)
MATTER = "sender_unreachable"


def heard(tx: Tx, house: House, answer: Answer, now: datetime) -> None:
    """Call it with each answer, in the transaction that records it."""
    since = agency.sender(tx).unreachable_since
    if answer in {Answer.ACCEPTED, Answer.REFUSED}:
        if since is not None:
            agency.set_sender(tx, unreachable_since=None)
            attention.settle(tx, now, by=None, choice="closed", matter=MATTER)
        return
    if answer is Answer.UNKNOWN:
        return
    if since is None:
        agency.set_sender(tx, unreachable_since=now)
    elif now - since >= TOLD_AFTER:
        attention.raise_item(tx, house, MATTER, MATTER, now, due_at=now)
