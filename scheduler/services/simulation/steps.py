"""What each step of a scenario does, through the services; its answer as plain values.

An answer is `{"outcome": ..., "reasons": [...]}` with whatever else the kind has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scheduler.domain.decision import Decision, Reason, refuse
from scheduler.domain.errors import JustTaken, NotThere
from scheduler.domain.fallback import Branch, Outcome
from scheduler.domain.plan import ChannelKind, Format, LineType, Purpose
from scheduler.domain.zones import local_date
from scheduler.services.counselling import fallback, sessions
from scheduler.services.house import Actor, House
from scheduler.services.messages import delivery, gate, inbound
from scheduler.services.safe_contact import contact_changes, standing
from scheduler.services.scheduling import booking, finding, holds, series
from scheduler.services.scheduling.booking import Booked, Wish
from scheduler.services.simulation.made_up import Provider
from scheduler.services.simulation.opening import (
    WORKER,
    Cast,
    at_the_switch,
    names,
)
from scheduler.services.simulation.reading import FileStep
from scheduler.services.stops import brakes
from scheduler.storage import outbox

Answer = dict[str, Any]


@dataclass(slots=True)
class Stage:
    """What the steps act on."""

    house: House
    provider: Provider
    cast: Cast
    zone: str
    names: dict[str, str] = field(default_factory=dict)
    working: bool = True
    dying: bool = False

    @property
    def worker(self) -> Actor:
        """Who books and types in."""
        return self.cast.actors[WORKER]

    def session(self, name: str) -> str:
        """A session or hold by its name in the file."""
        return self.names.get(name, "")


def perform(stage: Stage, step: FileStep) -> Answer:
    """Do a step. With a session whose booking was refused nothing can be done."""
    try:
        return _ACTS[step.kind](stage, step.fields)
    except NotThere:
        reason = Reason.NOT_OFFERED if step.kind == "take" else Reason.WRONG_STATE
        return _decided(refuse((reason,)), "")
    except JustTaken:
        return {"outcome": "refused", "reasons": ["counsellor_busy"]}


def _decided(decision: Decision, yes: str) -> Answer:
    codes = [each.value for each in decision.reasons]
    return {"outcome": yes if decision.yes else "refused", "reasons": codes}


def _kept(stage: Stage, given: Mapping[str, Any], booked: Booked, yes: str) -> Answer:
    if booked.session_id is not None and given.get("as"):
        stage.names[given["as"]] = booked.session_id
    return _decided(booked.decision, yes)


def _wish(stage: Stage, given: Mapping[str, Any]) -> Wish:
    codes = tuple(given.get("clients") or (given["client"],))
    kept = given.get("hold")
    return Wish(
        codes=codes,
        counsellor_id=stage.cast.counsellor(given["counsellor"]),
        start=given.get("start") or stage.house.now(),
        minutes=given["minutes"],
        format=Format(given["format"]),
        hold_id=stage.names.get(kept, kept) if kept else None,
    )


def _book(stage: Stage, given: Mapping[str, Any]) -> Answer:
    booked = booking.book(stage.house, stage.worker, _wish(stage, given))
    return _kept(stage, given, booked, "booked")


def _hold(stage: Stage, given: Mapping[str, Any]) -> Answer:
    kept = holds.hold(
        stage.house,
        stage.worker,
        stage.cast.counsellor(given["counsellor"]),
        given["start"],
        given["minutes"],
    )
    return _kept(stage, given, kept, "held")


def _move(stage: Stage, given: Mapping[str, Any]) -> Answer:
    moved = booking.move(
        stage.house,
        stage.worker,
        stage.session(given["session"]),
        given["start"],
        by_agency=given.get("by") == "agency",
    )
    return _decided(moved.decision, "moved")


def _cancel(stage: Stage, given: Mapping[str, Any]) -> Answer:
    decision = booking.cancel(
        stage.house,
        stage.worker,
        stage.session(given["session"]),
        by_agency=given.get("by") == "agency",
    )
    return _decided(decision, "cancelled")


def _series(stage: Stage, given: Mapping[str, Any]) -> Answer:
    wish = _wish(stage, given)
    wishes = [replace(wish, start=each) for each in given["starts"]]
    answer = series.book(stage.house, stage.worker, wishes)
    called = given.get("as", "series")
    for number, session_id in enumerate(answer.booked, start=1):
        for name in (f"{called}{number}", f"{called}-{number}", f"{called}.{number}"):
            stage.names[name] = session_id
        stage.names.setdefault(called, session_id)
    refused: dict[str, list[str]] = {}
    for start, decision in answer.refused.items():
        codes = refused.setdefault(local_date(start, stage.zone).isoformat(), [])
        codes += [r.value for r in decision.reasons if r.value not in codes]
    return {
        "outcome": "series",
        "reasons": [],
        "booked": len(answer.booked),
        "refused": refused,
    }


def _find(stage: Stage, given: Mapping[str, Any]) -> Answer:
    who = given.get("counsellor")
    starts = finding.starts(
        stage.house,
        codes=(given["client"],),
        counsellor_ids=None if who is None else (stage.cast.counsellor(who),),
        since=given["from"],
        until=given["until"],
        minutes=given["minutes"],
        format_=Format(given["format"]),
    )
    first = starts[0].isoformat() if starts else None
    return {"outcome": "found", "reasons": [], "first": first, "count": len(starts)}


def _ask(stage: Stage, given: Mapping[str, Any]) -> Answer:
    decision = gate.ask(
        stage.house,
        given["client"],
        ChannelKind(given["channel"]),
        Purpose(given["purpose"]),
        by_hand=given["channel"] in {"voice", "in_person"},
    )
    codes = [each.value for each in decision.reasons]
    verdict = decision.verdict.value
    return {
        "outcome": "refused" if verdict == "refuse" else verdict,
        "reasons": codes,
        "again_at": decision.again_at.isoformat() if decision.again_at else None,
    }


def _confirm(stage: Stage, given: Mapping[str, Any]) -> Answer:
    now = stage.house.now()
    with stage.house.store.begin() as tx:
        client_id = stage.cast.clients[given["client"]]
        standing.confirm(tx, stage.house, client_id, now, by=stage.worker.id)
    return _ok()


def _suspend(stage: Stage, given: Mapping[str, Any]) -> Answer:
    now = stage.house.now()
    with stage.house.store.begin() as tx:
        client_id = stage.cast.clients[given["client"]]
        standing.suspend(tx, stage.house, client_id, "staff", now, by=stage.worker.id)
    return _ok()


def _withdraw(stage: Stage, given: Mapping[str, Any]) -> Answer:
    contact_changes.withdraw(
        stage.house, stage.worker, given["client"], ChannelKind(given["channel"])
    )
    return _ok()


def _change_number(stage: Stage, given: Mapping[str, Any]) -> Answer:
    contact_changes.change_number(
        stage.house,
        stage.worker,
        given["client"],
        ChannelKind(given["channel"]),
        given["address"],
        LineType(given.get("line", "unknown")),
    )
    return _ok()


def _reply(stage: Stage, given: Mapping[str, Any]) -> Answer:
    kind = inbound.reply(stage.house, given["from"], given["body"])
    return {"outcome": "handled", "reasons": [], "kind": kind.value}


def _receipt(stage: Stage, given: Mapping[str, Any]) -> Answer:
    with stage.house.store.reading() as tx:
        sent = [
            each
            for each in outbox.of_sessions(tx, [stage.session(given["session"])])
            if each.left_at is not None
        ]
    # About nothing that left it is a receipt for an unknown message, and no error.
    for latest in sorted(sent, key=lambda each: (each.left_at, each.attempt))[-1:]:
        inbound.receipt(
            stage.house, latest.reference, given["status"], given.get("code")
        )
    return {"outcome": "handled", "reasons": []}


def _provider(stage: Stage, given: Mapping[str, Any]) -> Answer:
    stage.provider.behaviour = given["behaves"]
    return _ok()


def _worker(stage: Stage, given: Mapping[str, Any]) -> Answer:
    match given["do"]:
        case "start":
            if not stage.working:
                delivery.recover(stage.house, alone=True)
            stage.working, stage.dying = True, False
        case "stop":
            stage.working = False
        case _:
            stage.dying = True
    return _ok()


def _pause(stage: Stage, given: Mapping[str, Any]) -> Answer:
    by = at_the_switch(names(given["by"])[0])
    brakes.pause(stage.house, stage.cast.actors[by])
    return _ok()


def _resume(stage: Stage, given: Mapping[str, Any]) -> Answer:
    answers = [
        brakes.resume(stage.house, stage.cast.actors[at_the_switch(name)])
        for name in names(given["by"])
    ]
    if not answers[-1].yes:
        # A step stands for itself: the next one begins with nobody asking.
        brakes.take_back(stage.house)
    return {**_decided(answers[-1], "ok"), "reasons": []}


def _start(stage: Stage, given: Mapping[str, Any]) -> Answer:
    session = stage.session(given["session"])
    return _decided(sessions.start(stage.house, stage.worker, session), "ok")


def _end(stage: Stage, given: Mapping[str, Any]) -> Answer:
    session = stage.session(given["session"])
    return _decided(sessions.end(stage.house, stage.worker, session), "ok")


def _not_joined(stage: Stage, given: Mapping[str, Any]) -> Answer:
    session = stage.session(given["session"])
    return _decided(sessions.not_joined(stage.house, stage.worker, session), "ok")


def _standing(stand: fallback.Standing | Decision | None) -> Answer:
    if isinstance(stand, Decision):
        return _decided(stand, "steps")
    if stand is None:
        return {"outcome": "steps", "reasons": [], "offered": [], "skipped": {}}
    return {
        "outcome": "steps",
        "reasons": [],
        "offered": [step.kind.value for step in stand.offered],
        "skipped": {
            kind.value: [each.value for each in reasons]
            for kind, reasons in stand.skipped().items()
        },
    }


def _interrupt(stage: Stage, given: Mapping[str, Any]) -> Answer:
    return _standing(
        fallback.interrupt(
            stage.house,
            stage.worker,
            stage.session(given["session"]),
            Branch(given["branch"]),
        )
    )


def _steps(stage: Stage, given: Mapping[str, Any]) -> Answer:
    return _standing(fallback.steps(stage.house, stage.session(given["session"])))


def _take(stage: Stage, given: Mapping[str, Any]) -> Answer:
    decision = fallback.take(
        stage.house,
        stage.worker,
        stage.session(given["session"]),
        given["step"],
        Outcome(given["outcome"]),
    )
    return _decided(decision, "logged")


def _ok() -> Answer:
    return {"outcome": "ok", "reasons": []}


_ACTS: Mapping[str, Callable[[Stage, Mapping[str, Any]], Answer]] = {
    "book": _book,
    "hold": _hold,
    "move": _move,
    "cancel": _cancel,
    "find": _find,
    "ask": _ask,
    "confirm": _confirm,
    "suspend": _suspend,
    "withdraw": _withdraw,
    "change_number": _change_number,
    "reply": _reply,
    "receipt": _receipt,
    "provider": _provider,
    "worker": _worker,
    "pause": _pause,
    "resume": _resume,
    "start_session": _start,
    "end_session": _end,
    "not_joined": _not_joined,
    "series": _series,
    "interrupt": _interrupt,
    "steps": _steps,
    "take": _take,
}
