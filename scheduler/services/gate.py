"""The only door out. Everything that reaches a client is decided here, twice, on the
newest data, and written down with its reasons (M3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce

from scheduler.domain.booking import RUNNING, SessionState
from scheduler.domain.contact import Request, Standing, decide
from scheduler.domain.decision import Decision, stricter
from scheduler.domain.errors import NotThere
from scheduler.domain.messages import MessageKind
from scheduler.domain.phrases import Meaning, pick
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, Purpose
from scheduler.domain.policy import Policy
from scheduler.ports import Cleared
from scheduler.services import interlocks
from scheduler.services.brakes import provider_refuses, stopped
from scheduler.services.going_live import has_sender
from scheduler.services.house import Actor, House
from scheduler.storage import agency, bookings, outbox, people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile

# The caps look back over seven local days, which begin at most this long ago.
CAPS_REACH = timedelta(days=9)

NUMBER = "number"
PHRASE = "phrase"


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


def facts(tx: Tx, house: House, client: ClientFile, now: datetime) -> Facts:
    """Read what is true of a client now."""
    in_force = _with_shared_words(plans.current(tx, client.id))
    return Facts(
        client=client,
        plans=in_force,
        standing=standing_for(tx, house, client, in_force, now),
        policy=agency.policy(tx),
    )


def _with_shared_words(in_force: tuple[ContactPlan, ...]) -> tuple[ContactPlan, ...]:
    """Of two plans in force only the phrases that both hold may leave (P10)."""
    if len(in_force) == 1:
        return in_force
    shared = frozenset.intersection(*(frozenset(each.phrases) for each in in_force))
    return tuple(
        replace(each, phrases=tuple(one for one in each.phrases if one in shared))
        for each in in_force
    )


def standing_for(
    tx: Tx,
    house: House,
    client: ClientFile,
    in_force: Sequence[ContactPlan],
    now: datetime,
) -> Standing:
    """What is true beside these plans, which need not be saved yet.

    Two plans in force may name two numbers for one channel: what holds for either holds
    for it (P10).
    """
    blinds: dict[str, set[bytes]] = {}
    for plan in in_force:
        for channel in plan.channels:
            if channel.address:
                blind = tx.vault.index(NUMBER, channel.address)
                blinds.setdefault(channel.key, set()).add(blind)
    numbers = sorted(set().union(*blinds.values()))
    to_client, to_number = outbox.counted(
        tx, now - CAPS_REACH, client_id=client.id, number_blinds=numbers
    )
    blocked = people.blocked_among(tx, numbers)
    return Standing(
        suspended=client.suspended_at is not None,
        paused=stopped(tx, house) and not provider_refuses(tx, house),
        texts_paused=provider_refuses(tx, house),
        clock_verified=agency.sender(tx).clock_right,
        texts_have_sender=has_sender(tx, house),
        blocked=frozenset(key for key, found in blinds.items() if found & blocked),
        to_client=to_client,
        to_number={
            key: tuple(
                one for blind in sorted(found) for one in to_number.get(blind, ())
            )
            for key, found in blinds.items()
        },
    )


def ask(
    house: House,
    code: str,
    kind: ChannelKind,
    purpose: Purpose,
    *,
    by_hand: bool = False,
    asked_by: Actor | None = None,
) -> Decision:
    """May this client be contacted so, now? Written down. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        client = people.client_by_code(tx, code)
        if client is None:
            raise NotThere
        request = Request(kind, purpose, by_hand=by_hand)
        taken = facts(tx, house, client, now).decide(request, now)
        outbox.write_decision(
            tx,
            taken,
            at=now,
            asked="question",
            client_id=client.id,
            channel=kind.value,
            purpose=purpose.value,
            asked_by=asked_by.id if asked_by else None,
        )
    return taken


@dataclass(frozen=True, slots=True)
class Clearance:
    """The gate's answer for one message in the minute it would leave.

    With a yes, `cleared` is what a sender takes, or what a person dials and types.
    """

    decision: Decision
    cleared: Cleared | None = None
    number_blind: bytes | None = None
    phrase_blind: bytes | None = None


def clear(
    tx: Tx, house: House, message: Message, now: datetime, *, by_hand: bool
) -> Clearance:
    """Decide on a message on the newest data (M3), inside the claiming transaction.

    What must stop everything is asked first, so that it is part of the answer.
    """
    interlocks.before_leaving(tx, house, message, now, by_hand=by_hand)
    known, request = _question(tx, house, message, now, by_hand=by_hand)
    decision = known.decide(request, now)
    _write(tx, message, decision, now)
    channel = known.plan.channel(message.channel_key)
    if not decision.yes or channel is None:
        return Clearance(decision)
    return _cleared(tx, house, message, known, channel, request.meaning, decision, now)


