"""How often somebody may try to get in, by password, code or passkey.

A try is written as failed before it is looked at, so that tries at the same moment are
counted too, and so that no count means no entry. Failures count for the account, for
the address and over all; but at a place where an account was signed in to before, only
its own failures there count, so that nobody elsewhere can shut her out.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from typing import Final

from scheduler.storage import accounts
from scheduler.storage.accounts import Attempt
from scheduler.storage.engine import Tx

COUNTED_FOR: Final = timedelta(minutes=15)
KNOWN_FOR: Final = timedelta(days=30)
# Tries that are looked at within COUNTED_FOR before everybody has to wait.
MOST_HERE: Final = 10
MOST_ACCOUNT: Final = 5
MOST_ADDRESS: Final = 20
MOST_OVERALL: Final = 100

TOO_OFTEN: Final = "There were too many tries. Wait 15 minutes and try again."


def begin(
    tx: Tx, account: str, address: str, now: datetime, *, guessable: bool = True
) -> int | None:
    """Count a try at an account; its row, or None when there were too many.

    `account` is who is tried, in a form that nothing else has: a folded sign-in name,
    or words with a number for what comes after the password. What cannot be guessed is
    bounded by where it comes from alone: no flood elsewhere keeps a passkey out.
    """
    tried = Attempt(
        tx.vault.index("account", account),
        tx.vault.index("address", _network(address)),
        now,
    )
    if _too_often(tx, tried, guessable=guessable):
        return None
    return accounts.add_attempt(tx, tried)


def succeeded(tx: Tx, attempt_id: int) -> None:
    """It was right; the place is known from now on."""
    accounts.mark_succeeded(tx, attempt_id)


def _too_often(tx: Tx, tried: Attempt, *, guessable: bool) -> bool:
    known_since, since = tried.at - KNOWN_FOR, tried.at - COUNTED_FOR
    found = accounts.failures(tx, tried.account, tried.address, since, known_since)
    if accounts.has_been_here(tx, tried.account, tried.address, known_since):
        return found.here >= MOST_HERE
    if found.address >= MOST_ADDRESS:
        return True
    return guessable and (
        found.account >= MOST_ACCOUNT or found.overall >= MOST_OVERALL
    )


def _network(address: str) -> str:
    # One household has a whole /64 of IPv6, so a single address there means nothing.
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
