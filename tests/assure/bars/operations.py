"""bar-O: posts from outside, and what breaks."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

CALLBACKS: Final = "tests/services/test_callbacks.py"

OPERATIONS: Final = (
    Bar(
        "O1",
        "A forged, reshaped or misdirected post is refused and writes nothing.",
        ("tests/web/test_callbacks.py", "tests/integrations/test_twilio_callbacks.py"),
        "A stolen token.",
        cases=100,
        spread=True,
    ),
    Bar(
        "O2",
        "Receipts in any order and number end the same.",
        (f"{CALLBACKS}::test_any_order_and_number_of_receipts_ends_the_same",),
        "Receipts that never come.",
        wanted=5_000,
        unit="orders, all of at most six among them",
        cases=6,
        hits=("delivered", "undelivered", "failed"),
    ),
    Bar(
        "O3",
        "Fifty posts a second are each answered within a second (99 of 100).",
        (
            "tests/cli/test_posted_to.py::test_at_fifty_a_second_every_answer_comes_within_a_second",
        ),
        "A slower machine, or one that does much else.",
        wanted=1_000,
        unit="posts",
    ),
    Bar(
        "O4",
        "STOP blocks a number for everybody who has it, and START opens nothing.",
        (
            f"{CALLBACKS}::test_a_stop_blocks_the_number_for_everybody_who_has_it",
            f"{CALLBACKS}::test_start_opens_nothing_again",
            f"{CALLBACKS}::test_a_refusal_for_a_stop_at_the_provider_blocks_here_too",
            f"{CALLBACKS}::test_a_stranger_who_stops_is_blocked_before_anybody_has_her_number",
            "tests/web/test_callbacks.py::test_a_stop_is_in_force_before_it_is_answered",
        ),
        "A STOP that the provider keeps to itself.",
        cases=10,
    ),
    Bar(
        "O5",
        "Every backup comes back with just its rows, by count and digest of each table,"
        " with each client's key; and one that is damaged anywhere is found at once.",
        ("tests/services/test_bar_o5.py",),
        "That the files were taken off the machine; that somebody can bring them back"
        " within half an hour: that is the drill.",
        wanted=60,
        longer=500,
        unit="backups, made or damaged",
        cases=8,
        hits=(
            "tables with rows",
            "one.rows changed",
            "one.rows cut off",
            "one.rows longer",
            "clients.keys changed",
        ),
    ),
    Bar(
        "O7",
        "When no worker looks round for three minutes somebody is told another way.",
        ("tests/services/test_telling.py",),
        "A machine that is off altogether: nobody there can tell anybody.",
        wanted=50,
        unit="silences",
        cases=10,
    ),
    Bar(
        "O8",
        "A full disk, a lock, a file system that takes nothing, a provider that cannot"
        " be reached or refuses us: nothing lost, nothing twice, somebody told.",
        ("tests/services/test_bar_o8.py", "tests/integrations/test_alerts_by_phone.py"),
        "Trouble that was not thought of.",
        cases=26,
    ),
)
