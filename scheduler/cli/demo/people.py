"""The files of the demo, opened and talked through as a worker does it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from scheduler.cli.demo import words
from scheduler.cli.demo.agency import WEST, ZONE
from scheduler.cli.demo.cast import (
    PHONE,
    ROOM,
    TEXTED,
    VANCOUVER,
    VIDEO,
    Somebody,
    Texts,
    everybody,
)
from scheduler.cli.demo.stage import Stage, taken
from scheduler.domain.code_words import WordFor
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
from scheduler.services.files import people
from scheduler.services.safe_contact import code_words, plans

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
