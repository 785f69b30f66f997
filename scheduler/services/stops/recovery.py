"""Coming back from a backup: everything as it was, except that nothing may leave.

Between the backup and now texts may have left that these rows know nothing of. So what
was to leave by now counts as uncertain: it is looked up at the provider and else put
before a person, and never leaves by machine again (M7, M10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from scheduler.domain.messages import OPEN, MessageState
from scheduler.services.files import erasure
from scheduler.services.house import House
from scheduler.services.stops import brakes
from scheduler.services.traces import audit
from scheduler.storage import accounts, backup, erased_list, outbox, people
from scheduler.storage.backup import Made
from scheduler.storage.engine import Tx
from scheduler.storage.keys import Entropy, KeyFile
from scheduler.storage.outbox import Message

_S = MessageState
_EVERY: Final = 1_000_000

# The legal way (M11) of an open message to "may have left": by machine, by hand.
_BY_MACHINE: Final = (_S.PLANNED, _S.DUE, _S.CLAIMED, _S.SENDING, _S.UNCERTAIN)
_BY_HAND: Final = (_S.PLANNED, _S.DUE, _S.PROMPTED, _S.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A text or a call that may have left: whose file, what for, since when."""

    code: str
    kind: str
    since: datetime


def back_up(
    house: House, rows: Path, kept_keys: Path, keys: KeyFile, entropy: Entropy
) -> Made:
    """Write a backup: the rows to a new file, the clients' keys over the last copy.

    The keys come second, so that every row in the file has its key there; without
    them the rows go again, since they could not be read. Raises NotUsable.
    """
    now = house.now()
    made = backup.back_up(house.store, rows, keys, entropy, now)
    try:
        backup.keep_keys(house.store, kept_keys, keys, entropy)
    except BaseException:
        rows.unlink(missing_ok=True)
        raise
    with house.store.begin() as tx:
        audit.record(tx, now, None, "backed up", "agency", "1")
    return made


def restore(
    house: House,
    rows: Path,
    kept_keys: Path,
    keys: KeyFile,
    erased: Path | None = None,
) -> Made:
    """Fill an empty place from a backup; it comes up stopped, with nobody signed in.

    Whoever was erased by then, or is on the list `erased` (usually the house's own),
    is erased again before anything is there. Raises NotUsable, Misconfigured; then
    nothing is there.
    """
    now = house.now()
    where = erased or house.erased_list
    listed = {} if where is None else erased_list.read(house.store.vault, where)

    def come_up_stopped(
        tx: Tx, made_at: datetime, gone: Mapping[str, datetime]
    ) -> None:
        erasure.again(tx, gone, now)
        brakes.stop_in(tx, house, "restored", now)
        for message in outbox.in_states(tx, OPEN | {_S.SENDING}, limit=_EVERY):
            if message.not_before <= now and message.not_after >= made_at:
                _doubt(tx, message)
        accounts.end_all_sessions(tx, now)
        audit.record(tx, now, None, "restored", "agency", "1")

    made = backup.restore(house.store, rows, kept_keys, keys, come_up_stopped, listed)
    erasure.tidy(house)
    return made


def in_doubt(house: House) -> tuple[InDoubt, ...]:
    """What may have left and nobody has looked up yet, earliest first."""
    with house.store.reading() as tx:
        waiting = [
            each
            for each in outbox.in_states(tx, {_S.UNCERTAIN}, limit=_EVERY)
            if each.looked_up_at is None
        ]
        files = people.clients_by_ids(tx, [each.client_id for each in waiting])
    return tuple(
        InDoubt(
            files[each.client_id].code,
            each.kind.value,
            each.left_at or each.not_before,
        )
        for each in waiting
    )


def _doubt(tx: Tx, message: Message) -> None:
    way = _BY_HAND if message.by_hand else _BY_MACHINE
    left_at = message.left_at or message.not_before
    for before, after in pairwise(way):
        # Only the moves from where it stands find it there.
        outbox.move(tx, message.id, before, after, left_at=left_at)
