"""One world: the file replayed minute by minute, with the random minutes given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.oracle.agency import Agency, Client, Step, as_date
from tests.oracle.booking import Wish, against, against_hold
from tests.oracle.contact import answer
from tests.oracle.delivery import deliver, killed_one_is_uncertain
from tests.oracle.inbound import receipt, suspend, text_came_in, void
from tests.oracle.intentions import plan_change, plan_rejoin, plan_reminders
from tests.oracle.interruption import advance, offered
from tests.oracle.readings import Readings
from tests.oracle.state import (
    ByHand,
    Hold,
    Interruption,
    Picker,
    Reasons,
    Session,
    State,
)
from tests.oracle.wall_time import DAY, day_of_number, wall_date


@dataclass
class Outcome:
    """What one step came to, in this world.

    `outcome` is a word; `words` are the others that the rules leave open. `offered`,
    `skipped`, `first`, `counts` and `refused` belong to the kinds that have them.
    """

    index: int
    kind: str
    at: int
    outcome: str | None = None
    words: set[str] = field(default_factory=set)
    reasons: Reasons = field(default_factory=Reasons)
    offered: list[str] | None = None
    skipped: dict[str, Reasons] = field(default_factory=dict)
    first: int | None = None
    counts: set[int] = field(default_factory=set)
    booked: int | None = None
    refused: dict[str, Reasons] = field(default_factory=dict)
    unchecked: bool = False


@dataclass
class World:
    """How it all ended, in this world."""

    state: State
    outcomes: list[Outcome]


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


def _book(state: State, step: Step, out: Outcome) -> None:
    wish = _wish(state, step.fields, step.fields["start"])
    out.reasons = against(state, wish, step.at)
    out.outcome = "booked" if out.reasons.none else "refused"
    if out.reasons.none:
        state.holds.pop(step.fields.get("hold", ""), None)
        name = step.fields.get("as", f"step {step.index}")
        _keep(state, wish, name, step.at, False)


def _series(state: State, step: Step, out: Outcome) -> None:
    out.booked = 0
    out.outcome = "series"
    for number, start in enumerate(step.fields["starts"], 1):
        wish = _wish(state, step.fields, start)
        found = against(state, wish, step.at)
        day = day_of_number(wall_date(state.agency.zone, wish.start))
        if found.none:
            out.booked += 1
            _keep(state, wish, f"{step.fields.get('as')}#{number}", step.at, True)
        else:
            out.refused[day.isoformat()] = found


def _hold(state: State, step: Step, out: Outcome) -> None:
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


def _move(state: State, step: Step, out: Outcome) -> None:
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
    void(state, session=session.name)
    for client in wish.clients:
        plan_reminders(state, session, client, step.at)
        if step.fields.get("by", "client") == "agency":
            plan_change(state, session, client, "changed", before, step.at)


def _cancel(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    if session is None or session.state != "booked":
        out.outcome, out.unchecked = "refused", True
        return
    out.outcome = "cancelled"
    session.state = "cancelled"
    void(state, session=session.name)
    if step.fields.get("by", "client") == "agency":
        for name in session.clients:
            client = state.agency.clients[name]
            plan_change(state, session, client, "cancelled", session.start, step.at)


def _find(state: State, step: Step, out: Outcome) -> None:
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


def _ask(state: State, step: Step, out: Outcome) -> None:
    raw = step.fields
    client = state.agency.clients[raw["client"]]
    out.outcome, out.reasons = answer(
        state, client, raw["channel"], raw["purpose"], step.at
    )
    out.words = {out.outcome}
    if out.reasons.doubt:
        out.words |= {"refused"}


def _confirm(state: State, step: Step, out: Outcome) -> None:
    client = state.agency.clients[step.fields["client"]]
    out.outcome = "ok"
    today = wall_date(client.zone, step.at // 60)
    client.valid_until = max(client.valid_until, today + state.policy("plan_days"))
    client.suspended = False
    client.lapse_seen = False
    for session in state.sessions_of(client.id):
        if session.state == "booked" and session.start * 60 > step.at:
            plan_reminders(state, session, client, step.at, anew=True)


def _suspend(state: State, step: Step, out: Outcome) -> None:
    suspend(state, state.agency.clients[step.fields["client"]])
    out.outcome = "ok"


def _withdraw(state: State, step: Step, out: Outcome) -> None:
    client = state.agency.clients[step.fields["client"]]
    kind = step.fields["channel"]
    for channel in client.channels:
        if channel.kind == kind:
            channel.withdrawn = True
    if kind == "sms" or state.readings.withdrawing_any_channel_voids_texts:
        void(state, client=client.id)
    out.outcome = "ok"


def _change_number(state: State, step: Step, out: Outcome) -> None:
    raw = step.fields
    client = state.agency.clients[raw["client"]]
    channel = client.channel(raw["channel"])
    if channel is not None:
        channel.address, channel.line = raw["address"], raw["line"]
        if state.readings.a_new_number_opens_a_closed_channel:
            channel.closed = False
        client.numbers.add(raw["address"])
    suspend(state, client)
    out.outcome = "ok"
    _same_numbers(state)


def _same_numbers(state: State) -> None:
    clients = list(state.agency.clients.values())
    for one in clients:
        for other in clients:
            shared = _addresses(one) & _addresses(other)
            if one.id < other.id and shared:
                state.raise_one_of(
                    *[(name, "same_number") for name in (one.id, other.id, "")]
                )


def _addresses(client: Client) -> set[str]:
    return {one.address for one in client.channels if one.address and not one.withdrawn}


def _reply(state: State, step: Step, out: Outcome) -> None:
    text_came_in(state, step.fields["from"], step.fields["body"])
    out.outcome = "handled"


def _receipt(state: State, step: Step, out: Outcome) -> None:
    raw = step.fields
    code = str(raw.get("code", ""))
    receipt(state, raw["session"], raw["status"], code, step.at)
    out.outcome = "handled"


def _provider(state: State, step: Step, out: Outcome) -> None:
    state.provider = str(step.fields["behaves"])


def _worker(state: State, step: Step, out: Outcome) -> None:
    what = step.fields["do"]
    if what == "kill":
        state.kill_armed = True
        return
    state.worker_runs = what == "start"
    if state.worker_runs:
        killed_one_is_uncertain(state)


def _pause(state: State, step: Step, out: Outcome) -> None:
    if not state.paused:
        state.paused, state.paused_since = True, step.at // 60
    out.outcome = "ok"


def _resume(state: State, step: Step, out: Outcome) -> None:
    by = step.fields["by"]
    people = {by} if isinstance(by, str) else set(by)
    out.outcome = "ok" if len(people) >= 2 else "refused"
    if out.outcome == "ok":
        state.paused = False
        if state.readings.resuming_lifts_a_paused_sender:
            state.sender_paused = False


def _start_session(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    out.outcome = "ok"
    if session is None or session.state != "booked":
        out.unchecked = True
        return
    if session.format == "video" and not state.agency.on_call:
        out.unchecked = True
    session.state = "in_session"


def _end_session(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    out.outcome = "ok"
    endings = {
        "in_session": "completed",
        "resumed": "completed",
        "interrupted": "ended_early",
    }
    if session is None or session.state not in endings:
        out.unchecked = True
        return
    session.state = endings[session.state]
    if session.doubtful_states:
        session.doubtful_states = {"completed", "ended_early"}
    if session.interruption:
        session.interruption.over = True


def _not_joined(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    out.outcome = "ok"
    if session is None or session.state != "booked":
        out.unchecked = True
        return
    session.state = "not_joined"
    void(state, session=session.name)


def _interrupt(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    if session is None or session.state not in {"in_session", "resumed"}:
        out.unchecked = True
        return
    branch = step.fields["branch"]
    session.state = "interrupted"
    session.was_interrupted = True
    session.interruption = Interruption(branch, step.at)
    for name in session.clients:
        state.attention.add((name, "review_due"))
        if branch in {"not_safe", "no_answer"}:
            state.attention.add((name, "supervisor_needed"))
        state.attention_may.add((name, "supervisor_needed"))
        if branch == "not_safe":
            suspend(state, state.agency.clients[name])
    _show_steps(state, session, step, out)


def _steps(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    if session is None or session.interruption is None:
        out.unchecked = True
        return
    _show_steps(state, session, step, out)


def _show_steps(state: State, session: Session, step: Step, out: Outcome) -> None:
    out.outcome = "steps"
    out.offered = offered(state, session, step.at)
    assert session.interruption is not None
    out.skipped = dict(session.interruption.skipped)
    out.unchecked = session.interruption.doubtful
    if session.interruption.branch in {"not_safe", "get_help"}:
        out.unchecked = bool(out.offered)


def _take(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    number = step.fields["step"]
    if session is None or session.interruption is None:
        out.outcome, out.reasons = "refused", Reasons(must={"not_offered"})
        return
    current = session.interruption
    on_offer = offered(state, session, step.at)
    out.unchecked = current.doubtful
    if not on_offer or number != current.next + 1:
        out.outcome, out.reasons = "refused", Reasons(must={"not_offered"})
        for found in current.skipped.values():
            out.reasons.may |= found.all_codes()
        return
    out.outcome = "logged"
    _log(state, session, on_offer[0], step)


def _log(state: State, session: Session, do: str, step: Step) -> None:
    current = session.interruption
    assert current is not None
    current.next += 1
    current.since = step.at
    current.shown = False
    client = state.agency.clients[session.clients[0]]
    what = step.fields["outcome"]
    _effects(state, session, client, do, step.at)
    if what == "rejoined":
        session.state, current.over = "resumed", True
    elif what == "someone_else":
        suspend(state, client)
        state.attention_may.update(
            (client.id, kind) for kind in ("supervisor_needed", "reply_other")
        )
    elif what == "answered":
        session.doubtful_states = {"interrupted", "resumed"}
        current.doubtful = True
    if do == "end":
        session.doubtful_states = {"interrupted", "ended_early"}
        current.doubtful = True


def _effects(
    state: State, session: Session, client: Client, do: str, second: int
) -> None:
    channel = client.channel("voice" if do == "call" else "sms")
    current = session.interruption
    assert current is not None
    if do == "call" and channel is not None:
        state.by_hand.append(ByHand(client.id, channel.address, second))
    if do == "text" and channel is not None:
        current.texted = True
        plan_rejoin(state, session, client, channel, second)


HANDLERS: dict[str, Callable[[State, Step, Outcome], None]] = {
    "book": _book,
    "series": _series,
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
    "start_session": _start_session,
    "end_session": _end_session,
    "not_joined": _not_joined,
    "interrupt": _interrupt,
    "steps": _steps,
    "take": _take,
}


def _lapses(state: State, second: int) -> None:
    for client in state.agency.clients.values():
        if client.lapse_seen or not client.lapsed(second):
            continue
        client.lapse_seen = True
        item = (client.id, "plan_lapsed")
        state.attention_may.add(item)
        ahead = [
            one
            for one in state.sessions_of(client.id)
            if one.state == "booked" and one.start * 60 > second
        ]
        if ahead:
            state.attention.add(item)


def _nobody_on_call(state: State, second: int) -> None:
    if state.agency.on_call or not state.agency.policy["require_on_call"]:
        return
    for session in state.sessions.values():
        due = (session.start - 2 * DAY) * 60
        if session.state == "booked" and session.format == "video" and second >= due:
            for name in session.clients:
                state.attention_may.add((name, "on_call_missing"))
            if not session.on_call_seen:
                session.on_call_seen = True
                state.raise_one_of(
                    *[(name, "on_call_missing") for name in (*session.clients, "")]
                )


def _tick(state: State, minute: int) -> None:
    if minute % 15 == 0:  # every midnight is at a whole quarter of an hour
        _lapses(state, minute * 60)
        _nobody_on_call(state, minute * 60)
    if state.readings.skipped_at_its_turn:
        for session in state.sessions.values():
            if session.interruption is not None:
                advance(state, session, minute * 60)
    if state.worker_runs:
        deliver(state, minute)


def run(
    agency: Agency, readings: Readings, pick: Picker, *, later_first: bool = False
) -> World:
    """Replay a file from its beginning to its end.

    `later_first`: of two texts due in one minute, the one written later goes first.
    """
    state = State(agency.afresh(), readings, pick, later_first)
    outcomes: list[Outcome] = []
    _same_numbers(state)
    waiting = list(state.agency.steps)
    for minute in range(agency.start // 60, agency.until // 60 + 1):
        while waiting and waiting[0].at // 60 <= minute:
            step = waiting.pop(0)
            out = Outcome(step.index, step.kind, step.at)
            HANDLERS[step.kind](state, step, out)
            outcomes.append(out)
        _tick(state, minute)
    return World(state, outcomes)


def roster(state: State, counsellor: str, day: date) -> list[str]:
    """A counsellor's sessions on one of her days, cancelled ones left out."""
    zone = state.agency.counsellors[counsellor].hours.zone
    return [
        session.name
        for session in sorted(state.sessions.values(), key=lambda one: one.start)
        if session.counsellor == counsellor
        and session.state != "cancelled"
        and wall_date(zone, session.start) == as_date(day)
    ]
