"""Bugs in what leaves, and in what becomes of it: rules M2 to M14, I2, N1."""

from tests.plant.plant import Plant, service

PLANTS: tuple[Plant, ...] = (
    # At most once, and on the newest data: rules M3, M7.
    service(
        "what timed out is sent again",
        "messages/outcomes",
        "        if handed is not None and handed.answer in _PLAIN:",
        "        if handed is not None and handed.answer is Answer.UNKNOWN:\n"
        "            others.append((claimed, None))\n"
        "        elif handed is not None and handed.answer in _PLAIN:",
        "bar_d3::every_answer_leads_where_the_rules_say",
    ),
    service(
        "a sender that breaks is asked again",
        "messages/delivery",
        "return Handed(Answer.UNKNOWN)",
        "return Handed(Answer.NOT_TAKEN)",
        "bar_d3::a_sender_that_breaks_proves_nothing_so_nothing_is_sent_again",
    ),
    service(
        "what died while sending is sent again",
        "messages/doubts",
        "_S.SENDING, _S.UNCERTAIN, leased_until=now)",
        "_S.SENDING, _S.DUE, leased_until=now)",
        "delivery"
        "::a_worker_that_died_while_sending_leaves_a_doubt_that_is_looked_up[sqlite]",
    ),
    service(
        "sending is committed after the call",
        "messages/delivery",
        "            return found, claim_all(tx, house, found, now)\n",
        "            held = claim_all(tx, house, found, now)\n"
        "            for each in held:\n"
        "                _hand_over(house.sender, each.cleared)\n"
        "            return found, ()\n",
        "delivery"
        "::a_worker_that_died_while_sending_leaves_a_doubt_that_is_looked_up[sqlite]",
    ),
    service(
        "it is checked before the claim and not in it",
        "messages/delivery",
        "        with house.store.claiming() as tx:\n"
        "            found.extend(claims.due(tx, now, limit=size, after=after))\n"
        "            return found, claim_all(tx, house, found, now)\n",
        "        with house.store.claiming() as tx:\n"
        "            found.extend(claims.due(tx, now, limit=size, after=after))\n"
        "            before = gate.clear_all(tx, house, found, now, by_hand=False)\n"
        "        ask, gate.clear_all = gate.clear_all, lambda *_, **__: before\n"
        "        with house.store.claiming() as tx:\n"
        "            try:\n"
        "                return found, claim_all(tx, house, found, now)\n"
        "            finally:\n"
        "                gate.clear_all = ask\n",
        "bar_w4_race::what_is_committed_while_the_message_is_due_holds_for_it",
    ),
    service(
        "nobody looks once more before the call",
        "messages/delivery",
        "cleared = None if stopping() else _may_go(glance, house, each)",
        "cleared = each.cleared",
        "bar_w4_race::what_is_committed_while_the_message_is_due_holds_for_it",
    ),
    service(
        "the number is the one of an earlier version",
        "messages/gate",
        "    channel = known.plan.channel(message.channel_key)\n",
        "    first = plans.version(tx, message.client_id, 2) or known.plan\n"
        "    channel = first.channel(message.channel_key)\n",
        "bar_w4_race::what_is_committed_while_the_message_is_due_holds_for_it",
    ),
    service(
        "a move is not looked at when it leaves",
        "messages/gate",
        "session_changed=_session_changed(message, sessions),",
        "session_changed=False,",
        "whoever_wrote_it"
        "::a_reminder_does_not_leave_for_a_session_that_moved_without_it[sqlite]",
    ),
    service(
        "what was held is forgotten by the next tick",
        "messages/outcomes",
        "    if decision.verdict is Verdict.HOLD and not capped:",
        "    if False:",
        "gate::a_message_that_is_held_is_written_down_once_not_at_every_tick",
    ),
    # Late is not better: rules M5, M6, M9.
    service(
        "its last instant is forgotten after an outage",
        "messages/delivery",
        "        expire(tx, house, now)\n        doubt_what_died",
        "        doubt_what_died",
        "bar_w6::after_any_outage_nothing_is_late_and_what_was_missed_is_expired[sqlite]",
    ),
    service(
        "the provider may keep it into the margin",
        "messages/gate",
        "taken_by = window_end - known.policy.margin",
        "taken_by = window_end",
        "delivery::the_provider_drops_it_before_the_margin_begins",
    ),
    service(
        "a late receipt is all right",
        "messages/inbound",
        "if state is _S.DELIVERED and now > message.window_end:",
        "if False:",
        "inbound::a_receipt_later_than_the_window_suspends_the_plan",
    ),
    service(
        "a third attempt is made",
        "messages/delivery_failures",
        "MOST_ATTEMPTS = 2",
        "MOST_ATTEMPTS = 3",
        "bar_d3::a_second_attempt_is_the_last_and_then_a_person_is_told",
    ),
    service(
        "a landline is tried again",
        "messages/delivery_failures",
        "plans.close_channel(tx, message.client_id, message.channel_key, now)",
        "pass",
        "inbound::a_landline_by_receipt_closes_the_channel[sqlite]",
    ),
    service(
        "a failure of the number before counts for the one she has now",
        "messages/delivery_failures",
        "same = has_it_still(tx, message)",
        "same = True",
        "inbound::what_is_known_of_the_number_before_says_nothing_of_hers_now"
        "[sqlite-30006]",
    ),
    # Caps and repeats: rules M2, M4, W1.
    service(
        "the cap forgets her other numbers",
        "facts",
        "to_client=self.to_client.get(client_id, ()),",
        "to_client=(),",
        "whoever_wrote_it::the_cap_holds_whatever_number_she_had[sqlite]",
    ),
    service(
        "the cap forgets other files with her number",
        "facts",
        "one for blind in sorted(found) for one in self._sent_to(blind)",
        "one for blind in () for one in self._sent_to(blind)",
        "delivery::the_cap_holds_over_all_files_with_one_number[sqlite]",
    ),
    service(
        "the cap is one of each session",
        "messages/gate",
        "    known = asked.ledger.facts(message.client_id)\n    request = ",
        "    import dataclasses\n\n"
        "    known = asked.ledger.facts(message.client_id)\n"
        "    of_session = outbox.of_sessions(tx, [message.session_id or ''])\n"
        "    if not any(each.left_at for each in of_session):\n"
        "        alone = dataclasses.replace(\n"
        "            known.standing, to_client=(), to_number={}\n"
        "        )\n"
        "        known = dataclasses.replace(known, standing=alone)\n"
        "    request = ",
        "delivery::the_cap_holds_over_all_sessions_of_a_client[sqlite]",
    ),
    service(
        "the phrase that leaves is not remembered",
        "messages/delivery",
        "gate.remember_phrases(tx, ((each[0], each[1]) for each in yes.values()), now)",
        "pass",
        "bar_d3::what_was_not_taken_leaves_with_its_phrase_so_none_comes_twice_running",
    ),
    service(
        "what left is planned again",
        "messages/reminders",
        "left = outbox.left_already(tx, session.id, session.version)",
        "left: frozenset[tuple[int, str, int]] = frozenset()",
        "whoever_wrote_it::what_left_before_its_target_is_not_planned_again[sqlite]",
    ),
    # By hand: rules P6, M11.
    service(
        "a prompt nobody finished is due again",
        "messages/doubts",
        "_S.PROMPTED, _S.UNCERTAIN, left_at=now",
        "_S.PROMPTED, _S.DUE, left_at=None",
        "by_hand"
        "::after_ten_minutes_without_an_outcome_it_is_in_doubt_and_a_person_settles_it",
    ),
    # The switch, and telling staff: rules M10, N1.
    service(
        "starting again flushes what waited",
        "stops/brakes",
        "    expire_what_came_due(tx, house, now)\n    machines",
        "    machines",
        "brakes::starting_again_takes_another_person_and_flushes_nothing",
    ),
    service(
        "one person alone starts again",
        "stops/brakes",
        "if waiting and state.start_asked_by != actor.id:",
        "if waiting:",
        "brakes::starting_again_takes_another_person_and_flushes_nothing",
    ),
    service(
        "the stop file is looked at by the tick alone",
        "stops/brakes",
        "return state.stopped or stop_file_there(house)",
        "return state.stopped",
        "brakes::a_file_put_there_between_tick_and_claim_keeps_the_text_back",
    ),
    service(
        "the deadline of what failed is the session's start",
        "watching/attention",
        "until = min(until, session.time.start - lead)",
        "until = min(until, session.time.start)",
        "bar_d9::whatever_went_wrong_is_one_task_until_two_hours_before_the_session",
    ),
    service(
        "a failed text that nobody looked at is told nobody",
        "watching/alerts",
        "            tell_staff(tx, house, item_id, now)\n",
        "            del item_id\n",
        "bar_d9::what_failed_waits_for_its_deadline_and_is_told_then_if_nobody_looked",
    ),
    service(
        "a pause mutes the alerts",
        "watching/attention",
        "    if kind in LOUD:\n",
        "    from scheduler.storage import agency\n\n"
        "    if kind in LOUD and not agency.sender(tx).stopped:\n",
        "brakes::anybody_stops_everything_at_once_and_staff_are_told_all_the_same",
    ),
    service(
        "an alert nobody has seen stays where it is",
        "watching/alerts",
        "NEXT_AFTER = timedelta(minutes=2)",
        "NEXT_AFTER = timedelta(hours=2)",
        "alerts::whoever_is_on_call_hears_it_first_then_everybody",
    ),
    service(
        "nobody is sent for when she cannot be told",
        "watching/attention",
        "    if message.kind not in _TELLING or message.session_id is None:\n",
        "    if True:\n",
        "bar_w6::news_that_could_not_leave_in_time_sends_somebody_to_the_room",
    ),
    # STOP and suspending: rules P8, M12, I2.
    service(
        "suspending voids nothing",
        "safe_contact/standing",
        "reminders.void(tx, house, outbox.open_of_client(tx, client_id), reasons, now)",
        "pass",
        "inbound::stop_blocks_suspends_voids_and_is_not_answered",
    ),
    service(
        "STOP suspends and does not block",
        "files/numbers",
        '    people.block(tx, blind, now, "stop")\n',
        "",
        "inbound::stop_blocks_suspends_voids_and_is_not_answered",
    ),
    service(
        "STOP counts for the number of the plan now only",
        "messages/inbound",
        "known = people.clients_with_number(tx, blind)",
        "known = people.clients_with(tx, people.NUMBER, blind)",
        "contact_changes::a_new_number_suspends_voids_and_both_numbers_are_known",
    ),
    service(
        "STOP counts for one file of several",
        "messages/inbound",
        "for client_id in known:",
        "for client_id in known[:1]:",
        "inbound::a_number_on_two_files_acts_on_both",
    ),
    service(
        "STOP of a number nobody knows is forgotten",
        "messages/inbound",
        "if kind is ReplyKind.STOP and not known:",
        "if False:",
        "inbound"
        "::an_unknown_number_leaves_category_and_time_and_for_stop_its_blind_index",
    ),
)
