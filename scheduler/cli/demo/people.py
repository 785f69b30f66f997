"""The forty people of the demo and what each agreed. All of them are made up.

Names here (`lamp`, `quilt`) are for this script only: in the demo there are file codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Final

from scheduler.cli.demo import words
from scheduler.cli.demo.agency import WEST, ZONE
from scheduler.cli.demo.stage import Stage, taken
from scheduler.domain.code_words import WordFor
from scheduler.domain.fallback import Actor as Who
from scheduler.domain.fallback import FallbackPlan, Step, StepKind
from scheduler.domain.hours import DateSpan, Hours, Rotation, WeeklyRange
from scheduler.domain.people import Person, ServiceKind
from scheduler.domain.plan import (
    AgreedFormat,
    Away,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
    Sure,
    Voicemail,
)
from scheduler.domain.suitability import Connection, Suitability
from scheduler.domain.typed_hours import read_weekly, write_weekly
from scheduler.services import code_words, people, plans

VANCOUVER: Final = "America/Vancouver"
VIDEO, PHONE, ROOM = Format.VIDEO, Format.PHONE, Format.IN_PERSON
WIDE: Final = ("Mon-Sun 08:00-21:00",)
WEEKDAYS: Final = ("Mon-Fri 09:00-12:00", "Mon-Fri 13:30-19:00")
NARROW: Final = ("Tue,Thu 09:30-10:30",)
DAYTIME: Final = ("Mon-Sun 08:00-20:00",)
TEXTED: Final = frozenset({Purpose.REMINDER, Purpose.CHANGE, Purpose.CALL_BACK})

TEXT_THEN_CALL: Final = FallbackPlan(
    True,
    (
        Step(Who.CLIENT, StepKind.REJOIN, 5),
        Step(Who.COUNSELLOR, StepKind.TEXT, 1),
        Step(Who.COUNSELLOR, StepKind.CALL, 10),
        Step(Who.SUPERVISOR, StepKind.HAND_OVER, 10),
    ),
)
SHE_CALLS: Final = FallbackPlan(
    True,
    (Step(Who.CLIENT, StepKind.CALL_IN, 10), Step(Who.COUNSELLOR, StepKind.END, 10)),
)
WAIT: Final = FallbackPlan(
    True,
    (
        Step(Who.COUNSELLOR, StepKind.WAIT, 0),
        Step(Who.CLIENT, StepKind.REJOIN, 15),
        Step(Who.COUNSELLOR, StepKind.END, 0),
    ),
)
ONE_CALL: Final = FallbackPlan(
    True,
    (
        Step(Who.COUNSELLOR, StepKind.CALL, 3),
        Step(Who.SUPERVISOR, StepKind.HAND_OVER, 5),
    ),
)
REJOIN_THEN_CALL: Final = FallbackPlan(
    True,
    (
        Step(Who.CLIENT, StepKind.REJOIN, 5),
        Step(Who.COUNSELLOR, StepKind.CALL, 3),
        Step(Who.SUPERVISOR, StepKind.HAND_OVER, 10),
    ),
)
STAY: Final = FallbackPlan(agreed=True)


@dataclass(frozen=True, slots=True)
class Texts:
    """How she may be texted."""

    mode: Mode
    windows: tuple[str, ...]
    line: LineType = LineType.OWN_MOBILE
    # (weeks of the cycle, the weeks that are on)
    rotation: tuple[int, tuple[int, ...]] | None = None

    @property
    def shared(self) -> bool:
        """Whether somebody else holds that phone too, and she accepts it."""
        return self.line is LineType.SHARED_MOBILE


def automatic(*windows: str, line: LineType = LineType.OWN_MOBILE) -> Texts:
    """Texts that leave by themselves."""
    return Texts(Mode.AUTOMATIC, windows or WIDE, line)


def assisted(*windows: str, line: LineType = LineType.OWN_MOBILE) -> Texts:
    """Texts a worker sends when she is prompted."""
    return Texts(Mode.ASSISTED, windows or WIDE, line)


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person and her plan; `talk` is how many days ago it was talked through."""

    name: str
    counsellor: str
    talk: int
    texts: Texts | None = None
    rung: tuple[str, ...] = ()
    formats: tuple[Format, ...] = (PHONE, ROOM)
    hours: tuple[str, ...] = DAYTIME
    cutoff: FallbackPlan = STAY
    language: str = "en"
    zone: str = ZONE
    holds: int = 30
    watched: str = ""
    stay: tuple[int, int] | None = None
    blank: bool = False
    around_now: bool = False
    answered_by: str = ""
    service: ServiceKind = ServiceKind.COUNSELLING
    words: bool = field(default=True)


