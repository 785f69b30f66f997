"""A call broke off: the branch a person names, the steps in their turn, the log (F)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.booking import RUNNING, SessionState
from scheduler.domain.contact import Request
from scheduler.domain.decision import Decision, Reason, allow, in_order, refuse
from scheduler.domain.fallback import (
    Branch,
    FallbackPlan,
    Outcome,
    Progress,
    Settled,
    Step,
    StepKind,
    progress,
)
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.domain.working_days import end_of_next_working_day
from scheduler.services.counselling import sessions
from scheduler.services.house import Actor, House
from scheduler.services.messages import by_hand
from scheduler.services.messages.gate import Facts, facts
from scheduler.services.safe_contact import heard_words, standing
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import agency, bookings, interruptions, outbox, people
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.interruptions import Interruption

# "No answer" brings the supervisor within this time (F3).
SUPERVISOR_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an interruption stands: the steps, what is settled, what is on offer."""

    interruption: Interruption
    plan: FallbackPlan
    settled: tuple[Settled, ...]
    progress: Progress

    @property
    def offered(self) -> tuple[Step, ...]:
        """The step on offer now, if any."""
        number = self.progress.offered
        return () if number is None else (self.plan.steps[number - 1],)

    def skipped(self) -> dict[StepKind, tuple[Reason, ...]]:
        """What was skipped, with its reasons; those of two of a kind together."""
        found: dict[StepKind, tuple[Reason, ...]] = {}
        for each in self.settled:
            if each.skipped:
                kind = self.plan.steps[each.number - 1].kind
                found[kind] = in_order((*found.get(kind, ()), *each.skipped))
        return found


def interrupt(
    house: House, actor: Actor, session_id: str, branch: Branch
) -> Standing | Decision:
    """It broke off: start the clock on what was agreed (F3). REFUSE if not running."""
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.find(tx, session_id)
        running = session.state in RUNNING - {SessionState.INTERRUPTED}
        if not running:
            return refuse((Reason.WRONG_STATE,))
        bookings.set_state(
            tx, session.id, session.state, SessionState.INTERRUPTED, interrupted=True
        )
        broken_off = sessions.find(tx, session_id)
        opened = _open(tx, house, actor, broken_off, branch, now)
        _branch_effects(tx, house, actor, broken_off, opened, branch, now)
        audit.record(tx, now, actor.id, "broke off", "session", session.id)
        return _stand(tx, house, broken_off, opened, now)


def _open(
    tx: Tx, house: House, actor: Actor, session: Session, branch: Branch, now: datetime
) -> Interruption:
    settings = agency.settings(tx)
    closed = agency.holidays(tx, now.date())
    opened = Interruption(
        id=house.tokens.uuid(),
        session_id=session.id,
        number=interruptions.count(tx, session.id) + 1,
        branch=branch,
        dropped_at=now,
        opened_by=actor.id,
        closed_at=None,
        review_due_at=end_of_next_working_day(now, settings.zone, closed),
        reviewed_at=None,
    )
    interruptions.insert_interruption(tx, opened)
    interruptions.write(tx, opened.id, now, "dropped", actor_id=actor.id)
    attention.raise_item(
        tx,
        house,
        "review_due",
        f"review:{opened.id}",
        now,
        due_at=opened.review_due_at,
        client_id=session.client_ids[0],
        session_id=session.id,
        interruption_id=opened.id,
    )
    return opened


def _branch_effects(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    opened: Interruption,
    branch: Branch,
    now: datetime,
) -> None:
    interruptions.write(tx, opened.id, now, "branch", actor_id=actor.id, branch=branch)
    if branch.suspends:
        for client_id in session.client_ids:
            standing.suspend(tx, house, client_id, branch.value, now, by=actor.id)
    heard_words.by_branch(tx, session, branch, now, by=actor.id)
    if branch.needs_supervisor:
        call_supervisor(tx, house, session, opened, now)


