"""The worker's tick: what is due is decided again, and leaves or does not (M3–M10)."""

from tests.oracle.agency import Channel
from tests.oracle.contact import PURPOSE_OF, caps, sendable, window_end
from tests.oracle.ending import ends_without, expire, is_past
from tests.oracle.her_numbers import usable
from tests.oracle.inbound import WHOLE_SENDER, failed
from tests.oracle.state import Departure, Message, State

NOT_TAKEN = {"no_connection", "busy"}


def deliver(state: State, minute: int) -> None:
    """Look at every open intention, as the worker does each minute."""
    for message in state.open_messages():
        if state.worker_runs and message.open:
            _look_at(state, message, minute)


def _look_at(state: State, message: Message, minute: int) -> None:
    stopped = state.paused or state.sender_paused
    if is_past(message, minute * 60):
        expire(state, message)
        return
    if minute < message.at:
        return
    if message.state == "planned":
        message.state = "due"
    if stopped and _is_missed(state, message):
        message.missed = True
        message.doubtful_states = {"due", "planned", "expired", "withheld"}
    elif stopped:
        return
    elif message.missed:
        expire(state, message)
    else:
        _decide(state, message, minute)


def _is_missed(state: State, message: Message) -> bool:
    before = message.at < state.paused_since
    return state.readings.pause_expires_what_was_due_before_it or not before


def _decide(state: State, message: Message, minute: int) -> None:
    client = state.agency.clients[message.client]
    purpose = PURPOSE_OF[message.meaning]
    second = minute * 60
    meanings, only = [message.meaning], message.again_by
    free, found = usable(state, client, "sms", purpose, meanings, second, only)
    if not free:
        message.reasons = found.all_codes()
        ends_without(state, message, "withheld")
        return
    full = [caps(state, client, one, message.meaning, second) for one in free]
    if all(full):
        message.reasons = set.union(*full)
        ends_without(state, message, "withheld")
        return
    below = [one for one, over in zip(free, full, strict=True) if not over]
    now = [one for one in below if sendable(state, client, one, second)]
    if now:
        _leave_by(state, message, now[0], minute)


def _leave_by(state: State, message: Message, channel: Channel, minute: int) -> None:
    message.by, message.to = channel.place, channel.address
    message.window_end = window_end(channel, minute)
    if channel.mode == "assisted":
        message.state = "prompted"
        state.attention.add((message.client, "assisted_send"))
    else:
        _send(state, message, minute * 60)


def _send(state: State, message: Message, second: int) -> None:
    if state.kill_armed:
        state.kill_armed = False
        state.worker_runs = False
        message.state, message.sent = "sending", second
        message.doubtful_states = {"uncertain"}
        state.attention_may.add((message.client, "uncertain"))
        return
    behaves = state.provider
    if behaves in NOT_TAKEN:
        message.retried = True
        state.attention_may.add(("", "sender_unreachable"))
    elif behaves == "times_out":
        message.state, message.sent = "uncertain", second
        state.attention.add((message.client, "uncertain"))
    elif behaves in {"accepts", "times_out_but_took_it"}:
        _took(state, message, second)
    else:
        message.state = "failed"
        if behaves in WHOLE_SENDER:
            message.missed = True
            message.doubtful_states = {"due", "planned", "expired", "withheld"}
        failed(state, message, behaves, second)


def _took(state: State, message: Message, second: int) -> None:
    message.state, message.sent = "accepted", second
    message.doubtful_states = {"sent"}
    if state.provider == "times_out_but_took_it":
        message.doubtful_states = {"sent", "uncertain"}
        state.attention_may.add((message.client, "uncertain"))
    late = 179 if message.retried else 119
    state.departures.append(Departure(message, second, late))


def killed_one_is_uncertain(state: State) -> None:
    """What was being sent when the worker died may or may not have left (M7)."""
    for message in state.messages:
        if message.state == "sending":
            message.state = "uncertain"
            message.doubtful_states = set()
            state.attention.add((message.client, "uncertain"))
