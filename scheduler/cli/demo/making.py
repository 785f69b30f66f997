"""The demo agency made from nothing: two weeks on a made-up clock, up to now."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from scheduler.cli.demo import agency, boundaries, calendar, history, people
from scheduler.cli.demo.stage import Practice, Stage
from scheduler.domain.zones import Edge, day_starts, local_date
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff.passwords import Passwords

DAYS: Final = 14


def begins(until: datetime) -> datetime:
    """When its two weeks begin: at eight in the morning, where the agency is."""
    first = local_date(until, agency.ZONE) - timedelta(days=DAYS)
    return day_starts(first, agency.ZONE, Edge.CLOSES) + timedelta(hours=8)


def make(
    house: House,
    clock: MadeUpClock,
    phone: Practice,
    passwords: Passwords,
    until: datetime,
) -> Stage:
    """Everything that has happened by `until`, step by step, through the services."""
    stage = Stage(house, clock, phone, passwords, agency.ZONE, until)
    agency.found(stage)
    people.open_files(stage)
    boundaries.draw(stage)
    calendar.book_all(stage)
    calendar.change_some(stage)
    history.answer_prompts(stage)
    _texts_that_tell_something(stage)
    stage.play()
    agency.look_at_alerts(stage)
    return stage


def caller(stage: Stage) -> tuple[str, str]:
    """Somebody to practise with: her file code, and the word by which she is known."""
    return stage.codes["moved"], history.word_of("moved")


def _texts_that_tell_something(stage: Stage) -> None:
    history.answer_next(stage, "early_stop", "STOP", after=31)
    reads_list = partial(history.settle, stage, "reply_stop", "asked")
    stage.at(stage.wall(-6, 9 * 60), reads_list)
    for name, body, ago in (
        ("stop", "stop texting me", 145),
        ("thanks", "thanks", 95),
        ("who", "c'est qui", 40),
    ):
        when = stage.until - timedelta(minutes=ago)
        stage.at(when, partial(history.answer, stage, name, body))
    _texts_in_trouble(stage)
    stage.at(stage.wall(-2, 10 * 60), partial(history.suspend, stage, "paused"))


def _texts_in_trouble(stage: Stage) -> None:
    """One that is late, one of which nothing is known, one that finds no line."""
    yesterday = stage.wall(-1, 0)
    stage.at(yesterday, lambda: stage.late.add("late"))
    stage.at(yesterday, lambda: stage.trouble.update(unsure="times_out"))
    stage.at(stage.wall(-4, 0), lambda: stage.trouble.update(unreached="no_connection"))
    stage.at(yesterday, lambda: stage.trouble.pop("unreached"))
