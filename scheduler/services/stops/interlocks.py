"""What stops everything by itself, asked in the transaction in which something is about
to leave, and at every tick (M10, bar-W5, W10, W11).

A stop that is found here is committed with the answer "no": whoever asks next finds the
switch off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.domain.breaker import BURST_WITHIN, DAY, Lately, broken_by
from scheduler.domain.policy import Policy
from scheduler.domain.stops import Stop
from scheduler.services.house import House
from scheduler.services.stops import brakes
from scheduler.services.stops.clock_watch import MOST_SECONDS
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import agency, departures, machines, migrate
from scheduler.storage.agency import SenderState
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# So many may be on their way out, counted by nobody yet, at other workers: closer than
# this to the breaker's figure one waits for the other.
ON_THEIR_WAY = 2_000


@dataclass(slots=True)
class Watch:
    """What is asked before each of several messages that are about to leave in one
    transaction, read once and then kept."""

    tx: Tx
    house: House
    now: datetime
    policy: Policy
    stopped: bool
    origin: Stop | None
    lately: Lately
    to_each: dict[int, int]

    def before_leaving(self, message: Message, *, by_hand: bool) -> Stop | None:
        """Throw the switch if this message must not leave as things are; what threw
        it. A stop committed before this transaction wins."""
        if self.stopped:
            return None
        found = _clock_jump(self.house) or self.origin
        if found is None and self.house.breaker and not by_hand:
            to_her = self.to_each.get(message.client_id, 0)
            found = broken_by(replace(self.lately, to_her=to_her), self.policy)
        if found is not None:
            throw(self.tx, self.house, found, self.now)
            self.stopped = True
        return found

    def left(self, message: Message) -> None:
        """It leaves: the next one is asked with it counted."""
        already = self.to_each.get(message.client_id, 0)
        self.to_each[message.client_id] = already + 1
        self.lately = replace(
            self.lately, in_five_minutes=self.lately.in_five_minutes + 1
        )


def read_watch(
    tx: Tx, house: House, messages: Sequence[Message], now: datetime
) -> Watch:
    """Read it in the transaction that claims. Near the breaker's figure nobody else
    claims, stops or starts until that ends, so what is counted is right."""
    state = agency.sender(tx)
    policy = agency.policy(tx)
    lately, to_each = _lately(tx, house, messages, policy, state, now)
    if house.breaker and lately.in_five_minutes + ON_THEIR_WAY > policy.breaker_burst:
        state = agency.sender_for_leaving(tx)
        lately, to_each = _lately(tx, house, messages, policy, state, now)
    origin = _origin(tx, house)
    return Watch(tx, house, now, policy, state.stopped, origin, lately, to_each)


def _lately(
    tx: Tx,
    house: House,
    messages: Sequence[Message],
    policy: Policy,
    state: SenderState,
    now: datetime,
) -> tuple[Lately, dict[int, int]]:
    if not house.breaker or state.stopped:
        return Lately(0, 0, 0), {}
    began = state.started_at
    burst_since = now - BURST_WITHIN
    lately = Lately(
        in_five_minutes=departures.left_since(
            tx, max(burst_since, began or burst_since)
        ),
        to_her=0,
        failed=departures.failed_of_last(tx, policy.breaker_failures_of, began),
    )
    ids = {each.client_id for each in messages}
    return lately, departures.left_to_each(tx, now - DAY, ids)


def throw(tx: Tx, house: House, found: Stop, now: datetime) -> None:
    """Stop everything, by the machine itself; written down and told."""
    if found is Stop.MACHINE and house.identity is not None:
        machines.note(tx, house.identity.machine, now)
    brakes.stop_in(tx, house, found.value, now)
    audit.record(tx, now, None, "stopped texts", "sender", "1", reason=found.value)


def look(house: House) -> Stop | None:
    """At every tick, before anything else: the clock, and where this runs.

    What is found is written down even if it was stopped already: whoever starts it
    again is to know.
    """
    now = house.now()
    jumped = _clock_jump(house)
    with house.store.reading() as tx:
        state = agency.sender(tx)
        found = jumped or _behind(house, state, now) or _origin(tx, house)
        if found is None and not migrate.is_current(tx.conn):
            found = Stop.PENDING
    if found is None:
        return None
    with house.store.begin() as tx:
        if not (state.stopped and found.value == state.stopped_why):
            throw(tx, house, found, now)
        if found is Stop.CLOCK_JUMP:
            attention.raise_item(
                tx, house, "clock_jumped", "clock_jumped", now, due_at=now
            )
    if house.clock_watch is not None and jumped is not None:
        house.clock_watch.accept()
    return found


def stopped_here(house: House) -> bool:
    """Whether what this process sees for itself stops everything: the stop file, or a
    clock that has jumped."""
    return brakes.stop_file_there(house) or _clock_jump(house) is not None


def let_in_here(house: House) -> None:
    """The machine on which the agency is founded may send."""
    now = house.now()
    here = house.identity
    if here is None:
        return
    with house.store.begin() as tx:
        machines.note(tx, here.machine, now)
        machines.let_in(tx, now, by=None)


def _clock_jump(house: House) -> Stop | None:
    jumped = house.clock_watch is not None and bool(house.clock_watch.jump())
    return Stop.CLOCK_JUMP if jumped else None


def _behind(house: House, state: SenderState, now: datetime) -> Stop | None:
    """The last tick, of whichever process, is in the future: one of the two clocks was
    set, while nobody compared."""
    if house.clock_watch is None or state.last_tick_at is None:
        return None
    ahead = state.last_tick_at - now > timedelta(seconds=MOST_SECONDS)
    return Stop.CLOCK_JUMP if ahead else None


def _origin(tx: Tx, house: House) -> Stop | None:
    """Only this installation sends, from machines somebody let in (bar-W11)."""
    here = house.identity
    if here is None or (not here.production and not house.sends_for_real):
        return None
    found = brakes.foreign(tx, house)
    known = machines.is_let_in(tx, here.machine)
    return found if found is not None or known else Stop.MACHINE
