"""bar-B: no double booking."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

BOOKING: Final = (
    Bar(
        "B1",
        "Of 64 who want one time one gets it, and the others a clear no.",
        ("tests/services/test_booking_races.py", "tests/web/test_booking_races.py"),
        "More than one database, which there never is.",
        wanted=400,
        unit="races",
        hits=("races of 64",),
    ),
    Bar(
        "B2",
        "No two times of one counsellor or one client overlap, whichever way it is"
        " tried, raw SQL included.",
        (
            "tests/storage/test_overlaps.py",
            "tests/storage/test_overlaps_in_any_order.py",
        ),
        "That two files are not one person.",
        wanted=5_000,
        unit="scenarios",
        spread=True,
    ),
)
