"""Texts by Twilio: hands one over once, finds it again, and has its words removed.

Every send says for how long it may wait (M6), where its receipts go, and what may be
kept. It never names a time to send at, media, or links to shorten. Twilio has no key by
which a second send would be known as the first, so nothing is ever sent again (M7).

No number stands in an address, a log line or an exception of ours (bar-L8).
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from integrations.sms.twilio_match import Listed, the_one
from integrations.sms.twilio_wire import Patience, Wire, silence
from scheduler.ports import Answer, Cleared, Handed, NotAnswered, Removal, Sought

LEAST_VALIDITY: Final = 60
MOST_VALIDITY: Final = 600
MESSAGE_ID: Final = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")

# How far back a message is looked for among what the provider lists, newest first.
LISTED: Final = 400
_PAGE: Final = 100
_FIRST_CODE: Final = 1000
_ANSWERED, _REFUSALS, _TROUBLE = 2, 4, 5
_NOT_ON_ITS_WAY: Final = frozenset({"failed", "undelivered", "canceled"})


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """One agency's account. `receipts` is the address to which a message's reference
    is added; the auth token is not here: it signs what comes in, and sends nothing.
    """

    account: str
    key: str
    secret: str = field(repr=False)
    number: str
    receipts: str
    keep_words: bool
    keep_numbers: bool
    url: str = "https://api.twilio.com"
    patience: Patience = field(default_factory=Patience)


class Outcome(Enum):
    """What came of one request, as far as it proves anything."""

    TAKEN = "a whole answer with the id of a message of ours"
    NO_CONNECTION = "a connection was never made"
    BUSY = "429"
    REFUSED = "4xx with a code"
    CODELESS = "4xx without a code"
    SERVER = "5xx"
    BROKE_OFF = "no whole answer, or none in time"
    UNREADABLE = "an answer that is none"


ANSWERS: Final[Mapping[Outcome, Answer]] = {
    Outcome.TAKEN: Answer.ACCEPTED,
    Outcome.NO_CONNECTION: Answer.NOT_TAKEN,
    Outcome.BUSY: Answer.BUSY,
    Outcome.REFUSED: Answer.REFUSED,
    Outcome.CODELESS: Answer.UNKNOWN,
    Outcome.SERVER: Answer.UNKNOWN,
    Outcome.BROKE_OFF: Answer.UNKNOWN,
    Outcome.UNREADABLE: Answer.UNKNOWN,
}
"""What each outcome proves (M7)."""


class TwilioSender:
    """A `MessageSender`. Each piece of business has a client and connection of its own,
    so that threads share nothing.
    """

    simulated = False
    # What is claimed and not answered for is in doubt when a worker dies: one a time.
    at_once = 1

    def __init__(self, account: TwilioAccount, tls: ssl.SSLContext | None = None):
        silence()
        self._account = account
        self._tls = tls or ssl.create_default_context()

    def send(self, message: Cleared) -> Handed:
        """Hand over one message once. Raises ValueError without a right validity."""
        if not LEAST_VALIDITY <= message.validity <= MOST_VALIDITY:
            raise ValueError("A text is handed over without a right validity (M6).")
        wire, client = self._client()
        sid, wrong = None, None
        try:
            made = client.messages.create(
                to=message.to,
                from_=self._account.number,
                body=message.body,
                validity_period=message.validity,
                status_callback=self._account.receipts + message.reference,
                content_retention=_kept(self._account.keep_words, "discard"),
                address_retention=_kept(self._account.keep_numbers, "obfuscate"),
            )
            sid = self._own_id(made)
        except Exception as raised:  # noqa: BLE001 - three families, and what they miss
            wrong = raised.with_traceback(None)
        outcome = outcome_of(wire, sid, wrong)
        code = code_of(wrong) if outcome is Outcome.REFUSED else None
        return Handed(
            ANSWERS[outcome],
            provider_id=sid if outcome is Outcome.TAKEN else None,
            code=code,
            wait=wire.wait if outcome is Outcome.BUSY else None,
        )

    def look_up(self, sought: Sought) -> Handed | None:
        """Find a message among what left from our number at that time.

        The number asked for is ours: hers stands in no address. Raises NotAnswered.
        """
        found = self._listed()
        if found is None:
            raise NotAnswered("The provider does not answer now.")
        one = the_one(found, sought)
        if one is None:
            return None
        if one.status in _NOT_ON_ITS_WAY:
            return Handed(Answer.REFUSED, one.sid, one.code)
        return Handed(Answer.ACCEPTED, one.sid)

    def remove_body(self, provider_id: str) -> Removal:
        """Have the words removed. What is not there any more is removed."""
        wire, client = self._client()
        wrong = None
        try:
            client.messages(provider_id).update(body="")
        except Exception as raised:  # noqa: BLE001 - as for sending
            wrong = raised.with_traceback(None)
        return removal_of(wire, wrong)

    def _client(self) -> tuple[Wire, Any]:
        account = self._account
        wire = Wire(account.url, account.patience, self._tls)
        client = Client(
            account.key,
            account.secret,
            account.account,
            http_client=wire,
            environment={"": ""},  # an empty one would be replaced by the process's
        )
        client.api.base_url = account.url
        return wire, client

    def _own_id(self, made: Any) -> str | None:
        sid, account = made.sid, made.account_sid
        ours = account == self._account.account
        right = isinstance(sid, str) and MESSAGE_ID.fullmatch(sid)
        return sid if ours and right else None

    def _listed(self) -> list[Listed] | None:
        _, client = self._client()
        try:
            return [
                _as_listed(each)
                for each in client.messages.stream(
                    from_=self._account.number, limit=LISTED, page_size=_PAGE
                )
            ]
        except Exception:  # noqa: BLE001 - as for sending
            return None


def outcome_of(wire: Wire, sid: str | None, wrong: BaseException | None) -> Outcome:
    """Which row of `ANSWERS` it is. Whatever the library raised, what the wire saw
    counts: of what it made of the answer only a code is taken.
    """
    if not wire.reached:
        return Outcome.NO_CONNECTION
    if wire.status is None:
        return Outcome.BROKE_OFF
    if wire.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome.BUSY
    if wire.status // 100 == _REFUSALS:
        return Outcome.CODELESS if code_of(wrong) is None else Outcome.REFUSED
    if wire.status // 100 == _ANSWERED and sid is not None and wrong is None:
        return Outcome.TAKEN
    return Outcome.SERVER if wire.status // 100 == _TROUBLE else Outcome.UNREADABLE


def code_of(wrong: BaseException | None) -> str | None:
    """The provider's own code. Where it gave none the library puts the HTTP status in
    its place, which is no code."""
    if not isinstance(wrong, TwilioRestException | TwilioServiceException):
        return None
    code = wrong.code
    if isinstance(code, bool) or not isinstance(code, int) or code < _FIRST_CODE:
        return None
    return str(code)


_STILL_ON_ITS_WAY: Final = "20009"


def removal_of(wire: Wire, wrong: BaseException | None) -> Removal:
    """What an answer to a removal means. What is not there any more is removed; only a
    plain no is final; about anything else it is asked again."""
    if wrong is None or wire.status == HTTPStatus.NOT_FOUND:
        return Removal.DONE
    outcome, code = outcome_of(wire, None, wrong), code_of(wrong)
    conflict = wire.status == HTTPStatus.CONFLICT
    if outcome is Outcome.REFUSED and not conflict and code != _STILL_ON_ITS_WAY:
        return Removal.REFUSED
    return Removal.NOT_YET


def _kept(keep: bool, otherwise: str) -> str:
    return "retain" if keep else otherwise


def _as_listed(each: Any) -> Listed:
    made = each.date_created
    return Listed(
        sid=each.sid,
        to=each.to or "",
        body=each.body or "",
        # One that it cannot read the library hands on as it was written.
        made_at=made if isinstance(made, datetime) else None,
        status=each.status or "",
        outgoing=(each.direction or "").startswith("outbound"),
        code=str(each.error_code) if each.error_code else None,
    )