def look_again(tx: Tx, house: House, message: Message, now: datetime) -> Decision:
    """The answer for a message the provider did not take. Only a new no is written:
    the yes that sent it stands, and the next claim asks anew (M7)."""
    known, request = _question(tx, house, message, now, by_hand=False)
    decision = known.decide(request, now)
    if not decision.yes:
        _write(tx, message, decision, now)
    return decision


def _question(
    tx: Tx, house: House, message: Message, now: datetime, *, by_hand: bool
) -> tuple[Facts, Request]:
    client = people.client_by_id(tx, message.client_id)
    if client is None:
        raise NotThere
    request = Request(
        message.channel,
        message.purpose,
        _meaning(message.kind),
        by_hand=by_hand,
        counts_daily=message.counts_daily,
        session_changed=_session_changed(tx, message),
        not_after=message.not_after,
        channel_key=message.channel_key,
    )
    return facts(tx, house, client, now), request


def _meaning(kind: MessageKind) -> Meaning | None:
    return None if kind is MessageKind.CALL else Meaning(kind.value)


def _session_changed(tx: Tx, message: Message) -> bool:
    if message.session_id is None:
        return False
    session = bookings.get(tx, message.session_id)
    if session is None or session.version != message.session_version:
        return True
    expected = {
        MessageKind.REMINDER: frozenset({SessionState.BOOKED}),
        MessageKind.CHANGED: frozenset({SessionState.BOOKED}),
        MessageKind.CANCELLED: frozenset({SessionState.CANCELLED}),
        MessageKind.REJOIN: RUNNING,
        MessageKind.CALL_US: frozenset(SessionState),
        MessageKind.CALL: frozenset(SessionState),
    }
    return session.state not in expected[message.kind]


def _write(tx: Tx, message: Message, decision: Decision, now: datetime) -> None:
    # A message that is held is asked every tick; only a new answer is a new row.
    if not decision.yes and decision.reasons == message.reasons:
        return
    outbox.write_decision(
        tx,
        decision,
        at=now,
        asked="claim",
        client_id=message.client_id,
        session_id=message.session_id,
        message_id=message.id,
        kind=message.kind.value,
        ordinal=message.ordinal,
        channel=message.channel.value,
        purpose=message.purpose.value,
    )


def _cleared(
    tx: Tx,
    house: House,
    message: Message,
    known: Facts,
    channel: Channel,
    meaning: Meaning | None,
    decision: Decision,
    now: datetime,
) -> Clearance:
    window_end = decision.window.end if decision.window else message.window_end
    body, phrase_blind = _phrase(tx, house, message, known, meaning)
    return Clearance(
        decision,
        Cleared(
            reference=message.reference,
            to=channel.address,
            body=body,
            validity=validity(window_end, known.policy, now),
        ),
        number_blind=tx.vault.index(NUMBER, channel.address),
        phrase_blind=phrase_blind,
    )


def validity(window_end: datetime, policy: Policy, now: datetime) -> int:
    """Seconds after which the provider drops the message (M6)."""
    left = int((window_end - policy.margin - now) / timedelta(seconds=1))
    return max(60, min(policy.validity_seconds, left))


def _phrase(
    tx: Tx, house: House, message: Message, known: Facts, meaning: Meaning | None
) -> tuple[str, bytes | None]:
    if meaning is None:
        return "", None
    last = plans.last_phrase(tx, known.client.id, meaning)
    blinds = {
        each.text: tx.vault.index(PHRASE, each.text)
        for each in known.plan.phrases_for(meaning)
    }
    texts = list(blinds)
    # Chosen before, in somebody's hands or not taken by the provider: the same again.
    before = outbox.phrase_blind(tx, message.id)
    if before is not None and before in blinds.values():
        return next(text for text in texts if blinds[text] == before), before
    used = next((text for text in texts if blinds[text] == last), None)
    chosen = pick(texts, used, house.tokens.below(max(1, len(texts))))
    if chosen is None:
        # The decision said SEND, so there is a phrase; without one nothing leaves.
        raise NotThere
    return chosen, blinds[chosen]


def remember_phrase(
    tx: Tx, message: Message, clearance: Clearance, now: datetime
) -> None:
    """The phrase that leaves now is not used again next (W1)."""
    if clearance.phrase_blind is not None:
        plans.set_last_phrase(
            tx,
            message.client_id,
            Meaning(message.kind.value),
            clearance.phrase_blind,
            now,
        )
