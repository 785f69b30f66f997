"""Why nothing leaves (M10): each cause with its sentence and what ends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Stop(Enum):
    """What stopped everything. The provider's own refusals are `provider_` and their
    code (M8), and stand beside these."""

    BY_HAND = "by_hand"
    FILE = "file"
    CLOCK = "clock"
    CLOCK_JUMP = "clock_jump"
    RESTORED = "restored"
    MACHINE = "machine"
    INSTALLATION = "installation"
    NOT_PRODUCTION = "not_production"
    PENDING = "pending"
    AUDIT = "audit_chain"
    BURST = "burst"
    ONE_CLIENT = "one_client"
    FAILURES = "failures"


PROVIDER: Final = "provider_"


@dataclass(frozen=True, slots=True)
class Said:
    """A cause in words: what happened, and what to do before two people start again."""

    sentence: str
    remedy: str


_TWO = "Then two people start again, in Settings."

_SAID: Final = {
    Stop.BY_HAND: Said("Somebody has stopped them.", "Two people start again."),
    Stop.FILE: Said(
        "The stop file is there.",
        f"Take the file away once that is agreed. {_TWO}",
    ),
    Stop.CLOCK: Said(
        "The check of the time zones has failed.",
        f"Update the package tzdata and start Quietline again. {_TWO}",
    ),
    Stop.CLOCK_JUMP: Said(
        "The clock of the machine has jumped.",
        f"Compare it with another, see what set it, start Quietline again. {_TWO}",
    ),
    Stop.RESTORED: Said(
        "This is a restored backup.",
        f"Go through what may have left since, in Attention. {_TWO}",
    ),
    Stop.MACHINE: Said(
        "This machine, or the place of its data, is not known.",
        "Make sure that nothing else sends from the same data. "
        "Two people who start again let this machine in.",
    ),
    Stop.INSTALLATION: Said(
        "The data belongs to another installation than the key file.",
        "Put the right data or the right key file there. It cannot be started before.",
    ),
    Stop.NOT_PRODUCTION: Said(
        "Real texts are set up where it is not production.",
        "Set QUIETLINE_ENV=production, or QUIETLINE_SENDER=phone for a demo.",
    ),
    Stop.PENDING: Said(
        "The database is not at the version of this program.",
        f"Start the same version everywhere, and run “quietline migrate”. {_TWO}",
    ),
    Stop.AUDIT: Said(
        "The audit trail was changed or is incomplete.",
        f"Have whoever looks after the machine find out where and by whom. {_TWO}",
    ),
    Stop.BURST: Said(
        "More texts than ever expected were about to leave within five minutes.",
        f"See in Attention and the roster what was planned, and why so much. {_TWO}",
    ),
    Stop.ONE_CLIENT: Said(
        "More texts than ever expected were about to leave to one person in a day.",
        f"See what was planned for her, and why so much. {_TWO}",
    ),
    Stop.FAILURES: Said(
        "Too many of the last texts did not arrive.",
        f"Look at what the provider says of them, and at its own page. {_TWO}",
    ),
}

_PROVIDERS: Final = Said(
    "The provider has refused them.",
    f"Put the account right at the provider. {_TWO}",
)


def said(why: str) -> Said:
    """The words for a cause as it is stored."""
    try:
        return _SAID[Stop(why)]
    except ValueError:
        return _PROVIDERS
