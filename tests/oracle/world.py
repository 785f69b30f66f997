"""One world: the file replayed minute by minute, with the random minutes given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.oracle.agency import Agency, Client, Step, as_date
from tests.oracle.booking_steps import book, cancel, find, hold, move, series
from tests.oracle.delivery import deliver, killed_one_is_uncertain
from tests.oracle.ending import is_past, suspend, void
from tests.oracle.her_numbers import answer
from tests.oracle.inbound import receipt, text_came_in
from tests.oracle.intentions import plan_reminders
from tests.oracle.interruption import advance
from tests.oracle.readings import Readings
from tests.oracle.session_steps import (
    end_session,
    interrupt,
    not_joined,
    start_session,
    steps,
    take,
)
from tests.oracle.state import Outcome, Picker, State
from tests.oracle.wall_time import DAY, wall_date


@dataclass
class World:
    """How it all ended, in this world."""

    state: State
    outcomes: list[Outcome]


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
    days = min(state.policy("plan_days"), state.policy("plan_days_max"))
    client.valid_until = max(client.valid_until, today + days)
    client.suspended = False
    client.lapse_seen = False
    for session in state.sessions_of(client.id):
        if session.state == "booked" and session.start * 60 > step.at:
            plan_reminders(state, session, client, step.at, anew=True)


def _suspend(state: State, step: Step, out: Outcome) -> None:
    suspend(state, state.agency.clients[step.fields["client"]], step.at)
    out.outcome = "ok"


def _withdraw(state: State, step: Step, out: Outcome) -> None:
    client = state.agency.clients[step.fields["client"]]
    kind = step.fields["channel"]
    for channel in client.channels:
        if channel.kind == kind:
            channel.withdrawn = True
    if kind == "sms" or state.readings.withdrawing_any_channel_voids_texts:
        void(state, step.at, client=client.id)
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
    suspend(state, client, step.at)
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
    text_came_in(state, step.fields["from"], step.fields["body"], step.at)
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


HANDLERS: dict[str, Callable[[State, Step, Outcome], None]] = {
    "book": book,
    "series": series,
    "hold": hold,
    "move": move,
    "cancel": cancel,
    "find": find,
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
    "start_session": start_session,
    "end_session": end_session,
    "not_joined": not_joined,
    "interrupt": interrupt,
    "steps": steps,
    "take": take,
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


def _quarter(minute: int) -> int:
    return -(-minute // 15) * 15


def _next_look(state: State, minute: int) -> int:
    """The next minute in which a tick can do anything, if no step comes before it."""
    calls = [one.interruption for one in state.sessions.values()]
    if any(one is not None and not one.over for one in calls):
        return minute + 1
    looks = [minute + DAY]
    looks += [
        max(minute + 1, min(one.at, one.not_after + 1))
        for one in state.messages
        if one.open
    ]
    looks += [
        _quarter(max(minute + 1, one.lapses_at()))
        for one in state.agency.clients.values()
        if not one.lapse_seen
    ]
    if not state.agency.on_call:
        looks.append(_quarter(minute + 1))
    return min(looks)


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
    minute = agency.start // 60
    while minute <= agency.until // 60:
        while waiting and waiting[0].at // 60 <= minute:
            step = waiting.pop(0)
            out = Outcome(step.index, step.kind, step.at)
            HANDLERS[step.kind](state, step, out)
            outcomes.append(out)
        _tick(state, minute)
        ahead = [waiting[0].at // 60] if waiting else []
        minute = max(minute + 1, min([*ahead, _next_look(state, minute)]))
    for message in state.messages:
        if message.open and is_past(message, agency.until):
            message.doubtful_states = message.doubtful_states | {"expired"}
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
