"""One tick of the outbox: what is due leaves once, or does not, and says why.

In this order: what is past its time expires, what died under way is uncertain, what is
uncertain is looked up, what is due is decided again and leaves. `sending` is committed
before the call is made and no transaction is open across it (M7).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.messages import MessageState
from scheduler.ports import Answer, Cleared, Handed, MessageSender, NotAnswered
from scheduler.services import (
    attention,
    brakes,
    gate,
    interlocks,
    looking_up,
    reachable,
)
from scheduler.services.delivery_failures import failed
from scheduler.services.house import House
from scheduler.storage import agency, bookings, outbox
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# A worker that has not written an outcome after this long is taken for dead.
LEASE = timedelta(minutes=2)

# What was proven not to have been taken is tried again about every minute (M7).
TRY_AGAIN_AFTER = timedelta(minutes=1)

log = logging.getLogger("quietline.delivery")
CAPS = frozenset({Reason.DAILY_CAP, Reason.WEEKLY_CAP})
_S = MessageState
_T = TypeVar("_T")


def tick(house: House) -> None:
    """One round over the outbox.

    What goes wrong with one message stops none of the others. It is raised when all had
    their turn; the message stays as it was committed last.
    """
    interlocks.look(house)
    now = house.now()
    with house.store.begin() as tx:
        agency.set_sender(tx, last_tick_at=now)
        expire(tx, house, now)
        doubt_what_died(tx, now)
        doubt_old_prompts(tx, now)
        outbox.make_due(tx, now)
        if brakes.stopped(tx, house):
            brakes.expire_what_came_due(tx, house, now)
    reconcile(house, now)
    _each_in_turn(_due(house, now), lambda due: _one(house, due, now))


def _one(house: House, due: tuple[str, bool], now: datetime) -> None:
    message_id, by_hand = due
    if by_hand:
        prompt(house, message_id, now)
    else:
        send_one(house, message_id, now)


def _each_in_turn(found: Iterable[_T], act: Callable[[_T], None]) -> None:
    wrongs: list[Exception] = []
    for each in found:
        try:
            act(each)
        except Exception as wrong:  # noqa: BLE001 - the others must have their turn
            wrongs.append(wrong)
    if wrongs:
        raise wrongs[0]


def expire(tx: Tx, house: House, now: datetime) -> int:
    """What is past its last instant is never sent (M5); how many."""
    late = outbox.past_their_time(tx, now)
    for message in late:
        outbox.move(
            tx, message.id, message.state, _S.EXPIRED, reasons=(Reason.TOO_LATE,)
        )
        _close_prompt(tx, message, now)
        attention.not_told(tx, house, message, now)
    return len(late)


def _close_prompt(tx: Tx, message: Message, now: datetime) -> None:
    attention.settle(tx, now, by=None, choice="closed", matter=f"assisted:{message.id}")


def doubt_what_died(tx: Tx, now: datetime, *, worker: str | None = None) -> int:
    """Messages left in `sending` by a worker that is gone become uncertain (M7).

    With a `worker` at once: it has just started, so its earlier self is dead.
    """
    count = 0
    for message in outbox.in_states(tx, {_S.SENDING}):
        lapsed = message.leased_until is None or message.leased_until <= now
        if lapsed or (worker is not None and message.worker == worker):
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
            _close_prompt(tx, message, now)
            count += 1
    return count


def recover(house: House) -> int:
    """What a worker does first when it starts."""
    now = house.now()
    with house.store.begin() as tx:
        return doubt_what_died(tx, now, worker=house.worker)


def reconcile(house: House, now: datetime) -> None:
    """Look every uncertain message up; what is not found goes to a person (M7).

    Once, unless the provider could not be asked: then a person is told at once, and it
    is asked again about every minute.
    """
    with house.store.reading() as tx:
        unclear = [
            each
            for each in outbox.in_states(tx, {_S.UNCERTAIN})
            if each.looked_up_at is None
            and (each.leased_until is None or each.leased_until <= now)
        ]
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
    session = bookings.get(tx, message.session_id) if message.session_id else None
    start = session.time.start if session else message.window_end
    attention.raise_item(
        tx,
        house,
        "uncertain",
        f"uncertain:{message.id}",
        now,
        due_at=max(now, min(start, message.window_end)),
        client_id=message.client_id,
        session_id=message.session_id,
        message_id=message.id,
    )


def _due(house: House, now: datetime) -> list[tuple[str, bool]]:
    with house.store.reading() as tx:
        return [
            (each.id, each.by_hand)
            for each in outbox.in_states(tx, {_S.DUE})
            if each.leased_until is None or each.leased_until <= now
        ]


def send_one(house: House, message_id: str, now: datetime) -> None:
    """Decide again and send one due message by machine, at most once (M3, M7)."""
    if house.sender is None:
        return
    with house.store.begin() as tx:
        cleared = claim(tx, house, message_id, now)
    if cleared is None:
        return
    handed = _hand_over(house.sender, cleared)
    with house.store.begin() as tx:
        record(tx, house, message_id, handed, now)


def _hand_over(sender: MessageSender, cleared: Cleared) -> Handed:
    """Hand it over once. A sender that breaks proves nothing (M7)."""
    try:
        return sender.send(cleared)
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it may have been taken
        log.error("sender failed: %s", type(wrong).__name__)  # noqa: TRY400
        return Handed(Answer.UNKNOWN)


def claim(tx: Tx, house: House, message_id: str, now: datetime) -> Cleared | None:
    """Take a due message if the gate still says SEND; `sending` is then committed."""
    message = outbox.get(tx, message_id)
    if message is None or message.state is not _S.DUE:
        return None
    clearance = gate.clear(tx, house, message, now, by_hand=False)
    if clearance.cleared is None:
        not_now(tx, house, message, clearance.decision, now)
        return None
    taken = outbox.move(
        tx,
        message.id,
        _S.DUE,
        _S.CLAIMED,
        worker=house.worker,
        leased_until=now + LEASE,
    )
    if not taken:
        return None
    outbox.move(
        tx,
        message.id,
        _S.CLAIMED,
        _S.SENDING,
        reasons=clearance.decision.reasons,
        left_at=now,
        number_blind=clearance.number_blind,
        phrase_blind=clearance.phrase_blind,
        validity=clearance.cleared.validity,
    )
    gate.remember_phrase(tx, message, clearance, now)
    return clearance.cleared


def not_now(
    tx: Tx, house: House, message: Message, decision: Decision, now: datetime
) -> None:
    """HOLD stays due until its last instant; REFUSE or a cap withholds (M3)."""
    capped = bool(CAPS & set(decision.reasons))
    if decision.verdict is Verdict.HOLD and not capped:
        if decision.reasons != message.reasons:
            outbox.note(tx, message.id, reasons=decision.reasons)
        return
    outbox.move(tx, message.id, message.state, _S.WITHHELD, reasons=decision.reasons)
    _close_prompt(tx, message, now)
    attention.not_told(tx, house, message, now)


def record(
    tx: Tx, house: House, message_id: str, handed: Handed, now: datetime
) -> None:
    """Write down what the provider's answer proves (M7)."""
    reachable.heard(tx, house, handed.answer, now)
    message = outbox.get(tx, message_id)
    if message is None:
        return
    if looking_up.another_has(tx, message, handed):
        handed = Handed(Answer.UNKNOWN)
    looking_up.keep_id(tx, house, message, handed.provider_id, now)
    if message.state is not _S.SENDING:
        return
    match handed.answer:
        case Answer.ACCEPTED:
            outbox.move(tx, message.id, _S.SENDING, _S.ACCEPTED)
        case Answer.NOT_TAKEN | Answer.BUSY:
            _due_again(tx, house, message, now, handed.wait)
        case Answer.REFUSED:
            outbox.move(
                tx, message.id, _S.SENDING, _S.FAILED, provider_code=handed.code
            )
            failed(tx, house, replace(message, state=_S.FAILED), handed.code, now)
        case Answer.UNKNOWN:
            outbox.move(tx, message.id, _S.SENDING, _S.UNCERTAIN, leased_until=now)


