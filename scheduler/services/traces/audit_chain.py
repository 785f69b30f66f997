"""Sealing the audit trail, and looking whether it was changed (E8, M10).

Entries are written with the act and sealed a few seconds later: a chain inside each
transaction would make every writer wait for the one before.
"""

from __future__ import annotations

from datetime import datetime

from scheduler.domain import audit_chain
from scheduler.domain.audit_chain import Anchor, Fault, Mac, Verdict
from scheduler.domain.stops import Stop
from scheduler.services.house import House
from scheduler.services.stops import interlocks
from scheduler.services.watching import attention
from scheduler.storage import attention as kept_attention
from scheduler.storage import audit_chain as kept
from scheduler.storage.engine import Tx

AT_ONCE = 1_000


def seal(house: House) -> int:
    """Seal what was written since the last time; how many."""
    sealed = 0
    while _is_waiting(house):
        with house.store.begin() as tx:
            head = kept.head(tx)
            waiting = kept.unsealed(tx, head.entry_id if head else 0, AT_ONCE)
            kept.add(tx, audit_chain.seal(head, waiting, _mac(tx)), house.now())
            sealed += len(waiting)
    return sealed


def _is_waiting(house: House) -> bool:
    with house.store.reading() as tx:
        head = kept.head(tx)
        return bool(kept.unsealed(tx, head.entry_id if head else 0, 1))


def verify(house: House, anchor: Anchor | None = None) -> Verdict:
    """Walk along the whole chain; every fault, by the number of the entry."""
    with house.store.reading() as tx:
        return audit_chain.verify(
            kept.seals(tx), kept.entries(tx), _mac(tx), anchor, kept.last_cut(tx)
        )


def cut(tx: Tx, before: datetime, most: int, now: datetime) -> int:
    """Let the oldest lines go, as many as are from before then, and say so in a cut
    that only this installation can make (E7); how many. The last seal stays."""
    seal = kept.ripe(tx, before, most)
    if seal is None:
        return 0
    return kept.cut(tx, audit_chain.Cut.after(seal, _mac(tx)), now)


def look(house: House) -> Verdict:
    """The same at the start of a worker and every hour. A fault that nobody was told of
    before stops everything that leaves; two people who start again have seen it."""
    found = verify(house)
    if found.whole:
        return found
    now = house.now()
    with house.store.begin() as tx:
        matter = _matter(found.faults[0], len(found.faults))
        if not kept_attention.was_raised(tx, matter):
            attention.raise_item(tx, house, "audit_broken", matter, now, due_at=now)
            interlocks.throw(tx, house, Stop.AUDIT, now)
    return found


def _matter(first: Fault, many: int) -> str:
    return f"audit:{first.kind.value}:{first.entry_id}:{many}"


def _mac(tx: Tx) -> Mac:
    def mac(text: str) -> bytes:
        return tx.vault.index("audit seal", text)

    return mac
