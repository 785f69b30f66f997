"""A malformed scenario is an error that names line and key, and exit 2."""

from datetime import date
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.domain.hours import DatedRange, DateSpan
from scheduler.services.simulation.reading import Unreadable, read_scenario

GOOD = (Path(__file__).parent / "stop.toml").read_text()


def _line_of(text: str, part: str) -> int:
    return next(
        number for number, line in enumerate(text.splitlines(), start=1) if part in line
    )


@pytest.mark.parametrize(
    ("old", "new", "line_with", "key", "says"),
    [
        (
            'line = "own_mobile"',
            'line = "own_mobil"',
            "own_mobil",
            "line",
            "own_mobile",
        ),
        ("windows = [", "window = [", "window = [", "window", "no key"),
        ("minutes = 50", 'minutes = "50"', "minutes", "book", "whole number"),
        ("minutes = 50, ", "", "book = {", "book", "“minutes” is missing"),
        ("Tue 09:00-11:30", "Tue 09:00-1130", "Tue 09:00-1130", "windows", "hours"),
        (
            'zone = "America/Toronto"',
            'zone = "America/Torono"',
            "Torono",
            "zone",
            "zone",
        ),
        (
            'session = "s1"\nmeaning',
            'session = "s9"\nmeaning',
            "[[message]]",
            "message",
            "s9",
        ),
        ("until = 2026-12-03", "until = 2026-11-03", "until", "until", "after"),
        (
            "from = 2026-11-30T08:00:00",
            "from = 2027-03-14T02:30:00",
            "from =",
            "from",
            "twice or not",
        ),
        (
            'kind = "reply_stop"',
            'kind = "reply_stopp"',
            "reply_stopp",
            "kind",
            "reply_stop",
        ),
        (
            "at = 2026-11-30T09:00:00",
            "at = 2026-11-30",
            "at = 2026-11-30",
            "at",
            "time",
        ),
        (
            "valid_until = 2026-12-31",
            "valid_until = true",
            "valid_until",
            "valid_until",
            "date",
        ),
    ],
)
def test_a_slip_is_named_with_its_line_and_key(
    old: str, new: str, line_with: str, key: str, says: str
) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(Unreadable) as wrong:
        read_scenario(text)
    assert says in str(wrong.value)
    assert key in wrong.value.key
    assert wrong.value.line == _line_of(text, line_with)


def _with(table: str) -> str:
    """The good file with one more table, before what it expects at the end."""
    return GOOD.replace("[[message]]", f"{table}\n\n[[message]]", 1)


def _step(does: str, at: str = "2026-12-01T10:00:00") -> str:
    return _with(f"[[step]]\nat = {at}\n{does}")


BOOKING = (
    'counsellor = "cora", start = 2026-12-03T10:00:00, minutes = 50, format = "video"'
)
AGAIN = f'book = {{ client = "K-1042", {BOOKING}, as = "s1" }}\nexpect = "booked"'
TWICE = f'book = {{ clients = ["K-1042", "K-1042"], {BOOKING} }}'
BOTH = f'book = {{ client = "K-1042", clients = ["K-1042"], {BOOKING} }}'
NO_NUMBER = 'change_number = { client = "K-1042", channel = "sms", address = "home" }'
NO_HOLD = f'book = {{ client = "K-1042", {BOOKING}, hold = "h9" }}'
NO_ROSTER = '[[roster]]\ncounsellor = "nora"\ndate = 2026-12-02\nsessions = []'
NO_SESSION = '[[roster]]\ncounsellor = "cora"\ndate = 2026-12-02\nsessions = ["s7"]'


