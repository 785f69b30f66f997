"""The sessions of the demo: behind, today, and to come; one series and one group."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from scheduler.cli.demo import agency, history
from scheduler.cli.demo.cast import everybody
from scheduler.cli.demo.history import Meeting, Room
from scheduler.cli.demo.stage import Stage
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.services.scheduling import booking, finding, series
from scheduler.services.scheduling.booking import Wish

VIDEO, PHONE, ROOM = Format.VIDEO, Format.PHONE, Format.IN_PERSON
NOON: Final = 12 * 60
MORNING, AFTERNOON, EVENING = 10 * 60 + 30, 14 * 60 + 30, 18 * 60

# Held, and her plan is talked about another day: what it was stays as it is.
TALK_LATER: Final = "held_as_agreed"

# Behind today: these have happened by now.
BEHIND: Final = (
    Meeting("lamp", "ines", -7, NOON, VIDEO),
    Meeting("lamp", "ines", -4, NOON, VIDEO),
    Meeting("quilt", "ines", -6, NOON, VIDEO),
    Meeting("harbour", "ines", -8, NOON, VIDEO, "not_private"),
    Meeting("orchard", "ines", -7, AFTERNOON, ROOM),
    Meeting("meadow", "ines", -5, AFTERNOON, ROOM),
    Meeting("stop", "tove", -8, MORNING),
    Meeting("who", "maelle", -6, NOON, ROOM),
    Meeting("thanks", "bryn", -7, AFTERNOON),
    Meeting("late", "pilar", -6, NOON),
    Meeting("capped", "maelle", -6, NOON),
    Meeting("capped", "maelle", -2, NOON, PHONE, "not_joined"),
    Meeting("capped", "maelle", -1, EVENING),
    Meeting("early_stop", "asha", -8, MORNING, PHONE, "not_joined"),
    Meeting("unreached", "bryn", -2, AFTERNOON),
    Meeting("by_hand", "tove", -4, AFTERNOON),
    Meeting("nobody_sent", "bryn", -1, AFTERNOON),
    Meeting("moved", "tove", -8, NOON),
    Meeting("called_off", "maelle", -5, AFTERNOON),
    Meeting("broke", "bryn", -1, EVENING, VIDEO, "broke_off"),
    Meeting("not_safe", "tove", -7, MORNING, VIDEO, "not_safe"),
    Meeting("no_answer", "pilar", -3, AFTERNOON, PHONE, "no_answer"),
    Meeting("lapsed", "maelle", -7, EVENING, PHONE, "held_as_agreed"),
    Meeting("lapsing", "tove", -6, AFTERNOON, PHONE, "held_as_agreed"),
    Meeting("shifts", "bryn", -4, EVENING),
    Meeting("nights", "asha", -2, NOON, ROOM),
    Meeting("landline", "asha", -6, NOON, ROOM),
    Meeting("mother", "odile", -6, NOON, PHONE, "cancelled"),
    Meeting("watched", "noor", -3, MORNING, ROOM),
    Meeting(
        "group_1", "maelle", -4, AFTERNOON, ROOM, others=("group_2",),
        length=90,
    ),
)  # fmt: skip

# Today beside the day that is shown first. Their texts were yesterday.
TODAY: Final = (
    Meeting("stop", "tove", 0, MORNING, PHONE, TALK_LATER),
    Meeting("who", "maelle", 0, NOON, ROOM, TALK_LATER),
    Meeting("thanks", "bryn", 0, AFTERNOON, PHONE, TALK_LATER),
    Meeting("late", "pilar", 0, AFTERNOON, PHONE, TALK_LATER),
    Meeting("unsure", "tove", 0, AFTERNOON, PHONE, TALK_LATER),
    Meeting("by_hand", "tove", 0, NOON),
    Meeting("shared_auto", "bryn", 0, EVENING),
    Meeting("landline", "asha", 0, NOON, ROOM),
    Meeting("mother", "odile", 0, AFTERNOON, ROOM),
    Meeting("watched", "noor", 0, MORNING, ROOM),
)

AHEAD: Final = (
    Meeting("lamp", "ines", 2, NOON, VIDEO),
    Meeting("harbour", "ines", 7, NOON, VIDEO),
    Meeting("quilt", "ines", 3, NOON, VIDEO),
    Meeting("orchard", "ines", 1, AFTERNOON, ROOM),
    Meeting("laptop", "ines", 1, NOON, PHONE),
    Meeting("laptop", "ines", 8, NOON, PHONE),
    Meeting("stand_in", "maelle", 1, NOON, ROOM),
    Meeting("moved", "tove", 3, AFTERNOON),
    Meeting("called_off", "maelle", 2, AFTERNOON),
    Meeting("broke", "bryn", 4, EVENING, VIDEO),
    Meeting("capped", "maelle", 5, NOON),
    Meeting("unsure", "tove", 7, AFTERNOON),
    Meeting("no_answer", "pilar", 3, AFTERNOON),
    Meeting("lapsed", "maelle", 1, EVENING),
    Meeting("lapsing", "tove", 3, MORNING),
    Meeting("paused", "noor", 3, MORNING),
    Meeting("away", "maelle", 2, AFTERNOON),
    Meeting("travels", "pilar", 2, AFTERNOON),
    Meeting("travels", "pilar", 5, AFTERNOON),
    Meeting("shifts", "bryn", 5, EVENING),
    Meeting("nights", "asha", 2, NOON),
    Meeting("shared_hand", "noor", 3, MORNING, ROOM),
    Meeting("nobody_sent", "bryn", 4, AFTERNOON),
    Meeting("watched", "noor", 5, MORNING, ROOM),
    Meeting(
        "group_1", "maelle", 5, AFTERNOON, ROOM, others=("group_2",),
        length=90,
    ),
)  # fmt: skip


def shown_first(stage: Stage) -> tuple[Meeting, ...]:
    """A day around now: two behind, three ahead, as far as the evening has room."""
    ahead = stage.ahead
    later = (("harbour", VIDEO), ("orchard", PHONE), ("meadow", ROOM))
    earlier = (*later[len(ahead) :], ("lamp", VIDEO), ("quilt", VIDEO))
    ordered = zip(
        (*stage.behind, *ahead), (*earlier, *later[: len(ahead)]), strict=True
    )
    return tuple(
        Meeting(name, "ines", 0, start, how, "broke_off" if name == "quilt" else "held")
        for start, (name, how) in ordered
    )


def book_all(stage: Stage) -> None:
    """Every session at a time when somebody could have booked it."""
    waiting = Meeting("waiting", "tove", 1, stage.base - 45 - 60, ROOM)
    talks = {each.name: each.talk for each in everybody()}
    for meeting in (*BEHIND, *shown_first(stage), *TODAY, waiting, *AHEAD):
        ago = min(meeting.ahead - meeting.day, talks[meeting.client] - 1)
        # Nobody books after the fact, nor at night.
        when = stage.wall(-max(ago, 0), 16 * 60)
        if when >= stage.until:
            when = stage.until - timedelta(minutes=40)
        stage.at(when, partial(book, stage, meeting))
    stage.at(stage.wall(-9, 15 * 60), lambda: _series(stage))


def book(stage: Stage, meeting: Meeting) -> None:
    """The bookable start nearest to what was asked for, and what becomes of it."""
    start = _nearest(stage, meeting)
    if start is None:
        stage.missed.append(meeting.name)
        return
    wanda = stage.actors["wanda"]
    wish = Wish(
        codes=_codes(stage, meeting),
        counsellor_id=stage.actors[meeting.counsellor].id,
        start=start,
        minutes=meeting.length,
        format=meeting.format,
        language=_language(meeting.client),
    )
    booked = booking.book(stage.house, wanda, wish)
    if booked.session_id is None:
        stage.missed.append(meeting.name)
        return
    stage.sessions[meeting.name] = booked.session_id
    time = Interval.lasting(start, meeting.length)
    history.live(Room(stage, meeting, booked.session_id), time)


def _codes(stage: Stage, meeting: Meeting) -> tuple[str, ...]:
    return tuple(stage.codes[each] for each in (meeting.client, *meeting.others))


def _language(name: str) -> str:
    spoken = {each.name: each.language for each in everybody()}
    return spoken[name]


def _nearest(stage: Stage, meeting: Meeting) -> datetime | None:
    """On that day, or on the next two when it is full."""
    for later in range(3):
        wanted = stage.wall(meeting.day + later, meeting.minutes)
        found = finding.starts(
            stage.house,
            codes=_codes(stage, meeting),
            counsellor_ids=(stage.actors[meeting.counsellor].id,),
            since=stage.wall(meeting.day + later, 0),
            until=stage.wall(meeting.day + later + 1, 0),
            minutes=meeting.length,
            format_=meeting.format,
        )
        if found:
            return min(found, key=lambda each: abs(each - wanted))
        if meeting.day == 0:
            break
    return None


def _series(stage: Stage) -> None:
    """Six weeks, one a week; the counsellor's leave closes some of them."""
    wish = Wish(
        codes=(stage.codes["series"],),
        counsellor_id=stage.actors["odile"].id,
        start=stage.wall(-7, NOON),
        minutes=50,
        format=PHONE,
        language="fr",
    )
    starts = [stage.wall(7 * week, NOON) for week in range(-1, 5)]
    wishes = [replace(wish, start=each) for each in starts]
    answer = series.book(stage.house, stage.actors["wanda"], wishes)
    for number, session in enumerate(answer.booked):
        stage.sessions[f"series:{number}"] = session
    if answer.booked:
        first = Meeting("series", "odile", -7, NOON)
        time = Interval.lasting(starts[0], 50)
        history.live(Room(stage, first, answer.booked[0]), time)


def change_some(stage: Stage) -> None:
    """The agency moves one session and calls two off."""
    maelle, tove = stage.actors["maelle"], stage.actors["tove"]
    house = stage.house

    def moved() -> None:
        session = stage.sessions.get("moved:3")
        if session:
            start = stage.wall(6, AFTERNOON, agency.WEST)
            booking.move(house, tove, session, start, by_agency=True)

    def called_off() -> None:
        session = stage.sessions.get("called_off:2")
        if session:
            booking.cancel(house, maelle, session, by_agency=True)

    def cannot_be_told() -> None:
        session = stage.sessions.get("stand_in:1")
        if session:
            booking.cancel(house, maelle, session, by_agency=True)

    stage.at(stage.wall(-1, 11 * 60), moved)
    stage.at(stage.wall(-1, 11 * 60 + 20), called_off)
    stage.at(stage.wall(-1, 17 * 60), cannot_be_told)
