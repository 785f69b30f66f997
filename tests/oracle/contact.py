"""May this leave now? The gate, one rule after the other (M3, M4, P, T7)."""

import math
from collections.abc import Iterator

from tests.oracle.agency import Channel, Client
from tests.oracle.state import COUNTED, Reasons, State
from tests.oracle.wall_time import DAY, wall_date

PURPOSE_OF = {
    "reminder": "reminder",
    "changed": "change",
    "cancelled": "change",
    "rejoin": "call_back",
    "call_us": "call_back",
}
MEANINGS_OF = {
    "reminder": ["reminder"],
    "change": ["changed", "cancelled"],
    "call_back": ["rejoin", "call_us"],
    "session": [],
}
BY_HAND_ONLY = ("mode_none", "mode_assisted", "no_sender", "no_channel")


def _about_everything(state: State, kind: str) -> Reasons:
    found = Reasons()
    if state.agency.clock_wrong:
        found.must.add("clock_unverified")
    if state.paused:
        found.must.add("paused")
    if state.sender_paused and kind == "sms":
        found.either("paused", "no_sender")
    return found


def about_the_plan(client: Client, second: int) -> Reasons:
    found = Reasons()
    if client.lapsed(second):
        found.must.add("plan_lapsed")
        if client.suspended:
            found.may.add("plan_suspended")
    elif client.suspended:
        found.must.add("plan_suspended")
    return found


def _about_the_line(channel: Channel) -> Reasons:
    found = Reasons()
    mobile = channel.line == "own_mobile"
    accepted = channel.line == "shared_mobile" and channel.shared_ok
    if not mobile and not accepted:
        found.must.add("line_type")
    if channel.mode == "none":
        found.must.add("mode_none")
    if not channel.consent:
        (found.must if channel.mode == "automatic" else found.may).add("no_consent")
    return found


def _about_phrases(client: Client, meanings: list[str]) -> Reasons:
    found = Reasons()
    have = [meaning for meaning in meanings if client.phrases.get(meaning)]
    if meanings and not have:
        found.must.add("no_phrase")
    elif len(have) < len(meanings):
        found.may.add("no_phrase")
        found.doubt = True
    return found


def _about_the_channel(
    state: State, client: Client, channel: Channel, purpose: str, meanings: list[str]
) -> Reasons:
    found = Reasons()
    if purpose not in channel.purposes:
        found.must.add("purpose_not_allowed")
    if channel.monitored:
        found.must.add("monitored_device")
    if channel.closed:
        found.must.add("channel_closed")
    if channel.address in state.blocked:
        found.must.add("number_blocked")
    if channel.kind == "sms":
        found.add(_about_the_line(channel))
        found.add(_about_phrases(client, meanings))
    if channel.kind == "email":
        found.either(*BY_HAND_ONLY)
    return found


def lasting(
    state: State,
    client: Client,
    channel: Channel,
    purpose: str,
    meanings: list[str],
    second: int,
) -> Reasons:
    """Reasons that do not go away with time alone."""
    found = about_the_plan(client, second)
    found.add(_about_the_channel(state, client, channel, purpose, meanings))
    return found


def for_a_machine(state: State, kind: str, channel: Channel | None = None) -> Reasons:
    """Reasons that a machine must not send now, though a person might."""
    found = _about_everything(state, kind)
    if channel and channel.kind == "sms" and channel.mode == "assisted":
        found.must.add("mode_assisted")
    return found


def _zones_of(client: Client, channel: Channel, minute: int) -> set[str]:
    stay = channel.hours.stay_at(minute)
    return {client.zone} | ({stay.zone} if stay else set())


def _counted(
    state: State, client: Client, channel: Channel, with_rejoin: bool
) -> tuple[list[int], list[int]]:
    """Seconds at which something counted left: to her, and to her number."""
    to_her, to_number = [], []
    for one in state.messages:
        if one.state not in COUNTED or one.sent is None:
            continue
        if one.meaning == "rejoin" and not with_rejoin:
            continue
        if one.client == client.id:
            to_her.append(one.sent)
        if one.to == channel.address:
            to_number.append(one.sent)
    if state.readings.calls_count_for_the_caps:
        to_her += [x.second for x in state.by_hand if x.client == client.id]
        to_number += [x.second for x in state.by_hand if x.number == channel.address]
    return to_her, to_number


