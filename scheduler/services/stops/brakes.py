"""The switch that stops everything that leaves, and what throws it (M10, T2).

Stopping is one person and at once; starting again takes two. What came due while it was
stopped expires: a backlog is never flushed. What throws it without anybody is in
`interlocks`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import StorageUnavailable
from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.domain.stops import PROVIDER, Stop
from scheduler.domain.zones import KNOWN_ANSWERS, KnownAnswer, wrong_answers
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import agency, machines, outbox
from scheduler.storage.agency import SenderState
from scheduler.storage.engine import Tx

# A first person's wish to start again waits this long for a second.
SECOND_WITHIN = timedelta(minutes=30)
MAY_STOP = frozenset(Role)
MAY_START = frozenset(
    {Role.SUPERVISOR, Role.ADMINISTRATOR, Role.CUSTODIAN, Role.SECOND}
)


def stopped(tx: Tx, house: House) -> bool:
    """Whether nothing may leave: the switch, or the stop file (M10)."""
    return is_stopped(agency.sender(tx), house)


def is_stopped(state: SenderState, house: House) -> bool:
    """The same, the sender's row being read already."""
    return state.stopped or stop_file_there(house)


def provider_refuses(tx: Tx, house: House) -> bool:
    """Whether it was the provider who stopped texts (M8); calls by hand go on."""
    return is_refused(agency.sender(tx), house)


def is_refused(state: SenderState, house: House) -> bool:
    """The same, the sender's row being read already."""
    why = state.stopped_why or ""
    return why.startswith(PROVIDER) and not stop_file_there(house)


def stop_file_there(house: House) -> bool:
    """Whether somebody has put the stop file in its place."""
    return house.stop_file is not None and Path(house.stop_file).exists()


def foreign(tx: Tx, house: House) -> Stop | None:
    """What no two people can agree to: the data of another installation, or a real
    sender where it is not production (bar-W11)."""
    here = house.identity
    if here is None:
        return None
    if agency.settings(tx).installation != here.installation:
        return Stop.INSTALLATION
    real = house.sends_for_real
    return Stop.NOT_PRODUCTION if real and not here.production else None


def pause(house: House, actor: Actor, why: str = Stop.BY_HAND.value) -> Decision:
    """Stop everything that leaves, at once: by the stop file if the database does not
    take it. Raises StorageUnavailable without such a place."""
    now = house.now()
    try:
        with house.store.begin() as tx:
            stop_in(tx, house, why, now, by=actor.id)
            audit.record(tx, now, actor.id, "stopped texts", "sender", "1", reason=why)
    except StorageUnavailable:
        if house.stop_file is None:
            raise
        Path(house.stop_file).touch()
    return allow()


def stop_in(
    tx: Tx, house: House, why: str, now: datetime, by: int | None = None
) -> None:
    """Stop inside somebody's transaction. The first reason stays, but one that stops
    calls too takes the place of a provider's. A wish to start again is taken back:
    whoever had it did not know of this."""
    state = agency.sender(tx)
    agency.set_sender(tx, start_asked_by=None, start_asked_at=None)
    by_provider = (state.stopped_why or "").startswith(PROVIDER)
    if not state.stopped or (by_provider and not why.startswith(PROVIDER)):
        agency.set_sender(
            tx,
            stopped_at=now,
            stopped_why=why,
            stopped_by=by,
        )
    attention.raise_item(tx, house, "sender_paused", "sender", now, due_at=now)


def stop_from_shell(house: House) -> None:
    """Stop everything that leaves, by whoever has the machine."""
    now = house.now()
    with house.store.begin() as tx:
        stop_in(tx, house, Stop.BY_HAND.value, now)
        audit.record(tx, now, None, "stopped texts", "sender", "1", reason="shell")


def resume(house: House, actor: Actor) -> Decision:
    """Ask to start again, or be the second who confirms it (M10).

    ALLOW when it runs again; REFUSE with `second_person` while one more is needed, or
    with what still forbids it.
    """
    now = house.now()
    with house.store.begin() as tx:
        answer = _resume_in(tx, house, actor, now)
        audit.record(
            tx,
            now,
            actor.id,
            "started texts" if answer.yes else "asked to start texts",
            "sender",
            "1",
        )
    return answer


def take_back(house: House) -> None:
    """Nobody asks any longer to start again."""
    with house.store.begin() as tx:
        agency.set_sender(tx, start_asked_by=None, start_asked_at=None)


def _resume_in(tx: Tx, house: House, actor: Actor, now: datetime) -> Decision:
    state = agency.sender(tx)
    if not state.clock_right:
        return refuse((Reason.CLOCK_UNVERIFIED,))
    if stop_file_there(house) or foreign(tx, house) is not None:
        return refuse((Reason.PAUSED,))
    if not state.stopped:
        return allow()
    if not _is_second(tx, actor, state, now):
        return refuse((Reason.SECOND_PERSON,))
    expire_what_came_due(tx, house, now)
    machines.let_in(tx, now, by=actor.id)
    agency.set_sender(
        tx,
        stopped_at=None,
        stopped_why=None,
        stopped_by=None,
        start_asked_by=None,
        start_asked_at=None,
        started_at=now,
        unreachable_since=None,
    )
    attention.settle(tx, now, by=actor.id, choice="started", matter="sender")
    return allow()


def _is_second(tx: Tx, actor: Actor, state: SenderState, now: datetime) -> bool:
    """Whether somebody else has asked before; if not, the wish is written down."""
    if actor.role not in MAY_START:
        return False
    asked_at = state.start_asked_at
    waiting = asked_at is not None and now - asked_at <= SECOND_WITHIN
    if waiting and state.start_asked_by != actor.id:
        return True
    # The second may only confirm what somebody else has asked for (E1).
    if actor.role is not Role.SECOND:
        agency.set_sender(tx, start_asked_by=actor.id, start_asked_at=now)
    return False


def expire_what_came_due(tx: Tx, house: House, now: datetime) -> int:
    """Whatever is due while it is stopped expires and is listed (M10); how many."""
    outbox.make_due(tx, now)
    count = 0
    while due := outbox.in_states(tx, {MessageState.DUE}):
        for message in due:
            outbox.move(
                tx,
                message.id,
                MessageState.DUE,
                MessageState.EXPIRED,
                reasons=(Reason.PAUSED, Reason.TOO_LATE),
            )
            attention.settle(
                tx, now, by=None, choice="closed", matter=f"assisted:{message.id}"
            )
            attention.not_told(tx, house, message, now)
        count += len(due)
    return count


def check_clock(
    house: House, known: tuple[KnownAnswer, ...] = KNOWN_ANSWERS
) -> tuple[KnownAnswer, ...]:
    """The known-answer check (T2): the wrong answers; any of them stops sending."""
    now = house.now()
    wrong = wrong_answers(known)
    with house.store.begin() as tx:
        agency.set_sender(tx, clock_checked_at=now, clock_right=not wrong)
        if wrong:
            stop_in(tx, house, Stop.CLOCK.value, now)
    return wrong
