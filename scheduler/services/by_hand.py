"""Contact by a person's hand is a message like any other: asked of the gate, decided,
logged with an outcome, with the same effects as by machine (M14, P6)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scheduler.domain.contact import Request, candidates
from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import Outcome
from scheduler.domain.intervals import Interval
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Channel, ChannelKind, Mode, Purpose, Voicemail
from scheduler.ports import Cleared
from scheduler.services import attention, audit, delivery, gate, numbers, standing
from scheduler.services.gate import Clearance, Facts
from scheduler.services.house import Actor, House
from scheduler.storage import interruptions, outbox, people
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

_S = MessageState

# One worker has a prompt for this long; then it goes back (M11).
PROMPT_FOR = timedelta(minutes=10)

# What each outcome makes of a message that was in somebody's hands.
_ENDS = {
    Outcome.DONE: _S.SENT_BY_HAND,
    Outcome.ANSWERED: _S.SENT_BY_HAND,
    Outcome.NO_ANSWER: _S.SENT_BY_HAND,
    Outcome.REJOINED: _S.SENT_BY_HAND,
    Outcome.SOMEONE_ELSE: _S.SENT_BY_HAND,
    Outcome.STOP: _S.SENT_BY_HAND,
    Outcome.OTHER_REPLY: _S.SENT_BY_HAND,
    Outcome.NOT_DONE: _S.NOT_SENT,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A number for one call, and whether a word without content may be left."""

    number: str = field(repr=False)
    voicemail: bool


@dataclass(frozen=True, slots=True)
class InHand:
    """What a worker needs in front of her: number and words together (P6)."""

    message_id: str
    cleared: Cleared
    decision: Decision


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


def text_now(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    meaning: Meaning,
    now: datetime,
) -> None:
    """The *rejoin* phrase of a step: by machine at the next tick, or done by hand."""
    client = people.client_by_id(tx, session.client_ids[0])
    if client is None:
        raise NotThere
    known = gate.facts(tx, house, client, now)
    request = Request(
        ChannelKind.SMS, Purpose.CALL_BACK, meaning, by_hand=True, counts_daily=False
    )
    decision = known.decide(request, now)
    channel = _first_open(known, request, now)
    if not decision.yes or channel is None or decision.window is None:
        return
    message = new_message(
        house,
        client.id,
        channel,
        MessageKind(meaning.value),
        Purpose.CALL_BACK,
        decision.window,
        now,
        session=session,
        ordinal=interruptions.count(tx, session.id),
        not_after=decision.window.end - known.policy.send_room,
    )
    outbox.insert_message(tx, message)
    if message.by_hand:
        clearance = gate.clear(tx, house, message, now, by_hand=True)
        _into_hand(tx, actor, message, clearance, now)
        finish_in(tx, house, actor, message.id, Outcome.DONE, now)


def _first_open(known: Facts, request: Request, now: datetime) -> Channel | None:
    for channel in candidates(known.plan, request):
        if known.decide(replace(request, channel_key=channel.key), now).yes:
            return channel
    return None


def call_was_made(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    purpose: Purpose,
    outcome: Outcome,
    now: datetime,
) -> None:
    """A call of a step, logged as the message it is (M14)."""
    client = people.client_by_id(tx, session.client_ids[0])
    if client is None:
        raise NotThere
    known = gate.facts(tx, house, client, now)
    request = Request(ChannelKind.VOICE, purpose, by_hand=True)
    channel = _first_open(known, request, now)
    decision = known.decide(request, now)
    if channel is None or decision.window is None:
        return
    message = new_message(
        house,
        client.id,
        channel,
        MessageKind.CALL,
        purpose,
        decision.window,
        now,
        session=session,
        ordinal=len(outbox.of_sessions(tx, [session.id])),
    )
    outbox.insert_message(tx, message)
    clearance = gate.clear(tx, house, message, now, by_hand=True)
    _into_hand(tx, actor, message, clearance, now)
    finish_in(tx, house, actor, message.id, outcome, now)


def _into_hand(
    tx: Tx, actor: Actor, message: Message, clearance: Clearance, now: datetime
) -> None:
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


