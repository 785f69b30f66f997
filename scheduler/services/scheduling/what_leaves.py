"""What a session would bring one client, with nothing written: the code that sends,
asked beforehand (M1, M13, P7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.contact import Request, Standing, decide
from scheduler.domain.decision import Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, Purpose
from scheduler.domain.reminders import Intention, plan_notice
from scheduler.services.house import House
from scheduler.services.messages import reminders
from scheduler.services.messages.gate import PHRASE, Facts
from scheduler.storage import plans
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Leaving:
    """A text that would leave between `earliest` and `latest`, by hand or by itself.

    `phrases` are those it may be: whichever was used last is not among them unless it
    is the only one (W1).
    """

    meaning: Meaning
    earliest: datetime
    latest: datetime
    by_hand: bool
    channel: Channel
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: `hours` before the start, what would leave or why nothing does."""

    hours: int
    answer: Leaving | Decision


@dataclass(frozen=True, slots=True)
class OfClient:
    """What a session brings one client.

    `changed` is what would leave if the agency moved it, `cancelled` if it cancelled
    it; a decision says why she could not be told (B6). `call_back` is whether she may
    be rung when the call breaks off. `ends_before_session` and `ends_before_reminder`
    say that her plan will have ended by then (P7).
    """

    code: str
    plan: ContactPlan
    reminders: tuple[Reminder, ...]
    changed: Leaving | Decision
    cancelled: Leaving | Decision
    call_back: Decision
    ends_before_session: bool
    ends_before_reminder: bool


def of_client(
    tx: Tx,
    house: House,
    known: Facts,
    session: Session,
    before: datetime,
    now: datetime,
) -> OfClient:
    """All of it for one client; `before` bounds what would tell her of a change."""
    hours = known.policy.reminder_hours
    planned = tuple(
        Reminder(hours[ordinal], _leaving(tx, known, answer))
        for ordinal, answer in reminders.foreseen_for(tx, known, session, now)
    )
    start = session.time.start
    ends = known.plan.ends_at()
    first = start - timedelta(hours=max(hours, default=0))
    return OfClient(
        code=known.client.code,
        plan=known.plan,
        reminders=planned,
        changed=_notice(tx, house, known, Meaning.CHANGED, before, now),
        cancelled=_notice(tx, house, known, Meaning.CANCELLED, before, now),
        call_back=_call_back(known, start),
        ends_before_session=ends <= start,
        ends_before_reminder=bool(hours) and ends <= first,
    )


def _notice(
    tx: Tx,
    house: House,
    known: Facts,
    meaning: Meaning,
    before: datetime,
    now: datetime,
) -> Leaving | Decision:
    answer = plan_notice(
        known.plan,
        known.standing,
        known.policy,
        meaning=meaning,
        before=before,
        now=now,
        draw=house.tokens.below,
    )
    return _leaving(tx, known, answer)


def _leaving(tx: Tx, known: Facts, answer: Intention | Decision) -> Leaving | Decision:
    if isinstance(answer, Decision):
        return answer
    channel = known.plan.channel(answer.channel_key)
    if channel is None:
        raise NotThere
    return Leaving(
        meaning=answer.meaning,
        earliest=answer.earliest,
        latest=answer.latest,
        by_hand=answer.by_hand,
        channel=channel,
        phrases=tuple(_phrases(tx, known, answer.meaning)),
    )


def _phrases(tx: Tx, known: Facts, meaning: Meaning) -> Iterable[str]:
    last = plans.last_phrase(tx, known.client.id, meaning)
    texts = [each.text for each in known.plan.phrases_for(meaning)]
    others = [each for each in texts if tx.vault.index(PHRASE, each) != last]
    return others or texts


def _call_back(known: Facts, start: datetime) -> Decision:
    """Whether she may be rung while the session lasts; caps and a stopped sender are
    not known so far ahead."""
    asked = Request(ChannelKind.VOICE, Purpose.CALL_BACK, by_hand=True)
    then = Standing(suspended=known.standing.suspended, blocked=known.standing.blocked)
    return decide(known.plan, asked, then, known.policy, start)
