"""What Twilio posts to us, read only if it is certainly Twilio's (I1).

The signature is over our own address, built from the settings, and all names and values
run together without anything between them. So one signature fits every other way of
cutting the same letters into names and values, and the shape of each has to be right as
well: required names once and whole, known ones at most once and whole, unknown ones
plain and not a piece of a known one. The words of a text have no shape: whatever was
signed after them up to the next known name is taken as part of them, so that however it
is cut the same words are read.

It carries no time: the same one again is the same one, and has the same effect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from twilio.request_validator import RequestValidator

from integrations.sms.twilio_wire import silence
from scheduler.ports import StatusCame, TextCame

Form = Sequence[tuple[str, str]]
Shapes = Mapping[str, re.Pattern[str]]

_SIGNATURE: Final = re.compile(r"[A-Za-z0-9+/]{27}=")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_MOST_FIELDS: Final = 80

_ID: Final = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}")
_VERSION: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A number, whole or with its end hidden; a short code; a name in its place.
_ADDRESS: Final = re.compile(r"\+?[0-9]{3,15}[X*]{0,8}|[A-Za-z0-9 ]{1,15}")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_DIGITS: Final = re.compile(r"[0-9]{1,6}")
_WORD: Final = re.compile(r"[a-z_]{1,24}")
_PLACE: Final = re.compile(r"[^\n\r]{0,64}")
_ANYTHING: Final = re.compile(r".*", re.DOTALL)

_ALWAYS: Final = ("AccountSid", "ApiVersion", "From", "MessageSid", "To")
_STATUS: Final[Shapes] = {
    "AccountSid": _ACCOUNT,
    "ApiVersion": _VERSION,
    "ErrorCode": _DIGITS,
    "From": _ADDRESS,
    "MessageSid": _ID,
    "MessageStatus": _WORD,
    "SmsSid": _ID,
    "SmsStatus": _WORD,
    "To": _ADDRESS,
}
_TEXT: Final[Shapes] = {
    "AccountSid": _ACCOUNT,
    "ApiVersion": _VERSION,
    "Body": _ANYTHING,
    "From": _ADDRESS,
    "MessageSid": _ID,
    "NumMedia": _DIGITS,
    "NumSegments": _DIGITS,
    "OptOutType": re.compile(r"STOP|START|HELP"),
    "SmsMessageSid": _ID,
    "SmsSid": _ID,
    "SmsStatus": _WORD,
    "To": _NUMBER,
    **{
        f"{end}{part}": _PLACE
        for end in ("From", "To")
        for part in ("City", "Country", "State", "Zip")
    },
}
# Said twice by Twilio, so it has to be the same twice.
_TWINS: Final = {
    "SmsSid": "MessageSid",
    "SmsMessageSid": "MessageSid",
    "SmsStatus": "MessageStatus",
}
_STATUSES: Final = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose callbacks count. `tokens` are the auth tokens in force: two while one takes
    the other's place. The addresses are ours, as Twilio was told them.
    """

    account: str
    tokens: tuple[str, ...] = field(repr=False)
    receipts: str
    texts: str


class TwilioCallbacks:
    """`Callbacks` of one account."""

    def __init__(self, signed: Signed) -> None:
        silence()
        self._signed = signed
        self._validators = [RequestValidator(each) for each in signed.tokens]

    def status(self, reference: str, form: Form, signature: str) -> StatusCame | None:
        """A receipt for the message with that reference."""
        if not _REFERENCE.fullmatch(reference):
            return None
        found = self._read(self._signed.receipts + reference, form, signature, _STATUS)
        if found is None or "MessageStatus" not in found:
            return None
        status = _STATUSES.get(found["MessageStatus"])
        if status is None:
            return None
        return StatusCame(
            reference=reference,
            provider_id=found["MessageSid"],
            status=status,
            code=found.get("ErrorCode") or None,
            unknown=_unknown(found, _STATUS),
        )

    def text(self, form: Form, signature: str) -> TextCame | None:
        """A text from somebody."""
        found = self._read(self._signed.texts, form, signature, _TEXT)
        if found is None or "Body" not in found:
            return None
        return TextCame(
            provider_id=found["MessageSid"],
            number=found["From"],
            body=_whole_body(found),
            stop=found.get("OptOutType") == "STOP",
            unknown=_unknown(found, _TEXT),
        )

    def _read(
        self, address: str, form: Form, signature: str, shapes: Shapes
    ) -> dict[str, str] | None:
        found = dict(form)
        if len(form) > _MOST_FIELDS or len(found) != len(form):
            return None
        right = (
            all(name in found for name in _ALWAYS)
            and found["AccountSid"] == self._signed.account
            and all(_has_shape(each, found, shapes) for each in found)
            and self._is_signed(address, found, signature)
        )
        return found if right else None

    def _is_signed(self, address: str, found: dict[str, str], signature: str) -> bool:
        if not _SIGNATURE.fullmatch(signature):
            return False
        # All of them, so that no time tells which one it was.
        answers = [
            each.validate(address, found, signature) for each in self._validators
        ]
        return any(answers)


def _has_shape(name: str, found: Mapping[str, str], shapes: Shapes) -> bool:
    shape = shapes.get(name)
    if shape is None:
        return bool(_PLAIN_NAME.fullmatch(name)) and not _is_piece(name, found, shapes)
    twin = found.get(_TWINS.get(name, ""))
    same = twin is None or twin == found[name]
    return same and shape.fullmatch(found[name]) is not None


def _is_piece(name: str, found: Mapping[str, str], shapes: Shapes) -> bool:
    """Whether an unknown name could be a known one that has run into its value."""
    return any(name.startswith(each) and each not in found for each in shapes)


def _unknown(found: Mapping[str, str], shapes: Shapes) -> int:
    return sum(name not in shapes for name in found)


def _whole_body(found: Mapping[str, str]) -> str:
    """The words, with whatever was signed between them and the next known name."""
    rest = []
    for name in sorted(each for each in found if each > "Body"):
        if name in _TEXT:
            break
        rest.append(name + found[name])
    return found["Body"] + "".join(rest)
