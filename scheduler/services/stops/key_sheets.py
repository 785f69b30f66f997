"""The key file on paper: that it was printed stands in the trail."""

from __future__ import annotations

from scheduler.services.house import House
from scheduler.services.traces import audit
from scheduler.storage import key_shares
from scheduler.storage.keys import Entropy, KeyFile


def split(
    house: House, keys: KeyFile, entropy: Entropy
) -> tuple[key_shares.Sheet, ...]:
    """Three sheets, any two of which make the key file again."""
    sheets = key_shares.split(keys, entropy)
    now = house.now()
    with house.store.begin() as tx:
        audit.record(tx, now, None, "printed key sheets", "key", keys.current.id)
    return sheets