def everybody() -> Iterator[Somebody]:
    """In the order in which they first called."""
    yield from _around_today()
    yield from _whose_texts_tell_something()
    yield from _whose_sessions_do()
    yield from _with_plans_of_all_kinds()


def _around_today() -> Iterator[Somebody]:
    both = (VIDEO, PHONE)
    yield Somebody(
        "lamp", "ines", 13, automatic(), DAYTIME, both, cutoff=TEXT_THEN_CALL,
        around_now=True,
    )  # fmt: skip
    yield Somebody(
        "quilt", "ines", 13, automatic(), DAYTIME, both, cutoff=WAIT, language="fr",
        around_now=True,
    )  # fmt: skip
    yield Somebody(
        "harbour", "ines", 12, automatic(), DAYTIME, both, cutoff=REJOIN_THEN_CALL,
        zone=WEST, around_now=True,
    )  # fmt: skip
    yield Somebody("orchard", "ines", 12, formats=(PHONE, ROOM), around_now=True)
    yield Somebody("meadow", "ines", 12, assisted(), around_now=True)


def _whose_texts_tell_something() -> Iterator[Somebody]:
    yield Somebody("stop", "tove", 13, automatic(), zone=WEST, cutoff=SHE_CALLS)
    yield Somebody("who", "maelle", 13, automatic(), language="fr", cutoff=SHE_CALLS)
    yield Somebody("thanks", "bryn", 12, automatic())
    yield Somebody("late", "pilar", 12, automatic(), language="es", zone=WEST)
    yield Somebody("unsure", "tove", 12, automatic(), zone=WEST, cutoff=STAY)
    yield Somebody("unreached", "bryn", 11, automatic("Mon-Sun 14:00-17:00"))
    yield Somebody("capped", "maelle", 13, automatic())
    yield Somebody("early_stop", "asha", 13, automatic(), zone=WEST)
    yield Somebody("by_hand", "tove", 11, assisted(), zone=WEST)
    yield Somebody("waiting", "tove", 11, assisted("Mon-Sun 07:00-23:45"), zone=WEST)
    yield Somebody("nobody_sent", "bryn", 12, assisted("Mon-Sun 09:00-18:00"))


def _whose_sessions_do() -> Iterator[Somebody]:
    yield Somebody("stand_in", "maelle", 11)
    yield Somebody("moved", "tove", 11, automatic(), zone=WEST)
    yield Somebody("called_off", "maelle", 10, automatic(), language="fr")
    yield Somebody("series", "odile", 10, automatic(*WEEKDAYS), language="fr")
    group = ServiceKind.GROUP
    yield Somebody("group_1", "maelle", 9, automatic(), formats=(ROOM,), service=group)
    yield Somebody("group_2", "maelle", 9, formats=(ROOM,), service=group)
    yield Somebody(
        "broke", "bryn", 10, automatic(), DAYTIME, (VIDEO, PHONE), cutoff=ONE_CALL
    )
    yield Somebody(
        "not_safe", "tove", 12, automatic(), DAYTIME, (VIDEO, PHONE),
        cutoff=TEXT_THEN_CALL, zone=WEST,
    )  # fmt: skip
    yield Somebody(
        "no_answer", "pilar", 12, automatic(), DAYTIME, (PHONE,), cutoff=ONE_CALL,
        language="es", zone=WEST,
    )  # fmt: skip


