"""What could not be read in a calendar file, in sentences for the counsellor.

The sentences hold counts only, never a title, a place or a person (A1).
"""

from __future__ import annotations

from collections import Counter
from enum import Enum


class Trouble(Enum):
    """What is told of one, what of several (`{n}` is how many), and the remedy."""

    NO_START = (
        "One event has no readable start and is left out.",
        "{n} events have no readable start and are left out.",
        "Block that time by hand.",
    )
    NO_LENGTH = (
        "One event has no length and closes nothing.",
        "{n} events have no length and close nothing.",
        "If you are busy then, block that time by hand.",
    )
    BAD_END = (
        "One event has no readable end and closes the rest of its day.",
        "{n} events have no readable end, and each closes the rest of its day.",
        "Compare with your calendar.",
    )
    UNKNOWN_ZONE = (
        "One event names a time zone not known here and is read in yours.",
        "{n} events name a time zone not known here and are read in yours.",
        "Compare with your calendar.",
    )
    NO_ZONE = (
        "One event names no time zone, though the file does; it is read in yours.",
        "{n} events name no time zone, though the file does; they are read in yours.",
        "Compare with your calendar.",
    )
    BAD_RULE = (
        "One event repeats in a way that cannot be read; its first time is closed.",
        "{n} events repeat in ways that cannot be read; their first times are closed.",
        "Block the other times by hand.",
    )
    BAD_UNTIL = (
        "One repeating event has no readable last day and goes on without an end.",
        "{n} repeating events have no readable last day and go on without an end.",
        "Compare with your calendar.",
    )
    BAD_DATE = (
        "One repeating event has extra dates that cannot be read and are left out.",
        "{n} repeating events have extra dates that cannot be read and are left out.",
        "Block those times by hand.",
    )
    BAD_EXCEPTION = (
        "One repeating event has exceptions that cannot be read; they stay closed.",
        "{n} repeating events have exceptions that cannot be read; they stay closed.",
        "Compare with your calendar.",
    )
    LOOSE_EXCEPTION = (
        "One repeating event has exceptions at other hours than its own; it stays.",
        "{n} repeating events have exceptions at other hours than theirs; they stay.",
        "Compare with your calendar.",
    )
    NO_SERIES = (
        "One change is for all later times of an event that is not in the file.",
        "{n} changes are for all later times of events that are not in the file.",
        "Block those later times by hand.",
    )
    BAD_BUSY = (
        "One busy time cannot be read and is left out.",
        "{n} busy times cannot be read and are left out.",
        "Block that time by hand.",
    )
    DAMAGED = (
        "One line of the file is damaged and is skipped.",
        "{n} lines of the file are damaged and are skipped.",
        "Compare with your calendar.",
    )
    AVAILABILITY = (
        "The file also holds working hours, which are not read.",
        "The file also holds working hours, which are not read.",
        "Enter them as your weekly hours.",
    )
    NOTHING = (
        "There are no events in this file.",
        "There are no events in any of the {n} calendars in this file.",
        "If you expect some, export the calendar again.",
    )


def sentences(counted: Counter[Trouble]) -> tuple[str, ...]:
    """What was counted, told in the order of `Trouble`, each with its remedy."""
    told: list[str] = []
    for trouble in Trouble:
        one, several, remedy = trouble.value
        if number := counted[trouble]:
            what = one if number == 1 else several.format(n=number)
            told.append(f"{what} {remedy}")
    return tuple(told)
