"""An account to send by: complete and right, or the start is refused (bar-K4)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.checks import Level, problems
from config.settings import Environment, Sender, Settings, SettingsError, load

ACCOUNT = "AC" + "1a" * 16
KEY = "SK" + "2b" * 16
SECRET = "a-secret-that-nobody-guesses-0001"
TOKEN = "3c" * 16
NEXT = "4d" * 16


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    """The environment of a sound installation that sends by Twilio."""
    tmp_path.chmod(0o700)
    for name, kept in (
        ("installation.key", "k" * 32),
        ("secret", SECRET),
        ("token", TOKEN),
        ("next", NEXT),
    ):
        (tmp_path / name).write_text(kept + "\n")
        (tmp_path / name).chmod(0o600)
    return {
        "QUIETLINE_HOME": str(tmp_path),
        "QUIETLINE_PUBLIC_URL": "https://quietline.example",
        "QUIETLINE_SECRET_KEY": "p8Yw3ZrQ1tVb6NcX0mKd9LfGh2JsAeUi5oRvTy7Bn4M",
        "QUIETLINE_BACKUP_FOLDER": str(tmp_path),
        "QUIETLINE_PROXY": "127.0.0.1",
        "QUIETLINE_SENDER": "twilio",
        "QUIETLINE_TWILIO_ACCOUNT": ACCOUNT,
        "QUIETLINE_TWILIO_KEY": KEY,
        "QUIETLINE_TWILIO_SECRET_FILE": str(tmp_path / "secret"),
        "QUIETLINE_TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token"),
        "QUIETLINE_TWILIO_NUMBER": "+14165550100",
        "QUIETLINE_TWILIO_KEEPS_WORDS": "false",
        "QUIETLINE_TWILIO_KEEPS_NUMBERS": "true",
        "QUIETLINE_ALERT_PHONE": "+14165550199",
    }


Read = Callable[..., Settings]


@pytest.fixture
def read(given: dict[str, str]) -> Read:
    """The settings with some names changed, or taken out where the value is None."""

    def settings(**changed: str | None) -> Settings:
        names = {f"QUIETLINE_{name}": value for name, value in changed.items()}
        merged = {**given, **names}
        return load(
            {name: value for name, value in merged.items() if value is not None}
        )

    return settings


def errors(settings: Settings) -> list[str]:
    return [p.sentence for p in problems(settings) if p.level is Level.ERROR]


def test_a_sound_account_may_send(read: Read, given: dict[str, str]) -> None:
    settings = read()
    assert problems(settings) == []
    assert settings.sender is Sender.TWILIO
    assert settings.phone_page is False
    twilio = settings.twilio
    assert twilio is not None
    assert twilio.url == "https://api.twilio.com"
    assert (twilio.keeps_words, twilio.keeps_numbers) == (False, True)
    assert twilio.secret is not None
    assert twilio.secret.reveal() == SECRET


def test_while_one_token_takes_the_others_place_both_are_read(
    read: Read, given: dict[str, str]
) -> None:
    file = str(Path(given["QUIETLINE_HOME"]) / "next")
    settings = read(TWILIO_AUTH_TOKEN_NEXT_FILE=file)
    assert problems(settings) == []
    assert settings.twilio is not None
    assert settings.twilio.next_auth_token is not None
    assert settings.twilio.next_auth_token.reveal() == NEXT


def test_an_account_that_is_not_sent_by_is_not_looked_at(read: Read) -> None:
    settings = read(SENDER="none", TWILIO_ACCOUNT="nonsense")
    assert settings.twilio is None
    assert errors(settings) == []


MISSING = {
    "TWILIO_ACCOUNT": "The Twilio account is missing or is none.",
    "TWILIO_KEY": "The key that sends by Twilio is missing or is none.",
    "TWILIO_SECRET_FILE": "The secret of the Twilio key is missing or too short.",
    "TWILIO_AUTH_TOKEN_FILE": (
        "The auth token that tells whose a callback is is missing or is none."
    ),
    "TWILIO_NUMBER": "The number that texts leave from is missing or is none.",
    "TWILIO_KEEPS_WORDS": "Nobody has chosen what Twilio may keep of a text.",
    "TWILIO_KEEPS_NUMBERS": "Nobody has chosen what Twilio may keep of a text.",
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_stops_the_start(read: Read, name: str) -> None:
    assert errors(read(**{name: None})) == [MISSING[name]]


WRONG = [
    ("TWILIO_ACCOUNT", KEY),
    ("TWILIO_ACCOUNT", ACCOUNT[:-1]),
    ("TWILIO_KEY", ACCOUNT),
    ("TWILIO_KEY", KEY + "0"),
    ("TWILIO_NUMBER", "4165550100"),
    ("TWILIO_NUMBER", "+1 416 555 0100"),
    ("TWILIO_NUMBER", "+1416"),
    ("TWILIO_NUMBER", "Quietline"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_wrong_stops_the_start(read: Read, name: str, value: str) -> None:
    assert errors(read(**{name: value})) == [MISSING[name]]


@pytest.mark.parametrize(
    ("file", "kept"),
    [("secret", "abc123"), ("secret", "s p a c e " * 5), ("token", "4d" * 15)],
)
def test_a_short_secret_stops_the_start(
    read: Read, given: dict[str, str], file: str, kept: str
) -> None:
    (Path(given["QUIETLINE_HOME"]) / file).write_text(kept)
    [sentence] = errors(read())
    assert kept not in sentence


def test_a_token_is_not_a_secret_and_not_its_own_follower(
    read: Read, given: dict[str, str]
) -> None:
    home = Path(given["QUIETLINE_HOME"])
    (home / "secret").write_text(TOKEN)
    assert errors(read()) == ["The auth token stands in two places."]
    (home / "secret").write_text(SECRET)
    again = read(TWILIO_AUTH_TOKEN_NEXT_FILE=str(home / "token"))
    assert errors(again) == ["The auth token stands in two places."]


@pytest.mark.parametrize("file", ["secret", "token"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_may_read_stops_the_start(
    read: Read, given: dict[str, str], file: str, mode: int
) -> None:
    (Path(given["QUIETLINE_HOME"]) / file).chmod(mode)
    [sentence] = errors(read())
    assert "open to other accounts" in sentence


def test_a_secret_whose_file_is_gone_is_a_mistake(
    read: Read, given: dict[str, str]
) -> None:
    (Path(given["QUIETLINE_HOME"]) / "token").unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        read()


@pytest.mark.parametrize("url", ["http://api.twilio.com", "http://10.0.0.7:4010"])
def test_numbers_never_go_without_https(read: Read, url: str) -> None:
    assert errors(read(TWILIO_URL=url)) == ["Numbers would go to Twilio without HTTPS."]


def test_a_program_on_this_machine_may_stand_in_for_it_and_is_pointed_out(
    read: Read,
) -> None:
    settings = read(TWILIO_URL="http://127.0.0.1:4010")
    assert errors(settings) == []
    assert [p.sentence for p in problems(settings)] == [
        "Texts go to a program on this machine, not to Twilio."
    ]


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_no_real_text_leaves_from_a_demo(read: Read, environment: str) -> None:
    assert errors(read(ENV=environment)) == [
        f"Real texts would leave from a {environment}."
    ]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "https://localhost", "https://the_house.example"],
)
def test_twilio_has_to_reach_us(read: Read, address: str) -> None:
    assert (
        "Twilio could not say what became of a text, and no STOP would arrive."
        in errors(read(PUBLIC_URL=address))
    )


def test_the_phone_page_refuses_to_stand_beside_it(read: Read) -> None:
    beside = replace(read(), phone_page=True)
    assert "The phone page is on while texts go to “twilio”." in errors(beside)


def test_no_secret_is_ever_shown(read: Read) -> None:
    settings: Any = read()
    shown = (
        f"{settings!r} {settings} {errors(replace(settings, public_url='http://x'))}"
    )
    assert SECRET not in shown
    assert TOKEN not in shown
    assert settings.environment is Environment.PRODUCTION
