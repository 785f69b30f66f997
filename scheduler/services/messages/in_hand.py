"""A message in a person's hands: made, put there, and what its outcome brings.

What leaves by hand is a message like any other, with the same effects as by machine
(M14); `by_hand` has the acts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.domain.contact import Request, candidates
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import Outcome
from scheduler.domain.intervals import Interval
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.plan import Channel, ChannelKind, Mode, Purpose
from scheduler.services.files import numbers
from scheduler.services.house import Actor, House
from scheduler.services.messages import gate
from scheduler.services.messages.gate import Clearance, Facts
from scheduler.services.safe_contact import standing
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import outbox
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

_S = MessageState

# One worker has a prompt for this long; then it goes back (M11).
PROMPT_FOR = timedelta(minutes=10)

# What each outcome makes of a message that was in somebody's hands.
ENDS = {
    Outcome.DONE: _S.SENT_BY_HAND,
    Outcome.ANSWERED: _S.SENT_BY_HAND,
    Outcome.NO_ANSWER: _S.SENT_BY_HAND,
    Outcome.REJOINED: _S.SENT_BY_HAND,
    Outcome.SOMEONE_ELSE: _S.SENT_BY_HAND,
    Outcome.STOP: _S.SENT_BY_HAND,
    Outcome.OTHER_REPLY: _S.SENT_BY_HAND,
    Outcome.NOT_DONE: _S.NOT_SENT,
}


def new_message(
    house: House,
    client_id: int,
    channel: Channel,
    kind: MessageKind,
    purpose: Purpose,
    window: Interval,
    now: datetime,
    *,
    session: Session | None = None,
    ordinal: int = 0,
    not_after: datetime | None = None,
) -> Message:
    """A message that may leave from now on, at the latest before its window's end."""
    last = not_after or window.end
    return Message(
        id=house.tokens.uuid(),
        kind=kind,
        state=_S.PLANNED,
        session_id=session.id if session else None,
        session_version=session.version if session else 0,
        client_id=client_id,
        ordinal=ordinal,
        attempt=1,
        purpose=purpose,
        channel=channel.kind,
        channel_key=channel.key,
        by_hand=channel.kind is not ChannelKind.SMS or channel.mode is Mode.ASSISTED,
        counts_daily=kind is not MessageKind.REJOIN,
        not_before=now,
        not_after=max(now, last),
        window_end=window.end,
        earliest=now,
        latest=max(now, last),
        planned_at=now,
        reference=house.tokens.token(),
    )


def first_open(known: Facts, request: Request, now: datetime) -> Channel | None:
    """The first channel by which a request may be met now."""
    for channel in candidates(known.plan, request):
        if known.decide(replace(request, channel_key=channel.key), now).yes:
            return channel
    return None


def put(
    tx: Tx, actor: Actor, message: Message, clearance: Clearance, now: datetime
) -> None:
    """Into a worker's hands, with the phrase that was picked for it (W1)."""
    if message.state is _S.PLANNED:
        outbox.move(tx, message.id, _S.PLANNED, _S.DUE)
    outbox.move(
        tx,
        message.id,
        _S.DUE,
        _S.PROMPTED,
        prompted_by=actor.id,
        leased_until=now + PROMPT_FOR,
        number_blind=clearance.number_blind,
        phrase_blind=clearance.phrase_blind,
    )
    gate.remember_phrase(tx, message, clearance, now)


def said_already(message: Message, outcome: Outcome) -> bool:
    """Whether this outcome is the one that was written."""
    return message.state is ENDS[outcome] and message.outcome == outcome.value


def finish(
    tx: Tx, house: House, actor: Actor, message_id: str, outcome: Outcome, now: datetime
) -> None:
    """How it went, with all that follows from it. Raises NotThere."""
    message = outbox.get(tx, message_id)
    if message is None:
        raise NotThere
    left = ENDS[outcome] is _S.SENT_BY_HAND
    outbox.move(
        tx,
        message.id,
        _S.PROMPTED,
        ENDS[outcome],
        outcome=outcome.value,
        settled_by=actor.id,
        left_at=now if left else None,
    )
    attention.settle(
        tx, now, by=actor.id, choice=outcome.value, matter=f"assisted:{message.id}"
    )
    audit.record(
        tx,
        now,
        actor.id,
        "contacted by hand",
        "message",
        message.id,
        reason=outcome.value,
    )
    if not left:
        attention.not_told(tx, house, message, now)
    if outcome is Outcome.STOP:
        _stopped(tx, house, message, now)
    elif outcome in (Outcome.SOMEONE_ELSE, Outcome.OTHER_REPLY):
        standing.suspend(tx, house, message.client_id, outcome.value, now, by=actor.id)
    if outcome is Outcome.OTHER_REPLY:
        _replied(tx, house, message, now)


def _replied(tx: Tx, house: House, message: Message, now: datetime) -> None:
    """An odd reply is a person's to look at, however it came in (I3, M14)."""
    attention.raise_item(
        tx,
        house,
        "reply_other",
        f"reply:{message.id}",
        now,
        due_at=attention.soon(now),
        client_id=message.client_id,
        session_id=message.session_id,
        message_id=message.id,
    )


def _stopped(tx: Tx, house: House, message: Message, now: datetime) -> None:
    numbers.block_number(tx, house, message, now)