def _with_plans_of_all_kinds() -> Iterator[Somebody]:
    shared = LineType.SHARED_MOBILE
    yield Somebody(
        "shared_hand", "noor", 10, assisted(*NARROW, line=shared), cutoff=WAIT
    )
    yield Somebody("shared_auto", "bryn", 9, automatic(*WEEKDAYS, line=shared))
    yield Somebody(
        "shifts", "bryn", 11,
        Texts(Mode.AUTOMATIC, ("Mon-Fri 15:00-19:00",), rotation=(2, (1,))),
        cutoff=WAIT,
    )  # fmt: skip
    yield Somebody(
        "nights", "asha", 9,
        Texts(Mode.ASSISTED, ("Sun-Thu 10:00-13:00",), rotation=(3, (1, 3))),
        zone=WEST,
    )  # fmt: skip
    yield Somebody("lapsed", "maelle", 13, automatic(), holds=9)
    yield Somebody("lapsing", "tove", 13, automatic(), zone=WEST, holds=15)
    yield Somebody("paused", "noor", 10, automatic(), cutoff=SHE_CALLS)
    yield Somebody("away", "maelle", 9, automatic(), stay=(-1, 6))
    yield Somebody("travels", "pilar", 8, automatic(), zone=WEST, stay=(4, 9))
    yield Somebody("landline", "asha", 8, rung=("Mon-Fri 09:00-12:00",), zone=WEST)
    yield Somebody(
        "mother", "odile", 8, rung=("Mon-Fri 10:00-16:00",), language="fr",
        answered_by="her mother",
    )  # fmt: skip
    yield Somebody(
        "watched", "noor", 7, automatic(), formats=(ROOM,), watched="phone",
        service=ServiceKind.SAFETY_PLANNING,
    )  # fmt: skip
    yield Somebody(
        "laptop", "ines", 7, automatic(*NARROW), DAYTIME, (VIDEO, PHONE),
        watched="laptop", cutoff=SHE_CALLS,
    )  # fmt: skip
    yield Somebody("new", "asha", 1, blank=True, words=False, zone=WEST)
    yield Somebody("newest", "", 0, blank=True, words=False)


# --- Opening the files ---------------------------------------------------------


def open_files(stage: Stage) -> None:
    """Everybody's first talk, at some hour of her day."""
    talks: dict[int, int] = {}
    for number, each in enumerate(everybody()):
        talks[each.talk] = talks.get(each.talk, 0) + 1
        # Today's talk was before now, whatever the hour.
        minutes = 8 * 60 + 30 + 40 * talks[each.talk]
        begins = stage.wall(-each.talk, minutes)
        if each.talk == 0:
            begins = stage.until - timedelta(minutes=25)
        stage.at(begins, partial(_first_talk, stage, each, number))


def _first_talk(stage: Stage, somebody: Somebody, number: int) -> None:
    wanda = stage.actors["wanda"]
    usual = stage.actors.get(somebody.counsellor)
    file = taken(
        people.open_file(
            stage.house,
            wanda,
            person=_person(somebody, number),
            zone_name=somebody.zone,
            service=ServiceKind.INTAKE if somebody.blank else somebody.service,
            usual_counsellor_id=usual.id if usual else None,
        )
    )
    stage.codes[somebody.name], stage.rows[somebody.name] = file.code, file.id
    if somebody.blank:
        return
    day = stage.day(-somebody.talk)
    if somebody.texts:
        stage.numbers[somebody.name] = number_of(somebody, number)
    plan = plan_of(stage, somebody, number, day)
    taken(plans.save_plan(stage.house, wanda, file.code, plan, 1))
    _words(stage, somebody, file.code, number)
    if VIDEO in somebody.formats:
        _suits(stage, file.code, day)


def _person(somebody: Somebody, number: int) -> Person:
    if somebody.blank:
        return Person()
    return Person(
        session_name=words.NAMES[number],
        aloud_name="" if number % 3 else words.NAMES[number],
        pronouns="they" if number % 11 == 0 else "she",
        contact_language=somebody.language,
        session_language=somebody.language,
        interpreter="ASL" if somebody.name == "shared_hand" else "",
        cover_topic=words.COVER[number % len(words.COVER)],
        line_if_other="I will try again another day." if number % 2 else "",
        children_over_two=number % 4 == 0,
        known_by=f"the {words.code_words(number + 5)[WordFor.IDENTITY][0]} story"
        if number % 5 == 0
        else "",
    )


def _words(stage: Stage, somebody: Somebody, code: str, number: int) -> None:
    if not somebody.words:
        return
    taken(
        code_words.set_words(
            stage.house,
            stage.actors["wanda"],
            code,
            words.code_words(number),
            action="Ring the supervisor, then the friend she named to you.",
        )
    )


