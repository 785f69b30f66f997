"""bar-D: nothing is lost without a word, leaves twice, or is in doubt and forgotten."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar
from tests.killing.points import POINTS
from tests.killing.power import WAYS

KILLING: Final = "tests/services/test_bar_killing.py"
ENGINE: Final = "tests/storage/test_engine.py"

DELIVERY: Final = (
    Bar(
        "D1",
        "A worker killed at any point sends nothing twice and loses nothing; what is in"
        " doubt is before a person.",
        (
            f"{KILLING}::test_a_worker_killed_at_every_point_sends_nothing_twice_and_loses_nothing",
        ),
        "Points inside the kernel, the database server or the provider. The provider is"
        " a made-up one that keeps what it took on the disk.",
        wanted=1_000,
        longer=10_000,
        unit="kills",
        cases=2,
        hits=(*POINTS, "at random"),
    ),
    Bar(
        "D2",
        "Of four workers on one PostgreSQL one is frozen until its lease was taken, and"
        " goes on: nothing leaves twice.",
        (
            f"{KILLING}::test_a_worker_that_was_frozen_until_its_lease_was_taken_sends_nothing",
        ),
        "Real minutes: all clocks are put forward past the lease while it is frozen. A"
        " worker frozen inside the call itself has handed its text over already.",
        wanted=500,
        unit="workers frozen and woken",
        hits=("held something",),
    ),
    Bar(
        "D3",
        "After every answer a provider can give, or none, the state is that of the"
        " rules, and nothing ambiguous is sent again.",
        (
            "tests/services/test_bar_d3.py",
            "tests/services/test_by_twilio.py::test_every_answer_ends_where_the_rules_say_and_nothing_leaves_twice",
            f"{'tests/integrations/test_twilio.py'}::test_each_answer_is_the_row_it_should_be",
        ),
        "Answers that no description of the provider names.",
        cases=80,
    ),
    Bar(
        "D4",
        "When the power goes, what was handed over is still known to have been.",
        (
            f"{KILLING}::test_when_the_power_goes_what_was_handed_over_is_known",
            f"{ENGINE}::test_every_connection_is_as_it_must_be",
            f"{ENGINE}::test_many_connections_each_have_the_pragmas",
            f"{ENGINE}::test_a_start_with_a_weaker_pragma_is_refused",
            f"{ENGINE}::test_times_are_read_in_utc_and_commits_are_on_disk",
            f"{ENGINE}::test_a_server_that_forgets_at_a_power_cut_is_refused",
        ),
        "No machine was switched off. On SQLite every write and sync was written down,"
        " and disks were made up from it: all up to the last sync of a file, and of the"
        " rest nothing, everything, some writes, or single sectors. A drive that lies"
        " about a sync is not among them. Of PostgreSQL only its settings are checked.",
        wanted=200,
        unit="power cuts",
        hits=(
            *(f"survived: {each}" for each in WAYS),
            "something was handed over",
            "between a call and its outcome",
            "log half written",
            "database half written",
            "lost with synchronous=NORMAL",
        ),
    ),
    Bar(
        "D5",
        "Any of the last five backups comes back stopped: nothing leaves, and what may"
        " have left since is in doubt and before a person.",
        (
            f"{KILLING}::test_a_restore_of_any_backup_sends_nothing_and_lists_what_may_have_left",
        ),
        "What was booked after the backup was made: the restored place knows nothing of"
        " it.",
        wanted=100,
        unit="restores with a worker that starts there",
        cases=2,
        hits=(
            "had left, unknown to the backup",
            "had left, and was found at the provider",
            "had not left",
        ),
    ),
    Bar(
        "D6",
        "Messages and sessions only move as the rules say, whoever writes; and of many"
        " workers, leases, fences and late answers each message leaves at most once.",
        (
            "tests/storage/test_states.py",
            "tests/services/test_outbox_machine.py",
        ),
        "That the table of the rules is the right one.",
        wanted=5_000,
        unit="lives of fifty steps",
        hits=("late answer", "taken over"),
        spread=True,
    ),
    Bar(
        "D7",
        "While four web processes and two workers are replaced again and again under"
        " load, each text leaves once.",
        (
            "tests/cli/test_rolling_restart.py::test_while_everything_is_replaced_each_text_leaves_once",
        ),
        "Several machines; a network between them; an update that changes the tables."
        " The breaker is set far above what leaves here.",
        wanted=1_000,
        unit="texts",
        hits=("workers replaced", "web processes replaced", "pages read"),
    ),
    Bar(
        "D8",
        "A worker told to stop begins no further call; what is out comes back, or is in"
        " doubt where it had to be killed.",
        (f"{KILLING}::test_a_worker_told_to_stop_leaves_nothing_in_doubt",),
        "A machine that gives no grace at all: that is bar-D1.",
        wanted=500,
        unit="workers or crowds of four told to stop",
        cases=2,
        hits=("handed over", "killed after the grace"),
    ),
    Bar(
        "D9",
        "Each message in doubt and each that failed for good is exactly one person's"
        " task, with a deadline while it still helps; nobody looks, and it goes on.",
        ("tests/services/test_bar_d9.py",),
        "That somebody does it. The same is asked of every message at the end of the"
        " runs of D1, D2, D4, D5, D7, D8 and W9.",
        cases=16,
    ),
)
