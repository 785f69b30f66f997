"""The heart: may this client be contacted by this channel, for this purpose, now?

`decide` is asked for everything that leaves, by machine or by hand, when it is planned
and again in the minute it goes. It knows nothing but what it is handed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.domain.decision import Decision, Reason, Verdict, in_order, refuse
from scheduler.domain.intervals import (
    Interval,
    Intervals,
    from_seconds,
    to_seconds,
)
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import (
    Channel,
    ChannelKind,
    ContactPlan,
    LineType,
    Mode,
    Purpose,
)
from scheduler.domain.policy import Policy
from scheduler.domain.reach import Reach, sending_reach
from scheduler.domain.zones import day_starts, local_date

_ONE_DAY = timedelta(days=1)

# A question looks this far ahead for a yes (M3).
QUESTION_REACH = timedelta(days=14)

# The weekly cap looks at seven local days ending today (M4).
CAP_DAYS = 7

# Hours are read so much farther than asked, for a window that opens by then to be
# known to its end.
_WINDOW_REACH = timedelta(days=2)

MEANINGS: Mapping[Purpose, tuple[Meaning, ...]] = {
    Purpose.REMINDER: (Meaning.REMINDER,),
    Purpose.CHANGE: (Meaning.CHANGED, Meaning.CANCELLED),
    Purpose.CALL_BACK: (Meaning.REJOIN, Meaning.CALL_US),
    Purpose.SESSION: (),
}

PURPOSE_OF: Mapping[Meaning, Purpose] = {
    meaning: purpose for purpose, meanings in MEANINGS.items() for meaning in meanings
}

# Ways that only a person uses (P3).
_BY_PEOPLE = frozenset(
    {ChannelKind.EMAIL, ChannelKind.IN_PERSON, ChannelKind.THROUGH_SOMEONE}
)


@dataclass(frozen=True, slots=True)
class Contacted:
    """One contact that counts for the caps (M4); `daily` is no for *rejoin* (F1)."""

    at: datetime
    daily: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true now beside the plan, read on the newest data.

    `blocked` and `to_number` go by the channel's key. `to_client` and `to_number` hold
    what counts for the caps, at least over the last eight days. `closed` is the file:
    nothing is sent or booked for it. `paused` stops all that leaves (M10),
    `texts_paused` only what the provider has refused to carry (M8).
    """

    suspended: bool = False
    closed: bool = False
    paused: bool = False
    texts_paused: bool = False
    clock_verified: bool = True
    texts_have_sender: bool = True
    blocked: frozenset[str] = frozenset()
    to_client: tuple[Contacted, ...] = ()
    to_number: Mapping[str, tuple[Contacted, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. Without `not_after` it is a question about the next 14 days.

    `meaning` is the phrase that would leave; None asks for any phrase of the purpose.
    `by_hand` says that a person sends or calls (M14).
    """

    kind: ChannelKind
    purpose: Purpose
    meaning: Meaning | None = None
    by_hand: bool = False
    counts_daily: bool = True
    session_changed: bool = False
    not_after: datetime | None = None
    channel_key: str | None = None


def decide(
    plan: ContactPlan,
    request: Request,
    standing: Standing,
    policy: Policy,
    now: datetime,
) -> Decision:
    """May it leave now? SEND, HOLD with the next instant it may, or REFUSE.

    Lists every reason that holds. HOLD means that with nothing but time passing it
    becomes SEND before `not_after`, or for a question within 14 days (M3). With several
    channels of one kind the answer is that of the one that allows most; where none
    ever will, every channel says why.
    """
    decisions = [
        decide_on(plan, channel, request, standing, policy, now)
        for channel in candidates(plan, request)
    ]
    if not decisions:
        return refuse((*_no_channel(plan, request), *_of_plan(plan, standing, now)))
    # Now before later, the sooner the better, and both before never.
    best = min(
        decisions,
        key=lambda each: (each.verdict is Verdict.REFUSE, each.again_at or now),
    )
    if best.verdict is not Verdict.REFUSE:
        return best
    return refuse([reason for each in decisions for reason in each.reasons])


def _no_channel(plan: ContactPlan, request: Request) -> Iterator[Reason]:
    yield Reason.NO_CHANNEL
    if any(each.withdrawn for each in plan.channels if each.kind is request.kind):
        yield Reason.CHANNEL_CLOSED


def candidates(plan: ContactPlan, request: Request) -> tuple[Channel, ...]:
    """The channels a request speaks of, in the order of the plan.

    One she withdrew is no channel any more.
    """
    return tuple(
        each
        for each in plan.channels
        if each.kind is request.kind
        and request.channel_key in (None, each.key)
        and not each.withdrawn
    )


def decide_on(
    plan: ContactPlan,
    channel: Channel,
    request: Request,
    standing: Standing,
    policy: Policy,
    now: datetime,
) -> Decision:
    """The answer for one channel."""
    lasting = (
        *_of_plan(plan, standing, now),
        *why_closed(plan, channel, request, standing),
        *_of_request(request, now),
    )
    horizon = request.not_after or now + QUESTION_REACH
    caps = _Caps(plan, channel, request, standing, policy)
    hours = _Allowed(plan, channel, caps, policy, now, max(now, horizon))
    passing = hours.why_not(now)
    if lasting:
        return Decision(Verdict.REFUSE, in_order((*lasting, *passing)))
    if not passing:
        return Decision(Verdict.SEND, (Reason.ALL_RIGHT,), window=hours.window(now))
    again_at = hours.next_from(now)
    if again_at is None:
        return Decision(Verdict.REFUSE, in_order(passing))
    return Decision(
        Verdict.HOLD,
        in_order(passing),
        window=hours.window(again_at),
        again_at=again_at,
    )


def why_closed(
    plan: ContactPlan, channel: Channel, request: Request, standing: Standing
) -> Iterator[Reason]:
    """What closes a channel for a request, whatever the hour (P2–P6, I2, M8)."""
    if channel.closed:
        yield Reason.CHANNEL_CLOSED
    if request.purpose not in channel.purposes:
        yield Reason.PURPOSE_NOT_ALLOWED
    if plan.monitored(channel.device):
        yield Reason.MONITORED_DEVICE
    if channel.key in standing.blocked:
        yield Reason.NUMBER_BLOCKED
    if channel.kind is ChannelKind.SMS:
        yield from _why_no_text(plan, channel, request, standing)
    elif channel.kind in _BY_PEOPLE and not request.by_hand:
        yield Reason.NO_SENDER


def _why_no_text(
    plan: ContactPlan, channel: Channel, request: Request, standing: Standing
) -> Iterator[Reason]:
    own = channel.line is LineType.OWN_MOBILE
    shared = channel.line is LineType.SHARED_MOBILE and channel.shared_ok
    if not own and not shared:
        yield Reason.LINE_TYPE
    yield from _why_not_this_way(channel, request, standing)
    if not _has_phrase(plan, request):
        yield Reason.NO_PHRASE


def _has_phrase(plan: ContactPlan, request: Request) -> bool:
    meanings = MEANINGS[request.purpose]
    if request.meaning is not None:
        meanings = (request.meaning,) if request.meaning in meanings else ()
    return any(each.meaning in meanings for each in plan.phrases)


def _why_not_this_way(
    channel: Channel, request: Request, standing: Standing
) -> Iterator[Reason]:
    if channel.mode is Mode.NONE:
        yield Reason.MODE_NONE
    if channel.mode is Mode.ASSISTED and not request.by_hand:
        yield Reason.MODE_ASSISTED
    if channel.mode is Mode.AUTOMATIC and not channel.consent:
        yield Reason.NO_CONSENT
    if standing.texts_paused:
        yield Reason.PAUSED
    if not request.by_hand and not standing.texts_have_sender:
        yield Reason.NO_SENDER


def _of_plan(plan: ContactPlan, standing: Standing, now: datetime) -> Iterator[Reason]:
    if standing.closed:
        yield Reason.FILE_CLOSED
    if plan.lapsed(now):
        yield Reason.PLAN_LAPSED
    if standing.suspended:
        yield Reason.PLAN_SUSPENDED
    if standing.paused:
        yield Reason.PAUSED
    if not standing.clock_verified:
        yield Reason.CLOCK_UNVERIFIED


def _of_request(request: Request, now: datetime) -> Iterator[Reason]:
    if request.session_changed:
        yield Reason.SESSION_CHANGED
    if request.not_after is not None and now > request.not_after:
        yield Reason.TOO_LATE


class _Allowed:
    """One channel's hours and caps between `since` and `until`."""

    def __init__(
        self,
        plan: ContactPlan,
        channel: Channel,
        caps: _Caps,
        policy: Policy,
        since: datetime,
        until: datetime,
    ) -> None:
        # A lapsed plan says so itself; its hours are still those it names.
        self._reach, self._sendable = sending_reach(
            plan,
            channel,
            policy.send_room,
            since,
            until + _WINDOW_REACH,
            None if plan.lapsed(since) else _hours_end(plan, policy),
        )
        self._last = to_seconds(until)
        self._caps = caps

    def window(self, at: datetime) -> Interval | None:
        return self._reach.open.around(at)

    def why_not(self, at: datetime) -> list[Reason]:
        reasons = self._caps.why_not(at)
        second = to_seconds(at)
        stretch = self._sendable.pair_around(second)
        # A fraction of a second after the last instant is too late already.
        if stretch is not None and _ceiling(at) < stretch[1]:
            return reasons
        if self._reach.open.pair_around(second):
            return [Reason.MARGIN, *reasons]
        if self._reach.denied.pair_around(second):
            reasons.append(Reason.DENIED_TIME)
        if self._reach.away.pair_around(second):
            reasons.append(Reason.AWAY)
        return [Reason.OUTSIDE_WINDOW, *reasons]

    def next_from(self, at: datetime) -> datetime | None:
        """The first instant at which hours and caps both allow it, or None."""
        for start, end in self._sendable.pairs_within(_ceiling(at), self._last + 1):
            here = start
            while here < end:
                when = from_seconds(here)
                if not self._caps.why_not(when):
                    return when
                here = max(here + 1, self._caps.day_after(when))
        return None


def _ceiling(at: datetime) -> int:
    return to_seconds(at) + (1 if at.microsecond else 0)


class _Caps:
    """How much has left on her local day and in seven of them (M4)."""

    def __init__(
        self,
        plan: ContactPlan,
        channel: Channel,
        request: Request,
        standing: Standing,
        policy: Policy,
    ) -> None:
        self._plan = plan
        self._request = request
        self._policy = policy
        self._counted = (
            standing.to_client,
            standing.to_number.get(channel.key, ()),
        )
        # Most clients, most of the time.
        self._free = not any(self._counted) and bool(
            policy.messages_per_day and policy.messages_per_week
        )

    def why_not(self, at: datetime) -> list[Reason]:
        reasons: list[Reason] = []
        if self._free:
            return reasons
        for zone_name in self._zones_at(at):
            for contacted in self._counted:
                reasons.extend(self._over(contacted, at, zone_name))
        return reasons

    def _over(
        self, contacted: Sequence[Contacted], at: datetime, zone_name: str
    ) -> Iterator[Reason]:
        today = local_date(at, zone_name)
        ages = [
            ((today - local_date(each.at, zone_name)).days, each.daily)
            for each in contacted
        ]
        on_day = sum(1 for age, daily in ages if age == 0 and daily)
        if self._request.counts_daily and on_day >= self._policy.messages_per_day:
            yield Reason.DAILY_CAP
        if (
            sum(1 for age, _ in ages if 0 <= age < CAP_DAYS)
            >= self._policy.messages_per_week
        ):
            yield Reason.WEEKLY_CAP

    def day_after(self, at: datetime) -> int:
        """When the next local day begins, in seconds."""
        following = (
            day_starts(local_date(at, zone_name) + _ONE_DAY, zone_name)
            for zone_name in self._zones_at(at)
        )
        return min(to_seconds(each) for each in following)

    def _zones_at(self, at: datetime) -> Iterable[str]:
        """Home, and where she is on a stay: a day is full if it is full in either."""
        home = self._plan.zone
        return [
            home,
            *(
                stay.zone
                for stay in self._plan.away
                if local_date(at, stay.zone) in stay.days
                or local_date(at, home) in stay.days
            ),
        ]


def sendable_on(
    plan: ContactPlan,
    channel: Channel,
    policy: Policy,
    since: datetime,
    until: datetime,
) -> tuple[Reach, Intervals]:
    """A channel's hours while the plan holds, and the instants at which something may
    leave in them (T7, P7); complete within `[since, until]`."""
    return sending_reach(
        plan,
        channel,
        policy.send_room,
        since,
        until + _WINDOW_REACH,
        _hours_end(plan, policy),
    )


def _hours_end(plan: ContactPlan, policy: Policy) -> datetime:
    """When hours end with the plan. No margin is kept before the end of its last day
    (P7): it is hers whole, and what leaves in it is passed on in it (M6)."""
    return plan.ends_at() + policy.margin
