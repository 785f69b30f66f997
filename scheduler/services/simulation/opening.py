"""The agency of a scenario, opened in a fresh database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.domain.zones import KNOWN_ANSWERS, KnownAnswer
from scheduler.services.files.numbers import note_numbers
from scheduler.services.house import Actor, House
from scheduler.services.simulation.reading import FileClient, Scenario
from scheduler.services.stops import brakes
from scheduler.storage import agency, counsellors, founding, people, plans
from scheduler.storage.engine import Tx

# A wrong zone table answers wrongly; this known answer cannot be met.
WRONG = (KnownAnswer("UTC", KNOWN_ANSWERS[0].wall, KNOWN_ANSWERS[1].utc),)

FAR = timedelta(days=800)


@dataclass(slots=True)
class Cast:
    """Who is who: names in the file to rows."""

    actors: dict[str, Actor] = field(default_factory=dict)
    clients: dict[str, int] = field(default_factory=dict)

    def counsellor(self, name: str) -> int:
        """The row of a counsellor."""
        return self.actors[name].id


WORKER = "intake"
SUPERVISOR = "supervisor"


def open_agency(house: House, scenario: Scenario) -> Cast:
    """Write agency, staff and clients of a file."""
    now = house.now()
    cast = Cast()
    with house.store.begin() as tx:
        founding.found_agency(
            tx,
            installation=house.tokens.uuid(),
            name="Agency",
            zone=scenario.zone,
            at=now,
        )
        agency.add_policy_version(
            tx, dict(scenario.changed_policy), by=None, at=now, reason="scenario"
        )
        _staff(tx, house, scenario, cast)
        _on_call(tx, scenario, cast)
        for client in scenario.clients:
            _client(tx, house, scenario, client, cast)
        for client in scenario.clients:
            _apart(tx, house, client, cast)
    brakes.check_clock(house, KNOWN_ANSWERS if scenario.clock_right else WRONG)
    return cast


def _staff(tx: Tx, house: House, scenario: Scenario, cast: Cast) -> None:
    hire(tx, house, cast, WORKER, Role.INTAKE, scenario.zone)
    hire(tx, house, cast, SUPERVISOR, Role.SUPERVISOR, scenario.zone)
    for each in scenario.counsellors:
        profile = each.profile
        actor = hire(tx, house, cast, each.name, Role.COUNSELLOR, profile.zone)
        counsellors.set_profile(tx, actor.id, profile.hours)
        for span in profile.leave:
            counsellors.add_leave(tx, actor.id, span)
        counsellors.replace_busy(
            tx, actor.id, profile.busy, since=scenario.since, read_at=house.now()
        )
    for step in scenario.steps:
        if step.kind in {"pause", "resume"}:
            for name in names(step.fields["by"]):
                # A counsellor of that name is somebody else: who may start again is
                # not what a scenario is about, but that it takes two.
                if at_the_switch(name) not in cast.actors:
                    hire(
                        tx,
                        house,
                        cast,
                        at_the_switch(name),
                        Role.SUPERVISOR,
                        scenario.zone,
                    )


def at_the_switch(name: str) -> str:
    """A name in `pause` and `resume`, apart from those of counsellors."""
    return f"{name} at the switch"


def names(by: object) -> list[str]:
    """One name, or several."""
    return [by] if isinstance(by, str) else list(by)  # type: ignore[call-overload]


def hire(
    tx: Tx, house: House, cast: Cast, name: str, role: Role, zone_name: str
) -> Actor:
    """A member of staff who can do things but not sign in."""
    row = founding.add_staff(
        tx, sign_in_name=name, name=name, role=role, zone=zone_name, at=house.now()
    )
    cast.actors[name] = Actor(row, role, name)
    return cast.actors[name]


def _on_call(tx: Tx, scenario: Scenario, cast: Cast) -> None:
    if not scenario.on_call:
        return
    supervisor = cast.actors[SUPERVISOR].id
    turn = Interval(scenario.since - FAR, scenario.until + FAR)
    duty = counsellors.add_duty(tx, supervisor, turn, set_by=supervisor)
    counsellors.change_duty(tx, duty, acknowledged_at=scenario.since)


def _client(
    tx: Tx, house: House, scenario: Scenario, client: FileClient, cast: Cast
) -> None:
    now = house.now()
    usual = cast.counsellor(client.counsellor) if client.counsellor else None
    client_id = people.insert_client(
        tx,
        client.code,
        at=now,
        zone=client.plan.zone,
        usual_counsellor_id=usual,
        suitable_until=date.max if client.suitable else None,
    )
    cast.clients[client.code] = client_id
    plans.write_version(
        tx,
        client_id,
        client.plan,
        changed_fields=("all",),
        saved_by=cast.actors[WORKER].id,
        saved_at=now,
    )
    note_numbers(tx, house, client_id, client.plan, now)
    for each in scenario.counsellors:
        if client.code in each.profile.shut_out:
            people.set_shut_out(tx, cast.counsellor(each.name), client_id, now)


def _apart(tx: Tx, house: House, client: FileClient, cast: Cast) -> None:
    for other in client.apart:
        if other in cast.clients and other != client.code:
            people.set_apart(
                tx, cast.clients[client.code], cast.clients[other], house.now()
            )
