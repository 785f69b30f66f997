"""Why a calendar could not be fetched from its address, said so that whoever reads it
knows what to do."""

from __future__ import annotations

from enum import Enum
from typing import Final


class CalendarTrouble(Enum):
    """What stood in the way. The values are kept."""

    ADDRESS = "address"
    NO_HOST = "no_host"
    NOT_PUBLIC = "not_public"
    NO_ANSWER = "no_answer"
    TOO_SLOW = "too_slow"
    CERTIFICATE = "certificate"
    ROUND_ABOUT = "round_about"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


_T: Final = CalendarTrouble
_SENTENCES: Final = {
    _T.ADDRESS: "This is no address of a calendar. It begins with https:// or webcal://"
    " and holds no user name and no password. Copy it from the calendar’s settings.",
    _T.NO_HOST: "Nobody answers to that name on the internet. Copy the address again.",
    _T.NOT_PUBLIC: "The address leads into a private network or to an unusual port."
    " Only calendars that the internet serves the usual way are read.",
    _T.NO_ANSWER: "The calendar’s server does not answer, or broke off. It is tried"
    " again within the hour.",
    _T.TOO_SLOW: "The calendar’s server took too long. It is tried again within the"
    " hour.",
    _T.CERTIFICATE: "The calendar’s server cannot show that it is the right one. Open"
    " the address in a browser; if that warns too, use another address.",
    _T.ROUND_ABOUT: "The address sends on too often, or to no safe place. Copy the"
    " address that the calendar’s settings give, not a short link.",
    _T.REFUSED: "The calendar’s server gives nothing out under that address. It may"
    " have been ended there: copy the address anew.",
    _T.TOO_LARGE: "The calendar is too large. Share one with fewer years in it.",
    _T.UNREADABLE: "What the address gives is no calendar that can be read. Copy the"
    " address that ends in .ics, not that of a page.",
}


def sentence(trouble: CalendarTrouble) -> str:
    """What happened and what to do."""
    return _SENTENCES[trouble]
