"""What is measured: a typical plan, and the instants of a fortnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.contact import Request, Standing, decide
from scheduler.domain.decision import Verdict
from scheduler.domain.hours import Hours
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    LineType,
    Mode,
    Purpose,
)
from scheduler.domain.policy import Policy
from scheduler.domain.typed_hours import read_denial, read_rotation, read_weekly

BEGIN = datetime(2026, 12, 1, tzinfo=UTC)
FORTNIGHT = 14 * 24 * 60
POLICY = Policy()
REQUEST = Request(ChannelKind.SMS, Purpose.REMINDER, Meaning.REMINDER)
TORONTO = ZoneInfo("America/Toronto")


def typical_plan() -> ContactPlan:
    """Two weekly windows, one past midnight, a rotation and a denied date."""
    hours = Hours(
        weekly=tuple(map(read_weekly, ("Tue,Thu 09:00-11:30", "Fri 22:00-01:00"))),
        rotations=(
            read_rotation(date(2026, 11, 30), 2, [1], [read_weekly("Wed 13:00-15:00")]),
        ),
        deny=(read_denial("2026-12-29"),),
    )
    channel = Channel(
        "text",
        ChannelKind.SMS,
        "+14165550142",
        LineType.OWN_MOBILE,
        device="phone",
        purposes=frozenset({Purpose.REMINDER, Purpose.CHANGE}),
        mode=Mode.AUTOMATIC,
        consent=True,
        hours=hours,
    )
    return ContactPlan(
        "America/Toronto",
        date(2026, 12, 31),
        channels=(channel,),
        devices=(Device("phone"),),
        phrases=(Phrase(Meaning.REMINDER, "The plants could do with some water"),),
    )


def instants(verdict: Verdict | None = None) -> list[datetime]:
    """Every 37 minutes of a fortnight, all or those with one answer."""
    every = [BEGIN + timedelta(minutes=each) for each in range(0, FORTNIGHT, 37)]
    if verdict is None:
        return every
    plan = typical_plan()
    return [
        each
        for each in every
        if decide(plan, REQUEST, Standing(), POLICY, each).verdict is verdict
    ]


def her_wall_time() -> object:
    """The yardstick: one instant in her zone, without which nothing can be answered."""
    return BEGIN.astimezone(TORONTO)


YARDSTICK = "one instant turned into her wall time, by Python alone"
