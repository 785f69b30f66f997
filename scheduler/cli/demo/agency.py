"""The demo agency: who works there, and when. All of them are made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from scheduler.cli.demo.stage import Stage
from scheduler.domain.hours import DateSpan, Hours, Rotation, WeeklyRange
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.services.calendar import availability, calendars, on_call
from scheduler.services.staff import accounts
from scheduler.services.staff.accounts import NewAgency, NewMember
from scheduler.services.stops import brakes
from scheduler.services.watching import board

NAME: Final = "Quillwater House"
PROGRAMMES: Final = ("Tamarack", "Open Lantern")
ZONE: Final = "America/Toronto"
WEST: Final = "America/Regina"

# One for everybody: a demo is served to this machine only.
PASSWORD: Final = "only for practice"  # noqa: S105 - printed at every start

HOUR: Final = 60
EVERY_FORMAT: Final = (Format.VIDEO, Format.PHONE, Format.IN_PERSON)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with an account."""

    sign_in_name: str
    role: Role
    zone: str = ZONE

    @property
    def name(self) -> str:
        """As colleagues see her."""
        return self.sign_in_name.title()


@dataclass(frozen=True, slots=True)
class Hired:
    """A counsellor's week. `free` are her days off, counted on from today, so that
    whoever is to be at work today is, whatever day that is."""

    sign_in_name: str
    start: int
    end: int
    free: tuple[int, ...]
    languages: tuple[str, ...] = ("en",)
    formats: tuple[Format, ...] = EVERY_FORMAT
    most_a_day: int | None = None
    specialities: tuple[str, ...] = ()
    every_other_week: tuple[int, ...] = field(default=())


OFFICE: Final = (
    Colleague("wanda", Role.INTAKE),
    Colleague("salma", Role.SUPERVISOR),
    Colleague("greer", Role.SUPERVISOR),
    Colleague("cato", Role.CUSTODIAN),
)
FIRST: Final = (
    Colleague("maia", Role.ADMINISTRATOR),
    Colleague("petra", Role.SECOND),
)
COUNSELLORS: Final = (
    Colleague("ines", Role.COUNSELLOR),
    Colleague("noor", Role.COUNSELLOR),
    Colleague("maelle", Role.COUNSELLOR),
    Colleague("odile", Role.COUNSELLOR),
    Colleague("bryn", Role.COUNSELLOR),
    Colleague("tove", Role.COUNSELLOR, WEST),
    Colleague("asha", Role.COUNSELLOR, WEST),
    Colleague("pilar", Role.COUNSELLOR, WEST),
)
EVERYBODY: Final = (*OFFICE, *COUNSELLORS, *FIRST)

_WEEKS: Final = (
    Hired(
        "noor",
        9 * HOUR,
        13 * HOUR,
        (1, 2, 4, 6),
        most_a_day=3,
        specialities=("young people",),
    ),
    Hired("maelle", 8 * HOUR, 20 * HOUR, (3, 4), ("en", "fr")),
    Hired("odile", 10 * HOUR, 18 * HOUR, (2, 5), ("fr",)),
    Hired("bryn", 13 * HOUR, 21 * HOUR, (2, 3), every_other_week=(3,)),
    Hired("tove", 8 * HOUR, 20 * HOUR, (4, 5), specialities=("court", "young people")),
    Hired("asha", 9 * HOUR, 15 * HOUR, (1, 3, 5), most_a_day=3),
    Hired("pilar", 10 * HOUR, 18 * HOUR, (1, 6), ("en", "es")),
)

# A supervisor's turn lasts from seven to seven.
TURN_AT: Final = 7 * HOUR


def found(stage: Stage) -> None:
    """The agency, its accounts, everybody's hours, and the rota of four weeks."""
    first = tuple(_account(each) for each in FIRST)
    about = NewAgency(NAME, ZONE, PROGRAMMES)
    ids = accounts.init_agency(stage.house, stage.passwords, about, first)
    for each, row in zip(FIRST, ids, strict=True):
        stage.enter(row, each.role, each.sign_in_name)
    maia = stage.actors["maia"]
    for each in (*OFFICE, *COUNSELLORS):
        row = accounts.add_user(stage.house, stage.passwords, _account(each), maia)
        stage.enter(row, each.role, each.sign_in_name)
    brakes.check_clock(stage.house)
    _hours(stage)
    _rota(stage)


