"""One tick of the outbox: what is due leaves once, or does not, and says why.

In this order: what is past its time expires, what died under way is uncertain, what is
uncertain is looked up, what is due is decided again and leaves, a few at a time:

1. claimed: due messages are taken by one worker, decided on together, and written as
   `sending`; that is committed before any call is made (M7);
2. handed over: just before each call it is looked whether the claim still stands and
   nothing was stopped; no transaction is open across the call;
3. written: what the provider's answer proves, only by the claim it belongs to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.messages import MessageState
from scheduler.ports import Answer, Cleared, Handed, MessageSender
from scheduler.services.house import House
from scheduler.services.messages import gate, outcomes
from scheduler.services.messages.doubts import (
    doubt_old_prompts,
    doubt_what_died,
    expire,
    reconcile,
)
from scheduler.services.stops import brakes, interlocks
from scheduler.services.versions import quietline_version
from scheduler.services.watching import attention
from scheduler.storage import agency, claims, outbox, workers
from scheduler.storage.claims import Departure, Place
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# A worker that has not written an outcome after this long is taken for dead.
LEASE = timedelta(minutes=2)

# A call begins no later than this long before the lease ends, so that it is over, and
# its outcome written, while the claim still stands.
A_CALL_TAKES = timedelta(minutes=1)

# A worker that has not looked round for so long is forgotten.
FORGOTTEN_AFTER = timedelta(days=1)

log = logging.getLogger("quietline.delivery")
_S = MessageState
record = outcomes.record

Stopping = Callable[[], bool]


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Held:
    """A message this worker has claimed and is about to hand over. `since` is on the
    clock that never jumps."""

    message_id: str
    fence: int
    cleared: Cleared
    taken_by: datetime
    leased_until: datetime
    since: float


def tick(house: House, *, stopping: Stopping = _never) -> None:
    """One round over the outbox.

    What goes wrong with one message stops none of the others. It is raised when all had
    their turn; the message stays as it was committed last. Once it is `stopping`
    nothing more is claimed, and what was claimed and not handed over is due again.
    """
    interlocks.look(house)
    now = house.now()
    with house.store.begin() as tx:
        agency.set_sender(tx, last_tick_at=now)
        workers.beat(tx, house.worker, quietline_version(), now)
        workers.forget(tx, now - FORGOTTEN_AFTER)
        expire(tx, house, now)
        doubt_what_died(tx, now)
        doubt_old_prompts(tx, now)
        outbox.make_due(tx, now)
        if brakes.stopped(tx, house):
            brakes.expire_what_came_due(tx, house, now)
    reconcile(house, now)
    wrongs: list[Exception] = []
    _prompt_all(house, stopping, wrongs)
    if house.sender is not None:
        _drain(house, house.sender, stopping, wrongs)
    if wrongs:
        raise wrongs[0]


def recover(house: House, *, alone: bool = False) -> int:
    """What a worker does first when it starts: its earlier self is dead, and if it is
    `alone` so is every other. How many are in doubt now."""
    with house.store.begin() as tx:
        return doubt_what_died(tx, house.now(), worker=house.worker, everybody=alone)


def _drain(
    house: House, sender: MessageSender, stopping: Stopping, wrongs: list[Exception]
) -> None:
    """Claim and hand over until nothing is due that another worker has not got."""
    size = max(1, sender.at_once)
    after: Place | None = None
    while not stopping():
        found, held = _claim_next(house, size, after, wrongs)
        if held:
            said = hand_over_all(house, sender, held, stopping)
            outcomes.record_all(house, said, wrongs)
        if len(found) < size:
            return
        after = Place(found[-1].not_before, found[-1].id)


def _claim_next(
    house: House, size: int, after: Place | None, wrongs: list[Exception]
) -> tuple[Sequence[Message], Sequence[Held]]:
    """Several in one transaction; if one of them breaks it, each in its own."""
    found: list[Message] = []
    try:
        now = house.now()
        with house.store.claiming() as tx:
            found.extend(claims.due(tx, now, limit=size, after=after))
            return found, claim_all(tx, house, found, now)
    except Exception as wrong:
        if not found:
            raise
        if len(found) == 1:
            wrongs.append(wrong)
            return found, ()
    return found, [
        held for each in found for held in _claim_alone(house, each.id, wrongs)
    ]


def _claim_alone(
    house: House, message_id: str, wrongs: list[Exception]
) -> Sequence[Held]:
    now = house.now()
    try:
        with house.store.claiming() as tx:
            return claim_all(tx, house, claims.due(tx, now, only=message_id), now)
    except Exception as wrong:  # noqa: BLE001 - the others must have their turn
        wrongs.append(wrong)
        return ()


def claim_all(
    tx: Tx, house: House, due: Sequence[Message], now: datetime
) -> Sequence[Held]:
    """Those of the due messages that the gate clears, claimed and in `sending`."""
    if not due:
        return ()
    clearances = gate.clear_all(tx, house, due, now, by_hand=False)
    yes = {}
    for message, clearance in zip(due, clearances, strict=True):
        if clearance.cleared is None or clearance.taken_by is None:
            outcomes.not_now(tx, house, message, clearance.decision, now)
        else:
            yes[message.id] = (message, clearance, clearance.cleared)
    until = now + LEASE
    fences = claims.take(tx, list(yes), worker=house.worker, leased_until=until)
    claims.leave(
        tx,
        [
            Departure(
                message.id,
                fences[message.id],
                clearance.decision.reasons,
                clearance.number_blind,
                clearance.phrase_blind,
                cleared.validity,
            )
            for message, clearance, cleared in yes.values()
        ],
        now,
    )
    gate.remember_phrases(tx, ((each[0], each[1]) for each in yes.values()), now)
    since = house.clock.monotonic()
    return [
        Held(message.id, fences[message.id], cleared, taken_by, until, since)
        for message, clearance, cleared in yes.values()
        if (taken_by := clearance.taken_by) is not None
    ]


def hand_over_all(
    house: House, sender: MessageSender, held: Iterable[Held], stopping: Stopping
) -> list[tuple[Held, Handed | None]]:
    """What the provider said of each, None for one that was not even tried."""
    said: list[tuple[Held, Handed | None]] = []
    with ExitStack() as stack:
        glance = stack.enter_context(house.store.glancing())
        for each in held:
            cleared = None if stopping() else _may_go(glance, house, each)
            answer = None if cleared is None else _hand_over(sender, cleared)
            said.append((each, answer))
    return said


def _may_go(glance: Tx, house: House, held: Held) -> Cleared | None:
    """The last look before a call: a worker that was asleep finds its claim gone, and a
    switch thrown a moment ago holds (M10)."""
    now = house.now()
    asleep = house.clock.monotonic() - held.since
    in_lease = now + A_CALL_TAKES <= held.leased_until and (
        timedelta(seconds=asleep) + A_CALL_TAKES <= LEASE
    )
    if not in_lease or interlocks.stopped_here(house):
        return None
    if not claims.may_still_leave(
        glance, held.message_id, worker=house.worker, fence=held.fence
    ):
        return None
    return gate.in_time(held.cleared, held.taken_by, now)


def _hand_over(sender: MessageSender, cleared: Cleared) -> Handed:
    """Hand it over once. A sender that breaks proves nothing (M7)."""
    try:
        return sender.send(cleared)
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it may have been taken
        log.error("sender failed: %s", type(wrong).__name__)  # noqa: TRY400
        return Handed(Answer.UNKNOWN)


# --- By hand -----------------------------------------------------------------


def _prompt_all(house: House, stopping: Stopping, wrongs: list[Exception]) -> None:
    with house.store.reading() as tx:
        waiting = claims.due_by_hand(tx, house.now())
    for message_id in waiting:
        if stopping():
            return
        try:
            prompt(house, message_id, house.now())
        except Exception as wrong:  # noqa: BLE001 - the others must have their turn
            wrongs.append(wrong)


def prompt(house: House, message_id: str, now: datetime) -> None:
    """Assisted: inside the window the message stands on the attention list (P6)."""
    with house.store.claiming() as tx:
        found = claims.due(tx, now, only=message_id, by_hand=True)
        if not found:
            return
        [message] = found
        clearance = gate.clear(tx, house, message, now, by_hand=True)
        if clearance.cleared is None:
            outcomes.not_now(tx, house, message, clearance.decision, now)
            outcomes.close_prompt(tx, message, now)
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
