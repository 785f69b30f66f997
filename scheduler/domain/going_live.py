"""What a person looks at before texts leave for real: every item, each by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Item(Enum):
    """One thing to have looked at."""

    NUMBER = "number"
    GREETING = "greeting"
    PROVIDER_TEXTS = "provider_texts"
    STOP_KEPT_BY = "stop_kept_by"
    REGISTRATION = "registration"
    VALIDITY = "validity"
    CALLBACK = "callback"
    HELP_LINE = "help_line"
    SECOND_FACTOR = "second_factor"
    DRILL = "drill"
    DOCTOR = "doctor"


@dataclass(frozen=True, slots=True)
class Asked:
    """An item in words. `short` is what is named while it is missing; with `choices`
    one of them is taken, and each has its words."""

    short: str
    sentence: str
    choices: tuple[tuple[str, str], ...] = ()


ASKED: Final = {
    Item.NUMBER: Asked(
        "the number",
        "The number is bought, is listed nowhere, and stays the agency’s for years.",
    ),
    Item.GREETING: Asked(
        "the voice greeting",
        "Whoever rings the number hears neutral words: no agency, no service, no name.",
    ),
    Item.PROVIDER_TEXTS: Asked(
        "the provider’s own texts",
        "The provider’s answers to STOP and HELP are off, or name nobody and nothing.",
    ),
    Item.STOP_KEPT_BY: Asked(
        "redaction or provider STOP",
        "The provider either forgets numbers, and then cannot keep a STOP list: only "
        "this installation does. Or it keeps the list, and with it the numbers.",
        (
            ("redaction", "It forgets numbers; STOP is kept here"),
            ("provider_stop", "It keeps STOP, and the numbers with it"),
        ),
    ),
    Item.REGISTRATION: Asked(
        "the registration",
        "What the carriers were told of sender and purpose is true, and who can read "
        "it has been thought through.",
    ),
    Item.VALIDITY: Asked(
        "the validity",
        "A text to a phone of the agency that was switched off for a quarter of an "
        "hour did not arrive afterwards.",
    ),
    Item.CALLBACK: Asked(
        "the callback",
        "A text to a phone of the agency was shown as delivered here, so the provider "
        "reaches this machine.",
    ),
    Item.HELP_LINE: Asked(
        "what HELP answers",
        "HELP is answered with silence, or with a neutral line that was read aloud and "
        "is signed off by whoever ticks this.",
        (("silence", "Silence"), ("line", "A line I sign off")),
    ),
    Item.SECOND_FACTOR: Asked(
        "the second factors",
        "Everybody with an account here has a second factor, and recovery codes that "
        "lie where nobody else looks.",
    ),
    Item.DRILL: Asked(
        "the drill",
        "Somebody other than whoever set this up brought a backup back in another "
        "place, by the instructions alone, and read in it.",
    ),
    Item.DOCTOR: Asked(
        "the doctor",
        "`quietline doctor` found nothing wrong on this machine on the day this is "
        "ticked, and what it advised was done or is known to wait.",
    ),
}


def missing(done: Collection[str]) -> tuple[Item, ...]:
    """What nobody has looked at yet, in order."""
    return tuple(each for each in Item if each.value not in done)


def not_yet(items: Collection[Item]) -> str:
    """The sentence that names what is missing; empty when nothing is."""
    if not items:
        return ""
    named = ", ".join(ASKED[each].short for each in items)
    return f"No text leaves by a real provider yet: nobody has signed off {named}."
