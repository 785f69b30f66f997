"""A scenario played through: steps in their order, a tick of the worker each minute.

Minutes in which nothing can happen are passed over; `every_minute` plays them too, and
a test sees that it makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from scheduler.domain.booking import SessionState
from scheduler.domain.plan import plan_state
from scheduler.domain.zones import Edge, day_starts
from scheduler.services.house import House
from scheduler.services.simulation import side_by_side
from scheduler.services.simulation.made_up import MadeUpClock, Provider, WorkerDied
from scheduler.services.simulation.opening import open_agency
from scheduler.services.simulation.reading import Scenario
from scheduler.services.simulation.steps import Stage, perform
from scheduler.services.simulation.waking import MINUTE, next_wake
from scheduler.storage import attention, bookings, outbox, people, plans
from scheduler.storage.engine import Tx

# Builds a house in a fresh database around a clock; closes it afterwards.
Build = Callable[[MadeUpClock], tuple[House, Provider]]


@dataclass(slots=True)
class Trace:
    """Everything that happened, in plain values that JSON can hold."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    attention: list[dict[str, Any]] = field(default_factory=list)
    clients: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    rosters: dict[str, list[str]] = field(default_factory=dict)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    ticks: int = 0

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def replay(
    scenario: Scenario, build: Build, *, every_minute: bool = False, workers: int = 1
) -> Trace:
    """Play a scenario on a fresh database and tell what happened.

    With several `workers` they all tick at once; the database must be PostgreSQL.
    """
    clock = MadeUpClock(scenario.since)
    house, provider = build(clock)
    # The breaker is for faults of ours and no rule of a plan: it counts where a file
    # names its figures.
    named = any(key.startswith("breaker_") for key in scenario.changed_policy)
    house = replace(house, breaker=named)
    trace = Trace()
    try:
        cast = open_agency(house, scenario)
        stage = Stage(house, provider, cast, scenario.zone)
        provider.on_send = lambda: _die_if_told(stage)
        crew = side_by_side.workers_of(house, workers)
        _play(scenario, stage, crew, clock, trace, every_minute=every_minute)
        _gather(scenario, stage, trace)
    finally:
        house.store.close()
    return trace


def _die_if_told(stage: Stage) -> None:
    if stage.dying:
        raise WorkerDied


def _play(
    scenario: Scenario,
    stage: Stage,
    crew: Sequence[House],
    clock: MadeUpClock,
    trace: Trace,
    *,
    every_minute: bool,
) -> None:
    minute = scenario.since.replace(second=0, microsecond=0)
    waiting = list(scenario.steps)
    wake = minute
    while minute <= scenario.until:
        played = False
        while waiting and waiting[0].at < minute + MINUTE:
            step = waiting.pop(0)
            clock.at = max(step.at, clock.at)
            answer = perform(stage, step)
            trace.steps.append(
                {
                    "index": step.number - 1,
                    "kind": step.kind,
                    "at": step.at.isoformat(),
                    **answer,
                }
            )
            played = True
        clock.at = max(minute, clock.at)
        if stage.working and (every_minute or played or minute >= wake):
            trace.ticks += 1
            stage.working = side_by_side.tick(crew)
            wake = next_wake(stage.house, minute)
        minute = _next_minute(minute, wake, waiting, stage, every_minute=every_minute)


def _next_minute(
    minute: datetime,
    wake: datetime,
    waiting: list[Any],
    stage: Stage,
    *,
    every_minute: bool,
) -> datetime:
    following = minute + MINUTE
    if every_minute:
        return following
    far = datetime.max.replace(tzinfo=minute.tzinfo)
    step_at = waiting[0].at.replace(second=0, microsecond=0) if waiting else far
    return max(following, min(step_at, wake if stage.working else far))


def _gather(scenario: Scenario, stage: Stage, trace: Trace) -> None:
    house = stage.house
    codes = {row: code for code, row in stage.cast.clients.items()}
    names: dict[str, list[str]] = {}
    for name, row_id in stage.names.items():
        names.setdefault(row_id, []).append(name)
    with house.store.reading() as tx:
        _gather_messages(tx, stage, trace, codes, names)
        for item in attention.all_items(tx):
            trace.attention.extend(
                {
                    "client": codes.get(client_id or 0),
                    "kind": item.kind,
                    "at": item.raised_at.isoformat(),
                    "open": item.settled_at is None,
                }
                for client_id in _concerned(tx, item)
            )
        for code, client_id in stage.cast.clients.items():
            file = people.client_by_id(tx, client_id)
            plan = plans.current(tx, client_id)[0]
            suspended = file is not None and file.suspended_at is not None
            trace.clients[code] = plan_state(
                plan, house.now(), suspended=suspended
            ).value
        for name, row_id in stage.names.items():
            session = bookings.get(tx, row_id)
            if session is not None:
                trace.sessions[name] = session.state.value
        trace.rosters = _rosters(tx, scenario, stage, names)
        trace.decisions = [
            {
                **each,
                "client": codes.get(each["client"]),
                "session": next(iter(names.get(each["session"], ())), None),
            }
            for each in outbox.all_decisions(tx)
        ]


def _concerned(tx: Tx, item: attention.Item) -> tuple[int | None, ...]:
    """A call that broke off in a group concerns everybody in it."""
    if item.interruption_id is None or item.session_id is None:
        return (item.client_id,)
    session = bookings.get(tx, item.session_id)
    return session.client_ids if session else (item.client_id,)


def _gather_messages(
    tx: Tx,
    stage: Stage,
    trace: Trace,
    codes: dict[int, str],
    names: dict[str, list[str]],
) -> None:
    by_reference = {each.reference: each for each in outbox.everything(tx)}
    for each in by_reference.values():
        trace.messages.append(
            {
                "session": next(iter(names.get(each.session_id or "", ())), None),
                "sessions": names.get(each.session_id or "", []),
                "client": codes[each.client_id],
                "meaning": each.kind.value,
                "state": each.state.value,
                "reasons": [reason.value for reason in each.reasons],
                "not_before": each.not_before.isoformat(),
                "not_after": each.not_after.isoformat(),
            }
        )
    for text in stage.provider.texts:
        message = by_reference[text.reference]
        trace.sent.append(
            {
                "client": codes[message.client_id],
                "meaning": message.kind.value,
                "at": text.at,
                "to": text.number,
                "validity": text.validity,
                "body": text.body,
                "window_end": message.window_end.isoformat(),
            }
        )


def _rosters(
    tx: Tx, scenario: Scenario, stage: Stage, names: dict[str, list[str]]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in scenario.expected["roster"]:
        who = stage.cast.counsellor(each["counsellor"])
        here = next(
            one.profile.zone
            for one in scenario.counsellors
            if one.name == each["counsellor"]
        )
        day = each["date"]
        since = day_starts(day, here, Edge.CLOSES)
        until = day_starts(day + timedelta(days=1), here, Edge.CLOSES)
        sessions = bookings.of_counsellors(tx, [who], since, until)
        found[f"{each['counsellor']} {day}"] = [
            names.get(one.id, [one.id])[0]
            for one in sessions
            if one.state is not SessionState.CANCELLED
        ]
    return found
