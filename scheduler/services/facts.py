"""All that decisions about clients rest on, read in one transaction and in a number of
queries that does not grow with the number of clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce

from scheduler.domain.contact import Contacted, Request, Standing, decide
from scheduler.domain.decision import Decision, stricter
from scheduler.domain.plan import ContactPlan
from scheduler.domain.policy import Policy
from scheduler.services.house import House
from scheduler.services.stops.brakes import (
    is_refused,
    is_stopped,
    provider_refuses,
    stopped,
)
from scheduler.services.stops.going_live import has_sender
from scheduler.storage import agency, claims, outbox, plans
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

# The caps look back over seven local days, which begin at most this long ago.
CAPS_REACH = timedelta(days=9)

NUMBER = "number"

# By the key of a channel, the blind indexes of the numbers it goes to. Two plans in
# force may name two for one channel: what holds for either holds for it (P10).
Numbers = Mapping[str, frozenset[bytes]]


@dataclass(frozen=True, slots=True)
class Facts:
    """All a decision about a client rests on, read in one transaction."""

    client: ClientFile
    plans: tuple[ContactPlan, ...]
    standing: Standing
    policy: Policy

    @property
    def plan(self) -> ContactPlan:
        """The current plan; a conflicting one only makes the answer stricter (P10)."""
        return self.plans[0]

    def decide(self, request: Request, now: datetime) -> Decision:
        """The answer of every plan in force, the strictest of them (P10)."""
        return reduce(
            stricter,
            (
                decide(each, request, self.standing, self.policy, now)
                for each in self.plans
            ),
        )


@dataclass(slots=True)
class Ledger:
    """What is true of several clients now. `count` keeps it so while one message after
    another is cleared in the same transaction."""

    policy: Policy
    files: Mapping[int, ClientFile]
    plans: Mapping[int, tuple[ContactPlan, ...]]
    numbers: Mapping[int, Numbers]
    blocked: frozenset[bytes]
    clock_verified: bool
    has_sender: bool
    stopped: bool = False
    provider_refuses: bool = False
    to_client: dict[int, tuple[Contacted, ...]] = field(default_factory=dict)
    to_number: dict[bytes, tuple[Contacted, ...]] = field(default_factory=dict)

    def facts(self, client_id: int) -> Facts:
        """What a decision about this client rests on."""
        return Facts(
            self.files[client_id],
            self.plans[client_id],
            self.standing(client_id),
            self.policy,
        )

    def standing(self, client_id: int) -> Standing:
        """What is true beside her plans."""
        numbers = self.numbers[client_id]
        return Standing(
            suspended=self.files[client_id].suspended_at is not None,
            closed=self.files[client_id].closed,
            paused=self.stopped and not self.provider_refuses,
            texts_paused=self.provider_refuses,
            clock_verified=self.clock_verified,
            texts_have_sender=self.has_sender,
            blocked=frozenset(
                key for key, found in numbers.items() if found & self.blocked
            ),
            to_client=self.to_client.get(client_id, ()),
            to_number={
                key: tuple(
                    one for blind in sorted(found) for one in self._sent_to(blind)
                )
                for key, found in numbers.items()
            },
        )

    def look_at_switch(self, tx: Tx, house: House) -> None:
        """Everything was stopped while one after another was decided (M10)."""
        self.stopped = stopped(tx, house)
        self.provider_refuses = provider_refuses(tx, house)

    def _sent_to(self, blind: bytes) -> tuple[Contacted, ...]:
        return self.to_number.get(blind, ())

    def count(self, client_id: int, blind: bytes, contacted: Contacted) -> None:
        """One more has left, for the caps (M4)."""
        before = self.to_client.get(client_id, ())
        self.to_client[client_id] = (*before, contacted)
        self.to_number[blind] = (*self._sent_to(blind), contacted)


def facts(tx: Tx, house: House, client: ClientFile, now: datetime) -> Facts:
    """Read what is true of a client now."""
    return read_ledger(tx, house, (client,), now).facts(client.id)


def standing_for(
    tx: Tx,
    house: House,
    client: ClientFile,
    in_force: Sequence[ContactPlan],
    now: datetime,
) -> Standing:
    """What is true beside these plans, which need not be saved yet."""
    ledger = _ledger(tx, house, (client,), {client.id: tuple(in_force)}, now)
    return ledger.standing(client.id)


def read_ledger(
    tx: Tx,
    house: House,
    clients: Iterable[ClientFile],
    now: datetime,
    *,
    caps: bool = True,
    policy: Policy | None = None,
) -> Ledger:
    """Read what is true of these clients now. Beside other workers it keeps them, and
    the numbers in their plans, from the others until the transaction ends.

    Without `caps` what has left already is not read, for whoever asks only about hours;
    a `policy` that is known already is not read again.
    """
    files = tuple(clients)
    saved = plans.current_many(tx, [each.id for each in files])
    in_force = {each.id: _with_shared_words(saved[each.id]) for each in files}
    return _ledger(tx, house, files, in_force, now, caps=caps, policy=policy)


def _ledger(
    tx: Tx,
    house: House,
    files: Sequence[ClientFile],
    in_force: Mapping[int, tuple[ContactPlan, ...]],
    now: datetime,
    *,
    caps: bool = True,
    policy: Policy | None = None,
) -> Ledger:
    numbers = {each.id: _numbers(tx, in_force[each.id]) for each in files}
    blinds = frozenset(
        blind
        for channels in numbers.values()
        for found in channels.values()
        for blind in found
    )
    # From here on nobody else counts against these caps: read after that, not before.
    claims.hold(tx, numbers, blinds)
    to_client, to_number = outbox.counted(
        tx,
        now - CAPS_REACH,
        client_ids=numbers if caps else (),
        number_blinds=blinds if caps else (),
    )
    state, blocked = agency.sender_and_blocked(tx, sorted(blinds))
    return Ledger(
        policy=policy or agency.policy(tx),
        files={each.id: each for each in files},
        plans=in_force,
        numbers=numbers,
        blocked=blocked,
        clock_verified=state.clock_right,
        has_sender=has_sender(tx, house),
        stopped=is_stopped(state, house),
        provider_refuses=is_refused(state, house),
        to_client=to_client,
        to_number=to_number,
    )


def _numbers(tx: Tx, in_force: Sequence[ContactPlan]) -> Numbers:
    found: dict[str, frozenset[bytes]] = {}
    for plan in in_force:
        for channel in plan.channels:
            if channel.address:
                blind = tx.vault.index(NUMBER, channel.address)
                found[channel.key] = found.get(channel.key, frozenset()) | {blind}
    return found


def _with_shared_words(in_force: tuple[ContactPlan, ...]) -> tuple[ContactPlan, ...]:
    """Of two plans in force only the phrases that both hold may leave (P10)."""
    if len(in_force) == 1:
        return in_force
    shared = frozenset.intersection(*(frozenset(each.phrases) for each in in_force))
    return tuple(
        replace(each, phrases=tuple(one for one in each.phrases if one in shared))
        for each in in_force
    )
