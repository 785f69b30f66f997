"""bar-S: who is in, and who only says so."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

_SIGN_IN = "tests/services/test_sign_in.py"
_SECOND = "tests/services/test_second_factors.py"
_PASSKEYS = "tests/services/test_passkeys.py"
_PAGE = "tests/web/test_sign_in.py"
_HEADERS = "tests/web/test_headers.py"
_AGAIN = "tests/web/test_second_factor.py"

SIGN_IN: Final = (
    Bar(
        "S1",
        "Whoever signs in, proves again that it is she, or takes another password goes"
        " on under a new id; an id that somebody made up is not taken over, and a form"
        " token from before is worth nothing.",
        (
            f"{_PAGE}::test_signing_in_starts_a_new_id_and_leaves_the_old_one_behind",
            f"{_PAGE}::test_an_id_made_up_by_somebody_is_not_taken_over",
            f"{_PAGE}::test_signing_in_again_ends_the_session_before",
            f"{_HEADERS}::test_a_token_from_before_signing_in_is_worth_nothing_after",
            f"{_SECOND}::test_a_cookie_that_was_copied_before_opens_nothing_after",
            "tests/services/test_own_password.py",
        ),
        "A browser that somebody else holds in her hands.",
        cases=20,
        spread=True,
    ),
    Bar(
        "S2",
        "A cookie that was copied opens nothing after signing out, here or everywhere,"
        " after fifteen idle minutes and after eight hours, after another password,"
        " role or second factor, after the account was shut, and after a fresh proof;"
        " so a change of rights counts from the next request on (bar-A6).",
        (f"{_SECOND}::test_a_cookie_that_was_copied_before_opens_nothing_after",),
        "A cookie that is copied and used at once, before any of these.",
        wanted=1_000,
        unit="endings",
        spread=True,
    ),
    Bar(
        "S3",
        "A page locks after fifteen idle minutes and ends after eight hours, to the"
        " second and on the server; what a script asks by itself counts for nothing;"
        " a form sent after the lock comes back to her alone, for fifteen minutes,"
        " without what is secret.",
        (
            f"{_PAGE}::test_a_page_locks_after_fifteen_minutes_to_the_second",
            f"{_PAGE}::test_what_a_script_asks_by_itself_does_not_start_the_idle_clock_again",
            f"{_PAGE}::test_what_she_does_herself_starts_it_again",
            f"{_PAGE}::test_after_eight_hours_she_signs_in_anew",
            f"{_PAGE}::test_a_form_sent_after_the_lock_comes_back_without_its_secrets",
            f"{_PAGE}::test_what_was_held_is_for_the_same_person_only",
            f"{_PAGE}::test_what_was_held_is_gone_after_fifteen_minutes",
            f"{_PAGE}::test_a_held_form_opens_for_one_person_one_key_and_a_while",
            f"{_AGAIN}::test_a_form_sent_after_the_lock_comes_back_through_the_second_factor",
            f"{_AGAIN}::test_a_locked_page_opens_by_password_alone",
        ),
        "What somebody reads over her shoulder within the fifteen minutes.",
        cases=10,
        spread=True,
    ),
    Bar(
        "S4",
        "There is one cookie, and it is exactly as written, on every route.",
        (
            f"{_HEADERS}::test_the_one_cookie_over_https_is_exactly_this",
            f"{_HEADERS}::test_the_plain_cookie_is_for_loopback_only",
            f"{_HEADERS}::test_no_route_sets_any_other_cookie_and_reading_sets_none_but_for_a_form",
        ),
        "What browsers do with cookies, beyond what they are told.",
        cases=3,
        spread=True,
    ),
    Bar(
        "S5",
        "Every route that changes something refuses a form without a token, with"
        " another's or an old one, and from another site; reading writes nothing but"
        " that she was here.",
        (
            f"{_HEADERS}::test_an_unsafe_route_refuses_what_no_page_of_ours_sent",
            f"{_HEADERS}::test_a_form_of_ours_passes_with_and_without_what_browsers_say",
            f"{_HEADERS}::test_reading_writes_nothing_but_that_she_was_here",
        ),
        "A page of ours that somebody took over.",
        cases=200,
        spread=True,
    ),
    Bar(
        "S6",
        "How long a refusal takes tells nobody whether there is such an account, or"
        " whether it is shut.",
        ("tests/services/test_sign_in_takes_as_long.py",),
        "The line between: this is measured where the answer is made.",
        wanted=3_000,
        unit="refusals",
    ),
    Bar(
        "S7",
        "Of any number of guesses in a quarter of an hour at most a hundred are looked"
        " at, and none of them shuts out whoever signs in where she works.",
        (
            f"{_SIGN_IN}::test_over_all_only_so_many_tries_are_looked_at",
            f"{_SIGN_IN}::test_nobody_elsewhere_can_shut_her_out_where_she_works",
            f"{_PASSKEYS}::test_a_flood_of_guessed_passwords_does_not_keep_a_passkey_out",
        ),
        "That nobody guesses right within the hundred: passwords are people's.",
        wanted=40_000,
        unit="guesses",
    ),
    Bar(
        "S11",
        "Wherever a link says that a sign-in is to lead, it leads to a page of ours.",
        (f"{_PAGE}::test_whatever_stands_in_next_she_stays_here",),
        "Links in what staff read elsewhere.",
        wanted=300,
        unit="addresses",
        hits=("leads away",),
    ),
    Bar(
        "S13",
        "Two hundred who sign in at once, with passwords of a megabyte, take neither"
        " the memory of the machine nor the pages of everybody else.",
        ("tests/cli/test_sign_in_flood.py",),
        "A flood of other requests: that is for the web server in front.",
        wanted=400,
        unit="sign-ins at once",
    ),
    Bar(
        "S8",
        "A code of an app is taken once: not again, not after a later one, and by one"
        " of many who send it at the same moment.",
        (
            f"{_SECOND}::test_a_code_is_taken_once_and_none_before_it_after_it",
            f"{_SECOND}::test_one_code_sent_many_times_at_once_lets_one_in",
        ),
        "Somebody who types a code into a false page that passes it on first.",
        wanted=2_000,
        unit="codes sent again",
    ),
    Bar(
        "S9",
        "A passkey that is a bit off lets nobody in: origin, host, challenge, purpose,"
        " browser, age, account, count, or nobody verified. A challenge counts once,"
        " right or wrong.",
        (_PASSKEYS, "tests/web/test_passkey.py"),
        "Devices of real makers: tests have their own, and the one Chromium makes up.",
        cases=80,
    ),
    Bar(
        "S10",
        "A password alone opens no route that is not for everybody, and nobody sets up"
        " a second factor around one that was not given.",
        ("tests/web/test_second_factor.py",),
        "Whoever knows a password before its owner has set up her second factor.",
        cases=10,
    ),
    Bar(
        "S12",
        "Recovery codes and codes to begin with have 120 bits, lie as digests and count"
        " once; what concerns an administrator takes two people, in the database too.",
        ("tests/services/test_staff_changes.py", _SECOND),
        "That the second person asks the first before she confirms.",
        cases=80,
    ),
)
