"""Our sender on the made-up provider's account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from integrations.sms.twilio import TwilioAccount, TwilioSender
from integrations.sms.twilio_wire import Patience
from tests.fake_provider import ACCOUNT, KEY, OUR_NUMBER, SECRET

PUBLIC = "https://quietline.example"
RECEIPTS = f"{PUBLIC}/callbacks/status/"


def account(url: str, **changes: Any) -> TwilioAccount:
    """An account that keeps everything at the provider, in a hurry."""
    made = TwilioAccount(
        account=ACCOUNT,
        key=KEY,
        secret=SECRET,
        number=OUR_NUMBER,
        receipts=RECEIPTS,
        keep_words=True,
        keep_numbers=True,
        url=url,
        patience=Patience(connect=1.0, read=0.4, altogether=0.8),
    )
    return replace(made, **changes)


def sender(url: str, **changes: Any) -> TwilioSender:
    """The same, ready to send."""
    return TwilioSender(account(url, **changes))
