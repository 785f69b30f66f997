"""bar-L and bar-K: what must not get out."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

TWILIO: Final = "tests/integrations/test_twilio.py"
ASKED_AGAIN: Final = "tests/web/test_second_factor.py"

LEAKS: Final = (
    Bar(
        "L1",
        "Nothing of a person, and nothing that opens something, stands in a log, an"
        " address, a title, a cookie, a header, a feed, an answer to a program, an"
        " error page or the trail, whatever is asked for, typed, or breaks.",
        ("tests/web/test_canaries.py",),
        "What a browser keeps by itself, and what staff type into fields that are not"
        " a person's. The text of pages: who may read it is bar-A1 and bar-A4.",
        wanted=10_000,
        unit="texts",
        cases=12,
        hits=(
            "the log",
            "an address",
            "a title",
            "a cookie",
            "a header",
            "a feed",
            "addresses in a page",
            "an answer to a program",
            "an error page",
            "rows of audit",
        ),
    ),
    Bar(
        "L2",
        "In rows, files of the database, clients' keys, backups and the file for"
        " leaving nothing of a person stands in clear, nor what opens something, in"
        " any form.",
        ("tests/services/test_canaries.py",),
        "Whatever staff write into fields that are not a person's, and PostgreSQL's"
        " own files: its rows are read.",
        wanted=4_000,
        unit="forms of canaries",
        cases=30,
        hits=(
            "rows",
            *(f"a file .{end}" for end in ("rows", "keys", "gpg", "sqlite")),
        ),
    ),
    Bar(
        "L3",
        "No error of the database repeats a value.",
        ("tests/storage/test_no_value_in_errors.py",),
        "What the database server writes into logs of its own.",
        cases=12,
        spread=True,
    ),
    Bar(
        "L4",
        "Every response carries exactly the headers it must, and nothing of a page"
        " comes from elsewhere.",
        ("tests/web/test_headers.py",),
        "Browsers that do not keep to them.",
        cases=100,
        spread=True,
    ),
    Bar(
        "L5",
        "No browser keeps a page of ours, and after signing out “back” shows nothing.",
        (
            "tests/web/test_headers.py::test_every_route_of_the_product_carries_them",
            "tests/web/test_headers.py::test_every_sort_of_response_carries_exactly_these_headers",
            "tests/web/test_looks.py::test_after_signing_out_back_shows_nothing",
        ),
        "Other browsers than Chromium, and pictures of the screen.",
        cases=5,
        spread=True,
    ),
    Bar(
        "L6",
        "A calendar feed holds times, a number that means nothing and a title that she"
        " chose; its address is one of 2^256, kept as a digest, and ends at once.",
        (
            "tests/services/test_feeds.py",
            "tests/web/test_feed.py",
            "tests/integrations/test_feed.py",
        ),
        "What the program that reads it keeps, and for how long: up to a day is usual.",
        cases=30,
        spread=True,
    ),
    Bar(
        "L7",
        "What the web server writes down names no address, number, token, person's"
        " browser or whole network address.",
        ("tests/cli/test_server_log.py", "tests/web/test_server_log.py"),
        "What a proxy in front of it writes down, or a log set up elsewhere.",
    ),
    Bar(
        "L8",
        "Nothing the provider's library says or raises, with a number in it, reaches"
        " our logs or errors.",
        (
            f"{TWILIO}::test_no_number_and_no_word_is_in_anything_we_say",
            f"{TWILIO}::test_the_ear_would_have_heard_the_library",
            f"{TWILIO}::test_what_was_raised_inside_does_not_stay_behind",
            f"{TWILIO}::test_the_account_does_not_show_its_secret",
        ),
        "What the provider keeps and writes down itself.",
    ),
    Bar(
        "L10",
        "What is taken as a file holds nothing that calculates, asks for a fresh proof,"
        " is in the trail, and says who took it.",
        (
            "tests/domain/test_csv_cells.py",
            "tests/web/test_month_counts.py::test_no_name_calculates_in_the_file",
            "tests/web/test_month_counts.py::test_the_file_says_the_same_and_who_took_it",
            f"{ASKED_AGAIN}::test_reveals_the_sender_and_settings_ask_for_a_fresh_proof",
        ),
        "A program that takes for a formula what no known one does.",
        cases=20,
    ),
    Bar(
        "K1",
        "What is sealed opens at its own place with its own key, and nowhere else.",
        ("tests/storage/test_vault.py",),
        "Anything against whoever holds rows, keys and key file.",
        cases=60,
    ),
    Bar(
        "K2",
        "No nonce is used twice, by threads and by processes that were one before too.",
        ("tests/storage/test_nonces.py",),
        "Machines whose own source of chance is broken.",
        wanted=200_000,
        longer=10_000_000,
        unit="envelopes",
        cases=6,
    ),
    Bar(
        "K3",
        "A new installation key takes the old one's place while people work, also when"
        " it is killed half-way: every read and every new file comes right, and"
        " nothing is left under the old key.",
        ("tests/cli/test_keys.py", "tests/services/test_key_rotation.py"),
        "Machines to which nobody copied the key file.",
        wanted=1_000,
        longer=10_000,
        unit="reads and new files beside it",
        cases=30,
        hits=("killed half-way", "a new file", "a file read", "rotations"),
    ),
    Bar(
        "K4",
        "Nothing starts that could leak or lose: a wrong key file, a placeholder, a"
        " developer's switch, a database that keeps no promise, pages without HTTPS.",
        (
            "tests/cli/test_refused_starts.py",
            "tests/storage/test_keys.py",
            "tests/config/test_checks.py",
        ),
        "What a server in front, or the machine itself, is set to.",
        cases=90,
    ),
    Bar(
        "K5",
        "Every column says how much it tells; what tells of a person or opens something"
        " can only be stored sealed or as a keyed digest.",
        ("tests/storage/test_classes.py",),
        "Whether each class is the right one: that is read and judged by people.",
        cases=8,
    ),
)
