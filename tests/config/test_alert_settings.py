"""The ways staff are told: set up whole, or refused with what is missing (N1)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from config import alert_checks
from config.alert_settings import Alerts, PhoneBy, SmtpSecurity
from config.machine import machine_text
from config.settings import Environment, Secret, Settings, load
from config.wiring import _agency_reach, _alerts
from scheduler.clock import SystemClock, SystemTokens

MAIL = {
    "QUIETLINE_HOME": "/srv/agency",
    "QUIETLINE_ALERT_SMTP_HOST": "mail.agency.example",
    "QUIETLINE_ALERT_FROM": "office@agency.example",
    "QUIETLINE_ALERT_EMAIL": "office@agency.example",
}
PHONE = {
    "QUIETLINE_HOME": "/srv/agency",
    "QUIETLINE_ALERT_PHONE": "+14165550199",
    "QUIETLINE_TWILIO_ACCOUNT": "AC" + "0" * 32,
    "QUIETLINE_TWILIO_KEY": "SK" + "0" * 32,
    "QUIETLINE_TWILIO_SECRET": "s" * 32,
    "QUIETLINE_TWILIO_NUMBER": "+14165550100",
}


def errors(**changed: str) -> list[str]:
    names = {f"QUIETLINE_{name}": value for name, value in changed.items()}
    return [each[0] for each in alert_checks.errors(load({**MAIL, **PHONE, **names}))]


def built(settings: Settings) -> list[str]:
    ways = _alerts(settings.alerts, SystemClock(), SystemTokens())
    return [each.way for each in ways]


def test_mail_and_phone_are_two_ways_and_neither_is_none() -> None:
    assert built(load(MAIL)) == ["email"]
    assert built(load(PHONE)) == ["phone"]
    assert built(load({**MAIL, **PHONE})) == ["email", "phone"]
    assert built(load({"QUIETLINE_HOME": "/srv/agency"})) == []
    both = _agency_reach(load({**MAIL, **PHONE}).alerts)
    assert both == {"email": "office@agency.example", "phone": "+14165550199"}


def test_phones_are_told_also_where_no_text_leaves_for_clients() -> None:
    settings = load(PHONE)
    assert settings.twilio is None
    assert settings.alerts.by_phone


def test_the_usual_port_goes_with_the_kind_of_privacy() -> None:
    for how, port in (("tls", 465), ("starttls", 587), ("none", 25)):
        given = load({**MAIL, "QUIETLINE_ALERT_SMTP_SECURITY": how}).alerts
        assert (given.smtp_security, given.smtp_port) == (SmtpSecurity(how), port)
    given = load({**MAIL, "QUIETLINE_ALERT_SMTP_PORT": "2525"}).alerts
    assert given.smtp_port == 2525
    by_call = load({**PHONE, "QUIETLINE_ALERT_PHONE_BY": "call"}).alerts
    assert by_call.phone_by is PhoneBy.CALL


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ALERT_FROM": "the office"}, "ALERT_FROM is no e-mail address"),
        ({"ALERT_EMAIL": "office at home"}, "ALERT_EMAIL is no e-mail address"),
        ({"ALERT_SMTP_USER": "office"}, "a name without a password"),
        ({"ALERT_SMTP_PASSWORD": "secret"}, "a name without a password"),
        ({"ALERT_SMTP_SECURITY": "none"}, "another machine without TLS"),
        ({"ALERT_PHONE": "555 0199"}, "ALERT_PHONE is no number"),
        ({"ALERT_PHONE": "4165550199"}, "ALERT_PHONE is no number"),
    ],
)
def test_what_cannot_work_stops_the_start(changed: dict[str, str], said: str) -> None:
    assert errors() == []
    [found] = errors(**changed)
    assert said in found


def test_mail_without_a_server_is_no_way() -> None:
    given = {k: v for k, v in MAIL.items() if not k.endswith("HOST")}
    [found] = alert_checks.errors(load(given))
    assert "without a mail server" in found[0]


def test_a_mail_server_on_this_machine_needs_no_tls() -> None:
    assert errors(ALERT_SMTP_SECURITY="none", ALERT_SMTP_HOST="127.0.0.1") == []
    assert errors(ALERT_SMTP_SECURITY="none", ALERT_SMTP_HOST="localhost") == []


def test_nobody_to_tell_is_pointed_out_where_real_people_are_served() -> None:
    silent = load({"QUIETLINE_HOME": "/srv/agency"})
    [found] = alert_checks.warnings(silent)
    assert "on open pages only" in found[0]
    assert not list(
        alert_checks.warnings(replace(silent, environment=Environment.DEMO))
    )
    mute = replace(silent, alerts=replace(load(MAIL).alerts, email=""))
    [found] = alert_checks.warnings(mute)
    assert "If the database stops, nobody is told" in found[0]


def test_no_secret_and_no_address_is_in_a_picture_of_the_settings() -> None:
    shown = repr(load({**MAIL, **PHONE, "QUIETLINE_ALERT_SMTP_PASSWORD": "secret"}))
    for hidden in ("office@agency.example", "+14165550199", "'secret'"):
        assert hidden not in shown
    assert repr(Alerts(smtp_password=Secret("x"))).count("Secret()") == 1


@pytest.fixture
def place(tmp_path: Path) -> Callable[[str], str]:
    own = tmp_path / "machine-id"
    own.write_text("0123456789abcdef\n")

    def text(address: str, machine: Path = own) -> str:
        env = {"QUIETLINE_HOME": str(tmp_path), "QUIETLINE_DATABASE_URL": address}
        return machine_text(load(env), machine)

    return text


def test_another_machine_another_folder_and_another_server_are_other_places(
    place: Callable[..., str], tmp_path: Path
) -> None:
    other = tmp_path / "other-id"
    other.write_text("fedcba9876543210\n")
    places = {
        place(f"sqlite:///{tmp_path}/a.sqlite"),
        place(f"sqlite:///{tmp_path}/a.sqlite", other),
        place(f"sqlite:///{tmp_path}/a.sqlite", tmp_path / "none"),
        place(f"sqlite:///{tmp_path}/b.sqlite"),
        place("postgresql://one:secret@db.internal/agency"),
        place("postgresql://one:secret@db.internal/copy"),
        place("postgresql://one:secret@standby.internal/agency"),
    }
    assert len(places) == 7
    assert not any("secret" in each for each in places)


def test_whoever_signs_in_to_the_database_makes_no_other_place(
    place: Callable[[str], str],
) -> None:
    one, two = (
        place(f"postgresql://{who}@db.internal/agency") for who in ("a:b", "c:d")
    )
    assert one == two
