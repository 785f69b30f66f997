"""What must be right about the account texts leave by, before any may leave."""

from __future__ import annotations

import ipaddress
import re
import stat
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import phonenumbers

from config.settings import PREFIX, Environment, Secret, Settings, Twilio

Found = tuple[str, str]
"""A sentence that says what is wrong, and one that puts it right."""

_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_ACCOUNT: Final = re.compile(r"AC[0-9a-f]{32}")
_KEY: Final = re.compile(r"SK[0-9a-f]{32}")
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_SHORTEST_SECRET: Final = 32


def errors(settings: Settings) -> Iterator[Found]:
    """Everything that stops the start. Secrets are never repeated."""
    twilio = settings.twilio
    if twilio is None:
        return
    yield from _account(twilio)
    yield from _secrets(twilio)
    yield from _number(twilio)
    yield from _kept(twilio)
    yield from _files(twilio)
    yield from _addresses(settings, twilio)


def warnings(settings: Settings) -> Iterator[Found]:
    """What had better not be."""
    if settings.twilio is not None and stays_here(settings.twilio.url):
        yield (
            "Texts go to a program on this machine, not to Twilio.",
            f"Take {PREFIX}TWILIO_URL out once it is in earnest.",
        )


def _account(twilio: Twilio) -> Iterator[Found]:
    if not _ACCOUNT.fullmatch(twilio.account):
        yield (
            "The Twilio account is missing or is none.",
            f"Set {PREFIX}TWILIO_ACCOUNT: AC and 32 letters and digits.",
        )
    if not _KEY.fullmatch(twilio.key):
        yield (
            "The key that sends by Twilio is missing or is none.",
            f"Set {PREFIX}TWILIO_KEY to an API key: SK and 32 letters and digits.",
        )


def _secrets(twilio: Twilio) -> Iterator[Found]:
    secret = _value(twilio.secret)
    if len(secret) < _SHORTEST_SECRET or any(map(str.isspace, secret)):
        yield (
            "The secret of the Twilio key is missing or too short.",
            f"Put it in a file and name that in {PREFIX}TWILIO_SECRET_FILE.",
        )
    token, following = _value(twilio.auth_token), _value(twilio.next_auth_token)
    if not _TOKEN.fullmatch(token):
        yield (
            "The auth token that tells whose a callback is is missing or is none.",
            f"Put it in a file and name that in {PREFIX}TWILIO_AUTH_TOKEN_FILE.",
        )
    if twilio.next_auth_token is not None and not _TOKEN.fullmatch(following):
        yield (
            "The second auth token is none.",
            f"Put the right one in the file of {PREFIX}TWILIO_AUTH_TOKEN_NEXT_FILE.",
        )
    if token and token in {following, secret}:
        yield (
            "The auth token stands in two places.",
            (
                "The token in force, the one that follows it and the key’s secret are"
                " three different ones."
            ),
        )


def _value(secret: Secret | None) -> str:
    return secret.reveal() if secret is not None else ""


def _number(twilio: Twilio) -> Iterator[Found]:
    try:
        number = phonenumbers.parse(twilio.number, None)
        written = phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.E164
        )
        right = phonenumbers.is_possible_number(number) and written == twilio.number
    except phonenumbers.NumberParseException:
        right = False
    if not right:
        yield (
            "The number that texts leave from is missing or is none.",
            (
                f"Set {PREFIX}TWILIO_NUMBER to it, with + and country, such as"
                " +14165550100."
            ),
        )


def _kept(twilio: Twilio) -> Iterator[Found]:
    if twilio.keeps_words is None or twilio.keeps_numbers is None:
        yield (
            "Nobody has chosen what Twilio may keep of a text.",
            (
                f"Set {PREFIX}TWILIO_KEEPS_WORDS and {PREFIX}TWILIO_KEEPS_NUMBERS to"
                " true or false. What is not kept cannot be looked up there when it is"
                " in doubt; without numbers Twilio cannot keep a list of who said stop."
            ),
        )


def _files(twilio: Twilio) -> Iterator[Found]:
    for file in twilio.secret_files:
        try:
            open_to_others = bool(file.stat().st_mode & _FOR_OTHERS)
        except OSError:
            continue  # the settings have said that it cannot be read
        if open_to_others:
            yield (
                f"The file {file} is open to other accounts of this machine.",
                f"Run chmod 600 '{file}'.",
            )


def _addresses(settings: Settings, twilio: Twilio) -> Iterator[Found]:
    here = stays_here(twilio.url)
    if not twilio.url.startswith("https:") and not here:
        yield (
            "Numbers would go to Twilio without HTTPS.",
            f"Take {PREFIX}TWILIO_URL out, or set it to an https:// address.",
        )
    if here:
        return
    if settings.environment is not Environment.PRODUCTION:
        yield (
            f"Real texts would leave from a {settings.environment.value}.",
            f"Set {PREFIX}SENDER=phone, or serve real people: {PREFIX}ENV=production.",
        )
    host = urlsplit(settings.public_url).hostname or ""
    if not settings.over_https or stays_here(settings.public_url) or "_" in host:
        yield (
            "Twilio could not say what became of a text, and no STOP would arrive.",
            (
                f"Set {PREFIX}PUBLIC_URL to the https:// address it reaches us at, with"
                " no underscore in its name."
            ),
        )


def stays_here(address: str) -> bool:
    """Whether an address is of this machine: nothing sent to it reaches a phone."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
