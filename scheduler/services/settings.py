"""What the settings page shows and changes: the switch, staff, policy."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from scheduler.domain.decision import Decision, Reason
from scheduler.domain.errors import Misread
from scheduler.domain.people import Role
from scheduler.domain.policy import LIMITS, Policy, read_policy
from scheduler.domain.stops import Stop, said
from scheduler.services.house import Actor, House
from scheduler.services.stops import brakes
from scheduler.services.traces import audit
from scheduler.services.watching.board import why_stopped
from scheduler.storage import accounts, agency, integrations
from scheduler.storage.accounts import StaffMember
from scheduler.storage.agency import AgencySettings, SenderState
from scheduler.storage.integrations import Integration

_FIGURES = 6


@dataclass(frozen=True, slots=True)
class Overview:
    """One look at the installation. `staff` are people, `programs` book like them."""

    agency: AgencySettings
    policy: Policy
    sender: SenderState
    stopped: str
    first_asker: str
    staff: tuple[StaffMember, ...]
    sends_to_phones: bool
    programs: tuple[Integration, ...]


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One value with its hard limits."""

    key: str
    value: object
    least: int | None
    most: int | None


def overview(house: House) -> Overview:
    """Everything the page needs."""
    with house.store.reading() as tx:
        state = agency.sender(tx)
        members = accounts.members(tx)
        programs = integrations.listed(tx)
        own = {each.staff_id for each in programs if each.role is Role.INTAKE}
        asker = next(
            (each for each in members if each.id == state.start_asked_by), None
        )
        return Overview(
            agency=agency.settings(tx),
            policy=agency.policy(tx),
            sender=state,
            stopped=why_stopped(tx, house),
            first_asker=asker.name if asker else "",
            staff=tuple(each for each in members if each.id not in own),
            sends_to_phones=house.sender is not None and not house.sender.simulated,
            programs=tuple(programs),
        )


def why_still(house: House, decision: Decision) -> str:
    """What keeps it stopped after a wish to start, and what would start it."""
    if Reason.SECOND_PERSON in decision.reasons:
        return "It stays stopped until a second person starts it too."
    if Reason.CLOCK_UNVERIFIED in decision.reasons:
        cause = Stop.CLOCK
    else:
        with house.store.reading() as tx:
            cause = brakes.foreign(tx, house) or Stop.FILE
    still = said(cause.value)
    return f"{still.sentence} {still.remedy}"


def policy_lines(policy: Policy) -> list[PolicyLine]:
    """The policy as the page lists it."""
    found = []
    for each in fields(Policy):
        least, most = LIMITS.get(each.name, (None, None))
        found.append(PolicyLine(each.name, getattr(policy, each.name), least, most))
    return found


def change_policy(
    house: House, actor: Actor, key: str, typed: str, reason: str
) -> None:
    """Change one value, as a new version. Raises Misread with the limits."""
    now: datetime = house.now()
    with house.store.begin() as tx:
        value = _value(key, typed)
        read_policy({key: value}, agency.policy(tx))
        agency.add_policy_version(tx, {key: value}, by=actor.id, at=now, reason=reason)
        audit.record(tx, now, actor.id, "changed policy", "policy", key, fields=(key,))


def _is_whole_number(text: str) -> bool:
    """Not ², nor more figures than any setting has."""
    return text.isascii() and text.isdigit() and len(text) <= _FIGURES


def _value(key: str, typed: str) -> object:
    if key == "require_on_call":
        if typed not in {"true", "false"}:
            raise Misread("“require_on_call” is true or false.")
        return typed == "true"
    if key == "cutoff_steps":
        return [each.strip() for each in typed.split(",") if each.strip()]
    numbers = [each.strip() for each in typed.split(",") if each.strip()]
    if not all(map(_is_whole_number, numbers)):
        raise Misread(f"“{key}” is a whole number.")
    if key == "reminder_hours":
        return [int(each) for each in numbers]
    if len(numbers) != 1:
        raise Misread(f"“{key}” is one whole number.")
    return int(numbers[0])
