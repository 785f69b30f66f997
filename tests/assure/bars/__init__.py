"""Every bar that has tests, in the order of the document."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar
from tests.assure.bars.access import ACCESS
from tests.assure.bars.booking import BOOKING
from tests.assure.bars.delivery import DELIVERY
from tests.assure.bars.leaks import LEAKS
from tests.assure.bars.operations import OPERATIONS
from tests.assure.bars.records import RECORDS
from tests.assure.bars.sign_in import SIGN_IN
from tests.assure.bars.wrong_time import WRONG_TIME

CHAPTERS: Final = (
    ("A text at the wrong moment, or with the wrong words", WRONG_TIME),
    ("Lost, twice, or in doubt", DELIVERY),
    ("Booking", BOOKING),
    ("Who may open what", ACCESS),
    ("Who is in", SIGN_IN),
    ("What must not get out", LEAKS),
    ("What is over, and what is held", RECORDS),
    ("Posts from outside, and trouble", OPERATIONS),
)
BARS: Final[dict[str, Bar]] = {
    each.id: each for _, chapter in CHAPTERS for each in chapter
}
