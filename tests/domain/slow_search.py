"""A second, slow answer to "when could she be seen?", that shares no arithmetic with
the product: every start of every counsellor is asked about, minute by minute.

All is whole minutes since 1970 in UTC. `Slowly` lists the rules of B1, A1–A4, E4 and E5
in the order in which they are laid over each other (B9); each is a question about one
start and one counsellor. What the wall shows comes from `wall_clock.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Final

from scheduler.domain.booking import Engagement
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Reason
from scheduler.domain.hours import Hours
from scheduler.domain.intervals import Intervals
from scheduler.domain.plan import (
    AgreedFormat,
    ChannelKind,
    ContactPlan,
    Format,
    Purpose,
)
from scheduler.domain.slots import Seeker
from tests.domain.random_searches import Asked, Diary
from tests.domain.wall_clock import DAY, EPOCH, FIRST, Calendar, shown

GRID: Final = 5
HIDDEN: Final = frozenset({Reason.KEPT_APART, Reason.NOT_YOUR_FILE})

# A start, and a counsellor with what she has.
Rule = tuple[Reason, Callable[[int, Diary], bool]]


def instant(minute: int) -> datetime:
    """The instant of a minute."""
    return EPOCH + timedelta(minutes=minute)


def day_of(zone: str, minute: int) -> int:
    """The date that a wall shows, counted since 1970."""
    return shown(zone, minute) // DAY


@dataclass(frozen=True)
class Slowly:
    """One search, asked start by start. `zone` says where a day begins."""

    asked: Asked
    zone: str

    @cached_property
    def grid(self) -> list[int]:
        """Every start the search asks about."""
        search = self.asked.search
        first = (search.since - EPOCH) // timedelta(minutes=GRID) * GRID
        last = (search.until - EPOCH) // timedelta(minutes=GRID) * GRID + GRID
        return [
            each
            for each in range(first, last + 1, GRID)
            if search.since <= instant(each) < search.until
        ]

    @cached_property
    def diaries(self) -> list[Diary]:
        """The counsellors it is about."""
        only = self.asked.only
        return [
            each
            for each in self.asked.diaries
            if only is None or each.counsellor.id in only
        ]

    @cached_property
    def starts(self) -> set[tuple[int, int]]:
        """Every start that may be, with the counsellor's number."""
        rules = list(self.rules())
        return {
            (at, diary.counsellor.id)
            for at in self.grid
            for diary in self.diaries
            if all(allows(at, diary) for _, allows in rules)
        }

    def why_closed(self, day: int) -> Reason | None:
        """The rule that took the last start of a day, None when there is one left."""
        points = [
            (at, diary)
            for at in self.grid
            if day_of(self.zone, at) == day
            # Nobody to ask is nobody there: her own rules are asked all the same.
            for diary in self.diaries or [NOBODY]
        ]
        for reason, allows in self.rules():
            if reason is Reason.OUTSIDE_SESSION_WINDOW:
                finer = self._finer(points)
                if finer is not None:
                    return finer
            points = [point for point in points if allows(*point)]
            if not points:
                return reason
        return None

    def _finer(self, points: list[tuple[int, Diary]]) -> Reason | None:
        """Closed by no hours if without her denials and stays there would be none
        either; by a stay if without her denials there would be none."""
        for plan in self._plans:
            hours = replace(plan.session_hours, deny=())
            at_home = replace(plan, session_hours=hours, away=())
            stated = replace(plan, session_hours=hours)
            for reason, kinder in (
                (Reason.OUTSIDE_SESSION_WINDOW, at_home),
                (Reason.AWAY, stated),
                (Reason.DENIED_TIME, plan),
            ):
                left = [
                    point
                    for point in points
                    if self._fits_hers(point[0], plan)
                    or self._fits_hers(point[0], kinder)
                ]
                if not left:
                    return reason
            points = [each for each in points if self._fits_hers(each[0], plan)]
        return None

    @property
    def _plans(self) -> Iterator[ContactPlan]:
        for each in self.asked.seekers:
            yield from each.seat.plans

    # --- The rules, in order ---------------------------------------------------

    def rules(self) -> Iterator[Rule]:
        """Each of them as a question."""
        minutes, rota = self.asked.search.minutes, self.asked.rota
        on_grid = minutes > 0 and minutes % GRID == 0
        yield Reason.OFF_GRID, lambda at, _: on_grid
        yield Reason.CLOCK_UNVERIFIED, lambda at, _: rota.clock_verified
        yield Reason.KEPT_APART, lambda at, _: not self._group_kept_apart()
        for seeker in self.asked.seekers:
            yield from self._of_agreement(seeker)
        for seeker in self.asked.seekers:
            for plan in seeker.seat.plans:
                yield Reason.OUTSIDE_SESSION_WINDOW, self._in_hers(plan)
                agreed = _agreed(plan, self.asked.search.format)
                if agreed is not None and agreed.we_dial:
                    why = self._why_not_rung(plan, seeker)
                    yield why, self._may_be_rung(plan, seeker)
        yield Reason.TOO_SOON, lambda at, _: self._far_enough(at)
        for seeker in self.asked.seekers:
            yield Reason.CLIENT_BUSY, self._is_free(seeker)
        yield Reason.NO_ON_CALL, lambda at, _: self._on_call(at)
        yield from self._of_counsellor()

    def _of_counsellor(self) -> Iterator[Rule]:
        yield Reason.COUNSELLOR_UNAVAILABLE, self._is_there
        for seeker in self.asked.seekers:
            yield from self._of_meeting(seeker)
        yield (
            Reason.COUNSELLOR_BUSY,
            lambda at, diary: (
                not any(self._overlaps(at, each, 0, 0) for each in diary.engagements)
            ),
        )
        yield Reason.GAP, self._keeps_gaps
        yield Reason.DAILY_MAXIMUM, self._has_room

    def _group_kept_apart(self) -> bool:
        codes = {each.seat.code for each in self.asked.seekers}
        return any(each.seat.apart_codes & codes for each in self.asked.seekers)

    def _of_agreement(self, seeker: Seeker) -> Iterator[Rule]:
        format_ = self.asked.search.format
        video = format_ is Format.VIDEO
        there = bool(seeker.seat.plans)
        yield Reason.FORMAT_NOT_ALLOWED, lambda at, _: there
        for plan in seeker.seat.plans:
            agreed = _agreed(plan, format_)
            watched = _watched(plan, format_, agreed)
            steps = plan.cutoff.agreed
            yield Reason.FORMAT_NOT_ALLOWED, _always(agreed is not None)
            yield Reason.MONITORED_DEVICE, _always(not watched)
            yield Reason.NO_CUTOFF_PLAN, _always(steps or not video)
        last = seeker.suitable_until
        if video:
            yield (
                Reason.NO_SUITABILITY,
                lambda at, _: (
                    last is not None and day_of(seeker.zone, at) <= (last - FIRST).days
                ),
            )

    def _in_hers(self, plan: ContactPlan) -> Callable[[int, Diary], bool]:
        return lambda at, _: self._fits_hers(at, plan)

    def _fits_hers(self, at: int, plan: ContactPlan) -> bool:
        """Every minute of the session and of the margin after it is open (T7)."""
        room = self.asked.search.minutes + self.asked.policy.margin_minutes
        calendar = _of_sessions(plan)
        return all(calendar.open(each) for each in range(at, at + room))

    def _may_be_rung(
        self, plan: ContactPlan, seeker: Seeker
    ) -> Callable[[int, Diary], bool]:
        room = self.asked.policy.margin_minutes + 1
        open_ones = [
            _of_channel(plan, number)
            for number, each in enumerate(plan.channels)
            if each.kind is ChannelKind.VOICE
            and not each.closed
            and Purpose.SESSION in each.purposes
            and each.key not in seeker.seat.standing.blocked
        ]
        return lambda at, _: any(
            all(calendar.open(minute) for minute in range(at, at + room))
            for calendar in open_ones
        )

    def _why_not_rung(self, plan: ContactPlan, seeker: Seeker) -> Reason:
        """What stands against the last number she gave."""
        why = Reason.NO_CHANNEL
        for each in plan.channels:
            if each.kind is not ChannelKind.VOICE:
                continue
            why = Reason.OUTSIDE_WINDOW
            if each.key in seeker.seat.standing.blocked:
                why = Reason.NUMBER_BLOCKED
            if Purpose.SESSION not in each.purposes:
                why = Reason.PURPOSE_NOT_ALLOWED
        return why

    def _far_enough(self, at: int) -> bool:
        lead = timedelta(minutes=self.asked.policy.booking_lead_minutes)
        start, now = instant(at), self.asked.now
        return start > now and start - now >= lead

    def _is_free(self, seeker: Seeker) -> Callable[[int, Diary], bool]:
        length = timedelta(minutes=self.asked.search.minutes)
        return lambda at, _: (
            not any(
                each.start < instant(at) + length and instant(at) < each.end
                for each in seeker.seat.engaged
            )
        )

    def _on_call(self, at: int) -> bool:
        policy = self.asked.policy
        video = self.asked.search.format is Format.VIDEO
        far = instant(at) > self.asked.now + timedelta(days=policy.on_call_days)
        named = any(
            each.start <= instant(at) < each.end for each in self.asked.rota.on_call
        )
        return not video or not policy.require_on_call or far or named

    def _is_there(self, at: int, diary: Diary) -> bool:
        person = diary.counsellor
        if person.id == NOBODY.counsellor.id:
            return False
        if person.formats and self.asked.search.format not in person.formats:
            return False
        calendar = _of_counsellor(person)
        return all(
            calendar.open(each) and each not in _busy_minutes(person.busy)
            for each in range(at, at + self.asked.search.minutes)
        )

    def _of_meeting(self, seeker: Seeker) -> Iterator[Rule]:
        seat = seeker.seat
        yield (
            Reason.NOT_YOUR_FILE,
            lambda at, diary: seat.code not in diary.counsellor.shut_out,
        )
        yield (
            Reason.KEPT_APART,
            lambda at, diary: diary.counsellor.id not in seat.apart_counsellors,
        )
        gap = timedelta(minutes=self.asked.policy.gap_minutes)
        length = timedelta(minutes=self.asked.search.minutes)
        yield (
            Reason.KEPT_APART,
            lambda at, _: all(
                instant(at) - each.end > gap or each.start - instant(at) - length > gap
                for each in seat.apart_times
            ),
        )

    def _overlaps(self, at: int, other: Engagement, before: int, after: int) -> bool:
        """Whether any minute of it, or of the gaps around, is the other's."""
        start, end = other.time.start, other.time.end
        return start - timedelta(minutes=before) < instant(
            at + self.asked.search.minutes
        ) and instant(at) < end + timedelta(minutes=after)

    def _keeps_gaps(self, at: int, diary: Diary) -> bool:
        policy = self.asked.policy
        return self._aside(at, diary, Reason.GAP) or not any(
            self._overlaps(
                at,
                each,
                policy.gap_minutes,
                policy.gap_after_interruption_minutes
                if each.interrupted
                else policy.gap_minutes,
            )
            for each in diary.engagements
        )

    def _has_room(self, at: int, diary: Diary) -> bool:
        person = diary.counsellor
        most = self.asked.policy.sessions_per_day
        if person.most_a_day is not None:
            most = min(most, person.most_a_day)
        room = load(diary, person.zone, day_of(person.zone, at)) < most
        return room or self._aside(at, diary, Reason.DAILY_MAXIMUM)

    def _aside(self, at: int, diary: Diary, rule: Reason) -> bool:
        """Whether a rule does not count on the counsellor's day (A2)."""
        day = day_of(diary.counsellor.zone, at)
        return any(
            each.rule is rule and day <= (each.last_day - FIRST).days
            for each in diary.counsellor.set_aside
        )

    # --- The best six (B9) -----------------------------------------------------

    def best(
        self, usual: frozenset[int], reminded: Intervals, wanted: int
    ) -> list[tuple[int, int]]:
        """Starts with their counsellors, best first: two a day, soonest day first, and
        what is missing from the soonest days."""
        days = sorted({day_of(self.zone, at) for at, _ in self.starts})
        of_each = [self._best_of(day, usual, reminded) for day in days]
        taken = [len(each[:2]) for each in of_each]
        for number in range(len(taken)):
            if sum(taken[: number + 1]) >= wanted:
                taken[number + 1 :] = [0] * (len(taken) - number - 1)
                break
        for number, each in enumerate(of_each):
            while sum(taken) < wanted and taken[number] < len(each):
                taken[number] += 1
        found = [
            one for number, each in enumerate(of_each) for one in each[: taken[number]]
        ]
        return found[:wanted]

    def _best_of(
        self, day: int, usual: frozenset[int], reminded: Intervals
    ) -> list[tuple[int, int]]:
        ranked = sorted(
            (
                diary.counsellor.id not in usual,
                not any(each.start <= instant(at) < each.end for each in reminded),
                load(diary, self.zone, day),
                at,
                diary.counsellor.id,
            )
            for diary in self.diaries
            for at in self._beside_each_other(day, diary.counsellor.id)
        )
        chosen: list[tuple[int, int]] = []
        for *_, at, who in ranked:
            if all(abs(at - other) >= self._step for other, _ in chosen):
                chosen.append((at, who))
        return chosen

    @cached_property
    def _step(self) -> int:
        room = self.asked.search.minutes + self.asked.policy.gap_minutes
        return room if room % GRID == 0 else room - room % GRID + GRID

    def _beside_each_other(self, day: int, who: int) -> Iterator[int]:
        """Of starts that follow each other the first, and then a step on and on."""
        first = None
        for at in self.grid:
            if day_of(self.zone, at) != day or (at, who) not in self.starts:
                first = None
                continue
            first = at if first is None else first
            if (at - first) % self._step == 0:
                yield at


