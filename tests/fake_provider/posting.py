"""Callbacks as the provider signs and posts them. The signature is made here anew, so
that it is not the library's own work that is tested against itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """Base64 of HMAC-SHA1 over the address and all names with values, in order."""
    text = url + "".join(name + form[name] for name in sorted(form))
    made = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(made).decode()


def status_form(
    message: Mapping[str, Any], account: str, status: str, code: str = ""
) -> dict[str, str]:
    """A receipt."""
    form = {
        "AccountSid": account,
        "ApiVersion": "2010-04-01",
        "From": message["from"],
        "MessageSid": message["sid"],
        "MessageStatus": status,
        "SmsSid": message["sid"],
        "SmsStatus": status,
        "To": message["to"],
    }
    return {**form, "ErrorCode": code} if code else form


def text_form(
    account: str, sid: str, number: str, to: str, body: str, opt_out: str = ""
) -> dict[str, str]:
    """A text that came in."""
    form = {
        "AccountSid": account,
        "ApiVersion": "2010-04-01",
        "Body": body,
        "From": number,
        "FromCity": "TORONTO",
        "FromCountry": "CA",
        "FromState": "ON",
        "FromZip": "",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": to,
        "ToCity": "TORONTO",
        "ToCountry": "CA",
        "ToState": "ON",
        "ToZip": "",
    }
    return {**form, "OptOutType": opt_out} if opt_out else form


def post(origin: str, url: str, form: Mapping[str, str], token: str) -> int:
    """Post it to `origin` though it is signed for `url`; the status, 0 for none."""
    to, signed = urlsplit(origin), urlsplit(url)
    connection = HTTPConnection(to.hostname or "", to.port, timeout=10)
    headers = {
        "Host": signed.netloc,
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature(token, url, form),
    }
    try:
        connection.request("POST", signed.path, urlencode(form), headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
