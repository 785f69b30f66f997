"""A malformed scenario is an error that names line and key, and exit 2."""

from pathlib import Path

import pytest

from scheduler.cli import main
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
