"""Telling staff by e-mail, over SMTP.

Every step has a time-out, the server's certificate is checked, and whatever goes wrong
becomes one word: the library's errors repeat addresses.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from enum import Enum
from typing import Final

from scheduler.ports import ALERT_WORDS, Clock, Tokens, Told, Trouble

SECONDS: Final = 10.0
# Our own name in the greeting says nothing about this machine.
_GREETING: Final = "[127.0.0.1]"


class Security(Enum):
    """How the line to the server is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The server that takes our mail, and who we are to it. Without a `user` nobody
    signs in; `security` NONE is for a server on this machine."""

    host: str
    port: int
    sender: str
    security: Security = Security.TLS
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = SECONDS


class EmailAlerts:
    """Staff alerts through one mail server, as `ports.StaffAlerts`."""

    way: Final = "email"

    def __init__(
        self,
        mailbox: Mailbox,
        clock: Clock,
        tokens: Tokens,
        *,
        trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._mailbox = mailbox
        self._clock = clock
        self._tokens = tokens
        self._trusted = trusted

    def tell(self, to: str) -> Told:
        """Hand the fixed words to the server for one address."""
        letter = self._letter(to)
        try:
            with self._line() as line:
                if self._mailbox.user and not self._signed_in(line):
                    return Told(taken=False, trouble=Trouble.NOT_SIGNED_IN)
                line.send_message(letter)
                taken = Told(taken=True)
                # Taken is taken, however the goodbye goes.
                with suppress(OSError, smtplib.SMTPException):
                    line.quit()
        except (OSError, smtplib.SMTPException, ValueError) as wrong:
            return Told(taken=False, trouble=_trouble(wrong))
        return taken

    def _signed_in(self, line: smtplib.SMTP) -> bool:
        try:
            line.login(self._mailbox.user, self._mailbox.password)
        except smtplib.SMTPException:
            return False
        return True

    def _line(self) -> smtplib.SMTP:
        ours = self._mailbox
        if ours.security is Security.TLS:
            return smtplib.SMTP_SSL(
                ours.host,
                ours.port,
                local_hostname=_GREETING,
                timeout=ours.seconds,
                context=self._trusted(),
            )
        line = smtplib.SMTP(
            ours.host, ours.port, local_hostname=_GREETING, timeout=ours.seconds
        )
        if ours.security is Security.STARTTLS:
            try:
                line.starttls(context=self._trusted())
            except BaseException:
                line.close()
                raise
        return line

    def _letter(self, to: str) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = ALERT_WORDS
        letter["From"] = self._mailbox.sender
        letter["To"] = to
        letter["Date"] = format_datetime(self._clock.now())
        domain = self._mailbox.sender.rpartition("@")[2]
        letter["Message-ID"] = f"<{self._tokens.uuid()}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(ALERT_WORDS + "\n")
        return letter


def _trouble(wrong: Exception) -> Trouble:
    if isinstance(wrong, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return Trouble.NOT_TRUSTED
    if isinstance(wrong, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
        return Trouble.REFUSED
    if isinstance(wrong, TimeoutError | smtplib.SMTPServerDisconnected):
        return Trouble.NO_ANSWER
    if isinstance(wrong, socket.gaierror | ConnectionError | OSError):
        return Trouble.NO_CONNECTION
    return Trouble.REFUSED
