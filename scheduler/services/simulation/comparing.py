"""What a scenario expects beside what was found; each difference a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from scheduler.services.simulation.reading import Scenario
from scheduler.services.simulation.replay import Trace


def differences(scenario: Scenario, trace: Trace) -> list[str]:
    """Everything that is not as expected; empty when all holds."""
    return [
        *_steps(scenario, trace),
        *_sent(scenario, trace),
        *_messages(scenario, trace),
        *_attention(scenario, trace),
        *_states(scenario, trace),
        *_rosters(scenario, trace),
    ]


def _steps(scenario: Scenario, trace: Trace) -> list[str]:
    found = {each["index"]: each for each in trace.steps}
    differing = []
    for step in scenario.steps:
        answer = found.get(step.number - 1)
        where = f"step {step.number} ({step.kind})"
        if answer is None:
            differing.append(f"{where}: its time lies outside “from” and “until”.")
        elif step.expect is not None:
            said = _step(step.kind, step.expect, answer)
            if said:
                differing.append(f"{where}: {said}")
    return differing


def _step(kind: str, expect: Any, answer: Mapping[str, Any]) -> str:
    if kind == "find":
        return _found(expect, answer)
    if kind == "series":
        return _series(expect, answer)
    if isinstance(expect, str):
        if answer["outcome"] == expect:
            return ""
        reasons = ", ".join(answer["reasons"])
        return f"expected {expect}, found {answer['outcome']} ({reasons})."
    if "refused" in expect:
        return _refused(expect["refused"], answer)
    return _offered(expect, answer)


def _refused(codes: Sequence[str], answer: Mapping[str, Any]) -> str:
    if answer["outcome"] != "refused":
        return f"expected a refusal {list(codes)}, found {answer['outcome']}."
    missing = [code for code in codes if code not in _seen(answer["reasons"])]
    if missing:
        return f"expected {missing} among the reasons, found {answer['reasons']}."
    return ""


def _seen(reasons: Sequence[str]) -> list[str]:
    """The reasons as a supervisor sees them, and as everybody else does (E5)."""
    hidden = {"kept_apart", "not_your_file"} & set(reasons)
    return [*reasons, *(["counsellor_unavailable"] if hidden else [])]


def _offered(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    offered = answer.get("offered")
    if "offered" in expect and list(expect["offered"]) != offered:
        return f"expected {list(expect['offered'])} on offer, found {offered}."
    skipped = answer.get("skipped", {})
    for kind, codes in expect.get("skipped", {}).items():
        missing = [code for code in codes if code not in skipped.get(kind, [])]
        if kind not in skipped or missing:
            return f"expected {kind} skipped for {codes}, found {skipped}."
    return ""


def _found(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    if "count" in expect and expect["count"] != answer["count"]:
        return f"expected {expect['count']} starts, found {answer['count']}."
    first = answer["first"]
    if "first" in expect and (
        first is None or datetime.fromisoformat(first) != expect["first"]
    ):
        return f"expected the first at {expect['first'].isoformat()}, found {first}."
    return ""


def _series(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    if "booked" in expect and expect["booked"] != answer["booked"]:
        return (
            f"expected {expect['booked']} booked, found {answer['booked']}; "
            f"refused {answer['refused']}."
        )
    for day, codes in expect.get("refused", {}).items():
        found = answer["refused"].get(day)
        if found is None:
            return f"expected {day} refused, found it booked or not asked for."
        missing = [code for code in codes if code not in _seen(found)]
        if missing:
            return f"expected {missing} for {day}, found {found}."
    return ""


def _sent(scenario: Scenario, trace: Trace) -> list[str]:
    differing = []
    clients = sorted(
        {each["client"] for each in (*scenario.expected["sent"], *trace.sent)}
    )
    for client in clients:
        expected = [
            each for each in scenario.expected["sent"] if each["client"] == client
        ]
        found = [each for each in trace.sent if each["client"] == client]
        if len(expected) != len(found):
            told = "; ".join(f"{each['meaning']} at {each['at']}" for each in found)
            differing.append(
                f"sent to {client}: expected {len(expected)}, found {len(found)} "
                f"({told or 'nothing'})."
            )
            continue
        for number, (want, got) in enumerate(zip(expected, found, strict=True)):
            previous = found[number - 1] if number else None
            said = _text(want, got, previous)
            if said:
                differing.append(f"sent to {client}, text {number + 1}: {said}")
    return differing


def _text(
    want: Mapping[str, Any], got: Mapping[str, Any], previous: Mapping[str, Any] | None
) -> str:
    at = datetime.fromisoformat(got["at"])
    if want["meaning"] != got["meaning"]:
        return f"expected {want['meaning']}, found {got['meaning']}."
    if "after" in want and at < want["after"]:
        return f"expected after {want['after'].isoformat()}, found {got['at']}."
    if "before" in want and at > want["before"]:
        return f"expected before {want['before'].isoformat()}, found {got['at']}."
    if "to" in want and want["to"] != got["to"]:
        return "it went to another number than expected."
    same = previous is not None and previous["body"] == got["body"]
    if want.get("phrase_not") == "previous" and same:
        return "expected another phrase than the one before."
    return ""


def _messages(scenario: Scenario, trace: Trace) -> list[str]:
    left = list(trace.messages)
    differing = []
    for want in scenario.expected["message"]:
        match = next((each for each in left if _is_message(want, each)), None)
        if match is not None:
            left.remove(match)
            continue
        about = [
            f"{each['state']} {each['reasons']}"
            for each in trace.messages
            if want["session"] in each["sessions"]
            and want["meaning"] == each["meaning"]
        ]
        asked = f"{want.get('state', 'any state')} {list(want.get('reasons', []))}"
        differing.append(
            f"message {want['meaning']} of {want['session']}: expected {asked}, "
            f"found {'; '.join(about) or 'none'}."
        )
    return differing


def _is_message(want: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    return (
        want["session"] in got["sessions"]
        and want["meaning"] == got["meaning"]
        and want.get("state") in (None, got["state"])
        and set(want.get("reasons", ())) <= set(got["reasons"])
    )


def _attention(scenario: Scenario, trace: Trace) -> list[str]:
    kinds = sorted({each["kind"] for each in trace.attention})
    return [
        f"attention: expected {want['kind']} for {want.get('client', 'anybody')}, "
        f"found {kinds}."
        for want in scenario.expected["attention"]
        if not any(_is_item(want, each) for each in trace.attention)
    ]


def _is_item(want: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """An item that names no client, such as the sender that stands, is about each."""
    theirs = "client" not in want or got["client"] in {None, want["client"]}
    return theirs and want["kind"] == got["kind"]


def _states(scenario: Scenario, trace: Trace) -> list[str]:
    differing = []
    for want in scenario.expected["client_state"]:
        found = trace.clients.get(want["id"])
        if found != want["plan"]:
            differing.append(
                f"plan of {want['id']}: expected {want['plan']}, found {found}."
            )
    for want in scenario.expected["session_state"]:
        found = trace.sessions.get(want["session"])
        if found != want["state"]:
            differing.append(
                f"session {want['session']}: expected {want['state']}, found {found}."
            )
    return differing


def _rosters(scenario: Scenario, trace: Trace) -> list[str]:
    differing = []
    for want in scenario.expected["roster"]:
        key = f"{want['counsellor']} {want['date']}"
        if sorted(want["sessions"]) != sorted(trace.rosters[key]):
            differing.append(
                f"roster of {key}: expected {want['sessions']}, "
                f"found {trace.rosters[key]}."
            )
    return differing
