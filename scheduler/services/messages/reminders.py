"""What a session implies, written with it and taken back with it (M1, M2, M12, M13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.booking import SessionState
from scheduler.domain.contact import PURPOSE_OF, Request, Standing, decide
from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ChannelKind
from scheduler.domain.policy import Policy
from scheduler.domain.reminders import (
    Intention,
    foresee,
    plan_notice,
    plan_reminder,
)
from scheduler.services.house import House
from scheduler.services.messages.gate import Facts, facts
from scheduler.services.watching import attention
from scheduler.storage import bookings, outbox, people, told_together
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message


def planned_for(
    tx: Tx, house: House, known: Facts, session: Session, now: datetime
) -> list[tuple[int, Intention | Decision]]:
    """What a session implies for one client: (ordinal, intention or why not), with its
    minute drawn."""
    return [
        (
            ordinal,
            plan_reminder(
                known.plan,
                known.standing,
                known.policy,
                session_start=session.time.start,
                ordinal=ordinal,
                shift=_shift(house, session, known.policy),
                now=now,
                draw=house.tokens.below,
            ),
        )
        for ordinal in _ordinals(tx, known, session)
    ]


def foreseen_for(
    tx: Tx, known: Facts, session: Session, now: datetime
) -> list[tuple[int, Intention | Decision]]:
    """The same before it is drawn: the whole range in which each may leave."""
    spread = _spread(session, known.policy)
    return [
        (
            ordinal,
            foresee(
                known.plan,
                known.standing,
                known.policy,
                session_start=session.time.start,
                ordinal=ordinal,
                spread=spread,
                now=now,
            ),
        )
        for ordinal in _ordinals(tx, known, session)
    ]


def _ordinals(tx: Tx, known: Facts, session: Session) -> list[int]:
    """What left or may have left for this version is not planned again (M2)."""
    left = outbox.left_already(tx, session.id, session.version)
    kind = MessageKind.REMINDER.value
    return [
        ordinal
        for ordinal in range(len(known.policy.reminder_hours))
        if (known.client.id, kind, ordinal) not in left
    ]


def _spread(session: Session, policy: Policy) -> timedelta:
    """A series would form a pattern, so each occurrence draws its own target (M1)."""
    hours = 0 if session.series_id is None else policy.target_spread_hours
    return timedelta(hours=hours)


def _shift(house: House, session: Session, policy: Policy) -> timedelta:
    minutes = int(_spread(session, policy) / timedelta(minutes=1))
    if not minutes:
        return timedelta(0)
    return timedelta(minutes=house.tokens.below(2 * minutes + 1) - minutes)


def plan_for_session(
    tx: Tx,
    house: House,
    session: Session,
    now: datetime,
    read: Iterable[Facts] = (),
) -> None:
    """Write the reminders a booked session implies, or why there are none (M1). `read`
    are facts of its clients that were read in this transaction already."""
    if session.state is not SessionState.BOOKED:
        return
    at_hand = {each.client.id: each for each in read}
    for client_id in session.client_ids:
        known = at_hand.get(client_id) or _facts_of(tx, house, client_id, now)
        if known is None:
            continue
        for ordinal, answer in planned_for(tx, house, known, session, now):
            _write(tx, house, session, client_id, ordinal, answer, now)


def _facts_of(tx: Tx, house: House, client_id: int, now: datetime) -> Facts | None:
    client = people.client_by_id(tx, client_id)
    return None if client is None else facts(tx, house, client, now)


def _write(
    tx: Tx,
    house: House,
    session: Session,
    client_id: int,
    ordinal: int,
    answer: Intention | Decision,
    now: datetime,
    meaning: Meaning = Meaning.REMINDER,
) -> str:
    """The id of the message, or empty when there is none but a decision."""
    if isinstance(answer, Intention):
        message = intention(house, session, client_id, answer, now, attempt=1)
        outbox.insert_message(tx, message)
        return message.id
    outbox.write_decision(
        tx,
        answer,
        at=now,
        asked="plan",
        client_id=client_id,
        session_id=session.id,
        kind=meaning.value,
        ordinal=ordinal,
        channel=ChannelKind.SMS.value,
        purpose=PURPOSE_OF[meaning].value,
    )
    return ""


def intention(
    house: House,
    session: Session,
    client_id: int,
    planned: Intention,
    now: datetime,
    *,
    attempt: int,
) -> Message:
    """A row for the outbox from what was planned (M2)."""
    return Message(
        id=house.tokens.uuid(),
        kind=MessageKind(planned.meaning.value),
        state=MessageState.PLANNED,
        session_id=session.id,
        session_version=session.version,
        client_id=client_id,
        ordinal=planned.ordinal,
        attempt=attempt,
        purpose=PURPOSE_OF[planned.meaning],
        channel=ChannelKind.SMS,
        channel_key=planned.channel_key,
        by_hand=planned.by_hand,
        counts_daily=planned.meaning is not Meaning.REJOIN,
        not_before=planned.not_before,
        not_after=planned.not_after,
        window_end=planned.window_end,
        earliest=planned.earliest,
        latest=planned.latest,
        planned_at=now,
        reference=house.tokens.token(),
    )


@dataclass(frozen=True, slots=True)
class Untold:
    """A session as the agency left it; she can be told until `before`, the earlier of
    the old and the new start (M13)."""

    session: Session
    before: datetime


def tell_of_change(
    tx: Tx,
    house: House,
    session: Session,
    meaning: Meaning,
    before: datetime,
    now: datetime,
) -> None:
    """The agency moved or cancelled: one message, as soon as allowed, or B6 (M13)."""
    tell_of_changes(tx, house, [Untold(session, before)], meaning, now)


def tell_of_changes(
    tx: Tx, house: House, untold: Sequence[Untold], meaning: Meaning, now: datetime
) -> None:
    """The same for several at once: the first text that can be planned tells of those
    after it too, and for those before it somebody must be there (M13, B6)."""
    in_time = sorted(untold, key=lambda each: each.before)
    clients = {one: None for each in in_time for one in each.session.client_ids}
    for client_id in clients:
        client = people.client_by_id(tx, client_id)
        if client is not None:
            known = facts(tx, house, client, now)
            hers = [each for each in in_time if client_id in each.session.client_ids]
            _tell_once(tx, house, known, hers, meaning, now)


def _tell_once(
    tx: Tx,
    house: House,
    known: Facts,
    untold: Sequence[Untold],
    meaning: Meaning,
    now: datetime,
) -> None:
    client_id, told_by = known.client.id, ""
    for each in untold:
        if told_by:
            told_together.add(tx, told_by, each.session.id)
            continue
        answer = plan_notice(
            known.plan,
            known.standing,
            known.policy,
            meaning=meaning,
            before=each.before,
            now=now,
            draw=house.tokens.below,
        )
        told_by = _write(tx, house, each.session, client_id, 0, answer, now, meaning)
        if not told_by:
            attention.somebody_there(
                tx, house, each.session.id, client_id, now, each.before
            )


def void(
    tx: Tx,
    house: House,
    messages: Iterable[Message],
    reasons: Iterable[Reason],
    now: datetime,
) -> int:
    """Void open intentions in the transaction of what voids them (M12); how many.

    What was past its last instant already, while nobody looked, has expired (M5).
    """
    why = tuple(reasons)
    count = 0
    for message in messages:
        in_hand = message.state is MessageState.PROMPTED
        late = message.not_after < now and not in_hand
        after = MessageState.EXPIRED if late else MessageState.CANCELLED
        said = (Reason.TOO_LATE,) if late else why
        # `claimed` and `prompted` are open too: what is not with the provider, or
        # typed by a person, can be taken back.
        if outbox.move(tx, message.id, message.state, after, reasons=said):
            count += 1
            attention.settle(
                tx, now, by=None, choice="closed", matter=f"assisted:{message.id}"
            )
            if Reason.SESSION_CHANGED not in said:
                attention.not_told(tx, house, message, now)
            else:
                attention.others_not_told(tx, house, message, now)
    return count


def replan(tx: Tx, house: House, client_id: int, now: datetime) -> None:
    """Plan the reminders of sessions to come anew (P8); what is still right stays.

    What left or may have left is never planned again (M2).
    """
    client = people.client_by_id(tx, client_id)
    if client is None:
        return
    known = facts(tx, house, client, now)
    for session in bookings.of_clients(tx, [client_id], now, booked_only=True):
        for message in outbox.open_of_session(tx, session.id):
            mine = message.client_id == client_id
            a_reminder = message.kind is MessageKind.REMINDER
            if mine and a_reminder and not still_right(known, message, now):
                void(tx, house, [message], (Reason.SESSION_CHANGED,), now)
        if session.time.start > now:
            for ordinal, answer in planned_for(tx, house, known, session, now):
                _write(tx, house, session, client_id, ordinal, answer, now)


def still_right(known: Facts, message: Message, now: datetime) -> bool:
    """Whether it could leave as planned under the plan as it is now, caps aside.

    What is in a worker's hands stays with her; what is due stays if it may still go
    before its last instant, since its target has passed and it is not planned again.
    """
    if message.state is MessageState.PROMPTED:
        return True
    unhindered = Standing(
        suspended=known.standing.suspended, blocked=known.standing.blocked
    )
    asked = Request(
        message.channel,
        message.purpose,
        Meaning(message.kind.value),
        by_hand=message.by_hand,
        not_after=message.not_after,
        channel_key=message.channel_key,
    )
    moment = max(message.not_before, now)
    answer = decide(known.plan, asked, unhindered, known.policy, moment)
    if answer.window is None or answer.window.end != message.window_end:
        return False
    due = message.state is MessageState.DUE
    return answer.yes or (due and answer.verdict is Verdict.HOLD)
