"""What a booking, a move or a cancellation implies, and when (M1, M2, M5, M13)."""

from tests.oracle.agency import Channel, Client
from tests.oracle.contact import PURPOSE_OF, caps, sendable, sendable_minutes
from tests.oracle.ending import expire, is_past
from tests.oracle.her_numbers import sendable_by_any, usable
from tests.oracle.state import Message, NotPlanned, Reasons, Session, State
from tests.oracle.wall_time import DAY

TAKEN = {
    "planned",
    "due",
    "prompted",
    "sending",
    "accepted",
    "sent",
    "delivered",
    "undelivered",
    "uncertain",
}
UNDO_SECONDS = 10


def _write(
    state: State,
    session: Session,
    client: Client,
    meaning: str,
    minutes: list[int],
    not_after: int,
    ordinal: int = 0,
    attempt: int = 1,
    again_by: int | None = None,
) -> None:
    message = Message(
        session=session.name,
        version=session.version,
        client=client.id,
        meaning=meaning,
        ordinal=ordinal,
        attempt=attempt,
        earliest=minutes[0],
        latest=minutes[-1],
        at=0,
        not_after=not_after,
        again_by=again_by,
    )
    message.at = state.pick(message, minutes)
    state.messages.append(message)


def _not_written(
    state: State, session: Session, client: Client, meaning: str, why: Reasons
) -> None:
    state.not_planned.append(NotPlanned(session.name, client.id, meaning, why))
    if meaning != "reminder":
        state.attention.add((client.id, "stand_in_needed"))


def _channels_for(
    state: State, client: Client, meaning: str, second: int, only: int | None = None
) -> tuple[list[Channel], Reasons]:
    return usable(state, client, "sms", PURPOSE_OF[meaning], [meaning], second, only)


