"""bar-S: who is in, and who only says so."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

_SIGN_IN = "tests/services/test_sign_in.py"
_SECOND = "tests/services/test_second_factors.py"
_PASSKEYS = "tests/services/test_passkeys.py"

SIGN_IN: Final = (
    Bar(
        "S2",
        "A cookie that was copied opens nothing after signing out, here or everywhere,"
        " after fifteen idle minutes and after eight hours, after another password,"
        " role or second factor, after the account was shut, and after a fresh proof.",
        (f"{_SECOND}::test_a_cookie_that_was_copied_before_opens_nothing_after",),
        "A cookie that is copied and used at once, before any of these.",
        wanted=1_000,
        unit="endings",
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
