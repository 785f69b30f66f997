"""Bugs in files, sessions and what follows a cut-off call: rules P7 to P14, A4, B3 to
B10, E1 to E8, F1 to F9."""

from tests.plant.plant import Plant, service

PLANTS: tuple[Plant, ...] = (
    # Is it she: rules P9, P14.
    service(
        "a word may be tried for ever",
        "files/identity",
        "left = MOST_TRIES - course.tries - 1",
        "left = MOST_TRIES",
        "identity::three_tries_then_the_plan_is_suspended_and_a_supervisor_told",
    ),
    service(
        "a failed check suspends nothing",
        "files/identity",
        '        _suspend(tx, house, actor, check, "identity_failed", now)\n',
        "",
        "identity::three_tries_then_the_plan_is_suspended_and_a_supervisor_told",
    ),
    service(
        "a word used in earnest may stay",
        "safe_contact/heard_words",
        "mark_used(tx, client_id, each.purpose, now, by=by, only=(each.id,))",
        "pass",
        "identity::her_other_words_are_heard_suspend_and_must_be_replaced",
    ),
    service(
        "of two who fit the first is found",
        "files/callers",
        "if len(self._seen) == 1 else None",
        "if self._seen else None",
        "callers::two_who_fit_are_none",
    ),
    service(
        "her name alone finds her",
        "files/callers",
        "return found[0] & found[1]",
        "return found[0]",
        "callers::a_caller_is_found_by_name_and_the_thing_she_chose_together",
    ),
    service(
        "the handle tells whether there is a file",
        "files/callers",
        "    handle = house.tokens.uuid()\n",
        '    handle = f"{client_id or str()}{house.tokens.uuid()}"\n',
        "callers::found_and_not_found_look_alike",
    ),
    service(
        "callers may be looked for without end",
        "files/callers",
        "if searches.findings_since(tx, actor.id, now - WITHIN) >= MOST_FINDS:",
        "if False:",
        "callers::looking_is_rate_limited_and_opens_again",
    ),
    service(
        "the word she is checked by is shown to whoever checks",
        "safe_contact/code_words",
        "if purpose is WordFor.IDENTITY and actor.role is not Role.SUPERVISOR:",
        "if False:",
        "code_words::the_word_that_is_checked_is_not_shown_to_whoever_checks",
    ),
    # Who may see what: rules E2 to E4, E8.
    service(
        "a file shut to her opens",
        "files/people",
        "if file is None or shut or not may:",
        "if file is None or not may:",
        "people::a_file_that_is_shut_is_not_there_for_whoever_sees_any_file",
    ),
    service(
        "a counsellor sees every file",
        "files/people",
        "(actor.role is Role.COUNSELLOR and hers)",
        "actor.role is Role.COUNSELLOR",
        "people::counsellors_see_their_own_files_and_administrators_none",
    ),
    service(
        "a foreign file is forbidden and not absent",
        "files/people",
        "    if file is None or shut or not may:\n        raise NotThere\n",
        "    if file is None:\n        raise NotThere\n"
        "    if shut or not may:\n        raise Misconfigured('not yours')\n",
        "web/access::not_hers_and_not_there_are_the_same_byte_for_byte",
    ),
    service(
        "an act happens though it could not be written down",
        "traces/audit",
        "    tx.conn.execute(\n        _INSERT",
        "    from contextlib import suppress\n\n"
        "    with suppress(Exception):\n      tx.conn.execute(\n        _INSERT",
        "audit::an_act_that_cannot_be_written_down_does_not_happen",
    ),
    service(
        "saving a plan leaves no line",
        "safe_contact/plans",
        '    _record(saving, "saved plan", changed)\n',
        "",
        "plans::the_trail_names_the_fields",
    ),
    # The plan: rules P7, P8, P10.
    service(
        "a plan is renewed without a check",
        "safe_contact/plans",
        "if plan.valid_until <= until or saving.checked or first_talk:",
        "if True:",
        "plans::a_plan_holds_longer_only_after_a_check_in_this_contact",
    ),
    service(
        "a new number suspends nothing",
        "safe_contact/plans",
        "why = None if saving.checked else new_contact(saving.before, plan)",
        "why = None",
        "plans::a_new_number_or_device_suspends_at_once",
    ),
    service(
        "the second of two who save wins",
        "safe_contact/plans",
        "if based_on != in_force[0].version and changes(in_force[0], plan):",
        "if False:",
        "web/plans::the_second_of_two_is_kept_beside_and_both_can_be_read",
    ),
    # Booking: rules A2, A4, B3, B6 to B10.
    service(
        "anybody with a reason sets the gap aside",
        "scheduling/booking",
        "may = actor.role is Role.SUPERVISOR and wish.reason.strip()",
        "may = wish.reason.strip()",
        "booking::a_supervisor_sets_the_gap_aside_with_a_reason_and_nobody_else",
    ),
    service(
        "a form sent twice is looked at twice",
        "scheduling/booking",
        "if before is not None:",
        "if False:",
        "booking::the_same_form_sent_twice_books_once",
    ),
    service(
        "undo leaves the reminder",
        "scheduling/booking",
        "        return False\n    _void(tx, house, session, now)\n",
        "        return False\n",
        "booking::undo_takes_all_of_it_back",
    ),
    service(
        "a move leaves the old reminder",
        "scheduling/booking",
        "    _void(tx, house, session, now)\n    moved = _moved(",
        "    moved = _moved(",
        "booking::a_move_keeps_the_session_and_plans_its_reminder_anew",
    ),
    service(
        "what she cancelled herself is told to her",
        "scheduling/booking",
        "        if by_agency:\n            start",
        "        if True:\n            start",
        "booking::cancelled_with_her_on_the_line_nothing_leaves",
    ),
    service(
        "a hold never lapses",
        "scheduling/holds",
        "lapses_at=now + timedelta(minutes=policy.hold_minutes)",
        "lapses_at=now + timedelta(days=policy.hold_minutes)",
        "booking::a_hold_lapses_by_itself",
    ),
    service(
        "a video session starts without anybody awake",
        "counselling/sessions",
        "if duty is None or duty.acknowledged_at is None:",
        "if duty is None:",
        "sessions::video_starts_only_once_the_supervisor_on_call_said_she_is_there",
    ),
    # A call that broke off: rules F1 to F9.
    service(
        "what was skipped is offered again",
        "counselling/fallback",
        "    for skip in where.skips:\n",
        "    for skip in ():\n",
        "fallback::a_step_the_gate_forbids_is_skipped_for_good_with_the_reason",
    ),
    service(
        "a second press logs a step again",
        "counselling/fallback",
        "if stand.progress.offered != number:",
        "if False:",
        "fallback::steps_come_in_turn_and_a_second_press_logs_nothing",
    ),
    service(
        "not safe now leaves the plan as it is",
        "counselling/fallback",
        "    if branch.suspends:\n",
        "    if False:\n",
        "fallback::each_branch_tells_whom_it_must",
    ),
    service(
        "no supervisor is called",
        "counselling/fallback",
        "    if branch.needs_supervisor:\n",
        "    if False:\n",
        "fallback::each_branch_tells_whom_it_must",
    ),
    service(
        "someone else answering changes nothing",
        "counselling/fallback",
        "    if outcome is Outcome.SOMEONE_ELSE:\n",
        "    if False:\n",
        "fallback::someone_else_coming_back_in_her_place_suspends_the_plan",
    ),
    service(
        "the narrow right has no end",
        "watching/board",
        "session.state in RUNNING and now < session.time.end + NARROW_RIGHT",
        "session.state in RUNNING",
        "fallback::the_narrow_right_lasts_half_an_hour_past_the_booked_end",
    ),
    # What was planted of everybody: bar-L2.
    service(
        "the trail says where she is",
        "files/people",
        'audit.record(tx, now, actor.id, "noted place", "client", str(file.id))',
        'audit.record(tx, now, actor.id, "noted place", "client", place[:36])',
        "canaries::no_row_says_any_of_it[sqlite]",
    ),
)