def _account(colleague: Colleague) -> NewMember:
    return NewMember(
        colleague.sign_in_name,
        colleague.name,
        colleague.role,
        colleague.zone,
        PASSWORD,
    )


def _hours(stage: Stage) -> None:
    since, until = stage.shift
    ines = Hired("ines", since, until, (4, 5), ("en", "fr"), most_a_day=6)
    for hired in (ines, *_WEEKS):
        actor = stage.actors[hired.sign_in_name]
        availability.set_hours(
            stage.house,
            actor,
            actor.id,
            _week(stage, hired),
            languages=hired.languages,
            formats=hired.formats,
            most_a_day=hired.most_a_day,
            specialities=hired.specialities,
        )
    odile = stage.actors["odile"]
    leave = DateSpan(stage.day(8), stage.day(11))
    availability.add_leave(stage.house, odile, odile.id, leave)
    maelle = stage.actors["maelle"]
    calendar = _calendar(stage).encode()
    calendars.read_file(stage.house, maelle, maelle.id, calendar)
    waiting = calendars.see(stage.house, maelle, maelle.id).waiting
    if waiting is None:
        raise AssertionError("What was just read waits.")
    calendars.take(stage.house, maelle, maelle.id, waiting.id)


def _calendar(stage: Stage) -> str:
    """What her own program would write: each Wednesday morning is taken."""
    offset = (2 - stage.today.weekday()) % 7 - 7
    begins, ends = stage.wall(offset, 8 * HOUR), stage.wall(offset, 10 * HOUR)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//made up//EN",
        "BEGIN:VEVENT",
        "UID:wednesdays@example.org",
        f"DTSTAMP:{begins:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{begins:%Y%m%dT%H%M%SZ}",
        f"DTEND:{ends:%Y%m%dT%H%M%SZ}",
        "RRULE:FREQ=WEEKLY;COUNT=8",
        "SUMMARY:Choir",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)


def _week(stage: Stage, hired: Hired) -> Hours:
    off = {(stage.today.weekday() + each) % 7 for each in hired.free}
    days = tuple(day for day in range(7) if day not in off)
    sometimes = tuple(
        (stage.today.weekday() + each) % 7 for each in hired.every_other_week
    )
    anchor = stage.today - timedelta(days=stage.today.weekday() + 14)
    extra = WeeklyRange(sometimes, hired.start, hired.end)
    rotations = (Rotation(anchor, 2, (1,), (extra,)),) if sometimes else ()
    return Hours((WeeklyRange(days, hired.start, hired.end),), rotations=rotations)


def _rota(stage: Stage) -> None:
    turns = ("salma", "greer")
    for offset in range(-15, 15):
        name = turns[(stage.today.toordinal() + offset) % 2]
        begins = stage.wall(offset, TURN_AT)
        duty = on_call.add_turn(
            stage.house,
            stage.actors["salma"],
            stage.actors[name].id,
            begins,
            stage.wall(offset + 1, TURN_AT),
        )
        stage.at(
            max(begins, stage.house.now()),
            partial(_acknowledge, stage, name, duty),
        )


def _acknowledge(stage: Stage, name: str, duty: int) -> None:
    on_call.acknowledge(stage.house, stage.actors[name], duty)


def look_at_alerts(stage: Stage) -> None:
    """Whoever is on call answers the banner that calls her (N1)."""
    now = stage.house.now()
    wall = board.Board(stage.house)
    for name in ("salma", "greer"):
        member = accounts.find_user(stage.house, name)
        waiting = wall.head(member, now).alerts
        wall.seen_alerts(member, waiting, now)


def by_role() -> dict[str, tuple[str, ...]]:
    """Sign-in names by what each may do, for whoever tries the demo."""
    found: dict[str, tuple[str, ...]] = {}
    for each in EVERYBODY:
        role = each.role.value
        found[role] = (*found.get(role, ()), each.sign_in_name)
    return found
