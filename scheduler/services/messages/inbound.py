"""What comes in: texts and receipts (I1–I5, M8, M9). Nothing is ever answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.messages import MessageState
from scheduler.domain.replies import ReplyKind, read_reply
from scheduler.services.files.numbers import stop_number
from scheduler.services.house import Actor, House
from scheduler.services.messages.delivery_failures import failed
from scheduler.services.messages.gate import NUMBER
from scheduler.services.safe_contact import standing
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import outbox, people, replies
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# Bodies go at the latest then, triaged or not (I4).
BODY_AT_MOST = timedelta(days=14)

_S = MessageState

# How far along a receipt says a message is; a lower rank never undoes a higher one.
_RANK = {
    _S.SENDING: 0,
    _S.UNCERTAIN: 0,
    _S.ACCEPTED: 1,
    _S.SENT: 2,
    _S.DELIVERED: 3,
    _S.UNDELIVERED: 3,
    _S.FAILED: 3,
}

RECEIPTS = {
    "accepted": _S.ACCEPTED,
    "sent": _S.SENT,
    "delivered": _S.DELIVERED,
    "undelivered": _S.UNDELIVERED,
    "failed": _S.FAILED,
}


def reply(
    house: House, number: str, body: str, *, entered_by: Actor | None = None
) -> ReplyKind:
    """A text came in from a number in E.164: what it was taken for (I2, I3)."""
    now = house.now()
    with house.store.begin() as tx:
        return take_reply(tx, house, number, body, now, entered_by=entered_by)


def take_reply(
    tx: Tx,
    house: House,
    number: str,
    body: str,
    now: datetime,
    *,
    stop: bool = False,
    entered_by: Actor | None = None,
) -> ReplyKind:
    """The same in somebody's transaction. With `stop` the provider took it for one,
    whatever it reads like (I2)."""
    kind = ReplyKind.STOP if stop else read_reply(body, house.replies)
    blind = tx.vault.index(NUMBER, number)
    known = people.clients_with_number(tx, blind)
    if kind is ReplyKind.STOP and not known:
        people.block(tx, blind, now, "stop")
    if not known:
        _keep(tx, house, None, kind, "", now, entered_by)
    for client_id in known:
        reply_id = _keep(tx, house, client_id, kind, body, now, entered_by)
        if kind is ReplyKind.STOP:
            stop_number(tx, house, blind, [client_id], now, reply_id=reply_id)
        else:
            _other(tx, house, client_id, reply_id, now)
    audit.record(
        tx,
        now,
        entered_by.id if entered_by else None,
        "received a text",
        "reply",
        kind.value,
    )
    return kind


def _keep(
    tx: Tx,
    house: House,
    client_id: int | None,
    kind: ReplyKind,
    body: str,
    now: datetime,
    entered_by: Actor | None,
) -> str:
    reply_id = house.tokens.uuid()
    replies.insert_reply(
        tx,
        reply_id,
        at=now,
        kind=kind.value,
        client_id=client_id,
        body=body if client_id is not None else None,
        entered_by=entered_by.id if entered_by else None,
        delete_after=now + BODY_AT_MOST,
    )
    return reply_id


def _other(tx: Tx, house: House, client_id: int, reply_id: str, now: datetime) -> None:
    standing.suspend(tx, house, client_id, "reply", now)
    attention.raise_item(
        tx,
        house,
        "reply_other",
        f"reply:{reply_id}",
        now,
        due_at=attention.soon(now),
        client_id=client_id,
        reply_id=reply_id,
    )


def receipt(house: House, reference: str, status: str, code: str | None = None) -> bool:
    """The provider says what became of a message; False when it is not one of ours.

    The same receipts in any order and number have the same effect (I1).
    """
    now = house.now()
    with house.store.begin() as tx:
        message = outbox.by_reference(tx, reference)
        if message is None or status not in RECEIPTS:
            return False
        take_receipt(tx, house, message, status, code, now)
    return True


def take_receipt(
    tx: Tx, house: House, message: Message, status: str, code: str | None, now: datetime
) -> None:
    """The same for a message of ours, in somebody's transaction."""
    if outbox.insert_receipt(tx, message.id, status, code, now):
        _received(tx, house, message, RECEIPTS[status], code, now)


def _received(
    tx: Tx,
    house: House,
    message: Message,
    state: MessageState,
    code: str | None,
    now: datetime,
) -> None:
    if state is _S.DELIVERED and now > message.window_end:
        # It lay on her phone outside her hours, whatever was thought of it before.
        _late(tx, house, message, now)
    if _RANK.get(message.state, 9) >= _RANK[state]:
        return
    before = message.state
    if before is _S.SENDING:
        # Its worker has died; the receipt is the proof that the provider took it.
        outbox.move(tx, message.id, before, _S.UNCERTAIN)
        before = _S.UNCERTAIN
    outbox.move(tx, message.id, before, state, provider_code=code)
    attention.settle(
        tx, now, by=None, choice="receipt", matter=f"uncertain:{message.id}"
    )
    if state in (_S.UNDELIVERED, _S.FAILED):
        failed(tx, house, message, code, now)


def _late(tx: Tx, house: House, message: Message, now: datetime) -> None:
    """It was delivered after her window had closed (M9)."""
    standing.suspend(tx, house, message.client_id, "late_receipt", now)
    attention.raise_item(
        tx,
        house,
        "late_receipt",
        f"late:{message.id}",
        now,
        due_at=attention.soon(now),
        client_id=message.client_id,
        session_id=message.session_id,
        message_id=message.id,
    )
