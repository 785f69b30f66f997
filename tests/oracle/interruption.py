"""The agreed steps after a call broke off (F1–F4)."""

from tests.oracle.agency import Client, CutOffStep
from tests.oracle.her_numbers import answer
from tests.oracle.state import Interruption, Reasons, Session, State

CONTACT = {"call": ("voice", ""), "text": ("sms", "rejoin")}


def _against_step(
    state: State, client: Client, step: CutOffStep, current: Interruption, second: int
) -> Reasons:
    kind, meaning = CONTACT[step.do]
    outcome, found = answer(state, client, kind, "call_back", second, meaning)
    if current.branch == "not_safe":
        found.either("plan_suspended", "plan_lapsed")
    if step.do == "text" and current.texted:
        found.either("daily_cap", "weekly_cap", "not_offered")
    if outcome != "send" and found.none:
        found.either("outside_window")
    return found


def advance(state: State, session: Session, second: int) -> None:
    """Skip every step whose turn has come and which the gate does not allow now."""
    current = session.interruption
    if current is None or current.over:
        return
    client = state.agency.clients[session.clients[0]]
    while current.next < len(client.cutoff):
        step = client.cutoff[current.next]
        turn = current.since + step.after * 60
        if second < turn:
            return
        if step.do not in CONTACT:
            return
        found = _against_step(state, client, step, current, second)
        if found.none:
            current.shown = True
            return
        if step.do in current.skipped:
            found.add(current.skipped[step.do])
        current.skipped[step.do] = found
        current.since = turn if second - turn < 60 else second
        current.next += 1
        current.shown = False


def offered(state: State, session: Session, second: int) -> list[str]:
    """The step on offer at this instant, if one is."""
    current = session.interruption
    if current is None or current.over:
        return []
    advance(state, session, second)
    client = state.agency.clients[session.clients[0]]
    if current.next >= len(client.cutoff):
        return []
    step = client.cutoff[current.next]
    return [step.do] if second >= current.since + step.after * 60 else []
