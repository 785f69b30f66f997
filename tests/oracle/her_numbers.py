"""Several numbers of one kind: each is asked by itself, one that may is enough (P3).

Every number has its own line, device, purposes, windows and consent, so nothing that is
agreed for one holds for another: windows of two numbers are never merged. Which number
a text goes to is settled when it leaves (M2): the first of the plan that may then.
"""

from tests.oracle.agency import Channel, Client
from tests.oracle.contact import (
    MEANINGS_OF,
    about_the_plan,
    answer_of,
    for_a_machine,
    lasting,
    sendable,
)
from tests.oracle.state import Reasons, State


def _without(state: State, client: Client, kind: str, second: int) -> Reasons:
    """She has no number of this kind, or none any more."""
    found = about_the_plan(client, second)
    found.may |= found.must | {"plan_suspended", "plan_lapsed"}
    found.must = set()
    if any(one.kind == kind for one in client.channels):
        found.either("no_channel", "channel_closed")
    else:
        found.must.add("no_channel")
    return found


def against_each(several: list[Reasons]) -> Reasons:
    """What stands against numbers none of which may: what they have in common must be
    listed, and something of each."""
    if len(several) == 1:
        return several[0]
    found = Reasons(must=set.intersection(*[one.must for one in several]))
    for one in several:
        found.may |= one.all_codes()
        found.doubt = found.doubt or one.doubt
        if not one.must <= found.must or one.any_of:
            found.either(*one.must, *[code for group in one.any_of for code in group])
    return found


def usable(
    state: State,
    client: Client,
    kind: str,
    purpose: str,
    meanings: list[str],
    second: int,
    only: int | None = None,
) -> tuple[list[Channel], Reasons]:
    """Her numbers that nothing lasting stands against, in the order of the plan; what
    stands against them if there is none. `only` is the place of the one asked about."""
    numbers = [one for one in client.channels_of(kind) if only in {None, one.place}]
    if not numbers:
        return [], _without(state, client, kind, second)
    asked = [
        (one, lasting(state, client, one, purpose, meanings, second)) for one in numbers
    ]
    free = [one for one, why in asked if why.none]
    return free, Reasons() if free else against_each([why for _, why in asked])


def sendable_by_any(
    state: State, client: Client, channels: list[Channel], second: int
) -> bool:
    """Allowed by plan and margin at this instant for one of these numbers."""
    return any(sendable(state, client, one, second) for one in channels)


def answers(
    state: State,
    client: Client,
    kind: str,
    purpose: str,
    second: int,
    meaning: str = "",
) -> list[tuple[Channel, str, Reasons]]:
    """The answer for each of her numbers of a kind.

    `meaning` narrows a purpose to one meaning (`rejoin`); a call has none.
    """
    meanings = [meaning] if meaning else MEANINGS_OF[purpose]
    return [
        (one, *answer_of(state, client, one, purpose, meanings, second, meaning))
        for one in client.channels_of(kind)
    ]


def answer(
    state: State,
    client: Client,
    kind: str,
    purpose: str,
    second: int,
    meaning: str = "",
) -> tuple[str, Reasons]:
    """The answer to a question: `send`, `hold` or `refused`, with reasons."""
    found = answers(state, client, kind, purpose, second, meaning)
    if not found:
        why = _without(state, client, kind, second)
        why.may |= for_a_machine(state, kind).all_codes()
        return "refused", why
    for word in ("send", "hold"):
        reasons = [why for _, said, why in found if said == word]
        if reasons:
            return word, against_each(reasons)
    return "refused", against_each([why for _, _, why in found])


def number_that_may(
    state: State, client: Client, kind: str, second: int, meaning: str = ""
) -> Channel | None:
    """The first of her numbers that a contact after a drop may go to now, else her
    first of the kind: what a person does is logged for one number (M14)."""
    found = answers(state, client, kind, "call_back", second, meaning)
    may = [one for one, said, _ in found if said == "send"]
    return may[0] if may else client.channel(kind)
