"""Everything the page of a running session shows, read in one go (F1–F9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.domain.booking import RUNNING, SessionState
from scheduler.domain.code_words import WordFor
from scheduler.domain.decision import Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import FallbackPlan, Settled, Step
from scheduler.domain.plan import Format
from scheduler.domain.reach import session_reach
from scheduler.services.counselling import fallback
from scheduler.services.counselling.sessions import session_for
from scheduler.services.house import Actor, House
from scheduler.services.messages.gate import Facts, facts
from scheduler.services.safe_contact import heard_words
from scheduler.services.traces import audit
from scheduler.services.watching import alerts
from scheduler.services.watching.reaching import whom_to_ring
from scheduler.storage import (
    accounts,
    attention,
    counsellors,
    interruptions,
    people,
    ticks,
)
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.interruptions import Interruption, LogLine

# What is gone through in the first minute, in this order.
FIRST_MINUTE = ("alone", "identity", "place", "read_aloud", "next_talk")

# F8: amber at the margin and five minutes more.
AMBER_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StepNow:
    """One agreed step: settled, on offer, or to come; `may` is the gate's answer for
    one that reaches out, were it now."""

    number: int
    step: Step
    settled: Settled | None
    offered: bool
    may: Decision | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as its page shows it. Sealed facts are hidden from `repr`. `rings`: it
    is a phone session for which we ring her."""

    session: Session
    codes: tuple[str, ...]
    her_zone: str
    counsellor: str
    on_call: str
    plan: FallbackPlan
    steps: tuple[StepNow, ...]
    turn_at: datetime | None
    ticks: frozenset[str]
    interruption: Interruption | None
    log: tuple[LogLine, ...]
    names: dict[int, str] = field(repr=False)
    window_end: datetime | None = None
    amber_at: datetime | None = None
    margin_at: datetime | None = None
    rings: bool = False
    cover_topic: str = field(default="", repr=False)
    help_action: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    not_yet_seen: bool = False
    ring: str = field(default="", repr=False)
    words_used: tuple[WordFor, ...] = ()

    @property
    def running(self) -> bool:
        """Whether it has begun and is not over."""
        return self.session.state in RUNNING

    @property
    def offered(self) -> StepNow | None:
        """The step on offer now."""
        return next((each for each in self.steps if each.offered), None)


def view(house: House, actor: Actor, session_id: str) -> SessionView:
    """The page of a session; skips steps whose time it is not. Raises NotThere."""
    with house.store.reading() as tx:
        session = session_for(tx, actor, session_id)
        interrupted = session.state is SessionState.INTERRUPTED
    stand = fallback.steps(house, session_id) if interrupted else None
    now = house.now()
    with house.store.reading() as tx:
        session = session_for(tx, actor, session_id)
        return _view(tx, house, session, stand, now)


def _view(
    tx: Tx,
    house: House,
    session: Session,
    stand: fallback.Standing | None,
    now: datetime,
) -> SessionView:
    client = people.client_by_id(tx, session.client_ids[0])
    if client is None:
        raise NotThere
    known = facts(tx, house, client, now)
    last = interruptions.latest(tx, session.id)
    files = people.clients_by_ids(tx, session.client_ids)
    window_end = _window_end(known, session)
    margin = known.policy.margin
    return SessionView(
        session=session,
        codes=tuple(files[each].code for each in session.client_ids),
        her_zone=known.plan.zone,
        counsellor=_name(tx, session.counsellor_id),
        on_call=_on_call(tx, now),
        plan=known.plan.cutoff,
        steps=_steps(known, last, stand, tx, now),
        turn_at=stand.progress.turn_at if stand else None,
        ticks=ticks.of_session(tx, session.id),
        interruption=last,
        log=tuple(interruptions.log(tx, last.id)) if last else (),
        names={each.id: each.name for each in accounts.members(tx)},
        window_end=window_end,
        amber_at=window_end - margin - AMBER_BEFORE if window_end else None,
        margin_at=window_end - margin if window_end else None,
        rings=_rings(known, session),
        cover_topic=people.person(tx, client).cover_topic,
        help_action=people.get_help_action(tx, client.id) or "",
        place=people.place_today(tx, client.id, now) or "",
        not_yet_seen=_not_yet_seen(tx, last),
        ring=whom_to_ring(tx, house, now),
        words_used=heard_words.marked_in(tx, session, last) if last else (),
    )


def _name(tx: Tx, staff_id: int) -> str:
    member = accounts.member(tx, staff_id)
    return member.name if member else ""


def _on_call(tx: Tx, now: datetime) -> str:
    duty = counsellors.duty_at(tx, now)
    return _name(tx, duty.supervisor_id) if duty else ""


def _rings(known: Facts, session: Session) -> bool:
    """Whether we ring her to hold it; otherwise she calls in, or it is no call (P2)."""
    return session.format is Format.PHONE and any(
        each.we_dial for each in known.plan.formats if each.format is Format.PHONE
    )


def _window_end(known: Facts, session: Session) -> datetime | None:
    """Where the window this session lies in ends for her (F8)."""
    reach = session_reach(
        known.plan, session.time.start, session.time.end + timedelta(days=1)
    )
    window = reach.open.around(session.time.start)
    return window.end if window else None


def _steps(
    known: Facts,
    last: Interruption | None,
    stand: fallback.Standing | None,
    tx: Tx,
    now: datetime,
) -> tuple[StepNow, ...]:
    plan = known.plan.cutoff
    settled = {
        each.number: each
        for each in (interruptions.settled(tx, last.id) if last else ())
    }
    ask = fallback.asking(known, now)
    offered = stand.progress.offered if stand else None
    return tuple(
        StepNow(
            number,
            step,
            settled.get(number) if last is not None else None,
            offered == number,
            ask(step) if step.kind.reaches_out else None,
        )
        for number, step in enumerate(plan.steps, start=1)
    )


def _not_yet_seen(tx: Tx, last: Interruption | None) -> bool:
    if last is None:
        return False
    matter = f"supervisor:{last.id}"
    return any(
        each.matter == matter and alerts.not_yet_seen(tx, each.id)
        for each in attention.open_items(tx)
    )


def tick(house: House, actor: Actor, session_id: str, item: str, *, on: bool) -> None:
    """Tick one of the first minute's checks, or take it back. Raises NotThere."""
    if item not in FIRST_MINUTE:
        raise NotThere
    now = house.now()
    with house.store.begin() as tx:
        session = session_for(tx, actor, session_id)
        ticks.set_tick(tx, session.id, item, by=actor.id, at=now if on else None)


def may_hold(house: House, actor: Actor, session_id: str) -> None:
    """Whether this person may act on a session. Raises NotThere."""
    with house.store.reading() as tx:
        session_for(tx, actor, session_id)


def reviewed(house: House, actor: Actor, interruption_id: str) -> None:
    """The interruption was looked at afterwards (F6). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        found = interruptions.get(tx, interruption_id)
        if found is None:
            raise NotThere
        session_for(tx, actor, found.session_id)
        interruptions.change(tx, found.id, reviewed_at=now, reviewed_by=actor.id)
        attention.settle(
            tx, now, by=actor.id, choice="reviewed", matter=f"review:{found.id}"
        )
        audit.record(tx, now, actor.id, "reviewed", "interruption", found.id)
