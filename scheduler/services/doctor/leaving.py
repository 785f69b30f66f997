"""What leaves, from where, and what keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain import stops
from scheduler.services.doctor.finding import Finding, look, right, wrong
from scheduler.services.health import Health
from scheduler.services.house import House
from scheduler.services.stops import going_live
from scheduler.services.watching.board import leaving_now
from scheduler.storage import agency, machines
from scheduler.storage.engine import Tx


def leaving(house: House, found: Health) -> Iterator[Finding]:
    """The switch, the sender, and this place (M10, bar-W11)."""
    with house.store.reading() as tx:
        yield from _stopped(tx, house, found)
        yield from _sender(tx, house, found)
        yield from _place(tx, house)


def _stopped(tx: Tx, house: House, found: Health) -> Iterator[Finding]:
    sentence = leaving_now(tx, house, found.at).stopped
    if not sentence:
        yield right("switch", "Nothing is stopped.")
        return
    stopped = found.sender.stopped if found.sender else ""
    yield look("switch", f"Texts are stopped. {sentence}", stops.said(stopped).remedy)


def _sender(tx: Tx, house: House, found: Health) -> Iterator[Finding]:
    carrier = found.sender.carrier if found.sender else "none"
    if carrier == "none":
        yield look(
            "sender",
            "No text leaves by machine; assisted reminders go by hand.",
            "Set QUIETLINE_SENDER once there is one; docs/operations/texting.md first.",
        )
        return
    if carrier == "simulated":
        yield look(
            "sender",
            "Texts go to a simulated phone and reach nobody.",
            "As it should be in a demo; else set QUIETLINE_SENDER.",
        )
        return
    missing = going_live.why_not_yet(tx, house)
    since = agency.sender(tx).unreachable_since
    if missing:
        yield wrong("sender", missing, "Go through the list in Settings.")
    elif since is not None:
        yield wrong(
            "sender",
            f"The provider takes nothing since {since:%Y-%m-%d %H:%M} UTC.",
            "Look at line, name server and the provider’s own page.",
        )
    else:
        yield right("sender", "Texts leave; every item of going live is signed off.")


def _place(tx: Tx, house: House) -> Iterator[Finding]:
    here = house.identity
    if here is None or not here.production:
        return
    if machines.is_let_in(tx, here.machine):
        yield right("machine", "This machine and the place of its data are let in.")
    else:
        yield wrong(
            "machine",
            "This machine, or the place of its data, is not known.",
            "If nothing else sends from these data, two people start texts again.",
        )


def tell(house: House) -> Iterator[Finding]:
    """Tell the agency's own phone and mailbox now, to see whether it can be done."""
    for each in house.alerts:
        name = f"telling staff by {each.way}, tried now"
        to = house.agency_reach.get(each.way)
        if not to:
            yield look(
                name,
                "The agency has no address of its own there.",
                f"Set QUIETLINE_ALERT_{each.way.upper()}.",
            )
            continue
        told = each.tell(to)
        if told.taken:
            yield right(name, "It was taken. See whether it arrives.")
        else:
            trouble = told.trouble.value.replace("_", " ") if told.trouble else ""
            yield wrong(
                name,
                f"It was not taken: {trouble}.",
                "Put server, name and password right, and try again.",
            )
