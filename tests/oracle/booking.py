"""May this be booked? Every condition that is missing (A, B, T7, E4, E5)."""

from dataclasses import dataclass

from tests.oracle.agency import Client, Counsellor
from tests.oracle.state import LIVE, Reasons, Session, State
from tests.oracle.wall_time import DAY, wall_date

NOT_HELD = {"cancelled", "not_joined"}


@dataclass
class Wish:
    """What somebody wants to book. Times are minutes since 1970."""

    clients: list[Client]
    counsellor: Counsellor
    start: int
    minutes: int
    format: str
    instead_of: str | None = None
    hold: str | None = None
    off_grid: bool = False

    @property
    def end(self) -> int:
        """When it would end."""
        return self.start + self.minutes


def about_her_windows(state: State, client: Client, wish: Wish) -> Reasons:
    """It fits whole, with the margin, inside a session window of hers (T7, P11)."""
    found = Reasons()
    hours = client.sessions_open
    with_margin = range(wish.start, wish.end + state.policy("margin_minutes"))
    fits = all(hours.covered(minute) for minute in with_margin)
    if not fits and any(hours.stay_at(minute) for minute in with_margin):
        found.either("away", "outside_session_window")
    elif not fits:
        found.must.add("outside_session_window")
    if any(hours.denied(minute) for minute in range(wish.start, wish.end)):
        found.must.add("denied_time")
        found.may.add("outside_session_window")
    elif any(hours.denied(minute) for minute in with_margin):
        if fits:
            found.either("denied_time", "outside_session_window")
        found.may.add("denied_time")
    return found


def about_her(state: State, client: Client, wish: Wish) -> Reasons:
    """Format, suitability, device, and her other sessions."""
    found = Reasons()
    if wish.format not in client.formats:
        found.must.add("format_not_allowed")
    if wish.format == "video" and not client.suitability:
        found.must.add("no_suitability")
    if wish.format == "video" and not client.cutoff_agreed:
        found.must.add("no_cutoff_plan")
    if wish.format in {"video", "phone"} and any(
        channel.monitored for channel in client.channels
    ):
        found.must.add("monitored_device")
    for other in state.sessions_of(client.id):
        if other.name == wish.instead_of or other.state not in LIVE:
            continue
        if wish.start < other.end and other.start < wish.end:
            found.must.add("client_busy")
    return found


def _gap_after(state: State, session: Session) -> int:
    if session.was_interrupted:
        return state.policy("gap_after_interruption_minutes")
    return state.policy("gap_minutes")


def about_gaps(state: State, wish: Wish) -> Reasons:
    """Overlaps and gaps with the counsellor's other sessions (A2, B2)."""
    found = Reasons()
    for other in state.sessions.values():
        if other.counsellor != wish.counsellor.id or other.name == wish.instead_of:
            continue
        if other.state in NOT_HELD:
            continue
        overlaps = wish.start < other.end and other.start < wish.end
        if overlaps and other.state in LIVE:
            found.must.add("counsellor_busy")
            found.may.add("gap")
        elif wish.start < other.end + _gap_after(
            state, other
        ) and other.start < wish.end + state.policy("gap_minutes"):
            found.must.add("gap")
    return found


def about_holds(state: State, wish: Wish, second: int) -> Reasons:
    """Times that somebody else keeps (B3)."""
    found = Reasons()
    gap = state.policy("gap_minutes") if state.readings.gap_holds_against_holds else 0
    for hold in state.holds.values():
        if hold.counsellor != wish.counsellor.id or hold.name == wish.hold:
            continue
        if second >= hold.lapses:
            continue
        if wish.start < hold.end and hold.start < wish.end:
            found.must.add("counsellor_busy")
            found.may.add("gap")
        elif wish.start < hold.end + gap and hold.start < wish.end + gap:
            found.must.add("gap")
    return found


def about_the_counsellor(state: State, wish: Wish, second: int) -> Reasons:
    """Hours, leave, overlaps, gaps and the day's maximum (A)."""
    found = about_gaps(state, wish)
    found.add(about_holds(state, wish, second))
    hours = wish.counsellor.hours
    if not hours.open_throughout(wish.start, wish.end):
        found.must.add("counsellor_unavailable")
    today = wall_date(hours.zone, wish.start)
    on_day = [
        other
        for other in state.sessions.values()
        if other.counsellor == wish.counsellor.id
        and other.name != wish.instead_of
        and other.state not in NOT_HELD
        and wall_date(hours.zone, other.start) == today
    ]
    if len(on_day) >= state.policy("sessions_per_day"):
        found.must.add("daily_maximum")
    return found


def are_apart(one: Client, other: Client) -> bool:
    """Whether two files are kept apart, whichever says so (E5)."""
    return other.id in one.apart or one.id in other.apart


def _meets(state: State, wish: Wish, client: Client, other: Client) -> bool:
    usual = state.readings.usual_counsellor_counts_as_shared
    here = wish.counsellor.id
    if usual and other.counsellor == here != client.counsellor:
        return True
    near = (
        state.policy("gap_minutes")
        if state.readings.adjacent_counts_within_the_gap
        else 0
    )
    for session in state.sessions_of(other.id):
        if session.state in NOT_HELD:
            continue
        if session.counsellor == here:
            return True
        if wish.start <= session.end + near and session.start <= wish.end + near:
            return True
    return False


def about_who_must_not_meet(state: State, wish: Wish) -> Reasons:
    """Files that do not exist for her, and files kept apart (E4, E5)."""
    found = Reasons()
    for client in wish.clients:
        if client.id in wish.counsellor.shut_out:
            found.must.add("not_your_file")
        for other in state.agency.clients.values():
            if not are_apart(client, other):
                continue
            if other in wish.clients or _meets(state, wish, client, other):
                found.must.add("kept_apart")
    if found.must:
        found.may.add("counsellor_unavailable")
    return found


def about_the_time(state: State, wish: Wish, second: int) -> Reasons:
    """Grid, lead, and the supervisor on call (A3, A4, B1)."""
    found = Reasons()
    if wish.start % 5 or wish.minutes % 5 or wish.minutes <= 0 or wish.off_grid:
        found.must.add("off_grid")
    if wish.start * 60 < second + state.policy("booking_lead_minutes") * 60:
        found.must.add("too_soon")
    needs = wish.format == "video" and state.agency.policy["require_on_call"]
    soon = wish.start * 60 <= second + 7 * DAY * 60
    if needs and soon and not state.agency.on_call:
        found.must.add("no_on_call")
    return found


def against(state: State, wish: Wish, second: int) -> Reasons:
    """Everything that stands against a booking, at once (B1)."""
    found = about_the_time(state, wish, second)
    found.add(about_the_counsellor(state, wish, second))
    found.add(about_who_must_not_meet(state, wish))
    for client in wish.clients:
        found.add(about_her_windows(state, client, wish))
        found.add(about_her(state, client, wish))
    if wish.hold is not None:
        hold = state.holds.get(wish.hold)
        if hold is None or second >= hold.lapses:
            found.must.add("hold_lapsed")
    if state.agency.clock_wrong:
        found.either("clock_unverified", "no_on_call", "counsellor_unavailable")
    return found


def against_hold(state: State, wish: Wish, second: int) -> Reasons:
    """What stands against keeping a time: what is true without knowing for whom."""
    found = about_the_counsellor(state, wish, second)
    found.add(about_the_time(state, wish, second))
    found.must.discard("no_on_call")
    if found.must <= {"gap", "too_soon", "daily_maximum"} and found.must:
        found.doubt = True
    return found