def call_supervisor(
    tx: Tx, house: House, session: Session, opened: Interruption, now: datetime
) -> None:
    """The supervisor on call is told at once, and again when more happens (F3, N1)."""
    matter = f"supervisor:{opened.id}"
    attention.call_again(tx, house, matter, now)
    attention.raise_item(
        tx,
        house,
        "supervisor_needed",
        matter,
        now,
        due_at=now + SUPERVISOR_WITHIN,
        client_id=session.client_ids[0],
        session_id=session.id,
        interruption_id=opened.id,
    )
    interruptions.write(tx, opened.id, now, "told")


def change_branch(
    house: House, actor: Actor, session_id: str, branch: Branch
) -> Standing | Decision:
    """It was something else; the log keeps both (F6). The same again is no change."""
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.find(tx, session_id)
        last = interruptions.latest(tx, session_id)
        if session.state is not SessionState.INTERRUPTED or last is None:
            return refuse((Reason.WRONG_STATE,))
        if last.branch is branch:
            return _stand(tx, house, session, last, now)
        heard_words.take_back(tx, session, last, now, by=actor.id)
        interruptions.change(tx, last.id, branch=branch.value)
        changed = interruptions.get(tx, last.id) or last
        _branch_effects(tx, house, actor, session, changed, branch, now)
        return _stand(tx, house, session, changed, now)


def steps(house: House, session_id: str) -> Standing | None:
    """Where the last interruption stands now; skips what may not be (F4)."""
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.find(tx, session_id)
        last = interruptions.latest(tx, session_id)
        return None if last is None else _stand(tx, house, session, last, now)


def watch(house: House) -> None:
    """The tick over running interruptions: what may no longer be is skipped (F4)."""
    now = house.now()
    with house.store.reading() as tx:
        running = [
            each.id
            for each in bookings.running(tx, now - timedelta(hours=24))
            if each.state is SessionState.INTERRUPTED
        ]
    for session_id in running:
        steps(house, session_id)


def next_skip(
    tx: Tx, house: House, session: Session, after: datetime, until: datetime
) -> datetime | None:
    """The first whole minute in (after, until) in which `watch` would skip a step, if
    nobody does anything before. None if there is no such minute."""
    last = interruptions.latest(tx, session.id)
    if last is None:
        return None
    known = _facts(tx, house, session, after)
    settled = interruptions.settled(tx, last.id)
    minute = after + timedelta(minutes=1)
    while minute < until:
        where = progress(
            known.plan.cutoff,
            last.branch,
            last.dropped_at,
            settled,
            minute,
            asking(known, minute),
        )
        if where.skips:
            return minute
        if where == Progress():
            return None
        minute += timedelta(minutes=1)
    return None


def _stand(
    tx: Tx, house: House, session: Session, last: Interruption, now: datetime
) -> Standing:
    known = _facts(tx, house, session, now)
    plan = known.plan.cutoff
    settled = interruptions.settled(tx, last.id)
    if session.state is not SessionState.INTERRUPTED:
        return Standing(last, plan, tuple(settled), Progress())
    where = progress(
        plan, last.branch, last.dropped_at, settled, now, asking(known, now)
    )
    for skip in where.skips:
        interruptions.write(
            tx, last.id, now, "skipped", step=skip.number, reasons=skip.skipped
        )
        _written(tx, known, session, plan.steps[skip.number - 1], skip.skipped, now)
    return Standing(last, plan, (*settled, *where.skips), where)


def _facts(tx: Tx, house: House, session: Session, now: datetime) -> Facts:
    client = people.client_by_id(tx, session.client_ids[0])
    if client is None:
        raise AssertionError("A session has a client.")
    return facts(tx, house, client, now)


def asking(known: Facts, now: datetime) -> Callable[[Step], Decision]:
    """The gate's answer for a step that reaches out, now (F4)."""
    return lambda step: known.decide(request_of(step), now)


def request_of(step: Step) -> Request:
    """A step as a question to the gate: it needs the purpose `call_back` (F4).

    The *rejoin* phrase does not count for the daily cap (F1).
    """
    if step.kind is StepKind.TEXT:
        return Request(
            ChannelKind.SMS,
            Purpose.CALL_BACK,
            Meaning.REJOIN,
            by_hand=True,
            counts_daily=False,
        )
    return Request(ChannelKind.VOICE, Purpose.CALL_BACK, by_hand=True)