def _due_again(
    tx: Tx, house: House, message: Message, now: datetime, wait: int | None
) -> None:
    """Proven not to have been taken, so it counts for no cap. The phrase stays: it was
    not used, and another one would be (W1). What was committed while it was under way
    could not void it (M12), so it does now."""
    outbox.move(
        tx,
        message.id,
        _S.SENDING,
        _S.DUE,
        leased_until=now + max(TRY_AGAIN_AFTER, timedelta(seconds=wait or 0)),
        left_at=None,
        number_blind=None,
    )
    waiting = replace(message, state=_S.DUE)
    decision = gate.look_again(tx, house, waiting, now)
    if not decision.yes:
        not_now(tx, house, waiting, decision, now)


def prompt(house: House, message_id: str, now: datetime) -> None:
    """Assisted: inside the window the message stands on the attention list (P6)."""
    with house.store.begin() as tx:
        message = outbox.get(tx, message_id)
        if message is None or message.state is not _S.DUE:
            return
        clearance = gate.clear(tx, house, message, now, by_hand=True)
        if clearance.cleared is None:
            not_now(tx, house, message, clearance.decision, now)
            _close_prompt(tx, message, now)
            return
        attention.raise_item(
            tx,
            house,
            "assisted_send",
            f"assisted:{message.id}",
            now,
            due_at=message.not_after,
            client_id=message.client_id,
            session_id=message.session_id,
            message_id=message.id,
        )