def _most_on_days(
    zones: set[str], minute: int, days: int, lists: tuple[list[int], list[int]]
) -> int:
    most = 0
    for name in zones:
        today = wall_date(name, minute)
        for seconds in lists:
            on_days = [
                one
                for one in seconds
                if today - days < wall_date(name, one // 60) <= today
            ]
            most = max(most, len(on_days))
    return most


def caps(
    state: State, client: Client, channel: Channel, meaning: str, second: int
) -> set[str]:
    """Which of the two caps stand against one more (M4, F1)."""
    if meaning == "call" and not state.readings.calls_count_for_the_caps:
        return set()
    minute = second // 60
    zones = _zones_of(client, channel, minute)
    found = set()
    free = meaning == "rejoin" and state.readings.rejoin_is_free_of_the_daily_cap
    today = _most_on_days(zones, minute, 1, _counted(state, client, channel, False))
    if today >= state.policy("messages_per_day") and not free:
        found.add("daily_cap")
    week = _most_on_days(zones, minute, 7, _counted(state, client, channel, True))
    if week >= state.policy("messages_per_week"):
        found.add("weekly_cap")
    return found


def last_minute_needed(state: State, second: int) -> int:
    """The window must still be open just before this minute begins (T7)."""
    return math.ceil((second + state.policy("margin_minutes") * 60 + 60) / 60)


def about_the_hour(state: State, channel: Channel, second: int) -> Reasons:
    """Window, denial, margin and stay at this instant."""
    found = Reasons()
    hours, minute = channel.hours, second // 60
    covered, denied = hours.covered(minute), hours.denied(minute)
    if not covered and hours.stay_at(minute) is not None:
        found.either("away", "outside_window")
    elif not covered:
        found.must.add("outside_window")
    if denied:
        found.must.add("denied_time")
        found.may.add("outside_window")
    ends = last_minute_needed(state, second)
    if covered and not denied and not hours.open_throughout(minute, ends):
        found.must.add("margin")
        found.may.add("denied_time")
    return found


def _too_near_the_lapse(client: Client, second: int) -> bool:
    """Less than the least validity (M6) is left before the plan's last midnight."""
    return client.lapses_at() * 60 - 60 < second < client.lapses_at() * 60


def passing(
    state: State, client: Client, channel: Channel, meaning: str, second: int
) -> Reasons:
    """Reasons that time alone may take away."""
    found = about_the_hour(state, channel, second)
    minute = second // 60
    open_now = channel.hours.covered(minute) and not channel.hours.denied(minute)
    if open_now and _too_near_the_lapse(client, second):
        found.must.add("margin")
    found.must |= caps(state, client, channel, meaning, second)
    return found


def becomes_send(
    state: State, client: Client, channel: Channel, meaning: str, second: int
) -> bool:
    """Whether time alone makes it a SEND within 14 days, the plan still valid (M3)."""
    now = second // 60
    return any(
        not caps(state, client, channel, meaning, minute * 60)
        for minute in sendable_minutes(state, client, channel, now + 1, now + 14 * DAY)
    )


def answer_of(
    state: State,
    client: Client,
    channel: Channel,
    purpose: str,
    meanings: list[str],
    second: int,
    meaning: str,
) -> tuple[str, Reasons]:
    """What the gate says of one number: `send`, `hold` or `refused`, with reasons."""
    found = lasting(state, client, channel, purpose, meanings, second)
    found.add(for_a_machine(state, channel.kind, channel))
    stays = not found.none
    counts_as = "call" if channel.kind == "voice" else meaning
    found.add(passing(state, client, channel, counts_as, second))
    if found.none:
        return "send", found
    if not stays and becomes_send(state, client, channel, counts_as, second):
        return "hold", found
    return "refused", found


def sendable(state: State, client: Client, channel: Channel, second: int) -> bool:
    """Allowed by plan and margin at this instant, caps and switches left aside."""
    ends = last_minute_needed(state, second)
    if client.lapsed(second) or _too_near_the_lapse(client, second):
        return False
    return channel.hours.open_throughout(second // 60, ends)


def sendable_minutes(
    state: State, client: Client, channel: Channel, first: int, last: int
) -> Iterator[int]:
    """The whole minutes from `first` to `last` at which it is sendable."""
    length = last_minute_needed(state, 0)
    return channel.hours.starts(first, min(last, client.lapses_at() - 1), length)


def window_end(channel: Channel, minute: int) -> int:
    """The first minute at which what is open now is closed, at most 14 days on."""
    return channel.hours.closes(minute, minute + 14 * DAY)