def take_prompt(house: House, actor: Actor, message_id: str) -> InHand | Decision:
    """Put one assisted message into a worker's hands, if the gate says so now (P6).

    Number and phrase are shown together, and that is in the audit trail (E2).
    """
    now = house.now()
    with house.store.begin() as tx:
        message = outbox.get(tx, message_id)
        if message is None:
            raise NotThere
        mine = message.prompted_by == actor.id
        if message.state is _S.PROMPTED and not mine:
            return refuse((Reason.WRONG_STATE,))
        if message.state not in (_S.DUE, _S.PROMPTED):
            return refuse((Reason.TOO_LATE,))
        clearance = gate.clear(tx, house, message, now, by_hand=True)
        if clearance.cleared is None:
            if message.state is _S.DUE:
                delivery.not_now(tx, house, message, clearance.decision, now)
            return clearance.decision
        if message.state is _S.DUE:
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
        audit.record(
            tx,
            now,
            actor.id,
            "revealed number",
            "client",
            str(message.client_id),
            fields=("address", "phrase"),
            reason="assisted_send",
        )
        return InHand(message.id, clearance.cleared, clearance.decision)


def show_number(
    house: House,
    actor: Actor,
    code: str,
    kind: ChannelKind,
    purpose: Purpose,
) -> Shown | Decision:
    """The number for a step that is on offer, if the gate says SEND now (E2).

    The step's outcome is asked for and logs the call (M14).
    """
    now = house.now()
    with house.store.begin() as tx:
        client = people.client_by_code(tx, code)
        if client is None:
            raise NotThere
        known = gate.facts(tx, house, client, now)
        request = Request(kind, purpose, by_hand=True)
        decision = known.decide(request, now)
        outbox.write_decision(
            tx,
            decision,
            at=now,
            asked="by_hand",
            client_id=client.id,
            channel=kind.value,
            purpose=purpose.value,
            asked_by=actor.id,
        )
        channel = _first_open(known, request, now)
        if not decision.yes or channel is None:
            return decision
        audit.record(
            tx,
            now,
            actor.id,
            "revealed number",
            "client",
            str(client.id),
            fields=("address",),
            reason=purpose.value,
        )
        return Shown(channel.address, channel.voicemail is Voicemail.NO_CONTENT)


def start_call(
    house: House,
    actor: Actor,
    code: str,
    purpose: Purpose,
    channel_kind: ChannelKind = ChannelKind.VOICE,
) -> InHand | Decision:
    """Ring by hand: the number is shown only if the gate says SEND (E2, M14)."""
    now = house.now()
    with house.store.begin() as tx:
        client = people.client_by_code(tx, code)
        if client is None:
            raise NotThere
        known = gate.facts(tx, house, client, now)
        request = Request(channel_kind, purpose, by_hand=True)
        decision = known.decide(request, now)
        outbox.write_decision(
            tx,
            decision,
            at=now,
            asked="by_hand",
            client_id=client.id,
            channel=channel_kind.value,
            purpose=purpose.value,
            asked_by=actor.id,
        )
        channel = _first_open(known, request, now)
        if not decision.yes or channel is None or decision.window is None:
            return decision
        message = new_message(
            house,
            client.id,
            channel,
            MessageKind.CALL,
            purpose,
            decision.window,
            now,
        )
        outbox.insert_message(tx, message)
        clearance = gate.clear(tx, house, message, now, by_hand=True)
        if clearance.cleared is None:
            return clearance.decision
        _into_hand(tx, actor, message, clearance, now)
        audit.record(
            tx,
            now,
            actor.id,
            "revealed number",
            "client",
            str(client.id),
            fields=("address",),
            reason=purpose.value,
        )
        return InHand(message.id, clearance.cleared, decision)


def finish(house: House, actor: Actor, message_id: str, outcome: Outcome) -> Decision:
    """How a contact by hand went (M14)."""
    now = house.now()
    with house.store.begin() as tx:
        message = outbox.get(tx, message_id)
        if message is None:
            raise NotThere
        if message.state is not _S.PROMPTED or message.prompted_by != actor.id:
            return refuse((Reason.WRONG_STATE,))
        finish_in(tx, house, actor, message_id, outcome, now)
    return allow()


def finish_in(
    tx: Tx, house: House, actor: Actor, message_id: str, outcome: Outcome, now: datetime
) -> None:
    """The same inside a transaction, with the effects of the outcome."""
    message = outbox.get(tx, message_id)
    if message is None:
        raise NotThere
    left = _ENDS[outcome] is _S.SENT_BY_HAND
    outbox.move(
        tx,
        message.id,
        _S.PROMPTED,
        _ENDS[outcome],
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
