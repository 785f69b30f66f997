"""Bugs in who is in: second factors, passkeys, codes to begin with, odd access. Rules
E1 to E4 and bars S."""

from tests.plant.plant import Plant, service, stored, within

PLANTS: tuple[Plant, ...] = (
    service(
        "a password alone is a whole sign-in",
        "staff/sign_in",
        "half=needs_second and row.second_at is None,",
        "half=False,",
        "second_factors::without_a_second_factor_a_password_opens_nothing",
    ),
    within(
        "web",
        "a half sign-in opens pages",
        "here",
        "if opened is None or opened.locked or opened.half:",
        "if opened is None or opened.locked:",
        "second_factor::nothing_is_open_before_the_second_factor",
    ),
    service(
        "a second factor is set up beside one that was not given",
        "staff/sign_in",
        "return not self.locked and not (self.half and self.has_second)",
        "return not self.locked",
        "second_factors::nobody_sets_one_up_beside_one_that_was_not_given",
    ),
    stored(
        "a code of an app is taken again",
        "second_factors",
        "later = and_(sheet.staff_id == staff_id, sheet.last_step < step)",
        "later = and_(sheet.staff_id == staff_id, sheet.last_step <= step)",
        "services/second_factors::a_code_is_taken_once_and_none_before_it_after_it",
    ),
    stored(
        "a recovery code is used again",
        "second_factors",
        "        sheet.used_at.is_(None),\n    )\n    used",
        "    )\n    used",
        "services/second_factors::a_recovery_code_lets_in_once_however_it_is_typed",
    ),
    service(
        "the id stays when rights rise",
        "staff/sign_in",
        "    if accounts.end_session(tx, kept_sid(tx, sid), now) is None:\n"
        "        return None  # somebody was quicker\n",
        "",
        "second_factors::password_and_code_let_in_under_a_new_id",
    ),
    service(
        "a code alone opens the lock",
        "staff/second_factors",
        "if there is None or there.locked or not there.has_second:",
        "if there is None or not there.has_second:",
        "second_factors::a_code_alone_does_not_open_a_locked_page",
    ),
    service(
        "a challenge counts again after a failure",
        "staff/passkeys",
        "        if known is None or found is None or not first:\n",
        "        if known is None or found is None:\n",
        "passkeys::a_challenge_counts_once_after_a_failure",
    ),
    service(
        "a challenge is of any browser",
        "staff/passkeys",
        'f"{use.value} {head.hex()} {sid}"',
        'f"{use.value} {head.hex()}"',
        "passkeys::a_challenge_is_of_one_browser_and_one_purpose",
    ),
    service(
        "a passkey need not name its account",
        "staff/passkeys",
        "if right is None or not hers or member is None or not member.active:",
        "if right is None or member is None or not member.active:",
        "passkeys::what_is_a_bit_off_lets_nobody_in",
    ),
    service(
        "a flood of passwords keeps a passkey out",
        "staff/throttle",
        "    return guessable and (",
        "    return (",
        "passkeys::a_flood_of_guessed_passwords_does_not_keep_a_passkey_out",
    ),
    within(
        "web",
        "a proof is fresh for ever",
        "access",
        "    if opened is not None and not opened.fresh:\n",
        "    if opened is None:\n",
        "second_factor::what_was_sent_comes_back_after_the_proof",
    ),
    service(
        "an administrator is confirmed by who asked",
        "staff/staff_changes",
        " or actor.id in {wish.asked_by, wish.staff_id}:",
        ":",
        "staff_changes::an_administrator_is_invited_by_two",
    ),
    service(
        "a code to begin with is good for ever",
        "staff/staff_changes",
        "return staff_changes.use_invitation(tx, staff_id, hashed, now - INVITED_FOR)",
        "return staff_changes.use_invitation(\n"
        "        tx, staff_id, hashed, now - 9 * INVITED_FOR\n    )",
        "staff_changes::a_code_is_good_for_three_days",
    ),
    service(
        "breaking the glass opens what she is shut out of",
        "files/break_glass",
        "there = file is not None and not shut",
        "there = file is not None",
        "unusual_access::shut_out_not_there_and_no_code_look_alike",
    ),
    stored(
        "a broken glass stays open",
        "broken_glass",
        "sheet.staff_id == staff_id, sheet.until > now",
        "sheet.staff_id == staff_id, sheet.until > sheet.at",
        "services/unusual_access::a_file_that_is_not_hers_opens_for_two_hours",
    ),
    stored(
        "she reads what is asked about her",
        "attention",
        "or_(nobody, about != seer.staff_id) if seer.supervises else nobody",
        "true() if seer.supervises else nobody",
        "services/unusual_access::only_supervisors_see_it_and_not_whom_it_is_about",
    ),
)
