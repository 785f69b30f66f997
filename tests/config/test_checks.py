"""Settings that are each right and wrong together stop the start."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from config import checks
from config.checks import Level, Problem, problems
from config.settings import Environment, Secret, Sender, Settings, load


@pytest.fixture
def sound(tmp_path: Path) -> Settings:
    """A production installation as it should be."""
    tmp_path.chmod(0o700)
    (tmp_path / "installation.key").write_bytes(b"k" * 32)
    (tmp_path / "installation.key").chmod(0o600)
    return load(
        {
            "QUIETLINE_HOME": str(tmp_path),
            "QUIETLINE_PUBLIC_URL": "https://quietline.example",
            "QUIETLINE_SECRET_KEY": "p8Yw3ZrQ1tVb6NcX0mKd9LfGh2JsAeUi5oRvTy7Bn4M",
            "QUIETLINE_BACKUP_FOLDER": str(tmp_path),
            "QUIETLINE_PROXY": "127.0.0.1",
            "QUIETLINE_ALERT_SMTP_HOST": "mail.agency.example",
            "QUIETLINE_ALERT_FROM": "office@agency.example",
            "QUIETLINE_ALERT_EMAIL": "office@agency.example",
        }
    )


@pytest.fixture
def demo(sound: Settings) -> Settings:
    return replace(
        sound,
        environment=Environment.DEMO,
        public_url="http://127.0.0.1:8000",
        sender=Sender.PHONE,
        phone_page=True,
    )


def errors(settings: Settings) -> list[str]:
    return [p.sentence for p in problems(settings) if p.level is Level.ERROR]


def warnings(settings: Settings) -> list[str]:
    return [p.sentence for p in problems(settings) if p.level is Level.WARNING]


def forbid(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """As for an account that may not use `path`, whoever runs the tests."""
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda asked, mode: asked != path and allowed(asked, mode)
    )


def test_a_sound_installation_may_start_and_hears_that_nothing_leaves(
    sound: Settings,
) -> None:
    assert errors(sound) == []
    assert warnings(sound) == ["No sender is set, so no text leaves by machine."]


def test_a_sound_demo_has_no_problem(demo: Settings) -> None:
    assert problems(demo) == []


def test_the_phone_page_never_stands_beside_a_real_sender(demo: Settings) -> None:
    # Whatever is not the simulated phone counts as real.
    assert errors(replace(demo, sender=Sender.NONE)) == [
        "The phone page is on while texts go to “none”."
    ]


def test_the_phone_page_is_refused_where_real_people_are_served(
    sound: Settings,
) -> None:
    settings = replace(sound, phone_page=True, sender=Sender.PHONE)
    assert errors(settings) == [
        "The phone page is on where real people are served.",
        "Texts would go to the simulated phone and reach nobody.",
    ]


def test_the_simulated_phone_alone_is_refused_there_too(sound: Settings) -> None:
    assert errors(replace(sound, sender=Sender.PHONE)) == [
        "Texts would go to the simulated phone and reach nobody."
    ]


@pytest.mark.parametrize("host", ["quietline.example", "192.168.1.5", "127.0.0.1.nip"])
def test_a_public_address_without_https_is_refused(host: str, sound: Settings) -> None:
    (sentence,) = errors(replace(sound, public_url=f"http://{host}"))
    assert "is not HTTPS" in sentence


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_this_machine_alone_may_do_without_https_and_hears_so(
    host: str, sound: Settings
) -> None:
    settings = replace(sound, public_url=f"http://{host}")
    assert errors(settings) == []
    assert any("without HTTPS" in each for each in warnings(settings))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "quietline"])
def test_a_demo_is_served_to_this_machine_only(host: str, demo: Settings) -> None:
    (sentence,) = errors(replace(demo, host=host))
    assert "would be served to other machines" in sentence


def test_a_missing_data_folder_stops_the_start(sound: Settings) -> None:
    missing = replace(sound, home=sound.home / "gone")
    assert any("is not there" in each for each in errors(missing))


def test_a_data_folder_open_to_others_is_pointed_out(sound: Settings) -> None:
    sound.home.chmod(0o750)
    assert any("open to other accounts" in each for each in warnings(sound))


def test_a_data_folder_that_cannot_be_written_stops_the_start(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, sound.home)
    (sentence,) = errors(sound)
    assert "cannot be written" in sentence


def test_a_missing_key_file_stops_the_start(sound: Settings) -> None:
    sound.key_file.unlink()
    (sentence,) = errors(sound)
    assert "key file" in sentence
    assert "is not there" in sentence


def test_a_folder_is_no_key_file(sound: Settings) -> None:
    (sentence,) = errors(replace(sound, key_file=sound.home))
    assert sentence.endswith("is no file.")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_key_file_open_to_others_stops_the_start(mode: int, sound: Settings) -> None:
    sound.key_file.chmod(mode)
    (problem,) = (p for p in problems(sound) if p.level is Level.ERROR)
    assert "open to other accounts" in problem.sentence
    assert problem.remedy == f"Run chmod 600 '{sound.key_file}'."


@pytest.mark.parametrize("size", [0, 16, 31])
def test_a_short_key_file_stops_the_start(size: int, sound: Settings) -> None:
    sound.key_file.write_bytes(b"k" * size)
    (sentence,) = errors(sound)
    assert "too short" in sentence


def test_a_key_file_of_another_account_stops_the_start(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, sound.key_file)
    (sentence,) = errors(sound)
    assert "cannot be read" in sentence


@pytest.mark.parametrize("key", [None, Secret(""), Secret("s" * 31)])
def test_sessions_need_a_key_that_cannot_be_guessed(
    key: Secret | None, sound: Settings
) -> None:
    (sentence,) = errors(replace(sound, secret_key=key))
    assert "key for sessions" in sentence


@pytest.mark.parametrize(
    "key", ["s" * 43, "0123456701234567012345670123456701234567", "change-me-" * 5]
)
def test_a_key_that_stands_in_an_example_stops_the_start(
    key: str, sound: Settings
) -> None:
    (sentence,) = errors(replace(sound, secret_key=Secret(key)))
    assert "a placeholder that others know" in sentence


def test_postgresql_needs_its_driver(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(sound, database_url=Secret("postgresql+psycopg:///agency"))
    assert errors(settings) == []
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (sentence,) = errors(settings)
    assert "driver is not installed" in sentence


NOT_SHOWN = "The way to the database leads to another machine"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://quietline@db.example/agency",
        "postgresql://quietline@192.0.2.7:5432/agency",
        "postgresql://quietline@db.example/agency?sslmode=require",
        "postgresql://quietline@db.example/agency?sslmode=verify-ca",
        "postgresql://quietline@/agency?host=db.example",
        "postgresql://quietline@/agency?host=/run/postgresql,db.example",
        "postgresql://quietline@localhost/agency?hostaddr=192.0.2.7",
        "postgresql://quietline@/agency?host=/run/postgresql&host=db.example",
        "postgresql://quietline@127.0.0.1,db.example:5433/agency",
        "postgresql:///?service=agency",
    ],
)
def test_a_database_elsewhere_has_to_show_who_it_is(
    address: str, sound: Settings, demo: Settings
) -> None:
    there = Secret(address.replace("postgresql:", "postgresql+psycopg:"))
    [sentence] = errors(replace(sound, database_url=there))
    assert NOT_SHOWN in sentence
    assert errors(replace(demo, database_url=there)) == []


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://quietline@db.example/agency?sslmode=verify-full",
        "postgresql://quietline@localhost/agency",
        "postgresql://quietline@127.0.0.1:5432/agency",
        "postgresql://quietline@[::1]/agency",
        "postgresql://quietline@/agency?host=/run/postgresql",
        "postgresql:///agency",
    ],
)
def test_one_that_shows_it_or_is_here_may_be_talked_to(
    address: str, sound: Settings
) -> None:
    there = Secret(address.replace("postgresql:", "postgresql+psycopg:"))
    assert errors(replace(sound, database_url=there)) == []


def test_what_the_driver_goes_by_instead_counts_as_well(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replace(sound, database_url=Secret("postgresql+psycopg:///agency"))
    monkeypatch.setenv("PGHOST", "db.example")
    [sentence] = errors(here)
    assert NOT_SHOWN in sentence
    monkeypatch.setenv("PGHOST", "/run/postgresql")
    assert errors(here) == []


def test_the_stop_file_is_pointed_out(sound: Settings) -> None:
    sound.stop_file.touch()
    assert any("Sending is stopped" in each for each in warnings(sound))


def test_a_folder_for_backups_is_asked_for_where_real_people_are_served(
    sound: Settings, demo: Settings, tmp_path: Path
) -> None:
    def said(folder: Path | None, of: Settings = sound) -> str:
        found = warnings(replace(of, backups=replace(of.backups, folder=folder)))
        return " ".join(each for each in found if "backups" in each)

    assert "so the worker makes none" in said(None)
    assert said(None, demo) == ""
    assert "is not there" in said(tmp_path / "away")
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o755)
    assert "open to other accounts" in said(kept)
    kept.chmod(0o700)
    assert said(kept) == ""
    assert errors(sound) == []


def test_a_server_in_front_is_to_be_named(sound: Settings, demo: Settings) -> None:
    assert any("look like one" in each for each in warnings(replace(sound, proxies=())))
    assert problems(replace(demo, proxies=())) == []


def test_errors_come_before_warnings(sound: Settings) -> None:
    sound.key_file.unlink()
    levels = [each.level for each in problems(sound)]
    assert levels == [Level.ERROR, Level.WARNING]


def test_every_problem_is_a_sentence_and_says_what_puts_it_right(
    sound: Settings,
) -> None:
    sound.key_file.chmod(0o644)
    sound.home.chmod(0o755)
    broken = replace(
        sound,
        public_url="http://quietline.example",
        secret_key=None,
        sender=Sender.PHONE,
        phone_page=True,
    )
    found: list[Problem] = problems(broken)
    assert len(found) == 7
    for each in found:
        assert each.sentence.endswith(".")
        assert each.remedy.endswith(".")
        assert "!" not in each.sentence + each.remedy
