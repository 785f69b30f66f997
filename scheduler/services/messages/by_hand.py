"""Contact by a person's hand: asked of the gate, decided, logged with an outcome (M14,
P6). A file that is not hers is not there for any of it (E2–E4).

A press too many does no harm: a number she has in front of her is shown again, and an
outcome said twice is written once (B8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.contact import Request
from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import Outcome
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ChannelKind, Purpose, Voicemail
from scheduler.ports import Cleared
from scheduler.services.files.people import file_for, file_of
from scheduler.services.house import Actor, House
from scheduler.services.messages import gate, in_hand, outcomes
from scheduler.services.messages.gate import Facts
from scheduler.services.traces import audit
from scheduler.storage import interruptions, outbox, people
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile

_S = MessageState


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


# --- An assisted text (P6) -------------------------------------------------------


def take_prompt(house: House, actor: Actor, message_id: str) -> InHand | Decision:
    """Put one assisted message into a worker's hands, if the gate says so now (P6).

    Number and phrase are shown together, and that is in the audit trail (E2). Raises
    NotThere.
    """
    now = house.now()
    with house.store.begin() as tx:
        message = _message(tx, actor, message_id)
        mine = message.prompted_by == actor.id
        if message.state is _S.PROMPTED and not mine:
            return refuse((Reason.WRONG_STATE,))
        if message.state not in (_S.DUE, _S.PROMPTED):
            return refuse((Reason.TOO_LATE,))
        clearance = gate.clear(tx, house, message, now, by_hand=True)
        if clearance.cleared is None:
            if message.state is _S.DUE:
                outcomes.not_now(tx, house, message, clearance.decision, now)
            return clearance.decision
        if message.state is _S.DUE:
            in_hand.put(tx, actor, message, clearance, now)
        _revealed(tx, actor, message.client_id, "assisted_send", now, "phrase")
        return InHand(message.id, clearance.cleared, clearance.decision)


def _message(tx: Tx, actor: Actor, message_id: str) -> Message:
    message = outbox.get(tx, message_id)
    if message is None:
        raise NotThere
    file_of(tx, actor, message.client_id, changing=True)
    return message


# --- A call ----------------------------------------------------------------------


def show_number(
    house: House,
    actor: Actor,
    code: str,
    kind: ChannelKind,
    purpose: Purpose,
) -> Shown | Decision:
    """The number for a step that is on offer, if the gate says SEND now (E2).

    The step's outcome is asked for and logs the call (M14). Raises NotThere.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        known = gate.facts(tx, house, file, now)
        request = Request(kind, purpose, by_hand=True)
        decision = _decided(tx, actor, known, request, now)
        channel = in_hand.first_open(known, request, now)
        if not decision.yes or channel is None:
            return decision
        _revealed(tx, actor, file.id, purpose.value, now)
        return Shown(channel.address, channel.voicemail is Voicemail.NO_CONTENT)


def start_call(
    house: House,
    actor: Actor,
    code: str,
    purpose: Purpose,
    channel_kind: ChannelKind = ChannelKind.VOICE,
) -> InHand | Decision:
    """Ring by hand: the number is shown only if the gate says SEND (E2, M14).

    A call she has begun and not said the outcome of is the same call. Raises NotThere.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        known = gate.facts(tx, house, file, now)
        request = Request(channel_kind, purpose, by_hand=True)
        decision = _decided(tx, actor, known, request, now)
        channel = in_hand.first_open(known, request, now)
        if not decision.yes or channel is None or decision.window is None:
            return decision
        message = _begun(tx, actor, file, request) or in_hand.new_message(
            house,
            file.id,
            channel,
            MessageKind.CALL,
            purpose,
            decision.window,
            now,
        )
        if message.state is _S.PLANNED:
            outbox.insert_message(tx, message)
        clearance = gate.clear(tx, house, message, now, by_hand=True)
        if clearance.cleared is None:
            return clearance.decision
        if message.state is _S.PLANNED:
            in_hand.put(tx, actor, message, clearance, now)
        _revealed(tx, actor, file.id, purpose.value, now)
        return InHand(message.id, clearance.cleared, decision)


def _decided(
    tx: Tx, actor: Actor, known: Facts, request: Request, now: datetime
) -> Decision:
    """The gate's answer, written down for a yes as well."""
    decision = known.decide(request, now)
    outbox.write_decision(
        tx,
        decision,
        at=now,
        asked="by_hand",
        client_id=known.client.id,
        channel=request.kind.value,
        purpose=request.purpose.value,
        asked_by=actor.id,
    )
    return decision


