"""What a scenario must come to, with everything that chance leaves open.

The random minutes are not predicted: the file is replayed several times, with the
earliest minutes, the latest, and those just before and after each step. What is the
same in every one of these worlds is certain.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.oracle.agency import Agency, read_agency
from tests.oracle.readings import Readings
from tests.oracle.state import Message, Picker
from tests.oracle.wall_time import stamp
from tests.oracle.world import World, run

Key = tuple[str, str, str, int, int, int]


@dataclass
class Text:
    """A text to a client: when it leaves, and whether it is certain to."""

    client: str
    session: str
    meaning: str
    earliest: int
    latest: int
    certain: bool

    def __str__(self) -> str:
        sure = "leaves" if self.certain else "may leave"
        return (
            f"{self.client}: {self.meaning} for {self.session} {sure} between "
            f"{stamp(self.earliest)} and {stamp(self.latest)}"
        )


@dataclass
class Fate:
    """An intention, written or not, and the states it may end in."""

    session: str
    client: str
    meaning: str
    states: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)


@dataclass
class Prediction:
    """Every world that was looked at, and what they have in common."""

    agency: Agency
    readings: Readings
    worlds: list[World]
    texts: list[Text]
    fates: list[Fate]
    attention: set[tuple[str, str]]
    clients: dict[str, set[str]]
    sessions: dict[str, set[str]]

    def outcomes(self, index: int) -> set[str]:
        """The words that step `index` may answer with."""
        found: set[str] = set()
        for world in self.worlds:
            out = world.outcomes[index]
            found |= {out.outcome or ""} | out.words
        return found


def key_of(message: Message) -> Key:
    """What makes an intention the same one in two worlds."""
    return (
        message.client,
        message.session,
        message.meaning,
        message.version,
        message.ordinal,
        message.attempt,
    )


def _earliest(message: Message, minutes: list[int]) -> int:
    return minutes[0]


def _latest(message: Message, minutes: list[int]) -> int:
    return minutes[-1]


def _around(minute: int, otherwise: Picker) -> Picker:
    def pick(message: Message, minutes: list[int]) -> int:
        if minutes[0] <= minute <= minutes[-1]:
            return min(minutes, key=lambda one: abs(one - minute))
        return otherwise(message, minutes)

    return pick


def _alternating(odd: bool) -> Picker:
    seen = [odd]

    def pick(message: Message, minutes: list[int]) -> int:
        seen[0] = not seen[0]
        return minutes[0] if seen[0] else minutes[-1]

    return pick


def _pickers(agency: Agency, first: World) -> list[Picker]:
    found: list[Picker] = [_latest, _alternating(True), _alternating(False)]
    ranges = [(one.earliest, one.latest) for one in first.state.messages]
    moments: set[int] = set()
    for step in agency.steps:
        at = step.at // 60
        if any(low - 1 <= at <= high + 1 for low, high in ranges):
            moments |= {at - 1, at, at + 1}
    for moment in sorted(moments)[:30]:
        found.append(_around(moment, _earliest))
        found.append(_around(moment, _latest))
    return found


def _texts(worlds: list[World]) -> list[Text]:
    found: dict[Key, Text] = {}
    seen: dict[Key, int] = {}
    for world in worlds:
        for gone in world.state.departures:
            key = key_of(gone.message)
            seen[key] = seen.get(key, 0) + 1
            text = found.setdefault(
                key, Text(key[0], key[1], key[2], gone.second, gone.second, False)
            )
            text.earliest = min(text.earliest, gone.second)
            text.latest = max(text.latest, gone.second)
    for key, text in found.items():
        text.certain = seen[key] == len(worlds)
    return sorted(found.values(), key=lambda one: (one.earliest, one.client))


def _fates(worlds: list[World]) -> list[Fate]:
    found: dict[Key, Fate] = {}
    for world in worlds:
        for message in world.state.messages:
            key = key_of(message)
            fate = found.setdefault(
                key, Fate(message.session, message.client, message.meaning)
            )
            fate.states |= states_of(message)
            fate.reasons |= message.reasons
        for number, one in enumerate(world.state.not_planned):
            key = (one.client, one.session, one.meaning, -1, number, 0)
            fate = found.setdefault(key, Fate(one.session, one.client, one.meaning))
            fate.states.add("not planned")
            fate.reasons |= one.reasons.all_codes()
    return list(found.values())


ALIKE = {
    "accepted": {"accepted", "sent"},
    "planned": {"planned", "due", "claimed"},
    "due": {"planned", "due", "claimed"},
    "prompted": {"prompted", "due"},
    "sending": {"sending", "uncertain"},
}


def states_of(message: Message) -> set[str]:
    """The states that this intention may be found in at the end."""
    return ALIKE.get(message.state, {message.state}) | message.doubtful_states


def plan_state(world: World, client: str) -> str:
    """Lapsed outranks suspended (P8)."""
    one = world.state.agency.clients[client]
    if one.lapsed(world.state.agency.until):
        return "lapsed"
    return "suspended" if one.suspended else "active"


def session_states(world: World, name: str) -> set[str]:
    """The states that a session may be found in at the end."""
    session = world.state.sessions[name]
    return session.doubtful_states or {session.state}


def replay(scenario: dict[str, Any], readings: Readings | None = None) -> Prediction:
    """Predict what a parsed scenario file comes to."""
    agency = read_agency(scenario)
    readings = readings or Readings()
    first = run(agency, readings, _earliest)
    worlds = [first]
    worlds += [run(agency, readings, pick) for pick in _pickers(agency, first)]
    if any(world.state.tied for world in worlds):
        worlds.append(run(agency, readings, _earliest, later_first=True))
        worlds.append(run(agency, readings, _latest, later_first=True))
    names = {name for world in worlds for name in world.state.sessions}
    return Prediction(
        agency=agency,
        readings=readings,
        worlds=worlds,
        texts=_texts(worlds),
        fates=_fates(worlds),
        attention=set.intersection(*[set(world.state.attention) for world in worlds]),
        clients={
            name: {plan_state(world, name) for world in worlds}
            for name in agency.clients
        },
        sessions={
            name: {
                state
                for world in worlds
                if name in world.state.sessions
                for state in session_states(world, name)
            }
            for name in names
        },
    )
