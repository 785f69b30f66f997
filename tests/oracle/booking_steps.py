"""Steps about the calendar: book, hold, move, cancel, find (B, M12, M13)."""

from datetime import datetime
from typing import Any

from tests.oracle.agency import Step
from tests.oracle.booking import Wish, against, against_hold
from tests.oracle.ending import void
from tests.oracle.intentions import plan_change, plan_reminders
from tests.oracle.state import Hold, Outcome, Reasons, Session, State
from tests.oracle.wall_time import day_of_number, wall_date

MOST_OF_A_SERIES = 12


def _wish(state: State, raw: dict[str, Any], start: datetime) -> Wish:
    names = raw["clients"] if "clients" in raw else [raw["client"]]
    second = state.agency.seconds(start)
    return Wish(
        clients=[state.agency.clients[name] for name in names],
        counsellor=state.agency.counsellors[raw["counsellor"]],
        start=second // 60,
        minutes=raw.get("minutes", state.policy("session_minutes")),
        format=raw["format"],
        hold=raw.get("hold"),
        off_grid=second % 60 != 0,
    )


def _keep(state: State, wish: Wish, name: str, second: int, series: bool) -> None:
    session = Session(
        name=name,
        clients=tuple(client.id for client in wish.clients),
        counsellor=wish.counsellor.id,
        start=wish.start,
        minutes=wish.minutes,
        format=wish.format,
        in_series=series,
    )
    state.sessions[name] = session
    for client in wish.clients:
        plan_reminders(state, session, client, second)
        state.attention_may.add((client.id, "plan_lapsing"))


def book(state: State, step: Step, out: Outcome) -> None:
    wish = _wish(state, step.fields, step.fields["start"])
    out.reasons = against(state, wish, step.at)
    out.outcome = "booked" if out.reasons.none else "refused"
    if out.reasons.none:
        state.holds.pop(step.fields.get("hold", ""), None)
        name = step.fields.get("as", f"step {step.index}")
        _keep(state, wish, name, step.at, False)


def series(state: State, step: Step, out: Outcome) -> None:
    out.booked = 0
    out.outcome = "series"
    for number, start in enumerate(sorted(step.fields["starts"]), 1):
        wish = _wish(state, step.fields, start)
        if number > MOST_OF_A_SERIES:
            found = Reasons(must={"series_full"})
        else:
            found = against(state, wish, step.at)
        day = day_of_number(wall_date(state.agency.zone, wish.start))
        if found.none:
            out.booked += 1
            _keep(state, wish, f"{step.fields.get('as')}#{number}", step.at, True)
        else:
            out.refused[day.isoformat()] = found


def hold(state: State, step: Step, out: Outcome) -> None:
    raw = step.fields
    second = state.agency.seconds(raw["start"])
    minutes = raw.get("minutes", state.policy("session_minutes"))
    counsellor = state.agency.counsellors[raw["counsellor"]]
    start = second // 60
    wish = Wish([], counsellor, start, minutes, "", off_grid=second % 60 != 0)
    out.reasons = against_hold(state, wish, step.at)
    out.outcome = "held" if out.reasons.none else "refused"
    if out.reasons.none:
        lapses = step.at + state.policy("hold_minutes") * 60
        name = raw["as"]
        state.holds[name] = Hold(name, raw["counsellor"], start, wish.end, lapses)


def move(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    if session is None or session.state != "booked":
        out.outcome, out.words = "refused", {"refused"}
        out.unchecked = True
        return
    wish = Wish(
        clients=[state.agency.clients[name] for name in session.clients],
        counsellor=state.agency.counsellors[session.counsellor],
        start=state.agency.seconds(step.fields["start"]) // 60,
        minutes=session.minutes,
        format=session.format,
        instead_of=session.name,
        off_grid=state.agency.seconds(step.fields["start"]) % 60 != 0,
    )
    out.reasons = against(state, wish, step.at)
    out.outcome = "moved" if out.reasons.none else "refused"
    if not out.reasons.none:
        return
    before = min(session.start, wish.start)
    session.start, session.version = wish.start, session.version + 1
    void(state, step.at, session=session.name)
    for client in wish.clients:
        plan_reminders(state, session, client, step.at)
        if step.fields.get("by", "client") == "agency":
            plan_change(state, session, client, "changed", before, step.at)


def cancel(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    if session is None or session.state != "booked":
        out.outcome, out.unchecked = "refused", True
        return
    out.outcome = "cancelled"
    session.state = "cancelled"
    void(state, step.at, session=session.name)
    if step.fields.get("by", "client") == "agency":
        for name in session.clients:
            client = state.agency.clients[name]
            plan_change(state, session, client, "cancelled", session.start, step.at)


def find(state: State, step: Step, out: Outcome) -> None:
    raw = step.fields
    first = state.agency.seconds(raw["from"]) // 60
    until = state.agency.seconds(raw["until"]) // 60
    names = (
        [raw["counsellor"]] if raw.get("counsellor") else list(state.agency.counsellors)
    )
    starts, pairs, whole = [], 0, 0
    for minute in range(first, until + 1):
        if minute % 5:
            continue
        free = [name for name in names if _free(state, raw, name, minute, step.at)]
        if not free:
            continue
        starts.append(minute)
        minutes = raw.get("minutes", state.policy("session_minutes"))
        pairs += len(free) if minute < until else 0
        whole += minute + minutes <= until
    before = [minute for minute in starts if minute < until]
    out.outcome = "found"
    out.first = before[0] if before else None
    out.counts = {len(before), len(starts), pairs, whole}


def _free(
    state: State, raw: dict[str, Any], counsellor: str, minute: int, second: int
) -> bool:
    wish = Wish(
        clients=[state.agency.clients[raw["client"]]],
        counsellor=state.agency.counsellors[counsellor],
        start=minute,
        minutes=raw.get("minutes", state.policy("session_minutes")),
        format=raw.get("format", "video"),
    )
    return against(state, wish, second).none
