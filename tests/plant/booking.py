"""Bugs in booking and in what follows a cut-off call: rules B1, A2, E5, F1 to F3."""

from tests.plant.plant import Plant, of

PLANTS: tuple[Plant, ...] = (
    # Booking: rules B1, A2, E5, P10.
    of(
        "a session may end with her window",
        "booking",
        "reach.open.covers(needed)",
        "reach.open.covers(time)",
        "booking::a_session_fits_whole_with_the_margin_after_it",
    ),
    of(
        "an interruption asks for no longer gap",
        "booking",
        "if engagement.interrupted",
        "if False",
        "booking"
        "::a_gap_is_kept_before_and_after_and_a_longer_one_after_an_interruption",
    ),
    of(
        "an overlap can be overridden",
        "set_aside",
        "OVERRIDABLE: Final = frozenset({Reason.GAP, Reason.DAILY_MAXIMUM})",
        "OVERRIDABLE: Final = frozenset(Reason)",
        "booking::nothing_else_can_be_overridden",
    ),
    of(
        "only the newer of two plans is asked",
        "booking",
        "    for plan in seat.plans:",
        "    for plan in seat.plans[:1]:",
        "booking::of_two_plans_in_force_both_have_to_allow_it",
    ),
    of(
        "a file kept apart is named to everybody",
        "decision",
        "frozenset({Reason.KEPT_APART, Reason.NOT_YOUR_FILE})",
        "frozenset({Reason.NOT_YOUR_FILE})",
        "booking::to_others_it_is_just_a_counsellor_who_is_not_available",
    ),
    of(
        "the place in the list gives a file away",
        "decision",
        "return replace(self, reasons=in_order(shown))",
        "return replace(self, reasons=tuple(shown))",
        "decision::what_is_kept_from_others_reads_as_a_counsellor_not_available",
    ),
    of(
        "of two plans the milder counts",
        "decision",
        "first, second = sorted((one, other), key=_strictness)",
        "second, first = sorted((one, other), key=_strictness)",
        "decision::of_two_plans_the_one_that_sends_less_decides",
    ),
    # Interruption and messages: rules F1, F3, M7, M11.
    of(
        "not safe now offers a call back",
        "fallback",
        "if branch is Branch.NOT_SAFE else ()",
        "if branch is Branch.GET_HELP else ()",
        "fallback::a_step_that_reaches_out_is_offered_when_the_gate_says_so_now",
    ),
    of(
        "a wait counts from the drop",
        "fallback",
        "since = settled[-1].at if settled else dropped_at",
        "since = dropped_at",
        "fallback::the_next_wait_counts_from_when_the_step_before_was_logged",
    ),
    of(
        "the rejoin phrase leaves twice",
        "fallback",
        "if step.kind is StepKind.TEXT and _texted(plan, settled):",
        "if False:",
        "fallback::the_rejoin_phrase_leaves_once_an_interruption",
    ),
    of(
        "what is uncertain becomes due again",
        "messages",
        "_S.UNCERTAIN: (_S.ACCEPTED,",
        "_S.UNCERTAIN: (_S.DUE, _S.ACCEPTED,",
        "messages::an_uncertain_message_is_never_due_again",
    ),
    of(
        "what is uncertain does not count",
        "messages",
        "_S.DELIVERED, _S.UNCERTAIN, _S.SENT_BY_HAND}",
        "_S.DELIVERED, _S.SENT_BY_HAND}",
        "messages::the_caps_count_what_left_or_may_have_left",
    ),
)