NOBODY: Final = Diary(Counsellor(-1, "UTC"))


def load(diary: Diary, zone: str, day: int) -> int:
    """How much she has that begins on a date."""
    return sum(
        day_of(zone, (each.time.start - EPOCH) // timedelta(minutes=1)) == day
        for each in diary.engagements
    )


def _always(answer: bool) -> Callable[[int, Diary], bool]:
    return lambda at, _: answer


def _agreed(plan: ContactPlan, format_: Format) -> AgreedFormat | None:
    return next((each for each in plan.formats if each.format is format_), None)


def _watched(plan: ContactPlan, format_: Format, agreed: AgreedFormat | None) -> bool:
    """Without an agreed device any that may be watched counts (P5)."""
    watched = {each.key for each in plan.devices if each.monitored.counts}
    if agreed is not None:
        return agreed.device in watched
    return format_ is not Format.IN_PERSON and bool(watched)


@cache
def _of_sessions(plan: ContactPlan) -> Calendar:
    return Calendar.of_sessions(plan)


@cache
def _of_channel(plan: ContactPlan, number: int) -> Calendar:
    return Calendar.of_channel(plan, plan.channels[number])


@cache
def _of_counsellor(person: Counsellor) -> Calendar:
    closed = (*person.hours.deny, *person.leave, *person.holidays)
    hours = person.hours
    return Calendar(
        Hours(hours.weekly, hours.once, hours.rotations, closed), person.zone
    )


@cache
def _busy_minutes(busy: Intervals) -> frozenset[int]:
    """Every minute that is touched."""
    return frozenset(
        minute
        for since, until in busy.pairs
        for minute in range(since // 60, -(-until // 60))
    )


def forget() -> None:
    """Let go of what was kept of one agency."""
    for each in (_of_sessions, _of_channel, _of_counsellor, _busy_minutes):
        each.cache_clear()
