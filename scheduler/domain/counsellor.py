"""When a counsellor is there, and what she offers (A1, A2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.decision import Reason
from scheduler.domain.hours import NEVER, DateSpan, Hours, openings
from scheduler.domain.intervals import NOTHING, Intervals, to_seconds
from scheduler.domain.plan import Format
from scheduler.domain.policy import Policy
from scheduler.domain.set_aside import OVERRIDABLE, SetAside


@dataclass(frozen=True, slots=True)
class Counsellor:
    """A counsellor's hours in her zone, and what closes them.

    `leave` are whole local days; `busy` comes from calendars, intervals only.
    `load` is what the files she carries weigh, read only where the agency set a limit
    (A2). `set_aside` are rules that do not count for a while (A2). `shut_out` are the
    codes of files that do not exist for her (E4). An empty `formats` or `languages`
    means all.
    """

    id: int
    zone: str
    hours: Hours = NEVER
    leave: tuple[DateSpan, ...] = ()
    holidays: tuple[DateSpan, ...] = ()
    busy: Intervals = NOTHING
    languages: frozenset[str] = frozenset()
    formats: frozenset[Format] = frozenset()
    specialities: frozenset[str] = frozenset()
    most_a_day: int | None = None
    load: int = 0
    set_aside: tuple[SetAside, ...] = ()
    shut_out: frozenset[str] = field(default=frozenset(), repr=False)

    def free(self, since: datetime, until: datetime) -> Intervals:
        """Her hours less leave, holidays and busy times, complete in the range (T4)."""
        closed = Hours(
            weekly=self.hours.weekly,
            once=self.hours.once,
            rotations=self.hours.rotations,
            deny=(*self.hours.deny, *self.leave, *self.holidays),
        )
        return openings(closed, self.zone, since, until).open - self.busy

    def daily_maximum(self, policy: Policy) -> int:
        """How many sessions a day she has at most (A2)."""
        most = policy.sessions_per_day
        return most if self.most_a_day is None else min(most, self.most_a_day)

    def counts_from(self, rule: Reason) -> int | None:
        """From which start on a rule counts, in seconds since 1970; None: for all (A2).

        What may never be set aside always counts.
        """
        if rule not in OVERRIDABLE:
            return None
        untils = (e.until(self.zone) for e in self.set_aside if e.rule is rule)
        return max(untils, default=None)

    def aside_at(self, start: datetime) -> frozenset[Reason]:
        """The rules that do not count for a session that begins then (A2)."""
        second = to_seconds(start)
        return frozenset(
            each.rule
            for each in self.set_aside
            if each.rule in OVERRIDABLE and second < each.until(self.zone)
        )