@pytest.mark.parametrize(
    ("text", "line_with", "key", "says"),
    [
        (_with('[[client]]\nid = "K-1042"'), None, "client 2, id", "two clients"),
        (_with('[[counsellor]]\nid = "cora"'), None, "counsellor 2, id", "two couns"),
        (_step(AGAIN), None, "book, as", "already"),
        (_step(TWICE), TWICE, "book, clients", "named twice"),
        (_step(BOTH), BOTH, "book", "a client, or several"),
        (_step(NO_HOLD), NO_HOLD, "book, hold", "h9"),
        (
            _step('cancel = { session = "s9" }'),
            "cancel =",
            "cancel, session",
            "No step before this one names “s9”",
        ),
        (
            _step('cancel = { session = "s1" }', "2026-11-30T08:30:00"),
            "cancel =",
            "cancel, session",
            "No step before",
        ),
        (
            _step('suspend = { client = "K-1042" }', "2026-11-29T08:00:00"),
            "11-29T08",
            "at",
            "between",
        ),
        (
            _step('suspend = { client = "K-1042" }', "2026-12-03T18:01:00"),
            "03T18:01",
            "at",
            "between",
        ),
        (_step("resume = { by = [] }"), "resume =", "resume, by", "one person"),
        (_step(NO_NUMBER), NO_NUMBER, "change_number, address", "+14165550142"),
        (_with(NO_ROSTER), 'counsellor = "nora"', "roster 1, counsellor", "nora"),
        (_with(NO_SESSION), "[[roster]]", "roster 1", "s7"),
        (
            GOOD.replace("hours =", 'shut_out = ["Z-1"]\nhours ='),
            "Z-1",
            "shut_out",
            "Z-1",
        ),
        (
            GOOD.replace("formats =", 'apart = ["K-1042"]\nformats ='),
            "apart",
            "apart",
            "no other client",
        ),
        (
            GOOD.replace('["I moved the ladder"]', '[" "]'),
            "changed =",
            "phrases, changed",
            "words",
        ),
        (
            GOOD.replace('"+14165550142"', '"call me"', 1),
            "call me",
            "address",
            "+14165550142",
        ),
        (
            GOOD.replace('  address = "+14165550142"\n', "", 1),
            "[[client.channel]]",
            "channel 1",
            "address",
        ),
        (
            GOOD.replace("minutes = 50", "minutes = 5000"),
            "minutes",
            "minutes",
            "at most 1440",
        ),
        (
            GOOD.replace("until = 2026", "until = 9999"),
            "until",
            "until",
            "from 2000 to 2100",
        ),
        (
            GOOD.replace("valid_until = 2026", "valid_until = 0001"),
            "valid_until",
            "valid_until",
            "from 2000 to 2100",
        ),
        (
            GOOD.replace('expect = "booked"', "expect = 3"),
            "expect = 3",
            "expect",
            "booked",
        ),
        ("\x00", None, "syntax", "no TOML"),
    ],
)
def test_what_no_agency_can_be_is_named_before_anything_is_played(
    text: str, line_with: str | None, key: str, says: str
) -> None:
    assert text != GOOD
    with pytest.raises(Unreadable) as wrong:
        read_scenario(text)
    assert says in str(wrong.value)
    assert key in wrong.value.key
    if line_with is not None:
        assert wrong.value.line == _line_of(text, line_with)


SERIES = (
    'series = { client = "K-1042", counsellor = "cora", starts = '
    '[2026-12-03T10:00:00], minutes = 50, format = "video", as = "w" }'
)


@pytest.mark.parametrize("name", ["w", "w1", "w-1", "w.1"])
def test_a_session_of_a_series_may_be_named(name: str) -> None:
    cancel = f'cancel = {{ session = "{name}" }}'
    text = _step(f"{SERIES}\n\n[[step]]\nat = 2026-12-01T11:00:00\n{cancel}")
    assert len(read_scenario(text).steps) == 5


def test_a_refusal_of_a_series_is_named_by_its_date() -> None:
    text = _step(f'{SERIES}\nexpect = {{ refused = {{ "5 Dec" = [] }} }}')
    with pytest.raises(Unreadable, match="5 Dec"):
        read_scenario(text)


def test_a_name_may_be_tried_again_after_a_refusal() -> None:
    refused = AGAIN.replace('"booked"', '{ refused = ["too_soon"] }')
    assert len(read_scenario(_step(refused)).steps) == 4


def test_leave_and_what_is_allowed_once_are_dates_with_hours_or_without() -> None:
    text = GOOD.replace(
        "hours =",
        'leave = ["2026-12-24..2026-12-26", "2026-12-09 10:00-12:00"]\nhours =',
    ).replace("mode =", 'once = ["2026-12-05", "2026-12-06 10:00-12:00"]\n  mode =')
    scenario = read_scenario(text)
    profile = scenario.counsellors[0].profile
    assert profile.leave == (DateSpan(date(2026, 12, 24), date(2026, 12, 26)),)
    assert profile.hours.deny == (DatedRange(date(2026, 12, 9), 600, 720),)
    assert scenario.clients[0].plan.channels[0].hours.once == (
        DatedRange(date(2026, 12, 5), 0, 1440),
        DatedRange(date(2026, 12, 6), 600, 720),
    )


def test_a_mark_at_the_head_of_a_file_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    assert main(["simulate", str(path)]) == 0


def test_broken_toml_names_its_line() -> None:
    with pytest.raises(Unreadable) as wrong:
        read_scenario(GOOD.replace('title = "', "title = ", 1))
    assert wrong.value.line == 1


def test_a_policy_past_its_hard_limit_is_malformed() -> None:
    text = GOOD.replace(
        "[[counsellor]]", "[policy]\nmargin_minutes = 2\n[[counsellor]]", 1
    )
    with pytest.raises(Unreadable, match="from 5 to"):
        read_scenario(text)


def test_the_command_says_so_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "slip.toml"
    path.write_text(GOOD.replace("own_mobile", "own_mobil", 1))
    assert main(["simulate", str(path)]) == 2
    assert "line" in capsys.readouterr().err


def test_a_file_that_is_not_there_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "/nowhere/at/all.toml"]) == 2
    assert "cannot be read" in capsys.readouterr().err
