"""bar-T: what is over, what is held, and what stays stopped."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

ERASURE: Final = "tests/services/test_erasure.py"
GROWS: Final = "tests/storage/test_only_grows.py"
PURGE: Final = "tests/services/test_retention.py"
HELD: Final = "test_nothing_of_a_held_file_goes_and_the_end_of_the_hold_lets_all_go"

RECORDS: Final = (
    Bar(
        "T1",
        "A line of the audit trail that was changed, taken out, put in, moved or cut"
        " off is found.",
        (
            "tests/domain/test_audit_chain.py::test_every_tampering_at_random_is_found",
            "tests/services/test_audit_chain.py",
            f"{PURGE}::test_a_cut_that_nobody_with_the_key_made_is_found",
        ),
        "What was cut off at the end since an anchor was last written down; whoever"
        " holds the key file.",
        wanted=2_000,
        unit="tamperings",
        hits=(
            "changed",
            "deleted",
            "inserted",
            "swapped",
            "renumbered",
            "cut off",
            "another seal",
        ),
    ),
    Bar(
        "T3",
        "What was erased, or whose time was over, is in no row, in no byte of the"
        " database and its logs, and in no backup restored after it.",
        (
            "tests/services/test_bar_t3.py",
            f"{ERASURE}::test_no_row_names_her_and_the_other_file_is_whole",
            f"{ERASURE}::test_no_byte_of_hers_is_left_in_the_files_of_the_database",
            f"{ERASURE}::test_what_was_sealed_for_her_opens_for_nobody_in_any_process",
            f"{ERASURE}::test_neither_file_of_a_backup_holds_a_byte_of_hers",
            f"{ERASURE}::test_a_backup_with_its_keys_from_before_does_not_bring_her_back",
        ),
        "What the disk, copies of the machine and a server’s own log keep of it; what"
        " the provider, carriers and phones keep.",
        wanted=100,
        unit="things looked for",
        hits=("place", "reply", "send log", "plan"),
    ),
    Bar(
        "T4",
        "A number that was stopped stays so when its file is gone, by hand or by time:"
        " nothing leaves to a new file with it.",
        (
            f"{ERASURE}::test_nothing_leaves_to_a_number_that_was_stopped_and_erased",
            f"{GROWS}::test_a_stopped_number_stays_stopped_even_in_a_purge",
        ),
        "A number that is typed otherwise than it is read.",
        wanted=1_000,
        unit="sequences",
        hits=("erased", "purged", "stopped before", "stopped after"),
    ),
    Bar(
        "T5",
        "Nothing of a file under legal hold is erased or purged, raw SQL included; when"
        " the hold ends everything that was due goes.",
        (
            "tests/storage/test_legal_hold.py",
            "tests/services/test_legal_hold.py",
            f"{PURGE}::{HELD}",
            f"{ERASURE}::test_a_legal_hold_keeps_everything",
        ),
        "Whoever takes the guards out of the database itself.",
        cases=40,
    ),
)
