"""Does the oracle agree with what a scenario file itself expects?

The file must hold whatever chance does, so it is held against every world.
"""

from datetime import datetime
from typing import Any

from tests.oracle.agency import Agency
from tests.oracle.replay import Prediction, plan_state, session_states, states_of
from tests.oracle.state import Outcome, Reasons
from tests.oracle.wall_time import stamp
from tests.oracle.world import World, roster


def disagreements(scenario: dict[str, Any], prediction: Prediction) -> list[str]:
    """Every expectation of the file that some world does not meet, as a sentence."""
    found: list[str] = []
    for world in prediction.worlds:
        found += _about_steps(scenario, prediction.agency, world)
        found += _about_sent(scenario, prediction.agency, world)
        found += _about_messages(scenario, world)
        found += _about_attention(scenario, world)
        found += _about_states(scenario, world)
    return list(dict.fromkeys(found))


def _about_steps(scenario: dict[str, Any], agency: Agency, world: World) -> list[str]:
    found = []
    for raw, out in zip(scenario.get("step", []), world.outcomes, strict=True):
        expect = raw.get("expect")
        if expect is None:
            continue
        wrong = _about_step(expect, agency, out)
        if wrong:
            found.append(f"step {out.index} ({out.kind}): {wrong}")
    return found


def _about_step(expect: Any, agency: Agency, out: Outcome) -> str:
    if isinstance(expect, str):
        if expect == out.outcome or expect in out.words:
            return ""
        held = sorted(out.reasons.all_codes())
        return f"the file expects {expect}, the oracle {out.outcome} {held}"
    if out.kind == "series":
        return _about_series(expect, out)
    if "refused" in expect:
        return _about_refusal(expect["refused"], out)
    if out.kind == "find":
        return _about_find(expect, agency, out)
    return _about_offer(expect, out)


def _uncovered(codes: list[str], reasons: Reasons) -> list[str]:
    return [code for code in codes if code not in reasons.all_codes()]


def _about_refusal(codes: list[str], out: Outcome) -> str:
    if "refused" not in out.words | {out.outcome}:
        return f"the file expects a refusal, the oracle {out.outcome}"
    wrong = _uncovered(codes, out.reasons)
    if wrong:
        held = sorted(out.reasons.all_codes())
        return f"the file expects {wrong}, the oracle finds only {held}"
    return ""


def _about_series(expect: dict[str, Any], out: Outcome) -> str:
    if "booked" in expect and expect["booked"] != out.booked:
        return f"the file expects {expect['booked']} booked, the oracle {out.booked}"
    for day, codes in expect.get("refused", {}).items():
        if day not in out.refused:
            return f"the file expects {day} refused, the oracle books it"
        wrong = _uncovered(codes, out.refused[day])
        if wrong:
            return f"the file expects {wrong} on {day}"
    return ""


def _about_find(expect: dict[str, Any], agency: Agency, out: Outcome) -> str:
    if "first" in expect:
        first = agency.seconds(expect["first"]) // 60
        if first != out.first:
            got = stamp(out.first * 60) if out.first else "none"
            return f"the file expects {expect['first']} first, the oracle {got}"
    if "count" in expect and expect["count"] not in out.counts:
        return f"the file expects {expect['count']}, the oracle {sorted(out.counts)}"
    return ""


def _about_offer(expect: dict[str, Any], out: Outcome) -> str:
    if "offered" in expect and expect["offered"] != out.offered:
        return f"the file expects {expect['offered']}, the oracle {out.offered}"
    for do, codes in expect.get("skipped", {}).items():
        if do not in out.skipped:
            return f"the file expects {do} skipped, the oracle does not"
        wrong = _uncovered(codes, out.skipped[do])
        if wrong:
            return f"the file expects {do} skipped for {wrong}"
    return ""


def _second(agency: Agency, value: datetime) -> int:
    return agency.seconds(value)


def _about_sent(scenario: dict[str, Any], agency: Agency, world: World) -> list[str]:
    found = []
    for client in agency.clients:
        expected = [one for one in scenario.get("sent", []) if one["client"] == client]
        gone = [one for one in world.state.departures if one.message.client == client]
        told = [f"{one.message.meaning} {stamp(one.second)}" for one in gone]
        if len(expected) != len(gone):
            found.append(f"{client}: {len(expected)} texts expected, oracle: {told}")
            continue
        for want, one in zip(expected, gone, strict=True):
            if want["meaning"] != one.message.meaning:
                found.append(f"{client}: {want['meaning']} expected, oracle: {told}")
            low = _second(agency, want["after"]) if "after" in want else one.second
            high = _second(agency, want["before"]) if "before" in want else one.second
            if not low <= one.second <= high:
                found.append(f"{client}: outside the range expected: {told}")
            if "to" in want and want["to"] != one.message.to:
                found.append(f"{client}: to {want['to']}, oracle: {one.message.to}")
    return found


def _about_messages(scenario: dict[str, Any], world: World) -> list[str]:
    found = []
    for want in scenario.get("message", []):
        alike = [
            one
            for one in world.state.messages
            if one.session == want["session"]
            and one.meaning == want["meaning"]
            and want.get("client", one.client) == one.client
            and ("state" not in want or want["state"] in states_of(one))
            and set(want.get("reasons", [])) <= one.reasons
        ]
        if not alike:
            told = [
                (one.session, one.meaning, one.state, sorted(one.reasons))
                for one in world.state.messages
            ]
            found.append(f"no message like {want}, oracle: {told}")
    return found


def _about_attention(scenario: dict[str, Any], world: World) -> list[str]:
    known = world.state.attention | world.state.attention_may
    return [
        f"attention {want} is not raised by the oracle"
        for want in scenario.get("attention", [])
        if (want.get("client", ""), want["kind"]) not in known
    ]


def _about_states(scenario: dict[str, Any], world: World) -> list[str]:
    found = []
    for want in scenario.get("client_state", []):
        state = plan_state(world, want["id"])
        if state != want["plan"]:
            found.append(f"{want['id']}: plan {want['plan']}, oracle: {state}")
    for want in scenario.get("session_state", []):
        states = session_states(world, want["session"])
        if want["state"] not in states:
            found.append(f"{want['session']}: {want['state']}, oracle: {states}")
    for want in scenario.get("roster", []):
        sessions = roster(world.state, want["counsellor"], want["date"])
        if want["sessions"] != sessions:
            found.append(f"roster {want}: oracle {sessions}")
    return found
