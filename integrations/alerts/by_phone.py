"""Telling staff on a phone of theirs, by a text or a call, through the provider.

The provider's plain HTTP interface and nothing else: what is said is fixed, and nobody
it goes to is a client. Texts to clients go through `integrations.sms` and the gate.
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlencode, urlsplit

from scheduler.ports import ALERT_WORDS, Told, Trouble

SECONDS: Final = 10.0
_SAID: Final = (
    f"<Response><Say>{ALERT_WORDS}</Say><Pause length='1'/>"
    f"<Say>{ALERT_WORDS}</Say></Response>"
)
_VALIDITY_SECONDS: Final = "600"
_TAKEN: Final = range(200, 300)
_NOT_SIGNED_IN: Final = frozenset({401, 403})
_BUSY: Final = range(500, 600)


class By(Enum):
    """A text, or a call in which the words are spoken twice."""

    TEXT = "text"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Line:
    """The account at the provider and the number it is done from."""

    account: str
    key: str
    secret: str = field(repr=False)
    number: str = field(repr=False)
    by: By = By.TEXT
    url: str = "https://api.twilio.com"
    seconds: float = SECONDS


class PhoneAlerts:
    """Staff alerts through one provider's account, as `ports.StaffAlerts`."""

    way: Final = "phone"

    def __init__(
        self,
        line: Line,
        *,
        trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._line = line
        self._trusted = trusted

    def tell(self, to: str) -> Told:
        """Ask the provider once to text or ring one number."""
        try:
            status = self._ask(to)
        except ssl.SSLError:
            return Told(taken=False, trouble=Trouble.NOT_TRUSTED)
        except (TimeoutError, HTTPException):
            return Told(taken=False, trouble=Trouble.NO_ANSWER)
        except OSError:
            return Told(taken=False, trouble=Trouble.NO_CONNECTION)
        if status in _TAKEN:
            return Told(taken=True)
        if status in _NOT_SIGNED_IN:
            return Told(taken=False, trouble=Trouble.NOT_SIGNED_IN)
        no_answer = status in _BUSY
        return Told(
            taken=False,
            trouble=Trouble.NO_ANSWER if no_answer else Trouble.REFUSED,
        )

    def _ask(self, to: str) -> int:
        ours = self._line
        what, fields = "Messages", {"Body": ALERT_WORDS}
        fields["ValidityPeriod"] = _VALIDITY_SECONDS
        if ours.by is By.CALL:
            what, fields = "Calls", {"Twiml": _SAID}
        connection = self._connection()
        try:
            connection.request(
                "POST",
                f"/2010-04-01/Accounts/{ours.account}/{what}.json",
                body=urlencode({"To": to, "From": ours.number, **fields}),
                headers={
                    "Authorization": "Basic " + _pair(ours.key, ours.secret),
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            return connection.getresponse().status
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self._line.url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return HTTPSConnection(
                host, parts.port, timeout=self._line.seconds, context=self._trusted()
            )
        return HTTPConnection(host, parts.port, timeout=self._line.seconds)


def _pair(name: str, secret: str) -> str:
    return b64encode(f"{name}:{secret}".encode()).decode("ascii")
