"""The only door out. Everything that reaches a client is decided here, twice, on the
newest data, and written down with its reasons (M3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.booking import RUNNING, SessionState
from scheduler.domain.contact import Contacted, Request
from scheduler.domain.decision import Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.messages import MessageKind
from scheduler.domain.phrases import Meaning, pick
from scheduler.domain.plan import Channel, ChannelKind, Purpose
from scheduler.domain.policy import Policy
from scheduler.ports import Cleared
from scheduler.services.facts import (
    NUMBER,
    Facts,
    Ledger,
    facts,
    read_ledger,
    standing_for,
)
from scheduler.services.house import Actor, House
from scheduler.services.stops import interlocks
from scheduler.storage import bookings, outbox, people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# What others ask the gate for along with its answers.
__all__ = [
    "NUMBER",
    "PHRASE",
    "Clearance",
    "Facts",
    "ask",
    "clear",
    "clear_all",
    "facts",
    "in_time",
    "look_again",
    "remember_phrase",
    "remember_phrases",
    "standing_for",
    "validity",
]

# The least a provider is given to pass a message on, in seconds (M6, T7).
LEAST_VALIDITY = 60

PHRASE = "phrase"


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

    With a yes, `cleared` is what a sender takes, or what a person dials and types, and
    the provider is to have passed it on `taken_by` then (M6).
    """

    decision: Decision
    cleared: Cleared | None = None
    number_blind: bytes | None = None
    phrase_blind: bytes | None = None
    taken_by: datetime | None = None


def clear(
    tx: Tx, house: House, message: Message, now: datetime, *, by_hand: bool
) -> Clearance:
    """Decide on a message on the newest data (M3), inside the claiming transaction.

    What must stop everything is asked first, so that it is part of the answer.
    """
    [clearance] = clear_all(tx, house, (message,), now, by_hand=by_hand)
    return clearance


def clear_all(
    tx: Tx,
    house: House,
    messages: Sequence[Message],
    now: datetime,
    *,
    by_hand: bool,
) -> list[Clearance]:
    """The same for several in their order, each decided as if those before it had left
    already; in a number of queries that does not grow with theirs."""
    asked = _read_questions(tx, house, messages, now, by_hand=by_hand)
    watch = interlocks.read_watch(tx, house, messages, now)
    if watch.stopped:
        asked.ledger.look_at_switch(tx, house)
    rows: list[dict[str, object]] = []
    clearances = []
    for message in messages:
        if watch.before_leaving(message, by_hand=by_hand) is not None:
            asked.ledger.look_at_switch(tx, house)
        clearance = _clear(tx, house, message, asked, now)
        # A message that is held is asked every tick; only a new answer is a new row.
        if clearance.decision.yes or clearance.decision.reasons != message.reasons:
            rows.append(_row(message, clearance.decision, now))
        if clearance.number_blind is not None:
            contacted = Contacted(now, message.counts_daily)
            asked.ledger.count(message.client_id, clearance.number_blind, contacted)
            asked.remember(message, clearance)
            watch.left(message)
        clearances.append(clearance)
    outbox.write_decisions(tx, rows)
    return clearances


@dataclass(slots=True)
class _Asked:
    """What several messages are decided on, and which phrases were chosen before."""

    ledger: Ledger
    requests: dict[str, Request]
    chosen: dict[str, bytes]
    last: dict[tuple[int, Meaning], bytes]

    def remember(self, message: Message, clearance: Clearance) -> None:
        """Its phrase is not used again for the next one (W1)."""
        meaning = _meaning(message.kind)
        if meaning is not None and clearance.phrase_blind is not None:
            self.last[message.client_id, meaning] = clearance.phrase_blind


def _read_questions(
    tx: Tx,
    house: House,
    messages: Sequence[Message],
    now: datetime,
    *,
    by_hand: bool,
) -> _Asked:
    ids = {each.client_id for each in messages}
    files = people.clients_by_ids(tx, ids)
    if ids - files.keys():
        raise NotThere
    sessions = bookings.how_they_stand(
        tx, {each.session_id for each in messages if each.session_id is not None}
    )
    return _Asked(
        ledger=read_ledger(tx, house, files.values(), now),
        requests={
            each.id: _request(each, sessions, by_hand=by_hand) for each in messages
        },
        chosen=outbox.phrase_blinds(tx, [each.id for each in messages]),
        last=plans.last_phrases(tx, ids),
    )


def _clear(
    tx: Tx, house: House, message: Message, asked: _Asked, now: datetime
) -> Clearance:
    known = asked.ledger.facts(message.client_id)
    request = asked.requests[message.id]
    decision = known.decide(request, now)
    channel = known.plan.channel(message.channel_key)
    if not decision.yes or channel is None:
        return Clearance(decision)
    phrase = _phrase(tx, house, message, known, request.meaning, asked)
    return _cleared(tx, message, known, channel, phrase, decision, now)


