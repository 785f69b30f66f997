"""bar-W: nothing leaves at the wrong moment or in the wrong words."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

WINDOWS: Final = "tests/domain/test_bars_windows.py"
INTERLOCKS: Final = "tests/services/test_interlocks.py"
TWILIO: Final = "tests/integrations/test_twilio.py"

WRONG_TIME: Final = (
    Bar(
        "W1",
        "No text is handed over outside a window of the newest plan, in her zone.",
        (
            f"{WINDOWS}::test_bar_w1_no_text_leaves_outside_a_window_of_the_plan_in_her_zone",
        ),
        "That her phone is where the plan says, and when the carrier delivers.",
        wanted=100_000,
        longer=1_000_000,
        unit="yeses, each looked at a second time on the wall clock",
        hits=("within an hour of a change", "past their end"),
    ),
    Bar(
        "W2",
        "No change of a clock, of any zone until 2037, shifts a window or doubles it.",
        (
            f"{WINDOWS}::test_bar_w2_no_change_of_any_clock_shifts_or_doubles_a_window",
            f"{WINDOWS}::test_the_ranges_around_a_change_are_those_that_hold_minute_by_minute",
        ),
        "Changes that a government decides after the zone data was made.",
        wanted=4_000,
        unit="changes of a clock",
        cases=5,
        hits=("forward", "back"),
        spread=True,
    ),
    Bar(
        "W3",
        "The provider is always told to drop a text before her window ends, and within"
        " ten minutes; a provider that is not told refuses.",
        (
            f"{TWILIO}::test_a_send_says_how_long_where_to_and_what_may_be_kept",
            f"{TWILIO}::test_without_a_right_validity_nothing_is_handed_over",
            f"{TWILIO}::test_the_made_up_provider_notices_what_must_never_be_asked",
            "tests/services/test_by_twilio.py",
            "tests/services/test_bar_w6.py",
        ),
        "That a carrier keeps to it once the provider has passed the text on.",
        cases=40,
    ),
    Bar(
        "W4",
        "Whatever was committed before a message is claimed wins: edits of the plan,"
        " withdrawals, other numbers, stops, pauses, moves.",
        (
            "tests/services/test_bar_w4.py::test_what_was_committed_before_the_claim_wins",
            "tests/services/test_bar_w4_race.py",
        ),
        "That what she said on the phone was typed in time.",
        wanted=5_000,
        unit="runs and races",
        hits=("claimed", "edit first", "worker first"),
        spread=True,
    ),
    Bar(
        "W5",
        "After the clock jumped nothing leaves until two people have looked.",
        (
            f"{INTERLOCKS}::test_after_a_jump_nothing_leaves_until_two_people_looked",
            f"{INTERLOCKS}::test_five_seconds_are_no_jump_and_more_is",
            f"{INTERLOCKS}::test_several_small_steps_within_ten_minutes_are_one_jump_and_a_slew_is_none",
            f"{INTERLOCKS}::test_a_jump_between_tick_and_claim_keeps_the_text_back",
            f"{INTERLOCKS}::test_a_tick_in_the_future_stops_a_worker_that_has_just_started",
            "tests/cli/test_clock_jump.py",
        ),
        "A clock that is wrong all the time and never jumps; jumps of five seconds and"
        " less.",
        wanted=1_000,
        unit="scripts of passing time and jumps",
        cases=12,
        hits=("jump", "none"),
    ),
    Bar(
        "W6",
        "A worker that was down sends nothing late: what was missed is expired and says"
        " so.",
        (
            f"{WINDOWS}::test_bar_w6_a_reminder_is_too_late_after_any_outage_that_passed_its_end",
            "tests/services/test_bar_w6.py",
        ),
        "An outage at the provider or carrier after it was taken (M9 asks a person).",
        wanted=2_000,
        unit="outages of a minute to seven days",
        hits=("sent", "expired"),
    ),
    Bar(
        "W7",
        "What the lint lets through holds none of what it must refuse; it is one part.",
        ("tests/domain/test_lint_rendered.py",),
        "That a bland text is harmless. Look-alike letters are refused with every"
        " letter that is not Latin.",
        wanted=10_000,
        unit="rendered texts",
        spread=True,
    ),
    Bar(
        "W8",
        "Whatever comes in, nothing goes out.",
        ("tests/services/test_callbacks.py::test_whatever_comes_in_nothing_goes_out",),
        "Answers that the provider itself sends to STOP and HELP, if left on there.",
        wanted=10_000,
        unit="texts that came in",
        cases=2,
    ),
    Bar(
        "W9",
        "After the switch is thrown no call begins, and pages say so within a second.",
        (
            "tests/services/test_bar_w9.py",
            "tests/services/test_bar_killing.py::test_after_the_switch_is_thrown_no_call_begins",
        ),
        "A text whose call had begun: it cannot be called back.",
        wanted=2_000,
        unit="stops at random moments under load",
        cases=3,
        hits=("in the middle", "inside a call"),
    ),
    Bar(
        "W10",
        "A fault of our own that sends in a loop is stopped before one text too many.",
        (f"{INTERLOCKS}::test_a_loop_of_ours_is_stopped_before_message_n_plus_one",),
        "That the agency's own figures for the breaker are low enough.",
        wanted=100,
        unit="loops",
        cases=2,
        hits=("burst", "one_client", "failures"),
    ),
    Bar(
        "W11",
        "Only this installation, on a machine somebody let in, sends.",
        (
            f"{INTERLOCKS}::test_of_twelve_ways_to_start_only_the_one_that_was_let_in_sends",
        ),
        "A copy of the whole machine, its identity included.",
        cases=24,
    ),
)