def _suits(stage: Stage, code: str, day: date) -> None:
    record = Suitability(
        recorded_on=day,
        review_on=day + timedelta(days=90),
        wants_video=True,
        knows_equal=True,
        where="the small room at her work",
        usually_there="nobody at that hour",
        device="her own",
        connection=Connection.GOOD if stage.below(3) else Connection.METERED,
        comfort=3 + stage.below(3),
        headphones=True,
        practice_held=bool(stage.below(2)),
        risk_changed=False,
    )
    wanda = stage.actors["wanda"]
    taken(people.record_suitability(stage.house, wanda, code, record))


# --- Plans -----------------------------------------------------------------------


def plan_of(stage: Stage, somebody: Somebody, number: int, day: date) -> ContactPlan:
    """What she agreed, as the worker typed it after the talk."""
    stays = (_stay(stage, *somebody.stay),) if somebody.stay else ()
    return ContactPlan(
        zone=somebody.zone,
        valid_until=day + timedelta(days=somebody.holds),
        channels=tuple(_channels(stage, somebody, number)),
        devices=tuple(_devices(somebody)),
        formats=tuple(
            AgreedFormat(each, _DEVICE_OF[each], we_dial=_rung(somebody, each))
            for each in somebody.formats
        ),
        session_hours=Hours(tuple(map(read_weekly, _session_hours(stage, somebody)))),
        away=stays,
        phrases=words.phrases(somebody.language, number) if somebody.texts else (),
        cutoff=somebody.cutoff,
    )


_DEVICE_OF: Final = {VIDEO: "laptop", PHONE: "phone", ROOM: ""}


def _rung(somebody: Somebody, format_: Format) -> bool:
    return format_ is PHONE and bool(somebody.rung)


def _session_hours(stage: Stage, somebody: Somebody) -> tuple[str, ...]:
    if not somebody.around_now:
        return somebody.hours
    since, until = stage.shift
    return (write_weekly(WeeklyRange(tuple(range(7)), since - 75, until)),)


def number_of(somebody: Somebody, number: int) -> str:
    """A number that belongs to nobody: 555-01xx is kept for that."""
    area = {WEST: "306", ZONE: "416"}[somebody.zone]
    return f"+1{area}55501{number:02}"


def _channels(stage: Stage, somebody: Somebody, number: int) -> Iterator[Channel]:
    texts = somebody.texts
    if texts is not None:
        yield Channel(
            "text",
            ChannelKind.SMS,
            number_of(somebody, number),
            texts.line,
            shared_ok=texts.shared,
            device="phone",
            purposes=TEXTED,
            mode=texts.mode,
            consent=texts.mode is Mode.AUTOMATIC,
            hours=_text_hours(stage, texts),
        )
    if somebody.rung:
        landline = texts is None
        yield Channel(
            "voice",
            ChannelKind.VOICE,
            number_of(somebody, number),
            LineType.LANDLINE if landline else LineType.OWN_MOBILE,
            device="" if landline else "phone",
            purposes=frozenset({Purpose.CALL_BACK, Purpose.SESSION}),
            hours=Hours(tuple(map(read_weekly, somebody.rung))),
            voicemail=Voicemail.NEVER,
            others=somebody.answered_by,
            may_say="A question about the garden." if somebody.answered_by else "",
        )


def _text_hours(stage: Stage, texts: Texts) -> Hours:
    windows = tuple(map(read_weekly, texts.windows))
    if texts.rotation is None:
        return Hours(windows)
    monday = stage.today - timedelta(days=stage.today.weekday() + 14)
    weeks, on = texts.rotation
    return Hours(rotations=(Rotation(monday, weeks, on, windows),))


def _devices(somebody: Somebody) -> Iterator[Device]:
    shared = somebody.texts is not None and somebody.texts.shared
    for key, kind in (("phone", "mobile"), ("laptop", "laptop")):
        yield Device(
            key,
            kind,
            "hers and her partner's" if shared else "hers",
            synced=Sure.NO,
            bill_seen=Sure.NOT_SURE if shared else Sure.NO,
            monitored=Sure.YES if somebody.watched == key else Sure.NO,
        )


def _stay(stage: Stage, first: int, last: int) -> Away:
    windows = (read_weekly("Mon-Sun 10:00-16:00"),)
    days = DateSpan(stage.day(first), stage.day(last))
    return Away(days, VANCOUVER, windows, windows)
