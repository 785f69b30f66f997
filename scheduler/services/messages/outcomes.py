"""What an answer of the provider proves, written by the claim it belongs to (M7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.messages import MessageState
from scheduler.ports import Answer, Handed
from scheduler.services.house import House
from scheduler.services.messages import gate, looking_up
from scheduler.services.messages.delivery_failures import failed
from scheduler.services.stops import reachable
from scheduler.services.watching import attention
from scheduler.storage import claims, outbox
from scheduler.storage.claims import Ending
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# What was proven not to have been taken is tried again about every minute (M7).
TRY_AGAIN_AFTER = timedelta(minutes=1)

CAPS = frozenset({Reason.DAILY_CAP, Reason.WEEKLY_CAP})
_S = MessageState

# What needs nothing but a new state.
_PLAIN = {Answer.ACCEPTED: _S.ACCEPTED, Answer.UNKNOWN: _S.UNCERTAIN}


class Claimed(Protocol):
    """A message and the claim by which it was handed over."""

    @property
    def message_id(self) -> str:
        """Which message."""
        ...

    @property
    def fence(self) -> int:
        """Which of its claims."""
        ...


def record_all(
    house: House,
    said: Iterable[tuple[Claimed, Handed | None]],
    wrongs: list[Exception],
) -> None:
    """Write down what became of several calls of this worker; None: not even tried.

    Plain outcomes together, beside other workers; what brings more with it alone, one
    after the other. A claim that no longer stands writes none.
    """
    now = house.now()
    plain: list[tuple[Claimed, Handed]] = []
    others: list[tuple[Claimed, Handed | None]] = []
    for claimed, handed in said:
        if handed is not None and handed.answer in _PLAIN:
            plain.append((claimed, handed))
        else:
            others.append((claimed, handed))
    if plain:
        try:
            with house.store.claiming() as tx:
                _plain(tx, house, plain, now)
        except Exception as wrong:  # noqa: BLE001 - the others must be written
            wrongs.append(wrong)
    for claimed, handed in others:
        try:
            with house.store.begin() as tx:
                _other(tx, house, claimed, handed, now)
        except Exception as wrong:  # noqa: BLE001 - the others must be written
            wrongs.append(wrong)


def _plain(
    tx: Tx, house: House, said: list[tuple[Claimed, Handed]], now: datetime
) -> None:
    given = [each.provider_id for _, each in said if each.provider_id is not None]
    owners = outbox.owners_of(tx, given)
    endings = []
    for claimed, handed in said:
        provider_id = handed.provider_id
        after = _PLAIN[handed.answer]
        # The id of another message proves nothing.
        strange = owners.get(provider_id, claimed.message_id) != claimed.message_id
        if strange or (provider_id is not None and given.count(provider_id) > 1):
            after, provider_id = _S.UNCERTAIN, None
        if provider_id is not None:
            _keep_id(tx, house, claimed, provider_id, now)
        endings.append(Ending(claimed.message_id, claimed.fence, after, provider_id))
    claims.end(tx, endings, worker=house.worker, now=now)
    if any(each.answer is Answer.ACCEPTED for _, each in said):
        reachable.heard(tx, house, Answer.ACCEPTED, now)


def _keep_id(
    tx: Tx, house: House, claimed: Claimed, provider_id: str, now: datetime
) -> None:
    """An answer that came late still tells what the message is called there."""
    if house.sender is None or house.sender.simulated:
        return
    message = outbox.get(tx, claimed.message_id)
    if message is not None and message.fence == claimed.fence:
        looking_up.keep_id(tx, house, message, provider_id, now)


def _other(
    tx: Tx, house: House, claimed: Claimed, handed: Handed | None, now: datetime
) -> None:
    message = claims.still(
        tx, claimed.message_id, worker=house.worker, fence=claimed.fence
    )
    if message is None:
        return
    if handed is None:
        _due_again(tx, house, message, now, None)
    else:
        record(tx, house, message.id, handed, now)


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
    close_prompt(tx, message, now)
    attention.not_told(tx, house, message, now)


def close_prompt(tx: Tx, message: Message, now: datetime) -> None:
    """Nobody has it before her any longer."""
    attention.settle(tx, now, by=None, choice="closed", matter=f"assisted:{message.id}")