def _begun(tx: Tx, actor: Actor, file: ClientFile, request: Request) -> Message | None:
    """A call of hers whose outcome nobody has said yet."""
    for each in outbox.open_of_client(tx, file.id):
        same = each.channel is request.kind and each.purpose is request.purpose
        hers = each.state is _S.PROMPTED and each.prompted_by == actor.id
        if hers and same and each.kind is MessageKind.CALL:
            return each
    return None


def _revealed(
    tx: Tx, actor: Actor, client_id: int, reason: str, now: datetime, *more: str
) -> None:
    audit.record(
        tx,
        now,
        actor.id,
        "revealed number",
        "client",
        str(client_id),
        fields=("address", *more),
        reason=reason,
    )


# --- How it went -----------------------------------------------------------------


def finish(house: House, actor: Actor, message_id: str, outcome: Outcome) -> Decision:
    """How a contact by hand went (M14). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        message = _message(tx, actor, message_id)
        if message.prompted_by != actor.id:
            return refuse((Reason.WRONG_STATE,))
        if in_hand.said_already(message, outcome):
            return allow()
        if message.state is not _S.PROMPTED:
            return refuse((Reason.WRONG_STATE,))
        in_hand.finish(tx, house, actor, message.id, outcome, now)
    return allow()


# --- Steps of an interruption, in its transaction (F4) -----------------------------


def text_now(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    meaning: Meaning,
    now: datetime,
) -> None:
    """The *rejoin* phrase of a step: by machine at the next tick, or done by hand."""
    request = Request(
        ChannelKind.SMS, Purpose.CALL_BACK, meaning, by_hand=True, counts_daily=False
    )
    number = interruptions.count(tx, session.id)
    message = _of_step(
        tx, house, session, request, MessageKind(meaning.value), number, now
    )
    if message is not None and message.by_hand:
        _done_at_once(tx, house, actor, message, Outcome.DONE, now)


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
    request = Request(ChannelKind.VOICE, purpose, by_hand=True)
    number = len(outbox.of_sessions(tx, [session.id]))
    message = _of_step(tx, house, session, request, MessageKind.CALL, number, now)
    if message is not None:
        _done_at_once(tx, house, actor, message, outcome, now)


def _of_step(
    tx: Tx,
    house: House,
    session: Session,
    request: Request,
    kind: MessageKind,
    ordinal: int,
    now: datetime,
) -> Message | None:
    """The message a step is, written; None if it may not be now."""
    client = people.client_by_id(tx, session.client_ids[0])
    if client is None:
        raise NotThere
    known = gate.facts(tx, house, client, now)
    channel = in_hand.first_open(known, request, now)
    decision = known.decide(request, now)
    if not decision.yes or channel is None or decision.window is None:
        return None
    text = request.kind is ChannelKind.SMS
    message = in_hand.new_message(
        house,
        client.id,
        channel,
        kind,
        request.purpose,
        decision.window,
        now,
        session=session,
        ordinal=ordinal,
        not_after=decision.window.end - known.policy.send_room if text else None,
    )
    outbox.insert_message(tx, message)
    return message


def _done_at_once(
    tx: Tx,
    house: House,
    actor: Actor,
    message: Message,
    outcome: Outcome,
    now: datetime,
) -> None:
    clearance = gate.clear(tx, house, message, now, by_hand=True)
    in_hand.put(tx, actor, message, clearance, now)
    in_hand.finish(tx, house, actor, message.id, outcome, now)
