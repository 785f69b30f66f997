"""A process that sends begins and ends its shift."""

from __future__ import annotations

import logging

from scheduler.domain.errors import Misconfigured, StorageUnavailable
from scheduler.services.files import erasure
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.stops import brakes
from scheduler.services.traces import audit_chain
from scheduler.services.versions import quietline_version
from scheduler.services.watching import attention
from scheduler.storage import workers
from scheduler.storage.one_worker import OneWorker

log = logging.getLogger("quietline.shift")


class Shift:
    """One worker's, from `begin` to `end`."""

    def __init__(self, house: House, only: OneWorker | None) -> None:
        self._house = house
        self._only = only

    def end(self) -> None:
        """It stops as it should: it is no longer looked for."""
        try:
            with self._house.store.begin() as tx:
                workers.gone(tx, self._house.worker)
        except StorageUnavailable:
            log.warning("the database does not answer; the heartbeat stays behind")
        finally:
            if self._only is not None:
                self._only.release()


def begin(house: House) -> Shift:
    """Take the place of a worker: recover what a dead one left, check the clock
    and the audit trail.

    Raises Misconfigured where there may be one only and there is.
    """
    only = house.store.only_worker()
    try:
        brakes.check_clock(house)
        audit_chain.look(house)
        delivery.recover(house, alone=only is not None)
        erasure.finish(house)
        now = house.now()
        with house.store.begin() as tx:
            workers.beat(tx, house.worker, quietline_version(), now)
    except BaseException:
        if only is not None:
            only.release()
        raise
    return Shift(house, only)


def tick_failed(house: House, name: str) -> None:
    """A tick raised: once for each kind of tick it stands on the list until settled."""
    now = house.now()
    try:
        with house.store.begin() as tx:
            attention.raise_item(
                tx, house, "tick_failed", f"tick:{name}", now, due_at=now
            )
    except (StorageUnavailable, Misconfigured):
        log.warning("a tick failed, and so did writing that down")
