"""What must be right about the ways staff are told, or had better be."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from config.alert_settings import Alerts, SmtpSecurity
from config.settings import PREFIX, Environment, Settings

Found = tuple[str, str]
"""A sentence that says what is wrong, and one that puts it right."""

_THIS_MACHINE: Final = "localhost"


def errors(settings: Settings) -> Iterator[Found]:
    """What stops the start: a way that was set up and cannot work."""
    alerts = settings.alerts
    if alerts.by_email:
        yield from _mail(alerts)
    if alerts.phone:
        yield from _phone(alerts)


def warnings(settings: Settings) -> Iterator[Found]:
    """What had better not be."""
    alerts = settings.alerts
    if settings.environment is not Environment.PRODUCTION:
        return
    if not alerts.by_email and not alerts.by_phone:
        yield (
            "Staff are told on open pages only: at night nobody hears it.",
            f"Set {PREFIX}ALERT_SMTP_HOST and what belongs to it.",
        )
    elif not (alerts.email or (alerts.phone and alerts.by_phone)):
        yield (
            "If the database stops, nobody is told: no address of the agency is set.",
            f"Set {PREFIX}ALERT_EMAIL or {PREFIX}ALERT_PHONE.",
        )


def _mail(alerts: Alerts) -> Iterator[Found]:
    if not alerts.smtp_host:
        yield (
            "Alerts by e-mail are set up without a mail server.",
            f"Set {PREFIX}ALERT_SMTP_HOST.",
        )
    for name, value in (("ALERT_FROM", alerts.sender), ("ALERT_EMAIL", alerts.email)):
        if (value or name == "ALERT_FROM") and not _is_mail_address(value):
            yield (
                f"{PREFIX}{name} is no e-mail address.",
                f"Set {PREFIX}{name} to one, such as office@agency.example.",
            )
    if bool(alerts.smtp_user) != (alerts.smtp_password is not None):
        yield (
            "The mail server is given a name without a password, or the reverse.",
            (
                f"Set both {PREFIX}ALERT_SMTP_USER and"
                f" {PREFIX}ALERT_SMTP_PASSWORD_FILE, or neither."
            ),
        )
    private = alerts.smtp_security is not SmtpSecurity.NONE
    if not private and not _stays_here(alerts.smtp_host):
        yield (
            "Alerts would go to another machine without TLS.",
            f"Set {PREFIX}ALERT_SMTP_SECURITY to tls or starttls.",
        )


def _phone(alerts: Alerts) -> Iterator[Found]:
    if not is_number(alerts.phone):
        yield (
            f"{PREFIX}ALERT_PHONE is no number.",
            f"Set {PREFIX}ALERT_PHONE with + and country, such as +14165550199.",
        )


def is_number(text: str) -> bool:
    """Whether it is a number with + and country, as a provider takes it."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return False
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return phonenumbers.is_possible_number(number) and written == text


def _is_mail_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def _stays_here(host: str) -> bool:
    try:
        return host == _THIS_MACHINE or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