def look_again(tx: Tx, house: House, message: Message, now: datetime) -> Decision:
    """The answer for a message the provider did not take. Only another answer than the
    yes that sent it is written; the next claim asks anew (M7)."""
    asked = _read_questions(tx, house, (message,), now, by_hand=False)
    known = asked.ledger.facts(message.client_id)
    decision = known.decide(asked.requests[message.id], now)
    if decision.reasons != message.reasons:
        outbox.write_decisions(tx, [_row(message, decision, now)])
    return decision


def _request(
    message: Message,
    sessions: Mapping[str, tuple[int, SessionState]],
    *,
    by_hand: bool,
) -> Request:
    return Request(
        message.channel,
        message.purpose,
        _meaning(message.kind),
        by_hand=by_hand,
        counts_daily=message.counts_daily,
        session_changed=_session_changed(message, sessions),
        not_after=message.not_after,
        channel_key=message.channel_key,
    )


def _meaning(kind: MessageKind) -> Meaning | None:
    return None if kind is MessageKind.CALL else Meaning(kind.value)


def _session_changed(
    message: Message, sessions: Mapping[str, tuple[int, SessionState]]
) -> bool:
    if message.session_id is None:
        return False
    version, state = sessions.get(message.session_id, (None, None))
    if version != message.session_version:
        return True
    expected = {
        MessageKind.REMINDER: frozenset({SessionState.BOOKED}),
        MessageKind.CHANGED: frozenset({SessionState.BOOKED}),
        MessageKind.CANCELLED: frozenset({SessionState.CANCELLED}),
        MessageKind.REJOIN: RUNNING,
        MessageKind.CALL_US: frozenset(SessionState),
        MessageKind.CALL: frozenset(SessionState),
    }
    return state not in expected[message.kind]


def _row(message: Message, decision: Decision, now: datetime) -> dict[str, object]:
    return outbox.decision_row(
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
    message: Message,
    known: Facts,
    channel: Channel,
    phrase: tuple[str, bytes | None],
    decision: Decision,
    now: datetime,
) -> Clearance:
    window_end = decision.window.end if decision.window else message.window_end
    taken_by = window_end - known.policy.margin
    body, phrase_blind = phrase
    return Clearance(
        decision,
        Cleared(
            reference=message.reference,
            to=channel.address,
            body=body,
            validity=validity(taken_by, known.policy, now),
        ),
        number_blind=tx.vault.index(NUMBER, channel.address),
        phrase_blind=phrase_blind,
        taken_by=taken_by,
    )


def in_time(cleared: Cleared, taken_by: datetime, now: datetime) -> Cleared | None:
    """The same message just before it is handed over, with what is left of its
    validity by then; None when less than the least is left (M6, T7)."""
    left = int((taken_by - now) / timedelta(seconds=1))
    if left < LEAST_VALIDITY:
        return None
    validity = min(left, cleared.validity)
    return Cleared(cleared.reference, cleared.to, cleared.body, validity)


def validity(taken_by: datetime, policy: Policy, now: datetime) -> int:
    """Seconds after which the provider drops the message (M6)."""
    left = int((taken_by - now) / timedelta(seconds=1))
    return max(LEAST_VALIDITY, min(policy.validity_seconds, left))


def _phrase(
    tx: Tx,
    house: House,
    message: Message,
    known: Facts,
    meaning: Meaning | None,
    asked: _Asked,
) -> tuple[str, bytes | None]:
    if meaning is None:
        return "", None  # a call is spoken, by a person
    last = asked.last.get((known.client.id, meaning))
    blinds = {
        each.text: tx.vault.index(PHRASE, each.text)
        for each in known.plan.phrases_for(meaning)
    }
    texts = list(blinds)
    # Chosen before, in somebody's hands or not taken by the provider: the same again.
    before = asked.chosen.get(message.id)
    if before is not None and before in blinds.values():
        return next(text for text in texts if blinds[text] == before), before
    if len(texts) == 1:
        return texts[0], blinds[texts[0]]
    used = next((text for text in texts if blinds[text] == last), None)
    chosen = pick(texts, used, house.tokens.below(len(texts) or 1))
    if chosen is None:
        # The decision said SEND, so there is a phrase; without one nothing leaves.
        raise NotThere
    return chosen, blinds[chosen]


def remember_phrase(
    tx: Tx, message: Message, clearance: Clearance, now: datetime
) -> None:
    """The phrase that leaves now is not used again next (W1)."""
    remember_phrases(tx, ((message, clearance),), now)


def remember_phrases(
    tx: Tx, leaving: Iterable[tuple[Message, Clearance]], now: datetime
) -> None:
    """The same for several; of two for one meaning the later counts."""
    used = {
        (message.client_id, Meaning(message.kind.value)): clearance.phrase_blind
        for message, clearance in leaving
        if clearance.phrase_blind is not None
    }
    plans.set_last_phrases(tx, used, now)
