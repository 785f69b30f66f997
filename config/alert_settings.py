"""How staff are told away from the pages (N1), as far as it was given;
`config.alert_checks` says what is missing or wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from config.settings import Secret, Twilio

PLAIN: Final = (
    "ALERT_EMAIL",
    "ALERT_FROM",
    "ALERT_PHONE",
    "ALERT_PHONE_BY",
    "ALERT_SMTP_HOST",
    "ALERT_SMTP_PORT",
    "ALERT_SMTP_SECURITY",
    "ALERT_SMTP_USER",
)
SECRET: Final = ("ALERT_SMTP_PASSWORD",)


class SmtpSecurity(Enum):
    """How the line to the mail server is kept private; `NONE` on this machine only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class PhoneBy(Enum):
    """Whether a phone of staff gets a text or rings."""

    TEXT = "text"
    CALL = "call"


USUAL_PORTS: Final = {
    SmtpSecurity.TLS: 465,
    SmtpSecurity.STARTTLS: 587,
    SmtpSecurity.NONE: 25,
}


@dataclass(frozen=True, slots=True)
class Alerts:
    """`email` and `phone` are the agency's own mailbox and phone; members of staff
    have theirs in the database. `line` is the account that phones are told by."""

    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: SmtpSecurity = SmtpSecurity.TLS
    smtp_user: str = ""
    smtp_password: Secret | None = None
    sender: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    phone_by: PhoneBy = PhoneBy.TEXT
    line: Twilio | None = None

    @property
    def by_email(self) -> bool:
        """Whether anything about mail was given."""
        return bool(self.smtp_host or self.sender or self.email)

    @property
    def by_phone(self) -> bool:
        """Whether there is an account to tell phones by."""
        line = self.line
        return line is not None and all(
            (line.account, line.key, line.secret, line.number)
        )