def _first_minute(second: int) -> int:
    return -((-(second + UNDO_SECONDS)) // 60)


def _allowed(
    state: State, client: Client, channels: list[Channel], first: int, last: int
) -> list[int]:
    found: set[int] = set()
    for channel in channels:
        found.update(sendable_minutes(state, client, channel, first, last))
    return sorted(found)


def stretches(minutes: list[int]) -> list[list[int]]:
    """Minutes that follow each other without a break, put together."""
    found: list[list[int]] = []
    for minute in minutes:
        if found and found[-1][-1] == minute - 1:
            found[-1].append(minute)
        else:
            found.append([minute])
    return found


def _nearest(stretch: list[int], target: int) -> int:
    return min(stretch, key=lambda minute: (abs(minute - target), minute))


def _draw(
    state: State, found: list[list[int]], target: int
) -> tuple[list[int], list[int]]:
    """The stretch nearest to the target, and the minutes of the draw inside it."""
    best = min(found, key=lambda one: (abs(_nearest(one, target) - target), one[0]))
    point = _nearest(best, target)
    spread = state.policy("spread_minutes")
    return best, [minute for minute in best if abs(minute - point) <= spread]


def _targets(state: State, session: Session, hours: float) -> list[int]:
    target = session.start - round(hours * 60)
    spread = state.policy("target_spread_hours") * 60 if session.in_series else 0
    return [target] if not spread else list(range(target - spread, target + spread + 1))


def _already(state: State, session: Session, client: str, ordinal: int) -> bool:
    return any(
        one.session == session.name
        and one.client == client
        and one.meaning == "reminder"
        and one.ordinal == ordinal
        and one.state in TAKEN
        and (
            one.version == session.version
            or (not one.open and not state.readings.a_moved_session_is_reminded_anew)
        )
        for one in state.messages
    )


def plan_reminders(
    state: State, session: Session, client: Client, second: int, anew: bool = False
) -> None:
    """Write down each reminder that a session implies for one client (M1)."""
    for message in state.messages:
        hers = message.client == client.id and message.session == session.name
        if hers and message.open and is_past(message, second):
            expire(state, message)
    for ordinal, hours in enumerate(state.agency.policy["reminder_hours"]):
        if not _already(state, session, client.id, ordinal):
            _plan_reminder(state, session, client, ordinal, hours, second, anew)


def _plan_reminder(
    state: State,
    session: Session,
    client: Client,
    ordinal: int,
    hours: float,
    second: int,
    anew: bool,
) -> None:
    targets = _targets(state, session, hours)
    ahead = state.readings.replanning_needs_a_target_ahead or not anew
    if ahead and targets[len(targets) // 2] * 60 < second:
        _not_written(state, session, client, "reminder", Reasons(may={"too_late"}))
        return
    channels, why = _channels_for(state, client, "reminder", second)
    if not channels:
        _not_written(state, session, client, "reminder", why)
        return
    earliest = session.start - state.policy("reminder_earliest_hours") * 60
    latest = session.start - state.policy("reminder_latest_hours") * 60
    first = max(earliest, _first_minute(second))
    found = stretches(_allowed(state, client, channels, first, latest))
    if not found:
        why = Reasons(may={"outside_window", "denied_time", "margin", "plan_lapsed"})
        why.may |= {"too_late", "away"}
        _not_written(state, session, client, "reminder", why)
        return
    drawn: set[int] = set()
    for target in targets:
        drawn.update(_draw(state, found, target)[1])
    stretch = _draw(state, found, targets[len(targets) // 2])[0]
    minutes = sorted(drawn)
    _write(state, session, client, "reminder", minutes, stretch[-1], ordinal)


def plan_change(
    state: State,
    session: Session,
    client: Client,
    meaning: str,
    before: int,
    second: int,
) -> None:
    """Write down the one text that the agency's move or cancellation implies (M13).

    It leaves before `before`, the earlier of old and new start.
    """
    channels, why = _channels_for(state, client, meaning, second)
    if not channels:
        _not_written(state, session, client, meaning, why)
        return
    first = _first_minute(second)
    allowed = _allowed(state, client, channels, first, before - 1)
    if state.readings.caps_push_a_change_to_a_later_day:
        allowed = [
            minute
            for minute in allowed
            if any(
                sendable(state, client, one, minute * 60)
                and not caps(state, client, one, meaning, minute * 60)
                for one in channels
            )
        ]
    found = stretches(allowed)
    if not found:
        why = Reasons(may={"outside_window", "denied_time", "margin", "plan_lapsed"})
        why.may |= {"too_late", "away"}
        _not_written(state, session, client, meaning, why)
        return
    stretch = found[0]
    point = second + UNDO_SECONDS
    if not sendable_by_any(state, client, channels, point) or stretch[0] > first:
        point = stretch[0] * 60
    until = (point + state.policy("spread_minutes") * 60) // 60
    minutes = [minute for minute in stretch if minute <= until] or stretch[:1]
    _write(state, session, client, meaning, minutes, stretch[-1])


def plan_rejoin(
    state: State, session: Session, client: Client, channel: Channel, second: int
) -> None:
    """The one text of an interruption, now (F1)."""
    now = second // 60
    last = now
    while last < now + DAY and sendable(state, client, channel, (last + 1) * 60):
        last += 1
    by = channel.place
    _write(state, session, client, "rejoin", [now], last, again_by=by)


def plan_second_attempt(state: State, message: Message, second: int) -> bool:
    """One new attempt inside the same window, the handset was unreachable (M8)."""
    client = state.agency.clients[message.client]
    session = state.sessions[message.session]
    same, _ = _channels_for(state, client, message.meaning, second, message.by)
    same = [one for one in same if one.address == message.to]
    if not same or message.attempt > 1 or message.version != session.version:
        return False
    if session.state != "booked" and message.meaning != "cancelled":
        return False
    last = min(message.not_after, message.window_end)
    minutes = _allowed(state, client, same, _first_minute(second), last)
    if not minutes:
        return False
    _write(
        state,
        session,
        client,
        message.meaning,
        minutes,
        message.not_after,
        message.ordinal,
        message.attempt + 1,
        again_by=message.by,
    )
    return True
