"""Steps about a session that takes place, and one that breaks off (B5, F)."""

from tests.oracle.agency import Client, Step
from tests.oracle.ending import suspend, void
from tests.oracle.her_numbers import number_that_may
from tests.oracle.intentions import plan_rejoin
from tests.oracle.interruption import CONTACT, offered
from tests.oracle.state import (
    ByHand,
    Interruption,
    Outcome,
    Reasons,
    Session,
    State,
)


def start_session(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    out.outcome = "refused" if session is None else "ok"
    if session is None or session.state != "booked":
        out.unchecked = True
        return
    if session.format == "video" and not state.agency.on_call:
        out.unchecked = True
    session.state = "in_session"


def end_session(state: State, step: Step, out: Outcome) -> None:
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


def not_joined(state: State, step: Step, out: Outcome) -> None:
    session = state.sessions.get(step.fields["session"])
    out.outcome = "ok"
    if session is None or session.state != "booked":
        out.unchecked = True
        return
    session.state = "not_joined"
    void(state, step.at, session=session.name)


def interrupt(state: State, step: Step, out: Outcome) -> None:
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
            suspend(state, state.agency.clients[name], step.at)
    _show_steps(state, session, step, out)


def steps(state: State, step: Step, out: Outcome) -> None:
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


def take(state: State, step: Step, out: Outcome) -> None:
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
        suspend(state, client, step.at)
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
    kind, meaning = CONTACT.get(do, ("", ""))
    channel = number_that_may(state, client, kind, second, meaning) if kind else None
    current = session.interruption
    assert current is not None
    if do == "call" and channel is not None:
        state.by_hand.append(ByHand(client.id, channel.address, second))
    if do == "text" and channel is not None:
        current.texted = True
        plan_rejoin(state, session, client, channel, second)
