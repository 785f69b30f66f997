"""Where the rules can be read in two ways: the reading taken, as a switch.

Every default sends less, unless `README.md`, which explains each, says otherwise. A
product that decided otherwise, and wrote it down, is compared with the switch turned.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """One switch a doubt; the number is the entry in README.md."""

    replanning_needs_a_target_ahead: bool = True  # 1
    calls_count_for_the_caps: bool = True  # 2
    a_moved_session_is_reminded_anew: bool = True  # 3
    caps_push_a_change_to_a_later_day: bool = False  # 4
    a_provider_block_suspends: bool = True  # 5
    pause_expires_what_was_due_before_it: bool = True  # 6
    gap_holds_against_holds: bool = True  # 7
    usual_counsellor_counts_as_shared: bool = True  # 8
    adjacent_counts_within_the_gap: bool = True  # 9
    withdrawing_any_channel_voids_texts: bool = False  # 10
    skipped_at_its_turn: bool = True  # 11
    a_failed_unreachable_is_tried_again: bool = False  # 12
    rejoin_is_free_of_the_daily_cap: bool = True  # 13
    resuming_lifts_a_paused_sender: bool = False  # 14
    a_new_number_opens_a_closed_channel: bool = False  # 15
