"""A product's trace, held against the oracle: each difference is a sentence.

The random minutes are read from the trace: the file is replayed with them, and if
one world fits the trace entirely there is nothing to say. Of a text that did not
leave the minute is not known; the likely ones are tried. If no world fits, the
differences to the nearest world are told.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.oracle.contact import window_end
from tests.oracle.replay import Prediction, plan_state, session_states, states_of
from tests.oracle.state import Departure, Message, Outcome, Reasons
from tests.oracle.wall_time import EPOCH, stamp
from tests.oracle.world import World, run

Trace = dict[str, Any]
WORLDS = 60
QUIET_KINDS = {"plan_lapsing", "plan_lapsed", "delivery_failed", "on_call_missing"}
NOT_ROWS = {"none", "refused", "not_planned"}


def second_of_trace(value: Any) -> int:
    """An instant of a trace: seconds, an aware datetime, or its ISO text."""
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return int((value - EPOCH).total_seconds())


@dataclass
class _Guide:
    """Chooses minutes as the trace did, where the trace shows them."""

    trace: Trace
    moments: list[int]
    deviations: dict[int, int]

    def __post_init__(self) -> None:
        self.asked: list[int] = []
        self.used: set[int] = set()
        self.left = [
            (one["client"], one["meaning"], second_of_trace(one["at"]) // 60)
            for one in self.trace.get("sent", [])
        ]

    def _seen(self, message: Message, minutes: list[int]) -> list[int]:
        fitting = [
            (index in self.used, index, minute)
            for index, (client, meaning, minute) in enumerate(self.left)
            if (client, meaning) == (message.client, message.meaning)
            and minute in minutes
        ]
        fitting.sort()
        if fitting and not self.deviations.get(len(self.asked)):
            self.used.add(fitting[0][1])
        return [minute for _, _, minute in fitting]

    def options(self, message: Message, minutes: list[int]) -> list[int]:
        """Minutes worth trying, the likeliest first."""
        found = self._seen(message, minutes)
        found += [minutes[-1], minutes[0], minutes[len(minutes) // 2]]
        for moment in self.moments:
            found += [one for one in (moment - 1, moment, moment + 1) if one in minutes]
        return list(dict.fromkeys(found))

    def pick(self, message: Message, minutes: list[int]) -> int:
        """The minute for one message in this world."""
        options = self.options(message, minutes)
        choice = self.deviations.get(len(self.asked), 0)
        self.asked.append(len(options))
        return options[choice % len(options)]


def _deviations(asked: list[int]) -> Iterator[dict[int, int]]:
    """One message at another minute, then two, then three."""
    singles = [
        (place, choice)
        for place, count in enumerate(asked)
        for choice in range(1, count)
    ]
    singles.sort(key=lambda one: one[1])
    for size in (1, 2, 3):
        for several in itertools.combinations(singles, size):
            if len({place for place, _ in several}) == size:
                yield dict(several)


def check(
    scenario: dict[str, Any],
    prediction: Prediction,
    trace: Trace,
    *,
    worlds: int = WORLDS,
) -> list[str]:
    """Every difference between a product's trace and the oracle, as a sentence.

    `worlds` bounds how many ways of drawing the unseen minutes are tried.
    """
    agency = prediction.agency
    moments = sorted({step.at // 60 for step in agency.steps})
    moments += sorted(second_of_trace(one["at"]) // 60 for one in trace.get("sent", []))
    first = _Guide(trace, moments, {})
    best = _in_both_orders(prediction, first, trace)
    for number, change in enumerate(_deviations(first.asked)):
        if not best or number >= worlds:
            break
        other = _Guide(trace, moments, change)
        best = min(best, _in_both_orders(prediction, other, trace), key=len)
    return best


def _in_both_orders(prediction: Prediction, guide: _Guide, trace: Trace) -> list[str]:
    agency, readings = prediction.agency, prediction.readings
    world = run(agency, readings, guide.pick)
    found = _differences(world, trace)
    if found and world.state.tied:
        again = _Guide(trace, guide.moments, guide.deviations)
        other = run(agency, readings, again.pick, later_first=True)
        found = min(found, _differences(other, trace), key=len)
    return found


def _differences(world: World, trace: Trace) -> list[str]:
    return [
        *_about_steps(world, trace),
        *_about_sent(world, trace),
        *_about_messages(world, trace),
        *_about_attention(world, trace),
        *_about_states(world, trace),
    ]


def _about_steps(world: World, trace: Trace) -> list[str]:
    found = []
    told = {one["index"]: one for one in trace.get("steps", [])}
    for out in world.outcomes:
        if out.index not in told:
            found.append(f"step {out.index} ({out.kind}) is not in the trace")
        elif not out.unchecked:
            found += [
                f"step {out.index} ({out.kind} at {stamp(out.at)}): {wrong}"
                for wrong in _about_step(out, told[out.index])
            ]
    return found


def _flat(told: dict[str, Any]) -> dict[str, Any]:
    flat = dict(told)
    if isinstance(told.get("outcome"), dict):
        flat.update(told["outcome"])
        flat["outcome"] = "refused" if "refused" in told["outcome"] else None
    return flat


def _about_step(out: Outcome, told: dict[str, Any]) -> Iterator[str]:
    flat = _flat(told)
    if out.kind == "find":
        yield from _about_find(out, flat)
    elif out.kind == "series":
        yield from _about_series(out, flat)
    elif out.kind in {"interrupt", "steps"}:
        yield from _about_offer(out, flat)
    elif out.outcome is not None:
        yield from _about_word(out, flat)


def _about_word(out: Outcome, told: dict[str, Any]) -> Iterator[str]:
    word = told.get("outcome")
    if word not in {out.outcome} | out.words:
        held = sorted(out.reasons.all_codes())
        yield f"{word} {told.get('reasons', '')}, the rules say {out.outcome} {held}"
    elif word == "refused":
        codes = told.get("reasons") or told.get("refused") or []
        yield from _about_reasons(out.reasons, codes)


def _about_reasons(reasons: Reasons, codes: list[str]) -> Iterator[str]:
    listed = set(codes)
    missing = reasons.must - listed
    if missing:
        yield f"the reasons {sorted(missing)} are not listed among {sorted(listed)}"
    for one in reasons.any_of:
        if not one & listed:
            yield f"one of {sorted(one)} should be among {sorted(listed)}"
    extra = listed - reasons.all_codes()
    if extra:
        yield f"the reasons {sorted(extra)} do not hold"


def _about_find(out: Outcome, told: dict[str, Any]) -> Iterator[str]:
    first = told.get("first")
    minute = second_of_trace(first) // 60 if first is not None else None
    if minute != out.first:
        right = stamp(out.first * 60) if out.first is not None else "none"
        yield f"first is {first}, the rules say {right}"
    if "count" in told and told["count"] not in out.counts:
        yield f"count is {told['count']}, the rules say {sorted(out.counts)}"


def _about_series(out: Outcome, told: dict[str, Any]) -> Iterator[str]:
    if told.get("booked") != out.booked:
        yield f"{told.get('booked')} booked, the rules say {out.booked}"
    refused = told.get("refused") or {}
    for day in sorted(set(refused) ^ set(out.refused)):
        yield f"{day} is refused by only one of the two"
    for day, codes in refused.items():
        if day in out.refused:
            yield from _about_reasons(out.refused[day], codes)


def _about_offer(out: Outcome, told: dict[str, Any]) -> Iterator[str]:
    if told.get("offered", []) != out.offered:
        yield f"offered {told.get('offered')}, the rules say {out.offered}"
    skipped = told.get("skipped") or {}
    for do in sorted(set(skipped) ^ set(out.skipped)):
        yield f"{do} is skipped by only one of the two"
    for do, codes in skipped.items():
        if do in out.skipped:
            yield from _about_reasons(out.skipped[do], codes)


def _about_sent(world: World, trace: Trace) -> list[str]:
    found = []
    for client in world.state.agency.clients:
        told = [one for one in trace.get("sent", []) if one["client"] == client]
        told.sort(key=lambda one: second_of_trace(one["at"]))
        right = [one for one in world.state.departures if one.message.client == client]
        right.sort(key=lambda one: one.second)
        for one, gone in itertools.zip_longest(told, right):
            if one is None:
                found.append(f"{_told(gone)} did not leave")
            elif gone is None:
                found.append(
                    f"{client}: {one['meaning']} left at {one['at']}, nothing should"
                )
            else:
                found += _about_departure(world, one, gone)
    return found


def _told(gone: Departure) -> str:
    message = gone.message
    return (
        f"{message.client}: {message.meaning} for {message.session} "
        f"({stamp(gone.second)}, drawn from {stamp(message.earliest * 60)} to "
        f"{stamp(message.latest * 60)})"
    )


def _about_departure(world: World, one: Trace, gone: Departure) -> Iterator[str]:
    at = second_of_trace(one["at"])
    if one["meaning"] != gone.message.meaning:
        yield f"{one['meaning']} left at {one['at']}, the rules say {_told(gone)}"
        return
    if not gone.second - 59 <= at <= gone.second + gone.late:
        yield f"{one['meaning']} left at {one['at']}, the rules say {_told(gone)}"
    if one.get("to") and one["to"] != gone.message.to:
        yield f"{_told(gone)} left to {one['to']}, not {gone.message.to}"
    yield from _about_window(world, one, gone, at)


def _about_window(world: World, one: Trace, gone: Departure, at: int) -> Iterator[str]:
    """T7 and M6, at the very second, whatever was predicted."""
    client = world.state.agency.clients[gone.message.client]
    assert gone.message.by is not None
    channel = client.channels[gone.message.by]
    margin = world.state.policy("margin_minutes") * 60
    left = window_end(channel, at // 60) * 60 - at - margin
    if not channel.hours.is_open(at // 60) or left < 60:
        yield f"{_told(gone)} left at {stamp(at)}, outside window and margin"
    validity = one.get("validity")
    if validity is not None and not 60 <= validity <= max(60, min(600, left)):
        yield f"{_told(gone)} has validity {validity}, {left} s were left"


def _about_messages(world: World, trace: Trace) -> list[str]:
    found = []
    series = {one.name for one in world.state.sessions.values() if one.in_series}
    keys: dict[tuple[str, str, str], tuple[list[set[str]], list[str]]] = {}
    for message in world.state.messages:
        name = "" if message.session in series else message.session
        key = (name, message.client, message.meaning)
        keys.setdefault(key, ([], []))[0].append(states_of(message))
    for one in trace.get("messages", []):
        name = one["session"] if one["session"] in _plain(world) else ""
        key = (name, one["client"], one["meaning"])
        if one["state"] not in NOT_ROWS:
            keys.setdefault(key, ([], []))[1].append(one["state"])
    for key, (right, told) in keys.items():
        if not _fit(right, told):
            wanted = [sorted(one) for one in right]
            found.append(f"{key}: states {told}, the rules say {wanted}")
    return found


def _plain(world: World) -> set[str]:
    sessions = world.state.sessions.values()
    return {one.name for one in sessions if not one.in_series}


def _fit(right: list[set[str]], told: list[str]) -> bool:
    """Each state told fits one intention and the other way round; how often an
    intention was cancelled and written anew is not compared."""
    return _match(
        [one for one in right if one != {"cancelled"}],
        [one for one in told if one != "cancelled"],
    )


def _match(right: list[set[str]], told: list[str]) -> bool:
    if not told:
        return all("cancelled" in one for one in right)
    tried: list[set[str]] = []
    for index, wanted in enumerate(right):
        if told[0] not in wanted or wanted in tried:
            continue
        tried.append(wanted)
        if _match(right[:index] + right[index + 1 :], told[1:]):
            return True
    return False


def _about_attention(world: World, trace: Trace) -> list[str]:
    raised = {(one.get("client") or "", one["kind"]) for one in trace["attention"]}
    state = world.state
    found = [
        f"attention {kind} for {client} is not raised"
        for client, kind in sorted(state.attention - raised)
    ]
    found += [
        f"attention: one of {sorted(several)} is not raised"
        for several in state.attention_any
        if not several & raised
    ]
    extra = raised - state.attention - state.attention_may
    found += [
        f"attention {kind} for {client} is raised, the rules give no cause"
        for client, kind in sorted(extra)
        if kind not in QUIET_KINDS
    ]
    return found


def _about_states(world: World, trace: Trace) -> list[str]:
    found = []
    for client, told in trace.get("clients", {}).items():
        right = plan_state(world, client)
        if told != right:
            found.append(f"{client}: plan is {told}, the rules say {right}")
    for name, told in trace.get("sessions", {}).items():
        if name in _plain(world) and told not in session_states(world, name):
            states = sorted(session_states(world, name))
            found.append(f"{name}: session is {told}, the rules say {states}")
    found += [
        f"{name}: the session is not in the trace"
        for name in sorted(_plain(world) - set(trace.get("sessions", {})))
    ]
    return found