def _written(
    tx: Tx,
    known: Facts,
    session: Session,
    step: Step,
    reasons: tuple[Reason, ...],
    now: datetime,
) -> None:
    outbox.write_decision(
        tx,
        refuse(reasons),
        at=now,
        asked="step",
        client_id=known.client.id,
        session_id=session.id,
        channel=request_of(step).kind.value,
        purpose=Purpose.CALL_BACK.value,
    )


def take(
    house: House,
    actor: Actor,
    session_id: str,
    number: int,
    outcome: Outcome,
    *,
    note: str = "",
) -> Decision:
    """Log a step that is on offer, with all its outcome brings (F4, F6, M14).

    REFUSE with `not_offered` when it is not its turn, or it was settled already.
    """
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.find(tx, session_id)
        last = interruptions.latest(tx, session_id)
        if last is None or session.state is not SessionState.INTERRUPTED:
            return refuse((Reason.NOT_OFFERED,))
        stand = _stand(tx, house, session, last, now)
        if stand.progress.offered != number:
            return refuse(_why_not_offered(stand, number))
        step = stand.plan.steps[number - 1]
        _log(tx, house, actor, session, last, number, outcome, note, now)
        _effects(tx, house, actor, session, last, step, outcome, now)
        audit.record(tx, now, actor.id, "took a step", "session", session.id)
    return allow()


def _why_not_offered(stand: Standing, number: int) -> tuple[Reason, ...]:
    skipped = next(
        (each.skipped for each in stand.settled if each.number == number), ()
    )
    return (Reason.NOT_OFFERED, *skipped)


def _log(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    last: Interruption,
    number: int,
    outcome: Outcome,
    note: str,
    now: datetime,
) -> None:
    kept = (session.client_ids[0], house.tokens.uuid(), note) if note else None
    interruptions.write(
        tx,
        last.id,
        now,
        "step",
        actor_id=actor.id,
        step=number,
        outcome=outcome,
        note=kept,
    )


def _effects(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    last: Interruption,
    step: Step,
    outcome: Outcome,
    now: datetime,
) -> None:
    client_id = session.client_ids[0]
    if step.kind is StepKind.CALL:
        by_hand.call_was_made(
            tx, house, actor, session, Purpose.CALL_BACK, outcome, now
        )
    elif step.kind is StepKind.TEXT and outcome is Outcome.DONE:
        by_hand.text_now(tx, house, actor, session, Meaning.REJOIN, now)
    if outcome is Outcome.SOMEONE_ELSE:
        standing.suspend(tx, house, client_id, "someone_else", now, by=actor.id)
    if outcome is Outcome.REJOINED:
        bookings.set_state(
            tx, session.id, SessionState.INTERRUPTED, SessionState.RESUMED
        )
        interruptions.change(tx, last.id, closed_at=now)
        interruptions.write(tx, last.id, now, "closed", actor_id=actor.id)
    elif step.kind is StepKind.HAND_OVER:
        call_supervisor(tx, house, session, last, now)
    elif step.kind is StepKind.END and outcome is Outcome.DONE:
        sessions.end_in(tx, house, actor, session, now, early=True)


def rejoined(house: House, actor: Actor, session_id: str) -> Decision:
    """She came back by herself, whatever step it is (F1)."""
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.find(tx, session_id)
        last = interruptions.latest(tx, session_id)
        if last is None or session.state is not SessionState.INTERRUPTED:
            return refuse((Reason.WRONG_STATE,))
        bookings.set_state(tx, session.id, session.state, SessionState.RESUMED)
        interruptions.change(tx, last.id, closed_at=now)
        interruptions.write(
            tx,
            last.id,
            now,
            "closed",
            actor_id=actor.id,
            outcome=Outcome.REJOINED,
        )
        audit.record(tx, now, actor.id, "resumed", "session", session.id)
    return allow()
